"""Each addon as a wheel, and the proof that pip installs them and that Odoo finds them there, with no addons path."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import addons
import odoo_command
import places
from steps import Problem

CHECK = "import sys; from odoo.modules import Manifest; print(*[Manifest.for_addon(name).path for name in sys.argv[1:]], sep='\\n')"


def build(folder):
    """The wheels of all addons, in this folder; built from a copy, since building writes beside the sources."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for addon in addons.folders():
        with tempfile.TemporaryDirectory() as copy:
            source = shutil.copytree(addon, Path(copy) / addon.name, ignore=shutil.ignore_patterns("__pycache__"))
            command = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source]
            run(command, WHOOL_POST_VERSION_STRATEGY_OVERRIDE="none")
    return sorted(folder.glob("*.whl"))


def run(command, python=None, **variables):
    command = [str(part) for part in (python or places.venv_python(), "-m", *command)]
    done = subprocess.run(command, env=dict(os.environ, **variables), capture_output=True, text=True)
    if done.returncode:
        raise Problem(f"{' '.join(command[1:4])} failed: {(done.stderr or done.stdout).strip()[-500:]}")


def prove(wheels, odoo_roots):
    """Install them in a venv beside Odoo, their dependencies checked, and ask Odoo where it finds them."""
    with tempfile.TemporaryDirectory(dir=places.HOME) as folder:
        site = new_environment(Path(folder) / "venv")
        tell_pip_of_odoo(site)
        python = Path(folder) / "venv/bin/python"
        run(["pip", "install", "--quiet", "--no-index", "--find-links", wheels[0].parent, *wheels], python)
        found = ask_odoo(python, odoo_roots)
    wrong = [path for path in found if not Path(path).is_relative_to(site)]
    if wrong or len(found) != len(wheels):
        raise Problem(f"Odoo does not find the installed wheels: {found}")


def new_environment(folder):
    """A venv that sees the packages of ours; returns its site-packages."""
    run(["venv", "--without-pip", folder])
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site, ours = folder / f"lib/{version}/site-packages", places.VENV / f"lib/{version}/site-packages"
    (site / "ours.pth").write_text(f"{ours}\n")
    return site


def tell_pip_of_odoo(site):
    """Odoo is no package of the index; the addons' wheels ask for it by name, and it is there."""
    metadata = site / "odoo-19.0.dist-info/METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n")


def ask_odoo(python, odoo_roots):
    settings = odoo_command.settings(odoo_roots)
    settings.pop("ODOO_RC")
    done = subprocess.run([python, "-c", CHECK, *addons.names()], env=settings, capture_output=True, text=True)
    return done.stdout.split()
