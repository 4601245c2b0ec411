"""How old an open item is: days past due, and the bucket they fall into. Amounts are int counts of the currency's
smallest unit."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Bucket:
    """A range of days past due, both ends included; None is no end."""

    key: str
    first: int | None
    last: int | None


BUCKETS = (
    Bucket("current", None, 0),
    Bucket("1_30", 1, 30),
    Bucket("31_60", 31, 60),
    Bucket("61_90", 61, 90),
    Bucket("older", 91, None),
)


def days_past_due(due: date, as_of: date) -> int:
    """Days from the due date to the day looked at; zero or less is not yet late."""
    return (as_of - due).days


def bucket_of(days: int) -> str:
    """The key of the bucket that holds so many days past due."""
    for bucket in BUCKETS:
        if bucket.last is None or days <= bucket.last:
            return bucket.key
    raise AssertionError("the last bucket has no end")


def aged(items, as_of: date) -> dict[str, int]:
    """What is open by age.

    :param items: iterable of (due date, amount); credits are negative
    :return: dict of bucket key -> sum, every bucket present
    """
    sums = dict.fromkeys((bucket.key for bucket in BUCKETS), 0)
    for due, amount in items:
        sums[bucket_of(days_past_due(due, as_of))] += amount
    return sums


def bucket_dates(bucket: Bucket, as_of: date) -> tuple[date | None, date | None]:
    """The first and last due date of a bucket, seen from a day; None is no end."""
    first = date.fromordinal(as_of.toordinal() - bucket.last) if bucket.last is not None else None
    last = date.fromordinal(as_of.toordinal() - bucket.first) if bucket.first is not None else None
    return first, last
