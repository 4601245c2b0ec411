"""The figures of every customer worked out anew, row by row in plain Python, against what the addon keeps and says.

It follows the definition in ``setup/doc/architecture.md`` and knows nothing of the addon's SQL."""

from collections import defaultdict
from decimal import Decimal

# An item without a due date is due on its own day.
ITEMS = """
    SELECT c.commercial_partner_id, l.amount_residual, COALESCE(l.date_maturity, l.date) < %(today)s
      FROM account_move_line l JOIN res_partner c ON c.id = l.partner_id JOIN account_account a ON a.id = l.account_id
     WHERE a.account_type = 'asset_receivable' AND NOT a.non_trade AND l.parent_state = 'posted' AND l.company_id = %(company)s
       AND l.amount_residual <> 0"""
# Of all customers, as the dashboard shows them.
TOTALS = """
    SELECT SUM(l.amount_residual),
           SUM(l.amount_residual) FILTER (WHERE l.amount_residual > 0 AND COALESCE(l.date_maturity, l.date) < %(today)s),
           -SUM(l.amount_residual) FILTER (WHERE l.amount_residual < 0)
      FROM account_move_line l JOIN account_account a ON a.id = l.account_id
     WHERE a.account_type = 'asset_receivable' AND NOT a.non_trade AND l.parent_state = 'posted' AND l.company_id = %(company)s
       AND l.partner_id IS NOT NULL"""
ORDERS = """
    SELECT l.id, o.id, c.commercial_partner_id, o.currency_rate, l.price_total, l.product_uom_qty
      FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id JOIN res_partner c ON c.id = o.partner_invoice_id
     WHERE o.state = 'sale' AND o.company_id = %(company)s AND l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, FALSE)"""
INVOICED = """
    SELECT r.order_line_id, i.quantity * CASE m.move_type WHEN 'out_invoice' THEN 1 ELSE -1 END
      FROM sale_order_line_invoice_rel r JOIN account_move_line i ON i.id = r.invoice_line_id JOIN account_move m ON m.id = i.move_id
     WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund')
  ORDER BY m.date, m.id, i.id"""
KEPT = """
    SELECT a.partner_id, a.open_items, a.unapplied + a.uncleared + a.reserved, a.overdue, a.open_orders + a.later_orders,
           EXISTS (SELECT FROM credit_mark k WHERE k.partner_id = a.partner_id) OR a.valid_until < %(today)s
      FROM credit_account a WHERE a.company_id = %(company)s"""
LIVE = """
    SELECT (r).* FROM (SELECT f AS r FROM credit_facts(%(partners)s::int[], %(companies)s::int[], %(today)s, '{}'::int[], FALSE) f) x"""
CENT = Decimal("0.01")


def rounded(value):
    return Decimal(value or 0).quantize(CENT, "ROUND_HALF_UP")


def recomputed(cursor, given):
    """:return: dict of customer -> [open debits, open credits, past due, open orders]"""
    found = defaultdict(lambda: [Decimal(0)] * 4)
    for customer, residual, late in rows(cursor, ITEMS, given):
        found[customer][0 if residual > 0 else 1] += abs(residual)
        if late and residual > 0:
            found[customer][2] += residual
    high = high_water(cursor)
    orders = defaultdict(Decimal)
    for line, order, customer, rate, total, ordered in rows(cursor, ORDERS, given):
        if ordered:
            share = min(Decimal(1), max(Decimal(0), 1 - high.get(line, Decimal(0)) / ordered))
            orders[order, customer, rate] += total * share
    for (_order, customer, rate), amount in orders.items():
        found[customer][3] += max(Decimal(0), rounded(amount / rate))
    return {customer: [rounded(value) for value in values] for customer, values in found.items()}


def high_water(cursor):
    """The highest quantity that ever stood invoiced of each order line."""
    now, high = defaultdict(Decimal), {}
    for line, quantity in rows(cursor, INVOICED, None):
        now[line] += quantity
        high[line] = max(high.get(line, Decimal(0)), now[line])
    return high


def rows(cursor, query, given):
    cursor.execute(query, given)
    return cursor.fetchall()


def kept_wrongly(cursor, given):
    """:return: sentences about accounts whose kept figures are behind though nothing says so"""
    expected, nothing = recomputed(cursor, given), [Decimal(0)] * 4
    seen = set()
    for customer, *figures, marked in rows(cursor, KEPT, given):
        seen.add(customer)
        figures = [rounded(value) for value in figures]
        if not marked and figures != expected.get(customer, nothing):
            yield f"customer {customer} is kept with {texts(figures)}, the documents say {texts(expected.get(customer, nothing))}"
    for customer in set(expected) - seen:
        if any(expected[customer]):
            yield f"customer {customer} has no credit account, the documents say {texts(expected[customer])}"


def live_wrongly(cursor, given, customers):
    """The same of what a decision would read now."""
    expected, nothing = recomputed(cursor, given), [Decimal(0)] * 4
    asked = {**given, "partners": customers, "companies": [given["company"]] * len(customers)}
    for of_customer, row in rows(cursor, LIVE, asked):
        if of_customer:
            credits = row["unapplied"] + row["uncleared"] + row["reserved"]
            orders = row["open_orders"] + row["later_orders"]
            figures = [rounded(str(value)) for value in (row["open_items"], credits, row["overdue"], orders)]
            if figures != expected.get(row["partner_id"], nothing):
                yield f"customer {row['partner_id']} reads live {texts(figures)}, the documents say {texts(expected.get(row['partner_id'], nothing))}"


def texts(figures):
    return " ".join(map(str, figures))
