"""How a company reminds its customers."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_reminder_mode = fields.Selection(
        [("propose", "A person looks and sends"), ("send", "They are sent by themselves")],
        "Reminders",
        required=True,
        default="propose",
        help="Reminders are proposed every day. Those that put a customer on hold always wait for a person.",
    )
    credit_reminder_wait_days = fields.Integer(
        "Days between Two Reminders", default=7, help="A customer gets no second reminder sooner."
    )
    credit_reminder_proposed_on = fields.Datetime("Reminders Proposed on", readonly=True, copy=False)

    _credit_reminder_wait = models.Constraint(
        "CHECK (credit_reminder_wait_days BETWEEN 0 AND 3650)",
        "To set the days between two reminders, give a number from 0 to 3,650.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_reminder_mode = fields.Selection(related="credit_root_id.credit_reminder_mode", readonly=False)
    credit_reminder_wait_days = fields.Integer(related="credit_root_id.credit_reminder_wait_days", readonly=False)
