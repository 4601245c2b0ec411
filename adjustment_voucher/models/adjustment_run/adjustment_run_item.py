"""An item that a run left, whole or in part, and why."""

from odoo import fields, models


class AdjustmentRunItem(models.Model):
    _name = "adjustment.run.item"
    _description = "Item Left by a Batch Application"
    _order = "slice_id, side, id"
    _rec_name = "move_line_id"

    run_id = fields.Many2one("adjustment.run", "Run", required=True, readonly=True, ondelete="cascade", index=True)
    slice_id = fields.Many2one(
        "adjustment.run.customer", "Customer of the Run", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    run_state = fields.Selection(related="run_id.state", string="State of the Run")
    move_line_id = fields.Many2one(
        "account.move.line", "Item", required=True, readonly=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Customer")
    date = fields.Date(related="move_line_id.date")
    date_maturity = fields.Date(related="move_line_id.date_maturity", string="Due Date")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    side = fields.Selection([("credit", "Credit"), ("debit", "Debit")], required=True, readonly=True)
    residual = fields.Monetary("Open Before", readonly=True)
    left = fields.Monetary(readonly=True)
    reason_code = fields.Char(readonly=True)
    reason = fields.Char("Why", compute="_compute_reason")

    def _compute_reason(self):
        for item in self:
            item.reason = ""

    def action_exclude(self, reason=None):
        """Take the item out of this run and the next ones, until somebody lifts it.

        :param reason: text, required
        """
        return True

    def action_include(self):
        return True

    def action_view_document(self):
        return True
