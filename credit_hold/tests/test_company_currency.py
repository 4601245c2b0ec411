"""Branches, several companies, foreign currencies: one answer, whoever asks and whatever company is active."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CreditCase


class TwoCompanies(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.foreign = cls._currency("XTA", 2.0)
        cls.foreign_prices = cls.env["product.pricelist"].create(
            {"name": "XTA", "currency_id": cls.foreign.id, "company_id": False}
        )
        cls.company.write({"child_ids": [Command.create({"name": "Branch North"}), Command.create({"name": "South"})]})
        cls.env.cr.precommit.run()
        cls.branch, cls.sister_branch = cls.company.child_ids
        cls.other = cls.env["res.company"].create({"name": "Other Ltd", "currency_id": cls.company.currency_id.id})
        everywhere = cls.company | cls.branch | cls.sister_branch | cls.other
        cls.env.user.company_ids |= everywhere
        cls.salesman.company_ids |= everywhere
        cls.customer.credit_limit = 1000

    @classmethod
    def _in(cls, record, *companies):
        """The record as somebody has it who has ticked these companies, the first one active."""
        return record.with_context(allowed_company_ids=[company.id for company in companies])

    @classmethod
    def _order_in(cls, company, amount, customer=None, **vals):
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        return cls._order(customer, amount, env=env, company_id=company.id, **vals)

    def _foreign_order(self, amount, **vals):
        return self._order(amount=amount, pricelist_id=self.foreign_prices.id, **vals)


@tagged("post_install", "-at_install")
class TestCompanies(TwoCompanies):
    def test_branches_share_the_limit_of_the_legal_entity(self):
        first, second = self._order_in(self.branch, 600), self._order_in(self.sister_branch, 600)
        first.action_confirm()
        self.assertFree(first)
        second.action_confirm()
        self.assertHeld(second, "limit")
        hold = second._credit_last_hold()
        self.assertEqual((hold.company_id, hold.exposure), (self.company, 600))
        self.assertExposure(600)

    def test_limit_typed_in_a_branch_is_the_legal_entitys(self):
        self._in(self.customer, self.branch).credit_limit = 300
        self.assertEqual(self.customer.credit_limit, 300)
        self.assertEqual(self._in(self.customer, self.sister_branch).credit_limit, 300)
        self.assertEqual(self.env["credit.account"].search_count([("partner_id", "=", self.customer.id)]), 1)

    def test_figures_are_the_same_in_every_branch(self):
        self._order_in(self.branch, 400).action_confirm()
        self._invoice(amount=100)
        for company in (self.company, self.branch, self.sister_branch):
            with self.subTest(company.name):
                customer = self._in(self.customer, company)
                self.assertEqual((customer.credit_exposure, customer.credit_effective_limit), (500, 1000))

    def test_account_of_a_branch_is_refused(self):
        with self.assertRaises(ValidationError):
            self.env["credit.account"].create({"partner_id": self._customer("New").id, "company_id": self.branch.id})

    def test_second_company_has_its_own_limit_and_debts(self):
        self._confirmed(amount=900)
        self._in(self.customer, self.other).credit_limit = 500
        order = self._order_in(self.other, 400)
        order.action_confirm()
        self.assertFree(order)
        self.assertExposure(900)
        self.assertEqual(self._in(self.customer, self.other).credit_exposure, 400)
        self.assertEqual(self._in(self.customer, self.other).credit_effective_limit, 500)

    def test_flag_of_one_company_is_not_the_others(self):
        self.customer.credit_hold = True
        self.assertHeld(self._order(amount=1), "customer_hold")
        order = self._order_in(self.other, 1)
        order.action_confirm()
        self.assertFree(order)

    def test_MC06_M14_D8_D12_answer_does_not_depend_on_the_company_switcher(self):
        self._in(self.customer, self.other).credit_limit = 50000
        self._confirmed(amount=900)
        order = self._order(amount=500)
        for companies in (
            (self.company,),
            (self.other, self.company),
            (self.company, self.other),
            (self.branch, self.company),
        ):
            with self.subTest([company.name for company in companies]):
                seen = self._in(order.with_user(self.salesman), *companies)
                seen.invalidate_recordset()
                self.assertEqual(seen.credit_panel["status"], "hold")
                self.assertEqual(seen.credit_panel["figures"][1]["text"], "$\xa0900.00")
                seen.action_credit_check()
                self.assertHeld(order, "limit")
                seen.action_confirm()
                self.assertHeld(order, "limit")
                self.assertEqual(order._credit_last_hold().exposure, 900)

    def test_D8_limit_of_the_orders_company_lets_it_pass(self):
        self.customer.credit_limit = 100
        self._in(self.customer, self.other).credit_limit = 5000
        order = self._order_in(self.other, 1000)
        self._in(order, self.company, self.other).action_confirm()
        self.assertFree(order)

    def test_D12_debts_of_all_companies_ticked_or_not(self):
        self._confirmed(amount=900)
        order = self._order_in(self.branch, 900)
        self._in(order, self.branch).action_confirm()
        self.assertHeld(order, "limit")

    def test_E6_figures_do_not_depend_on_who_asks(self):
        other_salesman = self._user("other_salesman", "sales_team.group_sale_salesman")
        self._confirmed(amount=600)
        order = self._order(amount=500, user_id=other_salesman.id)
        self._as(other_salesman, order).action_confirm()
        self.assertHeld(order, "limit")

    def test_hold_in_a_branch_reaches_the_manager_of_the_legal_entity(self):
        order = self._order_in(self.branch, 5000)
        self.assertIn(self.manager, order._credit_last_hold().activity_ids.user_id)
        self.assertEqual(self._as(self.manager, order._credit_last_hold()).exposure, 0)

    def test_HD02_release_by_a_manager_of_another_company_is_refused(self):
        order = self._order(amount=5000)
        stranger = self._user("stranger", "credit_hold.group_credit_manager")
        stranger.write({"company_ids": [Command.set(self.other.ids)], "company_id": self.other.id})
        with self.assertRaises(AccessError):
            self._as(stranger, order).action_credit_release("Not mine")
        self.assertHeld(order, "limit")

    def test_receipt_of_another_company_does_not_pay_ahead(self):
        self.env["account.chart.template"].try_loading("generic_coa", company=self.other, install_demo=False)
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.other.id)], limit=1
        )
        order = self._order(amount=100)
        with self.assertRaises(ValidationError):
            self._receipt(amount=100, journal_id=journal.id, credit_order_id=order.id, post=False)

    def test_policy_and_group_of_another_company_are_refused(self):
        policy = self.env["credit.policy"].create({"name": "Theirs", "company_id": self.other.id})
        group = self.env["credit.group"].create({"name": "Theirs", "company_id": self.other.id, "credit_limit": 10})
        account = self._account()
        with self.assertRaises(ValidationError):
            account.policy_id = policy
            self.env.flush_all()
        with self.assertRaises(ValidationError):
            account.group_id = group
            self.env.flush_all()

    def test_currency_without_cents(self):
        whole = self.env["res.currency"].create({"name": "XTW", "symbol": "W", "rounding": 1.0})
        land = self.env["res.company"].create({"name": "Whole Ltd", "currency_id": whole.id})
        self.env.user.company_ids |= land
        self._in(self.customer, land).credit_limit = 1000
        prices = self.env["product.pricelist"].create({"name": "XTW", "currency_id": whole.id, "company_id": False})
        self.assertEqual(self._order_in(land, 999, pricelist_id=prices.id).credit_status, "clear")
        order = self._order_in(land, 1000, pricelist_id=prices.id)
        self.assertHeld(order, "limit")
        self.assertEqual(order._credit_last_hold().snapshot["reasons"][0]["excess"], 1)


@tagged("post_install", "-at_install")
class TestCurrencies(TwoCompanies):
    def test_order_in_a_foreign_currency_counts_at_its_rate(self):
        order = self._foreign_order(1000)
        order.action_confirm()
        self.assertFree(order)
        self.assertExposure(500)
        self.assertEqual(order.credit_open_amount, 500)
        second = self._foreign_order(1000)
        second.action_confirm()
        self.assertHeld(second, "limit")
        self.assertEqual(second._credit_last_hold().snapshot["order"], 500)

    def test_D3_foreign_invoice_is_not_converted_twice(self):
        invoice = self._invoice(amount=100, currency_id=self.foreign.id)
        self.assertEqual(invoice.amount_total_signed, 50)
        self.assertExposure(50)
        self._receipt(amount=40, currency_id=self.foreign.id)
        self.assertEqual(self.customer.credit_uncleared, 20)

    def test_D3_foreign_draft_invoice_is_not_converted_twice(self):
        self.policy.count_draft_invoices = True
        self._invoice(amount=100, currency_id=self.foreign.id, post=False)
        self.assertEqual(self.customer.credit_draft_invoices, 50)
        self.assertExposure(50)

    def test_D4_limit_in_a_foreign_currency(self):
        self._account().write({"limit_currency_id": self.foreign.id, "credit_limit": 100})
        self.assertEqual(self.customer.credit_effective_limit, 50)
        foreign, own = self._foreign_order(100), self._order(amount=50)
        self.assertEqual((foreign.credit_status, own.credit_status), ("hold", "hold"))
        foreign, own = self._foreign_order(99), self._order(amount=49)
        self.assertEqual((foreign.credit_status, own.credit_status), ("clear", "clear"))
        own.action_confirm()
        self.assertExposure(49)
        self.assertEqual(self.customer.credit_headroom, 1)

    def test_D4_limit_follows_the_rate_of_the_day(self):
        account = self._account()
        account.write({"limit_currency_id": self.foreign.id, "credit_limit": 100})
        tomorrow = self.today + timedelta(days=1)
        self.foreign.rate_ids = [Command.create({"name": tomorrow, "rate": 4.0, "company_id": self.company.id})]
        self.assertEqual(self.customer.credit_effective_limit, 50)
        account.action_refresh()
        self.assertEqual(account.effective_limit, 50)
        with freeze_time(tomorrow):
            self.env.invalidate_all()
            self.assertEqual(self.customer.credit_effective_limit, 25)
            self.assertEqual(account.effective_limit, 25)

    def test_D4_limit_at_the_rate_of_the_month_and_at_an_agreed_rate(self):
        account = self._account()
        first = self.today.replace(day=1)
        self.foreign.rate_ids.unlink()
        self.foreign.rate_ids = [
            Command.create({"name": first - timedelta(days=40), "rate": 5.0, "company_id": self.company.id}),
            Command.create({"name": first, "rate": 4.0, "company_id": self.company.id}),
            Command.create({"name": first + timedelta(days=1), "rate": 2.0, "company_id": self.company.id}),
        ]
        account.write({"limit_currency_id": self.foreign.id, "credit_limit": 100})
        with freeze_time(first + timedelta(days=9)):
            self.env.invalidate_all()
            self.assertEqual(self.customer.credit_effective_limit, 50)
            account.limit_rate_type = "month"
            self.assertEqual(self.customer.credit_effective_limit, 25)
            account.write({"limit_rate_type": "fixed", "limit_fixed_rate": 0.3})
            self.assertEqual(self.customer.credit_effective_limit, 30)

    def test_A45_limit_in_one_currency_order_in_another_in_a_third_company(self):
        dear = self._currency("XTE", 0.25, self.other)
        account = self._in(self.env["credit.account"], self.other)._for_partners(self.customer, self.other)
        account.write({"limit_currency_id": dear.id, "credit_limit": 100})
        self.assertEqual(self._in(self.customer, self.other).credit_effective_limit, 400)
        order = self._order_in(self.other, 101)
        order.action_confirm()
        self.assertFree(order)
        self.assertHeld(self._order_in(self.other, 299), "limit")

    def test_limit_in_a_currency_without_a_rate_is_refused(self):
        bare = self.env["res.currency"].create({"name": "XTN", "symbol": "N"})
        account = self._account()
        with self.assertRefusedWith(ValidationError, "XTN"):
            account.write({"limit_currency_id": bare.id, "credit_limit": 100})
        with self.assertRaises(ValidationError):
            account.write({"limit_currency_id": self.foreign.id, "limit_rate_type": "fixed"})

    def test_HD06_order_in_a_currency_without_a_rate_is_held(self):
        bare = self.env["res.currency"].create({"name": "XTN", "symbol": "N"})
        prices = self.env["product.pricelist"].create({"name": "XTN", "currency_id": bare.id, "company_id": False})
        unlimited = self._order(self._customer("Unlimited"), amount=1, pricelist_id=prices.id)
        self.assertEqual(unlimited.credit_status, "clear")
        self.customer.credit_limit = 1000
        order = self._order(amount=1, pricelist_id=prices.id)
        order.action_confirm()
        self.assertHeld(order, "no_rate")
        self.assertEqual(
            order._credit_last_hold().message,
            "There is no exchange rate for XTN: enter one, so that the order can be valued.",
        )

    def test_D9_payer_is_who_accumulates(self):
        payer, buyer = self._customer("Payer", credit_limit=1000), self._customer("Buyer")
        self._confirmed(payer, 990)
        order = self._order(buyer, 500, partner_invoice_id=payer.id)
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertExposure(990, payer)
        self.assertExposure(0, buyer)

    def test_order_grown_in_a_foreign_currency(self):
        order = self._foreign_order(1000)
        order.action_confirm()
        with self.assertRaises(ValidationError):
            order.order_line.price_unit = 2000
            self.env.flush_all()
        order.order_line.price_unit = 1999
        self.env.flush_all()
        self.assertExposure(999.5)

    def test_invoiced_part_of_a_foreign_order_counts_once(self):
        order = self._foreign_order(1000)
        order.action_confirm()
        self.assertExposure(500)
        self._down_payment(order, 300)
        self.assertExposure(500)
        self._invoice_order(order)
        self.assertExposure(500)

    def test_release_up_to_the_maximum_in_the_companys_currency(self):
        self.controller.credit_release_maximum = 5000
        fits, too_large = self._foreign_order(10000), self._foreign_order(10000.02)
        self._as(self.controller, fits).action_credit_release("Fine")
        with self.assertRaises(UserError):
            self._as(self.controller, too_large).action_credit_release("Fine")
        self.assertEqual(fits._credit_last_hold().release_ceiling, 10000)

    def test_S2_4_simulate_in_any_currency(self):
        account = self._account()
        self._confirmed(amount=400)
        answer = account.simulate(1000, self.foreign)
        self.assertEqual(
            answer["figures"],
            {
                "exposure": 400,
                "limit": 1000,
                "order": 500,
                "after": 900,
                "headroom": 600,
                "overdue": 0,
                "currency": "USD",
            },
        )
        self.assertEqual((answer["outcome"], answer["passes"], answer["reasons"]), ("clear", True, []))
        for currency in ("XTA", "xta", self.foreign.id):
            self.assertEqual(account.simulate(1000, currency)["figures"]["order"], 500)
        self.assertEqual(account.simulate(600)["outcome"], "hold")
        self.assertEqual(account.simulate(600)["reasons"][0]["code"], "limit")
        self.assertEqual([remedy["code"] for remedy in account.simulate(600)["remedies"]], ["pay", "reduce", "release"])
        self.assertEqual(account.simulate(599.99)["outcome"], "clear")
        self.assertExposure(400)

    def test_simulate_says_what_an_order_would(self):
        account = self._account()
        cases = (
            {},
            {"credit_hold": True},
            {"prepay_required": True},
            {"credit_check_disabled": True},
            {"credit_limit_mode": "unlimited"},
            {"credit_limit": 10},
        )
        for settings in cases:
            with self.subTest(settings):
                self.customer.write(
                    {
                        "credit_hold": False,
                        "prepay_required": False,
                        "credit_check_disabled": False,
                        "credit_limit": 1000,
                        **settings,
                    }
                )
                order = self._order(amount=600)
                self.assertEqual(account.simulate(600)["outcome"], order.credit_status)
        self.company.credit_check_active = False
        self.assertEqual(account.simulate(600)["outcome"], "clear")

    def test_HD06_simulate_in_a_currency_without_a_rate(self):
        bare = self.env["res.currency"].create({"name": "XTN", "symbol": "N"})
        self.customer.credit_limit = 1000
        answer = self._account().simulate(1, bare)
        self.assertEqual((answer["outcome"], answer["reasons"][0]["code"]), ("hold", "no_rate"))
        self.assertIn("XTN", answer["reasons"][0]["message"])
