"""Concurrent confirmations, with real cursors that commit: exactly those that fit go through (D1, HD01-HD03, Q1, Q2).

These tests commit to the database and take back what they made.
"""

import random
import threading
import uuid
from functools import partial
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

CONTEXT = {"tracking_disable": True, "mail_notify_force_send": False, "mail_notrack": True}


@tagged("post_install", "-at_install")
class TestRace(BaseCase):
    def setUp(self):
        super().setUp()
        self.db_name = get_db_name()
        self.registry = Registry(self.db_name)
        self.impatience = 10
        wait = patch("odoo.service.model.random.uniform", lambda low, high: random.random() * high / self.impatience)
        self.startPatcher(wait)
        # Odoo's own runner holds this lock while tests run; the threads need it, as its workers do.
        self.startPatcher(patch.object(Registry, "_lock", DummyRLock()))
        self.made = {}
        self.addCleanup(self._take_back)
        with self._env() as env:
            company = env.ref("base.main_company")
            self.assertEqual(company.root_id.credit_check_active, True)
            self.company_id = company.id
            self.made["product.product"] = env["product.product"].create({"name": "Race", "type": "consu"}).ids
            self.made["credit.policy"] = env["credit.policy"].create({"name": "Race", "limit_boundary": "above"}).ids
            prices = {"name": "Race", "currency_id": company.currency_id.id, "company_id": False}
            self.made["product.pricelist"] = env["product.pricelist"].create(prices).ids

    # ------------------------------------------------------------------ what is committed, and taken back

    def _env(self):
        return CommittedEnv(self.db_name, self.company_id if hasattr(self, "company_id") else None)

    def _customer(self, env, limit=1000, **settings):
        partner = env["res.partner"].create({"name": f"Race {uuid.uuid4()}", "is_company": True})
        self.made.setdefault("res.partner", []).append(partner.id)
        account = env["credit.account"]._for_partners(partner, env.company)
        account.write({"credit_limit": limit, "policy_id": self.made["credit.policy"][0], **settings})
        return partner

    def _order(self, env, partner, amount):
        line = {"product_id": self.made["product.product"][0], "price_unit": amount, "tax_ids": [Command.clear()]}
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": False,
                "company_id": self.company_id,
                "pricelist_id": self.made["product.pricelist"][0],
                "order_line": [Command.create(line)],
            }
        )
        self.made.setdefault("sale.order", []).append(order.id)
        return order.id

    def _orders(self, amounts, limit=1000):
        """Quotations of one customer, committed."""
        with self._env() as env:
            partner = self._customer(env, limit)
            return partner.id, [self._order(env, partner, amount) for amount in amounts]

    def _take_back(self):
        with self._env() as env:
            orders = env["sale.order"].browse(self.made.get("sale.order", [])).exists()
            partners = env["res.partner"].browse(self.made.get("res.partner", [])).exists()
            holds, accounts = orders.credit_hold_ids, env["credit.account"].search([("partner_id", "in", partners.ids)])
            for records in (holds, accounts, orders, partners):
                linked = [("res_id", "in", records.ids)]
                env["mail.activity"].search([("res_model", "=", records._name), *linked]).unlink()
                env["mail.message"].search([("model", "=", records._name), *linked]).unlink()
            env.flush_all()
            groups = env["credit.group"].browse(self.made.get("credit.group", [])).ids
            env.cr.execute("DELETE FROM credit_hold WHERE order_id = ANY(%s)", [orders.ids])
            env.cr.execute("DELETE FROM credit_account WHERE partner_id = ANY(%s)", [partners.ids])
            env.cr.execute("DELETE FROM credit_group WHERE id = ANY(%s)", [groups])
            env.invalidate_all()
            orders._action_cancel()
            orders.unlink()
            env.cr.execute("DELETE FROM credit_mark WHERE partner_id = ANY(%s)", [partners.ids])
            partners.unlink()
            for model in ("product.pricelist", "credit.policy"):
                env[model].browse(self.made.get(model, [])).unlink()
            env["product.product"].browse(self.made.get("product.product", [])).product_tmpl_id.unlink()

    # ------------------------------------------------------------------ running at once

    def _call(self, cursor, order_id, method, *args):
        """One request of one worker: its own cursor, run again on a conflict as Odoo does."""
        env = api.Environment(cursor, SUPERUSER_ID, {**CONTEXT, "allowed_company_ids": [self.company_id]})
        calls = []

        def work():
            calls.append(1)
            return getattr(env["sale.order"].browse(order_id), method)(*args)

        return retrying(work, env), len(calls)

    def _at_once(self, jobs):
        """Run every job in a thread of its own, all started together.

        :return: list of results, an exception standing for itself
        """
        barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

        def run(number, job):
            threading.current_thread().dbname = self.db_name
            with db_connect(self.db_name).cursor() as cursor:
                cursor.execute("SELECT 1")  # the snapshot is taken here, before anybody has confirmed
                barrier.wait(timeout=30)
                try:
                    results[number] = job(cursor)
                except Exception as error:  # the result is what is looked at
                    cursor.rollback()
                    results[number] = error

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=120)
        self.assertEqual([thread.is_alive() for thread in threads], [False] * len(threads))
        return results

    def _confirm_at_once(self, order_ids):
        results = self._at_once(
            [partial(self._call, order_id=order_id, method="action_confirm") for order_id in order_ids]
        )
        self.assertEqual([result for result in results if isinstance(result, Exception)], [])
        return results

    def _standing(self, order_ids):
        with self._env() as env:
            orders = env["sale.order"].browse(order_ids)
            return sorted(zip(orders.mapped("state"), orders.mapped("credit_status"), strict=True))

    # ------------------------------------------------------------------ tests

    def test_D1_snapshot_taken_before_the_other_confirmed(self):
        _partner, (first, second) = self._orders([600, 600])
        with db_connect(self.db_name).cursor() as early, db_connect(self.db_name).cursor() as late:
            late.execute("SELECT count(*) FROM sale_order")
            self._call(early, first, "action_confirm")
            with mute_logger("odoo.sql_db"):
                result, calls = self._call(late, second, "action_confirm")
        self.assertEqual(self._standing([first]), [("sale", "clear")])
        self.assertEqual(self._standing([second]), [("draft", "hold")])
        self.assertEqual(calls, 2)
        self.assertEqual(result["credit"][0]["credit_status"], "hold")
        with self._env() as env:
            hold = env["sale.order"].browse(second).credit_hold_ids
            self.assertEqual((len(hold), hold.exposure, hold.snapshot["exposure"]), (1, 600, 600))

    def test_D1_two_at_once(self):
        for _round in range(3):
            _partner, order_ids = self._orders([600, 600])
            self._confirm_at_once(order_ids)
            self.assertEqual(self._standing(order_ids), [("draft", "hold"), ("sale", "clear")])

    def test_Q1_eight_at_once_exactly_those_that_fit(self):
        self.impatience = 1  # Odoo's own pauses: five tries are enough
        _partner, order_ids = self._orders([300] * 8)
        self._confirm_at_once(order_ids)
        self.assertEqual(self._standing(order_ids), [("draft", "hold")] * 5 + [("sale", "clear")] * 3)
        with self._env() as env:
            holds = env["sale.order"].browse(order_ids).credit_hold_ids
            self.assertEqual(holds.mapped("reason_codes"), ["limit"] * 5)
            self.assertEqual(holds.mapped("exposure"), [900] * 5)

    def test_Q1_different_customers_do_not_wait_for_each_other(self):
        order_ids = [self._orders([600])[1][0] for _number in range(4)]
        results = self._confirm_at_once(order_ids)
        self.assertEqual([calls for _result, calls in results], [1] * 4)
        self.assertEqual(self._standing(order_ids), [("sale", "clear")] * 4)

    def test_OR02_two_writes_of_the_state_at_once(self):
        _partner, order_ids = self._orders([600, 600])
        results = self._at_once([self._write_job(order_id, {"state": "sale"}) for order_id in order_ids])
        self.assertEqual([type(result) for result in results if isinstance(result, Exception)], [ValidationError])
        self.assertEqual([state for state, _status in self._standing(order_ids)], ["draft", "sale"])

    def _write_job(self, order_id, vals):
        return lambda cursor: self._call(cursor, order_id, "write", vals)

    def test_HD08_two_confirmed_orders_grown_at_once(self):
        _partner, order_ids = self._orders([100, 100])
        self._confirm_at_once(order_ids)
        with self._env() as env:
            lines = {order.id: order.order_line.id for order in env["sale.order"].browse(order_ids)}
        results = self._at_once(
            [
                self._write_job(order_id, {"order_line": [Command.update(line_id, {"price_unit": 600})]})
                for order_id, line_id in lines.items()
            ]
        )
        self.assertEqual([type(result) for result in results if isinstance(result, Exception)], [ValidationError])
        with self._env() as env:
            self.assertEqual(sorted(env["sale.order"].browse(order_ids).mapped("amount_total")), [100, 600])

    def test_shared_limit_of_two_customers(self):
        with self._env() as env:
            partners = self._customer(env) | self._customer(env)
            accounts = env["credit.account"]._for_partners(partners, env.company)
            group = env["credit.group"].create(
                {
                    "name": "Race",
                    "company_id": self.company_id,
                    "credit_limit": 1000,
                    "account_ids": [Command.set(accounts.ids)],
                }
            )
            self.made["credit.group"] = group.ids
            order_ids = [self._order(env, partner, 600) for partner in partners]
        self._confirm_at_once(order_ids)
        self.assertEqual(self._standing(order_ids), [("draft", "hold"), ("sale", "clear")])

    def test_HD01_hold_set_while_the_order_is_confirmed(self):
        partner_id, (order_id,) = self._orders([600])
        with db_connect(self.db_name).cursor() as late:
            late.execute("SELECT count(*) FROM sale_order")
            with self._env() as env:
                env["credit.account"]._for_partners(env["res.partner"].browse(partner_id), env.company).hold = True
            with mute_logger("odoo.sql_db"):
                self._call(late, order_id, "action_confirm")
        self.assertEqual(self._standing([order_id]), [("draft", "hold")])

    def test_HD01_limit_lowered_while_the_order_is_confirmed(self):
        partner_id, (order_id,) = self._orders([600])
        with db_connect(self.db_name).cursor() as late:
            late.execute("SELECT count(*) FROM sale_order")
            with self._env() as env:
                account = env["credit.account"]._for_partners(env["res.partner"].browse(partner_id), env.company)
                account.credit_limit = 100
            with mute_logger("odoo.sql_db"):
                self._call(late, order_id, "action_confirm")
        self.assertEqual(self._standing([order_id]), [("draft", "hold")])

    def test_OR20_same_order_confirmed_twice_at_once(self):
        _partner, (order_id,) = self._orders([600])
        results = self._at_once([partial(self._call, order_id=order_id, method="action_confirm")] * 2)
        self.assertEqual([type(result) for result in results if isinstance(result, Exception)], [UserError])
        self.assertEqual(self._standing([order_id]), [("sale", "clear")])

    def test_first_order_of_a_customer_without_an_account(self):
        """The row that makes them take turns is opened by both at once."""
        with self._env() as env:
            company = env.company.root_id
            partner = env["res.partner"].create({"name": f"Race {uuid.uuid4()}", "is_company": True})
            self.made.setdefault("res.partner", []).append(partner.id)
            order_ids = [self._order(env, partner, 600) for _number in range(2)]
            env.cr.execute("DELETE FROM credit_account WHERE partner_id = %s", [partner.id])
            self.assertEqual(company.credit_check_active, True)
        self._confirm_at_once(order_ids)
        self.assertEqual(self._standing(order_ids), [("sale", "clear")] * 2)

    def test_scheduled_job_while_people_sell(self):
        """A transaction that was first makes a step of the job run again, as a request would; the job does not fail."""
        partner, (order,) = self._orders([600])
        with db_connect(self.db_name).cursor() as early, db_connect(self.db_name).cursor() as job:
            env = api.Environment(job, SUPERUSER_ID, CONTEXT)
            original, calls = type(env["credit.account"])._create_missing, []

            def sold_meanwhile(accounts):
                accounts.env.cr.execute("SELECT count(*) FROM credit_account")  # the snapshot is taken here
                if not calls:
                    self._call(early, order, "action_confirm")
                calls.append(1)
                accounts.env.cr.execute(
                    "UPDATE credit_account SET touched = touched + 1 WHERE partner_id = %s", [partner]
                )
                original(accounts)

            with (
                patch.object(type(env["credit.account"]), "_create_missing", sold_meanwhile),
                mute_logger("odoo.sql_db"),
            ):
                env["credit.account"]._cron_refresh()
        self.assertEqual(len(calls), 2)
        self.assertEqual(self._standing([order]), [("sale", "clear")])

    def test_figures_of_a_late_reader_are_not_kept(self):
        """Two readers bring one customer up to date; the one with the older snapshot writes last. What came and went
        in between leaves the figures as they were: the newer reader has to leave its mark on the row all the same."""
        partner, (order,) = self._orders([600])
        with self._env() as env:
            env["credit.account"].search([])._refresh_stale()
        with db_connect(self.db_name).cursor() as first, db_connect(self.db_name).cursor() as seller:
            self._call(seller, order, "action_confirm")
            slow = api.Environment(first, SUPERUSER_ID, CONTEXT)
            slow.cr.execute("SELECT count(*) FROM credit_mark")  # sees the sale
            self._call(seller, order, "action_cancel")
            accounts, newer = type(slow["credit.account"]), []
            original = accounts._refresh

            def refresh(records, *args, **kwargs):
                if records.env.cr is first and not newer:
                    newer.append(1)
                    with self._env() as env:  # sees that nothing is sold, as is kept, and takes the last mark away
                        env["credit.account"]._refresh_stale()
                return original(records, *args, **kwargs)

            with mute_logger("odoo.sql_db"), patch.object(accounts, "_refresh", refresh):
                retrying(slow["credit.account"]._refresh_stale, slow)
        with self._env() as env:
            account = env["credit.account"]._for_partners(env["res.partner"].browse(partner), env.company)
            self.assertEqual(account.open_orders, 0)

    def test_nothing_is_decided_by_figures_that_somebody_else_is_renewing(self):
        """One transaction has taken the mark of a sale and not ended. A list shows the figure of before meanwhile; whoever
        decides reads the sale, also of a customer so large that kept figures may answer; and the list follows at once."""
        partner, (first, second) = self._orders([600, 600])
        pair = partner, self.company_id
        with self._env() as env:
            env["credit.account"]._refresh_stale()
            env.cr.execute("UPDATE credit_account SET documents = 1000 WHERE partner_id = %s", [partner])
        for commits in (False, True):
            with db_connect(self.db_name).cursor() as renewing:
                if not commits:
                    self._call(renewing, first, "action_confirm")  # and the mark is there
                api.Environment(renewing, SUPERUSER_ID, CONTEXT)["credit.account"]._refresh_stale()
                with self._env() as env:
                    account = env["credit.account"].search([("partner_id", "=", partner)])
                    self.assertEqual((account.documents, account.exposure), (1000, 0))
                    self.assertEqual(account._read_figures([pair])[pair]["exposure"], 600)
                renewing.commit() if commits else renewing.rollback()
        with self._env() as env:
            account = env["credit.account"].search([("partner_id", "=", partner)])
            self.assertEqual(account.exposure, 600)
            env["sale.order"].browse(second).action_confirm()
        self.assertEqual(self._standing([second]), [("draft", "hold")])

    def test_a_release_lets_one_order_pass_only(self):
        _partner, order_ids = self._orders([5000, 5000])
        with self._env() as env:
            env["sale.order"].browse(order_ids[0]).action_credit_release("Known customer")
        self._confirm_at_once(order_ids)
        self.assertEqual(self._standing(order_ids), [("draft", "hold"), ("sale", "released")])


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
