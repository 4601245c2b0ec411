"""What the benchmarks compute by themselves: cohorts, the allocation of the bound, ratios, growth and the table."""

import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

from batch_bound import Rates, pairs, planned
from ledger_cohorts import Cohort, usual
from report import BEGIN, END, Growth, Measured, Missing, Results, figure, growth, put_between, ratio

TODAY = date(2026, 1, 31)

residuals = st.lists(st.integers(min_value=1, max_value=1000), max_size=12)


def turn(total, queries=10, peak=100):
    return {"python": total / 2, "database": total / 2, "total": total, "queries": queries, "peak": peak}


def measured(side="ours", size=1000, totals=(0.1,), records=1, case="confirm", title="confirming"):
    return Measured(case, title, side, size, records, tuple(map(turn, totals)))


# ------------------------------------------------------------------ cohorts


def test_cohorts_are_read_as_they_are_written():
    for cohort in usual():
        assert Cohort.parse(str(cohort)) == cohort
    assert Cohort.parse("R1K:200:5000:1000:home").ref == "BENCH-R1K"


def test_ten_times_the_credits_are_ten_times_the_customers():
    by_name = {cohort.name: cohort for cohort in usual()}
    for letter in "RF":
        small, large = by_name[f"{letter}1K"], by_name[f"{letter}10K"]
        assert (large.customers, large.invoices, large.credits) == (
            10 * small.customers,
            10 * small.invoices,
            10 * small.credits,
        )


@pytest.mark.parametrize(
    "text", ["", "R1K", "R1K:1:2:3", "R1K:1:2:3:other", ":1:2:3:home", "A:0:1:1:home", "A:1:x:1:home", "A:1:2:3:exact"]
)
def test_a_cohort_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError):
        Cohort.parse(text)


# ------------------------------------------------------------------ the bound


def side_of(values):
    """Items of the company's currency: of value, own amount and booked value alike."""
    return [(item, value, value, value) for item, value in enumerate(values)]


@given(residuals, residuals)
def test_pairs_use_up_the_smaller_side_oldest_first(debits, credits):
    found = list(pairs(side_of(debits), side_of(credits)))
    assert all(debit == credit for _debit, _credit, (debit, credit) in found)
    amounts = [(debit, credit, own) for debit, credit, ((own, _share), _other) in found]
    assert sum(amount for _debit, _credit, amount in amounts) == min(sum(debits), sum(credits))
    for side, open_amounts in ((0, debits), (1, credits)):
        used = [sum(pair[2] for pair in amounts if pair[side] == item) for item in range(len(open_amounts))]
        assert all(one <= residual for one, residual in zip(used, open_amounts, strict=True))
        touched = [item for item, one in enumerate(used) if one]
        assert touched == list(range(len(touched)))
        assert all(used[item] == open_amounts[item] for item in touched[:-1])


@given(st.integers(1, 1000), st.integers(0, 2000), st.lists(st.integers(1, 1000), max_size=12))
def test_the_parts_of_an_item_are_the_whole(own, booked, credits):
    """Whatever the booked value, what a foreign debit gives away part by part adds up to all of it."""
    credits = [*credits, 12_000]
    found = list(pairs([(1, own, own, booked)], side_of(credits)))
    parts = [debit for _debit, _credit, (debit, _other) in found]
    assert [sum(column) for column in zip(*parts, strict=True)] == [own, booked]


def rows_of(*rows, currency=1):
    """Rows of open items: booked value and own amount alike."""
    return [(item, customer, debit, cents, cents, currency, TODAY) for item, customer, debit, cents in rows]


def test_pairs_that_share_an_item_are_one_group():
    rows = rows_of(
        (1, 7, True, 100),
        (2, 7, True, 50),
        (3, 7, False, 120),
        (4, 7, False, 30),
        (5, 8, True, 10),
        (6, 8, False, 10),
    )
    assert list(planned(rows, Rates(1))) == [
        (1, 3, 1, 1, 1, 0, 1),
        (2, 3, 0.2, 0.2, 0.2, 0, 1),
        (2, 4, 0.3, 0.3, 0.3, 0, 1),
        (5, 6, 0.1, 0.1, 0.1, 0, 2),
    ]


def test_what_a_pair_leaves_of_the_booked_value_is_exchange():
    """100.00 of another currency, booked at 110.00 and paid at 108.00: a loss of 2.00."""
    rows = [(1, 7, True, 11000, 10000, 2, TODAY), (2, 7, False, 10800, 10000, 2, TODAY)]
    assert list(planned(rows, Rates(1))) == [(1, 2, 108, 100, 100, 2, 1)]


# ------------------------------------------------------------------ figures


def test_a_ratio_is_the_median_of_the_ratios_of_the_turns():
    ours, base = measured(totals=(2, 4, 90)), measured("stock", totals=(1, 4, 30))
    assert ratio(ours, base) == 2


def test_growth_is_compared_with_the_records():
    small = measured(totals=(0.1,), records=10)
    assert not growth(measured(size=20000, totals=(1.1,), records=100), small).too_fast
    assert growth(measured(size=20000, totals=(1.3,), records=100), small).too_fast
    assert Growth(1.3, 0.5).too_fast
    assert not Growth(1.1, 0.5).too_fast


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.0034567, "0.0035"),
        (0.123456, "0.12"),
        (9.876, "9.88"),
        (12.34, "12.3"),
        (123.4, "123"),
        (12345.6, "12,346"),
    ],
)
def test_figures_have_three_digits(number, text):
    assert figure(number) == text


# ------------------------------------------------------------------ the table


def results():
    sides = [
        measured("stock", 1000, (0.1, 0.1)),
        measured("ours: live", 1000, (0.2, 0.2)),
        measured("ours: live", 20000, (0.5,)),
    ]
    return Results(sides, [Missing("confirm", "oca", 0, "has none"), Missing("confirm", "stock", 20000, "too slow")])


def test_the_table_has_a_row_for_each_size_of_ours():
    _head, _line, small, large = results().table().split("\n")
    assert small == "| confirming: live | 1,000 | 10 | 100 | 100 | **2.00** of 100 | not measured |  |  | 100 |"
    assert "not measured | not measured |  | 2.50 (1.00) **faster than its records** | 100 |" in large


def test_what_is_missing_is_said():
    assert list(results().notes()) == ["- confirming, OCA: has none.", "- confirming, stock Odoo, at 20,000: too slow."]
    assert list(results().findings()) == ["confirm ours: live 20,000: cost 2.50 (1.00) **faster than its records**"]


def test_results_are_read_as_they_were_kept():
    again = Results.from_json(results().to_json())
    assert (again.measured, again.missing) == (results().measured, results().missing)


def test_a_new_measurement_replaces_the_old_of_the_same_case_and_size():
    new = Results([measured("ours: live", 20000, (0.3,))], [Missing("confirm", "oca", 0, "has none")])
    found = results().replace(new)
    assert [(one.side, one.size, one.median("total")) for one in found.measured] == [
        ("stock", 1000, 0.1),
        ("ours: live", 1000, 0.2),
        ("ours: live", 20000, 0.3),
    ]
    assert [one.reason for one in found.missing] == ["has none"]


def test_only_what_is_between_the_marks_changes():
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert put_between(text, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert put_between(put_between(text, "other"), "new") == put_between(text, "new")
