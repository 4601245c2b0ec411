"""The published cases of acceptance.md on real documents, to the cent, in both currencies."""

from odoo.tests import tagged

from ..models.engine import engine
from .common import VoucherCommon


@tagged("post_install", "-at_install")
class TestCurrencyCases(VoucherCommon):
    def test_A1_receipt_and_invoice_in_two_foreign_currencies(self):
        cad = self._currency("CAD", _2024_01_01=1 / 0.71268, _2024_02_01=1 / 0.70882)
        jpy = self._currency("JPY", _2024_01_01=1 / 0.009163)
        invoice = self._item(500, "2024-01-01", cad, 356.34)
        receipt = self._item(-38850, "2024-02-01", jpy, -355.98)
        before = self._image(invoice | receipt)
        voucher = self._voucher([(receipt, 38850, {"rate": 0.01287}), (invoice, 500)], kind="multi", currency_id=cad.id)
        self.assertEqual(self._line(voucher, receipt).voucher_amount, 500)
        voucher.action_authorize()
        self.assertTrue(invoice.reconciled and receipt.reconciled)
        self.assertEqual(self._balance(voucher, self.loss), 0.36)
        self.assertEqual(voucher.exchange_amount, -0.36)
        self.assertEqual(voucher.allocation_ids.exchange_standard, -1.93)
        legs = voucher.move_id.line_ids.filtered(lambda leg: leg.account_id == self.receivable)
        self.assertEqual(sorted(legs.mapped("amount_currency")), [-500, 38850])
        self.assertFalse(
            self.env["account.move"].search([("journal_id", "=", self.company.currency_exchange_journal_id.id)])
        )
        voucher.action_reverse("2024-04-01", "test")
        self.assertEqual(self._image(invoice | receipt), before)

    def test_A2_receipt_in_a_third_currency_on_part_of_an_invoice(self):
        cad = self._currency("CAD", _2024_01_01=1.5)
        eur = self._currency("EUR", _2024_01_31=1.13)
        invoice = self._item(100, "2024-01-01", cad, 66.67)
        receipt = self._item(-64, "2024-01-31", eur, -56.64)
        voucher = self._voucher(
            [(receipt, 64, {"voucher_amount": 90}), (invoice, 90)], kind="multi", currency_id=cad.id
        )
        self.assertAlmostEqual(self._line(voucher, receipt).rate, 90 / 64)
        voucher.action_authorize()
        self.assertEqual(self._balance(voucher, self.loss), 3.36)
        self.assertTrue(receipt.reconciled)
        self.assertEqual((invoice.amount_residual_currency, invoice.amount_residual), (10, 6.67))

    def test_A5_discount_and_gain(self):
        eur = self._currency("EUR", _2024_01_01=1 / 1.2062, _2024_02_01=1 / 1.2277)
        invoice = self._item(638.22, "2024-01-01", eur, 769.82)
        receipt = self._item(-626.22, "2024-02-01", eur, -768.81)
        voucher = self._voucher(
            [(receipt, 626.22), (invoice, 638.22, {"discount_amount": 12})], kind="single", currency_id=eur.id
        )
        voucher.action_authorize()
        self.assertEqual(self._balance(voucher, self.gain), -13.46)
        self.assertEqual(self._balance(voucher, self.company.account_journal_early_pay_discount_loss_account_id), 14.47)
        self.assertTrue(invoice.reconciled and receipt.reconciled)

    def test_A6_month_end_is_not_ours(self):
        eur = self._currency("EUR", _2024_01_01=1 / 1.123, _2024_01_31=1 / 1.125, _2024_02_15=1 / 1.120)
        invoice = self._item(1000, "2024-01-01", eur, 1123)
        receipt = self._item(-1000, "2024-02-15", eur, -1120)
        voucher = self._voucher([(receipt, 1000), (invoice, 1000)], currency_id=eur.id)
        voucher.action_authorize()
        self.assertEqual(voucher.exchange_amount, -3)
        self.assertEqual(self._balance(voucher, self.loss), 3)

    def test_A8_rounding_of_three_invoices(self):
        cad = self._currency("CAD", _2024_01_01=1 / 0.73429)
        invoices = self.env["account.move.line"].union(
            *(self._item(1250, "2024-01-01", cad, 917.86) for _number in range(3))
        )
        receipt = self._item(-3750, "2024-01-01", cad, -2753.59)
        voucher = self._voucher([(receipt, 3750), *((invoice, 1250) for invoice in invoices)], currency_id=cad.id)
        voucher.action_authorize()
        self.assertEqual(self._balance(voucher, self.gain), -0.01)
        self.assertTrue(all((invoices | receipt).mapped("reconciled")))

    def test_A10_advance_at_another_rate(self):
        mmk = self._currency("MMK", _2024_01_01=1 / 0.000247219, _2024_02_01=1 / 0.000248756)
        advance = self._item(-1320000, "2024-01-01", mmk, -326.33)
        invoice = self._item(1320000, "2024-02-01", mmk, 328.36)
        voucher = self._voucher([(advance, 1320000), (invoice, 1320000)], currency_id=mmk.id)
        voucher.action_authorize()
        self.assertEqual(self._balance(voucher, self.loss), 2.03)
        self.assertTrue(advance.reconciled and invoice.reconciled)


