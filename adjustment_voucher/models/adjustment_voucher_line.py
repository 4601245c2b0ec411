from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.float_utils import float_invert

from .. import exchange
from .engine import work

EXACT = 10**12  # so many units are whole numbers after any rounding
CLEARED = ("amount", "discount_amount", "write_off_amount", "chargeback_amount", "late_charge_amount")


def units(amount, currency):
    """An amount as a count of the currency's rounding unit."""
    return round(amount / currency.rounding) if currency else 0


def money(count, currency):
    """A count of rounding units as an amount: what rounding ``count * rounding`` gives, by the same last step."""
    rounding = currency.rounding
    if type(count) is not int or abs(count) > EXACT:
        return currency.round(count * rounding)
    return count / float_invert(rounding) if rounding < 1 else count * rounding


class AdjustmentVoucherLine(models.Model):
    """One open item and how much of it the voucher settles.

    ``amount`` is all that the voucher closes of the item, in the item's currency; discount, write-off and chargeback are
    the parts of it that no other item pays.
    """

    _name = "adjustment.voucher.line"
    _inherit = ["adjustment.protected"]
    _description = "Adjustment Voucher Line"
    _order = "voucher_id, side, sequence, date_maturity, id"

    # looked up by the index of ``_once``; tens of thousands of lines a night pay for each index more
    voucher_id = fields.Many2one("adjustment.voucher", required=True, ondelete="cascade")
    state = fields.Selection(related="voucher_id.state")
    voucher_company_id = fields.Many2one(related="voucher_id.company_id", string="Voucher Company", store=True)
    sequence = fields.Integer(default=10)
    side = fields.Selection(
        [("credit", "Credit"), ("debit", "Debit")], compute="_compute_side", store=True, precompute=True
    )
    selected = fields.Boolean("Apply", compute="_compute_selected", inverse="_inverse_selected", readonly=False)
    move_line_id = fields.Many2one("account.move.line", "Item", required=True, ondelete="restrict", index=True)
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    document_name = fields.Char("Number", compute="_compute_document")
    document_kind = fields.Selection(
        [
            ("receipt", "Receipt"),
            ("credit_note", "Credit Note"),
            ("prepayment", "Prepayment"),
            ("invoice", "Invoice"),
            ("debit_note", "Debit Note"),
            ("refund", "Refund Paid"),
            ("bill", "Vendor Bill"),
            ("vendor_credit", "Vendor Credit"),
            ("payment", "Vendor Payment"),
            ("entry", "Entry"),
        ],
        "Type",
        compute="_compute_document",
    )
    partner_id = fields.Many2one(related="move_line_id.partner_id")
    account_id = fields.Many2one(related="move_line_id.account_id")
    company_id = fields.Many2one(related="move_line_id.company_id")
    company_currency_id = fields.Many2one(related="move_line_id.company_currency_id")
    date = fields.Date(related="move_line_id.date")
    date_maturity = fields.Date("Due Date", compute="_compute_date_maturity", store=True)
    currency_id = fields.Many2one(related="move_line_id.currency_id", store=True, precompute=True)
    voucher_currency_id = fields.Many2one(related="voucher_id.currency_id", string="Voucher Currency")
    item_amount = fields.Monetary("Amount", compute="_compute_document")
    residual = fields.Monetary("Unadjusted", compute="_compute_residual")
    company_residual = fields.Monetary(
        "Unadjusted Value", compute="_compute_residual", currency_field="company_currency_id"
    )
    remaining = fields.Monetary("Left", compute="_compute_remaining")
    claimed_amount = fields.Monetary("Claimed Elsewhere", compute="_compute_claimed")
    claimed_by = fields.Char("Also in", compute="_compute_claimed")

    amount = fields.Monetary("Current Adjustment", help="All that this voucher closes of the item.")
    rate_date = fields.Date(compute="_compute_rate_date", store=True)
    rate = fields.Float(
        compute="_compute_rate",
        store=True,
        readonly=False,
        digits=0,
        help="Voucher currency for one unit of the item's currency.",
    )
    rate_manual = fields.Boolean(copy=False, help="The rate was entered by hand, and stays.")
    voucher_amount = fields.Monetary(
        "In Voucher Currency",
        compute="_compute_voucher_amount",
        inverse="_inverse_voucher_amount",
        store=True,
        readonly=False,
        currency_field="voucher_currency_id",
    )
    discount_mode = fields.Selection(
        [("normal", "When in time"), ("always", "Always"), ("never", "Never"), ("manual", "As entered")],
        default="normal",
        required=True,
    )
    discount_amount = fields.Monetary("Discount", compute="_compute_discount_amount", store=True, readonly=False)
    write_off_amount = fields.Monetary("Write-off")
    write_off_reason = fields.Char()
    chargeback_amount = fields.Monetary("Chargeback", help="Stays owed, as a new open item; the document is closed.")
    late_charge_amount = fields.Monetary("Late Charge")
    late_charge_from = fields.Date(copy=False)
    late_charge_until = fields.Date(copy=False)
    late_charge_waived = fields.Boolean("Waived")
    late_charge_reason = fields.Char("Waived because")
    paid_amount = fields.Monetary(
        "Paid", compute="_compute_paid_amount", currency_field="voucher_currency_id", help="Without what is deducted."
    )

    residual_before = fields.Monetary(copy=False, readonly=True)
    company_residual_before = fields.Monetary(copy=False, readonly=True, currency_field="company_currency_id")

    _once = models.UniqueIndex(
        "(voucher_id, move_line_id)", "An item stands in a voucher once: change its amount there."
    )
    _amount_range = models.Constraint(
        "CHECK (amount >= 0 AND amount < 1e14 AND discount_amount >= 0 AND write_off_amount >= 0"
        " AND chargeback_amount >= 0 AND late_charge_amount >= 0 AND late_charge_amount < 1e14"
        " AND COALESCE(discount_amount, 0) + COALESCE(write_off_amount, 0) + COALESCE(chargeback_amount, 0)"
        " <= COALESCE(amount, 0) + 0.000001)",
        "Amounts of a voucher line are not negative, and discount, write-off and chargeback are parts of the adjustment.",
    )
    _rate_range = models.Constraint("CHECK (rate >= 0 AND rate < 1e12)", "A rate is a positive number.")

    def _adjustment_protected_fields(self):
        return {"residual_before", "company_residual_before"}

    # ------------------------------------------------------------------ what the item is

    @api.depends("move_line_id")
    def _compute_side(self):
        for line in self:
            item = line.move_line_id
            amount = item.balance or item.amount_currency
            line.side = ("debit" if amount > 0 else "credit") if item else self.env.context.get("default_side", False)

    @api.depends("move_line_id")
    def _compute_document(self):
        for line in self:
            item = line.move_line_id
            line.document_name = item.move_id.name or item.name
            line.document_kind = item._get_adjustment_kind() if item else False
            line.item_amount = abs(item.amount_currency)

    @api.depends("move_line_id")
    def _compute_date_maturity(self):
        for line in self:
            line.date_maturity = line.move_line_id.date_maturity or line.move_line_id.date

    @api.depends("move_line_id.amount_residual_currency", "move_line_id.amount_residual", "state", "residual_before")
    def _compute_residual(self):
        for line in self:
            if line.state in ("authorized", "reversed"):
                line.residual, line.company_residual = line.residual_before, line.company_residual_before
            else:
                line.residual = abs(line.move_line_id.amount_residual_currency)
                line.company_residual = abs(line.move_line_id.amount_residual)

    @api.depends("residual", "amount")
    def _compute_remaining(self):
        for line in self:
            line.remaining = line.residual - line.amount

    @api.depends("move_line_id", "voucher_id")
    def _compute_claimed(self):
        """Other open vouchers that hold the same item."""
        others = self.env["adjustment.voucher.line"].search(
            [
                ("move_line_id", "in", self.move_line_id._origin.ids),
                ("voucher_id.state", "in", ("draft", "returned")),
                ("voucher_id", "not in", self.voucher_id._origin.ids),
                ("amount", ">", 0),
            ]
        )
        by_item = others.grouped("move_line_id")
        for line in self:
            mine = by_item.get(line.move_line_id._origin, others.browse())
            line.claimed_amount = sum(mine.mapped("amount"))
            line.claimed_by = ", ".join(mine.voucher_id.mapped("display_name"))

    # ------------------------------------------------------------------ amounts

    def _is_decided(self):
        """What was authorized never changes, whatever is loaded or taken out around it."""
        return self.voucher_id.state in ("authorized", "reversed")

    @api.depends("amount", "discount_mode", "voucher_id.value_date", "move_line_id")
    def _compute_discount_amount(self):
        """What was entered by hand stays, as long as the adjustment can hold it."""
        for line in self:
            if line._is_decided():
                line.discount_amount = line.discount_amount
            elif line.discount_mode == "manual":
                line.discount_amount = min(line.discount_amount, line.amount)
            else:
                line.discount_amount = line._get_discount(line.amount) if line.move_line_id and line.amount else 0.0

    @api.onchange("discount_amount")
    def _onchange_discount_amount(self):
        if self.currency_id and self.currency_id.compare_amounts(self.discount_amount, self._get_discount(self.amount)):
            self.discount_mode = "manual"

    @api.depends("voucher_amount", "amount", "discount_amount", "write_off_amount", "chargeback_amount")
    def _compute_paid_amount(self):
        for line in self:
            line.paid_amount = money(line._paid_units(), line.voucher_currency_id) if line.voucher_currency_id else 0.0

    @api.depends("amount")
    def _compute_selected(self):
        for line in self:
            line.selected = bool(line.amount)

    def _inverse_selected(self):
        for line in self:
            if line.selected and not line.amount:
                line.amount = line.residual
            elif not line.selected:
                line._clear_amounts()

    @api.onchange("selected")
    def _onchange_selected(self):
        """Ticking fills the item in: with what the other side still has to give or take, else with all of it."""
        if self.selected and not self.amount:
            self.amount = self._get_fill()
        elif not self.selected and self.amount:
            self._clear_amounts()

    def _clear_amounts(self):
        modes = self.grouped(lambda line: "normal" if line.discount_mode == "manual" else line.discount_mode)
        for mode, lines in modes.items():
            lines.update({**dict.fromkeys(CLEARED, 0), "discount_mode": mode})

    def _get_fill(self):
        """What ticking this item sets: as much of it as the other side still has to give or take."""
        voucher = self.voucher_id
        gap = voucher.difference if self.side == "debit" else -voucher.difference
        if gap <= 0 or not self.rate or voucher.transfer_partner_id:
            return self.residual
        wanted = self.currency_id.round(gap / self.rate)
        net = self.residual - self._get_discount(self.residual)
        if wanted >= net:
            return self.residual
        return self._get_settled(wanted)

    def _by_item(self):
        """:return: {id of the journal item: line}"""
        return {line.move_line_id.id: line for line in self}

    def _in_voucher_currency(self, amount):
        currency = self.voucher_currency_id
        return currency.round(amount * (self.rate or 0.0)) if currency else 0.0

    def _deductions(self):
        """What no other item pays, in units of the item's currency: ((kind, units), ...)."""
        found = [
            ("discount", units(self.discount_amount, self.currency_id)),
            ("write_off", units(self.write_off_amount, self.currency_id)),
            ("chargeback", units(self.chargeback_amount, self.currency_id)),
        ]
        return tuple((kind, amount) for kind, amount in found if amount)

    def _paid_units(self):
        """What the other side pays, in units of the voucher's currency."""
        amount = units(self.amount, self.currency_id)
        deductions = [part for _kind, part in self._deductions()]
        total = units(self.voucher_amount, self.voucher_currency_id)
        return exchange.cut(total, [*deductions, amount - sum(deductions)])[-1] if amount else 0

    # ------------------------------------------------------------------ constraints

    @api.constrains("move_line_id", "voucher_id")
    def _check_legal_entity(self):
        self.voucher_id._check_company_of_lines()

    @api.constrains("amount", "move_line_id", "voucher_id")
    def _check_amount(self):
        """Odoo rounds an amount to its currency; more than is open is refused when it is typed, not only later."""
        for line in self:
            if (
                line.state not in ("authorized", "reversed")
                and line.currency_id.compare_amounts(line.amount, line.residual) > 0
                and not work()
            ):
                raise ValidationError(self.env["adjustment.message"].over_residual(line))
