"""Many vouchers at once: drafted, authorized, taken back."""

from odoo import api, models

from .adjustment_voucher_line import money
from .engine import engine


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    @api.model
    def _draft_set(self, drafts):
        """:param drafts: list of batch.Draft
        :return: adjustment.voucher, drafts in their order"""
        return self.browse([self._draft_one(draft).id for draft in drafts])

    @api.model
    def _draft_one(self, draft):
        with engine():
            voucher = self.create(
                {
                    "company_id": draft.company,
                    "partner_id": draft.partner,
                    "currency_id": draft.currency,
                    "kind": draft.kind,
                    "date": draft.date,
                    "hierarchy": draft.hierarchy,
                    "method": draft.method,
                    "memo": draft.memo,
                    "run_id": draft.run,
                }
            )
            lines = self.env["adjustment.voucher.line"].create([voucher._prepare_drafted(line) for line in draft.lines])
            for line, drafted in zip(lines, draft.lines, strict=True):
                gap = drafted.paid - line._paid_units()
                if gap:
                    line.voucher_amount += money(gap, voucher.currency_id)
            voucher.plan = [list(step) for step in draft.plan]
        return voucher

    def _prepare_drafted(self, line):
        currency = self.env["res.currency"].browse(line.currency)
        # a run that grants no discounts leaves none for later changes either
        mode = "normal" if not self.run_id or self.run_id.use_discount else "never"
        return {
            "voucher_id": self.id,
            "move_line_id": line.item,
            "amount": money(line.amount, currency),
            "discount_amount": money(line.discount, currency),
            "discount_mode": mode,
            "write_off_amount": money(line.write_off, currency),
        }

    def _authorize_set(self):
        """Authorize all of them or none."""
        self.action_authorize()

    def _reverse_set(self, date, reason):
        """Take all of them back, or none."""
        self.action_reverse(date, reason)
