"""Without a database (setup/test --pure) the addons' pure modules are imported without their `__init__`.

`from odoo.addons.credit_hold import decision` then works in a second, where Odoo would first import every model.
Files that import more of Odoo than that are left out with --pure, and are run like all others by setup/test."""

import importlib.machinery
import re
import sys
import types
from pathlib import Path

from hypothesis import HealthCheck, settings

REPO = Path(__file__).resolve().parents[1]
ADDONS = [manifest.parent for manifest in sorted(REPO.glob("*/__manifest__.py"))]
OURS = "|".join(addon.name for addon in ADDONS)
NEEDS_ODOO = re.compile(rf"^(import odoo\b|from odoo\b(?!\.addons\.({OURS})\b))", re.MULTILINE)


# The first example takes seconds where Odoo is loaded: hypothesis looks for constants in every module's source.
settings.register_profile("beside-odoo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("beside-odoo")


def pytest_configure(config):
    if not config.pluginmanager.hasplugin("odoo"):
        for addon in ADDONS:
            stand_in(f"odoo.addons.{addon.name}", addon)


def stand_in(name, folder):
    """A package of this name whose modules are the files of the folder."""
    parent, _, child = name.rpartition(".")
    if parent and parent not in sys.modules:
        stand_in(parent, REPO / "no-such-folder")
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    package.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    sys.modules[name] = package
    if parent:
        setattr(sys.modules[parent], child, package)


def pytest_ignore_collect(collection_path, config):
    if config.pluginmanager.hasplugin("odoo") or collection_path.suffix != ".py":
        return None
    return True if NEEDS_ODOO.search(collection_path.read_text()) else None
