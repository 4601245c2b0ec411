"""What the dashboard reads of the ages and weeks kept per customer."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ... import metrics
from .credit_account_aging import AGED, COUNTED, EXPECTED, KEYS

SUMS = (*AGED, *COUNTED, "credits_open", "credits_count", *EXPECTED)


@dataclass(frozen=True)
class Kept:
    """Sums over the customers of one legal entity whose weeks are counted from one Monday."""

    company_id: int
    weeks_from: object  # date
    credits_since: object  # date or None
    sums: dict  # column -> amount


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    @api.model
    def _are_whole_entities(self, filters):
        """Whether all branches of the legal entities are looked at: ages are kept per legal entity."""
        companies = self._companies(filters)
        # sudo: whether there is a branch that the user has not chosen
        return (
            not self.env["res.company"]
            .sudo()
            .search_count([("id", "child_of", companies.root_id.ids), ("id", "not in", companies.ids)], limit=1)
        )

    @api.model
    def _read_kept(self, filters):
        """:return: (list of Kept, as ``_read_nobody``)"""
        domain = self._accounts_domain(filters) & (
            Domain("aging_until", "!=", False) | Domain("aging_older", "!=", 0) | Domain("credits_count", "!=", 0)
        )
        query = self.env["credit.account"].with_context(active_test=False)._search(domain)
        grouped = [SQL.identifier("credit_account", name) for name in ("company_id", "expected_from")]
        query.groupby = SQL(", ").join(grouped)
        sums = [SQL("COALESCE(SUM(%s), 0)", SQL.identifier("credit_account", name)) for name in SUMS]
        rows = self.env.execute_query(query.select(*grouped, SQL("MIN(credit_account.credits_since)"), *sums))
        kept = [
            Kept(company_id, monday, since, dict(zip(SUMS, amounts, strict=True)))
            for company_id, monday, since, *amounts in rows
        ]
        return kept, [] if filters.of_customers else self._read_nobody(filters)

    @api.model
    def _read_nobody(self, filters):
        """The few items that name no customer.

        :return: list of (side, bucket, day expected, amount, documents, first date)
        """
        return self.env["credit.open.item"]._read_group(
            list(self._items_domain(filters) & Domain("contact_id", "=", False)),
            ["side", "bucket", "expected_date:day"],
            [self._open_sum(filters), "__count", "date:min"],
        )

    @api.model
    def _ages_of(self, kept):
        """:return: as ``_read_ages``"""
        rows = [(side, bucket, *figures) for side, bucket, _day, *figures in kept[1]]
        for one in kept[0]:
            for key in KEYS:
                amount = self._in_own(one.company_id, one.sums[f"aging_{key}"])
                rows.append(("debit", key, amount, one.sums[f"aging_count_{key}"], False))
            credits = -self._in_own(one.company_id, one.sums["credits_open"])
            rows.append(("credit", "current", credits, one.sums["credits_count"], one.credits_since))
        return rows

    @api.model
    def _expected_of(self, kept):
        """What is owed, by the week in which it is expected; what should have come by now is expected this week.

        :return: tuple of (Monday, amount)
        """
        monday, found = metrics.week_of(fields.Date.today()), Counter()
        for side, _bucket, day, amount, *_rest in kept[1]:
            if side == "debit":
                found[metrics.week_of(fields.Date.to_date(day))] += amount
        for one in kept[0]:
            for week, name in enumerate(EXPECTED):
                expected = max(one.weeks_from + timedelta(weeks=week), monday)
                found[expected] += self._in_own(one.company_id, one.sums[name])
        return tuple(found.items())
