"""Statements of account: what stands on them."""

import io
import time

import openpyxl
from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditCentreCommon

TODAY = "2025-04-30"


@freeze_time(TODAY)
class StatementCommon(CreditCentreCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._invoice(100, "2025-01-10", due="2025-02-10")
        cls.second = cls._invoice(50, "2025-03-10", due="2025-05-10")
        cls.receipt = cls._receipt(30, "2025-03-20")
        cls.note = cls._invoice(5, "2025-04-02", kind="out_refund")
        cls.book = cls.env["credit.statement.book"]
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])

    def _wizard(self, user=None, **values):
        values = {"who": "chosen", "partner_ids": [Command.set(self.customer.ids)], "date": TODAY, **values}
        wizards = self.env["credit.statement"]
        return (wizards.with_user(self.users[user]) if user else wizards).create(values)

    def _sections(self, kind="open", day=TODAY, first=None, partner=None):
        partner = partner or self.customer
        first = self._day(first) if first else None
        return self.book._get_statements(partner.ids, self.company, kind, self._day(day), first)[partner.id]

    def _seen(self, section):
        return [(row.number, row.kind, row.amount, balance) for row, balance in zip(section.rows, section.balances, strict=True)]  # fmt: skip

    def _page(self, lines, user="hub_accountant"):
        reports = self.env["ir.actions.report"].with_user(self.users[user])
        html, _kind = reports._render_qweb_html("credit_centre.report_statement", lines.ids)
        return (
            " ".join("".join(etree.HTML(html).itertext()).split())
            .replace("\N{NO-BREAK SPACE}", " ")
            .replace("\ufeff", "")
        )

    def _open_of_hub(self, partner, currency, day):
        items = self.env["credit.open.item"].with_context(credit_as_of=day)
        domain = [("partner_id", "=", partner.id), ("currency_id", "=", currency.id)]
        return sum(round(row.residual_currency * 100) for row in items.search(domain))


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    """S3.10 to S3.14, S3.16, S3.22: the statement of account, on any day."""

    def test_open_items_with_running_sum_and_ages(self):
        """S3.13, S3.22"""
        (section,) = self._sections()
        self.assertEqual(
            self._seen(section),
            [
                (self.first.name, "invoice", 10000, 10000),
                (self.receipt.name, "receipt", -3000, 7000),
                (self.note.name, "credit_note", -500, 6500),
                (self.second.name, "invoice", 5000, 11500),
            ],
        )
        summary = section.summary
        self.assertEqual((summary.owed, summary.credits, summary.balance), (15000, -3500, 11500))
        self.assertEqual((summary.aged["61_90"], summary.aged["current"], summary.past_due), (10000, 5000, 10000))

    def test_an_earlier_day_knows_nothing_of_what_came_later(self):
        """S3.13"""
        self._receivable(self.first, self.receipt).reconcile()
        (section,) = self._sections(day="2025-03-15")
        self.assertEqual(
            self._seen(section),
            [(self.first.name, "invoice", 10000, 10000), (self.second.name, "invoice", 5000, 15000)],
        )
        (section,) = self._sections()
        self.assertEqual(section.rows[0].amount, 7000)
        self.assertEqual(section.rows[0].booked, 10000)

    def test_activity_from_opening_to_closing_balance(self):
        """S3.10, S3.11, S3.12"""
        (section,) = self._sections("activity", first="2025-03-01")
        self.assertEqual(section.opening, 10000)
        self.assertEqual(
            self._seen(section),
            [
                (self.second.name, "invoice", 5000, 15000),
                (self.receipt.name, "receipt", -3000, 12000),
                (self.note.name, "credit_note", -500, 11500),
            ],
        )
        self.assertEqual(section.closing, section.summary.balance)

    def test_a_match_within_one_currency_changes_no_activity(self):
        """S3.16"""
        before = self._sections("activity", first="2025-01-01")
        self._receivable(self.first, self.receipt).reconcile()
        self.assertEqual(self._seen(before[0]), self._seen(self._sections("activity", first="2025-01-01")[0]))

    def test_an_invoice_paid_in_another_currency_leaves_both_parts(self):
        """S3.16: currencies are not added up, and what was settled is owed in neither."""
        invoice = self._invoice(40, "2025-02-01", currency=self.euro, partner=self.other)
        payment = self._receipt(80, "2025-02-20", partner=self.other)
        self._receivable(invoice, payment).reconcile()
        self.assertEqual(self._sections(partner=self.other), [])
        dollars, euros = self._sections("activity", first="2025-01-01", partner=self.other)
        self.assertEqual([row.kind for row in euros.rows], ["invoice", "settled"])
        self.assertEqual([row.kind for row in dollars.rows], ["receipt", "settled"])
        self.assertEqual((dollars.closing, euros.closing), (0, 0))
        self.assertEqual(dollars.currency, self.company.currency_id.id)

    def test_agrees_with_the_open_items_of_the_hub_and_the_ledger(self):
        """S0.10: each currency, each day, both kinds, against the raw journal items too."""
        foreign = self._invoice(60, "2025-02-05", currency=self.euro)
        part = self._receipt(20, "2025-03-01", currency=self.euro)
        cross = self._receipt(45, "2025-03-25")
        self._receivable(self.first, self.receipt).reconcile()
        self._receivable(foreign, part).reconcile()
        self._receivable(foreign, cross).reconcile()
        self._receivable(self.second, self.note).reconcile()
        for day in ("2025-01-09", "2025-01-10", "2025-02-28", "2025-03-20", "2025-03-31", "2025-04-29", TODAY):
            opened = {one.currency: one for one in self._sections(day=day)}
            moved = {one.currency: one for one in self._sections("activity", day=day, first="2024-01-01")}
            for currency in (self.company.currency_id, self.euro):
                expected = self._open_of_hub(self.customer, currency, day)
                with self.subTest(day=day, currency=currency.name):
                    self.assertEqual(opened[currency.id].closing if currency.id in opened else 0, expected)
                    self.assertEqual(moved[currency.id].closing if currency.id in moved else 0, expected)
                    self.assertEqual(self._ledger(currency, day), expected)

    def _ledger(self, currency, day):
        """What is open, computed item by item with the ORM."""
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "child_of", self.customer.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("currency_id", "=", currency.id),
                ("date", "<=", day),
            ]
        )
        day, total = self._day(day), 0
        for item in items:
            paid = item.matched_credit_ids.filtered(lambda one: one.max_date <= day).mapped("debit_amount_currency")
            used = item.matched_debit_ids.filtered(lambda one: one.max_date <= day).mapped("credit_amount_currency")
            total += item.amount_currency - sum(paid) + sum(used)
        return round(total * 100)

    def test_branches_belong_to_the_legal_entity_and_other_companies_do_not(self):
        """S3.22"""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.cr.precommit.run()
        self.env.user.company_ids |= branch
        moved = self.env["account.move"].with_company(branch)
        invoice = moved.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": branch.id,
                "invoice_date": "2025-04-01",
                "date": "2025-04-01",
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 7, "tax_ids": [Command.clear()]})],
            }
        )
        invoice.action_post()
        foreign = self.setup_other_company()["company"]
        self.assertEqual(self._sections()[0].closing, 12200)
        found = self.book._get_statements(self.customer.ids, foreign, "open", self._day(TODAY))
        self.assertEqual(found, {self.customer.id: []})

    def test_contacts_are_part_of_their_company(self):
        """S3.10"""
        contact = self.env["res.partner"].create({"name": "Desk", "parent_id": self.customer.id})
        wizard = self._wizard(partner_ids=[Command.set(contact.ids)])
        wizard._make_lines()
        self.assertEqual(wizard.line_ids.partner_id, self.customer)
        self.assertEqual(wizard.line_ids.balance, 115)

    def test_other_receivables_are_not_of_trade(self):
        account = self._receivable(self.first).account_id.copy({"non_trade": True, "code": "119999"})
        entry = self.env["account.move"].create(
            {
                "date": "2025-02-01",
                "line_ids": [
                    Command.create({"account_id": account.id, "partner_id": self.customer.id, "debit": 9}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 9}),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(self._sections()[0].closing, 11500)
        self.assertEqual(self._sections("activity", first="2025-01-01")[0].closing, 11500)

    def test_the_number_of_queries_does_not_grow(self):
        """S3.14: three or thirty customers, four queries at most."""
        partners = self.env["res.partner"].create([{"name": f"Many {number}"} for number in range(30)])
        for partner in partners:
            self._invoice(10, "2025-04-01", partner=partner)
        for kind, queries in (("open", 1), ("activity", 4)):
            for some in (partners[:3], partners):
                self._sections(kind, first="2025-01-01")
                self.env.flush_all()
                with self.assertQueryCount(queries):
                    self.book._get_statements(some.ids, self.company, kind, self._day(TODAY), self._day("2025-01-01"))

    def test_a_customer_with_thousands_of_documents(self):
        """S3.14: gathered and written out within a second or two."""
        lines = self._receivable(self.second)
        move = self.second
        self.env.flush_all()
        self.env.cr.execute(
            """INSERT INTO account_move_line (move_id, move_name, account_id, partner_id, company_id, company_currency_id,
                      currency_id, date, date_maturity, balance, debit, credit, amount_currency, amount_residual,
                      amount_residual_currency, parent_state, reconciled, display_type, journal_id)
               SELECT %s, 'BIG/' || n, %s, %s, %s, %s, %s, '2025-02-01', '2025-03-01', 10, 10, 0, 10, 10, 10, 'posted',
                      FALSE, 'payment_term', %s FROM generate_series(1, 2000) n""",
            [move.id, lines.account_id.id, self.customer.id, self.company.id, self.company.currency_id.id,
             self.company.currency_id.id, move.journal_id.id],
        )  # fmt: skip
        line = self._wizard()._make_lines()
        begun = time.monotonic()
        page = line._get_pages()[line.id]
        self.assertEqual(len(page["sections"][0]["rows"]), 2004)
        self.assertLess(time.monotonic() - begun, 2)


@tagged("post_install", "-at_install")
class TestStatementWizard(StatementCommon):
    """S3.14, S3.22: making, printing and taking away statements."""

    def test_everyone_with_open_items_or_past_due(self):
        late = self._invoice(20, "2025-01-01", due="2025-01-31", partner=self.other)
        wizard = self._wizard(who="balance")
        self.assertEqual(wizard._make_lines().partner_id, self.customer | self.other)
        self.assertIn("2 customers, $ 135.00 open, of that $ 120.00 past due", wizard.summary.replace("\xa0", " "))
        self._receivable(late, self._receipt(20, "2025-02-02", partner=self.other)).reconcile()
        wizard = self._wizard(who="past_due")
        self.assertEqual(wizard._make_lines().partner_id, self.customer)
        self.assertEqual((wizard.line_ids.balance, wizard.line_ids.past_due), (115, 100))

    def test_tags_and_salespeople_narrow_it_down(self):
        tag = self.env["res.partner.category"].create({"name": "Key"})
        self.other.write({"category_id": [Command.set(tag.ids)], "user_id": self.users["hub_sales"].id})
        self._invoice(20, "2025-01-01", partner=self.other)
        by_tag = self._wizard(who="balance", category_ids=[Command.set(tag.ids)])
        by_user = self._wizard(who="balance", user_ids=[Command.set(self.users["hub_sales"].ids)])
        self.assertEqual(by_tag._make_lines().partner_id, self.other)
        self.assertEqual(by_user._make_lines().partner_id, self.other)

    def test_bad_questions_get_one_sentence(self):
        cases = [
            ({"date": "2025-05-01"}, "up to today"),
            ({"date": "9999-12-31"}, "up to today"),
            ({"date": "0001-01-01"}, "up to today"),
            ({"kind": "activity", "date_from": "2025-04-30", "date": "2025-04-01"}, "let it begin on or before"),
            ({"kind": "activity", "date_from": False}, "let it begin on or before"),
            ({"partner_ids": [Command.clear()]}, "choose at least one customer"),
            ({"who": "past_due", "date": "2025-01-01"}, "nothing is open"),
        ]
        for values, text in cases:
            with self.subTest(text=text, values=values):
                wizard = self._wizard(**values)
                with self.assertRaisesRegex(UserError, text):
                    wizard.action_print()
                self.assertFalse(wizard.line_ids)

    def test_a_branch_is_no_legal_entity(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        with self.assertRaisesRegex(UserError, "choose a legal entity"):
            self._wizard(company_id=branch.id).action_print()

    def test_statements_are_kept_while_the_question_is_the_same(self):
        wizard = self._wizard()
        lines = wizard._make_lines()
        self.assertEqual(wizard._make_lines(), lines)
        wizard.date = "2025-03-15"
        self.assertNotEqual(wizard._make_lines(), lines)
        self.assertEqual(wizard.line_ids.balance, 150)

    def test_the_printed_page(self):
        """S1.17, S3.22"""
        line = self._wizard("hub_accountant")._make_lines()
        page = self._page(line)
        for text in ("Statement of Account", "Open items on 04/30/2025", "Hub Customer", "H-1", self.first.name,
                     "100.00", "115.00", "Past due", "$ 100.00", "Credits not applied", "$ -35.00", "To pay"):  # fmt: skip
            self.assertIn(text, page)
        line = self._wizard("hub_accountant", kind="activity", date_from="2025-03-01")._make_lines()
        page = self._page(line)
        for text in (
            "Transactions from 03/01/2025 to 04/30/2025",
            "Opening balance on 03/01/2025",
            "Closing balance on 04/30/2025",
            "$ 115.00",
        ):
            self.assertIn(text, page)

    def test_it_is_addressed_to_the_invoice_address(self):
        self.env["res.partner"].create(
            {"name": "Bills Desk", "type": "invoice", "parent_id": self.customer.id, "street": "9 Paper Lane"}
        )
        self.assertIn("9 Paper Lane", self._page(self._wizard("hub_accountant")._make_lines()))

    def test_an_empty_statement_says_so(self):
        line = self._wizard("hub_accountant", partner_ids=[Command.set(self.other.ids)])._make_lines()
        self.assertIn("Nothing is open on this account on 04/30/2025.", self._page(line))

    def test_the_page_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        self._invoice(1234.5, "2025-04-05")
        line = self._wizard("hub_accountant")._make_lines()
        self.assertIn("1.234,50", self._page(line))
        self.assertIn("30.04.2025", self._page(line))

    def test_names_that_are_markup_or_formulas_do_nothing(self):
        """CC05"""
        self.customer.name = "=1+1<script>alert(1)</script>[]:*?/\\"
        self.second.ref = "=cmd|' /C calc'!A0"
        line = self._wizard("hub_accountant")._make_lines()
        reports = self.env["ir.actions.report"].with_user(self.users["hub_accountant"])
        html, _kind = reports._render_qweb_html("credit_centre.report_statement", line.ids)
        self.assertNotIn(b"<script>alert", html)
        book = openpyxl.load_workbook(io.BytesIO(line._get_workbook()))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        self.assertIn("'=cmd|' /C calc'!A0", [cell.value for cell in cells])

    def test_the_workbook_has_the_figures(self):
        self._invoice(20, "2025-01-01", partner=self.other)
        lines = self._wizard("hub_accountant", who="balance")._make_lines()
        book = openpyxl.load_workbook(io.BytesIO(lines._get_workbook()))
        self.assertEqual(book.sheetnames, ["Summary", "1 Hub Customer", "2 Hub Other"])
        rows = list(book["Summary"].values)
        self.assertEqual(rows[1][:3] + rows[1][-3:], ("H-1", "Hub Customer", "USD", -35, 115, 100))
        rows = list(book["1 Hub Customer"].values)
        self.assertEqual([row[-1] for row in rows], ["Balance", 100, 70, 65, 115])
        self.assertEqual(rows[1][8], 79)

    def test_many_customers_stand_on_one_sheet(self):
        partners = self.env["res.partner"].create([{"name": f"Many {number}"} for number in range(51)])
        lines = self._wizard(partner_ids=[Command.set(partners.ids)])._make_lines()
        book = openpyxl.load_workbook(io.BytesIO(lines._get_workbook()))
        self.assertEqual(book.sheetnames, ["Summary", "Statements"])

    def test_from_customers_and_credit_accounts(self):
        """S0.11"""
        contact = self.env["res.partner"].create({"name": "Desk", "parent_id": self.customer.id})
        partners = (contact | self.other).with_user(self.users["hub_viewer"])
        context = partners.action_credit_statement()["context"]
        self.assertEqual(context["default_partner_ids"], (self.customer | self.other).ids)
        account = self.env["credit.account"]._for_partners(self.customer, self.company)
        action = account.with_user(self.users["hub_viewer"]).action_credit_statement()
        self.assertEqual(action["context"]["default_company_id"], self.company.id)

    # ------------------------------------------------------------------ who may

    def test_who_may_make_statements(self):
        """S3.14: credit, billing and auditors; not salespeople, and nobody another's."""
        line = self._wizard("hub_accountant")._make_lines()
        self._page(line)
        for user in ("hub_viewer", "hub_manager"):
            own = self._wizard(user)._make_lines()
            self.assertIn("115.00", self._page(own, user))
            with self.assertRaises(AccessError):
                self._page(line, user)
        with self.assertRaises(AccessError):
            self._wizard("hub_sales")
        with self.assertRaises(AccessError):
            self._page(line, "hub_sales")
        with self.assertRaises(AccessError):
            self.customer.with_user(self.users["hub_sales"]).action_credit_statement()

    def test_who_may_send(self):
        """S3.15: billing and credit controllers; who only reads does not write to customers."""
        line = self._wizard("hub_viewer")._make_lines()
        for call in (line.action_email, line.action_email_slice, line.statement_id.action_email):
            with self.assertRaisesRegex(AccessError, "To e-mail statements of account"):
                call()

    def test_a_company_of_others_is_out_of_reach(self):
        foreign = self.setup_other_company()["company"]
        with self.assertRaises(AccessError):
            self._wizard("hub_accountant", company_id=foreign.id).action_print()
        self.other.company_id = foreign
        with self.assertRaises(AccessError):
            self._wizard("hub_accountant", partner_ids=[Command.set(self.other.ids)]).action_print()
