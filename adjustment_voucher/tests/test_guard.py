"""Nobody over-applies, crosses companies or customers: matches made without Odoo's plan and without a voucher."""

import math
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..models import account_move_guard, account_move_line_guard, account_partial_reconcile
from .guard import GuardCase


@tagged("post_install", "-at_install")
class TestDirectMatches(GuardCase):
    """reliability.md 0.3: matching through the model itself."""

    def setUp(self):
        super().setUp()
        self.debit, self.credit = self._item(300), self._item(-1000)

    def _vals(self, amount, debit=None, credit=None, **vals):
        return {
            "debit_move_id": (debit or self.debit).id,
            "credit_move_id": (credit or self.credit).id,
            "amount": amount,
            "debit_amount_currency": amount,
            "credit_amount_currency": amount,
            **vals,
        }

    def _create(self, *args, user=None, **vals):
        return self._matches(user).create(self._vals(*args, **vals))

    def test_a_right_match_passes(self):
        match = self._create(300)
        self.assertFalse(match.adjustment_voucher_id)
        self.assertEqual((self.debit.amount_residual, self.credit.amount_residual), (0, -700))

    def test_RC01_more_than_is_open(self):
        before = self._image(self.debit | self.credit)
        for amount in (99999, 300.01, 1000):
            with self.subTest(amount=amount), self._refused("300.00 in all"):
                self._create(amount)
        self._create(200)
        with self._refused("use no more than is open"):
            self._create(100.01)
        with self._refused("use no more than is open"):  # also for the superuser
            self.env["account.partial.reconcile"].create(self._vals(101))
        self.assertEqual(self._image(self.debit), [(self.debit.id, 100, 100, False, before[0][4])])

    def test_RC01_more_than_is_open_in_its_own_currency(self):
        eur = self._currency("EUR", _2024_01_01=0.5)
        debit, credit = self._item(50, currency=eur, value=100), self._item(-500, currency=eur, value=-1000)
        with self._refused("50.00"):
            self._matches().create(
                {
                    **self._vals(100, debit, credit),
                    "debit_amount_currency": 60,
                    "credit_amount_currency": 60,
                }
            )

    def test_RC02_RC03_amounts_that_are_none(self):
        for amount in (-1, -0.01, math.nan, math.inf, -math.inf, "x", True, 0, [1]):
            with self.subTest(amount=amount), self._refused("give amounts that are numbers", ValidationError):
                self._create(amount)
        for name in ("amount", "debit_amount_currency", "credit_amount_currency"):
            with self.subTest(name=name), self._refused("numbers", ValidationError):
                self._matches().create({**self._vals(100), name: math.nan})

    def test_RC04_two_accounts(self):
        other = self.receivable.copy({"name": "Second", "code": "SECOND"})
        with self._refused("items of one account"):
            self._create(100, credit=self._item(-100, account=other))

    def test_RC17_receivable_with_payable(self):
        payable = self._item(-100, account=self.company_data["default_account_payable"])
        with self._refused("items of one account"):
            self._create(100, credit=payable)
        with self.assertRaises(UserError):
            self._by(self.billing, self.debit | payable).reconcile()

    def test_RC18_account_that_is_not_reconcilable(self):
        plain = self.company_data["default_account_expense"]
        with self._refused("allow reconciliation"):
            self._create(100, debit=self._item(100, account=plain), credit=self._item(-100, account=plain))

    def test_RC19_draft_item(self):
        draft = self._item(-100)
        draft.move_id.button_draft()
        with self._refused("post both first"):
            self._create(100, credit=draft)

    def test_RC20_two_companies(self):
        both = self._user("guard_both", "account.group_account_invoice", self.company | self.stranger_company)
        theirs = self._stranger_item(-100)
        with self._refused("items of one company"):
            self._create(100, credit=theirs, user=both)

    def _stranger_item(self, amount):
        company = self.stranger_company

        def search(model, *domain):
            found = self.env[model].search([*self.env[model]._check_company_domain(company), *domain], limit=1)
            return found.ensure_one()

        account = search("account.account", ("account_type", "=", "asset_receivable"))
        income = search("account.account", ("account_type", "=", "income"))
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2024-01-31",
                "company_id": company.id,
                "journal_id": search("account.journal", ("type", "=", "general")).id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount, "partner_id": self.customer.id}),
                    Command.create({"account_id": income.id, "balance": -amount}),
                ],
            }
        )
        move.action_post()
        return move.line_ids.filtered(lambda line: line.account_id == account)

    def test_two_debits_or_the_wrong_way_round(self):
        with self._refused("a debit and a credit"):
            self._create(100, credit=self._item(100))
        with self._refused("a debit and a credit"):
            self._create(100, debit=self.credit, credit=self.debit)

    def test_other_values_are_not_taken(self):
        voucher = self._voucher([(self.credit, 100), (self.debit, 100)])
        entry = self._item(1).move_id
        for vals in (
            {"company_id": self.stranger_company.id},
            {"adjustment_voucher_id": voucher.id},
            {"exchange_move_id": entry.id},
            {"max_date": "2020-01-01"},
        ):
            with self.subTest(vals=vals), self._refused("nothing else", ValidationError):
                self._create(100, **vals)
        with self._refused("give a debit item", ValidationError):
            self._matches().create({"amount": 1})

    def test_defaults_in_the_context_are_not_taken(self):
        voucher = self._voucher([(self.credit, 100), (self.debit, 100)])
        items = self._by(
            self.billing,
            self.debit | self.credit,
            default_adjustment_voucher_id=voucher.id,
            default_company_id=self.stranger_company.id,
        )
        items.reconcile()
        match = self._match_of(self.debit)
        self.assertFalse(match.adjustment_voucher_id)
        self.assertEqual(match.company_id, self.company)

    def test_RC05_RC08_of_another_company(self):
        with self._denied():
            self._create(100, user=self.stranger)
        match = self._create(100)
        with self._denied():
            self._matches(self.stranger).browse(match.id).unlink()
        with self._denied():
            self._matches(self.stranger).browse(match.id).write({"amount": 1})

    def test_RC06_RC07_another_company_reads_nothing(self):
        (self.debit | self.credit).reconcile()
        self._item(50)
        match = self._match_of(self.debit)
        full = match.full_reconcile_id or self._full_match()
        theirs = self._matches(self.stranger)
        self.assertFalse(theirs.search([]))
        self.assertFalse(theirs.search_count([("amount", ">", 0)]))
        self.assertEqual(theirs.formatted_read_group([], [], ["amount:sum"])[0]["amount:sum"], 0)
        with self._denied():
            theirs.browse(match.id).read(["amount"])
        fulls = self._by(self.stranger, self.env["account.full.reconcile"])
        self.assertFalse(fulls.search([]))
        with self._denied():
            fulls.browse(full.id).read(["partial_reconcile_ids"])
        mine = self._matches(self.billing)
        self.assertIn(match, mine.search([]))
        self.assertIn(full, self._by(self.billing, self.env["account.full.reconcile"]).search([]))

    def _full_match(self):
        debit, credit = self._item(70), self._item(-70)
        (debit | credit).reconcile()
        return debit.full_reconcile_id

    def test_RC09_a_match_is_never_rewritten(self):
        self._create(100)
        match = self._match_of(self.debit)
        entry = self._item(1).move_id
        for vals in (
            {"amount": 300},
            {"credit_move_id": self._item(-5).id},
            {"company_id": self.stranger_company.id},
            {"exchange_move_id": entry.id},
            {"full_reconcile_id": self._full_match().id},
            {"adjustment_voucher_id": False},
        ):
            for user in (self.billing, self.manager):
                with self.subTest(vals=vals, user=user.login), self._refused("never rewritten"):
                    self._matches(user).browse(match.id).write(vals)
        with self._refused("never rewritten"):  # through the item
            self._by(self.billing, self.debit).write(
                {"matched_credit_ids": [Command.update(match.id, {"amount": 300})]}
            )
        with self._refused("300.00 in all"):
            self._by(self.billing, self.debit).write(
                {"matched_credit_ids": [Command.create({**self._vals(9999), "debit_move_id": self.debit.id})]}
            )

    def test_full_matches_follow_from_matches(self):
        full = self._full_match()
        fulls = self._by(self.billing, self.env["account.full.reconcile"])
        with self._refused("a full match follows"):
            fulls.create({"reconciled_line_ids": [Command.link(self.debit.id)], "partial_reconcile_ids": []})
        with self._refused("a full match follows"):
            fulls.browse(full.id).write({"reconciled_line_ids": [Command.link(self.debit.id)]})
        with self._refused("a full match follows"):
            fulls.browse(full.id).unlink()

    def test_RC15_an_item_that_is_settled(self):
        debit, credit = self._item(70), self._item(-70)
        (debit | credit).reconcile()
        with self._refused("no more than is open"):
            self._create(1, debit=debit)
        with self.assertRaises(UserError):
            self._by(self.billing, debit | self.credit).reconcile()

    def test_RC21_RC22_RC23_roles_without_the_right(self):
        for role in ("reader", "sales", "admin"):
            user = self.users[role]
            with self.subTest(role=role):
                with self._denied():
                    self._create(100, user=user)
                with self._denied():
                    self._by(user, self.debit | self.credit).reconcile()

    def test_odoo_matches_takes_back_and_books_exchange_as_ever(self):
        eur = self._currency("EUR", _2024_01_01=0.5, _2024_02_01=0.4)
        debit = self._item(100, "2024-01-01", eur, 200)
        credit = self._item(-100, "2024-02-01", eur, -250)
        before = self._image(debit | credit)
        self._by(self.billing, debit | credit).reconcile()
        self.assertTrue(debit.reconciled and credit.reconciled and debit.full_reconcile_id)
        match = self._match_of(debit) & self._match_of(credit)
        self.assertTrue(match.exchange_move_id)
        self._by(self.billing, debit).remove_move_reconcile()
        self.assertEqual(self._image(debit | credit), before)
        self.assertFalse(debit.matching_number)

    def test_RC33_the_exchange_part_alone(self):
        eur = self._currency("EUR", _2024_01_01=0.5, _2024_02_01=0.4)
        invoice = self._invoice(100, "2024-01-01", eur)
        debit = self._open_line(invoice)
        credit = self._item(-100, "2024-02-01", eur, -250)
        (debit | credit).reconcile()
        main = self._match_of(debit) & self._match_of(credit)
        part = self._match_of(main.exchange_move_id.line_ids)
        for user in (self.billing, self.manager):
            with self.subTest(user=user.login), self._refused("the exchange difference belongs to that"):
                self._by(user, invoice).js_remove_outstanding_partial(part.id)
        self._by(self.billing, invoice).js_remove_outstanding_partial(main.id)
        self.assertEqual((debit.amount_residual_currency, invoice.payment_state), (100, "not_paid"))


