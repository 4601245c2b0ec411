"""Rules of agreements with customers: which one counts on a day, which ones are in each other's way, what comes next.

Standard library only. Days are dates and both ends of a period belong to it; an end of ``None`` is "until cancelled".
"""

import math
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

# An activated agreement counts on the days between its dates, whether or not the daily job has marked it as over.
BINDING = frozenset({"active", "expired"})
LARGEST_PRICE = 10**13


@dataclass(frozen=True)
class Period:
    """An agreement as far as its days go."""

    id: int
    state: str
    start: date
    end: date | None = None

    def covers(self, day):
        return self.start <= day and (self.end is None or day <= self.end)

    def meets(self, other):
        """Whether some day belongs to both."""
        return (other.end is None or self.start <= other.end) and (self.end is None or other.start <= self.end)


def in_force(periods, day):
    """:return: the one that counts on this day (the newest start, should there be several), or None"""
    found = [period for period in periods if period.state in BINDING and period.covers(day)]
    return max(found, key=lambda period: (period.start, period.id), default=None)


def obstacle(period, others):
    """:return: the first binding period that shares a day with this one, or None"""
    clashes = [other for other in others if other.id != period.id and other.state in BINDING and other.meets(period)]
    return min(clashes, key=lambda other: (other.start, other.id), default=None)


def standing(period, today):
    """:return: 'draft', 'upcoming', 'running', 'over' or 'cancelled', by the dates"""
    if period.state not in BINDING:
        return period.state
    if today < period.start:
        return "upcoming"
    return "running" if period.covers(today) else "over"


def state_by_dates(period, today):
    """:return: the state a binding agreement belongs in today; others keep theirs"""
    if period.state not in BINDING:
        return period.state
    return "expired" if period.end is not None and period.end < today else "active"


def days_left(period, today):
    """:return: days until the last one (0 on it, negative after it), or None without an end"""
    return None if period.end is None else (period.end - today).days


def reminder_due(period, notice, today):
    """Whether the responsible is to be told that the end comes near."""
    return period.state == "active" and period.end is not None and 0 <= (period.end - today).days <= notice


def _later(day, months):
    """The same day of a later month, or its last one."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_period(start, end):
    """The period that follows: as many months where the first one has whole months, else as many days.

    :return: (first day, last day)
    """
    first = end + timedelta(days=1)
    months = (first.year - start.year) * 12 + first.month - start.month
    if months > 0 and _later(start, months) == first:
        return first, _later(first, months) - timedelta(days=1)
    return first, end + (first - start)


def utc_bounds(start, end, zone):
    """First and last second of a period in a time zone, as UTC without zone (how the database keeps times)."""

    def utc(day, moment):
        return datetime.combine(day, moment, zone).astimezone(timezone.utc).replace(tzinfo=None)

    return utc(start, time.min), end and utc(end, time(23, 59, 59))


@dataclass(frozen=True)
class LineTerms:
    """What one line of an agreement gives: a new price or a discount in percent, from a quantity."""

    scope: str  # product, category or all
    kind: str  # price or discount
    price: float = 0.0
    discount: float = 0.0
    quantity: float = 0.0


def is_number(value, lowest, highest):
    return math.isfinite(value) and lowest <= value <= highest


def check_discount(percent):
    """:return: a refusal code or None"""
    return None if is_number(percent, 0, 100) else "discount"


def check_line(line):
    """:return: a refusal code or None: price, discount, quantity, nothing, price_for_all"""
    if not is_number(line.quantity, 0, LARGEST_PRICE):
        return "quantity"
    if line.kind == "price":
        if line.scope == "all":
            return "price_for_all"
        return None if is_number(line.price, 0, LARGEST_PRICE) else "price"
    return check_discount(line.discount) or (None if line.discount else "nothing")
