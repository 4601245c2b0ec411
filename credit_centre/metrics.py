"""The figures by which collections are judged. Amounts are int counts of the currency's smallest unit; results are
exact fractions, or None where there is nothing to divide by.

Sources: days sales outstanding and best possible days sales outstanding as in the Credit Research Foundation's
definitions; collection effectiveness index = (beginning + sales - ending total) / (beginning + sales - ending current).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction


def days_sales_outstanding(receivable: int, sales: int, days: int) -> Fraction | None:
    """How many days of credit sales are not paid yet: receivable / credit sales x days of the period."""
    return Fraction(receivable * days, sales) if sales > 0 else None


def best_possible_dso(current: int, sales: int, days: int) -> Fraction | None:
    """The same if nobody was late: only what is not yet due counts."""
    return days_sales_outstanding(current, sales, days)


def collection_effectiveness(beginning: int, sales: int, ending: int, ending_current: int) -> Fraction | None:
    """Per cent of what could be collected in a period that was collected.

    :param beginning: receivable when the period began
    :param sales: credit sales of the period
    :param ending: receivable at its end
    :param ending_current: of that, what is not yet due
    """
    collectable = beginning + sales - ending_current
    return Fraction(100 * (beginning + sales - ending), collectable) if collectable > 0 else None


@dataclass(frozen=True)
class Payment:
    """A part of an invoice that was paid: how much, and when it was invoiced, due and paid."""

    amount: int
    invoiced: date
    due: date
    paid: date


@dataclass(frozen=True)
class Habits:
    """How a customer pays. Days are fractions; late days of early payments are negative."""

    days_to_pay: Fraction
    weighted_days_to_pay: Fraction
    days_late: Fraction
    share_on_time: Fraction
    best: int
    worst: int
    trend: Fraction
    last_payment: date


def habits(payments) -> Habits | None:
    """How a customer paid.

    Days late and the share paid on time (0 to 100) are weighted by amount; ``days_to_pay`` counts each payment once.
    ``trend`` is the weighted days late of the later half of the payments less that of the earlier half: above zero the
    customer gets slower. ``best`` and ``worst`` are the fewest and most days from invoice to payment.

    :param payments: iterable of Payment with positive amounts
    """
    paid = sorted(payments, key=lambda one: (one.paid, one.due, one.invoiced, one.amount))
    if not paid:
        return None
    days = [(one.paid - one.invoiced).days for one in paid]
    half = len(paid) // 2
    return Habits(
        days_to_pay=Fraction(sum(days), len(days)),
        weighted_days_to_pay=_weighted(paid, lambda one: (one.paid - one.invoiced).days),
        days_late=_weighted(paid, _days_late),
        share_on_time=_weighted(paid, lambda one: 100 if one.paid <= one.due else 0),
        best=min(days),
        worst=max(days),
        trend=_weighted(paid[half:], _days_late) - _weighted(paid[:half], _days_late) if half else Fraction(0),
        last_payment=paid[-1].paid,
    )


def _days_late(payment: Payment) -> int:
    return (payment.paid - payment.due).days


def _weighted(payments, measure) -> Fraction:
    return Fraction(sum(one.amount * measure(one) for one in payments), sum(one.amount for one in payments))


def expected_on(due: date, days_late: int, as_of: date) -> date:
    """When an open item may be paid: its due date and the customer's usual delay, today at the earliest."""
    return max(due + timedelta(days=max(0, days_late)), as_of)


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Movement:
    """What a day brought to the receivable: ``kind`` is ``sale`` (invoices less credit notes), ``receipt`` (money that came,
    less refunds) or ``other``; a receipt's amount is negative."""

    day: date
    kind: str
    amount: int


@dataclass(frozen=True)
class Month:
    """One month's figures; ``last`` is the last day counted, ``receivable`` what was open at its end."""

    first: date
    last: date
    receivable: int
    sales: int
    collected: int
    dso: Fraction | None


def receivable_after(receivable: int, movements, day: date) -> int:
    """What was open at the end of an earlier day: today's receivable less what came later."""
    return receivable - sum(one.amount for one in movements if one.day > day)


def sold_between(movements, after: date, until: date) -> int:
    """Credit sales of the days after ``after`` up to ``until``."""
    return sum(one.amount for one in movements if one.kind == "sale" and after < one.day <= until)


def month_start(day: date, back: int = 0) -> date:
    """The first day of the month so many months before a day's."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def by_month(movements, receivable: int, as_of: date, months: int = 12, window: int = 3) -> list[Month]:
    """The last months, the month of ``as_of`` included, oldest first.

    Days sales outstanding of a month are counted on the sales of ``window`` months up to its end.

    :param movements: iterable of Movement, complete from ``window - 1`` months before the first month
    :param receivable: what is open at ``as_of``, and after it whatever the movements hold later
    """
    movements = list(movements)
    return [_month(movements, receivable, as_of, back, window) for back in reversed(range(months))]


def _month(movements, receivable, as_of, back, window):
    first, following = month_start(as_of, back), month_start(as_of, back - 1)
    last = min(following - timedelta(days=1), as_of)
    before = first - timedelta(days=1)
    begin = month_start(first, window - 1) - timedelta(days=1)
    open_then = receivable_after(receivable, movements, last)
    return Month(
        first=first,
        last=last,
        receivable=open_then,
        sales=sold_between(movements, before, last),
        collected=-sum(one.amount for one in movements if one.kind == "receipt" and before < one.day <= last),
        dso=days_sales_outstanding(open_then, sold_between(movements, begin, last), (last - begin).days),
    )
