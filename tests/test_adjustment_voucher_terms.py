"""Cash discount, tolerance and late charge: worked examples of the manuals and properties, no database."""

import doctest
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher import terms
from odoo.addons.adjustment_voucher.exchange import rounded
from odoo.addons.adjustment_voucher.terms import (
    Charge,
    ChargeTerms,
    ChargeTier,
    Debit,
    DiscountTerms,
    DiscountTier,
    Settlement,
    Tolerance,
    after_credits,
    allowed,
    charge_units,
    charges_after_credits,
    credit_note_discount,
    discount_on_settled,
    full_discount,
    late_charge,
    settle,
    split_paid,
)

money = st.integers(0, 10**9)
few = st.integers(0, 5000)
amounts = st.integers(1, 10**9) | st.integers(1, 300)
rates = st.fractions(0, 1, max_denominator=1000)
days = st.integers(0, 400)
dates = st.dates(date(2000, 1, 1), date(2050, 1, 1))


def percent(value):
    return Fraction(value) / 100


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(terms).failed == 0


# Rounding


def test_rounding_half_away_from_zero():
    assert [rounded(Fraction(half, 2)) for half in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]
    assert [rounded(Fraction(value, 100)) for value in (249, 250, 251, -249)] == [2, 3, 3, -2]


@given(st.fractions(-(10**6), 10**6))
def test_rounding_is_nearest_and_symmetrical(value):
    assert abs(rounded(value) - value) <= Fraction(1, 2)
    assert rounded(-value) == -rounded(value)


# Cash discount


def invoice(total, start, *tiers):
    return DiscountTerms(total, total, start, tuple(DiscountTier(in_days, percent(rate)) for in_days, rate in tiers))


@pytest.mark.parametrize("paid, expected", [(9800, (10000, 200)), (4900, (5000, 100))])
def test_a20_discount_in_proportion_to_what_is_settled(paid, expected):
    full = full_discount(invoice(10000, date(2024, 5, 1), (10, 2)), date(2024, 5, 11))
    assert split_paid(full, 10000, 10000, paid) == expected


def test_a20_the_second_half_takes_its_own_share():
    assert split_paid(200, 10000, 5000, 4900) == (5000, 100)


@pytest.mark.parametrize(
    "paid_on, nets, total",
    [
        (date(2024, 6, 29), [100000, 99000, 98000], 297000),
        (date(2024, 7, 1), [100000, 99000, 99000], 298000),
    ],
)
def test_a21_best_tier_still_open(paid_on, nets, total):
    invoices = [
        invoice(100000, date(2024, 5, 15), (14, 1)),
        invoice(100000, date(2024, 6, 25), (14, 1)),
        invoice(100000, date(2024, 6, 25), (5, 2), (14, 1)),
    ]
    assert [one.total - full_discount(one, paid_on) for one in invoices] == nets
    assert sum(nets) == total


def test_a23_credit_note_after_the_discount_was_taken():
    given_back = credit_note_discount(200, 10000, 10000)
    assert (given_back, 10000 - given_back) == (200, 9800)
    assert credit_note_discount(200, 10000, 30000) == 200


def test_window_grace_and_mode():
    one = invoice(100000, date(2024, 1, 5), (10, 2))
    assert full_discount(one, date(2024, 1, 15)) == 2000
    assert full_discount(one, date(2024, 1, 16)) == 0
    assert full_discount(one, date(2024, 1, 20), grace_days=5) == 2000
    assert full_discount(one, date(2024, 1, 21), grace_days=5) == 0
    assert full_discount(one, date(2025, 1, 1), mode="always") == 2000
    assert full_discount(one, date(2024, 1, 5), mode="never") == 0
    with pytest.raises(KeyError):
        full_discount(one, date(2024, 1, 5), mode="sometimes")


def test_a_rate_is_rounded_half_away():
    assert full_discount(invoice(75, date(2024, 5, 1), (10, 2)), date(2024, 5, 1)) == 2
    assert full_discount(invoice(74, date(2024, 5, 1), (10, 2)), date(2024, 5, 1)) == 1


