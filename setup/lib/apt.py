"""Debian packages without root: own package lists, signatures checked, unpacked into a folder of the cache.

The mirror is the one that the machine's own apt is configured with, read at run time."""

import os
import re
import shutil
import subprocess

import places
import steps
from steps import Problem

FOLDER = places.HOME / "apt"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def os_release():
    with open("/etc/os-release") as handle:
        pairs = (line.rstrip().split("=", 1) for line in handle if "=" in line)
        return {key: value.strip('"') for key, value in pairs}


def mirror_in(print_uris, codename):
    """The address of the Debian mirror in what `apt-get update --print-uris` prints."""
    found = re.search(rf"^'(\S+?)/?/dists/{re.escape(codename)}/(?:InRelease'|main/)", print_uris, re.MULTILINE)
    return found and found.group(1)


def debian_mirror():
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb") or not os.path.exists(KEYRING):
        return None
    release = os_release()
    if release.get("ID") != "debian":
        return None
    uris = subprocess.run(["apt-get", "update", "--print-uris"], capture_output=True, text=True).stdout
    return mirror_in(uris, release.get("VERSION_CODENAME", ""))


def _configure(suites=(), installed=False):
    """An apt configuration of our own, for these suites of Debian or (none given) for the machine's own sources;
    `installed`: count the machine's packages as there."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (FOLDER / folder).mkdir(parents=True, exist_ok=True)
    empty = FOLDER / "no-packages"
    empty.touch()
    settings = {
        "Dir::State::lists": FOLDER / "lists",
        "Dir::State::status": "/var/lib/dpkg/status" if installed else empty,
        "Dir::Cache": FOLDER / "cache",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "2",
    }
    if suites:
        settings |= _own_sources(suites)
    config = FOLDER / f"{'-'.join(suites) or 'machine'}.conf"
    config.write_text("".join(f'{key} "{value}";\n' for key, value in settings.items()))
    return dict(os.environ, APT_CONFIG=str(config), LC_ALL="C")


def _own_sources(suites):
    sources = FOLDER / f"{'-'.join(suites)}.sources"
    sources.write_text(
        f"Types: deb\nURIs: {debian_mirror()}\nSuites: {' '.join(suites)}\nComponents: main\nSigned-By: {KEYRING}\n"
    )
    return {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        # A mirror that lags behind is good enough; what it serves is signed all the same.
        "Acquire::Check-Valid-Until": "false",
    }


def _apt(arguments, environment, cwd):
    if not steps.run_logged(["apt-get", "-q", *arguments], "apt", env=environment, cwd=cwd):
        raise Problem(steps.reason("apt"), f"see {steps.log_path('apt')}")


def download(packages, suites=()):
    """Fetch just these packages ("name" or "name/suite"); returns the files."""
    if not shutil.which("apt-get"):
        raise Problem("this machine has no apt")
    folder = places.DOWNLOADS / "debian"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = _configure(suites)
    _apt(["update", *(["--error-on=any"] if suites else [])], environment, folder)
    _apt(["download", *packages], environment, folder)
    return sorted(folder.glob("*.deb"))


def download_with_dependencies(packages):
    """Fetch packages of the machine's own sources and whatever they need that is not installed."""
    environment, archives = _configure(installed=True), FOLDER / "cache/archives"
    shutil.rmtree(archives)
    (archives / "partial").mkdir(parents=True)
    _apt(["update"], environment, FOLDER)
    _apt(["install", "--yes", "--download-only", "--no-install-recommends", *packages], environment, FOLDER)
    return sorted(archives.glob("*.deb"))


def unpack(files, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        if not steps.run_logged(["dpkg-deb", "-x", file, folder], "apt"):
            raise Problem(f"{file.name} could not be unpacked", f"see {steps.log_path('apt')}")
        file.unlink()
