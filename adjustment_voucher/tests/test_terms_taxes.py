"""The tax and the cost center of what is deducted (S4.20, S4.29)."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .terms import TermsCommon


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
