"""Prepayments: what is asked, and which money counts."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .prepayment_common import PrepaymentCase


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
