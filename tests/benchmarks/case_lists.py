"""The Credit Centre's dashboard and lists, as the web client asks for them: the first page of 80 and the count.

Against Odoo's own list of the same documents, and against the least SQL that gives the same rows.
"""

from functools import partial

from job import Case, Job, Side
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
RECEIVABLES = [("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted"), ("reconciled", "=", False)]
OPEN_ORDERS = """sale_order o
     WHERE o.state IN ('draft', 'sent') OR (o.state = 'sale' AND o.invoice_status <> 'invoiced')"""
OPEN_CREDITS = [("reconciled", "=", False), ("ledger_residual", "<", 0), ("is_open", "=", True)]


class Page(Job):
    """The first page of a list with its own columns, or these. Its records: what there is to list."""

    def __init__(self, env, model, domain, order, columns=None):
        super().__init__(env)
        if "credit.account" in env:
            env["credit.account"]._refresh_stale()
        self.model, self.domain, self.order = env[model], domain, order
        self.records = self.model.search_count(domain)
        names = columns or self.columns()
        relations = ("many2one", "many2many", "one2many")
        self.specification = {
            name: {"fields": {"display_name": {}}} if self.model._fields[name].type in relations else {}
            for name in names
        }

    def columns(self):
        view = etree.fromstring(self.model.get_view(view_type="list")["arch"])
        return [column.get("name") for column in view.iterfind("./field") if column.get("optional") != "hide"]

    def run(self):
        found = self.model.web_search_read(
            self.domain, self.specification, limit=80, order=self.order, count_limit=10001
        )
        assert found["records"]


class Groups(Job):
    """The first page of groups with a sum, as the web client asks for it. Its records: what is grouped."""

    def __init__(self, env, model, domain, by, total):
        super().__init__(env)
        self.model, self.domain, self.by, self.total = env[model], domain, by, total
        self.records = self.model.search_count(domain)

    def run(self):
        assert self.model.web_read_group(self.domain, [self.by], aggregates=[self.total], limit=80)["groups"]


class Dashboard(Job):
    """Its records: open items, and items of the last fourteen months."""

    def __init__(self, env):
        super().__init__(env)
        env["credit.account"]._refresh_stale()
        self.records = env["account.move.line"].search_count(
            [("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted")]
        )

    def run(self):
        assert self.env["res.partner"].credit_centre_summary()["tiles"]


class ByHand(Job):
    def __init__(self, env, statements):
        super().__init__(env)
        self.statements = statements

    def run(self):
        for statement in self.statements:
            self.env.cr.execute(statement, {"company": self.env.company.id, "user": 2})
            self.env.cr.fetchall()


def page(*arguments):
    return partial(Page, **dict(zip(("model", "domain", "order", "columns"), arguments, strict=False)))


def by_hand(*statements):
    return Side(partial(ByHand, statements=statements))


NOTHING_ALIKE = "has nothing like it"


def cases():
    yield Case(
        "dashboard",
        "the dashboard, all of it in one call",
        {"least": by_hand(*DASHBOARD), "ours": Side(Dashboard)},
        missing={"stock": NOTHING_ALIKE, "oca": NOTHING_ALIKE},
    )
    yield from (_items(), _past_due(), _credits(), _applications(), _to_chase(), _order_to_cash())
    yield from (_orders_by_stage(), _orders_by_customer(), _credits_by_status(), _credits_by_customer())
    yield from (_all_applications(), _applications_by_number())
    yield from (_applications_by_month(), _applications_by_customer(), _all_credits_by_customer())
    yield from (_all_credits_by_salesperson(), _credits_of_salesperson())


def _list(key, title, stock, least, *ours):
    sides = {"stock": Side(page(*stock))} if stock else {}
    missing = {"oca": NOTHING_ALIKE} if stock else {"stock": NOTHING_ALIKE, "oca": NOTHING_ALIKE}
    return Case(key, f"list: {title}", {**sides, "least": by_hand(*least), "ours": Side(page(*ours))}, missing=missing)


def _items():
    least = f"SELECT l.* FROM {OPEN} ORDER BY {DUE}, l.id LIMIT 80", COUNT.format(OPEN)
    stock = "account.move.line", RECEIVABLES, "date_maturity, id"
    return _list("items_list", "open items, by due date", stock, least, "credit.open.item", [], "date_maturity, id")


def _past_due():
    late = f"{OPEN} AND l.amount_residual > 0 AND {DUE} < CURRENT_DATE"
    terms = [*RECEIVABLES, ("amount_residual", ">", 0), ("date_maturity", "<", "today")]
    return _list(
        "past_due_list",
        "past due, largest first",
        ("account.move.line", terms, "amount_residual desc, id"),
        (f"SELECT l.* FROM {late} ORDER BY l.amount_residual DESC LIMIT 80", COUNT.format(late)),
        *("credit.open.item", [("residual", ">", 0), ("days_past_due", ">", 0)], "residual desc, id"),
    )


