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
