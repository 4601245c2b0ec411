"""Holds: what is recorded and who is told, once."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .hold_common import HoldCase


@tagged("post_install", "-at_install")
class TestHold(HoldCase):
    def test_hold_keeps_reasons_and_figures(self):
        self._confirmed(amount=300)
        self._invoice(amount=200)
        order = self._held(700)
        hold = order.credit_hold_ids
        self.assertEqual(
            (hold.partner_id, hold.company_id, hold.account_id),
            (self.customer, self.company, self._account()),
        )
        self.assertEqual((hold.order_amount, hold.exposure, hold.effective_limit), (700, 500, 1000))
        names = ("open_items", "open_orders", "exposure", "limit", "order")
        self.assertEqual(
            {name: hold.snapshot[name] for name in names}, dict(zip(names, (200, 300, 500, 1000, 700), strict=True))
        )
        self.assertEqual(
            hold.message,
            "Exposure $\xa0500.00 and this order $\xa0700.00 make $\xa01,200.00; the credit limit is $\xa01,000.00.",
        )

    def test_one_hold_and_one_notice_however_often_it_is_tried(self):
        order = self._held()
        for _time in range(3):
            self._confirm(order)
        self.assertEqual(len(order.credit_hold_ids), 1)
        self.assertEqual(len(order.credit_hold_ids.activity_ids), len(order.credit_hold_ids._managers()))

    def test_hold_shows_the_last_figures(self):
        order = self._held()
        self._confirmed(amount=100)
        self._confirm(order)
        self.assertEqual(order.credit_hold_ids.exposure, 100)
        self.assertEqual(order.credit_hold_ids.snapshot["exposure"], 100)

    def test_S2_31_every_credit_manager_when_none_is_named(self):
        second = self._user("second_manager", "credit_hold.group_credit_manager")
        stranger = self._user("stranger", "credit_hold.group_credit_manager")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        users = self._held().credit_hold_ids.activity_ids.user_id
        self.assertIn(self.manager, users)
        self.assertIn(second, users)
        self.assertNotIn(stranger, users)

    def test_S2_31_named_credit_manager_alone_gets_it(self):
        second = self._user("second_manager", "credit_hold.group_credit_manager")
        self.company.credit_manager_id = second
        hold = self._held().credit_hold_ids
        self.assertEqual(hold.activity_ids.user_id, second)
        self.assertEqual(hold.message_ids.notified_partner_ids, second.partner_id)

    def test_notice_stands_on_the_order_too(self):
        order = self._held()
        self.assertIn(f"Job {order.name} of customer C001 Acme was placed on hold.", self._notes(order))

    def test_request_for_a_release(self):
        order = self._held()
        self._as(self.salesman, order).action_credit_request_release("They pay on Friday")
        hold = order.credit_hold_ids
        self.assertEqual((hold.requested_by_id, hold.request_note), (self.salesman, "They pay on Friday"))
        self.assertIn("They pay on Friday", self._notes(hold))
        free = self._order(amount=1)
        with self.assertRaises(UserError):
            self._as(self.salesman, free).action_credit_request_release()

    def test_hold_by_hand_stops_an_order_that_fits(self):
        order = self._order(amount=10)
        self._as(self.controller, order).action_credit_hold("Credit check by phone first")
        self.assertHeld(order, "order_hold")
        self._confirm(order)
        self.assertHeld(order, "order_hold")
        with self.assertRefusedWith(ValidationError, "Credit check by phone first"):
            order.write({"state": "sale"})

    def test_hold_by_hand_never_ends_by_itself(self):
        order = self._order(amount=10)
        self._as(self.controller, order).action_credit_hold("Wait")
        self.customer.credit_limit = 100000
        self._receipt(amount=500)
        order.order_line.price_unit = 5
        self.env["credit.account"]._cron_refresh()
        self.assertHeld(order, "order_hold")
        self._release(order)
        self._confirm(order)
        self.assertFree(order)

    def test_hold_by_hand_on_top_of_a_failed_check(self):
        order = self._held()
        self._as(self.controller, order).action_credit_hold("Wait")
        self.customer.credit_limit = 100000
        self.assertHeld(order, "order_hold")
        self.assertEqual(order.credit_hold_ids.filtered(lambda hold: hold.state == "held").manual, True)
        self._release(order)
        self._confirm(order)
        self.assertFree(order)
        self.assertEqual(order.credit_hold_ids.filtered(lambda hold: hold.state == "held"), self.env["credit.hold"])

    def test_hold_by_hand_on_a_confirmed_order(self):
        order = self._confirmed(amount=10)
        self._as(self.controller, order).action_credit_hold("Stop the delivery")
        self.assertEqual((order.state, order.credit_status), ("sale", "hold"))
        self._release(order)
        self.assertEqual((order.state, order.credit_status), ("sale", "released"))

    def test_hold_flag_stops_even_what_is_paid_ahead(self):
        self.customer.credit_limit = 0
        order = self._order(amount=100)
        self._receipt(amount=100, credit_order_id=order.id)
        self.assertEqual(order.credit_status, "clear")
        self.customer.credit_hold = True
        self._confirm(order)
        self.assertHeld(order, "customer_hold")

    def test_never_blocked_receipts_credit_notes_and_invoices(self):
        order = self._confirmed(amount=900)
        self.customer.write({"credit_hold": True, "credit_limit": 0})
        invoice = self._invoice_order(order)
        self.assertEqual(invoice.state, "posted")
        refund = self._credit_note(invoice)
        self.assertEqual(refund.state, "posted")
        receipt = self._receipt(amount=50)
        self.assertEqual(receipt.move_id.state, "posted")

    def test_never_blocked_delivered_quantities_are_recorded_and_invoiced(self):
        order = self._confirmed(amount=900, product=self.delivered_product)
        self.customer.write({"credit_hold": True, "credit_limit": 0})
        order.order_line.qty_delivered = 1
        self.assertEqual(self._invoice_order(order).amount_total, 900)

    def test_E4_holds_are_not_deleted(self):
        order = self._held()
        with self.assertRaises(AccessError):
            order.credit_hold_ids.unlink()

    def test_hold_of_a_cancelled_order_is_not_waiting(self):
        order = self._held()
        order._action_cancel()
        self.assertEqual(order.credit_hold_ids.state, "lapsed")
        self.assertEqual(order.credit_hold_ids.activity_ids, self.env["mail.activity"])
        order.action_draft()
        self.assertHeld(order, "limit")
        self._confirm(order)
        self.assertHeld(order, "limit")

    def test_hold_by_hand_outlives_a_cancellation(self):
        order = self._order(amount=10)
        self._as(self.controller, order).action_credit_hold("Wait")
        order._action_cancel()
        order.action_draft()
        self._confirm(order)
        self.assertHeld(order, "order_hold")
