"""Customers of one group: S4.27, S4.59, VC11, VC15."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import VoucherCommon


class GroupCommon(VoucherCommon):
    """A holding with two daughters, the second with receivables of its own account, and a stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holding = cls.env["res.partner"].create({"name": "Holding", "is_company": True})
        cls.north, cls.south = cls.env["res.partner"].create(
            [{"name": name, "is_company": True, "parent_id": cls.holding.id} for name in ("North", "South")]
        )
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.north.id})
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger", "is_company": True})
        cls.receivable_south = cls.receivable.copy({"name": "Receivable South", "code": "RECSO"})
        cls.south.property_account_receivable_id = cls.receivable_south
        cls.clerk = cls._user("av-clerk", "account.group_account_invoice")
        cls.approver = cls._user("av-approver", "adjustment_voucher.group_adjustment_approver")

    def _as(self, user, record):
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def _open_balance(self, partner, account=None):
        """What stands open at a partner, in company currency."""
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_id.account_type", "in", ("asset_receivable", "liability_payable")),
                ("parent_state", "=", "posted"),
                *([("account_id", "=", account.id)] if account else []),
            ]
        )
        return self.company.currency_id.round(sum(items.mapped("amount_residual")))

    def _assert_closed_by_themselves(self, move):
        """S4.27: for each partner and account the entry moves no more than the items of that partner and account."""
        for leg in move.line_ids.filtered(lambda one: one.adjustment_leg == "item"):
            self.assertEqual((leg.partner_id, leg.account_id), (leg.adjustment_item_id.partner_id,
                                                                leg.adjustment_item_id.account_id))  # fmt: skip
            self.assertTrue(leg.reconciled)


@tagged("post_install", "-at_install")
class TestGroupCustomers(GroupCommon):
    def test_S4_27_credit_of_one_on_debit_of_another(self):
        credit = self._item(-100, partner=self.north)
        debit = self._item(130, partner=self.south, account=self.receivable_south)
        before = self._image(credit | debit)
        voucher = self._voucher([(credit, 100), (debit, 100)], partner_id=self.north.id, hierarchy="group")
        self._as(self.clerk, voucher).action_authorize()
        self._assert_closed_by_themselves(voucher.move_id)
        self.assertRecordValues(
            voucher.move_id.line_ids.sorted("balance"),
            [
                {"partner_id": self.south.id, "account_id": self.receivable_south.id, "balance": -100},
                {"partner_id": self.north.id, "account_id": self.receivable.id, "balance": 100},
            ],
        )
        self.assertEqual((self._open_balance(self.north), self._open_balance(self.south)), (0, 30))
        self._as(self.approver, voucher).action_reverse(None, "wrong daughter")
        self.assertEqual(self._image(credit | debit), before)

    def test_S4_27_hierarchy_says_what_is_loaded(self):
        items = {partner: self._item(10, partner=partner) for partner in (self.holding, self.north, self.contact)}
        self._item(10, partner=self.stranger)
        expected = {
            (self.north, "local"): {self.north, self.contact},
            (self.north, "child"): {self.north, self.contact},
            (self.north, "group"): {self.holding, self.north, self.contact},
            (self.holding, "local"): {self.holding},
            (self.holding, "child"): {self.holding, self.north, self.contact},
            (self.contact, "local"): {self.north, self.contact},
        }
        for (partner, hierarchy), owners in expected.items():
            voucher = self._voucher(partner_id=partner.id, hierarchy=hierarchy)
            voucher.action_load_items()
            self.assertEqual(set(voucher.line_ids.move_line_id), {items[owner] for owner in owners},
                             (partner.name, hierarchy))  # fmt: skip

    def test_S4_27_contacts_of_one_company_match_directly(self):
        credit, debit = self._item(-100, partner=self.contact), self._item(100, partner=self.north)
        voucher = self._voucher([(credit, 100), (debit, 100)], partner_id=self.north.id)
        voucher.action_authorize()
        self.assertFalse(voucher.move_id)
        self.assertTrue(credit.reconciled and debit.reconciled)

    def test_S4_27_in_two_currencies_each_closes_at_its_own_value(self):
        eur = self._currency("EUR", _2024_01_01=1 / 1.2)
        credit = self._item(-100, currency=eur, value=-125, partner=self.north)
        debit = self._item(100, currency=eur, value=120, partner=self.south, account=self.receivable_south)
        voucher = self._voucher(
            [(credit, 100), (debit, 100)], partner_id=self.holding.id, hierarchy="child", currency_id=eur.id
        )
        voucher.action_authorize()
        self._assert_closed_by_themselves(voucher.move_id)
        self.assertEqual(self._balance(voucher, self.gain), -5)
        self.assertEqual((self._open_balance(self.north), self._open_balance(self.south)), (0, 0))

    def test_VC11_outside_the_tree_is_refused_by_name(self):
        credit, debit = self._item(-100, partner=self.north), self._item(100, partner=self.stranger)
        for hierarchy in ("local", "child", "group"):
            voucher = self._voucher([(credit, 100), (debit, 100)], partner_id=self.north.id, hierarchy=hierarchy)
            with self.assertRaisesRegex(
                UserError, r"^To apply .* of Stranger in a voucher of North, choose the hierar"
            ):
                voucher.action_authorize()
            self.assertEqual((voucher.state, credit.amount_residual), ("draft", -100))

    def test_VC11_sister_needs_the_group(self):
        credit, debit = self._item(-100, partner=self.north), self._item(100, partner=self.south)
        voucher = self._voucher([(credit, 100), (debit, 100)], partner_id=self.north.id, hierarchy="child")
        with self.assertRaisesRegex(UserError, "of South in a voucher of North"):
            voucher.action_authorize()

    def test_VC15_moved_to_another_group_while_draft(self):
        credit, debit = self._item(-100, partner=self.north), self._item(100, partner=self.south)
        voucher = self._voucher([(credit, 100), (debit, 100)], partner_id=self.north.id, hierarchy="group")
        self.south.parent_id = self.stranger
        with self.assertRaisesRegex(UserError, "of South in a voucher of North"):
            voucher.action_authorize()
        self.south.parent_id = self.holding
        voucher.action_authorize()
        self.assertEqual(voucher.state, "authorized")

    def test_VC15_archived_is_told_and_allowed(self):
        credit, debit = self._item(-100, partner=self.north), self._item(100, partner=self.north)
        voucher = self._voucher([(credit, 100)], partner_id=self.north.id)
        self.assertFalse(voucher.partner_notice)
        self.contact.active = self.north.active = False
        self.assertIn("North is archived", voucher.partner_notice)
        voucher.action_load_items()
        self._line(voucher, debit).amount = 100
        voucher.action_authorize()
        self.assertEqual((voucher.state, voucher.partner_notice), ("authorized", False))

    def test_VC15_merged_is_followed(self):
        double = self.env["res.partner"].create({"name": "North Ltd", "is_company": True})
        credit, debit = self._item(-100, partner=double), self._item(100, partner=double)
        voucher = self._voucher([(credit, 100), (debit, 100)], partner_id=double.id, transfer_partner_id=double.id)
        self.env["base.partner.merge.automatic.wizard"]._merge([double.id, self.stranger.id], self.stranger)
        self.env.invalidate_all()
        self.assertEqual((voucher.partner_id, voucher.transfer_partner_id), (self.stranger, self.stranger))
        voucher.transfer_partner_id = False
        voucher.action_authorize()
        self.assertEqual((voucher.state, credit.partner_id, credit.reconciled), ("authorized", self.stranger, True))


