"""Who may do what with vouchers: the access matrix over what a remote caller reaches, and companies apart (A1-A3, M1, M2)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .proof import BILLING, MANAGER, ProofCase, public_methods

MODELS = (
    "adjustment.voucher",
    "adjustment.voucher.line",
    "adjustment.allocation",
    "adjustment.tolerance",
    "adjustment.charge.tier",
    "adjustment.voucher.reverse",
    "adjustment.voucher.return",
)


class AccessCase(ProofCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("proof_manager", MANAGER)
        cls.accountant = cls._user("proof_accountant", "account.group_account_manager")
        cls.plain = cls._user("proof_plain", "base.group_user")
        cls.system = cls._user("proof_system", "base.group_system")
        cls.portal = new_test_user(cls.env, "proof_portal", groups="base.group_portal")
        cls.roles = {
            "ar": cls.billing,
            "appr": cls.approver,
            "mgr": cls.manager,
            "acc": cls.accountant,
            "aud": cls.reader,
            "plain": cls.plain,
            "adm": cls.system,
            "portal": cls.portal,
        }
        if seller := cls.env.ref("sales_team.group_sale_salesman_all_leads", raise_if_not_found=False):
            cls.roles["sales"] = cls._user("proof_seller", f"sales_team.{'group_sale_salesman_all_leads'}")
            assert seller

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


@tagged("post_install", "-at_install")
class TestMatrix(AccessCase):
    def test_read(self):
        voucher = self._authorized()
        for records in (voucher, voucher.line_ids, voucher.allocation_ids):

            def read(user, records=records):
                self._as(user, records).read()

            self._matrix(read, "ar appr mgr acc aud")

    def test_prepare(self):
        debit, credit = self._pair()

        def prepare(user):
            voucher = self._as(user, self.env["adjustment.voucher"]).create(
                {
                    "partner_id": self.customer.id,
                    "date": "2024-03-31",
                    "line_ids": [Command.create({"move_line_id": item.id, "amount": 100}) for item in (debit, credit)],
                }
            )
            voucher.memo = "Mine"
            voucher.line_ids[0].amount = 50
            voucher.action_load_items()
            voucher.action_allocate()
            self.assertEqual(voucher.difference, 0)

        self._matrix(prepare, "ar appr mgr acc")

    def test_authorize_as_the_company_says(self):
        def authorize(user):
            self._as(user, self._ready()).action_authorize()

        self.company.adjustment_authorize_by = "billing"
        self._matrix(authorize, "ar appr mgr acc")
        self.company.adjustment_authorize_by = "approver"
        self._matrix(authorize, "appr mgr acc")

    def test_return(self):
        def send_back(user):
            self._as(user, self._ready()).action_return("Wrong")

        self.company.adjustment_authorize_by = "approver"
        self._matrix(send_back, "appr mgr acc")

    def test_return_by_the_wizard(self):
        def send_back(user):
            voucher = self._ready()
            wizard = self._as(user, self.env["adjustment.voucher.return"]).create(
                {"voucher_ids": [Command.set(voucher.ids)], "reason": "Wrong"}
            )
            wizard.action_return()

        self.company.adjustment_authorize_by = "approver"
        self._matrix(send_back, "appr mgr acc")

    def test_reverse(self):
        def reverse(user):
            self._as(user, self._authorized()).action_reverse(None, "Wrong")

        self._matrix(reverse, "appr mgr acc")

    def test_reverse_by_the_wizard(self):
        def reverse(user):
            voucher = self._authorized()
            wizard = self._as(user, self.env["adjustment.voucher.reverse"]).create(
                {"voucher_ids": [Command.set(voucher.ids)], "reason": "Wrong", "date": "2024-03-31"}
            )
            wizard.action_reverse()

        self._matrix(reverse, "appr mgr acc")

    def test_take_one_item_out(self):
        def take_out(user):
            voucher = self._authorized()
            wizard = self._as(user, self.env["adjustment.voucher.reverse"]).create(
                {"voucher_ids": [Command.set(voucher.ids)], "reason": "Wrong", "date": "2024-03-31",
                 "line_ids": [Command.set(voucher.line_ids[:1].ids)]}
            )  # fmt: skip
            wizard.action_reverse()

        self._matrix(take_out, "appr mgr acc")

    def test_applications_are_nobodys_to_write(self):
        application = self._authorized().allocation_ids

        def write(user):
            self._as(user, application).write({"amount": 5})

        def delete(user):
            self._as(user, application).unlink()

        def create(user):
            self._as(user, application).create(
                {"voucher_id": application.voucher_id.id, "credit_move_line_id": application.credit_move_line_id.id}
            )

        for operation in (write, delete, create):
            self._matrix(operation, "")

    def test_tolerances(self):
        def add(user):
            self._as(user, self.env["adjustment.tolerance"]).create(
                {"company_id": self.company.id, "currency_id": self.env.ref("base.CHF").id, "amount": 5}
            )

        self._matrix(add, "mgr acc adm")

    def test_own_limits_are_not_raised_by_oneself(self):
        for name in ("adjustment_limit", "adjustment_write_off_limit"):

            def raise_own(user, name=name):
                self._as(user, user).write({name: 10**6})

            self._matrix(raise_own, "adm")

    def test_switches_of_the_company(self):
        def switch(user):
            self._as(user, self.company).write({"adjustment_four_eyes": True})

        self._matrix(switch, "adm")

    def test_A3_context_opens_nothing(self):
        voucher = self._authorized()
        keys = dict.fromkeys(
            ("adjustment_voucher_work", "adjustment_engine", "engine", "force", "force_delete", "skip_check", "bypass"),
            1,
        )
        for user in (self.billing, self.approver, self.manager):
            with self.subTest(user.login), self.assertRefused("To "):
                self._as(user, voucher).with_context(**keys).write({"memo": "x"})
            with self.subTest(user.login), self.assertRefused("To "):
                self._as(user, voucher).with_context(**keys).write({"state": "draft"})


@tagged("post_install", "-at_install")
class TestCompanies(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company(name="Other Books")
        cls.stranger = cls._user("proof_stranger", f"{BILLING},{MANAGER}", cls.other)
        cls.voucher = cls._authorized(77)
        cls.draft = cls._ready(77)
        cls.env["adjustment.tolerance"].create(
            {"company_id": cls.company.id, "currency_id": cls.company.currency_id.id, "amount": 5}
        )
        cls.env["adjustment.charge.tier"].create({"company_id": cls.company.id, "from_day": 5, "rate": 1})
        cls.env["adjustment.voucher.reverse"].create(
            {"voucher_ids": [Command.set(cls.voucher.ids)], "reason": "x", "date": "2024-03-31"}
        )
        cls.env["adjustment.voucher.return"].create({"voucher_ids": [Command.set(cls.draft.ids)], "reason": "x"})

    def test_M2_no_rows_counts_or_sums_of_another_company(self):
        for name in MODELS:
            model = self._as(self.stranger, self.env[name])
            own = model.sudo().search([("create_uid", "!=", self.stranger.id)])
            self.assertTrue(own, name)
            with self.subTest(name):
                self.assertFalse(model.search([]))
                self.assertEqual(model.search_count([]), 0)
                self.assertEqual(model.search_read([], ["id"]), [])
                self.assertEqual(model.web_search_read([], {"id": {}})["length"], 0)
                self.assertEqual(model.name_search(""), [])
                sums = [
                    f"{field.name}:sum"
                    for field in model._fields.values()
                    if field.store and field.type in ("float", "monetary", "integer") and field.name != "id"
                    and not field.name.startswith("message")
                ]  # fmt: skip
                for group in ([], ["create_uid"]):
                    rows = model.formatted_read_group([], group, ["__count", *sums])
                    self.assertFalse(sum(row["__count"] for row in rows), rows)
                    for row in rows:
                        self.assertFalse(any(row[key] for key in sums))
                with self.assertRaises(AccessError):
                    model.browse(own.ids).read(["id", "display_name"])
                for rights in ((), (self.env.ref("base.group_allow_export"),)):
                    self.stranger.group_ids |= self.env["res.groups"].union(*rights)
                    with self.assertRaisesRegex(UserError, "rights to export|not allowed|rules|access"):
                        model.browse(own.ids).export_data(["id", "display_name"])
                with self.assertRaises(AccessError):
                    model.browse(own.ids).web_read({"display_name": {}})

    def test_M2_company_of_another_in_the_context(self):
        vouchers = self._as(self.stranger, self.env["adjustment.voucher"])
        with self.assertRaises(AccessError):
            vouchers.with_context(allowed_company_ids=self.company.ids).search([])

    def test_M2_steps_on_a_voucher_of_another_company(self):
        for voucher, name, arguments in (
            (self.draft, "action_authorize", ()),
            (self.draft, "action_return", ("x",)),
            (self.draft, "action_load_items", ()),
            (self.draft, "action_allocate", ()),
            (self.draft, "action_draft", ()),
            (self.draft, "unlink", ()),
            (self.draft, "copy", ()),
            (self.voucher, "action_reverse", (None, "x")),
        ):
            with self.subTest(name), self.assertRefused("", kinds=(AccessError,)):
                getattr(self._as(self.stranger, voucher), name)(*arguments)

    def test_M2_a_wizard_over_a_voucher_of_another_company(self):
        for name, voucher in (("reverse", self.voucher), ("return", self.draft)):
            model = self._as(self.stranger, self.env[f"adjustment.voucher.{name}"])
            with self.subTest(name), self.assertRefused("", kinds=(AccessError, UserError)):
                wizard = model.create({"voucher_ids": [Command.set(voucher.ids)], "reason": "x", **(
                    {"date": "2024-03-31"} if name == "reverse" else {})})  # fmt: skip
                getattr(wizard, f"action_{name}")()

    def test_M2_previews_of_another_company(self):
        model = self._as(self.stranger, self.env["adjustment.voucher"])
        result = None
        try:
            result = model.onchange(
                {"line_ids": [Command.create({"move_line_id": self.voucher.line_ids[0].move_line_id.id})]},
                ["line_ids"],
                {"line_ids": {"fields": {"document_name": {}, "residual": {}, "amount": {}}}, "preview": {}},
            )
        except AccessError:
            return
        self.assertNotIn("77", str(result))

    def test_M1_a_voucher_and_all_that_it_links_share_one_company(self):
        for voucher in (self.voucher, self.draft):
            roots = (
                voucher.company_id.root_id
                | voucher.journal_id.company_id.root_id
                | voucher.line_ids.company_id.root_id
                | voucher.allocation_ids.company_id.root_id
                | voucher.move_id.company_id.root_id
            )
            self.assertEqual(roots, self.company.root_id)


@tagged("post_install", "-at_install")
class TestWhatCanBeCalled(AccessCase):
    REVIEWED = {
        "account.move": {"action_adjustment_apply", "action_view_adjustment_vouchers"},
        "account.payment": {"action_adjustment_apply", "action_view_adjustment_vouchers"},
        "adjustment.defaults": {"action_open"},
        "adjustment.exclusion": {"action_lift"},
        "adjustment.remittance": {
            "action_cancel",
            "action_check",
            "action_download_problems",
            "action_download_problems_csv",
            "action_draft",
            "action_import",
            "action_save_template",
            "action_view_payments",
            "action_view_problems",
            "action_view_rows",
            "action_view_runs",
            "action_view_vouchers",
        },
        "adjustment.remittance.line": {"action_skip", "action_take_back", "action_view_voucher"},
        "adjustment.run": {
            "action_authorize",
            "action_continue",
            "action_download",
            "action_draft",
            "action_open_reverse",
            "action_propose",
            "action_retry",
            "action_reverse",
            "action_save_template",
            "action_stop",
            "action_view_customers",
            "action_view_exclusions",
            "action_view_failed",
            "action_view_items",
            "action_view_vouchers",
            "progress",
        },
        "adjustment.run.customer": {
            "action_exclude",
            "action_include",
            "action_open_exclude",
            "action_propose_again",
            "action_retry",
            "action_view_items",
            "action_view_voucher",
        },
        "adjustment.run.exclude": {"action_exclude"},
        "adjustment.run.item": {"action_exclude", "action_include", "action_open_exclude", "action_view_document"},
        "adjustment.run.reverse": {"action_reverse"},
        "adjustment.run.template": {"action_run", "action_view_runs"},
        "adjustment.voucher": {
            "action_allocate",
            "action_authorize",
            "action_draft",
            "action_link_company",
            "action_load_items",
            "action_open_reverse",
            "action_open_voucher",
            "action_propose_late_charges",
            "action_return",
            "action_reverse",
            "action_send_advice",
            "action_view_charges",
            "action_view_entry",
            "action_view_reversal",
        },
        "adjustment.voucher.line": {"action_settle_in_full", "action_unapply"},
        "adjustment.voucher.return": {"action_return"},
        "adjustment.voucher.reverse": {"action_reverse"},
        "res.config.settings": {
            "action_adjustment_charge_tiers",
            "action_adjustment_sequence",
            "action_adjustment_tolerances",
        },
        "res.partner": {"action_adjustment_apply_credits", "action_view_adjustment_vouchers"},
    }
    OVERRIDDEN = {
        "create", "write", "unlink", "copy", "default_get", "web_save", "onchange", "reconcile",
        "button_cancel", "button_draft", "modify_moves",
    }  # fmt: skip

    def test_A1_public_methods_are_those_that_were_reviewed(self):
        found = {
            name: public_methods(self.env, name, "adjustment_voucher") - self.OVERRIDDEN for name in self.env.registry
        }
        self.maxDiff = None
        self.assertEqual({name: methods for name, methods in found.items() if methods}, self.REVIEWED)

    def test_A2_every_button_asks_for_rights(self):
        """A caller without any accounting right gets nothing from any of them."""
        records = {"adjustment.voucher": self._ready(), "adjustment.voucher.line": self._ready().line_ids[0]}
        for model, record in records.items():
            for name in self.REVIEWED.get(model, ()):
                for user in (self.plain, self.portal):
                    self.env.invalidate_all()  # a call from outside finds nothing read before
                    with self.subTest(f"{model}.{name}", user=user.login), self.assertRefused("", kinds=(AccessError,)):
                        method = getattr(self._as(user, record), name)
                        method(*(["x"] if name == "action_return" else []))
