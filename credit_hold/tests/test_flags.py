"""What stops an order: flags of the customer in their order, and each rule as its policy says."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .hold_common import HoldCase


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
