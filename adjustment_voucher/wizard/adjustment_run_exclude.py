from odoo import api, fields, models


class AdjustmentRunExclude(models.TransientModel):
    """Asks why customers or items are left out of the runs, and until when."""

    _name = "adjustment.run.exclude"
    _description = "Exclude from Application Runs"

    slice_ids = fields.Many2many("adjustment.run.customer", string="Customers")
    item_ids = fields.Many2many("adjustment.run.item", string="Items")
    reason = fields.Char(required=True)
    until = fields.Date(help="Left out up to this day. Empty: until somebody lifts it.")
    count = fields.Integer(compute="_compute_count")
    draft_count = fields.Integer("Draft Vouchers", compute="_compute_count")

    @api.depends("slice_ids", "item_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.slice_ids) + len(wizard.item_ids)
            wizard.draft_count = len((wizard.slice_ids | wizard.item_ids.slice_id).voucher_id)

    def action_exclude(self):
        """Exclude them; rights and states are looked at by customers and items themselves."""
        self.ensure_one()
        for records in (self.slice_ids, self.item_ids):
            if records:
                records.action_exclude(self.reason, self.until)
        return {"type": "ir.actions.act_window_close"}
