"""What one legal entity settles for another: the part of a voucher that a linked voucher in another company carries.

Pure rules: standard library only, money as in ``entry``. Several vouchers, one per company, settle together. One is the
head, the others are linked with it. A linked voucher whose debits are larger is paid by the head: there it is due from the
head, at the head it is due to the other. One whose credits are larger pays the head, the other way round.

What crosses is worth what the debits it pays stand for in their own books, so that these companies have no exchange
difference: whoever holds the receipt has it (A4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .entry import CREDIT, DEBIT, Entry, Leg, Pair, Settled, exchange_legs, item_legs, pairs


@dataclass(frozen=True, slots=True)
class Due:
    """What another company gives (a credit: due from it) or takes (a debit: due to it).

    ``key`` is unlike any item's; ``amount`` in units of the voucher's ``currency``; ``value`` in company units, None for
    a credit that is worth what the debits it pays stand for.
    """

    key: int
    side: str
    currency: int
    account: int
    partner: int
    amount: int
    value: int | None = None


def kept_apart(credit: int, debit: int) -> tuple[str, int] | None:
    """The due of a voucher whose own sides are ``credit`` and ``debit``: what the other company has to give or to take.

    >>> kept_apart(0, 10000), kept_apart(2500, 0), kept_apart(7, 7)
    (('credit', 10000), ('debit', 2500), None)
    """
    if credit == debit:
        return None
    return (CREDIT, debit - credit) if credit < debit else (DEBIT, credit - debit)


def build(
    items: Sequence[Settled],
    dues: Sequence[Due],
    company_currency: int,
    wishes: Iterable[tuple[int, int, int]] = (),
) -> Entry:
    """The whole entry of a voucher in one of several companies, with a leg of kind ``due`` for each due."""
    follows = {due.key for due in dues if due.value is None}
    matched = [
        replace(pair, credit_share=pair.debit_share) if pair.credit in follows else pair
        for pair in pairs([*items, *map(_as_settled, dues)], wishes)
    ]
    legs = [leg for item in items for leg in item_legs(item)]
    legs += [_due_leg(due, matched) for due in dues]
    return Entry(tuple(items), tuple(matched), (*legs, *exchange_legs(matched, company_currency)), direct=False)


def _as_settled(due: Due) -> Settled:
    amount = due.amount
    return Settled(due.key, due.side, due.currency, due.account, due.partner, amount, amount, due.value or 0, amount)


def _due_leg(due: Due, matched: Sequence[Pair]) -> Leg:
    """Due from another is a debit, due to another a credit."""
    sign = 1 if due.side == CREDIT else -1
    value = due.value
    if value is None:
        value = sum(pair.debit_share for pair in matched if pair.credit == due.key)
    return Leg("due", due.key, due.account, due.partner, due.currency, sign * due.amount, sign * value)


def values(entry: Entry) -> Mapping[int, int]:
    """What each due of an entry is worth, in company units, by key."""
    return {leg.key: abs(leg.balance) for leg in entry.legs if leg.kind == "due"}
