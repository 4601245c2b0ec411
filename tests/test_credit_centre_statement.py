"""The statement of account: running balances, what is late, and what a document is called. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_centre import statement
from odoo.addons.credit_centre.aging import BUCKETS

DAY = date(2025, 3, 31)
dates = st.dates(date(2024, 1, 1), date(2025, 12, 31))
amounts = st.integers(-(10**9), 10**9).filter(bool)
rows = st.builds(
    statement.Row,
    key=st.integers(1, 10**6),
    kind=st.sampled_from(["invoice", "receipt", "settled"]),
    date=dates,
    due=dates,
    number=st.just("X"),
    reference=st.just(""),
    booked=amounts,
    amount=amounts,
)


@given(st.integers(-(10**9), 10**9), st.lists(amounts))
def test_running_balance_ends_at_the_sum(opening, parts):
    """S3.13"""
    balances = statement.running(opening, parts)
    assert len(balances) == len(parts)
    assert (balances[-1] if balances else opening) == opening + sum(parts)
    assert all(
        after - before == part for before, after, part in zip((opening, *balances), balances, parts, strict=False)
    )


@given(st.lists(rows))
def test_open_items_are_all_there_oldest_due_first(found):
    """S3.22"""
    section = statement.open_items(1, found, DAY)
    assert sorted(row.amount for row in section.rows) == sorted(row.amount for row in found)
    assert list(section.rows) == sorted(section.rows, key=lambda row: (row.due, row.date, row.key))
    assert section.closing == section.summary.balance == sum(row.amount for row in found)


@given(st.lists(rows))
def test_summary_takes_debits_by_age_and_deducts_credits(found):
    """S3.22"""
    summary = statement.summarize(((row.due, row.amount) for row in found), DAY)
    assert list(summary.aged) == [bucket.key for bucket in BUCKETS]
    assert summary.owed == sum(summary.aged.values()) >= 0 >= summary.credits
    assert summary.past_due == sum(row.amount for row in found if row.amount > 0 and row.due < DAY)
    assert summary.balance == sum(row.amount for row in found)


@given(st.integers(-(10**6), 10**6), st.lists(rows))
def test_activity_runs_in_the_order_of_days(opening, found):
    """S3.10 to S3.12"""
    section = statement.activity(1, opening, found, [], DAY)
    days = [row.date for row in section.rows]
    assert days == sorted(days)
    assert section.closing == opening + sum(row.amount for row in found)


@pytest.mark.parametrize(
    "late, bucket", [(-5, "current"), (0, "current"), (1, "1_30"), (30, "1_30"), (31, "31_60"), (91, "older")]
)
def test_ages_are_those_of_the_hub(late, bucket):
    """S3.22"""
    summary = statement.summarize([(DAY - timedelta(days=late), 100)], DAY)
    assert summary.aged[bucket] == 100
    assert summary.past_due == (100 if late > 0 else 0)


@pytest.mark.parametrize(
    "move_type, amount, money, debit_note, kind",
    [
        ("out_invoice", 1, False, False, "invoice"),
        ("out_invoice", 1, False, True, "debit_note"),
        ("out_refund", -1, False, False, "credit_note"),
        ("entry", -1, True, False, "receipt"),
        ("entry", 1, True, False, "refund"),
        ("entry", 1, False, False, "entry"),
        ("in_invoice", -1, False, False, "bill"),
    ],
)
def test_documents_have_the_names_customers_know(move_type, amount, money, debit_note, kind):
    """S3.10 to S3.12"""
    assert statement.kind_of(move_type, amount, money, debit_note) == kind
