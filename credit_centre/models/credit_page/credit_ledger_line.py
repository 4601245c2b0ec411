"""Everything that happened with a customer, in order, with the balance after each step."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..credit_open_item import trade_accounts
from .habits_query import RECEIPTS

KINDS = [
    ("invoice", "Invoice"),
    ("debit_note", "Debit note"),
    ("charge", "Late charge"),
    ("credit_note", "Credit note"),
    ("receipt", "Receipt"),
    ("refund", "Refund"),
    ("voucher", "Adjustment"),
    ("exchange", "Exchange difference"),
    ("entry", "Entry"),
    ("order", "Order"),
]
# After every document of its day.
LAST = 2147483647


class CreditLedgerLine(models.Model):
    """One row per posted document and customer, and per confirmed order.

    A document's row is named after its first receivable item (``id``), an order's after the order (``-id``). Orders change
    no balance: they stand there to be read. Balances are looked up for the rows that are shown, in one statement over
    the items of their customers, so that a page of rows, or one row, costs nobody else's items.
    """

    _name = "credit.ledger.line"
    _inherit = "credit.ordered.choices"
    _description = "Customer Ledger"
    _auto = False
    _order = "date desc, place desc, id desc"
    _rec_name = "name"
    _depends = {
        "account.move.line": ["account_id", "amount_currency", "amount_residual", "balance", "date", "date_maturity"]
        + ["move_id", "parent_state", "partner_id"],
        "account.move": ["adjustment_voucher_id", "move_type", "name", "ref", "state"],
        "account.partial.reconcile": ["exchange_move_id"],
        "res.partner": ["commercial_partner_id"],
        "sale.order": ["amount_total", "client_order_ref", "date_order", "name", "partner_invoice_id", "state"],
    }

    move_line_id = fields.Many2one("account.move.line", "Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True)
    order_id = fields.Many2one("sale.order", "Order", readonly=True)
    place = fields.Integer(readonly=True, aggregator=None, help="Order of the rows of one day.")
    name = fields.Char("Number", readonly=True)
    ref = fields.Char("Reference", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    date = fields.Date(readonly=True)
    date_maturity = fields.Date("Due", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, help="The company that owes.")
    company_id = fields.Many2one("res.company", "Company", readonly=True)
    root_id = fields.Many2one("res.company", "Legal Entity", readonly=True)
    company_currency_id = fields.Many2one("res.currency", "Company Currency", readonly=True)
    currency_id = fields.Many2one("res.currency", "Currency", readonly=True)
    debit = fields.Monetary(currency_field="company_currency_id", readonly=True)
    credit = fields.Monetary(currency_field="company_currency_id", readonly=True)
    residual = fields.Monetary("Open", currency_field="company_currency_id", readonly=True)
    amount_currency = fields.Monetary(
        "In Its Currency", readonly=True, aggregator=None, help="An order's total stands here alone."
    )
    balance = fields.Monetary(
        currency_field="company_currency_id",
        compute="_compute_balance",
        help="What the customer owed after this row, in the whole legal entity.",
    )

    # ------------------------------------------------------------------ rows

    @property
    def _table_query(self):
        return SQL(
            "SELECT %(select)s FROM ((%(documents)s) UNION ALL (%(orders)s)) u",
            select=self._select(),
            documents=self._documents(),
            orders=self._orders(),
        )

    @api.model
    def _select(self):
        """Amounts stay outside of the union: only there they are added up for the rows of a page alone."""
        single = SQL("MIN(g.currency_id) = MAX(g.currency_id)")
        return SQL(
            """u.id, u.move_line_id, u.move_id, u.order_id, u.place, u.name, u.ref, u.kind, u.date, u.partner_id,
               u.company_id, u.root_id, u.company_currency_id, %(due)s AS date_maturity,
               COALESCE(u.order_currency_id, %(currency)s) AS currency_id,
               COALESCE(u.order_amount, %(amount)s) AS amount_currency,
               GREATEST(COALESCE(%(balance)s, 0), 0) AS debit, GREATEST(-COALESCE(%(balance)s, 0), 0) AS credit,
               COALESCE(%(residual)s, 0) AS residual""",
            due=self._of_document(SQL("MAX(COALESCE(g.date_maturity, g.date))")),
            currency=self._of_document(
                SQL("CASE WHEN %s THEN MIN(g.currency_id) ELSE MIN(g.company_currency_id) END", single)
            ),
            amount=self._of_document(SQL("CASE WHEN %s THEN SUM(g.amount_currency) END", single)),
            balance=self._of_document(SQL("SUM(g.balance)")),
            residual=self._of_document(SQL("SUM(g.amount_residual)")),
        )

    @api.model
    def _of_document(self, figure):
        """A figure of all that a document says of one customer: instalments are one row, and so are the legs of a
        voucher."""
        return SQL(
            """(SELECT %s FROM account_move_line g JOIN res_partner gp ON gp.id = g.partner_id
                 WHERE g.move_id = u.move_id AND gp.commercial_partner_id = u.partner_id AND g.account_id IN (%s))""",
            figure,
            trade_accounts(),
        )

    @api.model
    def _documents(self):
        return SQL(
            """SELECT %(select)s
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN account_journal j ON j.id = m.journal_id
                 JOIN res_partner p ON p.id = l.partner_id
                 JOIN res_company c ON c.id = l.company_id
                WHERE %(where)s""",
            select=self._documents_select(),
            where=self._documents_where(),
        )

    @api.model
    def _documents_select(self):
        return SQL(
            """l.id, l.id AS move_line_id, l.move_id, NULL::int AS order_id, l.move_id AS place, m.name::text AS name,
               m.ref::text AS ref, (%(kind)s)::text AS kind, l.date, p.commercial_partner_id AS partner_id, l.company_id,
               split_part(c.parent_path, '/', 1)::int AS root_id, l.company_currency_id,
               NULL::int AS order_currency_id, NULL::numeric AS order_amount""",
            kind=self._kind(),
        )

    @api.model
    def _kind(self):
        return SQL(
            """CASE WHEN m.adjustment_charge_voucher_id IS NOT NULL THEN 'charge'
                    WHEN m.move_type IN ('out_invoice', 'out_receipt')
                        THEN CASE WHEN m.debit_origin_id IS NULL THEN 'invoice' ELSE 'debit_note' END
                    WHEN m.move_type = 'out_refund' THEN 'credit_note'
                    WHEN j.type IN %s THEN CASE WHEN l.balance > 0 THEN 'refund' ELSE 'receipt' END
                    WHEN m.adjustment_voucher_id IS NOT NULL THEN 'voucher'
                    WHEN EXISTS (SELECT 1 FROM account_partial_reconcile r WHERE r.exchange_move_id = m.id) THEN 'exchange'
                    ELSE 'entry' END""",
            RECEIPTS,
        )

    @api.model
    def _documents_where(self):
        return SQL(
            """l.parent_state = 'posted' AND l.account_id IN (%(trade)s) AND NOT EXISTS (
                   SELECT 1 FROM account_move_line e JOIN res_partner ep ON ep.id = e.partner_id
                    WHERE e.move_id = l.move_id AND e.id < l.id AND e.account_id IN (%(trade)s)
                      AND ep.commercial_partner_id = p.commercial_partner_id)""",
            trade=trade_accounts(),
        )

    @api.model
    def _orders(self):
        return SQL(
            """SELECT -o.id, NULL::int, NULL::int, o.id, %(last)s, o.name::text, o.client_order_ref::text, 'order',
                      o.date_order::date, p.commercial_partner_id, o.company_id,
                      split_part(c.parent_path, '/', 1)::int, c.currency_id, o.currency_id, o.amount_total
                 FROM sale_order o
                 JOIN res_partner p ON p.id = o.partner_invoice_id
                 JOIN res_company c ON c.id = o.company_id
                WHERE o.state = 'sale'""",
            last=LAST,
        )

    # ------------------------------------------------------------------ balance

    def _compute_balance(self):
        """The sums of the customers' documents up to each row, in the whole legal entity."""
        rows = [(line.id, line.partner_id.id, line.root_id.id, line.date, line.place) for line in self]
        found = dict(self.env.execute_query(self._balance_query(rows))) if rows else {}
        for line in self:
            line.balance = found.get(line.id, 0.0)

    @api.model
    def _balance_query(self, rows):
        """:param rows: list of (id, customer, legal entity, date, place)
        :return: SQL of id and balance: the rows take part in the running sum with nothing, after their documents
        """
        ids, partners, roots, dates, places = (list(column) for column in zip(*rows, strict=True))
        return SQL(
            """WITH wanted AS (SELECT * FROM unnest(%(ids)s::int[], %(partners)s::int[], %(roots)s::int[], %(dates)s::date[],
                                                  %(places)s::int[]) t(id, partner_id, root_id, date, place)),
                    steps AS (SELECT NULL::int AS id, p.commercial_partner_id AS partner_id, n.root_id, l.date,
                                     l.move_id AS place, l.balance
                                FROM (SELECT DISTINCT partner_id, root_id FROM wanted) n
                                JOIN res_partner p ON p.commercial_partner_id = n.partner_id
                                JOIN account_move_line l ON l.partner_id = p.id AND l.parent_state = 'posted'
                                 AND l.account_id IN (%(trade)s)
                                JOIN res_company c ON c.id = l.company_id
                                 AND split_part(c.parent_path, '/', 1)::int = n.root_id
                           UNION ALL SELECT id, partner_id, root_id, date, place, 0 FROM wanted)
               SELECT id, balance
                 FROM (SELECT id, SUM(balance) OVER (PARTITION BY partner_id, root_id ORDER BY date, place) AS balance
                         FROM steps) running
                WHERE id IS NOT NULL""",
            ids=ids,
            partners=partners,
            roots=roots,
            dates=dates,
            places=places,
            trade=trade_accounts(),
        )

    # ------------------------------------------------------------------ buttons

    def action_open_document(self):
        """Open the invoice, receipt, voucher or order of a row."""
        self.ensure_one()
        self.check_access("read")
        voucher = self.move_id.sudo().adjustment_voucher_id  # sudo: only whether the entry is a voucher's
        for record in (self.order_id, voucher.with_env(self.env)):
            if record and record.has_access("read"):
                return {
                    "type": "ir.actions.act_window",
                    "res_model": record._name,
                    "res_id": record.id,
                    "views": [(False, "form")],
                }
        return self.move_line_id.action_credit_open_document()
