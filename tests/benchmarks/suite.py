"""Everything in one run: makes the ledgers it lacks, measures each case with all its sides, writes the table of README.md.

    ./setup/odoo --python tests/benchmarks/suite.py --sizes 1000,20000,100000

Each side runs in a process of its own, and the sides of a case take turns, so that all see the same machine. A ratio is
the median of the ratios of the turns. Only CPU is counted, of Python and of the database session. --only keeps what
other runs measured of the other cases; --dry writes nothing.
"""

import argparse
import contextlib
import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import prepare
from cases import CASES
from report import Measured, Missing, Results, put_between

HERE = Path(__file__).resolve().parent
KEPT = HERE / "measured.json"
PEERS_LARGEST = 20_000  # in a larger ledger their installation takes longer than all the rest
README = HERE / "README.md"


def arguments():
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("-d", "--database", default="b", help="how the names of the databases begin")
    made.add_argument("--sizes", type=lambda text: [int(one) for one in text.split(",")], default=[1000])
    made.add_argument("--only", default="", help="cases whose key begins with one of these words, separated by commas")
    made.add_argument("--repeat", type=int, default=9, help="turns at most")
    made.add_argument("--seconds", type=float, default=60, help="of CPU, after which a case gets no more turns")
    made.add_argument("--again", action="store_true", help="our addons as they are now, in fresh copies of the ledgers")
    made.add_argument("--dry", action="store_true")
    return made.parse_args()


# ------------------------------------------------------------------ databases


def prepare_all(options, cases):
    """The ledgers that these cases ask for, each with the addons of every side; what is there stays."""
    if any(not case.sizes or case.ledger == "first" for case in cases):
        peers = {"oca": prepare.OCA} if prepare.fetch_peers() else {}
        for size in options.sizes:
            wanted = {"credit": prepare.OURS, **(peers if size <= PEERS_LARGEST else {})}
            prepare_one(options, f"{options.database}_{size}", ledger_options(size), wanted)
    if any(case.ledger == "cohorts" for case in cases):
        wanted = {"credit": "adjustment_voucher", "all": prepare.OURS}
        prepare_one(options, f"{options.database}_cohorts", [*prepare.cohort_options(), "--big", 2000], wanted)


def prepare_one(options, name, ledger, wanted):
    prepare.make(name, ledger)
    for suffix, addons in wanted.items():
        if options.again and addons != prepare.OCA:
            prepare.drop(f"{name}_{suffix}")
        prepare.extend(name, suffix, addons)


def ledger_options(size):
    per_customer = {"invoices": 8.5, "credits": 1.5, "closed": 3, "orders": 3, "closed-orders": 1}
    found = ["--customers", size]
    for name, number in per_customer.items():
        found += [f"--{name}", int(size * number)]
    return found


# ------------------------------------------------------------------ turns


class Failed(Exception):
    pass


class Server:
    """Odoo with one database, from which each side gets a process of its own."""

    def __init__(self, database):
        self.folder = tempfile.TemporaryDirectory()
        self.path = f"{self.folder.name}/socket"
        command = [sys.executable, HERE / "worker.py", "--database", database, "--socket", self.path]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if not self.process.stdout.readline():
            raise Failed(f"Odoo does not start with {database}")

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.path)
        return connection

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


class Servers(dict):
    def __missing__(self, database):
        self[database] = Server(database)
        return self[database]

    def end(self):
        for server in self.values():
            server.end()
        self.clear()


