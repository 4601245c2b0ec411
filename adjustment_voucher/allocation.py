"""Which credit goes on which debit: proposed by methods, each on what the one before it left.

Pure rules: standard library only; the values stand in ``allocation_plan``.

A plan never depends on the order in which the items come: every method sorts them by a key that ends in the item's own.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from .allocation_plan import OpenItem, Plan
from .allocation_sheet import OpenDebits, Sheet, newest_first, oldest_first, sheet_of
from .exchange import cut, rounded


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
    sheet = sheet_of(items)
    for method in methods:
        METHODS[method](sheet)
    return sheet.plan()


def _named(sheet: Sheet) -> None:
    debits = {item.key: item for item in sheet.debits}
    for credit in sheet.credits:
        for key in credit.named:
            if key in debits:
                _put(sheet, "named", credit, debits[key])


def _in_order(sheet: Sheet, rule: str, order: Callable[[OpenItem], tuple]) -> None:
    debits, first = sheet.open_debits(order), 0
    for credit in sheet.open_credits():
        while first < len(debits) and not sheet.money(debits[first]):
            first += 1
        for place in range(first, len(debits)):
            if not sheet.left[credit.key]:
                break
            _put(sheet, rule, credit, debits[place])


def _put(sheet: Sheet, rule: str, credit: OpenItem, debit: OpenItem) -> None:
    """As much of the credit on the debit as both allow."""
    given, wanted = sheet.money(credit), sheet.money(debit)
    if given > 0 and wanted > 0 and _worth_a_unit(sheet, credit, debit):
        sheet.book(rule, credit, debit, *exchanged(given, wanted, credit.rate, debit.rate))


def _worth_a_unit(sheet: Sheet, credit: OpenItem, debit: OpenItem) -> bool:
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


def _exact(sheet: Sheet) -> None:
    """Credit by credit, the oldest first; then all that is left at once, if the two sides are even. Whatever was
    closed exactly before took the same from both sides, so nothing that could be cleared is lost by that order."""
    for credit in sheet.open_credits():
        _close_by_first_rule(sheet, credit)
    credits, debits = sheet.open_credits(), sheet.open_debits(oldest_first)
    if credits and debits and _even(sheet, credits, debits):
        _close(sheet, "clear_account", credits, debits)


def _close_by_first_rule(sheet: Sheet, credit: OpenItem) -> None:
    for rule, find in EXACT_RULES.items():
        found = find(sheet, credit, sheet.debits_by_age())
        if found and _close(sheet, rule, [credit], found):
            return


def _equal_item(sheet: Sheet, credit: OpenItem, debits: OpenDebits) -> list[OpenItem]:
    if debits.rate == credit.rate:
        found = debits.first.get(sheet.money(credit))
        return [found] if found else []
    return next(([debit] for debit in debits.items if _even(sheet, [credit], [debit])), [])


def _whole_account(sheet: Sheet, credit: OpenItem, debits: OpenDebits) -> list[OpenItem]:
    if debits.rate == credit.rate:
        return debits.items if debits.total == sheet.money(credit) else []
    return debits.items if _even(sheet, [credit], debits.items) else []


def _combined_items(sheet: Sheet, credit: OpenItem, debits: OpenDebits) -> list[OpenItem]:
    largest = max(map(sheet.money, sheet.credits))
    return debits.like(credit).making(sheet.money(credit), largest)


def _even(sheet: Sheet, credits: list[OpenItem], debits: list[OpenItem]) -> bool:
    """Whether two sides are worth the same: to the unit in one currency, else when the finer amount rounds to the
    coarser."""
    rate = credits[0].rate
    if all(item.rate == rate for item in (*credits, *debits)):
        return sum(map(sheet.money, credits)) == sum(map(sheet.money, debits))
    difference = sum(map(sheet.value, credits)) - sum(map(sheet.value, debits))
    return 2 * abs(difference) <= max(item.rate for item in (*credits, *debits))


def _close(sheet: Sheet, rule: str, credits: list[OpenItem], debits: list[OpenItem]) -> bool:
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


def _cut(sheet: Sheet, walk: list[tuple], side: int) -> list[int]:
    """The money of each item of one side, cut along its pieces of the walk, where they stand together."""
    runs: dict[OpenItem, list[int]] = {}
    for piece in walk:
        runs.setdefault(piece[side], []).append(piece[2])
    return [share for item, parts in runs.items() for share in cut(sheet.money(item), parts)]


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


EXACT_RULES = {"exact_item": _equal_item, "clear_account": _whole_account, "combination": _combined_items}
"""Tried in this order for each credit: one debit of the same amount (the oldest due of several), all open debits
together, some of the debits in the credit's currency and at its rate. Amounts of debits are net of discount."""

METHODS = {
    "named": _named,
    "exact": _exact,
    "fifo": partial(_in_order, rule="fifo", order=oldest_first),
    "lifo": partial(_in_order, rule="lifo", order=newest_first),
}
