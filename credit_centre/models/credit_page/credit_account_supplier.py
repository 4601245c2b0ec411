"""The customer as a supplier: what we owe them, for who may see the accounting (S4.39)."""

from odoo import fields, models
from odoo.fields import Domain

ACCOUNTING = "account.group_account_invoice,account.group_account_readonly"
BILLS = ("in_invoice", "in_refund", "in_receipt")


class CreditAccount(models.Model):
    _inherit = "credit.account"

    is_supplier = fields.Boolean("Also a Supplier", compute="_compute_supplier", groups=ACCOUNTING)
    payable_open = fields.Monetary("We Owe Them", compute="_compute_supplier", groups=ACCOUNTING)
    payable_overdue = fields.Monetary("of which Past Due", compute="_compute_supplier", groups=ACCOUNTING)
    bill_count = fields.Integer("Bills", compute="_compute_supplier", groups=ACCOUNTING)
    receivable_open = fields.Monetary("They Owe Us", compute="_compute_supplier", groups=ACCOUNTING)
    net_position = fields.Monetary(
        compute="_compute_supplier",
        groups=ACCOUNTING,
        help="What they owe us less what we owe them. Below zero: we owe more than they do.",
    )

    def _compute_supplier(self):
        for account in self:
            if not account.id:
                account.update(dict.fromkeys(("payable_open", "payable_overdue", "net_position"), 0.0))
                account.update({"is_supplier": False, "bill_count": 0, "receivable_open": 0.0})
                continue
            owed = account._get_payable(Domain.TRUE)
            bills = self.env["account.move"].search_count(account._get_bills_domain())
            [(receivable,)] = self.env["credit.open.item"]._read_group(
                account._get_open_items_domain(), [], ["residual:sum"]
            )
            account.payable_open = owed
            account.payable_overdue = account._get_payable(account._part_past_due())
            account.bill_count = bills
            account.is_supplier = bool(bills or owed)
            account.receivable_open = receivable or 0.0
            account.net_position = account.currency_id.round((receivable or 0.0) - owed)

    def _get_payable(self, domain):
        """:return: what is open on payable accounts, positive when we owe"""
        owner = self._part_owner("partner_id") & Domain(
            [
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "liability_payable"),
                ("account_id.non_trade", "=", False),
                ("reconciled", "=", False),
            ]
        )
        [(amount,)] = self.env["account.move.line"]._read_group(owner & domain, [], ["amount_residual:sum"])
        return -(amount or 0.0)

    def _get_bills_domain(self):
        return self._part_owner("commercial_partner_id", commercial=True) & Domain(
            [("move_type", "in", BILLS), ("state", "=", "posted")]
        )

    def action_view_bills(self):
        """Open their bills to us."""
        return self._prepare_view("account.move", self.env._("Bills of %s"), self._get_bills_domain())
