"""Amounts on their way to the pure rules and back, and who may work the collections."""

from odoo.exceptions import AccessError

COLLECTORS = ("account.group_account_invoice", "credit_hold.group_credit_controller")


def units(amount, currency):
    """:return: int count of the currency's smallest unit"""
    return round((amount or 0.0) / (currency.rounding or 0.01))


def check_collector(env):
    """Who chases customers: billing and credit controllers.

    :raise AccessError: for everybody else
    """
    if not (env.su or any(env.user.has_group(group) for group in COLLECTORS)):
        raise AccessError(
            env._("To chase customers, ask for the rights of Invoicing or of a credit controller: you may read only.")
        )
