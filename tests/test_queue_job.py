"""S4.8: with OCA's queue_job a run goes through that engine's channel, on real worker processes, one of which is killed."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import databases
import places
import pytest

from odoo.tests import get_db_name
from odoo.tools import config

REPO = Path(__file__).resolve().parents[1]
SERVE = Path(__file__).with_name("serve_odoo.py")
CUSTOMERS, BATCH = 260, 50
BATCHES = -(-CUSTOMERS // BATCH)
PATIENCE = 300
STATE = "SELECT state FROM adjustment_run ORDER BY id DESC LIMIT 1"
STARTED = "SELECT id, worker_pid FROM queue_job WHERE state = 'started' AND method_name = '_work_queued'"
INSTALL = """
env["ir.module.module"].update_list()
for name in ("queue_job", "adjustment_voucher_queue_job"):
    module = env["ir.module.module"].search([("name", "=", name)])
    if module.state != "installed":  # the second may have come with the first
        module.button_immediate_install()
        env.cr.commit()
        env.transaction.reset()
"""
FILL = f"""
company = env["res.company"].search([], order="id", limit=1)
env = env(user=env.ref("base.user_admin"), context={{"allowed_company_ids": company.ids}})
receivable = env["account.account"].search(
    [("company_ids", "in", company.ids), ("account_type", "=", "asset_receivable"), ("non_trade", "=", False)], limit=1)
income = env["account.account"].search(
    [("company_ids", "in", company.ids), ("account_type", "=", "income")], limit=1)
tag = env["res.partner.category"].create({{"name": "Queue"}})
partners = env["res.partner"].create([
    {{"name": f"Queue {{number}}", "is_company": True, "category_id": [(6, 0, tag.ids)]}} for number in range({CUSTOMERS})])
def line(account, amount, partner=None):
    return (0, 0, {{"account_id": account.id, "balance": amount, "partner_id": partner and partner.id}})
items = [line(receivable, amount, partner) for partner in partners for amount in (100, -60)]
move = env["account.move"].create({{
    "journal_id": env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "general")], limit=1).id,
    "line_ids": [*items, line(income, -40 * {CUSTOMERS})]}})
