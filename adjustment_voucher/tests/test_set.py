"""Many vouchers at once leave what each by itself leaves, and what Odoo's own ``reconcile`` leaves: every stored field."""

import random
from functools import partial
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import batch
from ..models.engine import engine
from .proof import ProofCase

LAST = "2024-03-31"
# Who wrote a row and when; numbers of rows made anew.
ASIDE = {"id", "create_uid", "create_date", "write_uid", "write_date", "matching_number", "full_reconcile_id"}


class SetCase(ProofCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls._currency("EUR", _2023_01_01=0.8, _2024_01_15=0.9, _2024_02_10=0.95)

    # ------------------------------------------------------------------ ledgers

    def _customers(self, seed, currency=None, count=5):
        """Customers with invoices, receipts, credit notes and entries, some matched before."""
        chance, found = random.Random(seed), []
        for number in range(count):
            partner = self.env["res.partner"].create({"name": f"Customer {number}", "is_company": True})
            given = {"partner": partner, "currency": currency}
            documents = [
                self._invoice(
                    chance.randint(100, 99999) / 100,
                    f"2024-01-{10 + step}",
                    invoice_date_due=f"2024-01-{20 + step}",
                    **given,
                )
                for step in range(chance.randint(2, 5))
            ]
            documents += [
                self._receipt(chance.randint(100, 120000) / 100, f"2024-02-{10 + step}", **given)
                for step in range(chance.randint(1, 3))
            ]
            documents.append(
                self._invoice(
                    chance.randint(100, 9999) / 100,
                    "2024-02-01",
                    kind="out_refund",
                    invoice_date_due="2024-02-01",
                    **given,
                )
            )
            items = self.env["account.move.line"].union(*(self._open_line(one) for one in documents))
            if number % 2:
                first = [one for one in items if one.balance > 0][:1] + [one for one in items if one.balance < 0][:1]
                self.env["account.move.line"].union(*first).reconcile()
            found.append((partner, items.filtered(lambda one: not one.reconciled)))
        return found

    def _vouchers(self, customers, currency=None):
        vouchers = self.env["adjustment.voucher"]
        for partner, _items in customers:
            vouchers |= vouchers.create(
                {
                    "partner_id": partner.id,
                    "date": LAST,
                    "method": "fifo",
                    "currency_id": (currency or self.company.currency_id).id,
                }
            )
        vouchers.action_load_items()
        vouchers.action_allocate()
        return vouchers

    # ------------------------------------------------------------------ what a step leaves

    def _without_marks(self, left):
        """Without Odoo's note that somebody wrote on a document: one by one, matching writes on it."""
        return {
            part: [{name: row[name] for name in row if name != "is_manually_modified"} for row in rows]
            if part == "documents"
            else rows
            for part, rows in left.items()
        }

    def _stored(self, records, aside=()):
        names = [
            name
            for name, field in records._fields.items()
            if field.store and field.column_type and name not in ASIDE | set(aside)
        ]
        return [{name: row[name] for name in names} for row in records.sorted("id").read(names, load=None)]

    def _left(self, items, step):
        """Every stored field of items, documents, payments and matches after a step, which is then undone."""
        savepoint = self.env.cr.savepoint()
        try:
            step()
            self.env.flush_all()
            self.env.invalidate_all()
            payments = items.move_id.origin_payment_id
            self.env.add_to_compute(
                payments._fields["state"], payments
            )  # Odoo's own depends on what it had read before
            self.env.flush_all()
            self.env.invalidate_all()
            matches = items.matched_debit_ids | items.matched_credit_ids
            groups = {}
            for item in items:
                groups.setdefault(item.matching_number or f"-{item.id}", set()).add(item.id)
            return {
                "items": self._stored(items),
                "full": {item.id: bool(item.full_reconcile_id) for item in items},
                "groups": sorted(map(sorted, groups.values())),
                "documents": self._stored(items.move_id),
                "payments": self._stored(items.move_id.origin_payment_id),
                "matches": sorted(
                    map(str, self._stored(matches, {"adjustment_voucher_id", "debit_move_id", "credit_move_id"}))
                ),
            }
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _vouchers_left(self, vouchers, step):
        savepoint = self.env.cr.savepoint()
        try:
            step()
            self.env.flush_all()
            self.env.invalidate_all()
            aside = {"name", "authorized_on", "version", "move_id"}
            return {
                "vouchers": self._stored(vouchers, aside),
                "lines": self._stored(vouchers.line_ids),
                "allocations": sorted(map(str, self._stored(vouchers.allocation_ids))),
                "entries": [
                    sorted(
                        (leg.account_id.id, leg.partner_id.id, leg.adjustment_leg) for leg in voucher.move_id.line_ids
                    )
                    and round(
                        sum(leg.balance for leg in voucher.move_id.line_ids if leg.adjustment_leg == "exchange"), 2
                    )
                    for voucher in vouchers
                ],
                "numbered": [bool(voucher.name) for voucher in vouchers],
            }
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _terms(self, items):
        return [(item.id, item.date_maturity, item.date, item.amount_residual) for item in items]

    def _queries_of(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        step()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _queries_to_authorize(self, vouchers):
        return self._queries_of(vouchers._authorize_set)


@tagged("post_install", "-at_install")
class TestSet(SetCase):
    def test_as_odoo_reconciles(self):
        """S4.8, S4.22: in company currency every stored field is what ``reconcile`` customer by customer leaves."""
        for seed in range(4):
            customers = self._customers(seed)
            items = self.env["account.move.line"].union(*(own for _partner, own in customers))
            vouchers = self._vouchers(customers)
            step = lambda own=customers: [group.reconcile() for _partner, group in own]  # noqa: E731
            odoo = self._without_marks(self._left(items, step))
            ours = self._without_marks(self._left(items, vouchers._authorize_set))
            for part, value in odoo.items():
                self.assertEqual(ours[part], value, f"{part}, seed {seed}: {self._terms(items)}")

    def test_as_one_by_one(self):
        """S4.8: vouchers, lines, applications and items are what ``action_authorize`` leaves, in either currency."""
        for currency in (None, self.eur):
            customers = self._customers(7, currency)
            items = self.env["account.move.line"].union(*(own for _partner, own in customers))
            vouchers = self._vouchers(customers, currency)
            single = self._vouchers_left(vouchers, vouchers.action_authorize)
            together = self._vouchers_left(vouchers, vouchers._authorize_set)
            for part, value in single.items():
                self.assertEqual(together[part], value, part)
            single, together = (
                self._without_marks(self._left(items, step))
                for step in (vouchers.action_authorize, vouchers._authorize_set)
            )
            for part in ("items", "documents", "payments"):
                self.assertEqual(together[part], single[part], part)

    def test_one_leg_for_all_items(self):
        """S4.22: the entry closes all items of a customer in one sum; what keeps a rest has a leg of its own."""
        vouchers = self._vouchers(self._customers(11, self.eur), self.eur)
        self.assertTrue(vouchers._get_together())
        vouchers._authorize_set()
        for voucher in vouchers:
            legs = voucher.move_id.line_ids
            self.assertLessEqual(len(legs), 6)
            self.assertAlmostEqual(sum(legs.mapped("balance")), 0)
            self.assertTrue(all(leg.reconciled for leg in legs if leg.adjustment_leg == "item"))
            for line in voucher.line_ids:
                item = line.move_line_id
                self.assertAlmostEqual(abs(item.amount_residual_currency), line.residual_before - line.amount)

    def test_taken_back_together(self):
        """S4.24: items, documents and payments as they were, every stored field, in either currency."""
        for currency in (None, self.eur):
            customers = self._customers(21, currency)
            items = self.env["account.move.line"].union(*(own for _partner, own in customers))
            vouchers = self._vouchers(customers, currency)
            self.env.flush_all()
            before = self._without_marks(self._left(items, lambda: None))

            def there_and_back(vouchers=vouchers):
                vouchers._authorize_set()
                vouchers._reverse_set(LAST, "Wrong file")

            def one_by_one(vouchers=vouchers):
                vouchers.action_authorize()
                vouchers.action_reverse(LAST, "Wrong file")

            for step in (there_and_back, one_by_one):
                after = self._without_marks(self._left(items, step))
                for part, value in before.items():
                    self.assertEqual(after[part], value, (part, step.__name__))

    def test_taken_back_as_odoo_does(self):
        """S4.24: what Odoo leaves when it takes the same matches back, part by part, in every stored field."""
        for currency in (None, self.eur):
            customers = self._customers(23, currency)
            items = self.env["account.move.line"].union(*(own for _partner, own in customers))
            items[0].move_id.ref = "Still as it is"
            vouchers = self._vouchers(customers, currency)
            vouchers._authorize_set()
            matches = self.env["account.partial.reconcile"].search([("adjustment_voucher_id", "in", vouchers.ids)])

            def by_odoo(matches=matches, vouchers=vouchers):
                with engine(taken_back=vouchers.ids):
                    matches.unlink()

            def by_voucher(matches=matches, vouchers=vouchers):
                with engine(taken_back=vouchers.ids):
                    matches._take_back_quietly()

            odoo, ours = (self._without_marks(self._left(items, step)) for step in (by_odoo, by_voucher))
            self.assertEqual(ours, odoo)

    def test_queries_of_taking_back_do_not_grow(self):
        """S4.24: ten matches and forty cost the same number of queries."""
        counts = []
        for count in (10, 40):
            partner = self.env["res.partner"].create({"name": f"Long {count}", "is_company": True})
            items = [self._item(10, partner=partner) for _number in range(count)] + [
                self._item(-10 * count, partner=partner)
            ]
            voucher = self._vouchers([(partner, items)])
            voucher.action_authorize()
            counts.append(self._queries_of(partial(voucher.action_reverse, LAST, "Wrong file")))
        self.assertLessEqual(counts[1] - counts[0], 3)

    def test_queries_of_taking_many_back_do_not_grow(self):
        """S4.24: three customers and six cost the same; of their entries Odoo copies each by itself, in 20 queries."""
        for currency, each in ((None, 4), (self.eur, 25)):
            counts = []
            for count in (3, 6):
                vouchers = self._vouchers(self._customers(31, currency, count=count), currency)
                vouchers._authorize_set()
                counts.append(self._queries_of(partial(vouchers._reverse_set, LAST, "Wrong file")))
            self.assertLessEqual(counts[1] - counts[0], 3 * each, currency)

    def test_one_note_for_each_document(self):
        """S4.24: a document is told once that it was applied and once that this was taken back."""
        customers = self._customers(7)
        vouchers = self._vouchers(customers)
        documents = vouchers.line_ids.filtered("amount").move_id

        def told(step):
            before = {move: len(move.message_ids) for move in documents}
            step()
            self.env.flush_all()
            self.env.cr.precommit.run()  # Odoo writes there what it tracked
            self.env.invalidate_all()
            return {len(move.message_ids) - before[move] for move in documents}

        told(lambda: None)
        self.assertEqual(told(vouchers._authorize_set), {1})
        self.assertEqual(told(lambda: vouchers._reverse_set(LAST, "Wrong file")), {1})
        again = self._vouchers(customers)
        for voucher in again:
            voucher.action_authorize()
        told(lambda: None)
        self.assertEqual(told(lambda: [voucher.action_reverse(LAST, "Wrong file") for voucher in again]), {1})

    def test_reversed_state(self):
        """S4.24: each voucher says who took it back, when, why, and its matches are gone."""
        vouchers = self._vouchers(self._customers(5))
        vouchers._authorize_set()
        vouchers._reverse_set(LAST, "Wrong file")
        self.assertEqual(set(vouchers.mapped("state")), {"reversed"})
        self.assertEqual(set(vouchers.mapped("reversal_reason")), {"Wrong file"})
        self.assertFalse(self.env["account.partial.reconcile"].search([("adjustment_voucher_id", "in", vouchers.ids)]))

    def test_chargeback_is_booked_as_by_itself(self):
        """S4.8: a chargeback that somebody added to a draft of many is booked, and stays owed."""
        partner = self.env["res.partner"].create({"name": "Short", "is_company": True})
        credit, debit = (self._item(amount, partner=partner) for amount in (-90, 100))
        voucher = self._voucher([(credit, 90), (debit, 100, {"chargeback_amount": 10})], partner_id=partner.id)
        items = credit | debit
        single, together = (
            self._vouchers_left(voucher, step) for step in (voucher.action_authorize, voucher._authorize_set)
        )
        self.assertEqual(together, single)
        voucher._authorize_set()
        self.assertEqual(items.mapped("amount_residual"), [0, 0])
        opened = voucher.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "chargeback")
        self.assertEqual(opened.amount_residual, 10)

    def test_hook_for_paid_invoices(self):
        """S4.22: Odoo's hook runs once for the invoices that became paid, and for no other."""
        customers = self._customers(3)
        invoices = (
            self.env["account.move.line"]
            .union(*(own for _partner, own in customers))
            .move_id.filtered(lambda move: move.is_invoice(True) and move.payment_state not in ("paid", "in_payment"))
        )
        vouchers, told = self._vouchers(customers), []
        with patch.object(type(invoices), "_invoice_paid_hook", lambda moves: told.extend(moves.ids)):
            vouchers._authorize_set()
        paid = invoices.filtered(lambda move: move.payment_state in ("paid", "in_payment"))
        self.assertTrue(paid)
        self.assertEqual(sorted(told), sorted(paid.ids))

    def test_all_or_none(self):
        """S4.8: one voucher with something against it stops the whole set, and says which."""
        customers = self._customers(9)
        vouchers = self._vouchers(customers)
        self._open_line(customers[1][1].move_id.filtered(lambda one: one.move_type == "out_invoice")[:1]).move_id.write(
            {"payment_state": "blocked"}
        )
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "unblock"), self.env.cr.savepoint():
            vouchers._authorize_set()
        self.assertEqual(set(vouchers.mapped("state")), {"draft"})

    def test_queries_do_not_grow(self):
        """S4.8: six customers and three cost the same number of queries."""
        counts = [self._queries_to_authorize(self._vouchers(self._customers(31, count=count))) for count in (3, 6)]
        self.assertLessEqual(counts[1] - counts[0], 3 + 6)  # a number from the sequence each, and its use by the ORM

    def test_draft_is_a_draft(self):
        """S4.8: a draft made from values is what the same lines entered by hand are."""
        partner, items = self._customers(13, count=1)[0]
        debit = items.filtered(lambda one: one.balance > 0)[:1]
        credit = items.filtered(lambda one: one.balance < 0)[:1]
        amount = min(debit.amount_residual, -credit.amount_residual)
        hand = self._voucher([(credit, amount), (debit, amount)], partner_id=partner.id, method="named")
        cents = round(amount * 100)
        lines = [
            batch.DraftLine(item.id, side, self.company.currency_id.id, cents, cents)
            for item, side in ((credit, "credit"), (debit, "debit"))
        ]
        made = self.env["adjustment.voucher"]._draft_set(
            [
                batch.Draft(
                    self.company.id, partner.id, self.company.currency_id.id, hand.date, hand.value_date, tuple(lines),
                    method="named", hierarchy=hand.hierarchy,
                )
            ]
        )  # fmt: skip
        aside = {"voucher_id", "sequence", "discount_mode"}
        self.assertEqual(self._stored(made.line_ids, aside), self._stored(hand.line_ids, aside))
        aside = {"plan", "version", "seen_version"}
        self.assertEqual(self._stored(made, aside), self._stored(hand, aside))
