"""Customers with very many documents are answered from kept figures, as long as these are true."""

from odoo.tests import tagged

from .common import CreditCase


@tagged("post_install", "-at_install")
class TestLargeCustomers(CreditCase):
    def setUp(self):
        super().setUp()
        self.customer.credit_limit = 1000
        self._invoice(amount=100)
        self._grow()

    def _grow(self):
        """Bring the figures up to date, and let the customer count as one with very many documents."""
        account = self._account()
        self.env.cr.flush()
        account._refresh_stale()
        self.env.flush_all()
        self.env.cr.execute("UPDATE credit_account SET documents = 100000 WHERE id = %s", [account.id])
        account.invalidate_recordset(flush=False)
        return account

    def _kept(self, **values):
        """Write kept figures that nobody would find live, to see which are read."""
        account = self._account()
        for name, value in values.items():
            self.env.cr.execute(f"UPDATE credit_account SET {name} = %s WHERE id = %s", [value, account.id])
        account.invalidate_recordset(flush=False)

    def _figures(self):
        pair = (self.customer.id, self.company.id)
        return self.env["credit.account"]._read_figures([pair])[pair]

    def _exposure(self):
        return self._figures()["exposure"]

    def test_kept_figures_answer_while_nothing_changed(self):
        self._kept(exposure=77)
        self.assertEqual(self._exposure(), 77)

    def test_second_order_of_one_transaction_sees_the_first(self):
        first, second = self._order(amount=600), self._order(amount=600)
        first.action_confirm()
        second.action_confirm()
        self.assertFree(first)
        self.assertHeld(second, "limit")

    def test_only_orders_are_read_again_when_only_orders_changed(self):
        self._kept(open_items=120)
        self._confirmed(amount=200)
        self.assertEqual(self._exposure(), 320)

    def test_items_are_read_again_when_one_changed(self):
        self._kept(open_items=120)
        self._invoice(amount=50)
        self.assertEqual(self._exposure(), 150)

    def test_items_are_read_again_when_an_order_with_a_reserved_receipt_changes(self):
        order = self._order(amount=200)
        self._receipt(amount=30, credit_order_id=order.id)
        account = self._grow()
        self.assertEqual((account.reserved, account.uncleared), (30, 0))
        order.action_confirm()
        self.assertFree(order)
        figures = self._figures()
        self.assertEqual((figures["reserved"], figures["uncleared"], figures["exposure"]), (0, 30, 300))

    def test_a_setting_that_changed_is_read_again(self):
        self._kept(exposure=77)
        self._account().grace_days = 5
        self.assertEqual(self._exposure(), 100)
