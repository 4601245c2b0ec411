import logging
import sys
import types

import pytest

from odoo.tests import common

STARTS_AT_SECOND_TIME = """
import pathlib, sys
profile, marker = map(pathlib.Path, sys.argv[1:])
if marker.exists():
    (profile / "DevToolsActivePort").write_text("34567\\n/devtools")
marker.touch()
"""


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """As much of Odoo's browser as its method that starts the program needs."""
    monkeypatch.setattr(common, "CHECK_BROWSER_ITERATIONS", 20)
    profile = tmp_path / "profile"
    profile.mkdir()
    return types.SimpleNamespace(user_data_dir=str(profile), _logger=logging.getLogger("browser"))


def test_browser_that_does_not_start_is_started_again(browser, tmp_path):
    command = [sys.executable, "-c", STARTS_AT_SECOND_TIME, browser.user_data_dir, str(tmp_path / "tried")]
    process, port = common.ChromeBrowser._spawn_chrome(browser, command)
    process.wait()
    assert port == 34567


def test_browser_that_never_starts_is_told(browser):
    with pytest.raises(common.unittest.SkipTest, match="Failed to detect chrome devtools port after 30.0s"):
        common.ChromeBrowser._spawn_chrome(browser, [sys.executable, "-c", ""])
