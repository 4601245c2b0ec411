"""The least that could apply credits to invoices: the allocation in Python, and the rows that reconcile() leaves behind
written by a few statements. No exchange entries, no hooks, no notes: a bound to compare with, not a way to work."""

from collections import defaultdict

OPEN = """
    SELECT l.id, l.partner_id, l.balance > 0, ABS(100 * l.amount_residual)::bigint
      FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id JOIN account_account a ON a.id = l.account_id
     WHERE p.ref = %s AND a.account_type = 'asset_receivable' AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
  ORDER BY l.partner_id, l.date_maturity, l.id"""
PARTIALS = """
    INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, debit_currency_id, credit_currency_id, company_id,
           max_date, amount, debit_amount_currency, credit_amount_currency, create_uid, write_uid, create_date, write_date)
    SELECT p.debit, p.credit, d.currency_id, c.currency_id, d.company_id, GREATEST(d.date, c.date), p.amount,
           ROUND(p.amount * d.amount_currency / d.balance, 2), ROUND(p.amount * c.amount_currency / c.balance, 2),
           %(user)s, %(user)s, NOW(), NOW()
      FROM g_plan p JOIN account_move_line d ON d.id = p.debit JOIN account_move_line c ON c.id = p.credit"""
USED = """
    CREATE TEMP TABLE g_used ON COMMIT DROP AS
    SELECT id, SUM(amount) AS amount, MIN(grp) AS grp FROM (
        SELECT debit AS id, amount, grp FROM g_plan UNION ALL SELECT credit, -amount, grp FROM g_plan) s GROUP BY id"""
ITEMS = """
    UPDATE account_move_line l
       SET amount_residual = l.amount_residual - b.amount,
           amount_residual_currency = ROUND(l.amount_residual_currency - b.amount * l.amount_currency / l.balance, 2),
           reconciled = (l.amount_residual = b.amount), matching_number = 'P' || b.grp, write_uid = %(user)s, write_date = NOW()
      FROM g_used b WHERE b.id = l.id"""
FULL = """
    WITH whole AS (
        SELECT b.grp, nextval('account_full_reconcile_id_seq') AS id
          FROM g_used b JOIN account_move_line l ON l.id = b.id GROUP BY b.grp HAVING BOOL_AND(l.reconciled)
    ), made AS (
        INSERT INTO account_full_reconcile (id, create_uid, write_uid, create_date, write_date)
        SELECT id, %(user)s, %(user)s, NOW(), NOW() FROM whole)
    UPDATE account_move_line l SET full_reconcile_id = f.id, matching_number = f.id::text
      FROM g_used b JOIN whole f ON f.grp = b.grp WHERE b.id = l.id"""
DOCUMENTS = """
    UPDATE account_move m
       SET amount_residual = ABS(s.own), amount_residual_signed = s.company,
           payment_state = CASE WHEN s.company = 0 THEN 'paid' ELSE 'partial' END, write_uid = %(user)s, write_date = NOW()
      FROM (SELECT l.move_id, SUM(l.amount_residual) AS company, SUM(l.amount_residual_currency) AS own
              FROM g_used b JOIN account_move_line x ON x.id = b.id
              JOIN account_move_line l ON l.move_id = x.move_id AND l.display_type = 'payment_term' GROUP BY l.move_id) s
     WHERE s.move_id = m.id"""


def apply(env, ref):
    from psycopg2.extras import execute_values

    env.cr.execute(OPEN, (ref,))
    plan = list(planned(env.cr.fetchall()))
    env.cr.execute("CREATE TEMP TABLE g_plan (debit int, credit int, amount numeric, grp int) ON COMMIT DROP")
    execute_values(env.cr._obj, "INSERT INTO g_plan VALUES %s", plan, page_size=5000)
    for statement in ("ANALYZE g_plan", PARTIALS, USED, "ANALYZE g_used", ITEMS, FULL, DOCUMENTS):
        env.cr.execute(statement, {"user": env.uid})


def planned(rows):
    """:return: (debit, credit, amount, group) of every pair; pairs that share an item are one group"""
    sides = defaultdict(lambda: ([], []))
    for item, customer, debit, residual in rows:
        sides[customer][not debit].append((item, residual))
    group = 0
    for debits, credits in sides.values():
        last = (None, None)
        for debit, credit, amount in pairs(debits, credits):
            group += debit != last[0] and credit != last[1]
            last = debit, credit
            yield debit, credit, amount / 100, group


def pairs(debits, credits):
    """Oldest first: (debit, credit, amount), from lists of (item, residual)."""
    place, taken = [0, 0], [0, 0]
    sides = debits, credits
    while place[0] < len(debits) and place[1] < len(credits):
        items = [side[at] for side, at in zip(sides, place, strict=True)]
        left = [residual - used for (_item, residual), used in zip(items, taken, strict=True)]
        amount = min(left)
        if amount:
            yield items[0][0], items[1][0], amount
        for side in (0, 1):
            done = left[side] == amount
            place[side] += done
            taken[side] = 0 if done else taken[side] + amount
