"""The database of a soak: a copy of the tests' template, with a ledger loaded into it and people who work there."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
sys.path.append(str(REPO / "setup/lib"))

import databases  # noqa: E402
import odoo_command  # noqa: E402
import odoo_source  # noqa: E402
import places  # noqa: E402, F401

# For each customer, as in the benchmarks' ledger of 100,000.
PER_CUSTOMER = {"invoices": 8.5, "credits": 1.5, "closed": 5, "orders": 3, "closed-orders": 2}


def settings():
    return odoo_command.settings(odoo_source.find_or_fetch())


def make(name, customers, seed, surroundings):
    """The template is given by setup/test, else made as that does it."""
    template = os.environ.get("CREDIT_TEST_TEMPLATE")
    template = template or databases.for_tests(odoo_source.find_or_fetch(), surroundings)
    databases.drop(name)
    databases.copy(template, name)
    options = [f"--{key}={round(number * customers)}" for key, number in PER_CUSTOMER.items()]
    options += [f"--customers={customers}", f"--big={min(2000, customers)}", f"--seed={seed}"]
    script(surroundings, REPO / "tests/benchmarks/ledger.py", "-d", name, *options)


def facts(name, surroundings):
    """Who works there and on whom; a ledger used before knows it."""
    query = "SELECT value FROM ir_config_parameter WHERE key = 'soak.facts'"
    if not databases.query(query, database=name):
        script(surroundings, HERE / "fill.py", name)
    return json.loads(databases.query(query, database=name)[0][0])


def script(surroundings, *command):
    result = subprocess.run(
        [sys.executable, *map(str, command)], env=surroundings, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise SystemExit(f"{command[0]} failed:\n{result.stdout[-2000:]}\n{result.stderr[-4000:]}")