move.action_post()
run = env["adjustment.run"].create({{"company_id": company.id, "partner_tag_ids": [(6, 0, tag.ids)]}})
run.action_propose()
assert run.state == "running", run.state
env.cr.commit()
print("FILLED")
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Odoo:
    """A database of its own, and Odoo's processes on it."""

    def __init__(self, database, log):
        self.database, self.log, self.port = database, log, free_port()
        folders = [*map(str, config["addons_path"]), str(REPO / "setup/addons")]
        self.options = [f"--addons-path={','.join(folders)}", "-d", database, f"--db-filter=^{database}$"]
        self.surroundings = dict(
            os.environ,
            PYTHONPATH=f"{os.environ['PYTHONPATH']}:{places.ADDONS}",
            ODOO_QUEUE_JOB_CHANNELS="root:2,root.adjustment_run:2",
            ODOO_QUEUE_JOB_HOST="127.0.0.1",
            ODOO_QUEUE_JOB_PORT=str(self.port),
            ODOO_QUEUE_JOB_SCHEME="http",
            NO_PROXY="127.0.0.1",  # the runner asks the server over HTTP
            no_proxy="127.0.0.1",
        )

    def shell(self, script):
        command = [sys.executable, SERVE, "shell", *self.options, "--no-http", "--log-level=warn"]
        done = subprocess.run(
            command, env=self.surroundings, input=script, text=True, capture_output=True, timeout=PATIENCE, check=False
        )
        assert "FILLED" in done.stdout, f"{done.stdout}\n{done.stderr}"[-3000:]

    @contextlib.contextmanager
    def served(self):
        """Two workers for requests and jobs; no scheduled jobs, so that the queue alone does the work."""
        more = ["--load=base,web,queue_job", "--workers=2", "--max-cron-threads=0", "--http-interface=127.0.0.1"]
        # The setup's own settings have no limits of time, which would end each worker process at once.
        more += ["--limit-time-cpu=600", "--limit-time-real=1200", "--limit-memory-hard=0"]
        more += [f"--http-port={self.port}", f"--gevent-port={free_port()}"]
        command = [sys.executable, SERVE, *self.options, *more]
        with open(self.log, "w") as log:
            self.server = subprocess.Popen(command, env=self.surroundings, stdout=log, stderr=log)
        try:
            yield
        finally:
            self.server.terminate()
            try:
                self.server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()

    def call(self, model, method, *arguments):
        """As the administrator, as another program would."""
        names = [self.database, self.query("SELECT id FROM res_users WHERE login = 'admin'")[0][0], "admin"]
        parameters = {"service": "object", "method": "execute_kw", "args": [*names, model, method, arguments]}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": parameters}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/jsonrpc", body, {"Content-Type": "application/json"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        answer = json.load(opener.open(request, timeout=PATIENCE))
        assert "error" not in answer, answer
        return answer["result"]

    def query(self, text, *values):
        return databases.query(text, *values, database=self.database)

    def wait_until(self, text, found):
        """:return: what the query found, once it is that"""
        end, seen = time.monotonic() + PATIENCE, None
        while time.monotonic() < end and self.server.poll() is None:
            seen = self.query(text)
            if found(seen):
                return seen
            time.sleep(0.05)
        raise AssertionError(f"waited for nothing: {seen}\njobs: {self.jobs()}\n{self.log.read_text()[-5000:]}")

    def jobs(self):
        return self.query("SELECT name, state, retry, result, exc_info FROM queue_job ORDER BY id")


@pytest.fixture
def odoo(tmp_path):
    # Named after the tests' own database, so that what a killed run leaves is dropped with it.
    database = f"{get_db_name()}-queue"
    databases.drop(database)
    databases.copy(os.environ["CREDIT_TEST_TEMPLATE"], database)
    try:
        yield Odoo(database, tmp_path / "odoo.log")
    finally:
        databases.drop(database)


def test_S4_8_a_run_goes_through_the_queue_and_survives_a_killed_worker(odoo):
    """Proposed by jobs, authorized by jobs while a worker dies; every job is done, each customer is applied once."""
    odoo.shell(INSTALL + FILL)
    with odoo.served():
        odoo.wait_until(STATE, lambda rows: rows == [("proposed",)])
        odoo.call("adjustment.run", "action_authorize", run_ids(odoo))
        job, worker = kill_one_at_work(odoo)
        odoo.wait_until(STATE, lambda rows: rows == [("done",)])
        odoo.wait_until("SELECT 1 FROM queue_job WHERE state <> 'done'", lambda rows: not rows)
    assert odoo.query("SELECT worker_pid FROM queue_job WHERE id = %s", job) != [(worker,)], "nobody took up its job"
    check_jobs(odoo)
    check_ledger(odoo)


def kill_one_at_work(odoo):
    """Held first, so that it does not end its job between our look and its death.

    :return: (job, process id)
    """
    while True:
        found = odoo.wait_until(STARTED, bool)[0]
        os.kill(found[1], signal.SIGSTOP)
        if found in odoo.query(STARTED):
            os.kill(found[1], signal.SIGKILL)
            return found
        os.kill(found[1], signal.SIGCONT)


def run_ids(odoo):
    return [number for (number,) in odoo.query("SELECT id FROM adjustment_run ORDER BY id DESC LIMIT 1")]


def check_jobs(odoo):
    found = odoo.query(
        "SELECT channel, method_name, count(*) FROM queue_job"
        " WHERE model_name = 'adjustment.run' GROUP BY channel, method_name ORDER BY method_name"
    )
    channel = "root.adjustment_run"
    assert found == [(channel, "_end_queued", 2), (channel, "_work_queued", 2 * BATCHES)]


def check_ledger(odoo):
    """Each customer once: one authorized voucher, 40 left to pay, nothing left of the credit."""
    vouchers = odoo.query(
        "SELECT state, count(*), count(DISTINCT partner_id) FROM adjustment_voucher WHERE run_id = ANY(%s) GROUP BY state",
        run_ids(odoo),
    )
    assert vouchers == [("authorized", CUSTOMERS, CUSTOMERS)]
    slices = odoo.query(
        "SELECT state, count(*) FROM adjustment_run_customer WHERE run_id = ANY(%s) GROUP BY state", run_ids(odoo)
    )
    assert slices == [("authorized", CUSTOMERS)]
    residuals = odoo.query(
        "SELECT sign(balance)::int, amount_residual::int, count(*) FROM account_move_line item"
        " JOIN res_partner partner ON partner.id = item.partner_id AND partner.name LIKE %s"
        " WHERE item.parent_state = 'posted' AND balance IN (100, -60) GROUP BY 1, 2 ORDER BY 1",
        "Queue %",
    )
    assert residuals == [(-1, 0, CUSTOMERS), (1, 40, CUSTOMERS)]
