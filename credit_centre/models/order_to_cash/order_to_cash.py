"""Every sales order on its way from quotation to money in the bank, with what needs a person first (S1.3 to S1.6)."""

from odoo import api, fields, models
from odoo.tools import SQL

from ...stages import EXCEPTIONS
from .order_to_cash_kept import KEPT

STAGES = [
    ("quotation", "Quotation"),
    ("held", "Credit Hold"),
    ("order", "To Deliver"),
    ("delivery", "In Delivery"),
    ("invoice", "To Invoice"),
    ("payment", "To Be Paid"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
EXCEPTION_NAMES = {
    "disputed": "Disputed",
    "overdue": "Payment Overdue",
    "rejected": "Credit Rejected",
    "held": "On Credit Hold",
    "prepay": "Waits for Prepayment",
    "delivered_not_invoiced": "Delivered, Not Invoiced",
    "invoice_late": "Late to Invoice",
    "not_sent": "Invoice Not Sent",
    "expired": "Quotation Expired",
}
OF_ORDER = ("name", "client_order_ref", "currency_id", "credit_status", "invoice_status", "amount_total")


class OrderToCash(models.Model):
    """One row per sales order. Stages and exceptions are those of ``stages.py``; amounts are in company currency.

    Read from what is kept of each order (``order_to_cash_kept.py``), which is brought up to date before.
    """

    _name = "order.to.cash"
    _inherit = "credit.ordered.choices"
    _description = "Order to Cash"
    _auto = False
    _order = "urgency desc, date_order, id"
    _depends = {
        "sale.order": ["amount_total", "credit_status", "currency_rate", "date_order", "invoice_status", "state"],
        "sale.order.line": ["invoice_lines", "otc_delivered_on", "product_uom_qty", "qty_delivered", "qty_invoiced"],
        "account.move": [
            "amount_residual_signed",
            "credit_disputed",
            "amount_total_signed",
            "invoice_date",
            "is_move_sent",
            "state",
        ],
        "account.move.line": ["amount_residual", "date_maturity", "price_total"],
        "account.partial.reconcile": ["max_date"],
        "credit.hold": ["state"],
    }

    name = fields.Char("Order", readonly=True)
    order_id = fields.Many2one("sale.order", "Sales Order", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Company of the Customer", readonly=True)
    client_order_ref = fields.Char("Customer Reference", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_order = fields.Datetime("Order Date", readonly=True)
    stage = fields.Selection(
        STAGES, readonly=True, group_expand="_group_expand_stages", help="The first step that is not finished."
    )
    exception = fields.Selection(
        [(code, EXCEPTION_NAMES[code]) for code in EXCEPTIONS], "Needs Attention", readonly=True
    )
    urgency = fields.Integer(readonly=True, aggregator=None, help="Sorts the exceptions: the highest first.")
    is_open = fields.Boolean(
        "Open", readonly=True, help="Not done yet, or cancelled with an invoice that is not settled."
    )
    credit_status = fields.Selection(
        lambda self: self.env["sale.order"]._fields["credit_status"]._description_selection(self.env),
        "Credit",
        readonly=True,
    )
    invoice_status = fields.Selection(
        lambda self: self.env["sale.order"]._fields["invoice_status"]._description_selection(self.env),
        readonly=True,
    )
    amount_total = fields.Monetary("Total in Its Currency", readonly=True, aggregator=None)
    value = fields.Monetary(
        currency_field="company_currency_id", readonly=True, help="The order's total in company currency."
    )
    invoiced_amount = fields.Monetary(
        "Invoiced", currency_field="company_currency_id", readonly=True, help="Posted invoices less credit notes."
    )
    paid_amount = fields.Monetary(
        "Paid",
        currency_field="company_currency_id",
        readonly=True,
        help="Settled of what is invoiced: by receipts, credits or write-offs.",
    )
    open_amount = fields.Monetary(
        "Unpaid", currency_field="company_currency_id", readonly=True, help="Invoiced and not settled."
    )
    quoted_on = fields.Date("Quoted", readonly=True)
    confirmed_on = fields.Date("Confirmed", readonly=True)
    delivered_on = fields.Date(
        "Delivered", readonly=True, help="When the last quantity was delivered; empty while something is left."
    )
    invoiced_on = fields.Date(readonly=True, help="The date of the last invoice.")
    due_on = fields.Date("Due", readonly=True, help="The earliest date on which an unpaid invoice is due.")
    paid_on = fields.Date(readonly=True, help="When the last invoice was settled.")
    since = fields.Date("At This Stage Since", readonly=True)
    days = fields.Integer("Days at This Stage", readonly=True, aggregator="avg")
    days_to_confirm = fields.Integer(
        "Days to Confirm", readonly=True, aggregator="avg", help="From quotation to confirmation."
    )
    days_to_deliver = fields.Integer(
        "Days to Deliver", readonly=True, aggregator="avg", help="From confirmation to the last delivery."
    )
    days_to_invoice = fields.Integer(
        "Days to Invoice", readonly=True, aggregator="avg", help="From delivery (or confirmation) to the last invoice."
    )
    days_to_pay = fields.Integer(
        "Days to Be Paid", readonly=True, aggregator="avg", help="From the last invoice to the last payment."
    )
    days_to_cash = fields.Integer(
        "Days from Order to Cash", readonly=True, aggregator="avg", help="From confirmation to the last payment."
    )
    change_ids = fields.One2many("sale.order.change", related="order_id.otc_change_ids", string="Changes")

    @api.model
    def _group_expand_stages(self, stages, domain):
        """The columns of the board: every step, also an empty one; cancelled orders have none of their own."""
        return [key for key, _name in STAGES if key != "cancelled" or key in stages]

    # ------------------------------------------------------------------ rows

    @property
    def _table_sql(self):
        """Whoever reads rows, by whatever method, gets them as of now."""
        self.env["order.to.cash.kept"].sudo()._refresh_stale()  # sudo: worked out, its reader may not write it
        return super()._table_sql

    @property
    def _table_query(self):
        """Outer joins to what is there once: the database leaves out those that a question does not need."""
        return SQL(
            """SELECT %s FROM order_to_cash_kept k
            LEFT JOIN sale_order o ON o.id = k.id
            LEFT JOIN res_company c ON c.id = k.company_id
            LEFT JOIN res_partner partner ON partner.id = k.partner_id""",
            SQL(", ").join(
                SQL("%s AS %s", expression, SQL.identifier(name)) for name, expression in self._columns().items()
            ),
        )

    @api.model
    def _columns(self):
        """:return: dict of column name -> SQL over what is kept ``k`` and the order ``o``"""
        return {
            **{name: SQL("k.%s", SQL.identifier(name)) for name in KEPT if name in self._fields},
            **{name: SQL("o.%s", SQL.identifier(name)) for name in OF_ORDER},
            "order_id": SQL("k.id"),
            "commercial_partner_id": SQL("partner.commercial_partner_id"),
            "company_currency_id": SQL("c.currency_id"),
            "paid_amount": SQL("k.invoiced_amount - k.open_amount"),
            **self._days_columns(),
        }

    @api.model
    def _days_columns(self):
        return {
            "days": SQL("GREATEST(0, %s::date - k.since)", fields.Date.today()),
            "days_to_confirm": self._days(SQL("k.quoted_on"), SQL("k.confirmed_on")),
            "days_to_deliver": self._days(SQL("k.confirmed_on"), SQL("k.delivered_on")),
            "days_to_invoice": self._days(SQL("COALESCE(k.delivered_on, k.confirmed_on)"), SQL("k.invoiced_on")),
            "days_to_pay": self._days(SQL("k.invoiced_on"), SQL("k.paid_on")),
            "days_to_cash": self._days(SQL("k.confirmed_on"), SQL("k.paid_on")),
        }

    @api.model
    def _days(self, begun, ended):
        """Whole days from one day to another, none when one of them is not known; an earlier end counts as at once."""
        return SQL("CASE WHEN %(e)s IS NOT NULL THEN GREATEST(0, %(e)s - %(b)s) END", b=begun, e=ended)
