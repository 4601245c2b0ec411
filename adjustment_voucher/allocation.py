"""Which credit goes on which debit: proposed by a method, checked before it is booked.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of its currency (cents for most), a
rate a ``Fraction``: units of the voucher's currency per unit of the item's. Refusals are data (a code and figures).

A plan never depends on the order in which the items come: every method sorts them by a key that ends in the item's own.
"""

import datetime
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import gcd

from .exchange import cut, rounded

CREDIT, DEBIT = "credit", "debit"
MOST_ITEMS, EARLY_ITEMS, MOST_STATES = 40, 16, 200_000
FEW_ITEMS, MOST_BITS = 10, 1 << 22


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


def by_date(item: OpenItem) -> tuple:
    """Credits: the oldest first."""
    return (item.date, item.key)


def by_age(item: OpenItem) -> tuple:
    """The oldest due first, whatever its priority: how "exact" chooses between debits that fit equally well."""
    return (item.due, item.priority, item.date, item.key)


def oldest_first(item: OpenItem) -> tuple:
    """FIFO: by priority, then the oldest due."""
    return (item.priority, item.due, item.date, item.key)


def newest_first(item: OpenItem) -> tuple:
    """LIFO: by priority all the same, then the newest due."""
    return (item.priority, -item.due.toordinal(), -item.date.toordinal(), -item.key)


# The proposal


def propose(items: Iterable[OpenItem], methods: Sequence[str]) -> Plan:
    """What the methods make of open items, each working on what the one before it left; names as in ``METHODS``.

    ``named``: each credit on the debits it names, as far as it reaches; names of debits that are not here are passed
    over. ``exact``: whole closings only, see ``EXACT_RULES``. ``fifo``, ``lifo``: the debits of the lowest priority
    first, among them the oldest due first or the newest due first; credits are the oldest first in both.

    Items have keys of their own and positive residuals (others are left out). A debit is paid at its residual less
    its discount; a payment of a part earns that part of the discount (A20). Pairs whose smaller side is worth less
    than half a unit of the other's currency or of the voucher's are not made.

    >>> items = [OpenItem(1, "credit", 600), OpenItem(2, "debit", 400), OpenItem(3, "debit", 500)]
    >>> plan = propose(items, ["exact", "fifo"])
    >>> [(one.credit, one.debit, one.amount) for one in plan.allocations], plan.open, plan.rules
    ([(1, 2, 400), (1, 3, 200)], ((3, 300),), ((1, 'fifo'),))
    """
    sheet = _sheet(items)
    for method in methods:
        METHODS[method](sheet)
    return sheet.plan()


@dataclass(slots=True)
class _Sheet:
    """What is still open while a plan is made; ``left`` and ``discount`` by key, in the item's units."""

    credits: list[OpenItem]
    debits: list[OpenItem]
    left: dict[int, int]
    discount: dict[int, int]
    allocations: list[Allocation] = field(default_factory=list)
    rules: dict[tuple[int, str], None] = field(default_factory=dict)
    ages: list[OpenItem] | None = None
    seen: "_OpenDebits | None" = None

    def money(self, item: OpenItem) -> int:
        """What a credit has or a debit needs, its discount taken off."""
        return self.left[item.key] - self.discount[item.key]

    def value(self, item: OpenItem) -> Fraction:
        """The same in the voucher's currency, not rounded."""
        return Fraction(self.money(item)) * item.rate

    def open_credits(self) -> list[OpenItem]:
        return [item for item in self.credits if self.left[item.key]]

    def open_debits(self, order: Callable[[OpenItem], tuple]) -> list[OpenItem]:
        """Debits that money can pay; one that its discount covers needs none."""
        return sorted((item for item in self.debits if self.money(item) > 0), key=order)

    def book(self, rule: str, credit: OpenItem, debit: OpenItem, taken: int, paid: int) -> None:
        """Puts ``taken`` of the credit on the debit as ``paid``. The discount follows the money, so that whoever pays
        the last unit brings it to the whole."""
        discount = self.discount[debit.key]
        if discount:
            discount = rounded(Fraction(paid * discount, self.money(debit)))
        amount = _voucher_amount(credit, debit, taken, paid)
        self.allocations.append(Allocation(credit.key, debit.key, taken, paid + discount, discount, amount, rule))
        self.rules[credit.key, rule] = None
        self.left[credit.key] -= taken
        self.left[debit.key] -= paid + discount
        self.discount[debit.key] -= discount
        self.seen = None

    def debits_by_age(self) -> "_OpenDebits":
        """The debits that money can pay, looked at once for all credits until one of them is paid."""
        if self.seen is None:
            self.ages = sorted(self.debits, key=by_age) if self.ages is None else self.ages
            self.ages = [item for item in self.ages if self.money(item) > 0]
            self.seen = _OpenDebits(self.ages, [self.money(item) for item in self.ages])
        return self.seen

    def rest(self, items: list[OpenItem]) -> tuple[tuple[int, int], ...]:
        return tuple(sorted((item.key, self.left[item.key]) for item in items if self.left[item.key]))

    def plan(self) -> Plan:
        return Plan(tuple(self.allocations), self.rest(self.credits), self.rest(self.debits), tuple(self.rules))