def test_base_without_tax_and_amount_kept_on_the_item():
    start = date(2024, 1, 1)
    assert full_discount(DiscountTerms(12000, 10000, start, (DiscountTier(10, percent(2)),)), start) == 200
    assert full_discount(DiscountTerms(12000, 10000, start, (DiscountTier(10, percent(2), 239),)), start) == 239
    assert full_discount(DiscountTerms(12000, 10000, start, (DiscountTier(10, percent(2), 0),)), start) == 0
    assert full_discount(DiscountTerms(12000, 10000, start, (DiscountTier(10, amount=13000),)), start) == 12000
    assert full_discount(DiscountTerms(12000, 10000, start, (DiscountTier(10, amount=-5),)), start) == 0


tiers = st.builds(DiscountTier, days, rates, st.none() | st.integers(-10, 10**9))
discounts = st.builds(DiscountTerms, amounts, amounts, dates, st.lists(tiers, max_size=4).map(tuple))
modes = st.sampled_from(["normal", "always", "never"])


@given(discounts, dates, days, modes)
def test_discount_is_never_above_the_item_nor_negative(terms_of_item, value_date, grace, mode):
    assert 0 <= full_discount(terms_of_item, value_date, grace, mode) <= terms_of_item.total


@given(discounts, days, st.integers(1, 1000))
def test_discount_is_zero_after_the_last_window_and_its_grace(terms_of_item, grace, late):
    last = max((tier.days for tier in terms_of_item.tiers), default=0)
    assert full_discount(terms_of_item, terms_of_item.start + timedelta(last + grace + late), grace) == 0
    always = full_discount(terms_of_item, terms_of_item.start + timedelta(last + grace + late), grace, "always")
    assert always == full_discount(terms_of_item, terms_of_item.start)


@given(discounts, days, days, days)
def test_discount_only_shrinks_with_time_and_only_grows_with_grace(terms_of_item, grace, early, later):
    first, second = (terms_of_item.start + timedelta(one) for one in sorted((early, later)))
    assert full_discount(terms_of_item, first, grace) >= full_discount(terms_of_item, second, grace)
    assert full_discount(terms_of_item, first, grace) >= full_discount(terms_of_item, first)


@st.composite
def items(draw):
    """(full discount, total, open amount) of an item."""
    total = draw(amounts)
    return draw(st.integers(0, total)), total, draw(st.integers(0, total))


@given(items(), st.data())
def test_share_is_monotone_in_settled_and_never_above_it(item, data):
    full, total, first = item
    second = data.draw(st.integers(first, total))
    assert 0 <= discount_on_settled(full, total, first) <= discount_on_settled(full, total, second) <= full
    assert discount_on_settled(full, total, first) <= first
    assert discount_on_settled(full, total, total) == full


@given(items())
def test_shares_of_two_parts_add_up_within_one_unit(item):
    full, total, part = item
    parts = discount_on_settled(full, total, part) + discount_on_settled(full, total, total - part)
    assert abs(parts - full) <= 1


def test_an_item_of_nothing_has_no_discount():
    assert discount_on_settled(5, 0, 0) == 0
    assert split_paid(0, 0, 0, 5) == (0, 0)


@given(items(), st.data())
def test_split_uses_the_money_to_the_unit_and_gives_exactly_the_share(item, data):
    full, total, open_amount = item
    net = open_amount - discount_on_settled(full, total, open_amount)
    paid = data.draw(st.integers(0, net))
    settled, discount = split_paid(full, total, open_amount, paid)
    assert settled - discount == paid
    assert discount == discount_on_settled(full, total, settled)
    assert (settled == open_amount) == (paid == net)
    assert 0 <= settled <= open_amount


@given(items(), money, money)
def test_split_is_monotone_in_paid_and_settles_no_more_than_is_open(item, one, other):
    less, more = (split_paid(*item, paid) for paid in sorted((one, other)))
    assert less[0] <= more[0] <= item[2]
    assert less[1] <= more[1]


@given(amounts, money, money)
def test_credit_note_gives_back_no_more_than_was_taken(total, taken, credit):
    assert 0 <= credit_note_discount(taken, total, credit) <= taken


# Tolerance


FIVE = Tolerance(500)


def test_a25_penny_difference():
    assert settle(100000, 0, 99990, Tolerance(10)) == Settlement(100000, write_off=10)
    assert settle(100000, 0, 99989, Tolerance(10)) == Settlement(99989, open=11)


