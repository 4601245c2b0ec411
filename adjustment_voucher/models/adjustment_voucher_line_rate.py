"""The rate of a line, that of the day or the one that somebody entered, and what it makes of the amount."""

from fractions import Fraction

from odoo import api, models


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    @api.depends("move_line_id", "voucher_id.value_date")
    def _compute_rate_date(self):
        """Credits at their own value date, debits at that of the credits."""
        for line in self:
            voucher = line.voucher_id
            line.rate_date = line.date if line.side == "credit" else voucher.value_date or voucher.date

    @api.depends("currency_id", "voucher_id.currency_id", "voucher_id.company_id", "rate_date")
    def _compute_rate(self):
        """The rate of the day; one that was entered by hand stays."""
        for line in self:
            entered = line.rate_manual and line.rate and line.currency_id != line.voucher_currency_id
            line.rate = line.rate if entered or line._is_decided() else line._get_proposed_rate()

    def _get_proposed_rate(self):
        voucher, currency = self.voucher_id, self.currency_id
        if not currency or not voucher.currency_id or currency == voucher.currency_id:
            return 1.0
        return self._get_rate(currency, voucher.currency_id, voucher.company_id, self.rate_date)

    @api.model
    def _get_rate(self, currency, target, company, day):
        """Units of ``target`` for one of ``currency``; 0 when one of them has no rate on that day: never one to one."""
        known = all(self._has_rate(one, company, day) for one in (currency, target))
        return self.env["res.currency"]._get_conversion_rate(currency, target, company, day) if known else 0.0

    @api.model
    def _has_rate(self, currency, company, day):
        return currency == company.currency_id or bool(
            self.env["res.currency.rate"]
            .sudo()  # rates are no secret; a billing user of a branch may not read those of the root
            .search_count(
                [
                    ("currency_id", "=", currency.id),
                    ("company_id", "in", [False, company.root_id.id]),
                    ("name", "<=", day),
                ],
                limit=1,
            )
        )

    @api.depends("amount", "rate")
    def _compute_voucher_amount(self):
        for line in self:
            line.voucher_amount = line._in_voucher_currency(line.amount)

    def _inverse_voucher_amount(self):
        """The rate follows a value that was entered; one that only is the rounded product leaves the rate as it is."""
        for line in self:
            if line.amount and line.voucher_amount != line._in_voucher_currency(line.amount):
                line.rate = line.voucher_amount / line.amount

    @api.onchange("voucher_amount")
    def _onchange_voucher_amount(self):
        self._inverse_voucher_amount()

    def _exact_rate(self):
        """Voucher-currency units for one unit of the item's currency, as the user sees the rate."""
        if self.currency_id == self.voucher_currency_id:
            return Fraction(1)
        own, target = Fraction(str(self.currency_id.rounding)), Fraction(str(self.voucher_currency_id.rounding))
        return Fraction(repr(self.rate or 0.0)) * own / target
