"""Amounts and items that must be refused with one sentence, or do no harm (reliability: VC01 to VC17)."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, MissingError, RedirectWarning, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import adjustment_voucher_items
from .proof import ProofCase

NUMBERS_THAT_ARE_NONE = {
    "negative": -1,
    "minus a cent": -0.01,
    "nan": float("nan"),
    "inf": float("inf"),
    "minus inf": float("-inf"),
    "1e308": 1e308,
    "text": "a lot",
    "nan as text": "nan",
    "sql": "1; DROP TABLE res_partner",
    "list": [1],
    "dict": {"a": 1},
    "true": True,
}
AMOUNTS = ("amount", "voucher_amount", "rate", "discount_amount", "write_off_amount", "chargeback_amount",
           "late_charge_amount")  # fmt: skip


@tagged("post_install", "-at_install")
class TestAmounts(ProofCase):
    def test_VC01_nothing_or_one_side_only(self):
        debit, credit = self._pair()
        for lines, words in (
            ([], "give at least one"),
            ([(debit, 100)], "give at least one credit"),
            ([(credit, 100)], "give at least one debit"),
            ([(debit, 0), (credit, 0)], "give at least one"),
        ):
            voucher = self._voucher(lines)
            with self.subTest(len(lines)), self.assertRefused(words):
                voucher.action_authorize()

    def test_VC01_sides_that_differ(self):
        debit, credit = self._pair(100, 100)
        voucher = self._voucher([(credit, 100), (debit, 99.99)])
        with self.assertRefused("make both sides equal: credits apply $ 100.00, debits take $ 99.99"):
            voucher.action_authorize()

    def test_VC02_amounts_that_are_none(self):
        debit, credit = self._pair()
        voucher = self._voucher([(credit, 100)])
        line = voucher.line_ids
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            for name in AMOUNTS:
                with self.subTest(code, field=name), self.assertRefused("To set", kinds=(ValidationError,)):
                    line.write({name: value})
                with self.subTest(code, field=name, new=True), self.assertRefused("To set", kinds=(ValidationError,)):
                    voucher.write({"line_ids": [Command.create({"move_line_id": debit.id, name: value})]})
            with self.subTest(code, rpc=True), self.assertRefused("To set", kinds=(ValidationError,)):
                call_kw(self._as(self.billing, line.browse()), "write", [line.ids, {"amount": value}], {})
        self.assertEqual(line.amount, 100)
        line.amount = -0.0
        self.assertEqual(line.amount, 0)

    def test_VC02_nothing_negative_reaches_the_table(self):
        line = self._ready().line_ids[0]
        for name in ("amount", "discount_amount", "write_off_amount", "chargeback_amount", "rate"):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(f"UPDATE adjustment_voucher_line SET {name} = -1 WHERE id = %s", [line.id])

    def test_VC03_finer_than_the_currency(self):
        yen = self._currency("JPY", _2024_01_01=100.0)
        for item, typed, kept in (
            (self._item(100), 10.005, 10.01),
            (self._item(100), 10.004, 10.0),
            (self._item(1000, currency=yen, value=10), 500.5, 501),
        ):
            line = self._voucher([(item, typed)], currency_id=item.currency_id.id).line_ids
            self.env.flush_all()
            self.env.cr.execute("SELECT amount FROM adjustment_voucher_line WHERE id = %s", [line.id])
            self.assertEqual(float(self.env.cr.fetchone()[0]), kept)
            self.assertEqual(line.amount, kept)

    def test_VC04_more_than_is_open(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        item = self._item(100, currency=cad, value=50)
        with self.assertRefused("C$", kinds=(ValidationError,)) if cad.symbol == "C$" else self.assertRefused("100.00"):
            self._voucher([(item, 100.01)], currency_id=cad.id)
        voucher = self._voucher([(item, 100)], currency_id=cad.id)
        with self.assertRefused("50.00"):
            voucher.line_ids.amount = 101

    def test_VC05_the_same_item_twice(self):
        debit, _credit = self._pair()
        voucher = self._voucher([(debit, 50)])
        with mute_logger("odoo.sql_db"), self.assertRefused("", kinds=(IntegrityError,)):
            self.env["adjustment.voucher.line"].create({"voucher_id": voucher.id, "move_line_id": debit.id})
        text = self.env["adjustment.voucher.line"]._fields  # the sentence that a remote caller gets
        self.assertTrue(text)
        message = type(self.env["adjustment.voucher.line"])._table_objects["adjustment_voucher_line_once"]
        self.assertIn("stands in a voucher once", message.get_error_message(voucher.line_ids, None))

    def test_VC06_VC07_taken_by_another_meanwhile(self):
        debit, credit, other = self._item(300), self._item(-300), self._item(-180)
        voucher = self._voucher([(credit, 300), (debit, 300)])
        (debit | other).reconcile()
        with self.assertRefused("120.00") as _refused:
            voucher.action_authorize()
        with self.assertRefused(other.move_id.name):
            voucher.action_authorize()
        self.assertEqual(voucher.line_ids.mapped("amount"), [300, 300])
        voucher.action_load_items()
        self.assertEqual(self._line(voucher, debit).amount, 120)
        self._line(voucher, credit).amount = 120
        voucher.action_authorize()
        self.assertEqual((debit.reconciled, credit.amount_residual), (True, -180))

    def test_VC08_a_form_that_is_stale(self):
        voucher = self._ready()
        first = second = voucher.version
        voucher.web_save({"memo": "A", "seen_version": first}, {"version": {}})
        with self.assertRefused("reload the page"):
            voucher.web_save({"memo": "B", "seen_version": second}, {"version": {}})
        with self.assertRefused("reload the page"):
            change = [Command.update(voucher.line_ids[0].id, {"amount": 5})]
            voucher.web_save({"line_ids": change, "seen_version": second}, {"version": {}})
        self.assertEqual(voucher.memo, "A")
        read = voucher.web_save({"memo": "B", "seen_version": voucher.version}, {"version": {}})
        self.assertEqual(read[0]["version"], voucher.version)
        voucher.memo = "C"  # a caller that shows no form is not asked
        self.assertEqual(voucher.memo, "C")

    def test_VC08_lines_count_as_changes(self):
        voucher = self._ready()
        for step in (
            lambda: voucher.line_ids[0].write({"sequence": 5}),
            lambda: voucher.action_allocate(),
            lambda: voucher.line_ids[0].unlink(),
            lambda: voucher.action_load_items(),
        ):
            seen = voucher.version
            step()
            with self.assertRefused("reload the page"):
                voucher.write({"memo": "x", "seen_version": seen})

    # ------------------------------------------------------------------ what the items are

    def test_VC09_entry_no_longer_posted(self):
        for name, change in {
            "draft": lambda move: move.button_draft(),
            "canceled": lambda move: (move.button_draft(), move.button_cancel()),
            "reversed": lambda move: move._reverse_moves(cancel=True),
        }.items():
            with self.subTest(name):
                debit, credit = self._pair()
                voucher = self._voucher([(credit, 100), (debit, 100)])
                change(debit.move_id)
                with self.assertRefused("take"):
                    voucher.action_authorize()

    def test_VC09_entry_deleted(self):
        debit, credit = self._pair()
        voucher = self._voucher([(credit, 100), (debit, 100)])
        move = debit.move_id
        move.button_draft()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRefused("", kinds=(UserError, RedirectWarning, IntegrityError)),
        ):
            move.with_context(force_delete=True).unlink()
        self.assertEqual(len(voucher.line_ids), 2)

    def test_VC10_drafts_are_no_items(self):
        debit, credit = self._pair()
        debit.move_id.button_draft()
        voucher = self._voucher([(credit, 100)])
        voucher.action_load_items()
        self.assertNotIn(debit, voucher.line_ids.move_line_id)
        self.env["adjustment.voucher.line"].create({"voucher_id": voucher.id, "move_line_id": debit.id})
        with self.assertRefused("To "):
            self._line(voucher, debit).amount = 100
            voucher.action_authorize()

    def test_VC11_another_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "is_company": True})
        debit, credit = self._item(100, partner=stranger), self._item(-100)
        voucher = self._voucher([(credit, 100), (debit, 100)])
        with self.assertRefused("choose the hierarchy"):
            voucher.action_authorize()
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.customer.id})
        own = self._item(100, partner=contact)
        voucher = self._voucher([(credit, 100), (own, 100)])
        voucher.action_authorize()
        self.assertTrue(own.reconciled)

    def test_VC12_accounts_that_are_none_of_ours(self):
        payable = self.company_data["default_account_payable"]
        taxes = self.receivable.copy({"name": "Tax Receivable", "code": "TAXREC", "non_trade": True})
        asset = self.env["account.account"].create(
            {"name": "Clearing", "code": "CLEAR", "account_type": "asset_current", "reconcile": True}
        )
        credit = self._item(-100)
        for account in (payable, taxes, asset):
            debit = self._item(100, account=account)
            voucher = self._voucher([(credit, 100), (debit, 100)])
            with self.subTest(account.name), self.assertRefused("receivable account"):
                voucher.action_authorize()
            loaded = self._voucher()
            loaded.action_load_items()
            self.assertNotIn(debit, loaded.line_ids.move_line_id)

    def test_VC13_account_archived_or_no_longer_matched(self):
        other = self.receivable.copy({"name": "Other receivable", "code": "RECOTH"})
        debit, credit = self._item(100, account=other), self._item(-100, account=other)
        voucher = self._voucher([(credit, 100), (debit, 100)])
        self.env.flush_all()
        for change in ("active", "reconcile"):
            savepoint = self.env.cr.savepoint()
            column = "reconcile" if change == "reconcile" else "active"
            self.env.cr.execute(f"UPDATE account_account SET {column} = false WHERE id = %s", [other.id])
            self.env.invalidate_all()
            with self.subTest(change), self.assertRefused("receivable account"):
                voucher.action_authorize()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_VC14_items_of_another_company(self):
        other = self._create_company(name="Other Books")
        journal = self.env["account.journal"].search([("company_id", "=", other.id), ("type", "=", "general")], limit=1)
        accounts = self.env["account.account"].with_company(other)
        domain = [("company_ids", "in", other.ids)]
        receivable = accounts.search([*domain, ("account_type", "=", "asset_receivable")], limit=1)
        income = accounts.search([*domain, ("account_type", "=", "income")], limit=1)
        move = self.env["account.move"].create(
            {
                "company_id": other.id,
                "journal_id": journal.id,
                "date": "2024-01-31",
                "line_ids": [
                    Command.create({"account_id": receivable.id, "balance": 100, "partner_id": self.customer.id}),
                    Command.create({"account_id": income.id, "balance": -100}),
                ],
            }
        )
        move.action_post()
        foreign = move.line_ids.filtered(lambda line: line.account_id == receivable)
        voucher, credit = self._voucher(), self._item(-100)
        lines = self.env["adjustment.voucher.line"]
        for values in ({"move_line_id": foreign.id}, {"move_line_id": foreign.id, "amount": 100}):
            with self.assertRefused("that company"):
                lines.create({"voucher_id": voucher.id, **values})
            with self.assertRefused("that company"):
                voucher.write({"line_ids": [Command.create(values)]})
            with self.assertRefused("", kinds=(AccessError,)):
                self._as(self.billing, lines).create({"voucher_id": voucher.id, **values})
        voucher = self._voucher([(credit, 50)])
        with self.assertRefused("that company"):
            voucher.company_id = other

    def test_VC15_customer_archived_merged_moved(self):
        head = self.env["res.partner"].create({"name": "Group", "is_company": True})
        child = self.env["res.partner"].create({"name": "Child", "is_company": True, "parent_id": head.id})
        debit, credit = self._item(100, partner=child), self._item(-100, partner=head)
        voucher = self._voucher([(credit, 100), (debit, 100)], partner_id=head.id, hierarchy="child")
        child.parent_id = False
        with self.assertRefused("choose the hierarchy"):
            voucher.action_authorize()
        child.parent_id = head
        head.active = child.active = False
        voucher.action_authorize()
        self.assertEqual(voucher.state, "authorized")

    def test_VC15_customer_merged_while_draft(self):
        twin = self.env["res.partner"].create({"name": "Customer", "is_company": True})
        debit, credit = self._item(100, partner=twin), self._item(-100, partner=twin)
        voucher = self._voucher([(credit, 100), (debit, 100)], partner_id=twin.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin | self.customer).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(voucher.partner_id, self.customer)
        voucher.action_authorize()
        self.assertTrue(debit.reconciled)

    def test_VC15_customer_deleted(self):
        voucher = self._voucher(partner_id=self.customer.copy().id)
        with mute_logger("odoo.sql_db"), self.assertRefused("", kinds=(UserError, IntegrityError)):
            voucher.partner_id.unlink()

    def test_VC17_ids_that_are_none(self):
        voucher = self._as(self.approver, self.env["adjustment.voucher"])
        for ids in (["1"], ["1 or 1=1"], [[1]], [{"a": 1}], [1.5], [2**70], [999_999_999], [True], ["x"]):
            for name, arguments in (
                ("action_authorize", []),
                ("action_reverse", [None, "x"]),
                ("action_return", ["x"]),
                ("action_load_items", []),
                ("action_allocate", []),
                ("action_draft", []),
            ):
                with (
                    self.subTest(str(ids), method=name),
                    mute_logger("odoo.sql_db"),
                    self.assertRefused("", kinds=(UserError, AccessError, MissingError)),
                ):
                    call_kw(voucher, name, [ids, *arguments], {})

    def test_VC17_items_that_do_not_exist(self):
        voucher = self._voucher()
        for item in (999_999_999, 2**70, "1", True, [1], -1, 0, None):
            with self.subTest(str(item)), mute_logger("odoo.sql_db"), self.assertRefused("To "):
                voucher.write({"line_ids": [Command.create({"move_line_id": item})]})


@tagged("post_install", "-at_install")
class TestMany(ProofCase):
    def test_VC16_two_thousand_lines(self):
        count = 1000
        debits = self._many(count, 1)
        credits = self._many(count, -1)
        voucher = self._voucher(method="fifo")
        voucher.action_load_items()
        voucher.action_allocate()
        voucher.action_authorize()
        self.env.flush_all()
        self.assertEqual(len(voucher.line_ids), 2 * count)
        self.assertTrue(all((debits | credits).mapped("reconciled")))

    def _many(self, count, sign):
        """Open items of the customer, in one entry."""
        common = {"partner_id": self.customer.id, "account_id": self.receivable.id}
        move = self.env["account.move"].create(
            {
                "date": "2024-01-31",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    *(Command.create({**common, "balance": sign * (number % 97 + 1)}) for number in range(count)),
                    Command.create(
                        {"account_id": self.income.id,
                         "balance": -sign * sum(number % 97 + 1 for number in range(count))}
                    ),
                ],
            }
        )  # fmt: skip
        move.action_post()
        return move.line_ids.filtered("partner_id")

    def test_VC16_more_than_the_cap_is_refused_before_any_work(self):
        self._many(6, 1)
        voucher = self._voucher()
        self.patch(adjustment_voucher_items, "LARGEST_LOAD", 5)
        with self.assertRefused("more than 5 items"):
            voucher.action_load_items()
        self.assertFalse(voucher.line_ids)
