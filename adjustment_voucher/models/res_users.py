from odoo import fields, models


class ResUsers(models.Model):
    """How far a user's authority over vouchers goes, in the currency of the user's company."""

    _inherit = "res.users"

    adjustment_limit = fields.Float(
        "Voucher Limit", help="Largest voucher this user authorizes, in company currency. 0: no limit."
    )
    adjustment_write_off_limit = fields.Float(
        "Write-off Ceiling",
        help="Largest write-off beyond the tolerance that this user authorizes in one voucher, in company currency.",
    )
