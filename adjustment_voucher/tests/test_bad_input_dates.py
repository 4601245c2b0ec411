"""Currencies, dates, journals and imports that must be refused, or do no harm (reliability: VC18 to VC25, VC37)."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .proof import ProofCase


@tagged("post_install", "-at_install")
class TestCurrencyDatesJournals(ProofCase):
    def test_VC18_no_rate_is_never_one_to_one(self):
        cad = self._currency("CAD", _2024_02_15=2.0)
        debit, credit = self._item(100, currency=cad, value=50), self._item(-50)
        voucher = self._voucher([(credit, 50), (debit, 100)], kind="multi")
        self.assertEqual(self._line(voucher, debit).rate, 0)
        with self.assertRefused("enter a rate on its line or in the currency table: there is none from CAD"):
            voucher.action_authorize()
        with self.assertRefused("2024-01-31"):
            voucher.action_authorize()
        with self.assertRefused("enter a rate"):
            voucher.action_allocate()
        self._line(voucher, debit).rate = 0.5
        voucher.action_authorize()
        self.assertTrue(debit.reconciled and credit.reconciled)

    def test_VC18_archived_currency(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        debit, credit = self._item(100, currency=cad, value=50), self._item(-100, currency=cad, value=-50)
        cad.active = False
        voucher = self._voucher([(credit, 100), (debit, 100)], currency_id=cad.id)
        voucher.action_authorize()
        self.assertTrue(debit.reconciled)

    def test_VC18_item_without_an_amount_in_its_currency(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        move = self.env["account.move"].create(
            {
                "date": "2024-01-31",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": self.receivable.id, "partner_id": self.customer.id,
                                    "currency_id": cad.id, "amount_currency": 0, "balance": 5}),
                    Command.create({"account_id": self.income.id, "currency_id": cad.id, "amount_currency": 0,
                                    "balance": -5}),
                ],
            }
        )  # fmt: skip
        move.action_post()
        item = move.line_ids.filtered("partner_id")
        voucher = self._voucher(currency_id=cad.id)
        voucher.action_load_items()
        self.assertNotIn(item, voucher.line_ids.move_line_id)
        with self.assertRefused("use at most what is open"):
            self._voucher([(item, 5)], currency_id=cad.id)

    def test_VC19_rates_changed_afterwards_change_nothing(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        debit, credit = self._item(100, currency=cad, value=50), self._item(-50)
        voucher = self._voucher([(credit, 50), (debit, 100)], kind="multi")
        voucher.action_authorize()
        kept = [(line.rate, line.voucher_amount) for line in voucher.line_ids]
        cad.rate_ids.rate = 5.0
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual([(line.rate, line.voucher_amount) for line in voucher.line_ids], kept)
        self.assertEqual(voucher.total_debit, 50)

    def test_VC19_extreme_rates(self):
        for rate in (1e-9, 1e9):
            cad = self._currency("CAD", _2024_01_01=rate)
            debit, credit = self._item(100, currency=cad, value=50), self._item(-50)
            voucher = self._voucher([(credit, 50), (debit, 100)], kind="multi")
            with self.subTest(rate), self.assertRefused("To "):
                voucher.action_authorize()

    def test_VC20_exchange_accounts_missing_or_archived(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        for value, field in (
            (-48, "expense_currency_exchange_account_id"),
            (-53, "income_currency_exchange_account_id"),
        ):
            debit, credit = self._item(100, currency=cad, value=50), self._item(-100, currency=cad, value=value)
            voucher = self._voucher([(credit, 100), (debit, 100)], currency_id=cad.id)
            account = self.company[field]
            self.company[field] = False
            with self.subTest(field), self.assertRefused("ask an administrator to set"):
                voucher.action_authorize()
            self.company[field] = account
            account.active = False
            with self.subTest(field, archived=True), self.assertRefused("ask an administrator to set"):
                voucher.action_authorize()
            account.active = True

    def test_VC21_locked_periods(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        for lock in ("fiscalyear_lock_date", "hard_lock_date"):
            for value in (-48, -50):  # with an entry, and without
                debit, credit = self._item(100, currency=cad, value=50), self._item(-100, currency=cad, value=value)
                voucher = self._voucher([(credit, 100), (debit, 100)], currency_id=cad.id)
                savepoint = self.env.cr.savepoint()
                self.company[lock] = "2024-04-15"  # after the draft was saved
                with self.subTest(lock, value=value), self.assertRefused("choose a date from 2024-04-16 on"):
                    voucher.action_authorize()
                voucher.date = "2024-04-16"
                voucher.action_authorize()
                self.assertEqual(voucher.state, "authorized")
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_VC21_tax_lock_where_tax_moves(self):
        debit, credit = self._pair(100, 98)
        discounted = self._voucher([(credit, 98), (debit, 100, {"discount_amount": 2})])
        plain = self._ready()
        self.company.tax_lock_date = "2024-04-15"
        with self.assertRefused("choose a date from 2024-04-16 on"):
            discounted.action_authorize()
        plain.action_authorize()
        self.assertEqual(plain.state, "authorized")

    def test_VC21_exception_of_one_user(self):
        voucher = self._ready()
        self.company.fiscalyear_lock_date = "2024-04-15"
        self.env["account.lock_exception"].create(
            {"company_id": self.company.id, "user_id": self.approver.id, "fiscalyear_lock_date": "2024-03-01",
             "end_datetime": fields.Datetime.now() + timedelta(hours=1)}
        )  # fmt: skip
        with self.assertRefused("choose a date from"):
            voucher.action_authorize()
        self._as(self.approver, voucher).action_authorize()
        self.assertEqual(voucher.state, "authorized")

    def test_VC22_dates_that_are_none(self):
        voucher = self._ready()
        for name in ("date", "value_date", "date_from", "date_to"):
            for value in ("2026-02-30", "soon", 5, [1], "31.12.2024", True, {"a": 1}):
                with self.subTest(str(value), field=name), self.assertRefused("give a date of the calendar"):
                    voucher.write({name: value})
                with self.subTest(str(value), field=name, new=True), self.assertRefused("give a date of the calendar"):
                    voucher.create({"partner_id": self.customer.id, name: value})
        for value in ("0001-01-01", "9999-12-31", fields.Date.context_today(voucher) + timedelta(days=1)):
            with self.subTest(str(value)), self.assertRefused("give a date up to today"):
                voucher.date = value

    def test_VC23_journals_that_do_not_fit(self):
        other = self._create_company(name="Other Books")
        theirs = self.env["account.journal"].search([("company_id", "=", other.id), ("type", "=", "general")], limit=1)
        voucher = self._ready()
        with self.assertRefused("choose a miscellaneous journal"):
            voucher.journal_id = self.company_data["default_journal_bank"]
        with self.assertRefused(""):
            voucher.journal_id = theirs
        cad = self._currency("CAD", _2024_01_01=2.0)
        debit, credit = self._item(100, currency=cad, value=50), self._item(-100, currency=cad, value=-48)
        booked = self._voucher([(credit, 100), (debit, 100)], currency_id=cad.id)
        journal = self.env["account.journal"].create({"name": "Own", "code": "OWN", "type": "general"})
        booked.journal_id = journal
        with mute_logger("odoo.sql_db"), self.assertRefused("", kinds=(UserError, IntegrityError)):
            journal.unlink()
        journal.active = False
        with self.assertRefused("journal that is in use"):
            booked.action_authorize()
        booked.journal_id = False
        with self.assertRefused("journal that is in use"):
            booked.action_authorize()

    def test_VC24_write_off_beyond_tolerance_authority_and_reason(self):
        debit, credit = self._pair(100, 90)
        voucher = self._voucher([(credit, 90), (debit, 100, {"write_off_amount": 10})])
        with self.assertRefused("give a reason"):
            voucher.action_authorize()
        self._line(voucher, debit).write_off_reason = "Agreed by telephone"
        self.env.user.adjustment_write_off_limit = 9.99
        with self.assertRefused("$ 9.99"):
            voucher.action_authorize()
        self.env.user.adjustment_write_off_limit = 10
        for account in (self.receivable, self.company_data["default_account_payable"]):
            with self.assertRefused("choose an income or expense account"):
                self.company.adjustment_write_off_account_id = account
        changed = self.income.copy({"name": "Changed later", "code": "LATER"})
        self.company.adjustment_write_off_account_id = changed
        changed.account_type = "asset_receivable"
        with self.assertRefused("would be a new open item"):
            voucher.action_authorize()
        self.company.adjustment_write_off_account_id = self.write_off_account
        self.write_off_account.active = False
        with self.assertRefused("ask an administrator to set"):
            voucher.action_authorize()
        self.write_off_account.active = True
        voucher.action_authorize()
        self.assertEqual(self._balance(voucher, self.write_off_account), 10)

    def test_VC24_parts_larger_than_the_whole(self):
        debit, credit = self._pair(100, 90)
        voucher = self._voucher([(credit, 90), (debit, 100)])
        with mute_logger("odoo.sql_db"), self.assertRefused("", kinds=(IntegrityError, UserError)):
            self._line(voucher, debit).write({"write_off_amount": 60, "chargeback_amount": 60})

    def test_VC25_blocked_invoice(self):
        invoice = self._invoice(100)
        voucher = self._voucher([(self._item(-100), 100), (self._open_line(invoice), 100)])
        invoice.payment_state = "blocked"
        with self.assertRefused("in dispute"):
            voucher.action_authorize()

    def test_VC_texts(self):
        voucher = self._ready()
        line = voucher.line_ids[0]
        for value in ("a\0b", "a\ud800b", "x" * 1_000_000, 5, ["x"]):
            for record, name in (
                (voucher, "memo"),
                (voucher, "name"),
                (line, "write_off_reason"),
                (line, "late_charge_reason"),
            ):
                with self.subTest(ascii(value)[:9], field=name), self.assertRefused("write plain text"):
                    record.write({name: value})
        voucher.memo = "<b>bold</b> \u202e \u200b =1+1"
        self.assertEqual(voucher.memo, "<b>bold</b> \u202e \u200b =1+1")
        voucher.action_return("<script>alert(1)</script>")
        self.assertNotIn("<script>", " ".join(str(message.body) for message in voucher.message_ids))


@tagged("post_install", "-at_install")
class TestImport(ProofCase):
    def _load(self, names, *rows):
        return self.env["adjustment.voucher"].load(names, [list(row) for row in rows])

    def test_VC37_import(self):
        names = ["partner_id", "date", "memo"]
        result = self._load(names, ("Customer", "2024-03-31", "First"), ("Customer", "2024-02-01", "Second"))
        self.assertEqual(len(result["ids"] or []), 2, result["messages"])
        vouchers = self.env["adjustment.voucher"].browse(result["ids"])
        self.assertEqual(vouchers.mapped("state"), ["draft", "draft"])

    def test_VC37_bad_rows_leave_nothing(self):
        count = self.env["adjustment.voucher"].search_count([])
        good = ("Customer", "2024-03-31", "Good")
        for names, bad in (
            (["partner_id", "date", "memo"], ("Customer", "2026-02-30", "x")),
            (["partner_id", "date", "memo"], ("Customer", "03/04/26", "x")),
            (["partner_id", "date", "memo"], ("Customer", "2999-01-01", "x")),
            (["partner_id", "date", "memo"], ("Nobody at all", "2024-01-01", "x")),
            (["partner_id", "date", "memo"], ("", "2024-01-01", "x")),
            (["partner_id", "date", "memo"], ("Customer", "2024-01-01", "a\0b")),
            (["partner_id", "date", "state"], ("Customer", "2024-01-01", "authorized")),
            (["partner_id", "date", "authorized_by_id"], ("Customer", "2024-01-01", self.env.user.name)),
        ):
            rows = (good, bad) if names[2] == "memo" else (bad,)
            with self.subTest(bad), mute_logger("odoo.sql_db"):
                result = self._load(names, *rows)
                self.assertTrue(result["messages"])
                self.assertFalse(result["ids"])
                self.assertNotIn("Traceback", str(result["messages"]))
                self.assertEqual(self.env["adjustment.voucher"].search_count([]), count)

    def test_VC37_amounts_with_separators(self):
        debit = self._item(2000)
        names = ["partner_id", "date", "line_ids/move_line_id/.id", "line_ids/amount"]
        for amount in ("1.000,50", "1,000.50", "nan", "-5", "1e400"):
            with self.subTest(amount):
                result = self._load(names, ("Customer", "2024-03-31", str(debit.id), amount))
                self.assertTrue(result["messages"])
                self.assertFalse(result["ids"])
        result = self._load(names, ("Customer", "2024-03-31", str(debit.id), "1000.50"))
        voucher = self.env["adjustment.voucher"].browse(result["ids"])
        self.assertEqual(voucher.line_ids.amount, 1000.5, result["messages"])
