"""Agreements: which one counts on a day, overlaps, what the dates say, the next period."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_centre import agreements
from odoo.addons.credit_centre.agreements import LineTerms, Period

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
STATES = st.sampled_from(["draft", "active", "expired", "cancelled"])
DAY = timedelta(days=1)


@st.composite
def periods(draw, number=None):
    start = draw(DAYS)
    end = draw(st.none() | st.integers(0, 900).map(lambda days: start + timedelta(days=days)))
    return Period(number or draw(st.integers(1, 99)), draw(STATES), start, end)


def covered(period):
    """The days of a period within the years looked at, one by one."""
    last = period.end or date(2032, 1, 1)
    return {period.start + timedelta(days=n) for n in range((last - period.start).days + 1)}


@given(periods(1), periods(2))
def test_two_periods_meet_where_they_share_a_day(one, other):
    assert one.meets(other) == other.meets(one) == bool(covered(one) & covered(other))


@given(st.lists(periods(), unique_by=lambda period: period.id), DAYS)
def test_what_counts_covers_the_day_and_was_activated(found, day):
    chosen = agreements.in_force(found, day)
    candidates = [p for p in found if p.state in ("active", "expired") and day in covered(p)]
    assert (chosen is None) == (not candidates)
    if chosen:
        assert chosen in candidates
        assert all(other.start <= chosen.start for other in candidates)
    assert agreements.in_force(found[::-1], day) == chosen


@given(periods(1), st.lists(periods(), unique_by=lambda period: period.id))
def test_without_an_obstacle_no_day_has_two(period, others):
    clash = agreements.obstacle(period, others)
    binding = [p for p in others if p.id != period.id and p.state in ("active", "expired")]
    assert (clash is None) == (not any(covered(period) & covered(other) for other in binding))


@given(periods(), DAYS)
def test_state_and_standing_agree(period, today):
    state, standing = agreements.state_by_dates(period, today), agreements.standing(period, today)
    if period.state in ("draft", "cancelled"):
        assert state == standing == period.state
    else:
        assert (state == "expired") == (standing == "over")
        assert (standing == "running") == period.covers(today)
        left = agreements.days_left(period, today)
        assert (left is not None and left < 0) == (standing == "over")


@given(DAYS, st.integers(0, 1500))
def test_the_next_period_follows_without_a_gap_and_is_as_long(start, days):
    end = start + timedelta(days=days)
    first, last = agreements.next_period(start, end)
    assert first == end + DAY
    assert last >= first
    assert abs((last - first).days - days) <= 3  # months differ in length


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), date(2027, 12, 31)),
        (date(2027, 3, 1), date(2028, 2, 29), date(2029, 2, 28)),
        (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 1, 31), date(2026, 2, 27), date(2026, 3, 27)),
        (date(2026, 4, 10), date(2026, 7, 9), date(2026, 10, 9)),
        (date(2026, 4, 10), date(2026, 4, 20), date(2026, 5, 1)),
        (date(2026, 4, 10), date(2026, 4, 10), date(2026, 4, 11)),
    ],
)
def test_whole_months_stay_whole_months(start, end, last):
    assert agreements.next_period(start, end) == (end + DAY, last)


@given(periods(), st.integers(0, 400), DAYS)
def test_reminder_is_due_within_the_notice_and_not_after_the_end(period, notice, today):
    due = agreements.reminder_due(period, notice, today)
    within = period.end is not None and period.end - timedelta(days=notice) <= today <= period.end
    assert due == (period.state == "active" and within)


@given(DAYS, st.integers(0, 400), st.sampled_from(["UTC", "Australia/Sydney", "America/New_York", "Europe/Bucharest"]))
def test_bounds_are_the_first_and_last_second_where_the_company_is(start, days, name):
    zone, end = ZoneInfo(name), start + timedelta(days=days)
    first, last = agreements.utc_bounds(start, end, zone)
    utc = ZoneInfo("UTC")

    def local(moment):
        return moment.replace(tzinfo=utc).astimezone(zone)

    assert local(first).date() == start
    assert local(first - timedelta(seconds=1)).date() == start - DAY
    assert local(last).date() == end
    assert local(last + timedelta(seconds=1)).date() == end + DAY
    assert agreements.utc_bounds(start, None, zone) == (first, None)


def test_bounds_in_utc():
    expected = (datetime(2026, 1, 1), datetime(2026, 1, 31, 23, 59, 59))
    assert agreements.utc_bounds(date(2026, 1, 1), date(2026, 1, 31), ZoneInfo("UTC")) == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (LineTerms("product", "price", price=10), None),
        (LineTerms("product", "price", price=0), None),
        (LineTerms("category", "price", price=-0.01), "price"),
        (LineTerms("product", "price", price=float("nan")), "price"),
        (LineTerms("product", "price", price=float("inf")), "price"),
        (LineTerms("all", "price", price=10), "price_for_all"),
        (LineTerms("all", "discount", discount=100), None),
        (LineTerms("product", "discount", discount=100.01), "discount"),
        (LineTerms("product", "discount", discount=-1), "discount"),
        (LineTerms("product", "discount", discount=float("nan")), "discount"),
        (LineTerms("product", "discount"), "nothing"),
        (LineTerms("product", "price", price=1, quantity=-1), "quantity"),
        (LineTerms("product", "price", price=1, quantity=float("nan")), "quantity"),
    ],
)
def test_lines(line, code):
    assert agreements.check_line(line) == code
