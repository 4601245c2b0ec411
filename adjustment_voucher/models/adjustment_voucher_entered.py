"""What was entered by hand stays; what was proposed follows the value date. Rates, discounts and late charges alike.

A value that is written counts as entered when it differs from the proposal of that moment. A form sends proposals too, line
by line and before the value date is final: that is put right once the whole voucher is written.
"""

from odoo import api, models

from .engine import engine, work

VALUES = {"rate", "discount_amount", "late_charge_amount"}
LINES = {"line_ids", "debit_line_ids", "credit_line_ids"}


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    @api.model_create_multi
    def create(self, vals_list):
        marked = []
        for vals in vals_list:
            given = {name: vals[name] for name in vals if vals[name] or name not in VALUES}
            marked.append({**self._mark_entered(given), **vals})
        return super().create(marked)

    def write(self, vals):
        marks = self._mark_entered(vals)
        result = super().write({**marks, **vals})
        if marks:
            self._forget_proposals()
        return result

    @api.model
    def _mark_entered(self, vals):
        """:return: the marks that belong to values given"""
        marks = {}
        if vals.get("rate") and not work():
            marks["rate_manual"] = True
        if "late_charge_amount" in vals and not work():
            marks["late_charge_manual"] = True
        if {"amount", "discount_amount"} <= vals.keys() and "discount_mode" not in vals and not work():
            marks["discount_mode"] = "manual"
        return marks

    def _forget_proposals(self):
        """Take the mark off where the value is the proposal after all."""
        for line in self:
            marks = line._get_wrong_marks()
            if marks:
                with engine():
                    line.write(marks)

    def _get_wrong_marks(self):
        self.ensure_one()
        currency, marks = self.currency_id, {}
        if self.rate_manual and abs(self.rate - self._get_proposed_rate()) <= 1e-9 * self.rate:
            marks["rate_manual"] = False
        if self.late_charge_manual and not currency.compare_amounts(self.late_charge_amount, self.late_charge_proposed):
            marks["late_charge_manual"] = False
        proposed = self._get_discount(self.amount)
        if self.discount_mode == "manual" and not currency.compare_amounts(self.discount_amount, proposed):
            marks["discount_mode"] = "normal"
        return marks

    @api.onchange("rate")
    def _onchange_rate(self):
        proposed = self._get_proposed_rate()
        self.rate_manual = bool(self.rate) and abs(self.rate - proposed) > 1e-9 * self.rate

    @api.onchange("late_charge_amount")
    def _onchange_late_charge_amount(self):
        if self.currency_id and not self.late_charge_waived:
            own, proposed = self.late_charge_amount, self.late_charge_proposed
            self.late_charge_manual = bool(self.currency_id.compare_amounts(own, proposed))

    def _clear_amounts(self):
        result = super()._clear_amounts()
        self.update({"late_charge_rest": False, "late_charge_manual": False})
        return result


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    @api.model_create_multi
    def create(self, vals_list):
        vouchers = super().create(vals_list)
        vouchers.line_ids._forget_proposals()
        return vouchers

    def write(self, vals):
        result = super().write(vals)
        if "currency_id" in vals:
            self.line_ids.filtered("rate_manual").rate_manual = False
            self.env.add_to_compute(self.line_ids._fields["rate"], self.line_ids)
        if LINES & vals.keys() and not work():
            self.line_ids._forget_proposals()
        return result

    @api.onchange("currency_id")
    def _onchange_currency_id(self):
        for line in self._lines():
            line.rate_manual = False
            line.rate = line._get_proposed_rate()
