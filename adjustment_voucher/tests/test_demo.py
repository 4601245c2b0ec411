"""The demo data, where it is installed."""

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo data show every state; where there is none, there is nothing to look at."""

    def _demo(self, name):
        record = self.env.ref(f"adjustment_voucher.{name}", raise_if_not_found=False)
        return record or self.skipTest("no demo data")

    def test_states(self):
        states = {"harbor": "draft", "alpine": "authorized", "oldmill": "returned", "pine": "reversed"}
        for name, state in states.items():
            voucher = self._demo(f"voucher_{name}")
            self.assertEqual(voucher.state, state, name)
            self.assertFalse(voucher.currency_id.compare_amounts(voucher.difference, 0), name)
        alpine, oldmill = self._demo("voucher_alpine"), self._demo("voucher_oldmill")
        self.assertGreater(alpine.exchange_amount, 0)
        self.assertEqual(alpine.authorized_by_id, self._demo("user_approver"))
        self.assertTrue(oldmill.line_ids.filtered("late_charge_amount") and oldmill.write_off_total)
        self.assertTrue(oldmill.return_reason)
        self.assertEqual(self._demo("invoice_pine").payment_state, "not_paid")

    def test_draft_can_be_authorized_by_the_approver(self):
        voucher = self._demo("voucher_harbor").with_user(self._demo("user_approver"))
        voucher.action_authorize()
        self.assertEqual(voucher.state, "authorized")
        self.assertIn(self._demo("invoice_harbor_1").payment_state, ("paid", "in_payment"))

    def test_discount_of_the_demo_is_still_open(self):
        receipt = self._demo("receipt_lakeside").with_user(self._demo("user_approver"))
        voucher = receipt.env["adjustment.voucher"].browse(receipt.action_adjustment_apply()["res_id"])
        voucher.action_allocate()
        self.assertEqual((voucher.discount_total, voucher.difference), (20, 0))

    def test_remittance_of_the_demo(self):
        remittance = self._demo("remittance_riverside")
        self.assertEqual(
            remittance.line_ids.sorted("number").mapped("code"),
            ["matched", "matched", "matched", "document_missing", "receipt_missing"],
        )
        remittance.action_import()
        voucher = remittance.voucher_ids.with_user(self._demo("user_approver")).with_context(tz=self.env.user.tz)
        voucher.action_authorize()
        self.assertEqual(self._demo("invoice_riverside_3").amount_residual, 0)
        self.assertEqual(self._demo("invoice_riverside_2").amount_residual, 200)
