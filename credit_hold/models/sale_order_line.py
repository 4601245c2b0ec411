"""A line that changes asks for the check of its order, unless the order itself is being written."""

from odoo import api, models
from odoo.exceptions import ValidationError

from .engine import LARGEST_AMOUNT
from .sale_order import IN_ORDER


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "credit.watched"]

    _credit_open_idx = models.Index(
        "(order_id) INCLUDE (price_total, product_uom_qty, qty_invoiced)"
        " WHERE display_type IS NULL AND product_uom_qty <> qty_invoiced"
    )
    _credit_finite = models.Constraint(
        "CHECK (price_unit BETWEEN -1e13 AND 1e13 AND product_uom_qty BETWEEN -1e13 AND 1e13)",
        "To save the order line, give a quantity and a price that are plain numbers.",
    )

    def _credit_check_numbers(self, vals):
        for name in {"price_unit", "product_uom_qty", "discount"} & vals.keys():
            value = vals[name]
            if isinstance(value, float) and not abs(value) <= LARGEST_AMOUNT:  # NaN compares with nothing
                raise ValidationError(
                    self.env._(
                        "To save the order line, give %s as a plain number.",
                        self._fields[name]._description_string(self.env),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._credit_check_numbers(vals)
        lines = super().create(vals_list)
        lines._credit_recheck_orders(lines.order_id)
        return lines

    def write(self, vals):
        self._credit_check_numbers(vals)
        result = super().write(vals)
        if {"product_uom_qty", "price_unit", "discount", "tax_ids", "product_id", "order_id"} & vals.keys():
            self._credit_recheck_orders(self.order_id)
        return result

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        self._credit_recheck_orders(orders)
        return result

    @api.model
    def _credit_recheck_orders(self, orders):
        if not IN_ORDER.get():
            orders = orders.exists()
            orders._credit_recheck()
            orders.filtered(lambda order: order.state == "sale")._credit_examine_others()
