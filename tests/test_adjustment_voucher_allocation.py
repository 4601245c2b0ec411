"""Allocation: the acceptance cases with their figures, and what holds whatever the items; no database."""

import doctest
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher import allocation, allocation_sheet
from odoo.addons.adjustment_voucher.allocation import exchanged, propose
from odoo.addons.adjustment_voucher.allocation_plan import Allocation, OpenItem, PlanLine, check_plan
from odoo.addons.adjustment_voucher.exchange import rounded

EPOCH = date(2026, 1, 1)
RATES = [Fraction(1), Fraction("1.287"), Fraction(90, 64), Fraction("0.00006"), Fraction(147)]
METHODS = sorted(allocation.METHODS)


def credit(key, residual, **values):
    return OpenItem(key, "credit", residual, **values)


def debit(key, residual, due=EPOCH, **values):
    return OpenItem(key, "debit", residual, due=due, **values)


def paid(plan):
    """(debit, settled) in the order of the plan."""
    return [(one.debit, one.debit_amount) for one in plan.allocations]


def pairs(plan):
    return [(one.credit, one.debit, one.amount) for one in plan.allocations]


def left_over(items, plan):
    """The items as the plan leaves them: residual and discount less what it settles."""
    used = Counter()
    for one in plan.allocations:
        used.update({("left", one.credit): one.credit_amount, ("left", one.debit): one.debit_amount})
        used.update({("discount", one.debit): one.discount})
    return [
        replaced(
            item, residual=item.residual - used["left", item.key], discount=item.discount - used["discount", item.key]
        )
        for item in items
    ]


def replaced(item, **values):
    return OpenItem(**{**{name: getattr(item, name) for name in item.__dataclass_fields__}, **values})


# Acceptance cases, in cents


def a13_items(note_priority):
    return [
        credit(9, 70000, date=date(2026, 10, 25)),
        debit(1, 10000, date(2026, 8, 15), priority=1),
        debit(2, 25000, date(2026, 9, 1), priority=1),
        debit(3, 50000, date(2026, 10, 15), priority=1),
        debit(4, 700, date(2026, 10, 15), priority=note_priority),
    ]


def test_A13_interest_note_first_then_invoices_by_date():
    plan = propose(a13_items(note_priority=0), ["fifo"])
    assert paid(plan) == [(4, 700), (1, 10000), (2, 25000), (3, 34300)]
    assert plan.open == ((3, 15700),)
    assert plan.unapplied == ()


def test_A14_no_priority_due_date_only():
    plan = propose(a13_items(note_priority=1), ["fifo"])
    assert paid(plan) == [(1, 10000), (2, 25000), (3, 35000)]
    assert plan.open == ((3, 15000), (4, 700))


def a15_items(amount):
    return [
        credit(1, amount, date=date(2026, 12, 10)),
        debit(123, 20000, date(2026, 12, 11)),
        debit(124, 30000, date(2026, 12, 8)),
        debit(125, 15000, date(2026, 12, 13)),
    ]


def test_A15_exact_fails_then_oldest_first():
    plan = propose(a15_items(60000), ["exact", "fifo"])
    assert paid(plan) == [(124, 30000), (123, 20000), (125, 10000)]
    assert (plan.unapplied, plan.open, plan.rules) == ((), ((125, 5000),), ((1, "fifo"),))
    assert propose(a15_items(60000), ["exact"]).allocations == ()


@pytest.mark.parametrize(
    "amount, rule, debits",
    [(20000, "exact_item", [123]), (65000, "clear_account", [124, 123, 125]), (45000, "combination", [124, 125])],
)
def test_A15_each_exact_rule(amount, rule, debits):
    plan = propose(a15_items(amount), ["exact", "fifo"])
    assert [one.debit for one in plan.allocations] == debits
    assert plan.rules == ((1, rule),)


def test_A15_what_is_over_stays_on_the_credit():
    plan = propose(a15_items(70000), ["exact", "fifo"])
    assert (plan.unapplied, plan.open) == (((1, 5000),), ())


def test_A17_payment_of_75_on_100():
    plan = propose([credit(1, 7500), debit(2, 10000)], ["exact", "fifo"])
    assert (pairs(plan), plan.open) == ([(1, 2, 7500)], ((2, 2500),))


