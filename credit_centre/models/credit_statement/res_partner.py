from odoo import models
from odoo.exceptions import AccessError

MAKERS = ("credit_hold.group_credit_viewer", "account.group_account_invoice", "account.group_account_readonly")
SENDERS = ("credit_hold.group_credit_controller", "account.group_account_invoice")


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_credit_statement(self):
        """Make the statement of account of these customers, or of the companies these contacts belong to."""
        self.check_access("read")
        check_maker(self.env)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement of Account"),
            "res_model": "credit.statement",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_ids": self.commercial_partner_id.ids, "default_who": "chosen"},
        }

    def _get_statement_recipients(self):
        """To whom statements go: the invoice address of a customer if it has an e-mail address, else the customer.

        :return: dict of id -> res.partner
        """
        return {
            partner.id: partner.browse(partner.address_get(["invoice"])["invoice"]).filtered("email") or partner
            for partner in self
        }


def check_maker(env):
    """:raise AccessError: for who may not see what customers owe"""
    if not env.su and not any(env.user.has_group(group) for group in MAKERS):
        raise AccessError(env._("To make statements of account, ask for the right to see credit figures or invoices."))


def check_sender(env):
    """:raise AccessError: for who may not write to customers about what they owe"""
    if not env.su and not any(env.user.has_group(group) for group in SENDERS):
        raise AccessError(
            env._("To e-mail statements of account, ask somebody who does the invoicing or a credit controller.")
        )
