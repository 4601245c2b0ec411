"""Sending a draft back to whoever made it, and taking it up again."""

from odoo import models
from odoo.exceptions import AccessError, UserError

from .adjustment_voucher import APPROVER, BILLING
from .engine import check_texts, engine


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def action_return(self, reason=None):
        """Send a draft back to whoever made it.

        :param reason: text, required
        :raise UserError: when there is no reason or the voucher is not a draft
        """
        self._check_approver(self.env._("return"))
        check_texts(self.env, {"reason": reason}, {"reason": self.env._("Reason")})
        if not (reason or "").strip():
            raise UserError(self.env._("To return the voucher, say what is to be changed."))
        self._check_open(self.env._("return"))
        self._check_not_returned(self.env._("return"))
        with engine():
            self.write({"state": "returned", "returned_by_id": self.env.uid, "return_reason": reason.strip()})
        for voucher in self:
            voucher._notify_creator(self.env._("Returned: %s", voucher.return_reason))
        return True

    def _check_not_returned(self, wish):
        for voucher in self.filtered(lambda one: one.state == "returned"):
            raise UserError(
                self.env._(
                    "To %(wish)s %(voucher)s, take it up again as a draft first: it was returned (%(reason)s).",
                    wish=wish,
                    voucher=voucher.display_name,
                    reason=voucher.return_reason,
                )
            )

    def _notify_creator(self, text):
        self.ensure_one()
        self.message_post(body=text, partner_ids=self.create_uid.partner_id.ids, subtype_xmlid="mail.mt_note")

    def _check_approver(self, wish):
        """Authorizing and returning: billing users or approvers, as the company says."""
        self.check_access("write")
        open_to_billing = all(
            voucher.company_id._get_adjustment_root().adjustment_authorize_by == "billing" for voucher in self
        )
        if not (
            self.env.su or self.env.user.has_group(APPROVER) or open_to_billing and self.env.user.has_group(BILLING)
        ):
            raise AccessError(
                self.env._("To %(wish)s vouchers, ask an administrator for the right «Voucher Approver».", wish=wish)
            )

    def action_draft(self):
        """Take a returned voucher up again."""
        self._check_open(self.env._("edit"))
        with engine():
            self.filtered(lambda voucher: voucher.state == "returned").write({"state": "draft"})
        return True
