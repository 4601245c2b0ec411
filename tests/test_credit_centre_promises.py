"""What became of promises to pay: worked examples and properties, no database (S1.16)."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_centre.promises import BROKEN, KEPT, OPEN, Promise, Receipt, examine

MADE = date(2026, 6, 1)


def promise(amount=1000, until=10, key=1, **more):
    return Promise(key, MADE, MADE + timedelta(until), "USD", amount, amount, **more)


def receipt(amount, day=5, key=1, currency="USD", company=None):
    return Receipt(key, MADE + timedelta(day), currency, amount, amount if company is None else company)


def state(one, *receipts, day=5):
    return examine([one], receipts, MADE + timedelta(day))[one.key]


def test_kept_open_or_broken():
    assert state(promise(), receipt(1000)).state == KEPT
    assert state(promise(), receipt(999)).state == OPEN
    assert state(promise(tolerance=1), receipt(999)).state == KEPT
    assert state(promise(), receipt(999), day=10).state == OPEN
    assert state(promise(), receipt(999), day=11).state == BROKEN
    assert state(promise(settled=True), day=11).state == KEPT


def test_only_money_between_both_days_counts():
    assert state(promise(), receipt(1000, day=-1)).received == 0
    assert state(promise(), receipt(1000, day=11), day=12).state == BROKEN


def test_one_receipt_is_not_counted_twice():
    outcomes = examine([promise(key=1), promise(key=2, until=20)], [receipt(1500)], MADE)
    assert [outcomes[key].received for key in (1, 2)] == [1000, 500]


def test_money_in_another_currency_counts_at_its_worth():
    euro = replace(promise(), currency="EUR", amount=500)
    assert state(euro, receipt(1000)).state == KEPT
    assert state(euro, receipt(500)).received == 250


day = st.integers(0, 30)
promises = st.lists(
    st.builds(promise, st.integers(1, 10**6), day, st.integers(1, 99)), max_size=5, unique_by=lambda one: one.key
)
receipts = st.lists(
    st.builds(receipt, st.integers(1, 10**6), day, st.integers(1, 99)), max_size=5, unique_by=lambda one: one.key
)


@given(promises, receipts, day)
def test_no_money_is_counted_twice_and_none_beyond_the_promise(promises, receipts, today):
    outcomes = examine(promises, receipts, MADE + timedelta(today))
    assert set(outcomes) == {one.key for one in promises}
    assert sum(one.received for one in outcomes.values()) <= sum(one.amount for one in receipts)
    assert all(outcomes[one.key].received <= one.amount for one in promises)


@given(promises, receipts, day)
def test_the_order_does_not_matter(promises, receipts, today):
    today = MADE + timedelta(today)
    assert examine(promises, receipts, today) == examine(promises[::-1], receipts[::-1], today)


@given(promises, receipts, day, st.integers(1, 10**6), day)
def test_more_money_never_breaks_what_was_kept(promises, receipts, today, amount, came):
    today = MADE + timedelta(today)
    more = [*receipts, receipt(amount, came, key=100)]
    before, after = examine(promises, receipts, today), examine(promises, more, today)
    first = min(promises, key=lambda one: (one.until, one.made, one.key), default=None)
    if first and before[first.key].state == KEPT:
        assert after[first.key].state == KEPT
