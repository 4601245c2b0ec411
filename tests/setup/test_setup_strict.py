import os
import subprocess
import sys
from pathlib import Path

LIB = Path(__file__).resolve().parents[2] / "setup/lib"
TESTS = """
import logging, unittest

class TestThing(unittest.TestCase):
    def test_passes(self):
        logging.getLogger("odoo.thing").warning("only a warning")

    def test_is_skipped(self):
        raise unittest.SkipTest("no browser found")

    def test_logs_an_error(self):
        logging.getLogger("odoo.thing").error("it broke")

    def test_expects_an_error(self):
        with self.assertLogs("odoo.thing", "ERROR"):
            logging.getLogger("odoo.thing").error("as it should")
"""


def test_skipped_tests_and_logged_errors_fail(tmp_path):
    (tmp_path / "test_thing.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:odoo", "-p", "strict"]
    surroundings = {**os.environ, "PYTHONPATH": str(LIB)}
    done = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True)
    assert "2 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "skipped, but every test has to run: Skipped: no browser found" in done.stdout
    assert "an error was logged:\nodoo.thing: it broke" in done.stdout
