"""What a run makes of one customer's open items: which voucher it drafts, and why each item that stays open stays.

Pure rules: standard library only; the values stand in ``batch``. The result is that of a voucher made by hand over the same
items with the same methods, and does not depend on the order in which the items come.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from . import allocation, terms
from .allocation_plan import CREDIT, DEBIT, OpenItem, Plan
from .batch import DraftLine, Item, Left, Proposal, Rules
from .exchange import cut, rounded

ONE = Fraction(1)
METHOD_OF_RULE = {"exact_item": "exact", "clear_account": "exact", "combination": "exact"}


def propose(items: Iterable[Item], rules: Rules) -> Proposal:
    """What the methods make of a customer's items, with discounts in time and small rests closed.

    The value date is that of the latest credit used: rates and discounts are those of that day.
    """
    items = sorted(items, key=lambda item: item.key)
    usable = [item for item in items if not item.hold and item.available]
    day, plan = _plan(usable, rules)
    lines = _lines(items, plan, day, rules) if plan.allocations else ()
    steps = tuple((step.credit, step.debit, step.amount) for step in plan.allocations)
    return Proposal(day, lines, steps, _left(items, lines, day, rules), _by_method(plan))


def propose_each(items: Iterable[Item], rules: Rules) -> tuple[tuple[tuple[Item, ...], Proposal], ...]:
    """The same with one credit document in each proposal, the oldest first; what one uses of a debit is gone for the next.

    :return: (the items of a proposal, the proposal), one for each credit document. What is left of the debits stands in
        the last.
    """
    items = sorted(items, key=lambda item: item.key)
    debits = {item.key: item for item in items if item.side == DEBIT}
    parts = []
    for credits in _credit_documents(items):
        part = propose([*credits, *debits.values()], rules)
        parts.append(((*credits, *debits.values()), part))
        for line in part.lines:
            if line.side == DEBIT:
                debits[line.item] = replace(debits[line.item], claimed=debits[line.item].claimed + line.amount)
    return _with_debits_left(items, parts, rules) or ((tuple(items), propose(items, rules)),)


def _credit_documents(items: Iterable[Item]) -> list[list[Item]]:
    """The items of each credit document that can be used, the oldest document first; what can't be used of others stands
    with the first."""
    usable: dict[int, list[Item]] = {}
    others = []
    for item in sorted(items, key=lambda item: (item.date, item.key)):
        if item.side == CREDIT and item.available and not item.hold:
            usable.setdefault(item.document or -item.key, []).append(item)
        elif item.side == CREDIT:
            others.append(item)
    found = list(usable.values())
    return [found[0] + others, *found[1:]] if found else []


def _with_debits_left(items: list[Item], parts: list, rules: Rules) -> tuple:
    """What is left of the debits after all of them, in the last of them alone."""
    lines: dict[int, DraftLine] = {}
    for _items, part in parts:
        for line in part.lines:
            known = lines.get(line.item)
            lines[line.item] = replace(line, amount=line.amount + known.amount) if known else line
    day = max((part.value_date for _items, part in parts), default=rules.date)
    debits = [rest for rest in _left(items, lines.values(), day, rules) if rest.side == DEBIT]
    found = []
    for place, (own, part) in enumerate(parts, 1):
        credits = [rest for rest in part.left if rest.side == CREDIT]
        found.append((own, replace(part, left=(*credits, *(debits if place == len(parts) else ())))))
    return tuple(found)


def _plan(usable: list[Item], rules: Rules) -> tuple[datetime.date, Plan]:
    """The plan, and the value date at which it was made: each try without the credits later than those the one before
    it used."""
    dates = {item.key: item.date for item in usable if item.side == CREDIT}
    day = max(dates.values(), default=rules.date)
    named = _named(usable)
    while True:
        chosen = [item for item in usable if item.side == DEBIT or item.date <= day]
        openings = [_open_item(item, day, rules, named) for item in chosen if _rate(item, day, rules)]
        plan = allocation.propose(openings, rules.methods) if _two_sides(openings) else Plan()
        used = max((dates[step.credit] for step in plan.allocations), default=day)
        if used == day:
            return day, plan
        day = used


def _two_sides(openings: list[OpenItem]) -> bool:
    return len({item.side for item in openings}) == 2


def _named(usable: list[Item]) -> Callable[[Item], tuple[int, ...]]:
    """What a credit names, as debits that are here: in the order of its documents, in each the one due first."""
    debits: dict[int, list[Item]] = {}
    if any(item.names for item in usable):
        for item in sorted(usable, key=lambda item: (item.due, item.key)):
            if item.side == DEBIT:
                debits.setdefault(item.document, []).append(item)
    return lambda item: tuple(debit.key for name in item.names for debit in debits.get(name, ()))


def _open_item(item: Item, day: datetime.date, rules: Rules, named: Callable) -> OpenItem:
    discount = _discount(item, item.available, day, rules)
    is_credit = item.side == CREDIT
    return OpenItem(
        item.key,
        item.side,
        item.available - discount if is_credit else item.available,
        item.currency,
        item.due,
        item.date,
        item.priority,
        0 if is_credit else discount,
        _rate(item, day, rules),
        item.partner,
        named(item) if is_credit and item.names else (),
    )


def _rate(item: Item, day: datetime.date, rules: Rules) -> Fraction:
    """Credits at the rate of their own day, debits at that of the value date."""
    if item.currency == rules.currency:
        return ONE
    return rules.rate(item.currency, item.date if item.side == CREDIT else day)


def _full_discount(item: Item, day: datetime.date, rules: Rules) -> int:
    if not rules.use_discount:
        return 0
    return terms.full_discount(item.terms, day, rules.grace_days) if item.terms else item.give_back


def _discount(item: Item, amount: int, day: datetime.date, rules: Rules) -> int:
    """The discount that belongs to settling ``amount`` of the item."""
    full = _full_discount(item, day, rules) if item.terms or item.give_back else 0
    return terms.discount_on_settled(full, item.total, min(amount, item.total)) if full else 0


# What the voucher does with each item


def _lines(items: list[Item], plan: Plan, day: datetime.date, rules: Rules) -> tuple[DraftLine, ...]:
    by_key = {item.key: item for item in items}
    settled = _settled(plan, by_key, day, rules)
    lines = {key: _line(by_key[key], *parts, day, rules) for key, parts in settled.items()}
    lines = _without_rounding(lines, plan, rules)
    if rules.use_tolerance:
        lines = _with_small_rests(lines, items, day, rules)
    return tuple(_balanced(lines, plan).values())


def _settled(plan: Plan, by_key: Mapping[int, Item], day: datetime.date, rules: Rules) -> dict[int, tuple[int, int]]:
    """{item: (what is closed of it, the discount in it)}; a credit note that takes a discount back closes more than it
    pays (A23)."""
    totals: dict[int, tuple[int, int]] = {}
    for step in plan.allocations:
        given, discount = totals.get(step.credit, (0, 0))
        totals[step.credit] = (given + step.credit_amount, discount)
        closed, discount = totals.get(step.debit, (0, 0))
        totals[step.debit] = (closed + step.debit_amount, discount + step.discount)
    for key, (paid, _discount_taken) in totals.items():
        item = by_key[key]
        full = _full_discount(item, day, rules) if item.side == CREDIT and item.give_back else 0
        if full:
            totals[key] = terms.split_paid(full, item.total, item.residual, paid)
    return totals


def _line(item: Item, amount: int, discount: int, day: datetime.date, rules: Rules, write_off: int = 0) -> DraftLine:
    rate = _rate(item, day, rules)
    rest = amount - discount - write_off
    paid = rest if rate == 1 else cut(rounded(amount * rate), [*filter(None, (discount, write_off)), rest])[-1]
    return DraftLine(item.key, item.side, item.currency, amount, paid, discount, write_off, rate)


def _gap(lines: Mapping[int, DraftLine]) -> int:
    return sum(line.paid if line.side == CREDIT else -line.paid for line in lines.values())


def _without_rounding(lines: dict[int, DraftLine], plan: Plan, rules: Rules) -> dict[int, DraftLine]:
    """Where conversions leave a unit between the two sides, the debits' value follows the credits'."""
    gap = _gap(lines)
    if not gap or abs(gap) > 2 * len(plan.allocations):
        return lines
    for keys in ([step.debit for step in plan.allocations], [step.credit for step in plan.allocations]):
        foreign = [key for key in keys if lines[key].currency != rules.currency]
        if foreign:
            line = lines[foreign[-1]]
            step = gap if line.side == DEBIT else -gap
            return {**lines, line.item: replace(line, paid=line.paid + step)}
    return lines


def _with_small_rests(
    lines: dict[int, DraftLine], items: list[Item], day: datetime.date, rules: Rules
) -> dict[int, DraftLine]:
    """Debits first; what a credit has left closes when no debit is there that could still take it."""
    by_key = {item.key: item for item in items}
    closed = {
        key: _closed(line, by_key[key], day, rules) if line.side == DEBIT else line for key, line in lines.items()
    }
    if any(item.side == DEBIT and item.available > _amount(closed, item) for item in items):
        return closed
    return {
        key: _closed(line, by_key[key], day, rules) if line.side == CREDIT else line for key, line in closed.items()
    }


def _closed(line: DraftLine, item: Item, day: datetime.date, rules: Rules) -> DraftLine:
    """The line with what it leaves of the item written off, when that is within the tolerance. What other vouchers hold
    of the item is left to them."""
    left = item.available - line.amount
    if left <= 0:
        return line
    discount = _discount(item, item.available, day, rules)
    discount_left = min(left, max(0, discount - line.discount))
    if left - discount_left > item.tolerance:
        return line
    return replace(line, amount=item.available, discount=line.discount + discount_left, write_off=left - discount_left)


def _balanced(lines: dict[int, DraftLine], plan: Plan) -> dict[int, DraftLine]:
    """Both sides pay the same; where rounding is against it, each item pays what the plan says."""
    if not _gap(lines):
        return lines
    paid = dict.fromkeys(lines, 0)
    for step in plan.allocations:
        paid[step.credit] += step.amount
        paid[step.debit] += step.amount
    return {key: replace(line, paid=paid[key]) for key, line in lines.items()}


# What stays, and why


def _amount(lines: Mapping[int, DraftLine], item: Item) -> int:
    return lines[item.key].amount if item.key in lines else 0


def _left(items: list[Item], lines: Iterable[DraftLine], day: datetime.date, rules: Rules) -> tuple[Left, ...]:
    by_key = {line.item: line for line in lines}
    rests = [(item, item.residual - _amount(by_key, item)) for item in items]
    takers = [item for item, left in rests if item.side == DEBIT and not item.hold and left > item.claimed]
    return tuple(
        Left(item.key, item.side, item.residual, left, _reason(item, left, takers, day, rules))
        for item, left in rests
        if left
    )


def _reason(item: Item, left: int, takers: list[Item], day: datetime.date, rules: Rules) -> str:
    """The first that holds, from what stops an item altogether to what is left at the end."""
    if item.hold:
        return item.hold
    if left <= item.claimed:
        return "claimed"
    if not _rate(item, day, rules):
        return "no_rate"
    touched = left < item.residual
    if item.side == DEBIT:
        return "part_left" if touched else "later"
    return _credit_reason(item, touched, takers, rules)


def _credit_reason(item: Item, touched: bool, takers: list[Item], rules: Rules) -> str:
    if not takers:
        return "part_left" if touched else "other_currency" if rules.debits_elsewhere else "no_debit"
    if {"fifo", "lifo"} & set(rules.methods):
        return "too_small"
    open_documents = {debit.document for debit in takers}
    if item.names and not open_documents & set(item.names):
        return "named_closed"
    return "part_left" if touched else "no_match"


def _by_method(plan: Plan) -> tuple[tuple[str, int], ...]:
    totals: dict[str, int] = {}
    for step in plan.allocations:
        method = METHOD_OF_RULE.get(step.rule, step.rule)
        totals[method] = totals.get(method, 0) + step.amount
    return tuple(sorted(totals.items()))
