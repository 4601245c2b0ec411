"""The least that could apply credits to invoices: the allocation in Python, and the rows that reconcile() leaves behind
written by a few statements. No hooks, no notes, no vouchers: a bound to compare with, not a way to work.

Where currencies differ in value the exchange is booked too, in one entry for all the items that hang together: a leg that
closes the rest of the debits or of the credits against loss or gain, numbered, posted and matched. (reconcile() makes an
entry for each pair.) Items of one currency are applied in it; others in company currency at the rates of the day.
"""

from bisect import bisect_right
from collections import defaultdict

OPEN = """
    SELECT l.id, l.partner_id, l.balance > 0, ABS(100 * l.amount_residual)::bigint,
           ABS(100 * l.amount_residual_currency)::bigint, l.currency_id, l.date
      FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id JOIN account_account a ON a.id = l.account_id
     WHERE p.ref = %s AND a.account_type = 'asset_receivable' AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
  ORDER BY l.partner_id, l.date_maturity, l.id"""
RATES = """
    SELECT currency_id, name, rate FROM res_currency_rate
     WHERE COALESCE(company_id, %(company)s) = %(company)s ORDER BY currency_id, name"""
PARTIALS = """
    INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, debit_currency_id, credit_currency_id, company_id,
           max_date, amount, debit_amount_currency, credit_amount_currency, exchange_move_id,
           create_uid, write_uid, create_date, write_date)
    SELECT p.debit, p.credit, d.currency_id, c.currency_id, d.company_id, GREATEST(d.date, c.date), p.amount,
           p.debit_own, p.credit_own, CASE WHEN p.rest <> 0 THEN e.move END, %(user)s, %(user)s, NOW(), NOW()
      FROM g_plan p JOIN account_move_line d ON d.id = p.debit JOIN account_move_line c ON c.id = p.credit
      LEFT JOIN g_exchange e ON e.grp = p.grp"""
USED = """
    CREATE TEMP TABLE g_used ON COMMIT DROP AS
    SELECT id, SUM(amount) AS amount, SUM(own) AS own, MIN(grp) AS grp FROM (
        SELECT debit AS id, amount + GREATEST(rest, 0) AS amount, debit_own AS own, grp FROM g_plan
         UNION ALL SELECT credit, -amount - GREATEST(-rest, 0), -credit_own, grp FROM g_plan) s GROUP BY id"""
ITEMS = """
    UPDATE account_move_line l
       SET amount_residual = l.amount_residual - b.amount,
           amount_residual_currency = l.amount_residual_currency - b.own,
           reconciled = (l.amount_residual = b.amount AND l.amount_residual_currency = b.own), matching_number = 'P' || b.grp, write_uid = %(user)s, write_date = NOW()
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

# What is left of the company's value when a pair is settled: a loss on the debit, a gain on the credit.
EXCHANGE = """
    CREATE TEMP TABLE g_exchange ON COMMIT DROP AS
    SELECT s.*, nextval('account_move_id_seq') AS move, nextval('account_move_line_id_seq') AS loss_leg,
           nextval('account_move_line_id_seq') AS gain_leg, row_number() OVER () AS place
      FROM (SELECT grp, MIN(debit) AS item, SUM(GREATEST(rest, 0)) AS loss, SUM(GREATEST(-rest, 0)) AS gain
              FROM g_plan GROUP BY grp HAVING BOOL_OR(rest <> 0)) s"""
ENTRIES = """
    WITH journal AS (
        SELECT j.id, j.code || to_char(CURRENT_DATE, '"/"YYYY"/"MM"/"') AS prefix
          FROM res_company c JOIN account_journal j ON j.id = c.currency_exchange_journal_id WHERE c.id = %(company)s
    ), last AS (
        SELECT journal.*, COALESCE((SELECT MAX(m.sequence_number) FROM account_move m
                  WHERE m.journal_id = journal.id AND m.sequence_prefix = journal.prefix), 0) AS number FROM journal)
    INSERT INTO account_move (id, name, sequence_prefix, sequence_number, move_type, state, posted_before, date, journal_id,
           company_id, currency_id, partner_id, commercial_partner_id, payment_state, auto_post, always_tax_exigible,
           amount_residual, amount_residual_signed, amount_total, amount_total_signed,
           create_uid, write_uid, create_date, write_date)
    SELECT e.move, last.prefix || lpad((last.number + e.place)::text, 4, '0'), last.prefix, last.number + e.place, 'entry',
           'posted', TRUE, CURRENT_DATE, last.id, i.company_id, i.company_currency_id, i.partner_id, i.partner_id,
           'not_paid', 'no', TRUE, 0, 0, e.loss + e.gain, e.loss + e.gain, %(user)s, %(user)s, NOW(), NOW()
      FROM g_exchange e JOIN account_move_line i ON i.id = e.item CROSS JOIN last"""
LEGS = """
    INSERT INTO account_move_line (id, move_id, move_name, parent_state, date, date_maturity, journal_id, company_id,
           company_currency_id, currency_id, partner_id, account_id, name, sequence, display_type, debit, credit, balance,
           amount_currency, amount_residual, amount_residual_currency, reconciled, full_reconcile_id, matching_number,
           create_uid, write_uid, create_date, write_date)
    SELECT COALESCE(leg.id, nextval('account_move_line_id_seq')), m.id, m.name, 'posted', m.date, m.date, m.journal_id,
           i.company_id, i.company_currency_id, i.currency_id, i.partner_id, leg.account, 'Currency exchange', 100,
           'product', GREATEST(leg.balance, 0), GREATEST(-leg.balance, 0), leg.balance, 0, 0, 0, leg.id IS NOT NULL,
           CASE WHEN leg.id IS NOT NULL THEN i.full_reconcile_id END,
           CASE WHEN leg.id IS NOT NULL THEN i.matching_number END, %(user)s, %(user)s, NOW(), NOW()
      FROM g_exchange e JOIN account_move m ON m.id = e.move JOIN account_move_line i ON i.id = e.item
      JOIN res_company c ON c.id = i.company_id
      CROSS JOIN LATERAL (VALUES (e.loss_leg, i.account_id, -e.loss), (NULL, c.expense_currency_exchange_account_id, e.loss),
                                 (e.gain_leg, i.account_id, e.gain), (NULL, c.income_currency_exchange_account_id, -e.gain)
           ) leg (id, account, balance)
     WHERE leg.balance <> 0"""
LEG_PARTIALS = """
    INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, debit_currency_id, credit_currency_id, company_id,
           max_date, amount, debit_amount_currency, credit_amount_currency, create_uid, write_uid, create_date, write_date)
    SELECT CASE WHEN p.rest > 0 THEN p.debit ELSE e.gain_leg END, CASE WHEN p.rest > 0 THEN e.loss_leg ELSE p.credit END,
           i.currency_id, i.currency_id, i.company_id, CURRENT_DATE, ABS(p.rest), 0, 0, %(user)s, %(user)s, NOW(), NOW()
      FROM g_plan p JOIN g_exchange e ON e.grp = p.grp JOIN account_move_line i ON i.id = p.debit WHERE p.rest <> 0"""


def apply(env, ref):
    from psycopg2.extras import execute_values

    plan = plan_of(env, ref)
    env.cr.execute("""CREATE TEMP TABLE g_plan (debit int, credit int, amount numeric, debit_own numeric, credit_own numeric,
                                                rest numeric, grp int) ON COMMIT DROP""")
    execute_values(env.cr._obj, "INSERT INTO g_plan VALUES %s", plan, page_size=5000)
    exchange = any(row[5] for row in plan)
    statements = ["ANALYZE g_plan", EXCHANGE, *(["ANALYZE g_exchange", ENTRIES] if exchange else ())]
    statements += [
        PARTIALS,
        USED,
        "ANALYZE g_used",
        ITEMS,
        FULL,
        *((LEGS, LEG_PARTIALS) if exchange else ()),
        DOCUMENTS,
    ]
    for statement in statements:
        env.cr.execute(statement, {"user": env.uid, "company": env.company.id})


def plan_of(env, ref):
    """:return: rows of g_plan"""
    env.cr.execute(OPEN, (ref,))
    rows, company = env.cr.fetchall(), env.company
    rates = Rates(company.currency_id.id)
    env.cr.execute(RATES, {"company": company.id})
    rates.fill(env.cr.fetchall())
    return list(planned(rows, rates))


def exchange_of(env, ref):
    """What the pairs leave of the company's value, in all: a loss is above zero."""
    return sum(row[5] for row in plan_of(env, ref))


