"""Every credit of a customer, what became of it and what is left: read from the ledger, never kept."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from . import sieves, uses

STATUSES = [
    ("open", "Open"),
    ("partially_applied", "Partially Applied"),
    ("applied", "Applied"),
    ("partially_refunded", "Partially Refunded"),
    ("refunded", "Refunded"),
    ("partially_transferred", "Partially Transferred"),
    ("transferred", "Transferred"),
    ("void", "Void"),
]
KINDS = [
    ("credit_note", "Credit Note"),
    ("receipt", "Receipt"),
    ("deposit", "Deposit"),
    ("transfer", "Transfer"),
    ("chargeback", "Kept Open"),
    ("entry", "Entry"),
]


class CustomerCredit(models.Model):
    """One row per credit: a credit-side item of a customer on a trade receivable account. Its id is the item's."""

    _name = "customer.credit"
    _inherit = "credit.ordered.choices"
    _description = "Customer Credit"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "memo_number"
    _rec_names_search = ["memo_number", "ref"]
    _depends = uses.LEDGER

    move_line_id = fields.Many2one("account.move.line", "Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True)
    payment_id = fields.Many2one("account.payment", "Payment", readonly=True)
    order_id = fields.Many2one("sale.order", "Reserved to Order", readonly=True, help="The order this deposit is for.")
    memo_number = fields.Char("Number", readonly=True)
    ref = fields.Char("Reference", readonly=True)
    origin = fields.Char(readonly=True, help="The order it comes from or is kept for, and the invoice it corrects.")
    references = fields.Char(
        "All References",
        compute="_compute_references",
        search="_search_references",
        help="Its own number and reference, its order, and the numbers and orders of all it was applied to.",
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, help="The company whose credit it is.")
    contact_id = fields.Many2one("res.partner", "Contact", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    journal_id = fields.Many2one("account.journal", "Store", readonly=True, help="The journal that it was booked in.")
    date = fields.Date(readonly=True)
    age = fields.Integer("Age (days)", readonly=True, aggregator="avg")
    kind = fields.Selection(KINDS, readonly=True)
    status = fields.Selection(
        STATUSES, readonly=True, help="«Partially» as long as something is left of it; then what the rest went to."
    )
    is_open = fields.Boolean("Something Left", readonly=True)
    is_partly_used = fields.Boolean(readonly=True, help="Something of it was used, and something is left.")
    # Plain columns of the item: filters on them let the database use its index of open credits.
    reconciled = fields.Boolean("Closed in the Ledger", readonly=True)
    ledger_residual = fields.Monetary("Residual in the Ledger", readonly=True, help="Negative: the customer's favor.")
    currency_id = fields.Many2one("res.currency", "Currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    applied_amount = fields.Monetary("Applied", readonly=True, help="Used for invoices and other debits.")
    refunded_amount = fields.Monetary("Refunded", readonly=True, help="Paid back to the customer.")
    transferred_amount = fields.Monetary("Transferred", readonly=True, help="Moved to another customer or a new item.")
    voided_amount = fields.Monetary("Voided", readonly=True, help="Canceled, reversed, or a receipt that bounced.")
    remaining_amount = fields.Monetary("Remaining", readonly=True, help="What the ledger says is still open of it.")
    difference = fields.Monetary(
        readonly=True, help="What the uses and the rest do not explain of the amount. Anything but zero is an error."
    )
    company_amount = fields.Monetary("Value", currency_field="company_currency_id", readonly=True)
    company_remaining = fields.Monetary("Remaining Value", currency_field="company_currency_id", readonly=True)
    application_ids = fields.One2many("credit.application", "credit_id", "Applications", readonly=True)
    item_ids = fields.Many2many("account.move.line", compute="_compute_item_ids", string="Transactions")

    def init(self):
        for definition in uses.function_definitions():
            self.env.cr.execute(definition)

    # ------------------------------------------------------------------ rows

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self):
        return SQL(
            """l.id, l.id AS move_line_id, l.move_id, l.payment_id, ap.credit_order_id AS order_id,
               l.move_name AS memo_number, l.ref, %(origin)s AS origin, p.commercial_partner_id AS partner_id,
               l.partner_id AS contact_id, %(user)s AS user_id, l.company_id, l.journal_id,
               l.date, %(day)s::date - l.date AS age, %(kind)s AS kind, l.currency_id, l.company_currency_id,
               l.reconciled, l.amount_residual_currency AS ledger_residual, %(is_open)s AS is_open,
               %(is_partly_used)s AS is_partly_used,
               %(figures)s""",
            origin=self._origin_text(),
            user=self._salesperson(),
            day=fields.Date.context_today(self),
            kind=self._kind_case(),
            is_open=uses.is_open(),
            is_partly_used=uses.is_open(SQL("l.amount_residual_currency > l.amount_currency")),
            figures=self._figures(),
        )

    @api.model
    def _figures(self):
        names = ("applied", "refunded", "transferred")
        parts = {name: uses.used(name) for name in names}
        void = SQL("(-l.amount_currency - %s)", SQL(" - ").join(parts.values()))
        voided = SQL("(CASE WHEN %s THEN %s ELSE %s END)", uses.alive(), uses.used("voided"), void)
        rest = SQL("(-l.amount_currency - %s - %s - %s)", SQL(" - ").join(parts.values()), voided, uses.remaining())
        return SQL(
            """-l.amount_currency AS amount, %(applied)s AS applied_amount, %(refunded)s AS refunded_amount,
               %(transferred)s AS transferred_amount, %(voided)s AS voided_amount, %(remaining)s AS remaining_amount,
               %(rest)s AS difference, %(status)s AS status, -l.balance AS company_amount,
               CASE WHEN %(alive)s THEN -l.amount_residual ELSE 0 END AS company_remaining""",
            voided=voided,
            remaining=uses.remaining(),
            rest=rest,
            status=uses.status_case(),
            alive=uses.alive(),
            **parts,
        )

    @api.model
    def _kind_case(self):
        """What the item says by itself comes first: the entries of a million items are not read for a count."""
        return SQL(
            """CASE WHEN l.adjustment_leg IN ('transfer', 'chargeback') THEN l.adjustment_leg
                    WHEN l.payment_id IS NOT NULL THEN
                        CASE WHEN l.payment_id IN (SELECT id FROM account_payment WHERE credit_order_id IS NOT NULL)
                             THEN 'deposit' ELSE 'receipt' END
                    ELSE (SELECT CASE WHEN km.move_type = 'out_refund' THEN 'credit_note'
                                      WHEN km.move_type IN ('out_invoice', 'out_receipt') THEN
                                          CASE WHEN EXISTS (SELECT 1 FROM account_move_line x
                                                             WHERE x.move_id = km.id AND x.is_downpayment)
                                               THEN 'deposit' ELSE 'credit_note' END
                                      WHEN l.statement_line_id IS NOT NULL THEN 'receipt' ELSE 'entry' END
                            FROM account_move km WHERE km.id = l.move_id) END"""
        )

    @api.model
    def _origin_text(self):
        return SQL(
            """NULLIF(CONCAT_WS(', ', NULLIF(m.invoice_origin, ''),
                   (SELECT o.name FROM sale_order o WHERE o.id = ap.credit_order_id),
                   (SELECT x.name FROM account_move x WHERE x.id = m.reversed_entry_id)), '')"""
        )

    @api.model
    def _from(self):
        """Outer joins to what is there once: the database leaves out those that a question does not need."""
        return SQL(
            """account_move_line l
     LEFT JOIN account_move m ON m.id = l.move_id
     LEFT JOIN res_company c ON c.id = l.company_id
     LEFT JOIN account_payment ap ON ap.id = l.payment_id
     LEFT JOIN res_partner p ON p.id = l.partner_id
     LEFT JOIN account_move i ON i.id = l.move_id AND l.payment_id IS NULL
     LEFT JOIN credit_account a ON a.partner_id = p.commercial_partner_id
           AND a.company_id = split_part(c.parent_path, '/', 1)::int"""
        )

    @api.model
    def _salesperson(self):
        """Of the invoice, else of the customer. Receipts have no invoice: only for the others it is looked up."""
        return SQL("COALESCE(i.invoice_user_id, a.user_id)")

    @api.model
    def _where(self):
        return uses.is_credit()

    @api.model
    def _search(self, domain, *args, **kwargs):
        """What a condition takes for granted is said as well: it names an index, or the few credits that can meet it."""
        return super()._search(sieves.say_more(domain, sieves.OF_CREDITS), *args, **kwargs)

    # ------------------------------------------------------------------ all references (S0.27)

    @api.depends("memo_number", "ref", "origin", "application_ids.debit_move_id")
    def _compute_references(self):
        for credit in self:
            debits = credit.application_ids.debit_move_id.mapped("name")
            credit.references = ", ".join(filter(None, [credit.memo_number, credit.ref, credit.origin, *debits]))

    def _search_references(self, operator, value):
        if operator not in ("ilike", "like", "=ilike", "=like", "in") or not value:
            return NotImplemented
        named = Domain.OR(Domain(name, operator, value) for name in ("name", "ref", "invoice_origin"))
        documents = self.env["account.move"]._search(named)
        orders = (
            self.env["sale.order"]
            .sudo()
            ._search(  # sudo: by the order's name, as ``origin`` shows it
                Domain("name", operator, value)
            )
        )
        return sieves.among(uses.referring(documents.subselect(), orders.subselect()))

    # ------------------------------------------------------------------ the trail (S0.9, S0.14, S0.21)

    @api.depends("application_ids")
    def _compute_item_ids(self):
        for credit in self:
            credit.item_ids = credit._get_items()

    def _get_items(self):
        """The journal items tied to these credits: their entries, what they are matched with, vouchers and refunds."""
        own = self.move_line_id
        matched = own.matched_debit_ids.debit_move_id
        debits = self.application_ids.debit_move_line_id
        vouchers = self.application_ids.voucher_id.move_id if self._may_see_vouchers() else own.move_id.browse()
        return own.move_id.line_ids | matched | matched.move_id.line_ids | debits | vouchers.line_ids

    def _may_see_vouchers(self):
        return self.env["adjustment.voucher"].has_access("read")
