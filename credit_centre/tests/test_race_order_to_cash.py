"""How orders stand, kept: transactions beside each other leave nothing wrong behind (reliability: Q)."""

from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.adjustment_voucher.tests.race import CONTEXT

from .race_common import ProcessCase


@tagged("post_install", "-at_install")
class TestRaceOrderToCash(ProcessCase):
    def setUp(self):
        super().setUp()
        (partner,) = self._customers(1)
        with self._env() as env:
            product = env["product.product"].create({"name": "Race", "type": "service"})
            self.product = product.product_tmpl_id.id
            line = Command.create({"product_id": product.id, "price_unit": 50})
            self.order = env["sale.order"].create({"partner_id": partner, "order_line": [line]}).id
            env["order.to.cash.kept"]._refresh_stale()

    def _take_back(self):
        with self._env() as env:
            order = env["sale.order"].browse(self.order)
            env.cr.execute("DELETE FROM credit_hold WHERE order_id = %s", [self.order])
            order._action_cancel()
            order.unlink()
            env["product.template"].browse(self.product).unlink()
        return super()._take_back()

    def _change(self, amount):
        with self._env() as env:
            env["sale.order"].browse(self.order).order_line.write({"price_unit": amount, "tax_ids": [Command.clear()]})

    def _read(self):
        with self._env() as env:
            env["order.to.cash.kept"]._refresh_stale()
            env.cr.execute("SELECT value FROM order_to_cash_kept WHERE id = %s", [self.order])
            return env.cr.fetchone()[0]

    def test_the_list_follows_as_soon_as_the_other_ends(self):
        for number, commits in enumerate((False, True)):
            before = self._read()
            self._change(100 + number)
            with db_connect(self.db_name).cursor() as renewing:
                api.Environment(renewing, SUPERUSER_ID, CONTEXT)["order.to.cash.kept"]._refresh_stale()
                self.assertEqual(self._read(), before)
                renewing.commit() if commits else renewing.rollback()
            self.assertEqual(self._read(), 100 + number)

    def test_what_a_late_reader_saw_is_not_kept(self):
        """What came and went in between leaves the order as it was: the newer reader has to write the row all the same."""
        self._change(70)
        self.assertEqual(self._read(), 70)
        self._change(90)
        kept, newer = "order.to.cash.kept", []
        with db_connect(self.db_name).cursor() as late:
            slow = api.Environment(late, SUPERUSER_ID, CONTEXT)
            original = type(slow[kept])._refresh

            def refresh(records, *args, **kwargs):
                if records.env.cr is late and not newer:
                    newer.append(1)
                    self._change(70)
                    self.assertEqual(self._read(), 70)
                return original(records, *args, **kwargs)

            with mute_logger("odoo.sql_db"), patch.object(type(slow[kept]), "_refresh", refresh):
                retrying(slow[kept]._refresh_stale, slow)
        self.assertEqual(newer, [1])
        self.assertEqual(self._read(), 70)

    def test_the_daily_job_begins_again_when_a_reader_was_first(self):
        """An order that nobody looked at is written down by a reader while the job does the same: no job fails by that."""
        before, read = self._read(), []
        with self._env() as env:
            env.cr.execute("DELETE FROM order_to_cash_kept WHERE id = %s", [self.order])
        with db_connect(self.db_name).cursor() as job:
            slow = api.Environment(job, SUPERUSER_ID, CONTEXT)
            original = type(slow["order.to.cash.kept"])._refresh

            def refresh(records, *args, **kwargs):
                if records.env.cr is job and not read:
                    read.append(1)
                    with self._env() as env:
                        env["order.to.cash.kept"]._fill_missing()
                return original(records, *args, **kwargs)

            with mute_logger("odoo.sql_db"), patch.object(type(slow["order.to.cash.kept"]), "_refresh", refresh):
                slow["credit.account"]._cron_refresh()
        self.assertEqual(read, [1])
        self.assertEqual(self._read(), before)
