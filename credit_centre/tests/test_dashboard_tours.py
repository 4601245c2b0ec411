"""The dashboard as each role sees it (Chromium)."""

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import CreditCentreCommon


class DashboardCase(CreditCentreCommon):
    """Two customers who owe, one of them with a credit, and a third whose order is held."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.tag = cls.env["res.partner.category"].create({"name": "Hub Tag"})
        cls.customer.category_id = cls.tag
        cls.invoice = cls._invoice(1000, "2025-01-10", due="2025-02-10")
        cls.later = cls._invoice(400, "2025-03-10", due="2025-04-10", partner=cls.other)
        cls.receipt = cls._receipt(30, "2025-03-20")
        cls.held = cls.env["res.partner"].create(
            {"name": "Hub Held", "credit_hold": True, "credit_hold_reason": "Old debts"}
        )
        cls.order = cls._order(cls.held, 250)

    @classmethod
    def _order(cls, partner, amount):
        product = cls.env["product.product"].create({"name": "Hub Thing", "type": "service", "taxes_id": False})
        line = {"product_id": product.id, "product_uom_qty": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
        order = cls.env["sale.order"].create(
            {"partner_id": partner.id, "company_id": cls.company.id, "order_line": [Command.create(line)]}
        )
        order.action_credit_check()
        return order


@tagged("post_install", "-at_install")
class TestDashboardTours(DashboardCase, HttpCase):
    """S0.1, S0.2, S0.25: everything about credit on one screen, for each role."""

    def _tour(self, name, login):
        self.start_tour("/odoo/credit-centre", f"credit_dashboard_{name}", login=login)

    def test_credit_manager(self):
        self.assertEqual(self.order.credit_status, "hold")
        self._tour("manager", "hub_manager")
        self.assertEqual(self.order.credit_status, "released")

    def test_filters_are_kept(self):
        self._tour("filters", "hub_manager")

    def test_accountant_applies(self):
        self._tour("accountant", "hub_accountant")
        voucher = self.env["adjustment.voucher"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(voucher.credit_line_ids.move_line_id, self._receivable(self.receipt))

    def test_executive_reads_only(self):
        self._tour("executive", "hub_viewer")

    def test_salesperson_is_told_whom_to_ask(self):
        """CC03"""
        self._tour("salesperson", "hub_sales")

    def test_change_elsewhere_shows(self):
        """CC07"""
        self._invoice(5, "2025-05-10", post=False).ref = "Elsewhere"
        self._tour("refresh", "hub_accountant")


@tagged("post_install", "-at_install")
class TestDashboardPhone(DashboardCase, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        self.start_tour("/odoo/credit-centre", "credit_dashboard_phone", login="hub_manager")
