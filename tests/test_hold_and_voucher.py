"""The two siblings meet in the ledger alone: a voucher frees a held order, its reversal counts again."""

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.credit_hold.tests.common import CreditCase


@tagged("post_install", "-at_install")
class TestHoldAndVoucher(CreditCase):
    def setUp(self):
        super().setUp()
        account = self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", "expense")], limit=1
        )
        self.company.adjustment_write_off_account_id = account

    def _item(self, document):
        move = document if document._name == "account.move" else document.move_id
        return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _voucher(self, *lines, **vals):
        return self.env["adjustment.voucher"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "date": fields.Date.context_today(self.company),
                "line_ids": [Command.create({"move_line_id": item.id, "amount": amount, **more})
                             for item, amount, more in lines],
                **vals,
            }
        )  # fmt: skip

    def test_application_frees_an_order_held_for_overdue_debt_and_reversal_counts_again(self):
        late = self._item(self._late_invoice(10, 800))
        order = self._order(amount=50)
        self.assertHeld(order, "overdue")
        receipt = self._item(self._receipt(amount=800))
        voucher = self._voucher((receipt, 800, {}), (late, 800, {}))
        voucher.action_authorize()
        self.assertEqual(order.credit_status, "clear")
        voucher.action_reverse(None, "bounced")
        self.assertEqual(late.amount_residual, 800)
        order.action_confirm()
        self.assertHeld(order, "overdue")

    def test_application_leaves_the_exposure_and_a_write_off_lowers_it(self):
        invoice, receipt = self._item(self._invoice(amount=500)), self._item(self._receipt(amount=497))
        self.assertExposure(500 - (0 if self._account().uncleared else 497))
        before = self.customer.credit_exposure
        self.company.adjustment_tolerance_amount = 3
        voucher = self._voucher((receipt, 497, {}), (invoice, 500, {"write_off_amount": 3}))
        voucher.action_authorize()
        self.customer.invalidate_recordset()
        self.assertExposure(0)
        voucher.action_reverse(None, "mistake")
        self.customer.invalidate_recordset()
        self.assertExposure(before)

    def test_transfer_moves_the_exposure_to_the_other_customer_of_the_group(self):
        parent = self._customer("Group")
        other = self._customer("Sister", parent_id=parent.id)
        self.customer.parent_id = parent
        invoice = self._item(self._invoice(amount=300))
        voucher = self._voucher((invoice, 300, {}), transfer_partner_id=other.id, hierarchy="group", memo="Moved")
        voucher.action_authorize()
        self.customer.invalidate_recordset()
        self.assertExposure(0)
        self.assertExposure(300, other)
