from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_root_id = fields.Many2one("res.company", compute="_compute_credit_root_id")
    credit_check_active = fields.Boolean(related="credit_root_id.credit_check_active", readonly=False)
    credit_policy_id = fields.Many2one(related="credit_root_id.credit_policy_id", readonly=False)
    credit_manager_id = fields.Many2one(related="credit_root_id.credit_manager_id", readonly=False)
    credit_default_mode = fields.Selection(related="credit_root_id.credit_default_mode", readonly=False)
    credit_default_limit = fields.Monetary(related="credit_root_id.credit_default_limit", readonly=False)
    credit_show_figures = fields.Boolean(related="credit_root_id.credit_show_figures", readonly=False)

    @api.depends("company_id")
    def _compute_credit_root_id(self):
        for setting in self:
            setting.credit_root_id = setting.company_id.root_id

    @api.depends("company_id")
    def _compute_account_default_credit_limit(self):
        """Odoo's own default limit is the legal entity's."""
        for setting in self:
            setting.account_default_credit_limit = setting.company_id.root_id.credit_default_limit

    def _inverse_account_default_credit_limit(self):
        for setting in self:
            root = setting.company_id.root_id
            if (
                setting.account_default_credit_limit
                and setting.account_default_credit_limit != root.credit_default_limit
            ):
                root.write(
                    {"credit_default_mode": "limit", "credit_default_limit": setting.account_default_credit_limit}
                )
