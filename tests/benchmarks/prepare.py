"""Make the databases of the benchmarks: NAME with stock Odoo and a ledger, NAME_credit with the same and credit_hold.

Options not named here are those of ledger.py. With --again only NAME_credit is made anew, with the addon as it is now.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import psycopg2
from ledger_cohorts import usual

HERE = Path(__file__).resolve().parent
STOCK = "sale_management,account_debit_note,account_payment"


def main():
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("-d", "--database", default="bench")
    made.add_argument("--again", action="store_true")
    made.add_argument("--addons", default="credit_hold", help="what NAME_credit has more than NAME")
    made.add_argument("--drop", action="store_true", help="only drop both databases")
    made.add_argument("--cohorts", action="store_true", help="with the usual cohorts (ledger_cohorts.py)")
    options, rest = made.parse_known_args()
    if options.cohorts:
        rest += [word for cohort in usual() for word in ("--cohort", str(cohort))]
    name, ours = options.database, f"{options.database}_credit"
    server(f'DROP DATABASE IF EXISTS "{ours}" WITH (FORCE)')
    if not options.again:
        server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    if options.drop:
        return
    if not options.again:
        odoo(name, STOCK)
        subprocess.run([sys.executable, HERE / "ledger.py", "-d", name, *rest], check=True)
    server(f'CREATE DATABASE "{ours}" TEMPLATE "{name}"')
    odoo(ours, options.addons)
    server("VACUUM ANALYZE", ours)


def server(statement, database="postgres"):
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()


def odoo(database, modules):
    options = ["--skip-auto-install", "--without-demo", "--stop-after-init", "--no-http", "--log-level=error"]
    subprocess.run([sys.executable, "-m", "odoo", "-d", database, "-i", modules, *options], check=True)


if __name__ == "__main__":
    sys.exit(main())
