"""What is still open while a plan is made, and the orders in which it is looked at. Standard library only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from .allocation_plan import CREDIT, DEBIT, Allocation, OpenItem, Plan
from .combination import MOST_ITEMS, Sums, combination
from .exchange import rounded

FEW_ITEMS, MOST_BITS = 10, 1 << 22


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


@dataclass(slots=True)
class Sheet:
    """What is still open while a plan is made; ``left`` and ``discount`` by key, in the item's units."""

    credits: list[OpenItem]
    debits: list[OpenItem]
    left: dict[int, int]
    discount: dict[int, int]
    allocations: list[Allocation] = field(default_factory=list)
    rules: dict[tuple[int, str], None] = field(default_factory=dict)
    ages: list[OpenItem] | None = None
    seen: "OpenDebits | None" = None

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

    def debits_by_age(self) -> "OpenDebits":
        """The debits that money can pay, looked at once for all credits until one of them is paid."""
        if self.seen is None:
            self.ages = sorted(self.debits, key=by_age) if self.ages is None else self.ages
            self.ages = [item for item in self.ages if self.money(item) > 0]
            self.seen = OpenDebits(self.ages, [self.money(item) for item in self.ages])
        return self.seen

    def rest(self, items: list[OpenItem]) -> tuple[tuple[int, int], ...]:
        return tuple(sorted((item.key, self.left[item.key]) for item in items if self.left[item.key]))

    def plan(self) -> Plan:
        return Plan(tuple(self.allocations), self.rest(self.credits), self.rest(self.debits), tuple(self.rules))


@dataclass(slots=True)
class OpenDebits:
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


def sheet_of(items: Iterable[OpenItem]) -> Sheet:
    """A sheet of these items, those without anything open left out."""
    items = [item for item in items if item.residual > 0]
    return Sheet(
        sorted((item for item in items if item.side == CREDIT), key=by_date),
        sorted((item for item in items if item.side == DEBIT), key=oldest_first),
        {item.key: item.residual for item in items},
        {item.key: item.discount if item.side == DEBIT else 0 for item in items},
    )


def _voucher_amount(credit: OpenItem, debit: OpenItem, taken: int, paid: int) -> int:
    """One figure for both sides: that of the side in the voucher's currency, else the debit's."""
    return taken if credit.rate == 1 else max(1, rounded(Fraction(paid) * debit.rate))
