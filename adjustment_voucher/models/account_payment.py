from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    adjustment_debit_ids = fields.Many2many(
        "account.move",
        "adjustment_payment_debit",
        "payment_id",
        "debit_id",
        "Apply to",
        copy=False,
        domain="[('move_type', 'in', ('out_invoice', 'out_receipt')), ('state', '=', 'posted'),"
        " ('partner_id', 'child_of', partner_id)]",
        help="The invoices and debit notes that this receipt is for; it is applied to them when it is posted.",
    )
