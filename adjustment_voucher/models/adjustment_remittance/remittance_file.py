"""From the file to rows: nothing in it is run, and what can't be read is told row by row."""

import base64
import hashlib
import itertools
import json
import re
from decimal import Decimal, localcontext

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ... import remittance_columns, remittance_csv, remittance_read
from ...remittance_read import Unreadable, clean
from ..engine import engine
from .remittance_xlsx import xlsx_rows

SAMPLE = 6
COLUMNS = (
    "remittance_id", "company_id", "number", "cells", "receipt_text", "receipt_key", "document_text", "document_key",
    "payer_text", "date", "receipt_amount", "amount", "deduction", "currency_text", "currency_id", "unread", "status",
)  # fmt: skip


class AdjustmentRemittance(models.Model):
    _inherit = "adjustment.remittance"

    def _get_data(self):
        """:raise UserError: when there is no file, or it is too large"""
        if not self.file:
            raise UserError(self.env._("To check the remittance, choose its file first: CSV or XLSX."))
        data = base64.b64decode(self.with_context(bin_size=False).file)
        if len(data) > remittance_csv.MOST_BYTES:
            self._refuse_file(Unreadable("too_large", megabytes=remittance_csv.MOST_BYTES // 2**20))
        return data

    def _refuse_file(self, error):
        raise UserError(self.env["adjustment.remittance.message"]._file(self, error)) from error

    def _iterate(self, data):
        if data.startswith(b"PK\3\4"):
            return xlsx_rows(data, self.sheet or "")
        delimiter = {"tab": "\t", False: ""}.get(self.delimiter, self.delimiter)
        return remittance_csv.csv_rows(data, self.encoding or "", delimiter)

    # ------------------------------------------------------------------ the columns

    def _take_file(self):
        """Read the first rows of a new file, and say what its columns mean as far as that can be told."""
        for remittance in self:
            with engine():
                if not remittance.file:
                    remittance.write({"checksum": False, "column_ids": [Command.clear()]})
                    continue
                data = remittance._get_data()
                remittance.checksum = hashlib.sha256(data).hexdigest()
                rows = remittance._get_first_rows(data)
                remittance.header = remittance_columns.has_header(rows)
                if not remittance.template_id:
                    remittance.template_id = remittance._find_template(rows)
                remittance._take_template()
                remittance._set_columns(rows)

    def _read_again(self, vals):
        """The same file, read in another way."""
        for remittance in self.filtered("file"):
            with engine():
                if vals.get("template_id"):
                    remittance._take_template()
                remittance._set_columns(remittance._get_first_rows(remittance._get_data()))

    def _get_first_rows(self, data):
        try:
            rows = list(itertools.islice(self._iterate(data), SAMPLE))
        except Unreadable as error:
            self._refuse_file(error)
        while rows and not any(clean(cell) for cell in rows[-1]):
            rows.pop()
        width = max((place for row in rows for place, cell in enumerate(row, start=1) if clean(cell)), default=0)
        return [row[:width] for row in rows]  # spreadsheets fill their rows up with empty cells

    def _find_template(self, rows):
        """The layout whose columns have the names that the first row has."""
        names = [remittance_columns.plain(clean(cell)) for cell in rows[0]] if rows and self.header else []
        templates = self.env["adjustment.remittance.template"].search(
            [("company_id", "=", self.company_id.id)], order="write_date desc, id desc"
        )
        return templates.filtered(lambda one: any(names) and one._get_names() == names)[:1]

    def _take_template(self):
        if self.template_id:
            self.write(self.template_id._as_options())

    def _set_columns(self, rows):
        width = max(map(len, rows), default=0)
        names = [clean(cell) for cell in rows[0]] if rows and self.header else []
        roles = self._get_roles(names, width)
        shown = rows[1:] if self.header else rows
        columns = [
            {
                "position": place + 1,
                "name": names[place] if place < len(names) else "",
                "sample": " | ".join(filter(None, (clean(row[place]) for row in shown[:3] if place < len(row)))),
                "role": roles[place] or False,
            }
            for place in range(width)
        ]
        self.column_ids = [Command.clear(), *map(Command.create, columns)]

    def _get_roles(self, names, width):
        """By the layout: its columns by name, without names by place; else by what the names say."""
        own = self.template_id.column_ids
        if not own:
            return (remittance_columns.guess_roles(names) if names else []) + [""] * (width - len(names))
        by_name = {remittance_columns.plain(column.name): column.role for column in own if column.name}
        by_place = {column.position: column.role for column in own if not column.name}
        found = [by_name.get(remittance_columns.plain(name)) for name in names] + [None] * (width - len(names))
        return [role or by_place.get(place + 1) or "" for place, role in enumerate(found)]

    # ------------------------------------------------------------------ the rows

    def _read_rows(self):
        """All rows of the file as lines, also those that can't be read.

        :raise UserError: when the columns don't say what is needed
        """
        data, places = self._get_data(), self._get_places()
        self._drop_rows()
        reader = _Rows(self, places)
        try:
            rows = [values for values in map(reader.values, enumerate(self._iterate(data), start=1)) if values]
        except Unreadable as error:
            self._refuse_file(error)
        if not rows:
            self._refuse_file(Unreadable("empty"))
        self._insert_rows(rows)

    def _get_places(self):
        places = {}
        for column in self.column_ids.filtered("role"):
            if column.role in places:
                role = dict(column._fields["role"]._description_selection(self.env))[column.role]
                raise UserError(
                    self.env._("To check the remittance, let one column alone mean «%s»: two columns do.", role)
                )
            places[column.role] = column.position - 1
        if "receipt" not in places and not (self.single_receipt or "").strip():
            raise UserError(
                self.env._(
                    "To check the remittance, say which column names the receipt, or give the receipt of all rows: no"
                    " column means «Receipt: number or bank reference»."
                )
            )
        if "document" not in places:
            raise UserError(
                self.env._("To check the remittance, say which column names the invoice: none means «Invoice: number».")
            )
        if self.register and not self.journal_id:
            raise UserError(self.env._("To register new receipts, choose the bank journal they came in on."))
        return places

    def _drop_rows(self):
        """Nobody may delete a row by itself; what was read goes when it is read anew."""
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM adjustment_remittance_line WHERE remittance_id = %s", [self.id])
        self.env.invalidate_all(flush=False)

    def _insert_rows(self, rows):
        names = ", ".join((*COLUMNS, "create_uid", "create_date", "write_uid", "write_date"))
        stamp = (self.env.uid, self.env.cr.now()) * 2
        self.env.cr.execute_values(
            f"INSERT INTO adjustment_remittance_line ({names}) VALUES %s",
            [(*row, *stamp) for row in rows],
            page_size=2000,
        )
        self.env.invalidate_all(flush=False)


class _Rows:
    """Rows of cells as values of lines, in the order of COLUMNS."""

    def __init__(self, remittance, places):
        self.remittance, self.places = remittance, places
        self.single = clean(remittance.single_receipt or "")
        self.currencies = remittance.env["res.currency"]._get_by_names()
        self.currency = remittance.company_id.currency_id.id
        self.decimal, self.order = remittance.decimal, remittance.date_order

    def values(self, numbered):
        number, row = numbered
        if number == 1 and self.remittance.header or not any(clean(cell) for cell in row):
            return None
        unread = []
        receipt, document, payer, currency = (
            self._text(row, role) for role in ("receipt", "document", "payer", "currency")
        )
        receipt = receipt or self.single
        if not receipt:
            unread.append(["unread_receipt", ""])
        day = self._read(unread, row, "date", remittance_read.day, self.order)
        amounts = [
            self._read(unread, row, role, remittance_read.amount, self.decimal)
            for role in ("receipt_amount", "amount", "deduction")
        ]
        known = self.currencies.get(re.sub(r"[^0-9A-Z$€£¥]", "", currency.upper())) if currency else self.currency
        if currency and not known:
            unread.append(["unread_currency", currency])
        cells = json.dumps([clean(cell) for cell in row])
        return (
            self.remittance.id, self.remittance.company_id.id, number, cells,
            receipt, remittance_read.key(receipt), document, remittance_read.key(document), payer, day,
            *(_numeric(amount) for amount in amounts), currency, known, json.dumps(unread) if unread else None, "waiting",
        )  # fmt: skip

    def _text(self, row, role):
        place = self.places.get(role)
        return clean(row[place]) if place is not None and place < len(row) else ""

    def _read(self, unread, row, role, read, how):
        place = self.places.get(role)
        if place is None or place >= len(row):
            return None
        try:
            return read(row[place], how)
        except Unreadable as error:
            unread.append([f"unread_{role}", error.found or clean(row[place])])
            return None


def _numeric(amount):
    """A Fraction as PostgreSQL takes it exactly: what was read has at most nine decimals, or all that were typed."""
    if amount is None:
        return None
    with localcontext() as context:
        context.prec = 50
        return Decimal(amount.numerator) / Decimal(amount.denominator)


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    def _get_by_names(self):
        """:return: {code or sign: id} of the active ones; a sign that two have is none's"""
        found, active = {}, self.search([("active", "=", True)])
        for currency in active:
            for name in {currency.name.upper(), (currency.symbol or "").upper()} - {""}:
                found[name] = None if name in found else currency.id
        return found | {currency.name.upper(): currency.id for currency in active}
