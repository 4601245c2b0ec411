"""Files as payers and banks send them, and what is made of them."""

import base64
import io

import openpyxl

from .common import VoucherCommon

HEADER = "Receipt;Invoice;Amount;Discount"


class RemittanceCase(VoucherCommon):
    @classmethod
    def _file(cls, text, encoding="utf-8"):
        return base64.b64encode(text if isinstance(text, bytes) else text.encode(encoding))

    @classmethod
    def _workbook(cls, rows):
        book, buffer = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(buffer)
        return buffer.getvalue()

    @classmethod
    def _remittance(cls, rows, header=HEADER, user=None, **vals):
        """A remittance over rows of text, with decimal points and the day first."""
        content = rows if isinstance(rows, bytes) else "\n".join([header, *rows])
        model = cls.env["adjustment.remittance"].with_context(allowed_company_ids=cls.company.ids)
        return model.with_user(user or cls.env.user).create(
            {
                "company_id": cls.company.id,
                "file_name": "advice.csv",
                "file": cls._file(content),
                "decimal": "point",
                "date_order": "dmy",
                **vals,
            }
        )

    @classmethod
    def _checked(cls, rows, **vals):
        remittance = cls._remittance(rows, **vals)
        remittance.action_check()
        return remittance

    def _codes(self, remittance):
        return remittance.line_ids.sorted("number").mapped("code")

    def _lines_of(self, voucher):
        """{document: (amount, discount, write-off)} of a voucher."""
        return {
            line.document_name: (line.amount, line.discount_amount, line.write_off_amount) for line in voucher.line_ids
        }
