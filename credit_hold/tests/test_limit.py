"""Exposure and limits at the order: rules M1 to M15, and what the peers get wrong (D1 to D18)."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CreditCase


@tagged("post_install", "-at_install")
class TestExposure(CreditCase):
    def test_M1_confirmed_and_not_delivered_counts(self):
        self.customer.credit_limit = 5000
        self._confirmed(amount=1000, product=self.delivered_product)
        self.assertExposure(1000)

    def test_M4_M5_down_payment_counts_once(self):
        order = self._confirmed(amount=1000)
        invoice = self._down_payment(order, 300)
        self.assertExposure(1000)
        self.assertAlmostEqual(self.customer.credit_open_items, 300)
        self.assertAlmostEqual(self.customer.credit_open_orders, 700)
        self._pay(invoice)
        self.assertExposure(700)
        final = self._invoice_order(order)
        self.assertAlmostEqual(final.amount_total, 700)
        self.assertExposure(700)

    def test_M7_free_draft_counts_when_the_policy_says(self):
        self._invoice(amount=900, post=False)
        self.assertExposure(0)
        self.policy.count_draft_invoices = True
        self.assertExposure(900)
        order = self._confirmed(amount=100)
        self._invoice_order(order, post=False)
        self.assertExposure(1000)
        self.policy.count_draft_invoices = False
        self.assertExposure(100)

    def test_M8_uncleared_receipt_stands_apart(self):
        self._invoice(amount=1000)
        self._receipt(amount=400)
        self.assertAlmostEqual(self.customer.credit_uncleared, 400)
        self.assertExposure(1000)
        self.policy.count_uncleared_receipts = True
        self.assertExposure(600)

    def test_M10_M15_group_and_amendment(self):
        parent = self._customer("Parent")
        child = self._customer("Child", parent_id=parent.id)
        group = self.env["credit.group"]._propose_for(parent, self.company)
        group.credit_limit = 1500
        self._confirmed(child, 1000)
        self.assertAlmostEqual(parent.credit_headroom, 500)
        order = self._order(parent, 600)
        order.action_confirm()
        self.assertEqual((order.state, order.credit_status), ("draft", "hold"))
        self.assertEqual(order.credit_hold_ids.reason_codes, "group_limit")

    def test_M11_no_limit_and_limit_of_zero_differ(self):
        self._confirmed(amount=100000)
        zero = self._customer("Zero", credit_limit=0)
        self.assertEqual(zero.credit_limit_mode, "own")
        order = self._order(zero, 1)
        order.action_confirm()
        self.assertEqual(order.credit_status, "hold")

    def test_M13_at_the_limit_fails_unless_the_policy_allows_it(self):
        self.customer.credit_limit = 1000
        order = self._order(amount=1000)
        order.action_confirm()
        self.assertEqual((order.state, order.credit_status), ("draft", "hold"))
        self.policy.limit_boundary = "above"
        order.action_confirm()
        self.assertEqual((order.state, order.credit_status), ("sale", "clear"))

    def test_M15_raised_after_confirmation_is_refused(self):
        self.customer.credit_limit = 1000
        order = self._confirmed(amount=100)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            order.order_line.price_unit = 5000
        self.assertEqual(order.amount_total, 100)
        order.order_line.price_unit = 900
        self.assertExposure(900)

    def test_D17_a_credited_order_does_not_come_back(self):
        order = self._confirmed(amount=1000)
        invoice = self._invoice_order(order)
        wizard = self.env["account.move.reversal"].create(
            {"move_ids": invoice.ids, "journal_id": invoice.journal_id.id, "date": invoice.date}
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.action_post()
        self.assertExposure(0)
