"""Serving the demo database: from a free port to the login page, and stopping it again."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import time
import urllib.error
import urllib.request

import odoo_command
import places
import steps
from steps import Problem, say

RUNS = places.HOME / "runs"
# Made by the demo data of credit_hold; every password is the login.
ROLES = [
    ("salesperson", "sales: quotations and orders, sees why one is held"),
    ("controller", "credit controller: reviews held orders, applies credits"),
    ("creditmanager", "credit manager: limits and policies, releases, authorizes vouchers"),
    ("accountant", "billing: invoices, payments, credit notes, prepares vouchers"),
    ("approver", "authorizes and reverses adjustment vouchers"),
    ("executive", "reads the figures, changes nothing"),
    ("admin", "administrator"),
]


@contextlib.contextmanager
def registered(port):
    """A file named by the port holds our process id, locked as long as we live: how setup/stop finds us."""
    RUNS.mkdir(exist_ok=True)
    with open(RUNS / str(port), "a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                f"setup/run is serving http://localhost:{port} already", "setup/stop ends it", other_port(port)
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        check_port(port)
        yield


def other_port(port):
    return f"setup/run --port {port + 1} serves elsewhere"


def check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Problem(f"port {port} is taken by another program", other_port(port)) from None


def serve(port, database, surroundings):
    """Start Odoo, say when it is ready, and stay until it ends."""
    command = [
        places.venv_python(),
        "-m",
        "odoo",
        "-d",
        database,
        "--db-filter",
        f"^{database}$",
        "--no-database-list",
        "--http-port",
        port,
    ]
    with open(steps.log_path("odoo"), "w") as log:
        process = odoo_command.start(command, surroundings, stdin=None, stdout=log, stderr=log)
    try:
        with steps.step("Odoo: starting"):
            wait_for_login(process, port)
        say(welcome(port))
        process.wait()
    except KeyboardInterrupt:
        say("\nstopping")
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()
    if process.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
        raise Problem(f"Odoo ended by itself (see {steps.log_path('odoo')})", "run the command again")


def wait_for_login(process, port):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(1200):
        with contextlib.suppress(urllib.error.URLError, OSError):
            if opener.open(f"http://127.0.0.1:{port}/web/login", timeout=60).status == 200:
                return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    lines = steps.log_path("odoo").read_text(errors="replace").splitlines()
    raise Problem(f"Odoo did not start: {odoo_command.reason(lines)}", f"see {steps.log_path('odoo')}")


def welcome(port):
    width = max(len(login) for login, _ in ROLES)
    lines = ["", f"  http://localhost:{port}", "", "  Log in as (the password is the login):"]
    lines += [f"    {login:{width}}  {role}" for login, role in ROLES]
    if not shutil.which("wkhtmltopdf"):
        lines += ["", "  Without wkhtmltopdf on this machine, PDFs open as HTML pages."]
    return "\n".join([*lines, f"  Odoo's log: {steps.log_path('odoo')}. Ctrl-C or setup/stop ends it.", ""])


def stop_all():
    """End every setup/run of this cache folder; returns their ports."""
    stopped = []
    for file in sorted(RUNS.glob("*")):
        with open(file) as handle:
            if held(handle):
                os.kill(int(file.read_text()), signal.SIGTERM)
                fcntl.flock(handle, fcntl.LOCK_EX)
                stopped.append(int(file.name))
            file.unlink()
    return stopped


def held(handle):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
