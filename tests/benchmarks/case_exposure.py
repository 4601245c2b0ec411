"""The exposure of all customers: computed live, and as it is kept."""

from case_lists import page
from job import Case, Job, Side

CUSTOMERS = [("customer_rank", ">", 0), ("parent_id", "=", False)]
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
    SELECT p.id, COALESCE(item.receivable, 0) + COALESCE(ordered.amount, 0), item.overdue, (p.credit_limit ->> %(key)s)::numeric
      FROM res_partner p
 LEFT JOIN item ON item.partner_id = p.id
 LEFT JOIN ordered ON ordered.partner_id = p.id
     WHERE p.active AND p.customer_rank > 0 AND p.commercial_partner_id = p.id"""


class All(Job):
    """Its records: open items and open orders."""

    def __init__(self, env):
        super().__init__(env)
        items = env["account.move.line"].search_count(
            [("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted"), ("reconciled", "=", False)]
        )
        self.records = items + env["sale.order"].search_count([("invoice_status", "=", "to invoice")])


class Native(All):
    """Odoo's own: receivable and what is to be invoiced."""

    def __init__(self, env):
        super().__init__(env)
        env.company.account_use_credit_limit = True

    def run(self):
        customers = self.env["res.partner"].search(CUSTOMERS)
        assert sum(one.credit + one.credit_to_invoice for one in customers)


class Receivable(All):
    def run(self):
        assert sum(self.env["res.partner"].search(CUSTOMERS).mapped("credit"))


class Peer(All):
    def __init__(self, env):
        super().__init__(env)
        names = [name for name in env["res.partner"]._fields if name.startswith("risk_") and name.endswith("_include")]
        env.cr.execute("UPDATE res_partner SET " + ", ".join(f"{name} = TRUE" for name in names))
        env.invalidate_all(flush=False)

    def run(self):
        assert sum(self.env["res.partner"].search(CUSTOMERS).mapped("risk_total"))


class Least(All):
    def run(self):
        accounts = self.env["account.account"].search([("account_type", "=", "asset_receivable")]).ids
        company = self.env.company.id
        self.env.cr.execute(GROUPED, {"accounts": accounts, "company": company, "key": str(company)})
        assert self.env.cr.fetchall()


class Live(All):
    """Its records: the customers. Each ledger has one with 20,000 documents, beside which those of the others would hardly
    count at the smallest size."""

    def __init__(self, env):
        super().__init__(env)
        env["credit.account"]._refresh_stale()
        self.records = env["credit.account"].search_count([])

    def run(self):
        assert sum(self.env["res.partner"].search(CUSTOMERS).mapped("credit_exposure"))


class Recomputed(Live):
    def run(self):
        self.env["credit.account"]._refresh_all()


class Kept(Live):
    def run(self):
        assert sum(self.env["credit.account"].search([]).mapped("exposure"))


LISTED = [
    "partner_ref",
    "effective_limit",
    "exposure",
    "headroom",
    "usage",
    "overdue",
    "flag",
    "held_count",
    "has_limit",
]


def cases():
    yield Case(
        "exposure",
        "exposure of all customers",
        {
            "stock": Side(Native, 20000, "2 minutes and 3 GB at 100,000"),
            "oca": Side(Peer, 1000, "grows with the square of the customers"),
            "least": Side(Least),
            "ours: live": Side(Live),
            "ours: kept": Side(Kept),
            "ours: all figures recomputed and kept": Side(Recomputed),
        },
    )
    yield Case(
        "receivable",
        "exposure of all customers, against Odoo's `credit` alone (without orders)",
        {"stock": Side(Receivable), "ours: live": Side(Live), "ours: kept": Side(Kept)},
    )
    yield Case(
        "exposures_list",
        "list of customers, largest exposure first, 80 of them",
        {
            "stock": Side(page("res.partner", CUSTOMERS, None, ["display_name", "credit", "credit_limit"])),
            "oca": Side(page("res.partner", CUSTOMERS, None, ["display_name", "risk_total", "credit_limit"])),
            "ours": Side(page("credit.account", [], "exposure desc, id", ["partner_id", "currency_id", *LISTED])),
        },
        missing={"stock": "by name: can't be sorted by it", "oca": "by name: can't be sorted by it"},
    )
