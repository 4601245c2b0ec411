"""The agreements on screen, as credit managers and salespeople see them (Chromium)."""

from odoo.tests import HttpCase, tagged

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
class TestAgreementTours(AgreementCase, HttpCase):
    freeze_time = None

    def test_manager_makes_an_agreement(self):
        """S3.27 to S3.29: made, activated, a second one refused and cancelled with its reason."""
        self.start_tour("/odoo/agreements", "credit_agreement_manager", login="hub_manager")
        found = self.env["credit.agreement"].search([("partner_id", "=", self.customer.id)], order="id")
        self.assertEqual(found.mapped("state"), ["active", "cancelled"])
        self.assertEqual((found[0].line_ids.price, found[0].discount), (80, 10))
        self.assertEqual(found[1].cancel_reason, "Entered twice")

    def test_salesperson_gets_the_agreed_price(self):
        """S3.5, S3.28: the customer is chosen, the agreed prices are there."""
        agreement = self._agreement(
            self._line(self.desk, price=80), name="Tour prices", discount=10, date_start="2020-01-01", date_end=False
        )
        self.start_tour("/odoo/sales/new", "credit_agreement_salesperson", login="hub_sales")
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((order.credit_agreement_id, order.amount_untaxed), (agreement, 98))
