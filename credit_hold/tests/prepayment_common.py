"""What the tests of prepayments share: a customer who pays in advance, and money reserved to an order."""

from odoo.exceptions import ValidationError

from .common import CreditCase


class PrepaymentCase(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.prepay_required = True

    def _reserved(self, order, amount, **vals):
        return self._receipt(amount=amount, credit_order_id=order.id, **vals)

    def _confirm(self, order):
        return self._as(self.salesman, order).action_confirm()

    def _amounts(self, order):
        order.invalidate_recordset()
        return order.prepay_amount, order.prepaid_amount

    def assertWaits(self, order):
        self._confirm(order)
        self.assertHeld(order, "prepay", status="prepay")
        with self.assertRefusedWith(ValidationError, "is required to make prepayments"):
            self._as(self.salesman, order).write({"state": "sale"})

    def assertGoesThrough(self, order):
        self.assertEqual(order.credit_status, "clear")
        self._confirm(order)
        self.assertFree(order)
