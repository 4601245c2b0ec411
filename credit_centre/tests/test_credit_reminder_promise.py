from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CreditCentreCommon

START = "2025-03-01"


@tagged("post_install", "-at_install")
class TestPromise(CreditCentreCommon):
    """S1.16, S3.15: promises to pay, kept or broken by what came in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1000, "2025-01-01", due="2025-01-31")
        cls.second = cls._invoice(500, "2025-01-01", due="2025-01-31")
        cls.account = cls.env["credit.account"]._for_partners(cls.customer, cls.company)
        cls.accountant = cls.users["hub_accountant"]

    def _promise(self, amount=600, date="2025-03-15", user=None, **values):
        promises = self.env["credit.promise"].with_user(user or self.accountant)
        return promises.create({"account_id": self.account.id, "amount": amount, "date": date, **values})

    @freeze_time(START)
    def test_a_biller_records_a_promise_and_the_account_keeps_it(self):
        promise = self._promise(note="Cheque is in the post")
        self.assertEqual((promise.state, promise.partner_id, promise.company_id), ("open", self.customer, self.company))
        self.assertEqual((promise.promised_on, promise.user_id), (self._day(START), self.accountant))
        self.assertEqual((self.account.promised_amount, self.account.next_promise_date), (600, self._day("2025-03-15")))
        self.assertIn("Cheque is in the post", self.account.message_ids[0].body)

    def test_money_in_time_keeps_it_at_once(self):
        with freeze_time(START):
            promise = self._promise()
        with freeze_time("2025-03-10"):
            self._receipt(599.50, "2025-03-10")
        self.assertEqual((promise.state, promise.received), ("kept", 599.5))
        self.assertEqual(promise.decided_on, self._day("2025-03-10"))

    def test_part_of_the_money_keeps_it_open_and_then_breaks_it(self):
        with freeze_time(START):
            promise = self._promise()
            self.account.sudo().collector_id = self.users["hub_manager"]
        with freeze_time("2025-03-15"):
            self._receipt(100, "2025-03-15")
            self.env["credit.promise"]._cron_examine()
            self.assertEqual((promise.state, promise.received), ("open", 100))
        with freeze_time("2025-03-16"):
            self.env["credit.promise"]._cron_examine()
        self.assertEqual(promise.state, "broken")
        self.assertEqual(promise.activity_ids.user_id, self.users["hub_manager"])
        with freeze_time("2025-03-20"):
            self._receipt(900, "2025-03-20")
        self.assertEqual(promise.state, "broken", "what came too late changes nothing")

    def test_one_receipt_keeps_one_promise(self):
        with freeze_time(START):
            first, second = self._promise(date="2025-03-10"), self._promise(date="2025-03-15")
        with freeze_time("2025-03-09"):
            self._receipt(700, "2025-03-09")
        self.assertEqual(first.state, "kept")
        self.assertEqual((second.state, second.received), ("open", 100))

    def test_a_credit_note_is_no_payment_but_settles_named_documents(self):
        with freeze_time(START):
            named, free = self._promise(500, move_ids=[Command.set(self.second.ids)]), self._promise(500)
        with freeze_time("2025-03-05"):
            note = self._invoice(500, "2025-03-05", kind="out_refund")
            self._receivable(note, self.second).reconcile()
            self.env["credit.promise"]._cron_examine()
        self.assertEqual((named.state, free.state), ("kept", "open"))

    def test_money_of_before_the_promise_does_not_count(self):
        with freeze_time(START):
            self._receipt(600, "2025-02-20")
            promise = self._promise()
        self.assertEqual((promise.state, promise.received), ("open", 0))

    def test_a_promise_in_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2025-01-01", 0.5)])
        with freeze_time(START):
            promise = self._promise(100, currency_id=euro.id)
            self.assertEqual(promise.amount_company, 200)
        with freeze_time("2025-03-02"):
            self._receipt(200, "2025-03-02")
        self.assertEqual((promise.state, promise.received), ("kept", 100))

    @freeze_time(START)
    def test_a_cancelled_promise_stays_cancelled(self):
        promise = self._promise()
        promise.action_cancel()
        self.assertEqual(promise.state, "cancelled")
        with self.assertRaisesRegex(UserError, "record a new promise"):
            promise.amount = 5
        with self.assertRaisesRegex(UserError, "choose open ones"):
            promise.action_cancel()

    @freeze_time(START)
    def test_what_the_money_decides_nobody_writes(self):
        promise = self._promise()
        for values in ({"state": "kept"}, {"received": 5}, {"promised_on": "2024-01-01"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                promise.write(values)
        with self.assertRaises(AccessError):
            self._promise(state="kept")
        with self.assertRaises(AccessError):
            promise.unlink()

    @freeze_time(START)
    def test_bad_input_is_refused(self):
        theirs = self._invoice(10, "2025-01-01", partner=self.other)
        for values in (
            {"amount": 0},
            {"amount": -5},
            {"amount": float("nan")},
            {"amount": 1e300},
            {"date": "2025-02-27"},
            {"move_ids": [Command.set(theirs.ids)]},
            {"note": "x" * 3000},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._promise(**values)

    @freeze_time(START)
    def test_roles(self):
        self._promise(user=self.users["hub_manager"])
        for login in ("hub_viewer", "hub_sales"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._promise(user=self.users[login])
        self.assertTrue(self.env["credit.promise"].with_user(self.users["hub_viewer"]).search([]))
        with self.assertRaises(AccessError):
            self.env["credit.promise"].with_user(self.users["hub_sales"]).search([])

    @freeze_time(START)
    def test_another_company_sees_nothing(self):
        promise = self._promise()
        foreign = self.setup_other_company()["company"]
        user = self._other_user(foreign)
        self.assertFalse(self.env["credit.promise"].with_user(user).search([("id", "=", promise.id)]))
        with self.assertRaises(AccessError):
            self._promise(user=user)

    def _other_user(self, company):
        return self.env["res.users"].create(
            {
                "name": "Elsewhere",
                "login": "hub_elsewhere",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [
                    Command.set([self.env.ref("base.group_user").id, self.env.ref("account.group_account_invoice").id])
                ],
            }
        )

    def test_an_invoice_posted_looks_at_no_promise(self):
        with patch.object(type(self.env["credit.promise"]), "_examine", side_effect=AssertionError):
            self._invoice(10, "2025-03-01")

    def test_today_is_the_default(self):
        self.assertEqual(self._promise(date=fields.Date.today()).promised_on, fields.Date.today())
