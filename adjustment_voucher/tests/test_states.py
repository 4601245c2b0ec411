"""Draft, returned, authorized, reversed: which steps there are, who may take them, what stays behind (S4.41-S4.45)."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .proof import APPROVER, BILLING, MANAGER, ProofCase


@tagged("post_install", "-at_install")
class TestStates(ProofCase):
    def _in_state(self, state):
        voucher = self._ready()
        if state == "returned":
            voucher.action_return("Wrong")
        if state in ("authorized", "reversed"):
            voucher.action_authorize()
        if state == "reversed":
            voucher.action_reverse(None, "Wrong")
        self.assertEqual(voucher.state, state)
        return voucher

    def test_V6_the_edges_and_no_other(self):
        steps = {
            "authorize": lambda voucher: voucher.action_authorize(),
            "return": lambda voucher: voucher.action_return("Wrong amounts"),
            "draft": lambda voucher: voucher.action_draft(),
            "reverse": lambda voucher: voucher.action_reverse(None, "Wrong"),
        }
        expected = {
            ("draft", "authorize"): "authorized",
            ("draft", "return"): "returned",
            ("draft", "draft"): "draft",  # already there
            ("returned", "draft"): "draft",
            ("authorized", "authorize"): "authorized",  # VC26: already done
            ("authorized", "reverse"): "reversed",
            ("reversed", "reverse"): "reversed",  # VC27: already done
        }
        for state in ("draft", "returned", "authorized", "reversed"):
            for name, step in steps.items():
                with self.subTest(state=state, step=name):
                    voucher = self._in_state(state)
                    if (state, name) in expected:
                        step(voucher)
                        self.assertEqual(voucher.state, expected[state, name])
                    else:
                        with self.assertRefused("To "):
                            step(voucher)
                        self.assertEqual(voucher.state, state)

    def test_V7_who_and_when_are_set_by_the_step_alone(self):
        draft, returned = self._in_state("draft"), self._in_state("returned")
        authorized, reversed_one = self._in_state("authorized"), self._in_state("reversed")
        for voucher, names in (
            (draft, ()),
            (returned, ("returned_by_id", "return_reason")),
            (authorized, ("authorized_by_id", "authorized_on")),
            (reversed_one, ("authorized_by_id", "authorized_on", "reversed_by_id", "reversed_on", "reversal_reason")),
        ):
            every = ("returned_by_id", "return_reason", "authorized_by_id", "authorized_on", "reversed_by_id",
                     "reversed_on", "reversal_reason")  # fmt: skip
            self.assertEqual({name for name in every if voucher[name]}, set(names), voucher.state)

    def test_return_needs_a_reason(self):
        voucher = self._ready()
        for reason in (None, False, "", "   "):
            with self.subTest(reason=reason), self.assertRefused("say what is to be changed"):
                voucher.action_return(reason)
        voucher.action_return("  Take the newer invoice ")
        self.assertEqual((voucher.state, voucher.return_reason), ("returned", "Take the newer invoice"))
        self.assertEqual(voucher.returned_by_id, self.env.user)
        voucher.action_draft()
        voucher.action_authorize()
        self.assertEqual(voucher.state, "authorized")

    def test_create_and_authorize_in_one_step(self):
        self.company.adjustment_authorize_by = "billing"
        debit, credit = self._pair()
        voucher = self._as(self.billing, self.env["adjustment.voucher"]).create(
            {
                "partner_id": self.customer.id,
                "date": "2024-03-31",
                "line_ids": [Command.create({"move_line_id": item.id, "amount": 100}) for item in (debit, credit)],
            }
        )
        voucher.action_authorize()
        self.assertEqual((voucher.state, voucher.authorized_by_id), ("authorized", self.billing))
        self.assertTrue(debit.reconciled and credit.reconciled)

    # ------------------------------------------------------------------ numbers

    def test_V10_number_comes_with_the_authorization(self):
        first, second, dropped = self._ready(), self._ready(), self._ready()
        self.assertEqual([first.name, second.name, dropped.name], [False] * 3)
        dropped.unlink()
        second.action_authorize()
        first.action_authorize()
        numbers = [int(voucher.name.rpartition("/")[2]) for voucher in (second, first)]
        self.assertEqual(numbers[1], numbers[0] + 1)
        self.assertRegex(first.name, r"^AV/2024/\d{5}$")

    def test_V10_a_reversed_number_is_not_used_again(self):
        first = self._authorized()
        first.action_reverse(None, "Wrong")
        second = self._authorized()
        self.assertNotEqual(first.name, second.name)
        with mute_logger("odoo.sql_db"), self.assertRefused("adjustment_voucher_number", kinds=(IntegrityError,)):
            self._ready().name = first.name

    def test_V10_a_number_that_was_typed_is_kept(self):
        voucher = self._ready(name="MINE-1")
        voucher.action_authorize()
        self.assertEqual(voucher.name, "MINE-1")
        with self.assertRefused("stays as it is"):
            voucher.name = "MINE-2"

    def test_V10_a_typed_number_of_the_sequence_is_passed_over(self):
        first = self._authorized()
        prefix, _slash, number = first.name.rpartition("/")
        taken = [self._ready(name=f"{prefix}/{int(number) + step:05d}") for step in (1, 2)]
        following = self._authorized()
        self.assertEqual(following.name, f"{prefix}/{int(number) + 3:05d}")
        self.assertEqual(len({*(voucher.name for voucher in taken), first.name, following.name}), 4)

    def test_V10_sequence_of_its_own_per_company_with_its_prefix(self):
        other = self._create_company(name="Other Books")
        own = self.env["adjustment.voucher"].create({"partner_id": self.customer.id, "company_id": self.company.id})
        theirs = self.env["adjustment.voucher"].create({"partner_id": self.customer.id, "company_id": other.id})
        sequences = own._get_sequence() | theirs._get_sequence()
        self.assertEqual(len(sequences), 2)
        self.assertEqual(theirs._get_sequence().company_id, other)
        own._get_sequence().prefix = "APPLY-%(year)s-"
        voucher = self._authorized()
        self.assertRegex(voucher.name, r"^APPLY-\d{4}-\d{5}$")

    # ------------------------------------------------------------------ dates

    def test_S4_44_date_is_needed_and_not_in_the_future(self):
        voucher = self._ready()
        tomorrow = fields.Date.context_today(voucher) + timedelta(days=1)
        with self.assertRefused("give a date up to today"):
            voucher.date = tomorrow
        with self.assertRefused("give a date"):
            voucher.date = False
        with self.assertRefused("give a date"):
            self._voucher(day=False)
        for date in ("2026-02-30", "0001-01-01", "9999-12-31", "soon", 5, ["2024-01-01"]):
            with self.subTest(str(date)), self.assertRefused("give a date"):
                voucher.write({"date": date})

    def test_VC22_date_before_an_item(self):
        debit, credit = self._pair(day="2024-02-10")
        voucher = self._voucher([(credit, 100), (debit, 100)], day="2024-02-09")
        with self.assertRefused("date it 2024-02-10 or later"):
            voucher.action_authorize()
        voucher.date = "2024-02-10"
        voucher.action_authorize()
        self.assertEqual(voucher.state, "authorized")

    # ------------------------------------------------------------------ delete, change, copy

    def test_drafts_are_deleted_by_their_maker_or_an_approver(self):
        colleague = self._user("proof_colleague", BILLING)
        debit, credit = self._pair()
        draft = self._as(self.billing, self.env["adjustment.voucher"]).create(
            {"partner_id": self.customer.id, "date": "2024-03-31",
             "line_ids": [Command.create({"move_line_id": debit.id, "amount": 1})]}
        )  # fmt: skip
        with self.assertRefused("ask proof_billing", kinds=(AccessError,)):
            self._as(colleague, draft).unlink()
        other = draft.copy()
        self._as(self.approver, draft).unlink()
        self._as(self.billing, other).unlink()
        self.assertFalse((draft | other).exists())

    def test_S4_41_VC32_authorized_is_neither_changed_nor_deleted(self):
        for state in ("authorized", "reversed"):
            voucher = self._in_state(state)
            line = voucher.line_ids[0]
            for name, change in {
                "delete": lambda one=voucher: one.unlink(),
                "memo": lambda one=voucher: one.write({"memo": "other"}),
                "date": lambda one=voucher: one.write({"date": "2024-04-01"}),
                "partner": lambda one=voucher: one.write({"partner_id": one.partner_id.copy().id}),
                "lines": lambda one=voucher: one.write({"line_ids": [Command.clear()]}),
                "amount": lambda one=line: one.write({"amount": 1}),
                "amount through the voucher": lambda one=voucher, row=line: one.write(
                    {"line_ids": [Command.update(row.id, {"amount": 1})]}
                ),
                "delete a line": lambda one=line: one.unlink(),
                "another line": lambda one=voucher: self.env["adjustment.voucher.line"].create(
                    {"voucher_id": one.id, "move_line_id": self._item(5).id}
                ),
                "load": lambda one=voucher: one.action_load_items(),
                "propose": lambda one=voucher: one.action_allocate(),
            }.items():
                with self.subTest(state=state, change=name), self.assertRefused("To "):
                    change()

    def test_VC33_protected_values_by_no_path(self):
        voucher, entry = self._ready(), self._item(5).move_id
        values = {
            "state": "authorized",
            "move_id": entry.id,
            "authorized_by_id": self.env.uid,
            "authorized_on": "2024-01-01 00:00:00",
            "plan": [[1, 2, 3]],
            "version": 99,
            "exchange_amount": 5,
            "reversal_move_id": entry.id,
            "return_reason": "x",
        }
        for name, value in values.items():
            for user in (self.env.user, self.approver):
                with self.subTest(name, user=user.login):
                    with self.assertRefused("use the buttons", kinds=(AccessError,)):
                        self._as(user, voucher).write({name: value})
                    with self.assertRefused("use the buttons", kinds=(AccessError,)):
                        self._as(user, voucher).create({"partner_id": self.customer.id, name: value})
        made = voucher.with_context(default_state="authorized", default_version=9, default_move_id=entry.id).create(
            {"partner_id": self.customer.id}
        )
        self.assertEqual((made.state, made.version, made.move_id.id), ("draft", 0, False))
        with self.assertRefused("use the buttons", kinds=(AccessError,)):
            voucher.line_ids[0].write({"residual_before": 5})

    def test_VC32_copy_has_no_state_links_number_or_dates(self):
        voucher = self._authorized(memo="Why", name="OWN-7")
        twin = voucher.copy()
        self.assertEqual((twin.state, twin.name, twin.memo), ("draft", False, "Why"))
        self.assertEqual(twin.date, fields.Date.context_today(twin))
        for name in ("line_ids", "allocation_ids", "move_id", "authorized_by_id", "authorized_on", "plan", "version"):
            self.assertFalse(twin[name], name)
        self.assertEqual((twin.partner_id, twin.company_id), (voucher.partner_id, voucher.company_id))

    # ------------------------------------------------------------------ idempotence

    def test_VC26_authorize_twice_books_once(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        debit, credit = self._item(100, currency=cad, value=50), self._item(-100, currency=cad, value=-48)
        voucher = self._voucher([(credit, 100), (debit, 100)], currency_id=cad.id)
        voucher.action_authorize()
        before = (voucher.move_id, voucher.name, voucher.authorized_on, self._ledger())
        self.assertTrue(voucher.move_id)
        self.assertIs(voucher.action_authorize(), True)
        self.assertEqual((voucher.move_id, voucher.name, voucher.authorized_on, self._ledger()), before)

    def test_VC27_reverse_twice_books_once(self):
        voucher = self._authorized()
        voucher.action_reverse(None, "Wrong")
        before = self._ledger()
        voucher.action_reverse("2024-05-01", "Wrong again")
        self.assertEqual(self._ledger(), before)
        self.assertEqual(voucher.reversal_reason, "Wrong")

    def test_VC17_nothing_or_the_same_twice(self):
        vouchers = self.env["adjustment.voucher"]
        for name, arguments in (("authorize", ()), ("reverse", (None, "x"))):
            with self.assertRefused("choose at least one voucher"):
                getattr(vouchers, f"action_{name}")(*arguments)
        voucher = self._ready()
        vouchers.browse([voucher.id, voucher.id]).action_authorize()
        self.assertEqual(len(voucher.allocation_ids), 1)

    # ------------------------------------------------------------------ who

    def test_four_eyes_from_a_value_on(self):
        self.company.adjustment_four_eyes = True
        self.company.adjustment_four_eyes_amount = 100
        mine = self._as(self.approver, self._made_by(self.approver, 100))
        with self.assertRefused("ask a colleague"):
            mine.action_authorize()
        small = self._as(self.approver, self._made_by(self.approver, 99.99))
        small.action_authorize()
        self._as(self._user("proof_second", APPROVER), mine).action_authorize()
        self.assertEqual({mine.state, small.state}, {"authorized"})
        self.company.adjustment_four_eyes_amount = 0
        with self.assertRefused("ask a colleague"):
            self._as(self.approver, self._made_by(self.approver, 0.01)).action_authorize()

    def _made_by(self, user, amount):
        debit, credit = self._pair(amount, amount)
        lines = [Command.create({"move_line_id": item.id, "amount": amount}) for item in (debit, credit)]
        return self._as(user, self.env["adjustment.voucher"]).create(
            {"partner_id": self.customer.id, "date": "2024-03-31", "line_ids": lines}
        )

    def test_amount_limit_of_the_approver(self):
        self.approver.adjustment_limit = 100
        self._as(self.approver, self._ready(100)).action_authorize()
        with self.assertRefused("higher limit"):
            self._as(self.approver, self._ready(100.01)).action_authorize()

    def test_VC35_approver_loses_the_right_while_the_form_is_open(self):
        self.company.adjustment_authorize_by = "approver"
        voucher = self._as(self.approver, self._ready())
        voucher.read(["state", "line_ids"])
        self.approver.group_ids -= self.env.ref(APPROVER)
        with self.assertRefused("not allowed", kinds=(AccessError,)):
            voucher.action_authorize()
        self.approver.group_ids |= self.env.ref(BILLING)
        with self.assertRefused("ask an administrator", kinds=(AccessError,)):
            voucher.action_authorize()
        self.approver.group_ids |= self.env.ref(APPROVER)
        self.approver.action_archive()
        with self.assertRefused("ask", kinds=(AccessError,)):
            voucher.action_authorize()

    def test_authorize_by_as_the_company_says(self):
        self.company.adjustment_authorize_by = "billing"
        self._as(self.billing, self._ready()).action_authorize()
        self.company.adjustment_authorize_by = "approver"
        with self.assertRefused("ask an administrator", kinds=(AccessError,)):
            self._as(self.billing, self._ready()).action_authorize()
        self._as(self.approver, self._ready()).action_authorize()

    def test_reversing_is_for_approvers(self):
        voucher = self._authorized()
        with self.assertRefused("Voucher Approver", kinds=(AccessError,)):
            self._as(self.billing, voucher).action_reverse(None, "x")
        self._as(self.approver, voucher).action_reverse(None, "x")
        self.assertEqual(voucher.reversed_by_id, self.approver)

    def test_S4_43_each_step_stands_in_the_chatter(self):
        self.env.flush_all()
        debit, credit = self._pair()
        voucher = self._voucher([(credit, 100), (debit, 100)], memo="Mail of 3 March").with_context(
            tracking_disable=False, mail_notrack=False
        )
        self._flush_tracking()
        for step in (
            lambda one: one.action_return("Date is wrong"),
            lambda one: one.action_draft(),
            lambda one: one.action_authorize(),
            lambda one: one.action_reverse(None, "Customer disagrees"),
        ):
            step(voucher.with_user(self.approver))
            self._flush_tracking()
        voucher.invalidate_recordset()
        tracked = voucher.message_ids.sudo().tracking_value_ids.sorted("id")
        states = [value.new_value_char for value in tracked if value.field_id.name == "state"]
        self.assertEqual(states, ["Returned", "Draft", "Authorized", "Reversed"])
        messages = tracked.filtered(lambda value: value.field_id.name == "state").mail_message_id
        self.assertEqual(messages.author_id, self.approver.partner_id)
        said = " ".join(
            [value.new_value_char or "" for value in tracked] + [str(one.body) for one in voucher.message_ids]
        )
        for reason in ("Date is wrong", "Customer disagrees"):
            self.assertIn(reason, said)
        for document in (debit.move_id, credit.move_id):
            bodies = " ".join(str(message.body) for message in document.message_ids)
            self.assertIn("Applied by voucher", bodies)
            self.assertIn("Customer disagrees", bodies)

    def _flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_S4_45_manager_is_an_approver(self):
        manager = self._user("proof_manager", MANAGER)
        self._as(manager, self._ready()).action_authorize()
        self.assertRaises(ValidationError, self._voucher, day="2999-01-01")
        self.assertRaises(UserError, self._as(manager, self._ready()).action_return)

    def test_S4_30_kind_and_currency_follow_the_items_they_are_made_with(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        receipt, invoice = self._item(-100, currency=cad, value=-50), self._item(100, currency=cad, value=50)
        plain = self._item(30)
        single = self._voucher([(receipt, 60), (invoice, 60)])
        self.assertEqual((single.kind, single.currency_id), ("single", cad))
        several = self._voucher([(receipt, 60), (plain, 30)])
        self.assertEqual((several.kind, several.currency_id), ("multi", self.company.currency_id))
        chosen = self._voucher([(receipt, 60), (plain, 30)], kind="single")
        self.assertRaisesRegex(UserError, "choose «Multi currency»", chosen.action_authorize)
        several.action_authorize()
        single.line_ids.amount = 40
        single.action_authorize()
        self.assertTrue(receipt.reconciled)
