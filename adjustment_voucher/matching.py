"""What follows from matches: which items hang together, the number they carry, and which of these groups are settled.

Pure rules: standard library only. They are Odoo's own (``_update_matching_number`` and the full matches that its
``reconcile`` makes), said over plain values so that thousands of matches can be worked out at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """One match of a debit item with a credit item; ``key`` rises with the order in which matches were made."""

    key: int
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of an item after its matches, in units of the company's currency and of its own."""

    currency: int
    company_left: int
    own_left: int

    @property
    def settled(self) -> bool:
        return not self.company_left and not self.own_left


@dataclass(frozen=True, slots=True)
class Group:
    """Items joined by matches. ``number`` is the key of their first match, ``full`` whether nothing is left of them."""

    number: int
    items: tuple[int, ...]
    matches: tuple[int, ...]
    full: bool


def groups(matches: Iterable[Match], rests: Mapping[int, Rest]) -> tuple[Group, ...]:
    """The groups that these matches form, by number.

    :param rests: {item: Rest} of every item of the matches
    """
    matches = sorted(matches, key=lambda match: match.key)
    head = {}
    for match in matches:
        _join(head, match.debit, match.credit)
    numbers, items, keys = {}, {}, {}
    for match in matches:
        top = _top(head, match.debit)
        numbers.setdefault(top, match.key)
        keys.setdefault(top, []).append(match.key)
    for item in head:
        items.setdefault(_top(head, item), []).append(item)
    return tuple(
        Group(number, tuple(sorted(items[top])), tuple(keys[top]), is_full([rests[item] for item in items[top]]))
        for top, number in numbers.items()
    )


def is_full(rests: Iterable[Rest]) -> bool:
    """Whether items that hang together are settled as a whole.

    Within one currency it is that currency which counts; where several meet, the company's.
    """
    rests = list(rests)
    several = len({rest.currency for rest in rests}) > 1
    return all(rest.settled or not (rest.company_left if several else rest.own_left) for rest in rests)


def _top(head: dict[int, int], item: int) -> int:
    while head[item] != item:
        head[item] = head[head[item]]
        item = head[item]
    return item


def _join(head: dict[int, int], one: int, other: int) -> None:
    head.setdefault(one, one)
    head.setdefault(other, other)
    head[_top(head, other)] = _top(head, one)
