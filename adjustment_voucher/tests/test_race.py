"""Vouchers authorized and reversed at once, with real cursors that commit (VC06, VC26, VC27, VC36, V5, V9).

These tests commit to the database and take back what they made.
"""

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import uuid
from functools import partial
from unittest.mock import patch

import odoo
from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config, mute_logger

CONTEXT = {"tracking_disable": True, "mail_notify_force_send": False, "mail_notrack": True}
DAY = "2024-01-31"


@tagged("post_install", "-at_install")
class TestRace(BaseCase):
    def setUp(self):
        super().setUp()
        self.db_name = get_db_name()
        self.registry = Registry(self.db_name)
        wait = patch("odoo.service.model.random.uniform", lambda low, high: random.random() * high / 10)
        self.startPatcher(wait)
        # Odoo's own runner holds this lock while tests run; the threads need it, as its workers do.
        self.startPatcher(patch.object(Registry, "_lock", DummyRLock()))
        self.partners = []
        self.addCleanup(self._take_back)
        with self._env() as env:
            company = env.ref("base.main_company")
            self.company_id = company.id
            self.addCleanup(self._restore, company.adjustment_sequence_id.id)

    # ------------------------------------------------------------------ what is committed, and taken back

    def _env(self):
        return CommittedEnv(self.db_name, getattr(self, "company_id", None))

    def _item(self, env, partner, amount):
        company = env.company
        domain = env["account.account"]._check_company_domain(company)
        receivable = partner.with_company(company).property_account_receivable_id
        income = env["account.account"].search([*domain, ("account_type", "=", "income")], limit=1)
        journal = env["account.journal"].search(
            [*env["account.journal"]._check_company_domain(company), ("type", "=", "general")], limit=1
        )
        legs = [(receivable, amount), (income, -amount)]
        move = env["account.move"].create(
            {
                "move_type": "entry",
                "date": DAY,
                "journal_id": journal.id,
                "line_ids": [
                    Command.create(
                        {"account_id": account.id, "partner_id": partner.id, "name": "race", "balance": value}
                    )
                    for account, value in legs
                ],
            }
        )
        move._post(soft=False)
        return move.line_ids.filtered(lambda line: line.account_id == receivable)

    def _items(self, *amounts):
        """Open items of a new customer, committed."""
        with self._env() as env:
            partner = env["res.partner"].create({"name": f"Race {uuid.uuid4()}", "is_company": True})
            self.partners.append(partner.id)
            return [self._item(env, partner, amount).id for amount in amounts]

    def _voucher(self, *lines, day="2024-03-31", **vals):
        """A draft over (item id, amount), committed."""
        with self._env() as env:
            items = env["account.move.line"].browse([item for item, _amount in lines])
            voucher = env["adjustment.voucher"].create(
                {
                    "partner_id": items[0].partner_id.id,
                    "company_id": self.company_id,
                    "date": day,
                    "line_ids": [Command.create({"move_line_id": item, "amount": amount}) for item, amount in lines],
                    **vals,
                }
            )
            return voucher.id

    def _take_back(self):
        """Straight from the tables: what is posted can't be deleted otherwise."""
        with self._env() as env:
            env.cr.execute("SELECT array_agg(id) FROM adjustment_voucher WHERE partner_id = ANY(%s)", [self.partners])
            vouchers = env.cr.fetchone()[0] or []
            env.cr.execute(
                "SELECT array_agg(DISTINCT move_id) FROM account_move_line WHERE partner_id = ANY(%s)", [self.partners]
            )
            moves = env.cr.fetchone()[0] or []
            for statement, ids in (
                ("DELETE FROM adjustment_allocation WHERE voucher_id = ANY(%s)", vouchers),
                ("DELETE FROM adjustment_voucher_line WHERE voucher_id = ANY(%s)", vouchers),
                ("DELETE FROM account_partial_reconcile WHERE debit_move_id IN"
                 " (SELECT id FROM account_move_line WHERE move_id = ANY(%s))", moves),
                ("UPDATE account_move_line SET adjustment_item_id = NULL WHERE move_id = ANY(%s)", moves),
                ("UPDATE account_move SET adjustment_voucher_id = NULL, reversed_entry_id = NULL WHERE id = ANY(%s)",
                 moves),
                ("DELETE FROM adjustment_voucher WHERE id = ANY(%s)", vouchers),
                ("DELETE FROM account_move_line WHERE move_id = ANY(%s)", moves),
                ("DELETE FROM account_move WHERE id = ANY(%s)", moves),
                ("DELETE FROM mail_message WHERE model = 'account.move' AND res_id = ANY(%s)", moves),
                ("DELETE FROM mail_message WHERE model = 'adjustment.voucher' AND res_id = ANY(%s)", vouchers),
            ):  # fmt: skip
                env.cr.execute(statement, [ids])
            env.cr.execute("DELETE FROM account_full_reconcile f WHERE NOT EXISTS"
                           " (SELECT FROM account_move_line l WHERE l.full_reconcile_id = f.id)")  # fmt: skip
            env.invalidate_all()
            env["res.partner"].browse(self.partners).unlink()

    def _restore(self, sequence_id):
        with self._env() as env:
            company = env["res.company"].browse(self.company_id)
            if company.adjustment_sequence_id.id != sequence_id:
                made, company.adjustment_sequence_id = company.adjustment_sequence_id, sequence_id
                made.unlink()

    # ------------------------------------------------------------------ running at once

    def _call(self, cursor, voucher_id, method, *args):
        """One request of one worker: its own cursor, run again on a conflict as Odoo does."""
        env = api.Environment(cursor, SUPERUSER_ID, {**CONTEXT, "allowed_company_ids": [self.company_id]})
        calls = []

        def work():
            calls.append(1)
            return getattr(env["adjustment.voucher"].browse(voucher_id), method)(*args)

        return retrying(work, env), len(calls)

    def _at_once(self, jobs):
        """Run every job in a thread of its own, all started together on the same snapshot.

        :return: list of results, an exception standing for itself
        """
        barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

        def run(number, job):
            threading.current_thread().dbname = self.db_name
            with db_connect(self.db_name).cursor() as cursor:
                cursor.execute("SELECT 1")
                barrier.wait(timeout=30)
                try:
                    results[number] = job(cursor)
                except Exception as error:  # the result is what is looked at
                    cursor.rollback()
                    results[number] = error

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=120)
        self.assertEqual([thread.is_alive() for thread in threads], [False] * len(threads))
        return results

    def _authorize_at_once(self, *voucher_ids):
        return self._at_once(
            [partial(self._call, voucher_id=voucher, method="action_authorize") for voucher in voucher_ids]
        )

    def _states(self, *voucher_ids):
        with self._env() as env:
            return env["adjustment.voucher"].browse(voucher_ids).mapped("state")

    def _open(self, *item_ids):
        with self._env() as env:
            return env["account.move.line"].browse(item_ids).mapped("amount_residual")

    def _assert_one_won(self, results, vouchers, said):
        refused = [result for result in results if isinstance(result, Exception)]
        self.assertEqual([type(error) for error in refused], [UserError], refused)
        for words in said:
            self.assertIn(words, str(refused[0]))
        self.assertEqual(sorted(self._states(*vouchers)), ["authorized", "draft"])

    # ------------------------------------------------------------------ tests

    def test_VC06_two_vouchers_on_one_credit(self):
        for _round in range(3):
            credit, first, second = self._items(-100, 80, 80)
            vouchers = [self._voucher((credit, 80), (debit, 80)) for debit in (first, second)]
            results = self._authorize_at_once(*vouchers)
            self._assert_one_won(results, vouchers, ("at most what is open now", "20.00", "matched with"))
            self.assertEqual(self._open(credit), [-20])
            self.assertEqual(sorted(self._open(first, second)), [0, 80])

    def test_VC06_two_vouchers_on_one_invoice(self):
        for _round in range(3):
            debit, first, second = self._items(100, -100, -100)
            vouchers = [self._voucher((credit, 100), (debit, 100)) for credit in (first, second)]
            results = self._authorize_at_once(*vouchers)
            self._assert_one_won(results, vouchers, ("take", "out", "no longer an open, posted item"))
            self.assertEqual(self._open(debit), [0])
            self.assertEqual(sorted(self._open(first, second)), [-100, 0])

    def test_VC06_both_fit(self):
        debit, first, second = self._items(200, -100, -100)
        vouchers = [self._voucher((credit, 100), (debit, 100)) for credit in (first, second)]
        results = self._authorize_at_once(*vouchers)
        self.assertEqual([type(result) for result in results], [tuple, tuple], results)
        self.assertEqual(self._open(debit, first, second), [0, 0, 0])

    def test_VC06_snapshot_taken_before_the_other_authorized(self):
        debit, first, second = self._items(100, -100, -100)
        vouchers = [self._voucher((credit, 100), (debit, 100)) for credit in (first, second)]
        with db_connect(self.db_name).cursor() as early, db_connect(self.db_name).cursor() as late:
            late.execute("SELECT count(*) FROM account_move_line")
            self._call(early, vouchers[0], "action_authorize")
            with (
                mute_logger("odoo.sql_db", "odoo.service.model"),
                self.assertRaisesRegex(UserError, "no longer an open"),
            ):
                self._call(late, vouchers[1], "action_authorize")
        self.assertEqual(self._states(*vouchers), ["authorized", "draft"])

    def test_VC07_matched_by_odoo_after_the_snapshot(self):
        debit, credit, other = self._items(100, -100, -70)
        voucher = self._voucher((credit, 100), (debit, 100))
        with db_connect(self.db_name).cursor() as late:
            late.execute("SELECT count(*) FROM account_move_line")
            with self._env() as env:
                env["account.move.line"].browse([debit, other]).reconcile()
            with mute_logger("odoo.sql_db", "odoo.service.model"), self.assertRaisesRegex(UserError, "30.00"):
                self._call(late, voucher, "action_authorize")
        self.assertEqual(self._open(debit, credit), [30, -100])

    def test_VC26_one_voucher_by_two_callers(self):
        for _round in range(3):
            debit, credit = self._items(100, -99)
            voucher = self._voucher((debit, 100), (credit, 99))
            with self._env() as env:
                line = env["adjustment.voucher"].browse(voucher).line_ids.filtered(lambda one: one.side == "debit")
                line.chargeback_amount = 1
            results = self._authorize_at_once(voucher, voucher)
            self.assertEqual([type(result) for result in results], [tuple, tuple], results)
            self.assertEqual(self._states(voucher), ["authorized"])
            with self._env() as env:
                entries = env["account.move"].search([("adjustment_voucher_id", "=", voucher)])
                self.assertEqual(len(entries), 1)
                self.assertEqual(entries, env["adjustment.voucher"].browse(voucher).move_id)
            self.assertEqual(self._open(debit, credit), [0, 0])

    def test_VC27_reversed_while_it_is_authorized(self):
        for _round in range(3):
            debit, credit = self._items(100, -100)
            voucher = self._voucher((debit, 100), (credit, 100))
            authorize = partial(self._call, voucher_id=voucher, method="action_authorize")
            reverse = partial(self._reverse, voucher)
            results = self._at_once([authorize, reverse])
            self.assertEqual(type(results[0]), tuple, results)
            state, open_amount = self._states(voucher)[0], self._open(debit, credit)
            if isinstance(results[1], Exception):
                self.assertIn("authorize it first", str(results[1]))
                self.assertEqual((state, open_amount), ("authorized", [0, 0]))
            else:
                self.assertEqual((state, open_amount), ("reversed", [100, -100]))

    def _reverse(self, voucher, cursor):
        return self._call(cursor, voucher, "action_reverse", None, "Race")

    def test_VC27_reversed_by_two_callers(self):
        debit, credit = self._items(100, -100)
        voucher = self._voucher((debit, 100), (credit, 100))
        self._authorize_at_once(voucher)
        results = self._at_once([partial(self._reverse, voucher)] * 2)
        self.assertEqual([type(result) for result in results], [tuple, tuple], results)
        self.assertEqual((self._states(voucher), self._open(debit, credit)), (["reversed"], [100, -100]))

    def test_V10_first_vouchers_of_a_year_at_once(self):
        vouchers = []
        for _number in range(3):
            debit, credit = self._items(100, -100)
            vouchers.append(self._voucher((debit, 100), (credit, 100), day="2025-06-30"))
        with self._env() as env:
            sequence = env["adjustment.voucher"].browse(vouchers[0])._get_sequence()
            sequence.date_range_ids.filtered(lambda one: one.date_from.year == 2025).unlink()
        results = self._authorize_at_once(*vouchers)
        self.assertEqual([type(result) for result in results], [tuple] * 3, results)
        with self._env() as env:
            numbers = env["adjustment.voucher"].browse(vouchers).mapped("name")
        self.assertEqual(len(set(numbers)), 3)

    def test_VC08_two_saves_at_once(self):
        debit, credit = self._items(100, -100)
        voucher = self._voucher((debit, 100), (credit, 100))
        with self._env() as env:
            seen = env["adjustment.voucher"].browse(voucher).version
        results = self._at_once(
            [partial(self._save, voucher, {"memo": memo, "seen_version": seen}) for memo in ("A", "B")]
        )
        refused = [result for result in results if isinstance(result, Exception)]
        self.assertEqual([type(error) for error in refused], [UserError], results)
        self.assertIn("reload the page", str(refused[0]))

    def _save(self, voucher, vals, cursor):
        return self._call(cursor, voucher, "web_save", vals, {"memo": {}})

    # ------------------------------------------------------------------ killed

    def _kill_during(self, voucher, place):
        """Authorize in a process of its own that is killed at the place."""
        program = textwrap.dedent(
            f"""
            import os, signal, sys
            import odoo
            from odoo import SUPERUSER_ID, api
            from odoo.modules.registry import Registry
            from odoo.tools import config
            config.parse_config(sys.argv[1:])
            registry = Registry({self.db_name!r})
            model = type(api.Environment(registry.cursor(), SUPERUSER_ID, {{}})["adjustment.voucher"])
            original = model.{place}
            def die(self, *args, **kwargs):
                original(self, *args, **kwargs)
                self.env.flush_all()
                os.kill(os.getpid(), signal.SIGKILL)
            model.{place} = die
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {{"allowed_company_ids": [{self.company_id}]}})
                env["adjustment.voucher"].browse({voucher}).action_authorize()
            """
        )
        options = [f"--addons-path={','.join(odoo.addons.__path__)}", "--log-level=critical"]
        for name in ("db_host", "db_port", "db_user", "db_password", "data_dir"):
            if config.get(name):
                options.append(f"--{name.replace('data_dir', 'data-dir')}={config[name]}")
        return subprocess.run(
            [sys.executable, "-c", program, *options], env=os.environ, timeout=120, capture_output=True, check=False
        )

    def test_VC36_killed_between_entry_and_match(self):
        debit, credit = self._items(100, -75)
        voucher = self._voucher((debit, 100), (credit, 75))
        with self._env() as env:
            lines = env["adjustment.voucher"].browse(voucher).line_ids
            lines.filtered(lambda one: one.side == "debit").chargeback_amount = 25
        before = self._whole(voucher, debit, credit)
        for place in ("_create_entry", "_match", "_book"):
            with self.subTest(place):
                ended = self._kill_during(voucher, place)
                self.assertEqual(ended.returncode, -signal.SIGKILL, ended.stderr.decode()[-2000:])
                self.assertEqual(self._whole(voucher, debit, credit), before)
        self.assertEqual([type(result) for result in self._authorize_at_once(voucher)], [tuple])
        self.assertEqual((self._states(voucher), self._open(debit, credit)), (["authorized"], [0, 0]))

    def _whole(self, voucher, *items):
        with self._env() as env:
            record = env["adjustment.voucher"].browse(voucher)
            partners = env["account.move.line"].browse(items).partner_id
            return (
                record.state,
                record.name,
                record.move_id.id,
                len(record.allocation_ids),
                env["account.move"].search_count([("adjustment_voucher_id", "=", voucher)]),
                env["account.partial.reconcile"].search_count([("adjustment_voucher_id", "=", voucher)]),
                env["account.move.line"].search_count([("partner_id", "in", partners.ids)]),
                env["account.move.line"].browse(items).mapped("amount_residual"),
            )


class CommittedEnv:
    """An environment on a cursor of its own, committed at the end."""

    def __init__(self, db_name, company_id):
        self.cursor = db_connect(db_name).cursor()
        self.company_id = company_id

    def __enter__(self):
        context = {**CONTEXT, "allowed_company_ids": [self.company_id]} if self.company_id else CONTEXT
        return api.Environment(self.cursor, SUPERUSER_ID, context)

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self.cursor.commit()
        finally:
            self.cursor.close()