@dataclass(slots=True)
class _OpenDebits:
    """Open debits, the oldest first, with what pays each; ``rate`` when all have the same, ``first`` the oldest of each
    amount. So a credit finds its debit without looking at all of them again."""

    items: list[OpenItem]
    amounts: list[int]
    rate: Fraction | None = None
    first: dict[int, OpenItem] = field(default_factory=dict)
    total: int = 0
    alike: dict[tuple, "_Alike"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rates = {item.rate for item in self.items}
        if len(rates) == 1:
            self.rate, self.total = rates.pop(), sum(self.amounts)
            self.first = dict(zip(reversed(self.amounts), reversed(self.items), strict=True))

    def like(self, credit: OpenItem) -> "_Alike":
        """Those in the credit's currency and at its rate."""
        kind = (credit.currency, credit.rate)
        if kind not in self.alike:
            pairs = [
                (item, amount)
                for item, amount in zip(self.items, self.amounts, strict=True)
                if item.currency == credit.currency and item.rate == credit.rate
            ]
            self.alike[kind] = _Alike([item for item, _amount in pairs], [amount for _item, amount in pairs])
        return self.alike[kind]


@dataclass(slots=True)
class _Alike:
    """Debits of one currency and rate, and the sums that they can make."""

    items: list[OpenItem]
    amounts: list[int]
    sums: "Sums | None" = None

    def making(self, total: int, largest: int) -> list[OpenItem]:
        """Some of them that make the total exactly. ``largest`` is the largest total that will be asked for."""
        if not FEW_ITEMS < len(self.amounts) <= MOST_ITEMS or largest > MOST_BITS:
            places = combination(self.amounts, total)
        else:
            self.sums = self.sums or Sums(self.amounts, largest)
            places = self.sums.making(total)
        return [self.items[place] for place in places]


def _sheet(items: Iterable[OpenItem]) -> _Sheet:
    items = [item for item in items if item.residual > 0]
    return _Sheet(
        sorted((item for item in items if item.side == CREDIT), key=by_date),
        sorted((item for item in items if item.side == DEBIT), key=oldest_first),
        {item.key: item.residual for item in items},
        {item.key: item.discount if item.side == DEBIT else 0 for item in items},
    )


def _voucher_amount(credit: OpenItem, debit: OpenItem, taken: int, paid: int) -> int:
    """One figure for both sides: that of the side in the voucher's currency, else the debit's."""
    return taken if credit.rate == 1 else max(1, rounded(Fraction(paid) * debit.rate))


def _named(sheet: _Sheet) -> None:
    debits = {item.key: item for item in sheet.debits}
    for credit in sheet.credits:
        for key in credit.named:
            if key in debits:
                _put(sheet, "named", credit, debits[key])


def _in_order(sheet: _Sheet, rule: str, order: Callable[[OpenItem], tuple]) -> None:
    debits, first = sheet.open_debits(order), 0
    for credit in sheet.open_credits():
        while first < len(debits) and not sheet.money(debits[first]):
            first += 1
        for place in range(first, len(debits)):
            if not sheet.left[credit.key]:
                break
            _put(sheet, rule, credit, debits[place])


def _put(sheet: _Sheet, rule: str, credit: OpenItem, debit: OpenItem) -> None:
    """As much of the credit on the debit as both allow."""
    given, wanted = sheet.money(credit), sheet.money(debit)
    if given > 0 and wanted > 0 and _worth_a_unit(sheet, credit, debit):
        sheet.book(rule, credit, debit, *exchanged(given, wanted, credit.rate, debit.rate))


def _worth_a_unit(sheet: _Sheet, credit: OpenItem, debit: OpenItem) -> bool:
    """Whether the smaller of the two is something in the currency of either and of the voucher."""
    if credit.rate == debit.rate == 1:
        return True  # whole units
    return 2 * min(sheet.value(credit), sheet.value(debit)) >= max(credit.rate, debit.rate, 1)


def exchanged(given: int, wanted: int, credit_rate: Fraction, debit_rate: Fraction) -> tuple[int, int]:
    """What is taken from a credit of ``given`` and paid on a debit of ``wanted``, each in its own units.

    The side that is closed is closed exactly and the other moves by what that is worth, rounded. Between currencies
    both are closed when they differ by no more than one unit of the coarser: no unit is left by rounding alone.

    >>> exchanged(38850, 50000, Fraction("1.287"), Fraction(1))
    (38850, 50000)
    >>> exchanged(6400, 10000, Fraction(90, 64), Fraction(1))
    (6400, 9000)
    """
    if credit_rate == debit_rate:
        return min(given, wanted), min(given, wanted)
    worth, due = Fraction(given) * credit_rate, Fraction(wanted) * debit_rate
    if abs(worth - due) <= max(credit_rate, debit_rate):
        return given, wanted
    if worth > due:
        return rounded(due / credit_rate), wanted
    return given, rounded(worth / debit_rate)


# Exact


def _exact(sheet: _Sheet) -> None:
    """Credit by credit, the oldest first; then all that is left at once, if the two sides are even. Whatever was
    closed exactly before took the same from both sides, so nothing that could be cleared is lost by that order."""
    for credit in sheet.open_credits():
        _close_by_first_rule(sheet, credit)
    credits, debits = sheet.open_credits(), sheet.open_debits(oldest_first)
    if credits and debits and _even(sheet, credits, debits):
        _close(sheet, "clear_account", credits, debits)


def _close_by_first_rule(sheet: _Sheet, credit: OpenItem) -> None:
    for rule, find in EXACT_RULES.items():
        found = find(sheet, credit, sheet.debits_by_age())
        if found and _close(sheet, rule, [credit], found):
            return


def _equal_item(sheet: _Sheet, credit: OpenItem, debits: _OpenDebits) -> list[OpenItem]:
    if debits.rate == credit.rate:
        found = debits.first.get(sheet.money(credit))
        return [found] if found else []
    return next(([debit] for debit in debits.items if _even(sheet, [credit], [debit])), [])


def _whole_account(sheet: _Sheet, credit: OpenItem, debits: _OpenDebits) -> list[OpenItem]:
    if debits.rate == credit.rate:
        return debits.items if debits.total == sheet.money(credit) else []
    return debits.items if _even(sheet, [credit], debits.items) else []


def _combined_items(sheet: _Sheet, credit: OpenItem, debits: _OpenDebits) -> list[OpenItem]:
    largest = max(map(sheet.money, sheet.credits))
    return debits.like(credit).making(sheet.money(credit), largest)


def _even(sheet: _Sheet, credits: list[OpenItem], debits: list[OpenItem]) -> bool:
    """Whether two sides are worth the same: to the unit in one currency, else when the finer amount rounds to the
    coarser."""
    rate = credits[0].rate
    if all(item.rate == rate for item in (*credits, *debits)):
        return sum(map(sheet.money, credits)) == sum(map(sheet.money, debits))
    difference = sum(map(sheet.value, credits)) - sum(map(sheet.value, debits))
    return 2 * abs(difference) <= max(item.rate for item in (*credits, *debits))


def _close(sheet: _Sheet, rule: str, credits: list[OpenItem], debits: list[OpenItem]) -> bool:
    """Closes all of them against each other, or nothing when a piece would be worth no unit of a currency.

    What rounding leaves between the two sides is spread in proportion, so that every item is closed exactly.
    """
    given, wanted = (sum(map(sheet.value, side)) for side in (credits, debits))
    walk = list(
        _walk(
            [(credit, sheet.value(credit)) for credit in credits],
            [(debit, sheet.value(debit) * given / wanted) for debit in debits],
        )
    )
    pieces = list(zip(walk, _cut(sheet, walk, 0), _cut(sheet, walk, 1), strict=True))
    if any(bool(taken) != bool(paid) or (taken and 2 * value < 1) for (*_, value), taken, paid in pieces):
        return False
    for (credit, debit, _value), taken, paid in pieces:
        if taken:
            sheet.book(rule, credit, debit, taken, paid)
    return True


def _cut(sheet: _Sheet, walk: list[tuple], side: int) -> list[int]:
    """The money of each item of one side, cut along its pieces of the walk, where they stand together."""
    runs: dict[OpenItem, list[int]] = {}
    for piece in walk:
        runs.setdefault(piece[side], []).append(piece[2])
    return [share for item, parts in runs.items() for share in cut(sheet.money(item), parts)]


class Sums:
    """All the sums that parts can make, up to the largest asked for: each place has the bits of what it and those before
    it reach.

    >>> Sums([300, 200, 150, 500], 600).making(500), Sums([300, 200, 150], 600).making(600)
    ((0, 1), ())
    """

    def __init__(self, parts: Sequence[int], largest: int):
        self.unit = gcd(*parts) or 1
        self.parts = [part // self.unit for part in parts]
        self.mask = (1 << largest // self.unit + 1) - 1
        self.reached: list[int] = []

    def making(self, total: int) -> tuple[int, ...]:
        """As ``combination``, for a total up to the largest."""
        wanted, odd = divmod(total, self.unit)
        places, end = [], None if odd else self._first(wanted)
        while end is not None:
            places.append(end)
            wanted -= self.parts[end]
            end = next(place for place in range(end) if self.reached[place] >> wanted & 1) if wanted else None
        return tuple(reversed(places))

    def _first(self, wanted: int) -> int | None:
        """The first place with which the total can be made; what each place reaches is worked out when it is asked."""
        for place, part in enumerate(self.parts):
            if place == len(self.reached):
                before = self.reached[-1] if place else 1
                self.reached.append(before | (before << part) & self.mask)
            if self.reached[place] >> wanted & 1:
                return place
        return None


def combination(parts: Sequence[int], total: int) -> tuple[int, ...]:
    """Places of the parts that add up to ``total`` exactly; empty when there are none or the search is given up.

    The parts that come first are preferred: of all combinations the one whose last place is the lowest, then whose
    last but one is. Looked at are the first 40 parts that fit and about 200,000 sums (met in the middle: some 33
    parts of any size whatever, more when sums coincide).

    >>> combination([300, 200, 150, 500], 500), combination([300, 200, 150], 600)
    ((0, 1), ())
    """
    places = [place for place, part in enumerate(parts) if 0 < part <= total][:MOST_ITEMS]
    if sum(parts[place] for place in places) < total:
        return ()
    early = {0: 0}
    mask = _reach(early, {0: 0}, parts, places[:EARLY_ITEMS], total) or _reach(
        {0: 0}, early, parts, places[EARLY_ITEMS:], total
    )
    return tuple(place for place in places if mask >> place & 1)


def _reach(
    sums: dict[int, int], others: dict[int, int], parts: Sequence[int], places: Sequence[int], total: int
) -> int:
    """Adds to ``sums`` (sum: bit mask of the places it is made of) what more places reach; the mask of the first that
    makes the total with one of ``others``, 0 when none does. A sum keeps the first mask that made it."""
    for place in places:
        for before, mask in list(sums.items()):
            after, made = before + parts[place], mask | 1 << place
            if total - after in others:
                return made | others[total - after]
            if after < total:
                sums.setdefault(after, made)
        if len(sums) + len(others) > MOST_STATES:
            return 0
    return 0


EXACT_RULES = {"exact_item": _equal_item, "clear_account": _whole_account, "combination": _combined_items}
"""Tried in this order for each credit: one debit of the same amount (the oldest due of several), all open debits
together, some of the debits in the credit's currency and at its rate. Amounts of debits are net of discount."""

METHODS = {
    "named": _named,
    "exact": _exact,
    "fifo": partial(_in_order, rule="fifo", order=oldest_first),
    "lifo": partial(_in_order, rule="lifo", order=newest_first),
}


def _walk(credits: Iterable[tuple], debits: Iterable[tuple]) -> Iterator[tuple]:
    """(credit, debit, amount) from (credit, amount) and (debit, amount), in the order of both."""
    credits, debits = deque(credits), deque(debits)
    while credits and debits:
        (credit, given), (debit, wanted) = credits.popleft(), debits.popleft()
        yield credit, debit, min(given, wanted)
        if given > wanted:
            credits.appendleft((credit, given - wanted))
        if wanted > given:
            debits.appendleft((debit, wanted - given))


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
