"""The printed statement."""

from odoo import api, models


class ReportStatement(models.AbstractModel):
    _name = "report.credit_centre.report_statement"
    _description = "Statement of Account, printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        lines = self.env["credit.statement.line"].browse(docids or ())
        lines.check_access("read")
        return {
            "doc_ids": lines.ids,
            "doc_model": lines._name,
            "docs": lines,
            "pages": lines._get_pages(),
        }
