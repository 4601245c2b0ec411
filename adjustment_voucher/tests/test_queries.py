"""What loading, proposing, authorizing and reversing cost: a fixed number of queries, and a small slope per pair.

The slope of a reversal is Odoo's own: it looks up the payments of each match that is taken back by itself.
"""

from odoo.tests import tagged

from .proof import ProofCase


@tagged("post_install", "-at_install")
class TestQueries(ProofCase):
    SMALL, LARGE = 4, 40

    def _queries(self, operation):
        """How many statements an operation sends, with cold caches of records."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        operation()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _counts(self, pairs, currency=None, **vals):
        """{step: queries} for a voucher over so many pairs of one customer."""
        customer = self.env["res.partner"].create({"name": "Queries", "is_company": True})
        for number in range(pairs):
            value = {"currency": currency, "partner": customer}
            self._item(100 + number, value=(50 + number) if currency else None, **value)
            self._item(-100 - number, value=-(53 + number) if currency else None, **value)
        voucher = self._voucher(partner_id=customer.id, currency_id=(currency or self.company.currency_id).id, **vals)
        counts = {
            "load": self._queries(voucher.action_load_items),
            "propose": self._queries(voucher.action_allocate),
            "read": self._queries(lambda: self._read(voucher)),
            "authorize": self._queries(voucher.action_authorize),
        }
        self.assertEqual((voucher.state, len(voucher.line_ids)), ("authorized", 2 * pairs))
        counts["reverse"] = self._queries(lambda: voucher.action_reverse(None, "test"))
        return counts

    def _read(self, voucher):
        voucher.web_read(
            {
                "preview": {},
                "line_ids": {"fields": {"document_name": {}, "document_kind": {}, "claimed_by": {}, "residual": {},
                                        "rate": {}, "paid_amount": {}, "remaining": {}}},
            }
        )  # fmt: skip

    def _slopes(self, **vals):
        self._counts(1, **vals)  # registry caches
        small, large = self._counts(self.SMALL, **vals), self._counts(self.LARGE, **vals)
        return {step: (large[step] - small[step]) / (self.LARGE - self.SMALL) for step in large}

    def _assert_slopes(self, slopes, bounds):
        for step, bound in bounds.items():
            with self.subTest(step):
                self.assertLessEqual(slopes[step], bound)

    def test_direct_matches(self):
        self._assert_slopes(
            self._slopes(), {"load": 0.2, "propose": 0.2, "read": 0.2, "authorize": 0.2, "reverse": 1.2}
        )

    def test_entry_with_exchange(self):
        cad = self._currency("CAD", _2024_01_01=2.0)
        self._assert_slopes(
            self._slopes(currency=cad), {"load": 0.2, "propose": 0.2, "read": 0.2, "authorize": 0.5, "reverse": 2.2}
        )
