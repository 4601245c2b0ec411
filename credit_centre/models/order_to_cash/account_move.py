"""Invoices of orders: found quickly as long as they are open, and sent many at once (S1.21)."""

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    _otc_open_idx = models.Index(
        "(id) WHERE move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
        " AND (state = 'draft' OR (state = 'posted' AND amount_residual_signed <> 0))"
    )

    _otc_disputed_idx = models.Index("(id) WHERE credit_disputed")

    def action_otc_send(self):
        """E-mail these invoices to their customers, each by itself, with Odoo's own text and document.

        :return: dict for the progress bar
        """
        self.check_access("read")
        self.env["account.move.send.wizard"].check_access("create")  # who may send one invoice may send many
        return self.env["credit.batch"]._batch_run(self, "_otc_send")

    def _otc_send(self):
        self.ensure_one()
        self._otc_check_sendable()
        self.env["account.move.send"]._generate_and_send_invoices(self, sending_methods={"email"})

    def _otc_check_sendable(self):
        """Refuse what would go to nobody or twice.

        :raise UserError: saying what to do first
        """
        refusal = self._otc_why_not_sent()
        if refusal:
            raise UserError(refusal)

    def _otc_why_not_sent(self):
        if self.state != "posted":
            return self.env._("To e-mail %s, confirm it first.", self.display_name)
        if self.is_move_sent:
            return self.env._("%s has been sent before. To send it again, open it and use Send.", self.name)
        if not self.partner_id.email:
            return self.env._(
                "To e-mail %(invoice)s, give %(customer)s an e-mail address.",
                invoice=self.name,
                customer=self.partner_id.display_name,
            )
        return None
