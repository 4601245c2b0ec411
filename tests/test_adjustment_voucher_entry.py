"""The entry of a voucher: the acceptance cases with their figures, and what holds whatever the items; no database."""

import doctest
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher import entry
from odoo.addons.adjustment_voucher.entry import Deduction, Settled, booked_parts, build, pairs, reverse, walk
from odoo.addons.adjustment_voucher.exchange import booked_share, convert, cross_rate, cut, realized_parts

EUR, CAD, JPY, MMK, USD = 1, 2, 3, 4, 5
RECEIVABLE = 11


def settled(key, side, currency, residual, value, amount=None, paid=None, deductions=(), partner=7, account=RECEIVABLE):
    """An item of which ``amount`` (all of it by default) is settled; ``paid`` is what the other side gives for it."""
    amount = residual if amount is None else amount
    paid = amount - sum(part.amount for part in deductions) if paid is None else paid
    return Settled(key, side, currency, account, partner, amount, residual, value, paid, tuple(deductions))


def balances(booked, kind):
    return [leg.balance for leg in booked.legs if leg.kind == kind]


# Acceptance cases, in cents


def test_A1_receipt_and_invoice_in_two_foreign_currencies():
    """38,850 JPY x 0.01287 = 500.00 CAD; booked 355.98 and 356.34 EUR: net -0.36, of which -1.93 is the CAD's."""
    amount = convert(38850, Fraction("0.01287") * 100)
    booked = build(
        [settled(1, "credit", JPY, 38850, 35598, paid=amount), settled(2, "debit", CAD, 50000, 35634)],
        company_currency=EUR,
    )
    assert amount == 50000
    assert balances(booked, "item") == [35598, -35634]
    assert balances(booked, "exchange") == [36]
    assert not booked.direct
    parts = realized_parts(35598, 35634, 50000, Fraction("0.70882"))
    assert (parts.standard, parts.alternate, parts.net) == (-193, 157, -36)


def test_A2_receipt_in_a_third_currency_on_part_of_an_invoice():
    """64 EUR agreed as 90 CAD; 90 of 100 CAD stand for 60.00 of 66.67 USD, the receipt for 56.64: loss 3.36."""
    booked = build(
        [
            settled(1, "credit", EUR, 6400, 5664, paid=9000),
            settled(2, "debit", CAD, 10000, 6667, amount=9000),
        ],
        company_currency=USD,
    )
    assert balances(booked, "item") == [5664, -6000]
    assert balances(booked, "exchange") == [336]
    assert cross_rate(6400, 9000) == Fraction(45, 32)
    assert 6667 - booked_share(6667, 10000, 9000) == 667


def test_A4_gain_stays_with_who_was_paid_in_another_currency_value():
    """Within one company, the figures of A4: 600 EUR booked at 723.72 and paid at 736.62 USD, gain 12.90."""
    booked = build(
        [settled(1, "credit", EUR, 60000, 73662), settled(2, "debit", EUR, 60000, 72372)], company_currency=USD
    )
    assert balances(booked, "exchange") == [-1290]


def test_A5_discount_at_the_value_of_the_invoice():
    discount = Deduction("discount", 1200)
    booked = build(
        [
            settled(1, "credit", EUR, 62622, 76881),
            settled(2, "debit", EUR, 63822, 76982, deductions=[discount]),
        ],
        company_currency=USD,
    )
    assert balances(booked, "discount") == [1447]
    assert balances(booked, "exchange") == [-1346]


def test_A6_settlement_alone():
    booked = build(
        [settled(1, "credit", EUR, 100000, 112000), settled(2, "debit", EUR, 100000, 112300)], company_currency=USD
    )
    assert balances(booked, "exchange") == [300]


def test_A8_rounding_of_three_invoices():
    items = [settled(1, "credit", CAD, 375000, 275359)]
    items += [settled(key, "debit", CAD, 125000, 91786) for key in (2, 3, 4)]
    booked = build(items, company_currency=EUR)
    assert balances(booked, "exchange") == [-1]
    assert [pair.debit_share for pair in booked.pairs] == [91786] * 3


