"""Running the tests: pytest on copies of the test database, or Odoo's own runner on one."""

import contextlib
import os
import signal
import subprocess

import addons
import databases
import odoo_command
import places
from steps import Problem

WORKERS = 2
COPY = "credit_run_"


def paths_in(arguments):
    """The files and folders among pytest's arguments."""
    return [
        argument for argument in arguments if not argument.startswith("-") and os.path.exists(argument.split("::")[0])
    ]


def check_paths(arguments):
    """Two workers would say no more than that no tests ran."""
    for argument in arguments:
        path = argument.split("::")[0]
        if not path.startswith("-") and path.endswith(".py") and not os.path.exists(path):
            raise Problem(f"there is no {path}", "give a path as seen from here")


def workers(arguments):
    """One for a single file, which would gain nothing from two: each loads Odoo's registry anew."""
    paths = paths_in(arguments)
    single = len(paths) == 1 and os.path.isfile(paths[0].split("::")[0])
    return 1 if single else WORKERS


def pytest_command(arguments, database=None):
    command = [places.venv_python(), "-m", "pytest", "-c", places.SETUP / "pytest.ini", "--rootdir", places.REPO]
    if database:
        command += [
            "-p",
            "strict",
            "-p",
            "browser",
            f"--odoo-database={database}",
            "--odoo-http",
            "--odoo-log-level=warn",
        ]
        count = workers(arguments)
        command += ["-n", str(count), "--dist", "loadfile"] if count > 1 else []
    else:
        command += ["-p", "no:odoo"]
    return [*command, *arguments, *([] if paths_in(arguments) else default_paths(database))]


def default_paths(database):
    """Every addon's tests and the repository's own; without a database the latter only."""
    folders = [folder / "tests" for folder in addons.folders()] if database else []
    return [folder for folder in [*folders, places.REPO / "tests"] if folder.is_dir()]


def run_pytest(arguments, surroundings, template):
    check_paths(arguments)
    surroundings["PYTHONPATH"] += f":{places.SETUP / 'lib'}"
    surroundings["CREDIT_TEST_TEMPLATE"] = template  # for tests that start a server on a database of their own
    with own_copy(template) as database:
        return wait_for(odoo_command.start(pytest_command(arguments, database), surroundings))


def run_pure(arguments):
    surroundings = dict(os.environ, HYPOTHESIS_STORAGE_DIRECTORY=str(places.HOME / "hypothesis"))
    return subprocess.call([str(part) for part in pytest_command(arguments)], env=surroundings)


def run_odoo_runner(arguments, surroundings, template):
    """The same tests as Odoo's own machinery runs them: modules updated, in its order, failing on logged errors."""
    names = addons.names()
    with own_copy(template) as database:
        command = [places.venv_python(), "-m", "odoo", "-d", database, "-u", ",".join(names), "--stop-after-init"]
        command += ["--test-tags", ",".join(f"/{name}" for name in names), "--http-port", "0", *arguments]
        return wait_for(odoo_command.start(command, surroundings))


@contextlib.contextmanager
def own_copy(template):
    """Tests may commit; so each run has its own copy, and two runs do not meet."""
    name = f"{COPY}{os.getpid()}"
    databases.drop_abandoned(COPY)
    databases.drop(name)
    databases.copy(template, name)
    try:
        yield name
    finally:
        databases.drop(name)


def wait_for(process):
    """The exit code of a process that gets Ctrl-C by itself and our SIGTERM from us."""
    try:
        return process.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        return process.wait()
