"""Names and counts that lists and forms show."""

from odoo import api, fields, models

REASONS = [
    ("customer_hold", "Customer on hold"),
    ("order_hold", "Held by hand"),
    ("prepay", "Prepayment"),
    ("buyer", "Buyer may not buy on credit"),
    ("archived", "Customer archived"),
    ("no_rate", "No exchange rate"),
    ("group_limit", "Shared limit"),
    ("limit", "Credit limit"),
    ("overdue", "Past due"),
    ("overdue_bucket", "Long past due"),
    ("single_order", "Order too large"),
]


class CreditHold(models.Model):
    _inherit = "credit.hold"

    main_reason = fields.Selection(REASONS, compute="_compute_main_reason", store=True, index=True)

    @api.depends("reason_codes")
    def _compute_main_reason(self):
        known = {code for code, _label in REASONS}
        for hold in self:
            first = (hold.reason_codes or "").split(",")[0]
            hold.main_reason = first if first in known else False


class SaleOrder(models.Model):
    _inherit = "sale.order"

    credit_hold_count = fields.Integer("Number of Credit Holds", compute="_compute_credit_hold_count")

    @api.depends("credit_hold_ids")
    def _compute_credit_hold_count(self):
        holds = self.env["credit.hold"].sudo()  # sudo: a count, shown to whoever sees the order
        counts = dict(holds._read_group([("order_id", "in", self._origin.ids)], ["order_id"], ["__count"]))
        for order in self:
            order.credit_hold_count = counts.get(order._origin.sudo(), 0)