def test_A10_advance_at_another_rate():
    items = [settled(1, "credit", MMK, 132000000, 32633), settled(2, "debit", MMK, 132000000, 32836)]
    assert balances(build(items, company_currency=USD), "exchange") == [203]


# The same in numbers that nobody chose


@st.composite
def items_of_a_side(draw, side, first_key, currencies=(EUR, CAD, JPY)):
    """Items whose paid amounts are still to be set: 1 where something is paid, 0 where all is deducted."""
    items = []
    for key in range(first_key, first_key + draw(st.integers(1, 4))):
        currency = draw(st.sampled_from(currencies))
        residual = draw(st.integers(1, 10**7))
        value = residual if currency == EUR else draw(st.integers(0, 10**7))
        amount = draw(st.one_of(st.just(residual), st.integers(1, residual)))
        parts, left = [], amount
        for kind in draw(st.lists(st.sampled_from(["discount", "write_off", "chargeback"]), unique=True)):
            part = draw(st.integers(0, left))
            left -= part
            parts += [Deduction(kind, part)] if part else []
        places = {"partner": draw(st.integers(1, 2)), "account": draw(st.integers(11, 12))}
        paid = 1 if left else 0
        items.append(settled(key, side, currency, residual, value, amount, paid=paid, deductions=parts, **places))
    return items


@st.composite
def vouchers(draw, currencies=(EUR, CAD, JPY)):
    """Credits and debits that pay each other exactly."""
    credits = draw(items_of_a_side("credit", 1, currencies))
    debits = draw(items_of_a_side("debit", 101, currencies))
    paying = [[item for item in side if item.paid] for side in (credits, debits)]
    if not all(paying):
        credits, debits = ([wholly_deducted(item) for item in side] for side in (credits, debits))
        return credits + debits
    total = draw(st.integers(max(map(len, paying)), 10**7))
    given_to = {}
    for side in paying:
        weights = [draw(st.integers(0, 1000)) for _item in side]
        parts = cut(total - len(side), weights) if sum(weights) else (total - len(side), *[0] * (len(side) - 1))
        given_to |= {item.key: part + 1 for item, part in zip(side, parts, strict=True)}
    return [replace(item, paid=given_to.get(item.key, 0)) for item in credits + debits]


def wholly_deducted(item):
    rest = Deduction("transfer", item.paid_amount) if item.paid_amount else None
    return replace(item, paid=0, deductions=(*item.deductions, *([rest] if rest else [])))


wishes = st.lists(st.tuples(st.integers(0, 5), st.integers(100, 105), st.integers(-5, 10**6)), max_size=6)


@given(vouchers(), wishes)
def test_legs_sum_to_zero(items, wished):
    booked = build(items, EUR, wished)
    assert sum(leg.balance for leg in booked.legs) == 0


@given(vouchers(), wishes)
def test_each_item_leg_closes_exactly_its_adjustment_at_its_booked_share(items, wished):
    legs = {leg.key: leg for leg in build(items, EUR, wished).legs if leg.kind == "item"}
    assert sorted(legs) == sorted(item.key for item in items)
    for item in items:
        leg = legs[item.key]
        share = booked_share(item.company_residual, item.residual, item.amount)
        assert (leg.amount, leg.balance) == (item.sign * item.amount, item.sign * share)
        assert (leg.account, leg.partner, leg.currency) == (item.account, item.partner, item.currency)


@given(vouchers(), wishes)
def test_no_leg_has_amount_and_balance_on_different_sides(items, wished):
    """Odoo's table refuses a journal item whose two amounts have different signs."""
    for leg in build(items, EUR, wished).legs:
        assert leg.amount * leg.balance >= 0
        assert leg.kind != "exchange" or leg.amount == leg.balance != 0


