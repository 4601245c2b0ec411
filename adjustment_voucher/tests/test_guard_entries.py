"""What the ledger computes is not written, and Odoo's own buttons leave what a voucher made: each role, each path."""

import math

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .guard import GuardCase


@tagged("post_install", "-at_install")
class TestComputedState(GuardCase):
    """RC10 to RC14, RC26, RC28: what the ledger computes is not written."""

    def test_RC10_residuals_of_an_item(self):
        item = self._item(100)
        match = (self._item(10) | self._item(-10)).reconcile() or self.env["account.full.reconcile"].search([], limit=1)
        for user in (self.billing, self.manager):
            for vals in (
                {"amount_residual": 0.0, "reconciled": True},
                {"amount_residual_currency": 0},
                {"reconciled": True},
                {"full_reconcile_id": match.id},
                {"parent_state": "draft"},
            ):
                with self.subTest(user=user.login, vals=vals), self._denied():
                    self._by(user, item).write(vals)
        with self._denied():
            self._by(self.billing, item.move_id).write({"amount_residual": 0})
        self.assertEqual((item.amount_residual, item.reconciled), (100, False))

    def test_RC10_through_the_entry_and_at_creation(self):
        invoice = self._invoice(100)
        item = self._open_line(invoice)
        with self._denied():
            self._by(self.billing, invoice, skip_readonly_check=True).write(
                {"line_ids": [Command.update(item.id, {"amount_residual": 0})]}
            )
        lines = [
            {"account_id": self.receivable.id, "balance": 100, "partner_id": self.customer.id, "amount_residual": 0.0},
            {"account_id": self.income.id, "balance": -100},
        ]
        moves = self._by(self.billing, self.env["account.move"])
        with self._denied():
            moves.create({"move_type": "entry", "line_ids": [Command.create(vals) for vals in lines]})
        del lines[0]["amount_residual"]
        move = moves.with_context(default_amount_residual=1.0, default_reconciled=True).create(
            {"move_type": "entry", "date": "2024-01-31", "line_ids": [Command.create(vals) for vals in lines]}
        )
        move.action_post()
        self.assertEqual(move.line_ids[0].amount_residual, 100)
        self.assertFalse(move.line_ids[0].reconciled)

    def test_matching_number(self):
        debit, credit = self._item(100), self._item(-100)
        self._by(self.billing, debit).write({"matching_number": "import"})  # what an import marks
        debit.matching_number = False
        (debit | credit).reconcile()
        for number in (False, "99", "I1"):
            with self.subTest(number=number), self._denied():
                self._by(self.billing, debit, skip_matching_number_check=True).write({"matching_number": number})

    def test_RC11_payment_state(self):
        invoice = self._invoice(100)
        mine = self._by(self.billing, invoice)
        for state in ("paid", "partial", "reversed", "in_payment", "invoicing_legacy"):
            with self.subTest(state=state), self._denied():
                mine.write({"payment_state": state})
            with self.subTest(created=state), self._denied():
                mine.create({"move_type": "out_invoice", "payment_state": state})
        mine.action_toggle_block_payment()
        self.assertEqual(invoice.payment_state, "blocked")
        mine.action_toggle_block_payment()
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_RC12_posted_by_a_plain_write(self):
        invoice = self._invoice(100)
        invoice.button_draft()
        for user in (self.billing, self.manager):
            with self.subTest(user=user.login), self._refused("use the button Confirm or Post"):
                self._by(user, invoice).write({"state": "posted"})
        self._by(self.billing, invoice).action_post()
        self.assertEqual(invoice.state, "posted")

    def test_RC24_private_methods(self):
        for model, name in (
            ("account.move", "_post"),
            ("account.move.line", "_reconcile_plan_with_sync"),
            ("adjustment.voucher", "_reverse"),
            ("account.payment", "_reverse_adjustments"),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                get_public_method(self.env[model], name)

    def test_RC26_amounts_that_are_no_number(self):
        lines = self._by(self.billing, self.env["account.move"])
        for value in (math.nan, math.inf, "nan"):
            with self.subTest(value=value), self._refused("is not one", ValidationError):
                lines.create(
                    {
                        "move_type": "entry",
                        "line_ids": [
                            Command.create({"account_id": self.income.id, "debit": value}),
                            Command.create({"account_id": self.income.id, "credit": 1}),
                        ],
                    }
                )
        draft = self._invoice(5)
        draft.button_draft()
        with self._refused("is not one", ValidationError):
            self._by(self.billing, draft.invoice_line_ids).write({"price_unit": math.nan})

    def test_RC28_item_without_partner_is_not_for_a_voucher(self):
        debit, credit = self._item(100), self._item(-100)
        self.env.cr.execute("UPDATE account_move_line SET partner_id = NULL WHERE id = %s", [credit.id])
        credit.invalidate_recordset()
        voucher = self._voucher([(credit, 100), (debit, 100)])
        with self._refused():
            voucher.action_authorize()
        self.assertFalse(self._match_of(debit))


@tagged("post_install", "-at_install")
class TestOdooButtons(GuardCase):
    """VC30, VC09: what a voucher made is taken back by the voucher; every refusal names it and leads to it."""

    def setUp(self):
        super().setUp()
        self.eur = self._currency("EUR", _2024_01_01=0.5, _2024_02_01=0.4)
        self.invoice = self._invoice(100, "2024-01-01", self.eur)
        self.payment = self._receipt(100, "2024-02-01", self.eur)
        self.debit, self.credit = self._open_line(self.invoice), self._open_line(self.payment)
        self.before = self._image(self.debit | self.credit)
        self.voucher = self._voucher([(self.credit, 100), (self.debit, 100)], currency_id=self.eur.id)
        self.voucher.action_authorize()

    def _direct(self):
        """A voucher that books nothing: the two items are matched with each other."""
        debit, credit = self._item(40), self._item(-40)
        voucher = self._voucher([(credit, 40), (debit, 40)])
        voucher.action_authorize()
        return voucher, debit, credit

    def test_the_voucher_holds_its_matches(self):
        self.assertTrue(self.voucher.move_id)
        matches = self._match_of(self.voucher.move_id.line_ids)
        self.assertEqual(len(matches), 2)
        self.assertEqual(matches.adjustment_voucher_id, self.voucher)

    def test_VC30_taking_matches_back(self):
        voucher, debit, credit = self._direct()
        match = self._match_of(self.debit)
        for user in (self.billing, self.manager):
            calls = (
                lambda by=user: self._by(by, self.invoice).js_remove_outstanding_partial(match.id),
                lambda by=user: self._by(by, self.debit).remove_move_reconcile(),
                lambda by=user: self._by(
                    by, self.credit, active_ids=self.credit.ids
                ).action_unreconcile_match_entries(),
                lambda by=user: self._matches(by).browse(match.id).unlink(),
                lambda by=user: self._by(by, self.debit).write({"matched_credit_ids": [Command.delete(match.id)]}),
                lambda by=user: self._by(by, self.voucher.move_id.line_ids).remove_move_reconcile(),
            )
            for number, call in enumerate(calls):
                with self.subTest(user=user.login, call=number), self._refused(self.voucher.name) as caught:
                    call()
                self.assertLeads(caught, self.voucher)
            with self._refused(f"To take .* off .*, reverse voucher {voucher.name}"):
                self._by(user, debit).remove_move_reconcile()
        self.assertTrue(self.debit.reconciled and self.credit.reconciled and credit.reconciled)

    def assertLeads(self, caught, voucher):
        _text, action, _button, _context = caught.exception.args
        self.assertEqual((action["res_model"], action["res_id"]), ("adjustment.voucher", voucher.id))

    def test_VC31_RC09_no_write_to_a_match_of_a_voucher(self):
        match = self._match_of(self.debit)
        for vals in ({"adjustment_voucher_id": False}, {"amount": 1}, {"debit_move_id": self._item(5).id}):
            with self.subTest(vals=vals), self._refused("never rewritten"):
                self._matches().browse(match.id).write(vals)

    def test_VC30_VC09_the_documents(self):
        documents = {
            "invoice": self.invoice,
            "receipt": self.payment.move_id,
            "entry": self.voucher.move_id,
        }
        for name, move in documents.items():
            for user in (self.billing, self.manager):
                mine = self._by(user, move)
                calls = {
                    "draft": mine.button_draft,
                    "cancel": mine.button_cancel,
                    "write draft": lambda mine=mine: mine.write({"state": "draft"}),
                    "write cancel": lambda mine=mine: mine.write({"state": "cancel"}),
                    "delete": mine.unlink,
                    "force": mine.with_context(force_delete=True).unlink,
                    "reverse": lambda mine=mine: mine._reverse_moves(cancel=True),
                }
                for call, function in calls.items():
                    with (
                        self.subTest(move=name, user=user.login, call=call),
                        self._refused(self.voucher.name) as caught,
                    ):
                        function()
                    self.assertLeads(caught, self.voucher)

    def test_VC30_the_wizard_that_reverses(self):
        wizard = self._by(self.billing, self.env["account.move.reversal"], active_model="account.move",
                          active_ids=self.invoice.ids).create({"journal_id": self.invoice.journal_id.id})  # fmt: skip
        with self._refused(self.voucher.name):
            wizard.modify_moves()
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])  # a credit note is Odoo's business
        self.assertEqual((note.state, note.reversed_entry_id), ("draft", self.invoice))
        entry = self._by(self.manager, self.env["account.move.reversal"], active_model="account.move",
                         active_ids=self.voucher.move_id.ids).create({"journal_id": self.voucher.journal_id.id})  # fmt: skip
        with self._refused("the entry belongs to it"):
            entry.refund_moves()

    def test_VC30_the_payment(self):
        for user in (self.billing, self.manager):
            mine = self._by(user, self.payment)
            with self.subTest(user=user.login), self._refused(self.voucher.name):
                mine.action_draft()
            with self.subTest(user=user.login), self._refused(self.voucher.name):
                mine.unlink()
        self.assertEqual(self.payment.move_id.state, "posted")

    def test_VC30_after_the_reversal(self):
        self.voucher.action_reverse(None, "mistake")
        self.assertEqual(self._image(self.debit | self.credit), self.before)
        for move in (self.voucher.move_id, self.voucher.reversal_move_id):
            for call in ("button_draft", "button_cancel", "unlink"):
                with self.subTest(move=move.ref, call=call), self._refused("which is reversed"):
                    getattr(self._by(self.manager, move), call)()
            with self.subTest(move=move.ref), self._refused("is reversed already"):
                self._by(self.manager, move.line_ids).remove_move_reconcile()
            with self.subTest(move=move.ref), self._refused("which is reversed"):
                self._by(self.manager, move)._reverse_moves()
        self._by(self.billing, self.invoice).button_draft()  # free again
        self.assertEqual(self.invoice.state, "draft")

    def test_VC30_the_late_charge(self):
        self.company.adjustment_charge_account_id = self.income
        invoice, credit = self._invoice(100), self._item(-100)
        voucher = self._voucher([(credit, 100), (self._open_line(invoice), 100, {"late_charge_amount": 7})])
        voucher.action_authorize()
        note = voucher.charge_move_ids.ensure_one()
        mine = self._by(self.manager, note)
        for call in ("button_draft", "button_cancel", "unlink"):
            with self.subTest(call=call), self._refused(f"late charge .*{voucher.name}"):
                getattr(mine, call)()
        with self._refused(voucher.name):
            mine._reverse_moves(cancel=True)
        voucher.action_reverse(None, "mistake")
        self.assertEqual(note.payment_state, "reversed")

    def test_VC09_item_of_a_draft_voucher(self):
        debit, credit = self._item(10), self._item(-10)
        unused = self._item(5)
        draft = self._voucher([(credit, 10), (debit, 10), (unused, 0)])
        for item in (debit, unused):
            item.move_id.button_draft()
        self._by(self.billing, unused.move_id).unlink()
        self.assertFalse(unused.exists())
        self.assertEqual(len(draft.line_ids), 2)
        with self._refused("take it out of voucher"):
            self._by(self.billing, debit.move_id).unlink()
        with self._refused():
            draft.action_authorize()

    def test_L5_posted_legs_and_the_customer_of_an_item(self):
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        leg = self.voucher.move_id.line_ids.filtered(lambda line: line.adjustment_leg == "item")[0]
        exchange = self.voucher.move_id.line_ids.filtered(lambda line: line.adjustment_leg == "exchange")
        for user in (self.billing, self.manager):
            for line, vals in (
                (leg, {"partner_id": other.id}),
                (leg, {"account_id": self.income.id}),
                (leg, {"balance": 1}),
                (exchange, {"account_id": self.income.id}),
                (exchange, {"partner_id": other.id}),
                (self.debit, {"partner_id": other.id}),
                (self.credit, {"partner_id": other.id}),
                (self.debit, {"account_id": self.receivable.copy().id}),
            ):
                with self.subTest(user=user.login, line=line.name, vals=vals), self._refused(self.voucher.name):
                    self._by(user, line).write(vals)
        free = self._item(5)
        self._by(self.billing, free).write({"partner_id": other.id})  # as ever

    def test_a_match_of_the_user_stays_free(self):
        """What no voucher made is matched and taken apart as ever, also on a document that a voucher applied in part."""
        invoice, credit, more = self._invoice(100), self._item(-30), self._item(-20)
        voucher = self._voucher([(credit, 30), (self._open_line(invoice), 30)])
        voucher.action_authorize()
        self._by(self.billing, invoice).js_assign_outstanding_line(more.id)
        self.assertEqual(invoice.amount_residual, 50)
        self._by(self.billing, more).remove_move_reconcile()
        self.assertEqual(invoice.amount_residual, 70)
        self.assertEqual(self._match_of(self._open_line(invoice)).adjustment_voucher_id, voucher)

    def test_whoever_reads_no_vouchers_gets_the_sentence_alone(self):
        plain = self._user("guard_plain", "base.group_user")
        error = self.env["adjustment.guard"].with_user(plain)._refuse_change(
            self.invoice.with_user(plain).sudo(), self.voucher.with_user(plain).sudo()
        )  # fmt: skip
        self.assertIs(type(error), UserError)
        self.assertIn(self.voucher.name, str(error))