@pytest.mark.parametrize("tolerance", [Tolerance(), FIVE, Tolerance(1000), Tolerance(5000)])
def test_a26_full_settlement_is_extra_discount(tolerance):
    assert settle(100000, 0, 99000, tolerance, full_settlement=True) == Settlement(100000, discount=1000)


def test_a26_full_settlement_adds_to_what_is_earned():
    assert settle(100000, 2000, 97000, FIVE, full_settlement=True) == Settlement(100000, discount=3000)
    assert settle(100000, 2000, 98300, FIVE, full_settlement=True) == Settlement(100000, 2000, over=300)


def discount_15_january(paid_on):
    one = DiscountTerms(100000, 100000, date(2024, 1, 5), (DiscountTier(10, amount=2000),))
    return full_discount(one, paid_on, grace_days=5)


@pytest.mark.parametrize("paid_on", [date(2024, 1, 15), date(2024, 1, 20)])
@pytest.mark.parametrize("paid, write_off, over", [(98500, 0, 500), (98000, 0, 0), (97500, 500, 0)])
def test_a27_tolerance_within_the_discount_window(paid_on, paid, write_off, over):
    assert settle(100000, discount_15_january(paid_on), paid, FIVE) == Settlement(100000, 2000, write_off, over)


@pytest.mark.parametrize("paid, write_off, over", [(100500, 0, 500), (100000, 0, 0), (99500, 500, 0)])
def test_a29_tolerance_after_the_discount_window(paid, write_off, over):
    discount = discount_15_january(date(2024, 1, 21))
    assert settle(100000, discount, paid, FIVE) == Settlement(100000, 0, write_off, over)


@pytest.mark.parametrize("paid, left", [(98500, 1500), (98000, 2000), (97500, 2500)])
def test_a29_short_of_the_discount_after_its_window_stays_open(paid, left):
    discount = discount_15_january(date(2024, 1, 21))
    assert settle(100000, discount, paid, FIVE) == Settlement(paid, open=left)


def test_short_beyond_tolerance_within_the_window_discounts_what_is_settled():
    assert settle(100000, 2000, 49000, FIVE) == Settlement(50000, 1000, open=50000)


def test_excess_beyond_tolerance_stays_on_the_receipt():
    settlement = settle(100000, 2000, 98501, FIVE)
    assert settlement == Settlement(100000, 2000)
    assert settlement.applied == 98000


@pytest.mark.parametrize(
    "amount, rate, expected",
    [
        (None, None, 0),
        (500, None, 500),
        (None, percent(1), 100),
        (500, percent(1), 100),
        (50, percent(1), 50),
        (0, percent(1), 0),
        (500, Fraction(0), 0),
        (-1, None, 0),
    ],
)
def test_smaller_of_the_tolerances_that_are_set(amount, rate, expected):
    assert allowed(Tolerance(amount, rate), 10099) == expected


tolerances = st.builds(Tolerance, st.none() | few, st.none() | rates)


@st.composite
def receipts(draw):
    """(open amount, discount, paid): near the net, or anywhere."""
    open_amount = draw(amounts)
    discount = draw(st.integers(0, open_amount))
    near = st.integers(-10, 10).map(lambda off: max(0, open_amount - discount + off))
    return open_amount, discount, draw(near | money)


@given(receipts(), tolerances, st.booleans())
def test_settlement_accounts_for_every_unit(receipt, tolerance, full_settlement):
    open_amount, discount, paid = receipt
    result = settle(*receipt, tolerance, full_settlement)
    excess = paid - result.applied
    assert paid + result.discount + result.write_off - result.over - excess == result.settled
    assert result.settled + result.open == open_amount
    assert excess == 0 or excess == paid - (open_amount - discount) > allowed(tolerance, open_amount)
    fields = (result.settled, result.discount, result.write_off, result.over, result.open, excess)
    assert min(fields) >= 0


@given(receipts(), tolerances, st.booleans())
def test_settlement_opens_gains_and_writes_off_one_at_most(receipt, tolerance, full_settlement):
    result = settle(*receipt, tolerance, full_settlement)
    assert [bool(result.open), bool(result.write_off), bool(result.over)].count(True) <= 1
    assert max(result.write_off, result.over) <= allowed(tolerance, receipt[0])
    assert not (full_settlement and (result.open or result.write_off))
    assert full_settlement or result.discount <= receipt[1]


