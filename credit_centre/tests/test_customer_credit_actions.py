"""S0.12 to S0.31: unapply, apply, refund; bad input; the screen to apply."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .test_customer_credit import CustomerCreditCommon as Common


@tagged("post_install", "-at_install")
class TestCreditActions(Common):
    """S0.12 to S0.25, S0.28 to S0.31."""

    def test_unapply_what_odoo_matched(self):
        """S0.15, S0.23, S0.24."""
        note, invoice = self._note(100), self._invoice(60, self.day)
        (self._receivable(note) | self._receivable(invoice)).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertIs(self._credit(note).action_unapply(), True)
        self.assertEqual(self._figures(note), ("open", 100, 0, 0, 0, 100))
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("not_paid", 60))
        with self.assertRaisesRegex(UserError, "was not used for anything"):
            self._credit(note).action_unapply()

    def test_unapply_through_the_voucher(self):
        """S0.23: one pair reverses the voucher; one invoice of two is taken out."""
        note, one, two = self._note(100), self._invoice(60, self.day), self._invoice(30, self.day)
        voucher = self._voucher((self._receivable(note), 60), (self._receivable(one), 60))
        action = self._credit(note).action_unapply()
        self.assertEqual((action["res_model"], action["context"]["default_voucher_ids"]),
                         ("adjustment.voucher.reverse", voucher.ids))  # fmt: skip
        self.env["adjustment.voucher.reverse"].with_context(**action["context"]).create(
            {"reason": "x"}
        ).action_reverse()
        self.assertEqual(self._figures(note), ("open", 100, 0, 0, 0, 100))
        self._voucher((self._receivable(note), 90), (self._receivable(one), 60), (self._receivable(two), 30))
        choice = self._credit(note).action_unapply()
        rows = self.env["credit.application"].search(choice["domain"])
        self.assertEqual(rows.debit_move_id, one | two)
        action = rows.filtered(lambda row: row.debit_move_id == two).action_unapply()
        lines = self.env["adjustment.voucher.line"].browse(action["context"]["default_line_ids"])
        self.assertEqual(lines.move_line_id, self._receivable(two))

    def test_apply_makes_a_draft_voucher(self):
        """S0.13: one credit, and several of one customer, with the invoices loaded beside them."""
        note, receipt, invoice = self._note(100), self._receipt(50, self.day), self._invoice(120, self.day)
        action = self._credit(note).action_apply()
        voucher = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((voucher.state, voucher.total_credit), ("draft", 100))
        both = self._credit(note) | self._credit(receipt)
        voucher = self.env["adjustment.voucher"].browse(both.action_apply()["res_id"])
        self.assertEqual((voucher.kind, voucher.total_credit, voucher.total_debit), ("single", 150, 0))
        self.assertIn(self._receivable(invoice), voucher.line_ids.move_line_id)
        strange = self._invoice(10, self.day, kind="out_refund", partner=self.other)
        with self.assertRaisesRegex(UserError, "credits of one customer"):
            (both | self._credit(strange)).action_apply()

    def test_refund_refuses_bad_input(self):
        note = self._note(100)
        for amount in (0, 100.01, 1e9):
            with self.assertRaisesRegex(UserError, "above zero and up to"):
                self._refund(note, amount)
        for amount in (-1, float("nan"), float("inf"), "x"):
            with self.assertRaises(ValidationError):
                self._refund(note, amount)
        with self.assertRaisesRegex(UserError, "up to today"):
            self._refund(note, 10, date="2999-01-01")
        with self.assertRaises(ValidationError):
            self._refund(note, 10, date="soon")
        with self.assertRaisesRegex(UserError, "bank or cash journal"):
            self._refund(note, 10, journal_id=self.company_data["default_journal_sale"].id)
        self.company.fiscalyear_lock_date = "2025-03-31"
        with self.assertRaisesRegex(UserError, "the books are closed"):
            self._refund(note, 10)
        with self.assertRaisesRegex(UserError, "choose at least one credit"):
            self.env["credit.refund"].create({}).action_confirm()
        invoice = self._receivable(self._invoice(5, "2025-04-02"))
        with self.assertRaisesRegex(UserError, "it is none"):
            self.env["credit.refund"].create(
                {"date": "2025-04-02", "line_ids": [Command.create({"move_line_id": invoice.id, "amount": 5})]}
            ).action_confirm()
        self.assertEqual(self._figures(note), ("open", 100, 0, 0, 0, 100))
        self.assertFalse(self.env["account.payment"].search([("partner_id", "=", self.customer.id)]))

    def test_actions_refuse_bad_input(self):
        credits = self.env["customer.credit"]
        for name in ("action_apply", "action_refund", "action_unapply", "action_print", "action_send"):
            with self.assertRaisesRegex(UserError, "choose at least one credit"):
                getattr(credits, name)()
            with self.assertRaises(UserError):
                getattr(credits.browse(2**31 + 5), name)()
            with self.assertRaises(UserError):
                getattr(credits.browse(999999999), name)()
        note = self._note(100)
        self._refund(note)
        for name in ("action_apply", "action_refund"):
            with self.assertRaisesRegex(UserError, "Refunded"):
                getattr(self._credit(note), name)()

    def test_look_actions(self):
        """S0.8, S0.9, S0.14, S0.21, S0.22: applications, refunds, journal items; from the invoice too."""
        note, invoice = self._note(100), self._invoice(60, self.day)
        (self._receivable(note) | self._receivable(invoice)).reconcile()
        credit = self._refund(note)
        found = self.env["credit.application"].search(credit.action_view_applications()["domain"])
        self.assertEqual(found.debit_move_id, invoice)
        found = self.env["credit.application"].search(credit.action_view_refunds()["domain"])
        self.assertEqual((found.amount, found.debit_move_line_id.payment_id.payment_type), (40, "outbound"))
        items = self.env["account.move.line"].search(credit.action_view_transactions()["domain"])
        self.assertLessEqual(note.line_ids | invoice.line_ids | found.debit_move_id.line_ids, items)
        self.assertEqual((invoice.credit_applied_count, note.credit_used_count), (1, 2))
        self.assertEqual(self.env["credit.application"].search(invoice.action_view_applied_credits()["domain"]).credit_id,
                         credit)  # fmt: skip

    def test_print_and_send(self):
        """S0.28: Odoo's own paper, for one and for many; a mixture is refused."""
        notes = self._credit(self._note(100)) | self._credit(self._note(50))
        receipt = self._credit(self._receipt(30, self.day))
        self.assertEqual(notes.action_print()["type"], "ir.actions.report")
        self.assertEqual(receipt.action_print()["report_name"], "account.report_payment_receipt")
        self.assertEqual(notes.action_send()["res_model"], "account.move.send.batch.wizard")
        self.assertEqual(receipt.action_send()["context"]["default_res_ids"], receipt.payment_id.ids)
        with self.assertRaisesRegex(UserError, "different forms"):
            (notes | receipt).action_print()

    def test_all_references_find_the_credit(self):
        """S0.27: by its own number, its reference, and the invoice it was applied to."""
        note, invoice = self._note(100), self._invoice(60, self.day)
        invoice.invoice_origin = "S77788"
        (self._receivable(note) | self._receivable(invoice)).reconcile()
        for text in (note.name, invoice.name, "S77788"):
            found = self.env["customer.credit"].search([("references", "ilike", text)])
            self.assertEqual(found.move_id, note, text)
        self.assertFalse(self.env["customer.credit"].search([("references", "ilike", "no such")]))

    def test_a_bounced_receipt_is_void_and_reported(self):
        """S0.22: the hub calls it void, the ledger has it open: the check says so."""
        receipt = self._receipt(50, self.day)
        self.assertFalse(self._differences())
        receipt.action_reject()
        self.assertEqual(self._figures(receipt), ("void", 50, 0, 0, 0, 0))
        self.assertEqual([(row.kind, row.found) for row in self._differences()], [("bounced", -50)])

    def test_a_wrong_residual_is_reported(self):
        """S0.22: whatever changed the ledger behind the matches is visible."""
        note = self._note(100)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move_line SET amount_residual_currency = -90 WHERE id = %s",
                            [self._receivable(note).id])  # fmt: skip
        self.env.invalidate_all()
        row = self._differences()
        self.assertEqual((row.kind, row.expected, row.found, row.move_id), ("residual", -100, -90, note))
        self.assertEqual(self._credit(note).difference, 10)

    def test_a_draft_that_settles_is_reported(self):
        note, invoice = self._note(100), self._invoice(60, self.day)
        (self._receivable(note) | self._receivable(invoice)).reconcile()
        note.button_draft()
        self.assertEqual([(row.kind, row.expected, row.found) for row in self._differences()], [("draft", 60, 0)])


