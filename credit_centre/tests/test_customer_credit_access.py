"""CC03, CC04, M2: who sees and does what with customer credits, and their size."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_customer_credit import CustomerCreditCommon as Common


@tagged("post_install", "-at_install")
class TestCreditAccess(Common):
    """CC03, CC04, M2: each role, each route, a second company, and sizes."""

    MODELS = ("customer.credit", "credit.application", "credit.difference")

    def test_a_salesperson_is_refused_on_every_route(self):
        note = self._note(100)
        credit = self._credit(note)
        for name in self.MODELS:
            model = self.env[name].with_user(self.users["hub_sales"])
            for call in (
                lambda model=model: model.search([]),
                lambda model=model: model.search_count([]),
                lambda model=model: model._read_group([], [], ["__count"]),
                lambda model=model: model.formatted_read_group([], ["company_id"], ["__count"]),
                lambda model=model: model.web_search_read([], {"company_id": {}}),
                lambda model=model: model.name_search("a"),
                lambda model=model: model.browse(credit.ids).read(["company_id"]),
                lambda model=model: model.browse(credit.ids).export_data(["company_id"]),
            ):
                with self.assertRaises(UserError):  # AccessError, but for exports, which ask for a right of their own
                    call()
        for name in ("action_apply", "action_refund", "action_unapply", "action_view_transactions", "action_print"):
            with self.assertRaises(AccessError):
                getattr(credit.with_user(self.users["hub_sales"]), name)()
        for name in ("credit.refund", "credit.apply"):
            with self.assertRaises(AccessError):
                self.env[name].with_user(self.users["hub_sales"]).create({})

    def test_a_viewer_sees_and_changes_nothing(self):
        note = self._note(100)
        credit = self._credit(note).with_user(self.users["hub_viewer"])
        self.assertEqual(
            (credit.status, credit.partner_id.name, credit.remaining_amount), ("open", "Hub Customer", 100)
        )
        self.assertTrue(credit.item_ids)
        self.assertTrue(credit.action_view_transactions()["domain"])
        for name in ("action_apply", "action_refund", "action_unapply", "action_apply_screen"):
            with self.assertRaises(AccessError):
                getattr(credit, name)()
        with self.assertRaises(AccessError):
            credit.write({"amount": 1})

    def test_billing_refunds_and_applies(self):
        note, invoice = self._note(100), self._invoice(60, self.day)
        accountant = self.users["hub_accountant"]
        credit = self._credit(note).with_user(accountant)
        action = credit.action_refund()
        refund = self.env["credit.refund"].with_user(accountant).with_context(**action["context"])
        refund.create({"date": self.gain_day}).action_confirm()
        self.assertEqual(self._figures(note), ("refunded", 100, 0, 100, 0, 0))
        with self.assertRaisesRegex(UserError, "not yet paid|tick at least"):
            screen = self.env["credit.apply"].with_user(accountant).create({"partner_id": self.customer.id})
            screen.action_apply()
        self.assertEqual(invoice.amount_residual, 60)

    def test_another_company_stays_apart(self):
        """M2: nothing of another company is seen or worked on."""
        other = self.setup_other_company(name="Hub Two")["company"]
        note = self._note(100)
        credit = self._credit(note)
        foreign = self.env["res.users"].create(
            {"name": "Two", "login": "hub_two", "company_id": other.id, "company_ids": [Command.set(other.ids)],
             "group_ids": [Command.set([self.env.ref(name).id for name in
                                        ("base.group_user", "account.group_account_invoice")])]}
        )  # fmt: skip
        model = self.env["customer.credit"].with_user(foreign).with_context(allowed_company_ids=other.ids)
        self.assertFalse(model.search([("partner_id", "=", self.customer.id)]))
        self.assertFalse(model._read_group([("partner_id", "=", self.customer.id)], [], ["amount:sum"])[0][0])
        for name in ("action_apply", "action_refund", "action_view_transactions"):
            with self.assertRaises(UserError):
                getattr(model.browse(credit.id), name)()

    def test_the_number_of_queries_does_not_grow(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.env["customer.credit"].web_search_read(
                [("partner_id", "=", self.customer.id)],
                {"memo_number": {}, "partner_id": {"fields": {"display_name": {}}}, "status": {}, "applied_amount": {},
                 "remaining_amount": {}, "origin": {}, "difference": {}},
            )  # fmt: skip
            return rows["length"], self.env.cr.sql_log_count - before

        for _number in range(3):
            self._note(10)
        count()
        few = count()
        for _number in range(27):
            self._note(10)
        many = count()
        self.assertEqual((few[0], many[0]), (3, 30))
        self.assertEqual(few[1], many[1])
