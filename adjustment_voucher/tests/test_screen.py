"""The voucher's form while it is typed: both lists, sums and preview follow every change (S4.30 to S4.33, S4.42)."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import VoucherCommon


@tagged("post_install", "-at_install")
class TestScreen(VoucherCommon):
    def _form(self, voucher=None):
        form = Form(voucher or self.env["adjustment.voucher"])
        if not voucher:
            form.partner_id = self.customer
            form.date = "2024-03-31"
        return form

    def _names(self, form, side):
        lines = getattr(form, f"{side}_line_ids")
        return [lines.edit(index).document_name for index in range(len(lines))]

    def test_S4_42_the_items_stand_there_before_the_voucher_is_saved(self):
        invoice, receipt = self._invoice(100), self._receipt(60)
        form = self._form()
        self.assertEqual(self._names(form, "credit"), [receipt.move_id.name])
        self.assertEqual(self._names(form, "debit"), [invoice.name])
        self.assertEqual((form.total_credit, form.total_debit), (0, 0))
        with form.credit_line_ids.edit(0) as line:
            line.selected = True
            self.assertEqual(line.amount, 60)
        self.assertEqual(form.difference, 60)
        with form.debit_line_ids.edit(0) as line:
            line.selected = True
            self.assertEqual((line.amount, line.remaining), (60, 40))
        self.assertEqual((form.total_credit, form.total_debit, form.difference), (60, 60, 0))
        self.assertTrue(form.preview["direct"])
        voucher = form.save()
        self.assertEqual(sorted(voucher.line_ids.mapped("amount")), [60, 60])
        voucher.action_authorize()
        self.assertEqual(self._open_line(invoice).amount_residual, 40)

    def test_another_customer_brings_other_items_and_the_same_one_keeps_amounts(self):
        self._invoice(100)
        other = self.env["res.partner"].create({"name": "Other"})
        second = self._invoice(70, partner=other)
        form = self._form()
        with form.debit_line_ids.edit(0) as line:
            line.amount = 25
        form.include_payables = True
        self.assertEqual(form.debit_line_ids.edit(0).amount, 25)
        form.partner_id = other
        self.assertEqual(self._names(form, "debit"), [second.name])
        self.assertEqual(form.total_debit, 0)

    def test_too_many_items_wait_for_the_button(self):
        self.patch(self.env.registry["adjustment.voucher"], "_most_unsaved", 1)
        self._invoice(100)
        self._receipt(60)
        form = self._form()
        self.assertFalse(len(form.credit_line_ids) + len(form.debit_line_ids))
        voucher = form.save()
        voucher.action_load_items()
        self.assertEqual(len(voucher.line_ids), 2)

    def test_sums_and_preview_follow_a_saved_voucher_from_both_lists(self):
        invoice, receipt = self._invoice(100), self._receipt(60)
        voucher = self._voucher()
        voucher.action_load_items()
        form = self._form(voucher)
        with form.credit_line_ids.edit(0) as line:
            line.amount = 50
        with form.debit_line_ids.edit(0) as line:
            line.amount = 30
        self.assertEqual((form.total_credit, form.total_debit, form.difference), (50, 30, 20))
        after = {row["document"]: row["after"] for row in form.preview["documents"]}
        self.assertIn("10.00", after[receipt.move_id.name])
        self.assertIn("70.00", after[invoice.name])
        self.assertIn("20.00", form.preview["note"])
        form.save()
        self.assertEqual((voucher.total_credit, voucher.total_debit, len(voucher.line_ids)), (50, 30, 2))

    def test_a_preview_of_one_side_promises_nothing(self):
        self._invoice(100)
        form = self._form()
        with form.debit_line_ids.edit(0) as line:
            line.selected = True
        self.assertFalse(form.preview["direct"])
        self.assertIn("100.00", form.preview["note"])

    def test_a_proposal_that_others_claim_is_refused_and_keeps_the_amounts(self):
        invoice, receipt = self._open_line(self._invoice(100)), self._open_line(self._receipt(60))
        self._voucher([(receipt, 60), (invoice, 60)])
        second = self._voucher([(receipt, 60), (invoice, 60)])
        with self.assertRaisesRegex(UserError, "To get a proposal, tick items that no other open voucher claims"):
            second.action_allocate()
        self.assertEqual(set(second.line_ids.mapped("amount")), {60})

    def test_a_proposal_for_what_is_settled_is_refused(self):
        """Settled by others meanwhile, and claimed by no voucher: it is told as it is."""
        invoice, receipt = self._open_line(self._invoice(100)), self._open_line(self._receipt(100))
        voucher = self._voucher([(receipt, 100), (invoice, 100)])
        (invoice | receipt).reconcile()
        with self.assertRaisesRegex(UserError, f"take {receipt.move_name} out .* nothing is left of it"):
            voucher.action_allocate()
        self.assertEqual(set(voucher.line_ids.mapped("amount")), {100})

    def test_a_deleted_line_no_longer_counts(self):
        self._receipt(60)
        self._receipt(40)
        voucher = self._voucher()
        voucher.action_load_items()
        form = self._form(voucher)
        for index in range(2):
            with form.credit_line_ids.edit(index) as line:
                line.selected = True
        self.assertEqual(form.total_credit, 100)
        form.credit_line_ids.remove(0)
        left = form.credit_line_ids.edit(0).amount
        self.assertEqual(form.total_credit, left)
        form.save()
        self.assertEqual((len(voucher.line_ids), voucher.total_credit), (1, left))

    def test_value_date_and_discount_follow_the_credits(self):
        term = self.env["account.payment.term"].create(
            {"name": "2 % in 10 days", "early_discount": True, "discount_percentage": 2, "discount_days": 10}
        )
        self._invoice(100, "2024-01-01", term=term)
        self._receipt(98, "2024-01-05")
        self._receipt(50, "2024-03-01")
        voucher = self._voucher()
        voucher.action_load_items()
        form = self._form(voucher)
        with form.credit_line_ids.edit(0) as line:
            line.selected = True
        self.assertEqual(str(form.value_date), "2024-01-05")
        with form.debit_line_ids.edit(0) as line:
            line.selected = True
            self.assertEqual((line.amount, line.discount_amount), (100, 2))
        self.assertEqual((form.difference, form.discount_total), (0, 2))
        with form.credit_line_ids.edit(1) as line:
            line.amount = 2
        self.assertEqual(str(form.value_date), "2024-03-01")
        self.assertEqual((form.debit_line_ids.edit(0).discount_amount, form.difference), (0, 0))

    def test_S4_33_rate_and_value_lead_each_other_and_saving_keeps_the_rate(self):
        cad = self._currency("CAD", _2024_01_01=1.25)
        self._item(100, currency=cad, value=80)
        self._item(-200)
        voucher = self._voucher(kind="multi")
        voucher.action_load_items()
        form = self._form(voucher)
        with form.debit_line_ids.edit(0) as line:
            line.amount = 33.33
            line.rate = 0.7654
            self.assertEqual(line.voucher_amount, 25.51)
        form.save()
        line = voucher.line_ids.filtered("amount")
        self.assertEqual((line.rate, line.voucher_amount), (0.7654, 25.51))
        form = self._form(voucher)
        with form.debit_line_ids.edit(0) as line:
            line.voucher_amount = 30
            self.assertAlmostEqual(line.rate, 30 / 33.33)
        form.save()
        line = voucher.line_ids.filtered("amount")
        self.assertEqual((line.amount, line.voucher_amount), (33.33, 30))

    def test_an_item_of_another_open_voucher_is_shown_as_claimed(self):
        self._invoice(100)
        first = self._voucher()
        first.action_load_items()
        first.line_ids.amount = 40
        second = self._voucher()
        second.action_load_items()
        form = self._form(second)
        self.assertTrue(form.has_claims)
        self.assertEqual(form.debit_line_ids.edit(0).claimed_by, first.display_name)
        self.assertFalse(self._form(first).has_claims)

    def test_the_wizard_says_which_item_is_taken_out(self):
        invoice, receipt = self._invoice(100), self._receipt(60)
        voucher = self._voucher([(self._open_line(receipt), 60), (self._open_line(invoice), 60)])
        voucher.action_authorize()
        line = self._line(voucher, self._open_line(invoice))
        action = line.action_unapply()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({"reason": "wrong"})
        self.assertIn(invoice.name, wizard.explanation)
        self.assertEqual({row["document"] for row in wizard.preview["documents"]}, {invoice.name, receipt.move_id.name})
