"""S0.3 to S0.11: customer credits that vouchers applied, with an entry."""

from odoo.tests import tagged

from .test_customer_credit import CustomerCreditCommon as Common


@tagged("post_install", "-at_install")
class TestCreditVouchers(Common):
    """Credits that vouchers applied, with an entry: discount, exchange, write-off, transfer, chargeback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls.setup_other_currency("EUR", rates=[("2025-01-01", 0.8), ("2025-02-01", 0.5)])
        cls.company.adjustment_write_off_account_id = cls.company_data["default_account_expense"]
        cls.group = cls.env["res.partner"].create({"name": "Hub Group", "is_company": True})
        cls.customer.write({"is_company": True, "parent_id": cls.group.id})
        cls.sister = cls.env["res.partner"].create(
            {"name": "Hub Sister", "is_company": True, "parent_id": cls.group.id}
        )

    def test_foreign_currency_by_odoo(self):
        """S0.5: in the credit's currency to the cent; the exchange difference is no application of its own."""
        note = self._note(100, currency=self.eur)
        invoice = self._invoice(60, "2025-02-10", currency=self.eur)
        (self._receivable(note) | self._receivable(invoice)).reconcile()
        self.assertEqual(self._figures(note), ("partially_applied", 100, 60, 0, 0, 40))
        rows = self._credit(note).application_ids
        self.assertEqual([(row.kind, row.amount, row.debit_amount) for row in rows], [("applied", 60, 60)])
        self.assertEqual(abs(rows.exchange_amount), 45)  # 60 at 0.5 are 120, at 0.8 they are 75
        self.assertFalse(self._differences())

    def test_foreign_currency_by_voucher_with_exchange(self):
        """S0.5, S0.10: exchange is shown with the application, and the sums agree."""
        note = self._note(100, currency=self.eur)
        invoice = self._invoice(60, "2025-02-10", currency=self.eur)
        voucher = self._voucher((self._receivable(note), 60), (self._receivable(invoice), 60))
        self.assertTrue(voucher.move_id)
        self.assertEqual(self._figures(note), ("partially_applied", 100, 60, 0, 0, 40))
        rows = self._credit(note).application_ids
        self.assertEqual([(row.amount, row.debit_amount, row.voucher_id) for row in rows], [(60, 60, voucher)])
        self.assertEqual(rows.exchange_amount, voucher.exchange_amount)
        self.assertFalse(self._differences())

    def test_two_currencies_by_voucher(self):
        note = self._note(100)
        invoice = self._invoice(40, "2025-02-10", currency=self.eur)
        voucher = self._voucher(
            (self._receivable(note), 80), (self._receivable(invoice), 40, {"rate": 2}), kind="multi",
            currency_id=self.company.currency_id.id,
        )  # fmt: skip
        rows = self._credit(note).application_ids
        self.assertEqual(self._figures(note), ("partially_applied", 100, 80, 0, 0, 20))
        self.assertEqual([(row.amount, row.debit_amount, row.debit_currency_id) for row in rows], [(80, 40, self.eur)])
        self.assertEqual(voucher.state, "authorized")
        self.assertFalse(self._differences())

    def test_write_off_of_a_credit_and_of_a_debit(self):
        """What a voucher writes off of a credit is used up; what it writes off of an invoice is no credit's."""
        self.env.user.adjustment_write_off_limit = 1000
        note, invoice = self._note(100), self._invoice(90, self.day)
        self._voucher(
            (self._receivable(note), 100, {"write_off_amount": 12, "write_off_reason": "small"}),
            (self._receivable(invoice), 90, {"write_off_amount": 2, "write_off_reason": "small"}),
        )
        self.assertEqual(self._figures(note), ("applied", 100, 100, 0, 0, 0))
        rows = self._credit(note).application_ids
        self.assertEqual(sorted(rows.mapped("amount")), [12, 88])
        self.assertFalse(self._differences())

    def test_transfer_to_a_sister(self):
        """S0.26: the credit is transferred; a credit of the same amount stands at the other customer."""
        note = self._note(100)
        self._voucher((self._receivable(note), 30), transfer_partner_id=self.sister.id, memo="Theirs")
        self.assertEqual(self._figures(note), ("partially_transferred", 100, 0, 0, 30, 70))
        theirs = self.env["customer.credit"].search([("partner_id", "=", self.sister.id)])
        self.assertEqual(
            (theirs.kind, theirs.amount, theirs.remaining_amount, theirs.status), ("transfer", 30, 30, "open")
        )
        row = self._credit(note).application_ids
        self.assertEqual((row.kind, row.amount, row.debit_partner_id), ("transferred", 30, self.sister))
        self._voucher((self._receivable(note), 70), transfer_partner_id=self.sister.id, memo="Theirs")
        self.assertEqual(self._figures(note), ("transferred", 100, 0, 0, 100, 0))
        self.assertFalse(self._differences())

    def test_a_reversed_voucher_leaves_no_trace(self):
        """S0.24: after the reversal the credit is open again, and the voucher's legs are no credits."""
        note = self._note(100)
        before = self.env["customer.credit"].search_count([("company_id", "=", self.company.id)])
        voucher = self._voucher((self._receivable(note), 100), transfer_partner_id=self.sister.id, memo="Theirs")
        voucher.action_reverse(self.gain_day, "Wrong")
        self.assertEqual(self._figures(note), ("open", 100, 0, 0, 0, 100))
        theirs = self.env["customer.credit"].search([("partner_id", "=", self.sister.id)])
        self.assertEqual(theirs.mapped("status"), ["void"])
        after = self.env["customer.credit"].search_count([("company_id", "=", self.company.id)])
        self.assertEqual(after, before + 1)
        self.assertFalse(self._differences())

    def test_refund_applied_by_a_voucher(self):
        """S0.6: an outgoing payment on the debit side of a voucher is a refund."""
        note = self._note(100)
        invoice, refund = self._invoice(60, self.day), self._receipt(30, self.day, kind="outbound")
        self._voucher((self._receivable(note), 90), (self._receivable(invoice), 60), (self._receivable(refund), 30))
        self.assertEqual(self._figures(note), ("partially_refunded", 100, 60, 30, 0, 10))

    def test_refund_in_foreign_currency(self):
        """S0.12: exactly the part, in the credit's currency, at another rate."""
        note = self._note(100, currency=self.eur)
        self._refund(note, 33.33)
        self.assertEqual(self._figures(note), ("partially_refunded", 100, 0, 33.33, 0, 66.67))
        self._refund(note)
        self.assertEqual(self._figures(note), ("refunded", 100, 0, 100, 0, 0))
        self.assertTrue(self._receivable(note).reconciled)
        self.assertFalse(self._differences())
        self.assertEqual(self.env["customer.credit"].search_count([("company_id", "=", self.company.id)]), 1)

    def test_unapplied_exchange_entries_are_no_credits(self):
        note = self._note(100, currency=self.eur)
        invoice = self._invoice(100, "2025-02-10", currency=self.eur)
        (self._receivable(note) | self._receivable(invoice)).reconcile()
        self._credit(note).action_unapply()
        self.assertEqual(self._figures(note), ("open", 100, 0, 0, 0, 100))
        self.assertEqual(self.env["customer.credit"].search_count([("company_id", "=", self.company.id)]), 1)

    def test_few_rows_are_found_by_what_they_are_written_in(self):
        """Sieves and indexes leave out nothing: each condition finds what a look at every row finds."""
        for amount in (10, 20, 30):
            (self._receivable(self._note(amount)) | self._receivable(self._invoice(amount, self.day))).reconcile()
        note, invoice = self._receivable(self._note(100)), self._receivable(self._invoice(60, self.day))
        self._voucher((note, 100, {"chargeback_amount": 40}), (invoice, 60))
        self._voucher((self._receivable(self._note(70)), 70), transfer_partner_id=self.sister.id, memo="Theirs")
        for book in (self._match, self._voucher):
            note, invoice = self._note(100, currency=self.eur), self._invoice(60, "2025-02-10", currency=self.eur)
            book((self._receivable(note), 60), (self._receivable(invoice), 60))
        rows = self.env["credit.application"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(len(rows.filtered("exchange_amount")), 2)
        self.assertEqual(rows.exists(), rows)
        self.assertFalse(rows.browse(max(rows.ids) + 4 * 1000).exists())
        self.assertEqual(rows.search([("id", "in", rows.ids)]), rows)
        for name in ("credit_number", "debit_number"):
            for number in filter(None, {*rows.mapped(name), rows[0][name][:3], rows[0][name][-2:], "None such"}):
                for operator, part in (("ilike", True), ("=", False)):
                    domain = [("id", "in", rows.ids), (name, operator, number)]
                    texts = {row: row[name] or "" for row in rows}
                    found = [row for row, text in texts.items() if (part and number in text) or number == text]
                    wanted = rows.browse(row.id for row in found)
                    self.assertEqual(rows.search(domain), wanted, (name, operator, number))
                    self.assertEqual(rows.search_count(domain), len(wanted))
                    self.assertEqual(rows.search(domain, limit=80), wanted)
        with_exchange = rows.filtered("exchange_amount")
        self.assertEqual(rows.search([("id", "in", rows.ids), ("exchange_amount", "!=", 0)]), with_exchange)

    def _match(self, *lines):
        self.env["account.move.line"].union(*(item for item, _amount in lines)).reconcile()
