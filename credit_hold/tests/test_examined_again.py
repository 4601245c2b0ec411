"""Held orders are looked at again when something happens to their customer."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .hold_common import HoldCase


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
