from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditCentreCommon


@tagged("post_install", "-at_install")
class TestMarkPaid(CreditCentreCommon):
    """S3.17, S3.18: mark invoices as paid on receipt of payment; the balance follows at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.invoice = cls._invoice(100, "2025-01-10", due="2025-02-10")

    def _window(self, moves, user="hub_accountant", **vals):
        moves = moves.with_user(self.users[user])
        context = moves.action_mark_paid()["context"]
        vals = {"journal_id": self.bank.id, "date": "2025-02-05", **vals}
        return self.env["credit.mark.paid"].with_user(self.users[user]).with_context(**context).create(vals)

    def _receipts(self, partner=None):
        return self.env["account.payment"].search([("partner_id", "=", (partner or self.customer).id)])

    def test_one_click_pays_and_the_balance_follows(self):
        account = self.env["credit.account"]._for_partners(self.customer, self.company)
        self.assertEqual(account.open_items, 100)
        self._window(self.invoice, memo="Transfer 77").action_mark()
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.invoice.amount_residual, 0)
        receipt = self._receipts()
        self.assertEqual((receipt.amount, str(receipt.date), receipt.memo), (100, "2025-02-05", "Transfer 77"))
        account.invalidate_recordset()
        self.assertEqual(account.open_items, 0)

    def test_second_click_and_second_window_make_no_second_payment(self):
        first, second = self._window(self.invoice), self._window(self.invoice)
        first.action_mark()
        for window in (first, second):
            with self.assertRaisesRegex(UserError, "still open. Leave out"):
                window.action_mark()
        self.assertEqual(len(self._receipts()), 1)

    def test_only_the_rest_is_paid(self):
        self._receivable(self.invoice, self._receipt(30, "2025-01-20")).reconcile()
        self._window(self.invoice).action_mark()
        self.assertEqual(sorted(self._receipts().mapped("amount")), [30, 70])
        self.assertEqual(self.invoice.amount_residual, 0)

    def test_several_at_once_with_instalments_and_another_currency(self):
        foreign = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0), ("2025-02-01", 4.0)])
        abroad = self._invoice(100, "2025-01-10", currency=foreign)
        parts = self._invoice(200, "2025-01-10", partner=self.other)
        parts.button_draft()
        parts.invoice_payment_term_id = self.pay_terms_b
        parts.action_post()
        self.assertGreater(len(self._receivable(parts)), 1)
        moves = self.invoice | abroad | parts
        window = self._window(moves)
        self.assertIn("300.00", window.amounts)
        window.action_mark()
        self.assertEqual(moves.mapped("amount_residual"), [0, 0, 0])
        self.assertEqual(len(self._receipts(self.other)), 1)

    def test_a_foreign_invoice_paid_on_a_journal_of_a_third_currency(self):
        foreign = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0), ("2025-02-01", 4.0)])
        third = self.setup_other_currency("CHF", rates=[("2025-01-01", 3.0)])
        journal = self.bank.copy({"name": "CHF Bank", "currency_id": third.id})
        method = self.bank.inbound_payment_method_line_ids[:1].payment_account_id
        journal.inbound_payment_method_line_ids.payment_account_id = method
        abroad = self._invoice(100, "2025-01-10", currency=foreign)
        self._window(abroad, journal_id=journal.id).action_mark()
        self.assertEqual(abroad.amount_residual, 0)
        self.assertEqual(self._receipts().currency_id, third)

    def test_a_journal_that_waits_for_the_statement_is_booked_at_once(self):
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        window, second = self._window(self.invoice), self._window(self.invoice)
        window.action_mark()
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.invoice.amount_residual, 0, "The balance follows at once")
        with self.assertRaisesRegex(UserError, "still open. Leave out"):
            second.action_mark()
        self.assertEqual(len(self._receipts()), 1)

    def test_what_is_refused_leaves_nothing(self):
        tomorrow = fields.Date.today() + timedelta(days=1)
        self.company.fiscalyear_lock_date = "2025-01-31"
        cases = (
            ({"date": tomorrow}, "is still to come"),
            ({"date": "2025-01-31"}, "the books are closed until then"),
            ({"journal_id": self.company_data["default_journal_misc"].id}, "choose a bank or cash journal"),
        )
        for vals, message in cases:
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, message):
                self._window(self.invoice, **vals).action_mark()
        self.assertFalse(self._receipts())

    def test_wrong_documents_are_refused_by_name(self):
        draft = self._invoice(10, "2025-01-10", post=False)
        note = self._invoice(10, "2025-01-10", kind="out_refund")
        for moves in (draft, note, self.invoice | note):
            with self.assertRaisesRegex(UserError, "Leave out"):
                moves.action_mark_paid()
        with self.assertRaisesRegex(UserError, "choose at least one"):
            self.env["account.move"].action_mark_paid()

    def test_only_billing_marks(self):
        for login in ("hub_viewer", "hub_sales"):
            moves = self.invoice.with_user(self.users[login])
            with self.assertRaises(AccessError):
                moves.action_mark_paid()
            with self.assertRaises(AccessError):
                self.env["credit.mark.paid"].with_user(self.users[login]).create(
                    {"move_ids": [Command.set(self.invoice.ids)], "journal_id": self.bank.id}
                ).action_mark()
        self.assertEqual(self.invoice.amount_residual, 100)
