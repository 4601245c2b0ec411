"""S0.19, S0.29: credits go on invoices as far as the smaller side reaches, the first ones first."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_centre.application import cut, fit

sides = st.lists(st.integers(min_value=0, max_value=10**12), max_size=20)


def test_one_credit_on_two_invoices():
    assert fit([100], [80, 70]) == ([100], [80, 20])
    assert fit([100, 50], [120]) == ([100, 20], [120])
    assert fit([], [120]) == ([], [0])


@given(sides, sides)
def test_both_sides_are_equal_and_nothing_is_overdrawn(credits, debits):
    taken_credits, taken_debits = fit(credits, debits)
    assert sum(taken_credits) == sum(taken_debits) == min(sum(credits), sum(debits))
    for wanted, taken in ((credits, taken_credits), (debits, taken_debits)):
        assert len(wanted) == len(taken)
        assert all(0 <= part <= whole for part, whole in zip(taken, wanted, strict=True))


@given(sides, st.integers(min_value=0, max_value=10**13))
def test_the_first_come_first(amounts, total):
    taken = cut(amounts, total)
    short = [place for place, (part, whole) in enumerate(zip(taken, amounts, strict=True)) if part < whole]
    assert not short or not any(taken[short[0] + 1 :])
