"""What time and small differences do to an item: cash discount, tolerance, late charge.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of one currency (cents for most) and
never negative: the caller takes the sign off a credit and puts it back. Rates are ``Fraction`` shares of one (2 % is
``Fraction(2, 100)``). Dates are calendar days without a time. The cases named A20 to A35 are the worked examples of
the Dynamics 365 and Oracle Receivables manuals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from .exchange import rounded

NORMAL, ALWAYS, NEVER = "normal", "always", "never"
DAY, THIRTY_DAYS, MONTH, YEAR = "day", "30days", "month", "year"
DAYS_OF_PERIOD = {DAY: 1, THIRTY_DAYS: 30, MONTH: 30}


# Cash discount by value date


@dataclass(frozen=True, slots=True)
class DiscountTier:
    """A discount for payment within ``days`` after the start of the terms: ``rate`` (0 to 1) of their base, or
    ``amount`` units for the whole item where that is known (Odoo keeps it on the journal item)."""

    days: int
    rate: Fraction = Fraction(0)
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class DiscountTerms:
    """The discount on one item. ``total`` is its original amount, ``base`` what a rate is taken of (the total, or its
    untaxed part where the term leaves tax out), both in units; ``start`` is the date of the document."""

    total: int
    base: int
    start: date
    tiers: tuple[DiscountTier, ...] = ()


def full_discount(terms: DiscountTerms, value_date: date, grace_days: int = 0, mode: str = NORMAL) -> int:
    """The discount on the whole item, in units, for money of this value date; at least 0, at most the item.

    The best tier of those whose last day, grace added, is not before the value date. In mode "always" every tier is
    open whatever the date, in mode "never" none is. Source: Dynamics 365 (A20, A21; the three modes are its "use cash
    discount").
    """
    days = (value_date - terms.start).days
    is_open = {
        NORMAL: lambda tier: days <= tier.days + grace_days,
        ALWAYS: lambda tier: True,
        NEVER: lambda tier: False,
    }[mode]
    best = max((_tier_discount(tier, terms.base) for tier in terms.tiers if is_open(tier)), default=0)
    return min(terms.total, max(0, best))


def _tier_discount(tier: DiscountTier, base: int) -> int:
    return rounded(tier.rate * base) if tier.amount is None else tier.amount


def discount_on_settled(full: int, total: int, settled: int) -> int:
    """The share of an item's full discount that belongs to the part ``settled`` of it, in units.

    ``full`` and ``total`` are of the whole item. Source: Dynamics 365, discount on a partial payment (A20).

    >>> discount_on_settled(200, 10000, 5000)
    100
    """
    return rounded(Fraction(full * settled, total)) if total else 0


def split_paid(full: int, total: int, open_amount: int, paid: int) -> tuple[int, int]:
    """What ``paid`` units settle of an item, and the discount in it: (settled, discount).

    ``full`` and ``total`` are the discount and the amount of the whole item, ``open_amount`` is what is left of it;
    parts settled before took their own share. Money for less than the net of what is open is used up to the unit
    (settled - discount = paid), and the discount is then exactly the share of what is settled. More money than the net
    settles what is open and no more. Source: Dynamics 365 (A20).

    >>> split_paid(200, 10000, 10000, 9800), split_paid(200, 10000, 10000, 4900)
    ((10000, 200), (5000, 100))
    """
    on_open = discount_on_settled(full, total, open_amount)
    if paid >= open_amount - on_open:
        return open_amount, on_open
    discount = rounded(Fraction(paid * full, total - full))
    return paid + discount, discount


def credit_note_discount(taken: int, invoice_total: int, credit_total: int) -> int:
    """The part of the discount ``taken`` on an invoice that a credit note on it gives back, in units.

    The credit note settles its own total less this; never more than was taken. Source: Dynamics 365 (A23).

    >>> credit_note_discount(200, 10000, 10000), credit_note_discount(200, 10000, 2500)
    (200, 50)
    """
    return discount_on_settled(taken, invoice_total, min(credit_total, invoice_total))


# Tolerance


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a payment may miss an item and still close it: ``amount`` units, ``rate`` of the item, or both, when the
    smaller holds. None is not set; nothing set is no tolerance."""

    amount: int | None = None
    rate: Fraction | None = None


def allowed(tolerance: Tolerance, on_amount: int) -> int:
    """The largest difference, in units, that the tolerance lets pass on an item of ``on_amount`` units.

    A rate is cut to whole units, so that the difference never passes it.

    >>> allowed(Tolerance(500, Fraction(1, 100)), 10050), allowed(Tolerance(500), 10050), allowed(Tolerance(), 10050)
    (100, 500, 0)
    """
    by_rate = None if tolerance.rate is None else int(tolerance.rate * on_amount)
    return max(0, min((one for one in (tolerance.amount, by_rate) if one is not None), default=0))


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one receipt does to one item, in units, none negative.

    ``settled`` of the item is closed and ``open`` is left. ``discount`` and ``write_off`` (a tolerated shortage) close
    a part of it without money; ``over`` is a tolerated excess of money, a gain.
    """

    settled: int
    discount: int = 0
    write_off: int = 0
    over: int = 0
    open: int = 0

    @property
    def applied(self) -> int:
        """The money of the receipt that is used; what the receipt has beyond it stays unapplied."""
        return self.settled - self.discount - self.write_off + self.over


def settle(
    open_amount: int, discount: int, paid: int, tolerance: Tolerance, full_settlement: bool = False
) -> Settlement:
    """How ``paid`` units settle an item of which ``open_amount`` is open and ``discount`` is still to be earned on the
    whole of that at the value date.

    A difference from the net within the tolerance of what is open closes the item: a shortage is written off, an
    excess is a gain. With less money the item stays open for the rest, and the discount is in proportion to what is
    settled. With more money the excess is not used. A full settlement closes the item whatever is short, and the whole
    shortage is extra discount, not write-off. Source: Dynamics 365, penny difference and full settlement (A25 to A29).
    """
    short = open_amount - discount - paid
    within = allowed(tolerance, open_amount)
    if short > 0 and full_settlement:
        return Settlement(open_amount, discount + short)
    if short > within:
        settled, share = split_paid(discount, open_amount, open_amount, paid)
        return Settlement(settled, share, open=open_amount - settled)
    return Settlement(open_amount, discount, max(0, short), -short if -within <= short < 0 else 0)


# Late charge


@dataclass(frozen=True, slots=True)
class ChargeTier:
    """From this day late on (1 is the day after the due date), each day is charged at ``rate`` per period."""

    from_day: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """Simple interest: ``rate`` per ``period`` (one of "day", "30days", "month", "year") until the first tier.

    A month is 30 days, as in A31 and A32; a year is ``year_days``, 365 as in A35 or 360 as some contracts say.
    ``minimum`` is in units; 0 is none.
    """

    rate: Fraction
    period: str = MONTH
    grace_days: int = 0
    minimum: int = 0
    tiers: tuple[ChargeTier, ...] = ()
    year_days: int = 365


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge of ``amount`` units for the ``days`` from ``start`` to ``until``, both included.

    ``until`` is the last day that is charged by now: what to hand on as ``charged_until``. With nothing charged, days
    is 0 and until the day before start.
    """

    amount: int
    start: date
    until: date
    days: int


@dataclass(frozen=True, slots=True)
class Debit:
    """An item that may be charged for: its open amount in units, its due date, the last day charged so far."""

    amount: int
    due: date
    charged_until: date | None = None


def late_charge(amount: int, due: date, until: date, terms: ChargeTerms, charged_until: date | None = None) -> Charge:
    """The charge on ``amount`` units due on ``due`` and not paid by ``until``, for the days after ``charged_until``.

    Within grace nothing is charged; beyond it every day since the due date is. A first charge below the minimum is
    raised to it; a continuation is not. Where nothing comes out (in grace, or less than half a unit) no day counts as
    charged, so that none is lost. Source: Oracle Receivables, late charges (A31, A32); Dynamics 365, interest (A35).
    """
    last = max(due, charged_until or due)
    units = rounded(charge_units(amount, due, until, terms, charged_until))
    if units <= 0:
        return Charge(0, last + timedelta(1), last, 0)
    if last == due:
        units = max(units, terms.minimum)
    return Charge(units, last + timedelta(1), until, (until - last).days)


def charge_units(
    amount: int, due: date, until: date, terms: ChargeTerms, charged_until: date | None = None
) -> Fraction:
    """The charge before rounding and minimum, in units: additive over days, exactly.

    >>> charge_units(150000, date(2024, 1, 1), date(2024, 1, 11), ChargeTerms(Fraction(20, 100)))
    Fraction(10000, 1)
    """
    first = max(0, (charged_until - due).days if charged_until else 0) + 1
    last = (until - due).days
    if last <= terms.grace_days:
        return Fraction(0)
    period = terms.year_days if terms.period == YEAR else DAYS_OF_PERIOD[terms.period]
    return amount * _rate_days(terms, first, last) / period


def _rate_days(terms: ChargeTerms, first: int, last: int) -> Fraction:
    """The sum of each day's rate, over the days late from first to last, both included."""
    tiers = sorted(terms.tiers, key=lambda tier: tier.from_day)
    steps = [(1, terms.rate), *((tier.from_day, tier.rate) for tier in tiers), (last + 1, Fraction(0))]
    return sum(
        (rate * max(0, min(last + 1, end) - max(first, begin)) for (begin, rate), (end, _rate) in pairwise(steps)),
        Fraction(0),
    )


def after_credits(debits: Sequence[Debit], credits_total: int) -> tuple[Debit, ...]:
    """The debits with what is left of each, in the order given, once the credits have eaten the oldest due dates
    first; of one due date, in the order given. Credits beyond the debits are not used. Source: A31."""
    left = [debit.amount for debit in debits]
    for index in sorted(range(len(debits)), key=lambda index: debits[index].due):
        eaten = min(left[index], credits_total)
        left[index] -= eaten
        credits_total -= eaten
    return tuple(replace(debit, amount=amount) for debit, amount in zip(debits, left, strict=True))


def charges_after_credits(
    debits: Iterable[Debit], credits_total: int, until: date, terms: ChargeTerms
) -> tuple[Charge, ...]:
    """One charge for each debit, in the order given, on what the unapplied credits leave of it; 0 where they leave
    nothing. Source: Oracle Receivables (A31)."""
    remaining = after_credits(tuple(debits), credits_total)
    return tuple(late_charge(debit.amount, debit.due, until, terms, debit.charged_until) for debit in remaining)
