"""The demo data of customer credits, where they are installed."""

from odoo.tests import TransactionCase, tagged

EXPECTED = {
    "note_sequoia_open": "open",
    "note_sequoia_part": "partially_applied",
    "receipt_sequoia": "applied",
    "note_sequoia_part_refund": "partially_refunded",
    "note_sequoia_refund": "refunded",
    "note_sequoia_part_transfer": "partially_transferred",
    "note_sequoia_transfer": "transferred",
    "note_sequoia_void": "void",
}


@tagged("post_install", "-at_install")
class TestCustomerCreditDemo(TransactionCase):
    def test_every_status_is_shown(self):
        """S0.26."""
        for name, expected in EXPECTED.items():
            document = self.env.ref(f"credit_centre.{name}", raise_if_not_found=False)
            if not document:
                self.skipTest("no demo data")
            move = document if document._name == "account.move" else document.move_id
            credit = self.env["customer.credit"].search([("move_id", "=", move.id)])
            self.assertEqual((credit.status, credit.difference), (expected, 0), name)

    def test_the_ledger_agrees(self):
        """S0.10, S0.22."""
        company = self.env.ref("base.main_company")
        self.assertFalse(self.env["credit.difference"].search([("company_id", "=", company.id)]).mapped("number"))
