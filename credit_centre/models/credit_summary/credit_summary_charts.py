"""The charts: labels, values and texts, ready to draw."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ... import metrics
from ...aging import BUCKETS
from .credit_account_aging import WEEKS

LARGEST = 10
TONES = {"current": "good", "1_30": "info", "31_60": "warning", "61_90": "warning", "older": "danger"}


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    @api.model
    def _charts(self, filters, ledger):
        charts = [self._aging_chart(filters, ledger), self._months_chart(filters, ledger)]
        if filters.as_of or filters.currency_id:
            return charts
        return [*charts, self._largest_chart(filters), self._cash_chart(filters, ledger)]

    @api.model
    def _chart(self, key, label, kind, labels, series, actions=None, empty=None):
        return {
            "key": key,
            "label": label,
            "type": kind,
            "labels": labels,
            "series": series,
            "actions": actions or [False] * len(labels),
            "empty": empty or self.env._("Nothing to show yet"),
        }

    @api.model
    def _amount_series(self, filters, label, units, tone="info", axis="left"):
        amounts = [self._money(filters, one) for one in units]
        return {
            "label": label,
            "values": amounts,
            "texts": [self._amount_text(filters, amount) for amount in amounts],
            "tone": tone,
            "axis": axis,
        }

    @api.model
    def _aging_chart(self, filters, ledger):
        names = dict(self.env["credit.open.item"]._fields["bucket"]._description_selection(self.env))
        domain = self._items_domain(filters) & Domain("side", "=", "debit")
        keys = [bucket.key for bucket in BUCKETS]
        series = self._amount_series(
            filters, self.env._("Owed to us"), [ledger.sums.get(("debit", key), 0) for key in keys]
        )
        series["tones"] = [TONES[key] for key in keys]
        actions = [
            self._records_action(
                names[key], "credit.open.item", domain & Domain("bucket", "=", key), views=("list", "pivot")
            )
            for key in keys
        ]
        return self._chart(
            "aging", self.env._("Age of What Is Owed"), "bar", [names[key] for key in keys], [series], actions
        )

    @api.model
    def _months_chart(self, filters, ledger):
        day = filters.as_of or fields.Date.today()
        months = metrics.by_month(ledger.movements, ledger.total(), day)
        days = [None if month.dso is None else round(float(month.dso), 1) for month in months]
        dso = {
            "label": self.env._("Days sales outstanding"),
            "values": days,
            "texts": ["–" if one is None else self.env._("%s days", self._number_text(one)) for one in days],
            "tone": "warning",
            "axis": "right",
        }
        series = [
            self._amount_series(filters, self.env._("Collected"), [month.collected for month in months], tone="good"),
            self._amount_series(filters, self.env._("Invoiced"), [month.sales for month in months]),
            dso,
        ]
        labels = [format_date(self.env, month.first, date_format="MMM yy") for month in months]
        return self._chart(
            "months", self.env._("Twelve Months: Invoiced, Collected, Days Outstanding"), "combined", labels, series
        )

    @api.model
    def _largest_chart(self, filters):
        domain = self._accounts_domain(filters) & Domain("exposure", ">", 0)
        accounts = self.env["credit.account"].search_fetch(
            list(domain),
            ["partner_id", "exposure", "effective_limit", "has_limit", "company_id"],
            order="exposure desc, id",
            limit=LARGEST,
        )
        inside = [self._units(filters, self._in_own(account.company_id.id, account.exposure)) for account in accounts]
        limits = [
            self._units(
                filters, self._in_own(account.company_id.id, account.effective_limit if account.has_limit else 0)
            )
            for account in accounts
        ]
        limit = self._amount_series(filters, self.env._("Limit"), limits, tone="muted")
        limit["texts"] = [
            text if account.has_limit else self.env._("no limit")
            for account, text in zip(accounts, limit["texts"], strict=True)
        ]
        actions = [
            {
                "type": "ir.actions.act_window",
                "res_model": "credit.account",
                "res_id": account.id,
                "views": [(False, "form")],
            }
            for account in accounts
        ]
        return self._chart(
            "largest",
            self.env._("Exposure and Limit of the Largest Customers"),
            "horizontal",
            [self._limit_label(account) for account in accounts],
            [self._amount_series(filters, self.env._("Exposure"), inside), limit],
            actions,
        )

    @api.model
    def _limit_label(self, account):
        """No limit and a limit of zero have the same bar: none."""
        if account.has_limit:
            return account.display_name
        return self.env._("%s (no limit)", account.display_name)

    @api.model
    def _cash_chart(self, filters, ledger):
        """What is owed, in the week in which each customer will probably pay it."""
        today = fields.Date.today()
        domain = self._items_domain(filters) & Domain("residual", ">", 0)
        domain &= Domain("expected_date", "<", metrics.week_of(today) + timedelta(weeks=WEEKS))
        weeks = {metrics.week_of(today) + timedelta(weeks=number): 0 for number in range(WEEKS)}
        expected = self._read_expected(filters, domain) if ledger.expected is None else ledger.expected
        for day, total in expected:
            if metrics.week_of(day) in weeks:
                weeks[metrics.week_of(day)] += self._units(filters, total)
        actions = [
            self._records_action(
                self.env._("Expected in the week of %s", format_date(self.env, week)),
                "credit.open.item",
                domain & Domain("expected_date", ">=", week) & Domain("expected_date", "<", week + timedelta(weeks=1)),
                views=("list", "pivot"),
            )
            for week in weeks
        ]
        return self._chart(
            "cash",
            self.env._("Expected Receipts per Week (Late Ones in the First)"),
            "bar",
            [format_date(self.env, week, date_format="d MMM") for week in weeks],
            [self._amount_series(filters, self.env._("Expected"), weeks.values(), tone="good")],
            actions,
        )

    @api.model
    def _read_expected(self, filters, domain):
        """What is owed, by the day on which it is expected.

        :return: list of (day, amount)
        """
        if filters.of_customers or len(self._companies(filters).root_id) > 1:
            items = self.env["credit.open.item"]
            return items._read_group(list(domain), ["expected_date:day"], [self._open_sum(filters)])
        return self.env.execute_query(self._expected_query(self._companies(filters)))

    @api.model
    def _expected_query(self, companies):
        """The same for all customers of one legal entity: the few delays are looked up once, not item by item."""
        return SQL(
            """SELECT GREATEST(COALESCE(l.date_maturity, l.date) + COALESCE(late.days, 0), %(today)s::date), SUM(l.amount_residual)
                 FROM account_move_line l
            LEFT JOIN (SELECT p.id, ROUND(a.days_late)::int AS days
                         FROM credit_account a JOIN res_partner p ON p.commercial_partner_id = a.partner_id
                        WHERE a.company_id = %(root)s AND a.days_late > 0) late ON late.id = l.partner_id
                WHERE %(open)s AND l.amount_residual > 0 AND l.company_id IN %(companies)s
             GROUP BY 1""",
            today=fields.Date.today(),
            root=companies.root_id.id,
            open=self.env["credit.open.item"]._where(),
            companies=tuple(companies.ids),
        )