@pytest.mark.parametrize("money, settled, discount", [(9800, 10000, 200), (4900, 5000, 100)])
def test_A20_discount_follows_the_payment(money, settled, discount):
    plan = propose([credit(1, money), debit(2, 10000, discount=200)], ["fifo"])
    [one] = plan.allocations
    assert (one.debit_amount, one.discount, one.amount, one.credit_amount) == (settled, discount, money, money)


def test_A20_two_halves_make_the_whole():
    plan = propose([credit(1, 4900), credit(3, 4900), debit(2, 10000, discount=200)], ["fifo"])
    assert [(one.debit_amount, one.discount) for one in plan.allocations] == [(5000, 100), (5000, 100)]
    assert plan.open == plan.unapplied == ()


def a1_items():
    return [credit(1, 38850, currency="JPY", rate=Fraction("1.287")), debit(2, 50000, currency="CAD")]


@pytest.mark.parametrize("methods", [["fifo"], ["exact"]])
def test_A1_38850_yen_close_500_canadian_dollars(methods):
    plan = propose(a1_items(), methods)
    assert plan.open == plan.unapplied == ()
    assert plan.allocations == (Allocation(1, 2, 38850, 50000, 0, 50000),)


def test_A1_less_than_a_yen_is_no_difference_more_is():
    assert exchanged(38851, 50000, Fraction("1.287"), Fraction(1)) == (38851, 50000)
    assert exchanged(38849, 50000, Fraction("1.287"), Fraction(1)) == (38849, 49999)
    assert exchanged(38860, 50000, Fraction("1.287"), Fraction(1)) == (38850, 50000)
    assert exchanged(38840, 50000, Fraction("1.287"), Fraction(1)) == (38840, 49987)


def test_A2_64_euros_as_90_canadian_dollars():
    items = [credit(1, 6400, currency="EUR", rate=Fraction(90, 64)), debit(2, 10000, currency="CAD")]
    plan = propose(items, ["exact", "fifo"])
    assert plan.allocations == (Allocation(1, 2, 6400, 9000, 0, 9000),)
    assert (plan.unapplied, plan.open) == ((), ((2, 1000),))


# Methods one by one


def test_in_one_currency_a_cent_is_a_cent():
    assert exchanged(9999, 10000, Fraction("1.287"), Fraction("1.287")) == (9999, 9999)
    assert propose([credit(1, 9999), debit(2, 10000)], ["exact"]).allocations == ()


def test_lifo_pays_the_newest_due_first_and_priority_before_it():
    items = [
        credit(1, 400),
        debit(2, 300, EPOCH),
        debit(3, 300, EPOCH + timedelta(1)),
        debit(4, 50, EPOCH, priority=-1),
    ]
    assert paid(propose(items, ["lifo"])) == [(4, 50), (3, 300), (2, 50)]


@pytest.mark.parametrize("method", ["fifo", "lifo"])
def test_credits_are_used_oldest_first_by_either_method(method):
    items = [credit(1, 100, date=EPOCH + timedelta(1)), credit(2, 100, date=EPOCH), debit(3, 150)]
    assert pairs(propose(items, [method])) == [(2, 3, 100), (1, 3, 50)]


def test_named_in_the_named_order_as_far_as_it_reaches():
    items = [credit(1, 500, named=(4, 99, 2, 3)), debit(2, 300), debit(3, 100), debit(4, 300)]
    plan = propose(items, ["named"])
    assert paid(plan) == [(4, 300), (2, 200)]
    assert plan.open == ((2, 100), (3, 100))


def test_named_leaves_the_rest_to_the_next_method():
    items = [credit(1, 500, named=(3,)), debit(2, 300), debit(3, 100)]
    plan = propose(items, ["named", "fifo"])
    assert (paid(plan), plan.rules) == ([(3, 100), (2, 300)], ((1, "named"), (1, "fifo")))


def test_exact_takes_the_oldest_due_of_several():
    items = [credit(1, 100), debit(2, 100, EPOCH + timedelta(1)), debit(3, 100, EPOCH), debit(4, 50, EPOCH)]
    assert paid(propose(items, ["exact"])) == [(3, 100)]


def test_exact_counts_the_discount():
    items = [credit(1, 9800), debit(2, 9900), debit(3, 10000, discount=200)]
    assert paid(propose(items, ["exact"])) == [(3, 10000)]
    items = [credit(1, 14800), debit(2, 5000), debit(3, 10000, discount=200), debit(4, 77)]
    assert propose(items, ["exact"]).open == ((4, 77),)


