from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .reminder_common import TODAY, ReminderCase, ago


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPropose(ReminderCase):
    """S1.14, S1.18, S3.19, S3.20, D25, D26: who gets which reminder, about what."""

    def test_D26_it_works_as_installed(self):
        self._late(10)
        reminder = self._propose()
        self.assertEqual((reminder.partner_id, reminder.level_id), (self.customer, self.levels["first"]))
        self.assertEqual(self.counts, {"proposed": 1})

    def test_D25_the_first_letter_has_the_level_of_its_age(self):
        self._late(90)
        self.assertEqual(self._propose().level_id, self.levels["final"])

    def test_D25_credits_are_deducted(self):
        invoices = self._late(30, 500) | self._late(2, 300)
        self._receipt(100, ago(5))
        self._invoice(50, ago(5), kind="out_refund")
        reminder = self._propose()
        self.assertEqual((reminder.debit_amount, reminder.credit_amount, reminder.amount), (800, 150, 650))
        self.assertEqual(reminder.line_ids.move_id, invoices)
        self.assertEqual((reminder.document_count, reminder.oldest_due_date), (2, self._day(ago(30))))
        self.assertIn("credits deducted", reminder.why)

    def test_D25_who_is_covered_by_credits_gets_none(self):
        self._late(30, 500)
        self._invoice(500, ago(5), kind="out_refund")
        self.assertFalse(self._propose())
        self.assertEqual(self.counts, {"covered": 1})
        with self.assertRaisesRegex(UserError, "apply them first"):
            self.account.with_user(self.accountant).action_remind()

    def test_S3_19_a_part_was_paid(self):
        invoice = self._late(3, 500)
        receipt = self._receipt(200, ago(2))
        self._receivable(invoice, receipt).reconcile()
        reminder = self._propose()
        self.assertEqual((reminder.level_id, reminder.amount), (self.levels["partial"], 300))

    def test_S3_19_a_credit_note_is_no_part_payment(self):
        invoice = self._late(3, 500)
        note = self._invoice(200, ago(2), kind="out_refund")
        self._receivable(invoice, note).reconcile()
        self.assertFalse(self._propose())

    def test_before_the_due_date_when_switched_on(self):
        self._invoice(100, ago(10), due=ago(-2))
        self.assertFalse(self._propose())
        self.levels["before"].active = True
        reminder = self._propose()
        self.assertEqual(reminder.level_id, self.levels["before"])
        self.assertIn("due on", reminder.why)

    def test_disputed_and_promised_documents_are_left_out(self):
        disputed, promised, rest = self._late(50), self._late(50, 200), self._late(8, 300)
        disputed.action_credit_dispute("quality", "Two broken")
        self.env["credit.promise"].create(
            {"account_id": self.account.id, "amount": 200, "date": TODAY, "move_ids": [Command.set(promised.ids)]}
        )
        reminder = self._propose()
        self.assertEqual((reminder.line_ids.move_id, reminder.level_id), (rest, self.levels["first"]))

    def test_a_promise_without_documents_speaks_for_all_until_its_day(self):
        self._late(50)
        promise = self.env["credit.promise"].create({"account_id": self.account.id, "amount": 100, "date": TODAY})
        self.assertFalse(self._propose())
        self.assertEqual(self.counts, {"excluded": 1})
        with freeze_time(ago(-1)):
            self.assertTrue(self._propose())
        promise.action_cancel()
        self.assertTrue(self._propose())

    def test_no_reminders_for_a_customer(self):
        self._late(50)
        self.assertTrue(self._propose())
        self.account.with_user(self.accountant).action_set_no_reminders(True, "Pays the parent by hand")
        self.assertFalse(self.account.proposed_reminder_id)
        self.assertFalse(self._propose())
        with self.assertRaisesRegex(UserError, "set to get no reminders"):
            self.account.with_user(self.accountant).action_remind()
        self.account.with_user(self.accountant).action_set_no_reminders(False)
        self.assertTrue(self._propose())

    def test_minimum_amount(self):
        self._late(50, 80)
        self._level(minimum_amount=80, days=5)
        self.assertFalse(self._propose())
        self.assertEqual(self.counts, {"below_minimum": 1})
        self._late(50, 1)
        self.assertEqual(self._propose().amount, 81)

    def test_a_company_with_levels_of_its_own_uses_these_alone(self):
        own = self._level(days=1)
        self._late(2)
        self.assertEqual(self._propose().level_id, own)

    def test_one_level_at_a_time_and_the_waiting_days(self):
        self._late(90)
        self.levels["final"].active = self.levels["second"].active = False
        self._send(self._propose())
        (self.levels["final"] | self.levels["second"]).active = True
        with freeze_time(ago(-6)):
            self.assertFalse(self._propose())
        with freeze_time(ago(-7)):
            reminder = self._propose()
            self.assertEqual(reminder.level_id, self.levels["second"])
            self._send(reminder)
        with freeze_time(ago(-14)):
            self.assertEqual(self._propose().level_id, self.levels["final"])

    def test_nothing_new_no_second_letter(self):
        self._late(8)
        self._send(self._propose())
        with freeze_time(ago(-10)):
            self.assertFalse(self._propose())
            self.assertEqual(self.counts, {"up_to_date": 1})
        with freeze_time(ago(-13)):
            self.assertEqual(self._propose().level_id, self.levels["second"])

    def test_a_proposal_that_still_holds_stays_and_others_are_replaced(self):
        self._late(30)
        first = self._propose()
        self.assertEqual(self._propose(), first)
        self._late(30, 50)
        second = self._propose()
        self.assertNotEqual(second, first)
        self.assertEqual((second.amount, first.exists()), (150, first.browse()))
        self._receipt(150, TODAY)
        self.assertFalse(self._propose())

    def test_another_currency_stays_in_its_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2025-01-01", 0.5)])
        self._late(30, 100, currency=euro)
        self._late(30, 70)
        self._receipt(20, ago(3), currency=euro)
        reminder = self._propose()
        self.assertEqual((reminder.debit_amount, reminder.credit_amount, reminder.amount), (270, 40, 230))
        self.assertEqual(reminder.credits, [[euro.id, 20.0]])
        tables = {table["currency"]: table for table in reminder._tables()}
        self.assertIn("80.00", tables["EUR"]["due"])
        self.assertIn("70.00", tables["USD"]["due"])

    def test_contacts_and_branches_are_one_letter_of_the_legal_entity(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        self.cr.precommit.run()
        self._late(30, 10, partner=contact)
        self._late(30, 20)
        self.assertEqual(self._propose().amount, 30)

    def test_two_companies_each_with_its_own_letters(self):
        other = self.setup_other_company()
        foreign = self._user_of(other["company"])
        self._late(30)
        reminder = self._propose()
        theirs = self.reminders.with_user(foreign)
        self.assertFalse(theirs.search([("id", "=", reminder.id)]))
        with self.assertRaises(AccessError):
            theirs.browse(reminder.id).action_send_slice()
        with self.assertRaises(AccessError):
            theirs.action_propose(self.account.ids)
        self.assertEqual(theirs.action_propose(), {})

    def test_roles(self):
        self._late(30)
        for login in ("hub_viewer", "hub_sales"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.reminders.with_user(self.users[login]).action_propose()
        reminder = self._propose()
        self.assertTrue(reminder.with_user(self.users["hub_viewer"]).read(["amount", "why", "preview"]))
        with self.assertRaises(AccessError):
            reminder.with_user(self.users["hub_sales"]).read(["amount"])
        for user in (self.accountant, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                reminder.with_user(user).write({"state": "sent"})

    def test_bad_input(self):
        with self.assertRaisesRegex(UserError, "choose at least one customer"):
            self.reminders.with_user(self.accountant).action_propose([10**9])
        for values in ({"minimum_amount": float("nan")}, {"minimum_amount": -1}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._level(**values)
        for values in ({"days": 0}, {"days": -1}, {"trigger": "before", "days": 1}, {"trigger": "partial", "days": -1}):
            with self.subTest(values=values), self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
                with self.env.cr.savepoint():
                    self._level(**values).flush_recordset()

    def _customers_late(self, number, start):
        for index in range(start, start + number):
            self._late(30, partner=self._new_customer(f"Many{index}"))

    def test_no_query_per_customer(self):
        self._propose()
        self._customers_late(3, 0)
        few = self._queries()
        self._customers_late(27, 3)
        self.assertEqual(self._queries(), few)
        self.assertEqual(len(self._propose()), 30)

    def _queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._propose()
        return self.cr.sql_log_count - before
