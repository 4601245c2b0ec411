"""The Credit Centre against the least SQL that gives the same figures: the dashboard's one call, and the first page of each
list as the web client asks for it. Everything in one process each (no parallel workers), so that the CPU counted is all.

Needs the hub in NAME_credit: prepare.py --addons credit_centre. ``--only WORD`` runs the rows whose name holds the word.
"""

import sys

from harness import environment, milliseconds, parser, repeat, row
from lxml import etree

OPEN = """account_move_line l
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0 AND l.company_id = %(company)s
           AND l.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE)"""
DUE = "COALESCE(l.date_maturity, l.date)"
DASHBOARD = [
    # what is open, by side and age
    f"""SELECT SUM(amount_residual), COUNT(*), MIN(date) FILTER (WHERE amount_residual < 0),
               SUM(amount_residual) FILTER (WHERE amount_residual < 0),
               SUM(amount_residual) FILTER (WHERE amount_residual > 0 AND {DUE} >= CURRENT_DATE),
               SUM(amount_residual) FILTER (WHERE amount_residual > 0 AND CURRENT_DATE - {DUE} BETWEEN 1 AND 30),
               SUM(amount_residual) FILTER (WHERE amount_residual > 0 AND CURRENT_DATE - {DUE} BETWEEN 31 AND 60),
               SUM(amount_residual) FILTER (WHERE amount_residual > 0 AND CURRENT_DATE - {DUE} BETWEEN 61 AND 90),
               SUM(amount_residual) FILTER (WHERE amount_residual > 0 AND CURRENT_DATE - {DUE} > 90)
          FROM {OPEN}""",
    # what moved the receivable, by day and kind of journal
    """SELECT l.date, j.type, SUM(l.balance) FROM account_move_line l JOIN account_journal j ON j.id = l.journal_id
        WHERE l.parent_state = 'posted' AND l.company_id = %(company)s
          AND l.date >= date_trunc('month', CURRENT_DATE) - interval '14 months'
          AND l.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE)
     GROUP BY 1, 2""",
    # when it may be paid
    f"""SELECT GREATEST({DUE} + COALESCE(ROUND(a.days_late)::int, 0), CURRENT_DATE), SUM(l.amount_residual)
          FROM {
        OPEN.replace(
            "account_move_line l",
            '''account_move_line l JOIN res_partner p ON p.id = l.partner_id
          LEFT JOIN credit_account a ON a.partner_id = p.commercial_partner_id AND a.company_id = l.company_id''',
            1,
        )
    }
           AND l.amount_residual > 0 GROUP BY 1""",
    "SELECT SUM(exposure), COUNT(*), COUNT(*) FILTER (WHERE headroom <= 0) FROM credit_account WHERE company_id = %(company)s",
    "SELECT * FROM credit_account WHERE company_id = %(company)s ORDER BY exposure DESC LIMIT 10",
]
COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM {} LIMIT 10001) t"
# name, model, domain, order, the least SQL for the same page
PAGES = [
    (
        "open items, by due date",
        "credit.open.item",
        [],
        "date_maturity, id",
        [f"SELECT l.* FROM {OPEN} ORDER BY {DUE}, l.id LIMIT 80", COUNT.format(OPEN)],
    ),
    (
        "past due, largest first",
        "credit.open.item",
        [("residual", ">", 0), ("days_past_due", ">", 0)],
        "residual desc, id",
        [
            f"SELECT l.* FROM {OPEN} AND l.amount_residual > 0 AND {DUE} < CURRENT_DATE ORDER BY l.amount_residual DESC LIMIT 80",
            COUNT.format(f"{OPEN} AND l.amount_residual > 0 AND {DUE} < CURRENT_DATE"),
        ],
    ),
    (
        "customer credits with something left, newest first",
        "customer.credit",
        [("reconciled", "=", False), ("ledger_residual", "<", 0), ("is_open", "=", True)],
        None,
        [
            f"SELECT l.*, m.*, p.* FROM (SELECT l.* FROM {OPEN} AND l.amount_residual < 0 ORDER BY l.date DESC, l.id DESC LIMIT 80) l"
            " JOIN account_move m ON m.id = l.move_id JOIN res_partner p ON p.id = l.partner_id",
            COUNT.format(f"{OPEN} AND l.amount_residual < 0"),
        ],
    ),
    (
        "customers to chase",
        "credit.account",
        [("overdue", ">", 0)],
        "overdue desc, id",
        [
            "SELECT a.*, p.* FROM credit_account a JOIN res_partner p ON p.id = a.partner_id"
            " WHERE a.overdue > 0 ORDER BY a.overdue DESC LIMIT 80",
            COUNT.format("credit_account WHERE overdue > 0"),
        ],
    ),
    (
        "order to cash, open",
        "order.to.cash",
        [("is_open", "=", True)],
        None,
        [
            "SELECT o.*, p.* FROM sale_order o JOIN res_partner p ON p.id = o.partner_id"
            " WHERE o.state IN ('draft', 'sent') OR (o.state = 'sale' AND o.invoice_status <> 'invoiced')"
            " ORDER BY o.date_order LIMIT 80",
            COUNT.format(
                "sale_order o WHERE o.state IN ('draft', 'sent') OR (o.state = 'sale' AND o.invoice_status <> 'invoiced')"
            ),
        ],
    ),
]


def dashboard_of(env):
    def read():
        env.invalidate_all(flush=False)
        env.cr.precommit.data.clear()
        found = env["res.partner"].credit_centre_summary()
        assert found["tiles"]

    return read


def page_of(env, model, domain, order):
    """The first page as the web client asks for it: the columns of the list."""
    records = env[model]
    columns = etree.fromstring(records.get_view(view_type="list")["arch"]).iterfind("./field")
    names = [column.get("name") for column in columns if column.get("optional") != "hide"]
    specification = {
        name: {"fields": {"display_name": {}}} if records._fields[name].type == "many2one" else {} for name in names
    }

    def read():
        env.invalidate_all(flush=False)
        env.cr.precommit.data.clear()
        assert records.web_search_read(domain, specification, limit=80, order=order, count_limit=10001)["records"]

    return read


def by_hand(env, statements):
    def run():
        for statement in statements:
            env.cr.execute(statement, {"company": env.company.id})
            env.cr.fetchall()

    return run


def main():
    made = parser(__doc__)
    made.add_argument("--only", default="")
    options = made.parse_args()
    with environment(f"{options.database}_credit") as env:
        env["credit.account"]._refresh_stale()
        env.cr.execute(
            "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'"
        )
        customers, items = env["credit.account"].search_count([]), env["credit.open.item"].search_count([])
        row("what", "customers", "open items", "ms", "(wall)", "queries", "by hand", "ratio")
        row(*["---"] * 8)
        measured = [("dashboard", dashboard_of(env), DASHBOARD)]
        measured += [(name, page_of(env, model, domain, order), least) for name, model, domain, order, least in PAGES]
        times = max(3, options.repeat // 5)
        for name, operation, least in measured:
            if options.only in name:
                ours, hand = repeat(env.cr, operation, times), repeat(env.cr, by_hand(env, least), times)
                row(
                    name,
                    customers,
                    items,
                    f"{milliseconds(ours):.0f}",
                    f"({milliseconds(ours, 'wall'):.0f})",
                    ours[0].queries,
                    f"{milliseconds(hand):.0f}",
                    f"**{milliseconds(ours) / milliseconds(hand):.2f}**",
                )


if __name__ == "__main__":
    sys.exit(main())
