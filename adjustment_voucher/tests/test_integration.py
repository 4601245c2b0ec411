"""How the voucher meets the documents: Apply, smart buttons, «Applied by voucher ...»."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .common import VoucherCommon

BILLING, READONLY = "account.group_account_invoice", "account.group_account_readonly"


class IntegrationCommon(VoucherCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, groups in (("billing", BILLING), ("reader", READONLY), ("seller", "base.group_user")):
            setattr(cls, login, cls._user(f"integration_{login}", groups))
        cls._let_sellers_read_invoices()

    @classmethod
    def _let_sellers_read_invoices(cls):
        """As other apps do: read invoices, no right in accounting."""
        group = cls.env["res.groups"].create({"name": "Sellers", "user_ids": [Command.link(cls.seller.id)]})
        for model in ("account.move", "account.move.line"):
            cls.env["ir.model.access"].create(
                {"name": model, "model_id": cls.env["ir.model"]._get_id(model), "group_id": group.id, "perm_read": True}
            )
            cls.env["ir.rule"].create(
                {"name": model, "model_id": cls.env["ir.model"]._get_id(model), "groups": [Command.link(group.id)],
                 "domain_force": "[(1, '=', 1)]"}
            )  # fmt: skip

    def _opened(self, action, user=None):
        self.assertEqual((action["res_model"], action["view_mode"]), ("adjustment.voucher", "form"))
        return self.env["adjustment.voucher"].with_user(user or self.env.user).browse(action["res_id"])

    def _amounts(self, voucher):
        return {line.move_line_id: line.amount for line in voucher.line_ids}

    def _authorized(self, amount=100):
        invoice, receipt = self._invoice(amount), self._receipt(amount)
        voucher = self._voucher([(self._open_line(receipt), amount), (self._open_line(invoice), amount)])
        voucher.action_authorize()
        return invoice, receipt, voucher


@tagged("post_install", "-at_install")
class TestApply(IntegrationCommon):
    """The voucher is reached from an invoice, a credit note, a payment and the customer."""

    def test_from_an_invoice(self):
        invoice, receipt = self._invoice(100), self._receipt(60)
        voucher = self._opened(invoice.with_user(self.billing).action_adjustment_apply(), self.billing)
        self.assertEqual((voucher.partner_id, voucher.kind, voucher.state), (self.customer, "single", "draft"))
        self.assertEqual(
            self._amounts(voucher), {self._open_line(invoice): 100, self._open_line(receipt): 0}
        )  # fmt: skip
        self.assertTrue(self._line(voucher, self._open_line(invoice)).selected)

    def test_from_a_payment_then_allocate_and_authorize(self):
        receipt = self._receipt(60)
        invoice = self._invoice(100)
        voucher = self._opened(receipt.with_user(self.billing).action_adjustment_apply(), self.billing)
        self.assertEqual(self._amounts(voucher), {self._open_line(receipt): 60, self._open_line(invoice): 0})
        voucher.action_allocate()
        voucher.action_authorize()
        self.assertEqual(invoice.amount_residual, 40)

    def test_from_a_credit_note(self):
        note, invoice = self._invoice(30, kind="out_refund"), self._invoice(100)
        voucher = self._opened(note.with_user(self.billing).action_adjustment_apply(), self.billing)
        self.assertEqual(self._amounts(voucher), {self._open_line(note): 30, self._open_line(invoice): 0})

    def test_again_opens_the_same_draft(self):
        invoice = self._invoice(100)
        first = self._opened(invoice.with_user(self.billing).action_adjustment_apply())
        receipt = self._receipt(60)
        again = self._opened(invoice.with_user(self.billing).action_adjustment_apply())
        self.assertEqual(first, again)
        self.env["adjustment.voucher"].browse(first.id).action_load_items()
        self.assertIn(self._open_line(receipt), first.line_ids.move_line_id)

    def test_own_draft_with_more_items_is_opened(self):
        """The document is being applied already: no second draft that claims the same amount."""
        invoice, other = self._invoice(100), self._invoice(50)
        env = self.env["adjustment.voucher"].with_user(self.billing)
        mine = env.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"move_line_id": self._open_line(document).id, "amount": 50})
                    for document in (invoice, other)
                ],
            }
        )
        self.assertEqual(self._opened(invoice.with_user(self.billing).action_adjustment_apply(), self.billing), mine)
        self.assertNotEqual(self._opened(invoice.action_adjustment_apply()).id, mine.id)

    def test_other_currency_on_the_other_side(self):
        eur = self._currency("EUR", _2024_01_01=0.5)
        invoice, receipt = self._invoice(100), self._receipt(40, currency=eur)
        voucher = self._opened(invoice.action_adjustment_apply())
        self.assertEqual((voucher.kind, voucher.currency_id), ("multi", invoice.currency_id))
        self.assertIn(self._open_line(receipt), voucher.line_ids.move_line_id)

    def test_currency_of_the_document(self):
        eur = self._currency("EUR", _2024_01_01=0.5)
        invoice = self._invoice(100, currency=eur)
        self.assertEqual(self._opened(invoice.action_adjustment_apply()).currency_id, eur)

    def test_contact_of_a_company(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.customer.id})
        invoice = self._invoice(100, partner=contact)
        self.assertEqual(self._opened(invoice.action_adjustment_apply()).partner_id, self.customer)

    def test_bill_loads_payables(self):
        bill = self._invoice(100, kind="in_invoice")
        voucher = self._opened(bill.action_adjustment_apply())
        self.assertTrue(voucher.include_payables)
        self.assertEqual(self._amounts(voucher), {self._open_line(bill): 100})

    def test_nothing_open(self):
        invoice, receipt, _voucher = self._authorized()
        with self.assertRaisesRegex(UserError, "To apply .* nothing of it is"):
            invoice.action_adjustment_apply()
        with self.assertRaisesRegex(UserError, "To apply"):
            receipt.action_adjustment_apply()
        self.assertFalse(invoice.adjustment_can_apply or receipt.adjustment_can_apply)

    def test_draft_document(self):
        invoice = self._invoice(100)
        invoice.button_draft()
        self.assertFalse(invoice.adjustment_can_apply)
        with self.assertRaisesRegex(UserError, "posted"):
            invoice.action_adjustment_apply()

    def test_rights(self):
        invoice = self._invoice(100)
        for user in (self.reader, self.seller):
            with self.assertRaises(AccessError), self.cr.savepoint():
                invoice.with_user(user).action_adjustment_apply()

    def test_from_the_customer(self):
        with self.assertRaisesRegex(UserError, "To apply credits of Customer"):
            self.customer.with_user(self.billing).action_adjustment_apply_credits()
        receipt, invoice = self._receipt(60), self._invoice(100)
        customer = self.customer.with_user(self.billing).with_company(self.company)
        voucher = self._opened(customer.action_adjustment_apply_credits(), self.billing)
        self.assertEqual(self._amounts(voucher), {self._open_line(receipt): 0, self._open_line(invoice): 0})
        self.assertEqual(self._opened(customer.action_adjustment_apply_credits(), self.billing), voucher)
        self.assertEqual(customer.adjustment_voucher_count, 1)
        action = customer.action_view_adjustment_vouchers()
        self.assertEqual(self.env["adjustment.voucher"].search(action["domain"]), voucher.sudo())

    def test_second_company(self):
        """A document of another company opens a voucher of that company, and its users see no vouchers of ours."""
        other = self.setup_other_company()
        stranger = self._user("integration_stranger", BILLING, other["company"])
        _invoice, _receipt, voucher = self._authorized()
        theirs = (
            self.env["account.move"]
            .with_company(other["company"])
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2024-01-31",
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 50, "tax_ids": [],
                                        "account_id": other["default_account_revenue"].id})
                    ],
                }
            )
        )  # fmt: skip
        theirs.action_post()
        draft = self._opened(theirs.with_user(stranger).action_adjustment_apply(), stranger)
        self.assertEqual(draft.company_id, other["company"])
        self.assertEqual(draft.line_ids.move_line_id, self._open_line(theirs))
        self.assertEqual(self.customer.with_user(stranger).adjustment_voucher_count, 1)
        self.assertFalse(voucher.with_user(stranger).has_access("read"))


@tagged("post_install", "-at_install")
class TestShown(IntegrationCommon):
    """Documents tell which voucher settled them."""

    def _rows(self, invoice, user):
        return invoice.with_user(user).invoice_payments_widget["content"]

    def test_matched_directly(self):
        invoice, _receipt, voucher = self._authorized()
        self.assertFalse(voucher.move_id)
        (row,) = self._rows(invoice, self.billing)
        self.assertEqual(row["adjustment_label"], f"Applied by voucher {voucher.name}")
        self.assertEqual(row["adjustment_voucher_id"], voucher.id)

    def test_matched_through_an_entry(self):
        eur = self._currency("EUR", _2024_01_01=0.5, _2024_02_01=0.4)
        invoice = self._invoice(100, "2024-01-15", eur)
        receipt = self._receipt(100, "2024-02-15", eur)
        voucher = self._voucher(
            [(self._open_line(receipt), 100), (self._open_line(invoice), 100)], currency_id=eur.id
        )  # fmt: skip
        voucher.action_authorize()
        self.assertTrue(voucher.move_id)
        labels = {row.get("adjustment_label") for row in self._rows(invoice, self.reader)}
        self.assertEqual(labels, {f"Applied by voucher {voucher.name}"})

    def test_payment_without_voucher_stays_as_odoo_shows_it(self):
        invoice, receipt = self._invoice(100), self._receipt(100)
        (self._open_line(invoice) | self._open_line(receipt)).reconcile()
        (row,) = self._rows(invoice, self.billing)
        self.assertNotIn("adjustment_label", row)
        self.assertFalse(invoice.adjustment_settled_by)

    def test_reversed_voucher_is_no_longer_shown(self):
        invoice, _receipt, voucher = self._authorized()
        voucher.action_reverse(None, "test")
        self.assertFalse(invoice.invoice_payments_widget)
        self.assertFalse(invoice.adjustment_settled_by)
        self.assertEqual(invoice.adjustment_voucher_count, 1)

    def test_salesperson_reads_the_number_and_no_more(self):
        invoice, _receipt, voucher = self._authorized()
        seen = invoice.with_user(self.seller)
        self.assertEqual(seen.read(["adjustment_settled_by"])[0]["adjustment_settled_by"], voucher.name)
        with self.assertRaises(AccessError):
            voucher.with_user(self.seller).read(["name"])
        with self.assertRaises(AccessError):
            seen.read(["adjustment_voucher_count"])
        with self.assertRaises(AccessError):
            seen.action_view_adjustment_vouchers()
        self.assertFalse(seen._get_adjustment_row(self._rows(invoice, self.billing)[0]["partial_id"])[
            "adjustment_voucher_id"])  # fmt: skip
        arch = seen.get_view(self.env.ref("account.view_move_form").id, "form")["arch"]
        self.assertIn("adjustment_settled_by", arch)
        self.assertNotIn("action_adjustment_apply", arch)

    def test_smart_buttons(self):
        invoice, receipt, voucher = self._authorized()
        for document in (invoice, receipt):
            own = document.with_user(self.reader)
            self.assertEqual(own.adjustment_voucher_count, 1)
            self.assertEqual(own.action_view_adjustment_vouchers()["res_id"], voucher.id)
        self.assertEqual(self._invoice(5).adjustment_voucher_count, 0)

    def test_entry_leads_to_its_voucher(self):
        item = self._open_line(self._invoice(100))
        receipt = self._open_line(self._receipt(75))
        voucher = self._voucher([(receipt, 75), (item, 100, {"chargeback_amount": 25})])
        voucher.action_authorize()
        self.assertEqual(voucher.move_id.adjustment_voucher_count, 1)
        self.assertEqual(voucher.move_id.action_view_adjustment_vouchers()["res_id"], voucher.id)

    def test_draft_line_without_amount_does_not_count(self):
        invoice = self._invoice(100)
        self._voucher([(self._open_line(invoice), 0)])
        self.assertEqual(invoice.adjustment_voucher_count, 0)

    def test_forms_open_for_every_role(self):
        invoice, receipt, _voucher = self._authorized()
        for user in (self.billing, self.reader):
            for document in (invoice, receipt, self.customer):
                Form(document.with_user(user).with_company(self.company))
        for model, view in (("account.move", "view_move_form"), ("account.payment", "view_account_payment_form")):
            arch = self.env[model].with_user(self.billing).get_view(self.env.ref(f"account.{view}").id, "form")["arch"]
            names = [node.get("name") for node in etree.fromstring(arch).iter("button", "field")]
            for name in ("action_adjustment_apply", "adjustment_voucher_count", "adjustment_debit_ids"):
                self.assertIn(name, names, f"{name} on {view}")


@tagged("post_install", "-at_install")
class TestDocumentTours(IntegrationCommon, HttpCase):
    """The same in the browser (Chromium)."""

    def test_from_a_paid_invoice_to_its_voucher(self):
        invoice, _receipt, _voucher = self._authorized()
        self.start_tour(
            f"/odoo/account.move/{invoice.id}", "adjustment_voucher_from_invoice", login="integration_billing"
        )

    def test_apply_opens_a_filled_voucher(self):
        invoice = self._invoice(100)
        self._receipt(60)
        self.start_tour(f"/odoo/account.move/{invoice.id}", "adjustment_voucher_apply", login="integration_billing")
        voucher = self.env["adjustment.voucher"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((voucher.total_debit, voucher.create_uid), (100, self.billing))

    def test_function_defaults(self):
        """S4.38"""
        self.company.adjustment_tolerance_amount = 5
        self.start_tour("/odoo/voucher-defaults", "adjustment_voucher_defaults", login="integration_billing")
