"""Spreadsheets to take away: numbers as numbers, dates as dates, and no text that a spreadsheet would run."""

import io
from datetime import date, datetime
from itertools import chain, islice

import xlsxwriter

from ..remittance_read import safe

WIDTH_LIMIT = 60
NARROWEST = 12
MEASURED = 500
MOST_DIGITS = 6


def workbook(sheets):
    """A workbook, written row by row to a temporary file so that the memory stays flat however many rows there are.

    :param sheets: list of (title, headers, rows): headers are texts; rows any iterable of lists whose cells are texts,
        whole numbers, dates, amounts as (number, decimal places), or None
    :return: bytes of an XLSX file
    """
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        0: book.add_format({"num_format": "#,##0"}),
    }
    formats |= {
        digits: book.add_format({"num_format": f"#,##0.{'0' * digits}"}) for digits in range(1, MOST_DIGITS + 1)
    }
    for title, headers, rows in sheets:
        _fill(book.add_worksheet(title[:31]), headers, iter(rows), formats)
    book.close()
    return buffer.getvalue()


def _fill(sheet, headers, rows, formats):
    sheet.freeze_panes(1, 0)
    first = list(islice(rows, MEASURED))
    for column, header in enumerate(headers):
        longest = max([_width(row[column]) for row in first], default=0)
        sheet.set_column(column, column, min(WIDTH_LIMIT, max(NARROWEST, len(header), longest) + 1))
    _write_row(sheet, 0, headers, formats, formats["head"])
    for number, row in enumerate(chain(first, rows), start=1):
        _write_row(sheet, number, row, formats)


def _width(cell):
    return len(f"{cell[0]:,.{cell[1]}f}") if isinstance(cell, tuple) else len(str(cell or ""))


def _write_row(sheet, number, row, formats, text_format=None):
    for column, value in enumerate(row):
        if isinstance(value, tuple):
            amount, digits = value
            sheet.write_number(number, column, amount, formats[min(digits, MOST_DIGITS)])
        elif isinstance(value, datetime | date):
            sheet.write_datetime(number, column, value, formats["date"])
        elif isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(number, column, value)
        elif value not in (None, False, ""):
            sheet.write_string(number, column, safe(value), text_format)
