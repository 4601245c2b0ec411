"""Function defaults: set in the settings, guarded, read by everybody who works with vouchers, limits of a user."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import VoucherCommon

BILLING, READONLY, SYSTEM = "account.group_account_invoice", "account.group_account_readonly", "base.group_system"
# In the settings these have a list of their own, behind a button.
BY_BUTTON = {"adjustment_sequence_id", "adjustment_tolerance_ids", "adjustment_charge_tier_ids", "adjustment_root_id"}


@tagged("post_install", "-at_install")
class TestSettings(VoucherCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._user("settings", f"{SYSTEM},account.group_account_manager")

    def _settings(self):
        return self.env["res.config.settings"].with_user(self.admin).with_company(self.company)

    def test_every_default_is_in_the_settings(self):
        """S4.37: a default nobody can set is no default."""
        view = self._settings().get_view(self.env.ref("account.res_config_settings_view_form").id, "form")
        shown = {node.get("name") for node in etree.fromstring(view["arch"]).iter("field")}
        wanted = {name for name in self.env["res.config.settings"]._fields if name.startswith("adjustment_")}
        self.assertEqual(wanted - shown - BY_BUTTON, set())
        buttons = {node.get("name") for node in etree.fromstring(view["arch"]).iter("button")}
        self.assertLessEqual(
            {"action_adjustment_sequence", "action_adjustment_tolerances", "action_adjustment_charge_tiers"}, buttons
        )

    def test_values_reach_the_company(self):
        """S4.37, S4.53"""
        journal = self.company_data["default_journal_misc"]
        settings = self._settings().create(
            {
                "adjustment_journal_id": journal.id,
                "adjustment_method": "exact",
                "adjustment_hierarchy": "group",
                "adjustment_tolerance_amount": 5,
                "adjustment_tolerance_percent": 1.5,
                "adjustment_discount_grace_days": 3,
                "adjustment_charge_account_id": self.income.id,
                "adjustment_charge_rate": 9,
                "adjustment_four_eyes": True,
                "adjustment_prepayment_unpaid": True,
            }
        )
        settings.execute()
        self.assertEqual((self.company.adjustment_method, self.company.adjustment_hierarchy), ("exact", "group"))
        self.assertEqual(
            (self.company.adjustment_tolerance_amount, self.company.adjustment_tolerance_percent), (5, 1.5)
        )
        self.assertTrue(self.company.adjustment_four_eyes and self.company.adjustment_prepayment_unpaid)
        self.assertEqual(self._voucher().journal_id, journal)

    def test_branch_sets_the_values_of_its_legal_entity(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.admin.company_ids |= branch
        settings = self.env["res.config.settings"].with_user(self.admin).with_company(branch)
        settings.create({"adjustment_method": "lifo"}).execute()
        self.assertEqual(self.company.adjustment_method, "lifo")

    def test_lists_behind_the_buttons(self):
        settings = self._settings().create({})
        action = settings.action_adjustment_tolerances()
        rule = (
            self.env["adjustment.tolerance"]
            .with_user(self.admin)
            .with_context(**action["context"])
            .create({"currency_id": self.env.ref("base.EUR").id, "amount": 3})
        )
        self.assertEqual(rule.company_id, self.company)
        self.assertEqual(rule, rule.search(action["domain"]))
        action = settings.action_adjustment_charge_tiers()
        tier = (
            self.env["adjustment.charge.tier"]
            .with_user(self.admin)
            .with_context(**action["context"])
            .create({"from_day": 30, "rate": 12})
        )
        self.assertEqual(self.company.adjustment_charge_tier_ids, tier)

    def test_numbers_are_changed_by_the_administrator(self):
        """S4.43, S4.53: prefix of the voucher numbers"""
        action = self._settings().create({}).action_adjustment_sequence()
        sequence = self.env["ir.sequence"].with_user(self.admin).browse(action["res_id"])
        sequence.prefix = "APP-%(range_year)s-"
        invoice, receipt = self._invoice(100), self._open_line(self._receipt(100))
        voucher = self._voucher([(receipt, 100), (self._open_line(invoice), 100)])
        voucher.action_authorize()
        self.assertRegex(voucher.name, r"^APP-2024-\d{5}$")


@tagged("post_install", "-at_install")
class TestGuards(VoucherCommon):
    """Wrong defaults are refused where they are set, with a sentence, not where a voucher books."""

    def _refused(self, text, **vals):
        with self.assertRaisesRegex(ValidationError, text), self.cr.savepoint():
            self.company.write(vals)

    def test_account_whose_items_vouchers_settle(self):
        for name in ("write_off_account_id", "write_off_gain_account_id", "discount_account_id", "charge_account_id"):
            self._refused("choose an income or expense account", **{f"adjustment_{name}": self.receivable.id})

    def test_account_of_another_company(self):
        other = self.setup_other_company()
        account = other["default_account_revenue"]
        self._refused("of company_1_data|choose an account in use of", adjustment_write_off_account_id=account.id)
        self._refused("choose an account in use of", adjustment_due_to_account_id=account.id)

    def test_account_out_of_use(self):
        account = self.income.copy({"code": "GONE1", "name": "Gone"})
        account.active = False
        self._refused("choose an account in use", adjustment_charge_account_id=account.id)

    def test_prepayment_account_must_reconcile(self):
        account = self.income.copy({"code": "PREP1", "name": "Prepaid", "account_type": "liability_current"})
        account.reconcile = False
        self._refused("allow reconciliation", adjustment_prepayment_account_ids=[Command.set(account.ids)])
        account.reconcile = True
        self.company.adjustment_prepayment_account_ids = account

    def test_journal_of_another_kind_or_company(self):
        self._refused("miscellaneous", adjustment_journal_id=self.company_data["default_journal_sale"].id)
        other = self.setup_other_company()
        self._refused("miscellaneous", adjustment_journal_id=other["default_journal_misc"].id)

    def test_amounts_and_days(self):
        for name in ("tolerance_amount", "charge_minimum", "four_eyes_amount", "charge_rate", "tolerance_percent",
                     "discount_grace_days", "charge_grace_days"):  # fmt: skip
            self._refused("number from 0", **{f"adjustment_{name}": -1})
        for value in (float("nan"), float("inf"), 1e20):
            self._refused("number from 0", adjustment_tolerance_amount=value)
        self._refused("from 0 to 100", adjustment_tolerance_percent=100.5)
        self._refused("days from 0 to 3660", adjustment_discount_grace_days=4000)
        self.company.write({"adjustment_tolerance_percent": 100, "adjustment_charge_grace_days": 0})


@tagged("post_install", "-at_install")
class TestReadingDefaults(VoucherCommon):
    """S4.38: users see the rules of their vouchers, and change nothing through them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "North", "parent_id": cls.company.id})
        cls.other = cls.setup_other_company()["company"]
        for login, groups, company in (
            ("billing", BILLING, cls.company), ("reader", READONLY, cls.company), ("plain", "base.group_user", cls.company),
            ("northern", BILLING, cls.branch), ("stranger", BILLING, cls.other),
        ):  # fmt: skip
            setattr(cls, login, cls._user(f"defaults_{login}", groups, company))
        cls.company.write({"adjustment_tolerance_amount": 5, "adjustment_method": "exact"})
        cls.env["adjustment.tolerance"].create(
            {"company_id": cls.company.id, "currency_id": cls.env.ref("base.EUR").id, "amount": 3}
        )

    def _page(self, user, company=None):
        env = self.env(user=user, context={"allowed_company_ids": [(company or user.company_id).id]})
        action = env["adjustment.defaults"].action_open()
        return env["adjustment.defaults"].browse(action["res_id"])

    def test_billing_and_readers_see_all_values(self):
        for user in (self.billing, self.reader, self.northern):
            page = self._page(user)
            values = page.read()[0]
            self.assertEqual((values["tolerance_amount"], values["method"]), (5, "exact"))
            self.assertEqual(values["write_off_account"], self.write_off_account.display_name)
            self.assertTrue(values["journal"] and values["numbers"].startswith("AV/"))
            self.assertEqual(page.tolerance_ids.read(["amount"])[0]["amount"], 3)
            self.assertEqual(page.charge_tier_ids.read(["rate"]), [])

    def test_page_follows_a_change_at_once(self):
        page = self._page(self.billing)
        self.assertEqual(page.tolerance_amount, 5)
        self.company.adjustment_tolerance_amount = 7
        self.assertEqual(page.tolerance_amount, 7)

    def test_user_sees_own_limits(self):
        self.billing.sudo().write({"adjustment_limit": 900, "adjustment_write_off_limit": 40})
        page = self._page(self.billing)
        self.assertEqual((page.own_limit, page.own_write_off_limit), (900, 40))
        self.assertEqual(self._page(self.reader).own_limit, 0)

    def test_others_see_nothing(self):
        with self.assertRaises(AccessError):
            self._page(self.plain).read(["method"])
        page = self.env["adjustment.defaults"].with_user(self.stranger).browse(self.company.id)
        with self.assertRaises(AccessError):
            page.read(["method"])
        self.assertEqual(
            self.env["adjustment.defaults"].with_user(self.stranger).with_company(self.other).search([]).company_id.id,
            self.other.id,
        )

    def test_nobody_writes_through_the_page(self):
        page = self._page(self.billing)
        for attempt in (
            lambda: page.write({"method": "lifo"}),
            lambda: page.unlink(),
            lambda: page.create({"company_id": self.company.id}),
            lambda: page.with_user(self.env.ref("base.user_admin")).write({"tolerance_amount": 1}),
            lambda: page.with_user(self.env.ref("base.user_admin")).create({}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                attempt()
        with self.assertRaises(AccessError), self.cr.savepoint():
            page.tolerance_ids.amount = 99
        self.assertEqual((self.company.adjustment_method, self.company.adjustment_tolerance_amount), ("exact", 5))

    def test_billing_cannot_set_them_on_the_company(self):
        with self.assertRaises(AccessError):
            self.company.with_user(self.billing).write({"adjustment_tolerance_amount": 1000})

    def test_form_has_every_default_and_is_not_editable(self):
        view = self.env["adjustment.defaults"].with_user(self.billing).get_view(view_type="form")
        arch = etree.fromstring(view["arch"])
        self.assertEqual([arch.get(name) for name in ("create", "edit", "delete")], ["0", "0", "0"])
        shown = {node.get("name") for node in arch.iter("field")}
        own = set(self.env["adjustment.defaults"]._fields) - set(self.env["base"]._fields) - {"company_id"}
        magic = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"}
        self.assertEqual(own - magic - shown, set())
        Form(self._page(self.billing))

    def test_menu_is_shown_to_who_may_read(self):
        menu = self.env.ref("adjustment_voucher.menu_adjustment_defaults").id
        self.assertIn(menu, self.env["ir.ui.menu"].with_user(self.billing)._visible_menu_ids())
        self.assertNotIn(menu, self.env["ir.ui.menu"].with_user(self.plain)._visible_menu_ids())


@tagged("post_install", "-at_install")
class TestLimits(VoucherCommon):
    """Nobody raises their own limit (reliability: authority is given by somebody else)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user("limited", BILLING)
        cls.hr = cls._user("useradmin", f"base.group_erp_manager,base.group_partner_manager,{BILLING}")
        cls.admin = cls._user("setadmin", SYSTEM)
        cls.user.sudo().write({"adjustment_limit": 100, "adjustment_write_off_limit": 10})

    def test_own_record_by_rpc(self):
        for name in ("adjustment_limit", "adjustment_write_off_limit"):
            for value in (0, 100000):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.user.with_user(self.user).write({name: value})
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.user.with_user(self.user).write({"name": "x", name: value})
        self.assertNotIn("adjustment_limit", self.user.SELF_WRITEABLE_FIELDS)
        self.assertEqual((self.user.adjustment_limit, self.user.adjustment_write_off_limit), (100, 10))

    def test_preferences_do_not_show_it(self):
        view = (
            self.env["res.users"]
            .with_user(self.user)
            .get_view(self.env.ref("base.view_users_form_simple_modif").id, "form")
        )
        self.assertNotIn("adjustment_limit", view["arch"])

    def test_whoever_edits_users_does_not_set_limits(self):
        self.user.with_user(self.hr).write({"name": "Renamed", "adjustment_limit": 100})
        with self.assertRaisesRegex(AccessError, "ask an administrator"), self.cr.savepoint():
            self.user.with_user(self.hr).write({"adjustment_limit": 5000})
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.hr.with_user(self.hr).write({"adjustment_write_off_limit": 5000})
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.env["res.users"].with_user(self.hr).create(
                {"name": "n", "login": "n_limit", "adjustment_write_off_limit": 5000}
            )
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.env["res.users"].with_user(self.hr).with_context(default_adjustment_write_off_limit=5000).create(
                {"name": "n", "login": "n_context"}
            )
        self.env["res.users"].with_user(self.hr).create({"name": "n", "login": "n_plain", "adjustment_limit": 0})

    def test_administrator_sets_limits(self):
        self.user.with_user(self.admin).write({"adjustment_limit": 5000, "adjustment_write_off_limit": 70})
        self.assertEqual((self.user.adjustment_limit, self.user.adjustment_write_off_limit), (5000, 70))
        with self.assertRaisesRegex(ValidationError, "number from 0"):
            self.user.with_user(self.admin).write({"adjustment_limit": -1})

    def test_limit_and_ceiling_hold(self):
        self.company.account_journal_early_pay_discount_loss_account_id = self.income
        item, receipt = self._open_line(self._invoice(500)), self._open_line(self._receipt(500))
        voucher = self._voucher([(receipt, 500), (item, 500)])
        with self.assertRaisesRegex(UserError, "approver with a higher limit"):
            voucher.with_user(self.user).action_authorize()
        self.user.sudo().adjustment_limit = 500
        voucher.with_user(self.user).action_authorize()
        self.assertEqual(voucher.state, "authorized")


@tagged("post_install", "-at_install")
class TestDiscountSteps(VoucherCommon):
    def test_steps_are_on_the_payment_term_form(self):
        term = self.env["account.payment.term"].create(
            {"name": "2/10", "early_discount": True, "discount_percentage": 2, "discount_days": 10}
        )
        with Form(term) as form, form.adjustment_tier_ids.new() as tier:
            tier.days, tier.percentage = 20, 1
        self.assertEqual(term.adjustment_tier_ids.percentage, 1)
