from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """The function defaults; they are those of the legal entity, whichever branch is at hand."""

    _inherit = "res.config.settings"

    adjustment_root_id = fields.Many2one("res.company", compute="_compute_adjustment_root_id")
    adjustment_journal_id = fields.Many2one(related="adjustment_root_id.adjustment_journal_id", readonly=False)
    adjustment_sequence_id = fields.Many2one(related="adjustment_root_id.adjustment_sequence_id", readonly=False)
    adjustment_method = fields.Selection(related="adjustment_root_id.adjustment_method", readonly=False)
    adjustment_hierarchy = fields.Selection(related="adjustment_root_id.adjustment_hierarchy", readonly=False)
    adjustment_write_off_account_id = fields.Many2one(
        related="adjustment_root_id.adjustment_write_off_account_id", readonly=False
    )
    adjustment_write_off_gain_account_id = fields.Many2one(
        related="adjustment_root_id.adjustment_write_off_gain_account_id", readonly=False
    )
    adjustment_discount_account_id = fields.Many2one(
        related="adjustment_root_id.adjustment_discount_account_id", readonly=False
    )
    adjustment_tolerance_amount = fields.Monetary(
        related="adjustment_root_id.adjustment_tolerance_amount", readonly=False
    )
    adjustment_tolerance_percent = fields.Float(
        related="adjustment_root_id.adjustment_tolerance_percent", readonly=False
    )
    adjustment_tolerance_ids = fields.One2many(related="adjustment_root_id.adjustment_tolerance_ids", readonly=False)
    adjustment_discount_grace_days = fields.Integer(
        related="adjustment_root_id.adjustment_discount_grace_days", readonly=False
    )
    adjustment_charges_first = fields.Boolean(related="adjustment_root_id.adjustment_charges_first", readonly=False)
    adjustment_charge_account_id = fields.Many2one(
        related="adjustment_root_id.adjustment_charge_account_id", readonly=False
    )
    adjustment_charge_tax_ids = fields.Many2many(related="adjustment_root_id.adjustment_charge_tax_ids", readonly=False)
    adjustment_charge_rate = fields.Float(related="adjustment_root_id.adjustment_charge_rate", readonly=False)
    adjustment_charge_period = fields.Selection(related="adjustment_root_id.adjustment_charge_period", readonly=False)
    adjustment_charge_grace_days = fields.Integer(
        related="adjustment_root_id.adjustment_charge_grace_days", readonly=False
    )
    adjustment_charge_minimum = fields.Monetary(related="adjustment_root_id.adjustment_charge_minimum", readonly=False)
    adjustment_charge_term_id = fields.Many2one(related="adjustment_root_id.adjustment_charge_term_id", readonly=False)
    adjustment_charge_tier_ids = fields.One2many(
        related="adjustment_root_id.adjustment_charge_tier_ids", readonly=False
    )
    adjustment_authorize_at_once = fields.Boolean(
        related="adjustment_root_id.adjustment_authorize_at_once", readonly=False
    )
    adjustment_one_per_credit = fields.Boolean(related="adjustment_root_id.adjustment_one_per_credit", readonly=False)
    adjustment_authorize_by = fields.Selection(related="adjustment_root_id.adjustment_authorize_by", readonly=False)
    adjustment_four_eyes = fields.Boolean(related="adjustment_root_id.adjustment_four_eyes", readonly=False)
    adjustment_four_eyes_amount = fields.Monetary(
        related="adjustment_root_id.adjustment_four_eyes_amount", readonly=False
    )
    adjustment_same_customer = fields.Boolean(related="adjustment_root_id.adjustment_same_customer", readonly=False)
    adjustment_prepayment_account_ids = fields.Many2many(
        related="adjustment_root_id.adjustment_prepayment_account_ids", readonly=False
    )
    adjustment_prepayment_unpaid = fields.Boolean(
        related="adjustment_root_id.adjustment_prepayment_unpaid", readonly=False
    )
    adjustment_due_from_account_id = fields.Many2one(
        related="adjustment_root_id.adjustment_due_from_account_id", readonly=False
    )
    adjustment_due_to_account_id = fields.Many2one(
        related="adjustment_root_id.adjustment_due_to_account_id", readonly=False
    )

    @api.depends("company_id")
    def _compute_adjustment_root_id(self):
        for setting in self:
            setting.adjustment_root_id = setting.company_id.root_id

    # ------------------------------------------------------------------ what has its own list

    def action_adjustment_sequence(self):
        """The sequence of the voucher numbers, made now if there was no voucher yet."""
        root = self.adjustment_root_id
        sequence = self.env["adjustment.voucher"].new({"company_id": root.id})._get_sequence()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Voucher Numbers"),
            "res_model": "ir.sequence",
            "view_mode": "form",
            "res_id": sequence.id,
        }

    def action_adjustment_tolerances(self):
        """Tolerances of the legal entity in other currencies."""
        return self._get_adjustment_list("adjustment.tolerance", self.env._("Tolerances in Other Currencies"))

    def action_adjustment_charge_tiers(self):
        """Rates of late charges by days late."""
        return self._get_adjustment_list("adjustment.charge.tier", self.env._("Late Charge Steps"))

    def _get_adjustment_list(self, model, title):
        root = self.adjustment_root_id
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list",
            "domain": [("company_id", "=", root.id)],
            "context": {"default_company_id": root.id},
        }
