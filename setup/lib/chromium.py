"""A Chromium for the browser tours: CHROME_BIN, else one on the PATH that really starts, else one of our own.

Odoo takes the first `google-chrome` it finds on the PATH, and without one skips the tours without failing. So the
one chosen gets a wrapper of that name in a folder that is put first on the PATH, and it has to start."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import apt
import environment
import places
import steps
from steps import Problem

WRAPPER = places.CHROMIUM / "bin/google-chrome"
FLAGS = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run"
# Without these Chromium calls home at every start.
QUIET = "--disable-background-networking --disable-component-update --disable-sync --no-first-run"
PAGE = "data:text/html,<script>document.write(6*7)</script>"
PLAYWRIGHT = "playwright==1.58.0"
# What Playwright's build needs of the system; the sound library was renamed in Ubuntu 24.04.
LIBRARIES = [["libnss3", "libgbm1", "libgtk-3-0", sound] for sound in ("libasound2t64", "libasound2")]


def prepare():
    """The folder to put first on the PATH."""
    with steps.lock("chromium"):
        if not (WRAPPER.exists() and same_choice()):
            with steps.step("Chromium for the browser tours"):
                choose()
    return WRAPPER.parent


def same_choice():
    """Whether CHROME_BIN still says what it said when the wrapper was made, and the browser is still there."""
    chosen, wanted = (places.CHROMIUM / "chosen").read_text().split("\n")[:2]
    return wanted == os.environ.get("CHROME_BIN", "") and os.path.exists(chosen)


def choose():
    reasons = []
    for way in (named, on_path, from_debian, from_playwright):
        try:
            browser, libraries = way()
        except (Problem, OSError, subprocess.CalledProcessError) as error:
            reasons.append(error.args[0] if isinstance(error, Problem) else str(error))
            if way is named and os.environ.get("CHROME_BIN"):
                break
            continue
        write_wrapper(browser, libraries)
        if starts(WRAPPER):
            (places.CHROMIUM / "chosen").write_text(f"{browser}\n{os.environ.get('CHROME_BIN', '')}\n")
            return
        WRAPPER.unlink()
        reasons.append(f"{browser} does not start")
        if way is named:
            break
    raise Problem(
        f"no Chromium for the browser tours ({'; '.join(reasons)})",
        "install chromium or google-chrome-stable (not as a snap)",
        "or set CHROME_BIN to the path of one",
    )


def named():
    browser = os.environ.get("CHROME_BIN")
    if not browser:
        raise Problem("CHROME_BIN is not set")
    if not shutil.which(browser):
        raise Problem(f"CHROME_BIN={browser} is not a program")
    return shutil.which(browser), None


def on_path():
    for name in ("google-chrome", "chromium", "google-chrome-stable", "chromium-browser"):
        found = shutil.which(name)
        if found and starts(found):
            return found, None
    raise Problem("none on the PATH that starts")


def starts(browser):
    """Whether it shows a page that runs a script, with its profile where we see it (a snap has its own /tmp)."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, *FLAGS.split(), f"--user-data-dir={profile}", "--dump-dom", PAGE]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return "42" in done.stdout and bool(os.listdir(profile))


def from_debian():
    """Debian's package with all it needs, unpacked into the cache."""
    if apt.os_release().get("ID") != "debian":
        raise Problem("Chromium is no ordinary package of this system")
    unpacked = unpack(["chromium"], "debian")
    return unpacked / "usr/lib/chromium/chromium", unpacked


def from_playwright():
    """Playwright's build of it, and the libraries it needs from this system's packages."""
    folder = places.CHROMIUM / "playwright"
    if not environment.install_into(folder, PLAYWRIGHT):
        raise Problem("Playwright's could not be fetched")
    driver = folder / "playwright/driver"
    surroundings = dict(os.environ, PLAYWRIGHT_BROWSERS_PATH=str(folder / "browsers"))
    if not steps.run_logged(
        [driver / "node", driver / "package/cli.js", "install", "chromium"], "chromium", env=surroundings
    ):
        raise Problem("Playwright's could not be fetched")
    browser = next(folder.glob("browsers/chromium-*/chrome-linux*/chrome"))
    if starts(browser):
        return browser, None
    try:
        return browser, unpack(LIBRARIES[0], "libraries")
    except Problem:
        return browser, unpack(LIBRARIES[1], "libraries")


def unpack(packages, name):
    partial, final = places.CHROMIUM / f"{name}.partial", places.CHROMIUM / name
    shutil.rmtree(partial, ignore_errors=True)
    apt.unpack(apt.download_with_dependencies(packages), partial)
    steps.replace_folder(partial, final)
    return final


def write_wrapper(browser, libraries):
    """`libraries`: the folder that packages were unpacked into, None for a browser of the system."""
    lines = ["#!/bin/sh"]
    if libraries:
        folders = {str(file.parent) for file in Path(libraries).rglob("*.so*")}
        lines.append(f"export LD_LIBRARY_PATH='{':'.join(sorted(folders))}'")
        if not os.path.exists("/etc/fonts/fonts.conf"):
            lines.append(f"export FONTCONFIG_FILE='{write_fonts_conf(libraries)}'")
    lines.append(f"exec '{browser}' {QUIET} \"$@\"\n")
    WRAPPER.parent.mkdir(parents=True, exist_ok=True)
    WRAPPER.write_text("\n".join(lines))
    WRAPPER.chmod(0o755)


def write_fonts_conf(libraries):
    file = places.CHROMIUM / "fonts.conf"
    folders = "".join(f"<dir>{folder}</dir>" for folder in (f"{libraries}/usr/share/fonts", "/usr/share/fonts"))
    file.write_text(
        f'<?xml version="1.0"?>\n<fontconfig>{folders}<cachedir>{places.CHROMIUM}/font-cache</cachedir></fontconfig>\n'
    )
    return file
