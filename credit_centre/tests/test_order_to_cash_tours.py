"""S1.5, S1.6, S1.20: the screens, as salesperson, accountant and executive (Chromium)."""

from odoo.tests import HttpCase, tagged

from .order_to_cash_common import OrderToCashCommon


@tagged("post_install", "-at_install")
class TestTours(OrderToCashCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name = "Otc Own"
        cls.other.write({"name": "Otc Of Another", "email": "another@example.com"})
        own = {"user_id": cls.users["hub_sales"].id}
        cls.own = cls._order(cls.service, quantity=12, **own)
        cls.own.order_line.product_uom_qty = 10
        cls.expired = cls._order(cls.service, confirm=False, validity_date="2026-01-31", **own)
        cls.of_another = cls._order(cls.service, partner_id=cls.other.id, user_id=cls.users["otc_sales_manager"].id)

    def test_salesperson_follows_own_orders(self):
        self.start_tour("/odoo/order-to-cash", "otc_salesperson", login="hub_sales")

    def test_accountant_invoices_many(self):
        self.start_tour("/odoo/order-to-cash", "otc_accountant", login="hub_accountant")
        invoices = (self.own + self.of_another).invoice_ids
        self.assertEqual(invoices.mapped("state"), ["posted", "posted"])
        self.assertFalse(self.expired.invoice_ids)

    def test_executive_looks(self):
        self.start_tour("/odoo/order-to-cash", "otc_executive", login="hub_viewer")
