"""What the tests with real processes share: data that is committed and taken back, and programs that run beside us.

Each program is an interpreter of its own on the same database, as Odoo's workers are: it can be killed.
"""

import os
import subprocess
import sys
import tempfile
import textwrap
import uuid
from pathlib import Path

from odoo import Command
from odoo.tests import BaseCase, get_db_name

from odoo.addons.adjustment_voucher.tests.race import CommittedEnv, process_options

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

database, company, mark = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
config.parse_config(sys.argv[4:])
registry = Registry(database)

def wait_for_the_others():
    (mark / str(os.getpid())).touch()
    for _turn in range(3000):
        if (mark / "go").exists():
            return
        time.sleep(0.02)
    sys.exit("nobody said go")

with registry.cursor() as cr:
    env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [company]})
"""


class ProcessCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.db_name = get_db_name()
        self.partners = []
        self.addCleanup(self._take_back)
        with self._env() as env:
            self.company_id = env.ref("base.main_company").id

    def _env(self):
        return CommittedEnv(self.db_name, getattr(self, "company_id", None))

    # ------------------------------------------------------------------ what is committed, and taken back

    def _customers(self, number):
        with self._env() as env:
            names = [f"Race {uuid.uuid4()}" for _number in range(number)]
            partners = env["res.partner"].create([{"name": name, "email": "race@example.com"} for name in names])
            self.partners += partners.ids
            return partners.ids

    def _invoice(self, env, partner_id, amount, date):
        """An invoice of the company the tests run in, posted."""
        line = {"name": "race", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner_id,
                "invoice_date": date,
                "invoice_date_due": date,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move._post(soft=False)
        return move

    def _take_back(self):
        """Straight from the tables: what is posted can't be deleted otherwise."""
        with self._env() as env:
            found = {}
            for name, query in (
                ("moves", "SELECT DISTINCT move_id FROM account_move_line WHERE partner_id = ANY(%s)"),
                ("payments", "SELECT id FROM account_payment WHERE partner_id = ANY(%s)"),
                ("accounts", "SELECT id FROM credit_account WHERE partner_id = ANY(%s)"),
                ("reminders", "SELECT id FROM credit_reminder WHERE partner_id = ANY(%s)"),
            ):
                env.cr.execute(query, [self.partners])
                found[name] = [key for (key,) in env.cr.fetchall()]
            for statement, ids in (
                ("DELETE FROM mail_mail WHERE mail_message_id IN (SELECT id FROM mail_message"
                 " WHERE model = 'credit.reminder' AND res_id = ANY(%s))", found["reminders"]),
                ("DELETE FROM mail_message WHERE model = 'credit.reminder' AND res_id = ANY(%s)", found["reminders"]),
                ("DELETE FROM mail_message WHERE model = 'credit.account' AND res_id = ANY(%s)", found["accounts"]),
                ("DELETE FROM mail_message WHERE model = 'account.payment' AND res_id = ANY(%s)", found["payments"]),
                ("DELETE FROM mail_message WHERE model = 'account.move' AND res_id = ANY(%s)", found["moves"]),
                ("DELETE FROM mail_activity WHERE res_model = 'credit.account' AND res_id = ANY(%s)", found["accounts"]),
                ("UPDATE credit_account SET last_reminder_id = NULL WHERE id = ANY(%s)", found["accounts"]),
                ("DELETE FROM credit_reminder WHERE id = ANY(%s)", found["reminders"]),
                ("DELETE FROM account_partial_reconcile WHERE debit_move_id IN"
                 " (SELECT id FROM account_move_line WHERE move_id = ANY(%s))", found["moves"]),
                ("DELETE FROM account_move__account_payment WHERE payment_id = ANY(%s)", found["payments"]),
                ("UPDATE account_move SET origin_payment_id = NULL WHERE id = ANY(%s)", found["moves"]),
                ("DELETE FROM account_payment WHERE id = ANY(%s)", found["payments"]),
                ("DELETE FROM account_move_line WHERE move_id = ANY(%s)", found["moves"]),
                ("DELETE FROM account_move WHERE id = ANY(%s)", found["moves"]),
                ("DELETE FROM credit_account WHERE id = ANY(%s)", found["accounts"]),
                ("DELETE FROM credit_mark WHERE partner_id = ANY(%s)", self.partners),
            ):  # fmt: skip
                env.cr.execute(statement, [ids])
            env.cr.execute("DELETE FROM account_full_reconcile f WHERE NOT EXISTS"
                           " (SELECT FROM account_move_line l WHERE l.full_reconcile_id = f.id)")  # fmt: skip
            env.invalidate_all()
            env["res.partner"].browse(self.partners).unlink()

    # ------------------------------------------------------------------ programs beside us

    def _start(self, body, folder):
        """Start a program: the common beginning, then the body with ``env`` at hand."""
        program = PROGRAM + textwrap.indent(textwrap.dedent(body), "    ")
        command = [sys.executable, "-c", program, self.db_name, str(self.company_id), str(folder), *process_options()]
        return subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def _run(self, *bodies):
        """Run the programs, those that wait for each other at once.

        :return: list of (exit code, what it said, what it complained of)
        """
        with tempfile.TemporaryDirectory() as folder:
            programs = [self._start(body, folder) for body in bodies]
            waiting = sum("wait_for_the_others()" in body for body in bodies)
            try:
                self._say_go(Path(folder), waiting, programs)
                outputs = [program.communicate(timeout=180) for program in programs]
            finally:
                for program in programs:
                    program.kill()
        return [(program.returncode, *output) for program, output in zip(programs, outputs, strict=True)]

    def _say_go(self, folder, number, programs):
        while number and len(list(folder.iterdir())) < number:
            if any(program.poll() for program in programs):
                break  # one has failed: communicate tells how
            try:
                programs[0].wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
        (folder / "go").touch()
