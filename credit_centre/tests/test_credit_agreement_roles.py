"""Who reads and who writes agreements."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
class TestAgreementRoles(AgreementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = {
            "agr_sale_manager": "sales_team.group_sale_manager",
            "agr_all_leads": "sales_team.group_sale_salesman_all_leads",
            "agr_auditor": "account.group_account_readonly",
            "agr_nobody": "base.group_user",
        }
        for login, names in groups.items():
            user = new_test_user(cls.env, login, groups=f"base.group_user,{names}", company_id=cls.company.id)
            cls.users[login] = user
        cls.mine = cls._agreement(cls._line(cls.desk, price=80))
        cls.others = cls._agreement(cls._line(cls.desk, price=60), partner_id=cls.other.id)

    def test_who_reads(self):
        """Credit, billing, auditors and sales leads all; a salesperson those of own customers; others none."""
        everything = self.mine | self.others
        readers = ("hub_manager", "hub_viewer", "hub_accountant", "agr_auditor", "agr_all_leads", "agr_sale_manager")
        domain = [("id", "in", everything.ids)]
        for login in readers:
            found = self.env["credit.agreement"].with_user(self.users[login]).search(domain)
            self.assertEqual(found, everything, login)
            self.assertEqual(len(found.line_ids), 2, login)
            found.read(["period_text", "order_count", "invoice_count"])
        sales = self.env["credit.agreement"].with_user(self.users["hub_sales"])
        self.assertEqual(sales.search(domain), self.mine)
        self.assertEqual(sales.line_ids.search([("agreement_id", "in", everything.ids)]).agreement_id, self.mine)
        with self.assertRaises(AccessError):
            self.env["credit.agreement"].with_user(self.users["agr_nobody"]).search(domain)

    def test_who_writes(self):
        for login in ("hub_viewer", "hub_accountant", "agr_auditor", "agr_all_leads", "hub_sales"):
            agreement = self.mine.with_user(self.users[login])
            for attempt in (
                lambda agreement=agreement: agreement.write({"discount": 5}),
                lambda agreement=agreement: agreement.line_ids.write({"price": 5}),
                lambda agreement=agreement: agreement.action_cancel("No"),
                lambda agreement=agreement: agreement.action_renew(),
                lambda agreement=agreement: agreement.copy(),
                lambda agreement=agreement: agreement.action_activate(),
            ):
                with self.assertRaises(AccessError, msg=login):
                    attempt()

    def test_managers_keep_agreements_without_rights_on_price_lists(self):
        self.env["sale.order"].flush_model()
        for login in ("hub_manager", "agr_sale_manager"):
            user = self.users[login]
            partner = self.env["res.partner"].create({"name": f"For {login}"})
            agreement = (
                self.env["credit.agreement"]
                .with_user(user)
                .create(
                    {
                        "name": "By a manager",
                        "partner_id": partner.id,
                        "date_start": self.start,
                        "line_ids": [self._line(self.desk, price=55)],
                    }
                )
            )
            agreement.action_activate()
            self.assertEqual(self._prices(self._quotation((self.desk, 1), partner=partner)), [55], login)
            agreement.action_cancel("Tried")

    def test_a_salesperson_sees_the_effect_for_any_customer(self):
        user = self.users["hub_sales"]
        order = self._quotation((self.desk, 1), partner=self.other, user=user)
        self.assertEqual(self._prices(order), [60])
        self.assertTrue(order.credit_agreement_id.display_name, "who made the order may open the agreement")
        self.assertEqual(order.action_view_credit_agreement()["res_id"], self.others.id)
        order.web_read({"credit_agreement_id": {"fields": {"display_name": {}}}, "credit_agreement_hint": {}})

    def test_smart_buttons(self):
        self.assertEqual(self.customer.credit_agreement_count, 1)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.customer.id})
        self.assertEqual(contact.credit_agreement_count, 1)
        self.assertEqual(
            self.env["credit.agreement"].search(contact.action_view_credit_agreements()["domain"]), self.mine
        )
        account = self.env["credit.account"]._for_partners(self.customer, self.company)
        self.assertEqual((account.credit_agreement_count, account.credit_agreement_id), (1, self.mine))
        action = account.action_view_credit_agreements()
        self.assertEqual(self.env["credit.agreement"].search(action["domain"]), self.mine)
        nobody = self.customer.with_user(self.users["agr_nobody"])
        self.assertEqual(nobody.credit_agreement_count, 0)
        with self.assertRaises(AccessError):
            nobody.action_view_credit_agreements()
