"""The summary of a run as a spreadsheet: what was applied by customer and by method, and what was left and why."""

from odoo import models
from odoo.exceptions import AccessError

from .adjustment_run_summary import METHODS, PARTS

BATCH = 1000
EXPORT = "base.group_allow_export"


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    def action_download(self):
        """Download the summary, the customers and what was left.

        :return: an action that opens its address
        """
        self.ensure_one()
        self._check_may_export()
        return {"type": "ir.actions.act_url", "url": f"/adjustment_voucher/run/{self.id}.xlsx", "target": "download"}

    def _check_may_export(self):
        self.check_access("read")
        if not self.env.user.has_group(EXPORT):
            raise AccessError(
                self.env._("To take the run away as a spreadsheet, ask an administrator for the right to export.")
            )

    def _get_sheets(self):
        """:return: list of sheets as ``models.xlsx.workbook`` takes them"""
        self.ensure_one()
        self._check_may_export()
        customers, items = self.env["adjustment.run.customer"], self.env["adjustment.run.item"]
        return [
            (self.env._("Summary"), *self._get_summary_sheet()),
            (self.env._("Customers"), customers._get_sheet_headers(), self._get_rows(customers)),
            (self.env._("Items Left"), items._get_sheet_headers(), self._get_rows(items)),
        ]

    def _get_rows(self, records):
        """The rows of a sheet, batch by batch, so that the memory stays flat."""
        last = 0
        while batch := records.search([("run_id", "=", self.id), ("id", ">", last)], order="id", limit=BATCH):
            last = batch.ids[-1]
            for one in batch:
                yield one._get_sheet_row()
            batch.env.invalidate_all(flush=False)

    def _get_summary_sheet(self):
        """Per state and currency: how many customers, what was applied and left, and by which method."""
        slices = self.env["adjustment.run.customer"]
        labels = dict(slices._fields["state"]._description_selection(self.env))
        names = ("applied", "left", *(f"{one}_amount" for one in (*METHODS, *PARTS)))
        texts = [slices._fields[name]._description_string(self.env) for name in names]
        headers = [self.env._("State"), self.env._("Currency"), self.env._("Customers"), self.env._("Credits"), *texts]
        groups = sorted(self._read_customers().items(), key=lambda one: (list(labels).index(one[0][0]), one[0][1].name))
        rows = [
            [labels[state], currency.name, sums["count"], sums["credit_count"]]
            + [(sums[name], currency.decimal_places) for name in names]
            for (state, currency), sums in groups
        ]
        return headers, rows + self._get_total_rows(groups, names)

    def _get_total_rows(self, groups, names):
        """A total for each currency: amounts of two are never added up."""
        totals = {}
        for (_state, currency), sums in groups:
            total = totals.setdefault(currency, dict.fromkeys(("count", "credit_count", *names), 0))
            for name in total:
                total[name] += sums[name] or 0
        return [
            [self.env._("Total"), currency.name, total["count"], total["credit_count"]]
            + [(currency.round(total[name]), currency.decimal_places) for name in names]
            for currency, total in sorted(totals.items(), key=lambda one: one[0].name)
        ]


class AdjustmentRunCustomer(models.Model):
    _inherit = "adjustment.run.customer"

    def _get_sheet_fields(self):
        amounts = ("applied", "left", *(f"{one}_amount" for one in (*METHODS, *PARTS)))
        return ("partner_id", "company_id", "currency_id", "state", "voucher_id", "credit_count", "debit_count",
                *amounts, "reason")  # fmt: skip

    def _get_sheet_headers(self):
        return [self._fields[name]._description_string(self.env) for name in self._get_sheet_fields()]

    def _get_sheet_row(self):
        return as_row(self, self._get_sheet_fields())


class AdjustmentRunItem(models.Model):
    _inherit = "adjustment.run.item"

    def _get_sheet_fields(self):
        return ("partner_id", "company_id", "move_id", "side", "date", "date_maturity", "currency_id", "residual",
                "left", "reason")  # fmt: skip

    def _get_sheet_headers(self):
        return [self._fields[name]._description_string(self.env) for name in self._get_sheet_fields()]

    def _get_sheet_row(self):
        return as_row(self, self._get_sheet_fields())


def as_row(record, names):
    """The cells of a record: names of relations and selections as shown, amounts with the places of their currency."""
    cells = []
    for name in names:
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            value = value.display_name
        elif field.type == "selection":
            value = dict(field._description_selection(record.env)).get(value)
        elif field.type == "monetary":
            value = (value, record.currency_id.decimal_places)
        cells.append(value)
    return cells
