"""Flags, holds, releases, rejections and how each ends."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CreditCase


class HoldCase(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.customer.credit_limit = 1000

    def _held(self, amount=5000, customer=None, **vals):
        order = self._order(customer, amount, **vals)
        self._as(self.salesman, order).action_confirm()
        return order

    def _release(self, order, reason="Known customer", user=None, **terms):
        self._as(user or self.manager, order).action_credit_release(reason, **terms)

    def _confirm(self, order):
        return self._as(self.salesman, order).action_confirm()

    def _notes(self, record):
        return "\n".join(record.message_ids.mapped("body"))


@tagged("post_install", "-at_install")
class TestFlags(HoldCase):
    """S2.10, S2.18 to S2.28: flags come first, and in their order."""

    def _reasons(self, order):
        return order._credit_last_hold().reason_codes

    def test_S2_28_hold_flag_stops_a_small_order(self):
        self.customer.write({"credit_hold": True, "credit_hold_reason": "Cheque returned"})
        order = self._held(1)
        self.assertHeld(order, "customer_hold")
        self.assertEqual(
            order.credit_hold_ids.message, "Customer C001 Acme is on credit hold. Reason: Cheque returned."
        )

    def test_S2_18_prepay_message_word_for_word(self):
        self.customer.prepay_required = True
        order = self._held(1)
        self.assertHeld(order, "prepay", status="prepay")
        self.assertEqual(order.credit_hold_ids.message, "Customer C001 Acme is required to make prepayments.")
        panel = self._as(self.salesman, order).credit_panel
        self.assertEqual(panel["reasons"], ["Customer C001 Acme is required to make prepayments."])

    def test_S2_21_notice_word_for_word_to_the_credit_manager(self):
        self.company.credit_manager_id = self.manager
        self.customer.prepay_required = True
        order = self._held(1)
        notice = f"Job {order.name} was placed on hold because customer C001 Acme must make prepayments."
        hold = order.credit_hold_ids
        message = hold.message_ids.filtered(lambda one: notice in one.body)
        self.assertEqual(len(message), 1)
        self.assertIn(self.manager.partner_id, message.notified_partner_ids)
        self.assertEqual(hold.activity_ids.mapped("user_id"), self.manager)
        self.assertIn(notice, hold.activity_ids.note)

    def test_S2_19_hold_outranks_prepay(self):
        self.customer.write({"credit_hold": True, "prepay_required": True})
        order = self._held(5000)
        self.assertHeld(order, "customer_hold")
        self.customer.credit_hold = False
        self.assertHeld(order, "prepay", status="prepay")
        self.customer.prepay_required = False
        self.assertHeld(order, "limit")

    def test_S2_10_check_is_not_run_under_a_flag(self):
        self._late_invoice(10, 2000)
        self.customer.prepay_required = True
        order = self._held(5000)
        self.assertEqual(self._reasons(order), "prepay")
        self.assertFalse(self.customer.credit_caution)

    def test_S2_15_failure_sets_the_caution_flag_and_a_good_look_ends_it(self):
        order = self._held()
        self.assertTrue(self.customer.credit_caution)
        self.customer.credit_limit = 10000
        self.assertEqual(order.credit_status, "clear")
        self.assertFalse(self.customer.credit_caution)

    def test_S2_27_no_check_for_one_customer(self):
        self.customer.credit_check_disabled = True
        order = self._held(5000)
        self.assertFree(order)
        self.customer.credit_hold = True
        self.assertHeld(self._held(1), "customer_hold")

    def test_S2_23_flags_sit_on_the_billing_record(self):
        contact = self.env["res.partner"].create({"name": "Ship here", "parent_id": self.customer.id})
        self.customer.credit_hold = True
        order = self._held(1, contact)
        self.assertHeld(order, "customer_hold")
        self.assertEqual(order.credit_hold_ids.partner_id, self.customer)
        self.assertTrue(contact.credit_hold)

    def test_flag_of_the_buyer_binds_whoever_pays(self):
        payer = self._customer("Payer")
        self.customer.credit_hold = True
        order = self._held(1, partner_invoice_id=payer.id)
        self.assertHeld(order, "buyer")
        self.assertIn("Customer C001 Acme is on credit hold", order.credit_hold_ids.message)

    def test_S2_9_new_quotation_shows_the_hold_at_once(self):
        order = self._order(amount=5000)
        self.assertHeld(order, "limit")
        self.assertEqual(self._as(self.salesman, order).credit_panel["status"], "hold")

    def test_S2_32_change_that_asks_for_more_is_looked_at(self):
        order = self._order(amount=100)
        self.assertEqual(order.credit_status, "clear")
        order.order_line.price_unit = 5000
        self.assertHeld(order, "limit")
        order.order_line.price_unit = 100
        self.assertEqual(order.credit_status, "clear")
        self.assertEqual(order.credit_hold_ids.state, "lapsed")

    def test_S2_32_change_of_customer_is_looked_at(self):
        order = self._order(self._customer("Free"), amount=5000)
        self.assertEqual(order.credit_status, "clear")
        order.write({"partner_id": self.customer.id, "partner_invoice_id": self.customer.id})
        self.assertHeld(order, "limit")


@tagged("post_install", "-at_install")
class TestRules(HoldCase):
    """Each rule ignores, cautions or holds, as its policy says."""

    def test_S2_13_limit_by_policy(self):
        for action, expected in (("ignore", "clear"), ("caution", "caution"), ("hold", "hold")):
            with self.subTest(action):
                self.policy.on_limit = action
                self.assertEqual(self._held().credit_status, expected)

    def test_S2_14_overdue_by_policy(self):
        self._late_invoice(1, 10)
        for action, expected in (("ignore", "clear"), ("caution", "caution"), ("hold", "hold")):
            with self.subTest(action):
                self.policy.on_overdue = action
                order = self._order(amount=1)
                self.assertEqual(order.credit_status, expected)

    def test_S2_30_grace_days_last_day_included(self):
        self.policy.grace_days = 5
        self._late_invoice(5, 10)
        self.assertEqual(self._order(amount=1).credit_status, "clear")
        self._late_invoice(6, 10)
        self.assertHeld(self._order(amount=1), "overdue")

    def test_S2_26_grace_days_of_the_customer_zero_is_the_policys(self):
        self.policy.grace_days = 5
        self._late_invoice(8, 10)
        self.assertHeld(self._order(amount=1), "overdue")
        self.customer.credit_grace_days = 10
        self.assertEqual(self._order(amount=1).credit_status, "clear")
        self.customer.credit_grace_days = 0
        self.assertHeld(self._order(amount=1), "overdue")

    def test_overdue_minimum_amount(self):
        self.policy.overdue_minimum = 50
        self._late_invoice(3, 49.99)
        self.assertEqual(self._order(amount=1).credit_status, "clear")
        self._late_invoice(3, 0.01)
        order = self._order(amount=1)
        self.assertHeld(order, "overdue")
        self.assertEqual(order.credit_hold_ids.message, "$\xa050.00 is past due, the oldest by 3 days.")

    def test_single_order_maximum(self):
        self.policy.single_order_maximum = 400
        self.assertEqual(self._order(amount=400).credit_status, "clear")
        order = self._order(amount=400.01)
        self.assertHeld(order, "single_order")
        self.assertEqual(
            order.credit_hold_ids.message, "This order is $\xa0400.01; a single order may be at most $\xa0400.00."
        )
        self.policy.on_single_order = "caution"
        self.assertEqual(order.credit_status, "caution")

    def test_ranges_of_days_past_due(self):
        self.policy.bucket_ids = [
            Command.create({"first_day": 1, "last_day": 30, "amount_limit": 500}),
            Command.create({"first_day": 31, "amount_limit": 100}),
        ]
        self.policy.overdue_minimum = 10000
        self._late_invoice(10, 500)
        self._late_invoice(40, 100)
        self.assertEqual(self._order(amount=1).credit_status, "clear")
        self._late_invoice(40, 1)
        order = self._order(amount=1)
        self.assertHeld(order, "overdue_bucket")
        self.assertEqual(order.credit_hold_ids.snapshot["reasons"][0]["excess"], 100)

    def test_every_reason_is_told(self):
        self.policy.single_order_maximum = 400
        self._late_invoice(3, 10)
        self.assertHeld(self._order(amount=5000), "limit", "overdue", "single_order")

    def test_remedies_name_what_would_free_it(self):
        self._confirmed(amount=500)
        order = self._held(700)
        remedy = order.credit_hold_ids.remedy
        self.assertEqual(
            remedy,
            "Let the customer pay $\xa0200.01; Reduce the order by $\xa0200.01; Ask the credit manager for a release",
        )
        order.order_line.price_unit = 700 - 200.01
        self._confirm(order)
        self.assertFree(order)

    def test_A36_usable_share_of_the_limit(self):
        self.customer.credit_limit = 10000
        self.policy.write({"limit_percent": 90, "limit_boundary": "above"})
        self._invoice(amount=5000)
        self.assertEqual(self.customer.credit_headroom, 4000)
        order = self._held(4500)
        self.assertHeld(order, "limit")
        with self.assertRaises(UserError):
            self._release(order, " ")
        self._release(order)
        self._confirm(order)
        self.assertFree(order, "released")

    def test_A38_stricter_of_own_and_shared_limit(self):
        self.customer.credit_limit = 10000
        self.policy.limit_boundary = "above"
        group = self.env["credit.group"].create(
            {
                "name": "Family",
                "company_id": self.company.id,
                "credit_limit": 15000,
                "account_ids": [Command.set(self._account().ids)],
            }
        )
        self.assertEqual(self.customer.credit_effective_limit, 10000)
        self.assertEqual(self._order(amount=10000).credit_status, "clear")
        self.assertHeld(self._order(amount=10000.01), "limit")
        group.credit_limit = 9000
        self.assertEqual(self.customer.credit_effective_limit, 9000)
        self.assertHeld(self._order(amount=9000.01), "group_limit")

    def test_A43_other_document_does_not_count_twice(self):
        self.customer.credit_limit = 100
        order = self._confirmed(amount=60)
        self.assertExposure(60)
        self._invoice_order(order)
        self.assertExposure(60)

    def test_HD05_limit_to_the_cent(self):
        self.assertEqual(self._order(amount=999.99).credit_status, "clear")
        self.assertEqual(self._order(amount=1000).credit_status, "hold")
        self.policy.limit_boundary = "above"
        self.assertEqual(self._order(amount=1000).credit_status, "clear")
        self.assertEqual(self._order(amount=1000.004).credit_status, "clear")
        self.assertEqual(self._order(amount=1000.01).credit_status, "hold")

    def test_HD04_temporary_limit_first_and_last_day(self):
        self.customer.credit_limit = 100
        self._account().write(
            {
                "temporary_limit": 2000,
                "temporary_from": self.today + timedelta(days=2),
                "temporary_until": self.today + timedelta(days=4),
                "temporary_reason": "Season",
            }
        )
        order = self._order(amount=1500)
        for days, expected in ((0, "hold"), (1, "hold"), (2, "clear"), (4, "clear"), (5, "hold")):
            with self.subTest(days=days), freeze_time(self.today + timedelta(days=days)):
                order.action_credit_check()
                self.assertEqual(order.credit_status, expected)

    def test_HD04_insured_amount_until_its_last_day(self):
        account = self._account()
        account.write({"insured_amount": 1000, "insured_until": self.today + timedelta(days=3)})
        order = self._order(amount=1500)
        for days, expected in ((3, "clear"), (4, "hold")):
            with self.subTest(days=days), freeze_time(self.today + timedelta(days=days)):
                order.action_credit_check()
                self.assertEqual(order.credit_status, expected)


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


@tagged("post_install", "-at_install")
class TestExaminedAgain(HoldCase):
    """What ended frees the order, and the salesperson is told."""

    def assertFreed(self, order):
        self.assertEqual((order.state, order.credit_status), ("draft", "clear"))
        self.assertEqual(order.credit_hold_ids.mapped("state"), ["lapsed"])
        message = order.message_ids[0]
        self.assertIn("The credit hold is over: the order can be confirmed.", message.body)
        self.assertIn(self.salesman.partner_id, message.notified_partner_ids)
        self.assertEqual(order.credit_hold_ids.activity_ids, self.env["mail.activity"])

    def test_payment_of_an_invoice(self):
        invoice = self._invoice(amount=900)
        order = self._held(500)
        self.assertHeld(order, "limit")
        self._pay(invoice, 300)
        self.assertHeld(order, "limit")
        self._pay(invoice, 200)
        self.assertFreed(order)

    def test_payment_of_an_overdue_invoice(self):
        invoice = self._late_invoice(10, 100)
        order = self._held(10)
        self.assertHeld(order, "overdue")
        self._pay(invoice)
        self.assertFreed(order)

    def test_credit_note(self):
        invoice = self._invoice(amount=900)
        order = self._held(500)
        self._credit_note(invoice, post=False)
        self.assertHeld(order, "limit")
        invoice.reversal_move_ids.action_post()
        self.assertFreed(order)

    def test_receipt_applied_later(self):
        invoice = self._invoice(amount=900)
        receipt = self._receipt(amount=900)
        order = self._held(500)
        self.assertHeld(order, "limit")
        lines = (invoice.line_ids | receipt.move_id.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.assertFreed(order)

    def test_uncleared_receipt_cleared_by_the_bank(self):
        self._invoice(amount=900)
        receipt = self._receipt(amount=900)
        order = self._held(500)
        self.assertHeld(order, "limit")
        self._bank_statement(receipt)
        self.assertTrue(receipt.is_matched)
        self.assertFreed(order)

    def test_limit_raised(self):
        order = self._held(1500)
        self.customer.credit_limit = 1500
        self.assertHeld(order, "limit")
        self.customer.credit_limit = 1500.01
        self.assertFreed(order)

    def test_shared_limit_raised_and_paid_by_a_mate(self):
        mate = self._customer("Mate")
        self.customer.credit_limit = 100000
        group = self.env["credit.group"].create(
            {
                "name": "Family",
                "company_id": self.company.id,
                "credit_limit": 1000,
                "account_ids": [Command.set((self._account() | self._account(mate)).ids)],
            }
        )
        invoice = self._invoice(mate, 900)
        order, larger = self._held(500), self._held(1200)
        self.assertHeld(order, "group_limit")
        self._pay(invoice)
        self.assertFreed(order)
        self.assertHeld(larger, "group_limit")
        group.credit_limit = 1300
        self.assertFreed(larger)

    def test_policy_changed(self):
        order = self._held(1500)
        self.policy.on_limit = "caution"
        self.assertEqual(order.credit_status, "caution")
        self.assertEqual(order.credit_hold_ids.state, "lapsed")

    def test_other_policy_for_the_customer_and_for_the_company(self):
        mild = self.env["credit.policy"].create({"name": "Mild", "company_id": self.company.id, "on_limit": "ignore"})
        order = self._held(1500)
        self.customer.credit_policy_id = mild
        self.assertFreed(order)
        self.customer.credit_policy_id = False
        order.action_credit_check()
        self.assertEqual(order.credit_status, "hold")
        self.company.credit_policy_id = mild
        self.assertEqual(order.credit_status, "clear")

    def test_flag_cleared(self):
        self.customer.credit_hold = True
        order = self._held(10)
        self.customer.credit_hold = False
        self.assertFreed(order)

    def test_flag_of_the_buyer_cleared(self):
        payer = self._customer("Payer")
        self.customer.credit_hold = True
        order = self._held(10, partner_invoice_id=payer.id)
        self.assertHeld(order, "buyer")
        self.customer.credit_hold = False
        self.assertFreed(order)

    def test_checking_switched_off(self):
        order = self._held(1500)
        self.company.credit_check_active = False
        self.assertEqual(order.credit_status, "unchecked")

    def test_order_of_the_customer_cancelled(self):
        other = self._confirmed(amount=900)
        order = self._held(500)
        other._action_cancel()
        self.assertFreed(order)

    def test_order_of_the_customer_reduced(self):
        other = self._confirmed(amount=900)
        order = self._held(500)
        other.order_line.price_unit = 400
        self.env.flush_all()
        self.assertFreed(order)

    def test_time_passes(self):
        self._account().write(
            {
                "temporary_limit": 2000,
                "temporary_from": self.today + timedelta(days=2),
                "temporary_reason": "Season",
            }
        )
        order = self._held(1500)
        with freeze_time(self.today + timedelta(days=1)):
            self.env["credit.account"]._cron_refresh()
            self.assertHeld(order, "limit")
        with freeze_time(self.today + timedelta(days=2)):
            self.env["credit.account"]._cron_refresh()
            self.assertFreed(order)

    def test_time_passes_for_a_release(self):
        order = self._held(1500)
        self._release(order, valid_until=self.today)
        with freeze_time(self.today + timedelta(days=1)):
            self.env["credit.account"]._cron_refresh()
            self.assertEqual(order.credit_status, "hold")

    def test_scheduled_job_goes_on_after_an_order_that_fails(self):
        self.customer.credit_hold = True
        first, second = self._held(10), self._held(20)
        self._account().sudo()._write({"hold": False})
        self.env.invalidate_all()
        check = type(first)._credit_recheck

        def failing(orders):
            if first in orders:
                raise UserError(first.name)
            return check(orders)

        with (
            patch.object(type(first), "_credit_recheck", failing),
            self.assertLogs("odoo.addons.credit_hold", "WARNING"),
        ):
            self.env["credit.account"]._cron_refresh()
        self.assertEqual(second.credit_status, "clear")

    def test_other_customers_holds_stay(self):
        other = self._customer("Other", credit_limit=100)
        order = self._held(500, other)
        self._pay(self._invoice(amount=900))
        self.assertHeld(order, "limit")
        self.assertEqual(order.credit_hold_ids.state, "held")
