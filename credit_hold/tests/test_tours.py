"""The screens, as the people who use them see them (Chromium)."""

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import CreditCase


@tagged("post_install", "-at_install")
class TestTours(CreditCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.product"].create(
            {"name": "Tour Thing", "type": "service", "list_price": 500.0, "taxes_id": [Command.clear()]}
        )
        cls.tour_customer = cls._customer(
            "Tour Customer",
            ref="T-1",
            user_id=cls.salesman.id,
            credit_limit=1000,
            property_product_pricelist=cls.pricelist.id,
        )
        cls._invoice(cls.tour_customer, 800)

    def _quotation(self, customer=None):
        return self._order(customer or self.tour_customer, 500, user_id=self.salesman.id)

    def test_salesperson_is_stopped_and_asks_for_a_release(self):
        self.start_tour("/odoo/sales/new", "credit_hold_salesperson", login="test_salesman")
        order = self.env["sale.order"].search([("partner_id", "=", self.tour_customer.id)])
        self.assertEqual((order.state, order.credit_status), ("draft", "hold"))
        hold = order.credit_hold_ids
        self.assertEqual((hold.requested_by_id, hold.request_note), (self.salesman, "They pay on Friday."))
        self.assertTrue(hold.activity_ids)

    def test_manager_releases_several_and_confirms(self):
        second = self._customer("Tour Second", credit_hold=True, credit_hold_reason="Old debts")
        orders = self._quotation() | self._quotation(second)
        self.start_tour("/odoo/credit-held-orders", "credit_hold_manager", login="test_credit_manager")
        self.assertEqual(orders.mapped("state"), ["sale", "sale"])
        self.assertEqual(orders.mapped("credit_status"), ["released", "released"])
        holds = orders.credit_hold_ids
        self.assertEqual(holds.decided_by_id, self.manager)
        self.assertEqual(set(holds.mapped("release_reason")), {"Letter of credit is here."})
        self.assertTrue(all(hold.release_until and hold.release_ceiling >= 500 for hold in holds))

    def test_controller_rejects_from_the_order(self):
        order = self._quotation()
        self.start_tour(f"/odoo/sales/{order.id}", "credit_hold_reject", login="test_controller")
        self.assertEqual((order.state, order.credit_status), ("draft", "rejected"))
        self.assertEqual(order.credit_hold_ids.decided_by_id, self.controller)

    def test_prepayment_frees_the_order(self):
        customer = self._customer("Tour Prepay", ref="T-9", prepay_required=True, prepay_percent=50)
        order = self._quotation(customer)
        self.assertEqual(order.credit_status, "prepay")
        self.start_tour(f"/odoo/sales/{order.id}", "credit_hold_prepayment", login="test_billing")
        self.assertEqual(order.prepaid_amount, 250)
        self.assertEqual(order.credit_payment_ids.amount, 250)
        self.assertEqual(order.credit_status, "clear")
        self.assertEqual(order.credit_hold_ids.state, "lapsed")

    def test_customer_credit_summary(self):
        self.start_tour("/odoo/credit-accounts", "credit_hold_summary", login="test_controller")
        account = self._account(self.tour_customer)
        self.assertEqual((account.hold, account.hold_reason), (True, "Cheque returned"))
        self.assertTrue(self.tour_customer.credit_hold)

    def test_settings(self):
        self._user("test_administrator", "base.group_system,account.group_account_manager")
        self.start_tour("/odoo/settings#credit_hold", "credit_hold_settings", login="test_administrator")
        self.assertEqual((self.company.credit_default_mode, self.company.credit_default_limit), ("limit", 750))
        self.assertEqual(self._customer("New").credit_effective_limit, 750)
