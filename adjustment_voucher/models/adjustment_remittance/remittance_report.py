"""The rows that could not be imported, to take away: as they stood in the file, with what to do about each."""

import csv
import io

from odoo import models
from odoo.exceptions import AccessError

from ...remittance_read import safe
from ..xlsx import workbook


class AdjustmentRemittance(models.Model):
    _inherit = "adjustment.remittance"

    def action_download_problems(self):
        """The rows to correct, as a workbook."""
        return self._get_download("xlsx")

    def action_download_problems_csv(self):
        """The rows to correct, as text with separators."""
        return self._get_download("csv")

    def _get_download(self, kind):
        self.ensure_one()
        self._check_export()
        return {
            "type": "ir.actions.act_url",
            "url": f"/adjustment_voucher/remittance/{self.id}/{kind}",
            "target": "download",
        }

    def _check_export(self):
        """:raise AccessError: for who may not take rows away"""
        self.check_access("read")
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                self.env._("To take the rows away as a file, ask an administrator for the right to export.")
            )

    def _get_problem_rows(self):
        """:return: list of rows of texts, the first of them the header"""
        self._check_export()
        names = [column.name or self.env._("Column %s", column.position) for column in self.column_ids]
        lines = self.env["adjustment.remittance.line"].search(
            [("remittance_id", "=", self.id), ("status", "in", ("bad", "skipped"))], order="number"
        )
        labels = dict(lines._fields["code"]._description_selection(self.env))
        header = [*names, self.env._("Row"), self.env._("Result"), self.env._("What to Do")]
        return [header, *(self._get_problem_row(line, len(names), labels) for line in lines)]

    def _get_problem_row(self, line, width, labels):
        cells = (line.cells or [])[:width]
        left_out = self.env._("Left out")
        result = left_out if line.status == "skipped" else labels.get(line.code, "")
        return [*cells, *[""] * (width - len(cells)), line.number, result, line.reason]

    def _get_problems_csv(self):
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        writer.writerows([[safe(cell) for cell in row] for row in self._get_problem_rows()])
        return buffer.getvalue().encode("utf-8-sig")

    def _get_problems_xlsx(self):
        header, *rows = self._get_problem_rows()
        return workbook([(self.env._("Rows"), header, rows)])
