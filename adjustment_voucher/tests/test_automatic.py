"""A credit that names the debits it is for is applied when it is posted (S4.23, S4.55 to S4.57)."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import VoucherCommon


class AutomaticCommon(VoucherCommon):
    def _credit_note(self, amount, *debits, day="2024-02-01", currency=None, post=True, **vals):
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_date": day,
                "date": day,
                "currency_id": (currency or self.company.currency_id).id,
                "adjustment_debit_ids": [Command.set([debit.id for debit in debits])],
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "credit",
                            "price_unit": amount,
                            "account_id": self.income.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        if post:
            note.action_post()
        return note

    def _vouchers(self, *documents):
        items = self.env["account.move.line"].union(*(self._open_line(document) for document in documents))
        return self.env["adjustment.voucher.line"].search([("move_line_id", "in", items.ids)]).voucher_id

    def _due(self, amount, due, **vals):
        return self._invoice(amount, "2024-01-01", invoice_date_due=due, **vals)


@tagged("post_install", "-at_install")
class TestAutomatic(AutomaticCommon):
    def test_S4_23_a_credit_note_goes_on_the_invoice_it_names(self):
        invoice, older = self._invoice(100), self._invoice(100, "2023-12-01")
        note = self._credit_note(60, invoice)
        voucher = self._vouchers(note)
        self.assertEqual((voucher.state, voucher.method, str(voucher.date)), ("authorized", "named", "2024-02-01"))
        self.assertIn(note.name, voucher.memo)
        self.assertEqual((invoice.amount_residual, older.amount_residual, note.amount_residual), (40, 100, 0))
        self.assertFalse(voucher.open_reason)

    def test_S4_23_several_named_the_oldest_due_first_and_the_rest_on_account(self):
        late, early = self._due(100, "2024-03-01"), self._due(100, "2024-02-01")
        note = self._credit_note(150, late, early)
        self.assertEqual((early.amount_residual, late.amount_residual), (0, 50))
        self.assertEqual(note.amount_residual, 0)
        second = self._credit_note(80, late)
        self.assertEqual((late.amount_residual, second.amount_residual), (0, 30))
        self.assertEqual(self._vouchers(second).state, "authorized")

    def test_S4_57_a_receipt_names_its_invoices(self):
        invoice = self._invoice(100)
        receipt = self._receipt(70, "2024-02-01", adjustment_debit_ids=[Command.set(invoice.ids)])
        self.assertEqual(self._vouchers(receipt).state, "authorized")
        self.assertEqual((invoice.amount_residual, invoice.payment_state), (30, "partial"))
        self.assertIn(receipt.state, ("in_process", "paid"))

    def test_S4_23_nothing_named_nothing_made(self):
        self._invoice(100)
        note = self._credit_note(60)
        self.assertFalse(self._vouchers(note, self._receipt(10)))

    def test_S4_23_odoo_s_own_register_payment_is_left_to_odoo(self):
        invoice = self._invoice(100)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(self._vouchers(invoice))

    def test_S4_28_foreign_credit_on_an_invoice_in_company_currency(self):
        eur = self._currency("EUR", _2024_01_01=2.0)
        invoice = self._invoice(100)
        note = self._credit_note(100, invoice, currency=eur)
        voucher = self._vouchers(note)
        self.assertEqual(
            (voucher.state, voucher.kind, voucher.currency_id), ("authorized", "multi", invoice.currency_id)
        )
        self.assertEqual((invoice.amount_residual, note.amount_residual), (50, 0))

    def test_S4_27_a_document_of_the_group(self):
        child = self.env["res.partner"].create(
            {"name": "Child", "is_company": True, "parent_id": self.customer.id, "vat": "US1"}
        )
        invoice = self._invoice(100, partner=child)
        note = self._credit_note(100, invoice)
        self.assertEqual((self._vouchers(note).state, self._vouchers(note).hierarchy), ("authorized", "child"))
        self.assertEqual(invoice.payment_state, "paid")

    # ------------------------------------------------------------------ Odoo's own match of a credit note

    def _wizard(self, invoice, *debits):
        wizard = Form(
            self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        )
        wizard.date = fields.Date.to_date("2024-02-01")
        for debit in debits:
            wizard.adjustment_debit_ids.add(debit)
        return wizard.save()

    def test_S4_23_the_credit_note_wizard_asks_what_it_is_for(self):
        corrected, named = self._invoice(100), self._invoice(70)
        action = self._wizard(corrected, named).refund_moves()
        note = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(note.adjustment_debit_ids, named)
        note.action_post()
        voucher = self._vouchers(note)
        self.assertEqual((len(voucher), voucher.state), (1, "authorized"))
        self.assertEqual((named.amount_residual, corrected.amount_residual, note.amount_residual), (0, 70, 0))

    def test_S4_23_without_a_name_odoo_matches_the_corrected_invoice(self):
        corrected = self._invoice(100)
        note = self.env["account.move"].browse(self._wizard(corrected).refund_moves()["res_id"])
        note.action_post()
        self.assertEqual(corrected.payment_state, "reversed")
        self.assertFalse(self._vouchers(note))

    def test_S4_23_cancel_and_replace_is_odoo_s(self):
        corrected, named = self._invoice(100), self._invoice(70)
        self._wizard(corrected, named).modify_moves()
        self.assertEqual((corrected.payment_state, named.amount_residual), ("reversed", 70))
        self.assertFalse(self._vouchers(corrected, named))

    # ------------------------------------------------------------------ when it can't be authorized

    def _assert_waits(self, note, invoice, reason):
        voucher = self._vouchers(note)
        self.assertEqual((note.state, voucher.state), ("posted", "draft"))
        self.assertRegex(voucher.open_reason, reason)
        self.assertEqual(note.amount_residual, note.amount_total)
        self.assertEqual(self._line(voucher, self._open_line(invoice)).amount, invoice.amount_total)
        self.assertTrue(any(voucher.display_name in (message.body or "") for message in note.message_ids))
        return voucher

    def test_S4_57_left_as_a_draft_when_the_company_says_so(self):
        self.company.adjustment_authorize_at_once = False
        invoice = self._invoice(100)
        voucher = self._assert_waits(self._credit_note(100, invoice), invoice, "by hand")
        voucher.action_authorize()
        self.assertFalse(voucher.open_reason)
        self.assertEqual(invoice.payment_state, "reversed")

    def test_S4_23_second_person(self):
        self.company.adjustment_four_eyes = True
        invoice = self._invoice(100)
        self._assert_waits(self._credit_note(100, invoice), invoice, "ask a colleague")

    def test_S4_23_limit_of_the_user(self):
        self.env.user.adjustment_limit = 99
        invoice = self._invoice(100)
        self._assert_waits(self._credit_note(100, invoice), invoice, "higher limit")

    def test_S4_23_no_rate(self):
        eur = self._currency("EUR", _2024_01_15=2.0)
        invoice = self._invoice(100, "2024-01-31", eur)
        note = self._credit_note(50, invoice, day="2024-01-01")
        voucher = self._vouchers(note)
        self.assertEqual((note.state, voucher.state), ("posted", "draft"))
        self.assertIn("rate", voucher.open_reason)

    def test_S4_23_another_draft_claims_the_invoice(self):
        invoice = self._invoice(100)
        self._voucher([(self._open_line(self._receipt(100)), 100), (self._open_line(invoice), 100)])
        note = self._credit_note(60, invoice)
        voucher = self._vouchers(note)
        self.assertEqual((note.state, voucher.state), ("posted", "draft"))
        self.assertTrue(voucher.open_reason)

    def test_S4_23_locked_period(self):
        eur = self._currency("EUR", _2024_01_01=2.0, _2024_01_20=2.5)
        invoice = self._invoice(100, "2024-01-01", eur)
        note = self._credit_note(100, invoice, currency=eur, day="2024-01-20", post=False)
        check = "odoo.addons.account.models.company.ResCompany._get_violated_lock_dates"
        locks = [(fields.Date.to_date("2024-06-30"), "fiscalyear_lock_date")]
        post = type(note)._reconcile_reversed_moves

        def lock_then(*args):
            self.startPatcher(patch(check, return_value=locks))
            return post(*args)

        with patch.object(type(note), "_reconcile_reversed_moves", lock_then):
            note.action_post()
        voucher = self._vouchers(note)
        self.assertEqual((note.state, voucher.state), ("posted", "draft"))
        self.assertIn("2024-07-01", voucher.open_reason)

    def test_S4_23_named_documents_that_are_settled_already(self):
        invoice = self._invoice(100)
        self._voucher([(self._open_line(self._receipt(100)), 100), (self._open_line(invoice), 100)]).action_authorize()
        note = self._credit_note(60, invoice)
        self.assertEqual((note.state, note.amount_residual), ("posted", 60))
        self.assertFalse(self._vouchers(note))
        self.assertTrue(any("none of these documents is open" in (message.body or "") for message in note.message_ids))

    def test_S4_23_an_error_of_the_database_is_not_swallowed(self):
        invoice = self._invoice(100)
        note = self._credit_note(60, invoice, post=False)

        class Conflict(Exception):
            pass

        voucher = type(self.env["adjustment.voucher"])
        with patch.object(voucher, "action_authorize", side_effect=Conflict), self.assertRaises(Conflict):
            note.action_post()

    def test_S4_23_reset_and_posted_again_keeps_one_voucher(self):
        self.company.adjustment_authorize_at_once = False
        invoice = self._invoice(100)
        note = self._credit_note(60, invoice)
        note.button_draft()
        note.action_post()
        self.assertEqual(len(self._vouchers(note)), 1)

    # ------------------------------------------------------------------ one voucher per credit

    def test_S4_56_one_voucher_per_credit(self):
        self.company.adjustment_one_per_credit = True
        invoice = self._invoice(100)
        notes = self._credit_note(30, invoice, post=False) | self._credit_note(40, invoice, post=False)
        notes.action_post()
        self.assertEqual(self._vouchers(*notes).mapped("state"), ["authorized"] * 2)
        self.assertEqual(invoice.amount_residual, 30)

    def test_S4_56_a_proposal_over_several_credits_makes_one_voucher_each(self):
        self.company.adjustment_one_per_credit = True
        invoices = [self._due(100, "2024-02-01"), self._due(100, "2024-03-01")]
        receipts = [self._receipt(70, "2024-01-10"), self._receipt(80, "2024-01-20")]
        voucher = self._voucher()
        voucher.action_load_items()
        vouchers = self.env["adjustment.voucher"].search(voucher.action_allocate()["domain"], order="id")
        self.assertEqual(len(vouchers), 2)
        self.assertEqual([one.total_credit for one in vouchers], [70, 80])
        second = vouchers[1]
        self.assertEqual([self._line(second, self._open_line(one)).amount for one in invoices], [30, 50])
        vouchers.action_authorize()
        self.assertEqual([one.amount_residual for one in invoices], [0, 50])
        self.assertEqual([self._open_line(one).amount_residual for one in receipts], [0, 0])

    def test_S4_56_a_voucher_with_two_credits_is_refused(self):
        self.company.adjustment_one_per_credit = True
        invoice = self._invoice(100)
        credits = [self._open_line(self._receipt(amount)) for amount in (5, 6)]
        voucher = self._voucher([(credits[0], 5), (credits[1], 6), (self._open_line(invoice), 11)])
        with self.assertRaisesRegex(UserError, "one voucher per credit"):
            voucher.action_authorize()

    # ------------------------------------------------------------------ who

    def test_S4_23_a_plain_billing_user_posts(self):
        user = self._user("billing", "account.group_account_invoice")
        invoice = self._invoice(100)
        note = self._credit_note(60, invoice, post=False)
        note.with_user(user).action_post()
        voucher = self._vouchers(note)
        self.assertEqual((voucher.state, voucher.create_uid, voucher.authorized_by_id), ("authorized", user, user))
        self.company.adjustment_authorize_by = "approver"
        second = self._credit_note(10, invoice, post=False)
        second.with_user(user).action_post()
        self.assertEqual((second.state, self._vouchers(second).state), ("posted", "draft"))
        self.assertIn("Voucher Approver", self._vouchers(second).open_reason)

    def test_S4_57_an_electronic_receipt_is_applied_by_the_system(self):
        payer = new_test_user(self.env, "payer", "base.group_portal")
        invoice = self._invoice(100)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 100,
                "date": "2024-02-01",
                "journal_id": self.company_data["default_journal_bank"].id,
                "adjustment_debit_ids": [Command.set(invoice.ids)],
            }
        )
        payment.with_user(payer).sudo().action_post()
        voucher = self._vouchers(payment)
        self.assertEqual((voucher.state, voucher.authorized_by_id), ("authorized", self.env.ref("base.user_root")))
        self.assertEqual(invoice.amount_residual, 0)

    def test_S4_23_another_company_at_hand(self):
        """The voucher is of the document's company, whichever company the user looks at."""
        other = self.setup_other_company()["company"]
        self.env.user.company_ids |= other
        invoice = self._invoice(100)
        note = self._credit_note(60, invoice, post=False)
        note.with_context(allowed_company_ids=[other.id, self.company.id]).action_post()
        voucher = self._vouchers(note)
        self.assertEqual((voucher.state, voucher.company_id), ("authorized", self.company))

    def test_S4_23_a_named_document_out_of_reach_does_not_stop_the_posting(self):
        other = self.setup_other_company()["company"]
        user = self._user("billing", "account.group_account_invoice")
        strange = self.env["account.move"].search([("company_id", "=", other.id)], limit=1) or self.env[
            "account.move"
        ].with_company(other).create(
            {
                "move_type": "out_invoice",
                "company_id": other.id,
                "partner_id": self.customer.id,
                "invoice_date": "2024-01-01",
                "invoice_line_ids": [Command.create({"name": "line", "price_unit": 10, "tax_ids": [Command.clear()]})],
            }
        )
        strange.action_post()
        note = self._credit_note(60, strange, post=False)
        self.env.invalidate_all()
        note.with_user(user).action_post()
        self.assertEqual((note.state, note.amount_residual), ("posted", 60))
        self.assertFalse(self._vouchers(note))
        self.assertTrue(any("Not applied" in (message.body or "") for message in note.message_ids))

    def test_S4_23_defaults_of_the_screen_do_not_reach_the_voucher(self):
        invoice = self._invoice(100)
        note = self._credit_note(60, invoice, post=False)
        note.with_context(
            default_move_type="out_refund", default_memo="no", default_date="2023-01-01", default_partner_id=1
        ).action_post()
        voucher = self._vouchers(note)
        self.assertEqual((voucher.state, voucher.partner_id), ("authorized", self.customer))


