"""What a remittance says: why a file can't be read, what is wrong with a row and what to do about it."""

from odoo import api, models
from odoo.tools import format_amount

from ... import remittance_csv


class AdjustmentRemittanceMessage(models.AbstractModel):
    _name = "adjustment.remittance.message"
    _description = "Sentences of the Remittance"

    # ------------------------------------------------------------------ the file

    @api.model
    def _file(self, remittance, error):
        """:param error: remittance_read.Unreadable
        :return: sentence"""
        sentences = {
            "encoding": self._encoding,
            "binary": self._not_a_table,
            "book": self._not_a_table,
            "bomb": self._bomb,
            "sheet": self._sheet,
            "too_many_rows": self._too_many_rows,
            "too_wide": self._too_wide,
            "too_large": self._too_large,
            "quotes": self._quotes,
            "empty": self._empty,
        }
        return sentences[error.code](remittance.file_name or self.env._("the file"), error)

    def _encoding(self, name, error):
        return self.env._(
            "To read %(file)s, choose another encoding: byte %(place)s is no letter in %(encoding)s.",
            file=name,
            place=f"{error.figures['place'] + 1:,}",
            encoding=error.found,
        )

    def _not_a_table(self, name, _error):
        return self.env._(
            "To read %s, save it as CSV or XLSX in your spreadsheet program: it is damaged, protected by a password, or"
            " another kind of file.",
            name,
        )

    def _bomb(self, name, error):
        return self.env._(
            "To read %(file)s, save the rows alone into a new workbook: unpacked, it has more than %(size)s MB.",
            file=name,
            size=error.figures["megabytes"],
        )

    def _sheet(self, name, error):
        return self.env._(
            "To read %(file)s, choose one of its sheets (%(sheets)s), or none for the first.",
            file=name,
            sheets=error.found,
        )

    def _too_many_rows(self, name, _error):
        return self.env._(
            "To read %(file)s, cut it into files of at most %(rows)s rows.",
            file=name,
            rows=f"{remittance_csv.MOST_ROWS:,}",
        )

    def _too_wide(self, name, _error):
        return self.env._(
            "To read %(file)s, choose what its columns are apart by, or leave columns away: a row has more than"
            " %(columns)s.",
            file=name,
            columns=remittance_csv.MOST_COLUMNS,
        )

    def _too_large(self, name, error):
        return self.env._(
            "To read %(file)s, cut it into files of at most %(size)s MB.", file=name, size=error.figures["megabytes"]
        )

    def _quotes(self, name, _error):
        return self.env._(
            "To read %s, look for a quotation mark that is opened and not closed: a cell never ends.", name
        )

    def _empty(self, name, _error):
        return self.env._("To read %s, choose a file with rows: this one has none.", name)

    # ------------------------------------------------------------------ the rows

    @api.model
    def _reason(self, line):
        """:return: what to do about a row, "" where there is nothing to do"""
        sentence = self._get_reasons(line).get(line.code)
        return sentence() if sentence else ""

    def _get_reasons(self, line):
        return {**self._cell_reasons(line), **self._receipt_reasons(line), **self._document_reasons(line)}

    def _cell_reasons(self, line):
        found = (line.unread or [["", ""]])[0][1]
        texts = {"text": found, "row": line.number}
        amount = self.env._(
            "Give the amount by hand, or choose how amounts look: «%(text)s» is no amount above zero that can be meant in"
            " one way only.",
            **texts,
        )
        return {
            "unread_receipt": lambda: self.env._("Choose the receipt, or leave the row out: it names none."),
            "unread_date": lambda: self.env._(
                "Give the day by hand, or choose how days look: «%s» is no day up to today.", found or line.date
            ),
            "unread_receipt_amount": lambda: amount,
            "unread_amount": lambda: amount,
            "unread_deduction": lambda: amount,
            "unread_currency": lambda: self.env._("Activate the currency, or leave the row out: «%s» is none.", found),
            "digits": lambda: self.env._(
                "Give the amounts by hand: %s has fewer decimals than the file.", line.currency_id.name
            ),
        }

    def _receipt_reasons(self, line):
        receipt, figure = line.credit_move_id.display_name or line.receipt_text, self._amount(line, line.figure)
        return {
            "receipt_missing": lambda: self.env._(
                "Choose the receipt, or let new receipts be registered: no posted receipt or credit is called «%s».",
                line.receipt_text,
            ),
            "receipt_choose": lambda: self.env._("Choose the receipt: several are called «%s».", line.receipt_text),
            "receipt_company": lambda: self.env._(
                "Import the row in %(company)s: the receipt «%(receipt)s» is there.",
                company=line.other_company_id.name,
                receipt=line.receipt_text,
            ),
            "receipt_used": lambda: self.env._("Leave the row out: nothing of %s is left to apply.", receipt),
            "receipt_claimed": lambda: self.env._(
                "Authorize or delete the other voucher first: it holds all of %s.", receipt
            ),
            "receipt_amount": lambda: self.env._(
                "Correct the receipt amount, or choose another receipt: the file says %(stated)s, and %(receipt)s has"
                " %(open)s open.",
                stated=self._amount(line, line.receipt_amount),
                receipt=receipt,
                open=figure,
            ),
            "receipt_amounts": lambda: self.env._(
                "Correct the receipt amount: the rows of «%s» give several.", line.receipt_text
            ),
            "receipt_empty": lambda: self.env._("Give the amount of the receipt, or what is paid on the invoice."),
            "receipt_over": lambda: self.env._(
                "Correct the amounts: the rows of %(receipt)s put more on invoices than the %(open)s it has.",
                receipt=receipt,
                open=figure,
            ),
            "payer_missing": lambda: self.env._("Choose the customer: neither payer nor invoice tells who paid."),
            "held_back": lambda: self.env._(
                "Correct the other rows of receipt «%s», or leave them out: it is applied whole or not at all.",
                line.receipt_text,
            ),
        }

    def _document_reasons(self, line):
        document = line.debit_move_id.display_name or line.document_text
        return {
            "document_missing": lambda: self.env._(
                "Choose the invoice: no posted invoice or debit note is called «%s».", line.document_text
            ),
            "document_empty": lambda: self.env._("Choose the invoice that is paid: the row names none."),
            "document_choose": lambda: self.env._("Choose the invoice: several are called «%s».", line.document_text),
            "document_company": lambda: self.env._(
                "Import the row in %(company)s: the invoice «%(invoice)s» is there.",
                company=line.other_company_id.name,
                invoice=line.document_text,
            ),
            "document_settled": lambda: self.env._(
                "Choose another invoice, or leave the row out: %s is settled already.", document
            ),
            "document_claimed": lambda: self.env._(
                "Authorize or delete the other voucher first: it holds all of %s.", document
            ),
            "document_over": lambda: self.env._(
                "Correct the amount: %(invoice)s has %(open)s left to pay, the rows before this one counted.",
                invoice=document,
                open=self._amount(line, line.figure),
            ),
            "currency": lambda: self.env._(
                "Apply them by a voucher in several currencies: row, receipt and invoice are not all in %s.",
                line.currency_id.name,
            ),
            "customer": lambda: self.env._(
                "Choose another invoice or receipt: %(invoice)s belongs to %(customer)s, who is not of the group of %(payer)s.",
                invoice=document,
                customer=line.debit_move_id.commercial_partner_id.display_name or line.partner_id.display_name,
                payer=line.payer_id.display_name or line.payer_text or self.env._("the payer"),
            ),
            "customers": lambda: self.env._(
                "Choose the customer who paid: the invoices of receipt «%s» belong to several.", line.receipt_text
            ),
            "nothing_left": lambda: self.env._(
                "Give an amount, or leave the row out: the other rows take all there is."
            ),
        }

    def _amount(self, line, amount):
        return format_amount(self.env, amount or 0.0, line.currency_id or line.company_id.currency_id)

    # ------------------------------------------------------------------ the whole

    @api.model
    def _summary(self, remittance):
        """What the check found, by result: a line for each."""
        groups = self.env["adjustment.remittance.line"]._read_group(
            [("remittance_id", "=", remittance.id), ("status", "in", ("good", "bad", "skipped"))],
            ["status", "code", "currency_id"],
            ["__count", "paid:sum"],
            order="status desc, code",
        )
        labels = dict(self.env["adjustment.remittance.line"]._fields["code"]._description_selection(self.env))
        own = remittance.company_id.currency_id
        left_out = sum(count for status, _code, _currency, count, _paid in groups if status == "skipped")
        texts = [
            *self._imported(remittance, own),
            *(
                f"{labels.get(code, '')}: {count:,}{self._paid(paid, currency or own)}"
                for status, code, currency, count, paid in groups
                if status != "skipped"
            ),
            *([self.env._("Left out: %s", f"{left_out:,}")] if left_out else []),
        ]
        return "\n".join(texts)

    def _imported(self, remittance, own):
        """What became vouchers, by currency."""
        groups = self.env["adjustment.remittance.line"]._read_group(
            [("remittance_id", "=", remittance.id), ("status", "=", "imported")],
            ["currency_id"],
            ["__count", "paid:sum"],
        )
        return [
            self.env._("Imported: %s", f"{count:,}{self._paid(paid, currency or own)}")
            for currency, count, paid in groups
        ]

    def _paid(self, paid, currency):
        return f" ({format_amount(self.env, paid, currency)})" if paid else ""
