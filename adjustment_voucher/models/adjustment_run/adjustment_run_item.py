"""An item that a run left, whole or in part, and why."""

from odoo import api, fields, models

from ..engine import check_ids


class AdjustmentRunItem(models.Model):
    _name = "adjustment.run.item"
    _description = "Item Left by an Application Run"
    _order = "slice_id, side, id"
    _rec_name = "move_line_id"

    run_id = fields.Many2one("adjustment.run", "Run", required=True, readonly=True, ondelete="cascade", index=True)
    slice_id = fields.Many2one(
        "adjustment.run.customer", "Customer of the Run", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
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
    reason_code = fields.Selection(
        lambda self: list(self.env["adjustment.run"]._get_reason_labels().items()), "Reason", readonly=True
    )
    reason = fields.Char("Why", compute="_compute_reason")

    @api.depends("reason_code")
    def _compute_reason(self):
        message = self.env["adjustment.message"]
        for item in self:
            item.reason = message.left_over(item.reason_code)

    def action_exclude(self, reason=None, until=None):
        """Take items out of this run and of the next ones, until somebody lifts it, and propose for their customers anew.

        :param reason: text, required
        :param until: the last day on which they stay out; None for until somebody lifts it
        """
        slices = self._get_slices(self.env._("exclude items of"))
        exclusions = self.env["adjustment.exclusion"]
        exclusions._exclude(
            [{"move_line_id": one.move_line_id.id, "company_id": one.company_id.root_id.id} for one in self],
            reason,
            until,
        )
        return slices.action_propose_again()

    def action_include(self):
        """Take items up again, in this run and in the next ones."""
        slices = self._get_slices(self.env._("include items of"))
        self.env["adjustment.exclusion"].search([("move_line_id", "in", self.move_line_id.ids)]).action_lift()
        return slices.action_propose_again()

    def _get_slices(self, wish):
        check_ids(self)
        self.check_access("read")
        slices = self.slice_id
        slices._check_may_change(wish)
        return slices

    def action_view_document(self):
        """The document of the item."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.move_id.id,
        }
