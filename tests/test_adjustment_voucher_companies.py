"""Vouchers that settle together across companies: A4 and A18 with their figures, and what holds whatever the amounts."""

import doctest
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher import companies
from odoo.addons.adjustment_voucher.companies import Due, build, kept_apart, values
from odoo.addons.adjustment_voucher.entry import Settled

USD, EUR = 1, 2
RECEIVABLE, DUE_FROM, DUE_TO = 11, 12, 13
F, E, W = -1, -2, -3


def item(key, side, amount, value=None, currency=USD):
    return Settled(key, side, currency, RECEIVABLE, 7, amount, amount, amount if value is None else value, amount)


def due(other, side, amount, value, currency=USD):
    return Due(other, side, currency, DUE_FROM if side == "credit" else DUE_TO, other, amount, value)


def booked(entry):
    """[(kind, account, partner, balance)] by kind."""
    return sorted((leg.kind, leg.account, leg.partner, leg.balance) for leg in entry.legs)


def test_A18_payment_primary():
    """75 of F and 25 of E on 100 of W, in cents; F pays the whole and is paid by E."""
    at_w = build([item(1, "debit", 10000)], [due(F, "credit", 10000, None)], USD)
    at_f = build(
        [item(2, "credit", 7500)], [due(W, "debit", 10000, values(at_w)[F]), due(E, "credit", 2500, None)], USD
    )
    at_e = build([item(3, "credit", 2500)], [due(F, "debit", 2500, values(at_f)[E])], USD)
    assert booked(at_w) == [("due", DUE_FROM, F, 10000), ("item", RECEIVABLE, 7, -10000)]
    assert booked(at_f) == [("due", DUE_FROM, E, 2500), ("due", DUE_TO, W, -10000), ("item", RECEIVABLE, 7, 7500)]
    assert booked(at_e) == [("due", DUE_TO, F, -2500), ("item", RECEIVABLE, 7, 2500)]


def test_A4_gain_in_the_paying_company():
    """600 EUR booked at 723.72 in one company, paid to another at 736.62: that one gains 12.90, 723.72 crosses."""
    at_w = build([item(1, "debit", 60000, 72372, EUR)], [due(F, "credit", 60000, None, EUR)], USD)
    at_f = build([item(2, "credit", 60000, 73662, EUR)], [due(W, "debit", 60000, values(at_w)[F], EUR)], USD)
    assert booked(at_w) == [("due", DUE_FROM, F, 72372), ("item", RECEIVABLE, 7, -72372)]
    assert booked(at_f) == [
        ("due", DUE_TO, W, -72372),
        ("exchange", 0, 0, -1290),
        ("item", RECEIVABLE, 7, 73662),
    ]


amounts = st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 10**7)), min_size=1, max_size=4)


@given(amounts, amounts, amounts)
def test_what_crosses_is_worth_the_same_on_both_sides_and_only_payers_have_exchange(invoices, receipts, notes):
    """Invoices in W, receipts in F and credit notes in E, in one foreign currency at any booked values."""
    needed, given_by_f, given_by_e = (sum(amount for amount, _value in side) for side in (invoices, receipts, notes))
    first, *rest = receipts
    receipts = [(max(1, first[0] + needed - given_by_f - given_by_e), first[1]), *rest]
    invoices = [
        (invoices[0][0] + max(0, sum(a for a, _v in receipts) + given_by_e - needed), invoices[0][1]),
        *invoices[1:],
    ]
    needed = sum(amount for amount, _value in invoices)
    at = {
        name: [item(key, side, *part, EUR) for key, part in enumerate(parts, start)]
        for name, side, parts, start in (
            (W, "debit", invoices, 1), (F, "credit", receipts, 101), (E, "credit", notes, 201)
        )
    }  # fmt: skip
    at_w = build(at[W], [due(F, "credit", needed, None, EUR)], USD)
    at_f = build(at[F], [due(W, "debit", needed, values(at_w)[F], EUR), due(E, "credit", given_by_e, None, EUR)], USD)
    at_e = build(at[E], [due(F, "debit", given_by_e, values(at_f)[E], EUR)], USD)
    for entry in (at_w, at_f, at_e):
        assert sum(leg.balance for leg in entry.legs) == 0
        assert all(leg.amount * leg.balance >= 0 for leg in entry.legs)
        assert not entry.direct
    assert not [leg for leg in at_w.legs if leg.kind == "exchange"]
    assert values(at_w)[F] == values(at_f)[W] == sum(value for _amount, value in invoices)
    assert values(at_f)[E] == values(at_e)[F]
    gained = -sum(leg.balance for entry in (at_f, at_e) for leg in entry.legs if leg.kind == "exchange")
    assert gained == sum(one.company_residual for one in at[F] + at[E]) - sum(value for _amount, value in invoices)


def test_even_sides_cross_nothing():
    assert kept_apart(5, 5) is None
    assert build([item(1, "credit", 5), replace(item(2, "debit", 5), account=99)], [], USD).legs[0].balance == 5


def test_examples_in_the_docstrings():
    assert not doctest.testmod(companies).failed
