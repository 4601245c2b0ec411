from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .reminder_common import TODAY, ReminderCase, ago


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSend(ReminderCase):
    """S1.18, S3.15: what is sent, to whom, and what is kept of it."""

    def test_the_mail_and_what_is_kept(self):
        invoice = self._late(30, 500, partner=self.customer)
        self._receipt(120, ago(3))
        reminder = self._propose()
        self.assertEqual(self._send(reminder), {"done": reminder.ids, "failed": []})
        mail = self._mails(reminder)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("second reminder", mail.subject)
        for text in (invoice.name, "500.00", "-120.00", "380.00", "Hub Customer"):
            self.assertIn(text, mail.body_html.replace("\ufeff", ""))
        self.assertEqual((reminder.state, reminder.channel, reminder.sent_to), ("sent", "email", "hub@example.com"))
        self.assertEqual(reminder.sent_by_id, self.accountant)
        self.assertEqual(invoice.credit_reminder_level_id, self.levels["second"])
        self.assertEqual(invoice.credit_reminder_date, self._day(TODAY))
        self.assertEqual(self.account.last_reminder_level_id, self.levels["second"])
        self.assertIn("380.00", self.account.message_ids[0].body)
        self.assertIn("Second Reminder", self.customer.message_ids[0].body)
        self.assertNotIn(
            "380", self.customer.message_ids[0].body, "figures are not for everybody who sees the customer"
        )
        self.assertTrue(self.account.message_ids[0].is_internal)

    def test_the_invoice_contact_gets_it_in_their_language(self):
        contact = self.env["res.partner"].create(
            {"name": "Ledger", "type": "invoice", "email": "ledger@example.com", "parent_id": self.customer.id}
        )
        self._late(30)
        reminder = self._propose()
        self.assertEqual((reminder.contact_id, reminder.email), (contact, "ledger@example.com"))
        self._send(reminder)
        self.assertEqual(self._mails(reminder).recipient_ids, contact)

    def test_no_address_is_set_aside_with_a_reason_and_stops_nobody(self):
        self._late(30, partner=self.other)
        self._late(30)
        reminders = self._propose()
        silent = reminders.filtered(lambda one: one.partner_id == self.other)
        outcome = self._send(reminders)
        self.assertEqual(outcome["done"], (reminders - silent).ids)
        self.assertEqual([failure["id"] for failure in outcome["failed"]], silent.ids)
        self.assertIn("enter the address", outcome["failed"][0]["reason"])
        self.assertEqual(silent.state, "proposed")
        self.assertIn("enter the address", silent.problem)
        with self.assertRaisesRegex(UserError, "enter the address"):
            silent.with_user(self.accountant).action_send()
        self.other.email = "other@example.com"
        self.env.invalidate_all()
        self._send(silent)
        self.assertEqual(silent.state, "sent")

    def test_a_letter_on_paper_counts_too(self):
        self._late(30, partner=self.other)
        reminder = self._propose().with_user(self.accountant)
        html = self.env["ir.actions.report"]._render_qweb_html("credit_centre.report_credit_reminder", reminder.ids)[0]
        self.assertIn(b"Second Reminder", html)
        self.assertIn(reminder.line_ids.move_id.name.encode(), html)
        self.assertEqual(reminder.action_print()["report_name"], "credit_centre.report_credit_reminder")
        reminder.action_mark_posted()
        self.assertEqual((reminder.state, reminder.channel), ("sent", "letter"))
        self.assertFalse(self._mails(reminder))
        self.assertIn("Second Reminder", self.other.message_ids[0].body)

    def test_nobody_gets_it_twice(self):
        self._late(30)
        reminder = self._propose()
        self._send(reminder)
        outcome = self._send(reminder)
        self.assertEqual(outcome["done"], [])
        self.assertIn("Sent", outcome["failed"][0]["reason"])
        self.assertEqual(len(self._mails(reminder)), 1)
        with self.assertRaisesRegex(UserError, "still to send"):
            reminder.with_user(self.accountant).action_send()

    def test_CC07_what_came_in_since_the_proposal_is_seen(self):
        self._late(30, 500)
        reminder = self._propose()
        self._receipt(100, TODAY)
        self._send(reminder)
        self.assertEqual((reminder.amount, reminder.credit_amount, reminder.state), (400, 100, "sent"))
        self.assertIn("400.00", self._mails(reminder).body_html)

    def test_CC07_what_was_settled_since_is_not_sent(self):
        self._late(30, 500)
        reminder = self._propose()
        self._receipt(500, TODAY)
        outcome = self._send(reminder)
        self.assertIn("no reason any more", outcome["failed"][0]["reason"])
        self.assertEqual(reminder.state, "done")
        self.assertFalse(self._mails(reminder))

    def test_flags_are_set_when_the_sender_says_so_with_the_reason_in_the_history(self):
        self.levels["final"].write({"set_hold": True, "set_prepay": True})
        self._late(90, 500)
        reminder = self._propose()
        with self.assertRaisesRegex(UserError, "ask a credit controller"):
            self._send(reminder, with_flags=True)
        self._send(reminder, self.manager, with_flags=True)
        self.assertEqual((self.account.hold, self.account.prepay_required), (True, True))
        self.assertIn("Final Notice of 06/30/2025", self.account.hold_reason)
        self.assertEqual(reminder.state, "sent")

    def test_flags_stay_as_they_are_when_the_sender_does_not_say_so(self):
        self.levels["final"].set_hold = True
        self._late(90)
        reminder = self._propose().with_user(self.accountant)
        action = reminder.action_send()
        self.assertEqual(action["res_model"], "credit.reminder.send")
        wizard = (
            self.env["credit.reminder.send"]
            .with_user(self.accountant)
            .create({"reminder_ids": reminder.ids, "with_flags": True})
        )
        self.assertEqual((wizard.number, wizard.may_flag, wizard.flagged), (1, False, "Hub Customer"))
        batch = wizard.action_send()
        self.assertEqual((batch["tag"], batch["params"]["kwargs"]), ("credit_centre.batch", {"with_flags": False}))
        self._send(reminder)
        self.assertEqual((self.account.hold, reminder.state), (False, "sent"))

    def test_an_activity_for_whoever_chases_the_customer(self):
        self.account.sudo().collector_id = self.manager
        self._late(90)
        self._send(self._propose())
        self.assertEqual(self.account.activity_ids.user_id, self.manager)
        self.assertEqual(self.account.activity_ids.activity_type_id, self.env.ref("mail.mail_activity_data_call"))

    def test_invoices_go_along_where_the_level_says_so(self):
        self.levels["second"].attach_documents = True
        invoice = self._late(30)
        reminder = self._propose()
        self._send(reminder)
        self.assertEqual(len(self._mails(reminder).attachment_ids), 1)
        self.assertIn(invoice.name.replace("/", "_"), self._mails(reminder).attachment_ids.name)

    def test_skipping_keeps_why_and_leaves_in_peace_for_the_waiting_days(self):
        self._late(30)
        reminder = self._propose().with_user(self.accountant)
        for reason in ("", "  ", None, "x" * 3000):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, "say why"):
                reminder.action_skip(reason)
        reminder.action_skip("Talked to them")
        self.assertEqual((reminder.state, reminder.skip_reason), ("skipped", "Talked to them"))
        self.assertIn("Talked to them", self.account.message_ids[0].body)
        with freeze_time(ago(-6)):
            self.assertFalse(self._propose())
        with freeze_time(ago(-7)):
            self.assertEqual(self._propose().level_id, self.levels["second"])

    def test_roles(self):
        self._late(30)
        reminder = self._propose()
        for login in ("hub_viewer", "hub_sales"):
            for call in ("action_send", "action_send_slice", "action_mark_posted"):
                with self.subTest(login=login, call=call), self.assertRaises(AccessError):
                    getattr(reminder.with_user(self.users[login]), call)()
        self.assertEqual(reminder.state, "proposed")
        controller = self._user_of(self.company, "hub_controller", "credit_hold.group_credit_controller")
        self._send(reminder, controller)
        self.assertEqual(reminder.state, "sent")

    # ------------------------------------------------------------------ by itself

    def _run_cron(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60) as progress:
            self.reminders._cron_remind()
        return progress

    def test_the_daily_job_proposes_and_a_person_sends(self):
        self._late(30)
        self._run_cron()
        self.assertEqual(self.account.proposed_reminder_id.state, "proposed")

    def test_the_daily_job_sends_when_the_company_says_so_and_only_once(self):
        self.company.credit_reminder_mode = "send"
        self._late(30)
        self._late(30, partner=self.other)
        self._run_cron()
        sent = self.account.last_reminder_id
        self.assertEqual((sent.state, len(self._mails(sent))), ("sent", 1))
        silent = self._account(self.other).proposed_reminder_id
        self.assertIn("enter the address", silent.problem)
        self._run_cron()
        self.assertEqual(self.reminders.search_count([("account_id", "=", self.account.id)]), 1)
        self.assertEqual(self._account(self.other).proposed_reminder_id, silent)

    def test_letters_that_set_a_flag_wait_for_a_person(self):
        self.company.credit_reminder_mode = "send"
        self.levels["second"].set_hold = True
        self._late(30)
        self._run_cron()
        self.assertEqual(self.account.proposed_reminder_id.state, "proposed")
        self.assertFalse(self.account.hold)
