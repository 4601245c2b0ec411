from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .reminder_common import ReminderCase


@tagged("post_install", "-at_install")
class TestCollectionTours(ReminderCase, HttpCase):
    """S1.14 to S1.18, S3.15: the screens, as the people who use them see them (Chromium)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name = "Tour Debtor"
        cls.invoice = cls._invoice(900, "2025-01-01", due="2025-01-31")
        cls.env["credit.account"].search([]).action_refresh()

    def test_accountant_works_the_list_to_chase(self):
        self.start_tour("/odoo/credit-chase", "credit_centre_chase", login="hub_accountant")
        self.assertEqual(self.account.next_action, "Call again")
        promise = self.account.promise_ids
        self.assertEqual((promise.amount, promise.state, promise.user_id), (400, "open", self.accountant))
        self.assertTrue(self.account.next_action_date)

    def test_credit_manager_sends_a_reminder(self):
        self._invoice(100, "2025-01-01", due="2025-01-31", partner=self.other)
        self.levels["final"].set_hold = True
        self.start_tour("/odoo/credit-reminders", "credit_centre_remind", login="hub_manager")
        reminder = self.account.last_reminder_id
        self.assertEqual((reminder.state, reminder.sent_by_id), ("sent", self.manager))
        self.assertTrue(self.account.hold)
        self.assertIn("enter the address", self._account(self.other).proposed_reminder_id.problem)

    def test_invoice_in_dispute(self):
        self.start_tour(f"/odoo/customer-invoices/{self.invoice.id}", "credit_centre_dispute", login="hub_accountant")
        self.assertTrue(self.invoice.credit_disputed)
        self.assertEqual(self.invoice.credit_dispute_note, "Two broken")

    def test_executive_reads(self):
        with patch.object(type(self.env["credit.reminder"]), "_mail", side_effect=AssertionError):
            self._propose()
            self.start_tour("/odoo/credit-reminders", "credit_centre_reminders_read", login="hub_viewer")
