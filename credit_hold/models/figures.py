"""The figures of customers, as one SQL statement over the ledger and the orders.

The same statement serves a decision on one customer (live), a list of partners, and the recomputation of all kept
figures, so that there is one definition of exposure. Amounts are in the currency of the root company.

A *pair* is (commercial entity, root company). Every part is zero where there is nothing.
"""

from odoo.tools import SQL

PARTS = ("open_items", "unapplied", "uncleared", "reserved", "draft_invoices", "open_orders", "later_orders")
SUMS = (
    "documents",
    "exposure",
    "overdue",
    "overdue_late",
    "oldest_due_date",
    "effective_limit",
    "has_limit",
    "headroom",
    "usage",
    "valid_until",
)

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


MANY_DOCUMENTS = 500
# The day on which an item ``l`` is due, as Odoo has it: one without a due date is due on the day it was booked.
DUE = SQL("COALESCE(l.date_maturity, l.date)")


def function_definition():
    """The figures of named pairs as a function of the database.

    One reading costs the planner ten times what it costs to run; a function keeps its plan for the session. Sums stand
    beside the rows they belong to (LATERAL), which leaves the planner no bad choice.

    A customer with very many documents is answered from the kept figures while nothing has changed since they were taken:
    no mark, no date passed, no confirmed order to leave out. Where only orders changed, its items are not read again.

    :return: SQL that makes ``credit_figures(partners, companies, today, orders)``, one JSON object per pair
    """
    pairs = SQL("SELECT * FROM unnest(p_partners, p_companies) AS t(partner_id, company_id)")
    today, orders = SQL("p_today"), SQL("p_orders")
    return SQL(
        """CREATE OR REPLACE FUNCTION credit_figures(p_partners int[], p_companies int[], p_today date, p_orders int[])
           RETURNS SETOF jsonb LANGUAGE plpgsql STABLE
           SET plan_cache_mode = force_generic_plan SET jit = off AS $figures$
           DECLARE v_all boolean; v_items boolean;
           BEGIN
             %(current)s;
             IF v_all THEN RETURN QUERY SELECT to_jsonb(figures) || %(rules)s FROM (%(kept)s) figures;
             ELSIF v_items THEN RETURN QUERY SELECT to_jsonb(figures) || %(rules)s FROM (%(with_kept_items)s) figures;
             ELSE RETURN QUERY SELECT to_jsonb(figures) || %(rules)s FROM (%(live)s) figures; END IF;
           END $figures$""",
        current=_what_is_current(pairs),
        rules=RULES,
        kept=_kept_figures(pairs),
        with_kept_items=figures_query(pairs, today, orders, kept_items=True),
        live=figures_query(with_group_mates(pairs), today, orders),
    )


RULES = SQL(
    """COALESCE((SELECT jsonb_build_object('policy', to_jsonb(p) - 'name', 'buckets',
                    (SELECT jsonb_agg(to_jsonb(b) ORDER BY b.first_day) FROM credit_policy_bucket b WHERE b.policy_id = p.id))
                   FROM credit_policy p WHERE p.id = figures.policy_id), '{}'::jsonb)"""
)


def _what_is_current(pairs):
    return SQL(
        """SELECT COALESCE(BOOL_AND(usable AND NOT any_mark), FALSE), COALESCE(BOOL_AND(usable AND NOT mark_of_items), FALSE)
             INTO v_all, v_items
             FROM (%(pairs)s) pair
        LEFT JOIN credit_account a ON a.partner_id = pair.partner_id AND a.company_id = pair.company_id
       CROSS JOIN LATERAL (
               SELECT a.documents >= %(many)s AND a.group_id IS NULL AND (a.valid_until IS NULL OR a.valid_until >= p_today)
                      AND a.refreshed_on::date <= p_today AND NOT EXISTS (
                          SELECT 1 FROM sale_order o WHERE o.id = ANY(p_orders) AND o.state NOT IN ('draft', 'sent')) AS usable) kept
        LEFT JOIN LATERAL (
               SELECT COUNT(*) > 0 AS any_mark, COUNT(*) FILTER (WHERE m.only_orders IS NOT TRUE) > 0 AS mark_of_items
                 FROM credit_mark m WHERE kept.usable AND m.partner_id = a.partner_id AND m.company_id = a.company_id) mark ON TRUE""",
        many=SQL(str(MANY_DOCUMENTS)),
        pairs=pairs,
    )


def _kept_figures(pairs):
    names = [name for name in (*PARTS, *SUMS) if name not in ("effective_limit", "has_limit", "headroom", "usage")]
    return SQL(
        """WITH books AS MATERIALIZED (%(books)s), scope AS (%(scope)s)
           SELECT limited.*, own_limit AS effective_limit, own_limit IS NOT NULL AS has_limit,
                  COALESCE(own_limit - exposure, 0) AS headroom, 0 AS group_exposure
             FROM (SELECT s.*, %(limit)s AS own_limit, %(names)s
                     FROM scope s JOIN credit_account k ON k.id = s.account_id) limited""",
        books=BOOKS,
        scope=_scope(pairs, SQL("p_today")),
        limit=_limit(SQL("p_today")),
        names=SQL(", ").join(SQL("k.%s", SQL.identifier(name)) for name in names),
    )


