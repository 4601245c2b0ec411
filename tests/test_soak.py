"""Three minutes of mixed work by simulated users on two worker processes (issue 5, C); the hour is ``tests/soak``."""

import os
import subprocess
import sys
from pathlib import Path

from odoo.tests import get_db_name

SOAK = Path(__file__).with_name("soak")
MINUTES = 3


def test_mixed_work_leaves_everything_in_order():
    """No error that is not a clear refusal, no invariant broken, no worker that grows: the report says what was wrong."""
    # Named after the tests' own database, so that what a killed run leaves is dropped with it.
    surroundings = {**os.environ, "SOAK_DATABASE": f"{get_db_name()}-soak"}
    command = [sys.executable, SOAK, f"--minutes={MINUTES}", "--customers=500", "--looks=1", "--think=4"]
    result = subprocess.run(
        map(str, command), env=surroundings, capture_output=True, text=True, check=False, timeout=1500
    )
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