def test_all_credits_together_clear_the_account():
    items = [credit(1, 400), credit(2, 200), debit(3, 350), debit(4, 250)]
    plan = propose(items, ["exact"])
    assert pairs(plan) == [(1, 3, 350), (1, 4, 50), (2, 4, 200)]
    assert plan.rules == ((1, "clear_account"), (2, "clear_account"))


def test_combination_stays_in_one_currency():
    items = [credit(1, 500), debit(2, 300, currency="JPY"), debit(3, 200), debit(4, 70)]
    assert propose(items, ["exact"]).allocations == ()


def test_a_receipt_clears_many_items_in_another_currency_whatever_the_roundings():
    nets = [10033 + 7 * key for key in range(2, 60)]
    rate = Fraction("1.287")
    items = [credit(1, rounded(sum(nets) / rate), rate=rate)]
    items += [debit(key, net + 100, discount=100) for key, net in enumerate(nets, 2)]
    plan = propose(items, ["exact"])
    assert plan.open == plan.unapplied == ()
    assert [one.amount for one in plan.allocations] == nets


def test_worth_less_than_half_a_unit_is_left_alone():
    cheap = Fraction("0.00006")
    assert propose([credit(1, 8000, rate=cheap), debit(2, 100)], ["fifo"]).allocations == ()
    assert propose([credit(1, 100), debit(2, 8000, rate=cheap)], ["fifo"]).allocations == ()
    assert pairs(propose([credit(1, 9000, rate=cheap), debit(2, 100)], ["fifo"])) == [(1, 2, 1)]


def test_a_method_nobody_knows_is_an_error():
    with pytest.raises(KeyError):
        propose([], ["oldest"])


def test_docstrings_tell_the_truth():
    assert doctest.testmod(allocation).failed == 0


# Properties of a plan


def days(count):
    return st.integers(0, count).map(lambda day: EPOCH + timedelta(day))


@st.composite
def ledgers(draw, rates=RATES, largest=10**6):
    """Credits with keys from 1, debits with keys from 101."""
    credits = [
        credit(
            key,
            draw(st.integers(1, largest)),
            date=draw(days(3)),
            rate=draw(st.sampled_from(rates)),
            named=tuple(draw(st.lists(st.integers(100, 106), max_size=3))),
        )
        for key in range(1, 1 + draw(st.integers(0, 5)))
    ]
    return credits + [draw(debits(key, rates, largest)) for key in range(101, 101 + draw(st.integers(0, 6)))]


@st.composite
def debits(draw, key, rates, largest):
    residual = draw(st.integers(1, largest))
    return debit(
        key,
        residual,
        draw(days(3)),
        priority=draw(st.integers(0, 1)),
        discount=draw(st.just(0) | st.integers(0, residual)),
        rate=draw(st.sampled_from(rates)),
    )


one_currency = ledgers(rates=[Fraction(1)], largest=60)
any_ledger = ledgers() | ledgers(largest=60) | one_currency
any_methods = st.lists(st.sampled_from(METHODS), max_size=4)


@given(any_ledger, any_methods)
def test_applied_and_unapplied_make_the_credit_and_no_debit_is_over_its_residual(items, methods):
    plan = propose(items, methods)
    used = Counter()
    for one in plan.allocations:
        used.update({one.credit: one.credit_amount, one.debit: one.debit_amount})
        assert min(one.credit_amount, one.debit_amount - one.discount, one.amount) > 0
    for item in items:
        rest = dict(plan.unapplied if item.side == "credit" else plan.open)
        assert used[item.key] + rest.get(item.key, 0) == item.residual
        assert rest.get(item.key, 1) > 0


@given(any_ledger, any_methods)
def test_no_pair_is_made_twice(items, methods):
    made = [(one.credit, one.debit) for one in propose(items, methods).allocations]
    assert len(made) == len(set(made))


@given(any_ledger, any_methods, st.randoms(use_true_random=False))
def test_the_order_of_the_items_does_not_matter(items, methods, random):
    shuffled = random.sample(items, len(items))
    assert propose(shuffled, methods) == propose(items, methods)


