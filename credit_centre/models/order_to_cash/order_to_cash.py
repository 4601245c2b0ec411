"""Every sales order on its way from quotation to money in the bank, with what needs a person first (S1.3 to S1.6)."""

from collections.abc import Collection

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...stages import EXCEPTIONS, urgency_of
from . import order_to_cash_sql as sql

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
# Set by ``_search`` alone: it chooses between two ways to the same rows, never what is found.
BY_ORDER = "order_to_cash_by_order"
FEW = 1000


class OrderToCash(models.Model):
    """One row per sales order. Stages and exceptions are those of ``stages.py``; amounts are in company currency."""

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
    def _table_query(self):
        return SQL(
            "SELECT %(select)s FROM %(tables)s WHERE %(where)s",
            select=self._select(),
            tables=self._from(),
            where=self._where(),
        )

    @api.model
    def _select(self):
        return SQL(", ").join(
            SQL("%s AS %s", expression, SQL.identifier(name)) for name, expression in self._columns().items()
        )

    @api.model
    def _columns(self):
        """:return: dict of column name -> SQL over the row ``o`` of the order"""
        today = SQL("%s::date", fields.Date.today())
        stage = sql.stage_case()
        invoiced, unpaid = sql.invoiced_part("amount_total_signed"), sql.invoiced_part("amount_residual_signed")
        return {
            **self._plain_columns(),
            **self._exception_columns(today),
            **self._date_columns(today, stage),
            "stage": stage,
            "is_open": sql.open_case(),
            "invoiced_amount": invoiced,
            "open_amount": unpaid,
            "paid_amount": SQL("%s - %s", invoiced, unpaid),
        }

    @api.model
    def _plain_columns(self):
        names = ("name", "partner_id", "client_order_ref", "user_id", "team_id", "company_id", "currency_id")
        return {
            "id": SQL("o.id"),
            "order_id": SQL("o.id"),
            **{
                name: SQL("o.%s", SQL.identifier(name))
                for name in (*names, "date_order", "credit_status", "invoice_status", "amount_total")
            },
            "commercial_partner_id": SQL("partner.commercial_partner_id"),
            "company_currency_id": SQL("c.currency_id"),
            "value": SQL(
                "ROUND((o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1))::numeric, cur.decimal_places)"
            ),
        }

    @api.model
    def _exception_columns(self, today):
        facts = sql.exception_facts(today, SQL("c.otc_invoice_days"))
        return {
            "exception": sql.exception_case(facts),
            "urgency": sql.exception_case(facts, urgency_of, 0),
        }

    @api.model
    def _date_columns(self, today, stage):
        paid_on = SQL("CASE WHEN NOT %s THEN %s END", sql.FACTS["unsettled"], sql.SETTLED_ON)
        since = sql.since_case(
            stage,
            sql.QUOTED_ON,
            sql.HELD_ON,
            sql.CONFIRMED_ON,
            sql.DELIVERY_BEGUN_ON,
            sql.DELIVERED_ON,
            sql.INVOICED_ON,
            paid_on,
        )
        return {
            "quoted_on": sql.QUOTED_ON,
            "confirmed_on": sql.CONFIRMED_ON,
            "delivered_on": sql.DELIVERED_ON,
            "invoiced_on": sql.INVOICED_ON,
            "due_on": sql.DUE_ON,
            "paid_on": paid_on,
            "since": since,
            "days": SQL("GREATEST(0, %s - %s)", today, since),
            "days_to_confirm": self._days(sql.QUOTED_ON, sql.CONFIRMED_ON),
            "days_to_deliver": self._days(sql.CONFIRMED_ON, sql.DELIVERED_ON),
            "days_to_invoice": self._days(SQL("COALESCE(%s, %s)", sql.DELIVERED_ON, sql.CONFIRMED_ON), sql.INVOICED_ON),
            "days_to_pay": self._days(sql.INVOICED_ON, paid_on),
            "days_to_cash": self._days(sql.CONFIRMED_ON, paid_on),
        }

    @api.model
    def _days(self, begun, ended):
        """Whole days from one day to another, none when one of them is not known; an earlier end counts as at once."""
        return SQL("CASE WHEN %(e)s IS NOT NULL THEN GREATEST(0, %(e)s - %(b)s) END", b=begun, e=ended)

    @api.model
    def _from(self):
        return SQL(
            """sale_order o
          JOIN res_company c ON c.id = o.company_id
          JOIN res_currency cur ON cur.id = c.currency_id
     LEFT JOIN res_partner partner ON partner.id = o.partner_id %s""",
            sql.fact_joins(SQL("%s::date", fields.Date.today()), bool(self.env.context.get(BY_ORDER))),
        )

    @api.model
    def _where(self):
        return SQL("TRUE")

    # ------------------------------------------------------------------ few rows or many

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Rows asked for by id are looked up order by order, all others out of the facts of all orders: the same rows."""
        by_order = _names_rows(domain)
        if by_order != bool(self.env.context.get(BY_ORDER)):
            self = self.with_context(**{BY_ORDER: by_order})
        return super()._search(domain, *args, **kwargs)

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """A page in two steps: the rows wanted are found first, and only these are looked up in full."""
        if not limit:
            return super().search_fetch(domain, field_names, offset, limit, order)
        found = self.browse(self._search(domain, offset=offset, limit=limit, order=order or self._order))
        found.fetch(field_names)
        return found


def _names_rows(domain):
    """:return: whether a domain is but a short list of ids"""
    parts = list(Domain(domain))
    if len(parts) != 1 or not isinstance(parts[0], tuple):
        return False
    field, operator, ids = parts[0]
    return field == "id" and operator == "in" and isinstance(ids, Collection) and len(ids) <= FEW
