"""The statement of one large customer: the open items of BENCH-BIG as the printed page, before it is made a PDF."""

from job import Case, Job, Side, partner


class Statement(Job):
    """Its records: the open items that stand on it."""

    report = ""

    def __init__(self, env):
        super().__init__(env)
        self.customer = partner(env, "BENCH-BIG")
        items = [("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted"), ("reconciled", "=", False)]
        self.records = env["account.move.line"].search_count([("partner_id", "=", self.customer.id), *items])

    def render(self, ids, data=None):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(self.report, ids, data=data)
        self.rows = html.count(b"<tr")

    def check(self):
        assert self.rows > 0.9 * self.records, f"{self.rows} rows for {self.records} items"


class Ours(Statement):
    report = "credit_centre.report_statement"

    def before(self):
        chosen = {"who": "chosen", "partner_ids": self.customer.ids}
        self.lines = self.env["credit.statement"].create(chosen)._make_lines()

    def run(self):
        self.render(self.lines.ids)


class Peer(Statement):
    report = "partner_statement.outstanding_statement"

    def before(self):
        wizard = self.env["outstanding.statement.wizard"].with_context(active_ids=self.customer.ids)
        self.data = wizard.create({})._prepare_statement()

    def run(self):
        self.render(self.customer.ids, self.data)


def cases():
    yield Case(
        "statement",
        "statement of a customer with 15,000 open items",
        {"oca": Side(Peer), "ours": Side(Ours)},
        missing={"stock": "has none"},
    )
