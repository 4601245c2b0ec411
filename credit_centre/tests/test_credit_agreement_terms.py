"""Agreed terms and companies: where they take effect, and where they end."""

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tests.common import new_test_user

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
class TestAgreementTerms(AgreementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_term, cls.agreed_term = cls.pay_terms_a, cls.pay_terms_b
        cls.customer.property_payment_term_id = cls.own_term
        cls.position = cls.env["account.fiscal.position"].create({"name": "Agreed", "company_id": cls.company.id})
        cls.method = cls.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        cls.terms = {
            "payment_term_id": cls.agreed_term.id,
            "fiscal_position_id": cls.position.id,
            "payment_method_line_id": cls.method.id,
        }

    def _terms(self, document):
        term = document.payment_term_id if document._name == "sale.order" else document.invoice_payment_term_id
        return term, document.fiscal_position_id, document.preferred_payment_method_line_id

    def test_terms_take_effect_and_end_by_themselves(self):
        """S3.7, S3.8, S3.30, S1.12: terms, method and tax treatment while it lasts; the customer's own stand."""
        agreement = self._agreement(**self.terms)
        agreed = self.agreed_term, self.position, self.method
        order = self._quotation((self.desk, 1))
        self.assertEqual((self._terms(order), order.credit_agreement_id), (agreed, agreement))
        after = self._quotation((self.desk, 1), day=date(2026, 4, 1))
        self.assertEqual(self._terms(after), (self.own_term, self.position.browse(), self.method.browse()))
        self.assertEqual(self.customer.property_payment_term_id, self.own_term)

    def test_invoice_of_an_order_has_its_agreement(self):
        """S1.9: invoices of an order made under the agreement, also after its end; orders without stay without."""
        agreement = self._agreement(self._line(self.desk, price=80), **self.terms)
        order = self._quotation((self.desk, 2))
        without = self._quotation((self.desk, 1), day=date(2026, 2, 2))
        for confirmed in order | without:
            confirmed.action_confirm()
            confirmed.order_line.qty_delivered = confirmed.order_line.product_uom_qty
        self.assertFalse(without._create_invoices().credit_agreement_id)
        with freeze_time("2026-04-10 12:00:00"):
            invoice = order._create_invoices()
            invoice.action_post()
        self.assertEqual((invoice.credit_agreement_id, invoice.amount_untaxed), (agreement, 160))
        self.assertEqual(self._terms(invoice), (self.agreed_term, self.position, self.method))

    def test_invoice_without_an_order_follows_its_day(self):
        agreement = self._agreement(self._line(self.desk, price=80), discount=10, **self.terms)

        def bill(day):
            lines = [Command.create({"product_id": product.id}) for product in (self.desk, self.lamp)]
            vals = {"move_type": "out_invoice", "partner_id": self.customer.id, "invoice_date": day}
            return self.env["account.move"].create({**vals, "invoice_line_ids": lines})

        invoice = bill(self.end)
        self.assertEqual((invoice.credit_agreement_id, invoice.amount_untaxed), (agreement, 98))
        self.assertEqual(self._terms(invoice), (self.agreed_term, self.position, self.method))
        invoice.action_post()
        self.assertEqual(self._terms(invoice), (self.agreed_term, self.position, self.method))
        later = bill(self.end + timedelta(1))
        self.assertEqual((later.credit_agreement_id.id, later.amount_untaxed), (False, 120))
        self.assertEqual(later.invoice_payment_term_id, self.own_term)
        refund = invoice._reverse_moves([{"invoice_date": self.end}])
        self.assertEqual(refund.credit_agreement_id, agreement)
        bills = self.env["account.move"].create({"move_type": "in_invoice", "partner_id": self.customer.id})
        self.assertFalse(bills.credit_agreement_id)

    def test_quantity_on_an_invoice_has_its_agreed_price(self):
        self._agreement(self._line(self.desk, price=80), self._line(self.desk, price=70, quantity=10))
        move = Form(self.env["account.move"].with_context(default_move_type="out_invoice"))
        move.invoice_date = "2026-03-10"
        move.partner_id = self.customer
        with move.invoice_line_ids.new() as line:
            line.product_id = self.desk
            self.assertEqual(line.price_unit, 80)
            line.quantity = 10
            self.assertEqual(line.price_unit, 70)
            line.price_unit = 75
            line.quantity = 1
            self.assertEqual(line.price_unit, 75, "entered by hand")
        self.assertEqual(move.save().amount_untaxed, 75)

    def test_confirming_keeps_what_was_entered_by_hand(self):
        """Neither the date set by confirming nor a later look changes terms chosen for one order."""
        self._agreement(self._line(self.desk, price=80), **self.terms)
        order = self._quotation((self.desk, 1))
        order.payment_term_id = self.own_term
        order.order_line.price_unit = 79
        order.action_confirm()
        self.assertEqual((order.payment_term_id, order.order_line.price_unit), (self.own_term, 79))

    def test_customer_data_fill_in(self):
        """S3.2 to S3.6: chosen from a list, name, billing address and agreed terms are there at once."""
        agreement = self._agreement(self._line(self.desk, price=80), **self.terms)
        address = self.env["res.partner"].create(
            {"name": "Billing", "type": "invoice", "parent_id": self.customer.id, "street": "1 Bill Road"}
        )
        found = self.env["res.partner"].with_user(self.users["hub_sales"]).name_search("Hub Cust")
        self.assertIn(self.customer.id, [partner_id for partner_id, _name in found])
        with freeze_time("2026-03-15"):
            form = Form(self.env["sale.order"].with_user(self.users["hub_sales"]))
            form.partner_id = self.customer
            self.assertEqual(form.partner_invoice_id, address)
            self.assertEqual(form.credit_agreement_id, agreement)
            self.assertEqual(form.payment_term_id, self.agreed_term)
            with form.order_line.new() as line:
                line.product_id = self.desk
                self.assertEqual(line.price_unit, 80)
            order = form.save()
        self.assertEqual((order.credit_agreement_id.id, order.amount_untaxed), (agreement.id, 80))

    def test_own_terms_price_list_and_method_without_an_agreement(self):
        """S3.7, S3.8: Odoo's own settings per customer work as ever."""
        self.customer.property_inbound_payment_method_line_id = self.method
        order = self._quotation((self.desk, 1))
        self.assertEqual(self._terms(order), (self.own_term, self.position.browse(), self.method))
        self.assertFalse(order.credit_agreement_hint)

    def test_the_credit_check_sees_the_agreed_amounts(self):
        """S1.13: an order that fits only at the agreed price goes through."""
        self.customer.write({"credit_limit_mode": "own", "credit_limit": 90})
        held = self._quotation((self.desk, 1), day=date(2026, 2, 1))
        held.action_confirm()
        self.assertEqual((held.state, held.credit_status), ("draft", "hold"))
        self._agreement(self._line(self.desk, price=80))
        order = self._quotation((self.desk, 1))
        order.action_confirm()
        self.assertEqual((order.state, order.amount_total), ("sale", 80))


@tagged("post_install", "-at_install")
class TestAgreementCompanies(AgreementCase):
    def test_another_company_has_its_own(self):
        """M2: nothing of company A in company B, and no effect there."""
        other = self.setup_other_company()["company"]
        agreement = self._agreement(self._line(self.desk, price=80))
        order = self._quotation((self.desk, 1), company_id=other.id)
        self.assertEqual((order.credit_agreement_id.id, self._prices(order)), (False, [100]))
        stranger = new_test_user(
            self.env, "agr_stranger", groups="credit_hold.group_credit_manager", company_id=other.id
        )
        agreements = self.env["credit.agreement"].with_user(stranger)
        self.assertFalse(agreements.search([("id", "=", agreement.id)]))
        self.assertFalse(
            self.env["product.pricelist"].with_user(stranger).search([("id", "=", agreement.pricelist_id.id)])
        )
        with self.assertRaises(AccessError):
            agreement.with_user(stranger).action_cancel("Not mine")
        self._agreement(self._line(self.desk, price=75), company_id=other.id)

    def test_a_branch_has_the_agreements_of_its_company(self):
        self.company.write({"child_ids": [Command.create({"name": "Branch A"})]})
        self.cr.precommit.run()
        branch = self.company.child_ids
        with self.assertRaisesRegex(ValidationError, "counts in all its branches"):
            self._agreement(self._line(self.desk, price=80), company_id=branch.id)
        agreement = self._agreement(self._line(self.desk, price=80), payment_term_id=self.pay_terms_b.id)
        seller = new_test_user(self.env, "agr_branch", groups="sales_team.group_sale_salesman", company_id=branch.id)
        order = self._quotation((self.desk, 1), company_id=branch.id, user=seller, user_id=seller.id)
        self.assertEqual((self._prices(order), order.credit_agreement_id.id), ([80], agreement.id))
        self.assertEqual(order.payment_term_id, self.pay_terms_b)
