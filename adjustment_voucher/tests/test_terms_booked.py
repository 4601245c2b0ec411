"""Cash discount, tolerance and write-off on real documents: what is proposed, booked and taken back (A20 to A29)."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import VoucherCommon


class TermsCommon(VoucherCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.discount_account = cls.company.account_journal_early_pay_discount_loss_account_id
        cls.gain_account = cls.income.copy({"name": "Tolerance Gain", "code": "TOLEG"})
        cls.company.adjustment_write_off_gain_account_id = cls.gain_account

    @classmethod
    def _term(cls, percent=2, days=10, mode="excluded", tiers=()):
        return cls.env["account.payment.term"].create(
            {
                "name": f"{percent} % in {days} days",
                "early_discount": bool(percent),
                "discount_percentage": percent,
                "discount_days": days,
                "early_pay_discount_computation": mode,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
                "adjustment_tier_ids": [Command.create({"days": day, "percentage": rate}) for day, rate in tiers],
            }
        )

    def _proposal(self, *documents, day="2024-12-31", **vals):
        """A voucher over these documents alone, as the buttons propose it."""
        voucher = self._voucher(day=day, **vals)
        voucher.action_load_items()
        items = self.env["account.move.line"].union(*(self._open_line(document) for document in documents))
        voucher.line_ids.filtered(lambda line: line.move_line_id not in items).unlink()
        voucher.action_allocate()
        return voucher

    def _typed(self, invoice, receipt, debit, credit):
        """A voucher over both, with values typed into the form: the debit first, then the credit."""
        voucher = self._voucher([(self._open_line(invoice), 0), (self._open_line(receipt), 0)], day="2024-12-31")
        with Form(voucher) as form:
            for side, values in ((form.debit_line_ids, debit), (form.credit_line_ids, credit)):
                with side.edit(0) as line:
                    for name, value in values.items():
                        line[name] = value
        return voucher

    def _of(self, voucher, document):
        return self._line(voucher, self._open_line(document))

    def _figures(self, voucher, document):
        line = self._of(voucher, document)
        return line.amount, line.discount_amount, line.write_off_amount

    def _there_and_back(self, voucher, documents):
        """Authorize, look, reverse: everything as before, to the cent. Yields between the two."""
        items = self.env["account.move.line"].union(*(self._open_line(document) for document in documents))
        before = self._image(items)
        voucher.action_authorize()
        yield
        voucher.action_reverse("2024-12-31", "test")
        self.assertEqual(self._image(items), before)


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


@tagged("post_install", "-at_install")
class TestTaxOfDeductions(TermsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env["account.account.tag"].create(
            [
                {"name": name, "applicability": "taxes", "country_id": cls.company.account_fiscal_country_id.id}
                for name in ("base", "tax", "refund base", "refund tax")
            ]
        )
        cls.ten, cls.twenty = cls._tax(10), cls._tax(20)

    @classmethod
    def _tax(cls, percent, **vals):
        account = cls.company_data["default_account_tax_sale"]

        def lines(base, tax):
            return [
                Command.clear(),
                Command.create({"repartition_type": "base", "tag_ids": [Command.set(base.ids)]}),
                Command.create(
                    {"repartition_type": "tax", "account_id": account.id, "tag_ids": [Command.set(tax.ids)]}
                ),
            ]

        return cls.env["account.tax"].create(
            {
                "name": f"{percent} %",
                "amount": percent,
                "type_tax_use": "sale",
                "invoice_repartition_line_ids": lines(cls.tags[0], cls.tags[1]),
                "refund_repartition_line_ids": lines(cls.tags[2], cls.tags[3]),
                **vals,
            }
        )

    def _taxed_invoice(self, term, currency=None, rows=((1000, "ten"),)):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2024-01-01",
                "invoice_payment_term_id": term.id,
                "currency_id": (currency or self.company.currency_id).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "line",
                            "price_unit": price,
                            "account_id": self.income.id,
                            "tax_ids": [Command.set(sum((self[name] for name in names.split()), self.ten[:0]).ids)],
                        }
                    )
                    for price, names in rows
                ],
            }
        )
        invoice.action_post()
        return invoice

    def __getitem__(self, name):
        return getattr(self, name)

    def _deducted(self, move, accounts):
        """What a move books on these accounts: sorted rows to compare."""
        legs = move.line_ids.filtered(lambda leg: leg.account_id in accounts)
        return sorted(
            (
                (
                    leg.balance,
                    leg.account_id.code,
                    leg.amount_currency,
                    tuple(leg.tax_ids.ids),
                    leg.tax_repartition_line_id.id,
                    tuple(leg.tax_tag_ids.mapped("name")),
                )
                for leg in legs
            ),
            key=lambda row: row[1:],
        )

    def test_S4_20_discount_as_odoo_s_own_wizard_books_it(self):
        """Base and tax legs, tags and cents, in every mode, also with two taxes and in another currency."""
        eur = self._currency("EUR", _2024_01_01=1.7)
        accounts = self.discount_account | self.company_data["default_account_tax_sale"]
        shapes = (
            ((1000, "ten"),),
            ((99.99, "ten"), (33.33, "twenty"), (7.77, "ten twenty")),
            ((500, ""), (123.45, "twenty")),
        )
        for mode in ("included", "excluded", "mixed"):
            term = self._term(2, 10, mode)
            for currency in (self.company.currency_id, eur):
                for rows in shapes:
                    with self.subTest(mode=mode, currency=currency.name, rows=rows):
                        theirs = self._taxed_invoice(term, currency, rows)
                        self.env["account.payment.register"].with_context(
                            active_model="account.move", active_ids=theirs.ids
                        ).create({"payment_date": "2024-01-10"})._create_payments()
                        payment = theirs.matched_payment_ids
                        self.assertEqual(theirs.payment_state, theirs._get_invoice_in_payment_state())
                        ours = self._taxed_invoice(term, currency, rows)
                        receipt = self._receipt(payment.amount, "2024-01-10", currency)
                        voucher = self._proposal(ours, receipt, currency_id=currency.id)
                        for _done in self._there_and_back(voucher, [ours, receipt]):
                            self.assertEqual(ours.payment_state, "paid")
                            self._assert_same(voucher.move_id, payment.move_id, accounts, currency)

    def _assert_same(self, ours, theirs, accounts, currency):
        """To the cent; a booked value in another currency is a share of the item's own here, a conversion there."""
        ours, theirs = self._deducted(ours, accounts), self._deducted(theirs, accounts)
        self.assertEqual([row[1:] for row in ours], [row[1:] for row in theirs])
        for own, other in zip(ours, theirs, strict=True):
            self.assertAlmostEqual(own[0], other[0], delta=0.0101 if currency != self.company.currency_id else 0.0001)

    def test_S4_20_part_payments_carry_their_share_of_the_tax(self):
        """Two halves: tax and base of the discount add up to what the whole would have booked."""
        term = self._term(2, 10, "included")
        invoice = self._taxed_invoice(term, rows=((99.99, "ten"), (33.33, "twenty")))
        total = invoice.amount_total
        paid = total - invoice.currency_id.round(total * 0.02)
        legs = self.env["account.move.line"]
        for amount in (50, paid - 50):
            receipt = self._receipt(amount, "2024-01-10")
            voucher = self._proposal(invoice, receipt)
            voucher.action_authorize()
            legs |= voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "discount")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertAlmostEqual(sum(legs.mapped("balance")), total * 0.02, 2)
        taxes = legs.filtered("tax_repartition_line_id")
        self.assertAlmostEqual(sum(taxes.mapped("balance")), invoice.amount_tax * 0.02, delta=0.02)
        self.assertEqual(set(taxes.tax_tag_ids.mapped("name")), {"refund tax"})

    def test_A23_credit_note_gives_the_tax_of_the_discount_back(self):
        invoice = self._taxed_invoice(self._term(2, 10, "included"))
        voucher = self._proposal(invoice, self._receipt(1078, "2024-01-10"))
        voucher.action_authorize()
        note = invoice._reverse_moves([{"invoice_date": "2024-02-01", "date": "2024-02-01"}])
        note.action_post()
        other = self._invoice(5000, "2024-02-01")
        settling = self._proposal(other, note)
        self.assertEqual(self._figures(settling, note), (1100, 22, 0))
        settling.action_authorize()
        legs = settling.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "discount")
        self.assertEqual(sorted(legs.mapped("balance")), [-20, -2])
        self.assertEqual(legs.tax_tag_ids, self.tags[:2])

    def test_VC24_write_off_account_with_tax(self):
        self.company.adjustment_tolerance_amount = 20
        accounts = self.write_off_account | self.gain_account
        accounts.tax_ids = self.ten
        for paid, base, tax, tags in ((989, 10, 1, self.tags[2:]), (1011, -10, -1, self.tags[:2])):
            with self.subTest(paid=paid):
                invoice, receipt = self._invoice(1000), self._receipt(paid)
                voucher = self._proposal(invoice, receipt)
                for _done in self._there_and_back(voucher, [invoice, receipt]):
                    legs = voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "write_off")
                    taxed = legs.filtered("tax_repartition_line_id")
                    self.assertEqual((sum((legs - taxed).mapped("balance")), sum(taxed.mapped("balance"))), (base, tax))
                    self.assertEqual((legs - taxed).tax_ids, self.ten)
                    self.assertEqual(taxed.account_id, self.company_data["default_account_tax_sale"])
                    self.assertEqual(legs.tax_tag_ids, tags)

    def test_VC25_cash_basis_tax_moves_with_the_match_and_comes_back(self):
        self.company.tax_exigibility = True
        transition = self.receivable.copy({"name": "Tax in Transit", "code": "TRANS", "reconcile": True,
                                           "account_type": "liability_current"})  # fmt: skip
        self.ten.write({"tax_exigibility": "on_payment", "cash_basis_transition_account_id": transition.id})
        final = self.company_data["default_account_tax_sale"]
        cases = ((1078, "included", -98), (1100, "excluded", -100), (550, "excluded", -50))
        for paid, mode, due in cases:
            with self.subTest(paid=paid):
                invoice = self._taxed_invoice(self._term(2, 10, mode))
                day = "2024-01-10" if mode == "included" else "2024-01-31"
                receipt = self._receipt(paid, day)
                voucher = self._proposal(invoice, receipt)

                start = self._total(final), self._total(transition)
                for _done in self._there_and_back(voucher, [invoice, receipt]):
                    self.assertAlmostEqual(self._total(final) - start[0], due, 2)
                    moved = paid / 11 if mode == "excluded" else 100
                    self.assertAlmostEqual(self._total(transition) - start[1], moved, 2)
                self.assertEqual((self._total(final), self._total(transition)), start)

    def _total(self, account):
        """What is booked on an account so far."""
        items = self.env["account.move.line"].search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
        return self.company.currency_id.round(sum(items.mapped("balance")))


