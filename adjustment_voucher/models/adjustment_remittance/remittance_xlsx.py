"""The rows of a workbook, with bounds on what it may unpack to."""

import io
import zipfile
from xml.etree.ElementTree import ParseError

from ... import remittance_csv
from ...remittance_read import Unreadable

MOST_UNPACKED, MOST_PARTS = 200 * 1024 * 1024, 2000
BAD_BOOK = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    OSError,
    IndexError,
    AttributeError,
    EOFError,
)


def xlsx_rows(data, sheet=""):
    """The rows of one sheet of a workbook: values as they were last computed, formulas are not looked at.

    :raise Unreadable: ``book``, ``bomb``, ``sheet`` and what ``bounded`` raises
    """
    _check_package(data)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        names = {one.title: one for one in book.worksheets}
        if not names or sheet and sheet not in names:
            raise Unreadable("sheet", ", ".join(names) or "-")
        found = names[sheet] if sheet else book.worksheets[0]
        found.reset_dimensions()
        rows = found.iter_rows(values_only=True, max_row=remittance_csv.MOST_ROWS + 2)
        yield from remittance_csv.bounded(map(_without_empty_tail, rows))
    except Unreadable:
        raise
    except BAD_BOOK as error:
        raise Unreadable("book", type(error).__name__) from error


def _without_empty_tail(row):
    """Spreadsheets keep formatted cells far to the right that hold nothing."""
    most = remittance_csv.MOST_COLUMNS
    tail = row[most:]
    return row[:most] if tail.count(None) == len(tail) else row


def _check_package(data):
    """A workbook is a package of parts: it may not unpack to more than a file can need, nor define entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable("bomb", megabytes=MOST_UNPACKED // 2**20)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_entities(package, part)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("book", type(error).__name__) from error


def _check_entities(package, part):
    with package.open(part) as stream:
        head = stream.read(65536).replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Unreadable("book", "DOCTYPE")
