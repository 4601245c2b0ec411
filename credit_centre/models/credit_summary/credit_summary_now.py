"""Tiles that are known as of now only: exposure, limits that end, held orders, promises."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .credit_summary_tiles import PERIOD

EXPIRING = 30  # days ahead in which limits that end are shown


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    @api.model
    def _account_tiles(self, filters):
        domain = self._accounts_domain(filters)
        exposed = domain & Domain("exposure", "!=", 0)
        expiring = domain & self._expiring_domain()
        total, count, over, ending = self._sum_accounts(filters, domain)
        return [
            self._amount_tile(
                filters,
                "exposure",
                self.env._("Exposure"),
                total,
                "credit.account",
                exposed,
                note=self.env._("%(count)s customers, %(over)s at or over their limit", count=count, over=over),
                tone="warning" if over else "normal",
                help=self.env._("Receivable and confirmed orders that are not invoiced yet."),
            ),
            self._count_tile(
                "expiring",
                self.env._("Limits Expiring"),
                ending,
                "credit.account",
                expiring,
                self.env._("in the next %s days", EXPIRING),
            ),
        ]

    @api.model
    def _sum_accounts(self, filters, domain):
        """Exposure, customers with exposure, those at their limit and those whose limit ends soon, in one query.

        :return: (units, count, count, count)
        """
        looked_at = domain & (Domain("exposure", "!=", 0) | self._expiring_domain())
        query = self.env["credit.account"]._search(looked_at)
        query.groupby = SQL("credit_account.company_id")
        rows = self.env.execute_query(query.select(*self._account_sums()))
        return (
            sum(self._units(filters, self._in_own(company, total)) for company, total, *_counts in rows),
            *(sum(row[place] for row in rows) for place in (2, 3, 4)),
        )

    @api.model
    def _account_sums(self):
        today = fields.Date.today()
        return (
            SQL("credit_account.company_id"),
            SQL("COALESCE(SUM(credit_account.exposure), 0)"),
            SQL("COUNT(*) FILTER (WHERE credit_account.exposure <> 0)"),
            SQL(
                "COUNT(*) FILTER (WHERE credit_account.has_limit AND credit_account.headroom <= 0"
                " AND credit_account.exposure > 0)"
            ),
            SQL(
                """COUNT(*) FILTER (
                    WHERE (credit_account.temporary_limit > 0 AND credit_account.temporary_until BETWEEN %(first)s AND %(last)s)
                       OR (credit_account.insured_amount > 0 AND credit_account.insured_until BETWEEN %(first)s AND %(last)s))""",
                first=today,
                last=today + timedelta(days=EXPIRING),
            ),
        )

    @api.model
    def _expiring_domain(self):
        """Accounts whose temporary limit or insurance ends soon."""
        today = fields.Date.today()
        soon = today + timedelta(days=EXPIRING)
        return Domain.OR(
            Domain(name, ">=", today) & Domain(name, "<=", soon) & Domain(amount, ">", 0)
            for name, amount in (("temporary_until", "temporary_limit"), ("insured_until", "insured_amount"))
        )

    @api.model
    def _in_own(self, company_id, amount):
        """An amount of a legal entity in the currency of the company at hand."""
        own, company = self.env.company.currency_id, self.env["res.company"].browse(company_id)
        if company.currency_id == own:
            return amount or 0
        return company.currency_id._convert(amount or 0, own, company, fields.Date.today())

    @api.model
    def _count_tile(self, key, label, count, model, domain, note):
        return self._tile(
            key,
            label,
            self._number_text(count, digits=0),
            value=float(count),
            note=note,
            tone="warning" if count else "normal",
            model=model,
            domain=self._plain(domain),
            action=self._records_action(label, model, domain),
        )

    @api.model
    def _hold_tiles(self, filters):
        domain = Domain("state", "=", "held") & self._of_accounts_domain(filters)
        holds = self.env["credit.hold"]
        ((total, count),) = holds._read_group(list(domain), [], ["order_amount:sum_currency", "__count"])
        return [
            self._amount_tile(
                filters,
                "held",
                self.env._("Held Orders"),
                self._units(filters, total),
                "credit.hold",
                domain,
                note=self.env._("%s orders wait for a decision", count),
                tone="warning" if count else "good",
            )
        ]

    @api.model
    def _of_accounts_domain(self, filters):
        """Records of the credit accounts looked at."""
        domain = Domain("company_id", "in", self._companies(filters).root_id.ids)
        if filters.of_customers:
            domain &= Domain("account_id", "any", list(self._accounts_domain(filters)))
        return domain

    @api.model
    def _promise_tiles(self, filters):
        """Promises to pay that are awaited, and those broken in the period."""
        since = fields.Date.today() - timedelta(days=PERIOD)
        of_customers = self._of_accounts_domain(filters)
        domains = {
            "open": of_customers & Domain("state", "=", "open"),
            "broken": of_customers & Domain("state", "=", "broken") & Domain("decided_on", ">=", since),
        }
        amount = self._sum_of(filters, "amount_company")
        rows = self.env["credit.promise"]._read_group(list(Domain.OR(domains.values())), ["state"], [amount, "__count"])
        sums = {state: (self._units(filters, total), count) for state, total, count in rows}
        return [
            self._promise_tile(filters, "promised", self.env._("Promised"), domains["open"], sums.get("open", (0, 0))),
            self._promise_tile(
                filters, "broken", self.env._("Broken Promises"), domains["broken"], sums.get("broken", (0, 0))
            ),
        ]

    @api.model
    def _promise_tile(self, filters, key, label, domain, found):
        total, count = found
        broken = key == "broken"
        note = self.env._("%(count)s in %(days)s days", count=count, days=PERIOD) if broken else False
        return self._amount_tile(
            filters,
            key,
            label,
            total,
            "credit.promise",
            domain,
            note=note or self.env._("%s awaited", count),
            tone="danger" if broken and count else "normal",
        )