def with_group_mates(pairs):
    """The pairs and all customers who share a limit with them: a shared limit needs the sum of all."""
    return SQL(
        """SELECT partner_id, company_id FROM (%(pairs)s) asked
     UNION SELECT mate.partner_id, mate.company_id
             FROM (%(pairs)s) asked
             JOIN credit_account a ON a.partner_id = asked.partner_id AND a.company_id = asked.company_id
             JOIN credit_account mate ON mate.group_id = a.group_id""",
        pairs=pairs,
    )


def all_pairs():
    return SQL("SELECT partner_id, company_id FROM credit_account")


def figures_query(pairs, today, orders=(), kept_items=False):
    """One row per pair with its parts, sums, overdue figures, limit and settings.

    :param pairs: SQL of (partner_id, company_id)
    :param today: the date that decides what is overdue and which limits are in force
    :param orders: ids of sale orders to leave out, with the money reserved to them
    :param kept_items: take the sums of open items from the account
    :return: SQL
    """
    undone = _undone(today, orders)
    return SQL(
        """
WITH books AS MATERIALIZED (%(books)s),
     scope AS MATERIALIZED (%(scope)s),
     undone AS (%(undone)s),
     part AS (
        SELECT s.*,
               i.debits + COALESCE(u.debits, 0) AS open_items, i.unapplied + COALESCE(u.unapplied, 0) AS unapplied,
               i.uncleared + COALESCE(u.uncleared, 0) AS uncleared, i.reserved + COALESCE(u.reserved, 0) AS reserved,
               d.amount AS draft_invoices, o.amount AS open_orders, o.later AS later_orders,
               i.overdue + COALESCE(u.overdue, 0) AS overdue, i.overdue_late + COALESCE(u.overdue_late, 0) AS overdue_late,
               LEAST(i.oldest_due_date, u.oldest_due_date) AS oldest_due_date, LEAST(i.next_due_date, u.next_due_date) AS next_due_date,
               o.next_horizon, i.documents + COALESCE(u.documents, 0) + o.documents AS documents,
               %(limit)s AS own_limit
          FROM scope s
    CROSS JOIN LATERAL (%(items)s) i
     LEFT JOIN undone u ON u.partner_id = s.partner_id AND u.company_id = s.company_id
    CROSS JOIN LATERAL (%(drafts)s) d
    CROSS JOIN LATERAL (%(orders)s) o
     )
SELECT total.*, LEAST(own_limit, group_limit) AS effective_limit,
       COALESCE(own_limit, group_limit) IS NOT NULL AS has_limit,
       COALESCE(LEAST(own_limit - exposure, group_limit - group_exposure), 0) AS headroom,
       COALESCE(ROUND(100 * GREATEST(exposure / NULLIF(own_limit, 0), group_exposure / NULLIF(group_limit, 0)), 2), 0) AS usage
  FROM (SELECT counted.*, CASE WHEN group_id IS NOT NULL THEN SUM(exposure) OVER (PARTITION BY group_id) ELSE 0 END AS group_exposure
          FROM (SELECT part.*,
                       open_items - unapplied + open_orders
                           - CASE WHEN count_uncleared_receipts THEN uncleared ELSE 0 END
                           + CASE WHEN count_draft_invoices THEN draft_invoices ELSE 0 END AS exposure,
                       %(valid_until)s AS valid_until
                  FROM part) counted) total""",
        books=BOOKS,
        scope=_scope(pairs, today),
        items=_kept_items() if kept_items else _items(today, orders),
        undone=SQL("SELECT * FROM (%s) no_more WHERE FALSE", undone) if kept_items else undone,
        drafts=_drafts(),
        orders=_orders(today, orders),
        limit=_limit(today),
        valid_until=_valid_until(today),
    )