@tagged("post_install", "-at_install")
class TestAllocationCases(VoucherCommon):
    def test_A15_exact_then_oldest_first(self):
        receipt = self._item(-600, "2024-12-10")
        second = self._item(200, "2024-11-01", due="2024-12-11")
        first = self._item(300, "2024-11-02", due="2024-12-08")
        third = self._item(150, "2024-11-03", due="2024-12-13")
        voucher = self._voucher(day="2024-12-10", method="exact")
        voucher.action_load_items()
        voucher.action_allocate()
        self.assertFalse(voucher.total_credit)
        voucher.method = "fifo"
        voucher.action_allocate()
        self.assertEqual([self._line(voucher, item).amount for item in (first, second, third, receipt)],
                         [300, 200, 100, 600])  # fmt: skip
        voucher.action_authorize()
        self.assertFalse(voucher.move_id)
        self.assertEqual((third.amount_residual, receipt.reconciled, first.reconciled), (50, True, True))
        self.assertEqual(len(voucher.allocation_ids), 3)

    def _case_of_interest_notes(self, first):
        """Three invoices, an interest note of 2 % on the first two, a payment of 700; what each gets."""
        self.company.adjustment_charges_first = first
        invoices = [
            self._open_line(self._invoice(amount, day))
            for amount, day in ((100, "2024-08-15"), (250, "2024-09-01"), (500, "2024-10-15"))
        ]
        with engine():
            note = self._invoice(7, "2024-10-15", debit_origin_id=invoices[1].move_id.id,
                                 adjustment_charge_item_id=invoices[1].id)  # fmt: skip
        receipt = self._open_line(self._receipt(700, "2024-10-25"))
        voucher = self._voucher(day="2024-10-25", method="fifo")
        voucher.action_load_items()
        voucher.action_allocate()
        voucher.action_authorize()
        self.assertTrue(receipt.reconciled)
        return [line.amount_residual for line in (*invoices, self._open_line(note))]

    def test_A13_interest_notes_first(self):
        self.assertEqual(self._case_of_interest_notes(True), [0, 0, 157, 0])

    def test_A14_by_due_date_alone(self):
        self.assertEqual(self._case_of_interest_notes(False), [0, 0, 150, 7])

    def test_A17_chargeback(self):
        invoice = self._invoice(100)
        receipt = self._open_line(self._receipt(75))
        item = self._open_line(invoice)
        voucher = self._voucher([(receipt, 75), (item, 100, {"chargeback_amount": 25})])
        voucher.action_authorize()
        self.assertEqual(invoice.payment_state, "paid")
        rest = voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "chargeback")
        self.assertEqual((rest.amount_residual, rest.account_id), (25, self.receivable))

    def test_plain_match_books_nothing_and_reverses(self):
        invoice, receipt = self._invoice(100), self._open_line(self._receipt(60))
        item = self._open_line(invoice)
        before = self._image(item | receipt)
        voucher = self._voucher([(receipt, 40), (item, 40)])
        voucher.action_authorize()
        self.assertEqual((item.amount_residual, receipt.amount_residual), (60, -20))
        self.assertFalse(voucher.move_id)
        self.assertRegex(voucher.name, r"^AV/2024/\d{5}$")
        voucher.action_authorize()
        voucher.action_reverse(None, "mistake")
        self.assertEqual(self._image(item | receipt), before)
        self.assertEqual(voucher.state, "reversed")
