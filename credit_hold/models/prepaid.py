"""What has come for an order before its invoice, as one function of the database."""

from odoo.tools import SQL

ONLINE = """SELECT COALESCE(SUM(tx.amount), 0)
              FROM sale_order_transaction_rel r JOIN payment_transaction tx ON tx.id = r.transaction_id
             WHERE r.sale_order_id = o.id AND tx.state IN ('done', 'authorized') AND tx.payment_id IS NULL
               AND tx.currency_id = o.currency_id AND tx.operation <> 'validation'
               AND NOT EXISTS (SELECT 1 FROM account_payment p WHERE p.credit_order_id = o.id AND p.payment_transaction_id = tx.id)
               AND NOT EXISTS (SELECT 1 FROM sale_order_transaction_rel x
                                WHERE x.transaction_id = tx.id AND x.sale_order_id <> o.id)"""
RESERVED = """SELECT COALESCE(SUM(CASE WHEN l.currency_id = o.currency_id THEN -l.amount_residual_currency
                                       ELSE ROUND(-l.amount_residual * o.currency_rate, cur.decimal_places) END), 0)
                FROM account_payment p
                JOIN account_move_line l ON l.payment_id = p.id
                JOIN account_account a ON a.id = l.account_id
               WHERE p.credit_order_id = o.id AND p.state IN ('in_process', 'paid') AND l.parent_state = 'posted'
                 AND a.account_type = 'asset_receivable' AND l.amount_residual < 0"""
DOWN_PAYMENTS = """SELECT COALESCE(SUM(pr.debit_amount_currency), 0)
                     FROM (SELECT DISTINCT il.move_id
                             FROM sale_order_line ol
                             JOIN sale_order_line_invoice_rel r ON r.order_line_id = ol.id
                             JOIN account_move_line il ON il.id = r.invoice_line_id
                            WHERE ol.order_id = o.id AND ol.is_downpayment AND il.price_total > 0) d
                     JOIN account_move m ON m.id = d.move_id AND m.state = 'posted' AND m.move_type = 'out_invoice'
                     JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'payment_term'
                     JOIN account_partial_reconcile pr ON pr.debit_move_id = l.id
                     JOIN account_move_line c ON c.id = pr.credit_move_id AND c.parent_state = 'posted'
                     JOIN account_move cm ON cm.id = c.move_id AND cm.move_type <> 'out_refund'"""


LAST_HOLD = """SELECT jsonb_build_object('id', h.id, 'state', h.state, 'manual', h.manual, 'release_ceiling', h.release_ceiling,
                      'release_until', h.release_until, 'partner_id', h.partner_id, 'currency_id', h.currency_id, 'term_days', h.term_days)
                 FROM credit_hold h WHERE h.order_id = o.id ORDER BY h.id DESC LIMIT 1"""


def function_definition():
    """:return: SQL that makes ``credit_prepaid(orders)``: one JSON object per order, with the online money that is not
    yet a receipt, the receipts reserved to the order and not yet applied, and the paid down payment invoices, each in
    the order's currency and each amount once; and with the order's last hold"""
    return SQL(
        """CREATE OR REPLACE FUNCTION credit_prepaid(p_orders int[])
           RETURNS SETOF jsonb LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET jit = off AS $prepaid$
           BEGIN RETURN QUERY
               SELECT jsonb_build_object('id', o.id, 'online', (%(online)s), 'reserved', (%(reserved)s), 'invoiced', (%(invoiced)s), 'hold', (%(hold)s))
                 FROM sale_order o JOIN res_currency cur ON cur.id = o.currency_id WHERE o.id = ANY(p_orders);
           END $prepaid$""",
        online=SQL(ONLINE),
        reserved=SQL(RESERVED),
        invoiced=SQL(DOWN_PAYMENTS),
        hold=SQL(LAST_HOLD),
    )
