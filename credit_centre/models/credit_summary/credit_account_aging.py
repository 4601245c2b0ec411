"""What each customer owes by age, and the weeks in which it will probably be paid, kept beside the other figures of the
credit account: the dashboard then sums customers, not items.

The weeks are counted from ``expected_from``, the Monday before they were written, so that nothing has to be written again
as weeks go by: whoever adds them up takes a week that has passed for this week. They reach further than is shown.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from odoo.addons.credit_hold.models.credit_mark import FRESH
from odoo.addons.credit_hold.models.figures_items import DUE

from ... import metrics
from ...aging import BUCKETS
from ..credit_open_item import bucket_case, trade_accounts

KEYS = tuple(bucket.key for bucket in BUCKETS)
AGED = tuple(f"aging_{key}" for key in KEYS)
COUNTED = tuple(f"aging_count_{key}" for key in KEYS)
WEEKS = 12  # shown: this week and those that follow
AHEAD = 16  # kept
EXPECTED = tuple(f"expected_{week}" for week in range(AHEAD))
CREDITS = ("credits_open", "credits_count", "credits_since")
KEPT = (*AGED, *COUNTED, *CREDITS, "aging_until", *EXPECTED, "expected_from", "expected_delay")
# The days by which the customer of an account ``own`` usually pays late.
DELAY = SQL("ROUND(GREATEST(own.days_late, 0))::int")


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

    expected_0 = fields.Monetary("Expected in Week 1", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_1 = fields.Monetary("Expected in Week 2", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_2 = fields.Monetary("Expected in Week 3", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_3 = fields.Monetary("Expected in Week 4", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_4 = fields.Monetary("Expected in Week 5", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_5 = fields.Monetary("Expected in Week 6", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_6 = fields.Monetary("Expected in Week 7", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_7 = fields.Monetary("Expected in Week 8", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_8 = fields.Monetary("Expected in Week 9", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_9 = fields.Monetary("Expected in Week 10", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_10 = fields.Monetary("Expected in Week 11", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_11 = fields.Monetary("Expected in Week 12", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_12 = fields.Monetary("Expected in Week 13", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_13 = fields.Monetary("Expected in Week 14", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_14 = fields.Monetary("Expected in Week 15", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_15 = fields.Monetary("Expected in Week 16", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_from = fields.Date("Weeks Counted from", readonly=True, prefetch=False, groups=NO_ACCESS)
    expected_delay = fields.Integer("Days of Delay Expected", readonly=True, prefetch=False, groups=NO_ACCESS)

    _by_aging_until = models.Index("(aging_until) WHERE aging_until IS NOT NULL")

    _by_expected_delay = models.Index("(id) WHERE expected_delay IS DISTINCT FROM ROUND(GREATEST(days_late, 0))::int")

    def init(self):
        """The first ages, for the accounts that were there before."""
        result = super().init()
        self.env.cr.execute("SELECT EXISTS (SELECT 1 FROM credit_account WHERE expected_delay IS NULL)")
        if self.env.cr.fetchone()[0]:
            self._refresh_ages(SQL("SELECT partner_id, company_id FROM credit_account"))
        return result

    # ------------------------------------------------------------------ kept

    @api.model
    def _refresh(self, pairs, touch=False):
        self._flush_sources()
        self._refresh_ages(pairs)
        return super()._refresh(pairs, touch=touch)

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
        """Accounts of which an item grew older than its bucket, or whose habit of paying late is another by now."""
        accounts = SQL("SELECT own.partner_id, own.company_id FROM credit_account own WHERE")
        older = SQL("%s own.aging_until < %s", accounts, today)
        other = SQL("%s own.expected_delay IS DISTINCT FROM %s", accounts, DELAY)
        self.env.cr.execute(SQL("SELECT EXISTS (%s) OR EXISTS (%s)", older, other))
        if self.env.cr.fetchone()[0]:
            self._check_cursor_writes()
            self._refresh_ages(SQL("%s UNION %s", older, other))

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
        "SELECT l.account_id, %(sums)s FROM (%(items)s OFFSET 0) l GROUP BY l.account_id",
        sums=SQL(", ").join([*_aged(), *_credits(), _until(today), *_expected(today)]),
        items=_items_query(pairs, today),
    )


def _items_query(pairs, today):
    """:return: SQL of the open items of the pairs, each with what it counts for; an account without any has one empty row"""
    monday = metrics.week_of(today)
    return SQL(
        """SELECT own.id AS account_id, l.id, l.amount_residual AS residual, l.date, %(due)s AS due, %(delay)s AS delay,
                  CASE WHEN l.amount_residual > 0 THEN %(bucket)s END AS bucket,
                  CASE WHEN l.amount_residual > 0 THEN GREATEST(%(due)s + %(delay)s - %(monday)s::date, 0) / 7 END AS week
             FROM (%(pairs)s) pair
             JOIN credit_account own ON own.partner_id = pair.partner_id AND own.company_id = pair.company_id
             JOIN res_company root ON root.id = pair.company_id
             JOIN res_company c ON c.id = root.id OR c.parent_path LIKE root.parent_path || '%%'
             JOIN res_partner p ON p.commercial_partner_id = pair.partner_id
        LEFT JOIN account_move_line l ON l.partner_id = p.id AND l.company_id = c.id AND l.parent_state = 'posted'
              AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0 AND l.account_id IN (%(accounts)s)""",
        pairs=pairs,
        due=DUE,
        delay=DELAY,
        bucket=bucket_case(SQL("(%s::date - %s)", today, DUE)),
        monday=monday,
        accounts=trade_accounts(),
    )


def _aged():
    """Amount and number of debits of each bucket."""
    for key in KEYS:
        name = SQL.identifier(f"aging_{key}")
        yield SQL("COALESCE(SUM(l.residual) FILTER (WHERE l.bucket = %s), 0) AS %s", key, name)
    for key in KEYS:
        yield SQL("COUNT(l.id) FILTER (WHERE l.bucket = %s) AS %s", key, SQL.identifier(f"aging_count_{key}"))


def _credits():
    return [
        SQL("-COALESCE(SUM(l.residual) FILTER (WHERE l.residual < 0), 0) AS credits_open"),
        SQL("COUNT(l.id) FILTER (WHERE l.residual < 0) AS credits_count"),
        SQL("MIN(l.date) FILTER (WHERE l.residual < 0) AS credits_since"),
    ]


def _until(today):
    """The last day on which every debit is still in its bucket, and the weeks reach as far as is shown."""
    lasts = [SQL("WHEN l.due + %s >= %s THEN l.due + %s", last, today, last) for last in _bucket_ends()]
    return SQL(
        "MIN(LEAST(CASE %s END, CASE WHEN l.week >= %s THEN %s::date END)) FILTER (WHERE l.residual > 0) AS aging_until",
        SQL(" ").join(lasts),
        AHEAD,
        metrics.week_of(today) + timedelta(weeks=AHEAD - WEEKS, days=6),
    )


def _expected(today):
    """Debits of each week in which they are expected, what was expected earlier with the first."""
    for week, name in enumerate(EXPECTED):
        yield SQL("SUM(l.residual) FILTER (WHERE l.week = %s) AS %s", week, SQL.identifier(name))
    yield SQL("%s::date AS expected_from", metrics.week_of(today))
    yield SQL("MAX(l.delay) AS expected_delay")


def _bucket_ends():
    return [bucket.last for bucket in BUCKETS[:-1]]
