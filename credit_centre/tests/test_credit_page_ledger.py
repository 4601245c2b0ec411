import io
import random
import zipfile
from datetime import timedelta
from xml.etree import ElementTree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from ..models.xlsx import workbook
from .common import CreditCentreCommon

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(content):
    """:return: list of rows of texts of the first sheet of an XLSX file"""
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    rows = ElementTree.fromstring(sheet).iter(f"{MAIN}row")
    return [["".join(cell.itertext()) for cell in row.iter(f"{MAIN}c")] for row in rows]


class LedgerCase(CreditCentreCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["credit.account"]._for_partners(cls.customer, cls.company)
        cls.account.sudo().check_disabled = True  # orders go through whatever is past due

    def _rows(self, account=None, **search):
        account = account or self.account
        return self.env["credit.ledger.line"].search(account._get_ledger_domain(), order="date, place, id", **search)

    def _order(self, amount, date, partner=None):
        product = self.env["product.product"].create({"name": "Ledger Thing", "type": "service"})
        order = self.env(su=True)["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": amount, "tax_ids": [Command.clear()]})
                ],
            }
        )
        order.action_confirm()
        order.date_order = f"{date} 10:00:00"
        return order

    def _entry(self, amount, date, partner=None, other=None):
        lines = [
            (amount, partner or self.customer, self.company_data["default_account_receivable"]),
            (-amount, other, self.company_data["default_account_receivable" if other else "default_account_revenue"]),
        ]
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": account.id, "partner_id": who.id if who else False, "balance": value})
                    for value, who, account in lines
                ],
            }
        )
        move.action_post()
        return move