@given(amounts, st.data(), tolerances, few)
def test_tolerance_is_the_same_to_both_sides(open_amount, data, tolerance, off):
    discount = data.draw(st.integers(0, open_amount))
    net = open_amount - discount
    assume(off <= net)
    short = settle(open_amount, discount, net - off, tolerance)
    over = settle(open_amount, discount, net + off, tolerance)
    assert short.write_off == over.over
    assert (short.open == 0) == (off <= allowed(tolerance, open_amount))
    assert over.open == 0


# Late charge


TEN_PERCENT = ChargeTerms(percent(10), "30days")


def test_a31_credits_eat_the_oldest_first():
    debits = [
        Debit(10000, date(2024, 11, 1)),
        Debit(5000, date(2024, 11, 17)),
        Debit(35000, date(2024, 11, 19)),
        Debit(17500, date(2024, 11, 24)),
    ]
    credits_total = sum((5000, 2000, 1000, 10000))
    assert [debit.amount for debit in after_credits(debits, credits_total)] == [0, 0, 32000, 17500]
    charges = charges_after_credits(debits, credits_total, date(2024, 12, 1), TEN_PERCENT)
    assert [(charge.amount, charge.days) for charge in charges] == [(0, 0), (0, 0), (1280, 12), (408, 7)]


def test_a32_simple_interest_for_ten_of_thirty_days():
    charge = late_charge(150000, date(2024, 6, 20), date(2024, 6, 30), ChargeTerms(percent(20), "month"))
    assert charge == Charge(10000, date(2024, 6, 21), date(2024, 6, 30), 10)


def test_a35_yearly_rate():
    charge = late_charge(100000, date(2024, 1, 1), date(2024, 2, 15), ChargeTerms(percent(12), "year"))
    assert (charge.amount, charge.days) == (1479, 45)
    banker = ChargeTerms(percent(12), "year", year_days=360)
    assert late_charge(100000, date(2024, 1, 1), date(2024, 2, 15), banker).amount == 1500


def test_daily_rate_and_unknown_period():
    due = date(2024, 1, 1)
    assert late_charge(100000, due, date(2024, 1, 4), ChargeTerms(Fraction(1, 1000), "day")).amount == 300
    with pytest.raises(KeyError):
        late_charge(100000, due, date(2024, 1, 4), ChargeTerms(Fraction(1, 1000), "fortnight"))


def test_beyond_grace_every_day_since_the_due_date_counts():
    due, in_grace = date(2024, 1, 1), ChargeTerms(percent(30), "month", grace_days=5)
    assert late_charge(10000, due, date(2024, 1, 6), in_grace) == Charge(0, date(2024, 1, 2), due, 0)
    assert late_charge(10000, due, date(2024, 1, 7), in_grace) == Charge(600, date(2024, 1, 2), date(2024, 1, 7), 6)


def test_minimum_raises_a_first_charge_only():
    due, with_minimum = date(2024, 1, 1), ChargeTerms(percent(30), "month", minimum=500)
    assert late_charge(10000, due, date(2024, 1, 2), with_minimum).amount == 500
    assert late_charge(10000, due, date(2024, 1, 7), with_minimum).amount == 600
    assert late_charge(10000, due, date(2024, 1, 3), with_minimum, charged_until=date(2024, 1, 2)).amount == 100
    assert late_charge(10000, due, date(2024, 1, 2), with_minimum, charged_until=due).amount == 500
    assert late_charge(10000, due, date(2024, 1, 3), with_minimum, charged_until=date(2023, 12, 1)).days == 2
    assert late_charge(10000, due, due, with_minimum).amount == 0
    assert late_charge(0, due, date(2024, 1, 7), with_minimum).amount == 0


def test_days_too_small_to_charge_are_charged_later():
    due, small = date(2024, 1, 1), ChargeTerms(percent(1), "month")
    first = late_charge(1000, due, date(2024, 1, 2), small)
    assert first == Charge(0, date(2024, 1, 2), due, 0)
    later = late_charge(1000, due, date(2024, 1, 4), small, first.until)
    assert later == Charge(1, date(2024, 1, 2), date(2024, 1, 4), 3)


