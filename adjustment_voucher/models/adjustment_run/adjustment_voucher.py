from odoo import fields, models


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    run_id = fields.Many2one(
        "adjustment.run", "Batch Application", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    def _adjustment_protected_fields(self):
        return super()._adjustment_protected_fields() | {"run_id"}
