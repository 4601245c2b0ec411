"""A pytest plugin: a skipped test fails, and so does one during which Odoo logs an error that nobody expected.

Odoo skips browser tests without a word where it finds no browser; and its own runner fails on logged errors."""

import logging

import pytest


class Errors(logging.Handler):
    """Collects what Odoo logs as an error (a test that expects one catches it before it gets here)."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.messages = []

    def emit(self, record):
        self.messages.append(f"{record.name}: {record.getMessage()}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    errors, logger = Errors(), logging.getLogger("odoo")
    logger.addHandler(errors)
    try:
        result = yield
    finally:
        logger.removeHandler(errors)
    if errors.messages:
        pytest.fail("an error was logged:\n" + "\n".join(errors.messages), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but every test has to run: {report.longrepr[-1]}"
    return report
