"""What the columns of a remittance file mean, by their names in five languages; nothing but the standard library."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from .remittance_read import Cell, clean

HEADERS: Mapping[str, tuple[str, ...]] = {
    "receipt": (
        "receipt", "receipt number", "receipt no", "payment", "payment number", "payment no", "payment reference",
        "bank reference", "check", "check number", "cheque number", "transaction", "transaction id", "remittance",
        "remittance number", "end to end id", "trace number", "lockbox item", "wire", "wire number", "wire reference",
        "plata", "numar plata", "nr plata", "incasare", "referinta plata", "referinta bancara", "chitanta", "nr op", "numar op",
        "paiement", "numero paiement", "reference paiement", "reference bancaire", "encaissement", "virement",
        "zahlung", "zahlungsnummer", "zahlungsreferenz", "bankreferenz", "zahlungseingang", "avis", "beleg",
        "pago", "numero pago", "numero de pago", "referencia pago", "referencia de pago", "referencia bancaria",
        "cobro", "recibo",
    ),
    "date": (
        "date", "payment date", "receipt date", "value date", "data", "data platii", "data incasarii", "data valutei",
        "date paiement", "date de paiement", "date valeur", "date de valeur", "datum", "zahlungsdatum", "valuta",
        "wertstellung", "buchungsdatum", "fecha", "fecha pago", "fecha de pago", "fecha valor",
    ),
    "receipt_amount": (
        "receipt amount", "payment amount", "total", "total paid", "check amount", "payment total", "receipt total",
        "suma platita", "suma incasata", "total plata", "total incasare", "montant paiement", "montant du paiement",
        "montant total", "total paiement", "zahlungsbetrag", "gesamtbetrag", "importe pago", "importe del pago",
        "importe total", "total pago",
    ),
    "payer": (
        "customer", "customer number", "customer code", "payer", "payer name", "debtor", "account", "iban", "vat",
        "client", "cod client", "platitor", "cui", "cif", "code client", "payeur", "debiteur", "kunde",
        "kundennummer", "zahler", "debitor", "auftraggeber", "cliente", "codigo cliente", "pagador", "deudor", "nif",
    ),
    "document": (
        "invoice", "invoice number", "invoice no", "invoice reference", "document", "document number", "document no",
        "bill", "factura", "numar factura", "nr factura", "document platit", "facture", "numero facture",
        "numero de facture", "no facture", "n facture", "n de facture", "rechnung", "rechnungsnummer", "rechnungsnr", "rechnung nr", "belegnummer",
        "numero factura", "numero de factura", "n factura", "documento",
    ),
    "amount": (
        "amount", "paid", "amount paid", "paid amount", "invoice amount paid", "applied", "amount applied", "net amount",
        "suma", "suma achitata", "achitat", "valoare", "montant", "montant paye", "montant regle", "regle", "betrag",
        "bezahlt", "zahlbetrag", "gezahlt", "importe", "importe pagado", "pagado", "monto", "cantidad",
    ),
    "deduction": (
        "discount", "deduction", "discount taken", "cash discount", "short payment", "adjustment",
        "discount acordat", "scont", "deducere", "reducere", "escompte", "deduction prise", "remise", "skonto", "abzug",
        "kurzung", "nachlass", "descuento", "deduccion", "pronto pago",
    ),
    "currency": ("currency", "cur", "ccy", "moneda", "valuta moneda", "devise", "monnaie", "wahrung", "divisa"),
}  # fmt: skip
_BY_NAME = {name: role for role, names in HEADERS.items() for name in names}


def plain(text: str) -> str:
    """A header without accents, punctuation and capitals.

    >>> plain("N° de facture:"), plain("Währung")
    ('n de facture', 'wahrung')
    """
    text = unicodedata.normalize("NFKD", clean(text).replace("ß", "ss").replace("°", "").casefold())
    return " ".join(re.sub(r"[^0-9a-z]+", " ", "".join(ch for ch in text if not unicodedata.combining(ch))).split())


def guess_roles(header: Sequence[Cell]) -> list[str]:
    """What each column means, by its name; "" where it says nothing, and each meaning once (the first that says it).

    >>> guess_roles(["Zahlungsreferenz", "Rechnungsnummer", "Betrag", "Bemerkung", "Betrag"])
    ['receipt', 'document', 'amount', '', '']
    """
    roles: list[str] = []
    for cell in header:
        role = _BY_NAME.get(plain(clean(cell)), "")
        roles.append(role if role not in roles else "")
    return roles


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names columns: it says what one means, or holds texts alone while figures follow."""
    if not rows:
        return False
    return any(guess_roles(rows[0])) or (
        len(rows) > 1
        and not any(_is_figure(cell) for cell in rows[0])
        and any(_is_figure(cell) for row in rows[1:6] for cell in row)
    )


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(re.search(r"\d", cell))
