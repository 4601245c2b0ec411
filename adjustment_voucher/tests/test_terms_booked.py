"""Cash discount, tolerance and write-off on real documents: what is proposed, booked and taken back (A20 to A29)."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .terms import TermsCommon


@tagged("post_install", "-at_install")
class TestDiscountCases(TermsCommon):
    def _settled(self, paid, day="2024-01-10"):
        invoice = self._invoice(100, "2024-01-01", term=self._term())
        receipt = self._receipt(paid, day)
        return invoice, receipt, self._proposal(invoice, receipt)

    def test_A20_discount_in_full_and_in_part(self):
        for paid, settled, discount in ((98, 100, 2), (49, 50, 1)):
            with self.subTest(paid=paid):
                invoice, receipt, voucher = self._settled(paid)
                self.assertEqual(self._figures(voucher, invoice), (settled, discount, 0))
                for _done in self._there_and_back(voucher, [invoice, receipt]):
                    self.assertEqual(invoice.amount_residual, 100 - settled)
                    self.assertEqual(self._balance(voucher, self.discount_account), discount)
                    self.assertEqual(invoice.payment_state, "paid" if settled == 100 else "partial")

    def test_A20_second_half_brings_the_rest_of_the_discount(self):
        invoice, _receipt, voucher = self._settled(49)
        voucher.action_authorize()
        receipt = self._receipt(49, "2024-01-10")
        second = self._proposal(invoice, receipt)
        second.action_authorize()
        self.assertEqual(self._figures(second, invoice), (50, 1, 0))
        self.assertEqual(invoice.payment_state, "paid")

    def test_S4_20_late_money_earns_no_discount_and_modes_decide_otherwise(self):
        invoice, _receipt, voucher = self._settled(98, "2024-01-12")
        self.assertEqual(self._figures(voucher, invoice), (98, 0, 0))
        line = self._of(voucher, invoice)
        line.discount_mode = "always"
        voucher.action_allocate()
        self.assertEqual(self._figures(voucher, invoice), (100, 2, 0))
        line.discount_mode = "never"
        voucher.action_allocate()
        self.assertEqual(self._figures(voucher, invoice), (98, 0, 0))
        line.discount_mode = "normal"
        self.company.adjustment_discount_grace_days = 1
        voucher.action_allocate()
        self.assertEqual(self._figures(voucher, invoice), (100, 2, 0))

    def test_A21_steps_of_discount(self):
        one, two = self._term(1, 14), self._term(2, 5, tiers=[(14, 1)])
        invoices = [
            self._invoice(1000, "2024-05-15", term=one),
            self._invoice(1000, "2024-06-25", term=one),
            self._invoice(1000, "2024-06-25", term=two),
        ]
        for day, discounts, total in (("2024-06-29", [0, 10, 20], 2970), ("2024-07-01", [0, 10, 10], 2980)):
            with self.subTest(day=day):
                receipt = self._receipt(total, day)
                voucher = self._proposal(*invoices, receipt)
                self.assertEqual([self._of(voucher, invoice).discount_amount for invoice in invoices], discounts)
                self.assertEqual((voucher.total_debit, voucher.total_credit), (total, total))
                for _done in self._there_and_back(voucher, [*invoices, receipt]):
                    self.assertEqual({invoice.payment_state for invoice in invoices}, {"paid"})

    def test_A23_credit_note_after_the_discount_was_taken(self):
        invoice, _receipt, voucher = self._settled(98)
        voucher.action_authorize()
        note = invoice._reverse_moves([{"invoice_date": "2024-02-01", "date": "2024-02-01"}])
        note.action_post()
        other = self._invoice(500, "2024-02-01")
        settling = self._proposal(other, note)
        self.assertEqual(self._figures(settling, note), (100, 2, 0))
        self.assertEqual(self._figures(settling, other), (98, 0, 0))
        for _done in self._there_and_back(settling, [other, note]):
            self.assertEqual((other.amount_residual, note.amount_residual), (402, 0))
            self.assertEqual(self._balance(settling, self.discount_account), -2)

    def test_A23_part_of_the_credit_note(self):
        invoice, _receipt, voucher = self._settled(98)
        voucher.action_authorize()
        note = invoice._reverse_moves([{"invoice_date": "2024-02-01", "date": "2024-02-01"}])
        note.action_post()
        other = self._invoice(49, "2024-02-01")
        settling = self._proposal(other, note)
        self.assertEqual(self._figures(settling, note), (50, 1, 0))
        settling.action_authorize()
        self.assertEqual((other.payment_state, note.amount_residual), ("paid", 50))
        rest = self._proposal(self._invoice(500, "2024-02-01"), note)
        self.assertEqual(self._figures(rest, note), (50, 1, 0))

    def test_A23_two_credit_notes_give_back_no_more_than_was_taken(self):
        invoice, _receipt, voucher = self._settled(98)
        voucher.action_authorize()
        for discount in (1.20, 0.80, 0):  # of credit notes over 60 each; 2.00 was taken
            note = invoice._reverse_moves([{"invoice_date": "2024-02-01", "date": "2024-02-01"}])
            note.invoice_line_ids.price_unit = 60
            note.action_post()
            settling = self._proposal(self._invoice(500, "2024-02-01"), note)
            self.assertEqual(self._figures(settling, note), (60, discount, 0))
            settling.action_authorize()

    def test_A26_full_settlement_typed_as_extra_discount(self):
        invoice, receipt = self._invoice(1000, "2024-01-01"), self._receipt(990, "2024-03-01")
        voucher = self._voucher(day="2024-12-31")
        voucher.action_load_items()
        self._of(voucher, invoice).write({"amount": 1000, "discount_amount": 10})
        self._of(voucher, receipt).amount = 990  # changes the value date: what was typed stays
        self.assertEqual(self._figures(voucher, invoice), (1000, 10, 0))
        for _done in self._there_and_back(voucher, [invoice, receipt]):
            self.assertEqual(self._balance(voucher, self.discount_account), 10)
            self.assertEqual(invoice.payment_state, "paid")
            self.assertEqual(self._figures(voucher, invoice), (1000, 10, 0))

    def test_A26_full_settlement_typed_in_the_form(self):
        invoice, receipt = self._invoice(1000, "2024-01-01"), self._receipt(990, "2024-03-01")
        voucher = self._typed(invoice, receipt, {"amount": 1000, "discount_amount": 10}, {"amount": 990})
        self.assertEqual(self._figures(voucher, invoice), (1000, 10, 0))
        self.assertEqual(voucher.difference, 0)
        voucher.action_authorize()
        self.assertEqual(invoice.payment_state, "paid")

    def test_S4_20_discount_in_the_form_follows_the_receipt(self):
        invoice, receipt = self._invoice(100, "2024-01-01", term=self._term()), self._receipt(98, "2024-01-10")
        voucher = self._typed(invoice, receipt, {"amount": 100}, {"amount": 98})
        self.assertEqual(self._figures(voucher, invoice), (100, 2, 0))
        self.assertEqual(self._of(voucher, invoice).discount_mode, "normal")
        self.assertEqual(voucher.difference, 0)

    def test_A26_full_settlement_by_button(self):
        term = self._term(2, 60)
        invoice, receipt = self._invoice(1000, "2024-02-01", term=term), self._receipt(970, "2024-03-01")
        voucher = self._proposal(invoice, receipt)
        self._of(voucher, invoice).action_settle_in_full()
        self.assertEqual(self._figures(voucher, invoice), (1000, 30, 0))
        self.assertEqual(voucher.difference, 0)
        voucher.action_authorize()
        self.assertEqual(invoice.payment_state, "paid")

    def test_S4_20_discount_follows_the_value_date_until_it_is_typed(self):
        invoice = self._invoice(100, "2024-01-01", term=self._term())
        receipt = self._receipt(98, "2024-01-10")
        voucher = self._voucher(day="2024-12-31")
        voucher.action_load_items()
        self._of(voucher, invoice).amount = 100
        self.assertEqual(self._of(voucher, invoice).discount_amount, 0)
        self._of(voucher, receipt).amount = 98
        self.assertEqual(self._of(voucher, invoice).discount_amount, 2)
        voucher.value_date = "2024-01-20"
        self.assertEqual(self._of(voucher, invoice).discount_amount, 0)

    def test_S4_20_what_a_form_sends_is_not_taken_for_typed(self):
        """A form sends the proposed discount with the amount, line by line, before the value date is final."""
        invoice, receipt = self._invoice(100, "2024-01-01", term=self._term()), self._receipt(98, "2024-01-10")
        voucher = self._voucher(day="2024-12-31")
        voucher.action_load_items()
        of = self._of
        voucher.write(
            {
                "debit_line_ids": [Command.update(of(voucher, invoice).id, {"amount": 100, "discount_amount": 2})],
                "credit_line_ids": [Command.update(of(voucher, receipt).id, {"amount": 98})],
            }
        )
        self.assertEqual((of(voucher, invoice).discount_mode, of(voucher, invoice).discount_amount), ("normal", 2))

    def test_S4_28_a_typed_rate_stays_when_other_lines_change(self):
        eur = self._currency("EUR", _2024_01_01=2.0)
        invoice, receipt = self._invoice(100, "2024-01-01", eur), self._receipt(60, "2024-01-10")
        other = self._receipt(5, "2024-01-20")
        voucher = self._voucher(day="2024-12-31", kind="multi")
        voucher.action_load_items()
        self._of(voucher, invoice).write({"amount": 100, "rate": 0.65})
        self._of(voucher, receipt).amount = 60
        self._of(voucher, other).amount = 5
        self.assertEqual(self._of(voucher, invoice).rate, 0.65)
        voucher.action_authorize()
        self.assertEqual(self._of(voucher, invoice).rate, 0.65)


@tagged("post_install", "-at_install")
class TestToleranceCases(TermsCommon):
    def test_A25_rest_within_tolerance(self):
        self.company.adjustment_tolerance_amount = 1
        invoice, receipt = self._invoice(1000), self._receipt(999.90)
        voucher = self._proposal(invoice, receipt)
        self.assertEqual(self._figures(voucher, invoice), (1000, 0, 0.1))
        for _done in self._there_and_back(voucher, [invoice, receipt]):
            self.assertEqual(self._balance(voucher, self.write_off_account), 0.1)
            self.assertEqual(invoice.payment_state, "paid")

    def _grid(self, day, cases):
        self.company.adjustment_tolerance_amount = 5
        self.company.adjustment_discount_grace_days = 5
        for paid, open_rest, loss in cases:
            with self.subTest(day=day, paid=paid):
                invoice = self._invoice(1000, "2024-01-05", term=self._term(2, 10))
                receipt = self._receipt(paid, day)
                voucher = self._proposal(invoice, receipt)
                for _done in self._there_and_back(voucher, [invoice, receipt]):
                    self.assertEqual(invoice.amount_residual, open_rest)
                    self.assertEqual(self._balance(voucher, self.write_off_account), max(loss, 0))
                    self.assertEqual(self._balance(voucher, self.gain_account), min(loss, 0))
                    self.assertTrue(self._open_line(receipt).reconciled)

    def test_A27_in_time_and_in_grace(self):
        for day in ("2024-01-15", "2024-01-20"):
            self._grid(day, [(985, 0, -5), (980, 0, 0), (975, 0, 5)])

    def test_A29_late(self):
        self._grid("2024-01-21", [(1005, 0, -5), (1000, 0, 0), (995, 0, 5), (985, 15, 0), (980, 20, 0), (975, 25, 0)])

    def test_A29_more_than_the_tolerance_over_stays_on_account(self):
        self.company.adjustment_tolerance_amount = 5
        invoice, receipt = self._invoice(1000), self._receipt(1006)
        voucher = self._proposal(invoice, receipt)
        voucher.action_authorize()
        self.assertEqual(self._open_line(receipt).amount_residual, -6)

    def test_S4_26_what_other_debits_could_take_is_not_written_off(self):
        self.company.adjustment_tolerance_amount = 5
        invoice, other, receipt = self._invoice(1000), self._invoice(2000), self._receipt(1003)
        receipt.adjustment_debit_ids = invoice
        voucher = self._proposal(invoice, other, receipt, method="named")
        self.assertEqual(self._figures(voucher, receipt), (1000, 0, 0))

    def test_S4_26_tolerance_per_currency_and_percent(self):
        eur = self._currency("EUR", _2024_01_01=2.0)
        self.company.adjustment_tolerance_amount = 5
        self.company.adjustment_tolerance_ids = [Command.create({"currency_id": eur.id, "amount": 3})]
        for paid, write_off in ((997, 3), (996, 0)):
            with self.subTest(paid=paid):
                invoice, receipt = self._invoice(1000, currency=eur), self._receipt(paid, currency=eur)
                voucher = self._proposal(invoice, receipt, currency_id=eur.id)
                self.assertEqual(self._of(voucher, invoice).write_off_amount, write_off)
                for _done in self._there_and_back(voucher, [invoice, receipt]):
                    self.assertEqual(self._balance(voucher, self.write_off_account), write_off / 2)
        self.company.adjustment_tolerance_ids = [Command.clear()]
        self.company.adjustment_tolerance_percent = 0.1
        for paid, write_off in ((999, 1), (998.99, 0)):
            with self.subTest(percent=paid):
                invoice, receipt = self._invoice(1000), self._receipt(paid)
                voucher = self._proposal(invoice, receipt)
                self.assertEqual(self._of(voucher, invoice).write_off_amount, write_off)

    def test_VC24_write_off_beyond_the_tolerance(self):
        invoice, receipt = self._invoice(1000), self._receipt(900)
        voucher = self._voucher(
            [(self._open_line(receipt), 900), (self._open_line(invoice), 1000, {"write_off_amount": 100})]
        )
        with self.assertRaisesRegex(UserError, "give a reason"):
            voucher.action_authorize()
        self._of(voucher, invoice).write_off_reason = "broken goods"
        with self.assertRaisesRegex(UserError, "ask an approver whose ceiling allows it"):
            voucher.action_authorize()
        self.env.user.adjustment_write_off_limit = 99.99
        with self.assertRaisesRegex(UserError, "ask an approver whose ceiling allows it"):
            voucher.action_authorize()
        self.env.user.adjustment_write_off_limit = 100
        for _done in self._there_and_back(voucher, [invoice, receipt]):
            self.assertEqual(self._balance(voucher, self.write_off_account), 100)
            self.assertEqual(invoice.payment_state, "paid")
