"""The virtual environment: Odoo's Python packages at their pinned versions, by uv, else by pip."""

import hashlib
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

import apt
import places
import steps
from steps import Problem, log_path, run_logged

UV = "uv==0.13.9"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
CERTIFI = """def where():
    return {bundle!r}


def contents():
    with open(where()) as bundle:
        return bundle.read()
"""
FILES = {
    "run": places.REPO / "requirements.txt",
    "test": places.SETUP / "requirements-test.txt",
    "lint": places.SETUP / "requirements-lint.txt",
}
OTHER_ADDONS = places.SETUP / "requirements-test-addons.txt"


def prepare(kinds):
    """A venv with these kinds of packages; nothing is done for what is there already."""
    with steps.lock("venv"):
        if not usable():
            with steps.step(f"Python {sys.version.split()[0]}: virtual environment"):
                create()
        for kind in kinds:
            install(kind)
        if "test" in kinds:
            install_addons()


def usable():
    """Whether the venv was finished, and by this Python (a removed or upgraded one leaves dangling links)."""
    mark = places.VENV / "created-by"
    return mark.is_file() and mark.read_text() == sys.version and places.venv_python().exists()


def create():
    shutil.rmtree(places.VENV, ignore_errors=True)
    if not run_logged([sys.executable, "-m", "venv", places.VENV], "python"):
        create_without_pip()
    (places.VENV / "created-by").write_text(sys.version)


def create_without_pip():
    """Debian and Ubuntu keep pip apart from Python: take it from their package, unpacked privately."""
    shutil.rmtree(places.VENV, ignore_errors=True)
    if not run_logged([sys.executable, "-m", "venv", "--without-pip", places.VENV], "python"):
        raise Problem(f"Python's venv module does not work (see {log_path('python')})", "install python3-venv")
    try:
        unpack_pip(next(places.VENV.glob("lib/python3*/site-packages")))
    except Problem as problem:
        raise Problem(
            f"this Python has no pip, and pip could not be fetched ({problem.args[0]})", "install python3-venv"
        ) from None


def unpack_pip(site_packages):
    folder = places.DOWNLOADS / "pip"
    if not list(folder.rglob("pip-*.whl")):
        apt.unpack(apt.download(["python3-pip-whl"]), folder)
    with zipfile.ZipFile(next(folder.rglob("pip-*.whl"))) as wheel:
        wheel.extractall(site_packages)
    if not SYSTEM_CERTIFICATES.exists():
        core = site_packages / "pip/_vendor/certifi/core.py"
        core.write_text(CERTIFI.format(bundle=str(certificates())))


def certificates():
    """Debian's pip trusts the system's certificates only, and a bare system has none: take them from their package."""
    bundle, folder = places.HOME / "certificates.pem", places.DOWNLOADS / "certificates"
    apt.unpack(apt.download(["ca-certificates"]), folder)
    found = sorted((folder / "usr/share/ca-certificates").rglob("*.crt"))
    bundle.write_text("\n".join(file.read_text() for file in found))
    return bundle


def pip(*arguments):
    command = [places.venv_python(), "-m", "pip", "--disable-pip-version-check", "--retries=2", *arguments]
    return run_logged(command, "python")


def install(kind):
    file = FILES[kind]
    mark = places.VENV / f"installed-{kind}"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == digest:
        return
    with steps.step(f"Python packages: {file.relative_to(places.REPO)}"):
        if not (by_uv("-r", file) or pip("install", "-r", file)):
            raise Problem(
                f"Python packages could not be installed: {reason()}",
                f"see {log_path('python')}",
                "check the network and the settings of pip (pip config list), then run the command again",
            )
    mark.write_text(digest)


def install_addons():
    """Other people's addons, beside the venv: a test that works with one names the folder."""
    text = OTHER_ADDONS.read_bytes()
    mark = places.ADDONS / "installed"
    if mark.is_file() and mark.read_bytes() == text:
        return
    shutil.rmtree(places.ADDONS, ignore_errors=True)
    with steps.step(f"other people's addons: {OTHER_ADDONS.relative_to(places.REPO)}"):
        arguments = ["--no-deps", "--target", places.ADDONS, "-r", OTHER_ADDONS]
        if not (by_uv(*arguments) or pip("install", *arguments)):
            raise Problem(f"addons could not be installed: {reason()}", f"see {log_path('python')}")
    mark.write_bytes(text)


def reason():
    """Why the last attempt failed, in short."""
    if re.search("connection|resolution|timed out|ssl", steps.last_attempt("python"), re.IGNORECASE):
        return "the package index cannot be reached"
    return steps.reason("python")


def install_into(folder, package):
    arguments = ["--no-deps", "--target", folder, package]
    return by_uv(*arguments) or pip("install", *arguments)


def by_uv(*arguments):
    uv = shutil.which("uv") or places.VENV / "bin/uv"
    if not os.path.exists(uv) and not pip("install", UV):
        return False
    settings = dict(
        os.environ, VIRTUAL_ENV=str(places.VENV), UV_CACHE_DIR=str(places.DOWNLOADS / "uv"), UV_LINK_MODE="hardlink"
    )
    return run_logged([uv, "pip", "install", *arguments], "python", env=settings)


def running_in_venv():
    return os.path.realpath(sys.prefix) == os.path.realpath(places.VENV)


def enter_venv():
    """Start the same command again in the venv, where PostgreSQL's client library is."""
    os.execv(places.venv_python(), [str(places.venv_python()), "-B", *sys.argv])
