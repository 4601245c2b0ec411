"""Statements as ready texts, in the language at hand: the page, the mail, the portal and the spreadsheet show the same."""

import functools

from odoo import api, models
from odoo.tools import format_amount, format_date, get_lang

from odoo.addons.adjustment_voucher.models.adjustment_voucher_line import money

from ...aging import BUCKETS, days_past_due


class CreditStatementBook(models.AbstractModel):
    _inherit = "credit.statement.book"

    @api.model
    def _get_page(self, sections, kind, day, first=None, limit=None):
        """One customer's statement as texts.

        :param sections: list of statement.Section
        :param limit: at most so many rows of each currency, the last ones of a period, the oldest of open items
        :return: dict of what the templates show
        """
        return {
            "kind": kind,
            "title": self.env._("Statement of Account"),
            "period": self._get_period(kind, day, first),
            "sections": [self._get_section(section, kind, day, first, limit) for section in sections],
            "empty": self._get_empty(kind, day, first),
        }

    def _get_period(self, kind, day, first):
        if kind == "open":
            return self.env._("Open items on %s", format_date(self.env, day))
        return self.env._(
            "Transactions from %(first)s to %(day)s",
            first=format_date(self.env, first),
            day=format_date(self.env, day),
        )

    def _get_empty(self, kind, day, first):
        if kind == "open":
            return self.env._("Nothing is open on this account on %s.", format_date(self.env, day))
        return self.env._(
            "Nothing was booked on this account from %(first)s to %(day)s, and nothing was open before.",
            first=format_date(self.env, first),
            day=format_date(self.env, day),
        )

    def _get_section(self, section, kind, day, first, limit):
        currency = self.env["res.currency"].browse(section.currency)
        pairs = list(zip(section.rows, section.balances, strict=True))
        shown = pairs if limit is None else pairs[:limit] if kind == "open" else pairs[-limit:]
        as_row = self._row_maker(currency, kind, day)
        total = functools.partial(self._as_total, currency)
        summary = section.summary
        return {
            "currency": currency.name,
            "rows": [as_row(row, balance) for row, balance in shown],
            "hidden": len(pairs) - len(shown),
            "opening": total(section.opening),
            "opening_label": self.env._("Opening balance on %s", format_date(self.env, first)) if first else "",
            "closing": total(section.closing),
            "closing_label": self.env._("Closing balance on %s", format_date(self.env, day)),
            "aging": [
                {"key": key, "label": label, "amount": total(summary.aged[key]), "late": key != "current"}
                for key, label in self._get_bucket_labels().items()
            ],
            "owed": total(summary.owed),
            "credits": total(summary.credits) if summary.credits else "",
            "past_due": total(summary.past_due) if summary.past_due else "",
            "balance": total(summary.balance),
            "balance_label": self._get_balance_label(summary.balance),
        }

    def _get_balance_label(self, balance):
        return self.env._("In your favor") if balance < 0 else self.env._("To pay")

    def _as_total(self, currency, count):
        return format_amount(self.env, money(count, currency), currency)

    def _row_maker(self, currency, kind, day):
        """:return: function of a statement.Row and the balance after it, giving texts"""
        labels, amount = self._get_kind_labels(), self._amount_maker(currency)
        shown_date = functools.cache(lambda one: format_date(self.env, one))

        def texts(row, balance):
            late = days_past_due(row.due, day)
            return {
                "id": row.key,
                "move": row.move,
                "kind": row.kind,
                "label": labels[row.kind],
                "date": shown_date(row.date),
                "due": shown_date(row.due) if row.amount > 0 or kind == "open" else "",
                "days": str(late) if late > 0 and row.amount > 0 else "",
                "number": row.number,
                "reference": row.reference if row.reference != row.number else "",
                "debit": amount(row.amount) if row.amount > 0 else "",
                "credit": amount(-row.amount) if row.amount < 0 else "",
                "booked": amount(row.booked),
                "amount": amount(row.amount),
                "balance": amount(balance),
            }

        return texts

    def _amount_maker(self, currency):
        """:return: function of a count of units, giving the amount without symbol in the language at hand; thousands of
        rows call it, so that groups of three digits are written without Odoo's slower way"""
        lang = self.env["res.lang"].browse(get_lang(self.env).id)
        digits, unit = currency.decimal_places, currency.rounding
        if lang.grouping.replace(" ", "") not in ("[3,0]", "[3,3,0]"):
            return lambda count: lang.format(f"%.{digits}f", count * unit, grouping=True)
        signs = str.maketrans({",": lang.thousands_sep or "", ".": lang.decimal_point})
        return lambda count: f"{count * unit:,.{digits}f}".translate(signs)

    @api.model
    def _get_kind_labels(self):
        return {
            "invoice": self.env._("Invoice"),
            "credit_note": self.env._("Credit note"),
            "debit_note": self.env._("Debit note"),
            "receipt": self.env._("Payment"),
            "refund": self.env._("Refund"),
            "bill": self.env._("Bill"),
            "vendor_credit": self.env._("Vendor credit"),
            "entry": self.env._("Adjustment"),
            "settled": self.env._("Settled by another account or currency"),
        }

    @api.model
    def _get_bucket_labels(self):
        """The shared buckets in words."""
        labels = dict(self.env["credit.open.item"]._fields["bucket"]._description_selection(self.env))
        return {bucket.key: labels[bucket.key] for bucket in BUCKETS}
