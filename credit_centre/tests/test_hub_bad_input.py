"""What is no number, no day, no record: one clear sentence, nothing half done (section 3 of the reliability text)."""

from psycopg2.errors import CheckViolation

from odoo import Command, models
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .hub_access_common import HubAccessCase

AMOUNTS = (float("nan"), float("inf"), float("-inf"), -5, "nan", "abc", [5], 1e308)
DAYS = ("2026-02-30", "soon", 5, "9999-99-99")
WRONG = {
    "many2one": (2**31 - 1, -1, 0.5, "x", [1, 2], {"a": 1}, 2**70, float("nan")),
    "many2many": ([2**31 - 1], "x", [[6, 0, [2**31 - 1]]], [[6, 0, ["x"]]], [[4, -1]], [[9, 9, 9]], [["x"]]),
    "selection": ("no such", 5, "\0"),
    "float": (float("nan"), float("inf"), "abc", [5], 1e308, 2**70),
    "monetary": (float("nan"), float("inf"), "abc", [5], 1e308, 2**70),
    "integer": (float("nan"), float("inf"), "abc", [5], 1.5, 2**31),
    "date": ("2026-02-30", "soon", 5, "9999-99-99"),
    "char": (5, ["x"], "\0", "\ud800", "x" * 100_000),
    "text": (5, "\0", "\ud800"),
}
IDS = (["1"], [999999999], [-1], [2**70], [1.5])


