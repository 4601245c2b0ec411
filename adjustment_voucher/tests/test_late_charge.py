"""Late charges: proposed, waived, booked as debit notes, never twice for the same days, taken back (S4.21, A31, A32)."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .terms import TermsCommon


@tagged("post_install", "-at_install")
class TestLateCharge(TermsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge_account = cls.income.copy({"name": "Late Charges", "code": "LATEC"})
        cls.company.write(
            {
                "adjustment_charge_account_id": cls.charge_account.id,
                "adjustment_charge_rate": 10,
                "adjustment_charge_period": "month",
            }
        )

    def _charges(self, voucher, *documents):
        return [self._of(voucher, document).late_charge_amount for document in documents]

    def _overdue(self, amount=1500, due="2024-01-01", paid=0, day="2024-01-11"):
        invoice = self._invoice(amount, due, invoice_date_due=due)
        documents = [invoice, *([self._receipt(paid, day)] if paid else [])]
        return invoice, self._proposal(*documents, day=day)

    def test_A31_credits_eat_the_oldest_first_and_the_rest_is_charged(self):
        invoices = [
            self._invoice(amount, day, invoice_date_due=day)
            for amount, day in ((100, "2024-11-01"), (50, "2024-11-17"), (350, "2024-11-19"), (175, "2024-11-24"))
        ]
        credits = [self._receipt(amount, "2024-12-01") for amount in (50, 20, 10, 100)]
        voucher = self._proposal(*invoices, *credits, day="2024-12-01")
        voucher.action_propose_late_charges()
        self.assertEqual(self._charges(voucher, *invoices), [0, 0, 12.80, 4.08])
        items = self.env["account.move.line"].union(*(self._open_line(one) for one in [*invoices, *credits]))
        before = self._image(items)
        voucher.action_authorize()
        notes = voucher.charge_move_ids.sorted("amount_total")
        self.assertEqual(notes.mapped("amount_total"), [4.08, 12.80])
        self.assertEqual(notes.debit_origin_id, invoices[2] | invoices[3])
        self.assertEqual([invoice.amount_residual for invoice in invoices], [0, 0, 320, 175])
        self.assertEqual(voucher.move_id, self.env["account.move"])
        voucher.action_reverse("2024-12-31", "test")
        self.assertEqual(self._image(items), before)
        self.assertEqual(set(notes.mapped("payment_state")), {"reversed"})

    def test_A32_ten_of_thirty_days(self):
        self.company.adjustment_charge_rate = 20
        invoice, voucher = self._overdue(paid=1500)
        self.assertEqual(self._charges(voucher, invoice), [100])
        self.assertEqual(self._of(voucher, invoice).late_charge_until.isoformat(), "2024-01-11")

    def test_A35_by_the_year(self):
        self.company.write({"adjustment_charge_rate": 12, "adjustment_charge_period": "year"})
        invoice, voucher = self._overdue(1000, paid=1000, day="2024-02-15")
        self.assertEqual(self._charges(voucher, invoice), [14.79])

    def test_S4_21_typed_amounts_are_charged_too_and_follow(self):
        invoice, voucher = self._overdue(300, paid=300)
        line = self._of(voucher, invoice)
        self.assertEqual(line.late_charge_amount, 10)
        line.amount = 150
        self.assertEqual(line.late_charge_amount, 5)
        line.late_charge_amount = 7
        voucher.value_date = "2024-01-21"
        self.assertEqual(line.late_charge_amount, 7)
        line.amount = 0
        self.assertFalse(line._get_charge())

    def test_S4_21_typed_in_the_form(self):
        invoice, receipt = (
            self._invoice(300, "2024-01-01", invoice_date_due="2024-01-01"),
            self._receipt(300, "2024-01-11"),
        )
        voucher = self._typed(invoice, receipt, {"amount": 300}, {"amount": 300})
        line = self._of(voucher, invoice)
        self.assertEqual((line.late_charge_amount, str(line.late_charge_until)), (10, "2024-01-11"))

    def test_S4_21_grace_minimum_and_steps(self):
        self.company.adjustment_charge_grace_days = 10
        invoice, voucher = self._overdue(300, paid=300)
        self.assertEqual(self._charges(voucher, invoice), [0])
        self.company.write({"adjustment_charge_grace_days": 5, "adjustment_charge_minimum": 25})
        voucher.action_allocate()
        self.assertEqual(self._charges(voucher, invoice), [25])
        self.company.write(
            {
                "adjustment_charge_minimum": 0,
                "adjustment_charge_tier_ids": [Command.create({"from_day": 6, "rate": 20})],
            }
        )
        voucher.action_allocate()
        self.assertEqual(self._charges(voucher, invoice), [15])  # 5 days at 10 %, 5 days at 20 %

    def test_S4_21_the_note_has_number_tax_and_due_date(self):
        tax = self.env["account.tax"].create({"name": "VAT", "amount": 10, "type_tax_use": "sale"})
        term = self.env["account.payment.term"].create(
            {"name": "7 days", "line_ids": [Command.create({"value_amount": 100, "nb_days": 7})]}
        )
        self.company.write({"adjustment_charge_tax_ids": tax.ids, "adjustment_charge_term_id": term.id})
        invoice, voucher = self._overdue(300, paid=300)
        voucher.action_authorize()
        note = voucher.charge_move_ids
        self.assertEqual((note.move_type, note.state, note.debit_origin_id), ("out_invoice", "posted", invoice))
        self.assertEqual((note.amount_untaxed, note.amount_total, note.amount_residual), (10, 11, 11))
        self.assertEqual(str(note.invoice_date_due), "2024-01-18")
        self.assertNotIn(note.name, (False, "/", invoice.name))
        self.assertEqual(note.invoice_line_ids.account_id, self.charge_account)
        self.assertEqual(invoice.debit_note_count, 1)

    def test_S4_21_reversal_credits_the_note_and_is_refused_when_it_is_paid(self):
        _invoice, voucher = self._overdue(300, paid=300)
        voucher.action_authorize()
        note = voucher.charge_move_ids
        paying = self._proposal(note, self._receipt(10, "2024-01-11"))
        paying.action_authorize()
        with self.assertRaisesRegex(UserError, "take the payment off"):
            voucher.action_reverse("2024-12-31", "mistake")
        paying.action_reverse("2024-12-31", "mistake")
        voucher.action_reverse("2024-12-31", "mistake")
        self.assertEqual((note.payment_state, note.amount_residual), ("reversed", 0))
        credit = note.reversal_move_ids
        self.assertEqual((credit.move_type, credit.amount_total, credit.amount_residual), ("out_refund", 10, 0))

    def test_S4_21_days_charged_on_the_rest_are_not_charged_again(self):
        """10 days on 300 by the button, then settled 10 days later: 10 more days, never 20."""
        invoice, voucher = self._overdue(300)
        voucher.action_propose_late_charges()
        self.assertEqual(self._charges(voucher, invoice), [10])
        voucher.action_authorize()
        self.assertEqual(voucher.state, "authorized")
        receipt = self._receipt(300, "2024-01-21")
        second = self._proposal(invoice, receipt, day="2024-01-21")
        self.assertEqual(self._charges(second, invoice), [10])
        self.assertEqual(str(self._of(second, invoice).late_charge_from), "2024-01-12")
        voucher.action_reverse("2024-01-21", "waived after all")
        second.action_allocate()
        self.assertEqual(self._charges(second, invoice), [20])

    def test_S4_21_a_part_settled_before_does_not_hide_the_days_of_the_rest(self):
        invoice, voucher = self._overdue(300, paid=90)
        self.assertEqual(self._charges(voucher, invoice), [3])
        voucher.action_authorize()
        second = self._proposal(invoice, self._receipt(210, "2024-01-21"), day="2024-01-21")
        self.assertEqual(self._charges(second, invoice), [14])

    def test_S4_21_two_drafts_do_not_charge_the_same_days(self):
        invoice, first = self._overdue(300)
        _same, second = invoice, self._proposal(invoice, day="2024-01-11")
        for voucher in (first, second):
            voucher.action_propose_late_charges()
        first.action_authorize()
        with self.assertRaisesRegex(UserError, "charged already"):
            second.action_authorize()
        self.assertEqual(len(invoice.debit_note_ids), 1)

    def test_S4_21_a_rest_that_was_settled_meanwhile_is_not_charged(self):
        invoice, voucher = self._overdue(300)
        voucher.action_propose_late_charges()
        paying = self._voucher(
            [(self._open_line(self._receipt(150, "2024-01-01")), 150), (self._open_line(invoice), 150)],
            day="2024-01-11",
        )
        paying.action_authorize()
        with self.assertRaisesRegex(UserError, "propose the charge again"):
            voucher.action_authorize()
        voucher.action_propose_late_charges()
        voucher.action_authorize()
        self.assertEqual(voucher.charge_move_ids.amount_total, 5)

    def test_S4_21_waived_with_a_reason(self):
        invoice, voucher = self._overdue(300, paid=300)
        line = self._of(voucher, invoice)
        line.late_charge_waived = True
        self.assertEqual((line.late_charge_amount, line.late_charge_proposed), (0, 10))
        with self.assertRaisesRegex(UserError, "Waived because"):
            voucher.action_authorize()
        line.late_charge_reason = "our own delay"
        voucher.action_authorize()
        self.assertFalse(voucher.charge_move_ids)
        self.assertEqual(line.late_charge_reason, "our own delay")

    def test_S4_21_lowered_by_hand_asks_for_the_reason_too(self):
        invoice, voucher = self._overdue(300, paid=300)
        line = self._of(voucher, invoice)
        line.late_charge_amount = 4
        with self.assertRaisesRegex(UserError, "To charge less than"):
            voucher.action_authorize()
        line.late_charge_reason = "agreed"
        voucher.action_authorize()
        self.assertEqual(voucher.charge_move_ids.amount_total, 4)

    def test_S4_21_late_charges_are_not_charged_themselves_and_come_first_when_so_set(self):
        invoice, voucher = self._overdue(300, paid=90)
        voucher.action_authorize()
        note = voucher.charge_move_ids
        self.company.adjustment_charges_first = True
        second = self._proposal(invoice, note, self._receipt(100, "2024-03-01"), day="2024-03-01")
        self.assertEqual(self._charges(second, note), [0])
        self.assertEqual((self._of(second, note).amount, self._of(second, invoice).amount), (3, 97))

    def test_S4_21_without_a_rule_nothing_is_proposed(self):
        self.company.adjustment_charge_rate = 0
        invoice, voucher = self._overdue(300, paid=300)
        self.assertEqual(self._charges(voucher, invoice), [0])
        with self.assertRaises(UserError):
            voucher.action_propose_late_charges()

    def test_S4_21_foreign_currency_and_cost_center(self):
        eur = self._currency("EUR", _2024_01_01=2.0)
        plan = self.env["account.analytic.plan"].create({"name": "Cost Centers"})
        center = self.env["account.analytic.account"].create({"name": "Sales", "plan_id": plan.id})
        invoice, receipt = (
            self._invoice(300, "2024-01-01", eur, invoice_date_due="2024-01-01"),
            self._receipt(300, "2024-01-11", eur),
        )
        voucher = self._proposal(
            invoice, receipt, day="2024-01-11", currency_id=eur.id, analytic_distribution={str(center.id): 100}
        )
        voucher.action_authorize()
        note = voucher.charge_move_ids
        self.assertEqual((note.currency_id, note.amount_total), (eur, 10))
        self.assertEqual(note.invoice_line_ids.analytic_distribution, {str(center.id): 100})
