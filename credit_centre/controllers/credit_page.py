from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request

from ..models.xlsx import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CreditPage(http.Controller):
    @http.route(
        "/credit_centre/ledger/<int:account_id>.xlsx", type="http", auth="user", methods=["GET"], readonly=False
    )
    def ledger(self, account_id, start=None, end=None, orders="1", **_others):
        """The ledger of a customer from a day to a day, as a spreadsheet."""
        account = request.env["credit.account"].browse(account_id)
        if not account.exists():
            raise NotFound()
        try:
            sheets = account._get_ledger_sheets(_day(start), _day(end), orders != "0")
        except AccessError as error:
            raise Forbidden(str(error)) from error
        except (UserError, ValueError) as error:
            raise BadRequest(str(error)) from error
        name = f"{request.env._('Ledger')} {account.display_name}.xlsx"
        headers = [("Content-Type", XLSX), ("Content-Disposition", content_disposition(name))]
        return request.make_response(workbook(sheets), headers)


def _day(text):
    """:raise ValueError: with a sentence, when a text is no day"""
    try:
        return fields.Date.to_date(text or None)
    except ValueError as error:
        raise ValueError(
            request.env._("To export the ledger, give days like 2026-06-30, not %s.", str(text)[:20])
        ) from error
