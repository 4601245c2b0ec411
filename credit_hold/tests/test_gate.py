"""The gate: no order is confirmed beyond what passes, by whatever path it comes.

Everything here is done by a plain salesman, over the methods a remote caller has.
"""

import json

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CreditCase


class GateCase(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.credit_limit = 1000
        cls.sales = cls.env(
            user=cls.salesman, context={"allowed_company_ids": cls.company.ids, "tracking_disable": True}
        )
        cls.orders = cls.sales["sale.order"]

    def _quotation(self, amount=5000, customer=None, **vals):
        return self._order(customer, amount, env=self.sales, **vals)

    def _vals(self, amount=5000, **vals):
        line = {
            "product_id": self.product.id,
            "product_uom_qty": 1,
            "price_unit": amount,
            "tax_ids": [Command.clear()],
        }
        return {
            "partner_id": self.customer.id,
            "pricelist_id": self.pricelist.id,
            "company_id": self.company.id,
            "user_id": self.salesman.id,
            "order_line": [Command.create(line)],
            **vals,
        }

    def assertNothingConfirmed(self, customer=None):
        domain = [("partner_id", "child_of", (customer or self.customer).id), ("state", "=", "sale")]
        self.assertEqual(self.env["sale.order"].search(domain).mapped("amount_total"), [])

    def assertRefused(self, operation, *args, **kwargs):
        """The operation is refused, with the figures in the text."""
        with self.assertRaises(ValidationError) as refusal:
            operation(*args, **kwargs)
            self.env.flush_all()
        self.assertIn("the credit limit is", str(refusal.exception))


@tagged("post_install", "-at_install")
class TestGate(GateCase):
    def test_OR01_button_keeps_the_order_a_quotation_and_says_why(self):
        order = self._quotation()
        answer = order.action_confirm()
        self.assertHeld(order, "limit")
        told = answer["credit"][0]
        self.assertEqual(
            {name: told[name] for name in ("order_id", "name", "state", "credit_status", "reasons")},
            {
                "order_id": order.id,
                "name": order.name,
                "state": "draft",
                "credit_status": "hold",
                "reasons": ["limit"],
            },
        )
        self.assertIn("$\xa05,000.00", told["message"])
        self.assertIn("$\xa01,000.00", told["message"])

    def test_Q1_what_fits_goes_through(self):
        order = self._quotation(999.99)
        order.action_confirm()
        self.assertFree(order)

    def test_OR02_write_of_the_state(self):
        order = self._quotation()
        self.assertRefused(order.write, {"state": "sale"})
        self.assertEqual(order.state, "draft")
        self.assertNothingConfirmed()

    def test_OR02_assignment_of_the_state(self):
        order = self._quotation()

        def assign():
            order.state = "sale"

        self.assertRefused(assign)
        self.assertNothingConfirmed()

    def test_OR02_write_of_state_and_amount_in_one_call(self):
        order = self._quotation(100)
        line = Command.update(order.order_line.id, {"price_unit": 5000})
        self.assertRefused(order.write, {"state": "sale", "order_line": [line]})
        self.assertNothingConfirmed()

    def test_OR02_through_sent(self):
        order = self._quotation()
        order.write({"state": "sent"})
        self.assertRefused(order.write, {"state": "sale"})
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_OR03_create_in_state_sale(self):
        self.assertRefused(self.orders.create, self._vals(state="sale"))
        self.assertNothingConfirmed()

    def test_OR03_create_by_default_of_the_context(self):
        self.assertRefused(self.orders.with_context(default_state="sale").create, self._vals())
        self.assertNothingConfirmed()

    def test_OR03_create_two_that_fit_one_by_one(self):
        self.assertRefused(self.orders.create, [self._vals(600, state="sale"), self._vals(600, state="sale")])
        self.assertNothingConfirmed()

    def test_OR03_create_within_the_limit_is_sold(self):
        order = self.orders.create(self._vals(600, state="sale"))
        self.assertEqual(order.state, "sale")
        self.assertExposure(600)

    def test_gate_import(self):
        names = ["partner_id/.id", "pricelist_id/.id", "user_id/.id", "state"]
        names += ["order_line/product_id/.id", "order_line/product_uom_qty", "order_line/price_unit", "order_line/name"]
        row = [str(self.customer.id), str(self.pricelist.id), str(self.salesman.id), "Sales Order"]
        row += [str(self.product.id), "1", "5000", "Thing"]
        result = self.orders.load(names, [row])
        self.assertEqual(result["ids"], False)
        self.assertIn("the credit limit is", result["messages"][0]["message"])
        self.assertNothingConfirmed()

    def test_gate_import_over_an_existing_order(self):
        order = self._quotation()
        result = self.orders.load([".id", "state"], [[str(order.id), "Sales Order"]])
        self.assertEqual(result["ids"], False)
        self.assertNothingConfirmed()

    def test_gate_copy_starts_again(self):
        first = self._quotation(900)
        first.action_confirm()
        copy = first.copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.sudo().credit_hold_ids.mapped("reason_codes"), ["limit"])
        self.assertEqual(copy.credit_status, "hold")
        copy.action_confirm()
        self.assertHeld(copy, "limit")
        self.assertRefused(first.copy, {"state": "sale"})

    def test_gate_copy_of_a_released_order_has_no_release(self):
        order = self._quotation()
        order.action_confirm()
        self._as(self.manager, order).action_credit_release("Known customer")
        order.action_confirm()
        self.assertFree(order, "released")
        copy = order.copy()
        copy.action_confirm()
        self.assertHeld(copy, "limit")

    def test_gate_cancel_and_open_again(self):
        order = self._quotation(900)
        order.action_confirm()
        order._action_cancel()
        other = self._quotation(500)
        other.action_confirm()
        self.assertFree(other)
        order.action_draft()
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_gate_back_to_draft_by_write_grown_and_sold_again(self):
        order = self._quotation(900)
        order.action_confirm()
        order.write({"state": "draft"})
        order.order_line.price_unit = 5000
        self.assertRefused(order.write, {"state": "sale"})
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_gate_pass_of_a_cancelled_order_is_worth_nothing(self):
        order = self._quotation(900)
        order.action_confirm()
        order.write({"state": "cancel"})
        self._quotation(500).action_confirm()
        self.assertRefused(order.write, {"state": "sale"})

    def test_OR04_quantity_of_a_confirmed_order(self):
        order = self._quotation(100)
        order.action_confirm()
        self.assertRefused(order.order_line.write, {"product_uom_qty": 10})
        self.assertEqual(order.amount_total, 100)
        order.order_line.product_uom_qty = 9
        self.assertEqual(order.amount_total, 900)

    def test_OR05_line_of_a_confirmed_order(self):
        order = self._quotation(300)
        order.action_confirm()
        line = {"order_id": order.id, "product_id": self.product.id, "price_unit": 700, "tax_ids": [Command.clear()]}
        self.assertRefused(self.sales["sale.order.line"].create, line)
        self.assertRefused(order.write, {"order_line": [Command.create({**line, "order_id": order.id})]})
        self.assertEqual(order.amount_total, 300)

    def test_OR05_line_moved_into_a_confirmed_order(self):
        order, other = self._quotation(300), self._quotation(700)
        order.action_confirm()
        self.assertRefused(other.order_line.write, {"order_id": order.id})

    def test_HD08_price_discount_and_tax_of_a_confirmed_order(self):
        tax = self.env["account.tax"].create({"name": "Tax", "amount": 50, "company_id": self.company.id})
        order = self._quotation(
            order_line=[
                Command.create(
                    {
                        "product_id": self.product.id,
                        "price_unit": 1600,
                        "discount": 50,
                        "tax_ids": [Command.clear()],
                    }
                )
            ]
        )
        order.action_confirm()
        self.assertFree(order)
        for vals in ({"price_unit": 2100}, {"discount": 10}, {"tax_ids": [Command.set(tax.ids)]}):
            with self.subTest(vals):
                self.assertRefused(order.order_line.write, vals)
        self.assertEqual(order.amount_total, 800)

    def test_HD08_what_asks_for_less_is_never_refused(self):
        order = self._quotation(900)
        order.action_confirm()
        self.customer.credit_limit = 100
        self.customer.credit_hold = True
        order.order_line.price_unit = 400
        self.env.flush_all()
        self.assertEqual((order.amount_total, order.state), (400, "sale"))
        order.order_line.price_unit = 900
        with self.assertRaises(ValidationError):
            order.order_line.price_unit = 901
            self.env.flush_all()

    def test_OR06_invoice_address_of_another_customer(self):
        rich = self._customer("Rich", credit_limit=100000)
        self._late_invoice(10)
        order = self._quotation(500, partner_invoice_id=rich.id)
        order.action_confirm()
        self.assertHeld(order, "buyer")
        hold = order.sudo().credit_hold_ids
        self.assertIn("may not order on credit", hold.message)
        self.assertRefused_by_buyer(order)

    def assertRefused_by_buyer(self, order):
        with self.assertRefusedWith(ValidationError, "may not order on credit"):
            order.write({"state": "sale"})

    def test_OR06_payer_of_a_confirmed_order(self):
        poor = self._customer("Poor", credit_limit=100)
        order = self._quotation(900)
        order.action_confirm()
        self.assertRefused(order.write, {"partner_invoice_id": poor.id})
        self.assertEqual(order.partner_invoice_id, self.customer)

    def test_HD08_customer_of_a_confirmed_order(self):
        poor = self._customer("Poor", credit_limit=100)
        order = self._quotation(900)
        order.action_confirm()
        self.assertRefused(order.write, {"partner_id": poor.id, "partner_invoice_id": poor.id})

    def test_HD08_longer_terms_of_a_confirmed_order(self):
        short, long = self._payment_term(10), self._payment_term(60)
        order = self._quotation(900, payment_term_id=short.id)
        order.action_confirm()
        self.customer.credit_limit = 500
        self.assertRefused(order.write, {"payment_term_id": long.id})
        order.write({"payment_term_id": self._payment_term(5).id})
        self.assertEqual(order.payment_term_id.line_ids.nb_days, 5)

    def test_HD08_unlocked_order_is_checked_all_the_same(self):
        order = self._quotation(300)
        order.action_confirm()
        order.action_lock()
        order.write({"locked": False})
        self.assertRefused(order.order_line.write, {"product_uom_qty": 10})

    def test_OR10_no_context_key_opens_the_gate(self):
        keys = {
            "bypass_risk": True,
            "bypass_credit": True,
            "credit_bypass": True,
            "skip_credit_check": True,
            "credit_check": False,
            "credit_hold_engine": True,
            "no_credit_check": True,
            "force": True,
            "install_mode": True,
            "import_file": True,
            "tracking_disable": True,
            "default_state": "sale",
            "default_credit_status": "released",
            "default_credit_passed_amount": 1e9,
            "default_credit_passed_partner_id": self.customer.id,
            "default_credit_passed_currency_id": self.company.currency_id.id,
            "default_credit_passed_term_days": 1000,
        }
        order = self._quotation().with_context(**keys)
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertRefused(order.write, {"state": "sale"})
        self.assertRefused(self.orders.with_context(**keys).create, self._vals(state="sale"))
        self.assertNothingConfirmed()

    def test_OR10_a_default_of_the_context_does_not_set_a_protected_field(self):
        order = self.orders.with_context(
            default_credit_status="released", default_credit_passed_amount=1e9, default_credit_prepay_asked=5
        ).create(self._vals(100))
        self.assertEqual(
            (order.credit_status, order.credit_passed_amount, order.credit_prepay_asked), ("clear", 0.0, 0.0)
        )

    def test_A3_protected_fields_are_nobodys(self):
        order = self._quotation()
        order.action_confirm()
        hold = order.sudo().credit_hold_ids
        for user in (self.salesman, self.manager, self.env.ref("base.user_admin")):
            user.company_ids |= self.company
            for record, vals in (
                (order, {"credit_status": "released"}),
                (order, {"credit_passed_amount": 1e9}),
                (order, {"credit_prepay_asked": 1}),
                (order, {"credit_hold_ids": [Command.update(hold.id, {"state": "released"})]}),
                (hold, {"state": "released", "release_ceiling": 1e9}),
                (hold, {"snapshot": {}}),
                (hold, {"decided_by_id": self.manager.id}),
            ):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(AccessError):
                    self._as(user, record).write(vals)
        self.assertHeld(order, "limit")

    def test_A3_nobody_makes_a_release(self):
        order = self._quotation()
        order.action_confirm()
        vals = {
            "order_id": order.id,
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "state": "released",
            "release_ceiling": 1e9,
            "currency_id": self.company.currency_id.id,
        }
        for user in (self.salesman, self.controller, self.manager, self.env.ref("base.user_admin")):
            user.company_ids |= self.company
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._as(user, self.env["credit.hold"]).create(vals)
                with self.assertRaises(AccessError):
                    self._as(user, order).write({"credit_hold_ids": [Command.create(vals)]})
                with self.assertRaises(AccessError):
                    self._as(user, order.sudo().credit_hold_ids.sudo(False)).unlink()

    def test_gate_x2many_through_the_customer(self):
        order = self._quotation()
        partner = self.customer.with_env(self.env)
        self.assertRefused(partner.write, {"sale_order_ids": [Command.update(order.id, {"state": "sale"})]})
        self.assertRefused(partner.write, {"sale_order_ids": [Command.create(self._vals(state="sale"))]})
        with self.assertRaises(AccessError):
            partner.write({"sale_order_ids": [Command.update(order.id, {"credit_status": "released"})]})
        self.assertNothingConfirmed()

    def test_gate_x2many_on_the_order(self):
        order = self._quotation(300)
        order.action_confirm()
        for command in (
            Command.create({"product_id": self.product.id, "price_unit": 5000, "tax_ids": [Command.clear()]}),
            Command.update(order.order_line.id, {"price_unit": 5000}),
        ):
            with self.subTest(command):
                self.assertRefused(order.write, {"order_line": [command]})

    def test_OR21_D2_orders_in_one_call_count_for_each_other(self):
        orders = self._quotation(400) | self._quotation(400) | self._quotation(400)
        answer = orders.action_confirm()
        self.assertEqual(sorted(orders.mapped("state")), ["draft", "sale", "sale"])
        held = orders.filtered(lambda order: order.state == "draft")
        self.assertHeld(held, "limit")
        self.assertEqual([told["order_id"] for told in answer["credit"]], held.ids)
        self.assertEqual(held.sudo().credit_hold_ids.snapshot["reasons"][0]["after"], 120000)
        self.assertExposure(800)

    def test_OR21_many_in_one_call_exactly_those_that_fit(self):
        self.policy.limit_boundary = "above"
        orders = self.orders.browse([self._quotation(100).id for _number in range(15)])
        orders.action_confirm()
        self.assertEqual(len(orders.filtered(lambda order: order.state == "sale")), 10)
        self.assertExposure(1000)

    def test_OR21_two_orders_written_in_one_call(self):
        orders = self._quotation(600) | self._quotation(600)
        self.assertRefused(orders.write, {"state": "sale"})
        self.assertNothingConfirmed()

    def test_OR21_shared_limit_in_one_call(self):
        sister = self._customer("Sister")
        self.env["credit.group"].create(
            {
                "name": "Family",
                "company_id": self.company.id,
                "credit_limit": 1000,
                "account_ids": [Command.set((self._account() | self._account(sister)).ids)],
            }
        )
        orders = self._quotation(600) | self._quotation(600, sister)
        orders.action_confirm()
        self.assertEqual(sorted(orders.mapped("credit_status")), ["clear", "hold"])

    def test_OR15_order_of_another_salesman(self):
        other = self._user("other_salesman", "sales_team.group_sale_salesman")
        order = self._quotation(100)
        with self.assertRaises(AccessError):
            self._as(other, order).action_confirm()
        self.assertEqual(order.state, "draft")

    def test_OR18_order_that_does_not_exist(self):
        order = self._quotation(100)
        order.sudo().unlink()
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_OR20_same_order_twice_in_one_call(self):
        order = self._quotation(600)
        self.orders.browse([order.id, order.id]).action_confirm()
        self.assertFree(order)
        self.assertExposure(600)

    def test_OR20_confirmed_twice_one_after_the_other(self):
        order = self._quotation(600)
        order.action_confirm()
        with self.assertRaises(UserError):
            order.action_confirm()
        self.assertExposure(600)

    def test_gate_switch_of_the_company_is_not_the_salesmans(self):
        with self.assertRaises(AccessError):
            self.company.with_env(self.sales).write({"credit_check_active": False})

    def test_S2_29_checking_switched_off_lets_all_pass(self):
        self.company.credit_check_active = False
        order = self._quotation()
        order.action_confirm()
        self.assertFree(order, "unchecked")

    def test_HD08_order_moved_to_another_legal_entity(self):
        other = self.env["res.company"].create({"name": "Other", "currency_id": self.company.currency_id.id})
        self.env.user.company_ids |= other
        self.salesman.company_ids |= other
        self.customer.with_company(other).credit_limit = 100
        order = self._quotation(900)
        order.action_confirm()
        self.assertFree(order)
        with self.assertRaises(ValidationError):
            order.sudo().write({"company_id": other.id})
            self.env.flush_all()
        self.assertEqual(order.company_id, self.company)


