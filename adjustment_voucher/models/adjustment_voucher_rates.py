"""The rates of many days in one look: each what ``_get_rate`` gives for its day."""

from odoo import api, models
from odoo.tools import SQL

from .adjustment_voucher_line_terms import fraction


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    @api.model
    def _get_rates_of(self, currencies, target, company, days):
        """:param days: dates
        :return: {(currency id, day): units of ``target`` for one of the currency, 0 where one has no rate on that day}
        """
        both, days = currencies | target, sorted(days)
        if not (currencies and days):
            return {}
        found = self._read_rates(both, company, days)
        return {
            (currency.id, day): self._get_rate_between(found[currency.id, day], found[target.id, day])
            for currency in currencies
            for day in days
        }

    @api.model
    def _get_rate_between(self, own, target):
        """As ``_compute_current_rate`` of ``res.currency`` works out the inverse rate, to the last bit."""
        if not (own[1] and target[1]):
            return 0.0
        return 1 / ((own[0] or 1.0) / target[0])

    @api.model
    def _read_rates(self, currencies, company, days):
        """:return: {(currency id, day): (rate as Odoo looks it up, whether there is one on that day)}"""
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, d.day, COALESCE((%(last)s), (%(first)s), 1.0),
                          c.id = %(own)s OR EXISTS (SELECT FROM res_currency_rate k WHERE k.currency_id = c.id
                             AND k.name <= d.day AND (k.company_id IS NULL OR k.company_id = %(root)s))
                     FROM unnest(%(currencies)s::int[]) AS c(id) CROSS JOIN unnest(%(days)s::date[]) AS d(day)""",
                last=self._get_rate_query(company, until_day=True),
                first=self._get_rate_query(company, until_day=False),
                own=company.currency_id.id,
                root=company.root_id.id,
                currencies=currencies.ids,
                days=days,
            )
        )
        return {(currency, day): (rate, known) for currency, day, rate, known in rows}

    @api.model
    def _get_rate_query(self, company, until_day):
        """The queries of ``_get_rates`` of ``res.currency``, for a currency ``c`` and a day ``d``: the last rate until that
        day, or the first of all."""
        rates = self.env["res.currency.rate"].with_company(company)
        query = rates._search([("company_id", "in", (False, company.root_id.id))])
        currency, name, owner = (
            rates._field_to_sql(query.table, column) for column in ("currency_id", "name", "company_id")
        )
        query.add_where(SQL("%s = c.id", currency))
        if until_day:
            query.add_where(SQL("%s <= d.day", name))
        query.order = SQL("%s, %s DESC" if until_day else "%s, %s ASC", owner, name)
        query.limit = 1
        return query.select(rates._field_to_sql(query.table, "rate"))


def between_units(rate, own, target):
    """Units of one currency for a unit of the other, as a Fraction."""
    return fraction(rate) * fraction(own.rounding) / fraction(target.rounding)
