"""May the order go through: worked examples and properties, no database."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_hold.decision import (
    SEVERITY,
    Ask,
    Bucket,
    Reason,
    Release,
    Rules,
    Standing,
    decide,
    release_ceiling,
    release_covers,
)

JULY = date(2001, 7, 1)
money = st.integers(0, 10**7)
actions = st.sampled_from(["ignore", "caution", "hold"])
rules = st.builds(
    Rules,
    st.sampled_from(["at_or_above", "above"]),
    actions,
    actions,
    actions,
    st.integers(0, 1000),
    st.integers(0, 10**7),
)
asks = st.builds(Ask, amount=money, value=money, paid=st.integers(0, 10**7))
standings = st.builds(
    Standing,
    exposure=st.integers(-(10**7), 10**7),
    limit=st.none() | money,
    group_exposure=money,
    group_limit=st.none() | money,
    overdue=money,
    days_overdue=st.integers(0, 400),
    hold=st.booleans(),
    prepay_required=st.booleans(),
    prepay_asked=money,
    check_disabled=st.booleans(),
)


def severity(decision):
    return SEVERITY[decision.outcome]


@given(standings, asks, rules, money)
def test_more_exposure_is_never_milder(standing, ask, policy, more):
    worse = replace(standing, exposure=standing.exposure + more, group_exposure=standing.group_exposure + more)
    assert severity(decide(worse, ask, policy)) >= severity(decide(standing, ask, policy))


@given(standings, asks, rules, money)
def test_an_older_or_larger_debt_is_never_milder(standing, ask, policy, more):
    worse = replace(standing, overdue=standing.overdue + more, days_overdue=standing.days_overdue + 1)
    assert severity(decide(worse, ask, policy)) >= severity(decide(standing, ask, policy))


@given(standings, asks, rules)
def test_the_same_facts_give_the_same_decision(standing, ask, policy):
    assert decide(standing, ask, policy) == decide(standing, ask, policy)


@given(standings, asks, rules)
def test_S2_10_S2_19_hold_outranks_prepay_outranks_the_check(standing, ask, policy):
    decision = decide(standing, ask, policy)
    codes = [reason.code for reason in decision.reasons]
    if standing.hold:
        assert codes == ["customer_hold"] and decision.outcome == "hold"
    elif standing.prepay_required and ask.paid < standing.prepay_asked:
        assert codes == ["prepay"] and decision.outcome == "prepay"
    elif standing.prepay_required:
        assert decision.outcome == "clear"


@given(standings, asks, rules)
def test_S2_27_a_check_that_is_off_finds_nothing(standing, ask, policy):
    off = replace(standing, check_disabled=True, hold=False, prepay_required=False)
    assert decide(off, ask, policy).outcome == "clear"


@given(standings, asks, rules)
def test_an_order_paid_in_full_ahead_passes_all_but_a_hold(standing, ask, policy):
    paid = replace(ask, value=max(1, ask.value), paid=max(1, ask.value))
    assert decide(replace(standing, hold=False, prepay_required=False), paid, policy).outcome == "clear"


@given(standings, asks, rules)
def test_a_stop_says_what_would_free_it(standing, ask, policy):
    decision = decide(standing, ask, policy)
    assert bool(decision.remedies) == (decision.outcome in ("prepay", "hold"))
    assert not decision.remedies or decision.remedies[-1].code == "release"


@given(standings, asks, rules)
def test_a_reduction_that_is_offered_frees_the_order(standing, ask, policy):
    for remedy in decide(standing, ask, policy).remedies:
        if remedy.code == "reduce":
            assert decide(standing, replace(ask, amount=ask.amount - remedy.amount), policy).passes


@given(standings, asks, rules)
def test_a_payment_that_is_offered_frees_the_order(standing, ask, policy):
    for remedy in decide(standing, ask, policy).remedies:
        if remedy.code == "pay":
            paid = replace(
                standing,
                exposure=standing.exposure - remedy.amount,
                group_exposure=standing.group_exposure - remedy.amount,
                overdue=max(0, standing.overdue - remedy.amount),
            )
            assert decide(paid, ask, policy).passes


def test_M13_S2_13_at_the_limit_fails_unless_the_policy_allows_it():
    standing, ask = Standing(exposure=60000, limit=100000), Ask(amount=40000)
    assert decide(standing, ask, Rules()).outcome == "hold"
    assert decide(standing, ask, Rules(limit_boundary="above")).outcome == "clear"


def test_M11_a_limit_of_zero_stops_and_none_does_not():
    assert decide(Standing(limit=0), Ask(amount=1), Rules()).outcome == "hold"
    assert decide(Standing(limit=None), Ask(amount=10**12), Rules()).outcome == "clear"
    assert decide(Standing(limit=0), Ask(amount=0), Rules()).outcome == "clear"


def test_A36_available_4000_and_order_4500():
    decision = decide(Standing(exposure=500000, limit=900000), Ask(amount=450000), Rules(limit_boundary="above"))
    assert decision.outcome == "hold"
    assert [(remedy.code, remedy.amount) for remedy in decision.remedies] == [
        ("pay", 50000),
        ("reduce", 50000),
        ("release", 0),
    ]


def test_A38_own_limit_below_the_groups():
    standing = Standing(exposure=0, limit=1000000, group_exposure=0, group_limit=1500000)
    assert [reason.code for reason in decide(standing, Ask(amount=1000001), Rules()).reasons] == ["limit"]
    assert [reason.code for reason in decide(standing, Ask(amount=1500001), Rules()).reasons] == [
        "group_limit",
        "limit",
    ]


def test_A40_deviation():
    assert release_ceiling(1000, Fraction(10)) == 1100
    release = Release(ceiling=release_ceiling(1000, Fraction(10)))
    assert release_covers(release, Ask(value=1100)) and not release_covers(release, Ask(value=1101))
    exact = Release(ceiling=release_ceiling(1000, Fraction(0)))
    assert release_covers(exact, Ask(value=1000)) and not release_covers(exact, Ask(value=1001))


def test_A41_five_days():
    release = Release(ceiling=1000, until=JULY + timedelta(days=5))
    assert release_covers(release, Ask(value=1000, today=JULY + timedelta(days=4)))
    assert not release_covers(release, Ask(value=1000, today=JULY + timedelta(days=6)))


def test_a_release_is_for_its_payer_currency_and_terms():
    release = Release(ceiling=1000, payer_id=1, currency_id=2, term_days=30)
    ask = Ask(value=1000, payer_id=1, currency_id=2, term_days=30)
    assert release_covers(release, ask)
    for change in ({"payer_id": 9}, {"currency_id": 9}, {"term_days": 31}):
        assert not release_covers(release, replace(ask, **change))


def test_a_release_lets_even_a_hold_pass():
    decision = decide(Standing(hold=True), Ask(value=5), Rules(), Release(ceiling=5))
    assert decision.outcome == "released" and decision.passes
    stopped = decide(Standing(), Ask(value=5), Rules(), None, (Reason("order_hold", "hold"),))
    assert stopped.outcome == "hold"


def test_A43_limit_100_delivery_60():
    assert decide(Standing(limit=10000), Ask(amount=6000), Rules()).outcome == "clear"


def test_S4_60_single_order_and_ranges_of_days():
    assert decide(Standing(), Ask(amount=101), Rules(single_order_maximum=100)).reasons[0].code == "single_order"
    assert decide(Standing(), Ask(amount=100), Rules(single_order_maximum=100)).outcome == "clear"
    buckets = (Bucket(1, 30, 500), Bucket(31, None, 100, Fraction(50)))
    standing = Standing(overdue=700, days_overdue=40, overdue_by_day=((10, 500), (40, 200)))
    policy = Rules(buckets=buckets, overdue_minimum=601)
    assert [(reason.code, reason.get("excess")) for reason in decide(standing, Ask(amount=1), policy).reasons] == [
        ("overdue_bucket", 100)
    ]
    assert decide(standing, Ask(amount=1), replace(policy, overdue_minimum=600)).reasons[0].code == "overdue"


def test_S2_30_caution_or_hold_as_the_policy_says():
    standing = Standing(overdue=1, days_overdue=1)
    for action, outcome in (("ignore", "clear"), ("caution", "caution"), ("hold", "hold")):
        assert decide(standing, Ask(amount=1), Rules(on_overdue=action)).outcome == outcome


def test_HD06_without_a_rate_an_order_stops_where_its_value_matters():
    missing = Standing(rate_missing=True)
    assert decide(missing, Ask(amount=1), Rules()).outcome == "clear"
    for standing, policy in (
        (replace(missing, limit=100), Rules()),
        (replace(missing, group_limit=100), Rules()),
        (missing, Rules(single_order_maximum=100)),
    ):
        assert [reason.code for reason in decide(standing, Ask(amount=1), policy).reasons] == ["no_rate"]
