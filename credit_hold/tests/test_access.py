"""Who may do what: the access matrix, over the methods a remote caller has."""

import inspect

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import CreditCase


@tagged("post_install", "-at_install")
class TestAccess(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls._user("test_auditor", "account.group_account_readonly,credit_hold.group_credit_viewer")
        cls.viewer = cls._user("test_viewer", "credit_hold.group_credit_viewer")
        cls.sales_manager = cls._user("test_sales_manager", "sales_team.group_sale_manager")
        cls.team_seller = cls._user("test_all_leads", "sales_team.group_sale_salesman_all_leads")
        cls.system = cls._user("test_system", "base.group_system,sales_team.group_sale_manager")
        cls.roles = {
            "sales": cls.salesman,
            "smgr": cls.sales_manager,
            "ar": cls.billing,
            "ctrl": cls.controller,
            "cmgr": cls.manager,
            "aud": cls.auditor,
            "view": cls.viewer,
            "adm": cls.system,
        }
        cls.customer.credit_limit = 4000

    def _matrix(self, operation, allowed, refusals=(AccessError,)):
        """Every role outside ``allowed`` is refused, every role inside is not; what is done is undone each time."""
        for role, user in self.roles.items():
            with self.subTest(operation=operation.__name__, role=role):
                savepoint = self.env.cr.savepoint()
                try:
                    operation(user)
                    self.env.flush_all()
                    outcome = "done"
                except refusals:
                    outcome = "refused"
                finally:
                    savepoint.close(rollback=True)
                    self.env.invalidate_all()
                self.assertEqual(outcome, "done" if role in allowed.split() else "refused")

    # ------------------------------------------------------------------ reading

    def test_see_figures_of_a_customer(self):
        def read_figures(user):
            self._as(user, self.customer).read(["credit_exposure", "credit_limit", "credit_overdue"])

        self._matrix(read_figures, "ar ctrl cmgr aud view")

    def test_see_the_credit_account(self):
        account = self._account()

        def read_account(user):
            self._as(user, account).read(["exposure", "credit_limit"])

        self._matrix(read_account, "ar ctrl cmgr aud view")

    def test_see_the_traffic_light(self):
        order = self._order(amount=5000)

        def read_light(user):
            self._as(user, order).read(["credit_status"])

        self._matrix(read_light, "sales smgr ctrl cmgr aud view ar adm")

    def test_see_holds(self):
        hold = self._order(amount=5000)._credit_last_hold()

        def read_hold(user):
            self._as(user, hold).read(["reason_codes", "brief"])

        self._matrix(read_hold, "sales smgr ar ctrl cmgr aud view adm")

    def test_see_amounts_of_holds(self):
        hold = self._order(amount=5000)._credit_last_hold()

        def read_hold(user):
            self._as(user, hold).read(["exposure", "effective_limit", "snapshot", "message"])

        self._matrix(read_hold, "sales smgr ar ctrl cmgr aud view adm")
        self.company.credit_show_figures = False
        self._matrix(read_hold, "ar ctrl cmgr aud view")

    def test_holds_of_a_salesman_are_those_of_own_orders(self):
        own = self._order(amount=5000)._credit_last_hold()
        other = self._order(amount=5000, user_id=self.sales_manager.id)._credit_last_hold()
        nobody = self._order(amount=5000, user_id=False)._credit_last_hold()
        holds = own | other | nobody
        found = self.env["credit.hold"].with_user(self.salesman).search([("id", "in", holds.ids)])
        self.assertEqual(found, (own | nobody).with_user(self.salesman).sorted("id", reverse=True))
        self.assertEqual(len(self.env["credit.hold"].with_user(self.team_seller).search([("id", "in", holds.ids)])), 3)

    # ------------------------------------------------------------------ settings

    def test_set_flags(self):
        def set_flags(user):
            self._as(user, self.customer).write({"credit_hold": True, "prepay_required": True})

        self._matrix(set_flags, "ctrl cmgr")

    def test_clear_flags(self):
        self.customer.write({"credit_hold": True, "prepay_required": True})

        def clear_flags(user):
            self._as(user, self.customer).write({"credit_hold": False, "prepay_required": False})

        self._matrix(clear_flags, "ctrl cmgr")

    def test_lower_a_limit(self):
        def lower(user):
            self._as(user, self.customer).write({"credit_limit": 3000})

        self._matrix(lower, "ctrl cmgr")

    def test_raise_a_limit_within_the_own_maximum(self):
        def raise_limit(user):
            self._as(user, self.customer).write({"credit_limit": 5000})

        self._matrix(raise_limit, "ctrl cmgr")

    def test_raise_a_limit_beyond_the_own_maximum(self):
        newcomer = self._customer("Newcomer")

        def raise_limit(user):
            self._as(user, self.customer).write({"credit_limit": 5000.01})

        def raise_temporary(user):
            self._as(user, self._account()).write({"temporary_limit": 5000.01})

        def raise_insured(user):
            self._as(user, self._account()).write({"insured_amount": 5000.01})

        def open_account(user):
            accounts = self._as(user, self.env["credit.account"])
            accounts.create({"partner_id": newcomer.id, "company_id": self.company.id, "credit_limit": 5000.01})

        def no_limit(user):
            self._as(user, self.customer).write({"credit_limit_mode": "unlimited"})

        def open_account_without_limit(user):
            accounts = self._as(user, self.env["credit.account"])
            accounts.create({"partner_id": newcomer.id, "company_id": self.company.id, "limit_mode": "unlimited"})

        def default_that_is_no_limit(user):
            self._as(user, self.customer).write({"credit_limit_mode": "default"})

        def switch_off(user):
            self._as(user, self.customer).write({"credit_check_disabled": True})

        for operation in (
            raise_limit,
            raise_temporary,
            raise_insured,
            open_account,
            no_limit,
            open_account_without_limit,
            default_that_is_no_limit,
            switch_off,
        ):
            self._matrix(operation, "cmgr", (AccessError, UserError))

    def test_policies_and_groups(self):
        group = self.env["credit.group"].create({"name": "G", "company_id": self.company.id, "credit_limit": 5})

        def change_policy(user):
            self._as(user, self.policy).write({"on_limit": "ignore"})

        def change_group(user):
            self._as(user, group).write({"credit_limit": 10**6})

        self._matrix(change_policy, "cmgr adm")
        self._matrix(change_group, "cmgr")

    def test_shared_limit_is_not_dropped_by_a_controller(self):
        group = self.env["credit.group"].create(
            {
                "name": "G",
                "company_id": self.company.id,
                "credit_limit": 5,
                "account_ids": [Command.set(self._account().ids)],
            }
        )

        def leave(user):
            self._as(user, self._account()).write({"group_id": False})

        self.customer.credit_limit = 6000
        self.assertEqual(self._account().group_id, group)
        self._matrix(leave, "cmgr", (AccessError, UserError))

    def test_switches_of_the_company(self):
        def switch_off(user):
            self._as(user, self.company).write({"credit_check_active": False})

        self._matrix(switch_off, "adm")

    def test_own_maximum_is_not_raised_by_oneself(self):
        def raise_own(user):
            self._as(user, user).write({"credit_release_maximum": 10**6})

        self._matrix(raise_own, "adm")

    # ------------------------------------------------------------------ orders

    def test_confirm_within_the_limit(self):
        def confirm(user):
            order = self._order(amount=100)
            self._as(user, order).action_confirm()
            self.assertEqual(order.state, "sale")

        self._matrix(confirm, "sales smgr ar adm")  # Odoo itself lets billing edit orders

    def test_confirm_beyond_the_limit_is_nobodys(self):
        def confirm(user):
            order = self._order(amount=5000, user_id=self.salesman.id)
            self._as(user, order).action_confirm()
            if order.state != "sale":
                raise UserError(order.credit_status)

        self._matrix(confirm, "", (AccessError, UserError))

    def test_request_a_release(self):
        order = self._order(amount=4500)

        def request(user):
            self._as(user, order).action_credit_request_release("Please")

        self._matrix(request, "sales smgr ar ctrl cmgr adm")

    def test_grant_a_release(self):
        order = self._order(amount=4500)

        def release(user):
            self._as(user, order).action_credit_release("Fine")

        self._matrix(release, "ctrl cmgr", (AccessError, UserError))

    def test_grant_a_release_beyond_the_controllers_maximum(self):
        order = self._order(amount=5001)

        def release(user):
            self._as(user, order).action_credit_release("Fine")

        self._matrix(release, "cmgr", (AccessError, UserError))

    def test_revoke_an_unused_release(self):
        order = self._order(amount=4500)
        self._as(self.manager, order).action_credit_release("Fine")

        def revoke(user):
            self._as(user, order).action_credit_reject("No")

        self._matrix(revoke, "ctrl cmgr", (AccessError, UserError))

    def test_hold_by_hand(self):
        order = self._order(amount=100)

        def hold(user):
            self._as(user, order).action_credit_hold("Wait")

        self._matrix(hold, "ctrl cmgr", (AccessError, UserError))

    def test_deciding_gives_no_right_to_edit_the_order(self):
        order = self._order(amount=4500)
        with self.assertRaises(AccessError):
            self._as(self.controller, order).write({"client_order_ref": "x"})
        with self.assertRaises(AccessError):
            self._as(self.controller, order.order_line).write({"price_unit": 1})

    def test_viewers_see_no_other_books(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        account = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [Command.create({"account_id": account.id, "debit": 0, "credit": 0, "name": "Wages"})],
            }
        )
        invoice = self._invoice(amount=10)
        self.assertEqual(self._as(self.viewer, invoice).read(["amount_total"])[0]["amount_total"], 10)
        with self.assertRaises(AccessError):
            self._as(self.viewer, entry).read(["name"])
        with self.assertRaises(AccessError):
            self._as(self.viewer, entry.line_ids).read(["name"])

    def test_groups_imply_no_right_to_write_the_books(self):
        invoice = self._invoice(amount=10, post=False)
        with self.assertRaises(AccessError):
            self._as(self.manager, invoice).write({"ref": "x"})
        with self.assertRaises(AccessError):
            self._as(self.manager, invoice).action_post()

    # ------------------------------------------------------------------ what can be called

    REVIEWED = {
        "sale.order": {
            "action_confirm",
            "action_credit_check",
            "action_credit_hold",
            "action_credit_reject",
            "action_credit_release",
            "action_credit_request_release",
            "action_register_prepayment",
            "action_view_credit_holds",
        },
        "sale.order.line": set(),
        "credit.account": {
            "action_refresh",
            "action_simulate",
            "action_view_holds",
            "action_view_part",
            "simulate",
        },
        "credit.hold": set(),
        "credit.group": set(),
        "credit.policy": {"action_view_accounts"},
        "credit.mark": set(),
        "credit.hold.release": {"action_apply"},
        "credit.order.hold": {"action_apply"},
        "credit.simulation": set(),
        "res.partner": {"action_credit_simulate", "action_open_credit_account", "action_propose_credit_group"},
        "res.company": set(),
        "account.payment": set(),
        "account.move": set(),
        "account.partial.reconcile": set(),
        "payment.transaction": set(),
    }
    OVERRIDDEN = {
        "create",
        "write",
        "unlink",
        "default_get",
        "button_cancel",
        "button_draft",
        "web_read",
        "web_search_read",
        "search_read",
        "web_read_group",
        "formatted_read_group",
    }

    def test_A1_public_methods_are_those_that_were_reviewed(self):
        for model, reviewed in self.REVIEWED.items():
            with self.subTest(model):
                self.assertEqual(self._own_public_methods(model) - self.OVERRIDDEN, reviewed)

    def _own_public_methods(self, model):
        """Methods of this addon that a remote caller reaches."""
        found = set()
        for owner in type(self.env[model]).mro():
            if not owner.__module__.startswith("odoo.addons.credit_hold"):
                continue
            for name, _method in inspect.getmembers(owner, inspect.isfunction):
                if name in vars(owner) and self._is_public(model, name):
                    found.add(name)
        return found

    def _is_public(self, model, name):
        try:
            get_public_method(self.env[model], name)
        except (AccessError, AttributeError):
            return False
        return True

    def test_A2_buttons_on_the_customer_need_rights(self):
        for name in ("action_open_credit_account", "action_propose_credit_group"):
            with self.subTest(name), self.assertRaisesAny((AccessError, UserError)):
                method = getattr(self._as(self.salesman, self.customer), name)
                action = method()
                self._as(self.salesman, self.env[action["res_model"]]).browse(action["res_id"]).read(["display_name"])
