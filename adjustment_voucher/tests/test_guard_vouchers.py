"""No path sets what a voucher's own steps set: fields, lines, applications, links; each role (VC31 to VC34)."""

from odoo import Command
from odoo.tests import tagged

from .guard import GuardCase


@tagged("post_install", "-at_install")
class TestVoucherIntegrity(GuardCase):
    """VC31 to VC34, A3: no path sets what a voucher's own steps set, for no role."""

    def setUp(self):
        super().setUp()
        self.debit, self.credit = self._item(100), self._item(-100)
        self.draft = self._voucher([(self.credit, 60), (self.debit, 60)])
        self.done = self._voucher([(self.credit, 40), (self.debit, 40)])
        self.done.action_authorize()
        self.entry = self._item(1).move_id

    def _everybody(self):
        return {**self.users, "stranger": self.stranger}.items()

    def test_VC33_steps_of_a_draft(self):
        for role, user in self._everybody():
            for vals in (
                {"state": "authorized"},
                {"state": "reversed"},
                {"move_id": self.entry.id},
                {"authorized_by_id": user.id},
                {"reversal_move_id": self.entry.id},
                {"company_amount": 1.0},
                {"version": 0},
                {"plan": [[1, 2, 3]]},
                {"allocation_ids": [Command.clear()]},
            ):
                with self.subTest(role=role, vals=vals), self._denied():
                    self._by(user, self.draft).write(vals)
        self.assertEqual((self.draft.state, self.draft.move_id.id), ("draft", False))

    def test_VC33_an_authorized_voucher(self):
        line = self.done.line_ids[0]
        for role, user in self._everybody():
            done = self._by(user, self.done)
            for vals in (
                {"memo": "x"},
                {"date": "2024-02-02"},
                {"name": "AV/1"},
                {"partner_id": self.env.user.partner_id.id},
                {"line_ids": [Command.update(line.id, {"amount": 1})]},
                {"line_ids": [Command.delete(line.id)]},
                {"line_ids": [Command.clear()]},
                {"line_ids": [Command.create({"move_line_id": self._item(9).id, "amount": 9})]},
                {"credit_line_ids": [Command.update(line.id, {"amount": 1})]},
                {"analytic_distribution": {}},
            ):
                with self.subTest(role=role, vals=vals), self._refused(""):
                    done.write(vals)
            with self.subTest(role=role), self._refused(""):
                done.unlink()
            for vals in ({"amount": 1}, {"write_off_amount": 1}, {"voucher_id": self.draft.id}, {"residual_before": 0}):
                with self.subTest(role=role, vals=vals), self._refused(""):
                    self._by(user, line).write(vals)
            with self.subTest(role=role), self._refused(""):
                self._by(user, line).unlink()
        self.assertEqual((self.done.state, self.done.line_ids.mapped("amount")), ("authorized", [40, 40]))

    def test_VC33_lines_through_the_item(self):
        line = self.done.line_ids[0]
        item = self._by(self.manager, line.move_line_id)
        for command in (Command.update(line.id, {"amount": 1}), Command.delete(line.id), Command.unlink(line.id)):
            with self.subTest(command=command), self._refused(""):
                item.write({"adjustment_line_ids": [command]})

    def test_VC33_created_as_authorized(self):
        vals = {"partner_id": self.customer.id, "date": "2024-03-31"}
        for role in ("billing", "manager"):
            vouchers = self._by(self.users[role], self.env["adjustment.voucher"])
            with self.subTest(role=role), self._denied():
                vouchers.create({**vals, "state": "authorized"})
            made = vouchers.with_context(
                default_state="authorized", default_move_id=self.entry.id, default_authorized_by_id=self.users[role].id
            ).create(vals)
            self.assertEqual((made.state, made.move_id.id, made.authorized_by_id.id), ("draft", False, False))
            found = vouchers.load(
                ["partner_id/.id", "date", "state"], [[str(self.customer.id), "2024-03-31", "authorized"]]
            )
            self.assertFalse(found["ids"])

    def test_VC33_allocations(self):
        row = self.done.allocation_ids[0]
        for role, user in self._everybody():
            mine = self._by(user, row)
            for call in (
                lambda mine=mine: mine.write({"amount": 1}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.create({"voucher_id": self.draft.id, "credit_move_line_id": self.credit.id}),
            ):
                with self.subTest(role=role), self._denied():
                    call()

    def test_VC33_links_of_entries_and_items(self):
        for role, user in self._everybody():
            for vals in (
                {"adjustment_voucher_id": self.done.id},
                {"adjustment_charge_voucher_id": self.done.id},
                {"adjustment_charge_until": "2030-01-01"},
            ):
                with self.subTest(role=role, vals=vals), self._denied():
                    self._by(user, self.entry).write(vals)
            for vals in ({"adjustment_leg": "item"}, {"adjustment_item_id": self.debit.id}):
                with self.subTest(role=role, vals=vals), self._denied():
                    self._by(user, self.entry.line_ids[0]).write(vals)
        moves = self._by(self.manager, self.env["account.move"])
        with self._denied():
            moves.create({"move_type": "entry", "adjustment_voucher_id": self.done.id})
        lines = [Command.create({"account_id": self.income.id, "balance": value}) for value in (5, -5)]
        made = moves.with_context(default_adjustment_voucher_id=self.done.id, default_adjustment_leg="item").create(
            {"move_type": "entry", "date": "2024-01-31", "line_ids": lines}
        )
        self.assertFalse(made.adjustment_voucher_id or any(made.line_ids.mapped("adjustment_leg")))

    def test_VC32_delete_and_copy(self):
        for role in ("billing", "manager"):
            with self.subTest(role=role), self._refused("^To delete"):
                self._by(self.users[role], self.done).unlink()
        copy = self._by(self.billing, self.done).copy()
        self.assertEqual((copy.state, copy.name), ("draft", False))
        self.assertFalse(
            copy.line_ids or copy.allocation_ids or copy.move_id or copy.authorized_by_id or copy.company_amount
        )
        self.assertEqual(copy.create_uid, self.billing)

    def test_VC34_author(self):
        for vals in ({"create_uid": self.manager.id}, {"write_uid": self.manager.id}):
            made = self._by(self.billing, self.env["adjustment.voucher"]).create(
                {"partner_id": self.customer.id, "date": "2024-03-31", **vals}
            )
            self.assertEqual(made.create_uid, self.billing)
        self._by(self.billing, self.draft).write({"create_uid": self.manager.id})
        self.assertEqual(self.draft.create_uid, self.env.user)

    def test_VC34_company(self):
        with self._refused(""):
            self._by(self.billing, self.env["adjustment.voucher"]).create(
                {"partner_id": self.customer.id, "date": "2024-03-31", "company_id": self.stranger_company.id}
            )
        with self._refused(""):
            self._by(self.billing, self.draft).write({"company_id": self.stranger_company.id})

    def test_A3_own_limits(self):
        for name in ("adjustment_limit", "adjustment_write_off_limit"):
            with self.subTest(name=name), self._denied():
                self._by(self.billing, self.billing).write({name: 1e6})

    def test_roles_that_do_not_authorize_or_reverse(self):
        for role in ("reader", "sales", "admin"):
            with self.subTest(role=role), self._denied():
                self._by(self.users[role], self.draft).action_authorize()
            with self.subTest(role=role), self._denied():
                self._by(self.users[role], self.done).action_reverse(None, "mine")
        with self._denied():  # billing prepares and authorizes, an approver reverses
            self._by(self.billing, self.done).action_reverse(None, "mine")
        for call in (lambda one: one.action_authorize(), lambda one: one.action_reverse(None, "x")):
            with self._denied():
                call(self._by(self.stranger, self.done))