class Worker:
    """One side of a case, in its process."""

    def __init__(self, server, case, side, size):
        self.connection = server.connect()
        self.stream = self.connection.makefile("rw")
        self.turns, self.records = [], None
        self.ask({"case": case, "side": side, "size": size})

    def ask(self, question):
        self.stream.write(json.dumps(question) + "\n")
        self.stream.flush()

    def read(self):
        line = self.stream.readline()
        if not line:
            raise Failed("it failed, see above")
        answer = json.loads(line)
        if answer.pop("answer") == "refused":
            raise Failed(answer["reason"])
        return answer

    def ready(self):
        self.records = self.read()["records"]

    def turn(self):
        self.ask("turn")
        self.turns.append(self.read())

    def end(self):
        """Hang up, and wait until the process is gone and its transaction with it."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
        self.stream.read()
        self.stream.close()
        self.connection.close()


class Fresh:
    """The same with a copy of the database for each turn, which may be committed to."""

    def __init__(self, database, case, side, size):
        self.database, self.wanted = database, (case, side, size)
        self.turns, self.records = [], 0

    def ready(self):
        pass

    def turn(self):
        copy = f"{self.database}~turn"
        prepare.drop(copy)
        prepare.server(f'CREATE DATABASE "{copy}" TEMPLATE "{self.database}"')
        server = Server(copy)
        try:
            worker = Worker(server, *self.wanted)
            worker.ready()
            worker.turn()
            worker.end()
        finally:
            server.end()
            prepare.drop(copy)
        self.turns += worker.turns
        self.records = worker.records

    def end(self):
        pass


def measure(options, case, size, servers):
    """:return: Results of all sides of a case at a size"""
    workers, results = start(options, case, size, servers)
    for _turn in range(options.repeat + 1):
        for name in list(workers):
            attempt(case, size, name, workers, results, lambda worker: worker.turn())
        if has_enough(workers.values(), options.seconds):
            break
    for name, worker in workers.items():
        worker.end()
        turns = worker.turns[1:] or worker.turns  # the first fills the caches
        results.measured.append(Measured(case.key, case.title, name, size, worker.records, tuple(turns)))
    return results


def has_enough(workers, seconds):
    """Whether the turns so far took their time; a second turn is worth three times as much."""
    spent = sum(turn["total"] for worker in workers for turn in worker.turns)
    once = all(len(worker.turns) < 2 for worker in workers)
    return spent > (3 * seconds if once else seconds)


def start(options, case, size, servers):
    results = Results(missing=list(known_missing(case, size)))
    workers = {}
    first = options.sizes[0] if case.ledger == "first" else None
    for name, side in case.sides_at(size).items():
        database = case.database(options.database, size, name, first)
        if not prepare.exists(database):
            results.missing.append(Missing(case.key, name, size, "not installed in a ledger of this size"))
            continue
        source = database if side.fresh else servers[database]
        workers[name] = (Fresh if side.fresh else Worker)(source, case.key, name, size)
        attempt(case, size, name, workers, results, lambda worker: worker.ready())
    return workers, results


def known_missing(case, size):
    for name, reason in case.missing.items():
        yield Missing(case.key, name, 0, reason)
    for name, side in case.sides.items():
        if side.largest and size > side.largest:
            yield Missing(case.key, name, size, side.reason)


def attempt(case, size, name, workers, results, step):
    """A side that fails is left out from then on, and said to be."""
    try:
        step(workers[name])
    except Failed as failure:
        workers.pop(name).end()
        results.missing.append(Missing(case.key, name, size, str(failure)))


# ------------------------------------------------------------------ all of it


def main():
    options = arguments()
    words = tuple(options.only.split(","))
    cases = [case for case in CASES.values() if case.key.startswith(words)]
    prepare_all(options, cases)
    kept = Results.from_json(KEPT.read_text()) if KEPT.exists() else Results()
    servers = Servers()
    sizes = sorted({size for case in cases for size in case.sizes or options.sizes})
    for size in sizes:
        for case in cases:
            if size in (case.sizes or options.sizes):
                found = measure(options, case, size, servers)
                kept = kept.replace(found)
                show(found, kept)
                if not options.dry:
                    write(kept)
        servers.end()
    print(*kept.findings(), sep="\n")


def show(found, kept):
    for one in found.measured:
        totals = f"{1000 * one.median('python'):,.1f} + {1000 * one.median('database'):,.1f} ms"
        print(f"{one.case} {one.size:,} {one.side}: {totals}, {len(one.turns)} turns, {one.peak:,.0f} MB", flush=True)
        if one.side.startswith("ours"):
            print(kept.row(one), flush=True)
    for one in found.missing:
        print(f"{one.case} {one.size:,} {one.side}: not measured: {one.reason}", flush=True)


def write(results):
    results = in_order(results)
    KEPT.write_text(results.to_json())
    notes = "\n".join(["Not measured, or not quite the same:", "", *results.notes()])
    README.write_text(put_between(README.read_text(), f"{results.table()}\n\n{notes}"))


def in_order(results):
    order = {key: place for place, key in enumerate(CASES)}
    known = [one for one in results.measured if one.case in order]
    known.sort(key=lambda one: (order[one.case], one.side, one.size))
    missing = [one for one in results.missing if one.case in order]
    return Results(known, sorted(missing, key=lambda one: (order[one.case], one.side, one.size)))


if __name__ == "__main__":
    sys.exit(main())
