"""Figures reach those who may see them, and no other company (reliability: LK, MC, CC06)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .bad_input_common import BadInputCase


@tagged("post_install", "-at_install")
class TestLeaks(BadInputCase):
    """Figures reach those who may see them, by no other route."""

    FIGURES = (
        "credit_limit",
        "credit_limit_mode",
        "credit_exposure",
        "credit_open_items",
        "credit_overdue",
        "credit_headroom",
        "credit_effective_limit",
        "credit_hold",
        "credit_hold_reason",
        "prepay_required",
    )

    def test_CL09_CL10_CL11_LK01_by_salesman_internal_and_portal_user(self):
        for user in (self.salesman, self.plain, self.portal):
            partners = self.env["res.partner"].with_user(user)
            customer = partners.browse(self.customer.id)
            for name in self.FIGURES:
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        customer.read([name])
                    with self.assertRaises(AccessError):
                        partners.search([(name, "!=", False)])
                    with self.assertRaises(AccessError):
                        customer.write({name: 1})

    def test_CL12_CL13_CL14_order_group_and_export_by_a_salesman(self):
        partners = self.env["res.partner"].with_user(self.salesman)
        for name in ("credit_limit", "credit_exposure"):
            with self.subTest(name):
                with self.assertRaisesAny((AccessError, ValueError)):
                    partners.search([], order=name)
                with self.assertRaisesAny((AccessError, ValueError)):
                    partners.formatted_read_group([], [], [f"{name}:sum"])
                with self.assertRaises(UserError):
                    partners.browse(self.customer.id).export_data([name])

    def test_CL15_domain_path_through_the_order(self):
        orders = self.env["sale.order"].with_user(self.salesman)
        for path in (
            "partner_id.credit_limit",
            "partner_id.credit_exposure",
            "credit_hold_ids.exposure",
            "credit_hold_ids.account_id.credit_limit",
        ):
            with self.subTest(path), self.assertRaises(AccessError):
                orders.search([(path, ">", 0)])

    def test_CL16_portal_user_writes_its_own_limit(self):
        with self.assertRaises(AccessError):
            self.portal.partner_id.with_user(self.portal).write({"credit_limit": 10**6})

    def test_CL17_portal_user_reads_another_customer(self):
        stranger = self._customer("Stranger", credit_limit=5)
        with self.assertRaises(AccessError):
            stranger.with_user(self.portal).read(["name"])

    def test_accounts_groups_and_marks_are_closed(self):
        account = self._account()
        group = self.env["credit.group"].create({"name": "G", "company_id": self.company.id, "credit_limit": 5})
        for user in (self.salesman, self.plain, self.portal):
            for record in (account, group):
                with self.subTest(user=user.login, model=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["credit_limit"])
                    with self.assertRaises(AccessError):
                        record.with_user(user).search([])
            with self.assertRaises(AccessError):
                account.with_user(user).simulate(10)
            with self.assertRaises(AccessError):
                account.with_user(user).action_refresh()
        with self.assertRaises(AccessError):
            self.env["credit.mark"].with_user(self.manager).search([])

    def test_LK02_portal_user_and_the_orders_own_fields(self):
        self._invoice(amount=321)
        order = self._order(self.portal.partner_id, 5000)
        mine = order.with_user(self.portal)
        self.assertEqual(mine.read(["amount_total"])[0]["amount_total"], 5000)
        for name in ("credit_panel", "credit_hold_ids", "credit_payment_ids", "credit_passed_amount"):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.read([name])
        for method in ("action_credit_check", "action_credit_request_release", "action_confirm"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(mine, method)()
        with self.assertRaises(AccessError):
            self.env["credit.simulation"].with_user(self.portal).create({"partner_id": self.customer.id, "amount": 1})

    def test_LK_salesman_sees_no_amounts_when_the_company_says_so(self):
        self.company.credit_show_figures = False
        self._invoice(amount=321)
        order = self._held(5000)
        mine = self._as(self.salesman, order)
        panel = str(mine.credit_panel)
        answer = str(mine.action_confirm())
        hold = self._as(self.salesman, order._credit_last_hold())
        shown = str(hold.read(["brief", "reason_codes", "state", "main_reason"]))
        chatter = str(mine.message_ids.mapped("body")) + str(hold.message_ids.mapped("body"))
        activities = str(self.env["mail.activity"].with_user(self.salesman).search([]).mapped("note"))
        for text in (panel, answer, shown, chatter, activities):
            self.assertNotIn("321", text)
            self.assertNotIn("1,000.00", text)
            self.assertNotIn("5,321", text)
        self.assertIn("The credit limit is used up.", panel)
        for name in ("exposure", "effective_limit", "overdue", "snapshot", "message", "remedy"):
            with self.subTest(name), self.assertRaises(AccessError):
                hold.read([name])

    def test_LK_salesman_sees_the_figures_of_the_order_when_the_company_allows(self):
        self._invoice(amount=321)
        order = self._held(5000)
        texts = {figure["key"]: figure["text"] for figure in self._as(self.salesman, order).credit_panel["figures"]}
        self.assertEqual(texts["limit"], "$\xa01,000.00")
        self.assertEqual(texts["exposure"], "$\xa0321.00")

    def test_LK_simulation_of_other_salesmens_customers(self):
        trials = self.env["credit.simulation"]
        own = trials.with_user(self.salesman).create({"partner_id": self.customer.id, "amount": 2000})
        self.assertEqual(own.outcome, "hold")
        for user in (self._user("other_salesman", "sales_team.group_sale_salesman"), self.plain):
            with self.subTest(user.login), self.assertRaises(AccessError):
                trials.with_user(user).create({"partner_id": self.customer.id, "amount": 2000}).read(["answer"])

    def test_CC06_portal_follower_gets_no_figures(self):
        order = self._order(self.portal.partner_id, 5000)
        order.message_subscribe(self.portal.partner_id.ids)
        order.order_line.price_unit = 6000
        order.action_confirm()
        self._as(self.manager, order).action_credit_release("Secret reason")
        seen = self.env["mail.message"].with_user(self.portal)
        bodies = seen.search([("model", "=", "sale.order"), ("res_id", "=", order.id)]).mapped("body")
        self.assertNotIn("redit", str(bodies))
        self.assertNotIn("Secret reason", str(bodies))
        told = order.message_ids.notified_partner_ids | order._credit_last_hold().message_ids.notified_partner_ids
        self.assertNotIn(self.portal.partner_id, told)


@tagged("post_install", "-at_install")
class TestOtherCompany(BadInputCase):
    """A user of one company sees nothing of another's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Ltd", "currency_id": cls.company.currency_id.id})
        cls.stranger = cls._user("stranger", "credit_hold.group_credit_manager,account.group_account_invoice")
        cls.stranger.write({"company_ids": [Command.set(cls.other.ids)], "company_id": cls.other.id})

    def test_MC01_company_that_is_not_the_users(self):
        accounts = self.env["credit.account"].with_user(self.stranger)
        with self.assertRaises(AccessError):
            accounts.with_context(allowed_company_ids=self.company.ids).search([])

    def test_MC02_MC05_records_by_id(self):
        hold = self._held()._credit_last_hold()
        group = self.env["credit.group"].create({"name": "G", "company_id": self.company.id, "credit_limit": 5})
        for record in (hold, self._account(), group, self.policy):
            theirs = self._as(self.stranger, record)
            with self.subTest(record._name):
                with self.assertRaises(AccessError):
                    theirs.read(["display_name"])
                self.assertEqual(theirs.search([("id", "in", record.ids)]), theirs.browse())

    def test_MC03_figures_on_the_customer_are_those_of_the_own_company(self):
        self._invoice(amount=321)
        customer = self._as(self.stranger, self.customer)
        self.assertEqual((customer.credit_exposure, customer.credit_limit_mode), (0, "default"))
        self.assertEqual(self._as(self.stranger, self.env["res.partner"]).search([("credit_exposure", ">", 0)]).ids, [])

    def test_MC04_totals(self):
        self._invoice(amount=321)
        self._held()
        for model, aggregate in (("credit.account", "exposure:sum"), ("credit.hold", "order_amount:sum")):
            rows = self._as(self.stranger, self.env[model]).formatted_read_group([], ["company_id"], [aggregate])
            with self.subTest(model):
                self.assertNotIn(self.company.id, [row["company_id"] and row["company_id"][0] for row in rows])

    def test_MC_settings_of_another_company(self):
        with self.assertRaises(AccessError):
            self._as(self.stranger, self._account()).write({"credit_limit": 1})
        with self.assertRaises(AccessError):
            self.env["credit.account"].with_user(self.stranger).with_context(allowed_company_ids=self.other.ids).create(
                {"partner_id": self._customer("New").id, "company_id": self.company.id, "credit_limit": 1}
            )

    def test_two_companies_ticked_totals_are_the_sum(self):
        both = self._user("both", "credit_hold.group_credit_manager")
        both.company_ids |= self.other
        self._confirmed(amount=300)
        env = self.env(context={**self.env.context, "allowed_company_ids": self.other.ids})
        self._order(amount=200, env=env, company_id=self.other.id).action_confirm()
        accounts = self.env["credit.account"].with_user(both)
        totals = {}
        for companies in (self.company, self.other, self.company | self.other):
            rows = accounts.with_context(allowed_company_ids=companies.ids).formatted_read_group(
                [("partner_id", "=", self.customer.id)], [], ["exposure:sum"]
            )
            totals[len(companies), companies[0].id] = rows[0]["exposure:sum"]
        self.assertEqual(totals, {(1, self.company.id): 300, (1, self.other.id): 200, (2, self.company.id): 500})

    def test_dates_far_away(self):
        account = self._account()
        account.write(
            {
                "temporary_limit": 5,
                "temporary_from": fields.Date.today() - timedelta(days=5),
                "temporary_until": "9999-12-31",
                "temporary_reason": "For ever",
            }
        )
        self.assertEqual(self.customer.credit_effective_limit, 5)
        with self.assertRaises(ValidationError):
            account.write({"temporary_until": fields.Date.today() - timedelta(days=6)})
