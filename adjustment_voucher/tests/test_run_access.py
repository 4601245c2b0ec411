"""Who may run, and bad input by RPC."""

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .proof import APPROVER
from .test_run import RunCase


class TestRunAccess(RunCase):
    def test_roles(self):
        """A1: billing users and approvers run; readers read; salespeople see nothing; by RPC as by button."""
        self._customer("One", 100, -100)
        run = self._run(self.billing)
        run.action_propose()
        reader, seller = self._as(self.reader, run), self._as(self._user("run_seller", "base.group_user"), run)
        self.assertEqual(reader.read(["state"])[0]["state"], "proposed")
        self.assertTrue(reader.customer_ids and reader.progress())
        for call in (
            lambda: reader.action_authorize(),
            lambda: reader.action_draft(),
            lambda: reader.action_stop(),
            lambda: reader.customer_ids.action_exclude("x"),
            lambda: reader.customer_ids.action_propose_again(),
            lambda: seller.read(["state"]),
            lambda: seller.progress(),
            lambda: seller.action_propose(),
            lambda: seller.env["adjustment.run"].create({}),
            lambda: seller.env["adjustment.run.customer"].search([]).read(["applied"]),
            lambda: seller.env["adjustment.exclusion"].search([]).read(["reason"]),
            lambda: self._as(self.billing, run).action_authorize()
            and self._as(self.billing, run).action_reverse(reason="x"),
        ):
            with self.assertRefused(kinds=(AccessError,)):
                call()

    def test_protected(self):
        """A3: what the steps write, nobody else writes."""
        self._customer("One", 100, -100)
        run = self._run(self.billing)
        run.action_propose()
        mine = self._as(self.billing, run)
        for call in (
            lambda: mine.write({"state": "done"}),
            lambda: mine.write({"user_id": self.approver.id}),
            lambda: mine.create({"state": "done"}),
            lambda: mine.customer_ids.write({"state": "authorized"}),
            lambda: mine.customer_ids.unlink(),
            lambda: mine.item_ids.create({"run_id": mine.id}),
            lambda: mine.voucher_ids.write({"run_id": False}),
        ):
            with self.assertRefused(kinds=(AccessError,)):
                call()
        fresh = mine.with_context(default_state="done", default_user_id=self.approver.id).create({})
        self.assertEqual((fresh.state, fresh.user_id), ("draft", self.billing))

    def test_other_company(self):
        """M2: a user of another company sees and does nothing of it; nobody runs over a company that isn't theirs."""
        self._customer("One", 100, -100)
        run = self._run()
        run.action_propose()
        other = self.setup_other_company(name="Elsewhere")["company"]
        stranger = self._user("run_stranger", APPROVER, other)
        seen = self._as(stranger, run)
        for model in ("adjustment.run", "adjustment.run.customer", "adjustment.run.item", "adjustment.run.template"):
            self.assertFalse(seen.env[model].search([]), model)
        with self.assertRefused(kinds=(AccessError,)):
            seen.action_authorize()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            seen.create({"company_ids": self.company.ids}).action_propose()
        both = self._run(company_ids=[Command.set((self.company | other).ids)])
        self.assertNotIn(both, self._as(self.billing, both).search([]))

    def test_bad_numbers(self):
        """VC17: what is no record's number gets one sentence."""
        for numbers in ([-1], ["x"], [2**40]):
            with self.assertRaises(UserError):
                self._as(self.billing, self.env["adjustment.run"]).browse(numbers).action_propose()
