"""A draft of a run that somebody changes by hand: the run's own list says what it is going to apply."""

from odoo import Command

from .test_run import RunCase


class TestRunEdited(RunCase):
    def test_an_edited_draft_counts(self):
        """S4.8: what a person changes in a proposed voucher is what the run says it will apply."""
        partner, _items = self._customer("One", 100, 50, -120)
        run = self._run()
        run.action_propose()
        one = self._slice(run, partner)
        voucher = one.voucher_id
        credit, (debit, other) = voucher.credit_line_ids, voucher.debit_line_ids
        voucher.write(
            {
                "line_ids": [
                    Command.update(credit.id, {"amount": 90}),
                    Command.update(debit.id, {"amount": 90}),
                    Command.delete(other.id),
                ]
            }
        )
        self.assertEqual((one.applied, one.left), (90, 30))
        run.action_authorize()
        self.assertEqual((one.state, one.applied, one.left), ("authorized", 90, 30))

    def test_an_edited_draft_counts_in_both_currencies(self):
        """S4.8: the value follows the amount, to nothing and back; so does a discount that somebody takes away."""
        eur = self._currency("EUR", _2023_01_01=0.8)
        partner, _items = self._customer("One", 90, -90, currency=eur, value=None)
        run = self._run()
        run.action_propose()
        one = self._slice(run, partner)
        value = one.applied_value
        self.assertTrue(value)
        for amount in (30, 0, 45, 90):
            self._amend(one.voucher_id, amount)
            self.assertEqual((one.applied, one.left), (amount, 90 - amount))
            self.assertAlmostEqual(one.applied_value, value * amount / 90, delta=0.0051)
            self.assertAlmostEqual(one.applied_value + one.left_value, value)
        debit = one.voucher_id.debit_line_ids
        one.voucher_id.write({"line_ids": [Command.update(debit.id, {"amount": 90, "discount_amount": 2})]})
        self.assertEqual((one.applied, one.discount_amount), (90, 2))

    def test_a_line_edited_by_itself_counts(self):
        """S4.8: a program changes lines one by one; the run's list follows."""
        partner, _items = self._customer("One", 100, 50, -120)
        run = self._run()
        run.action_propose()
        one = self._slice(run, partner)
        one.voucher_id.credit_line_ids.write({"amount": 90})
        self.assertEqual((one.applied, one.left), (90, 30))
        one.voucher_id.credit_line_ids.unlink()
        self.assertEqual((one.applied, one.left), (0, 120))

    def _amend(self, voucher, amount):
        voucher.write({"line_ids": [Command.update(line.id, {"amount": amount}) for line in voucher.line_ids]})

    def _queries_to_amend(self, count):
        partner, _items = self._customer(f"Of {count}", *[10] * count, -10 * count)
        run = self._run(partner_ids=partner.ids)
        run.action_propose()
        voucher = self._slice(run, partner).voucher_id
        self.assertEqual(len(voucher.debit_line_ids), count)
        self.env.flush_all()
        self.env.invalidate_all()
        voucher = voucher.browse(voucher.id)
        before = self.env.cr.sql_log_count
        self._amend(voucher, 5)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_the_run_is_told_once(self):
        """S4.8: a form saves all its lines in the same number of queries, whatever their number."""
        self._queries_to_amend(2)
        self.assertEqual(self._queries_to_amend(3), self._queries_to_amend(12))
