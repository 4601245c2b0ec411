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

    def test_days_past_due_are_found_by_the_day(self):
        """S3.13: whichever number of days, today or on an earlier day."""
        for as_of in (None, "2025-03-31"):
            items = self.env["credit.open.item"].with_context(credit_as_of=as_of)
            rows = items.search([("partner_id", "=", self.customer.id)])
            for days in {day + step for day in rows.mapped("days_past_due") for step in (-1, 0, 1)} | {0, 10**12}:
                for operator, holds in ((">", int.__gt__), (">=", int.__ge__)):
                    found = items.search([("partner_id", "=", self.customer.id), ("days_past_due", operator, days)])
                    wanted = [row.id for row in rows if holds(row.days_past_due, days)]
                    self.assertEqual(found.ids, wanted, (as_of, operator, days))

    def test_the_page_comes_in_the_order_of_due_dates(self):
        """S3.13: the oldest first, also on the page that a limit cuts, and without a word about the order."""
        first = self._invoice(10, "2025-01-01", due="2025-01-05", partner=self.other)
        last = self._invoice(10, "2025-01-01", due="2025-12-05", partner=self.other)
        middle = self._invoice(10, "2025-01-01", due="2025-06-05", partner=self.other)
        items = self.env["credit.open.item"].with_user(self.users["hub_viewer"])
        page = items.web_search_read([("partner_id", "=", self.other.id)], {"move_id": {}}, limit=2)
        self.assertEqual([row["move_id"] for row in page["records"]], [first.id, middle.id])
        rest = items.search([("partner_id", "=", self.other.id)], offset=2, limit=2)
        self.assertEqual(rest.move_id, last)

    def test_ages_follow_each_other_in_groups_and_lists(self):
        """S1.12: not yet due comes first and the oldest last, where the keys themselves would be sorted as words."""
        self._invoice(10, "2025-01-01", due="2999-01-01")
        items = self.env["credit.open.item"].with_context(credit_as_of="2025-03-31")
        domain = [("partner_id", "=", self.customer.id)]
        order = ["current", "1_30", "31_60"]
        self._invoice(5, "2025-01-02", due="2025-03-30")
        groups = items.formatted_read_group(domain, ["bucket"], ["residual:sum"])
        self.assertEqual([group["bucket"] for group in groups], order)
        turned = items.formatted_read_group(domain, ["bucket"], [], order="bucket desc")
        self.assertEqual([group["bucket"] for group in turned], order[::-1])
        both = items._read_group(domain, ["partner_id", "bucket"], ["__count"])
        self.assertEqual([bucket for _partner, bucket, _count in both], order)
        rows = items.search(domain, order="bucket, id").mapped("bucket")
        self.assertEqual(list(dict.fromkeys(rows)), order)

    def test_a_day_that_is_no_date_is_refused(self):
        with self.assertRaisesRegex(UserError, "To see the figures of a day"):
            self._rows("yesterday")

    def test_who_may_not_see_figures_sees_no_items(self):
        items = self.env["credit.open.item"].with_user(self.users["hub_sales"])
        with self.assertRaises(AccessError):
            items.search([])
        with self.assertRaises(AccessError):
            items._read_group([], [], ["residual:sum"])
