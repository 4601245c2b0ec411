"""Ageing: every day falls into exactly one bucket, and the buckets share out the open items (S1.23)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_centre import aging

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))
items = st.lists(st.tuples(days, st.integers(min_value=-(10**12), max_value=10**12)), max_size=50)


@pytest.mark.parametrize(
    "late, key",
    [(-400, "current"), (0, "current"), (1, "1_30"), (30, "1_30"), (31, "31_60"), (60, "31_60"), (61, "61_90"),
     (90, "61_90"), (91, "older"), (4000, "older")],
)  # fmt: skip
def test_borders_of_the_buckets(late, key):
    assert aging.bucket_of(late) == key


@given(items, days)
def test_buckets_share_out_the_open_items(found, as_of):
    sums = aging.aged(found, as_of)
    assert list(sums) == [bucket.key for bucket in aging.BUCKETS]
    assert sum(sums.values()) == sum(amount for _due, amount in found)


@given(days, days)
def test_due_dates_of_a_bucket_are_those_that_fall_into_it(due, as_of):
    holding = []
    for bucket in aging.BUCKETS:
        first, last = aging.bucket_dates(bucket, as_of)
        if (first is None or first <= due) and (last is None or due <= last):
            holding.append(bucket.key)
    assert holding == [aging.bucket_of(aging.days_past_due(due, as_of))]


@given(days, st.integers(min_value=0, max_value=500), st.integers(min_value=0, max_value=500))
def test_an_item_never_gets_younger(due, earlier, more):
    keys = [bucket.key for bucket in aging.BUCKETS]
    before, after = due + timedelta(days=earlier), due + timedelta(days=earlier + more)
    assert keys.index(aging.bucket_of((before - due).days)) <= keys.index(aging.bucket_of((after - due).days))
