"""Parts that add up to a total exactly: found when there are some, and the preferred ones; no database."""

import doctest
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher import combination as module
from odoo.addons.adjustment_voucher.combination import Sums, combination


def preferred(parts, total):
    """By brute force: the combination whose last place is lowest, then its last but one, ..."""
    places = range(len(parts))
    fits = [
        found for size in places for found in combinations(places, size + 1) if sum(parts[at] for at in found) == total
    ]
    return min(fits, key=lambda found: found[::-1], default=())


@given(st.lists(st.integers(1, 30), max_size=9), st.integers(1, 120))
def test_combination_is_the_preferred_one(parts, total):
    assert combination(parts, total) == preferred(parts, total)


@given(st.lists(st.integers(1, 50), min_size=10, max_size=40), st.integers(1, 1200))
def test_combination_is_found_whenever_there_is_one(parts, total):
    reachable = {0}
    for part in parts:
        reachable |= {before + part for before in reachable}
    found = combination(parts, total)
    assert bool(found) == (total in reachable)
    assert not found or sum(parts[at] for at in found) == total


@pytest.mark.parametrize("chosen", [(0, 31), (15, 16), (17, 18, 30), tuple(range(0, 32, 3))])
def test_combination_of_32_parts_of_any_size(chosen):
    parts = [3**20 + 5**place for place in range(32)]
    assert combination(parts, sum(parts[at] for at in chosen)) == chosen


def test_combination_gives_up_beyond_the_bound():
    parts = [7**20 + 2**place for place in range(60)]
    assert combination(parts, parts[0] + parts[58]) == ()
    assert combination(parts, 4 * 7**20 + 1) == ()
    assert combination(parts, parts[0] + parts[1]) == (0, 1)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=9), st.lists(st.integers(1, 200), min_size=1, max_size=4))
def test_sums_are_looked_up_as_they_are_searched(parts, totals):
    sums = Sums(parts, max(totals))
    for total in totals:
        fitting = [part if part <= total else total + 1 for part in parts]
        assert sums.making(total) == combination(fitting, total)


def test_docstrings_tell_the_truth():
    assert doctest.testmod(module).failed == 0
