"""Customers and items that a person takes out of a run, and of those that follow."""

from odoo.exceptions import ValidationError

from .test_run import RunCase


class TestRunExcluded(RunCase):
    def test_customer_taken_out(self):
        """S4.8: taken out with a reason, remembered by the next run, until somebody lifts it."""
        partner, _items = self._customer("One", 100, -100)
        run = self._run()
        run.action_propose()
        one = self._slice(run, partner)
        with self.assertRefused("give the reason"):
            one.action_exclude("  ")
        one.action_exclude("In court")
        self.assertEqual((one.state, one.reason, one.voucher_id.id), ("excluded", "In court", False))
        self.assertEqual((run.excluded_count, len(run.voucher_ids)), (1, 0))
        following = self._run()
        following.action_propose()
        self.assertEqual(self._slice(following, partner).state, "excluded")
        self.assertEqual(self._slice(following, partner).reason, "In court")
        self._slice(following, partner).action_include()
        self.assertEqual(self._slice(following, partner).state, "proposed")
        self.assertFalse(self.env["adjustment.exclusion"].search([("partner_id", "=", partner.id)]))

    def test_taken_out_by_a_colleague(self):
        """S4.8: one accountant proposes, another excludes, proposes anew and discards: the drafts are the run's."""
        partners = [self._customer(name, 100, -100)[0] for name in ("One", "Two", "Three")]
        run = self._run()
        self._as(self.approver, run).action_propose()
        self.assertEqual(run.voucher_ids.create_uid, self.approver)
        mine = self._as(self.billing, run)
        self._slice(mine, partners[0]).action_exclude("In court")
        self._slice(mine, partners[1]).action_propose_again()
        self.assertEqual(mine.customer_ids.mapped("state").count("proposed"), 2)
        mine.action_draft()
        self.assertEqual((run.state, len(run.voucher_ids)), ("draft", 0))

    def test_item_taken_out(self):
        """S4.8: an item taken out is left in this run and the next; others are used instead."""
        partner, (first, second, credit) = self._customer("One", 100, 100, -60)
        second.date_maturity = "2024-02-20"
        run = self._run(methods=("fifo",))
        run.action_propose()
        left = run.item_ids.filtered(lambda item: item.move_line_id == first)
        left.action_exclude("Disputed")
        one = self._slice(run, partner)
        self.assertEqual(one.voucher_id.debit_line_ids.move_line_id, second)
        following = self._run(methods=("fifo",))
        run.action_draft()
        following.action_propose()
        self.assertEqual(self._slice(following, partner).voucher_id.debit_line_ids.move_line_id, second)
        out = following.item_ids.filtered(lambda item: item.move_line_id == first)
        self.assertEqual(out.reason_code, "excluded")
        out.action_include()
        self.assertEqual(self._slice(following, partner).voucher_id.debit_line_ids.move_line_id, first)
        self.assertTrue(credit)

    def test_taken_out_until(self):
        """S4.8: what is out until a day comes back after it."""
        partner, _items = self._customer("One", 100, -100)
        self.env["adjustment.exclusion"].create({"partner_id": partner.id, "company_id": self.company.id,
                                                 "reason": "Audit", "until": "2024-03-01"})  # fmt: skip
        self.assertEqual(self._proposed(date="2024-02-15"), partner.browse())
        self.assertEqual(self._proposed(), partner)

    def test_exclusion_needs_one_thing(self):
        """S4.8: a customer or an item, with a reason; who took it out stays on record."""
        partner, (item,) = self._customer("One", -100)
        exclusions = self.env["adjustment.exclusion"]
        with self.assertRaises(ValidationError):
            exclusions.create({"partner_id": partner.id, "reason": " "})
        mine = self._as(self.billing, exclusions).create(
            {"partner_id": partner.id, "reason": "x", "user_id": self.approver.id, "company_id": self.company.id}
        )
        self.assertEqual(mine.user_id, self.billing)
        with self.assertRefused("exclude that"):
            mine.write({"partner_id": self.customer.id})
        self.assertTrue(item)

    # ------------------------------------------------------------------ in the background
