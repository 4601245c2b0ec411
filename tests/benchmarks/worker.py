"""One side of one case in a process of its own: measures a turn for each line it reads, and writes what it found.

Started by suite.py, with $ODOO_RC set.
"""

import argparse
import json
import sys

from cases import CASES
from harness import Meter, environment
from job import Refused

ALONE = "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'"


def arguments():
    made = argparse.ArgumentParser(description=__doc__)
    for name in ("database", "case", "side"):
        made.add_argument(f"--{name}", required=True)
    made.add_argument("--size", type=int, required=True)
    return made.parse_args()


def tell(answer, **values):
    sys.__stdout__.write(json.dumps({"answer": answer, **values}) + "\n")
    sys.__stdout__.flush()


class Turns:
    """A job, done again and again from the same state; its session does all it does in one process."""

    def __init__(self, env, job):
        self.env, self.cr, self.job = env, env.cr, job
        self.settle()
        self.base = self.cr.savepoint(flush=False)

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
        self.base.rollback()


def work(options):
    case = CASES[options.case]
    with environment(options.database) as env:
        env.cr.execute(ALONE)
        job = case.sides[options.side].job(env, **({"number": options.size} if case.sizes else {}))
        turns = Turns(env, job)
        tell("ready", records=job.records)
        for _line in sys.stdin:
            tell("turn", **turns.turn())


def main():
    options = arguments()
    try:
        work(options)
    except Refused as refusal:
        tell("refused", reason=str(refusal))


if __name__ == "__main__":
    sys.exit(main())