class Rates:
    """Units of a currency for one of the company's, by day."""

    def __init__(self, company):
        self.company, self.days, self.rates = company, defaultdict(list), defaultdict(list)

    def fill(self, rows):
        for currency, day, rate in rows:
            self.days[currency].append(day)
            self.rates[currency].append(float(rate))

    def value(self, cents, currency, day):
        if currency == self.company:
            return cents
        place = max(bisect_right(self.days[currency], day) - 1, 0)
        return round(cents / self.rates[currency][place])


def planned(rows, rates):
    """:return: rows of g_plan, a group being the pairs that hang together by their items"""
    customers = defaultdict(list)
    for row in rows:
        customers[row[1]].append(row)
    group = 0
    for found in customers.values():
        sides = [[], []]
        day = max((row[6] for row in found if not row[2]), default=None)
        alone = len({row[5] for row in found}) == 1
        for item, _customer, debit, booked, own, currency, date in found:
            value = own if alone else rates.value(own, currency, day if debit and day else date)
            sides[not debit].append((item, value, own, booked))
        last = (None, None)
        for debit, credit, parts in pairs(*sides):
            group += debit != last[0] and credit != last[1]
            last = debit, credit
            (debit_own, debit_share), (credit_own, credit_share) = parts
            amount = min(debit_share, credit_share)
            rest = debit_share - credit_share
            yield debit, credit, amount / 100, debit_own / 100, credit_own / 100, rest / 100, group


def pairs(debits, credits):
    """Oldest first: (debit, credit, what is used of each: own amount and booked value), from (item, value, own, booked)."""
    place, taken = [0, 0], [0, 0]
    sides = debits, credits
    while place[0] < len(debits) and place[1] < len(credits):
        items = [side[at] for side, at in zip(sides, place, strict=True)]
        left = [item[1] - used for item, used in zip(items, taken, strict=True)]
        amount = min(left)
        if amount:
            yield items[0][0], items[1][0], [part(item, used, amount) for item, used in zip(items, taken, strict=True)]
        for side in (0, 1):
            done = left[side] == amount
            place[side] += done
            taken[side] = 0 if done else taken[side] + amount


def part(item, taken, amount):
    """Of an item's own amount and booked value, what belongs to this part of its value; all parts are the whole."""
    _key, value, own, booked = item
    after = taken + amount
    if own == booked == value:
        return amount, amount
    return tuple(
        (whole * after + value // 2) // value - (whole * taken + value // 2) // value for whole in (own, booked)
    )
