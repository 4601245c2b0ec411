"""What is open of confirmed orders, in SQL: a piece of ``figures``, and the figure on the order itself."""

from odoo.tools import SQL

ORDER_COLUMNS = SQL(
    "o.id, o.currency_rate, o.credit_invoiced, COALESCE(o.commitment_date, o.date_order)::date AS wanted"
)


def open_orders(today, orders):
    """Open parts of the confirmed orders of a row of the scope, ``s``, those beyond the policy's horizon apart."""
    return SQL(
        """
        SELECT COALESCE(SUM(x.amount) FILTER (WHERE NOT x.beyond), 0) AS amount,
               COALESCE(SUM(x.amount) FILTER (WHERE x.beyond), 0) AS later,
               MIN(x.enters) FILTER (WHERE x.beyond AND x.amount <> 0) AS next_horizon,
               COUNT(*) AS documents
          FROM (
            SELECT w.amount, s.horizon > 0 AND w.wanted > %(today)s::date + s.horizon AS beyond, w.wanted - s.horizon AS enters
              FROM (%(open)s) w
          ) x""",
        today=today,
        open=open_orders_query(_candidates(), orders),
    )


def open_orders_query(candidates, orders=()):
    """Each confirmed order with its open part in the company's currency.

    Odoo's own invoiced quantity counts drafts and takes credit notes back; for orders that were ever invoiced, the
    quantities posted and the high-water mark of what was invoiced correct it (see ``exposure.high_water``).

    :param candidates: SQL of the orders, with ``ORDER_COLUMNS`` and the decimals of their company's currency
    :param orders: ids to leave out
    """
    return SQL(
        """
            SELECT k.id, k.wanted, GREATEST(0, ROUND((k.open_value / NULLIF(k.currency_rate, 0))::numeric, k.decimals)) AS amount
              FROM (SELECT c.*, CASE WHEN c.credit_invoiced THEN (%(corrected)s) ELSE (%(plain)s) END AS open_value
                      FROM (%(candidates)s) c WHERE c.id <> ALL(%(orders)s) OFFSET 0) k
             WHERE k.open_value IS NOT NULL""",
        candidates=candidates,
        plain=_plain_value(),
        corrected=_corrected_value(),
        orders=ids_of(orders),
    )


def _plain_value():
    """What is open of an order ``c`` that was never invoiced; another program may have set quantities all the same."""
    return SQL(
        """SELECT SUM(CASE WHEN l.qty_invoiced = 0 THEN l.price_total ELSE %s END)
             FROM sale_order_line l
            WHERE l.order_id = c.id AND l.display_type IS NULL AND l.product_uom_qty <> l.qty_invoiced""",
        _open_part(SQL("0")),
    )


def _corrected_value():
    return SQL(
        """SELECT SUM(CASE WHEN l.is_downpayment THEN -COALESCE(i.down_payment, 0) ELSE %s END)
             FROM sale_order_line l LEFT JOIN LATERAL (%s) i ON TRUE
            WHERE l.order_id = c.id AND l.display_type IS NULL""",
        _open_part(SQL("COALESCE(i.correction, 0)")),
        _invoiced(),
    )


def _open_part(correction):
    """What of a line is still to be invoiced (see ``exposure.open_fraction``)."""
    return SQL(
        """CASE WHEN l.product_uom_qty = 0 THEN 0
                WHEN l.qty_invoiced = 0 AND %(correction)s = 0 THEN l.price_total
                ELSE l.price_total * GREATEST(0, LEAST(1, 1 - (l.qty_invoiced + %(correction)s) / l.product_uom_qty)) END""",
        correction=correction,
    )


def _candidates():
    """Orders of a row of the scope, ``s``, that may have an open part: not fully invoiced, or invoiced by a draft."""
    return SQL(
        """
        SELECT s.decimals, %(columns)s
          FROM res_partner p
          JOIN sale_order o ON o.partner_invoice_id = p.id AND o.company_id = ANY(s.branches)
         WHERE p.commercial_partner_id = s.partner_id AND o.state = 'sale' AND o.invoice_status <> 'invoiced'
     UNION ALL
        SELECT s.decimals, %(columns)s
          FROM (SELECT DISTINCT l.order_id
                  FROM account_move m
                  JOIN account_move_line ml ON ml.move_id = m.id
                  JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = ml.id
                  JOIN sale_order_line l ON l.id = r.order_line_id
                 WHERE m.commercial_partner_id = s.partner_id AND m.state = 'draft'
                   AND m.move_type IN ('out_invoice', 'out_receipt')) drafted
          JOIN sale_order o ON o.id = drafted.order_id AND o.company_id = ANY(s.branches)
          JOIN res_partner p ON p.id = o.partner_invoice_id
         WHERE p.commercial_partner_id = s.partner_id AND o.state = 'sale' AND o.invoice_status = 'invoiced'""",
        columns=ORDER_COLUMNS,
    )


def _invoiced():
    """For one order line: what to add to Odoo's invoiced quantity, and the down payment posted and not deducted."""
    return SQL(
        """
            SELECT MAX(q.high) * SIGN(l.product_uom_qty) - SUM(q.quantity) AS correction, SUM(q.amount) FILTER (WHERE q.posted) AS down_payment
              FROM (
                SELECT m.state = 'posted' AS posted,
                       il.quantity * sign.value * COALESCE(iu.factor / NULLIF(lu.factor, 0), 1) AS quantity,
                       il.price_total * sign.value AS amount,
                       GREATEST(0, SUM(CASE WHEN m.state = 'posted' THEN il.quantity * sign.value * COALESCE(iu.factor / NULLIF(lu.factor, 0), 1)
                            * SIGN(l.product_uom_qty) ELSE 0 END) OVER (ORDER BY m.date, m.id, il.id)) AS high
                  FROM sale_order_line_invoice_rel r
                  JOIN account_move_line il ON il.id = r.invoice_line_id
                  JOIN account_move m ON m.id = il.move_id AND m.state IN ('draft', 'posted')
                                     AND m.move_type IN ('out_invoice', 'out_refund')
                  JOIN (VALUES ('out_invoice', 1), ('out_refund', -1)) sign(move_type, value) ON sign.move_type = m.move_type
             LEFT JOIN uom_uom iu ON iu.id = il.product_uom_id
             LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
                 WHERE r.order_line_id = l.id
              ) q"""
    )


def ids_of(orders):
    """Ids as a query takes them: a list, or SQL that stands for one."""
    return orders if isinstance(orders, SQL) else list(orders)
