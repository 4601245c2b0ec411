"""The open items and draft invoices of customers, in SQL: pieces of ``figures``."""

from odoo.tools import SQL

from .figures_orders import ids_of

# Each legal entity with its branches and its receivable accounts of trade; Odoo marks tax and owner accounts of that
# type as non trade.
BOOKS = SQL(
    """SELECT root.id AS company_id,
              ARRAY(SELECT c.id FROM res_company c WHERE split_part(c.parent_path, '/', 1)::int = root.id) AS branches,
              ARRAY(SELECT DISTINCT a.id
                      FROM account_account a
                      JOIN account_account_res_company_rel r ON r.account_account_id = a.id
                      JOIN res_company c ON c.id = r.res_company_id AND split_part(c.parent_path, '/', 1)::int = root.id
                     WHERE a.account_type = 'asset_receivable' AND a.non_trade IS NOT TRUE) AS accounts
         FROM res_company root WHERE root.parent_id IS NULL"""
)
# The day on which an item ``l`` is due, as Odoo has it: one without a due date is due on the day it was booked.
DUE = SQL("COALESCE(l.date_maturity, l.date)")


def open_items(today, orders):
    """The sums of the open items of each row of the scope, ``s``."""
    return SQL("SELECT %s FROM (%s OFFSET 0) r", _item_sums(today), _items_of_one(orders))


def items_as_kept():
    return SQL(
        """SELECT a.open_items AS debits, a.unapplied, a.uncleared, a.reserved, a.overdue, a.overdue_late, a.oldest_due_date,
                  NULL::date AS next_due_date, 0 AS documents FROM credit_account a WHERE a.id = s.account_id"""
    )


def undone_items(today, orders):
    """Items that are matched with a draft entry: a draft settles nothing."""
    return SQL(
        "SELECT r.partner_id, r.company_id, %s FROM (%s OFFSET 0) r GROUP BY r.partner_id, r.company_id",
        _item_sums(today),
        _undone_matching(orders),
    )


def _item_sums(today):
    """Few sums and cheap conditions: a customer may have tens of thousands of items."""
    return SQL(
        """COALESCE(SUM(r.amount), 0) - COALESCE(SUM(r.amount) FILTER (WHERE r.amount < 0), 0) AS debits,
           COALESCE(SUM(r.amount) FILTER (WHERE r.kind = 'uncleared'), 0) + COALESCE(SUM(r.amount) FILTER (WHERE r.kind = 'reserved'), 0)
               - COALESCE(SUM(r.amount) FILTER (WHERE r.amount < 0), 0) AS unapplied,
           -COALESCE(SUM(r.amount) FILTER (WHERE r.kind = 'uncleared'), 0) AS uncleared,
           -COALESCE(SUM(r.amount) FILTER (WHERE r.kind = 'reserved'), 0) AS reserved,
           COALESCE(SUM(r.amount) FILTER (WHERE r.due < %(today)s AND r.amount > 0), 0) AS overdue,
           COALESCE(SUM(r.amount) FILTER (WHERE r.due < %(today)s::date - r.grace_days AND r.amount > 0), 0) AS overdue_late,
           MIN(r.due) FILTER (WHERE r.due < %(today)s AND r.amount > 0) AS oldest_due_date,
           MIN(r.due) FILTER (WHERE r.due >= %(today)s AND r.amount > 0) AS next_due_date,
           COUNT(*) AS documents""",
        today=today,
    )


def _items_of_one(orders):
    """The open items of one row of the scope, ``s``. The kind of a receipt is told once per row."""
    return SQL(
        """SELECT s.grace_days, l.amount_residual AS amount, %(due)s AS due,
                  CASE WHEN l.payment_id IS NOT NULL AND l.amount_residual < 0 THEN %(kind)s END AS kind
             FROM res_partner p
             JOIN account_move_line l ON l.partner_id = p.id AND l.company_id = ANY(s.branches) AND l.account_id = ANY(s.accounts)
            WHERE p.commercial_partner_id = s.partner_id
              AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0""",
        due=DUE,
        kind=_receipt_kind(orders),
    )


