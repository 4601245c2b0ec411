"""The commands behind setup/run, setup/test, setup/lint, setup/wheels, setup/stop, setup/reset and setup/odoo."""

import argparse
import errno
import os
import shutil
import signal
import sys
from pathlib import Path

import chromium
import databases
import environment
import linting
import odoo_command
import odoo_source
import places
import postgres
import server
import steps
import testing
import wheels
from steps import Problem, say


def main(command, arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return COMMANDS[command](arguments)
    except Problem as problem:
        return steps.report(problem)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return steps.report(Problem(str(error)))
    except KeyboardInterrupt:
        return 130


def prepare(*kinds):
    """Odoo, and its Python packages in a venv, in whose Python we then are; returns Odoo's folders."""
    steps.make_cache_folder()
    with steps.lock("odoo"):
        roots = odoo_source.find_or_fetch()
    os.environ["ODOO_PATH"] = str(roots[0])
    prepare_python(*kinds)
    return roots


def prepare_python(*kinds):
    steps.make_cache_folder()
    environment.prepare(kinds)
    if not environment.running_in_venv():
        environment.enter_venv()


def run(arguments):
    options = parse("run", RUN, arguments)
    steps.make_cache_folder()
    with server.registered(options.port):
        roots = prepare("run")
        with postgres.server():
            surroundings = odoo_command.settings(roots)
            databases.for_run(roots, surroundings, options.database)
            steps.all_there()
            server.serve(options.port, options.database, surroundings)


def test(arguments):
    options, rest = parser("test", TEST).parse_known_args(arguments)
    roots = prepare("run", "test")
    if options.pure:
        return testing.run_pure(rest)
    with postgres.server():
        surroundings = odoo_command.settings(roots, options.auto_install)
        surroundings["PATH"] = f"{chromium.prepare()}:{surroundings['PATH']}"
        template = databases.for_tests(roots, surroundings)
        steps.all_there()
        chosen = testing.run_odoo_runner if options.odoo_runner else testing.run_pytest
        return chosen(rest, surroundings, template)


def odoo(arguments):
    if arguments[:1] in ([], ["--help"], ["-h"]):
        say(ODOO)
        return 0
    roots = prepare("run", "test")
    with postgres.server():
        program = arguments[1:] if arguments[0] == "--python" else ["-m", "odoo", *arguments]
        command = [places.venv_python(), *program]
        return testing.wait_for(odoo_command.start(command, odoo_command.settings(roots)))


def lint(arguments):
    options = parse("lint", LINT, arguments)
    prepare_python("lint")
    linting.prepare()
    return linting.run_all(options.fix)


def build_wheels(arguments):
    options = parse("wheels", WHEELS, arguments)
    roots = prepare("run", "lint")
    made = wheels.build(options.folder)
    wheels.prove(made, roots)
    for wheel in made:
        say(str(wheel))


def stop(arguments):
    parse("stop", STOP, arguments)
    ports = server.stop_all()
    say(f"stopped: {', '.join(f'http://localhost:{port}' for port in ports)}" if ports else "nothing was running")
    if not postgres.stop_now():
        say("PostgreSQL goes on: another command is using it")


def reset(arguments):
    options = parse("reset", RESET, arguments)
    if options.database:
        prepare("run")
        with postgres.server():
            databases.drop(databases.RUN_DATABASE)
        say(f"database {databases.RUN_DATABASE} dropped; setup/run makes it anew")
        return
    if not places.HOME.exists():
        say(f"nothing to remove: there is no {places.HOME}")
        return
    steps.check_ours()
    question = f"Remove {places.HOME} with all databases in it? [y/N] "
    if sys.stdin.isatty() and not options.yes and input(question).lower() != "y":
        return
    server.stop_all()
    if not postgres.stop_now():
        raise Problem("another command is using the databases", "wait until it ends, or end it")
    shutil.rmtree(places.HOME)
    say(f"removed {places.HOME}")


RUN = """Serve the three addons with demo data at http://localhost:8069. The first run fetches what it needs
(Odoo 19, Python packages, PostgreSQL where there is none), which takes minutes; the next ones take seconds."""
TEST = """Run all tests, browser tours included, after setting up what they need. Other arguments go to pytest
(paths, -k EXPRESSION, -x ...), or to Odoo with --odoo-runner."""
LINT = """Check the code: ruff, pylint-odoo, prettier, eslint. Needs no database."""
WHEELS = """Build each addon as a wheel, and prove that pip installs them and that Odoo finds them."""
STOP = "End setup/run and the PostgreSQL of its own. Data is kept."
RESET = """Remove the cache folder: Odoo, Python packages, databases. What the databases hold is lost."""
ODOO = """usage: setup/odoo ARGUMENTS           Odoo's command line, with this checkout's addons and databases
       setup/odoo --python FILE ...   a Python script that can import odoo

  setup/odoo shell -d credit --no-http
  setup/odoo -d credit -u credit_hold --stop-after-init"""
VARIABLES = """variables: CREDIT_DEV_HOME cache folder (default /var/cache/odoo-credit for root, else ~/.cache/odoo-credit);
ODOO_PATH a folder with Odoo 19; ODOO_GIT the repository to clone it from; PGHOST, PGPORT, PGUSER, PGPASSWORD
a PostgreSQL server; PYTHON a Python 3.10 to 3.13; CHROME_BIN a Chromium for the tests"""


def parser(name, text):
    made = argparse.ArgumentParser(
        prog=f"setup/{name}", description=text, epilog=VARIABLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for option, settings in OPTIONS[name]:
        made.add_argument(option, **settings)
    return made


def parse(name, text, arguments):
    return parser(name, text).parse_args(arguments)


OPTIONS = {
    "run": [
        ("--port", {"type": int, "default": 8069, "help": "default 8069"}),
        ("--database", {"default": databases.RUN_DATABASE, "help": f"default {databases.RUN_DATABASE}"}),
    ],
    "test": [
        ("--pure", {"action": "store_true", "help": "only tests that need neither Odoo nor a database (seconds)"}),
        ("--auto-install", {"action": "store_true", "help": "with the modules that Odoo adds by itself to ours"}),
        ("--odoo-runner", {"action": "store_true", "help": "Odoo's own test runner instead of pytest"}),
    ],
    "lint": [("--fix", {"action": "store_true", "help": "let them mend what they can"})],
    "wheels": [("--folder", {"type": Path, "default": places.HOME / "wheels", "help": "default in the cache folder"})],
    "stop": [],
    "reset": [
        ("--database", {"action": "store_true", "help": "only drop setup/run's database"}),
        ("--yes", {"action": "store_true", "help": "do not ask"}),
    ],
}
COMMANDS = {"run": run, "test": test, "lint": lint, "wheels": build_wheels, "stop": stop, "reset": reset, "odoo": odoo}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
