"""A receipt that bounces takes its vouchers back, to the cent, whoever rejects it."""

from odoo import fields
from odoo.tests import tagged

from .guard import GuardCase


@tagged("post_install", "-at_install")
class TestBounce(GuardCase):
    def setUp(self):
        super().setUp()
        self.eur = self._currency("EUR", _2024_01_01=0.5, _2024_02_01=0.4)
        self.discount = self.company.account_journal_early_pay_discount_loss_account_id
        self.invoice = self._invoice(100, "2024-01-01", self.eur)
        self.payment = self._receipt(98, "2024-02-01", self.eur)
        self.debit, self.credit = self._open_line(self.invoice), self._open_line(self.payment)
        self.before = self._image(self.debit | self.credit)
        self.today = fields.Date.today()

    def _apply(self):
        voucher = self._voucher([(self.credit, 98), (self.debit, 100, {"discount_amount": 2})], currency_id=self.eur.id)
        voucher.action_authorize()
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        return voucher

    def _booked(self, account):
        return sum(self.env["account.move.line"].search([("account_id", "=", account.id)]).mapped("balance"))

    def test_rejected_by_a_billing_user(self):
        voucher = self._apply()
        self.assertTrue(self._booked(self.discount) and self._booked(self.gain) + self._booked(self.loss))
        self._by(self.billing, self.payment).action_reject()
        self.assertEqual(self.payment.state, "rejected")
        self.assertEqual(voucher.state, "reversed")
        self.assertEqual(self._image(self.debit | self.credit), self.before)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual((self._booked(self.discount), self._booked(self.gain) + self._booked(self.loss)), (0, 0))
        self.assertEqual((voucher.reversal_date, voucher.reversal_move_id.date), (self.today, self.today))
        self.assertEqual(voucher.reversed_by_id, self.billing)
        self.assertEqual(voucher.reversal_reason, f"Receipt {self.payment.name} rejected")
        self.assertIn(self.payment.name, voucher.message_ids[0].body)

    def test_canceled(self):
        voucher = self._apply()
        self._by(self.billing, self.payment).action_cancel()
        self.assertEqual((self.payment.state, self.payment.move_id.state), ("canceled", "cancel"))
        self.assertEqual(voucher.state, "reversed")
        self.assertEqual(self._image(self.debit), self.before[:1])
        self.assertEqual(voucher.reversal_reason, f"Receipt {self.payment.name} canceled")

    def test_any_change_of_the_state(self):
        for state in ("rejected", "canceled"):
            with self.subTest(state=state), self.env.cr.savepoint() as savepoint:
                voucher = self._apply()
                self._by(self.billing, self.payment).write({"state": state})
                self.assertEqual(voucher.state, "reversed")
                savepoint.rollback()

    def test_several_vouchers_on_one_receipt(self):
        other = self._invoice(40, "2024-01-01", self.eur)
        item = self._open_line(other)
        before = self._image(self.debit | item | self.credit)
        first = self._voucher([(self.credit, 58), (self.debit, 58)], currency_id=self.eur.id)
        second = self._voucher([(self.credit, 40), (item, 40)], currency_id=self.eur.id)
        elsewhere = self._voucher([(self._item(-5), 5), (self._item(5), 5)])
        (first | second | elsewhere).action_authorize()
        self.assertTrue(self.credit.reconciled)
        self._by(self.billing, self.payment).action_reject()
        self.assertEqual((first | second).mapped("state"), ["reversed", "reversed"])
        self.assertEqual(elsewhere.state, "authorized")
        self.assertEqual(self._image(self.debit | item | self.credit), before)

    def test_two_receipts_in_one_voucher_and_one_call(self):
        second = self._receipt(2, "2024-02-01", self.eur)
        credit = self._open_line(second)
        voucher = self._voucher([(self.credit, 98), (credit, 2), (self.debit, 100)], currency_id=self.eur.id)
        voucher.action_authorize()
        self._by(self.billing, self.payment | second).action_reject()
        self.assertEqual((voucher.state, second.state, self.payment.state), ("reversed", "rejected", "rejected"))
        self.assertEqual(self._image(self.debit | self.credit), self.before)

    def test_voucher_in_a_locked_period(self):
        voucher = self._apply()
        self.company.fiscalyear_lock_date = "2024-12-31"
        self._by(self.billing, self.payment).action_reject()
        self.assertEqual(voucher.state, "reversed")
        self.assertEqual(voucher.move_id.date, fields.Date.to_date("2024-03-31"))
        self.assertEqual(
            voucher.reversal_move_id.date, self.today
        )  # today is the first day that both asks for and is open
        self.assertEqual(self._image(self.debit | self.credit), self.before)

    def test_today_locked_too(self):
        voucher = self._apply()
        first_open = fields.Date.add(self.today, days=11)
        self.company.fiscalyear_lock_date = fields.Date.add(self.today, days=10)
        self._by(self.billing, self.payment).action_reject()
        self.assertEqual(voucher.reversal_move_id.date, first_open)
        self.assertEqual(self._image(self.debit | self.credit), self.before)

    def test_a_bounced_receipt_is_not_applied_again(self):
        self._apply()
        self._by(self.billing, self.payment).action_reject()
        again = self._voucher([(self.credit, 98), (self.debit, 98)], currency_id=self.eur.id)
        with self._refused("its payment was rejected or canceled"):
            again.action_authorize()

    def test_without_a_voucher_odoo_goes_on_as_ever(self):
        self._by(self.billing, self.payment).action_reject()
        self.assertEqual(self.payment.state, "rejected")
        with self._denied():
            self._by(self.users["reader"], self.payment).action_reject()

    def test_who_may_not_reject_reverses_nothing(self):
        voucher = self._apply()
        for user in (self.users["reader"], self.users["sales"], self.stranger):
            with self.subTest(user=user.login), self._denied():
                self._by(user, self.payment).action_reject()
        self.assertEqual(voucher.state, "authorized")
