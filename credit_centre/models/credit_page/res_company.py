from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_habit_months = fields.Integer(
        "Payment Habits over (Months)",
        default=12,
        required=True,
        help="How far back payments and revenue are looked at to say how a customer pays.",
    )

    _credit_habit_months = models.Constraint(
        "CHECK (credit_habit_months BETWEEN 1 AND 120)",
        "To say how customers pay, look back over 1 to 120 months.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_habit_months = fields.Integer(related="credit_root_id.credit_habit_months", readonly=False)
