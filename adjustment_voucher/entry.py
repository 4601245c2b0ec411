"""From a voucher's lines to the pairs it matches and the balanced legs it books.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of its currency. A leg's ``balance`` and
``amount`` are signed as in the ledger, debits positive; everything else is positive.

One leg per item closes what the voucher settles of it: in the item's own currency, at the item's own booked value, for
its own partner, on its own account. What is deducted from an item (discount, write-off, chargeback, transfer) is booked at
the item's own value too, so that it holds no exchange difference; the difference between what the credits and the debits
stand for in the books is the exchange leg.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .exchange import booked_share, cut, realized_exchange

CREDIT, DEBIT = "credit", "debit"


@dataclass(frozen=True, slots=True)
class Deduction:
    """A part of what is settled that no other item pays. ``kind`` is discount, write_off, chargeback, transfer or due.

    ``amount`` in units of the item's currency; ``partner`` and ``account`` where the leg stands, 0 for the item's partner
    and the account of the kind.
    """

    kind: str
    amount: int
    partner: int = 0
    account: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What a voucher settles of one open item.

    ``amount`` (units of ``currency``) is all that the voucher closes; ``residual`` and ``company_residual`` are what was
    open before. ``paid`` is what the other side gives for it, in units of the voucher's currency: credits and debits
    must have the same sum of it.
    """

    key: int
    side: str
    currency: int
    account: int
    partner: int
    amount: int
    residual: int
    company_residual: int
    paid: int
    deductions: tuple[Deduction, ...] = ()

    @property
    def sign(self) -> int:
        """The sign of the leg that closes it: a credit is closed by a debit."""
        return 1 if self.side == CREDIT else -1

    @property
    def paid_amount(self) -> int:
        """What is left for the other side, in units of its own currency."""
        return self.amount - sum(part.amount for part in self.deductions)


@dataclass(frozen=True, slots=True)
class Pair:
    """One credit put on one debit.

    ``amount`` in units of the voucher's currency, ``credit_amount`` and ``debit_amount`` in the items' own, the shares in
    company units at each item's own booked value; ``exchange`` is the gain (positive) or loss.
    """

    credit: int
    debit: int
    amount: int
    credit_amount: int
    debit_amount: int
    credit_share: int
    debit_share: int

    @property
    def exchange(self) -> int:
        return realized_exchange(self.credit_share, self.debit_share)


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of the entry. ``kind`` is ``item`` for the leg that closes the item ``key``, a deduction's kind, or
    ``exchange``; ``key`` names the item (None for exchange). ``account`` 0 is for the kind's own account to be found."""

    kind: str
    key: int | None
    account: int
    partner: int
    currency: int
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Entry:
    """All that a voucher settles, books and matches. ``direct`` when the items can be matched with each other without
    legs."""

    items: tuple[Settled, ...]
    pairs: tuple[Pair, ...]
    legs: tuple[Leg, ...]
    direct: bool


def booked_parts(item: Settled) -> tuple[int, ...]:
    """The booked value of each deduction, in their order, and last of the paid rest, in company units.

    Deductions are cut off first, at the item's own rate; the paid rest takes what is left.
    """
    total = booked_share(item.company_residual, item.residual, item.amount)
    return cut(total, [*(part.amount for part in item.deductions), item.paid_amount])


def walk(credits: Sequence[Settled], debits: Sequence[Settled], wishes: Iterable[tuple[int, int, int]] = ()):
    """Who pays whom: (credit key, debit key, amount in voucher units), each pair once.

    ``wishes`` are tried first, as far as both sides reach; the rest is filled in order, first credit on first debit.
    """
    left = {item.key: item.paid for item in (*credits, *debits)}
    taken = {}

    def take(credit, debit, most):
        amount = min(left[credit], left[debit], most)
        if amount > 0:
            left[credit] -= amount
            left[debit] -= amount
            taken[credit, debit] = taken.get((credit, debit), 0) + amount

    sides = {item.key: item.side for item in (*credits, *debits)}
    for credit, debit, amount in wishes:
        if sides.get(credit) == CREDIT and sides.get(debit) == DEBIT:
            take(credit, debit, amount)
    waiting = iter([item.key for item in debits if left[item.key]])
    debit = next(waiting, None)
    for credit in credits:
        while left[credit.key] and debit is not None:
            take(credit.key, debit, left[credit.key])
            if not left[debit]:
                debit = next(waiting, None)
    return [(credit, debit, amount) for (credit, debit), amount in taken.items()]


