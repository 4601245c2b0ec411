"""Taking vouchers back: everything stands as before, to the cent, and nothing else moves (V4, S4.30-S4.36, VC21, VC28, VC29)."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .proof import ProofCase


class ReverseCase(ProofCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cad = cls._currency("CAD", _2024_01_01=2.0, _2024_02_01=1.9)
        cls.eur = cls._currency("EUR", _2024_01_01=0.8)

    def _standing(self, items):
        self.env.flush_all()
        items.invalidate_recordset()
        items.move_id.invalidate_recordset()
        return self._image(items)

    def _assert_comes_back(self, voucher, date=None):
        """Authorize, reverse: all items are as they were; the entry and its reversal close each other."""
        items = voucher.line_ids.move_line_id
        before = self._standing(items)
        partials = self._matches(items)
        voucher.action_authorize()
        self.assertNotEqual(self._standing(items), before)
        voucher.action_reverse(date, "test")
        self.assertEqual(self._standing(items), before)
        self.assertEqual(self._matches(items), partials)
        self._assert_closed(voucher)
        return voucher

    def _matches(self, items):
        return (items.matched_debit_ids | items.matched_credit_ids).ids

    def _assert_closed(self, voucher):
        """The entry and its reversal mirror each other, leave nothing open and made no exchange moves."""
        moves = voucher.move_id | voucher.reversal_move_id
        self.assertEqual(bool(voucher.move_id), bool(voucher.reversal_move_id))
        if voucher.move_id:
            self.assertEqual(voucher.reversal_move_id.date, voucher.reversal_date)
            self.assertEqual(voucher.reversal_move_id.reversed_entry_id, voucher.move_id)
        open_legs = moves.line_ids.filtered(lambda leg: leg.account_id.reconcile and not leg.reconciled)
        self.assertFalse(open_legs.mapped(lambda leg: (leg.name, leg.amount_residual)))
        totals = {}
        for leg in moves.line_ids:
            key = (leg.account_id, leg.partner_id, leg.currency_id, tuple(leg.tax_tag_ids.ids))
            amount, value = totals.get(key, (0, 0))
            totals[key] = (amount + leg.amount_currency, value + leg.balance)
        for amount, value in totals.values():
            self.assertAlmostEqual(amount, 0, 6)
            self.assertAlmostEqual(value, 0, 6)
        automatic = self.env["account.move"].search([("journal_id", "=", self.company.currency_exchange_journal_id.id)])
        self.assertFalse(automatic)


@tagged("post_install", "-at_install")
class TestEveryKindComesBack(ReverseCase):
    def test_V4_plain_and_part_amounts(self):
        invoice, receipt = self._invoice(100), self._receipt(60)
        self._assert_comes_back(self._voucher([(self._open_line(receipt), 60), (self._open_line(invoice), 60)]))
        self._assert_comes_back(self._voucher([(self._open_line(receipt), 25), (self._open_line(invoice), 25)]))
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_V4_one_currency_at_two_rates(self):
        debit, credit = self._item(100, currency=self.cad, value=50), self._item(-100, currency=self.cad, value=-53)
        self._assert_comes_back(self._voucher([(credit, 100), (debit, 100)], currency_id=self.cad.id))
        self._assert_comes_back(self._voucher([(credit, 33.33), (debit, 33.33)], currency_id=self.cad.id))

    def test_V4_many_items_at_many_rates(self):
        values = (50.01, 49.5, 53.33, 47.77)
        debits = [self._item(100, currency=self.cad, value=value) for value in values]
        credits = [self._item(-100, currency=self.cad, value=-value) for value in reversed(values)]
        lines = [(item, 100) for item in (*credits, *debits)]
        self._assert_comes_back(self._voucher(lines, currency_id=self.cad.id))

    def test_V4_across_currencies(self):
        debit, credit = self._item(100, currency=self.cad, value=50), self._item(-64, currency=self.eur, value=-80)
        self._assert_comes_back(
            self._voucher([(credit, 40, {"voucher_amount": 90}), (debit, 90)], kind="multi", currency_id=self.cad.id)
        )

    def test_V4_discount_with_tax(self):
        tax = self.company_data["default_tax_sale"]
        for mode in ("included", "excluded", "mixed"):
            with self.subTest(mode):
                term = self.env["account.payment.term"].create(
                    {"name": mode, "early_discount": True, "discount_percentage": 2, "discount_days": 10,
                     "early_pay_discount_computation": mode}
                )  # fmt: skip
                invoice = self._invoice(1000, term=term, tax=tax)
                item = self._open_line(invoice)
                wanted = item.amount_residual - item.discount_amount_currency
                receipt = self._open_line(self._receipt(item.amount_residual - wanted, day="2024-02-01"))
                voucher = self._voucher(
                    [(receipt, receipt.amount_residual and -receipt.amount_residual),
                     (item, item.amount_residual, {"discount_amount": wanted})]
                )  # fmt: skip
                self._assert_comes_back(voucher)
                self.assertEqual(invoice.payment_state, "not_paid")

    def test_V4_write_off_and_chargeback(self):
        self.env.user.adjustment_write_off_limit = 10
        debit, credit = self._pair(100, 99)
        self._assert_comes_back(
            self._voucher([(credit, 99), (debit, 100, {"write_off_amount": 1, "write_off_reason": "Bank charges"})])
        )
        self._assert_comes_back(self._voucher([(credit, 99), (debit, 100, {"chargeback_amount": 1})]))

    def test_V4_late_charge_falls_too(self):
        root = self.company
        root.adjustment_charge_rate, root.adjustment_charge_account_id = 12, self.income
        invoice = self._invoice(1000, invoice_date_due="2024-01-31")
        debit = self._open_line(invoice)
        self._item(-1000, day="2024-03-31")
        voucher = self._voucher()
        voucher.action_load_items()
        voucher.action_allocate()
        line = self._line(voucher, debit)
        self.assertGreater(line.late_charge_amount, 0, line.read()[0])
        self._assert_comes_back(voucher)
        note = voucher.charge_move_ids
        self.assertEqual((len(note), note.payment_state), (1, "reversed"))
        self.assertEqual(self._open_line(note).amount_residual, 0)

    def test_V4_cash_basis_tax_comes_back(self):
        """VC25: tax that moves with the match comes back with the reversal."""
        self.company.tax_exigibility = True
        transition = self.income.copy({"name": "Tax in transition", "code": "TRANS", "reconcile": True})
        tax = self.env["account.tax"].create(
            {"name": "Cash basis 10", "amount": 10, "tax_exigibility": "on_payment",
             "cash_basis_transition_account_id": transition.id, "type_tax_use": "sale"}
        )  # fmt: skip
        item, receipt = self._open_line(self._invoice(100, tax=tax)), self._open_line(self._receipt(110))
        voucher = self._voucher([(receipt, 110), (item, 110)])
        self._assert_comes_back(voucher)
        moved = self.env["account.move.line"].search(
            [("account_id", "=", transition.id), ("parent_state", "=", "posted")]
        )
        self.assertAlmostEqual(sum(moved.mapped("balance")), -10, 2)

    def test_V4_several_vouchers_taken_back_in_any_order(self):
        debit = self._item(300, currency=self.cad, value=151.01)
        credits = [self._item(-100, currency=self.cad, value=-value) for value in (49.99, 50.01, 53.33)]
        items = debit.union(*credits)
        for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
            before = self._standing(items)
            vouchers = []
            for credit in credits:
                vouchers.append(self._voucher([(credit, 100), (debit, 100)], currency_id=self.cad.id))
                vouchers[-1].action_authorize()
            self.assertTrue(all(items.mapped("reconciled")))
            for place in order:
                vouchers[place].action_reverse(None, "test")
                self._assert_closed(vouchers[place])
            self.assertEqual(self._standing(items), before)


@tagged("post_install", "-at_install")
class TestOtherMatchesStay(ReverseCase):
    def test_VC28_matches_made_before_and_after_stay(self):
        debit = self._item(300)
        first, mine, later = self._item(-50), self._item(-100), self._item(-150)
        (debit | first).reconcile()
        voucher = self._voucher([(mine, 100), (debit, 100)])
        voucher.action_authorize()
        (debit | later).reconcile()
        self.assertTrue(debit.reconciled)
        voucher.action_reverse(None, "test")
        self.assertEqual((debit.amount_residual, mine.amount_residual), (100, -100))
        self.assertTrue(first.reconciled and later.reconciled)
        self.assertEqual(sorted(debit.matched_credit_ids.mapped("amount")), [50, 150])
        (debit | mine).reconcile()
        self.assertTrue(debit.reconciled and debit.full_reconcile_id)

    def test_VC28_another_voucher_on_the_same_items_stays(self):
        debit, credit = self._item(100, currency=self.cad, value=50), self._item(-100, currency=self.cad, value=-53)
        first = self._voucher([(credit, 33.33), (debit, 33.33)], currency_id=self.cad.id)
        first.action_authorize()
        middle = self._standing(debit | credit)
        second = self._voucher([(credit, 66.67), (debit, 66.67)], currency_id=self.cad.id)
        second.action_authorize()
        first.action_reverse(None, "test")
        self.assertEqual(debit.amount_residual_currency, 33.33)
        self.assertEqual(second.state, "authorized")
        third = self._voucher([(credit, 33.33), (debit, 33.33)], currency_id=self.cad.id)
        third.action_authorize()
        self.assertTrue(debit.reconciled and credit.reconciled)
        self.assertEqual(debit.amount_residual, 0)
        second.action_reverse(None, "test")
        third.action_reverse(None, "test")
        self.assertEqual(debit.amount_residual_currency, 100)
        self.assertEqual(debit.amount_residual, 50)
        first_again = self._voucher([(credit, 33.33), (debit, 33.33)], currency_id=self.cad.id)
        first_again.action_authorize()
        self.assertEqual(self._standing(debit | credit), middle)

    def test_VC28_what_the_voucher_opened_and_another_settled(self):
        debit, credit = self._pair(100, 75)
        voucher = self._voucher([(credit, 75), (debit, 100, {"chargeback_amount": 25})])
        voucher.action_authorize()
        rest = voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "chargeback")
        payer = self._item(-25)
        other = self._voucher([(payer, 25), (rest, 25)])
        other.action_authorize()
        with self.assertRefused(f"take back {other.name} first"):
            voucher.action_reverse(None, "test")
        other.action_reverse(None, "test")
        voucher.action_reverse(None, "test")
        self.assertEqual((debit.amount_residual, credit.amount_residual), (100, -75))

    def test_one_call_takes_back_both_the_later_first(self):
        debit, credit = self._pair(100, 75)
        voucher = self._voucher([(credit, 75), (debit, 100, {"chargeback_amount": 25})])
        voucher.action_authorize()
        rest = voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "chargeback")
        other = self._voucher([(self._item(-25), 25), (rest, 25)])
        other.action_authorize()
        (voucher | other).action_reverse(None, "test")
        self.assertEqual(set((voucher | other).mapped("state")), {"reversed"})

    def test_item_matched_with_a_bank_statement_line(self):
        """C: a receipt that came with the statement is applied and freed again; the statement line stays matched."""
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.company_data["default_journal_bank"].id, "date": "2024-02-01",
             "payment_ref": "Transfer", "amount": 100, "partner_id": self.customer.id}
        )  # fmt: skip
        suspense = line.move_id.line_ids.filtered(lambda leg: leg.account_id == line.journal_id.suspense_account_id)
        suspense.account_id = self.receivable
        credit, debit = suspense, self._open_line(self._invoice(100))
        voucher = self._voucher([(credit, 100), (debit, 100)])
        self.assertEqual(self._line(voucher, credit).document_kind, "receipt")
        self._assert_comes_back(voucher)
        self.assertTrue(line.is_reconciled)

    def test_payment_matched_with_a_statement_keeps_its_match(self):
        payment = self._receipt(100)
        credit, debit = self._open_line(payment), self._open_line(self._invoice(100))
        outstanding = payment.move_id.line_ids - credit
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.company_data["default_journal_bank"].id, "date": "2024-02-01",
             "payment_ref": "Transfer", "amount": 100, "partner_id": self.customer.id}
        )  # fmt: skip
        suspense = line.move_id.line_ids.filtered(lambda leg: leg.account_id == line.journal_id.suspense_account_id)
        suspense.account_id = outstanding.account_id
        (suspense | outstanding).reconcile()
        self._assert_comes_back(self._voucher([(credit, 100), (debit, 100)]))
        self.assertTrue(outstanding.reconciled and suspense.reconciled)


@tagged("post_install", "-at_install")
class TestDateOfTheReversal(ReverseCase):
    def _with_entry(self, **vals):
        debit, credit = self._item(100, currency=self.cad, value=50), self._item(-100, currency=self.cad, value=-48)
        voucher = self._voucher([(credit, 100), (debit, 100)], currency_id=self.cad.id, **vals)
        voucher.action_authorize()
        self.assertTrue(voucher.move_id)
        return voucher

    def test_date_as_asked_else_the_vouchers(self):
        voucher = self._with_entry()
        voucher.action_reverse("2024-06-15", "test")
        self.assertEqual(str(voucher.reversal_move_id.date), "2024-06-15")
        voucher = self._with_entry()
        voucher.action_reverse(None, "test")
        self.assertEqual(voucher.reversal_move_id.date, voucher.date)

    def test_date_before_the_voucher_or_in_the_future_or_none(self):
        voucher = self._with_entry()
        tomorrow = fields.Date.context_today(voucher) + timedelta(days=1)
        for date in ("2024-03-30", tomorrow, "9999-12-31", "0001-01-01"):
            with self.subTest(date), self.assertRefused("choose a date from 2024-03-31"):
                voucher.action_reverse(date, "test")
        for date in ("2026-02-30", "soon", 5, [1], True, "31/03/2024"):
            with self.subTest(str(date)), self.assertRefused("give a date of the calendar"):
                voucher.action_reverse(date, "test")
        for reason in (None, "", "  "):
            with self.subTest(reason), self.assertRefused("give a reason"):
                voucher.action_reverse("2024-04-01", reason)
        for reason in ("a\0b", "a\ud800b", "x" * 1_000_000, ["x"], 5):
            with self.subTest(ascii(reason)[:9]), self.assertRefused("To "):
                voucher.action_reverse("2024-04-01", reason)

    def test_VC29_locked_period(self):
        for lock in ("fiscalyear_lock_date", "hard_lock_date"):
            with self.subTest(lock), self._rolled_back():
                voucher = self._with_entry()
                original = voucher.move_id.line_ids.read(["balance", "amount_currency", "account_id", "date"])
                self.company[lock] = "2024-04-15"
                with self.assertRefused("choose a date from 2024-04-16 on"):
                    voucher.action_reverse("2024-04-10", "test")
                self.assertEqual(str(voucher._get_reversal_date()), "2024-04-16")
                voucher.action_reverse(None, "test")
                self.assertEqual(str(voucher.reversal_move_id.date), "2024-04-16")
                self.assertEqual(
                    voucher.move_id.line_ids.read(["balance", "amount_currency", "account_id", "date"]), original
                )
                self._assert_closed(voucher)

    @contextmanager
    def _rolled_back(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_VC29_tax_lock_counts_when_tax_moves(self):
        tax = self.company_data["default_tax_sale"]
        term = self.env["account.payment.term"].create(
            {"name": "2 %", "early_discount": True, "discount_percentage": 2, "discount_days": 90,
             "early_pay_discount_computation": "included"}
        )  # fmt: skip
        item = self._open_line(self._invoice(1000, term=term, tax=tax))
        wanted = item.amount_residual - item.discount_amount_currency
        receipt = self._item(-item.discount_amount_currency)
        voucher = self._voucher(
            [(receipt, item.discount_amount_currency), (item, item.amount_residual, {"discount_amount": wanted})]
        )
        voucher.action_authorize()
        self.company.tax_lock_date = "2024-04-30"
        self.assertEqual(str(voucher._get_reversal_date()), "2024-05-01")
        with self.assertRefused("choose a date from 2024-05-01 on"):
            voucher.action_reverse("2024-04-10", "test")
        voucher.action_reverse(None, "test")
        self.assertEqual(str(voucher.reversal_move_id.date), "2024-05-01")
        plain = self._with_entry()
        self.assertEqual(plain._get_reversal_date(), plain.date)

    def test_VC29_everything_locked_up_to_the_future(self):
        voucher = self._with_entry()
        self.company.fiscalyear_lock_date = fields.Date.context_today(voucher) + timedelta(days=3)
        with self.assertRefused("locked"):
            voucher.action_reverse(None, "test")

    def test_VC21_exception_of_one_user(self):
        voucher = self._with_entry()
        self.company.fiscalyear_lock_date = "2024-04-15"
        self.env["account.lock_exception"].create(
            {"company_id": self.company.id, "user_id": self.approver.id, "fiscalyear_lock_date": "2024-03-01",
             "end_datetime": fields.Datetime.now() + timedelta(hours=1)}
        )  # fmt: skip
        self.assertEqual(str(voucher._get_reversal_date()), "2024-04-16")
        mine = self._as(self.approver, voucher)
        self.assertEqual(mine._get_reversal_date(), voucher.date)
        mine.action_reverse(None, "test")
        self.assertEqual(voucher.reversal_move_id.date, voucher.date)

    def test_VC21_no_exception_passes_a_hard_lock(self):
        voucher = self._with_entry()
        self.company.hard_lock_date = "2024-04-15"
        with self.assertRefused("choose a date from 2024-04-16 on"):
            self._as(self.approver, voucher).action_reverse("2024-04-01", "test")

    def test_hashed_journals(self):
        journal = self.company_data["default_journal_misc"]
        sales = self.company_data["default_journal_sale"]
        (journal | sales).restrict_mode_hash_table = True
        invoice = self._invoice(100, currency=self.cad, day="2024-01-31")
        invoice.journal_id.restrict_mode_hash_table = True
        item, credit = self._open_line(invoice), self._item(-100, currency=self.cad, value=-53)
        voucher = self._voucher([(credit, 100), (item, 100)], currency_id=self.cad.id)
        self.assertEqual(voucher.journal_id, journal)
        self._assert_comes_back(voucher)
        self.assertTrue(voucher.move_id.inalterable_hash and voucher.reversal_move_id.inalterable_hash)
        self.assertEqual(invoice.payment_state, "not_paid")


@tagged("post_install", "-at_install")
class TestOneItemTakenOut(ReverseCase):
    def test_the_rest_stays_as_a_draft(self):
        debits = [self._item(100) for _number in range(3)]
        credit = self._item(-300)
        voucher = self._voucher([(credit, 300), *((item, 100) for item in debits)], memo="March")
        voucher.action_authorize()
        out = self._line(voucher, debits[1])
        action = out.action_unapply()
        wizard = (
            self.env["adjustment.voucher.reverse"].with_context(**action["context"]).create({"reason": "Wrong one"})
        )
        self.assertEqual((wizard.voucher_ids, wizard.line_ids, wizard.date), (voucher, out, voucher.date))
        opened = wizard.action_reverse()
        draft = self.env["adjustment.voucher"].browse(opened["res_id"])
        self.assertEqual((voucher.state, draft.state, draft.memo), ("reversed", "draft", "March"))
        self.assertEqual(draft.origin_id, voucher)
        self.assertEqual(draft.line_ids.move_line_id, (credit | debits[0] | debits[2]))
        self.assertEqual({line.amount for line in draft.line_ids}, {300, 100})
        with self.assertRefused("make both sides equal"):
            draft.action_authorize()
        self._line(draft, credit).amount = 200
        draft.action_authorize()
        self.assertEqual((debits[1].amount_residual, credit.amount_residual), (100, -100))

    def test_discount_write_off_and_rates_are_kept(self):
        cad, eur = self.cad, self.eur
        self.env.user.adjustment_write_off_limit = 10
        debit, other = self._item(100, currency=cad, value=50), self._item(10, currency=cad, value=5)
        credit = self._item(-64, currency=eur, value=-80)
        voucher = self._voucher(
            [(credit, 64, {"voucher_amount": 98}), (debit, 100, {"discount_amount": 3, "write_off_amount": 9,
                                                                 "write_off_reason": "Agreed"}),
             (other, 10)],
            kind="multi", currency_id=cad.id,
        )  # fmt: skip
        voucher.action_authorize()
        draft = voucher._reverse_without(self._line(voucher, other), None, "test")
        line, payer = self._line(draft, debit), self._line(draft, credit)
        self.assertEqual((line.amount, line.discount_amount, line.write_off_amount), (100, 3, 9))
        self.assertEqual((payer.voucher_amount, line.write_off_reason), (98, "Agreed"))

    def test_nothing_left_over_means_no_draft(self):
        voucher = self._authorized()
        with self.assertRefused("To "):
            voucher._reverse_without(voucher.line_ids, None, "test")

    def test_lines_of_another_voucher_are_refused(self):
        first, second = self._authorized(), self._authorized()
        wizard = self.env["adjustment.voucher.reverse"].create(
            {"voucher_ids": [Command.set(first.ids)], "line_ids": [Command.set(second.line_ids[0].ids)], "reason": "x"}
        )
        with self.assertRefused("To "):
            wizard.action_reverse()


@tagged("post_install", "-at_install")
class TestReversalPreview(ProofCase):
    def test_preview_says_what_will_be_booked(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        receipt, invoice = self._item(-100, currency=cad, value=-55), self._item(100, currency=cad, value=50)
        voucher = self._voucher([(receipt, 100), (invoice, 100)], currency_id=cad.id)
        voucher.action_authorize()
        wizard = self.env["adjustment.voucher.reverse"].create({"voucher_ids": voucher.ids, "reason": "Wrong"})
        told = [(row["label"], row["debit"], row["credit"], row["currency"]) for row in wizard.preview["legs"]]
        wizard.action_reverse()
        legs = voucher.reversal_move_id.line_ids
        rows = [voucher._preview_row(leg.account_id, leg.partner_id, leg.name, leg.balance, leg.amount_currency,
                                     leg.currency_id, "") for leg in legs]  # fmt: skip
        booked = [(row["label"], row["debit"], row["credit"], row["currency"]) for row in rows]
        self.assertEqual(sorted(told), sorted(booked))
