"""Prepayments: what is asked, which money counts, and what happens when it goes away again."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import CreditCase


class PrepaymentCase(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.prepay_required = True

    def _reserved(self, order, amount, **vals):
        return self._receipt(amount=amount, credit_order_id=order.id, **vals)

    def _confirm(self, order):
        return self._as(self.salesman, order).action_confirm()

    def _amounts(self, order):
        order.invalidate_recordset()
        return order.prepay_amount, order.prepaid_amount

    def assertWaits(self, order):
        self._confirm(order)
        self.assertHeld(order, "prepay", status="prepay")
        with self.assertRefusedWith(ValidationError, "is required to make prepayments"):
            self._as(self.salesman, order).write({"state": "sale"})

    def assertGoesThrough(self, order):
        self.assertEqual(order.credit_status, "clear")
        self._confirm(order)
        self.assertFree(order)


@tagged("post_install", "-at_install")
class TestPrepayment(PrepaymentCase):
    def test_S2_20_S2_22_order_waits_for_the_whole_amount(self):
        order = self._order(amount=1000)
        self.assertEqual(order.credit_status, "prepay")
        self.assertEqual((order.prepay_percent, *self._amounts(order)), (100, 1000, 0))
        self.assertWaits(order)

    def test_percentage_of_the_customer_and_of_the_policy(self):
        self.policy.prepay_percent = 50
        order = self._order(amount=1000)
        self.assertEqual(self._amounts(order), (500, 0))
        self.customer.prepay_percent = 30
        self.assertEqual(self._amounts(order), (300, 0))
        self._reserved(order, 299.99)
        self.assertWaits(order)
        self._reserved(order, 0.01)
        self.assertEqual(self._amounts(order), (300, 300))
        self.assertGoesThrough(order)

    def test_what_is_asked_is_one_number(self):
        self.customer.prepay_percent = 33.33
        for value, asked in ((100.01, 33.33), (100.02, 33.34), (0.01, 0.01)):
            with self.subTest(value=value):
                order = self._order(amount=value)
                self.assertEqual(self._amounts(order), (asked, 0))
                self.assertIn(f"$\xa0{asked:.2f}", order.credit_hold_ids.remedy)
                self.assertWaits(order)
                self._reserved(order, asked)
                self.assertGoesThrough(order)

    def test_order_of_no_value_still_waits(self):
        order = self._order(amount=0)
        self.assertWaits(order)

    def test_limit_is_not_looked_at(self):
        self.customer.write({"credit_limit": 10, "prepay_percent": 10})
        order = self._order(amount=1000)
        self._reserved(order, 100)
        self.assertGoesThrough(order)

    def test_remedy_names_what_is_missing(self):
        order = self._order(amount=1000)
        self._reserved(order, 400)
        self._confirm(order)
        self.assertEqual(
            order.credit_hold_ids.remedy,
            "Receive the prepayment of $\xa0600.00; Ask the credit manager for a release",
        )

    def test_salesman_sees_asked_and_come(self):
        order = self._order(amount=1000)
        self._reserved(order, 250)
        order.invalidate_recordset()
        panel = self._as(self.salesman, order).credit_panel
        self.assertEqual(panel["prepay"], {"asked": "$\xa01,000.00", "come": "$\xa0250.00", "percent": 25})

    def test_receipt_counts_once_it_is_posted(self):
        order = self._order(amount=1000)
        receipt = self._reserved(order, 1000, post=False)
        self.assertWaits(order)
        receipt.action_post()
        self.assertGoesThrough(order)

    def test_receipt_reserved_later_counts(self):
        order = self._order(amount=1000)
        receipt = self._receipt(amount=1000)
        self.assertWaits(order)
        receipt.credit_order_id = order
        self.assertGoesThrough(order)

    def test_receipt_that_is_not_reserved_does_not_count(self):
        order = self._order(amount=1000)
        self._receipt(amount=5000)
        self.assertWaits(order)

    def test_receipt_promised_elsewhere_stops_it_again(self):
        order, other = self._order(amount=1000), self._order(amount=1000)
        receipt = self._reserved(order, 1000)
        self.assertEqual((order.credit_status, other.credit_status), ("clear", "prepay"))
        receipt.credit_order_id = other
        self.assertEqual((order.credit_status, other.credit_status), ("prepay", "clear"))

    def test_E5_money_of_one_order_does_not_free_another(self):
        order, other = self._order(amount=600), self._order(amount=600)
        self._reserved(order, 1200)
        self.assertGoesThrough(order)
        self.assertWaits(other)

    def test_HD03_two_orders_in_one_call_with_one_prepayment(self):
        orders = self._order(amount=600) | self._order(amount=600)
        self._reserved(orders[0], 600)
        self._confirm(orders)
        self.assertEqual(orders.mapped("state"), ["sale", "draft"])

    def test_HD03_receipt_of_another_customer(self):
        order = self._order(amount=600)
        stranger = self._customer("Stranger")
        with self.assertRaises(ValidationError):
            self._receipt(stranger, 600, credit_order_id=order.id)
        self.assertWaits(order)

    def test_receipt_of_the_payer_counts(self):
        payer = self._customer("Payer", prepay_required=True)
        buyer = self._customer("Buyer")
        order = self._order(buyer, 600, partner_invoice_id=payer.id)
        self.assertWaits(order)
        self._receipt(payer, 600, credit_order_id=order.id)
        self.assertGoesThrough(order)

    def test_down_payment_invoice_counts_when_paid(self):
        self.customer.prepay_percent = 30
        order = self._order(amount=1000)
        invoice = self._down_payment(order, 300)
        self.assertWaits(order)
        self._pay(invoice, 100)
        self.assertEqual(self._amounts(order), (300, 100))
        self.assertWaits(order)
        self._pay(invoice)
        self.assertEqual(self._amounts(order), (300, 300))
        self.assertGoesThrough(order)

    def test_down_payment_invoice_settled_by_a_credit_note_is_no_money(self):
        self.customer.prepay_percent = 30
        order = self._order(amount=1000)
        invoice = self._down_payment(order, 300)
        refund = self._invoice(amount=300, move_type="out_refund")
        (invoice.line_ids | refund.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertWaits(order)

    def test_reserved_receipt_applied_to_the_down_payment_invoice_counts_once(self):
        self.customer.prepay_percent = 30
        order = self._order(amount=1000)
        receipt = self._reserved(order, 300)
        self.assertEqual(self._amounts(order), (300, 300))
        invoice = self._down_payment(order, 300)
        (invoice.line_ids | receipt.move_id.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(self._amounts(order), (300, 300))
        self.assertGoesThrough(order)

    def test_reserved_money_spent_on_another_invoice_does_not_count(self):
        invoice = self._invoice(amount=600)
        order = self._order(amount=600)
        receipt = self._reserved(order, 600)
        self.assertEqual(order.credit_status, "clear")
        (invoice.line_ids | receipt.move_id.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertWaits(order)

    def test_reserved_money_makes_no_room_for_other_orders(self):
        free = self._customer("Limited", credit_limit=1000)
        self._invoice(free, 900)
        self.policy.count_uncleared_receipts = True
        promised = self._order(free, 500)
        receipt = self._receipt(free, 500, credit_order_id=promised.id)
        self.assertExposure(900, free)
        self.assertEqual(free.credit_reserved, 500)
        other = self._order(free, 300)
        self.assertHeld(other, "limit")
        receipt.credit_order_id = False
        self.assertExposure(400, free)
        self.assertEqual(other.credit_status, "clear")

    def test_A46_exposure_throughout(self):
        self.customer.write({"credit_limit": 20000, "prepay_percent": 30})
        order = self._order(amount=10000)
        self._pay(self._down_payment(order, 3000))
        self.assertGoesThrough(order)
        self.assertExposure(7000)
        final = self._invoice_order(order)
        self.assertEqual(final.amount_residual, 7000)
        self.assertExposure(7000)

    def test_paid_in_full_ahead_passes_every_check(self):
        customer = self._customer("Poor", credit_limit=0)
        self._late_invoice(90, 500, customer)
        order = self._order(customer, 1000)
        self.assertHeld(order)
        self._receipt(customer, 1000, credit_order_id=order.id)
        self.assertGoesThrough(order)

    def test_paid_almost_in_full_does_not(self):
        customer = self._customer("Poor", credit_limit=0)
        order = self._order(customer, 1000)
        self._receipt(customer, 999.99, credit_order_id=order.id)
        self._confirm(order)
        self.assertHeld(order, "limit")

    def test_release_lets_it_pass_without_money(self):
        order = self._order(amount=1000)
        self._as(self.manager, order).action_credit_release("They paid in cash")
        self._confirm(order)
        self.assertFree(order, "released")

    def test_confirmed_order_grown_beyond_its_prepayment_is_refused(self):
        self.customer.prepay_percent = 30
        order = self._order(amount=1000)
        self._reserved(order, 300)
        self.assertGoesThrough(order)
        with self.assertRefusedWith(ValidationError, "is required to make prepayments"):
            order.order_line.price_unit = 2000
            self.env.flush_all()
        self._reserved(order, 300)
        order.order_line.price_unit = 2000
        self.env.flush_all()
        self.assertEqual(order.amount_total, 2000)

    def test_prepayment_registered_from_the_order_by_billing(self):
        order = self._order(amount=1000)
        self._reserved(order, 400)
        order.invalidate_recordset()
        action = order.action_register_prepayment()
        payments = self.env["account.payment"].with_user(self.billing).with_context(**action["context"])
        with Form(payments) as form:
            self.assertEqual((form.amount, form.partner_id), (600, self.customer))
        receipt = form.record
        self.assertEqual(receipt.credit_order_id.id, order.id)
        receipt.action_post()
        self.assertGoesThrough(order)

    def test_salesman_does_not_make_receipts(self):
        order = self._order(amount=1000)
        vals = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.customer.id,
            "amount": 1000,
            "credit_order_id": order.id,
        }
        with self.assertRaises(AccessError):
            self._as(self.salesman, order).write({"credit_payment_ids": [Command.create(vals)]})

    def test_order_in_a_foreign_currency_paid_in_the_companys(self):
        currency = self._currency("XTB", 2.0)
        pricelist = self.env["product.pricelist"].create(
            {"name": "XTB", "currency_id": currency.id, "company_id": False}
        )
        order = self._order(amount=1000, pricelist_id=pricelist.id)
        self.assertEqual((order.currency_id, order.amount_total), (currency, 1000))
        self._reserved(order, 499.99)
        self.assertEqual(self._amounts(order), (1000, 999.98))
        self.assertWaits(order)
        self._reserved(order, 0.02, currency_id=currency.id)
        self.assertGoesThrough(order)


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