@tagged("post_install", "-at_install")
class TestPrepayment(AutomaticCommon):
    """S4.15, S4.55: a prepayment invoice books a liability, which is a credit for the final invoice once it is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepaid = cls.env["account.account"].create(
            {"name": "Prepayments", "code": "PREPA", "account_type": "liability_current", "reconcile": True}
        )
        cls.company.adjustment_prepayment_account_ids = cls.prepaid
        cls.vat = cls.company_data["default_tax_sale"]  # 15 %

    def _prepayment(self, amount=1000):
        invoice = self._invoice(amount, "2024-01-01", tax=self.vat, account=self.prepaid)
        return invoice, invoice.line_ids.filtered(lambda item: item.account_id == self.prepaid)

    @classmethod
    def _invoice(cls, amount, day="2024-01-31", tax=None, account=None, **vals):
        lines = [Command.create({"name": "line", "price_unit": amount, "account_id": (account or cls.income).id,
                                 "tax_ids": [Command.set(tax.ids if tax else [])]})]  # fmt: skip
        return super()._invoice(amount, day, **vals, invoice_line_ids=lines)

    def _pay(self, invoice):
        receipt = self._receipt(invoice.amount_total, "2024-01-10")
        total = invoice.amount_total
        self._voucher([(self._open_line(receipt), total), (self._open_line(invoice), total)]).action_authorize()

    def test_S4_55_unpaid_is_neither_loaded_nor_applied(self):
        prepayment, item = self._prepayment()
        final = self._invoice(3000, "2024-02-01", tax=self.vat)
        voucher = self._voucher()
        voucher.action_load_items()
        self.assertNotIn(item, voucher.line_ids.move_line_id)
        typed = self._voucher([(item, 1000), (self._open_line(final), 1000)])
        with self.assertRaisesRegex(UserError, "collect its payment first"):
            typed.action_authorize()
        self.company.adjustment_prepayment_unpaid = True
        typed.action_authorize()
        self.assertEqual(final.amount_residual, 2450)
        self.assertEqual(prepayment.amount_residual, 1150)

    def test_S4_15_paid_prepayment_on_the_final_invoice(self):
        prepayment, item = self._prepayment()
        final = self._invoice(3000, "2024-02-01", tax=self.vat)
        self._pay(prepayment)
        voucher = self._voucher()
        voucher.action_load_items()
        line = self._line(voucher, item)
        self.assertEqual((line.side, line.document_kind, line.residual), ("credit", "prepayment", 1000))
        voucher.action_allocate()
        before = self._image(item | self._open_line(final))
        voucher.action_authorize()
        self.assertTrue(item.reconciled)
        self.assertEqual(final.amount_residual, 2450)
        self.assertEqual(self._balance(voucher, self.prepaid), 1000)
        self.assertEqual(self._balance(voucher, self.receivable), -1000)
        self.assertFalse(voucher.move_id.line_ids.filtered("tax_line_id"))
        voucher.action_reverse("2024-04-01", "test")
        self.assertEqual(self._image(item | self._open_line(final)), before)