@given(vouchers(), wishes)
def test_deductions_hold_no_exchange_difference(items, wished):
    """Each deduction is booked at the item's own value: what is left of the item's leg is what its pairs carry."""
    booked = build(items, EUR, wished)
    for item in items:
        *deducted, paid = booked_parts(item)
        side = "credit" if item.side == "credit" else "debit"
        assert sum(getattr(pair, f"{side}_share") for pair in booked.pairs if getattr(pair, side) == item.key) == paid
        assert [leg.balance for leg in booked.legs if leg.key == item.key and leg.kind != "item"] == [
            -item.sign * value for value in deducted
        ]
        for part, value in zip(item.deductions, deducted, strict=True):
            exact = Fraction(booked_share(item.company_residual, item.residual, item.amount) * part.amount, item.amount)
            assert abs(value - exact) <= 1


@given(vouchers(), wishes)
def test_exchange_is_the_sum_over_the_pairs(items, wished):
    booked = build(items, EUR, wished)
    assert sum(balances(booked, "exchange")) == -sum(pair.exchange for pair in booked.pairs)
    assert len(balances(booked, "exchange")) <= 2


WEIGHTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=4)


@given(st.integers(1, 10**9), WEIGHTS, WEIGHTS, st.lists(st.integers(0, 10**6), min_size=8, max_size=8), wishes)
def test_company_currency_alone_gives_no_exchange(paid, credit_weights, debit_weights, deducted, wished):
    """Where all is in the company's currency and both sides agree, nothing is gained or lost, whatever is deducted."""
    items = [
        settled(base + place, side, EUR, part + extra, part + extra, deductions=[Deduction("write_off", extra)])
        for base, side, weights, extras in (
            (1, "credit", credit_weights, deducted[:4]),
            (101, "debit", debit_weights, deducted[4:]),
        )
        for place, (part, extra) in enumerate(zip(cut(paid, weights), extras, strict=False))
        if part
    ]
    booked = build(items, EUR, wished)
    assert not balances(booked, "exchange")
    assert not any(pair.exchange for pair in booked.pairs)
    assert sum(leg.balance for leg in booked.legs) == 0


@given(vouchers(), wishes)
def test_pairs_use_exactly_what_each_item_pays(items, wished):
    matched = pairs(items, wished)
    used = Counter()
    for pair in matched:
        used.update({("paid", pair.credit): pair.amount, ("paid", pair.debit): pair.amount})
        used.update({("own", pair.credit): pair.credit_amount, ("own", pair.debit): pair.debit_amount})
        assert min(pair.credit_amount, pair.debit_amount, pair.credit_share, pair.debit_share) >= 0 < pair.amount
    for item in items:
        assert (used["paid", item.key], used["own", item.key]) == (item.paid, item.paid_amount)
    assert len({(pair.credit, pair.debit) for pair in matched}) == len(matched)


@given(vouchers(), st.randoms())
def test_result_does_not_depend_on_the_order_of_items_and_deductions(items, random):
    """The pairs follow the order in which the user sees the items; what is booked for each item does not."""
    shuffled = [replace(item, deductions=tuple(random.sample(item.deductions, len(item.deductions)))) for item in items]
    random.shuffle(shuffled)
    one, other = build(items, EUR), build(shuffled, EUR)
    of_items = [sorted((leg.key, leg.kind, leg.amount) for leg in entry.legs if leg.key) for entry in (one, other)]
    assert of_items[0] == of_items[1]
    closed = [{leg.key: leg.balance for leg in entry.legs if leg.kind == "item"} for entry in (one, other)]
    assert closed[0] == closed[1]
    assert sum(balances(one, "exchange")) == sum(balances(other, "exchange"))


@given(vouchers(), wishes)
def test_reverse_is_the_entry_with_opposite_signs(items, wished):
    legs = build(items, EUR, wished).legs
    back = reverse(legs)
    assert [(leg.amount, leg.balance) for leg in back] == [(-leg.amount, -leg.balance) for leg in legs]
    assert reverse(back) == legs
    places = Counter()
    for leg in (*legs, *back):
        places[leg.account, leg.partner, leg.currency] += leg.balance
    assert not any(places.values())


