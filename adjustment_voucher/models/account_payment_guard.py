"""A receipt that bounces takes its vouchers back with it."""

from odoo import fields, models

GONE = ("rejected", "canceled")


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def write(self, vals):
        if vals.get("state") in GONE:
            self.filtered(lambda payment: payment.state not in GONE)._reverse_adjustments(vals["state"])
        return super().write(vals)

    def _reverse_adjustments(self, state):
        """Reverse the authorized vouchers that applied these payments, newest first."""
        self.check_access("write")
        for payment in self:
            for voucher in payment._get_adjustments().sorted("id", reverse=True):
                payment._reverse_adjustment(voucher, state)

    def _get_adjustments(self):
        """The authorized vouchers that hold an item of this payment."""
        self.ensure_one()
        # who may reject a payment must take all that stands on it back, whatever rights on vouchers they have
        lines = self.env["adjustment.voucher.line"].sudo()
        return lines.search(
            [
                ("move_line_id.move_id", "in", self.move_id.ids),
                ("amount", ">", 0),
                ("voucher_id.state", "=", "authorized"),
            ]
        ).voucher_id

    def _reverse_adjustment(self, voucher, state):
        """:param voucher: adjustment.voucher, sudo: rejecting a payment needs no right to reverse vouchers by hand"""
        today, values = fields.Date.context_today(self), {"payment": self.display_name, "user": self.env.user.name}
        reasons = {
            "rejected": self.env._("Receipt %(payment)s rejected", **values),
            "canceled": self.env._("Receipt %(payment)s canceled", **values),
        }
        day = voucher._get_first_open(today)
        if day == today:
            voucher.action_reverse(today, reasons[state])
        else:  # today is locked: the bank does not wait for the first open day, nor does the entry
            voucher._lock()
            voucher._reverse(day, reasons[state])
        voucher.message_post(
            body=self.env._(
                "%(reason)s by %(user)s: the voucher was reversed with it.", reason=reasons[state], **values
            ),
            subtype_xmlid="mail.mt_note",
        )


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _get_refusals(self, lines, message):
        """A receipt that bounced is no money, although Odoo leaves its entry open."""
        bounced = lines.filtered(lambda line: line.move_id.origin_payment_id.state in GONE)
        return [
            *super()._get_refusals(lines, message),
            *[
                self.env._("To authorize %(voucher)s, take %(item)s out: its payment was rejected or canceled.",
                           voucher=self.display_name, item=line.document_name)
                for line in bounced
            ],
        ]  # fmt: skip
