"""Criteria saved as a template, and runs that a schedule starts from it."""

from odoo import Command

from .test_run import RunCase


class TestRunTemplate(RunCase):
    def test_template(self):
        """S1.19: criteria kept, run by hand."""
        partner, _items = self._customer("One", 100, -100)
        template = self.env["adjustment.run.template"].create(
            {"name": "Night", "partner_ids": [Command.set(partner.ids)], "company_ids": self.company.ids,
             "method_ids": [Command.create({"method": "lifo"})], "use_discount": False}
        )  # fmt: skip
        run = self.env["adjustment.run"].browse(template.action_run()["res_id"])
        self.assertEqual((run.partner_ids, run._get_methods(), run.use_discount), (partner, ("lifo",), False))
        self.assertEqual(run.template_id, template)

    def _template(self, user, **vals):
        return self._as(user, self.env["adjustment.run.template"]).create(
            {"name": "Night", "company_ids": self.company.ids, "schedule": "daily", "next_date": "2024-01-01", **vals}
        )

    def test_schedule(self):
        """S1.19: a due template is run, in the name of who set it up, and authorized by itself when it says so."""
        self._customer("One", 100, -100, day="2024-01-10")
        template = self._template(self.billing, authorize_by_itself=True)
        template.sudo()._run_scheduled()
        run = template.last_run_id
        self.assertEqual((run.state, run.done_count, run.user_id), ("done", 1, self.billing))
        self.assertGreater(template.next_date, run.date)
        look = self._template(self.billing, schedule="monthly")
        self._customer("Two", 100, -100, day="2024-01-10")
        look.sudo()._run_scheduled()
        self.assertEqual(look.last_run_id.state, "proposed")

    def test_schedule_says_why_not(self):
        """S1.19: a template that finds nothing, or whose user left, says so and harms no other."""
        template = self._template(self.billing)
        template.sudo()._run_scheduled()
        self.assertFalse(template.last_run_id)
        self.assertIn("no open credit", template.last_problem)

    def test_template_takes_no_foreign_rights(self):
        """A1: whoever changes a template runs it in their own name: nobody borrows a higher limit."""
        template = self._template(self.approver)
        self.assertEqual(template.user_id, self.approver)
        own = self._as(self.billing, template)
        own.write({"user_id": self.approver.id, "authorize_by_itself": True})
        self.assertEqual(template.user_id, self.billing)
        self._as(self.approver, template).write({"use_discount": False})
        self.assertEqual(template.user_id, self.approver)
        own.method_ids[:1].write({"method": "lifo"})
        self.assertEqual(template.user_id, self.billing)
