"""The applications of a voucher: what was put on what, written down for good."""

from odoo import models
from odoo.tools import groupby

from .. import exchange
from ..entry import booked_parts
from .adjustment_voucher_line import money
from .adjustment_voucher_rates import between_units
from .rows import fits, insert

DEDUCTIONS = {"discount": "discount_amount", "write_off": "write_off_amount"}
# An application with all its columns, whatever kind it is.
ALLOCATION = {
    "credit_move_line_id": None,
    "debit_move_line_id": None,
    "amount": 0.0,
    "credit_amount": 0.0,
    "debit_amount": 0.0,
    "discount_amount": 0.0,
    "write_off_amount": 0.0,
    "credit_value": 0.0,
    "debit_value": 0.0,
    "exchange_amount": 0.0,
    "exchange_standard": 0.0,
}


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _record(self, booked):
        """:param booked: entry.Entry that this voucher booked"""
        self._insert_allocations(self._prepare_allocations(booked))

    def _insert_allocations(self, rows):
        """:param rows: list of values of adjustment.allocation, those left out being nothing"""
        allocations = self.env["adjustment.allocation"]
        kept = {voucher.id: voucher._prepare_kept() for voucher in self}
        rows = [{**ALLOCATION, **kept[row["voucher_id"]], **row} for row in rows]
        if rows and fits(allocations, rows[0]):
            self.flush_recordset()
            insert(allocations, rows)
            self.invalidate_recordset(["allocation_ids"], flush=False)
        else:
            allocations.sudo().create(rows)  # nobody has the right to create these by hand

    def _prepare_kept(self):
        """What an application says of its voucher."""
        return {
            "state": "authorized",
            "company_id": self.company_id.id,
            "date": self.date,
            "currency_id": self.currency_id.id,
        }

    def _prepare_allocations(self, booked, rates=None):
        """Deductions stand with the first application of their item; an item that nothing paid has one of its own.

        :param rates: as for ``_get_standard``, of many vouchers
        """
        by_key, rows, deducted = {item.key: item for item in booked.items}, [], set()
        rates = {} if rates is None else rates
        for pair in booked.pairs:
            debit = by_key[pair.debit]
            row = self._prepare_allocation(pair, by_key[pair.credit], debit, rates)
            rows.append(row if debit.key in deducted else {**row, **self._prepare_deducted(debit)})
            deducted.add(debit.key)
        return rows + [self._prepare_unpaired(item) for item in booked.items if not item.paid]

    def _prepare_allocation(self, pair, credit, debit, rates):
        currency, company = self.env["res.currency"].browse, self.company_currency_id
        return {
            "voucher_id": self.id,
            "credit_move_line_id": pair.credit,
            "debit_move_line_id": pair.debit,
            "amount": money(pair.amount, self.currency_id),
            "credit_amount": money(pair.credit_amount, currency(credit.currency)),
            "debit_amount": money(pair.debit_amount, currency(debit.currency)),
            "credit_value": money(pair.credit_share, company),
            "debit_value": money(pair.debit_share, company),
            "exchange_amount": money(pair.exchange, company),
            "exchange_standard": self._get_standard(pair, currency(debit.currency), rates),
        }

    def _prepare_deducted(self, item):
        own = self.env["res.currency"].browse(item.currency)
        parts = groupby((part for part in item.deductions if part.kind in DEDUCTIONS), lambda part: part.kind)
        return {DEDUCTIONS[kind]: money(sum(part.amount for part in found), own) for kind, found in parts}

    def _prepare_unpaired(self, item):
        """What was closed without the other side: written off, charged back or transferred as a whole."""
        return {
            "voucher_id": self.id,
            f"{item.side}_move_line_id": item.key,
            f"{item.side}_value": money(sum(booked_parts(item)), self.company_currency_id),
            **self._prepare_deducted(item),
        }

    def _get_standard(self, pair, own, rates):
        """What the debit's own currency gained or lost of the exchange of a pair.

        :param own: currency of the debit
        :param rates: {(currency id, company id, day): rate between units}, filled as they are needed
        """
        company = self.company_currency_id
        if own == company or not pair.exchange:
            return 0.0
        key = (own.id, self.company_id.id, self.value_date or self.date)
        if key not in rates:
            rate = self.env["adjustment.voucher.line"]._get_rate(own, company, self.company_id, key[2])
            rates[key] = between_units(rate, own, company)
        parts = exchange.realized_parts(pair.credit_share, pair.debit_share, pair.debit_amount, rates[key])
        return money(parts.standard, company)

    def _get_standard_rates(self, decided):
        """The rates for ``_get_standard`` of many vouchers, in one look for each company.

        :param decided: {voucher: entry.Entry}
        """
        rates, browse = {}, self.env["res.currency"].browse
        for company, vouchers in self.grouped("company_id").items():
            target = company.currency_id
            paired = [voucher for voucher in vouchers if any(pair.exchange for pair in decided[voucher].pairs)]
            used = {item.currency for one in paired for item in decided[one].items} - {target.id}
            days = {voucher.value_date or voucher.date for voucher in paired}
            found = self.env["adjustment.voucher.line"]._get_rates_of(browse(used), target, company, days)
            for (own, day), rate in found.items():
                rates[own, company.id, day] = between_units(rate, browse(own), target)
        return rates