@tagged("post_install", "-at_install")
class TestLedger(LedgerCase):
    """S3.10 to S3.14: every transaction of a customer with the running balance."""

    def test_each_kind_of_transaction_stands_in_order_with_its_balance(self):
        invoice = self._invoice(100, "2025-01-10", due="2025-02-10")
        order = self._order(70, "2025-01-15")
        receipt = self._receipt(60, "2025-01-20")
        note = self._invoice(10, "2025-01-25", kind="out_refund")
        refund = self._receipt(5, "2025-01-30", kind="outbound")
        entry = self._entry(7, "2025-02-01")
        debit_note = self.env["account.debit.note"].with_context(active_model="account.move", active_ids=invoice.ids)
        debit_note.create({"copy_lines": True, "date": "2025-02-03"}).create_debit()
        charged = invoice.debit_note_ids
        charged.invoice_date = "2025-02-03"
        charged.action_post()
        expected = [
            ("invoice", invoice.name, 100, 0, 100),
            ("order", order.name, 0, 0, 100),
            ("receipt", receipt.move_id.name, 0, 60, 40),
            ("credit_note", note.name, 0, 10, 30),
            ("refund", refund.move_id.name, 5, 0, 35),
            ("entry", entry.name, 7, 0, 42),
            ("debit_note", charged.name, 100, 0, 142),
        ]
        rows = self._rows()
        self.assertEqual([(row.kind, row.name, row.debit, row.credit, row.balance) for row in rows], expected)
        self.assertEqual(rows.filtered(lambda row: row.kind == "order").amount_currency, 70)
        self.assertEqual(str(rows[0].date_maturity), "2025-02-10")

    def test_balance_at_any_day_is_the_open_items_of_that_day(self):
        dice, day = random.Random(4), self._day("2025-01-01")
        items = []
        for _step in range(25):
            day += timedelta(days=dice.randint(0, 5))
            kind = dice.choice(("invoice", "invoice", "receipt", "note"))
            amount = dice.randint(10, 99)
            if kind == "receipt":
                items.append(self._receipt(amount, day))
            else:
                items.append(self._invoice(amount, day, kind="out_refund" if kind == "note" else "out_invoice"))
            if dice.random() < 0.4:
                self._receivable(*items).filtered(lambda line: not line.reconciled).reconcile()
        rows = self._rows()
        lines = self._receivable(*items)
        for _look in range(12):
            asked = self._day("2025-01-01") + timedelta(days=dice.randint(0, 60))
            shown = rows.filtered(lambda row, asked=asked: row.date <= asked)[-1:].balance
            summed = sum(lines.filtered(lambda line, asked=asked: line.date <= asked).mapped("balance"))
            as_of = self.env["credit.open.item"].with_context(credit_as_of=str(asked))
            still_open = sum(as_of.search([("partner_id", "=", self.customer.id)]).mapped("residual"))
            self.assertAlmostEqual(shown, summed, places=2)
            self.assertAlmostEqual(shown, still_open, places=2)
        self.assertAlmostEqual(rows[-1].balance, sum(lines.mapped("amount_residual")), places=2)

    def test_instalments_are_one_row_and_so_is_a_voucher(self):
        foreign = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0), ("2025-02-01", 4.0)])
        invoice = self._invoice(100, "2025-01-10", currency=foreign)
        invoice.button_draft()
        invoice.invoice_payment_term_id = self.pay_terms_b
        invoice.action_post()
        self.assertGreater(len(self._receivable(invoice)), 1)
        receipt = self._receipt(100, "2025-02-10", currency=foreign)
        voucher = self.env["adjustment.voucher"].create(
            {"partner_id": self.customer.id, "date": "2025-03-01", "currency_id": foreign.id, "method": "fifo"}
        )
        voucher.action_load_items()
        voucher.action_allocate()
        voucher.action_authorize()
        rows = self._rows()
        self.assertEqual(rows.mapped("kind"), ["invoice", "receipt", "voucher"])
        self.assertEqual(rows.mapped("balance"), [50, 25, 0])
        self.assertEqual([row.amount_currency for row in rows[:2]], [100, -100])
        self.assertEqual(rows.currency_id, foreign)
        self.assertEqual(rows[2].action_open_document()["res_model"], "adjustment.voucher")
        self.assertEqual(rows[0].action_open_document()["res_id"], invoice.id)
        self.assertEqual(rows[1].action_open_document()["res_id"], receipt.id)

    def test_odoos_exchange_entry_is_named_so(self):
        foreign = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0), ("2025-02-01", 4.0)])
        invoice, receipt = (
            self._invoice(100, "2025-01-10", currency=foreign),
            self._receipt(100, "2025-02-10", currency=foreign),
        )
        self._receivable(invoice, receipt).reconcile()
        rows = self._rows()
        self.assertEqual(sorted(rows.mapped("kind")), ["exchange", "invoice", "receipt"])
        self.assertEqual(rows[-1].balance, 0)

    def test_an_entry_of_two_customers_stands_with_each(self):
        self._entry(30, "2025-01-10", other=self.other)
        other = self.env["credit.account"]._for_partners(self.other, self.company)
        self.assertEqual(self._rows().balance, 30)
        self.assertEqual(self._rows(other).balance, -30)

    def test_contacts_and_branches_are_in_another_company_is_not(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        self._invoice(100, "2025-01-10", partner=contact)
        self.company.write({"child_ids": [Command.create({"name": "Ledger Branch"})]})
        self.cr.precommit.run()
        branch = self.company.child_ids
        self.env.user.company_ids |= branch
        env_branch = self.env["account.move"].with_company(branch)
        invoice = env_branch.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": branch.id,
                "invoice_date": "2025-01-11",
                "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 20, "tax_ids": [Command.clear()]})],
            }
        )
        invoice.action_post()
        far = self.setup_other_company(name="Far Company")["company"]
        elsewhere = self.env["credit.account"]._for_partners(self.customer, far)
        allowed = {"allowed_company_ids": (self.company | branch | far).ids}
        self.assertEqual(self._rows(self.account.with_context(**allowed)).mapped("balance"), [100, 120])
        self.assertFalse(self._rows(elsewhere.with_context(**allowed)))

    def test_who_may_not_see_figures_sees_no_ledger(self):
        self._invoice(100, "2025-01-10")
        ledger = self.env["credit.ledger.line"].with_user(self.users["hub_sales"])
        for call in (
            lambda: ledger.search([]),
            lambda: ledger._read_group([], [], ["debit:sum"]),
            lambda: ledger.formatted_read_group([], ["partner_id"], ["debit:sum"]),
            lambda: ledger.search([], order="debit"),
            lambda: self._rows()[:1].with_user(self.users["hub_sales"]).read(["balance"]),
            lambda: self._rows()[:1].with_user(self.users["hub_sales"]).action_open_document(),
            lambda: self.account.with_user(self.users["hub_sales"]).action_view_ledger(),
        ):
            with self.assertRaises(AccessError):
                call()
        for login in ("hub_viewer", "hub_accountant", "hub_manager"):
            self.assertTrue(ledger.with_user(self.users[login]).search([("partner_id", "=", self.customer.id)]))

    def test_a_page_of_rows_costs_the_same_queries_however_many(self):
        def page():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["credit.ledger.line"].web_search_read(
                list(self.account._get_ledger_domain()), {"name": {}, "balance": {}, "debit": {}}, limit=80
            )
            return self.cr.sql_log_count - before

        for _number in range(3):
            self._invoice(10, "2025-01-10")
        page()
        few = page()
        for _number in range(27):
            self._invoice(10, "2025-01-11")
        self.assertEqual(page(), few)

    def test_the_filter_by_customer_reaches_the_items(self):
        """The plan of a page reads the customer's contacts first and takes their items by index."""
        self.env.flush_all()
        query = self.env["credit.ledger.line"]._search(self.account._get_ledger_domain(), limit=80, order="date desc")
        self.cr.execute("SET LOCAL enable_seqscan = off")
        self.cr.execute(SQL("EXPLAIN %s", query.select(SQL("id"), SQL("debit"))))
        plan = "\n".join(line for (line,) in self.cr.fetchall())
        self.assertIn("commercial_partner_id = ", plan)
        self.assertNotIn("Seq Scan on account_move_line", plan)