def test_each_day_at_the_rate_of_its_lateness():
    tiered = ChargeTerms(percent(1), "day", tiers=(ChargeTier(31, percent(3)), ChargeTier(11, percent(2))))
    due = date(2024, 1, 1)
    rates_so_far = [(10, 10), (11, 12), (30, 50), (31, 53), (40, 80)]
    for late, expected in rates_so_far:
        assert charge_units(100, due, due + timedelta(late), tiered) == expected
    assert charge_units(100, due, due + timedelta(31), tiered, due + timedelta(29)) == 5


charge_tiers = st.lists(st.builds(ChargeTier, st.integers(-5, 200), rates), max_size=4).map(tuple)
charge_terms = st.builds(
    ChargeTerms,
    rates,
    st.sampled_from(["day", "30days", "month", "year"]),
    st.integers(0, 30),
    few,
    charge_tiers,
    st.sampled_from([360, 365]),
)


@given(money, dates, st.integers(-30, 30), charge_terms)
def test_late_charge_is_zero_within_grace(amount, due, late, charged_by):
    assume(late <= charged_by.grace_days)
    assert charge_units(amount, due, due + timedelta(late), charged_by) == 0
    assert late_charge(amount, due, due + timedelta(late), charged_by) == Charge(0, due + timedelta(1), due, 0)


@given(money, dates, st.integers(0, 300), st.integers(0, 300), charge_terms)
def test_late_charge_is_additive_over_days(amount, due, first, more, charged_by):
    middle = due + timedelta(charged_by.grace_days + 1 + first)
    end = middle + timedelta(more)
    whole = charge_units(amount, due, end, charged_by)
    parts = charge_units(amount, due, middle, charged_by), charge_units(amount, due, end, charged_by, middle)
    assert sum(parts) == whole


@given(money, dates, days, charge_terms)
def test_late_charge_is_the_sum_of_each_days_rate(amount, due, late, charged_by):
    assume(late > charged_by.grace_days)

    def rate_on(day):
        reached = [tier for tier in charged_by.tiers if tier.from_day <= day]
        return max(reached, key=lambda tier: tier.from_day).rate if reached else charged_by.rate

    assume(len({max(1, tier.from_day) for tier in charged_by.tiers}) == len(charged_by.tiers))
    period = {"day": 1, "year": charged_by.year_days}.get(charged_by.period, 30)
    expected = amount * sum(map(rate_on, range(1, late + 1))) / Fraction(period)
    assert charge_units(amount, due, due + timedelta(late), charged_by) == expected


@given(money, dates, st.lists(st.integers(-10, 200), min_size=1, max_size=6), charge_terms)
def test_no_day_is_charged_twice_and_none_is_left_out(amount, due, runs, charged_by):
    charged, done = [], None
    for late in runs:
        charge = late_charge(amount, due, due + timedelta(late), charged_by, done)
        assert charge.days == (charge.until - charge.start).days + 1
        charged += [charge.start + timedelta(day) for day in range(charge.days)]
        done = charge.until
    assert charged == [due + timedelta(day) for day in range(1, len(charged) + 1)]
    assert done == due + timedelta(len(charged))


@given(st.tuples(money, money), dates, st.tuples(days, days), charge_terms, st.none() | days)
def test_late_charge_is_monotone_in_amount_and_days(sums, due, late, charged_by, done):
    charged_until = None if done is None else due + timedelta(done)
    ends = [due + timedelta(one) for one in sorted(late)]

    def charge(amount, until):
        return late_charge(amount, due, until, charged_by, charged_until).amount

    assert 0 <= charge(min(sums), ends[0]) <= charge(max(sums), ends[0]) <= charge(max(sums), ends[1])


@given(st.lists(st.builds(Debit, money, dates), max_size=6, unique_by=lambda debit: debit.due), money, st.data())
def test_credits_eat_all_they_can_in_whatever_order_the_debits_come(debits, credits_total, data):
    left = after_credits(debits, credits_total)
    owed = sum(debit.amount for debit in debits)
    assert sum(debit.amount for debit in left) == max(0, owed - credits_total)
    assert set(after_credits(data.draw(st.permutations(debits)), credits_total)) == set(left)
