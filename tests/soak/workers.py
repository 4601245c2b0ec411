"""Odoo with two worker processes on loopback, and what its log says."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

RECORD = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ (\d+) (DEBUG|INFO|WARNING|ERROR|CRITICAL) (\S+) (\S+): (.*)")
ALIVE = re.compile(r"Worker (\w+) \((\d+)\) alive")
RETRY = re.compile(r"(\d) tries left, try again")
# What may be logged while people work at once: PostgreSQL refuses the second of two, Odoo runs it again.
CONFLICT = re.compile(r"could not serialize access|deadlock detected|could not obtain lock on row", re.IGNORECASE)
# Odoo's own housekeeping gives up at once where the machine is busy, and says so; the next time it does its work.
BUSY = "'Base: Auto-vacuum internal data' (1) processed no record"
# A refusal is also logged, by the web controller.
REFUSAL = "odoo.http"
# One that comes with a button to the voucher: Odoo logs those as errors.
WITH_BUTTON = re.compile(r"^odoo\.exceptions\.RedirectWarning: ", re.MULTILINE)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, database, port, log, surroundings):
        port = port or free_port()
        self.log, self.url = log, f"http://127.0.0.1:{port}"
        command = [
            sys.executable,
            str(Path(__file__).parents[1] / "serve_odoo.py"),
            "-d",
            database,
            "--db-filter",
            f"^{database}$",
            "--workers=2",
        ]
        command += ["--http-interface=127.0.0.1", f"--http-port={port}", f"--gevent-port={free_port()}"]
        command += ["--max-cron-threads=1", "--limit-time-real=600", "--limit-time-cpu=600"]
        command += ["--limit-memory-soft=8589934592", "--limit-memory-hard=0", "--limit-request=1000000000"]
        self.file = open(log, "w")
        self.process = subprocess.Popen(command, env=surroundings, stdout=self.file, stderr=self.file)

    def wait(self, seconds=180):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(urllib.error.URLError, OSError):
                if opener.open(f"{self.url}/web/login", timeout=60).status == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise SystemExit(f"Odoo did not start, see {self.log}")

    def http_workers(self):
        """Process ids of the workers that answer requests; a worker that dies is replaced by another."""
        with open(self.log, errors="replace") as lines:
            found = [ALIVE.search(line) for line in lines]
        return [int(match[2]) for match in found if match and match[1] == "WorkerHTTP"]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.file.close()


def records(path):
    """The records of a log: (level, logger, text with what follows it)."""
    current = None
    with open(path, errors="replace") as lines:
        for line in lines:
            if match := RECORD.match(line):
                if current:
                    yield current
                current = (match[2], match[4], match[5])
            elif current:
                current = (*current[:2], f"{current[2]}\n{line.rstrip()}")
    if current:
        yield current


def judge(path):
    """:return: (counter of what is expected of people working at once, list of records that are trouble)"""
    expected, trouble = Counter(), []
    for level, logger, text in records(path):
        if RETRY.search(text):
            expected["retried by Odoo"] += 1
        if level not in ("WARNING", "ERROR", "CRITICAL") and "Traceback" not in text:
            continue
        if logger == REFUSAL and (level == "WARNING" and "Traceback" not in text or WITH_BUTTON.search(text)):
            expected["refusals logged"] += 1
        elif BUSY in text:
            expected["housekeeping put off"] += 1
        elif CONFLICT.search(text) and logger in ("odoo.sql_db", "odoo.service.model"):
            expected["conflicts of two transactions"] += 1
        else:
            trouble.append(f"{level} {logger}: {text}")
    return expected, trouble
