"""What the benchmarks share: connections, and clocks that count the CPU of Python and of the database, and memory."""

import argparse
import contextlib
import gc
import os
import statistics
import threading
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
PEERS = Path(os.environ["ODOO_RC"]).parent / "peers"  # OCA's addons, if prepare.py has fetched them


def addons_path():
    return ",".join(map(str, [REPO, *([PEERS / "odoo/addons"] if PEERS.exists() else [])]))


def parser(description):
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("-d", "--database", default="bench", help="stock Odoo; the same with credit_hold is NAME_credit")
    made.add_argument("--repeat", type=int, default=25)
    return made


def registry(database):
    """The registry of a database, by the settings in $ODOO_RC (see ``setup/odoo --python``)."""
    from odoo.modules.registry import Registry
    from odoo.tools import config

    options = ["-d", database, "--no-http", "--log-level=error", "--max-cron-threads=0", "--addons-path", addons_path()]
    config.parse_config([*options, "-c", os.environ["ODOO_RC"]], setup_logging=True)
    return Registry(database)


@contextlib.contextmanager
def environment(database, commit=False):
    """An environment of the administrator, rolled back at the end unless told otherwise."""
    from odoo import SUPERUSER_ID, api

    with registry(database).cursor() as cr:
        user = api.Environment(cr, SUPERUSER_ID, {})["res.users"].search([("login", "=", "admin")])
        env = api.Environment(cr, user.id, {})
        context = dict(env["res.users"].context_get(), allowed_company_ids=user.company_id.ids)
        yield env(context=context)
        cr.commit() if commit else cr.rollback()


def cpu_of(process):
    """CPU of a process so far, in seconds; the kernel counts it in nanoseconds."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def peak_memory(forget=False):
    """The most memory that this process held since it was last forgotten, in MB."""
    if forget:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


class Meter:
    """Queries, CPU of Python and of the database session, and the most memory held, while this lasts."""

    def __init__(self, cr):
        self.backend = cr._cnx.info.backend_pid

    def __enter__(self):
        gc.collect()
        peak_memory(forget=True)
        threading.current_thread().query_count = 0
        self.started = cpu_of(self.backend), time.thread_time(), time.perf_counter()
        return self

    def __exit__(self, *failure):
        database, python, wall = self.started
        self.python, self.wall = time.thread_time() - python, time.perf_counter() - wall
        self.database = cpu_of(self.backend) - database
        self.total = self.python + self.database
        self.queries = threading.current_thread().query_count
        self.peak = peak_memory()


def median(meters, name):
    return statistics.median(getattr(meter, name) for meter in meters)


def milliseconds(meters, name="total"):
    return 1000 * median(meters, name)


def repeat(cr, operation, times, before=None):
    """Meters of an operation, after two runs that fill the caches of the registry and the plans of the session."""
    meters = []
    for number in range(times + 2):
        if before:
            before()
        with Meter(cr) as meter:
            operation()
        if number >= 2:
            meters.append(meter)
    return meters


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
