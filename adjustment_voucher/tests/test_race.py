"""Vouchers authorized and reversed at once, with real cursors that commit (VC06, VC26, VC27, VC36, V5, V9).

These tests commit to the database and take back what they made.
"""

import os
import signal
import subprocess
import sys
import textwrap
from functools import partial

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from .race import RaceCase, process_options


@tagged("post_install", "-at_install")
class TestRace(RaceCase):
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
        return subprocess.run(
            [sys.executable, "-c", program, *process_options()],
            env=os.environ,
            timeout=120,
            capture_output=True,
            check=False,
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
