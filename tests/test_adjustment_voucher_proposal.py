"""What a run proposes for a customer: nothing lost, one reason for each rest, whatever the order of the items (S4.8, S4.22)."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher.batch import Item, Rules
from odoo.addons.adjustment_voucher.proposal import propose, propose_each
from odoo.addons.adjustment_voucher.terms import DiscountTerms, DiscountTier

HOME, FOREIGN, UNKNOWN = 1, 2, 3
DAY = date(2024, 1, 1)
REASONS = {
    "credit": {
        "excluded", "blocked", "claimed", "no_rate", "part_left", "other_currency", "no_debit", "too_small",
        "named_closed", "no_match",
    },
    "debit": {"excluded", "blocked", "claimed", "no_rate", "part_left", "later"},
}  # fmt: skip


def rate(currency, day):
    rates = {FOREIGN: Fraction(11, 10) + Fraction(day.day, 1000), UNKNOWN: Fraction(0)}
    return rates[currency]


def rules(*methods, **values):
    return Rules(HOME, date(2024, 3, 31), methods or ("named", "exact", "fifo"), rate, **values)


def item(key, side, residual, **values):
    values = {"due": DAY, "date": DAY, "document": key, "partner": 1, "currency": HOME, **values}
    return Item(key=key, side=side, residual=residual, company_residual=residual, total=residual, **values)


@st.composite
def items(draw, currencies=(HOME, FOREIGN, UNKNOWN)):
    found = []
    for key in range(1, draw(st.integers(1, 9)) + 1):
        side = draw(st.sampled_from(["credit", "debit"]))
        residual = draw(st.integers(1, 400))
        day = DAY + timedelta(draw(st.integers(0, 40)))
        tier = DiscountTier(draw(st.integers(0, 30)), Fraction(2, 100))
        total = residual + draw(st.integers(0, 50))
        discount = side == "debit" and draw(st.booleans())
        found.append(
            Item(
                key=key,
                side=side,
                currency=draw(st.sampled_from(currencies)),
                residual=residual,
                company_residual=residual,
                total=total,
                due=day + timedelta(draw(st.integers(0, 9))),
                date=day,
                document=draw(st.integers(1, 5)),
                claimed=draw(st.sampled_from([0, 0, 0, 5, 1000])),
                names=tuple(draw(st.lists(st.integers(1, 7), max_size=2, unique=True))) if side == "credit" else (),
                terms=DiscountTerms(total, total, day, (tier,)) if discount else None,
                give_back=draw(st.sampled_from([0, 0, 3])) if side == "credit" else 0,
                tolerance=draw(st.integers(0, 3)),
                hold=draw(st.sampled_from(["", "", "", "blocked", "excluded"])),
            )
        )
    return found


METHODS = st.lists(st.sampled_from(["named", "exact", "fifo", "lifo"]), min_size=1, max_size=4, unique=True)


@given(items(), METHODS, st.booleans(), st.booleans())
def test_applied_and_left_are_all_there_was(found, methods, discount, tolerance):
    result = propose(found, rules(*methods, use_discount=discount, use_tolerance=tolerance))
    applied = {line.item: line.amount for line in result.lines}
    left = {rest.key: rest.left for rest in result.left}
    for one in found:
        assert applied.get(one.key, 0) + left.get(one.key, 0) == one.residual
        assert applied.get(one.key, 0) <= one.available


@given(items(), METHODS)
def test_each_rest_has_one_reason(found, methods):
    result = propose(found, rules(*methods))
    assert len({rest.key for rest in result.left}) == len(result.left)
    assert all(rest.left > 0 and rest.reason in REASONS[rest.side] for rest in result.left)


@given(items(), METHODS, st.randoms())
def test_order_of_items_does_not_matter(found, methods, dice):
    shuffled = list(found)
    dice.shuffle(shuffled)
    assert propose(shuffled, rules(*methods)) == propose(found, rules(*methods))


@given(items(), METHODS, st.booleans())
def test_both_sides_pay_the_same(found, methods, tolerance):
    result = propose(found, rules(*methods, use_tolerance=tolerance))
    sides = {side: sum(line.paid for line in result.lines if line.side == side) for side in ("credit", "debit")}
    assert sides["credit"] == sides["debit"]
    assert all(line.amount > 0 and line.discount >= 0 and line.write_off >= 0 for line in result.lines)
    assert sum(amount for _method, amount in result.by_method) == sum(amount for *_pair, amount in result.plan)


@given(items(), METHODS)
def test_what_is_held_is_left_alone(found, methods):
    result = propose(found, rules(*methods))
    held = {one.key for one in found if one.hold or not one.available or one.currency == UNKNOWN}
    assert held.isdisjoint(line.item for line in result.lines)
    assert held <= {rest.key for rest in result.left}


@given(items(currencies=(HOME,)), METHODS)
def test_value_date_is_that_of_the_latest_credit_used(found, methods):
    result = propose(found, rules(*methods))
    used = [one.date for one in found if one.side == "credit" and any(line.item == one.key for line in result.lines)]
    if used:
        assert result.value_date == max(used)


def reasons(found, *methods, **values):
    return {rest.key: rest.reason for rest in propose(found, rules(*methods, **values)).left}


@pytest.mark.parametrize(
    "found, methods, expected",
    [
        ([item(1, "credit", 100)], ["fifo"], {1: "no_debit"}),
        ([item(1, "credit", 150), item(2, "debit", 100)], ["fifo"], {1: "part_left"}),
        ([item(1, "credit", 50), item(2, "debit", 100), item(3, "debit", 90)], ["fifo"],
         {2: "part_left", 3: "later"}),
        ([item(1, "credit", 50), item(2, "debit", 100)], ["exact"], {1: "no_match", 2: "later"}),
        ([item(1, "credit", 50, names=(9,)), item(2, "debit", 100)], ["named"], {1: "named_closed", 2: "later"}),
        ([item(1, "credit", 50, claimed=50), item(2, "debit", 100)], ["fifo"], {1: "claimed", 2: "later"}),
        ([item(1, "credit", 50, hold="blocked"), item(2, "debit", 100)], ["fifo"], {1: "blocked", 2: "later"}),
        ([item(1, "credit", 50, currency=UNKNOWN), item(2, "debit", 100)], ["fifo"], {1: "no_rate", 2: "later"}),
    ],
)  # fmt: skip
def test_reasons(found, methods, expected):
    assert reasons(found, *methods) == expected


def test_reason_other_currency():
    assert reasons([item(1, "credit", 50)], "fifo", debits_elsewhere=True) == {1: "other_currency"}


def test_discount_in_time_and_not():
    debit = item(2, "debit", 10000, terms=DiscountTerms(10000, 10000, DAY, (DiscountTier(10, Fraction(2, 100)),)))
    in_time, late = (item(1, "credit", 9800, date=DAY + timedelta(days)) for days in (10, 11))
    assert propose([in_time, debit], rules("fifo")).lines[1].discount == 200
    assert propose([late, debit], rules("fifo")).lines[1].discount == 0
    assert propose([late, debit], rules("fifo", grace_days=1)).lines[1].discount == 200
    assert propose([in_time, debit], rules("fifo", use_discount=False)).lines[1].discount == 0


def test_tolerance_closes_small_rests():
    found = [item(1, "credit", 9998), item(2, "debit", 10000, tolerance=2)]
    assert propose(found, rules("fifo")).lines[1].write_off == 2
    assert propose(found, rules("fifo", use_tolerance=False)).lines[1].write_off == 0
    assert propose([found[0], replace(found[1], tolerance=1)], rules("fifo")).lines[1].write_off == 0


# One voucher per credit (S4.56)


@given(items(), METHODS, st.booleans())
def test_each_has_one_credit_document_and_no_debit_is_used_twice(found, methods, tolerance):
    applied, left = {}, {}
    parts = propose_each(found, rules(*methods, use_tolerance=tolerance))
    documents = {one.key: one.document for one in found}
    for own, part in parts:
        credits = {documents[line.item] for line in part.lines if line.side == "credit"}
        assert len(credits) <= 1
        for line in part.lines:
            applied[line.item] = applied.get(line.item, 0) + line.amount
        for rest in part.left:
            assert rest.key not in left and rest.key in {one.key for one in own}
            left[rest.key] = rest.left
    for one in found:
        assert applied.get(one.key, 0) + left.get(one.key, 0) == one.residual
        assert applied.get(one.key, 0) <= one.available


@given(items(currencies=(HOME,)))
def test_each_applies_as_much_as_all_together(found):
    plain = [replace(one, terms=None, give_back=0, hold="", claimed=0, names=()) for one in found]
    whole = propose(plain, rules("fifo", use_tolerance=False))
    parts = propose_each(plain, rules("fifo", use_tolerance=False))
    assert sum(line.paid for _own, part in parts for line in part.lines) == sum(line.paid for line in whole.lines)


def test_each_credit_by_its_date():
    found = [item(1, "credit", 80, date=DAY + timedelta(9)), item(2, "credit", 70), item(3, "debit", 100)]
    first, second = (part for _own, part in propose_each(found, rules("fifo")))
    assert [(line.item, line.amount) for line in first.lines] == [(2, 70), (3, 70)]
    assert [(line.item, line.amount) for line in second.lines] == [(1, 30), (3, 30)]
    assert (first.value_date, second.value_date) == (DAY, DAY + timedelta(9))
    assert [(rest.key, rest.left, rest.reason) for rest in second.left] == [(1, 50, "part_left")]


def test_without_a_credit_there_is_one_proposal_of_nothing():
    ((own, part),) = propose_each([item(3, "debit", 100)], rules("fifo"))
    assert (len(own), part.lines, part.left[0].reason) == (1, (), "later")
