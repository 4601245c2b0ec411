"""S0.26, S0.7: exactly one status for every credit, and sums that explain its amount."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odoo.addons.credit_centre import credit_status
from odoo.addons.credit_centre.credit_status import PRECEDENCE, STATUSES, Uses

amounts = st.integers(min_value=0, max_value=10**12)


@st.composite
def credits(draw):
    """A credit whose uses and rest add up to its amount."""
    parts = {name: draw(amounts) for name in ("applied", "refunded", "transferred", "voided", "remaining")}
    assume(sum(parts.values()))
    return Uses(sum(parts.values()), **parts)


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        (Uses(100, remaining=100), "open"),
        (Uses(100, applied=40, remaining=60), "partially_applied"),
        (Uses(100, applied=100), "applied"),
        (Uses(100, refunded=40, remaining=60), "partially_refunded"),
        (Uses(100, refunded=100), "refunded"),
        (Uses(100, transferred=40, remaining=60), "partially_transferred"),
        (Uses(100, transferred=100), "transferred"),
        (Uses(100, voided=100), "void"),
        # S0.17: the balance of a credit that was applied before is refunded
        (Uses(100, applied=60, refunded=40), "refunded"),
        (Uses(100, applied=60, refunded=10, remaining=30), "partially_refunded"),
        (Uses(100, applied=60, transferred=40), "transferred"),
        (Uses(100, applied=60, voided=40), "applied"),
        (Uses(100, voided=60, remaining=40), "open"),
    ],
)
def test_each_status(uses, expected):
    assert credit_status.status(uses) == expected
    assert credit_status.difference(uses) == 0


@given(credits())
def test_exactly_one_status(uses):
    assert credit_status.status(uses) in STATUSES


@given(credits())
def test_partly_means_that_something_is_left(uses):
    found = credit_status.status(uses)
    assert (found.startswith("partially_") or found == "open") == (uses.remaining > 0)


@given(credits())
def test_a_status_names_a_use_that_took_place(uses):
    named = [use for use in PRECEDENCE if credit_status.status(uses).endswith(use)]
    assert all(getattr(uses, use) > 0 for use in named)
    assert bool(named) == any(getattr(uses, use) for use in PRECEDENCE)


@given(credits(), st.integers(min_value=1, max_value=10**12))
def test_a_mismatch_is_seen(uses, wrong):
    assert credit_status.difference(uses) == 0
    assert credit_status.difference(Uses(uses.amount + wrong, *list(vars(uses).values())[1:])) == wrong