@tagged("post_install", "-at_install")
class TestApplyScreen(Common):
    """S0.29, S0.30, S0.31."""

    def _screen(self, partner=None, items=()):
        screen = Form(self.env["credit.apply"].with_context(credit_apply_items=[item.id for item in items]))
        screen.partner_id = partner or self.customer
        return screen

    def test_credits_go_on_an_invoice(self):
        """S0.19, S0.20: two credits settle one invoice at once, and what is left of them is told."""
        note, receipt, invoice = self._note(100), self._receipt(50, self.day), self._invoice(120, self.day)
        screen = self._screen(items=[self._receivable(invoice), self._receivable(note), self._receivable(receipt)])
        self.assertEqual((screen.total_credit, screen.total_debit, screen.total_applied), (150, 120, 120))
        record = screen.save()
        record.action_apply()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._figures(note), ("applied", 100, 100, 0, 0, 0))
        self.assertEqual(self._figures(receipt), ("partially_applied", 50, 20, 0, 0, 30))
        self.assertEqual(set(self._screen().save().application_ids.mapped("amount")), {100, 20})

    def test_who_may_not_authorize_leaves_a_draft(self):
        self.company.adjustment_four_eyes = True
        note, invoice = self._note(100), self._invoice(120, self.day)
        screen = Form(
            self.env["credit.apply"]
            .with_user(self.users["hub_accountant"])
            .with_context(credit_apply_items=[self._receivable(invoice).id, self._receivable(note).id])
        )
        screen.partner_id = self.customer
        action = screen.save().action_apply()
        voucher = self.env["adjustment.voucher"].browse(action["params"]["next"]["res_id"])
        self.assertEqual((voucher.state, voucher.total_credit, voucher.total_debit), ("draft", 100, 100))
        self.assertIn("ask a colleague", action["params"]["message"])

    def test_the_alert_pops_up(self):
        """S0.30."""
        account = self.env["credit.account"].search([("partner_id", "=", self.customer.id)], limit=1)
        account = account or self.env["credit.account"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        )
        account.note = "Call Jane first"
        screen = self.env["credit.apply"].new({"partner_id": self.customer.id})
        warning = screen._onchange_partner_alert()["warning"]
        self.assertEqual((warning["type"], warning["message"]), ("dialog", "Call Jane first"))

    def test_found_by_name_email_phone(self):
        """S0.29."""
        self.customer.phone = "+1 555 010 7788"
        find = self.env["res.partner"].with_context(credit_find_by_phone=True).name_search
        for text in ("Hub Cust", "hub@example", "010 7788"):
            self.assertIn(self.customer.id, [one[0] for one in find(text)], text)
        self.assertNotIn(self.customer.id, [one[0] for one in self.env["res.partner"].name_search("010 7788")])

    def test_the_screen_opens_from_everywhere(self):
        """S0.29, S0.31."""
        note, invoice = self._note(100), self._invoice(120, self.day)
        for action, ticked in (
            (invoice.action_apply_deposits(), self._receivable(invoice)),
            (self.customer.action_apply_deposits(), self.env["account.move.line"]),
            (self._credit(note).action_apply_screen(), self._receivable(note)),
        ):
            context = action["context"]
            self.assertEqual(
                (context["default_partner_id"], context["credit_apply_items"]), (self.customer.id, ticked.ids)
            )
        self._refund(note)
        with self.assertRaisesRegex(UserError, "not yet paid"):
            note.action_apply_deposits()

    def test_bad_input_is_refused(self):
        note, invoice = self._receivable(self._note(100)), self._receivable(self._invoice(120, self.day))
        strange = self._receivable(self._invoice(10, self.day, partner=self.other))
        screen = self.env["credit.apply"]

        def apply(*lines):
            commands = [Command.create({"move_line_id": item.id, "selected": True, "amount": amount})
                        for item, amount in lines]  # fmt: skip
            sides = {"credit_line_ids": commands[:1], "debit_line_ids": commands[1:]}
            screen.create({"partner_id": self.customer.id, **sides}).action_apply()

        for lines, text in (
            (((note, 10),), "at least one credit and one invoice"),
            (((note, 0), (invoice, 10)), "above zero"),
            (((note, 101), (invoice, 10)), "above zero and up to"),
            (((note, 10), (strange, 10)), "choose its own customer"),
        ):
            with self.assertRaisesRegex(UserError, text):
                apply(*lines)
        for amount in (-5, float("nan")):
            with self.assertRaises(ValidationError):
                apply((note, amount), (invoice, 10))
        with self.assertRaisesRegex(UserError, "choose the customer first"):
            screen.create({}).action_apply()
        self.assertFalse(self.env["adjustment.voucher"].search([("partner_id", "=", self.customer.id)]))
