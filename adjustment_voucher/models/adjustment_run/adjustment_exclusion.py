"""What a person took out of batch applications: remembered with its reason until somebody lifts it, or until a day."""

from odoo import fields, models


class AdjustmentExclusion(models.Model):
    _name = "adjustment.exclusion"
    _description = "Taken Out of Batch Applications"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", "Legal Entity", required=True, default=lambda self: self.env.company.root_id, index=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null", ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", "Item", index="btree_not_null", ondelete="cascade")
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    reason = fields.Char(required=True)
    user_id = fields.Many2one("res.users", "Taken Out by", readonly=True, default=lambda self: self.env.user)
    until = fields.Date(help="The last day on which it stays out. Empty: until somebody lifts it.")
    active = fields.Boolean(default=True)

    def action_lift(self):
        """Let the next runs take it again."""
        return True
