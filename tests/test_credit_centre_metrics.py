"""The figures of collection: worked examples, and what must hold for any ledger (S1.23, S3.21)."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_centre import metrics
from odoo.addons.credit_centre.metrics import Movement, Payment

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))
amounts = st.integers(min_value=0, max_value=10**10)
movements = st.lists(
    st.one_of(
        st.builds(Movement, days, st.just("sale"), st.integers(min_value=-(10**6), max_value=10**8)),
        st.builds(Movement, days, st.just("receipt"), st.integers(min_value=-(10**8), max_value=10**6)),
        st.builds(Movement, days, st.just("other"), st.integers(min_value=-(10**6), max_value=10**6)),
    ),
    max_size=40,
)
payments = st.lists(
    st.builds(Payment, st.integers(min_value=1, max_value=10**8), days, days, days), min_size=1, max_size=30
)


def test_published_examples():
    assert metrics.days_sales_outstanding(30_000, 90_000, 90) == 30
    assert metrics.best_possible_dso(20_000, 90_000, 90) == 20
    assert metrics.collection_effectiveness(100, 50, 70, 20) == Fraction(8000, 130)


def test_nothing_sold_or_nothing_to_collect_has_no_figure():
    assert metrics.days_sales_outstanding(100, 0, 90) is None
    assert metrics.collection_effectiveness(0, 50, 50, 50) is None


@given(amounts, amounts, amounts, st.integers(min_value=1, max_value=366))
def test_best_possible_is_never_worse(receivable, overdue, sales, period):
    current = max(0, receivable - overdue)
    best, real = (metrics.days_sales_outstanding(one, sales, period) for one in (current, receivable))
    assert best is real is None or best <= real


@given(amounts, amounts, amounts, amounts)
def test_effectiveness_is_whole_when_nothing_late_is_left(beginning, sales, current, late):
    full = metrics.collection_effectiveness(beginning, sales, current, current)
    assert full is None or full == 100
    part = metrics.collection_effectiveness(beginning, sales, current + late, current)
    assert part is None or part <= 100


@given(movements, amounts, days)
def test_months_follow_each_other_without_a_gap(found, receivable, as_of):
    months = metrics.by_month(found, receivable, as_of)
    assert len(months) == 12
    assert months[-1].last == as_of
    for before, after in zip(months, months[1:], strict=False):
        assert before.last + timedelta(days=1) == after.first
        moved = sum(one.amount for one in found if after.first <= one.day <= after.last)
        assert before.receivable + moved == after.receivable


@given(movements, amounts, days)
def test_months_share_out_what_was_invoiced_and_collected(found, receivable, as_of):
    months = metrics.by_month(found, receivable, as_of)
    inside = [one for one in found if months[0].first <= one.day <= as_of]
    assert sum(month.sales for month in months) == sum(one.amount for one in inside if one.kind == "sale")
    assert sum(month.collected for month in months) == -sum(one.amount for one in inside if one.kind == "receipt")


@given(days, st.integers(min_value=0, max_value=40))
def test_months_back(day, back):
    start = metrics.month_start(day, back)
    assert start.day == 1
    assert (day.year * 12 + day.month) - (start.year * 12 + start.month) == back


def test_habits_of_a_customer_who_gets_slower():
    first = Payment(10_000, date(2025, 1, 1), date(2025, 1, 31), date(2025, 1, 31))
    second = Payment(30_000, date(2025, 3, 1), date(2025, 3, 31), date(2025, 4, 10))
    found = metrics.habits([second, first])
    assert (found.days_to_pay, found.weighted_days_to_pay) == (35, Fraction(30 * 1 + 40 * 3, 4))
    assert (found.days_late, found.share_on_time) == (Fraction(30, 4), 25)
    assert (found.best, found.worst, found.trend) == (30, 40, 10)
    assert found.last_payment == date(2025, 4, 10)


@given(payments, st.randoms())
def test_habits_do_not_depend_on_the_order(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert metrics.habits(shuffled) == metrics.habits(found)


@given(payments)
def test_averages_lie_between_best_and_worst(found):
    habits = metrics.habits(found)
    assert habits.best <= habits.days_to_pay <= habits.worst
    assert habits.best <= habits.weighted_days_to_pay <= habits.worst
    assert 0 <= habits.share_on_time <= 100


@given(payments, st.integers(min_value=1, max_value=60))
def test_who_pays_later_is_later(found, delay):
    slower = [replace(one, paid=one.paid + timedelta(days=delay)) for one in found]
    assert metrics.habits(slower).days_late == metrics.habits(found).days_late + delay
    assert metrics.habits(slower).share_on_time <= metrics.habits(found).share_on_time


def test_no_payments_no_habits():
    assert metrics.habits([]) is None


@given(days, st.integers(min_value=-30, max_value=120), days)
def test_money_is_expected_neither_before_it_is_due_nor_in_the_past(due, late, as_of):
    expected = metrics.expected_on(due, late, as_of)
    assert expected >= due
    assert expected >= as_of
    assert metrics.week_of(expected).weekday() == 0
    assert 0 <= (expected - metrics.week_of(expected)).days < 7
