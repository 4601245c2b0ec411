"""Shares, conversions and exchange: nothing is lost and nothing is added by rounding; no database."""

import doctest
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher import exchange
from odoo.addons.adjustment_voucher.exchange import booked_share, cut, realized_parts, rounded


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
def test_shares_of_one_item_add_up_to_its_booked_value(value, parts):
    """Over any sequence of settlements, each on what the one before it left; none has the wrong sign."""
    left, open_value, shares = sum(parts), value, []
    for part in parts:
        share = booked_share(open_value, left, part)
        assert 0 <= share <= open_value
        shares.append(share)
        open_value, left = open_value - share, left - part
    assert (sum(shares), open_value, left) == (value, 0, 0)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), max_size=12))
def test_cut_adds_up_and_no_piece_is_off_by_more_than_a_unit(total, parts):
    pieces, whole = cut(total, parts), sum(parts)
    assert (len(pieces), sum(pieces)) == (len(parts), total if whole else 0)
    for piece, part in zip(pieces, parts, strict=True):
        assert piece * total >= 0
        assert abs(piece - (Fraction(total * part, whole) if whole else 0)) <= 1
    assert cut(-total, parts) == tuple(-piece for piece in pieces)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.fractions(0, 100))
def test_parts_of_the_difference_add_up_to_it(credit_share, debit_share, amount, rate):
    assert realized_parts(credit_share, debit_share, amount, rate).net == credit_share - debit_share


@given(st.fractions(-(10**6), 10**6))
def test_rounding_is_symmetric_and_to_the_nearest(value):
    assert rounded(-value) == -rounded(value)
    assert abs(rounded(value) - value) <= Fraction(1, 2)


def test_examples_in_the_docstrings():
    assert not doctest.testmod(exchange).failed
