"""Releases and rejections: who may, up to what, until when, and what they speak for."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .hold_common import HoldCase


@tagged("post_install", "-at_install")
class TestRelease(HoldCase):
    def test_release_with_reason_ceiling_and_end(self):
        order = self._held()
        until = self.today + timedelta(days=3)
        self._release(order, "Known customer", ceiling=6000, valid_until=until)
        hold = order.credit_hold_ids
        self.assertEqual(order.credit_status, "released")
        self.assertEqual(
            (hold.state, hold.release_reason, hold.release_ceiling, hold.release_until, hold.decided_by_id),
            ("released", "Known customer", 6000, until, self.manager),
        )
        self._confirm(order)
        self.assertFree(order, "released")

    def test_salesman_is_told_and_the_to_do_is_done(self):
        order = self._held()
        self._release(order)
        hold = order.credit_hold_ids
        self.assertEqual(hold.activity_ids, self.env["mail.activity"])
        message = order.message_ids[0]
        self.assertIn(f"Released by {self.manager.name}. Reason: Known customer", message.body)
        self.assertIn(self.salesman.partner_id, message.notified_partner_ids)

    def test_release_without_a_reason_is_refused(self):
        order = self._held()
        for reason in ("", "   ", None, False):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self._release(order, reason)

    def test_release_below_the_value_is_refused(self):
        order = self._held()
        with self.assertRaises(UserError):
            self._release(order, ceiling=4999.99)

    def test_release_that_ends_yesterday_is_refused(self):
        order = self._held()
        with self.assertRaises(UserError):
            self._release(order, valid_until=self.today - timedelta(days=1))

    def test_release_of_what_is_not_held_is_refused(self):
        with self.assertRaises(UserError):
            self._release(self._order(amount=1))

    def test_release_of_an_own_order_is_refused(self):
        for user in (self.manager, self.controller):
            order = self._order(amount=5000, user_id=user.id)
            with self.subTest(user.login), self.assertRefusedWith(UserError, "your own order"):
                self._release(order, user=user)

    def test_release_up_to_the_persons_own_maximum(self):
        order = self._held(5000.01)
        with self.assertRefusedWith(UserError, "your own maximum is 5,000.00"):
            self._release(order, user=self.controller)
        fits = self._held(5000)
        with self.assertRaises(UserError):
            self._release(fits, user=self.controller, ceiling=5000.01)
        self._release(fits, user=self.controller)
        self.assertEqual(fits.credit_status, "released")
        self.assertEqual(order.credit_status, "hold")

    def test_release_by_a_controller_without_a_maximum_is_refused(self):
        self.controller.credit_release_maximum = 0
        with self.assertRaises(UserError):
            self._release(self._held(1001), user=self.controller)

    def test_release_by_a_manager_with_a_maximum(self):
        self.manager.credit_release_maximum = 2000
        with self.assertRaises(UserError):
            self._release(self._held(2001))
        self._release(self._held(2000))

    def test_OR11_release_by_a_salesman_is_refused(self):
        order = self._held()
        for user in (self.salesman, self.billing):
            with self.subTest(user.login):
                self.assertRaises(AccessError, self._as(user, order).action_credit_release, "Mine")
                self.assertRaises(AccessError, self._as(user, order).action_credit_reject, "Mine")
                self.assertRaises(AccessError, self._as(user, order).action_credit_hold, "Mine")
        self.assertHeld(order, "limit")

    def test_release_of_several_at_a_time(self):
        orders = self._held(2000) | self._held(3000)
        wizard = self.env["credit.hold.release"].with_user(self.manager)
        wizard = wizard.with_context(active_model="credit.hold", active_ids=orders.credit_hold_ids.ids).create(
            {"reason": "Known customer"}
        )
        wizard.action_apply()
        self.assertEqual(orders.mapped("credit_status"), ["released", "released"])
        self.assertEqual(sorted(orders.credit_hold_ids.mapped("release_ceiling")), [2000, 3000])
        orders.with_user(self.salesman).action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "sale"])

    def test_release_of_several_by_wizard_and_confirmed_at_once(self):
        orders = self._held(2000) | self._held(3000)
        wizard = self.env["credit.hold.release"].with_user(self.controller)
        wizard.create(
            {"reason": "Fine", "confirm": True, "hold_ids": [Command.set(orders.credit_hold_ids.ids)]}
        ).action_apply()
        self.assertEqual(orders.mapped("state"), ["sale", "sale"])

    def test_release_of_several_with_one_too_large_releases_none(self):
        orders = self._held(2000) | self._held(6000)
        wizard = self.env["credit.hold.release"].with_user(self.controller)
        wizard = wizard.create({"reason": "Fine", "hold_ids": [Command.set(orders.credit_hold_ids.ids)]})
        with self.assertRaises(UserError):
            wizard.action_apply()
        self.assertEqual(orders.mapped("credit_status"), ["hold", "hold"])

    def test_reject_of_several_at_a_time(self):
        orders = self._held(2000) | self._held(3000)
        self.env["credit.hold.release"].with_user(self.controller).create(
            {"decision": "reject", "reason": "Too much", "hold_ids": [Command.set(orders.credit_hold_ids.ids)]}
        ).action_apply()
        self.assertEqual(orders.mapped("credit_status"), ["rejected", "rejected"])

    def test_reject_with_reason_and_the_salesman_is_told(self):
        order = self._held()
        self._as(self.controller, order).action_credit_reject("Pay the old ones first")
        hold = order.credit_hold_ids
        self.assertEqual((hold.state, hold.release_reason), ("rejected", "Pay the old ones first"))
        self.assertEqual((order.state, order.credit_status), ("draft", "rejected"))
        self.assertIn(f"Rejected by {self.controller.name}. Reason: Pay the old ones first", order.message_ids[0].body)
        self.assertIn(self.salesman.partner_id, order.message_ids[0].notified_partner_ids)
        with self.assertRaises(UserError):
            self._as(self.controller, order).action_credit_reject("")

    def test_rejected_order_stays_until_a_release_is_asked_for(self):
        order = self._held()
        self._as(self.controller, order).action_credit_reject("No")
        self._confirm(order)
        self.assertEqual((order.state, order.credit_status), ("draft", "rejected"))
        self.assertEqual(order.credit_hold_ids.mapped("state"), ["rejected"])
        self.customer.credit_limit = 100000
        answer = self._confirm(order)
        self.assertEqual((order.state, order.credit_status), ("draft", "rejected"))
        self.assertEqual(answer["credit"][0]["credit_status"], "rejected")
        self.assertIn("No", answer["credit"][0]["message"])
        with self.assertRaises(ValidationError):
            order.with_user(self.salesman).write({"state": "sale"})
        self._as(self.salesman, order).action_credit_request_release("They can pay now")
        self._confirm(order)
        self.assertFree(order)

    def test_rejected_order_can_be_released_after_all(self):
        order = self._held()
        self._as(self.controller, order).action_credit_reject("No")
        self._release(order)
        self._confirm(order)
        self.assertFree(order, "released")

    def test_released_order_can_be_rejected_before_it_is_confirmed(self):
        order = self._held()
        self._release(order)
        self._as(self.controller, order).action_credit_reject("News came")
        self._confirm(order)
        self.assertEqual((order.state, order.credit_status), ("draft", "rejected"))

    def test_A40_deviation(self):
        for deviation, fits, too_much in ((10, 1100, 1101), (0, 1000, 1001)):
            with self.subTest(deviation=deviation):
                self.customer.credit_limit = 0
                self.policy.release_deviation = deviation
                order = self._held(1000)
                self._release(order)
                order.order_line.price_unit = fits
                self.assertEqual(order.credit_status, "released")
                self._confirm(order)
                self.assertFree(order, "released")
                with self.assertRaises(ValidationError):
                    order.order_line.price_unit = too_much
                    self.env.flush_all()

    def test_A40_quotation_beyond_the_deviation_is_held_again(self):
        self.policy.release_deviation = 10
        order = self._held(1000)
        self._release(order)
        order.order_line.price_unit = 1100.01
        self.assertHeld(order, "limit")
        self.assertEqual(order.credit_hold_ids.sorted("id").mapped("state"), ["released", "held"])
        self._confirm(order)
        self.assertHeld(order, "limit")

    def test_HD02_release_for_500_then_raised_to_900(self):
        self.customer.credit_limit = 100
        order = self._held(500)
        self._release(order, ceiling=500)
        self._confirm(order)
        with self.assertRaises(ValidationError):
            order.order_line.price_unit = 900
            self.env.flush_all()
        self.assertEqual(order.amount_total, 500)

    def test_A41_release_ends_by_date(self):
        self.policy.release_days = 5
        order = self._held(1000)
        self._release(order)
        until = self.today + timedelta(days=5)
        self.assertEqual(order.credit_hold_ids.release_until, until)
        with freeze_time(until):
            order.action_credit_check()
            self.assertEqual(order.credit_status, "released")
        with freeze_time(until + timedelta(days=1)):
            self._confirm(order)
            self.assertHeld(order, "limit")

    def test_A41_release_confirms_on_its_last_day(self):
        order = self._held(1000)
        self._release(order, valid_until=self.today + timedelta(days=5))
        with freeze_time(self.today + timedelta(days=5)):
            self._confirm(order)
            self.assertFree(order, "released")

    def test_A41_increase_within_the_ceiling_after_the_end_is_checked(self):
        order = self._held(1000)
        self._release(order, ceiling=4000, valid_until=self.today + timedelta(days=5))
        self._confirm(order)
        with freeze_time(self.today + timedelta(days=5)):
            order.order_line.price_unit = 2000
            self.env.flush_all()
        with freeze_time(self.today + timedelta(days=6)):
            with self.assertRaises(ValidationError):
                order.order_line.price_unit = 3000
                self.env.flush_all()
            order.order_line.price_unit = 1500
            self.env.flush_all()

    def test_release_without_end(self):
        self.policy.release_days = 0
        order = self._held(1000)
        self._release(order)
        self.assertFalse(order.credit_hold_ids.release_until)

    def test_release_ends_by_change_of_payer(self):
        payer = self._customer("Payer", credit_limit=10)
        order = self._held(1000)
        self._release(order, ceiling=5000)
        order.partner_invoice_id = payer
        self.assertHeld(order)
        self._confirm(order)
        self.assertHeld(order)

    def test_release_ends_by_change_of_currency(self):
        currency = self._currency("XTA", 2.0)
        order = self._held(2000)
        self._release(order, ceiling=5000)
        pricelist = self.env["product.pricelist"].create(
            {"name": "XTA", "currency_id": currency.id, "company_id": False}
        )
        order.pricelist_id = pricelist
        order.order_line.price_unit = 4000
        self.assertEqual(order.currency_id, currency)
        self.assertHeld(order, "limit")

    def test_release_ends_by_longer_terms(self):
        order = self._held(1000, payment_term_id=self._payment_term(30).id)
        self._release(order)
        order.payment_term_id = self._payment_term(31)
        self.assertHeld(order, "limit")

    def test_release_holds_with_shorter_terms(self):
        order = self._held(1000, payment_term_id=self._payment_term(30).id)
        self._release(order)
        order.payment_term_id = self._payment_term(29)
        self.assertEqual(order.credit_status, "released")

    def test_release_under_a_hold_flag(self):
        self.customer.credit_hold = True
        order = self._held(10)
        self._release(order)
        self._confirm(order)
        self.assertFree(order, "released")

    def test_release_of_an_amendment_is_asked_on_the_order(self):
        """Beyond what was passed a confirmed order is refused with the same explanation."""
        order = self._confirmed(amount=900)
        with self.assertRaises(ValidationError) as refusal:
            order.order_line.price_unit = 2000
            self.env.flush_all()
        self.assertEqual(
            str(refusal.exception),
            f"Order {order.name} can't go through as it stands. Exposure $\xa00.00 and this order $\xa02,000.00 make"
            " $\xa02,000.00; the credit limit is $\xa01,000.00. What would free it: Let the customer pay $\xa01,000.01;"
            " Reduce the order by $\xa01,000.01; Ask the credit manager for a release.",
        )

    def test_HD12_reason_is_text(self):
        order = self._held()
        reason = "<script>alert(1)</script> =1+1 \u202eabc"
        self._release(order, reason)
        self.assertEqual(order.credit_hold_ids.release_reason, reason)
        self.assertNotIn("<script>", self._notes(order))
        self.assertNotIn("<script>", self._notes(order.credit_hold_ids))
        self.assertIn("&lt;script&gt;", self._notes(order))
