"""S4.4, S4.5, S4.8: what payers and banks name is looked up, told row by row, and applied exactly so."""

import csv
import io

import openpyxl

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .remittance import RemittanceCase


@tagged("post_install", "-at_install")
class TestRemittance(RemittanceCase):
    def test_S4_5_amounts_named_are_the_amounts_applied(self):
        first, second, receipt = self._invoice(100), self._invoice(100), self._receipt(100)
        remittance = self._checked([f"{receipt.name};{first.name};60;", f"{receipt.name};{second.name};40;"])
        self.assertEqual(self._codes(remittance), ["matched", "matched"])
        self.assertEqual((remittance.state, remittance.good_count, remittance.problem_count), ("checked", 2, 0))
        remittance.action_import()
        self.assertEqual(remittance.state, "imported")
        voucher = remittance.voucher_ids
        self.assertEqual((voucher.state, voucher.method, voucher.difference), ("draft", "named", 0))
        self.assertEqual(
            self._lines_of(voucher),
            {first.name: (60, 0, 0), second.name: (40, 0, 0), receipt.move_id.name: (100, 0, 0)},
        )
        self.assertEqual(receipt.move_id.adjustment_debit_ids, first | second)
        voucher.action_authorize()
        self.assertEqual([first.amount_residual, second.amount_residual], [40, 60])

    def test_S4_5_without_amounts_as_much_as_both_allow(self):
        first, second, receipt = self._invoice(100), self._invoice(100), self._receipt(130)
        remittance = self._checked(
            [f"{receipt.name};{first.name}", f"{receipt.name};{second.name}"], header="Receipt;Invoice"
        )
        self.assertEqual(remittance.line_ids.sorted("number").mapped("paid"), [100, 30])
        remittance.action_import()
        remittance.voucher_ids.action_authorize()
        self.assertEqual([first.amount_residual, second.amount_residual], [0, 70])

    def test_S4_8_new_receipts_are_registered_once(self):
        first, second = self._invoice(100), self._invoice(80)
        bank = self.company_data["default_journal_bank"]
        rows = [f"CHK-77;{first.name};100;;05/02/2024;190", f"CHK-77;{second.name};70;;05/02/2024;190"]
        options = {
            "header": f"{'Receipt;Invoice;Amount;Discount;Date;Receipt amount'}",
            "register": True,
            "journal_id": bank.id,
        }
        remittance = self._checked(rows, **options)
        self.assertEqual(self._codes(remittance), ["new_receipt"] * 2)
        remittance.action_import()
        payment = remittance.line_ids.payment_id
        self.assertEqual((payment.amount, str(payment.date), payment.memo), (190, "2024-02-05", "CHK-77"))
        self.assertEqual(payment.partner_id, self.customer)
        self.assertNotEqual(payment.state, "draft")
        remittance.voucher_ids.action_authorize()
        self.assertEqual([first.amount_residual, second.amount_residual], [0, 10])
        self.assertEqual(self._open_line(payment).amount_residual, -20)

        again = self._checked(rows, **options)
        self.assertEqual(again.twin_id, remittance)
        self.assertEqual(again.line_ids.credit_move_id, payment.move_id)
        self.assertNotIn("new_receipt", self._codes(again))

    def test_S4_8_what_was_deducted_goes_where_the_user_says(self):
        self.env.user.adjustment_write_off_limit = 5
        for deductions, expected in (("open", (98, 0, 0)), ("discount", (100, 2, 0)), ("write_off", (100, 0, 2))):
            with self.subTest(deductions=deductions):
                invoice, receipt = self._invoice(100), self._receipt(98)
                remittance = self._checked([f"{receipt.name};{invoice.name};98;2"], deductions=deductions)
                remittance.action_import()
                self.assertEqual(self._lines_of(remittance.voucher_ids)[invoice.name], expected)
                self.assertFalse(remittance.voucher_ids.difference)
                remittance.voucher_ids.action_authorize()
                self.assertEqual(invoice.amount_residual, 2 if deductions == "open" else 0)

    def test_S4_8_a_discount_of_the_terms_is_not_added_to_what_was_named(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2% 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        invoice, receipt = self._invoice(100, term=term), self._receipt(98)
        remittance = self._checked([f"{receipt.name};{invoice.name};98;"])
        remittance.action_import()
        self.assertEqual(self._lines_of(remittance.voucher_ids)[invoice.name], (98, 0, 0))
        self.assertFalse(remittance.voucher_ids.difference)

    def test_S4_5_numbers_as_people_write_them(self):
        invoice, receipt = self._invoice(100, ref="PO 4711"), self._receipt(100, memo="Wire 55-1234")
        for name in (invoice.name.lower(), invoice.name.replace("/", "-"), f" {invoice.name} ", "PO 4711", "po4711"):
            for paid_by in (receipt.name, "Wire 55-1234", "WIRE 551234"):
                with self.subTest(invoice=name, receipt=paid_by):
                    line = self._checked([f"{paid_by};{name};100;"]).line_ids
                    self.assertEqual((line.code, line.credit_move_id, line.debit_move_id),
                                     ("matched", receipt.move_id, invoice))  # fmt: skip

    def test_S4_5_installments_are_paid_in_their_order(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 30)
                ],
            }
        )
        invoice, receipt = self._invoice(100, term=term), self._receipt(70)
        remittance = self._checked([f"{receipt.name};{invoice.name};70;"])
        remittance.action_import()
        remittance.voucher_ids.action_authorize()
        lines = self._open_line(invoice).sorted("date_maturity")
        self.assertEqual(lines.mapped("amount_residual"), [0, 30])

    def test_S4_5_each_reason_why_not(self):
        other = self.env["res.partner"].create({"name": "Stranger"})
        cad = self._currency("CAD", _2024_01_01=1.25)
        invoice, stranger, foreign = (
            self._invoice(100),
            self._invoice(50, partner=other),
            self._invoice(50, currency=cad),
        )
        settled, used = self._invoice(10), self._receipt(10)
        (self._open_line(settled) | self._open_line(used)).reconcile()
        claimed = self._invoice(30)
        self._voucher([(self._open_line(claimed), 30)])
        names = {}
        for name in ("missing", "customer", "currency", "settled", "claimed", "over", "receipt_over", "twice", "empty"):
            names[name] = self._receipt(110).name
        rows = {
            "document_missing": f"{names['missing']};INV/NO/1;10;",
            "receipt_missing": f"CHK/NO/1;{invoice.name};10;",
            "receipt_used": f"{used.name};{invoice.name};10;",
            "customer": f"{names['customer']};{stranger.name};10;",
            "currency": f"{names['currency']};{foreign.name};10;",
            "document_settled": f"{names['settled']};{settled.name};10;",
            "document_claimed": f"{names['claimed']};{claimed.name};10;",
            "document_over": f"{names['over']};{invoice.name};100.5;",
            "receipt_over": f"{names['receipt_over']};{invoice.name};120;",
            "unread_amount": f"{names['twice']};{invoice.name};1.000;",
            "digits": f"{names['twice']};{invoice.name};1.0001;",
            "document_empty": f"{names['empty']};;10;",
        }
        for code, row in rows.items():
            with self.subTest(code=code):
                line = self._checked([row]).line_ids
                self.assertEqual((line.code, line.status), (code, "bad"))
                self.assertTrue(line.reason)

    def test_S4_5_a_receipt_is_applied_whole_or_not_at_all(self):
        first, second = self._invoice(100), self._invoice(100)
        receipt, other = self._receipt(100), self._receipt(50)
        rows = [f"{receipt.name};{first.name};60;", f"{receipt.name};INV/NO;40;", f"{other.name};{second.name};50;"]
        remittance = self._checked(rows)
        self.assertEqual(self._codes(remittance), ["held_back", "document_missing", "matched"])
        remittance.action_import()
        self.assertEqual(remittance.line_ids.sorted("number").mapped("status"), ["bad", "bad", "imported"])
        self.assertFalse(receipt.move_id.adjustment_debit_ids)

        bad = remittance.line_ids.filtered(lambda line: line.code == "document_missing")
        bad.debit_move_id = second
        self.assertEqual((bad.code, bad.status), ("matched", "good"))
        remittance.action_import()
        self.assertEqual(set(remittance.line_ids.mapped("status")), {"imported"})
        self.assertEqual(len(remittance.voucher_ids), 2)
        remittance.voucher_ids.action_authorize()
        self.assertEqual([first.amount_residual, second.amount_residual], [40, 10])

    def test_S4_5_a_row_left_out_holds_the_others_back_no_more(self):
        invoice, receipt = self._invoice(100), self._receipt(100)
        remittance = self._checked([f"{receipt.name};{invoice.name};60;", f"{receipt.name};INV/NO;40;"])
        remittance.line_ids.filtered(lambda line: line.number == 3).action_skip()
        self.assertEqual(remittance.line_ids.sorted("number").mapped("status"), ["good", "skipped"])
        remittance.line_ids.action_take_back()
        self.assertEqual(remittance.problem_count, 2)

    def test_S4_5_two_documents_of_one_name_are_told_apart_by_the_customer(self):
        other = self.env["res.partner"].create({"name": "Stranger"})
        mine, _theirs = self._invoice(100, ref="4711"), self._invoice(100, ref="4711", partner=other)
        receipt = self._receipt(100)
        self.assertEqual(self._checked([f"{receipt.name};4711;100;"]).line_ids.debit_move_id, mine)
        twin = self._invoice(100, ref="4711")
        line = self._checked([f"{receipt.name};4711;100;"]).line_ids
        self.assertEqual((line.code, line.debit_move_id.id), ("document_choose", False))
        line.debit_move_id = twin
        self.assertEqual(line.code, "matched")

    def test_S4_8_what_changed_since_the_check_is_seen_at_the_import(self):
        invoice, receipt, rival = self._invoice(100), self._receipt(100), self._receipt(100)
        remittance = self._checked([f"{receipt.name};{invoice.name};100;"])
        (self._open_line(invoice) | self._open_line(rival)).reconcile()
        with self.assertRaisesRegex(UserError, "correct its rows first"):
            remittance.action_import()
        self.assertFalse(remittance.voucher_ids)

    def test_S4_8_one_voucher_for_each_customer_and_currency(self):
        cad = self._currency("CAD", _2024_01_01=1.25)
        other = self.env["res.partner"].create({"name": "Second"})
        rows = []
        for partner, currency in ((self.customer, None), (self.customer, cad), (other, None), (other, None)):
            invoice = self._invoice(100, partner=partner, currency=currency)
            rows.append(f"{self._receipt(100, partner=partner, currency=currency).name};{invoice.name};100;")
        remittance = self._checked(rows)
        remittance.action_import()
        found = sorted(
            (voucher.partner_id.name, voucher.currency_id.name, len(voucher.line_ids))
            for voucher in remittance.voucher_ids
        )
        own = self.company.currency_id.name
        self.assertEqual(found, [("Customer", "CAD", 2), ("Customer", own, 2), ("Second", own, 4)])
        remittance.voucher_ids.action_authorize()

    def test_S4_24_vouchers_of_a_file_are_authorized_and_taken_back_together(self):
        rows, invoices = [], self.env["account.move"]
        for number in range(3):
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            invoices |= self._invoice(100, partner=partner)
            rows.append(f"{self._receipt(90, partner=partner).name};{invoices[-1].name};80;5")
        remittance = self._checked(rows, deductions="discount")
        remittance.action_import()
        run = remittance.run_id
        self.assertEqual((run.state, run.customer_count, run.voucher_count, run.credit_count), ("proposed", 3, 3, 3))
        self.assertEqual((run.applied_total, run.left_total), (240, 30))
        run.action_authorize()
        self.assertEqual((run.state, run.done_count), ("done", 3))
        self.assertEqual(invoices.mapped("amount_residual"), [15, 15, 15])
        run.action_reverse(None, "Wrong file")
        self.assertEqual(invoices.mapped("amount_residual"), [100, 100, 100])

    def test_S4_24_a_run_that_is_thrown_away_leaves_the_rows_to_import_again(self):
        invoice, receipt = self._invoice(100), self._receipt(100)
        remittance = self._checked([f"{receipt.name};{invoice.name};100;"])
        remittance.action_import()
        remittance.run_id.action_draft()
        self.assertFalse(remittance.voucher_ids)
        self.assertEqual(remittance.line_ids.status, "good")
        remittance.action_import()
        self.assertEqual((remittance.line_ids.status, len(remittance.voucher_ids)), ("imported", 1))
        remittance.run_id.action_authorize()
        self.assertEqual(invoice.amount_residual, 0)

    def test_S4_46_a_group_pays_for_its_members(self):
        child = self.env["res.partner"].create({"name": "Child", "is_company": True, "parent_id": self.customer.id})
        invoice, receipt = self._invoice(100, partner=child), self._receipt(100)
        remittance = self._checked([f"{receipt.name};{invoice.name};100;"])
        remittance.action_import()
        self.assertEqual(
            (remittance.voucher_ids.partner_id, remittance.voucher_ids.hierarchy), (self.customer, "group")
        )
        remittance.voucher_ids.action_authorize()
        self.assertEqual(invoice.amount_residual, 0)

    def test_S4_5_one_receipt_for_the_whole_file(self):
        invoice, receipt = self._invoice(100), self._receipt(100)
        remittance = self._remittance([f"{invoice.name};100"], header="Invoice;Amount")
        with self.assertRaisesRegex(UserError, "which column names the receipt"):
            remittance.action_check()
        remittance.single_receipt = receipt.name
        remittance.action_check()
        self.assertEqual(remittance.line_ids.code, "matched")

    def test_S4_8_a_layout_is_saved_and_found_again(self):
        remittance = self._remittance(["a;b;1,5;x"], header="Foo;Bar;Betrag;Nr", decimal="comma")
        self.assertEqual(remittance.column_ids.mapped("role"), [False, False, "amount", False])
        remittance.column_ids[0].role, remittance.column_ids[1].role = "receipt", "document"
        remittance.action_save_template()
        again = self._remittance(["c;d;2,5;y"], header="Foo;Bar;Betrag;Nr")
        self.assertEqual((again.template_id, again.decimal), (remittance.template_id, "comma"))
        self.assertEqual(again.column_ids.mapped("role"), ["receipt", "document", "amount", False])
        other = self._remittance(["c;d;2,5;y"], header="Receipt;Invoice;Amount;Nr")
        self.assertFalse(other.template_id)
        other.template_id = remittance.template_id
        self.assertEqual((other.decimal, other.column_ids[2].role), ("comma", False))

    def test_S4_8_the_report_brings_the_rows_back_harmless(self):
        remittance = self._checked(['=HYPERLINK("http://x");-1+1;10;@SUM(A1)'])
        rows = list(csv.reader(io.StringIO(remittance._get_problems_csv().decode("utf-8-sig")), delimiter=";"))
        self.assertEqual(rows[0][:4], HEADERS)
        self.assertEqual(rows[1][0], '\'=HYPERLINK("http://x")')
        self.assertFalse([cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))])
        book = openpyxl.load_workbook(io.BytesIO(remittance._get_problems_xlsx()))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        again = self._checked(remittance._get_problems_csv())
        self.assertEqual(again.line_ids.receipt_text, '=HYPERLINK("http://x")')

    def test_S4_8_large_imports_go_in_the_background(self):
        rows = []
        for number in range(3):
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            invoice = self._invoice(100, partner=partner)
            rows.append(f"{self._receipt(100, partner=partner).name};{invoice.name};100;")
        remittance = self._checked(rows)
        self.patch(type(remittance), "_import_or_queue", lambda one, at_once: None)
        remittance.action_import()
        self.assertEqual((remittance.state, len(remittance.voucher_ids)), ("importing", 0))
        with self.enter_registry_test_mode():
            self.env.ref("adjustment_voucher.cron_remittance").method_direct_trigger()
        remittance.invalidate_recordset()
        self.assertEqual((remittance.state, len(remittance.voucher_ids)), ("imported", 3))

    def test_S4_8_a_check_asks_as_much_for_thirty_rows_as_for_three(self):
        pairs = [(self._receipt(10).name, self._invoice(10).name) for _number in range(10)]
        rows = [f"{receipt};{invoice};1;" for receipt, invoice in pairs] * 3
        self._checked(rows[:2])  # what is only read once

        def count(some):
            remittance = self._remittance(some)
            before = self.env.cr.sql_log_count
            remittance.action_check()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = count(rows[:3])
        self.assertLessEqual(count(rows), few)


HEADERS = ["Receipt", "Invoice", "Amount", "Discount"]
