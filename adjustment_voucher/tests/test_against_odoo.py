"""Random ledgers: what a voucher leaves is what Odoo's own ``reconcile`` leaves, residuals, matches and exchange (S4.22).

Odoo books its exchange in moves of its own, a voucher in its own entry. Both stand for the same: each item leaves the
books at its own booked value. Where Odoo closes an item in several steps it may book a cent more or less on one pair and
the opposite on the next; the totals over a closed ledger are equal to the cent.
"""

import random

from odoo.tests import tagged

from .proof import ProofCase

SEEDS = range(12)


@tagged("post_install", "-at_install")
class TestAgainstOdoo(ProofCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cad = cls._currency("CAD", _2024_01_01=1 / 0.73429)

    def _ledger_of(self, chance, currency=None, rates=(0.73429,)):
        """Debits and credits of one customer on one account, each with a day and due day of its own."""

        def item(sign, number):
            amount = chance.choice([chance.randint(1, 100), chance.randint(1, 999999) / 100])
            value = self.company.currency_id.round(amount * chance.choice(rates)) if currency else amount
            day = f"2024-01-{number + 1:02d}"
            return self._item(sign * amount, day, currency, sign * max(value, 0.01), due=day)

        numbers = chance.sample(range(20), chance.randint(2, 12))
        cut = chance.randint(1, len(numbers) - 1)
        debits = self.env["account.move.line"].union(*(item(1, number) for number in sorted(numbers[:cut])))
        credits = self.env["account.move.line"].union(*(item(-1, number) for number in sorted(numbers[cut:])))
        return debits, credits

    def _by_odoo(self, items):
        """What Odoo makes of these items; taken back."""
        return self._undone(items, items.reconcile)

    def _by_voucher(self, items, currency):
        voucher = self.env["adjustment.voucher"].create(
            {"partner_id": self.customer.id, "date": "2024-03-31", "currency_id": currency.id, "method": "fifo"}
        )

        def settle():
            voucher.action_load_items()
            self.assertEqual(voucher.line_ids.move_line_id, items)
            voucher.action_allocate()
            voucher.action_authorize()

        return self._undone(items, settle)

    def _undone(self, items, settle):
        savepoint = self.env.cr.savepoint()
        try:
            settle()
            self.env.flush_all()
            return self._standing(items)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _standing(self, items):
        groups = {}
        for item in items:
            groups.setdefault(item.matching_number or item.id, set()).add(item.id)
        exchange = self.env["account.move.line"].search(
            [("account_id", "in", (self.gain | self.loss).ids), ("parent_state", "=", "posted")]
        )
        return {
            "open": {item.id: item.amount_residual_currency for item in items},
            "value": {item.id: item.amount_residual for item in items},
            "closed": {item.id for item in items if item.reconciled},
            "full": {item.id for item in items if item.full_reconcile_id},
            "payment": {item.id: item.move_id.payment_state for item in items},
            "groups": sorted(map(sorted, groups.values())),
            "pairs": sorted(
                (match.debit_move_id.id, match.credit_move_id.id, match.amount)
                for match in (items.matched_debit_ids | items.matched_credit_ids)
                if match.debit_move_id in items and match.credit_move_id in items
            ),
            "exchange": sum(exchange.mapped("balance")),
        }

    def test_company_currency_the_same_in_every_respect(self):
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                debits, credits = self._ledger_of(random.Random(seed))
                items = debits | credits
                theirs = self._by_odoo(items)
                ours = self._by_voucher(items, self.company.currency_id)
                self.assertEqual(ours, theirs)
                savepoint.rollback()

    def test_foreign_currency_at_one_rate(self):
        """The same open amounts and values; the same pairs, and no exchange, but for what rounding leaves on a pair."""
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                debits, credits = self._ledger_of(random.Random(seed), self.cad)
                theirs = self._by_odoo(debits | credits)
                ours = self._by_voucher(debits | credits, self.cad)
                self._assert_equal_books(ours, theirs, len(debits | credits))
                savepoint.rollback()

    def test_foreign_currency_at_many_rates(self):
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                rates = (0.70882, 0.73429, 0.75001, 0.71268)
                debits, credits = self._ledger_of(random.Random(seed), self.cad, rates)
                theirs = self._by_odoo(debits | credits)
                ours = self._by_voucher(debits | credits, self.cad)
                self._assert_equal_books(ours, theirs, len(debits | credits))
                savepoint.rollback()

    def _assert_equal_books(self, ours, theirs, count):
        self.assertEqual(ours["open"], theirs["open"])
        self.assertEqual(ours["closed"], theirs["closed"])
        self.assertEqual(ours["payment"], theirs["payment"])
        for key, value in theirs["value"].items():
            self.assertAlmostEqual(ours["value"][key], value, delta=0.011)
        rest = sum(ours["value"].values()) - sum(theirs["value"].values())
        self.assertAlmostEqual(ours["exchange"] + rest, theirs["exchange"], 2)
