"""The reason for ending an agreement before its time."""

from odoo import fields, models


class CreditAgreementCancel(models.TransientModel):
    _name = "credit.agreement.cancel"
    _description = "Cancel Agreement"

    agreement_ids = fields.Many2many("credit.agreement", string="Agreements", required=True)
    reason = fields.Char(required=True, help="Kept with the agreement and shown in its messages.")

    def action_cancel(self):
        """Cancel the chosen agreements."""
        self.ensure_one()
        self.agreement_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