def _credits():
    some = f"{OPEN} AND l.amount_residual < 0"
    return _list(
        "credits_list",
        "customer credits with something left, newest first",
        ("account.move.line", [*RECEIVABLES, ("amount_residual", "<", 0)], "date desc, id desc"),
        (
            f"SELECT l.*, m.*, p.* FROM (SELECT l.* FROM {some} ORDER BY l.date DESC, l.id DESC LIMIT 80) l"
            " JOIN account_move m ON m.id = l.move_id JOIN res_partner p ON p.id = l.partner_id",
            COUNT.format(some),
        ),
        *("customer.credit", OPEN_CREDITS, None),
    )


def _applications():
    recent = """r.adjustment_voucher_id IS NULL AND r.max_date >= CURRENT_DATE - 30 AND l.amount_currency < 0
                AND l.company_id = %(company)s"""
    own = "account_partial_reconcile r JOIN account_move_line l ON l.id = r.credit_move_id"
    least = (
        f"""SELECT r.*, l.*, d.*, p.*, q.* FROM {own} JOIN account_move_line d ON d.id = r.debit_move_id
              JOIN res_partner p ON p.id = l.partner_id JOIN res_partner q ON q.id = d.partner_id
             WHERE {recent} ORDER BY r.max_date DESC, r.id DESC LIMIT 80""",
        COUNT.format(f"{own} WHERE {recent}"),
    )
    ours = "credit.application", [("date", ">=", "today -30d")], None
    return _list("application_list", "applications of the last 30 days", None, least, *ours)


APPLICATIONS = """account_partial_reconcile r JOIN account_move_line l ON l.id = r.credit_move_id
         WHERE r.adjustment_voucher_id IS NULL AND r.credit_amount_currency <> 0 AND l.amount_currency < 0
           AND l.parent_state = 'posted' AND l.company_id = %(company)s
           AND l.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE)"""
CREDITS = """account_move_line l
         WHERE l.parent_state = 'posted' AND l.amount_currency < 0 AND l.company_id = %(company)s
           AND (l.reconciled OR l.amount_residual <> 0)
           AND l.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE)"""


def _all_applications():
    rows = f"SELECT r.* FROM {APPLICATIONS} ORDER BY r.max_date DESC, r.id DESC LIMIT 80"
    least = (
        f"""SELECT r.*, l.*, d.*, p.*, q.* FROM ({rows}) r JOIN account_move_line l ON l.id = r.credit_move_id
              JOIN account_move_line d ON d.id = r.debit_move_id
              JOIN res_partner p ON p.id = l.partner_id JOIN res_partner q ON q.id = d.partner_id""",
        COUNT.format(APPLICATIONS),
    )
    return _list("all_application_list", "all applications", None, least, "credit.application", [], None)


def _applications_by_number():
    some = """account_move m JOIN account_move_line d ON d.move_id = m.id
              JOIN account_partial_reconcile r ON r.debit_move_id = d.id
              JOIN account_move_line l ON l.id = r.credit_move_id
             WHERE m.name ILIKE '%%/00012%%' AND l.company_id = %(company)s"""
    least = (
        f"SELECT r.*, l.*, d.* FROM {some} ORDER BY r.max_date DESC, r.id DESC LIMIT 80",
        COUNT.format(some),
    )
    ours = "credit.application", [("debit_number", "ilike", "/00012")], None
    return _list(
        "application_number_list", "applications to invoices found by a part of the number", None, least, *ours
    )


def _credits_of_salesperson():
    """The administrator's, who is the salesperson of all."""
    some = f"""{CREDITS} AND (EXISTS (SELECT 1 FROM account_move i WHERE i.id = l.move_id AND l.payment_id IS NULL
                                         AND i.invoice_user_id = %(user)s)
                    OR EXISTS (SELECT 1 FROM res_partner p JOIN credit_account a ON a.partner_id = p.commercial_partner_id
                                WHERE p.id = l.partner_id AND a.user_id = %(user)s))"""
    least = (
        f"SELECT l.* FROM {some} ORDER BY l.date DESC, l.id DESC LIMIT 80",
        COUNT.format(some),
    )
    ours = "customer.credit", [("user_id", "=", 2)], None
    return _list("credit_user_list", "customer credits of a salesperson", None, least, *ours)


def _to_chase():
    least = (
        "SELECT a.*, p.* FROM credit_account a JOIN res_partner p ON p.id = a.partner_id"
        " WHERE a.overdue > 0 ORDER BY a.overdue DESC LIMIT 80",
        COUNT.format("credit_account WHERE overdue > 0"),
    )
    return _list(
        "chase_list",
        "customers to chase, most overdue first",
        None,
        least,
        *("credit.account", [("overdue", ">", 0)], "overdue desc, id"),
    )


