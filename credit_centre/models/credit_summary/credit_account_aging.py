"""What each customer owes by age, kept beside the other figures of the credit account: the dashboard then sums customers,
not items."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_hold.models.credit_mark import FRESH

from ...aging import BUCKETS
from ..credit_open_item import bucket_case, trade_accounts

DUE = SQL("COALESCE(l.date_maturity, l.date)")
KEYS = tuple(bucket.key for bucket in BUCKETS)
AGED = tuple(f"aging_{key}" for key in KEYS)
COUNTED = tuple(f"aging_count_{key}" for key in KEYS)
KEPT = (*AGED, *COUNTED, "credits_open", "credits_count", "credits_since", "aging_until")


class CreditAccount(models.Model):
    _inherit = "credit.account"

    aging_current = fields.Monetary("Not yet Due", readonly=True, prefetch="figures")
    aging_1_30 = fields.Monetary("1 to 30 Days Late", readonly=True, prefetch="figures")
    aging_31_60 = fields.Monetary("31 to 60 Days Late", readonly=True, prefetch="figures")
    aging_61_90 = fields.Monetary("61 to 90 Days Late", readonly=True, prefetch="figures")
    aging_older = fields.Monetary("More than 90 Days Late", readonly=True, prefetch="figures")
    aging_count_current = fields.Integer("Documents not yet Due", readonly=True, prefetch="figures")
    aging_count_1_30 = fields.Integer("Documents 1 to 30 Days Late", readonly=True, prefetch="figures")
    aging_count_31_60 = fields.Integer("Documents 31 to 60 Days Late", readonly=True, prefetch="figures")
    aging_count_61_90 = fields.Integer("Documents 61 to 90 Days Late", readonly=True, prefetch="figures")
    aging_count_older = fields.Integer("Documents More than 90 Days Late", readonly=True, prefetch="figures")
    credits_open = fields.Monetary("Credits Not Applied", readonly=True, prefetch="figures")
    credits_count = fields.Integer("Credits Not Applied (Documents)", readonly=True, prefetch="figures")
    credits_since = fields.Date("Oldest Credit Not Applied", readonly=True, prefetch="figures")
    aging_until = fields.Date("Ages Hold until", readonly=True, prefetch="figures")

    _by_aging_until = models.Index("(aging_until) WHERE aging_until IS NOT NULL")

    def init(self):
        """The first ages, for the accounts that were there before."""
        result = super().init()
        self.env.cr.execute("SELECT EXISTS (SELECT 1 FROM credit_account WHERE aging_current IS NULL)")
        if self.env.cr.fetchone()[0]:
            self._refresh_ages(SQL("SELECT partner_id, company_id FROM credit_account"))
        return result

    # ------------------------------------------------------------------ kept

    @api.model
    def _refresh(self, pairs):
        self._flush_sources()
        self._refresh_ages(pairs)
        return super()._refresh(pairs)

    @api.model
    def _refresh_stale(self):
        """Items grow older by themselves: accounts of which one enters the next bucket follow with the day."""
        today = fields.Date.today()
        looked = self.env.cr.precommit.data.get(FRESH) == today
        result = super()._refresh_stale()
        if not looked:
            self._refresh_aged(today)
        return result

    @api.model
    def _refresh_aged(self, today):
        self.env.cr.execute(SQL("SELECT EXISTS (SELECT 1 FROM credit_account WHERE aging_until < %s)", today))
        if self.env.cr.fetchone()[0]:
            self._check_cursor_writes()
            self._refresh_ages(SQL("SELECT partner_id, company_id FROM credit_account WHERE aging_until < %s", today))

    @api.model
    def _refresh_ages(self, pairs):
        """Write the ages of pairs to their accounts, in one statement.

        :param pairs: SQL of (partner_id, company_id)
        """
        columns = [SQL.identifier(name) for name in KEPT]
        self.env.cr.execute(
            SQL(
                """SET LOCAL jit = off;
                   UPDATE credit_account a SET %(assign)s FROM (%(ages)s) f
                    WHERE a.id = f.account_id AND (%(kept)s) IS DISTINCT FROM (%(fresh)s)""",
                assign=SQL(", ").join(SQL("%s = f.%s", column, column) for column in columns),
                ages=ages_query(pairs, fields.Date.today()),
                kept=SQL(", ").join(SQL("a.%s", column) for column in columns),
                fresh=SQL(", ").join(SQL("f.%s", column) for column in columns),
            )
        )
        self.invalidate_model([*KEPT], flush=False)


def ages_query(pairs, today):
    """:return: SQL of one row per account of the pairs: ``account_id`` and the kept columns"""
    return SQL(
        """SELECT own.id AS account_id, %(sums)s
             FROM (%(pairs)s) pair
             JOIN credit_account own ON own.partner_id = pair.partner_id AND own.company_id = pair.company_id
             JOIN res_company root ON root.id = pair.company_id
             JOIN res_company c ON c.id = root.id OR c.parent_path LIKE root.parent_path || '%%'
             JOIN res_partner p ON p.commercial_partner_id = pair.partner_id
        LEFT JOIN account_move_line l ON l.partner_id = p.id AND l.company_id = c.id AND l.parent_state = 'posted'
              AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0 AND l.account_id IN (%(accounts)s)
         GROUP BY own.id""",
        pairs=pairs,
        sums=SQL(", ").join([*_aged(today), *_credits(), _until(today)]),
        accounts=trade_accounts(),
    )


def _aged(today):
    """Amount and number of debits of each bucket."""
    bucket = bucket_case(SQL("(%s::date - %s)", today, DUE))
    for what, prefix in ((SQL("COALESCE(SUM(l.amount_residual)"), "aging_"), (SQL("(COUNT(l.id)"), "aging_count_")):
        ending = SQL(", 0)") if prefix == "aging_" else SQL(")")
        for key in KEYS:
            yield SQL(
                "%(what)s FILTER (WHERE l.amount_residual > 0 AND %(bucket)s = %(key)s)%(ending)s AS %(name)s",
                what=what,
                bucket=bucket,
                key=key,
                ending=ending,
                name=SQL.identifier(prefix + key),
            )


def _credits():
    return [
        SQL("-COALESCE(SUM(l.amount_residual) FILTER (WHERE l.amount_residual < 0), 0) AS credits_open"),
        SQL("COUNT(l.id) FILTER (WHERE l.amount_residual < 0) AS credits_count"),
        SQL("MIN(l.date) FILTER (WHERE l.amount_residual < 0) AS credits_since"),
    ]


def _until(today):
    """The last day on which every debit is still in its bucket."""
    lasts = [SQL("WHEN %s + %s >= %s THEN %s + %s", DUE, last, today, DUE, last) for last in _bucket_ends()]
    return SQL("MIN(CASE %s END) FILTER (WHERE l.amount_residual > 0) AS aging_until", SQL(" ").join(lasts))


def _bucket_ends():
    return [bucket.last for bucket in BUCKETS[:-1]]