@given(any_ledger, any_methods, st.sampled_from(["fifo", "lifo"]))
def test_proposing_again_on_what_is_left_places_nothing(items, before, method):
    rest = left_over(items, propose(items, [*before, method]))
    assert propose(rest, [method]).allocations == ()


@given(any_ledger, any_methods)
def test_discounts_are_never_above_and_whole_when_closed(items, methods):
    plan = propose(items, methods)
    taken = Counter()
    for one in plan.allocations:
        taken[one.debit] += one.discount
    for item in items:
        if item.side == "debit" and item.discount < item.residual:
            closed = item.key not in dict(plan.open)
            assert taken[item.key] == item.discount if closed else taken[item.key] <= item.discount


@given(any_ledger)
def test_exact_closes_whole_items_only(items):
    plan = propose(items, ["exact"])
    left = {key for key, _left in plan.unapplied + plan.open}
    assert left.isdisjoint(key for one in plan.allocations for key in (one.credit, one.debit))


@given(any_ledger, st.lists(st.sampled_from(["fifo", "lifo", "named"]), max_size=3))
def test_both_sides_of_a_pair_are_worth_the_same_within_a_unit(items, methods):
    rates = {item.key: item.rate for item in items}
    for one in propose(items, methods).allocations:
        given_rate, taken_rate = rates[one.credit], rates[one.debit]
        difference = abs(one.credit_amount * given_rate - (one.debit_amount - one.discount) * taken_rate)
        assert difference <= (0 if given_rate == taken_rate else max(given_rate, taken_rate))


@given(ledgers(rates=[Fraction(1)]), any_methods)
def test_in_one_currency_what_is_paid_is_what_is_taken(items, methods):
    for one in propose(items, methods).allocations:
        assert one.credit_amount == one.amount == one.debit_amount - one.discount


@given(one_currency)
def test_in_one_currency_fifo_leaves_one_side_empty(items):
    plan = propose([replaced(item, discount=0) for item in items], ["fifo"])
    assert not plan.unapplied or not plan.open


nets = st.lists(st.integers(1, 10**7), min_size=1, max_size=12)


@given(st.data())
def test_a_credit_for_any_of_the_items_finds_items_it_closes(data):
    amounts = data.draw(nets)
    chosen = data.draw(st.sets(st.sampled_from(range(len(amounts))), min_size=1))
    items = [debit(key, net + key, discount=key, due=data.draw(days(3))) for key, net in enumerate(amounts)]
    total = sum(amounts[key] for key in chosen)
    plan = propose([credit(99, total), *items], ["exact"])
    assert plan.unapplied == ()
    assert sum(one.amount for one in plan.allocations) == total
    assert {one.debit for one in plan.allocations}.isdisjoint(dict(plan.open))


def plan_lines(plan):
    """A proposal as the lines of a voucher: credits, then debits, each in the order the plan first uses them."""
    found = {}
    for one in plan.allocations:
        _add(found, PlanLine(one.credit, "credit", one.credit_amount, voucher_amount=one.amount))
        _add(found, PlanLine(one.debit, "debit", one.debit_amount, one.discount, voucher_amount=one.amount))
    return tuple(sorted(found.values(), key=lambda line: line.side))


def _add(found, line):
    before = found.get((line.side, line.key), PlanLine(line.key, line.side, 0))
    found[line.side, line.key] = PlanLine(
        line.key,
        line.side,
        before.amount + line.amount,
        before.discount + line.discount,
        voucher_amount=before.voucher_amount + line.voucher_amount,
    )


@given(any_ledger, any_methods)
def test_every_proposal_passes_the_check(items, methods):
    plan = propose(items, methods)
    assume(plan.allocations)
    assert check_plan(plan_lines(plan), {item.key: item for item in items}) == ()


@given(st.lists(st.integers(1, 400), min_size=11, max_size=14), st.lists(st.integers(1, 900), min_size=1, max_size=4))
def test_many_debits_are_matched_as_few_are(debits, credits):
    """Sums looked up for all credits, or searched for each: the same plan."""
    found = [debit(key, amount) for key, amount in enumerate(debits, 1)]
    found += [credit(100 + key, amount) for key, amount in enumerate(credits)]
    plan = propose(found, ["exact"])
    before, allocation_sheet.FEW_ITEMS = allocation_sheet.FEW_ITEMS, 40
    try:
        assert propose(found, ["exact"]) == plan
    finally:
        allocation_sheet.FEW_ITEMS = before
