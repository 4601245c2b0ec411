"""The statement of account of one customer in one currency: running balances, what is owed and what is late. Amounts are
int counts of the currency's smallest unit; what the customer owes is positive, a credit negative."""

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from . import aging

KINDS = {
    "out_invoice": "invoice",
    "out_receipt": "invoice",
    "out_refund": "credit_note",
    "in_invoice": "bill",
    "in_receipt": "bill",
    "in_refund": "vendor_credit",
}


@dataclass(frozen=True)
class Row:
    """A line of a statement: an open item, or a transaction of the period."""

    key: int
    kind: str
    date: date
    due: date
    number: str
    reference: str
    booked: int
    amount: int
    move: int = 0


@dataclass(frozen=True)
class Summary:
    """What is open: debits by days past due, credits not applied yet, and the sum of both."""

    aged: dict[str, int]
    owed: int
    credits: int
    past_due: int

    @property
    def balance(self) -> int:
        return self.owed + self.credits


@dataclass(frozen=True)
class Section:
    """The part of a statement in one currency. ``balances`` holds the running balance after each row."""

    currency: int
    opening: int
    rows: tuple[Row, ...]
    balances: tuple[int, ...]
    summary: Summary

    @property
    def closing(self) -> int:
        return self.balances[-1] if self.balances else self.opening


def summarize(items, as_of: date) -> Summary:
    """What is open at a day.

    :param items: iterable of (due date, amount); credits are negative
    """
    items = list(items)
    debits = [(due, amount) for due, amount in items if amount > 0]
    aged = aging.aged(debits, as_of)
    owed = sum(aged.values())
    return Summary(aged, owed, sum(amount for _due, amount in items if amount < 0), owed - aged["current"])


def running(opening: int, amounts) -> tuple[int, ...]:
    """The balance after each amount."""
    return tuple(accumulate(amounts, initial=opening))[1:]


def open_items(currency: int, rows, as_of: date) -> Section:
    """What is open at a day, the oldest due first, with the running sum."""
    rows = tuple(sorted(rows, key=lambda row: (row.due, row.date, row.key)))
    summary = summarize(((row.due, row.amount) for row in rows), as_of)
    return Section(currency, 0, rows, running(0, (row.amount for row in rows)), summary)


def activity(currency: int, opening: int, rows, items, as_of: date) -> Section:
    """What happened in a period, from its opening balance to its closing balance, and what is open at its end.

    :param items: iterable of (due date, amount) open at the end
    """
    rows = tuple(sorted(rows, key=lambda row: (row.date, row.kind == "settled", row.key)))
    balances = running(opening, (row.amount for row in rows))
    return Section(currency, opening, rows, balances, summarize(items, as_of))


def kind_of(move_type: str, amount: int, money: bool, debit_note: bool) -> str:
    """What a customer calls a document.

    :param money: it is a payment or a line of a bank statement
    """
    if money:
        return "receipt" if amount < 0 else "refund"
    if debit_note:
        return "debit_note"
    return KINDS.get(move_type, "entry")
