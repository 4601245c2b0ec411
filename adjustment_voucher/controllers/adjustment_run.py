from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request

from ..models.xlsx import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AdjustmentRun(http.Controller):
    @http.route("/adjustment_voucher/run/<int:run_id>.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def summary(self, run_id, **_others):
        """A run as a spreadsheet; rights are looked at by the run itself."""
        run = request.env["adjustment.run"].browse(run_id)
        try:
            if not run.exists():
                raise NotFound()
            content = workbook(run._get_sheets())
        except AccessError as error:
            raise Forbidden(str(error)) from error
        except UserError as error:
            raise BadRequest(str(error)) from error
        name = f"{run.display_name.replace('/', '-')}.xlsx"
        headers = [("Content-Type", XLSX), ("Content-Disposition", content_disposition(name))]
        return request.make_response(content, headers)
