"""Which parts add up to a total exactly: a sum of open items that makes a receipt. Standard library only."""

from collections.abc import Sequence
from math import gcd

MOST_ITEMS, EARLY_ITEMS, MOST_STATES = 40, 16, 200_000


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
