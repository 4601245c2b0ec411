"""Where things are: the checkout this file is in, and the one cache folder that everything else lands in."""

import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
SETUP = REPO / "setup"


def cache_home(environ=os.environ, root=None):
    """The cache folder: CREDIT_DEV_HOME, else one that the account PostgreSQL runs as can reach too."""
    if environ.get("CREDIT_DEV_HOME"):
        return Path(environ["CREDIT_DEV_HOME"]).expanduser().resolve()
    if os.geteuid() == 0 if root is None else root:
        return Path("/var/cache/odoo-credit")
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "odoo-credit"


HOME = cache_home()
VENV = HOME / "venv"
ODOO = HOME / "odoo"
POSTGRES = HOME / "postgres"
CHROMIUM = HOME / "chromium"
DATA = HOME / "data"
LOGS = HOME / "logs"
ADDONS = HOME / "other-addons"
DOWNLOADS = HOME / "downloads"


def venv_python():
    return VENV / "bin" / "python"
