from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .reminder_common import TODAY, ReminderCase, ago


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCollections(ReminderCase):
    """S1.14, S1.15, S1.16, S3.15: calls, plans, disputes, the list to chase."""

    def test_a_biller_logs_a_call_and_plans_the_next(self):
        account = self.account.with_user(self.accountant)
        account.action_log_contact("call", "Will pay on Friday", "Call again", "2025-07-04", self.manager.id)
        self.assertEqual((account.next_action, account.next_action_date), ("Call again", self._day("2025-07-04")))
        self.assertEqual(account.collector_id, self.manager)
        self.assertIn(
            "Call: Will pay on Friday",
            account.message_ids.mapped("preview")[0] + str(account.message_ids.mapped("body")),
        )

    def test_through_the_window(self):
        self.account.activity_schedule("mail.mail_activity_data_call", user_id=self.accountant.id)
        wizards = self.env["credit.contact.log"].with_user(self.accountant)
        wizard = wizards.create(
            {"account_ids": self.account.ids, "note": "Left a message", "next_action_date": "2025-07-01"}
        )
        wizard.action_apply()
        self.assertEqual(self.account.next_action_date, self._day("2025-07-01"))
        self.assertFalse(self.account.activity_ids)

    def test_of_an_account_a_biller_changes_nothing_else(self):
        account = self.account.with_user(self.accountant)
        for values in ({"hold": True}, {"next_action": "x"}, {"collector_id": self.manager.id}, {"no_reminders": True}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                account.write(values)

    def test_roles(self):
        for login in ("hub_viewer", "hub_sales"):
            account = self.account.with_user(self.users[login])
            for call in (
                lambda one=account: one.action_log_contact("call", "x"),
                lambda one=account: one.action_set_no_reminders(True, "x"),
                lambda one=account: one.action_remind(),
                lambda one=account: one.action_new_promise(),
            ):
                with self.subTest(login), self.assertRaises(AccessError):
                    call()

    def test_bad_input(self):
        account = self.account.with_user(self.accountant)
        for arguments in (
            ("fax", "x"),
            ("call", "x", "y", "2026-02-30"),
            ("call", "x", "y", "soon"),
            ("call", "x" * 3000),
            ("call", "x", None, None, 10**9),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                account.action_log_contact(*arguments)
        with self.assertRaisesRegex(UserError, "say why"):
            account.action_set_no_reminders(True, " ")
        with self.assertRaisesRegex(UserError, "select at least one"):
            account.browse().action_log_contact("call", "x")

    def test_the_list_to_chase(self):
        self._late(10, 100)
        self._late(20, 900, partner=self.other)
        self._invoice(50, ago(5), due=ago(-30), partner=self._new_customer("Early"))
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_credit_chase")
        accounts = self.env["credit.account"].with_user(self.accountant)
        ours = [("company_id", "=", self.company.id), ("overdue", ">", 0)]
        self.assertEqual(action["domain"], "[('overdue', '>', 0)]")
        found = accounts.search(ours, order="overdue desc, id")
        self.assertEqual(found.partner_id, self.other | self.customer)
        self.assertEqual(found.mapped("overdue"), [900, 100])

    def test_remind_from_the_list(self):
        self._late(10)
        self._late(20, partner=self.other)
        accounts = (self.account | self._account(self.other)).with_user(self.accountant)
        action = accounts.action_remind()
        self.assertEqual(self.reminders.search(action["domain"]).partner_id, self.customer | self.other)
        one = self.account.with_user(self.accountant).action_remind()
        self.assertEqual(one["res_id"], self.account.proposed_reminder_id.id)

    def test_promised_and_disputed_amounts(self):
        invoice = self._late(10, 100)
        self.env["credit.promise"].create({"account_id": self.account.id, "amount": 40, "date": TODAY})
        invoice.with_user(self.accountant).action_credit_dispute("price")
        self.env.invalidate_all()
        self.assertEqual((self.account.promised_amount, self.account.disputed_amount), (40, 100))

    # ------------------------------------------------------------------ disputes

    def test_a_dispute_and_its_end(self):
        invoice = self._late(10).with_user(self.accountant)
        invoice.action_credit_dispute("quality", "Scratched")
        self.assertTrue(invoice.credit_disputed)
        self.assertEqual(
            (invoice.credit_dispute_date, invoice.credit_dispute_user_id), (self._day(TODAY), self.accountant)
        )
        self.assertIn("Scratched", invoice.message_ids[0].body)
        self.assertIn("Scratched", self.account.message_ids[0].body)
        self.assertFalse(self._propose())
        with self.assertRaisesRegex(UserError, "say how"):
            invoice.action_credit_settle_dispute(" ")
        invoice.action_credit_settle_dispute("New one sent")
        self.assertFalse(invoice.credit_disputed)
        self.assertTrue(self._propose())

    def test_a_controller_without_rights_in_invoicing_records_a_dispute(self):
        controller = self._user_of(self.company, "hub_controller", "credit_hold.group_credit_controller")
        invoice = self._late(10).with_user(controller)
        wizard = self.env["credit.dispute"].with_user(controller).create({"move_ids": invoice.ids, "reason": "price"})
        wizard.action_apply()
        self.assertTrue(invoice.credit_disputed)
        with self.assertRaises(AccessError):
            invoice.write({"ref": "x"})

    def test_disputes_refused(self):
        invoice = self._late(10).with_user(self.accountant)
        draft = self._invoice(10, TODAY, post=False).with_user(self.accountant)
        note = self._invoice(10, TODAY, kind="out_refund").with_user(self.accountant)
        for moves, reason in ((draft, "price"), (note, "price"), (invoice, "mood"), (invoice.browse(), "price")):
            with self.subTest(moves=moves, reason=reason), self.assertRaises(UserError):
                moves.action_credit_dispute(reason)
        with self.assertRaisesRegex(UserError, "in dispute"):
            invoice.action_credit_settle_dispute("x")
        with self.assertRaises(AccessError):
            invoice.write({"credit_disputed": True})
        for login in ("hub_viewer", "hub_sales"):
            with self.subTest(login), self.assertRaises(AccessError):
                invoice.with_user(self.users[login]).action_credit_dispute("price")

    def test_copies_and_credit_notes_are_not_in_dispute(self):
        invoice = self._late(10)
        invoice.action_credit_dispute("price")
        self.assertFalse(invoice.copy().credit_disputed)

    # ------------------------------------------------------------------ settings

    def test_levels_are_set_by_credit_managers(self):
        for user in (self.accountant, self.users["hub_viewer"]):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.levels["first"].with_user(user).days = 9
        self.levels["first"].with_user(self.manager).days = 9
        self.assertEqual(self.levels["first"].days, 9)

    def test_a_branch_has_no_levels_of_its_own(self):
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        with self.assertRaisesRegex(ValidationError, "choose the legal entity"):
            self._level(company_id=self.company.child_ids.id)
