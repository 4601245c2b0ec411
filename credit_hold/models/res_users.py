from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    credit_release_maximum = fields.Float(
        "Largest Order to Release",
        groups="base.group_user",
        help="In the company's currency. A credit controller releases orders and raises limits up to this;"
        " a credit manager without a maximum releases any.",
    )
