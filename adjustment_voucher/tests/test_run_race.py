"""Runs worked on by real processes: killed in the middle, several at once, two runs over the same customers (S4.8, S4.22).

These tests commit to the database and take back what they made.
"""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.adjustment_run import adjustment_run_steps, adjustment_run_template
from .race import RaceCase, process_options

PROGRAM = """
import os, pathlib, signal, sys, time
import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config
config.parse_config(sys.argv[1:])
registry = Registry({db!r})
from odoo.addons.adjustment_voucher.models.adjustment_run import adjustment_run_work
adjustment_run_work.BATCH = {batch}
with registry.cursor() as cr:
    model = type(api.Environment(cr, SUPERUSER_ID, {{}})["adjustment.run"])
worked, original = [], model._set_state
def count(self, slices, state):
    original(self, slices, state)
    worked.append(len(slices))
    {at_each}
model._set_state = count
folder = pathlib.Path({folder!r})
(folder / str(os.getpid())).touch()
while len(list(folder.iterdir())) < {together}:
    time.sleep(0.01)
with registry.cursor() as cr:
    api.Environment(cr, SUPERUSER_ID, {{}})["adjustment.run"]._work_off()
print(sum(worked))
"""


@tagged("post_install", "-at_install")
class TestRunRace(RaceCase):
    def setUp(self):
        super().setUp()
        self.runs, self.templates = [], []
        self.addCleanup(self._take_runs_back)

    def _take_runs_back(self):
        with self._env() as env:
            env.cr.execute("UPDATE adjustment_voucher SET run_id = NULL WHERE run_id = ANY(%s)", [self.runs])
            env.cr.execute("DELETE FROM adjustment_run WHERE id = ANY(%s)", [self.runs])
            env.cr.execute("DELETE FROM adjustment_run_template WHERE id = ANY(%s)", [self.templates])
            env.cr.execute("DELETE FROM mail_message WHERE model = 'adjustment.run' AND res_id = ANY(%s)", [self.runs])

    def _customers(self, count):
        return [self._items(100, -100) for _number in range(count)]

    def _new_run(self, items):
        with self._env() as env:
            partners = env["account.move.line"].browse([item for pair in items for item in pair]).partner_id
            run = self._mine(env)["adjustment.run"].create(
                {"company_ids": [self.company_id], "date": "2024-03-31", "partner_ids": [Command.set(partners.ids)]}
            )
            self.runs.append(run.id)
            return run.id

    def _mine(self, env):
        """In the name of a person: the system itself has no runs."""
        admin = env.ref("base.user_admin")
        return env(user=admin.id, su=False)

    def _step(self, run, method, left_to_workers=True):
        at_once = 0 if left_to_workers else 100
        with patch.object(adjustment_run_steps, "AT_ONCE", at_once), self._env() as env:
            getattr(self._mine(env)["adjustment.run"].browse(run), method)()

    def _proposed_run(self, items):
        run = self._new_run(items)
        self._step(run, "action_propose", left_to_workers=False)
        return run

    def _workers(self, count, batch=3, at_each="pass"):
        """Processes that begin to work together.

        :return: list of (exit code, customers done)
        """
        with tempfile.TemporaryDirectory() as folder:
            program = PROGRAM.format(db=self.db_name, batch=batch, at_each=at_each, folder=folder, together=count)
            command = [sys.executable, "-c", textwrap.dedent(program), *process_options()]
            running = [
                subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                for _number in range(count)
            ]
            ended = [worker.communicate(timeout=300) for worker in running]
        codes = [worker.returncode for worker in running]
        for code, (_out, errors) in zip(codes, ended, strict=True):
            self.assertIn(code, (0, -signal.SIGKILL), errors.decode()[-3000:])
        return [(code, int(out or 0)) for code, (out, _errors) in zip(codes, ended, strict=True)]

    def _look(self, run, items):
        """(state of the slice, state of the voucher, its matches, what is open of debit and credit) per customer."""
        with self._env() as env:
            record = env["adjustment.run"].browse(run)
            seen = []
            for pair in items:
                lines = env["account.move.line"].browse(pair)
                one = record.customer_ids.filtered(lambda slice_, lines=lines: slice_.partner_id == lines.partner_id)
                matches = env["account.partial.reconcile"].search_count(
                    [("adjustment_voucher_id", "=", one.voucher_id.id)]
                )
                seen.append((one.state, one.voucher_id.state, matches, tuple(lines.mapped("amount_residual"))))
            return record.state, seen

    DONE = ("authorized", "authorized", 1, (0.0, 0.0))
    OPEN = ("proposed", "draft", 0, (100.0, -100.0))

    def test_killed_while_authorizing(self):
        """S4.8: a killed worker leaves each voucher whole or absent, and the next goes on where it was."""
        items = self._customers(7)
        run = self._proposed_run(items)
        self._step(run, "action_authorize")
        at_each = "len(worked) == 2 and os.kill(os.getpid(), signal.SIGKILL)"
        self.assertEqual(self._workers(1, at_each=at_each)[0][0], -signal.SIGKILL)
        state, seen = self._look(run, items)
        self.assertEqual((state, seen.count(self.DONE), seen.count(self.OPEN)), ("running", 3, 4), seen)
        self.assertEqual(self._workers(1), [(0, 4)])
        self.assertEqual(self._look(run, items), ("done", [self.DONE] * 7))

    def test_killed_while_proposing_and_reversing(self):
        """S4.8, S4.24: the same for proposals and for taking back."""
        items = self._customers(4)
        run = self._new_run(items)
        self._step(run, "action_propose")
        self.assertEqual(self._workers(1)[0][0], 0)
        self.assertEqual(self._look(run, items), ("proposed", [self.OPEN] * 4))
        self._step(run, "action_authorize", left_to_workers=False)
        with patch.object(adjustment_run_steps, "AT_ONCE", 0), self._env() as env:
            self._mine(env)["adjustment.run"].browse(run).action_reverse(reason="Test")
        at_each = "len(worked) == 1 and os.kill(os.getpid(), signal.SIGKILL)"
        self.assertEqual(self._workers(1, at_each=at_each)[0][0], -signal.SIGKILL)
        self.assertEqual(self._look(run, items), ("running", [self.DONE] * 4))
        self.assertEqual(self._workers(1), [(0, 4)])
        self.assertEqual(self._look(run, items), ("reversed", [("reversed", "reversed", 0, (100.0, -100.0))] * 4))

    def test_two_workers_share_a_run(self):
        """S4.8: two processes at once do all of it, none of it twice."""
        items = self._customers(10)
        run = self._proposed_run(items)
        self._step(run, "action_authorize")
        ended = self._workers(2, batch=2)
        self.assertEqual([code for code, _done in ended], [0, 0])
        self.assertEqual(sum(done for _code, done in ended), 10, ended)
        self.assertTrue(all(done for _code, done in ended), ended)
        self.assertEqual(self._look(run, items), ("done", [self.DONE] * 10))

    def test_two_runs_over_the_same_customers(self):
        """S4.22: both propose on one snapshot, both authorize at once: every item is applied once, and the loser is set
        aside with its reason."""
        items = self._customers(4)
        runs = [self._new_run(items) for _number in range(2)]
        results = self._at_once([lambda cursor, run=run: self._propose(cursor, run) for run in runs])
        self.assertEqual(results, [True, True])
        for run in runs:
            self._step(run, "action_authorize")
        self._workers(2, batch=2)
        looks = [self._look(run, items) for run in runs]
        self.assertEqual([state for state, _seen in looks], ["done", "done"])
        for one, other in zip(looks[0][1], looks[1][1], strict=True):
            self.assertEqual(sorted((one[0], other[0])), ["authorized", "failed"])
            self.assertEqual((one[2] + other[2], one[3]), (1, (0.0, 0.0)))
        with self._env() as env:
            reasons = env["adjustment.run"].browse(runs).customer_ids.filtered(lambda one: one.state == "failed")
            self.assertTrue(all(reasons.mapped("reason")))

    def test_a_run_that_is_due_begins_again_after_a_clash(self):
        """S4.8: somebody saves the template while the job makes its run: it is made all the same, and once."""
        (items,) = self._customers(1)
        with self._env() as env:
            partner = env["account.move.line"].browse(items).partner_id
            template = self._mine(env)["adjustment.run.template"].create(
                {"name": "Race", "company_ids": [self.company_id], "partner_ids": partner.ids, "schedule": "daily",
                 "next_date": "2024-01-01"}
            )  # fmt: skip
            self.templates.append(template.id)
        clashes, next_date = [], adjustment_run_template._next_date

        def clash(*args):
            if not clashes:
                clashes.append(1)
                with self._env() as env:
                    env.cr.execute(
                        "UPDATE adjustment_run_template SET write_date = now() WHERE id = ANY(%s)", [self.templates]
                    )
            return next_date(*args)

        with patch.object(adjustment_run_template, "_next_date", clash), mute_logger("odoo.sql_db"):
            with db_connect(self.db_name).cursor() as job:
                api.Environment(job, SUPERUSER_ID, {})["adjustment.run.template"]._run_due()
        with self._env() as env:
            template = env["adjustment.run.template"].browse(self.templates)
            runs = env["adjustment.run"].search([("template_id", "=", template.id)])
            self.runs += runs.ids
            self.assertEqual((template.last_run_id, template.last_problem), (runs, False))
            self.assertEqual((runs.state, runs.customer_ids.state), ("proposed", "proposed"))
        self.assertEqual(clashes, [1])

    def _propose(self, cursor, run):
        env = api.Environment(
            cursor, SUPERUSER_ID, {"tracking_disable": True, "allowed_company_ids": [self.company_id]}
        )
        mine = self._mine(env)
        return retrying(lambda: mine["adjustment.run"].browse(run).action_propose(), mine)
