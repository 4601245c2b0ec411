"""The customer: found by phone as well, and the way to its credits."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.credit_hold.models.credit_hold import FIGURE_READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_credit_count = fields.Integer(
        "Open Credits", compute="_compute_customer_credit_count", groups=FIGURE_READERS
    )

    def _compute_customer_credit_count(self):
        owners = self.commercial_partner_id
        rows = self.env["customer.credit"]._read_group(
            [("partner_id", "in", owners.ids), ("is_open", "=", True)], ["partner_id"], ["__count"]
        )
        found = {partner.id: count for partner, count in rows}
        for partner in self:
            partner.customer_credit_count = found.get(partner.commercial_partner_id.id, 0)

    @api.model
    def _search_display_name(self, operator, value):
        """Where a form asks for it, a customer is found by phone too (S0.29)."""
        domain = super()._search_display_name(operator, value)
        if self.env.context.get("credit_find_by_phone") and operator == "ilike" and value:
            return domain | Domain("phone", "ilike", value)
        return domain

    def action_view_customer_credits(self):
        """The credits of this customer."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_customer_credit")
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"search_default_open": 1},
        }

    def action_apply_deposits(self):
        """The apply screen for this customer (S0.29)."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("To apply a credit, ask an administrator for the right «Invoicing»."))
        return self.env["credit.apply"]._get_action(self.commercial_partner_id, self.env["account.move.line"])
