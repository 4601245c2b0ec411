"""The advice of a voucher: the printed page and the mail."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_integration import IntegrationCommon


@tagged("post_install", "-at_install")
class TestAdvice(IntegrationCommon):
    """The advice of a voucher, printed and sent."""

    def _page(self, voucher, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.billing)
        html, _kind = report._render_qweb_html("adjustment_voucher.report_advice", voucher.ids)
        return " ".join("".join(etree.HTML(html).itertext()).split())

    def test_figures(self):
        eur = self._currency("EUR", _2024_01_01=0.5)
        self.company.adjustment_discount_account_id = self.income
        item = self._open_line(self._invoice(200))
        receipt = self._open_line(self._receipt(95, currency=eur))
        voucher = self._voucher(
            [(receipt, 95), (item, 200, {"discount_amount": 6, "write_off_amount": 4})], kind="multi",
            currency_id=self.company.currency_id.id, memo="ACH 4711",
        )  # fmt: skip
        self.company.adjustment_tolerance_amount = 5
        voucher.action_authorize()
        page = self._page(voucher)
        for text in (voucher.name, "ACH 4711", "Customer", item.move_id.name, receipt.move_id.name, "6.00", "4.00",
                     "200.00", "190.00", "95.00", "1 EUR = 2 USD"):  # fmt: skip
            self.assertIn(text, page.replace("\N{NO-BREAK SPACE}", " "))

    def test_part_payment_shows_what_stays_open(self):
        item, receipt = self._open_line(self._invoice(100)), self._open_line(self._receipt(60))
        voucher = self._voucher([(receipt, 60), (item, 60)])
        self.assertIn("nothing of this is booked yet", self._page(voucher))
        voucher.action_authorize()
        page = self._page(voucher)
        self.assertIn("40.00", page)
        self.assertNotIn("booked yet", page)
        voucher.action_reverse("2024-04-02", "test")
        page = self._page(voucher)
        self.assertIn("taken back on 04/02/2024", page)
        self.assertIn("Open again", page)
        self.assertNotIn("40.00", page)

    def test_page_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        _invoice, _receipt, voucher = self._authorized(1234.5)
        self.assertIn("1.234,50", self._page(voucher))

    def test_pdf(self):
        _invoice, _receipt, voucher = self._authorized()
        content, kind = self.env["ir.actions.report"]._render_qweb_pdf("adjustment_voucher.report_advice", voucher.ids)
        self.assertIn(kind, ("pdf", "html"))
        self.assertTrue(content)

    def _sent(self, pdf):
        """Open the composer as the button does, with or without a program that makes PDFs, and send."""
        self.customer.email = "ap@customer.example.com"
        _invoice, _receipt, voucher = self._authorized()
        state = "ok" if pdf else "install"
        with patch.object(self.registry["ir.actions.report"], "get_wkhtmltopdf_state", lambda _self: state):
            action = voucher.with_user(self.billing).action_send_advice()
        composer = Form(
            self.env["mail.compose.message"].with_user(self.billing).with_context(**action["context"])
        ).save()
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertIn(voucher.name, composer.subject)
        self.assertIn("100.00", composer.body)
        self.assertEqual([name[:18] for name in composer.attachment_ids.mapped("name")],
                         ["Application advice"] if pdf else [])  # fmt: skip
        composer.action_send_mail()
        message = voucher.message_ids[:1]
        self.assertIn(self.customer, message.partner_ids)
        self.assertEqual((len(message.attachment_ids), voucher.state), (1 if pdf else 0, "authorized"))
        return message, voucher

    def test_send_opens_the_composer_and_mails_the_customer(self):
        self._sent(pdf=True)

    def test_send_without_a_program_for_pdf(self):
        """The advice stands in the mail itself: no dead button."""
        message, voucher = self._sent(pdf=False)
        for line in voucher.line_ids:
            self.assertIn(line.document_name, message.body)

    def test_a_draft_is_not_sent(self):
        voucher = self._voucher([(self._open_line(self._invoice(100)), 100)])
        with self.assertRaisesRegex(UserError, "authorize it first"):
            voucher.action_send_advice()

    def test_salesperson_prints_no_advice(self):
        _invoice, _receipt, voucher = self._authorized()
        with self.assertRaises(AccessError):
            self._page(voucher, self.seller)
