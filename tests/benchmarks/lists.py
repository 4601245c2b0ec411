"""The list of credit accounts sorted by exposure, and the recomputation of all kept figures against one grouped SQL.

The grouped SQL is the least that gives open items, overdue, open orders and limit of every customer; it knows no
branches, drafts, receipts on their way, corrected invoices or limits in other currencies.
"""

import sys

from harness import environment, milliseconds, parser, repeat, row

GROUPED = """
    WITH item AS (
        SELECT l.partner_id, SUM(l.amount_residual) AS receivable,
               SUM(l.amount_residual) FILTER (WHERE l.date_maturity < CURRENT_DATE) AS overdue
          FROM account_move_line l
         WHERE l.account_id = ANY(%(accounts)s) AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
           AND l.amount_residual <> 0 AND l.company_id = %(company)s AND l.partner_id IS NOT NULL
      GROUP BY l.partner_id
    ), ordered AS (
        SELECT p.commercial_partner_id AS partner_id,
               SUM(ol.price_total / NULLIF(ol.product_uom_qty, 0) * (ol.product_uom_qty - ol.qty_invoiced) / o.currency_rate) AS amount
          FROM sale_order o
          JOIN sale_order_line ol ON ol.order_id = o.id
          JOIN res_partner p ON p.id = o.partner_invoice_id
         WHERE o.state = 'sale' AND o.company_id = %(company)s AND o.invoice_status <> 'invoiced' AND ol.qty_to_invoice <> 0
      GROUP BY p.commercial_partner_id
    )
    SELECT COUNT(*), SUM(COALESCE(item.receivable, 0) + COALESCE(ordered.amount, 0)), SUM(item.overdue),
           SUM((p.credit_limit ->> '1')::numeric)
      FROM res_partner p
 LEFT JOIN item ON item.partner_id = p.id
 LEFT JOIN ordered ON ordered.partner_id = p.id
     WHERE p.active AND p.customer_rank > 0 AND p.commercial_partner_id = p.id"""
COLUMNS = (
    "partner_ref",
    "effective_limit",
    "exposure",
    "headroom",
    "usage",
    "overdue",
    "flag",
    "held_count",
    "has_limit",
)


def page_of(env):
    """The first page as the web client asks for it."""
    named = {"fields": {"display_name": {}}}
    specification = {"partner_id": named, "currency_id": named, **{name: {} for name in COLUMNS}}

    def read():
        env.invalidate_all(flush=False)
        accounts = env["credit.account"].web_search_read(
            [], specification, limit=80, order="exposure desc, id", count_limit=10001
        )
        assert len(accounts["records"]) == 80

    return read


def grouped(env):
    accounts = env["account.account"].search([("account_type", "=", "asset_receivable")]).ids

    def run():
        env.cr.execute(GROUPED, {"accounts": accounts, "company": env.company.id})
        env.cr.fetchall()

    return run


def main():
    options = parser(__doc__).parse_args()
    with environment(f"{options.database}_credit") as env:
        accounts = env["credit.account"]
        accounts._refresh_stale()
        env.cr.execute("SET LOCAL jit = off")
        times = max(3, options.repeat // 5)
        page = repeat(env.cr, page_of(env), options.repeat)
        marked = repeat(env.cr, page_of(env), options.repeat, before=lambda: mark_some(env, 100))
        full = repeat(env.cr, accounts._refresh_all, times)
        least = repeat(env.cr, grouped(env), times)
        customers = accounts.search_count([])
    row("what", "customers", "ms", "ratio")
    row(*["---"] * 4)
    row("first page by exposure", customers, f"{milliseconds(page):.1f} (wall {milliseconds(page, 'wall'):.1f})", "")
    row(
        "the same, 100 customers changed",
        customers,
        f"{milliseconds(marked):.1f} (wall {milliseconds(marked, 'wall'):.1f})",
        "",
    )
    row("one grouped SQL", customers, f"{milliseconds(least):.0f}", "1")
    row(
        "full recomputation",
        customers,
        f"{milliseconds(full):.0f}",
        f"**{milliseconds(full) / milliseconds(least):.2f}**",
    )


def mark_some(env, number):
    env["credit.account"].search([], limit=number)._mark()
    env.flush_all()


if __name__ == "__main__":
    sys.exit(main())
