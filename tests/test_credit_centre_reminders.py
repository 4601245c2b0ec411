"""Which reminder a customer gets: worked examples and properties, no database (S1.14, S1.18, S3.19, S3.20)."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_centre.reminders import (
    BEFORE,
    BELOW_MINIMUM,
    COVERED,
    EXCLUDED,
    LATE,
    NO_REMINDERS,
    NOTHING_DUE,
    PARTIAL,
    UP_TO_DATE,
    WAITING,
    Credit,
    Document,
    Level,
    Standing,
    amounts,
    decide,
    excluded,
)

TODAY = date(2026, 6, 30)
SOON = Level(1, 10, BEFORE, -3)
FIRST, SECOND, FINAL = Level(2, 20, LATE, 7), Level(3, 30, LATE, 21), Level(4, 40, LATE, 45)
REST = Level(5, 50, PARTIAL, 14)
LEVELS = (SOON, FIRST, SECOND, FINAL, REST)
WAIT = 7


def late(days, amount=10000, key=1, **more):
    return Document(key, TODAY - timedelta(days), amount, "USD", amount, **more)


def ago(days):
    return TODAY - timedelta(days)


def ask(*documents, credit=0, levels=LEVELS, **more):
    credits = (Credit("USD", credit, credit),) if credit else ()
    return decide(Standing(documents, credits, **more), levels, WAIT, TODAY)


# ---------------------------------------------------------------------- worked examples


def test_D25_the_first_letter_has_the_level_of_the_oldest_document():
    assert [ask(late(days)).level for days in (6, 7, 20, 21, 44, 45, 90)] == [
        None,
        FIRST,
        FIRST,
        SECOND,
        SECOND,
        FINAL,
        FINAL,
    ]


def test_D25_credits_are_deducted_and_who_is_covered_gets_no_letter():
    decision = ask(late(30, 50000), credit=20000)
    assert (decision.level, decision.total) == (SECOND, 30000)
    assert ask(late(30, 50000), credit=50000).why == COVERED
    assert ask(late(30, 50000), credit=60000).why == COVERED


def test_after_the_first_letter_one_level_at_a_time():
    assert ask(late(90, level=20), last_letter=ago(10)).level == SECOND
    assert ask(late(90, level=30), last_letter=ago(10)).level == FINAL
    assert ask(late(90, level=40), last_letter=ago(10)).why == UP_TO_DATE
    assert ask(late(15, level=20), last_letter=ago(8)).why == UP_TO_DATE


def test_no_letter_before_the_waiting_days_are_over():
    assert ask(late(90, level=20), last_letter=ago(6)).why == WAITING
    assert ask(late(90, level=20), last_letter=ago(7)).level == SECOND


def test_one_letter_lists_all_that_is_late_each_with_its_own_level():
    decision = ask(late(50, key=1, level=30), late(10, 500, key=2), late(2, 300, key=3), last_letter=ago(10))
    assert (decision.level, decision.total) == (FINAL, 10800)
    assert decision.documents == ((1, 40), (2, 20), (3, None))


def test_a_new_late_document_repeats_the_level_that_the_customer_has():
    decision = ask(late(30, key=1, level=30), late(8, key=2), last_letter=ago(10))
    assert decision.level == SECOND
    assert decision.documents == ((1, 30), (2, 20))


def test_disputed_and_promised_documents_are_left_out():
    decision = ask(late(50, key=1, disputed=True), late(50, key=2, promised_until=TODAY), late(10, key=3))
    assert (decision.level, decision.documents) == (FIRST, ((3, 20),))
    assert ask(late(50, disputed=True)).why == EXCLUDED
    assert ask(late(50, promised_until=TODAY)).why == EXCLUDED
    assert ask(late(50, promised_until=ago(1))).level == FINAL


def test_a_level_below_its_minimum_gives_way_to_the_one_before():
    dear = replace(FINAL, minimum=10000)
    assert ask(late(90, 10000), levels=(FIRST, SECOND, dear)).level == SECOND
    assert ask(late(90, 10001), levels=(FIRST, SECOND, dear)).level == dear
    assert ask(late(90, 10000), levels=(dear,)).why == BELOW_MINIMUM


def test_who_gets_no_reminders_gets_none():
    assert ask(late(90), no_reminders=True).why == NO_REMINDERS


def test_before_the_due_date_once():
    assert [ask(late(days)).level for days in (-4, -3, 0)] == [None, SOON, SOON]
    assert ask(late(-2, reminded=ago(1)), last_letter=ago(30)).level is None
    assert ask(late(-2), late(3, key=2)).level is None
    assert ask(late(-4)).why == NOTHING_DUE


def test_S3_19_paid_in_part_and_the_rest_is_open():
    assert ask(late(2, paid_in_part=ago(1))).level == REST
    assert ask(late(-20, paid_in_part=ago(13))).level is None
    assert ask(late(-20, paid_in_part=ago(14))).level == REST
    assert ask(late(2, paid_in_part=ago(9), reminded=ago(9)), last_letter=ago(9)).level is None
    assert ask(late(30, level=30, reminded=ago(20), paid_in_part=ago(1)), last_letter=ago(20)).level == REST
    assert ask(late(30, paid_in_part=ago(1))).level == SECOND, "a level of its age comes first"


def test_no_levels_no_letter():
    assert ask(late(90), levels=()).why == NOTHING_DUE
    assert ask(levels=LEVELS).why == NOTHING_DUE


def test_amounts_stay_in_their_currency():
    documents = [late(10, 100), Document(2, ago(9), 200, "EUR", 150)]
    assert amounts(documents, [Credit("EUR", 50, 66), Credit("GBP", 5, 6)]) == {
        "USD": (100, 0, 100),
        "EUR": (150, 50, 100),
        "GBP": (0, 5, -5),
    }


# ---------------------------------------------------------------------- properties

days = st.integers(-30, 200)
days_ago = st.none() | st.integers(0, 60).map(ago)
documents = st.lists(
    st.builds(
        Document,
        key=st.integers(1, 10**6),
        due=days.map(ago),
        residual=st.integers(1, 10**6),
        currency=st.sampled_from(["USD", "EUR"]),
        residual_currency=st.integers(1, 10**6),
        disputed=st.booleans(),
        promised_until=st.none() | st.integers(-30, 30).map(ago),
        level=st.none() | st.sampled_from([20, 30, 40]),
        reminded=days_ago,
        paid_in_part=days_ago,
    ),
    max_size=6,
    unique_by=lambda document: document.key,
).map(tuple)
credits = st.lists(
    st.builds(Credit, st.sampled_from(["USD", "EUR"]), st.integers(1, 10**6), st.integers(1, 10**6)), max_size=3
).map(tuple)
standings = st.builds(Standing, documents, credits, st.booleans(), days_ago)
levels = st.lists(
    st.builds(
        Level,
        st.integers(1, 99),
        st.sampled_from([10, 20, 30, 40, 50]),
        st.sampled_from([BEFORE, LATE, PARTIAL]),
        st.integers(-10, 60),
        st.integers(0, 10**5),
    ),
    max_size=6,
    unique_by=(lambda level: level.key, lambda level: level.sequence),
)
waits = st.integers(0, 30)


@given(standings, levels, waits)
def test_nothing_that_is_to_be_left_in_peace_is_listed(standing, levels, wait):
    decision = decide(standing, levels, wait, TODAY)
    listed = {key for key, _level in decision.documents}
    assert not any(excluded(document, TODAY) for document in standing.documents if document.key in listed)
    assert not (standing.no_reminders and decision.level)


@given(standings, levels, waits)
def test_what_is_due_is_debits_less_credits_and_above_the_minimum(standing, levels, wait):
    decision = decide(standing, levels, wait, TODAY)
    if decision.level:
        listed = dict(decision.documents)
        debits = sum(document.residual for document in standing.documents if document.key in listed)
        assert decision.total == debits - sum(credit.amount for credit in standing.credits)
        assert decision.total > decision.level.minimum
        assert not decision.why
    else:
        assert decision.why and not decision.documents


@given(standings, levels, waits)
def test_same_facts_same_answer_in_any_order(standing, levels, wait):
    turned = replace(standing, documents=standing.documents[::-1], credits=standing.credits[::-1])
    assert decide(standing, levels, wait, TODAY) == decide(turned, levels[::-1], wait, TODAY)


@given(standings, levels, waits, st.integers(1, 10**6))
def test_more_credit_never_makes_a_letter_nor_a_sterner_one(standing, levels, wait, amount):
    levels = [level for level in levels if level.trigger == LATE]
    more = replace(standing, credits=(*standing.credits, Credit("USD", amount, amount)))
    before, after = decide(standing, levels, wait, TODAY), decide(more, levels, wait, TODAY)
    assert not after.level or (before.level and after.level.sequence <= before.level.sequence)


@given(standings, waits, st.integers(0, 60))
def test_a_first_letter_never_gets_milder_with_time(standing, wait, later):
    fresh = replace(
        standing,
        documents=tuple(
            replace(document, level=None, reminded=None, promised_until=None) for document in standing.documents
        ),
        last_letter=None,
    )
    ladder = (FIRST, SECOND, FINAL)
    now, then = decide(fresh, ladder, wait, TODAY), decide(fresh, ladder, wait, TODAY + timedelta(later))
    if now.level and then.level:
        assert then.level.sequence >= now.level.sequence
    late_only = all(document.due < TODAY for document in fresh.documents)
    assert not (now.level and late_only) or then.level


@given(standings, waits)
def test_one_level_up_at_most_and_not_before_the_waiting_days(standing, wait):
    ladder = (FIRST, SECOND, FINAL)
    decision = decide(standing, ladder, wait, TODAY)
    open_to_remind = [doc for doc in standing.documents if not excluded(doc, TODAY) and doc.due < TODAY]
    sent = max((doc.level for doc in open_to_remind if doc.level is not None), default=None)
    if decision.level and sent is not None:
        assert decision.level.sequence <= sent + 10
    if decision.level and standing.last_letter:
        assert (TODAY - standing.last_letter).days >= wait


@given(standings, waits)
def test_nobody_gets_the_same_letter_twice(standing, wait):
    ladder = (FIRST, SECOND, FINAL)
    decision = decide(standing, ladder, wait, TODAY)
    marks = dict(decision.documents)
    told = replace(
        standing,
        documents=tuple(
            replace(document, level=marks.get(document.key) or document.level, reminded=TODAY)
            for document in standing.documents
        ),
        last_letter=ago(wait),
    )
    again = decide(told, ladder, wait, TODAY)
    assert not (decision.level and again.level) or again.level.sequence > decision.level.sequence
