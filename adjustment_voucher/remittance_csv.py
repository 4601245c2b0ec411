"""Comma separated values and what their like is: bytes to rows of cells, within bounds; nothing but the standard library."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .remittance_read import Cell, Unreadable, clean

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 100_000, 60, 20 * 1024 * 1024
DELIMITERS = (";", ",", "\t", "|")


def guess_encoding(data: bytes) -> str:
    """A byte order mark says it; else UTF-16 by its zeros, UTF-8 where every byte fits, else the code page whose
    letters are the more likely ones."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:4000]
    if head.count(0) > len(head) // 5:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8-sig")
        return "utf-8-sig"
    except UnicodeDecodeError:
        return "cp1250" if _likely(data, "cp1250") > _likely(data, "cp1252") else "cp1252"


_EASTERN, _WESTERN = set("ăâîşţșțčćđšžřěůńśźżłąęőűĂÂÎŞŢČĆĐŠŽŁŐŰ"), set("àâäçéèêëîïôöùûüñßáíóúåæøÀÄÇÉÈÖÜÑ")


def _likely(data: bytes, encoding: str) -> int:
    found = Counter(data.decode(encoding, "ignore"))
    likely = _EASTERN if encoding == "cp1250" else _WESTERN
    return sum(count if ch in likely else -count for ch, count in found.items() if ord(ch) > 127)


def decode(data: bytes, encoding: str = "") -> str:
    """:raise Unreadable: ``encoding`` with the place of the first byte that does not fit; ``binary``"""
    name = encoding or guess_encoding(data)
    try:
        text = data.decode(name).removeprefix("\ufeff")
    except UnicodeError as error:
        raise Unreadable("encoding", name, place=getattr(error, "start", 0)) from error
    if "\0" in text[:4000] or text.startswith(("%PDF", "\x7fELF", "MZ", "PK\3\4", "\xd0\xcf\x11")):
        raise Unreadable("binary", name)
    return text


def guess_delimiter(text: str) -> str:
    """The mark that cuts the first lines into the same number of columns most often, and into more than one."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:30]
    return max(DELIMITERS, key=lambda mark: _evenness(lines, mark))


def _evenness(lines: Sequence[str], mark: str) -> tuple[int, int]:
    widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
    return count, width


def csv_rows(data: bytes, encoding: str = "", delimiter: str = "") -> Iterator[list[Cell]]:
    """The rows of a text file, empty ones too, so that a row keeps the number it has in the file.

    :raise Unreadable: see ``decode``; ``empty``, ``too_many_rows``, ``too_wide``, ``quotes``
    """
    text = decode(data, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or guess_delimiter(text), strict=True)
    try:
        yield from bounded(reader)
    except csv.Error as error:
        raise Unreadable("quotes", error) from error


def bounded(rows: Iterable[Sequence[Cell]]) -> Iterator[list[Cell]]:
    """The same rows, refused where there are too many or too wide ones.

    :raise Unreadable: ``empty``, ``too_many_rows``, ``too_wide``
    """
    found = False
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise Unreadable("too_many_rows", rows=MOST_ROWS)
        if len(row) > MOST_COLUMNS:
            raise Unreadable("too_wide", columns=MOST_COLUMNS)
        found = found or any(clean(cell) for cell in row)
        yield list(row)
    if not found:
        raise Unreadable("empty")
