"""Orders that would make room for others, or slip past the check (reliability: OR, HD)."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .bad_input_common import BadInputCase


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
