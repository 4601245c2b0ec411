"""Make the databases of the benchmarks: NAME with stock Odoo and a ledger, NAME_credit with the same and our addons, and
with --peers NAME_oca with the same and those of OCA's addons that do similar work.

What is there stays, unless --again (NAME_credit anew, with the addons as they are now) or --drop says otherwise. Options
not named here are those of ledger.py.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import psycopg2
from harness import PEERS, addons_path
from ledger_cohorts import usual

HERE = Path(__file__).resolve().parent
STOCK = "sale_management,account_debit_note,account_payment"
OURS = "credit_hold,adjustment_voucher,credit_centre"
OCA = "account_financial_risk,sale_financial_risk,partner_statement"
PACKAGES = (
    "account-financial-risk",
    "sale-financial-risk",
    "partner-statement",
    "report-xlsx",
    "report-xlsx-helper",
)


def arguments():
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("-d", "--database", default="bench")
    made.add_argument("--again", action="store_true")
    made.add_argument("--addons", default=OURS, help="what NAME_credit has more than NAME")
    made.add_argument("--peers", action="store_true", help="make NAME_oca, too")
    made.add_argument("--drop", action="store_true", help="drop the databases of this name, and no more")
    made.add_argument("--cohorts", action="store_true", help="with the usual cohorts (ledger_cohorts.py)")
    return made.parse_known_args()


def main():
    options, rest = arguments()
    name = options.database
    if options.drop:
        for suffix in ("", "_credit", "_all", "_oca"):
            drop(name + suffix)
        return
    make(name, [*rest, *(cohort_options() if options.cohorts else [])])
    if options.again:
        drop(f"{name}_credit")
    extend(name, "credit", options.addons)
    if options.peers and fetch_peers():
        extend(name, "oca", OCA)


def cohort_options():
    return [word for cohort in usual() for word in ("--cohort", str(cohort))]


def make(name, options):
    """Stock Odoo with a ledger. The name is given at the end: what has it is whole."""
    if exists(name):
        return
    drop(f"{name}~")
    install(f"{name}~", STOCK)
    subprocess.run([sys.executable, HERE / "ledger.py", "-d", f"{name}~", *map(str, options)], check=True)
    server(f'ALTER DATABASE "{name}~" RENAME TO "{name}"')


def extend(name, suffix, addons):
    """A copy of a database with more addons in it."""
    made = f"{name}_{suffix}"
    if exists(made):
        return
    drop(f"{made}~")
    server(f'CREATE DATABASE "{made}~" TEMPLATE "{name}"')
    install(f"{made}~", addons)
    server("VACUUM ANALYZE", f"{made}~")
    server(f'ALTER DATABASE "{made}~" RENAME TO "{made}"')


def fetch_peers():
    """OCA's addons, as their packages publish them, in a folder of their own.

    :return: whether they are there
    """
    if not PEERS.exists():
        packages = [f"odoo-addon-{name}>=19.0.dev0,<20" for name in PACKAGES]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--pre", "--target", PEERS, *packages]
        subprocess.run(pip, check=False)
    return PEERS.exists()


def exists(name):
    return bool(server(f"SELECT FROM pg_database WHERE datname = '{name}'"))


def drop(name):
    server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def server(statement, database="postgres"):
    """:return: number of rows"""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(statement)
    connection.close()
    return cursor.rowcount


def install(database, modules):
    options = ["--skip-auto-install", "--without-demo", "--stop-after-init", "--no-http", "--log-level=error"]
    command = [sys.executable, "-m", "odoo", "-d", database, "--addons-path", addons_path(), "-i", modules, *options]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
