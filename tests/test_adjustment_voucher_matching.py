"""What follows from matches, worked out over plain values (S4.22), and which vouchers need no closer look (S4.8)."""

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.adjustment_voucher import entry, matching, plain

MATCHES = st.lists(st.tuples(st.integers(1, 12), st.integers(21, 32)), min_size=1, max_size=30).map(
    lambda pairs: [matching.Match(100 + place, debit, credit) for place, (debit, credit) in enumerate(pairs)]
)


def rests(matches, left=()):
    items = {item for match in matches for item in (match.debit, match.credit)}
    return {item: matching.Rest(1, int(item in left), int(item in left)) for item in items}


@given(MATCHES)
def test_groups_partition_items_and_matches(matches):
    found = matching.groups(matches, rests(matches))
    items = sorted(item for group in found for item in group.items)
    assert items == sorted(rests(matches))
    assert sorted(key for group in found for key in group.matches) == [match.key for match in matches]
    of = {item: group for group in found for item in group.items}
    assert all(of[match.debit] is of[match.credit] for match in matches)


@given(MATCHES, st.randoms())
def test_order_does_not_matter(matches, chance):
    shuffled = list(matches)
    chance.shuffle(shuffled)
    assert set(matching.groups(shuffled, rests(matches))) == set(matching.groups(matches, rests(matches)))


@given(MATCHES)
def test_number_is_that_of_the_first_match(matches):
    for group in matching.groups(matches, rests(matches)):
        assert group.number == min(group.matches)


@given(MATCHES, st.sets(st.integers(1, 32)))
def test_full_when_nothing_is_left(matches, left):
    for group in matching.groups(matches, rests(matches, left)):
        assert group.full == left.isdisjoint(group.items)


def test_several_currencies_count_in_the_companys():
    one, other = matching.Rest(1, 0, 0), matching.Rest(2, 0, 3)
    assert matching.is_full([one, other])
    assert not matching.is_full([other])
    assert not matching.is_full([one, matching.Rest(2, 4, 0)])


LEGS = st.lists(
    st.builds(
        entry.Leg,
        kind=st.just("item"),
        key=st.integers(1, 10**6),
        account=st.integers(1, 2),
        partner=st.integers(1, 2),
        currency=st.integers(1, 2),
        amount=st.integers(-1000, 1000).filter(bool),
        balance=st.integers(1, 1000),
    ).map(lambda leg: replace(leg, balance=leg.balance if leg.amount > 0 else -leg.balance)),
    unique_by=lambda leg: leg.key,
)


@given(LEGS, st.booleans())
def test_merged_legs_book_the_same(legs, half):
    whole = [leg.key for leg in legs if leg.key % 2 or half]
    exchange = [entry.Leg("exchange", None, 0, 0, 1, -5, -5), entry.Leg("exchange", None, 0, 0, 1, 7, 7)]
    merged = entry.merge([*legs, *exchange], whole)
    assert sorted(map(str, (part for _leg, parts in merged for part in parts))) == sorted(map(str, [*legs, *exchange]))
    for leg, parts in merged:
        assert (leg.amount, leg.balance) == (sum(p.amount for p in parts), sum(p.balance for p in parts))
        assert {(p.account, p.partner, p.currency, p.amount > 0) for p in parts} == {
            (leg.account, leg.partner, leg.currency, leg.amount > 0)
        }
        assert len({p.key in whole for p in parts}) == 1
    assert [leg for leg, _parts in merged if leg.kind == "exchange"] == exchange


DAY = datetime.date(2024, 3, 31)
HEAD = plain.Head(owner=7, currency=1, single=True, date=DAY, today=DAY)
CREDIT = plain.Line(1, 11, "credit", 1, 5, 7, 7, 91, 100, 100, 100, 100, date=DAY)
DEBIT = plain.Line(2, 12, "debit", 1, 5, 7, 7, 92, 100, 250, 250, 100, date=DAY)


def test_plain():
    assert plain.is_plain(HEAD, [CREDIT, DEBIT])
    assert plain.is_plain(HEAD, [CREDIT, replace(DEBIT, amount=110, value=110, discount=10)])


def test_not_plain():
    later = DAY + datetime.timedelta(1)
    for change in (
        {"usable": False},
        {"rated": False},
        {"other": True},
        {"owner": 8},
        {"date": later},
        {"currency": 2},
        {"amount": 99, "value": 99},
        {"amount": 300, "value": 300},
        {"amount": 110, "value": 110, "write_off": 10},
        {"side": "credit"},
        {"item": 11},
    ):
        assert not plain.is_plain(HEAD, [CREDIT, replace(DEBIT, **change)]), change
    assert not plain.is_plain(HEAD, [])
    assert not plain.is_plain(replace(HEAD, date=later), [CREDIT, DEBIT])
    halves = [replace(CREDIT, amount=50, value=50), replace(CREDIT, id=3, item=13, document=93, amount=50, value=50)]
    assert plain.is_plain(HEAD, [*halves, DEBIT])
    assert not plain.is_plain(replace(HEAD, one_credit=True), [*halves, DEBIT])
