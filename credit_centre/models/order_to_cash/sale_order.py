"""When the lines of an order were delivered: Odoo keeps how much, not when."""

from odoo import api, fields, models
from odoo.tools import float_compare
from odoo.tools.sql import column_exists, create_column


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    otc_delivered_on = fields.Date(
        "Last Delivered",
        compute="_compute_otc_delivered",
        store=True,
        copy=False,
        help="The day on which the delivered quantity last grew. Unknown for deliveries before this app was installed.",
    )
    otc_delivered_quantity = fields.Float(compute="_compute_otc_delivered", store=True, copy=False, digits=(16, 6))

    _otc_followed_idx = models.Index(
        "(order_id) WHERE display_type IS NULL AND qty_delivered_method <> 'manual' AND qty_delivered < product_uom_qty"
    )

    def _auto_init(self):
        """Lines that are there already get no date: nobody knows it, and a look at each would take long."""
        if not column_exists(self.env.cr, "sale_order_line", "otc_delivered_on"):
            create_column(self.env.cr, "sale_order_line", "otc_delivered_on", "date")
            create_column(self.env.cr, "sale_order_line", "otc_delivered_quantity", "numeric")
            self.env.cr.execute(
                "UPDATE sale_order_line SET otc_delivered_quantity = qty_delivered WHERE qty_delivered <> 0"
            )
        return super()._auto_init()

    @api.depends("qty_delivered")
    def _compute_otc_delivered(self):
        today = fields.Date.today()
        for line in self:
            before, now = line.otc_delivered_quantity, line.qty_delivered
            if float_compare(now, before, precision_digits=6) > 0:
                line.otc_delivered_on = today
            elif not now:
                line.otc_delivered_on = False
            line.otc_delivered_quantity = now
