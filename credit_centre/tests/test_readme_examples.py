"""The examples for programs in the readme, each called as it stands, over HTTP, by a user who is no administrator."""

import json
import re
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import HttpCase, tagged

from .test_dashboard_tours import DashboardCase

README = Path(__file__).parents[1] / "readme/USAGE.md"
EXAMPLE = re.compile(r"^POST (/json/2/\S+) +(\{.*\})$", re.MULTILINE)


@tagged("post_install", "-at_install")
class TestReadmeExamples(DashboardCase, HttpCase):
    def setUp(self):
        super().setUp()
        expires = fields.Datetime.now() + timedelta(days=1)
        manager = self.env["res.users.apikeys"].with_user(self.users["hub_manager"])
        self.key = manager.sudo()._generate("rpc", "test", expires)
        invoice = self._invoice(100, "2025-01-10")
        items = (self.receipt.move_id | invoice).line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        account = self.env["credit.account"]._for_partners(self.customer, self.company)
        # What the ids of the readme stand for here; that of the voucher is known once it is made.
        self.ids = {14: self.customer.id, 52: invoice.id, 3: account.id, 21: self.order.id}
        self.ids |= dict(zip((301, 302), items.ids, strict=True))

    def _call(self, path, given):
        headers = {"Authorization": f"Bearer {self.key}", "X-Odoo-Database": self.env.cr.dbname}
        answer = self.url_open(path, json=given, headers=headers)
        self.assertEqual(answer.status_code, 200, f"{path} {given}: {answer.text[:400]}")
        return answer.json()

    def _here(self, value):
        """The same with the ids of this database."""
        if isinstance(value, dict):
            return {name: self._here(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._here(one) for one in value]
        return self.ids.get(value, value) if type(value) is int else value

    def test_examples_work_as_they_stand(self):
        examples = EXAMPLE.findall(README.read_text())
        self.assertGreater(len(examples), 10)
        said = {}
        for path, text in examples:
            said[path.rpartition("/json/2/")[2]] = self._call(path, self._here(json.loads(text)))
            if path.endswith("adjustment.voucher/create"):
                (self.ids[7],) = said["adjustment.voucher/create"]
        self.assertEqual(said["res.partner/credit_centre_summary"]["as_of"], "2026-09-30")
        self.assertEqual(said["credit.account/search_read"][0]["overdue"], 1100)
        (receipt,) = said["customer.credit/search_read"]
        self.assertEqual((receipt["status"], receipt["remaining_amount"]), ("open", 30))
        self.assertEqual(said["credit.ledger.line/search_read"][0]["balance"], 1070)
        (applied,) = said["credit.application/search_read"]
        self.assertEqual(applied["amount"], 30)
        self.env.invalidate_all()
        self.assertEqual(self.env["adjustment.voucher"].browse(self.ids[7]).state, "reversed")
        self.assertFalse(self.env["credit.hold"].search([("order_id", "=", self.order.id), ("state", "=", "held")]))
        self.assertTrue(self.env["account.move"].browse(self.ids[52]).credit_disputed)
        self.assertEqual(said["credit.reminder/action_propose"], {"proposed": 1})
