"""Databases: a base template with Odoo's own modules, kept; ours installed on a copy, named by what went into it."""

import contextlib
import hashlib
import json
import os
import time

import addons
import odoo_command
import places
import postgres
import steps
from steps import Problem

# What our addons build on and what their tests look at. Modules that Odoo would add by itself (auto_install)
# are left out unless asked for, which saves a third of the time.
BASE_MODULES = [
    "account", "account_debit_note", "account_payment", "base_import", "payment_demo", "rpc", "sale_management", "web_tour",
]  # fmt: skip
RUN_DATABASE = "credit"
BASES_KEPT = 2
TESTS_KEPT = 4


@contextlib.contextmanager
def sql(database="postgres"):
    import psycopg2

    where = postgres.client_environment()
    named = {"host": where["PGHOST"], "port": where["PGPORT"], "user": where["PGUSER"]} if where else {}
    try:
        connection = psycopg2.connect(dbname=database, **named)
    except psycopg2.OperationalError as error:
        raise Problem(
            f"no connection to PostgreSQL: {str(error).strip().splitlines()[0]}",
            "check PGHOST, PGPORT, PGUSER and PGPASSWORD",
        ) from None
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def query(text, *values, database="postgres"):
    with sql(database) as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def exists(name):
    return bool(query("SELECT 1 FROM pg_database WHERE datname = %s", name))


def drop(name):
    query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy(source, name):
    """File by file where the server can (PostgreSQL 15): faster than through its log, where nothing need survive."""
    (version,) = query("SELECT current_setting('server_version_num')::int")[0]
    query(f'CREATE DATABASE "{name}" TEMPLATE "{source}" {"STRATEGY file_copy" if version >= 150000 else ""}')


def rename(name, new):
    query(f'ALTER DATABASE "{name}" RENAME TO "{new}"')


def note(name, **values):
    """Remember something about a database, in its comment."""
    text = json.dumps({**notes(name), **values, "used": int(time.time())})
    query(f'COMMENT ON DATABASE "{name}" IS %s', text)


def notes(name):
    text = query("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", name)
    try:
        return json.loads(text[0][0])
    except (IndexError, TypeError, ValueError):
        return {}


def drop_old(prefix, kept):
    """Drop all databases of a kind but the last used ones and those in use."""
    found = query(
        "SELECT datname FROM pg_database d WHERE starts_with(datname, %s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datid = d.oid)",
        prefix,
    )
    by_use = sorted((name for (name,) in found), key=lambda name: notes(name).get("used", 0), reverse=True)
    for name in by_use[kept:]:
        drop(name)


def drop_abandoned(prefix):
    """Drop the copies of runs that were killed: their names end in a process id (and a worker's name)."""
    for (name,) in query("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", prefix):
        process = name.removeprefix(prefix).split("-")[0]
        if not os.path.exists(f"/proc/{process}"):
            drop(name)


def base_name(odoo_roots, surroundings):
    """Named by the modules and by the Odoo they come from."""
    release = odoo_roots[0] / "odoo/release.py"
    text = " ".join(
        [*BASE_MODULES, surroundings["ODOO_SKIP_AUTO_INSTALL"], str(odoo_roots[0]), str(release.stat().st_mtime_ns)]
    )
    return f"credit_base_{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def fill(name, surroundings, *options):
    script = places.SETUP / "lib/fill_database.py"
    odoo_command.run_with_progress([places.venv_python(), script, name, *options], surroundings, f"database-{name}")


def base(odoo_roots, surroundings):
    """The template with Odoo's modules and demo data: the long part, done once."""
    name, building = base_name(odoo_roots, surroundings), f"{base_name(odoo_roots, surroundings)}_building"
    with steps.lock("base-database"):
        if not exists(name):
            drop(building)
            with steps.step("database: installing Odoo's modules with demo data (once, a minute or two)"):
                fill(building, surroundings, "--create", "--install", ",".join(BASE_MODULES))
            rename(building, name)
        note(name)
        drop_old("credit_base_", BASES_KEPT)
    return name


def for_tests(odoo_roots, surroundings):
    """The template with our addons as they are in this checkout."""
    key = f"{base_name(odoo_roots, surroundings).removeprefix('credit_base_')}_{addons.digest()}"
    name, building = f"credit_test_{key}", f"credit_building_{key}"
    with steps.lock("test-database"):
        if not exists(name):
            source = base(odoo_roots, surroundings)
            drop(building)
            with steps.step(f"database: installing {', '.join(addons.names())}"):
                copy(source, building)
                fill(building, surroundings, "--install", ",".join(addons.names()), "--bundles")
            rename(building, name)
        note(name)
        drop_old("credit_test_", TESTS_KEPT)
    return name


def for_run(odoo_roots, surroundings, name=RUN_DATABASE):
    """The database that people work in: made once, updated when the addons change, its data kept."""
    if not exists(name):
        template = for_tests(odoo_roots, surroundings)
        with steps.step(f"database: {name}"):
            copy(template, name)
    else:
        check_not_newer(name)
        if notes(name).get("addons") != addons.digest():
            with steps.step(f"database: updating {', '.join(addons.names())}, data kept"):
                fill(
                    name,
                    surroundings,
                    "--install",
                    ",".join(addons.names()),
                    "--update",
                    ",".join(addons.names()),
                    "--bundles",
                )
    note(name, addons=addons.digest())


def check_not_newer(name):
    installed = dict(
        query(
            "SELECT name, latest_version FROM ir_module_module WHERE state IN ('installed', 'to upgrade') AND name = ANY(%s)",
            addons.names(),
            database=name,
        )
    )
    for addon, there, here in addons.newer_in_database(installed):
        raise Problem(
            f"the database {name} was made by a newer {addon} ({there}) than this checkout's ({here})",
            "get the newer version of the project (git pull)",
            "or setup/reset --database, which throws the database's data away",
        )
