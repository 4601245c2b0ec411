"""What the installation takes over, and what an uninstallation leaves."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.credit_hold import hooks
from odoo.addons.credit_hold.models.ir_model import FUNCTIONS

from .common import CreditCase


@tagged("post_install", "-at_install")
class TestInstall(CreditCase):
    def _stored_limit(self, partner):
        self.env.cr.execute(
            "SELECT credit_limit ->> %s FROM res_partner WHERE id = %s", (str(self.company.id), partner.id)
        )
        return self.env.cr.fetchone()[0]

    def test_a_limit_kept_by_odoo_is_taken_over(self):
        before = self._customer("Before")
        self.env.cr.execute(
            "UPDATE res_partner SET credit_limit = jsonb_build_object(%s, 750) WHERE id = %s",
            (str(self.company.id), before.id),
        )
        self.env["credit.account"]._create_missing()
        self.env.invalidate_all()
        self.assertEqual((before.credit_limit, before.credit_limit_mode), (750, "own"))

    def test_a_limit_kept_by_odoo_counts_before_there_is_an_account(self):
        before = self._customer("Before")
        self.env.cr.execute(
            "UPDATE res_partner SET credit_limit = jsonb_build_object(%s, 750) WHERE id = %s",
            (str(self.company.id), before.id),
        )
        order = self._order(before, 800)
        self.assertEqual(order.credit_status, "hold")
        self.assertEqual(before.credit_effective_limit, 750)

    def test_confirmed_orders_count_as_passed_at_their_value(self):
        order = self._confirmed(amount=500)
        self.env.cr.execute(
            "UPDATE sale_order SET credit_passed_amount = 0, credit_passed_partner_id = NULL WHERE id = %s", (order.id,)
        )
        self.env.invalidate_all()
        hooks._record_confirmed_orders(self.env)
        self.assertEqual((order.credit_passed_amount, order.credit_passed_partner_id), (500, self.customer))

    def test_a_default_limit_kept_by_odoo_is_taken_over(self):
        field = self.env.ref("account.field_res_partner__credit_limit")
        self.env["ir.default"].create({"field_id": field.id, "json_value": "900.0", "company_id": self.company.id})
        hooks._take_over_default_limits(self.env)
        self.assertEqual((self.company.credit_default_mode, self.company.credit_default_limit), ("limit", 900))
        self.assertEqual(self._customer("New").credit_effective_limit, 900)

    def test_uninstalling_gives_the_limits_back(self):
        self.customer.credit_limit = 1234
        self.env.flush_all()
        hooks.uninstall_hook(self.env)
        self.assertEqual(float(self._stored_limit(self.customer)), 1234)

    def _functions(self):
        self.env.cr.execute("SELECT proname FROM pg_proc WHERE proname = ANY(%s)", (list(FUNCTIONS),))
        return {name for (name,) in self.env.cr.fetchall()}

    def test_orders_can_be_deleted_until_the_tables_go(self):
        """An uninstallation deletes records first: what they call is there until then, and gone afterwards."""
        order = self._order(amount=500)
        hooks.uninstall_hook(self.env)
        order.unlink()
        self.env.flush_all()
        self.assertEqual(self._functions(), set(FUNCTIONS))
        self.env["ir.model"]._get("credit.mark")._drop_table()
        self.assertEqual(self._functions(), set())


@tagged("post_install", "-at_install")
class TestHistoryIsKept(CreditCase):
    def test_E4_decisions_and_accounts_are_not_deleted(self):
        self.customer.credit_limit = 100
        order = self._order(amount=500)
        hold = order.credit_hold_ids
        with self.assertRaises(AccessError):
            hold.unlink()
        with self.assertRaises(UserError):
            self._account().unlink()
        order.with_user(self.manager).action_credit_reject("Too much")
        with self.assertRaises(UserError):
            order.unlink()
        undecided = self._order(amount=500)
        undecided.unlink()
        self.assertFalse(undecided.exists())
