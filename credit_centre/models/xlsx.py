"""Spreadsheets to take away: numbers as numbers, dates as dates, and no text that a spreadsheet would run."""

import io
from datetime import date, datetime

import xlsxwriter

# What makes a spreadsheet take a text for a formula, also after it was saved as CSV (OWASP ASVS 1.2.10).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
WIDTH_LIMIT = 60


def safe_text(text):
    """A text as a cell may hold it: a leading quote where a program could take it for a formula."""
    text = str(text).replace("\0", "")
    return f"'{text}" if text.startswith(DANGEROUS) else text


def workbook(sheets):
    """A workbook in memory.

    :param sheets: list of (title, headers, rows): headers are texts, a cell is a text, a number, a date or None
    :return: bytes of an XLSX file
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "number": book.add_format({"num_format": "#,##0.00"}),
    }
    for title, headers, rows in sheets:
        _fill(book.add_worksheet(title[:31]), headers, rows, formats)
    book.close()
    return buffer.getvalue()


def _fill(sheet, headers, rows, formats):
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, safe_text(header), formats["head"])
        longest = max([len(str(row[column] or "")) for row in rows[:500]], default=0)
        sheet.set_column(column, column, min(WIDTH_LIMIT, max(12, len(header), longest) + 1))
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, formats)


def _write(sheet, row, column, value, formats):
    if isinstance(value, datetime | date):
        sheet.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, formats["number"] if isinstance(value, float) else None)
    elif value not in (None, False, ""):
        sheet.write_string(row, column, safe_text(value))