@tagged("post_install", "-at_install")
class TestBalanceTransfer(GroupCommon):
    def _transfer(self, lines, **vals):
        return self._voucher(
            lines,
            **{"partner_id": self.north.id, "transfer_partner_id": self.south.id, "memo": "daughter pays", **vals},
        )

    def _moved(self, voucher):
        return voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "transfer")

    def test_S4_59_credit_moves_whole_and_is_used_at_the_target(self):
        credit = self._item(-100, partner=self.north, due="2024-06-30")
        debit = self._item(60, partner=self.south, account=self.receivable_south)
        before = self._image(credit)
        voucher = self._transfer([(credit, 100)])
        self._as(self.approver, voucher).action_authorize()
        moved = self._moved(voucher)
        self.assertRecordValues(
            voucher.move_id.line_ids.sorted("balance"),
            [
                {"partner_id": self.south.id, "account_id": self.receivable_south.id, "balance": -100},
                {"partner_id": self.north.id, "account_id": self.receivable.id, "balance": 100},
            ],
        )
        self.assertEqual((moved.amount_residual, str(moved.date_maturity)), (-100, "2024-06-30"))
        self.assertEqual((self._open_balance(self.north), self._open_balance(self.south)), (0, -40))
        used = self._voucher(partner_id=self.south.id)
        used.action_load_items()
        self.assertEqual(used.line_ids.move_line_id, moved | debit)
        used.action_allocate()
        used.action_authorize()
        self.assertEqual((moved.amount_residual, debit.amount_residual), (-40, 0))
        with self.assertRaisesRegex(UserError, f"^To reverse {voucher.name}, take back {used.name} first"):
            voucher.action_reverse(None, "wrong customer")
        self.assertEqual((voucher.state, credit.reconciled), ("authorized", True))
        used.action_reverse(None, "first this")
        voucher.action_reverse(None, "then that")
        self.assertEqual(self._image(credit), before)
        self.assertEqual((self._open_balance(self.north), self._open_balance(self.south)), (-100, 60))

    def test_S4_59_debit_moves_in_part(self):
        invoice = self._open_line(self._invoice(100, partner=self.north))
        voucher = self._transfer([(invoice, 30)])
        voucher.action_authorize()
        self.assertEqual((invoice.amount_residual, invoice.move_id.payment_state), (70, "partial"))
        self.assertEqual((self._moved(voucher).amount_residual, self._moved(voucher).account_id),
                         (30, self.receivable_south))  # fmt: skip
        voucher.action_reverse(None, "back")
        self.assertEqual((invoice.amount_residual, invoice.move_id.payment_state), (100, "not_paid"))

    def test_S4_59_several_currencies_at_their_own_values(self):
        eur = self._currency("EUR", _2024_01_01=1 / 1.2)
        cad = self._currency("CAD", _2024_01_01=1 / 0.7)
        items = [
            self._item(-100, currency=eur, value=-123.45, partner=self.north),
            self._item(-50, currency=cad, value=-35.01, partner=self.north),
            self._item(-10, partner=self.contact),
        ]
        voucher = self._transfer([(item, abs(item.amount_currency)) for item in items], kind="multi")
        voucher.action_authorize()
        moved = self._moved(voucher)
        self.assertEqual(sorted(moved.mapped("balance")), [-123.45, -35.01, -10])
        self.assertEqual(sorted(moved.mapped("amount_currency")), [-100, -50, -10])
        self.assertEqual((voucher.exchange_amount, voucher.difference), (0, 0))
        self.assertEqual(self._open_balance(self.north), 0)
        self.assertEqual(len(voucher.allocation_ids), 3)

    def test_S4_59_deposit_account_stays(self):
        """Per account type: what stands on an account of its own keeps it at the target."""
        deposits = self.receivable.copy({"name": "Deposits", "code": "DEPOS"})
        credit = self._item(-100, partner=self.north, account=deposits)
        voucher = self._transfer([(credit, 100)])
        voucher.action_authorize()
        self.assertEqual((self._moved(voucher).account_id, self._moved(voucher).partner_id), (deposits, self.south))

    def test_S4_59_loads_the_giving_side_only(self):
        mine, theirs = self._item(-100, partner=self.north), self._item(-50, partner=self.south)
        voucher = self._transfer([], hierarchy="group")
        voucher.action_load_items()
        self.assertEqual(voucher.line_ids.move_line_id, mine)
        self.assertNotIn(theirs, voucher.line_ids.move_line_id)

    def test_S4_59_only_approvers_transfer(self):
        credit = self._item(-100, partner=self.north)
        voucher = self._transfer([(credit, 100)])
        with self.assertRaisesRegex(AccessError, "^To transfer a balance to South, ask a voucher approver"):
            self._as(self.clerk, voucher).action_authorize()
        self.assertEqual((voucher.state, credit.amount_residual), ("draft", -100))
        self._as(self.approver, voucher).action_authorize()
        self.assertEqual(voucher.authorized_by_id, self.approver)

    def test_S4_59_refusals_say_what_to_do(self):
        credit = self._item(-100, partner=self.north)
        debit = self._item(100, partner=self.north)
        cases = [
            ([(credit, 100)], {"memo": False}, "^To transfer a balance to South, give the reason"),
            (
                [(credit, 100)],
                {"transfer_partner_id": self.stranger.id},
                "choose a customer of its group: Stranger is not",
            ),
            ([(credit, 100)], {"transfer_partner_id": self.contact.id}, "choose another customer than North"),
            ([(credit, 100), (debit, 100)], {}, "take credits only or debits only"),
        ]
        for lines, vals, sentence in cases:
            with self.assertRaisesRegex(UserError, sentence):
                self._transfer(lines, **vals).action_authorize()
        self.receivable_south.active = False
        with self.assertRaisesRegex(UserError, "give South a receivable and a payable account that are in use"):
            self._transfer([(credit, 100)]).action_authorize()

    def test_S4_59_told_in_both_documents(self):
        invoice = self._invoice(100, partner=self.north)
        voucher = self._transfer([(self._open_line(invoice), 100)])
        voucher.action_authorize()
        self.assertIn("Transferred to South by voucher", invoice.message_ids[0].body)
        self.assertIn("Transferred from", voucher.move_id.message_ids[0].body)
        self.assertIn(invoice.name, voucher.move_id.message_ids[0].body)

    def test_worthless_line_is_refused(self):
        """A rate so small that nothing is paid would close an item by nothing: neither side gives anything."""
        jpy = self._currency("JPY", _2024_01_01=150)
        credit = self._item(-1000, currency=jpy, value=-6.67, partner=self.north)
        voucher = self._voucher([(credit, 1000, {"rate": 0.000001})], partner_id=self.north.id, kind="multi")
        with self.assertRaisesRegex(UserError, "raise its rate or its amount: it is worth nothing"):
            voucher.action_authorize()

    def test_x2many_command_is_no_way_round(self):
        """Written by RPC after authorization nothing changes where the balance went."""
        voucher = self._transfer([(self._item(-100, partner=self.north), 100)])
        voucher.action_authorize()
        with self.assertRaises(UserError):
            voucher.write({"transfer_partner_id": self.stranger.id, "line_ids": [Command.clear()]})