@tagged("post_install", "-at_install")
class TestGateOverHttp(GateCase, HttpCase):
    """The routes a browser, a customer and a remote program use."""

    def _call(self, model, method, args, kwargs=None):
        body = {"params": {"model": model, "method": method, "args": args, "kwargs": kwargs or {}}}
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(body),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def _sign(self, order):
        order.write({"state": "sent", "require_signature": True, "require_payment": False})
        params = {"access_token": order.sudo()._portal_ensure_token(), "name": "Jo Buyer", "signature": SIGNATURE}
        return self.url_open(
            f"/my/orders/{order.id}/accept",
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        ).json()

    def test_gate_rpc_as_salesman(self):
        order = self._quotation()
        self.authenticate(self.salesman.login, self.salesman.login)
        answer = self._call("sale.order", "action_confirm", [[order.id]])
        self.assertEqual(answer["result"]["credit"][0]["credit_status"], "hold")
        with mute_logger("odoo.http"):
            refused = self._call("sale.order", "write", [[order.id], {"state": "sale"}])
        self.assertIn("the credit limit is", refused["error"]["data"]["message"])
        with mute_logger("odoo.http"):
            refused = self._call("sale.order", "_credit_pass", [[order.id]])
        self.assertIn("error", refused)
        order.invalidate_recordset()
        self.assertHeld(order, "limit")

    def test_D22_HD07_portal_signature_of_a_held_order(self):
        order = self._quotation()
        self._sign(order)
        order.invalidate_recordset()
        self.assertHeld(order, "limit")
        self.assertEqual((order.state, order.signed_by), ("sent", "Jo Buyer"))
        self.assertTrue(order.signature)
        hold = order.sudo().credit_hold_ids
        self.assertIn(self.manager, hold.activity_ids.user_id)

    def test_HD07_portal_signature_of_an_order_that_fits(self):
        order = self._quotation(600)
        self._sign(order)
        order.invalidate_recordset()
        self.assertFree(order)

    def test_HD07_customer_sees_no_figures_and_no_confirmation(self):
        order = self._quotation()
        answer = self._sign(order)
        page = self.url_open(answer["result"]["redirect_url"]).text
        self.assertNotIn("Your order has been confirmed", page)
        self.assertNotIn("credit limit", page)


SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
