"""What an application is made of: open items, a plan over them, and what stands against booking it.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of its currency (cents for most), a
rate a ``Fraction``: units of the voucher's currency per unit of the item's. Refusals are data (a code and figures).
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

CREDIT, DEBIT = "credit", "debit"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One journal item with a residual, as the voucher finds it.

    ``key`` is the journal item and ``partner`` its customer (carried, no rule here looks at it); ``residual`` and
    ``discount`` are units of the item's ``currency``. The cash discount (of debits, below the residual) is what is
    earned when the whole residual is settled. A lower ``priority`` is settled first (A13: interest notes before
    invoices). ``rate`` is positive. ``named`` are the debits a credit was given for, in order.
    """

    key: int
    side: str
    residual: int
    currency: object = ""
    due: datetime.date = datetime.date.min
    date: datetime.date = datetime.date.min
    priority: int = 0
    discount: int = 0
    rate: Fraction = Fraction(1)
    partner: int = 0
    named: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Allocation:
    """One credit put on one debit.

    ``credit_amount`` is taken from the credit and ``debit_amount`` settled on the debit, each in units of its own
    currency; ``discount`` is the part of ``debit_amount`` that the discount pays; ``amount`` is what is paid without
    it, in units of the voucher's currency. ``rule`` is the name of what placed it.
    """

    credit: int
    debit: int
    credit_amount: int
    debit_amount: int
    discount: int
    amount: int
    rule: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """Allocations in the order they were made, and what they leave.

    ``unapplied`` and ``open`` are (key, left > 0 in own units) of credits and debits, by key; ``rules`` are (credit
    key, name of a rule that placed it), in the order they were used.
    """

    allocations: tuple[Allocation, ...] = ()
    unapplied: tuple[tuple[int, int], ...] = ()
    open: tuple[tuple[int, int], ...] = ()
    rules: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What a voucher does with one item.

    ``amount`` is what it closes, of which ``discount`` and ``write_off`` are not paid: units of the item's currency.
    ``voucher_amount`` is the rest, what is paid, in units of the voucher's currency.
    """

    key: int
    side: str
    amount: int
    discount: int = 0
    write_off: int = 0
    voucher_amount: int = 0

    @property
    def deductions(self) -> int:
        return self.discount + self.write_off


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a plan can't be booked: a code, the item it is about (0 for the whole plan) and its figures."""

    code: str
    key: int = 0
    figures: tuple[tuple[str, int], ...] = ()

    def get(self, name: str) -> int:
        return dict(self.figures)[name]


def check_plan(lines: Iterable[PlanLine], items: Mapping[int, OpenItem]) -> tuple[Problem, ...]:
    """All that stands against booking the lines, given the items of their keys with fresh residuals.

    In this order: ``no_credit``, ``no_debit``; ``twice`` by key; line by line as given ``gone`` and the codes of
    ``LINE_CHECKS``; ``unbalanced`` where what is paid differs between the sides (figures credit, debit, difference).
    """
    lines = tuple(lines)
    return (*_missing_sides(lines), *_repeated(lines), *_line_problems(lines, items), *_imbalance(lines))


def _missing_sides(lines: tuple[PlanLine, ...]) -> list[Problem]:
    sides = {line.side for line in lines}
    return [Problem(f"no_{side}") for side in (CREDIT, DEBIT) if side not in sides]


def _repeated(lines: tuple[PlanLine, ...]) -> list[Problem]:
    counts = Counter(line.key for line in lines)
    return [Problem("twice", key, (("count", count),)) for key, count in counts.items() if count > 1]


def _line_problems(lines: tuple[PlanLine, ...], items: Mapping[int, OpenItem]) -> Iterator[Problem]:
    for line in lines:
        item = items.get(line.key)
        if item is None:
            yield Problem("gone", line.key)
        for code, check in LINE_CHECKS.items():
            figures = check(line, item)
            if figures is not None:
                yield Problem(code, line.key, figures)


def _wrong_side(line: PlanLine, item: OpenItem | None) -> tuple | None:
    return () if item and item.side != line.side else None


def _not_positive(line: PlanLine, _item: OpenItem | None) -> tuple | None:
    if line.amount > 0 and line.voucher_amount >= 0:
        return None
    return (("amount", line.amount), ("voucher_amount", line.voucher_amount))


def _over_residual(line: PlanLine, item: OpenItem | None) -> tuple | None:
    if item is None or line.amount <= item.residual:
        return None
    return (("amount", line.amount), ("residual", item.residual))


def _negative_deduction(line: PlanLine, _item: OpenItem | None) -> tuple | None:
    if line.discount >= 0 and line.write_off >= 0:
        return None
    return (("discount", line.discount), ("write_off", line.write_off))


def _deductions_above_amount(line: PlanLine, _item: OpenItem | None) -> tuple | None:
    if line.deductions <= max(line.amount, 0):
        return None
    return (("deductions", line.deductions), ("amount", line.amount))


LINE_CHECKS = {
    "wrong_side": _wrong_side,
    "not_positive": _not_positive,
    "over_residual": _over_residual,
    "negative_deduction": _negative_deduction,
    "deductions_above_amount": _deductions_above_amount,
}


def _imbalance(lines: tuple[PlanLine, ...]) -> list[Problem]:
    credit, debit = (sum(line.voucher_amount for line in lines if line.side == side) for side in (CREDIT, DEBIT))
    if credit == debit:
        return []
    return [Problem("unbalanced", 0, (("credit", credit), ("debit", debit), ("difference", credit - debit)))]
