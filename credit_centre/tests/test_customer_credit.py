"""S0.3 to S0.31: what each credit is, what became of it, to the cent."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..credit_status import Uses, difference, status
from ..models.customer_credit import sieves
from .common import CreditCentreCommon


class CustomerCreditCommon(CreditCentreCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gain_day, cls.day = "2025-03-31", "2025-01-31"

    def _credit(self, document):
        self.env.invalidate_all()  # as a new request does
        return self.env["customer.credit"].search([("move_line_id", "in", self._receivable(document).ids)])

    def _figures(self, document):
        credit = self._credit(document)
        credit.ensure_one()
        self.assertEqual(credit.difference, 0)
        return (
            credit.status,
            credit.amount,
            credit.applied_amount,
            credit.refunded_amount,
            credit.transferred_amount,
            credit.remaining_amount,
        )

    def _refund(self, document, amount=None, **vals):
        credit = self._credit(document)
        line = {"move_line_id": credit.move_line_id.id, "amount": credit.remaining_amount if amount is None else amount}
        refund = self.env["credit.refund"].create({"line_ids": [Command.create(line)], "date": self.gain_day, **vals})
        refund.action_confirm()
        return credit

    def _voucher(self, *lines, **vals):
        """An authorized voucher over (item, amount[, more])."""
        voucher = self.env["adjustment.voucher"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "date": self.gain_day,
                "line_ids": [
                    Command.create({"move_line_id": line[0].id, "amount": line[1], **(line[2] if line[2:] else {})})
                    for line in lines
                ],
                **vals,
            }
        )
        voucher.action_authorize()
        return voucher

    def _note(self, amount, **vals):
        return self._invoice(amount, self.day, kind="out_refund", **vals)

    def _differences(self):
        return self.env["credit.difference"].search([("company_id", "child_of", self.company.id)])


@tagged("post_install", "-at_install")
class TestCustomerCredit(CustomerCreditCommon):
    def test_open_credit_note(self):
        """S0.3, S0.4, S0.7: a credit nobody has used."""
        note = self._note(100)
        self.assertEqual(self._figures(note), ("open", 100, 0, 0, 0, 100))
        credit = self._credit(note)
        self.assertEqual(
            (credit.kind, credit.partner_id, credit.memo_number), ("credit_note", self.customer, note.name)
        )
        self.assertTrue(credit.is_open)

    def test_applied_in_part_and_in_full(self):
        """S0.5, S0.19, S0.26: one credit on two invoices by Odoo's own matching."""
        receipt = self._receipt(100, self.day)
        (self._receivable(receipt) | self._receivable(self._invoice(40, self.day))).reconcile()
        self.assertEqual(self._figures(receipt), ("partially_applied", 100, 40, 0, 0, 60))
        (self._receivable(receipt) | self._receivable(self._invoice(60, self.day))).reconcile()
        self.assertEqual(self._figures(receipt), ("applied", 100, 100, 0, 0, 0))
        self.assertEqual(self._credit(receipt).kind, "receipt")

    def test_refunded_in_part_then_the_balance(self):
        """S0.6, S0.12, S0.17, S0.18: a refund of the balance after a part was applied."""
        note = self._note(100)
        (self._receivable(note) | self._receivable(self._invoice(60, self.day))).reconcile()
        self._refund(note, 10)
        self.assertEqual(self._figures(note), ("partially_refunded", 100, 60, 10, 0, 30))
        self._refund(note)
        self.assertEqual(self._figures(note), ("refunded", 100, 60, 40, 0, 0))
        self.assertFalse(self._differences())

    def test_applied_by_a_voucher(self):
        """S0.5: a credit on an invoice by a voucher; the trail names it."""
        note, invoice = self._note(100), self._invoice(80, self.day)
        items = self._receivable(note), self._receivable(invoice)
        voucher = self._voucher((items[0], 80), (items[1], 80))
        self.assertEqual(self._figures(note), ("partially_applied", 100, 80, 0, 0, 20))
        rows = self._credit(note).application_ids
        self.assertEqual([(row.kind, row.source, row.amount, row.voucher_id) for row in rows],
                         [("applied", "voucher", 80, voucher)])  # fmt: skip
        self.assertEqual(rows.debit_move_id, invoice)

    def test_void_by_reversal_and_by_cancel(self):
        """S0.26: reversed and canceled credits are listed as void."""
        note = self._note(100)
        note._reverse_moves([{"date": self.day, "invoice_date": self.day}], cancel=True)
        self.assertEqual(self._figures(note), ("void", 100, 0, 0, 0, 0))
        self.assertEqual(self._credit(note).voided_amount, 100)
        receipt = self._receipt(50, self.day)
        receipt.action_cancel()
        self.assertEqual(self._figures(receipt), ("void", 50, 0, 0, 0, 0))

    def test_the_list_and_the_rule_agree(self):
        """S0.26: the SQL and the pure rule say the same of every credit."""
        self.test_refunded_in_part_then_the_balance()
        self.test_void_by_reversal_and_by_cancel()
        self.test_open_credit_note()
        for credit in self.env["customer.credit"].search([("company_id", "=", self.company.id)]):
            whole = Uses(*(round(credit[f"{name}_amount"] * 100) if name else round(credit.amount * 100)
                           for name in ("", "applied", "refunded", "transferred", "voided", "remaining")))  # fmt: skip
            self.assertEqual(credit.status, status(whole))
            self.assertEqual(difference(whole), round(credit.difference * 100))

    def test_a_receipt_kept_for_an_order_is_a_deposit(self):
        """S0.7, S0.29: the order is its origin."""
        order = self.env["sale.order"].sudo().create({"partner_id": self.customer.id, "company_id": self.company.id})
        receipt = self._receipt(50, self.day)
        receipt.credit_order_id = order
        credit = self._credit(receipt)
        self.assertEqual(
            (credit.kind, credit.order_id, credit.origin, credit.status), ("deposit", order, order.name, "open")
        )

    def test_money_in_and_out_by_the_bank_statement(self):
        """S0.6: a bank statement line is a receipt, and one that goes out a refund."""

        def statement(amount):
            line = self.env["account.bank.statement.line"].create(
                {
                    "journal_id": self.company_data["default_journal_bank"].id,
                    "date": self.day,
                    "payment_ref": "Bank",
                    "amount": amount,
                    "partner_id": self.customer.id,
                    "counterpart_account_id": self.company_data["default_account_receivable"].id,
                }
            )
            return line.move_id

        receipt, paid_out = statement(100), statement(-30)
        (self._receivable(receipt) | self._receivable(paid_out)).reconcile()
        self.assertEqual(self._figures(receipt), ("partially_refunded", 100, 0, 30, 0, 70))
        self.assertEqual(self._credit(receipt).kind, "receipt")

    def test_an_entry_and_its_reversal(self):
        """A plain credit entry is a credit; the reversal of a debit entry that it closes is none."""
        receivable, income = (self.company_data[f"default_account_{name}"] for name in ("receivable", "revenue"))

        def entry(amount):
            move = self.env["account.move"].create(
                {
                    "date": self.day,
                    "journal_id": self.company_data["default_journal_misc"].id,
                    "line_ids": [
                        Command.create({"account_id": account.id, "partner_id": self.customer.id, "balance": value})
                        for account, value in ((receivable, amount), (income, -amount))
                    ],
                }
            )
            move.action_post()
            return move

        credit, debit = entry(-80), entry(60)
        self.assertEqual(self._figures(credit), ("open", 80, 0, 0, 0, 80))
        self.assertEqual(self._credit(credit).kind, "entry")
        reversal = debit._reverse_moves([{"date": self.day}], cancel=True)
        self.assertFalse(self._credit(reversal))
        credit._reverse_moves([{"date": self.day}], cancel=True)
        self.assertEqual(self._figures(credit), ("void", 80, 0, 0, 0, 0))
        self.assertFalse(self._differences())


