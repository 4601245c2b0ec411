from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    otc_invoice_days = fields.Integer(
        "Days to Invoice an Order",
        default=7,
        help="An order that could be invoiced and is not, so many days after its confirmation, is shown as late.",
    )

    @api.constrains("otc_invoice_days")
    def _check_otc_invoice_days(self):
        for company in self:
            if not 0 <= company.otc_invoice_days <= 3650:
                raise ValidationError(
                    self.env._("To say when an order is late to be invoiced, give a number of days from 0 to 3650.")
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    otc_invoice_days = fields.Integer(related="company_id.otc_invoice_days", readonly=False)
