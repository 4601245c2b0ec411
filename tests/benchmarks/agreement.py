"""Exposures, amounts past due and held orders of a generated ledger against plain SQL, to the cent.

The plain SQL knows nothing of the addon: residuals of receivables, what orders have not invoiced, and Odoo's own credit
limits in the database without the addon. Compared are the live figures and the kept ones of every customer, and then
which of one order for each of --orders customers go through.
"""

import random
import sys

from harness import environment, parser

PLAIN = """
    SELECT p.id, COALESCE(item.amount, 0) + COALESCE(ordered.amount, 0), COALESCE(item.overdue, 0), (p.credit_limit ->> %(company)s)::numeric
      FROM res_partner p
 LEFT JOIN (SELECT c.commercial_partner_id AS id, SUM(l.amount_residual) AS amount,
                   SUM(l.amount_residual) FILTER (WHERE l.amount_residual > 0 AND l.date_maturity < CURRENT_DATE) AS overdue
              FROM account_move_line l JOIN res_partner c ON c.id = l.partner_id JOIN account_account a ON a.id = l.account_id
             WHERE a.account_type = 'asset_receivable' AND NOT a.non_trade AND l.parent_state = 'posted'
          GROUP BY c.commercial_partner_id) item ON item.id = p.id
 LEFT JOIN (SELECT c.commercial_partner_id AS id, SUM(ROUND(o.amount / o.currency_rate, 2)) AS amount
              FROM (SELECT o.partner_invoice_id, o.currency_rate,
                           SUM(l.price_total * (l.product_uom_qty - l.qty_invoiced) / l.product_uom_qty) AS amount
                      FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id
                     WHERE o.state = 'sale' AND l.product_uom_qty <> 0 GROUP BY o.id) o
              JOIN res_partner c ON c.id = o.partner_invoice_id
          GROUP BY c.commercial_partner_id) ordered ON ordered.id = p.id
     WHERE p.customer_rank > 0 AND p.commercial_partner_id = p.id"""


def plain(env):
    """:return: dict of customer id -> (exposure, past due, limit or None)"""
    env.cr.execute(PLAIN, {"company": str(env.company.id)})
    return {
        customer: (round(float(exposure), 2), round(float(overdue), 2), limit)
        for customer, exposure, overdue, limit in env.cr.fetchall()
    }


def compare(name, found, expected):
    different = {key for key in expected if found.get(key, (0.0, 0.0)) != expected[key][:2]}
    print(f"{name}: {len(different)} of {len(expected)} customers differ", *sorted(different)[:5])
    return len(different)


def live(env, customers):
    rows = env["credit.account"]._read_figures([(customer, env.company.id) for customer in customers])
    return {customer: (round(row["exposure"], 2), round(row["overdue"], 2)) for (customer, _c), row in rows.items()}


def kept(env):
    accounts = env["credit.account"].search([])
    return {account.partner_id.id: (round(account.exposure, 2), round(account.overdue, 2)) for account in accounts}


def confirm(env, customer):
    """:return: (whether an order of random size went through, its value in the company's currency)"""
    from odoo import Command

    product = env["product.product"].search([("default_code", "=", "BENCH")], limit=1)
    line = {"product_id": product.id, "price_unit": round(random.uniform(50, 20000), 2)}
    order = env["sale.order"].create({"partner_id": customer, "order_line": [Command.create(line)]})
    order.action_confirm()
    return order.state == "sale", round(order.amount_total / order.currency_rate, 2)


def held_orders(env, number, expected):
    wrong = held = 0
    for customer in random.sample(sorted(expected), min(number, len(expected))):
        exposure, overdue, limit = expected[customer]
        passed, value = confirm(env, customer)
        should_pass = overdue <= 0 and (limit is None or round(exposure + value, 2) < float(limit))
        held += not passed
        if passed != should_pass:
            wrong += 1
            print("customer", customer, "passed" if passed else "held", exposure, overdue, limit, value)
    print(f"orders: {wrong} of {number} decided otherwise than by plain SQL ({held} held)")
    return wrong


def main():
    made = parser(__doc__)
    made.add_argument("--orders", type=int, default=300)
    options = made.parse_args()
    random.seed(7)
    with environment(options.database) as stock:
        expected = plain(stock)
    with environment(f"{options.database}_credit") as env:
        policy = env["credit.policy"].search([])
        policy.write({"count_uncleared_receipts": True, "on_overdue": "hold", "overdue_minimum": 0, "grace_days": 0})
        env.flush_all()
        wrong = compare("live figures", live(env, expected), expected)
        wrong += compare("kept figures", kept(env), expected)
        wrong += held_orders(env, options.orders, expected)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