@tagged("post_install", "-at_install")
class TestLedgerExport(LedgerCase, HttpCase):
    """S3.14: the ledger as a spreadsheet, for who may take it away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(100, "2025-01-10").ref = "=1+1"
        cls._receipt(40, "2025-02-10")
        cls._invoice(10, "2025-03-10")
        cls.url = f"/credit_centre/ledger/{cls.account.id}.xlsx"
        cls.users["hub_viewer"].group_ids |= cls.env.ref("base.group_allow_export")
        cls.users["hub_sales"].group_ids |= cls.env.ref("base.group_allow_export")

    def test_content_with_opening_and_closing_balance(self):
        rows = cells(workbook(self.account._get_ledger_sheets(self._day("2025-02-01"), self._day("2025-02-28"))))
        self.assertEqual(len(rows), 4)
        self.assertEqual((rows[1][1], rows[1][-1]), ("Opening balance", "100"))
        self.assertEqual(rows[2][1], "Receipt")
        self.assertEqual((rows[3][1], rows[3][-1]), ("Closing balance", "60"))

    def test_no_cell_is_a_formula(self):
        rows = cells(workbook(self.account._get_ledger_sheets()))
        self.assertEqual(next(row for row in rows if row[1] == "Invoice")[3], "'=1+1")

    def test_days_the_wrong_way_round(self):
        with self.assertRaisesRegex(UserError, "let the days begin before they end"):
            self.account._get_ledger_sheets(self._day("2025-03-01"), self._day("2025-02-01"))

    def test_who_gets_the_file(self):
        self.authenticate("hub_viewer", "hub_viewer")
        answer = self.url_open(f"{self.url}?start=2025-02-01")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(cells(answer.content)[-1][-1], "70")
        self.assertEqual(self.url_open(f"{self.url}?start=yesterday").status_code, 400)
        self.assertEqual(self.url_open("/credit_centre/ledger/999999999.xlsx").status_code, 404)
        self.authenticate("hub_sales", "hub_sales")
        self.assertEqual(self.url_open(self.url).status_code, 403)
        new_test_user(self.env, "hub_no_export", groups="base.group_user,credit_hold.group_credit_viewer").write(
            {"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]}
        )
        self.env["res.users"].search([("login", "=", "hub_no_export")]).group_ids -= self.env.ref(
            "base.group_allow_export"
        )
        self.authenticate("hub_no_export", "hub_no_export")
        self.assertEqual(self.url_open(self.url).status_code, 403)

    def test_the_window_opens_the_address(self):
        wizard = (
            self.env["credit.ledger.export"]
            .with_user(self.users["hub_viewer"])
            .create({"account_id": self.account.id, "date_from": "2025-02-01", "date_until": "2025-02-28"})
        )
        self.assertEqual(wizard.action_export()["url"], f"{self.url}?start=2025-02-01&end=2025-02-28&orders=1")
