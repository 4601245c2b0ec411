"""Branches of one legal entity (S4.2, S4.3, VC14)."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .companies import APPROVER, CompaniesCase


class BranchCommon(CompaniesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"child_ids": [Command.create({"name": "East"}), Command.create({"name": "West"})]})
        cls.cr.precommit.run()  # the branches' chart of accounts
        cls.east, cls.west = cls.company.child_ids.sorted("id")
        cls.env.user.company_ids |= cls.east | cls.west
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": (cls.company | cls.east | cls.west).ids})
        cls.users = {
            "east": cls._user("av-east", APPROVER, cls.east),
            "both": cls._user("av-both", APPROVER, cls.east | cls.west),
            "all": cls._user("av-all", APPROVER, cls.company | cls.east | cls.west),
        }

    def _mixed(self, company, **vals):
        """A receipt of the east on an invoice of the west."""
        self.receipt = self._item(-100, company=self.east)
        self.debt = self._item(130, company=self.west)
        return self._voucher([(self.receipt, 100), (self.debt, 100)], company_id=company.id, **vals)


@tagged("post_install", "-at_install")
class TestBranches(BranchCommon):
    def test_S4_2_settled_at_either_branch_or_above(self):
        """The entry, or the match alone, stands where the voucher is; the items keep their branch."""
        for company in (self.east, self.west, self.company):
            voucher = self._as("all", self._mixed(company))
            before = self._image(self.receipt | self.debt)
            voucher.action_authorize()
            self.assertFalse(voucher.move_id, "one customer, account and currency: nothing is to book")
            self.assertEqual((self.debt.amount_residual, self.receipt.reconciled), (30, True))
            voucher.action_reverse(None, "other branch")
            self.assertEqual(self._image(self.receipt | self.debt), before)

    def test_S4_2_entry_of_the_branch_in_the_journal_of_the_entity(self):
        other = self.receivable.copy({"name": "Receivable West", "code": "RECWE"})
        for company in (self.east, self.company):
            receipt = self._item(-100, company=self.east)
            debt = self._item(130, company=self.west, account=other)
            voucher = self._as("all", self._voucher([(receipt, 100), (debt, 100)], company_id=company.id))
            before = self._image(receipt | debt)
            voucher.action_authorize()
            self.assertEqual(
                (voucher.move_id.company_id, voucher.move_id.journal_id.company_id), (company, self.company)
            )
            self.assertEqual(self._balance(voucher, other), -100)
            self.assertRegex(voucher.name, r"^AV/2024/\d{5}$")
            voucher.action_reverse(None, "other branch")
            self.assertEqual(voucher.reversal_move_id.company_id, company)
            self.assertEqual(self._image(receipt | debt), before)

    def test_S4_3_loads_the_branches_at_hand(self):
        items = [self._item(-10, company=company) for company in (self.company, self.east, self.west)]
        for user, expected in (("all", items), ("both", items[1:]), ("east", items[1:2])):
            voucher = self._as(user, self._voucher(company_id=self.east.id))
            voucher.action_load_items()
            self.assertEqual(set(voucher.line_ids.move_line_id.ids), {item.id for item in expected}, user)
            voucher.unlink() if voucher.create_uid == self.users[user] else None

    def test_S4_3_user_of_one_branch_does_all_of_it_there(self):
        """The function defaults are the legal entity's; whoever works in a branch need not see that."""
        self.company.adjustment_write_off_account_id = self.write_off_account
        self.company.write({"adjustment_tolerance_amount": 1, "adjustment_method": "fifo"})
        other = self.receivable.copy({"name": "Receivable East", "code": "RECEA"})
        receipt = self._item(-99.5, company=self.east)
        debt = self._item(100, company=self.east, account=other)
        before = self._image(receipt | debt)
        vals = {"partner_id": self.customer.id, "date": "2024-03-31", "company_id": self.east.id}
        self.env.invalidate_all()
        voucher = self._as("east", self.env["adjustment.voucher"]).create(vals)
        voucher.action_load_items()
        voucher.action_allocate()
        voucher.action_authorize()
        self.assertTrue(receipt.reconciled and debt.reconciled)
        self.assertEqual(self._balance(voucher, self.write_off_account), 0.5)
        self.env.invalidate_all()
        voucher.action_reverse(None, "once more")
        self.assertEqual(self._image(receipt | debt), before)

    def test_VC14_user_of_one_branch_sees_a_mixed_voucher_and_is_told(self):
        voucher = self._mixed(self.east)
        self.env.flush_all()
        mine = self._as("east", voucher)
        for records in (mine, mine.line_ids):
            for name in records._fields:
                self.env.invalidate_all()
                records.read([name])
        self.env.invalidate_all()
        with Form(mine) as form:
            self.assertEqual({line.document_name for line in mine.line_ids},
                             {self.receipt.move_id.name, self.debt.move_id.name})  # fmt: skip
            self.assertIn("ask a colleague who works for West too", form.preview["note"])
        for step, args in (
            ("action_authorize", ()), ("action_load_items", ()), ("action_allocate", ()), ("action_return", ("why",)),
            ("write", ({"memo": "x"},)), ("unlink", ()),
        ):  # fmt: skip
            self.env.invalidate_all()
            with (
                self.assertRaisesRegex(AccessError, "^To .* ask a colleague who works for West too"),
                self.cr.savepoint(),
            ):
                getattr(mine, step)(*args)
        with self.assertRaisesRegex(AccessError, "works for West too"), self.cr.savepoint():
            mine.line_ids.write({"amount": 5})
        self._as("both", voucher).action_authorize()
        self.env.invalidate_all()
        with self.assertRaisesRegex(AccessError, "^To reverse .* works for West too"), self.cr.savepoint():
            mine.action_reverse(None, "not mine")
        self.assertEqual(voucher.state, "authorized")

    def test_VC14_ticked_branches_alone_decide_nothing(self):
        """Who has the right to both branches settles both, whichever is ticked just now."""
        voucher = self._as("both", self._mixed(self.east)).with_context(allowed_company_ids=self.east.ids)
        self.env.invalidate_all()
        voucher.action_authorize()
        self.assertEqual((voucher.state, self.receipt.reconciled), ("authorized", True))

    def test_VC14_item_of_another_branch_by_its_id(self):
        debt = self._item(130, company=self.west)
        voucher = self._as("east", self._voucher(company_id=self.east.id))
        self.env.invalidate_all()
        for vals in ({"line_ids": [Command.create({"move_line_id": debt.id})]},
                     {"debit_line_ids": [Command.create({"move_line_id": debt.id, "amount": 1})]}):  # fmt: skip
            with self.assertRaisesRegex(AccessError, "^To settle an item of another company or branch") as caught:
                voucher.write(vals)
            self.assertNotIn(debt.move_id.name, str(caught.exception))
        fields = {"move_line_id": {}, "document_name": {}, "residual": {}}
        self.env.invalidate_all()
        told = voucher.line_ids.onchange({"move_line_id": debt.id}, ["move_line_id"], fields)
        self.assertEqual(told["value"], {"move_line_id": False})

    def test_VC14_other_branch_does_not_see_the_voucher(self):
        voucher = self._mixed(self.west)
        self.env.invalidate_all()
        self.assertFalse(self._as("east", self.env["adjustment.voucher"]).search([]))
        with self.assertRaises(AccessError):
            self._as("east", voucher).read(["name"])
