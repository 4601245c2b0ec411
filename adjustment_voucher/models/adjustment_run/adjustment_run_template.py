"""Criteria kept for the next time, and the days on which they run by themselves."""

from odoo import fields, models


class AdjustmentRunTemplate(models.Model):
    _name = "adjustment.run.template"
    _inherit = ["adjustment.run.criteria"]
    _description = "Template of Batch Applications"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    method_ids = fields.One2many(
        "adjustment.run.method",
        "template_id",
        "Methods",
        copy=True,
        default=lambda self: self._default_method_ids(),
        help="Each works on what the one before it left.",
    )
    schedule = fields.Selection(
        [("none", "By hand"), ("daily", "Every day"), ("weekly", "Every week"), ("monthly", "Every month")],
        required=True,
        default="none",
    )
    next_date = fields.Date("Next Run", help="The next day on which a run is made from this template.")
    authorize_by_itself = fields.Boolean(
        "Authorize by Itself",
        help="Scheduled runs are authorized as soon as they are proposed, without anybody looking.",
    )
    user_id = fields.Many2one(
        "res.users",
        "In the Name of",
        required=True,
        default=lambda self: self.env.user,
        help="Scheduled runs have this user's rights and limits.",
    )
    run_ids = fields.One2many("adjustment.run", "template_id", "Runs", readonly=True)
    last_run_id = fields.Many2one("adjustment.run", "Last Run", readonly=True, copy=False)
    last_problem = fields.Char("Why not Run", readonly=True, copy=False)

    def action_run(self):
        """A draft run with these criteria.

        :return: action that opens it
        """
        return True

    def action_view_runs(self):
        return True
