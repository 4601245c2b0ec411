"""Remittances (S4.4, S4.5, VC37): what cells mean, what rows apply; no database."""

import datetime
import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher import remittance, remittance_columns, remittance_csv, remittance_read
from odoo.addons.adjustment_voucher.remittance import GOOD, Row, Side, judge, spread
from odoo.addons.adjustment_voucher.remittance_read import Unreadable, amount, clean, day, safe

CELLS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20)


@pytest.mark.parametrize(
    "module", [remittance, remittance_columns, remittance_csv, remittance_read], ids=lambda m: m.__name__
)
def test_examples(module):
    assert doctest.testmod(module).failed == 0


# Amounts


@pytest.mark.parametrize(
    "text, decimal, value",
    [
        ("1.000,50", "comma", "1000.50"),
        ("1,000.50", "point", "1000.50"),
        ("1 000,50", "comma", "1000.50"),
        ("1\u202f000\u00a0000,50", "comma", "1000000.50"),
        ("1'000.50", "point", "1000.50"),
        ("€ 12.5", "point", "12.5"),
        ("12,5 EUR", "comma", "12.5"),
        ("RON 1.234.567,89", "comma", "1234567.89"),
        ("1.000", "comma", "1000"),
        ("1,000", "point", "1000"),
        ("0.500", "point", "0.5"),
        ("1000.500", "point", "1000.5"),
        ("7", "point", "7"),
    ],
)
def test_amounts_read(text, decimal, value):
    assert amount(text, decimal) == Fraction(value)


@pytest.mark.parametrize(
    "text, decimal, code",
    [
        ("1.000", "point", "amount_unclear"),
        ("12,345", "comma", "amount_unclear"),
        ("1.000,50", "point", "amount_unclear"),
        ("1,000.50", "comma", "amount_unclear"),
        ("1,00", "point", "amount_unclear"),
        ("1.00", "comma", "amount_unclear"),
        ("1,0000", "point", "amount_unclear"),
        ("1.2.3", "point", "amount_unclear"),
        ("1'000,000.5", "point", "amount_unclear"),
        ("-5", "point", "negative"),
        ("5-", "point", "negative"),
        ("(5.00)", "point", "negative"),
        ("99999999999999999", "point", "amount_large"),
        ("five", "point", "amount"),
        ("1e5", "point", "amount"),
        ("nan", "point", "amount"),
        ("١٢", "point", "amount"),
        (float("nan"), "point", "amount"),
        (float("inf"), "point", "amount"),
        (1e308, "point", "amount"),
        (True, "point", "amount"),
    ],
)
def test_amounts_refused(text, decimal, code):
    with pytest.raises(Unreadable) as found:
        amount(text, decimal)
    assert found.value.code == code


@given(st.integers(0, 10**12), st.sampled_from(["point", "comma"]), st.booleans())
def test_amounts_written_with_a_mark_are_read_with_it(cents, decimal, grouped):
    mark, group = (".", ",") if decimal == "point" else (",", ".")
    whole = f"{cents // 100:,}".replace(",", group if grouped else "")
    assert amount(f"{whole}{mark}{cents % 100:02}", decimal) == Fraction(cents, 100)


@given(CELLS | st.floats() | st.integers() | st.dates() | st.booleans(), st.sampled_from(["point", "comma"]))
def test_any_cell_is_an_amount_or_refused(cell, decimal):
    try:
        value = amount(cell, decimal)
    except Unreadable:
        return
    assert value is None or 0 <= value <= remittance_read.LARGEST


@given(st.integers(1, 9), st.integers(0, 99999))
def test_no_amount_has_two_meanings(whole, rest):
    """What both marks would read, they read as the same amount, or it is grouped in threes for the mark chosen."""
    for text in (f"{whole}.{rest:03}", f"{whole},{rest:03}"):
        values = set()
        for decimal in ("point", "comma"):
            try:
                values.add(amount(text, decimal))
            except Unreadable:
                pass
        assert len(values) <= 1


# Days


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)), st.sampled_from(["dmy", "mdy", "ymd"]),
       st.sampled_from("./- "), st.booleans())  # fmt: skip
def test_days_are_read_as_they_are_written(when, order, mark, short):
    year = f"{when.year % 100:02}" if short else f"{when.year}"
    parts = {"d": f"{when.day:02}", "m": f"{when.month:02}", "y": year}
    assert day(mark.join(parts[letter] for letter in order), order) == when
    assert day(when.isoformat(), order) == when


@pytest.mark.parametrize(
    "text", ["31/02/2026", "2026", "32.1.26", "1/2", "yesterday", "00/00/00", "1/1/0001", "12/2026/31"]
)
def test_days_refused(text):
    with pytest.raises(Unreadable):
        day(text)


