"""Statements taken away as a spreadsheet, and the customer's own statement in the portal."""

from dateutil.relativedelta import relativedelta
from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.credit_page.credit_account_ledger import check_export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PORTAL_ROWS = 200


class StatementDownload(http.Controller):
    @http.route("/credit_centre/statement/<int:statement_id>/xlsx", type="http", auth="user")
    def download(self, statement_id, lines="", **_options):
        """The statements of a form of one's own, all or some."""
        wizard = request.env["credit.statement"].browse(statement_id).exists()
        if not wizard:
            raise NotFound()
        chosen = {int(one) for one in lines.split(",") if one.isdecimal()}
        try:
            wizard.check_access("read")
            check_export(request.env)
            found = wizard.line_ids.filtered(lambda line: not chosen or line.id in chosen)
            content = found._get_workbook()
        except (AccessError, MissingError) as error:
            raise NotFound() from error
        name = found.file_name if len(found) == 1 else f"{request.env._('Statements')}_{wizard.date}"
        return file_response(content, f"{name}.xlsx")


class StatementPortal(CustomerPortal):
    """A customer sees its own statement: the commercial entity of the user who is logged in, in a legal entity the user
    belongs to. No parameter names a customer."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "statement_count" in counters:
            book, partner, company = request.env["credit.statement.book"], self._own_partner(), self._own_company({})
            values["statement_count"] = int(book._has_transactions(partner, company))
        return values

    @http.route("/my/statement", type="http", auth="user", website=True, readonly=True)
    def portal_my_statement(self, **options):
        values = {**self._prepare_portal_layout_values(), "page_name": "statement", "error": ""}
        try:
            wizard = self._asked(options)
            wizard._check_question()
        except UserError as error:
            values["error"] = str(error)
            wizard = self._asked({"kind": options.get("kind")})
        return request.render("credit_centre.portal_my_statement", {**values, **self._page_values(wizard)})

    @http.route("/my/statement/<any(xlsx,pdf):kind_of_file>", type="http", auth="user", website=True)
    def portal_my_statement_file(self, kind_of_file, **options):
        try:
            wizard = self._asked(options, make=True)
            wizard._check_question()
        except UserError:
            return request.redirect("/my/statement")
        line = wizard.line_ids.with_context(lang=wizard.line_ids.lang)
        if kind_of_file == "xlsx":
            return file_response(line._get_workbook(), f"{line.file_name}.xlsx")
        if not self._makes_pdf():
            return request.redirect("/my/statement")
        reports = request.env["ir.actions.report"].sudo()  # sudo: of the user's own statement, made just above
        content, kind = reports._render_qweb_pdf("credit_centre.action_report_statement", line.ids)
        return file_response(content, f"{line.file_name}.{kind}", "application/pdf")

    # ------------------------------------------------------------------ whose, which

    def _own_partner(self):
        return request.env.user.partner_id.commercial_partner_id

    def _own_companies(self):
        """The legal entities of the user's companies."""
        return request.env.user.company_ids.sudo().root_id  # sudo: the name of a root company, where it has branches

    def _own_company(self, options):
        """The legal entity asked for, if it is one of the user's own; else that of the user."""
        own, asked = self._own_companies(), str(options.get("company", ""))
        chosen = own.filtered(lambda company: str(company.id) == asked)
        return chosen or request.env.user.company_id.sudo().root_id  # sudo: as above

    def _asked(self, options, make=False):
        """The form of statements, filled with what the page asks for, and the customer who is logged in.

        :param make: in the database, with its line; otherwise in memory alone
        :raise UserError: when a date is no date
        """
        day = fields.Date.context_today(request.env.user)
        first = day.replace(day=1) - relativedelta(months=2)
        company, partner = self._own_company(options), self._own_partner()
        values = {
            "company_id": company.id,
            "kind": "activity" if options.get("kind") == "activity" else "open",
            "date": self._date(options.get("date"), day),
            "date_from": self._date(options.get("date_from"), first),
            "who": "chosen",
            "partner_ids": partner.ids,
        }
        wizards = request.env["credit.statement"].sudo()  # sudo: of the user's own figures, see the class
        wizards = wizards.with_context(allowed_company_ids=company.ids)
        if not make:
            return wizards.new(values)
        return wizards.create({**values, "line_ids": [(0, 0, {"partner_id": partner.id})]})

    def _date(self, text, default):
        if not text:
            return default
        try:
            return fields.Date.to_date(str(text)[:10])
        except ValueError as error:
            raise UserError(
                request.env._("To see your statement of a day, give a date like 2026-06-30, not %s.", str(text)[:20])
            ) from error

    # ------------------------------------------------------------------ page

    def _page_values(self, wizard):
        partner, book = self._own_partner(), request.env["credit.statement.book"]
        day, first = wizard.date, wizard.date_from
        sections = book._get_statements(partner.ids, wizard.company_id, wizard.kind, day, first)[partner.id]
        page = book._get_page(sections, wizard.kind, day, first, limit=PORTAL_ROWS)
        query = {"kind": wizard.kind, "company": wizard.company_id.id, "date": str(day), "date_from": str(first)}
        return {
            "page": page,
            "wizard": wizard,
            "partner": partner,
            "companies": self._own_companies(),
            "query": "&".join(f"{key}={value}" for key, value in query.items()),
            "readable": self._readable(page),
            "makes_pdf": self._makes_pdf(),
        }

    def _readable(self, page):
        """The invoices of the page that have a page of their own in the portal."""
        ids = [row["move"] for section in page["sections"] for row in section["rows"]]
        moves = request.env["account.move"]
        domain = [("id", "in", ids), ("move_type", "in", ("out_invoice", "out_refund"))]
        return set(moves.search(domain).ids) if ids and moves.has_access("read") else set()

    def _makes_pdf(self):
        return request.env["ir.actions.report"].get_wkhtmltopdf_state() not in ("install", "broken")


def file_response(content, name, mimetype=XLSX):
    """A file to download, never shown inside the page."""
    headers = [
        ("Content-Type", mimetype),
        ("Content-Length", len(content)),
        ("Content-Disposition", content_disposition(name)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return request.make_response(content, headers)
