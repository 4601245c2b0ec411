from werkzeug.exceptions import Forbidden, NotFound

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Remittance(http.Controller):
    @http.route(
        "/adjustment_voucher/remittance/<int:remittance_id>/<any(csv,xlsx):kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def problems(self, remittance_id, kind, **_others):
        """The rows of a remittance that were not imported, with what to do about each."""
        remittance = request.env["adjustment.remittance"].browse(remittance_id)
        if not remittance.exists():
            raise NotFound()
        try:
            content = remittance._get_problems_csv() if kind == "csv" else remittance._get_problems_xlsx()
        except AccessError as error:
            raise Forbidden(str(error)) from error
        name = f"{remittance.name.replace('/', '-')} {request.env._('to correct')}.{kind}"
        headers = [("Content-Type", MIMETYPES[kind]), ("Content-Disposition", content_disposition(name))]
        return request.make_response(content, headers)
