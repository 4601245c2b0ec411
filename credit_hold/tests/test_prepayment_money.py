"""Prepayments: money that goes away again, and money that comes online."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .prepayment_common import PrepaymentCase


@tagged("post_install", "-at_install")
class TestMoneyGone(PrepaymentCase):
    """A bounced or reversed receipt brings the stop back."""

    def _through(self, amount=1000):
        order = self._order(amount=amount)
        receipt = self._reserved(order, amount)
        self.assertGoesThrough(order)
        return order, receipt

    def assertStopped(self, order):
        self.assertEqual((order.state, order.credit_status), ("sale", "prepay"))
        hold = order._credit_last_hold()
        self.assertEqual((hold.state, hold.reason_codes, hold.manual), ("held", "prepay", False))
        self.assertIn(self.manager, hold.activity_ids.user_id)

    def test_quotation(self):
        order = self._order(amount=1000)
        receipt = self._reserved(order, 1000)
        self.assertEqual(order.credit_status, "clear")
        receipt.action_cancel()
        self.assertWaits(order)

    def test_confirmed_order_with_a_cancelled_receipt(self):
        order, receipt = self._through()
        receipt.action_cancel()
        self.assertStopped(order)

    def test_confirmed_order_with_a_rejected_receipt(self):
        order, receipt = self._through()
        receipt.action_reject()
        self.assertStopped(order)

    def test_confirmed_order_with_a_receipt_back_to_draft(self):
        order, receipt = self._through()
        receipt.action_draft()
        self.assertStopped(order)
        receipt.action_post()
        self.assertEqual((order.state, order.credit_status), ("sale", "clear"))
        self.assertEqual(order._credit_last_hold().state, "lapsed")

    def test_confirmed_order_with_a_reversed_receipt(self):
        order, receipt = self._through()
        receipt.move_id._reverse_moves(cancel=True)
        self.assertStopped(order)

    def test_confirmed_order_with_a_receipt_taken_for_something_else(self):
        order, receipt = self._through()
        receipt.credit_order_id = False
        self.assertStopped(order)

    def test_confirmed_order_with_a_down_payment_unpaid_again(self):
        self.customer.prepay_percent = 30
        order = self._order(amount=1000)
        invoice = self._down_payment(order, 300)
        payment = self._pay(invoice)
        self.assertGoesThrough(order)
        payment.action_draft()
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertStopped(order)

    def test_only_the_part_that_is_missing_is_asked(self):
        order = self._order(amount=1000)
        first = self._reserved(order, 400)
        self._reserved(order, 600)
        self.assertGoesThrough(order)
        first.action_cancel()
        self.assertStopped(order)
        self._reserved(order, 400)
        self.assertEqual((order.state, order.credit_status), ("sale", "clear"))

    def test_flag_lifted_frees_it(self):
        order, receipt = self._through()
        receipt.action_cancel()
        self.assertStopped(order)
        self.customer.prepay_required = False
        self.assertEqual((order.state, order.credit_status), ("sale", "clear"))
        self.assertEqual(order._credit_last_hold().state, "lapsed")

    def test_released_while_stopped(self):
        order, receipt = self._through()
        receipt.action_cancel()
        self._as(self.manager, order).action_credit_release("They will pay")
        self.assertEqual((order.state, order.credit_status), ("sale", "released"))
        self.env["credit.account"]._cron_refresh()
        self.assertEqual((order.state, order.credit_status), ("sale", "released"))

    def test_what_is_invoiced_is_a_debt_and_no_stop(self):
        order, receipt = self._through()
        self._invoice_order(order)
        receipt.action_cancel()
        self.assertEqual((order.state, order.credit_status), ("sale", "clear"))

    def test_order_that_never_lived_on_a_prepayment_is_left_alone(self):
        order = self._confirmed(self._customer("Free"), 1000)
        receipt = self._receipt(order.partner_id, 100, credit_order_id=order.id)
        receipt.action_cancel()
        self.assertFree(order)


@tagged("post_install", "-at_install")
class TestOnline(PrepaymentCase):
    """The customer pays online: the money is always kept and recorded, the order follows the rules."""

    def assertBooked(self, transaction, order, amount):
        payment = transaction.payment_id
        self.assertEqual(transaction.is_post_processed, True)
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual((payment.amount, payment.credit_order_id), (amount, order))

    def test_whole_amount_confirms_the_order(self):
        order = self._order(amount=1000)
        transaction = self._online(order)
        self.assertFree(order)
        self.assertBooked(transaction, order, 1000)
        self.assertEqual(self._amounts(order), (1000, 1000))
        self.assertEqual(order._credit_last_hold().state, "lapsed")

    def test_counts_before_it_is_a_receipt_and_once_after(self):
        self.customer.prepay_percent = 50
        order = self._order(amount=1000)
        transaction = self._online(order, 500, process=False)
        self.assertEqual(self._amounts(order), (500, 500))
        self.assertWaitsNot(order)
        transaction._post_process()
        self.assertBooked(transaction, order, 500)
        self.assertEqual(self._amounts(order), (500, 500))
        self.assertFree(order)

    def assertWaitsNot(self, order):
        order.action_credit_check()
        self.assertEqual(order.credit_status, "clear")

    def test_authorized_money_counts(self):
        order = self._order(amount=1000)
        self._online(order, state="authorized")
        self.assertFree(order)

    def test_HD03_pending_money_does_not_count(self):
        order = self._order(amount=1000)
        self._online(order, state="pending")
        self.assertEqual(self._amounts(order), (1000, 0))
        self.assertWaits(order)

    def test_HD03_cancelled_money_does_not_count(self):
        order = self._order(amount=1000)
        transaction = self._online(order, state="pending")
        transaction._set_canceled()
        transaction._post_process()
        self.assertWaits(order)

    def test_part_of_what_is_asked_is_kept_and_the_order_waits(self):
        order = self._order(amount=1000)
        transaction = self._online(order, 400)
        self.assertBooked(transaction, order, 400)
        self.assertWaits(order)
        self.assertEqual(self._amounts(order), (1000, 400))

    def test_HD07_held_customer_keeps_the_money_recorded(self):
        self.customer.write({"prepay_required": False, "credit_hold": True})
        order = self._order(amount=1000)
        transaction = self._online(order)
        self.assertBooked(transaction, order, 1000)
        self.assertHeld(order, "customer_hold")
        self.assertExposure(0)
        self.customer.credit_hold = False
        self._confirm(order)
        self.assertFree(order)

    def test_HD07_part_paid_order_over_the_limit_keeps_the_money_recorded(self):
        self.customer.write({"prepay_required": False, "credit_limit": 1000})
        order = self._order(amount=5000, require_payment=True, prepayment_percent=0.3)
        transaction = self._online(order, 1500)
        self.assertBooked(transaction, order, 1500)
        self.assertHeld(order, "limit")
        self.assertEqual(order._credit_last_hold().snapshot["order"], 3500)

    def test_order_over_the_limit_paid_in_full_goes_through(self):
        self.customer.write({"prepay_required": False, "credit_limit": 1000})
        order = self._order(amount=5000)
        transaction = self._online(order)
        self.assertFree(order)
        self.assertBooked(transaction, order, 5000)

    def test_HD07_manager_is_told_and_the_customer_is_not_lied_to(self):
        self.customer.write({"prepay_required": False, "credit_hold": True, "email": "buyer@example.com"})
        order = self._order(amount=1000)
        transaction = self._online(order, process=False)
        confirmed = transaction._check_amount_and_confirm_order()
        self.assertEqual(confirmed, self.env["sale.order"])
        self.assertIn(self.manager, order._credit_last_hold().activity_ids.user_id)

    def test_HD03_refunded_money_stops_the_order_again(self):
        order = self._order(amount=1000)
        transaction = self._online(order)
        self.assertFree(order)
        refund = transaction._create_child_transaction(1000, is_refund=True)
        refund._set_done()
        refund._post_process()
        self.assertEqual(self._amounts(order), (1000, 0))
        self.assertEqual((order.state, order.credit_status), ("sale", "prepay"))

    def test_E5_one_transaction_for_two_orders_counts_for_none(self):
        orders = self._order(amount=500) | self._order(amount=500)
        transaction = self._online(orders[0], 500, process=False)
        transaction.sale_order_ids = [Command.set(orders.ids)]
        for order in orders:
            self.assertEqual(self._amounts(order), (500, 0))
            self.assertWaits(order)

    def test_transaction_of_an_order_cannot_be_made_by_a_salesman(self):
        order = self._order(amount=1000)
        with self.assertRaises(AccessError):
            self._as(self.salesman, order).write(
                {"transaction_ids": [Command.create({"amount": 1000, "state": "done", "reference": "Mine"})]}
            )
