"""One customer's statement: to look at, print, take away and send."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..credit_page.credit_account_ledger import check_export
from .credit_statement_sheets import statement_workbook
from .res_partner import check_maker, check_sender

PRINT_LIMIT = 500
SLICE = 10
MAIL_ROWS = 200


class CreditStatementLine(models.TransientModel):
    _name = "credit.statement.line"
    _description = "Statement of Account of a Customer"
    _order = "balance desc, id"

    statement_id = fields.Many2one("credit.statement", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade")
    address_id = fields.Many2one("res.partner", compute="_compute_address_id", string="Invoice Address")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, string="Legal Entity")
    company_name = fields.Char(related="company_id.name", string="Name of the Legal Entity")
    sender = fields.Char(related="company_id.email_formatted", help="From whom the e-mail comes.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(related="statement_id.kind")
    date = fields.Date(related="statement_id.date")
    date_from = fields.Date(related="statement_id.date_from")
    note = fields.Text(related="statement_id.note")
    balance = fields.Monetary(readonly=True, help="What is open on the day, in the company's currency.")
    past_due = fields.Monetary(readonly=True)
    email = fields.Char("E-mail", readonly=True, help="The invoice address of the customer.")
    state = fields.Selection(
        [("ready", "Ready"), ("sent", "Sent"), ("failed", "Set aside")], "Status", default="ready", readonly=True
    )
    reason = fields.Char(readonly=True, help="Why it was set aside.")
    lang = fields.Char(compute="_compute_lang")
    file_name = fields.Char(compute="_compute_file_name")
    balance_text = fields.Char(compute="_compute_texts", help="What is to pay, by currency.")
    past_due_text = fields.Char(compute="_compute_texts")

    @api.depends("partner_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.partner_id.display_name or ""

    @api.depends("partner_id")
    def _compute_address_id(self):
        for line in self:
            line.address_id = line.partner_id.address_get(["invoice"])["invoice"]

    @api.depends("partner_id")
    def _compute_lang(self):
        for line in self:
            line.lang = line.partner_id.lang or self.env.lang or "en_US"

    @api.depends("partner_id", "date")
    def _compute_file_name(self):
        for line in self:
            name = "".join(one if one.isalnum() else "_" for one in line.partner_id.name or "")[:60]
            title = self.with_context(lang=line.lang).env._("Statement")
            line.file_name = f"{title}_{name}_{line.date}"

    @api.depends("partner_id", "kind", "date", "date_from", "company_id")
    def _compute_texts(self):
        pages = self._get_pages(limit=0)
        for line in self:
            sections = pages[line.id]["sections"]
            line.balance_text = ", ".join(section["balance"] for section in sections)
            line.past_due_text = ", ".join(filter(None, (section["past_due"] for section in sections)))

    # ------------------------------------------------------------------ content

    def _get_statements(self):
        """:return: dict of line id -> list of statement.Section; a handful of queries for all lines"""
        result, book = {}, self.env["credit.statement.book"]
        for wizard, lines in self.grouped("statement_id").items():
            wizard._check_question()
            company = wizard.company_id.sudo()  # sudo: its path, for its branches
            found = book._get_statements(lines.partner_id.ids, company, wizard.kind, wizard.date, wizard.date_from)
            result.update({line.id: found[line.partner_id.id] for line in lines})
        return result

    def _get_pages(self, limit=None):
        """:return: dict of line id -> the statement as texts in the language of its customer"""
        check_maker(self.env)
        statements, book = self._get_statements(), self.env["credit.statement.book"]
        return {
            line.id: book.with_context(lang=line.lang)._get_page(
                statements[line.id], line.kind, line.date, line.date_from, limit=limit
            )
            for line in self
        }

    def _get_workbook(self):
        """:return: bytes of an XLSX file, in the language at hand"""
        check_maker(self.env)
        statements = self._get_statements()
        return statement_workbook(self.env, [(line.partner_id, statements[line.id]) for line in self], self[:1])

    def _get_bank_account(self):
        """Where to pay: the first account of the legal entity that is marked as trusted."""
        banks = self.company_id.sudo().partner_id.bank_ids  # sudo: what stands on every invoice
        trusted = banks.filtered(
            lambda bank: bank.allow_out_payment and bank.company_id.id in (False, self.company_id.id)
        )
        return trusted[:1]

    # ------------------------------------------------------------------ buttons

    def action_preview(self):
        """Show the statements on the screen."""
        return {**self.action_print(), "report_type": "qweb-html"}

    def action_print(self):
        """One PDF with a statement per customer."""
        self.check_access("read")
        check_maker(self.env)
        self._check_some()
        if len(self) > PRINT_LIMIT:
            raise UserError(
                self.env._(
                    "To print statements, choose at most %(limit)s customers at once (these are %(count)s), or e-mail them.",
                    limit=PRINT_LIMIT,
                    count=f"{len(self):,}",
                )
            )
        return self.env.ref("credit_centre.action_report_statement").report_action(self, config=False)

    def action_export(self):
        """One workbook: a summary, and the statements."""
        self.check_access("read")
        check_maker(self.env)
        check_export(self.env)
        self._check_some()
        wizard = self.statement_id[:1]
        some = "" if self == wizard.line_ids else "?lines=" + ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/credit_centre/statement/{wizard.id}/xlsx{some}",
            "target": "download",
        }

    def action_email(self):
        """E-mail each customer its statement, with a progress bar."""
        self.check_access("write")
        check_sender(self.env)
        self._check_some()
        return self.env["credit.batch"]._batch_action(
            self.env._("E-mail Statements"),
            self,
            "action_email_slice",
            SLICE,
            done_action=self.statement_id[:1]._get_list_action(),
            done_label=self.env._("List of Customers"),
        )

    def _check_some(self):
        if not self:
            raise UserError(self.env._("To make statements, choose at least one customer."))

    # ------------------------------------------------------------------ e-mail

    def action_email_slice(self):
        """Send some statements; whoever can't be written to is set aside, and the others go on.

        :return: dict: ``done`` (ids) and ``failed`` (customers with the reason), for the bar that shows how far it is
        """
        check_sender(self.env)
        lines = self.exists()
        lines.check_access("write")
        waiting = lines.filtered(lambda one: one.state != "sent")
        pages = waiting._get_pages(limit=MAIL_ROWS)
        for line in waiting:
            line.reason = line._email(pages[line.id])
            line.state = "failed" if line.reason else "sent"
        gone = self.env._("To e-mail this statement, make it again: it was thrown away after a while.")
        failed = [line._as_failure() for line in lines.filtered(lambda one: one.state == "failed")]
        failed += [{"id": one, "name": "", "reason": gone} for one in sorted(set(self.ids) - set(lines.ids))]
        return {"done": lines.filtered(lambda one: one.state == "sent").ids, "failed": failed}

    def _as_failure(self):
        """What the list of those set aside shows, with a link to the customer."""
        partner = self.partner_id
        return {"id": partner.id, "model": partner._name, "name": partner.display_name, "reason": self.reason}

    def _email(self, page):
        """Send one statement.

        :return: why it could not be sent, False when it was
        """
        recipient = self.partner_id._get_statement_recipients()[self.partner_id.id]
        if not recipient.email_normalized:
            return self.env._("No e-mail address: give one to the customer or to its invoice address.")
        try:
            with self.env.cr.savepoint():
                self._post(recipient, page)
        except UserError as error:
            return str(error)
        return False

    def _post(self, recipient, page):
        """The e-mail stands in the history of the credit account, a line about it in that of the customer. The latter is
        read by more people and so names no figures."""
        line = self.with_context(lang=self.lang)
        accounts = self.env["credit.account"]._for_partners(self.partner_id, self.company_id)
        author = self.env.user.partner_id.id
        accounts.sudo().message_post(  # sudo: who may invoice may not change credit accounts
            author_id=author,
            partner_ids=recipient.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            email_layout_xmlid="mail.mail_notification_light",
            model_description=line.env._("Statement of Account"),
            force_send=False,
            **line._prepare_mail(page),
        )
        self.partner_id.sudo().message_post(  # sudo: who may invoice may not always change customers
            author_id=author,
            body=self.env._(
                "Statement of account (%(period)s) e-mailed to %(address)s.",
                period=self.env["credit.statement.book"]._get_period(self.kind, self.date, self.date_from),
                address=recipient.email_formatted,
            ),
        )

    def _prepare_mail(self, page):
        """Subject, text and files in the customer's language. Where the server can't make PDFs the statement stands in
        the e-mail, with a workbook."""
        template = self.env.ref("credit_centre.mail_template_statement")
        rendered = {
            name: template._render_field(name, self.ids, options={"post_process": name == "body_html"})[self.id]
            for name in ("subject", "body_html", "email_from")
        }
        body, pdf = rendered["body_html"], self._get_pdf()
        if not pdf:
            body += self.env["ir.qweb"]._render("credit_centre.statement_content", {"page": page, "mail": True})
        files = [pdf] if pdf else [(f"{self.file_name}.xlsx", self._get_workbook())]
        mail = {"subject": rendered["subject"], "body": body, "attachments": files}
        return {**mail, "email_from": rendered["email_from"]} if rendered["email_from"] else mail

    def _get_pdf(self):
        """:return: (file name, bytes) or None where no PDF can be made"""
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() in ("install", "broken"):
            return None
        content, kind = reports._render_qweb_pdf("credit_centre.action_report_statement", self.ids)
        return f"{self.file_name}.{kind}", content