@given(vouchers(), wishes)
def test_direct_only_when_nothing_is_to_book(items, wished):
    """Matching directly moves nothing between partners, accounts and currencies, and closes both sides at one value."""
    owners = {1: 1, 2: 1}
    booked = build(items, EUR, wished, owners)
    left = Counter()
    for leg in booked.legs:
        left[owners.get(leg.partner, leg.partner), leg.account, leg.currency, "balance"] += leg.balance
        left[owners.get(leg.partner, leg.partner), leg.account, leg.currency, "amount"] += leg.amount
    if booked.direct:
        assert {leg.kind for leg in booked.legs} == {"item"}
        assert not any(left.values())
        assert all(
            (pair.credit_share, pair.credit_amount) == (pair.debit_share, pair.debit_amount) for pair in booked.pairs
        )


@given(st.integers(1, 10**9), WEIGHTS, WEIGHTS)
def test_one_currency_at_one_rate_is_direct(paid, credit_weights, debit_weights):
    """Contacts of one company, one account and currency, booked at par: nothing to book, whatever the parts."""
    items = [
        settled(base + place, side, EUR, part, part, partner=1 + place)
        for base, side, weights in ((1, "credit", credit_weights), (101, "debit", debit_weights))
        for place, part in enumerate(cut(paid, weights))
        if part
    ]
    booked = build(items, EUR, owners=dict.fromkeys(range(1, 5), 1))
    assert booked.direct
    assert not build([replace(item, account=item.key) for item in items], EUR).direct


@given(vouchers(), wishes)
def test_no_item_gains_a_unit_here_and_loses_one_there(items, wished):
    """That comes from cutting its booked value along its pairs, not from exchange."""
    matched = pairs(items, wished)
    for side in ("credit", "debit"):
        for key in {getattr(pair, side) for pair in matched}:
            assert not {1, -1} <= {pair.exchange for pair in matched if getattr(pair, side) == key}


def test_rounding_noise_is_not_booked():
    """Three receipts booked at 3, 3 and 4 close an invoice booked at 10, whose thirds would be 3, 4 and 3."""
    credits = [settled(1, "credit", CAD, 5, 3), settled(2, "credit", CAD, 5, 3), settled(3, "credit", CAD, 5, 4)]
    booked = build([*credits, settled(9, "debit", CAD, 15, 10)], EUR)
    assert [pair.exchange for pair in booked.pairs] == [0, 0, 0]
    assert booked.direct


def test_one_currency_at_two_rates_is_booked():
    """In a voucher of another currency 100 JPY may pay 200 JPY, at one booked value: the items don't match directly."""
    items = [settled(1, "credit", JPY, 100, 100, paid=50), settled(2, "debit", JPY, 200, 100, paid=50)]
    assert not build(items, EUR).direct


@pytest.mark.parametrize("change", [{"partner": 8}, {"account": 12}, {"currency": CAD}, {"company_residual": 9900}])
def test_another_partner_account_currency_or_value_is_booked(change):
    same = [settled(1, "credit", JPY, 10000, 10000), settled(2, "debit", JPY, 10000, 10000)]
    assert build(same, EUR).direct
    assert not build([same[0], replace(same[1], **change)], EUR).direct


@given(vouchers())
def test_wishes_are_kept_as_far_as_both_sides_reach(items):
    sides = [[item for item in items if item.side == side and item.paid] for side in ("credit", "debit")]
    if not all(sides):
        return
    credit, debit = sides[0][-1], sides[1][-1]
    first = walk(*sides, [(credit.key, debit.key, 10**9)])[0]
    assert first == (credit.key, debit.key, min(credit.paid, debit.paid))


def test_examples_in_the_docstrings():
    assert not doctest.testmod(entry).failed
