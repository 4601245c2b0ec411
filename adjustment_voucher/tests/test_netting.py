"""A customer that is a supplier too: S4.40, and what account_netting gets wrong (peers.md D10, D11)."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import VoucherCommon


@tagged("post_install", "-at_install")
class TestNetting(VoucherCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payable = cls.company_data["default_account_payable"]
        cls.clerk = cls._user("av-netting", "account.group_account_invoice")

    def _bill(self, amount, currency=None, kind="in_invoice", day="2024-01-31", partner=None):
        bill = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or self.customer).id,
                "invoice_date": day,
                "date": day,
                "currency_id": (currency or self.company.currency_id).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "line",
                            "price_unit": amount,
                            "account_id": self.company_data["default_account_expense"].id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        return bill

    def _netting(self, lines=(), **vals):
        voucher = self._voucher([(self._open_line(move), amount, *more) for move, amount, *more in lines],
                                include_payables=True, **vals)  # fmt: skip
        return voucher.with_user(self.clerk).with_context(allowed_company_ids=self.company.ids)

    def _reverse(self, voucher):
        voucher.with_user(self.env.user).action_reverse(None, "agreed otherwise")

    def test_S4_40_payables_are_loaded_only_when_asked_for(self):
        invoice, bill = self._invoice(100), self._bill(80)
        voucher = self._netting()
        voucher.include_payables = False
        voucher.action_load_items()
        self.assertEqual(voucher.line_ids.move_id, invoice)
        voucher.include_payables = True
        voucher.action_load_items()
        self.assertEqual(voucher.line_ids.move_id, invoice | bill)
        self.assertEqual(voucher.line_ids.filtered(lambda line: line.move_id == bill).side, "credit")

    def test_S4_40_payables_are_refused_where_not_asked_for(self):
        voucher = self._netting([(self._invoice(100), 100), (self._bill(100), 100)])
        voucher.include_payables = False
        with self.assertRaisesRegex(UserError, "^To apply .*, .*receivable account"):
            voucher.action_authorize()

    def test_S4_40_part_of_an_invoice_and_a_whole_bill(self):
        """D11: amounts per line, parts, a preview of what is netted, and one document to take it back with."""
        invoice, bill = self._invoice(100), self._bill(60)
        items = self._open_line(invoice) | self._open_line(bill)
        before = self._image(items)
        voucher = self._netting([(invoice, 60), (bill, 60)])
        self.assertEqual([leg["kind"] for leg in voucher.preview["legs"]], ["item", "item"])
        voucher.action_authorize()
        self.assertRecordValues(
            voucher.move_id.line_ids.sorted("balance"),
            [
                {"account_id": self.receivable.id, "balance": -60, "reconciled": True},
                {"account_id": self.payable.id, "balance": 60, "reconciled": True},
            ],
        )
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("partial", 40))
        self.assertEqual((bill.payment_state, bill.amount_residual), ("paid", 0))
        self._reverse(voucher)
        self.assertEqual(self._image(items), before)
        self.assertEqual((invoice.payment_state, bill.payment_state), ("not_paid", "not_paid"))

    def test_S4_40_D10_document_currency_at_three_rates(self):
        """EUR 100 against EUR 100 at three rates: both are closed, in euro; nothing is left, no exchange entry."""
        eur = self._currency("EUR", _2024_01_01=1 / 1.2, _2024_02_01=1 / 1.5, _2024_03_01=1 / 1.1)
        invoice = self._invoice(100, day="2024-01-15", currency=eur)
        bill = self._bill(100, eur, day="2024-02-15")
        voucher = self._netting([(invoice, 100), (bill, 100)], currency_id=eur.id, day="2024-03-15")
        voucher.action_authorize()
        self.assertEqual((invoice.payment_state, bill.payment_state), ("paid", "paid"))
        for item in self._open_line(invoice) | self._open_line(bill):
            self.assertEqual((item.amount_residual, item.amount_residual_currency, item.reconciled), (0, 0, True))
        self.assertEqual(self._balance(voucher, self.receivable), -120)
        self.assertEqual(self._balance(voucher, self.payable), 150)
        self.assertEqual((self._balance(voucher, self.gain), voucher.exchange_amount), (-30, 30))
        self.assertFalse(
            self.env["account.move"].search([("journal_id", "=", self.company.currency_exchange_journal_id.id)])
        )
        self._reverse(voucher)
        self.assertEqual((invoice.payment_state, bill.payment_state), ("not_paid", "not_paid"))

    def test_S4_40_invoice_and_bill_in_two_currencies(self):
        eur = self._currency("EUR", _2024_01_01=1 / 1.25)
        cad = self._currency("CAD", _2024_01_01=1 / 0.75)
        invoice, bill = self._invoice(90, currency=eur), self._bill(150, cad)
        voucher = self._netting([(invoice, 90), (bill, 150, {"voucher_amount": 90})], kind="multi", currency_id=eur.id)
        voucher.action_authorize()
        self.assertEqual((invoice.payment_state, bill.payment_state), ("paid", "paid"))
        self.assertEqual(self._balance(voucher, self.payable), 112.5)
        self.assertEqual((self._balance(voucher, self.receivable), voucher.move_id.amount_total > 0), (-112.5, True))
        self.assertFalse(voucher.exchange_amount)

    def test_S4_40_invoice_and_vendor_credit_against_receipt_and_bill(self):
        """All four kinds at once, proposed oldest first; receivables and payables each close by themselves."""
        invoice, bill = self._invoice(100, day="2024-01-10"), self._bill(70, day="2024-01-11")
        vendor_credit = self._bill(20, kind="in_refund", day="2024-01-12")
        receipt = self._receipt(50, day="2024-01-13")
        voucher = self._netting()
        voucher.action_load_items()
        voucher.action_allocate()
        kinds = {line.document_kind: (line.side, line.amount) for line in voucher.line_ids}
        self.assertEqual(
            kinds,
            {
                "invoice": ("debit", 100),
                "vendor_credit": ("debit", 20),
                "bill": ("credit", 70),
                "receipt": ("credit", 50),
            },
        )
        voucher.action_authorize()
        self.assertEqual(self._balance(voucher, self.receivable), -50)
        self.assertEqual(self._balance(voucher, self.payable), 50)
        self.assertEqual((invoice.payment_state, bill.payment_state), ("paid", "paid"))
        self.assertEqual(vendor_credit.payment_state, "reversed", "as Odoo calls a credit note that an entry closes")
        self.assertTrue(self._open_line(receipt).reconciled)
        self._reverse(voucher)
        self.assertEqual({move.payment_state for move in (invoice, bill, vendor_credit)}, {"not_paid"})

    def test_S4_40_vendor_payment_on_a_refund_due(self):
        """A payment made too much to the supplier is settled with a credit note that we owe the customer."""
        payment = self._receipt(30, payment_type="outbound", partner_type="supplier")
        credit_note = self._invoice(30, kind="out_refund")
        voucher = self._netting([(payment, 30), (credit_note, 30)])
        self.assertEqual({line.document_kind: line.side for line in voucher.line_ids},
                         {"payment": "debit", "credit_note": "credit"})  # fmt: skip
        voucher.action_authorize()
        self.assertEqual(credit_note.payment_state, "reversed", "as Odoo calls a credit note that an entry closes")
        self.assertTrue(self._open_line(payment).reconciled)
        self._reverse(voucher)
        self.assertEqual(credit_note.payment_state, "not_paid")

    def test_S4_40_bill_and_vendor_credit_match_directly(self):
        bill, vendor_credit = self._bill(70), self._bill(70, kind="in_refund")
        voucher = self._netting([(bill, 70), (vendor_credit, 70)])
        voucher.action_authorize()
        self.assertFalse(voucher.move_id)
        self.assertIn(bill.payment_state, ("paid", "reversed"))

    def test_S4_40_nothing_to_net_is_said_before(self):
        """D11: an invoice and a vendor's credit are both on one side; nothing is posted before that is said."""
        invoice, vendor_credit = self._invoice(100), self._bill(100, kind="in_refund")
        entries = self.env["account.move"].search_count([])
        voucher = self._netting([(invoice, 100), (vendor_credit, 100)])
        with self.assertRaisesRegex(UserError, "give at least one credit an amount"):
            voucher.action_authorize()
        self.assertEqual(self.env["account.move"].search_count([]), entries)

    def test_S4_40_group_customer_and_its_sister_as_supplier(self):
        """D11: netting within a group; each partner closes by itself."""
        sister = self.env["res.partner"].create({"name": "Sister", "is_company": True, "parent_id": self.customer.id})
        invoice, bill = self._invoice(100), self._bill(100, partner=sister)
        voucher = self._netting([(invoice, 100), (bill, 100)], hierarchy="group")
        voucher.action_authorize()
        self.assertEqual((invoice.payment_state, bill.payment_state), ("paid", "paid"))
        legs = voucher.move_id.line_ids.sorted("balance")
        self.assertEqual(legs.mapped("partner_id"), self.customer | sister)

    def test_S4_59_payable_moves_to_the_payable_of_the_target(self):
        sister = self.env["res.partner"].create({"name": "Sister", "is_company": True, "parent_id": self.customer.id})
        own = self.payable.copy({"name": "Payable Sister", "code": "PAYSI"})
        sister.property_account_payable_id = own
        bill = self._bill(70)
        voucher = self._netting([(bill, 70)], transfer_partner_id=sister.id, memo="sister is paid")
        voucher.with_user(self.env.user).action_authorize()
        moved = voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "transfer")
        self.assertRecordValues(moved, [{"account_id": own.id, "partner_id": sister.id, "amount_residual": -70}])
