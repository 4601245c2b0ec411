"""The tiles: each value is the sum over the domain it opens."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ... import metrics

PERIOD = 90  # days over which sales and collections are measured
# Sales journals hold invoices, credit notes and debit notes; bank and cash journals what came in and went out.
KINDS = {"sale": "sale", "bank": "receipt", "cash": "receipt", "credit": "receipt"}


@dataclass(frozen=True)
class Ledger:
    """The open items looked at, summed by side and age, and what moved the receivable; amounts in smallest units."""

    sums: dict  # (side, bucket) -> units
    counts: dict  # (side, bucket) -> documents
    oldest_credit: object  # date or False
    movements: tuple
    expected: tuple | None = None  # of (Monday of a week, amount), where kept

    def total(self, side=None, late=None):
        return sum(
            units
            for (one, bucket), units in self.sums.items()
            if side in (None, one) and late in (None, bucket != "current")
        )

    def count(self, side=None, late=None):
        return sum(
            number
            for (one, bucket), number in self.counts.items()
            if side in (None, one) and late in (None, bucket != "current")
        )


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    # ------------------------------------------------------------------ gather

    @api.model
    def _gather_ledger(self, filters):
        kept = self._read_kept(filters) if filters.is_kept else None
        rows = self._ages_of(kept) if kept else self._read_ages(filters)
        sums, counts = Counter(), Counter()
        for side, bucket, amount, documents, _first in rows:
            sums[side, bucket] += self._units(filters, amount)
            counts[side, bucket] += documents
        return Ledger(
            sums=sums,
            counts=counts,
            oldest_credit=min((row[4] for row in rows if row[0] == "credit" and row[4]), default=False),
            movements=self._gather_movements(filters),
            expected=self._expected_of(kept) if kept else None,
        )

    @api.model
    def _read_ages(self, filters):
        """The open items themselves.

        :return: list of (side, bucket, amount, documents, first date)
        """
        return self.env["credit.open.item"]._read_group(
            list(self._items_domain(filters)),
            ["side", "bucket"],
            [self._open_sum(filters), "__count", "date:min"],
        )

    @api.model
    def _gather_movements(self, filters):
        """What moved the receivable since a year and a quarter ago, by day."""
        day = filters.as_of or fields.Date.today()
        domain = Domain("company_id", "in", self._companies(filters).ids) & self._movement_domain(filters)
        domain &= Domain("date", ">=", metrics.month_start(day, 14))
        if filters.currency_id:
            domain &= Domain("currency_id", "=", filters.currency_id)
        if filters.as_of:
            domain &= Domain("date", "<=", filters.as_of)
        amount = "amount_currency:sum" if filters.currency_id else self._sum_of(filters, "balance")
        rows = self._movements(filters)._read_group(list(domain), ["date:day", "journal_id.type"], [amount])
        return tuple(
            metrics.Movement(fields.Date.to_date(moved_on), KINDS.get(journal, "other"), self._units(filters, total))
            for moved_on, journal, total in rows
        )

    @api.model
    def _movements(self, filters):
        """Where movements are summed from: kept sums, or the items of some customers."""
        self.env.flush_all()  # the database follows what is stored
        name = "account.move.line" if filters.of_customers else "credit.movement"
        # sudo: the rule for readers looks up the entry of each item; all these are customers' items of companies at hand
        return self.env[name].sudo()

    @api.model
    def _movement_domain(self, filters):
        """Posted items of the trade receivable accounts, of the customers looked at."""
        domain = Domain("account_id.account_type", "=", "asset_receivable") & Domain("account_id.non_trade", "=", False)
        if filters.of_customers:
            domain &= Domain("parent_state", "=", "posted") & Domain("partner_id", "in", self._contacts(filters))
        return domain

    @api.model
    def _contacts(self, filters):
        """:return: SQL of the customers looked at, with their contacts: looked up by the database, however many"""
        query = self.env["credit.account"].with_context(active_test=False)._search(self._accounts_domain(filters))
        customers = query.select(SQL.identifier(query.table, "partner_id"))
        return SQL("(SELECT id FROM res_partner WHERE commercial_partner_id IN (%s))", customers)

    # ------------------------------------------------------------------ tiles

    @api.model
    def _tiles(self, filters, ledger):
        tiles = self._ledger_tiles(filters, ledger) + self._metric_tiles(filters, ledger)
        if filters.as_of or filters.currency_id:
            return tiles  # the others are known as of now and in the company's currency
        return tiles + self._account_tiles(filters) + self._hold_tiles(filters) + self._promise_tiles(filters)

    @api.model
    def _tile(self, key, label, text, **values):
        blank = {"value": None, "note": "", "tone": "normal", "model": False, "domain": [], "action": False, "help": ""}
        return {"key": key, "label": label, "text": text, **blank, **values}

    @api.model
    def _amount_tile(self, filters, key, label, units, model, domain, **values):
        amount = self._money(filters, units)
        return self._tile(
            key,
            label,
            self._amount_text(filters, amount),
            value=amount,
            currency=self._currency(filters).name,
            model=model,
            domain=self._plain(domain),
            action=self._records_action(label, model, domain, **values.pop("options", {})),
            **values,
        )

    @api.model
    def _records_action(self, name, model, domain, views=("list", "form"), context=None):
        day = self.env.context.get("credit_as_of")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(name)s on %(day)s", name=name, day=day) if day else name,
            "res_model": model,
            "views": [(False, view) for view in views],
            "domain": self._plain(domain),
            "context": {"create": False, **({"credit_as_of": day} if day else {}), **(context or {})},
        }

    @api.model
    def _plain(self, domain):
        """A domain as it can travel: dates as texts."""
        return [self._plain_leaf(leaf) for leaf in domain]

    @api.model
    def _plain_leaf(self, leaf):
        if isinstance(leaf, str):
            return leaf
        name, operator, value = leaf
        return (name, operator, fields.Date.to_string(value) if isinstance(value, date) else value)

    @api.model
    def _ledger_tiles(self, filters, ledger):
        documents = self.env._("%s open documents", ledger.count())
        domain, options = self._items_domain(filters), {"views": ("list", "pivot", "graph")}
        late = domain & Domain("side", "=", "debit") & Domain("days_past_due", ">", 0)
        credits = domain & Domain("side", "=", "credit")
        tile = self._amount_tile
        return [
            tile(
                filters,
                "receivable",
                self.env._("Receivable"),
                ledger.total(),
                "credit.open.item",
                domain,
                options=options,
                note=self.env._("%s, credits deducted", documents) if ledger.count("credit") else documents,
                help=self.env._("What customers owe, less credits that are not applied yet."),
            ),
            tile(
                filters,
                "overdue",
                self.env._("Overdue"),
                ledger.total("debit", late=True),
                "credit.open.item",
                late,
                options=options,
                tone="danger" if ledger.count("debit", late=True) else "good",
                note=self.env._("%s documents past due", ledger.count("debit", late=True)),
            ),
            self._credits_tile(filters, ledger, credits, options),
        ]

    @api.model
    def _credits_tile(self, filters, ledger, domain, options):
        day = filters.as_of or fields.Date.today()
        age = (day - ledger.oldest_credit).days if ledger.oldest_credit else 0
        note = self.env._("%(count)s credits, the oldest %(age)s days", count=ledger.count("credit"), age=age)
        return {
            **self._amount_tile(
                filters,
                "credits",
                self.env._("Credits Not Applied"),
                -ledger.total("credit"),
                "credit.open.item",
                domain,
                options=options,
                note=note if ledger.count("credit") else self.env._("All credits are applied"),
                tone="warning" if age > PERIOD else "normal",
            ),
            "sign": -1,  # credits stand as negative amounts in the open items
        }

    @api.model
    def _metric_tiles(self, filters, ledger):
        day = filters.as_of or fields.Date.today()
        start = day - timedelta(days=PERIOD)
        sales = metrics.sold_between(ledger.movements, start, day)
        receivable = ledger.total()
        current = max(0, receivable - ledger.total("debit", late=True))  # credits lower what is not yet due
        beginning = metrics.receivable_after(receivable, ledger.movements, start)
        dso = metrics.days_sales_outstanding(receivable, sales, PERIOD)
        best = metrics.best_possible_dso(current, sales, PERIOD)
        # where credits exceed what is owed, all of it is collected and not more
        index = metrics.collection_effectiveness(beginning, sales, max(0, receivable), current)
        return [
            self._days_tile("dso", self.env._("Days Sales Outstanding"), dso),
            self._days_tile("best_dso", self.env._("Best Possible DSO"), best),
            self._tile(
                "cei",
                self.env._("Collection Effectiveness"),
                "–" if index is None else f"{self._number_text(index)} %",
                value=None if index is None else float(index),
                note=self.env._("of what could be collected in %s days", PERIOD),
                tone="normal" if index is None or index >= 80 else "warning",
                help=self.env._("Collected in the period, in per cent of what was due to be collected."),
            ),
        ]

    @api.model
    def _days_tile(self, key, label, days):
        return self._tile(
            key,
            label,
            "–" if days is None else self.env._("%s days", self._number_text(days)),
            value=None if days is None else float(days),
            note=self.env._("on the sales of %s days", PERIOD),
        )