@tagged("post_install", "-at_install")
class TestHubBadInput(HubAccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_records()
        groups = (
            "base.group_user,credit_hold.group_credit_manager,account.group_account_invoice,"
            "adjustment_voucher.group_adjustment_manager"
        )
        cls.worker = cls._user("proof_worker", groups)
        cls.item = cls._receivable(cls.receipt)
        cls.debt = cls._receivable(cls.invoice)

    def _mine(self, model):
        return self._as(self.worker, self.env[model] if isinstance(model, str) else model)

    def _bad(self, what, values, call):
        for value in values:
            with self.subTest(what, value=repr(value)), self._refused(), mute_logger("odoo.sql_db"):
                call(value)

    # ------------------------------------------------------------------ amounts

    def _refund(self, amount=5, **vals):
        lines = [Command.create({"move_line_id": self.item.id, "amount": amount})]
        return self._mine("credit.refund").create({"line_ids": lines, **vals}).action_confirm()

    def _promise(self, **vals):
        defaults = {"account_id": self.account.id, "amount": 5, "date": "2099-01-01"}
        return self._mine("credit.promise").create({**defaults, **vals})

    def _apply(self, amount, debt=None):
        lines = [
            [Command.create({"move_line_id": item.id, "selected": True, "amount": one})]
            for item, one in ((self.item, amount), (self.debt, amount if debt is None else debt))
        ]
        screen = self._mine("credit.apply").create(
            {"partner_id": self.customer.id, "credit_line_ids": lines[0], "debit_line_ids": lines[1]}
        )
        return screen.action_apply()

    def _agreed(self, **vals):
        line = {"scope": "product", "product_tmpl_id": self.product.product_tmpl_id.id, **vals}
        return self._mine(self.agreement).write({"line_ids": [Command.create(line)]})

    def _level(self, **vals):
        template = self.env.ref("credit_centre.mail_template_first")
        defaults = {"name": "L", "trigger": "late", "days": 5, "template_id": template.id}
        return self._mine("credit.reminder.level").create({**defaults, **vals})

    def test_VC02_amounts(self):
        self._bad("refund", (*AMOUNTS, 0, 77.01), self._refund)
        self._bad("promise", (*AMOUNTS, 0, False), lambda amount: self._promise(amount=amount))
        self._bad("promise changed", AMOUNTS, lambda amount: self._mine(self.promise).write({"amount": amount}))
        self._bad("apply", (*AMOUNTS, 77.01), self._apply)
        self._bad("agreed price", AMOUNTS, lambda amount: self._agreed(price=amount))
        self._bad("agreed discount", (*AMOUNTS, 101), lambda one: self._agreed(kind="discount", discount=one))
        self._bad("agreed quantity", AMOUNTS, lambda one: self._agreed(price=5, quantity=one))
        self._bad("level", AMOUNTS, lambda amount: self._level(minimum_amount=amount))
        self._bad("agreement", (*AMOUNTS, 101), lambda one: self._mine(self.agreement).write({"discount": one}))

    def test_levels(self):
        """Days that don't fit the occasion: the database refuses, and Odoo says its sentence."""
        for days in (0, -1, 3651):
            with self.subTest(days=days), self._refused(CheckViolation), mute_logger("odoo.sql_db"):
                self._level(days=days)

    # ------------------------------------------------------------------ days

    def test_VC22_days(self):
        self._bad("refund", (*DAYS, False, "9999-12-31"), lambda day: self._refund(date=day))
        self._bad("promise", (*DAYS, "0001-01-01", "2001-01-01"), lambda day: self._promise(date=day))
        self._bad("mark paid", (*DAYS, "9999-12-31"), self._mark_paid)
        self._bad("agreement", DAYS, lambda day: self._mine(self.agreement).write({"date_start": day}))
        self._bad("statement", (*DAYS, "9999-12-31", "0001-01-01"), self._statement)
        self._bad("period", (*DAYS, "9999-12-31", "0001-01-01"), self._period)
        self._bad("ledger", DAYS, self._ledger)
        self._bad(
            "contact", (*DAYS, "x" * 50), lambda day: self._mine(self.account).action_log_contact("call", "x", "y", day)
        )
        self._bad("dashboard", (*DAYS, ["x"]), lambda day: self._summary({"as_of": day}))

    def _mark_paid(self, day):
        journal = self.company_data["default_journal_bank"].id
        vals = {"move_ids": [Command.set(self.invoice.ids)], "journal_id": journal, "date": day}
        return self._mine("credit.mark.paid").create(vals).action_mark()

    def _statement(self, day):
        chosen = {"who": "chosen", "partner_ids": [Command.set(self.customer.ids)]}
        return self._mine("credit.statement").create({"date": day, **chosen}).action_export()

    def _period(self, day):
        chosen = {"who": "chosen", "partner_ids": [Command.set(self.customer.ids)], "kind": "activity"}
        return self._mine("credit.statement").create({"date_from": day, **chosen}).action_export()

    def _ledger(self, day):
        wizard = self._mine("credit.ledger.export").create({"account_id": self.account.id, "date_until": day})
        return wizard.action_export()

    # ------------------------------------------------------------------ windows

    def test_windows_say_what_is_missing_or_wrong(self):
        """Every window a remote caller may create, one field at a time: what it needs left out, and what no field of its
        kind can hold. Never an error of the database or of Python."""
        for name in self._hub_models():
            model = self._mine(name)
            if not model._transient or not model.has_access("create") or name == "credit.statement.line":
                continue  # lines of statements are made ten thousand at once: nothing is looked up for each
            for field_name, field in model._fields.items():
                if field_name in models.MAGIC_COLUMNS or not field.store or field.related:
                    continue
                for value in WRONG.get(field.type, ()):
                    with self.subTest(name, field=field_name, value=repr(value)[:20]), self._refused(ValidationError):
                        model.create({field_name: value})
                if field.required and not field.compute and field.type not in ("boolean", "many2many", "monetary"):
                    with self.subTest(name, field=field_name, value="none"), self._refused(ValidationError):
                        model.create({field_name: False})

    def test_mark_paid_without_a_journal(self):
        vals = {"move_ids": [Command.set(self.invoice.ids)], "journal_id": False, "date": "2025-03-01"}
        with self.assertRaisesRegex(UserError, "^To mark invoices as paid, choose the bank or cash journal of"):
            self._mine("credit.mark.paid").create(vals).action_mark()
        self.env["account.journal"].search([("type", "in", ("bank", "cash"))]).active = False
        del vals["journal_id"]
        with self.assertRaisesRegex(UserError, "^To mark invoices as paid, choose the bank or cash journal of"):
            self._mine("credit.mark.paid").create(vals).action_mark()

    # ------------------------------------------------------------------ records

    def test_VC17_records(self):
        for model, methods in {
            "customer.credit": "action_apply action_apply_screen action_refund action_unapply action_view_transactions",
            "credit.account": "action_remind action_view_ledger action_open_customer action_refresh",
            "credit.reminder": "action_send action_send_slice action_mark_posted action_print",
            "credit.promise": "action_cancel action_examine",
            "credit.agreement": "action_activate action_renew action_view_orders",
            "account.move": "action_mark_paid action_credit_ask_dispute",
            "order.to.cash": "action_open_order action_create_invoices",
            "credit.open.item": "action_open_document",
        }.items():
            for method in methods.split():
                self._bad(
                    f"{model}.{method}",
                    IDS,
                    lambda ids, m=model, name=method: getattr(self._mine(m).browse(ids), name)(),
                )

    def test_VC17_nothing_selected(self):
        for model, method, given in (
            ("customer.credit", "action_apply", []),
            ("customer.credit", "action_refund", []),
            ("customer.credit", "action_unapply", []),
            ("credit.account", "action_remind", []),
            ("credit.account", "action_log_contact", ["call", "x"]),
            ("credit.account", "action_set_no_reminders", [True, "x"]),
            ("credit.reminder", "action_send", []),
            ("credit.reminder", "action_mark_posted", []),
            ("credit.reminder", "action_skip", ["x"]),
            ("credit.reminder", "action_print", []),
            ("credit.statement.line", "action_print", []),
            ("credit.statement.line", "action_email", []),
            ("account.move", "action_mark_paid", []),
            ("account.move", "action_credit_dispute", ["price", "x"]),
        ):
            with self.subTest(f"{model}.{method}"), self._refused():
                getattr(self._mine(model), method)(*given)

    def test_VC17_the_same_twice_counts_once(self):
        ids, journal = self.invoice.ids * 2, self.company_data["default_journal_bank"].id
        vals = {"move_ids": [Command.set(ids)], "journal_id": journal, "date": "2025-03-01"}
        self._mine("credit.mark.paid").create(vals).action_mark()
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertEqual(len(self.env["account.payment"].search([("partner_id", "=", self.customer.id)])), 2)

    def test_texts_kinds_and_users(self):
        account, move = (lambda: self._mine(self.account)), (lambda: self._mine(self.invoice))
        self._bad("kind", ([], {}, "x", None), lambda one: account().action_log_contact(one, "x"))
        self._bad("note", (5, ["x"], "\0", "x" * 2001), lambda one: account().action_log_contact("call", one))
        self._bad("next action", (5, "\0"), lambda one: account().action_log_contact("call", "x", one))
        self._bad("collector", ("x", [1, 2], 999999999, -1, 1.5, True, {}), self._collector)
        self._bad("stop", (5, "", " ", "\0"), lambda one: account().action_set_no_reminders(True, one))
        self._bad("dispute", ([], {}, "x", None), lambda one: move().action_credit_dispute(one, "x"))
        self._bad("dispute note", (5, "\0"), lambda one: move().action_credit_dispute("price", one))
        self._bad("skip", (5, "", None, "\0", "x" * 2001), lambda one: self._mine(self.reminder).action_skip(one))
        self._bad("cancel", (5, "", None, "\0", "x" * 2001), lambda one: self._mine(self.agreement).action_cancel(one))
        self._bad(
            "propose", (5, "x", ["1"], [999999999]), lambda one: self._mine("credit.reminder").action_propose(one)
        )
        self._bad(
            "window", ("x", None, True, -1, 2**70), lambda one: self._mine(self.order).sudo().action_otc_invoice(one)
        )

    def _collector(self, user):
        return self._mine(self.account).action_log_contact("call", "x", None, None, user)

    def test_CC01_filters_of_the_dashboard(self):
        for name in ("company_id", "user_id", "group_id", "tag_id", "currency_id"):
            values = ("x", -1, 999999999, 1.5, [1], {"a": 1}, float("nan"), 2**70, "1; DROP TABLE x")
            self._bad(name, values, lambda one, name=name: self._summary({name: one}))
        self._bad("filters", ("x", 5, ["company_id"], {"nothing": 1}, {5: 1}), self._summary)
        search = self._mine("res.partner").credit_centre_search
        for text in (None, 5, [], "\0\0\0", "%%%", "'; --", "\ud800x", "x" * 10**5):
            with self.subTest("search", text=repr(text)[:20]):
                self.assertIsInstance(search(text), list)

    def _summary(self, filters):
        return self._mine("res.partner").credit_centre_summary(filters)
