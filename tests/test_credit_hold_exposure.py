"""The parts of exposure, their sum and what is left: worked examples and properties, no database."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_hold.exposure import (
    Counting,
    Exposure,
    LimitTerms,
    effective_limit,
    headroom,
    high_water,
    open_fraction,
    open_order,
    round_half_up,
    stricter,
)

money = st.integers(0, 10**9)
countings = st.builds(Counting, st.booleans(), st.booleans())
exposures = st.builds(Exposure, money, money, money, money, money, money, money)
quantities = st.integers(0, 1000).map(Fraction)
limits = st.none() | money


@given(exposures, countings, money)
def test_a_document_raises_the_total_by_itself_or_not_at_all(exposure, counting, amount):
    before = exposure.total(counting)
    for name in ("open_items", "draft_invoices", "open_orders"):
        after = Exposure(**{**vars_of(exposure), name: getattr(exposure, name) + amount}).total(counting)
        assert after - before == (0 if name == "draft_invoices" and not counting.draft_invoices else amount)


@given(exposures, countings, money)
def test_a_payment_lowers_the_total_by_itself(exposure, counting, amount):
    paid = Exposure(**{**vars_of(exposure), "unapplied": exposure.unapplied + amount})
    assert exposure.total(counting) - paid.total(counting) == amount


@given(exposures, countings)
def test_what_is_reserved_or_beyond_the_horizon_is_in_no_total(exposure, counting):
    bare = Exposure(**{**vars_of(exposure), "reserved": 0, "later_orders": 0})
    assert bare.total(counting) == exposure.total(counting)


def test_M8_uncleared_receipt_makes_room_only_when_the_policy_says():
    exposure = Exposure(open_items=100000, uncleared=40000)
    assert exposure.total(Counting()) == 100000
    assert exposure.total(Counting(uncleared_receipts=True)) == 60000


@given(
    st.lists(st.tuples(money.map(Fraction), quantities, quantities), max_size=5),
    money.map(Fraction),
    st.integers(1, 100),
)
def test_an_open_order_is_never_negative_nor_more_than_the_order(lines, down_payment, rate):
    amount = open_order(lines, down_payment, Fraction(rate))
    assert 0 <= amount <= sum(total for total, _ordered, _invoiced in lines) / rate


@given(money.map(Fraction), st.integers(1, 1000), st.integers(0, 1000))
def test_invoicing_a_part_leaves_the_sum_unchanged(total, ordered, invoiced):
    invoiced = min(invoiced, ordered)
    still_open = open_order([(total, Fraction(ordered), Fraction(invoiced))], Fraction(0), Fraction(1))
    assert still_open + total * invoiced / ordered == total


@given(st.lists(st.integers(-50, 50).map(Fraction), max_size=8))
def test_a_credit_note_never_brings_an_order_back(moves):
    marks = [high_water(moves[:count]) for count in range(len(moves) + 1)]
    assert marks == sorted(marks)


def test_M4_M5_down_payment():
    order = [(Fraction(100000), Fraction(10), Fraction(0))]
    assert open_order(order, Fraction(30000), Fraction(1)) == 70000
    assert open_order(order, Fraction(0), Fraction(1)) == 100000


def test_D17_credited_and_corrected():
    assert open_fraction(Fraction(10), high_water([Fraction(10), Fraction(-10)])) == 0
    assert open_fraction(Fraction(10), high_water([Fraction(5), Fraction(-5), Fraction(5)])) == Fraction(1, 2)
    assert open_fraction(Fraction(-4), Fraction(-1)) == Fraction(3, 4)
    assert open_fraction(Fraction(0), Fraction(3)) == 0


def test_M11_no_limit_is_not_a_limit_of_zero():
    assert effective_limit(LimitTerms(base=None, insured=500)) is None
    assert effective_limit(LimitTerms(base=0)) == 0
    assert effective_limit(LimitTerms(base=0, insured=500)) == 500
    assert effective_limit(LimitTerms(base=1000, temporary=3000, insured=500)) == 3500


def test_A36_ninety_percent_of_the_limit():
    limit = effective_limit(LimitTerms(base=1000000, usable_percent=Fraction(90)))
    assert headroom(limit, 500000) == 400000


def test_A38_the_stricter_of_own_and_group():
    assert stricter(1000000, 1500000) == 1000000
    assert stricter(None, 5) == stricter(5, None) == 5
    assert stricter(None, None) is None


@given(limits, limits)
def test_stricter_is_symmetric_and_never_above_either(first, second):
    assert stricter(first, second) == stricter(second, first)
    assert all(stricter(first, second) <= one for one in (first, second) if one is not None)


@given(limits, st.integers(-(10**9), 10**9))
def test_headroom_and_total_make_the_limit(limit, total):
    left = headroom(limit, total)
    assert (left is None) == (limit is None)
    assert left is None or left + total == limit


def test_halves_are_rounded_away_from_zero():
    assert [round_half_up(Fraction(value, 2)) for value in (1, -1, 3, -3, 2)] == [1, -1, 2, -2, 1]


def vars_of(exposure):
    return {name: getattr(exposure, name) for name in exposure.__dataclass_fields__}
