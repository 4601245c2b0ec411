from odoo import api, fields, models

from .engine import work


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    adjustment_voucher_id = fields.Many2one(
        "adjustment.voucher",
        "Adjustment Voucher",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The voucher that made this match, and alone can take it back.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        current = work()
        if current and current.voucher_id:
            vals_list = [{**vals, "adjustment_voucher_id": current.voucher_id} for vals in vals_list]
        return super().create(vals_list)
