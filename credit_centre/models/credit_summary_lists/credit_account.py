from odoo import fields, models


class CreditAccount(models.Model):
    _inherit = "credit.account"

    open_item_ids = fields.One2many("credit.open.item", "credit_account_id", "Open Items", readonly=True)
