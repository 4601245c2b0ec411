"""Odoo 19: where it is, or how to get it."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

import apt
import places
import steps
from steps import Problem, say

SERIES = "19.0"
GIT = "https://github.com/odoo/odoo.git"
# The build of Debian's package that the tests were run with.
TESTED_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
# Debian keeps the libraries and fonts that Odoo brings along in packages of their own; those of unstable
# are too new for the file names that Odoo links to, so they come from this release.
COMPANION_SUITE = "trixie"
COMPANIONS = [
    "fonts-font-awesome", "fonts-inconsolata", "fonts-glyphicons-halflings", "fonts-montserrat", "fonts-ocr-b",
    "fonts-roboto-unhinted", "libjs-jquery", "libjs-jquery-form", "libjs-underscore",
]  # fmt: skip
# Left out of Debian's package (its licence) but named in the web client's bundle: without a file in its place
# every page logs an error in the browser, and Odoo's browser tests fail on any.
PLACEHOLDER = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def find_or_fetch():
    """The folders to put on Python's path, so that `import odoo` finds Odoo 19."""
    if os.environ.get("ODOO_PATH"):
        return check(Path(os.environ["ODOO_PATH"]).expanduser().resolve())
    return importable() or fetched() or fetch()


def check(root):
    found = layout(root)
    if found:
        return found
    raise Problem(
        f"ODOO_PATH={root} holds no Odoo {SERIES} ({describe(root)})",
        f"set it to the folder that holds odoo/release.py of Odoo {SERIES}, or unset it and Odoo is fetched",
    )


def series(root):
    """The series of the Odoo in this folder, None if there is none."""
    try:
        text = (root / "odoo/release.py").read_text()
    except OSError:
        return None
    found = re.search(r"^version_info = \((\d+), (\d+)", text, re.MULTILINE)
    return ".".join(found.groups()) if found else "unknown"


def describe(root):
    return f"it is {series(root)}" if series(root) else "no odoo/release.py there"


def layout(root):
    """[root] of an installed Odoo, [root, root/addons] of upstream's tree, None of anything else."""
    if series(root) != SERIES:
        return None
    if (root / "odoo/addons/account").is_dir():
        return [root]
    return [root, root / "addons"] if (root / "addons/account").is_dir() else None


def importable():
    """An Odoo that this Python can import, by a link to it: what else is in its folder is not for our packages."""
    spec = importlib.util.find_spec("odoo")
    for folder in (spec and spec.submodule_search_locations) or []:
        if layout(Path(folder).parent) == [Path(folder).parent]:
            link = places.HOME / "importable/odoo"
            link.parent.mkdir(exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(folder)
            return [link.parent]
    return None


def fetched():
    for root in (places.ODOO / "usr/lib/python3/dist-packages", places.ODOO):
        if found := layout(root):
            return found
    return None


def fetch():
    reasons = []
    for way in (from_debian, from_git):
        try:
            way()
            return fetched()
        except (Problem, OSError, subprocess.CalledProcessError) as error:
            reasons.append(
                f"{way.__name__.replace('_', ' ')}: {error.args[0] if isinstance(error, Problem) else error}"
            )
    raise Problem(
        f"Odoo {SERIES} could not be fetched ({'; '.join(reasons)})",
        "check the network and run the command again", f"or set ODOO_PATH to a folder with Odoo {SERIES}",
    )  # fmt: skip


def from_debian():
    """Debian's package of Odoo, with what it shares with other packages."""
    if not apt.debian_mirror():
        raise Problem("no Debian mirror among this machine's package sources")
    with steps.step("Odoo 19: downloading Debian's package (about 130 MB)"):
        files = apt.download(
            ["odoo-19", *(f"{name}/{COMPANION_SUITE}" for name in COMPANIONS)], ["sid", COMPANION_SUITE]
        )
        report_build(next(file for file in files if file.name.startswith("odoo-19_")))
    with steps.step("Odoo 19: unpacking"):
        partial = places.HOME / "odoo.partial"
        shutil.rmtree(partial, ignore_errors=True)
        apt.unpack(files, partial)
        write_placeholder(partial / "usr/lib/python3/dist-packages")
        steps.replace_folder(partial, places.ODOO)


def report_build(file):
    known = hashlib.sha256(file.read_bytes()).hexdigest() == TESTED_SHA256
    say(f"         {file.name}" + ("" if known else " (not the build this project was tested with)"))


def write_placeholder(root):
    file = root / PLACEHOLDER
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("// Not part of this build of Odoo: background blur in calls is off.\n")


def from_git():
    """A shallow clone of the series' branch."""
    if not shutil.which("git"):
        raise Problem("git is not installed")
    partial = places.HOME / "odoo.partial"
    shutil.rmtree(partial, ignore_errors=True)
    address = os.environ.get("ODOO_GIT", GIT)
    with steps.step(f"Odoo 19: cloning {address}"):
        command = ["git", "clone", "--quiet", "--depth=1", "--branch", SERIES, address, partial]
        if not steps.run_logged(command, "git", env=dict(os.environ, GIT_TERMINAL_PROMPT="0")):
            raise Problem(steps.reason("git") or "git clone failed")
        steps.replace_folder(partial, places.ODOO)
