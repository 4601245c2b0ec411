"""The sides of one database: loads Odoo once, and for each side that asks measures in a process of its own.

Started by suite.py, with $ODOO_RC set. A side asks by a connection to the socket: a line that names case, side and size,
then a line for each turn. Every line is answered by one line of JSON.
"""

import argparse
import contextlib
import gc
import json
import os
import signal
import socket
import sys
import traceback

from cases import CASES
from harness import Meter, environment, registry
from job import Refused

ALONE = "SET jit = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '64MB'"  # one process for all of it


class Turns:
    """A job, done again and again from the same state, or once if it is to be committed."""

    def __init__(self, env, job, fresh=False):
        self.env, self.cr, self.job = env, env.cr, job
        self.settle()
        self.base = None if fresh else self.cr.savepoint(flush=False)

    def settle(self):
        self.env.flush_all()
        self.cr.flush()
        self.env.invalidate_all()

    def turn(self):
        self.job.before()
        self.settle()
        with Meter(self.cr) as meter:
            self.job.run()
            self.cr.flush()
        self.job.check()
        self.forget()
        return {name: getattr(meter, name) for name in ("python", "database", "total", "queries", "peak")}

    def forget(self):
        self.env.invalidate_all(flush=False)
        self.env.transaction.clear()
        self.cr.precommit.clear()
        if self.base:
            self.base.rollback()


def serve(database, lines, tell):
    """One side, until whoever asked hangs up."""
    wanted = json.loads(lines.readline())
    case = CASES[wanted["case"]]
    side = case.sides[wanted["side"]]
    with environment(database) as env:
        env.cr.execute(ALONE)
        job = side.job(env, **({"number": wanted["size"]} if case.sizes else {}))
        turns = Turns(env, job, side.fresh)
        tell("ready", records=job.records)
        for _line in lines:
            tell("turn", **turns.turn())


def child(database, connection):
    stream = connection.makefile("rw")

    def tell(answer, **values):
        stream.write(json.dumps({"answer": answer, **values}) + "\n")
        stream.flush()

    try:
        serve(database, stream, tell)
    except Refused as refusal:
        tell("refused", reason=str(refusal))
    except Exception as error:
        traceback.print_exc()
        with contextlib.suppress(BrokenPipeError):
            tell("refused", reason=f"{type(error).__name__}: {error}".splitlines()[0][:200])


def main():
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--database", required=True)
    made.add_argument("--socket", required=True)
    options = made.parse_args()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    registry(options.database)
    from odoo.sql_db import close_all

    close_all()  # a connection is no good in two processes
    gc.freeze()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(options.socket)
    listening.listen()
    print("ready", flush=True)
    while True:
        connection, _address = listening.accept()
        if not os.fork():
            listening.close()
            child(options.database, connection)
            os._exit(0)
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
