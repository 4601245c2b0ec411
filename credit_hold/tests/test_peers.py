"""Defects found in comparable addons and in plain Odoo (D1 to D28), each with the right answer.

D1 is in test_race, D3, D4, D8, D9 and D12 in test_company_currency, D22 in test_gate.
"""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import CreditCase


@tagged("post_install", "-at_install")
class TestPeers(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.credit_limit = 1000

    def test_D2_orders_of_one_call_count_together(self):
        orders = self._order(amount=600) | self._order(amount=600)
        orders.action_confirm()
        self.assertEqual(orders.mapped("credit_status"), ["clear", "hold"])

    def test_D5_down_payment_counts_once(self):
        self.customer.credit_limit = 5000
        order = self._confirmed(amount=1000)
        invoice = self._down_payment(order, 500)
        self.assertExposure(1000)
        self._pay(invoice)
        self.assertExposure(500)

    def test_D6_amended_after_confirmation(self):
        order = self._confirmed(amount=600)
        with self.assertRaises(ValidationError):
            order.order_line.price_unit = 4000
            self.env.flush_all()
        self.assertEqual(order.amount_total, 600)

    def test_D7_undelivered_order_counts(self):
        self._confirmed(amount=900, product=self.delivered_product)
        self.assertExposure(900)
        second = self._order(amount=200, product=self.delivered_product)
        second.action_confirm()
        self.assertHeld(second, "limit")

    def test_D7_delivered_part_counts_once_when_it_is_invoiced(self):
        order = self._confirmed(
            amount=0,
            order_line=[
                Command.create(
                    {
                        "product_id": self.delivered_product.id,
                        "product_uom_qty": 9,
                        "price_unit": 100,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        )
        order.order_line.qty_delivered = 4
        self.assertExposure(900)
        invoice = self._invoice_order(order)
        self.assertEqual(invoice.amount_total, 400)
        self.assertEqual((self.customer.credit_open_items, self.customer.credit_open_orders), (400, 500))
        self.assertExposure(900)
        self._pay(invoice)
        self.assertExposure(500)

    def test_D13_zero_and_no_limit_are_two_things(self):
        zero, free = self._customer("Zero", credit_limit=0), self._customer("Free")
        self.assertEqual((zero.credit_limit_mode, free.credit_limit_mode), ("own", "default"))
        self.assertEqual((zero.credit_has_limit, free.credit_has_limit), (True, False))
        self.assertHeld(self._order(zero, 0.01), "limit")
        self.assertEqual(self._order(free, 10**9).credit_status, "clear")

    def test_D14_a_limit_alone_works(self):
        order = self._order(amount=5000)
        order.action_confirm()
        self.assertHeld(order, "limit")
        self._invoice(amount=50000)
        self.assertExposure(50000)

    def test_D15_draft_invoice_of_an_order_hides_nothing(self):
        order = self._confirmed(amount=900)
        self._invoice_order(order, post=False)
        self.assertExposure(900)
        second = self._order(amount=900)
        second.action_confirm()
        self.assertHeld(second, "limit")

    def test_D16_draft_credit_note_makes_no_room(self):
        invoice = self._invoice(amount=900)
        refund = self._credit_note(invoice, post=False)
        self.assertEqual(refund.state, "draft")
        self.assertExposure(900)
        self.assertHeld(self._order(amount=900), "limit")

    def test_D16_credit_note_matched_while_draft_makes_no_room(self):
        invoice = self._invoice(amount=900)
        refund = self._credit_note(invoice, post=False)
        (invoice.line_ids | refund.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertExposure(900)

    def test_D17_fully_credited_order_does_not_come_back(self):
        invoice = self._invoice_order(self._confirmed(amount=900))
        self._credit_note(invoice)
        self.assertExposure(0)
        self.env["credit.account"]._cron_refresh()
        self.assertExposure(0)

    def test_D17_corrected_invoice_uses_the_order_up_once(self):
        order = self._confirmed(amount=900)
        self._credit_note(self._invoice_order(order))
        self._invoice_order(order)
        self.assertExposure(900)

    def test_D18_nothing_a_salesman_can_send_lets_an_order_pass(self):
        order = self._as(self.salesman, self._order(amount=5000))
        order.with_context(bypass_risk=True).action_confirm()
        self.assertHeld(order, "limit")
        for vals in (
            {"credit_limit": 10**6},
            {"credit_limit_mode": "unlimited"},
            {"credit_check_disabled": True},
            {"credit_policy_id": False},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                self._as(self.salesman, self.customer).write(vals)
        maker = self._user("contact_maker", "sales_team.group_sale_salesman,base.group_partner_manager")
        with self.assertRaises(AccessError):
            self._as(maker, self.customer).write({"credit_limit": 10**6})
        with self.assertRaises(AccessError):
            self._as(maker, self.env["res.partner"]).create({"name": "New", "credit_limit": 10**6})

    def test_D18_private_methods_are_not_called_from_outside(self):
        order = self._order(amount=5000)
        for model, names in {
            "sale.order": ("_credit_pass", "_credit_set_status", "_action_confirm", "_credit_cases", "_credit_stop"),
            "credit.hold": ("_release", "_reject", "_lapse", "_close", "_examine_alone"),
            "credit.account": ("_open", "_refresh", "_cron_refresh", "_mark"),
            "credit.mark": ("_insert", "_collect"),
        }.items():
            for name in names:
                with self.subTest(name), self.assertRaises(AccessError):
                    get_public_method(self.env[model], name)
        self.assertHeld(order, "limit")

    def test_D20_search_and_filters_on_figures(self):
        self._invoice(amount=600)
        partners = self.env["res.partner"].with_user(self.manager)
        for domain, found in (
            ([("credit_exposure", ">", 0)], True),
            ([("credit_exposure", "=", 600)], True),
            ([("credit_exposure", ">", 600)], False),
            ([("credit_headroom", "<", 500)], True),
            ([("credit_limit", "=", 1000)], True),
            ([("credit_limit_mode", "=", "own")], True),
            ([("credit_limit_mode", "!=", "own")], False),
            ([("credit_hold", "=", False)], True),
            ([("credit_hold", "=", True)], False),
            ([("credit_has_limit", "=", True)], True),
        ):
            with self.subTest(domain):
                self.assertEqual(self.customer in partners.search(domain), found)
        self.customer.credit_hold = True
        self.assertEqual(self.customer in partners.search([("credit_hold", "=", True)]), True)

    def test_D23_invoices_are_never_blocked_whoever_posts_them(self):
        self.customer.credit_hold = True
        move = self._invoice(amount=50000, post=False)
        move._post(soft=False)
        self.assertEqual(move.state, "posted")

    def test_D27_subsidiaries_count_in_a_shared_limit(self):
        parent = self._customer("Parent", credit_limit=1000)
        child = self._customer("Child", parent_id=parent.id)
        self.env["credit.group"]._propose_for(parent, self.company)
        self._confirmed(child, 700)
        order = self._order(parent, 400)
        order.action_confirm()
        self.assertHeld(order, "group_limit")

    def test_contact_and_invoice_address_count_for_their_company(self):
        address = self.env["res.partner"].create({"name": "Accounts", "type": "invoice", "parent_id": self.customer.id})
        self._confirmed(address, 600)
        self.assertExposure(600)
        self.assertEqual(address.credit_exposure, 600)
        second = self._order(amount=600, partner_invoice_id=address.id)
        second.action_confirm()
        self.assertHeld(second, "limit")

    def test_cancelled_order_drops(self):
        order = self._confirmed(amount=900)
        order._action_cancel()
        self.assertExposure(0)