@tagged("post_install", "-at_install")
class TestCostCenter(TermsCommon):
    def test_S4_29_cost_center_on_every_leg_the_voucher_adds(self):
        plan = self.env["account.analytic.plan"].create({"name": "Cost Centers"})
        center = self.env["account.analytic.account"].create({"name": "Sales", "plan_id": plan.id})
        eur = self._currency("EUR", _2024_01_01=2.0, _2024_01_05=2.5)
        self.company.adjustment_tolerance_ids = [Command.create({"currency_id": eur.id, "amount": 5})]
        invoice = self._invoice(1000, "2024-01-01", eur, term=self._term(2, 10))
        receipt = self._receipt(978, "2024-01-05", eur)
        voucher = self._proposal(invoice, receipt, currency_id=eur.id, analytic_distribution={str(center.id): 100})
        voucher.action_authorize()
        legs = voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg != "item")
        self.assertEqual(set(legs.mapped("adjustment_leg")), {"exchange", "discount", "write_off"})
        self.assertTrue(all(leg.analytic_distribution == {str(center.id): 100} for leg in legs))
        self.assertAlmostEqual(self._cost_of(center), -sum(legs.mapped("balance")), 2)
        voucher.action_reverse("2024-12-31", "test")
        self.assertAlmostEqual(self._cost_of(center), 0, 2)

    def _cost_of(self, center):
        lines = self.env["account.analytic.line"].search([(center.plan_id._column_name(), "=", center.id)])
        return sum(lines.mapped("amount"))

    def test_S4_29_a_mandatory_plan_is_asked_for(self):
        plan = self.env["account.analytic.plan"].create(
            {
                "name": "Cost Centers",
                "applicability_ids": [Command.create({"business_domain": "general", "applicability": "mandatory"})],
            }
        )
        center = self.env["account.analytic.account"].create({"name": "Sales", "plan_id": plan.id})
        invoice, receipt = self._invoice(100, "2024-01-01", term=self._term()), self._receipt(98, "2024-01-05")
        voucher = self._proposal(invoice, receipt)
        with self.assertRaisesRegex(UserError, "complete its analytic distribution"), self.cr.savepoint():
            voucher.action_authorize()
        self.assertFalse(self._open_line(invoice).reconciled)
        voucher.analytic_distribution = {str(center.id): 100}
        voucher.action_authorize()
        self.assertEqual(invoice.payment_state, "paid")
