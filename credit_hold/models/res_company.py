from odoo import api, fields, models

from .engine import check_amounts


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_check_active = fields.Boolean(
        "Credit Checking", default=True, help="Off: no order of this legal entity is checked."
    )
    credit_policy_id = fields.Many2one(
        "credit.policy", "Credit Policy", default=lambda self: self._default_credit_policy()
    )
    credit_manager_id = fields.Many2one(
        "res.users", "Credit Manager", help="Gets the held orders. Empty: every credit manager of the company does."
    )
    credit_default_mode = fields.Selection(
        [("unlimited", "No limit"), ("limit", "A limit")],
        "Customers without a Limit of Their Own",
        default="unlimited",
        required=True,
    )
    credit_default_limit = fields.Monetary("Default Limit")
    credit_show_figures = fields.Boolean(
        "Salespeople See the Figures",
        default=True,
        help="Off: they see whether an order can go through and what would free it, no amounts.",
    )

    @api.model
    def _default_credit_policy(self):
        return self.env.ref("credit_hold.policy_standard", raise_if_not_found=False)

    @api.model
    def _credit_take_standard_policy(self):
        """Companies that were there before the addon are checked by the standard policy too."""
        self.search([("credit_policy_id", "=", False)]).credit_policy_id = self._default_credit_policy()

    def write(self, vals):
        check_amounts(self.env, vals, {"credit_default_limit": self._fields["credit_default_limit"].string})
        result = super().write(vals)
        if {"credit_policy_id", "credit_default_mode", "credit_default_limit", "credit_check_active"} & vals.keys():
            accounts = self.env["credit.account"].sudo()  # sudo: a company's settings concern all of its accounts
            accounts.search([("company_id", "in", self.ids)])._settings_changed()
        return result
