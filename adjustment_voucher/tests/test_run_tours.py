"""The screens of a run, as the people who use them see them (Chromium)."""

from odoo.tests import HttpCase, tagged

from ..models.adjustment_run import adjustment_run_steps
from .test_run_screen import RunCommon


@tagged("post_install", "-at_install")
class TestRunTours(RunCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name = "Tour Customer"
        cls.second, cls.third = cls._partner("Second Customer"), cls._partner("Third Customer")
        cls._invoice(100, "2024-01-10")
        cls._receipt(60, "2024-02-01")
        cls._invoice(70, "2024-01-11", partner=cls.second)
        cls._receipt(70, "2024-02-02", partner=cls.second)
        cls._receipt(50, "2024-02-03", partner=cls.third)

    def _proposed(self):
        run = self._run()
        run.action_propose()
        return run

    def test_S4_8_the_accountant_proposes_excludes_and_authorizes(self):
        self.start_tour("/odoo/application-runs", "adjustment_run_accountant", login="run_clerk")
        run = self.env["adjustment.run"].search([("company_id", "=", self.company.id)]).ensure_one()
        self.assertEqual((run.state, run.done_count, run.excluded_count), ("done", 1, 1))
        self.start_tour("/odoo/application-exclusions", "adjustment_run_lift", login="run_clerk")
        self.assertFalse(self.env["adjustment.exclusion"].search([("partner_id", "=", self.second.id)]))

    def test_a_proposed_voucher_opens_from_the_list_of_customers(self):
        run = self._proposed()
        self.start_tour(f"/odoo/application-runs/{run.id}", "adjustment_run_edit_voucher", login="run_clerk")

    def test_S4_8_one_customer_that_was_set_aside_is_tried_again(self):
        run = self._proposed()
        lines = run.voucher_ids.line_ids.move_line_id
        pairs = lines.filtered(lambda line: line.account_id.account_type == "asset_receivable").grouped("partner_id")
        for pair in pairs.values():
            pair.reconcile()
        run.action_authorize()
        self.assertEqual(run.failed_count, 2)
        pairs[self.second].remove_move_reconcile()
        self.start_tour(f"/odoo/application-runs/{run.id}", "adjustment_run_retry", login="run_clerk")
        states = {one.partner_id: one.state for one in run.customer_ids}
        self.assertEqual((states[self.second], states[self.customer]), ("authorized", "failed"))

    def test_S4_8_a_customer_is_excluded_before_any_run(self):
        self.start_tour("/odoo/application-exclusions", "adjustment_run_exclude", login="run_clerk")
        run = self._proposed()
        aside = run.customer_ids.filtered(lambda one: one.partner_id == self.third)
        self.assertEqual((aside.state, aside.reason), ("excluded", "In court"))

    def test_S4_24_the_approver_takes_the_run_back(self):
        run = self._proposed()
        run.action_authorize()
        self.start_tour(f"/odoo/application-runs/{run.id}", "adjustment_run_reverse", login="run_approver")
        self.assertEqual((run.state, run.reversed_by_id), ("reversed", self.approver))

    def test_whoever_reads_only_sees_and_presses_nothing(self):
        run = self._proposed()
        self.start_tour(f"/odoo/application-runs/{run.id}", "adjustment_run_reader", login="run_reader")
        self.assertEqual(run.state, "proposed")

    def test_S4_8_the_bar_follows_a_long_run_that_stops_and_goes_on(self):
        self.patch(self.env.registry["adjustment.run"], "_enqueue", lambda self: None)
        self.patch(adjustment_run_steps, "AT_ONCE", 0)
        run = self._proposed()
        self.assertEqual(run.state, "running")
        self.start_tour(f"/odoo/application-runs/{run.id}", "adjustment_run_progress", login="run_clerk")
        self.assertEqual((run.state, run.stopped), ("running", False))
