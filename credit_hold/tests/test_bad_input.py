"""Input that must be refused with one sentence, or do no harm (reliability: CL, OR, HD, LK, MC, TX, CC06)."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CreditCase

NUMBERS_THAT_ARE_NONE = {
    "CL01": -1,
    "CL01_minus_a_cent": -0.01,
    "CL02": float("nan"),
    "CL03": float("inf"),
    "CL03_minus": float("-inf"),
    "CL04": 1e308,
    "CL05": "a lot",
    "CL05_nan_as_text": "nan",
    "CL06": "1; DROP TABLE res_partner",
    "CL07": [1],
    "CL07_dict": {"a": 1},
    "CL07_true": True,
}
NUL, SURROGATE, LONG = "a\0b", "a\ud800b", "x" * 1_000_000
BAD_TEXTS = {"TX01": NUL, "TX02": SURROGATE, "TX04": LONG}


class BadInputCase(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.credit_limit = 1000
        cls.plain = cls._user("plain_internal", "base.group_user")
        cls.portal = new_test_user(
            cls.env, "test_portal", groups="base.group_portal", partner_id=cls._contact("Jo Buyer").id
        )

    @classmethod
    def _contact(cls, name):
        return cls.env["res.partner"].create({"name": name, "parent_id": cls.customer.id, "email": "jo@example.com"})

    def _held(self, amount=5000, **vals):
        order = self._order(amount=amount, **vals)
        self.assertHeld(order, "limit")
        return order


@tagged("post_install", "-at_install")
class TestAmounts(BadInputCase):
    def _refused_everywhere(self, writes):
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            for record, name in writes:
                before = record[name]
                with self.subTest(code, model=record._name, field=name):
                    with self.assertRaises(ValidationError):
                        record.write({name: value})
                        self.env.flush_all()
                    record.invalidate_recordset()
                    self.assertEqual(record[name], before)

    def test_CL01_CL07_limits_of_a_customer(self):
        customer, account = self._as(self.manager, self.customer), self._as(self.manager, self._account())
        self._refused_everywhere(
            [
                (customer, "credit_limit"),
                (customer, "prepay_percent"),
                (account, "credit_limit"),
                (account, "temporary_limit"),
                (account, "insured_amount"),
            ]
        )

    def test_CL01_CL07_limits_of_groups_policies_and_companies(self):
        group = self.env["credit.group"].create({"name": "G", "company_id": self.company.id, "credit_limit": 5})
        self._refused_everywhere(
            [
                (self._as(self.manager, group), "credit_limit"),
                (self._as(self.manager, self.policy), "overdue_minimum"),
                (self._as(self.manager, self.policy), "single_order_maximum"),
                (self.company, "credit_default_limit"),
            ]
        )

    def test_CL01_CL07_at_creation(self):
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            for model, vals in (
                ("res.partner", {"name": "New", "credit_limit": value}),
                ("credit.account", {"partner_id": self._customer(code).id, "credit_limit": value}),
                ("credit.group", {"name": "New", "company_id": self.company.id, "credit_limit": value}),
                ("credit.policy", {"name": "New", "single_order_maximum": value}),
            ):
                with self.subTest(code, model=model), self.assertRaises(ValidationError):
                    self.env[model].create(vals)

    def test_CL_percentages_and_days(self):
        account = self._account()
        with mute_logger("odoo.sql_db"):
            for record, vals in (
                (account, {"prepay_percent": 100.01}),
                (account, {"grace_days": -1}),
                (account, {"grace_days": 40000}),
                (self.policy, {"grace_days": -1}),
                (self.policy, {"prepay_percent": 101}),
                (self.policy, {"release_days": -1}),
                (self.policy, {"release_deviation": -1}),
                (self.policy, {"order_horizon_days": -1}),
            ):
                with self.subTest(vals), self.assertRaises(IntegrityError):
                    record.write(vals)
                    self.env.flush_all()

    def test_CL08_finer_than_a_cent_is_rounded_where_it_is_seen(self):
        self.customer.credit_limit = 100.005
        self.assertEqual(self.customer.credit_limit, self.customer.credit_effective_limit)
        self.assertEqual(self.company.currency_id.round(self.customer.credit_limit), self.customer.credit_limit)

    def test_CL18_stale_form(self):
        account = self._as(self.manager, self._account())
        seen = account.version
        account.write({"credit_limit": 2000, "seen_version": seen})
        with self.assertRefusedWith(UserError, "reload the page first"):
            account.write({"credit_limit": 3000, "seen_version": seen})
        self.assertEqual(account.credit_limit, 2000)
        account.write({"credit_limit": 3000, "seen_version": account.version})
        self.assertEqual(account.credit_limit, 3000)

    def test_CL19_limit_change_leaves_a_trace(self):
        account = self._as(self.manager, self._account()).with_context(tracking_disable=False)
        account.write({"credit_limit": 2500, "change_reason": "Better rating"})
        self.env.cr.flush()
        message = account.message_ids[0]
        values = message.sudo().tracking_value_ids.filtered(lambda value: value.field_id.name == "credit_limit")
        self.assertEqual((values.old_value_float, values.new_value_float), (1000, 2500))
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertIn("Better rating", message.body)

    def test_CL19_flag_set_on_the_customer_leaves_a_trace(self):
        self._as(self.manager, self.customer).with_context(tracking_disable=False).write({"credit_hold": True})
        self.env.cr.flush()
        values = self._account().message_ids.sudo().tracking_value_ids
        self.assertIn("hold", values.field_id.mapped("name"))

    def test_release_terms(self):
        order = self._as(self.manager, self._held())
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            with self.subTest(code), self.assertRaises(UserError):
                order.action_credit_release("Fine", ceiling=value)
        for value in ("2026-02-30", "tomorrow", "9" * 50, [1], 5, "0001-01-01"):
            with self.subTest(value), self.assertRaises(UserError):
                order.action_credit_release("Fine", valid_until=value)
        self.assertHeld(order, "limit")

    def test_simulated_amounts_and_currencies(self):
        account = self._account()
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            with self.subTest(code), self.assertRaises(ValidationError):
                account.simulate(value)
        for currency in ("XXXX", "'; DROP", 10**9, [1], {"a": 1}, True, 1.5):
            with self.subTest(currency), self.assertRaises(ValidationError):
                account.simulate(10, currency)


@tagged("post_install", "-at_install")
class TestOrders(BadInputCase):
    def test_OR07_negative_order_makes_no_room(self):
        self._confirmed(amount=900)
        self._confirmed(amount=-5000)
        self.assertExposure(900)
        order = self._order(amount=500)
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_HD09_negative_line_and_full_discount_make_no_room(self):
        self._confirmed(amount=900)
        line = {"product_id": self.product.id, "tax_ids": [Command.clear()]}
        self._confirmed(order_line=[Command.create({**line, "price_unit": 700, "discount": 100})])
        self._confirmed(
            order_line=[Command.create({**line, "price_unit": 50}), Command.create({**line, "price_unit": -2000})]
        )
        self.assertExposure(900)

    def test_OR08_child_contact(self):
        order = self._order(self._contact("Branch office"), 5000)
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertEqual(order._credit_last_hold().partner_id, self.customer)

    def test_OR09_salesman_moves_the_customer(self):
        rich = self._customer("Rich", credit_limit=10**6)
        maker = self._user("contact_maker", "sales_team.group_sale_salesman,base.group_partner_manager")
        for vals in ({"parent_id": rich.id}, {"is_company": False, "parent_id": rich.id}, {"company_type": "person"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self._as(maker, self.customer).write(vals)
        self._as(self.env.ref("base.user_root"), self.customer).write({"parent_id": False})

    def test_OR09_salesman_moves_a_contact_with_open_orders(self):
        contact = self._contact("Branch office")
        self._confirmed(contact, 900)
        maker = self._user("contact_maker", "sales_team.group_sale_salesman,base.group_partner_manager")
        with self.assertRaises(AccessError):
            self._as(maker, contact).write({"parent_id": False})
        with self.assertRaises(AccessError):
            self._as(maker, contact).write({"is_company": True})
        self.assertExposure(900)

    def test_HD10_contact_without_documents_is_moved_freely(self):
        contact = self._contact("Newcomer")
        maker = self._user("contact_maker", "sales_team.group_sale_salesman,base.group_partner_manager")
        self._as(maker, contact).write({"parent_id": False})
        self.assertEqual(contact.commercial_partner_id, contact)

    def test_HD10_exposure_follows_a_customer_that_is_moved(self):
        other = self._customer("Other")
        self._confirmed(other, 300)
        self._invoice(other, 100)
        other.write({"is_company": False, "parent_id": self.customer.id})
        self.assertExposure(400)

    def test_HD10_merged_customers_keep_limit_and_debts(self):
        double = self._customer("Acme twice", credit_limit=50)
        self._confirmed(double, 40)
        self._confirmed(amount=300)
        self._held(5000)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (double | self.customer).ids, self.customer, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual(self.customer.credit_limit, 1000)
        self.assertExposure(340)

    def test_OR13_price_quantity_and_discount_that_are_no_numbers(self):
        nan, infinite = float("nan"), float("inf")
        for state in ("draft", "sale"):
            order = self._order(amount=100)
            if state == "sale":
                order.action_confirm()
            for vals in ({"price_unit": nan}, {"product_uom_qty": nan}, {"discount": nan}, {"price_unit": infinite}):
                with self.subTest(vals, state=state), self.assertRefusedWith(ValidationError, "as a plain number"):
                    order.order_line.write(vals)
                with self.subTest(vals, state=state), self.assertRefusedWith(ValidationError, "as a plain number"):
                    order.write({"order_line": [Command.create({"product_id": self.product.id, **vals})]})
            self.assertEqual(order.amount_total, 100)

    def test_OR14_quantity_of_1e30(self):
        order = self._order(amount=100)
        with self.assertRefusedWith(ValidationError, "Quantity as a plain number"):
            order.order_line.write({"product_uom_qty": 1e30})

    def test_OR14_quantity_of_1e30_past_the_orm(self):
        order = self._order(amount=100)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            order.order_line._write({"product_uom_qty": 1e30})

    def test_OR14_value_beyond_all_measure(self):
        order = self._order(self._customer("Free"), 1e12)
        with self.assertRefusedWith(ValidationError, order.name):
            order.order_line.write({"product_uom_qty": 1e6, "price_unit": 1e12})
            order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_OR16_portal_user_confirms_by_rpc(self):
        for amount in (10, 5000):
            order = self._order(self.portal.partner_id, amount)
            with self.subTest(amount), self.assertRaises(AccessError):
                order.with_user(self.portal).action_confirm()
            self.assertEqual(order.state, "draft")

    def test_OR17_archived_customer(self):
        order = self._order(amount=100)
        self.customer.active = False
        order.action_confirm()
        self.assertHeld(order, "archived")
        with self.assertRefusedWith(ValidationError, "is archived"):
            order.write({"state": "sale"})

    def test_OR19_ids_that_are_none(self):
        for ids in (["1 or 1=1"], [[1]], [{"a": 1}], [1.5], ["x"]):
            with self.subTest(ids), self.assertRaises(UserError):
                self.env["sale.order"].browse(ids).action_confirm()

    def test_OR19_nothing_chosen(self):
        self.assertEqual(self.env["sale.order"].action_confirm(), True)

    def test_OR22_rates_that_are_none(self):
        currency = self._currency("XTA", 2.0)
        with mute_logger("odoo.sql_db"):
            for rate in (0, -1):
                with self.subTest(rate), self.assertRaisesAny((IntegrityError, UserError)):
                    currency.rate_ids.rate = rate
                    self.env.flush_all()

    def test_HD11_holds_and_wizards_of_others(self):
        hold = self._held()._credit_last_hold()
        other = self._user("other_salesman", "sales_team.group_sale_salesman")
        for user in (self.portal, other, self.plain):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    hold.with_user(user).read(["reason_codes"])
                with self.assertRaises(AccessError):
                    self.env["credit.hold.release"].with_user(user).create(
                        {"reason": "x", "hold_ids": [Command.set(hold.ids)]}
                    )
        wizard = self.env["credit.hold.release"].with_user(self.manager)
        wizard = wizard.create({"reason": "x", "hold_ids": [Command.set(hold.ids)]})
        with self.assertRaises(AccessError):
            wizard.with_user(self.controller).action_apply()

    def test_HD11_decided_holds_are_not_decided_again_by_the_wizard(self):
        order = self._held()
        wizard = self.env["credit.hold.release"].with_user(self.manager)
        wizard = wizard.create({"reason": "x", "hold_ids": [Command.set(order.credit_hold_ids.ids)]})
        self.customer.credit_limit = 10**6
        with self.assertRaises(UserError):
            wizard.action_apply()


@tagged("post_install", "-at_install")
class TestTexts(BadInputCase):
    def _texts(self):
        order = self._held()
        account = self._account()
        manager, salesman = self._as(self.manager, order), self._as(self.salesman, order)
        return {
            "release": manager.action_credit_release,
            "reject": manager.action_credit_reject,
            "hold": manager.action_credit_hold,
            "request": salesman.action_credit_request_release,
            "hold_reason": lambda text: self.customer.write({"credit_hold_reason": text}),
            "note": lambda text: account.write({"note": text}),
            "temporary_reason": lambda text: account.write({"temporary_reason": text}),
            "insured_reference": lambda text: account.write({"insured_reference": text}),
            "change_reason": lambda text: account.write({"credit_limit": 7, "change_reason": text}),
            "group": lambda text: self.env["credit.group"].create({"name": text, "credit_limit": 1}),
            "policy": lambda text: self.env["credit.policy"].create({"name": text}),
        }

    def test_TX01_TX02_TX04_HD12_texts_that_cannot_be_kept(self):
        for name, write in self._texts().items():
            for code, text in BAD_TEXTS.items():
                with self.subTest(name, code=code), self.assertRaises(UserError):
                    write(text)
                    self.env.flush_all()

    def test_TX03_texts_that_look_odd_are_kept(self):
        text = "\u202eabc\u200b \N{GRINNING FACE} =1+1"
        order = self._held()
        self._as(self.manager, order).action_credit_release(text)
        self.customer.credit_hold_reason = text
        self.assertEqual(order._credit_last_hold().release_reason, text)
        self.assertEqual(self._account().hold_reason, text)

    def test_TX05_HD12_markup_is_shown_as_text(self):
        script = "<img src=x onerror=alert(1)>"
        self.customer.write({"name": f"Acme {script}", "credit_hold": True, "credit_hold_reason": script})
        order = self._order(amount=1)
        self._as(self.salesman, order).action_credit_request_release(script)
        self._as(self.manager, order).action_credit_reject(script)
        hold = order._credit_last_hold()
        for record in (order, hold):
            for message in record.message_ids:
                self.assertNotIn("<img", message.body)
        self.assertIn("&lt;img", order.message_ids[0].body)
        order = self._order(amount=1)
        self.assertNotIn("<img", order._credit_last_hold().activity_ids[0].note)

    def test_TX08_paths_to_secrets(self):
        for model, path in (
            ("credit.account", "partner_id.user_ids.password"),
            ("credit.hold", "decided_by_id.password"),
            ("credit.hold", "order_id.user_id.api_key_ids.key"),
        ):
            with self.subTest(path), self.assertRaisesAny((AccessError, ValueError)):
                self.env[model].with_user(self.manager).search([(path, "ilike", "a")])


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
