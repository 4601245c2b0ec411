"""The commands behind setup/run, setup/test, setup/stop, setup/reset and setup/odoo."""

import argparse
import os
import signal
import sys

import databases
import environment
import odoo_command
import odoo_source
import places
import postgres
import steps
import testing


def main(command, arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return COMMANDS[command](arguments)
    except steps.Problem as problem:
        steps.stop_with(problem)
    except KeyboardInterrupt:
        return 130


def prepare(*kinds):
    """Python packages and Odoo; returns Odoo's folders, in the venv's Python."""
    steps.make_cache_folder()
    with steps.lock("odoo"):
        roots = odoo_source.find_or_fetch()
    environment.prepare(kinds)
    if not environment.running_in_venv():
        environment.enter_venv()
    return roots


def test(arguments):
    options, rest = test_options().parse_known_args(arguments)
    roots = prepare("run", "test")
    if options.pure:
        return testing.run_pure(rest)
    with postgres.server():
        surroundings = odoo_command.settings(roots)
        template = databases.for_tests(roots, surroundings)
        run = testing.run_odoo_runner if options.odoo_runner else testing.run_pytest
        return run(rest, surroundings, template)


def test_options():
    parser = argparse.ArgumentParser(prog="setup/test", description="Run the tests; all that they need is set up first.")
    parser.add_argument("--pure", action="store_true", help="only the tests that need neither Odoo nor a database (seconds)")
    parser.add_argument("--odoo-runner", action="store_true", help="Odoo's own test runner instead of pytest")
    return parser


def odoo(arguments):
    roots = prepare("run", "test")
    with postgres.server():
        surroundings = odoo_command.settings(roots)
        if arguments[:1] == ["--python"]:
            command = [places.venv_python(), *arguments[1:]]
        else:
            command = [places.venv_python(), "-m", "odoo", *arguments]
        return testing.wait_for(odoo_command.start(command, surroundings))


COMMANDS = {"test": test, "odoo": odoo}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
