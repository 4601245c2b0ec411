"""What a run proposes for many customers at once.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of its currency, a rate a ``Fraction``
of units of the voucher's currency per unit of the item's.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from .terms import DiscountTerms


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One item of a proposed voucher.

    ``item`` is the journal item; ``amount`` all that the voucher closes of it, of which ``discount`` and ``write_off``
    are not paid: units of the item's ``currency``. ``paid`` is what the other side gives for the rest, in units of the
    voucher's currency.
    """

    item: int
    side: str
    currency: int
    amount: int
    paid: int
    discount: int = 0
    write_off: int = 0
    rate: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Draft:
    """One voucher to be made: for a customer, in a company, with the lines and who pays whom in it.

    ``plan`` holds (credit item, debit item, units of the voucher's currency). ``value_date`` is the day that counts for
    discounts and rates, that of the latest credit used. ``run`` is the record of the run, 0 for none.
    """

    company: int
    partner: int
    currency: int
    date: datetime.date
    value_date: datetime.date
    lines: tuple[DraftLine, ...]
    plan: tuple[tuple[int, int, int], ...] = ()
    kind: str = "single"
    hierarchy: str = "local"
    method: str = "fifo"
    memo: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One open item of a customer, as a run finds it.

    ``residual``, ``claimed`` (by other open vouchers), ``total`` (its original amount), ``give_back`` (discount that a
    credit note takes back) and ``tolerance`` (the rest that may be written off) are units of its ``currency``,
    ``company_residual`` its booked value. ``names`` are the documents a credit was given for, ``document`` its own.
    ``hold`` is the reason why a run leaves it alone, whatever the methods say; empty when it doesn't.
    """

    key: int
    side: str
    currency: int
    residual: int
    company_residual: int
    total: int
    due: datetime.date
    date: datetime.date
    document: int = 0
    partner: int = 0
    claimed: int = 0
    priority: int = 1
    names: tuple[int, ...] = ()
    terms: DiscountTerms | None = None
    give_back: int = 0
    tolerance: int = 0
    hold: str = ""

    @property
    def available(self) -> int:
        return max(0, self.residual - self.claimed)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a run applies: ``rate`` gives units of the voucher's ``currency`` for a unit of another on a day, 0 for none."""

    currency: int
    date: datetime.date
    methods: tuple[str, ...]
    rate: Callable[[int, datetime.date], Fraction]
    grace_days: int = 0
    use_discount: bool = True
    use_tolerance: bool = True
    debits_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What stays open of an item, in its units, and the one reason for it."""

    key: int
    side: str
    residual: int
    left: int
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a run makes of one customer: the lines of a voucher (none when there is nothing to apply), what they leave,
    and what each method placed, in units of the voucher's currency."""

    value_date: datetime.date
    lines: tuple[DraftLine, ...] = ()
    plan: tuple[tuple[int, int, int], ...] = ()
    left: tuple[Left, ...] = ()
    by_method: tuple[tuple[str, int], ...] = ()
