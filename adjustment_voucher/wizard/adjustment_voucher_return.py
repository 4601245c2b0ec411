from odoo import fields, models


class AdjustmentVoucherReturn(models.TransientModel):
    _name = "adjustment.voucher.return"
    _description = "Return a Voucher"

    voucher_ids = fields.Many2many("adjustment.voucher", required=True)
    reason = fields.Char(required=True)

    def action_return(self):
        """Send the vouchers back with the reason; rights and states are looked at by the vouchers themselves."""
        self.ensure_one()
        self.voucher_ids.action_return(self.reason)
        return {"type": "ir.actions.act_window_close"}
