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

    has_limit = fields.Boolean(compute="_compute_has_limit")

    @api.depends("snapshot")
    def _compute_has_limit(self):
        for hold in self:
            hold.has_limit = (hold.snapshot or {}).get("limit") is not None

    @api.depends("reason_codes")
    def _compute_main_reason(self):
        known = {code for code, _label in REASONS}
        for hold in self:
            first = (hold.reason_codes or "").split(",")[0]
            hold.main_reason = first if first in known else False


class CreditAccount(models.Model):
    _inherit = "credit.account"

    flag = fields.Selection(
        [
            ("hold", "On hold"),
            ("prepay", "Prepayment"),
            ("unchecked", "Not checked"),
            ("caution", "Caution"),
        ],
        compute="_compute_flag",
    )
    group_exposure = fields.Monetary("Exposure of the Group", compute="_compute_group_exposure")

    @api.depends("hold", "prepay_required", "caution", "check_disabled")
    def _compute_flag(self):
        """The flag that weighs most; which one is decided by the order of precedence."""
        for account in self:
            flags = (
                ("hold", account.hold),
                ("prepay", account.prepay_required),
                ("unchecked", account.check_disabled),
                ("caution", account.caution),
            )
            account.flag = next((name for name, is_set in flags if is_set), False)

    @api.depends("group_id.exposure")
    def _compute_group_exposure(self):
        for account in self:
            account.group_exposure = account.group_id.sudo().exposure  # sudo: the sum of all its customers


class SaleOrder(models.Model):
    _inherit = "sale.order"

    credit_hold_count = fields.Integer("Number of Credit Holds", compute="_compute_credit_hold_count")

    @api.depends("credit_hold_ids")
    def _compute_credit_hold_count(self):
        holds = self.env["credit.hold"].sudo()  # sudo: a count, shown to whoever sees the order
        counts = dict(holds._read_group([("order_id", "in", self._origin.ids)], ["order_id"], ["__count"]))
        for order in self:
            order.credit_hold_count = counts.get(order._origin.sudo(), 0)

    def _credit_is_under_review(self):
        """Whether the customer has done their part, signed or paid, and the order waits for the credit check."""
        self.ensure_one()
        waits = self.credit_status in ("hold", "prepay", "rejected") and self.state in ("draft", "sent")
        return waits and bool(self.signature or self.amount_paid) and not self._has_to_be_paid()