@tagged("post_install", "-at_install")
class TestApplicationPages(CustomerCreditCommon):
    """F: a page of applications, looked for in each place where they are written down, is a page of all of them."""

    def test_a_page_is_what_all_rows_begin_with(self):
        for amount in (10, 20, 30):
            (self._receivable(self._note(amount)) | self._receivable(self._invoice(amount, self.day))).reconcile()
        note, invoice = self._receivable(self._note(100)), self._receivable(self._invoice(60, self.day))
        self._voucher((note, 100, {"chargeback_amount": 40}), (invoice, 60))
        rows = self.env["credit.application"]
        domain = [("partner_id", "=", self.customer.id)]
        every_row = rows.search(domain)
        self.assertGreater(len(set(every_row.mapped("source"))), 1)
        self.assertEqual(sorted(every_row, key=lambda row: (row.date, row.id), reverse=True), list(every_row))
        names = ["credit_number", "debit_number", "kind", "amount"]
        whole = rows.search_read(domain, names)
        pages = [rows.search_read(domain, names, offset=at, limit=2) for at in range(0, len(whole), 2)]
        self.assertEqual([row for page in pages for row in page], whole)
        self.assertFalse(rows.search_fetch([("id", "=", False)], names, limit=2))
        self.assertFalse(rows.search_fetch(domain, names, offset=len(whole), limit=2))

    def test_the_number_of_groups_comes_with_the_page(self):
        for amount in (10, 20, 30):
            (self._receivable(self._note(amount)) | self._receivable(self._invoice(amount, self.day))).reconcile()
        rows, domain = self.env["credit.application"], [("partner_id", "=", self.customer.id)]
        names = sorted(rows.search(domain).mapped("credit_number"))
        for offset, limit, wanted in ((0, 2, 2), (2, 2, 1), (0, None, 3), (0, 80, 3), (9, 2, 0)):
            found = rows.web_read_group(
                domain, ["credit_number"], aggregates=["company_amount:sum"], offset=offset, limit=limit
            )
            self.assertEqual(found["length"], 3 if wanted else 0)
            self.assertEqual(
                [group["credit_number"] for group in found["groups"]], names[offset:][: limit or len(names)]
            )
            self.assertFalse([group for group in found["groups"] if "__groups" in group])

    def test_few_and_many_credits_of_a_salesperson_are_the_same(self):
        """S0.27: those whose invoice names the salesperson, and else those of the salesperson's customers."""
        sellers = self.env["res.users"].create(
            [{"name": name, "login": f"hub_{name}"} for name in ("first_seller", "second_seller", "third_seller")]
        )
        first, second, _third = sellers
        self.customer.user_id = first
        self.customer.with_company(self.company).credit_limit = 1000
        self._receipt(40, self.day)
        note = self._note(10)
        theirs = self._note(20)
        note.invoice_user_id, theirs.invoice_user_id = False, second
        self.env.flush_all()
        every_credit = self.env["customer.credit"].search([("company_id", "=", self.company.id)])
        wanted = {
            seller: every_credit.filtered(lambda credit, seller=seller: credit.user_id == seller) for seller in sellers
        }
        self.assertEqual(wanted[second].move_id, theirs)
        self.assertEqual(len(wanted[first]), 2)
        for few in (sieves.FEW_CONTACTS, -1):
            with patch.object(sieves, "FEW_CONTACTS", few):
                for seller, credits in wanted.items():
                    domain = [("company_id", "=", self.company.id), ("user_id", "=", seller.id)]
                    self.assertEqual(self.env["customer.credit"].search(domain), credits, (few, seller.name))
