from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditCentreCommon


@tagged("post_install", "-at_install")
class TestOpenItems(CreditCentreCommon):
    """S0.10, S3.13: open items, today and at the end of an earlier day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls._invoice(100, "2025-01-10", due="2025-02-10")
        cls.new = cls._invoice(50, "2025-03-10", due="2025-04-10")
        cls.receipt = cls._receipt(30, "2025-03-20")

    def _rows(self, as_of=None):
        items = self.env["credit.open.item"].with_context(credit_as_of=as_of)
        found = items.search([("partner_id", "=", self.customer.id)], order="date_maturity, id")
        return [(row.move_id.name, row.side, row.residual, row.bucket) for row in found]

    def test_items_of_today_are_what_the_ledger_says(self):
        rows = self.env["credit.open.item"].search([("partner_id", "=", self.customer.id)])
        lines = self._receivable(self.old, self.new, self.receipt)
        self.assertEqual(rows.move_line_id, lines)
        self.assertEqual(sum(rows.mapped("residual")), sum(lines.mapped("amount_residual")))
        self.assertEqual(set(rows.mapped("bucket")), {"older"})

    def test_an_earlier_day_leaves_out_what_came_later(self):
        self._receivable(self.old, self.receipt).reconcile()
        self.assertEqual(self._rows("2025-02-28"), [(self.old.name, "debit", 100, "1_30")])
        self.assertEqual(
            self._rows("2025-03-31"),
            [(self.old.name, "debit", 70, "31_60"), (self.new.name, "debit", 50, "current")],
        )

    def test_a_day_that_is_no_date_is_refused(self):
        with self.assertRaisesRegex(UserError, "To see the figures of a day"):
            self._rows("yesterday")

    def test_who_may_not_see_figures_sees_no_items(self):
        items = self.env["credit.open.item"].with_user(self.users["hub_sales"])
        with self.assertRaises(AccessError):
            items.search([])
        with self.assertRaises(AccessError):
            items._read_group([], [], ["residual:sum"])
