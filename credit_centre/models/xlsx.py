"""Spreadsheets to take away, made as those of the vouchers: with amounts to two decimals, and no text that runs."""

from odoo.addons.adjustment_voucher.models import xlsx


def workbook(sheets):
    """A workbook in memory.

    :param sheets: list of (title, headers, rows): headers are texts, a cell is a text, a number, a date or None
    :return: bytes of an XLSX file
    """
    return xlsx.workbook(
        [(title, headers, [[_as_cell(value) for value in row] for row in rows]) for title, headers, rows in sheets]
    )


def _as_cell(value):
    return (value, 2) if isinstance(value, float) else value