@tagged("post_install", "-at_install")
class TestBranches(GuardCase):
    """A legal entity's matches are one, whichever of its branches one works in; other entities see none of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "Branch", "parent_id": cls.company.id})
        cls.sister = cls.env["res.company"].create({"name": "Sister", "parent_id": cls.company.id})
        cls.env.user.company_ids |= cls.branch | cls.sister
        cls.of_branch = cls._user("guard_branch", "account.group_account_invoice", cls.branch)
        cls.of_sister = cls._user("guard_sister", "account.group_account_invoice", cls.sister)

    def test_RC06_a_branch_reads_what_it_takes_part_in(self):
        invoice = self._item(100, company=self.sister)
        receipt = self._item(-100, company=self.branch)
        before = self._image(invoice | receipt)
        (invoice | receipt).reconcile()
        match = self._match_of(invoice)
        for user in (self.of_branch, self.of_sister, self.billing):
            with self.subTest(user=user.login):
                self.assertIn(match, self._matches(user).search([]))
                self.assertEqual(self._matches(user).browse(match.id).amount, 100)
        self.assertFalse(self._matches(self.stranger).search([]))
        both = self._user("guard_branches", "account.group_account_invoice", self.branch | self.sister)
        self._by(both, receipt).remove_move_reconcile()  # a user of one branch reads the other item not, as in Odoo
        self.assertEqual(self._image(invoice | receipt), before)
        self.assertFalse(invoice.matching_number or receipt.matching_number)

    def test_RC06_a_branch_matches_its_own_items(self):
        debit, credit = self._item(100, company=self.branch), self._item(-60, company=self.branch)
        self._by(self.of_branch, debit | credit).reconcile()
        self.assertEqual((debit.amount_residual, credit.reconciled), (40, True))
        self.assertEqual(self._by(self.of_branch, debit).matched_credit_ids.amount, 60)

    def test_RC05_a_branch_matches_no_items_it_may_not_read(self):
        debit, credit = self._item(100, company=self.sister), self._item(-60, company=self.branch)
        with self._denied():
            self._matches(self.of_branch).create(
                {
                    "debit_move_id": debit.id,
                    "credit_move_id": credit.id,
                    "amount": 60,
                    "debit_amount_currency": 60,
                    "credit_amount_currency": 60,
                }
            )


@tagged("post_install", "-at_install")
class TestOneCustomer(GuardCase):
    """RC16: what one customer paid does not settle what another one owes, unless a voucher says so."""

    def setUp(self):
        super().setUp()
        self.other = self.env["res.partner"].create({"name": "Somebody Else", "is_company": True})
        self.debit, self.credit = self._item(100), self._item(-100, partner=self.other)

    def test_RC16_two_customers(self):
        for user in (self.billing, self.manager):
            with (
                self.subTest(user=user.login),
                self._refused("Somebody Else to .* of Customer, make an adjustment voucher"),
            ):
                self._by(user, self.debit | self.credit).reconcile()
        with self._refused("make an adjustment voucher"):
            self._matches().create(
                {
                    "debit_move_id": self.debit.id,
                    "credit_move_id": self.credit.id,
                    "amount": 100,
                    "debit_amount_currency": 100,
                    "credit_amount_currency": 100,
                }
            )
        with self._refused("make an adjustment voucher"):
            self._by(self.billing, self.debit).write({"reconciled_lines_ids": [Command.set(self.credit.ids)]})

    def test_RC16_two_customers_from_the_invoice(self):
        invoice = self._invoice(100)
        with self._refused("make an adjustment voucher"):
            self._by(self.billing, invoice).js_assign_outstanding_line(self.credit.id)

    def test_the_company_may_allow_it(self):
        self.company.adjustment_same_customer = False
        self._by(self.billing, self.debit | self.credit).reconcile()
        self.assertTrue(self.debit.reconciled)

    def test_contacts_of_one_customer(self):
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.customer.id})
        credit = self._item(-100, partner=contact)
        self._by(self.billing, self.debit | credit).reconcile()
        self.assertTrue(credit.reconciled)

    def test_item_without_partner(self):
        credit = self._item(-100)
        self.env.cr.execute("UPDATE account_move_line SET partner_id = NULL WHERE id = %s", [credit.id])
        credit.invalidate_recordset()
        self._by(self.billing, self.debit | credit).reconcile()
        self.assertTrue(credit.reconciled)

    def test_each_customer_by_itself_in_one_call(self):
        mine, theirs = self._item(-100), self._item(100, partner=self.other)
        items = self.debit | self.credit | mine | theirs
        self._by(self.billing, items).reconcile()
        self.assertTrue(all(items.mapped("reconciled")))
        self.assertEqual(self._match_of(self.debit).credit_move_id, mine)

    def test_other_accounts_are_left_alone(self):
        transit = self.receivable.copy({"name": "Transit", "code": "TRANSIT", "account_type": "asset_current"})
        transit.reconcile = True
        debit, credit = self._item(10, account=transit), self._item(-10, account=transit, partner=self.other)
        self._by(self.billing, debit | credit).reconcile()
        self.assertTrue(debit.reconciled)

    def test_a_voucher_does_it(self):
        child = self.env["res.partner"].create(
            {"name": "Subsidiary", "parent_id": self.customer.id, "is_company": True}
        )
        credit = self._item(-100, partner=child)
        voucher = self._voucher([(credit, 100), (self.debit, 100)], hierarchy="child")
        voucher.action_authorize()
        self.assertTrue(credit.reconciled and self.debit.reconciled)


# What an ordinary match goes through, of all that the guards override.
ON_THE_WAY = (
    (account_partial_reconcile.AccountPartialReconcile, ("create", "write")),
    (account_partial_reconcile.AccountFullReconcile, ("create", "write")),
    (account_move_line_guard.AccountMoveLine, ("_reconcile_plan_with_sync", "create", "write")),
    (account_move_guard.AccountMove, ("create", "write", "_post", "_compute_amount")),
)


@tagged("post_install", "-at_install")
class TestCost(GuardCase):
    def _queries(self, items):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._by(self.billing, items).reconcile()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def _switch_off(self):  # pylint: disable=missing-return
        for owner, names in ON_THE_WAY:
            for name in names:

                def passed_on(records, *args, _owner=owner, _name=name):
                    return getattr(super(_owner, records), _name)(*args)

                patcher = patch.object(owner, name, passed_on)
                patcher.start()
                self.addCleanup(patcher.stop)
        for rule in ("rule_partial_reconcile_company", "rule_full_reconcile_company"):
            self.env.ref(f"adjustment_voucher.{rule}").active = False

    def test_an_ordinary_match_costs_at_most_two_more_queries(self):
        pairs = [self._item(10) | self._item(-10) for _number in range(4)]
        self._queries(pairs[0])  # warms what is kept from call to call
        guarded = self._queries(pairs[1])
        self._switch_off()
        self._queries(pairs[2])
        self.assertLessEqual(guarded, self._queries(pairs[3]) + 2)
