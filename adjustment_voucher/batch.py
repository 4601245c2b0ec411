"""What a run proposes for many customers at once.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of its currency, a rate a ``Fraction``
of units of the voucher's currency per unit of the item's.
"""

import datetime
from dataclasses import dataclass
from fractions import Fraction


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
