"""A pytest plugin: on a busy machine Chromium gets half a minute to start, and a second chance.

Odoo waits ten seconds, and then leaves the test out."""

import functools
from pathlib import Path
from unittest import SkipTest

PATIENCE = 30  # seconds


def pytest_sessionstart(session):
    from odoo.tests import common  # only now: Odoo reads its options first

    common.CHECK_BROWSER_ITERATIONS = round(PATIENCE / common.CHECK_BROWSER_SLEEP)
    common.BROWSER_WAIT = PATIENCE
    common.ChromeBrowser._spawn_chrome = with_second_chance(common.ChromeBrowser._spawn_chrome)


def with_second_chance(spawn):
    """`spawn`, done again (in a new profile folder, as Odoo removes the first one) where the browser did not start."""

    @functools.wraps(spawn)
    def spawn_patiently(browser, command):
        try:
            return spawn(browser, command)
        except SkipTest:
            Path(browser.user_data_dir).mkdir(parents=True, exist_ok=True)
            return spawn(browser, command)

    return spawn_patiently
