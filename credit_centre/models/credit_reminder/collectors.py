"""Who may work the collections."""

from odoo.exceptions import AccessError

COLLECTORS = ("account.group_account_invoice", "credit_hold.group_credit_controller")


def check_collector(env):
    """Who chases customers: billing and credit controllers.

    :raise AccessError: for everybody else
    """
    if not (env.su or any(env.user.has_group(group) for group in COLLECTORS)):
        raise AccessError(
            env._("To chase customers, ask for the rights of Invoicing or of a credit controller: you may read only.")
        )
