"""The screens of customer credits as an accountant and as an executive see them (Chromium)."""

from odoo.tests import HttpCase, tagged

from .test_customer_credit import CustomerCreditCommon


@tagged("post_install", "-at_install")
class TestCustomerCreditTours(CustomerCreditCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in cls.users.values():
            user.password = user.login
        cls.note = cls._invoice(100, "2025-01-31", kind="out_refund")
        cls.debit = cls._invoice(120, "2025-01-31")

    def test_accountant_refunds_a_part(self):
        """S0.12, S0.16, S0.17, S0.18."""
        self.start_tour("/odoo/customer-credits", "customer_credit_refund", login="hub_accountant")
        self.assertEqual(self._figures(self.note), ("partially_refunded", 100, 0, 40, 0, 60))

    def test_manager_applies_and_takes_back(self):
        """S0.8, S0.13, S0.15, S0.23, S0.29."""
        self.start_tour("/odoo/customer-credits", "customer_credit_apply", login="hub_manager")
        self.assertEqual(self._figures(self.note), ("open", 100, 0, 0, 0, 100))
        self.assertEqual(self.debit.amount_residual, 120)

    def test_executive_only_looks(self):
        """S0.14, S0.21, CC03."""
        self.start_tour("/odoo/customer-credits", "customer_credit_viewer", login="hub_viewer")
