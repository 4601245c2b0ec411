"""What a program is told over HTTP: refusals of the ledger's guards, which lead people to the voucher by a button."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .guard import GuardCase


@tagged("post_install", "-at_install")
class TestJson2(GuardCase, HttpCase):
    def _post(self, path, **given):
        expires = fields.Datetime.now() + timedelta(days=1)
        key = self.env["res.users.apikeys"].with_user(self.manager).sudo()._generate("rpc", "test", expires)
        headers = {"Authorization": f"Bearer {key}", "X-Odoo-Database": self.env.cr.dbname}
        with mute_logger("odoo.http"):
            return self.url_open(f"/json/2/{path}", json=given, headers=headers)

    def test_a_refusal_with_a_button_is_a_refusal_for_programs(self):
        """A match that a voucher made: one sentence with the way out, and not an error of the server."""
        debit, credit = self._item(300), self._item(-300)
        voucher = self._voucher([(credit, 300), (debit, 300)])
        voucher.action_authorize()
        answer = self._post("account.move.line/remove_move_reconcile", ids=debit.ids)
        self.assertEqual(answer.status_code, 422, answer.text)
        said = answer.json()
        self.assertEqual(said["name"], "odoo.exceptions.UserError")
        self.assertRegex(said["message"], f"^To take .*, reverse voucher {voucher.display_name}")
        self.assertNotIn("{", said["message"])
        debit.invalidate_recordset()
        self.assertTrue(debit.reconciled)
