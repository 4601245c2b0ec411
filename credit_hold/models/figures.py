"""The figures of customers, as one SQL statement over the ledger and the orders.

The same statement serves a decision on one customer (live), a list of partners, and the recomputation of all kept
figures, so that there is one definition of exposure. Amounts are in the currency of the root company.

A *pair* is (commercial entity, root company). Every part is zero where there is nothing.
"""

from odoo.tools import SQL

from .figures_items import BOOKS, draft_invoices, items_as_kept, open_items, undone_items
from .figures_orders import open_orders

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

MANY_DOCUMENTS = 500


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


def figures_query(pairs, today, orders=(), kept_items=False):
    """One row per pair with its parts, sums, overdue figures, limit and settings.

    :param pairs: SQL of (partner_id, company_id)
    :param today: the date that decides what is overdue and which limits are in force
    :param orders: ids of sale orders to leave out, with the money reserved to them
    :param kept_items: take the sums of open items from the account
    :return: SQL
    """
    undone = undone_items(today, orders)
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
        items=items_as_kept() if kept_items else open_items(today, orders),
        undone=SQL("SELECT * FROM (%s) no_more WHERE FALSE", undone) if kept_items else undone,
        drafts=draft_invoices(),
        orders=open_orders(today, orders),
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
