"""Placing a customer under another company moves its credit: who may."""

from odoo import models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _credit_check_move(self, vals):
        """Placing a customer who has a limit, a flag or debts under another company moves what counts for whom: that is
        a credit decision."""
        if (
            not {"parent_id", "is_company"} & vals.keys()
            or self.env.su
            or self.env.user.has_group("credit_hold.group_credit_controller")
        ):
            return
        for partner in self:
            if partner._credit_has_account_in_use() or partner._credit_has_open_documents():
                raise AccessError(
                    self.env._(
                        "To place %s under another company, ask a credit controller: it has a credit limit, a flag or open"
                        " documents of its own.",
                        partner.display_name,
                    )
                )

    def _credit_has_account_in_use(self):
        accounts = self.env["credit.account"].sudo().with_context(active_test=False)  # sudo: whether there is credit
        return any(
            account.limit_mode != "default"
            or account.hold
            or account.prepay_required
            or account.open_items
            or account.open_orders
            for account in accounts.search([("partner_id", "=", self.id)])
        )

    def _credit_has_open_documents(self):
        """Of a contact: what it ordered and owes counts for its company and would leave with it."""
        if self.commercial_partner_id == self:
            return False
        orders = self.env["sale.order"].sudo()  # sudo: to see whether there are documents
        ordered = [("partner_invoice_id", "child_of", self.id), ("state", "=", "sale")]
        items = self.env["account.move.line"].sudo()  # sudo: the same
        owed = [
            ("partner_id", "child_of", self.id),
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
        ]
        return bool(
            orders.search_count([*ordered, ("invoice_status", "!=", "invoiced")], limit=1)
            or items.search_count(owed, limit=1)
        )
