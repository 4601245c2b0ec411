"""What the check costs: queries of a confirmation over Odoo's own, and of lists."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import CreditCase


@tagged("post_install", "-at_install")
class TestQueries(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.credit_limit = 10**6

    def _queries(self, operation):
        """How many statements an operation sends, with warm caches of the registry and cold ones of records."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        operation()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _confirmation(self):
        orders = [self._order(amount=10) for _number in range(2)]
        counts = [
            self._queries(lambda order=order: self._as(self.salesman, order).action_confirm()) for order in orders
        ]
        for order in orders:
            self.assertEqual(order.state, "sale")
        return counts[-1]

    def test_confirmation_adds_at_most_eight_queries(self):
        with_check = self._confirmation()
        orders = type(self.env["sale.order"])
        marks = type(self.env["credit.mark"])
        with (
            patch.object(orders, "_credit_check_for_confirmation", lambda self: self),
            patch.object(orders, "_credit_pass_covers", lambda self: True),
            patch.object(marks, "_collect", lambda self, model_name, ids: None),
            patch.object(marks, "_collect_now", lambda self, model_name, ids: None),
        ):
            without_check = self._confirmation()
        self.assertLessEqual(with_check - without_check, 8)
        self.assertGreater(with_check, without_check)

    def test_orders_of_one_call_read_the_ledger_once(self):
        readings = []
        accounts = type(self.env["credit.account"])
        original = accounts._read_facts

        def counted(self, *args, **kwargs):
            readings.append(args)
            return original(self, *args, **kwargs)

        orders = self.env["sale.order"].browse([self._order(amount=10).id for _number in range(12)])
        with patch.object(accounts, "_read_facts", counted):
            orders.action_confirm()
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        self.assertEqual(len(readings), 1)

    def test_list_of_customers_with_figures_is_one_reading(self):
        customers = self.env["res.partner"]
        for number in range(20):
            customers |= self._customer(f"Customer {number}", credit_limit=100)

        def read(some):
            return lambda: some.mapped("credit_exposure")

        self._queries(read(customers))
        self.assertEqual(self._queries(read(customers[:2])), self._queries(read(customers)))

    def test_list_of_accounts_is_one_reading(self):
        customers = self.env["res.partner"]
        for number in range(20):
            customers |= self._customer(f"Customer {number}", credit_limit=100)
        accounts = self._account(customers)

        def read(some):
            return lambda: some.read(["exposure", "headroom", "effective_limit", "overdue"])

        self._queries(read(accounts))
        self.assertEqual(self._queries(read(accounts[:2])), self._queries(read(accounts)))