@given(CELLS | st.dates() | st.datetimes(), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_any_cell_is_a_day_or_refused(cell, order):
    try:
        value = day(cell, order)
    except Unreadable:
        return
    assert value is None or type(value) is datetime.date


# Cells, columns, files


@given(CELLS)
def test_a_download_runs_nothing_and_comes_back_the_same(text):
    kept = clean(text)
    assert not safe(text).startswith(remittance_read.DANGEROUS)
    assert clean(safe(kept)) == kept or kept.startswith("'")


@pytest.mark.parametrize(
    "header, roles",
    [
        ("Payment No.;Invoice No.;Amount paid;Discount taken", "receipt document amount deduction"),
        ("Număr plată;Număr factură;Suma;Monedă", "receipt document amount currency"),
        ("Référence paiement;N° facture;Montant réglé;Escompte", "receipt document amount deduction"),
        ("Zahlungsreferenz;Rechnungsnummer;Betrag;Skonto", "receipt document amount deduction"),
        ("Referencia de pago;Número de factura;Importe pagado;Descuento", "receipt document amount deduction"),
    ],
)
def test_headers_of_five_languages(header, roles):
    assert " ".join(remittance_columns.guess_roles(header.split(";"))) == roles


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1250"])
@pytest.mark.parametrize("delimiter", ";,\t|")
def test_files_are_read_without_being_told_how(encoding, delimiter):
    rows = [
        ["Receipt", "Invoice", "Payer"],
        ["P1", "INV/1", "Ştefan şi fiii"],
        ["P2", "INV/2", "Țara" if encoding != "cp1250" else "Ţara"],
    ]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    assert list(remittance_csv.csv_rows(data)) == rows


def test_western_letters():
    assert remittance_csv.guess_encoding("Müller & Söhne, Façade".encode("cp1252")) == "cp1252"


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_refused(data):
    try:
        rows = list(remittance_csv.csv_rows(data))
    except Unreadable:
        return
    assert rows and all(isinstance(cell, str) for row in rows for cell in row)


def test_bounds():
    with pytest.raises(Unreadable) as found:
        list(remittance_csv.bounded([["x"]] * (remittance_csv.MOST_ROWS + 2)))
    assert found.value.code == "too_many_rows"


# Rows


@st.composite
def remittances(draw):
    credits = {
        key: Side(draw(st.integers(0, 60)), draw(st.integers(1, 2)), draw(st.integers(1, 2)), 60) for key in range(1, 5)
    }
    debits = {
        key: Side(draw(st.integers(0, 60)), draw(st.integers(1, 2)), draw(st.integers(1, 2))) for key in range(11, 16)
    }
    rows = []
    for key in range(1, draw(st.integers(1, 12)) + 1):
        credit = draw(st.sampled_from([0, *credits, 9]))
        rows.append(
            Row(
                key=key,
                receipt=credit or "new",
                credit=credit,
                debit=draw(st.sampled_from([0, *debits, 19])),
                currency=draw(st.sampled_from([0, 1, 2])),
                amount=draw(st.integers(0, 60)),
                deduction=draw(st.integers(0, 5)),
                receipt_amount=draw(st.sampled_from([0, 0, 0, 60])),
                new=not credit,
                code=draw(st.sampled_from(["", "", "", "", "unread_date"])),
                skipped=draw(st.booleans()) and draw(st.booleans()),
            )
        )
    return rows, credits, debits


@given(remittances(), st.randoms())
def test_the_order_of_rows_given_does_not_count(case, random):
    rows, credits, debits = case
    shuffled = random.sample(rows, len(rows))
    assert judge(rows, credits, debits) == judge(shuffled, credits, debits)


@given(remittances())
def test_every_row_has_one_verdict_and_nothing_is_over_applied(case):
    rows, credits, debits = case
    found = judge(rows, credits, debits)
    assert set(found) == {row.key for row in rows if not row.skipped}
    taken, settled = {}, {}
    for row in rows:
        verdict = found.get(row.key)
        if verdict and verdict.good:
            taken[row.receipt] = taken.get(row.receipt, 0) + verdict.paid
            settled[row.debit] = settled.get(row.debit, 0) + verdict.paid + verdict.deduction
            assert not row.amount or verdict.paid == (row.amount if row.debit else 0)
            assert verdict.deduction == (row.deduction if row.debit else 0)
        elif verdict:
            assert (verdict.paid, verdict.deduction) == (0, 0)
    assert all(paid <= credits[receipt].open for receipt, paid in taken.items() if receipt != "new")
    assert all(paid <= debits[debit].open for debit, paid in settled.items() if debit)


@given(remittances())
def test_a_receipt_is_applied_whole_or_not_at_all(case):
    rows, credits, debits = case
    found = judge(rows, credits, debits)
    for receipt in {row.receipt for row in rows}:
        goods = {found[row.key].good for row in rows if row.receipt == receipt and row.key in found}
        assert len(goods) <= 1


@given(remittances())
def test_what_is_applied_is_of_one_currency_and_group(case):
    rows, credits, debits = case
    for key, verdict in judge(rows, credits, debits).items():
        row = next(one for one in rows if one.key == key)
        if verdict.code == "matched":
            assert credits[row.credit].currency == debits[row.debit].currency
            assert credits[row.credit].tree == debits[row.debit].tree
        assert verdict.good == (verdict.code in GOOD)


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=4),
    st.lists(st.integers(1, 50), min_size=1, max_size=4),
    st.integers(1, 60),
    st.integers(0, 20),
)
def test_pieces_stay_within_their_items_and_add_up(credits, debits, paid, deduction):
    paid = min(paid, sum(credits), sum(debits))
    deduction = min(deduction, sum(debits) - paid)
    has, owes = (list(enumerate(amounts)) for amounts in (credits, debits))
    pieces = spread([(1, 2, paid, deduction)], {1: has}, {2: owes})
    assert sum(piece.paid for piece in pieces) == paid
    assert all(piece.paid > 0 for piece in pieces)
    for item, amount_open in has:
        assert sum(piece.paid for piece in pieces if piece.credit == item) <= amount_open
    for item, amount_open in owes:
        assert sum(piece.paid + piece.deduction for piece in pieces if piece.debit == item) <= amount_open
    assert sum(piece.deduction for piece in pieces) <= deduction
