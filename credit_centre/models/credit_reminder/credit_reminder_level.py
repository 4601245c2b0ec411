"""The steps of reminding: when, how sternly, and what else is done with the letter (S1.14, S3.19, S3.20)."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.credit_hold.models.engine import check_amounts

from ...reminders import BEFORE, LATE, PARTIAL, Level
from ..money import units


class CreditReminderLevel(models.Model):
    _name = "credit.reminder.level"
    _description = "Reminder Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100, help="Levels for late invoices are gone through in this order.")
    company_id = fields.Many2one(
        "res.company",
        "Legal Entity",
        index=True,
        domain="[('parent_id', '=', False)]",
        help="A legal entity with levels of its own uses these alone. Empty: for all that have none.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    trigger = fields.Selection(
        [(BEFORE, "Before the due date"), (LATE, "When late"), (PARTIAL, "When only a part was paid")],
        "Occasion",
        required=True,
        default=LATE,
    )
    days = fields.Integer(
        required=True,
        help="Late: days past the due date of the oldest document. Before the due date: a negative number, -3 is three days"
        " before. Part paid: days after that payment, or at once when the rest is past due.",
    )
    minimum_amount = fields.Monetary(help="No such letter unless more than this is due, credits deducted.")
    template_id = fields.Many2one(
        "mail.template",
        "E-mail and Letter",
        required=True,
        ondelete="restrict",
        domain="[('model', '=', 'credit.reminder')]",
    )
    attach_documents = fields.Boolean(help="The invoices go along as PDF.")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Activity",
        domain="[('res_model', 'in', [False, 'credit.account'])]",
        help="Planned on the credit account when the letter is sent, for a person to call.",
    )
    activity_user_id = fields.Many2one(
        "res.users", "Activity for", domain="[('share', '=', False)]", help="Empty: who chases the customer."
    )
    set_hold = fields.Boolean(
        "Put on Hold", help="Whoever sends the letter confirms it; such a letter is never sent by itself."
    )
    set_prepay = fields.Boolean(
        "Require Prepayment", help="Whoever sends the letter confirms it; such a letter is never sent by itself."
    )

    _days_of_occasion = models.Constraint(
        "CHECK (CASE trigger WHEN 'before' THEN days BETWEEN -365 AND 0 WHEN 'late' THEN days BETWEEN 1 AND 3650"
        " ELSE days BETWEEN 0 AND 365 END)",
        "To save the level, give days that fit: -365 to 0 before the due date, 1 to 3,650 when late, 0 to 365 when a part was paid.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for level in self:
            level.currency_id = (level.company_id or self.env.company).currency_id

    @api.constrains("company_id")
    def _check_company(self):
        for level in self.filtered("company_id.parent_id"):
            raise ValidationError(
                self.env._(
                    "To give %(company)s levels of its own, choose the legal entity %(root)s: its branches follow it.",
                    company=level.company_id.display_name,
                    root=level.company_id.root_id.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_amounts(self.env, vals, {"minimum_amount": self._fields["minimum_amount"].string})
        return super().create(vals_list)

    def write(self, vals):
        check_amounts(self.env, vals, {"minimum_amount": self._fields["minimum_amount"].string})
        return super().write(vals)

    @api.model
    def _for_company(self, root):
        """:return: the levels in force in a legal entity"""
        levels = self.search([("company_id", "in", [False, root.id])])
        return levels.filtered("company_id") or levels

    def _as_levels(self, root):
        return [
            Level(level.id, level.sequence, level.trigger, level.days, units(level.minimum_amount, root.currency_id))
            for level in self
        ]

    @property
    def _sets_flags(self):
        return self.filtered(lambda level: level.set_hold or level.set_prepay)
