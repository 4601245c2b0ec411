"""The screens, as the people who use them see them (Chromium)."""

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import VoucherCommon


@tagged("post_install", "-at_install")
class TestTours(VoucherCommon, HttpCase):
    """A clerk who prepares (billing), an approver, and a customer with an invoice and a receipt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("tour_clerk", "account.group_account_invoice")
        cls.approver = cls._user("tour_approver", "adjustment_voucher.group_adjustment_approver")
        cls.customer.name = "Tour Customer"

    def _only_voucher(self):
        return self.env["adjustment.voucher"].search([("partner_id", "=", self.customer.id)]).ensure_one()

    def _applied(self, *pairs):
        """An authorized voucher over (item, amount) pairs."""
        voucher = self._voucher(pairs)
        voucher.action_authorize()
        return voucher

    def test_S4_30_single_currency_with_part_amounts(self):
        invoice, receipt = self._invoice(100), self._receipt(60)
        self.start_tour("/odoo/adjustment-vouchers", "adjustment_voucher_single", login="tour_clerk")
        voucher = self._only_voucher()
        self.assertEqual((voucher.state, voucher.create_uid, voucher.authorized_by_id),
                         ("authorized", self.clerk, self.clerk))  # fmt: skip
        self.assertEqual(self._open_line(invoice).amount_residual, 55)
        self.assertEqual(self._open_line(receipt).amount_residual, -15)
        self.assertFalse(voucher.move_id)

    def test_S4_31_cross_currency_with_edited_rate(self):
        cad = self._currency("CAD", _2024_01_01=1.25)
        invoice = self._invoice(100, currency=cad)
        receipt = self._receipt(70)
        self.start_tour("/odoo/adjustment-vouchers", "adjustment_voucher_multi", login="tour_clerk")
        voucher = self._only_voucher()
        self.assertEqual((voucher.state, voucher.kind), ("authorized", "multi"))
        self.assertEqual(self._line(voucher, self._open_line(invoice)).rate, 0.7)
        self.assertTrue(self._open_line(invoice).reconciled and self._open_line(receipt).reconciled)
        self.assertEqual((self._balance(voucher, self.loss), voucher.exchange_amount), (10, -10))

    def test_S4_34_authorized_by_another_user_after_a_return(self):
        self.company.adjustment_four_eyes = True
        invoice, receipt = self._open_line(self._invoice(100)), self._open_line(self._receipt(60))
        voucher = self._voucher().with_user(self.clerk).copy({"date": "2024-03-31"})
        self.env["adjustment.voucher"].search([("id", "!=", voucher.id)]).unlink()
        voucher.write(
            {"line_ids": [Command.create({"move_line_id": item.id, "amount": 60}) for item in (invoice, receipt)]}
        )
        self.start_tour("/odoo/adjustment-vouchers", "adjustment_voucher_own_refused", login="tour_clerk")
        self.assertEqual(voucher.state, "draft")
        self.start_tour(f"/odoo/adjustment-vouchers/{voucher.id}", "adjustment_voucher_return", login="tour_approver")
        self.assertEqual((voucher.state, voucher.returned_by_id), ("returned", self.approver))
        self.start_tour(f"/odoo/adjustment-vouchers/{voucher.id}", "adjustment_voucher_take_up", login="tour_clerk")
        self.assertEqual((voucher.state, set(voucher.line_ids.mapped("amount"))), ("draft", {40}))
        self.start_tour("/odoo/adjustment-vouchers", "adjustment_voucher_authorize_list", login="tour_approver")
        self.assertEqual((voucher.state, voucher.authorized_by_id), ("authorized", self.approver))
        self.assertEqual((invoice.amount_residual, receipt.amount_residual), (60, -20))

    def test_S4_35_reverse_through_the_wizard(self):
        invoice, receipt = self._open_line(self._invoice(100)), self._open_line(self._receipt(60))
        before = self._image(invoice | receipt)
        voucher = self._applied((receipt, 60), (invoice, 60))
        self.start_tour(f"/odoo/adjustment-vouchers/{voucher.id}", "adjustment_voucher_reverse", login="tour_approver")
        self.assertEqual((voucher.state, voucher.reversed_by_id), ("reversed", self.approver))
        self.assertEqual(voucher.reversal_reason, "Wrong invoice")
        self.assertEqual(self._image(invoice | receipt), before)

    def test_S4_35_one_item_is_taken_out_of_a_voucher(self):
        first, second = self._open_line(self._invoice(20)), self._open_line(self._invoice(40))
        receipt = self._open_line(self._receipt(60))
        voucher = self._applied((receipt, 60), (first, 20), (second, 40))
        self.start_tour(f"/odoo/adjustment-vouchers/{voucher.id}", "adjustment_voucher_take_out", login="tour_approver")
        draft = self.env["adjustment.voucher"].search([("origin_id", "=", voucher.id)])
        self.assertEqual((voucher.state, draft.state), ("reversed", "draft"))
        self.assertEqual(draft.line_ids.move_line_id, first | receipt)

    def test_S4_40_netting_of_a_customer_that_is_also_a_supplier(self):
        invoice = self._invoice(100)
        bill = self._invoice(40, kind="in_invoice")
        self.start_tour("/odoo/adjustment-vouchers", "adjustment_voucher_netting", login="tour_clerk")
        voucher = self._only_voucher()
        self.assertEqual((voucher.state, bill.payment_state), ("authorized", "paid"))
        self.assertEqual(self._open_line(invoice).amount_residual, 60)
        self.assertEqual(self._balance(voucher, self.receivable), -40)

    def test_salespeople_have_no_menu_to_it(self):
        menus = [self.env.ref(f"adjustment_voucher.menu_adjustment_{name}").id for name in ("voucher", "allocation")]
        sales = self._user("tour_sales", "base.group_user")
        self.assertFalse(set(menus) & self.env["ir.ui.menu"].with_user(sales)._visible_menu_ids())
        self.assertTrue(set(menus) <= self.env["ir.ui.menu"].with_user(self.clerk)._visible_menu_ids())
