"""What the tests with real cursors and real processes share. They commit, and take back what they made."""

import random
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
from odoo.tests import BaseCase, get_db_name
from odoo.tools import config, mute_logger

CONTEXT = {"tracking_disable": True, "mail_notify_force_send": False, "mail_notrack": True}
DAY = "2024-01-31"


class RaceCase(BaseCase):
    """Customers and items that are committed, calls at once, processes that are killed; all of it taken back."""

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


def process_options():
    """How another process finds the database of the tests."""
    options = [f"--addons-path={','.join(odoo.addons.__path__)}", "--log-level=critical"]
    for name in ("db_host", "db_port", "db_user", "db_password", "data_dir"):
        if config.get(name):
            options.append(f"--{name.replace('data_dir', 'data-dir')}={config[name]}")
    return options
