"""VC37: files of every kind, good and bad; nothing in them is run, and nothing is half imported."""

import io
import zipfile

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .remittance import HEADER, RemittanceCase


@tagged("post_install", "-at_install")
class TestRemittanceFiles(RemittanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice, cls.receipt = cls._invoice(2000), cls._receipt(1000.5)
        cls.row = f"{cls.receipt.name};{cls.invoice.name}"

    def _only_line(self, content, **vals):
        return self._checked(content, **vals).line_ids.ensure_one()

    def test_VC37_decimal_marks_are_chosen_not_guessed(self):
        for text, decimal, code in (
            ("1.000,50", "comma", "matched"),
            ("1,000.50", "point", "matched"),
            ("1.000,50", "point", "unread_amount"),
            ("1,000.50", "comma", "unread_amount"),
            ("-5", "point", "unread_amount"),
            ("NaN", "point", "unread_amount"),
            ("Infinity", "point", "unread_amount"),
            ("1e3", "point", "unread_amount"),
            ("1e308", "point", "unread_amount"),
            ("true", "point", "unread_amount"),
        ):
            with self.subTest(text=text, decimal=decimal):
                line = self._only_line(f'{HEADER}\n{self.row};"{text}";'.encode(), decimal=decimal)
                self.assertEqual(line.code, code)
                self.assertEqual(line.paid, 1000.5 if code == "matched" else 0)

    def test_VC37_days_are_read_in_the_order_chosen(self):
        header = "Receipt;Invoice;Date"
        for order, day in (("dmy", "2026-04-03"), ("mdy", "2026-03-04")):
            line = self._only_line([f"{self.row};03/04/26"], header=header, date_order=order)
            self.assertEqual(str(line.date), day)
        self.assertEqual(self._only_line([f"{self.row};31/31/26"], header=header).code, "unread_date")

    def test_VC37_encodings_and_delimiters(self):
        self.customer.name = "Țară Ştefănescu & Müller"
        text = f"Receipt,Invoice,Amount,Payer\n{self.row.replace(';', ',')},1000.5,Ştefan"
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1250"):
            for delimiter in (",", ";", "\t", "|"):
                with self.subTest(encoding=encoding, delimiter=delimiter):
                    line = self._only_line(text.replace(",", delimiter).encode(encoding))
                    self.assertEqual((line.code, line.payer_text), ("matched", "Ştefan"))

    def test_VC37_state_and_other_columns_mean_nothing(self):
        line = self._only_line([f"{self.row};authorized;imported;7"], header="Receipt;Invoice;state;status;voucher_id")
        self.assertEqual((line.status, line.voucher_id.id, line.remittance_id.state), ("good", False, "checked"))

    def test_VC37_what_is_no_table_is_refused(self):
        book = self._workbook([["Receipt", "Invoice"], ["a", "b"]])
        bad = {
            "nothing": b"",
            "blank": b"\n\n  \n",
            "pdf": b"%PDF-1.7\n1 0 obj",
            "zip": b"PK\x03\x04 not really",
            "old_excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 20,
            "cut_book": book[: len(book) // 2],
            "other_zip": self._zip({"readme.txt": b"hello"}),
            "quote": b'Receipt;Invoice\n"' + b"x" * 200_000,
            "wide": b";".join([b"Receipt"] * 80),
            "entities": self._with_part(book, "xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "c">]>'),
        }
        for name, content in bad.items():
            with self.subTest(name=name):
                with self.assertRaisesRegex(UserError, "^To (read|check)"):
                    self._checked(content)

    def test_VC37_a_bomb_is_not_unpacked(self):
        with self.assertRaisesRegex(UserError, "200 MB"):
            self._checked(self._zip({"xl/worksheets/sheet1.xml": b"0" * (201 * 1024 * 1024)}))

    def test_VC37_bounds(self):
        with self.assertRaisesRegex(UserError, "20 MB"):
            self._remittance(b"Receipt;Invoice\n" + b"x;y\n" * (6 * 1024 * 1024))
        with self.assertRaisesRegex(UserError, "100,000 rows"):
            self._checked(b"Receipt;Invoice\n" + b"x;y\n" * 100_001)

    def test_VC37_wrong_encoding_is_told(self):
        with self.assertRaisesRegex(UserError, "choose another encoding"):
            self._checked(f"{HEADER}\n{self.row};5;ü".encode("cp1252"), encoding="utf-8-sig")

    def test_VC37_workbooks_formulas_count_as_last_computed(self):
        book, buffer = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["Receipt", "Invoice", "Amount", "Date"])
        book.active.append([self.receipt.name, self.invoice.name, 1000.5, self.receipt.date])
        book.active.append([self.receipt.name, self.invoice.name, "=1+1", None])
        book.create_sheet("Other").append(["Receipt", "Invoice"])
        book.save(buffer)
        remittance = self._checked(buffer.getvalue())
        first, second = remittance.line_ids.sorted("number")
        self.assertEqual((first.amount, first.date), (1000.5, self.receipt.date))
        self.assertEqual(second.amount, 0)  # never computed by a spreadsheet program: empty
        with self.assertRaisesRegex(UserError, "Other"):
            self._checked(buffer.getvalue(), sheet="Nowhere")

    def test_VC37_texts_that_no_database_takes(self):
        line = self._only_line(f"{HEADER}\nA\u200bB\x07;{'é' * 3000};5;\n".encode())
        self.assertEqual(line.receipt_text, "AB")
        self.assertLessEqual(len(line.document_text), 500)
        self._only_line([f"'; DROP TABLE res_users; --;%s %(x)s {self.invoice.name};5;"], delimiter=";")

    def _zip(self, parts):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in parts.items():
                package.writestr(name, content)
        return buffer.getvalue()

    def _with_part(self, book, name, head):
        with zipfile.ZipFile(io.BytesIO(book)) as package:
            parts = {one: package.read(one) for one in package.namelist()}
        return self._zip({**parts, name: head + parts[name]})

    def test_VC37_a_layout_saved_from_text_reads_the_same_columns_of_a_spreadsheet(self):
        """Spreadsheets fill their rows up with empty cells: these are no columns."""
        header = ["Wire transfer", "Bill of", "How much"]
        text = self._remittance(["a;b;1"], header=";".join(header))
        for column, role in zip(text.column_ids, ("receipt", "document", "amount"), strict=True):
            column.role = role
        text.action_save_template()
        book = self._workbook([header, [self.receipt.name, self.invoice.name, 10]])
        remittance = self._remittance(book, file_name="advice.xlsx")
        self.assertEqual(remittance.template_id, text.template_id)
        self.assertEqual(remittance.column_ids.mapped("role"), ["receipt", "document", "amount"])
        remittance.action_check()
        self.assertEqual(self._codes(remittance), ["matched"])

    def test_VC37_a_spreadsheet_with_too_many_columns_is_refused(self):
        """No column is left out in silence; cells that hold nothing do not count."""
        header = ["Receipt", "Invoice", "Amount"]
        row = [self.receipt.name, self.invoice.name, 10]
        book, buffer = openpyxl.Workbook(), io.BytesIO()
        for one in (header, row):
            book.active.append(one)
        book.active.cell(2, 90).number_format = "0.00"
        book.save(buffer)
        self._remittance(buffer.getvalue(), file_name="advice.xlsx")
        with self.assertRaisesRegex(UserError, "more than 60"):
            self._remittance(self._workbook([header, row + [None] * 70 + ["far"]]), file_name="advice.xlsx")

    def test_VC37_the_result_tells_what_was_imported_and_left_out(self):
        """After the import the rows that became vouchers are still counted, and those that somebody left out."""
        remittance = self._checked([f"{self.row};10;", "Nobody knows;INV/0;5;"])
        remittance.line_ids.filtered(lambda line: line.status == "bad").action_skip()
        remittance.action_import()
        first, last = remittance.summary.split("\n")
        self.assertIn("Imported: 1 (", first)
        self.assertIn("10.00", first)
        self.assertEqual(last, "Left out: 1")
