"""What became of promises to pay: decided by the money that came in.

Pure rules: standard library only. Money is an ``int`` count of the smallest unit of its currency, worth ``company``
units of the company's. A receipt counts once: the promise that falls due first takes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

OPEN, KEPT, BROKEN = "open", "kept", "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """``made`` and ``until`` are the first and the last day that count; ``settled``: its documents are all paid."""

    key: int
    made: date
    until: date
    currency: object
    amount: int
    company: int
    tolerance: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in, still there or used up."""

    key: int
    day: date
    currency: object
    amount: int
    company: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """``received`` is in units of the promise's currency, at most what was promised."""

    state: str
    received: int


def examine(promises: Iterable[Promise], receipts: Iterable[Receipt], today: date) -> dict[int, Outcome]:
    """The state of each promise of one customer.

    :return: dict of promise key -> Outcome
    """
    left = {receipt: Fraction(1) for receipt in sorted(receipts, key=lambda one: (one.day, one.key))}
    return {
        promise.key: _outcome(promise, _take(promise, left), today)
        for promise in sorted(promises, key=lambda one: (one.until, one.made, one.key))
    }


def _take(promise, left):
    """What came for a promise; the receipts it uses are used up."""
    came = Fraction(0)
    for receipt, share in left.items():
        worth = _worth(receipt, promise)
        if share and worth and promise.made <= receipt.day <= promise.until:
            taken = min(share * worth, promise.amount - came)
            left[receipt] = share - taken / worth
            came += taken
    return came


def _worth(receipt, promise):
    """A receipt in the promise's currency, at the rates of the two documents."""
    if receipt.currency == promise.currency:
        return Fraction(receipt.amount)
    return Fraction(receipt.company * promise.amount, promise.company) if promise.company else Fraction(0)


def _outcome(promise, came, today):
    received = int(came)
    if promise.settled or came + promise.tolerance >= promise.amount:
        return Outcome(KEPT, received)
    return Outcome(BROKEN if today > promise.until else OPEN, received)