def _undone_matching(orders):
    """The other side of each match with a draft entry; those entries are few, so they are looked up first (OFFSET 0)."""
    return SQL(
        """SELECT s.partner_id, s.company_id, s.grace_days, CASE WHEN l.id = l.debit_move_id THEN l.matched ELSE -l.matched END AS amount,
                  %(due)s AS due, CASE WHEN l.id = l.credit_move_id AND l.payment_id IS NOT NULL THEN %(kind)s END AS kind
             FROM (SELECT l.id, l.partner_id, l.company_id, l.account_id, l.date_maturity, l.date, l.payment_id,
                          pr.debit_move_id, pr.credit_move_id, pr.amount AS matched
                     FROM account_move_line x
                     JOIN account_partial_reconcile pr ON x.id IN (pr.debit_move_id, pr.credit_move_id)
                     JOIN account_move_line l ON l.id IN (pr.debit_move_id, pr.credit_move_id) AND l.id <> x.id
                    WHERE x.parent_state = 'draft' AND x.matching_number IS NOT NULL AND l.parent_state = 'posted' OFFSET 0) l
             JOIN res_partner p ON p.id = l.partner_id
             JOIN scope s ON s.partner_id = p.commercial_partner_id AND l.company_id = ANY(s.branches) AND l.account_id = ANY(s.accounts)""",
        due=DUE,
        kind=_receipt_kind(orders),
    )


def _receipt_kind(orders):
    """Where a receipt stands: reserved to a quotation, not yet cleared by the bank, or simply unapplied."""
    return SQL(
        """(SELECT CASE WHEN o.state IN ('draft', 'sent') OR o.id = ANY(%s) THEN 'reserved'
                        WHEN ap.is_matched IS NOT TRUE THEN 'uncleared' ELSE 'unapplied' END
              FROM account_payment ap LEFT JOIN sale_order o ON o.id = ap.credit_order_id
             WHERE ap.id = l.payment_id)""",
        ids_of(orders),
    )


def draft_invoices():
    """Draft invoices of a row of the scope, ``s``, less what they hold of orders: that part stands among the open orders
    until it is posted."""
    return SQL(
        """
        SELECT COALESCE(SUM(GREATEST(0, CASE WHEN x.free_lines = 0 THEN 0 ELSE
                    ROUND(m.amount_total_signed - COALESCE(x.from_orders, 0) / NULLIF(m.invoice_currency_rate, 0), s.decimals) END)), 0) AS amount
          FROM account_move m
    CROSS JOIN LATERAL (
            SELECT SUM(l.price_total) FILTER (WHERE rel.found) AS from_orders,
                   COUNT(*) FILTER (WHERE rel.found IS NOT TRUE) AS free_lines
              FROM account_move_line l
         LEFT JOIN LATERAL (SELECT TRUE AS found FROM sale_order_line_invoice_rel r WHERE r.invoice_line_id = l.id LIMIT 1) rel ON TRUE
             WHERE l.move_id = m.id AND l.display_type = 'product') x
         WHERE m.commercial_partner_id = s.partner_id AND m.company_id = ANY(s.branches)
           AND m.state = 'draft' AND m.move_type IN ('out_invoice', 'out_receipt')"""
    )


def overdue_by_day_query(partner_id, company_id, today):
    """What is past due of one pair, summed by days late: (days, amount)."""
    return SQL(
        """
        SELECT %(today)s::date - %(due)s AS days, SUM(l.amount_residual)
          FROM res_partner p
          JOIN account_move_line l ON l.partner_id = p.id
          JOIN (%(books)s) b ON b.company_id = %(company)s AND l.company_id = ANY(b.branches) AND l.account_id = ANY(b.accounts)
         WHERE p.commercial_partner_id = %(partner)s AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
           AND l.amount_residual > 0 AND %(due)s < %(today)s
      GROUP BY 1 ORDER BY 1""",
        due=DUE,
        today=today,
        books=BOOKS,
        company=company_id,
        partner=partner_id,
    )
