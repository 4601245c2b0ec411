from odoo import api, fields, models
from odoo.fields import Command


class AccountMoveReversal(models.TransientModel):
    """Odoo's credit note wizard also asks for the invoices that the credit is for (S4.23)."""

    _inherit = "account.move.reversal"

    adjustment_partner_id = fields.Many2one("res.partner", compute="_compute_adjustment_partner_id")
    adjustment_debit_ids = fields.Many2many(
        "account.move",
        "adjustment_reversal_debit",
        "reversal_id",
        "debit_id",
        "Apply to",
        domain="[('move_type', 'in', ('out_invoice', 'out_receipt')), ('state', '=', 'posted'),"
        " ('payment_state', 'in', ('not_paid', 'partial')), ('partner_id', 'child_of', adjustment_partner_id)]",
        help="When the credit note is posted, it is applied to these documents first, the oldest due first; what is left"
        " goes on the invoice it corrects. Empty: it goes on that invoice.",
    )

    @api.depends("move_ids")
    def _compute_adjustment_partner_id(self):
        """The customer, where the wizard corrects customer invoices of one customer."""
        for wizard in self:
            moves = wizard.move_ids
            customers = moves.commercial_partner_id
            ours = set(moves.mapped("move_type")) <= {"out_invoice", "out_receipt"} and len(customers) == 1
            wizard.adjustment_partner_id = customers if ours else False

    def _prepare_default_reversal(self, move):
        values = super()._prepare_default_reversal(move)
        if self.adjustment_partner_id and self.adjustment_debit_ids:
            values["adjustment_debit_ids"] = [Command.set(self.adjustment_debit_ids.ids)]
        return values

    def modify_moves(self):
        """The credit note cancels the invoice then: nothing of it is left for others."""
        self.adjustment_debit_ids = False
        return super().modify_moves()
