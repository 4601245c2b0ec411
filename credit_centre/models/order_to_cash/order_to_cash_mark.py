"""Marks: which orders stand otherwise than kept.

A change to an order, its lines, invoices, their items and matches, or a hold leaves a mark in the same transaction: one
row inserted, no lock on the order. They are collected and stored together with the marks of ``credit_hold``, in its query.
"""

from odoo import api, fields, models
from odoo.tools import SQL

# Noted in the transaction while no order it may see stands otherwise than kept: the day of the look.
FRESH = "credit_centre.orders_fresh"
# Beside what ``credit_hold`` watches.
WATCHED = {
    "sale.order": {
        "amount_total",
        "company_id",
        "credit_status",
        "currency_rate",
        "date_order",
        "invoice_status",
        "partner_id",
        "state",
        "team_id",
        "user_id",
        "validity_date",
    },
    "sale.order.line": {
        "display_type",
        "is_downpayment",
        "order_id",
        "otc_delivered_on",
        "product_id",
        "product_uom_qty",
        "qty_delivered",
        "qty_delivered_method",
        "qty_invoiced",
    },
    "account.move": {
        "amount_residual_signed",
        "amount_total_signed",
        "credit_disputed",
        "invoice_date",
        "is_move_sent",
        "move_type",
        "state",
    },
    "account.move.line": {"amount_residual", "date", "date_maturity", "display_type", "move_id", "price_total"},
    "product.template": {"invoice_policy", "type"},
    "res.company": {"currency_id", "otc_invoice_days"},
    "res.currency": {"decimal_places", "rounding"},
}
OF_INVOICES = """SELECT ol.order_id FROM account_move m
                   JOIN account_move_line il ON il.move_id = m.id AND il.display_type = 'product'
                   JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = il.id
                   JOIN sale_order_line ol ON ol.id = r.order_line_id
                  WHERE m.move_type IN ('out_invoice', 'out_refund', 'out_receipt') AND m.id"""
# The orders behind changed rows, given their ids.
ORDERS = {
    "sale.order": "SELECT unnest({ids})",
    "sale.order.line": "SELECT order_id FROM sale_order_line WHERE id = ANY({ids})",
    "account.move": f"{OF_INVOICES} = ANY({{ids}})",
    "account.move.line": f"{OF_INVOICES} IN (SELECT move_id FROM account_move_line WHERE id = ANY({{ids}}))",
    "product.template": """SELECT ol.order_id FROM product_product p JOIN sale_order_line ol ON ol.product_id = p.id
                            WHERE p.product_tmpl_id = ANY({ids})""",
    "res.company": "SELECT id FROM sale_order WHERE company_id = ANY({ids})",
    "res.currency": """SELECT o.id FROM sale_order o JOIN res_company c ON c.id = o.company_id
                        WHERE c.currency_id = ANY({ids})""",
}


def function_definition():
    """:return: text of SQL that makes ``order_to_cash_changed``, with one array of changed ids for each model of
    ``ORDERS``: it marks each order behind them once"""
    arguments = {name: f"p_{name.replace('.', '_')}" for name in ORDERS}
    gather = "\n".join(
        f"IF cardinality({ids}) > 0 THEN v_orders = v_orders || ARRAY({ORDERS[name].format(ids=ids)}); END IF;"
        for name, ids in arguments.items()
    )
    return f"""CREATE OR REPLACE FUNCTION order_to_cash_changed({", ".join(f"{ids} int[]" for ids in arguments.values())})
               RETURNS void LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan SET jit = off AS $mark$
               DECLARE v_orders int[] = '{{}}';
               BEGIN
                 {gather}
                 INSERT INTO order_to_cash_mark (order_id) SELECT DISTINCT unnest(v_orders);
               END $mark$"""


class OrderToCashMark(models.Model):
    _name = "order.to.cash.mark"
    _description = "Orders that Stand Otherwise than Kept"
    _log_access = False

    # No reference: a mark holds nothing of the order, and one of a deleted order means nothing.
    order_id = fields.Integer(required=True)

    def init(self):
        self.env.cr.execute(function_definition())


class CreditMark(models.Model):
    _inherit = "credit.mark"

    @api.model
    def _collect(self, model_name, ids):
        self._forget_orders()
        return super()._collect(model_name, ids)

    @api.model
    def _insert(self, changed):
        self._forget_orders()
        return super()._insert(changed)

    @api.model
    def _forget_orders(self):
        self.env.cr.precommit.data.pop(FRESH, None)
        self.env["order.to.cash"].invalidate_model(flush=False)

    @api.model
    def _mark_calls(self, changed):
        ids = SQL(", ").join(SQL("%s::int[]", list(changed.get(model_name, ()))) for model_name in ORDERS)
        return [*super()._mark_calls(changed), SQL("order_to_cash_changed(%s)", ids)]
