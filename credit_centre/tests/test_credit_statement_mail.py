"""Statements of account by e-mail."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged

from .test_credit_statement import TODAY, StatementCommon


@tagged("post_install", "-at_install")
class TestStatementMail(StatementCommon):
    """S1.18, S1.21, S3.15: statements sent to one customer or many, and kept in their history."""

    def _send(self, lines, pdf=False):
        state = "ok" if pdf else "install"
        with patch.object(self.registry["ir.actions.report"], "get_wkhtmltopdf_state", lambda _self: state):
            return lines.action_email_slice()

    def _messages(self, partner):
        account = self.env["credit.account"]._for_partners(partner, self.company)
        return account.message_ids.filtered("partner_ids"), partner.message_ids[:1]

    def _lines(self, *partners, user="hub_accountant", **values):
        ids = [partner.id for partner in partners or (self.customer,)]
        return self._wizard(user, partner_ids=[Command.set(ids)], **values)._make_lines()

    def test_the_statement_stands_in_the_mail_where_no_pdf_can_be_made(self):
        line = self._lines(note="We moved to Dock 4.\n<b>Greetings</b>")
        self.assertEqual(self._send(line), {"done": line.ids, "failed": []})
        sent, log = self._messages(self.customer)
        self.assertEqual((sent.partner_ids, sent.author_id), (self.customer, self.users["hub_accountant"].partner_id))
        self.assertIn("your statement of account, 04/30/2025", sent.subject)
        for text in ("115.00", self.first.name, "Dock 4", "&lt;b&gt;Greetings"):
            self.assertIn(text, sent.body)
        self.assertEqual(sent.attachment_ids.mapped("name"), [f"{line.file_name}.xlsx"])
        self.assertIn("e-mailed to", log.body)
        self.assertNotIn("115", log.body)
        self.assertEqual(line.state, "sent")

    def test_the_statement_is_attached_where_a_pdf_can_be_made(self):
        line = self._lines()
        self._send(line, pdf=True)
        sent, _log = self._messages(self.customer)
        self.assertEqual(len(sent.attachment_ids), 1)
        self.assertTrue(sent.attachment_ids.name.startswith("Statement_Hub_Customer_2025-04-30"))
        self.assertIn("115.00", sent.body)
        self.assertNotIn(self.first.name, sent.body)

    def test_it_goes_to_the_invoice_address(self):
        address = self.env["res.partner"].create(
            {"name": "Bills", "type": "invoice", "parent_id": self.customer.id, "email": "bills@example.com"}
        )
        line = self._lines()
        self.assertEqual(line.email, "bills@example.com")
        self._send(line)
        self.assertEqual(self._messages(self.customer)[0].partner_ids, address)

    def test_without_an_address_one_is_set_aside_and_the_others_go_on(self):
        self._invoice(20, "2025-01-01", partner=self.other)
        lines = self._lines(self.other, self.customer)
        answer = self._send(lines)
        own = lines.filtered(lambda line: line.partner_id == self.other)
        self.assertEqual(answer["done"], (lines - own).ids)
        (failure,) = answer["failed"]
        self.assertEqual(
            (failure["id"], failure["model"], failure["name"]), (self.other.id, "res.partner", "Hub Other")
        )
        self.assertIn("No e-mail address", failure["reason"])
        self.assertEqual((own.state, own.reason), ("failed", failure["reason"]))

    def test_nobody_gets_it_twice(self):
        line = self._lines()
        self._send(line)
        before = self._messages(self.customer)[0]
        self.assertEqual(self._send(line), {"done": line.ids, "failed": []})
        self.assertEqual(self._messages(self.customer)[0], before)

    def test_an_address_given_later_is_used(self):
        line = self._lines(self.other)
        self._send(line)
        self.other.email = "other@example.com"
        self.assertEqual(self._send(line), {"done": line.ids, "failed": []})
        self.assertFalse(line.reason)

    def test_statements_that_are_gone_are_named(self):
        line = self._lines()
        ghost = line.browse([*line.ids, 999999999])
        answer = self._send(ghost)
        self.assertEqual((answer["done"], [one["id"] for one in answer["failed"]]), (line.ids, [999999999]))

    def test_a_controller_sends_and_the_history_shows_who(self):
        self.users["hub_viewer"].group_ids |= self.env.ref("credit_hold.group_credit_controller")
        line = self._lines(user="hub_viewer")
        self._send(line)
        self.assertEqual(self._messages(self.customer)[0].author_id, self.users["hub_viewer"].partner_id)

    def test_who_works_in_a_branch_writes_for_the_legal_entity(self):
        """S3.22: the whole legal entity's figures, though its root company is not among the user's own."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.cr.precommit.run()
        clerk = new_test_user(
            self.env, "hub_branch", "base.group_user,account.group_account_invoice", company_id=branch.id
        )
        values = {"who": "chosen", "partner_ids": [Command.set(self.customer.ids)], "date": TODAY}
        wizard = (
            self.env["credit.statement"].with_user(clerk).with_context(allowed_company_ids=branch.ids).create(values)
        )
        self.assertEqual(wizard.company_id, self.company)
        line = wizard._make_lines()
        reports = self.env["ir.actions.report"].with_user(clerk).with_context(allowed_company_ids=branch.ids)
        self.assertIn(b"115.00", reports._render_qweb_html("credit_centre.report_statement", line.ids)[0])
        self.assertEqual(self._send(line), {"done": line.ids, "failed": []})

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        self._send(self._lines())
        self.assertIn("30.04.2025", self._messages(self.customer)[0].subject)

    def test_the_button_opens_the_progress_bar(self):
        """S1.19"""
        line = self._lines()
        action = line.statement_id.action_email()
        self.assertEqual((action["tag"], action["params"]["ids"]), ("credit_centre.batch", line.ids))
        self.assertEqual(action["params"]["method"], "action_email_slice")

    def test_the_number_of_queries_for_texts_does_not_grow(self):
        partners = self.env["res.partner"].create([{"name": f"Many {number}"} for number in range(12)])
        lines = self._lines(*partners)
        counts = []
        lines._get_pages()
        for some in (lines[:3], lines):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.browse(some.ids)._get_pages()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