def pairs(items: Sequence[Settled], wishes: Iterable[tuple[int, int, int]] = ()) -> tuple[Pair, ...]:
    """The pairs of a voucher, each item's own amount and booked value cut along them."""
    by_key = {item.key: item for item in items}
    walked = walk(
        [item for item in items if item.side == CREDIT], [item for item in items if item.side == DEBIT], wishes
    )
    rows = {key: [] for key in by_key}
    for row in walked:
        rows[row[0]].append(row)
        rows[row[1]].append(row)
    own = {key: _cuts(by_key[key], rows[key]) for key in by_key}
    result = []
    for row in walked:
        credit_amount, credit_share = next(own[row[0]])
        debit_amount, debit_share = next(own[row[1]])
        result.append(Pair(row[0], row[1], row[2], credit_amount, debit_amount, credit_share, debit_share))
    return _without_rounding_noise(result)


def _without_rounding_noise(matched: list[Pair]) -> tuple[Pair, ...]:
    """One unit gained on one pair and lost on another of the same item comes from cutting alone: it is moved back."""
    for side in ("credit", "debit"):
        noisy = {}
        for index, pair in enumerate(matched):
            if abs(pair.exchange) == 1:
                noisy.setdefault(getattr(pair, side), {1: [], -1: []})[pair.exchange].append(index)
        for places in noisy.values():
            for gain, loss in zip(places[1], places[-1], strict=False):
                share = f"{side}_share"
                step = -1 if side == "credit" else 1
                matched[gain] = replace(matched[gain], **{share: getattr(matched[gain], share) + step})
                matched[loss] = replace(matched[loss], **{share: getattr(matched[loss], share) - step})
    return tuple(matched)


def _cuts(item: Settled, rows):
    parts = [amount for _credit, _debit, amount in rows]
    if sum(parts) < item.paid:  # something stays without a partner: it takes its part too
        parts = [*parts, item.paid - sum(parts)]
    return iter(zip(cut(item.paid_amount, parts), cut(booked_parts(item)[-1], parts), strict=True))


def build(
    items: Sequence[Settled],
    company_currency: int,
    wishes: Iterable[tuple[int, int, int]] = (),
    owners: Mapping[int, int] | None = None,
) -> Entry:
    """The whole entry of a voucher whose two sides pay each other exactly.

    :param owners: partner -> commercial entity, for partners that are not their own
    """
    matched = pairs(items, wishes)
    legs = [leg for item in items for leg in item_legs(item)]
    legs += exchange_legs(matched, company_currency)
    return Entry(tuple(items), matched, tuple(legs), _is_direct(items, matched, owners or {}))


def item_legs(item: Settled):
    booked, currency = booked_parts(item), item.currency
    own = (item.key, item.account, item.partner)
    yield Leg("item", *own, currency, item.sign * item.amount, item.sign * sum(booked))
    for part, value in zip(item.deductions, booked, strict=False):
        place = (item.key, part.account, part.partner or item.partner)
        yield Leg(part.kind, *place, currency, -item.sign * part.amount, -item.sign * value)


def exchange_legs(matched: Sequence[Pair], currency: int):
    gain = sum(pair.exchange for pair in matched if pair.exchange > 0)
    loss = sum(pair.exchange for pair in matched if pair.exchange < 0)
    return [Leg("exchange", None, 0, 0, currency, -total, -total) for total in (gain, loss) if total]


def merge(legs: Iterable[Leg], whole: Iterable[int]) -> tuple[tuple[Leg, tuple[Leg, ...]], ...]:
    """Legs that close items in the same place, as one leg each; any other leg stays by itself.

    Items that are closed as a whole and such that keep a rest stand in legs of their own, so that the former end up in a
    full match.

    :param whole: keys of the items that are closed as a whole
    :return: (leg to book, the legs it stands for), in the order of their first
    """
    places, whole = {}, set(whole)
    for place, leg in enumerate(legs):
        key = (leg.account, leg.partner, leg.currency, leg.amount > 0, leg.key in whole)
        places.setdefault(key if leg.kind == "item" else place, []).append(leg)
    return tuple((_joined(group), tuple(group)) for group in places.values())


def _joined(group: Sequence[Leg]) -> Leg:
    if len(group) == 1:
        return group[0]
    return replace(
        group[0], key=None, amount=sum(leg.amount for leg in group), balance=sum(leg.balance for leg in group)
    )


def reverse(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """The legs that take these back: the same places, the opposite signs."""
    return tuple(replace(leg, amount=-leg.amount, balance=-leg.balance) for leg in legs)


def _is_direct(items: Sequence[Settled], matched: Sequence[Pair], owners: Mapping[int, int]) -> bool:
    by_key = {item.key: item for item in items}

    def same_place(pair):
        credit, debit = by_key[pair.credit], by_key[pair.debit]
        return (
            (credit.currency, credit.account) == (debit.currency, debit.account)
            and owners.get(credit.partner, credit.partner) == owners.get(debit.partner, debit.partner)
            and pair.credit_amount == pair.debit_amount
            and not pair.exchange
        )

    return not any(item.deductions for item in items) and all(same_place(pair) for pair in matched)
