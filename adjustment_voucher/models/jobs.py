"""Scheduled jobs in steps. Odoo runs a request again when another transaction was first, but not a job: its steps see to
that themselves, each in a transaction of its own, so that a job does not fail because people work meanwhile."""

from odoo.service.model import retrying


def run_step(env, step, *args):
    """Run a step of a scheduled job, again on a fresh snapshot when another transaction was first, and commit it.

    :param step: a method that may be run again, since nothing of it stays when it fails
    """
    return retrying(lambda: step(*args), env)
