"""Reading the cells of a remittance file: texts, amounts, days.

Pure rules: standard library only. Nothing is guessed where it could mean two amounts or two days: such a cell is refused
with a code. A cell is a text, or a number or a day when the file says so itself (spreadsheets do).
"""

import datetime
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

LONGEST_CELL = 500
LARGEST = Fraction(10**13)
# What makes a spreadsheet take a text for a formula, also after it was saved as CSV (OWASP ASVS 1.2.10).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | datetime.date


class Unreadable(ValueError):
    """A file or cell that is not what it should be: a code, and what was found there."""

    def __init__(self, code: str, found: object = "", **figures: int):
        super().__init__(code)
        self.code, self.found, self.figures = code, str(found)[:60], figures


# Cells


def clean(cell: Cell | None) -> str:
    """A cell as text: one line, without what can't be stored, and without the quote that keeps a formula from running.

    >>> clean("  INV/1 \\0"), clean(1001.0), clean("'=1+1"), clean(datetime.datetime(2026, 11, 19))
    ('INV/1', '1001', '=1+1', '2026-11-19')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        cell = cell.date()  # a spreadsheet keeps days as midnights
    text = "".join(" " if ch.isspace() else ch for ch in str(cell) if ch.isspace() or _is_storable(ch))
    text = " ".join(text.split())[:LONGEST_CELL]
    return text[1:] if text[:1] == "'" and text[1:].startswith(DANGEROUS) else text


def _is_storable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs", "Cf")


def safe(text: object) -> str:
    """A text as a cell of a download may hold it: quoted where a program could take it for a formula.

    >>> safe("=HYPERLINK()"), safe("INV/1"), clean(safe("-1"))
    ("'=HYPERLINK()", 'INV/1', '-1')
    """
    text = str(text).replace("\0", "")
    return f"'{text}" if text.lstrip().startswith(DANGEROUS) or text.startswith(("\t", "\r", "\n")) else text


def key(text: str) -> str:
    """How a number is looked up: capitals, no spaces at its ends."""
    return " ".join(text.upper().split())


def loose_key(text: str) -> str:
    """The same number however it was punctuated; PostgreSQL's ``translate`` with LOOSE gives the same.

    >>> loose_key("inv 2026-00001") == loose_key("INV/2026/00001")
    True
    """
    return text.upper().translate(str.maketrans("", "", LOOSE))


LOOSE = " /\\-_.:#,;'"


# Amounts


def amount(cell: Cell | None, decimal: str = "point") -> Fraction | None:
    """An amount with the decimal mark that the user chose ("point" or "comma"); None for an empty cell.

    >>> amount("1.000,50", "comma"), amount("1,000.50"), amount("EUR 1'000.5"), amount("")
    (Fraction(2001, 2), Fraction(2001, 2), Fraction(2001, 2), None)

    :raise Unreadable: ``amount`` for what is no number, ``amount_unclear`` for what would be another number with the
        other mark, ``negative``, ``amount_large``
    """
    if isinstance(cell, bool):
        raise Unreadable("amount", cell)
    if isinstance(cell, int | float):
        return _in_range(_native(cell), cell)
    text = clean(cell)
    if not text:
        return None
    return _in_range(_typed(_without_currency(text), decimal, text), text)


def _native(number: float) -> Fraction:
    try:
        return Fraction(Decimal(repr(number)).quantize(Decimal("1e-9"))) if number else Fraction(0)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise Unreadable("amount", number) from error


def _in_range(value: Fraction, found: object) -> Fraction:
    if value < 0:
        raise Unreadable("negative", found)
    if value > LARGEST:
        raise Unreadable("amount_large", found)
    return value


def _without_currency(text: str) -> str:
    text = re.sub(r"^(?:[A-Z]{3}|\D?[€$£¥])\s*|\s*(?:[A-Z]{3}|[€$£¥])$", "", text.strip())
    return text.strip()


_SIGNED = re.compile(r"([+\-−]?)\s*([0-9.,'’  ]+)([\-−]?)|\(([0-9.,'’  ]+)\)")


def _typed(text: str, decimal: str, found: str) -> Fraction:
    match = _SIGNED.fullmatch(text)
    if not match:
        raise Unreadable("amount", found)
    before, digits, after, bracketed = match.groups()
    mark, group = (",", ".") if decimal == "comma" else (".", ",")
    whole, *parts = re.sub(r"['’  ]", " ", digits or bracketed).strip().split(mark)
    if len(parts) > 1 or parts and not parts[0].isdigit():
        raise Unreadable("amount_unclear", found)
    value = Fraction(_grouped(whole, group, found))
    if parts:
        if len(parts[0]) == 3 and whole.isdigit() and len(whole) <= 3 and whole != "0":
            raise Unreadable("amount_unclear", found)
        value += Fraction(int(parts[0]), 10 ** len(parts[0]))
    return -value if before in ("-", "−") or after or bracketed else value


def _grouped(whole: str, group: str, found: str) -> int:
    """The whole part, with thousands apart by one kind of mark, in groups of three."""
    if whole.isdigit():
        return int(whole)
    marks = {ch for ch in whole if not ch.isdigit()}
    first, *others = re.split(r"[^0-9]", whole)
    grouped = others and all(len(part) == 3 for part in others) and 1 <= len(first) <= 3
    if len(marks) != 1 or marks - {group, " "} or not grouped:
        raise Unreadable("amount_unclear" if first.isdigit() else "amount", found)
    return int(first + "".join(others))


# Days


def day(cell: Cell | None, order: str = "dmy") -> datetime.date | None:
    """A day in the order that the user chose ("dmy", "mdy" or "ymd"); a four-digit year in front is always one.

    >>> day("03/04/26"), day("03/04/26", "mdy"), day("2026-04-03", "mdy")
    (datetime.date(2026, 4, 3), datetime.date(2026, 3, 4), datetime.date(2026, 4, 3))

    :raise Unreadable: ``date``
    """
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return _near(cell, cell)
    text = clean(cell)
    if not text:
        return None
    parts = re.fullmatch(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})(?:[T ]\d{2}:\d{2}.*)?", text)
    parts = parts or re.fullmatch(r"(\d{4})(\d{2})(\d{2})" if order == "ymd" else r"(\d{2})(\d{2})(\d{4})", text)
    if not parts:
        raise Unreadable("date", text)
    return _day_of(parts.groups(), order, text)


def _day_of(parts: Sequence[str], order: str, text: str) -> datetime.date:
    order = "ymd" if len(parts[0]) == 4 else order
    year, month, number = (parts[order.index(letter)] for letter in "ymd")
    if len(year) not in (2, 4) or len(month) > 2 or len(number) > 2:
        raise Unreadable("date", text)
    try:
        return _near(datetime.date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(number)), text)
    except ValueError as error:
        raise Unreadable("date", text) from error


def _near(value: datetime.date, found: object) -> datetime.date:
    if not 1990 <= value.year <= 2199:
        raise Unreadable("date", found)
    return value
