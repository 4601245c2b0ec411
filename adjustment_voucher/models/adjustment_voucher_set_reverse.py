"""Taking many vouchers back at once: their matches in one go, their entries in one go."""

from odoo import fields, models
from odoo.exceptions import UserError

from .account_partial_reconcile_set import QUIET
from .engine import engine
from .rows import log_notes


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _reverse_set(self, date, reason):
        """Take all of them back, or none; as ``action_reverse`` does it one by one.

        :raise UserError: naming the first voucher that something stands against
        """
        together = self.filtered(lambda voucher: voucher._is_plain() and not voucher.charge_move_ids)
        if self - together:
            (self - together).action_reverse(date, reason)
        if together:
            together._check_reversal(date, reason)
            together._at_all_branches()._reverse_together(fields.Date.to_date(date), reason.strip())

    def _reverse_together(self, date, reason):
        self._lock_set()
        waiting = self.filtered(lambda voucher: voucher.state != "reversed")
        days = {voucher: voucher._get_reversal_date(date) for voucher in waiting}
        for voucher in waiting.filtered("move_id"):
            voucher._check_untouched()
        with engine(taken_back=waiting.ids):
            self.env["account.partial.reconcile"].flush_model()
            matches = self.env["account.partial.reconcile"].search([("adjustment_voucher_id", "in", waiting.ids)])
            matches._take_back_quietly()
            reversals = waiting._reverse_entries(days, reason)
            waiting._write_reversed(days, reversals, reason)
        waiting._tell_reversals()

    def _reverse_entries(self, days, reason):
        """:return: {voucher: reversal of its entry}"""
        booked = self.filtered("move_id")
        if not booked:
            return {}
        values = [voucher._prepare_reversal(days[voucher], reason) for voucher in booked]
        made = booked.move_id._reverse_moves(values, cancel=True)
        reversals = dict(zip(booked, made, strict=True))
        for voucher, reversal in reversals.items():
            if reversal.date != days[voucher]:
                raise UserError(self.env["adjustment.message"].locked(voucher, days[voucher], reversal.date))
        return reversals

    def _write_reversed(self, days, reversals, reason):
        quiet = self.with_context(**QUIET)
        quiet.write(
            {
                "state": "reversed",
                "reversed_by_id": self.env.uid,
                "reversed_on": fields.Datetime.now(),
                "reversal_reason": reason,
            }
        )
        for voucher in quiet:
            reversal = reversals.get(voucher)
            voucher.write({"reversal_date": days[voucher], "reversal_move_id": reversal and reversal.id})

    def _tell_reversals(self):
        bodies = {}
        for voucher in self:
            body = self.env._(
                "Voucher %(link)s reversed: %(reason)s", link=voucher._get_html_link(), reason=voucher.reversal_reason
            )
            bodies |= dict.fromkeys(voucher.line_ids.move_id.ids, body)
        log_notes(self.env["account.move"].browse(bodies), bodies)
        log_notes(self, dict.fromkeys(self.ids, self.env._("Reversed")))
