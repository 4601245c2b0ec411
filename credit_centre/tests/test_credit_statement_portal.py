"""The customer's own statement in the portal."""

import io
import re

import openpyxl
from lxml import etree

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CreditCentreCommon


@tagged("post_install", "-at_install")
class TestStatementPortal(CreditCentreCommon, HttpCase):
    """S3.14: two customers, each with a portal user; the second has a colleague of the first's kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._invoice(100, "2025-01-10", due="2025-02-10")
        cls.receipt = cls._receipt(30, "2025-03-20")
        cls.foreign = cls._invoice(999, "2025-01-11", partner=cls.other)
        cls._portal_user("stat_portal", cls.customer)
        cls._portal_user("stat_other", cls.other)

    @classmethod
    def _portal_user(cls, login, partner, **values):
        contact = cls.env["res.partner"].create({"name": f"Contact {login}", "parent_id": partner.id})
        return new_test_user(
            cls.env,
            login,
            groups="base.group_portal",
            partner_id=contact.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **values,
        )

    def _get(self, path, login="stat_portal"):
        self.authenticate(login, login)
        return self.url_open(path)

    def _text(self, response):
        self.assertEqual(response.status_code, 200)
        return " ".join("".join(etree.HTML(response.content).itertext()).split()).replace("\N{NO-BREAK SPACE}", " ")

    def test_own_open_items(self):
        page = self._text(self._get("/my/statement"))
        for text in (self.own.name, self.receipt.name, "100.00", "-30.00", "70.00", "Past due", "Credits not applied"):
            self.assertIn(text, page)
        self.assertNotIn("999.00", page)

    def test_own_activity_of_a_period(self):
        page = self._text(self._get("/my/statement?kind=activity&date_from=2025-02-01&date=2025-12-31"))
        self.assertIn("Transactions from 02/01/2025 to 12/31/2025", page)
        for text in ("Opening balance on 02/01/2025", self.receipt.name):
            self.assertIn(text, page)
        self.assertNotIn(self.own.name, page)

    def test_an_earlier_day(self):
        page = self._text(self._get("/my/statement?date=2025-01-31"))
        self.assertIn(self.own.name, page)
        self.assertNotIn(self.receipt.name, page)

    def test_nothing_of_other_customers_whatever_the_address_says(self):
        """Matrix: own open balance yes, others no: parameters with ids of others change nothing."""
        ids = f"partner_id={self.other.id}&partner_ids={self.other.id}&partner={self.other.id}&id={self.other.id}"
        for path in (f"/my/statement?{ids}", f"/my/statement?kind=activity&date_from=2024-01-01&{ids}"):
            page = self._text(self._get(path))
            self.assertIn("100.00", page)
            self.assertNotIn("999.00", page)
            self.assertNotIn("Hub Other", page)
        other = self._text(self._get("/my/statement", "stat_other"))
        self.assertIn("999.00", other)
        self.assertNotIn(self.own.name + " ", other)

    def test_nothing_of_other_companies(self):
        foreign = self.setup_other_company()["company"]
        page = self._text(self._get(f"/my/statement?company={foreign.id}"))
        self.assertIn(self.own.name, page)
        self.assertNotIn(foreign.name, page)

    def test_no_limit_hold_or_other_inner_figure(self):
        account = self.env["credit.account"]._for_partners(self.customer, self.company)
        account.write({"limit_mode": "own", "credit_limit": 4321, "hold": True, "hold_reason": "Slow payer"})
        page = self._text(self._get("/my/statement"))
        for text in ("4,321", "4321", "Slow payer", "limit", "hold"):
            self.assertNotIn(text, page.replace("Skip to Content", ""))

    def test_the_spreadsheet_is_the_own_one(self):
        response = self._get(f"/my/statement/xlsx?kind=open&partner_id={self.other.id}")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        cells = {str(cell) for sheet in book for row in sheet.values for cell in row}
        self.assertIn(self.own.name, cells)
        self.assertNotIn(self.foreign.name + "x", cells)
        self.assertFalse([cell for cell in cells if "Other" in cell or cell == "999"])

    def test_the_models_and_the_report_are_shut(self):
        wizard = self.env["credit.statement"].create({"who": "chosen", "partner_ids": [Command.set(self.other.ids)]})
        line = wizard._make_lines()
        for path in (
            f"/report/html/credit_centre.report_statement/{line.id}",
            f"/credit_centre/statement/{wizard.id}/xlsx",
            f"/credit_centre/statement/999999999/xlsx?lines={line.id}",
        ):
            response = self._get(path)
            self.assertNotEqual(response.status_code, 200, path)
            self.assertNotIn("999.00", response.text)
        portal = self.env["res.users"].search([("login", "=", "stat_portal")])
        self.assertFalse(self.env["credit.statement"].with_user(portal).has_access("read"))
        self.assertFalse(self.env["credit.statement.line"].with_user(portal).has_access("create"))

    def test_bad_dates_get_one_sentence(self):
        for query, text in (
            ("date=x", "give a date like"),
            ("date=2026-02-30", "give a date like"),
            ("date=9999-12-31", "up to today"),
            ("kind=activity&date_from=2025-03-01&date=2025-01-01", "let it begin on or before"),
        ):
            page = self._text(self._get(f"/my/statement?{query}"))
            self.assertIn(text, page)
            self.assertNotIn("Traceback", page)
        self.assertEqual(self._get("/my/statement/xlsx?date=x").url.rstrip("?").split("/my/")[-1], "statement")

    def test_an_empty_customer_reads_so(self):
        nobody = self.env["res.partner"].create({"name": "Nobody Yet"})
        self._portal_user("stat_nobody", nobody)
        self.assertIn("Nothing is open on this account", self._text(self._get("/my/statement", "stat_nobody")))

    def test_the_card_on_the_home_page(self):
        nobody = self.env["res.partner"].create({"name": "Nobody Yet"})
        self._portal_user("stat_nobody", nobody)
        for login, count in (("stat_portal", 1), ("stat_nobody", 0)):
            self.authenticate(login, login)
            answer = self.make_jsonrpc_request("/my/counters", {"counters": ["statement_count"]})
            self.assertEqual(answer["statement_count"], count)
        self.assertIn("/my/statement", self._get("/my").text)

    def test_without_login_there_is_nothing(self):
        self.assertIn("/web/login", self.url_open("/my/statement").url)

    def test_a_long_statement_shows_a_part_and_says_so(self):
        sections = self.env["credit.statement.book"]._get_statements(
            self.customer.ids, self.company, "open", fields.Date.today()
        )[self.customer.id]
        page = self.env["credit.statement.book"]._get_page(sections, "open", fields.Date.today(), limit=1)
        self.assertEqual((len(page["sections"][0]["rows"]), page["sections"][0]["hidden"]), (1, 1))

    def test_downloads_of_the_office(self):
        for login in ("hub_accountant", "hub_manager"):
            self.users[login].group_ids |= self.env.ref("base.group_allow_export")
        wizards = self.env["credit.statement"].with_user(self.users["hub_accountant"])
        wizard = wizards.create({"who": "chosen", "partner_ids": [Command.set((self.customer | self.other).ids)]})
        lines = wizard._make_lines()
        url = lines[:1].action_export()["url"]
        self.assertTrue(re.fullmatch(rf"/credit_centre/statement/{wizard.id}/xlsx\?lines=\d+", url))
        response = self._get(url, "hub_accountant")
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        self.assertEqual(len(book.sheetnames), 2)
        self.assertEqual(self._get(url, "hub_manager").status_code, 404)

    # ------------------------------------------------------------------ in the browser

    def test_a_customer_looks_at_the_own_statement(self):
        self.start_tour("/my", "credit_statement_portal", login="stat_portal", timeout=180)

    def test_an_accountant_sends_statements_to_several_customers(self):
        """S1.18, S1.19, S1.21"""
        self._invoice(5, "2025-01-11", due="2099-01-01", partner=self.env["res.partner"].create({"name": "Not Late"}))
        self.start_tour("/odoo/credit-open-items", "credit_statement_email", login="hub_accountant", timeout=180)
        account = self.env["credit.account"]._for_partners(self.customer, self.company)
        self.assertIn("70.00", account.message_ids.filtered("partner_ids").body)
        self.assertFalse(
            self.env["credit.account"]._for_partners(self.other, self.company).message_ids.filtered("partner_ids")
        )
