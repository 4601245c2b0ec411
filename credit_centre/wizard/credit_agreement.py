"""The reason for ending an agreement before its time; merging customers that have agreements."""

from odoo import fields, models
from odoo.exceptions import UserError


class CreditAgreementCancel(models.TransientModel):
    _name = "credit.agreement.cancel"
    _inherit = "credit.checked.input"
    _description = "Cancel Agreement"

    agreement_ids = fields.Many2many("credit.agreement", string="Agreements", required=True)
    reason = fields.Char(required=True, help="Kept with the agreement and shown in its messages.")

    def action_cancel(self):
        """Cancel the chosen agreements."""
        self.ensure_one()
        self.agreement_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}


class PartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Two agreements of the same days can't become those of one customer: somebody decides which one stays."""
        # an agreement in the way counts, seen or not
        agreements = self.env["credit.agreement"].sudo()
        binding = agreements.search([("partner_id", "in", partner_ids), ("state", "in", ("active", "expired"))])
        for agreement in binding:
            clash = agreement._get_obstacle(agreement._as_period(), binding - agreement)
            if clash:
                raise UserError(
                    self.env._(
                        "To merge these customers, first end or cancel %(one)s or %(other)s: "
                        "a customer has one agreement at a time.",
                        one=agreement.display_name,
                        other=clash.display_name,
                    )
                )
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
