"""What the tests of flags, holds and releases share: a customer with a limit, an order that is held."""

from odoo import fields

from .common import CreditCase


class HoldCase(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.customer.credit_limit = 1000

    def _held(self, amount=5000, customer=None, **vals):
        order = self._order(customer, amount, **vals)
        self._as(self.salesman, order).action_confirm()
        return order

    def _release(self, order, reason="Known customer", user=None, **terms):
        self._as(user or self.manager, order).action_credit_release(reason, **terms)

    def _confirm(self, order):
        return self._as(self.salesman, order).action_confirm()

    def _notes(self, record):
        return "\n".join(record.message_ids.mapped("body"))
