"""Companies apart (M1 to M3), and what the addresses of the hub answer to whom."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .hub_access_common import HubAccessCase
from .test_hub_access import REVIEWED, RIGHTS, arguments

EVERYTHING = (
    "base.group_user,base.group_allow_export,credit_hold.group_credit_manager,account.group_account_invoice,"
    "adjustment_voucher.group_adjustment_manager,sales_team.group_sale_manager"
)


class TwoCompaniesCase(HubAccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_records()
        cls._set_up_rows()
        cls.second = cls._create_company(name="Second Books")
        cls.stranger = cls._user("proof_stranger", EVERYTHING, cls.second)
        cls.native = cls._user("proof_native", EVERYTHING)
        cls.both = cls._user("proof_both", EVERYTHING, cls.company | cls.second)

    @classmethod
    def _set_up_rows(cls):
        """What every other table and read model of the hub holds: an application, a difference, a level, a change."""
        invoice, receipt = cls._invoice(50, "2025-01-15", partner=cls.other), cls._receipt(20, "2025-02-15", cls.other)
        items = cls._receivable(invoice, receipt)
        items.reconcile()
        cls.env["credit.reminder.level"].create(
            {"name": "Own", "trigger": "late", "days": 3, "company_id": cls.company.id,
             "template_id": cls.env.ref("credit_centre.mail_template_first").id}
        )  # fmt: skip
        cls.order.sudo().action_quotation_sent()  # held: a plain draft has no record of changes
        cls.order.client_order_ref = "Changed"
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = amount_residual + 7 WHERE id = ANY(%s) AND balance > 0",
            [items.ids],
        )
        cls.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestHubCompanies(TwoCompaniesCase):
    def _own_of_first(self, name):
        model = self.env[name].sudo()
        return model.search([("company_id", "=", self.company.id)]) if not model._transient else model

    def test_M2_no_rows_counts_or_sums_of_another_company(self):
        """Neither tables nor read models: a user of the second company finds nothing of the first."""
        for name, rights in RIGHTS.items():
            if self.env[name]._transient or not rights:
                continue
            own = self._own_of_first(name)
            with self.subTest(name):
                self.assertTrue(own, name)
                model = self._as(self.stranger, self.env[name])
                domain = [("company_id", "!=", False)]
                self.assertFalse(model.search(domain))
                self.assertEqual(model.search_count(domain), 0)
                self.assertEqual(model.web_search_read(domain, {"id": {}})["length"], 0)
                sums = [
                    f"{field.name}:sum"
                    for field in model._fields.values()
                    if field.store and field.aggregator == "sum" and not field.groups
                ]
                for row in model.formatted_read_group(domain, [], ["__count", *sums]):
                    self.assertFalse(any(row[key] for key in ["__count", *sums]), row)
                for route in ("read", "export_data"):
                    if own:
                        with self._refused(AccessError):
                            getattr(self._as(self.stranger, own), route)(["display_name"])

    def test_M2_company_of_another_in_the_context(self):
        for name in ("credit.open.item", "customer.credit", "order.to.cash", "credit.promise"):
            with self.subTest(name), self._refused(AccessError):
                model = self.env[name].with_user(self.stranger)
                model.with_context(allowed_company_ids=self.company.ids).search([])
        with self._refused(AccessError):
            partners = self.env["res.partner"].with_user(self.stranger)
            partners.with_context(allowed_company_ids=self.company.ids).credit_centre_summary()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_M2_public_methods_on_records_of_another_company(self):
        fixed = {"account.move": self.invoice, "sale.order": self.order, "credit.account": self.account}
        for name, methods in REVIEWED.items():
            if name == "res.partner" or self.env[name]._transient:
                continue
            record = fixed.get(name) or self._own_of_first(name)[:1]
            for method in methods.split() if record else ():
                if method == "action_propose":
                    continue
                with self.subTest(f"{name}.{method}"), self._refused():
                    getattr(self._as(self.stranger, record), method)(*arguments(name, method))

    def test_M2_windows_over_records_of_another_company(self):
        reminders, accounts = self.reminder, self.account
        item = self._receivable(self.receipt)
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.second.id)], limit=1
        )
        for name, vals, method in (
            ("credit.reminder.propose", {"account_ids": accounts.ids}, "action_apply"),
            ("credit.reminder.send", {"reminder_ids": reminders.ids}, "action_send"),
            ("credit.reminder.skip", {"reminder_ids": reminders.ids, "reason": "x"}, "action_apply"),
            ("credit.contact.log", {"account_ids": accounts.ids, "note": "x"}, "action_apply"),
            ("credit.no.reminders", {"account_ids": accounts.ids, "reason": "x"}, "action_apply"),
            ("credit.dispute", {"move_ids": self.invoice.ids, "note": "x"}, "action_apply"),
            ("credit.mark.paid", {"move_ids": self.invoice.ids, "journal_id": journal.id}, "action_mark"),
            ("credit.ledger.export", {"account_id": accounts.id}, "action_export"),
            ("credit.agreement.cancel", {"agreement_ids": self.agreement.ids, "reason": "x"}, "action_cancel"),
            ("credit.statement", {"company_id": self.company.id}, "action_review"),
            ("credit.refund", {"line_ids": [Command.create({"move_line_id": item.id, "amount": 5})]}, "action_confirm"),
            ("credit.apply", {"partner_id": self.customer.id, "credit_line_ids": [
                Command.create({"move_line_id": item.id, "selected": True, "amount": 5})], "debit_line_ids": [
                Command.create({"move_line_id": self._receivable(self.invoice).id, "selected": True, "amount": 5})]},
             "action_apply"),
        ):  # fmt: skip
            with self.subTest(name), self._refused():
                vals = {key: [Command.set(one)] if key.endswith("_ids") and isinstance(one[0], int) else one
                        for key, one in vals.items()}  # fmt: skip
                getattr(self._as(self.stranger, self.env[name]).create(vals), method)()

    def test_M1_promises_and_lines_stay_in_their_company(self):
        account = self.env["credit.account"]._for_partners(self.customer, self.second)
        promise = self._as(self.stranger, self.env["credit.promise"]).create(
            {"account_id": account.id, "amount": 5, "date": "2099-01-01"}
        )
        with self._refused():
            self._as(self.stranger, promise).write({"account_id": self.account.id})
        with self._refused():
            self._as(self.stranger, promise).copy({"account_id": self.account.id})
        with self._refused():
            self._as(self.stranger, promise).write({"move_ids": [Command.set(self.invoice.ids)]})
        mine = self._agreement(self.second, self.other)
        with self._refused():
            self._as(self.stranger, mine.line_ids).write({"agreement_id": self.agreement.id})

    def test_M2_dashboard_search_and_statements_of_another_company(self):
        partners = self._as(self.stranger, self.env["res.partner"])
        self.assertNotIn("777", str(partners.credit_centre_summary({})["tiles"]))
        self.assertEqual(partners.credit_centre_search(self.invoice.name), [])
        self.assertEqual(partners.credit_centre_search("Hub Customer"), [])
        with self._refused():
            partners.credit_centre_summary({"company_id": self.company.id})
        wizard = self._as(self.stranger, self.env["credit.statement"]).create(
            {"who": "chosen", "partner_ids": [Command.set(self.customer.ids)]}
        )
        self.assertNotIn("777", wizard.summary)

    def test_M3_a_user_of_both_sees_the_sum_of_both(self):
        journals = self.env["account.journal"].search([("company_id", "=", self.second.id)])
        self.assertTrue(journals)
        second = self.env["account.move"].with_company(self.second).create(
            {"move_type": "out_invoice", "partner_id": self.customer.id, "invoice_date": "2025-01-10",
             "invoice_line_ids": [Command.create({"name": "x", "price_unit": 111, "tax_ids": [Command.clear()]})]}
        )  # fmt: skip
        second.action_post()
        for name, field in (("credit.open.item", "residual"), ("credit.ledger.line", "debit")):
            domain = [("partner_id", "=", self.customer.id)]
            sums = [
                self._as(user, self.env[name])._read_group(domain, [], [f"{field}:sum"])[0][0] or 0.0
                for user in (self.native, self.stranger, self.both)
            ]
            with self.subTest(name):
                self.assertAlmostEqual(sums[1], 111)
                self.assertAlmostEqual(sums[2], sums[0] + sums[1])
        wanted = [
            {tile["key"]: tile.get("value") for tile in self._tiles(user)}
            for user in (self.native, self.stranger, self.both)
        ]
        key = next(key for key, value in wanted[1].items() if value == 111)
        self.assertAlmostEqual(wanted[2][key], wanted[0][key] + wanted[1][key])

    def _tiles(self, user):
        tiles = self._as(user, self.env["res.partner"]).credit_centre_summary({})["tiles"]
        return tiles.values() if isinstance(tiles, dict) else tiles


@tagged("post_install", "-at_install")
class TestHubAddresses(TwoCompaniesCase, HttpCase):
    def _code(self, login, url):
        if login:
            self.authenticate(login, login)
        else:
            self.logout()
        answer = self.url_open(url, allow_redirects=False)
        self.assertNotIn("Traceback", answer.text if answer.status_code >= 400 else "")
        return answer.status_code

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_the_ledger(self):
        url = f"/credit_centre/ledger/{self.account.id}.xlsx"
        self.assertEqual(self._code("proof_native", url), 200)
        self.assertIn(self._code(None, url), (302, 303))
        for login in ("proof_stranger", "proof_sales", "proof_plain", "proof_portal", "proof_system"):
            with self.subTest(login):
                self.assertIn(self._code(login, url), (403, 404))
        for query in ("start=2026-02-30", "start=2025-05-05&end=2025-05-01", "end=9999-99-99", "start=%00"):
            with self.subTest(query):
                self.assertEqual(self._code("proof_native", f"{url}?{query}"), 400)
        for key in ("0", "999999999", "99999999999999999999", "x", "-1", "1.5"):
            with self.subTest(key):
                self.assertEqual(self._code("proof_native", f"/credit_centre/ledger/{key}.xlsx"), 404)
        self._without_export()
        self.assertEqual(self._code("proof_native", url), 403)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_the_statements(self):
        wizard = self._as(self.native, self.env["credit.statement"]).create(
            {"who": "chosen", "partner_ids": [Command.set(self.customer.ids)], "date": "2025-03-01"}
        )
        wizard.action_export()
        self.env.flush_all()
        url = f"/credit_centre/statement/{wizard.id}/xlsx"
        self.assertEqual(self._code("proof_native", url), 200)
        self.assertIn(self._code(None, url), (302, 303))
        for login in ("proof_stranger", "proof_both", "proof_sales", "proof_plain", "proof_portal", "proof_system"):
            with self.subTest(login):
                self.assertIn(self._code(login, url), (403, 404))
        for key in ("0", "999999999", "99999999999999999999", "x", "-1"):
            with self.subTest(key):
                self.assertEqual(self._code("proof_native", f"/credit_centre/statement/{key}/xlsx"), 404)
        self.assertIn(self._code("proof_native", f"{url}?lines=x,,999999999"), (200, 404))
        report = f"/report/html/credit_centre.report_statement/{wizard.line_ids.ids[0]}"
        for login in ("proof_stranger", "proof_both", "proof_sales", "proof_plain", "proof_portal", "proof_system"):
            with self.subTest(report, login=login):
                self.assertNotEqual(self._code(login, report), 200)
        self._without_export()
        with self._refused(AccessError):
            self._as(self.native, wizard).action_export()
        self.assertIn(self._code("proof_native", url), (403, 404))

    def _without_export(self):
        group = self.env.ref("base.group_allow_export")
        self.env.ref("base.group_user").implied_ids -= group
        self.native.group_ids -= group
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.native.has_group("base.group_allow_export"))
