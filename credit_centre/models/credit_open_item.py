"""Open items as they stand today, or stood at the end of an earlier day: what every figure of the ledger is a sum of."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..aging import BUCKETS

AS_OF = "credit_as_of"
DAYS_LOOKED_FOR = 100_000  # more have no day in the calendar


class CreditOpenItem(models.Model):
    """One row per posted item of a trade receivable account that is open.

    The day looked at comes from the context (``credit_as_of``, an ISO date): a question, not a right. Items booked later
    and matches made later are left out. Without it the day is today and all that is booked counts.
    """

    _name = "credit.open.item"
    _inherit = "credit.ordered.choices"
    _description = "Open Item"
    _auto = False
    _order = "date_maturity, id"
    _rec_name = "move_name"
    _depends = {
        "account.move.line": ["account_id", "amount_currency", "amount_residual", "amount_residual_currency", "balance"]
        + ["date", "date_maturity", "move_id", "parent_state", "partner_id", "reconciled"],
        "account.move": ["move_type", "state"],
        "account.partial.reconcile": ["amount", "credit_amount_currency", "debit_amount_currency", "max_date"],
        "credit.account": ["company_id", "group_id", "partner_id", "user_id"],
        "res.partner": ["commercial_partner_id"],
    }

    move_line_id = fields.Many2one("account.move.line", "Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True)
    move_name = fields.Char("Number", readonly=True)
    ref = fields.Char("Reference", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, help="The company that owes.")
    contact_id = fields.Many2one("res.partner", "Contact", readonly=True)
    credit_account_id = fields.Many2one("credit.account", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    group_id = fields.Many2one("credit.group", "Shared Limit", readonly=True)
    company_id = fields.Many2one("res.company", "Company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", "Company Currency", readonly=True)
    currency_id = fields.Many2one("res.currency", "Currency", readonly=True)
    side = fields.Selection([("debit", "Owed to us"), ("credit", "Credit")], readonly=True)
    move_type = fields.Selection(
        lambda self: self.env["account.move"]._fields["move_type"]._description_selection(self.env),
        "Kind of Entry",
        readonly=True,
    )
    date = fields.Date(readonly=True)
    date_maturity = fields.Date("Due", readonly=True)
    expected_date = fields.Date(
        "Expected",
        readonly=True,
        help="Due date and the days by which this customer usually pays late; today at the earliest.",
    )
    days_past_due = fields.Integer(readonly=True, aggregator=None)
    bucket = fields.Selection(
        [
            ("current", "Not yet due"),
            ("1_30", "1 to 30 days"),
            ("31_60", "31 to 60 days"),
            ("61_90", "61 to 90 days"),
            ("older", "More than 90 days"),
        ],
        "Past Due by",
        readonly=True,
    )
    amount = fields.Monetary("Booked", currency_field="company_currency_id", readonly=True)
    residual = fields.Monetary("Open", currency_field="company_currency_id", readonly=True)
    residual_currency = fields.Monetary("Open in Its Currency", readonly=True)

    # ------------------------------------------------------------------ the day

    @api.model
    def _get_as_of(self):
        """The day looked at, None for today.

        :raise UserError: when the day is no date
        """
        text = self.env.context.get(AS_OF)
        if not text:
            return None
        try:
            day = fields.Date.to_date(text)
        except (TypeError, ValueError):
            day = None
        if not day:
            raise UserError(self.env._("To see the figures of a day, give a date like 2026-06-30, not %s.", text))
        return day if day < fields.Date.today() else None

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
        as_of = self._get_as_of()
        day = as_of or fields.Date.today()
        return SQL(
            """l.id, l.id AS move_line_id, l.move_id, l.move_name, l.ref, p.commercial_partner_id AS partner_id,
               l.partner_id AS contact_id, a.id AS credit_account_id, a.user_id, a.group_id, l.company_id,
               l.company_currency_id, l.currency_id, l.date, COALESCE(l.date_maturity, l.date) AS date_maturity,
               GREATEST(COALESCE(l.date_maturity, l.date) + %(late)s, %(day)s::date) AS expected_date,
               m.move_type, %(day)s::date - COALESCE(l.date_maturity, l.date) AS days_past_due, %(bucket)s AS bucket,
               CASE WHEN %(residual)s < 0 THEN 'credit' ELSE 'debit' END AS side, l.balance AS amount,
               %(residual)s AS residual, %(residual_currency)s AS residual_currency""",
            day=day,
            late=self._usual_delay(),
            bucket=bucket_case(SQL("(%s::date - COALESCE(l.date_maturity, l.date))", day)),
            residual=SQL("was.residual") if as_of else SQL("l.amount_residual"),
            residual_currency=SQL("was.residual_currency") if as_of else SQL("l.amount_residual_currency"),
        )

    @api.model
    def _usual_delay(self):
        """:return: SQL of the days by which the customer usually pays late, zero where nothing is known"""
        return SQL("COALESCE(ROUND(GREATEST(a.days_late, 0))::int, 0)")

    @api.model
    def _from(self):
        """Outer joins to what is there once: the database leaves out those that a sum does not need."""
        return SQL(
            """account_move_line l
     LEFT JOIN account_move m ON m.id = l.move_id
     LEFT JOIN res_partner p ON p.id = l.partner_id
     LEFT JOIN res_company c ON c.id = l.company_id
     LEFT JOIN credit_account a ON a.partner_id = p.commercial_partner_id
           AND a.company_id = split_part(c.parent_path, '/', 1)::int
            %s""",
            self._earlier(),
        )

    @api.model
    def _earlier(self):
        """What was open at the end of an earlier day: the item less what was matched up to then."""
        as_of = self._get_as_of()
        if not as_of:
            return SQL()
        return SQL(
            """CROSS JOIN LATERAL (
                SELECT l.balance - COALESCE(SUM(x.amount), 0) AS residual,
                       l.amount_currency - COALESCE(SUM(x.amount_currency), 0) AS residual_currency
                  FROM (SELECT r.amount, r.debit_amount_currency AS amount_currency FROM account_partial_reconcile r
                         WHERE r.debit_move_id = l.id AND r.max_date <= %(day)s
                     UNION ALL
                        SELECT -r.amount, -r.credit_amount_currency FROM account_partial_reconcile r
                         WHERE r.credit_move_id = l.id AND r.max_date <= %(day)s) x) was""",
            day=as_of,
        )

    @api.model
    def _where(self):
        as_of = self._get_as_of()
        still = SQL("l.reconciled IS NOT TRUE AND l.amount_residual <> 0")
        if as_of:
            still = SQL("l.date <= %s AND (was.residual <> 0 OR was.residual_currency <> 0)", as_of)
        return SQL("l.parent_state = 'posted' AND l.account_id IN (%s) AND %s", trade_accounts(), still)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Days past due are said as a day: there is an index of these."""
        return super()._search(Domain(domain).map_conditions(self._with_due_day), *args, **kwargs)

    @api.model
    def _with_due_day(self, condition):
        days = condition.value
        if condition.field_expr != "days_past_due" or condition.operator not in (">", ">=") or type(days) is not int:
            return condition
        if abs(days) > DAYS_LOOKED_FOR:
            return condition
        last = (self._get_as_of() or fields.Date.today()) - timedelta(days=days)
        return Domain("date_maturity", "<" if condition.operator == ">" else "<=", last)

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """A page in two steps: the rows wanted are found on the items alone, and only these are looked up in full."""
        if not limit:
            return super().search_fetch(domain, field_names, offset, limit, order)
        found = self.browse(
            self._search(domain, offset=offset, limit=limit, order=order or self._order).get_result_ids()
        )
        found.fetch(field_names)
        return found

    def _fetch_query(self, query, fields_to_fetch):
        """What was read for another day is no answer for this one."""
        seen = self.env.cr.cache.get("credit_open_item")
        if seen != (self._get_as_of(),):
            self.invalidate_model(flush=False)
            self.env.cr.cache["credit_open_item"] = (self._get_as_of(),)
        return super()._fetch_query(query, fields_to_fetch)

    # ------------------------------------------------------------------ buttons

    def action_open_document(self):
        """Open the invoice, receipt or entry of the item."""
        self.ensure_one()
        self.check_access("read")
        return self.move_line_id.action_credit_open_document()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # The first page of open items, in the order they are due, at a million of them.
    _credit_open_due_idx = models.Index(
        "(COALESCE(date_maturity, date), id)"
        " WHERE parent_state = 'posted' AND reconciled IS NOT TRUE AND amount_residual <> 0"
    )


def trade_accounts():
    """:return: SQL of the accounts on which customers owe: receivable, not marked as other than trade"""
    return SQL("SELECT id FROM account_account WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE")


def bucket_case(days):
    """:return: SQL of the key of the bucket that holds so many days past due"""
    ends = [SQL("WHEN %s <= %s THEN %s", days, bucket.last, bucket.key) for bucket in BUCKETS[:-1]]
    return SQL("CASE %s ELSE %s END", SQL(" ").join(ends), BUCKETS[-1].key)
