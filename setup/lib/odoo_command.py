"""Running Odoo: its settings, and one run that reports its progress."""

import hashlib
import os
import re
import subprocess
import sys
import time

import places
import postgres
import steps
from steps import Problem

LOADING = re.compile(r"Loading module (\w+) \((\d+)/(\d+)\)")
TROUBLE = re.compile(r" (ERROR|CRITICAL) |^\w*(Error|Exception)\b|^odoo\.")


def configuration(odoo_roots):
    """The path of this checkout's odoo.conf, written anew."""
    checkout = hashlib.sha256(str(places.REPO).encode()).hexdigest()[:8]
    file = places.HOME / f"odoo-{checkout}.conf"
    addons_path = [*(root for root in odoo_roots[1:]), places.REPO]
    lines = {
        "addons_path": ",".join(map(str, addons_path)),
        "data_dir": places.DATA,
        "http_interface": "127.0.0.1",
        "limit_time_real": "0",
        "limit_time_cpu": "0",
        "max_cron_threads": "1",
    }
    text = "[options]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_text(text)
    partial.replace(file)
    return file


def settings(odoo_roots, auto_install=False):
    """The environment that Odoo, pytest and scripts run in."""
    surroundings = dict(os.environ, **postgres.client_environment())
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    surroundings.update(
        ODOO_RC=str(configuration(odoo_roots)),
        ODOO_SKIP_AUTO_INSTALL=str(not auto_install),
        PYTHONPATH=str(odoo_roots[0]),
        PYTHONPYCACHEPREFIX=str(places.HOME / "pycache"),
        PYTHONUNBUFFERED="1",
        HYPOTHESIS_STORAGE_DIRECTORY=str(places.HOME / "hypothesis"),
    )
    return surroundings


def start(command, surroundings, **options):
    return subprocess.Popen(
        [str(part) for part in command], env=surroundings, preexec_fn=steps.die_with_parent, **options
    )


def run_with_progress(command, surroundings, log_name):
    """Run Odoo with its output in a log; shows which module is being loaded."""
    log_file = steps.log_path(log_name)
    process = start(
        command,
        surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines, progress = [], Progress()
    with open(log_file, "w") as log:
        for line in process.stdout:
            log.write(line)
            lines.append(line.rstrip())
            progress.look_at(line)
    progress.end()
    if process.wait():
        raise Problem(
            f"Odoo could not make the database: {reason(lines)}",
            f"see {log_file}",
            "run the command again once that is mended",
        )


def reason(lines):
    """The line that says most about why Odoo gave up."""
    trouble = [line for line in lines if TROUBLE.search(line)]
    return (trouble or lines or ["no output"])[-1][-300:]


class Progress:
    """One line, rewritten on a terminal, else one every ten seconds."""

    def __init__(self):
        self.shown = time.monotonic()
        self.terminal = sys.stdout.isatty()

    def look_at(self, line):
        found = LOADING.search(line)
        if found and (self.terminal or time.monotonic() - self.shown > 10):
            self.shown = time.monotonic()
            name, number, total = found.groups()
            text = f"         module {number} of {total}: {name}"
            print(f"\r{text:60}" if self.terminal else text, end="" if self.terminal else "\n", flush=True)

    def end(self):
        if self.terminal:
            print(f"\r{'':60}\r", end="", flush=True)
