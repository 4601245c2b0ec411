"""The screens of a run: what it shows of itself, the spreadsheet, the small windows (S4.8, S4.24)."""

import io
import zipfile

from lxml import etree

from odoo import Command
from odoo.tests import tagged

from ..models.xlsx import safe_text, workbook
from .common import VoucherCommon

FORMULA = '=HYPERLINK("http://example.com","Click")'


class RunCommon(VoucherCommon):
    """Three customers with receipts: one that pays an invoice, one with nothing to pay, one that pays in another
    currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("run_clerk", "account.group_account_invoice")
        cls.approver = cls._user("run_approver", "adjustment_voucher.group_adjustment_approver")
        cls.reader = cls._user("run_reader", "account.group_account_readonly")

    @classmethod
    def _user(cls, login, *groups):
        names = ("base.group_user", *groups)
        return (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": login.replace("_", " ").title(),
                    "login": login,
                    "password": login,
                    "email": f"{login}@example.com",
                    "company_id": cls.company.id,
                    "company_ids": [Command.set(cls.company.ids)],
                    "group_ids": [Command.set([cls.env.ref(name).id for name in names])],
                }
            )
        )

    @classmethod
    def _partner(cls, name, **vals):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **vals})

    @classmethod
    def _run(cls, user=None, **vals):
        runs = cls.env["adjustment.run"].with_user(user or cls.clerk)
        return runs.create({"date": "2024-03-31", "company_ids": [Command.set(cls.company.ids)], **vals})


@tagged("post_install", "-at_install")
class TestXlsx(VoucherCommon):
    def _cells(self, content, sheet=1):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            tree = etree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
        space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
        self.assertFalse(tree.xpath("//x:f", namespaces=space), "no cell holds a formula")
        return ["".join(cell.itertext()) for cell in tree.xpath("//x:c", namespaces=space)]

    def test_formulas_in_names_are_texts(self):
        content = workbook([("Sheet", ["Name"], [[FORMULA], ["+1"], ["plain"], ["\0=1"]])])
        self.assertEqual(self._cells(content), ["Name", f"'{FORMULA}", "'+1", "plain", "'=1"])
        self.assertEqual(safe_text("@x"), "'@x")

    def test_amounts_are_numbers_and_many_rows_are_whole(self):
        rows = ([number, (1.5, 2)] for number in range(1200))
        cells = self._cells(workbook([("Sheet", ["Number", "Amount"], rows)]))
        self.assertEqual(len(cells), 2402)
        self.assertEqual(cells[-2:], ["1199", "1.5"])