def _order_to_cash():
    terms = ["|", ("state", "in", ("draft", "sent")), "&", ("state", "=", "sale"), ("invoice_status", "!=", "invoiced")]
    least = (
        f"SELECT o.*, p.* FROM (SELECT o.* FROM {OPEN_ORDERS} ORDER BY o.date_order LIMIT 80) o"
        " JOIN res_partner p ON p.id = o.partner_id",
        COUNT.format(OPEN_ORDERS),
    )
    stock = "sale.order", terms, None
    return _list("order_list", "order to cash, open", stock, least, "order.to.cash", [("is_open", "=", True)], None)


# ------------------------------------------------------------------ groups


def _groups(key, title, least, *ours):
    groups = partial(Groups, **dict(zip(("model", "domain", "by", "total"), ours, strict=True)))
    missing = {"stock": NOTHING_ALIKE, "oca": NOTHING_ALIKE}
    return Case(key, f"groups: {title}", {"least": by_hand(*least), "ours": Side(groups)}, missing=missing)


def _orders_by_stage():
    least = (f"SELECT o.state, o.invoice_status, COUNT(*), SUM(o.amount_total) FROM {OPEN_ORDERS} GROUP BY 1, 2",)
    ours = "order.to.cash", [("is_open", "=", True)], "stage", "value:sum"
    return _groups("order_stages", "order to cash, open, by stage", least, *ours)


def _orders_by_customer():
    least = (
        f"""SELECT p.id, p.complete_name, t.number, t.amount FROM (
                SELECT o.partner_id, COUNT(*) AS number, SUM(o.amount_total) AS amount FROM {OPEN_ORDERS} GROUP BY 1) t
              JOIN res_partner p ON p.id = t.partner_id ORDER BY 2 LIMIT 80""",
        f"SELECT COUNT(DISTINCT o.partner_id) FROM {OPEN_ORDERS}",
    )
    ours = "order.to.cash", [("is_open", "=", True)], "partner_id", "value:sum"
    return _groups("order_customers", "order to cash, open, by customer", least, *ours)


def _credits_by_status():
    some = f"{OPEN} AND l.amount_residual < 0"
    least = (f"SELECT l.matching_number IS NULL, COUNT(*), SUM(l.amount_residual) FROM {some} GROUP BY 1",)
    ours = "customer.credit", OPEN_CREDITS, "status", "company_remaining:sum"
    return _groups("credit_statuses", "customer credits with something left, by status", least, *ours)


def _credits_by_customer():
    some = f"{OPEN} AND l.amount_residual < 0"
    least = (
        f"""SELECT p.id, p.complete_name, t.number, t.amount FROM (
                SELECT l.partner_id, COUNT(*) AS number, SUM(l.amount_residual) AS amount FROM {some} GROUP BY 1) t
              JOIN res_partner p ON p.id = t.partner_id ORDER BY 2 LIMIT 80""",
        f"SELECT COUNT(DISTINCT l.partner_id) FROM {some}",
    )
    ours = "customer.credit", OPEN_CREDITS, "partner_id", "company_remaining:sum"
    return _groups("credit_customers", "customer credits with something left, by customer", least, *ours)


def _applications_by_month():
    least = (
        f"SELECT date_trunc('month', r.max_date), COUNT(*), SUM(r.amount) FROM {APPLICATIONS} GROUP BY 1 ORDER BY 1",
    )
    ours = "credit.application", [], "date:month", "company_amount:sum"
    return _groups("application_months", "all applications, by month", least, *ours)


def _applications_by_customer():
    least = _by_customer(APPLICATIONS, "r.amount")
    ours = "credit.application", [], "partner_id", "company_amount:sum"
    return _groups("application_customers", "all applications, by customer", least, *ours)


def _all_credits_by_customer():
    least = _by_customer(CREDITS, "-l.amount_residual")
    ours = "customer.credit", [], "partner_id", "company_remaining:sum"
    return _groups("all_credit_customers", "all customer credits, by customer", least, *ours)


def _by_customer(rows, amount):
    return (
        f"""SELECT t.customer, c.complete_name, t.number, t.amount, COUNT(*) OVER () FROM (
                SELECT p.commercial_partner_id AS customer, SUM(l.number) AS number, SUM(l.amount) AS amount
                  FROM (SELECT l.partner_id, COUNT(*) AS number, SUM({amount}) AS amount FROM {rows} GROUP BY 1) l
                  JOIN res_partner p ON p.id = l.partner_id GROUP BY 1) t
              JOIN res_partner c ON c.id = t.customer ORDER BY 2 LIMIT 80""",
    )


def _all_credits_by_salesperson():
    least = (
        f"""SELECT COALESCE(i.invoice_user_id, a.user_id), COUNT(*), SUM(-x.amount_residual)
              FROM (SELECT l.* FROM {CREDITS}) x
         LEFT JOIN account_move i ON i.id = x.move_id AND x.payment_id IS NULL
              JOIN res_partner p ON p.id = x.partner_id
         LEFT JOIN credit_account a ON a.partner_id = p.commercial_partner_id AND a.company_id = x.company_id GROUP BY 1""",
    )
    ours = "customer.credit", [], "user_id", "company_remaining:sum"
    return _groups("all_credit_users", "all customer credits, by salesperson", least, *ours)