def _scope(pairs, today):
    """The pairs with the settings that shape their figures: account, else policy, else company."""
    return SQL(
        """
        SELECT pair.partner_id, pair.company_id, a.id AS account_id, a.group_id, pol.id AS policy_id,
               COALESCE(NULLIF(a.grace_days, 0), pol.grace_days, 0) AS grace_days,
               COALESCE(pol.order_horizon_days, 0) AS horizon,
               COALESCE(pol.count_draft_invoices, FALSE) AS count_draft_invoices,
               COALESCE(pol.count_uncleared_receipts, FALSE) AS count_uncleared_receipts,
               COALESCE(pol.limit_percent, 100) AS limit_percent,
               CASE WHEN COALESCE(a.limit_mode, CASE WHEN jsonb_exists(p.credit_limit, c.id::text) THEN 'own' END, 'default') = 'own'
                    THEN COALESCE(a.credit_limit, (p.credit_limit ->> c.id::text)::numeric, 0)
                    WHEN COALESCE(a.limit_mode, 'default') = 'default' AND c.credit_default_mode = 'limit'
                    THEN COALESCE(c.credit_default_limit, 0) END AS base_limit,
               CASE WHEN a.limit_mode = 'own' THEN a.limit_currency_id END AS limit_currency_id,
               a.limit_rate_type, a.limit_fixed_rate,
               CASE WHEN a.temporary_from <= %(today)s AND (a.temporary_until IS NULL OR a.temporary_until >= %(today)s)
                    THEN a.temporary_limit END AS temporary_limit,
               CASE WHEN a.insured_until IS NULL OR a.insured_until >= %(today)s THEN a.insured_amount END AS insured_amount,
               a.temporary_from, a.temporary_until, a.insured_until,
               COALESCE(a.hold, FALSE) AS hold, COALESCE(a.prepay_required, FALSE) AS prepay_required,
               COALESCE(NULLIF(a.prepay_percent, 0), pol.prepay_percent, 100) AS prepay_percent,
               COALESCE(a.check_disabled, FALSE) AS check_disabled, COALESCE(a.caution, FALSE) AS caution,
               p.active IS NOT TRUE AS archived,
               c.currency_id AS company_currency_id,
               b.branches, b.accounts, COALESCE(cur.decimal_places, 2) AS decimals, cur.rounding, g.credit_limit AS group_limit
          FROM (%(pairs)s) pair
          JOIN res_company c ON c.id = pair.company_id
          JOIN books b ON b.company_id = pair.company_id
          JOIN res_currency cur ON cur.id = c.currency_id
          JOIN res_partner p ON p.id = pair.partner_id
     LEFT JOIN credit_account a ON a.partner_id = pair.partner_id AND a.company_id = pair.company_id
     LEFT JOIN credit_group g ON g.id = a.group_id AND g.active
     LEFT JOIN credit_policy pol ON pol.id = COALESCE(a.policy_id, c.credit_policy_id)""",
        pairs=pairs,
        today=today,
    )


def _limit(today):
    """The limit in force, in the company's currency; NULL is no limit."""
    return SQL(
        """ROUND((
                CASE WHEN s.limit_currency_id IS NULL OR s.limit_currency_id = s.company_currency_id
                     THEN COALESCE(s.temporary_limit, s.base_limit)
                     WHEN s.limit_rate_type = 'fixed'
                     THEN COALESCE(s.temporary_limit, s.base_limit) * s.limit_fixed_rate
                     ELSE COALESCE(s.temporary_limit, s.base_limit)
                        * COALESCE(%(own)s, 1) / COALESCE(%(other)s, 1) END
                + COALESCE(s.insured_amount, 0)
               ) * s.limit_percent::numeric / 100, s.decimals)""",
        own=_rate(SQL("s.company_currency_id"), today),
        other=_rate(SQL("s.limit_currency_id"), today),
    )


def _rate(currency, today):
    """Odoo's rate of a currency on the day the account's rate type names (see ``res.currency._get_rates``)."""
    return SQL(
        """(SELECT r.rate FROM res_currency_rate r
             WHERE r.currency_id = %(currency)s
               AND r.name <= CASE WHEN s.limit_rate_type = 'month' THEN date_trunc('month', %(today)s::date)::date ELSE %(today)s::date END
               AND (r.company_id IS NULL OR r.company_id = s.company_id)
          ORDER BY r.company_id, r.name DESC LIMIT 1)""",
        currency=currency,
        today=today,
    )


def _items(today, orders):
    """The sums of the open items of each row of the scope, ``s``."""
    return SQL("SELECT %s FROM (%s OFFSET 0) r", _item_sums(today), _open_items(orders))


def _kept_items():
    return SQL(
        """SELECT a.open_items AS debits, a.unapplied, a.uncleared, a.reserved, a.overdue, a.overdue_late, a.oldest_due_date,
                  NULL::date AS next_due_date, 0 AS documents FROM credit_account a WHERE a.id = s.account_id"""
    )


def _undone(today, orders):
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


def _open_items(orders):
    """Those of one row of the scope, ``s``. The kind of a receipt is told once per row."""
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
        _ids(orders),
    )


def _drafts():
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


def _orders(today, orders):
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
        orders=_ids(orders),
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


def _ids(orders):
    return orders if isinstance(orders, SQL) else list(orders)


ORDER_COLUMNS = SQL(
    "o.id, o.currency_rate, o.credit_invoiced, COALESCE(o.commitment_date, o.date_order)::date AS wanted"
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


def _valid_until(today):
    """The last day on which the figures still hold if nothing is booked: the next due date, limit date or horizon."""
    return SQL(
        """LEAST(next_due_date, next_horizon - 1,
                 CASE WHEN oldest_due_date IS NOT NULL AND grace_days > 0 AND overdue > overdue_late THEN %(today)s::date END,
                 CASE WHEN temporary_from > %(today)s THEN temporary_from - 1 END,
                 CASE WHEN temporary_until >= %(today)s AND temporary_limit IS NOT NULL THEN temporary_until END,
                 CASE WHEN insured_until >= %(today)s AND insured_amount <> 0 THEN insured_until END,
                 CASE WHEN limit_currency_id <> company_currency_id AND limit_rate_type <> 'fixed' THEN %(today)s::date END)""",
        today=today,
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
