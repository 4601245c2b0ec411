"""Exports, followers and stale screens of the whole hub (reliability CC05, CC06, CC07)."""

import io

import openpyxl

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.adjustment_voucher.remittance_read import safe

from ..models.xlsx import workbook
from .hub_access_common import HubAccessCase

# What a spreadsheet takes for the beginning of a formula (OWASP ASVS 1.2.10), and what hides one.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0=", "＝", "＋", "－", "＠")
BOTH = "base.group_user,credit_hold.group_credit_manager,account.group_account_invoice,base.group_allow_export"


@tagged("post_install", "-at_install")
class TestExports(HubAccessCase):
    """CC05"""

    def _cells(self, content):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    def test_CC05_every_beginning_of_a_formula(self):
        rows = [[f"{start}1+1"] for start in STARTS]
        cells = self._cells(workbook([("Sheet", ["=Head"], rows)]))
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        texts = [cell.value for cell in cells]
        self.assertEqual(len(texts), len(STARTS) + 1)
        self.assertFalse([text for text in texts if not text.startswith("'")])
        self.assertEqual(safe("A=1"), "A=1")

    def test_CC05_the_ledger_and_the_statement(self):
        """What customers and colleagues typed, wherever it ends up in a spreadsheet of the hub."""
        self._set_up_records()
        user = self._user("proof_export", BOTH)
        account = self._as(user, self.account)
        for start in STARTS:
            if "\0" in start:
                continue  # the database stores none
            with self.subTest(start):
                self.customer.write({"name": f"{start}1+1", "ref": f"{start}2+2"})
                self.invoice.ref = f"{start}3+3"
                wizard = self._as(user, self.env["credit.statement"]).create(
                    {"who": "chosen", "partner_ids": [Command.set(self.customer.ids)], "date": "2025-03-01"}
                )
                contents = [wizard._make_lines()._get_workbook(), workbook(account._get_ledger_sheets())]
                for cells in map(self._cells, contents):
                    self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
                    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
                    self.assertFalse([text for text in texts if text.startswith(STARTS)])


@tagged("post_install", "-at_install")
class TestFollowers(HubAccessCase):
    def test_CC06_a_following_customer_reads_no_figure(self):
        """Reminders, promises, disputes, contacts and flags leave notes: none for the customer's own eyes."""
        self._set_up_records()
        portal = self.roles["portal"]
        portal.partner_id.parent_id = self.customer
        for record in (self.customer, self.account, self.invoice, self.order):
            record.message_subscribe(portal.partner_id.ids)
        user = self._user("proof_chaser", BOTH)
        account = self._as(user, self.account)
        account.action_log_contact("call", "Secret: they owe 777")
        account.action_set_no_reminders(True, "Secret: lawyers")
        account.write({"hold": True, "hold_reason": "Secret 777", "credit_limit": 777, "change_reason": "Secret"})
        self._as(user, self.invoice).action_credit_dispute("price", "Secret 777")
        self._as(user, self.invoice).action_credit_settle_dispute("Secret 777")
        self.env["credit.promise"].with_user(user).create(
            {"account_id": self.account.id, "amount": 777, "date": "2099-01-02", "note": "Secret"}
        )
        self.env.flush_all()
        messages = self.env["mail.message"]
        mine = [("model", "in", ("res.partner", "credit.account", "account.move", "sale.order"))]
        self.assertIn("Secret", str(messages.sudo().search(mine).mapped("body")))
        seen = self._as(portal, messages).search(mine)
        self.assertNotIn("Secret", str(seen.mapped("body")))
        self.assertNotIn("777", str(seen.mapped("body")))
        # what a portal user is shown of tracked values, and what was sent to him
        self.assertFalse(self._as(portal, self.env["mail.tracking.value"]).has_access("read"))
        told = messages.sudo().search([("notified_partner_ids", "in", portal.partner_id.ids), *mine])
        self.assertNotIn("Secret", str(told.mapped("body")))


@tagged("post_install", "-at_install")
class TestStaleScreens(HubAccessCase):
    """CC07: what was shown may be old; what is done looks anew, and says what has changed."""

    def setUp(self):
        super().setUp()
        self._set_up_records()
        self.user = self._user("proof_stale", BOTH)
        self.item, self.debit = self._receivable(self.receipt), self._receivable(self.invoice)

    def test_CC07_the_dashboard_says_of_when_it_is(self):
        head = self._as(self.user, self.env["res.partner"]).credit_centre_summary({})
        self.assertTrue(head["is_today"])
        self.assertEqual(head["as_of"], str(self.env["credit.summary"]._summary({})["as_of"]))

    def test_CC07_a_credit_refunded_meanwhile(self):
        refund = self._as(self.user, self.env["credit.refund"]).create(
            {"line_ids": [Command.create({"move_line_id": self.item.id, "amount": 77})]}
        )
        (self.item | self.debit).reconcile()
        payments = self.env["account.payment"].search_count([])
        with self._refused():
            refund.action_confirm()
        self.assertEqual(self.env["account.payment"].search_count([]), payments)

    def test_CC07_a_credit_applied_meanwhile(self):
        lines = {
            side: [Command.create({"move_line_id": item.id, "selected": True, "amount": 77})]
            for side, item in (("credit_line_ids", self.item), ("debit_line_ids", self.debit))
        }
        screen = self._as(self.user, self.env["credit.apply"]).create({"partner_id": self.customer.id, **lines})
        other = self._invoice(50, "2025-02-01")
        (self.item | self._receivable(other)).reconcile()
        with self._refused():
            screen.action_apply()
        self.assertFalse(self.env["adjustment.voucher"].search([("partner_id", "=", self.customer.id)]))

    def test_CC07_an_invoice_paid_meanwhile(self):
        journal = self.company_data["default_journal_bank"]
        window = self._as(self.user, self.env["credit.mark.paid"]).create(
            {"move_ids": [Command.set(self.invoice.ids)], "journal_id": journal.id}
        )
        (self._receivable(self._receipt(777, "2025-02-11")) | self.debit).reconcile()
        with self._refused(UserError):
            window.action_mark()

    def test_CC07_a_tile_opens_what_is_there_now(self):
        """The domain of a tile is of today's rows: what was paid since is not among them."""
        tiles = self._as(self.user, self.env["res.partner"]).credit_centre_summary({})["tiles"]
        (tile,) = (one for one in tiles if one["key"] == "receivable")
        (self._receivable(self._receipt(777, "2025-02-11")) | self.debit).reconcile()
        rows = self._as(self.user, self.env[tile["model"]]).search(tile["domain"])
        self.assertNotIn(self.debit, rows.move_line_id)
