"""What stands against booking a plan: every problem, with its figures; no database."""

import pytest

from odoo.addons.adjustment_voucher.allocation_plan import OpenItem, PlanLine, check_plan

ITEMS = {1: OpenItem(1, "credit", 100), 2: OpenItem(2, "debit", 100), 3: OpenItem(3, "debit", 50)}
GOOD = [PlanLine(1, "credit", 100, voucher_amount=100), PlanLine(2, "debit", 100, voucher_amount=100)]


def codes(lines):
    return [(problem.code, problem.key) for problem in check_plan(lines, ITEMS)]


def test_check_accepts_deductions():
    lines = [PlanLine(1, "credit", 90, voucher_amount=90), PlanLine(2, "debit", 100, 7, 3, 90)]
    assert check_plan(lines, ITEMS) == ()


@pytest.mark.parametrize(
    "lines, expected",
    [
        ([], [("no_credit", 0), ("no_debit", 0)]),
        (GOOD[1:], [("no_credit", 0), ("unbalanced", 0)]),
        (GOOD[:1], [("no_debit", 0), ("unbalanced", 0)]),
        ([*GOOD, PlanLine(3, "debit", 0)], [("not_positive", 3)]),
        ([*GOOD, PlanLine(3, "debit", -5, voucher_amount=-5)], [("not_positive", 3), ("unbalanced", 0)]),
        ([*GOOD, PlanLine(8, "debit", 10, 10)], [("gone", 8)]),
        ([*GOOD, PlanLine(3, "debit", 51, 51)], [("over_residual", 3)]),
        ([*GOOD, PlanLine(3, "debit", 50, 30, 21)], [("deductions_above_amount", 3)]),
        ([*GOOD, PlanLine(3, "debit", 50, -1, 51)], [("negative_deduction", 3)]),
        ([*GOOD, PlanLine(3, "debit", 20, 20), PlanLine(3, "debit", 30, 30)], [("twice", 3)]),
        ([*GOOD, PlanLine(3, "credit", 50, 50)], [("wrong_side", 3)]),
        ([*GOOD, PlanLine(3, "debit", 50, voucher_amount=50)], [("unbalanced", 0)]),
    ],
)
def test_check_finds(lines, expected):
    assert codes(lines) == expected


def test_check_gives_figures():
    lines = [PlanLine(1, "credit", 120, voucher_amount=120), GOOD[1], PlanLine(3, "debit", 50, 40, 20, -10)]
    over, negative, deductions, unbalanced = check_plan(lines, ITEMS)
    assert over.figures == (("amount", 120), ("residual", 100))
    assert negative.get("voucher_amount") == -10
    assert deductions.figures == (("deductions", 60), ("amount", 50))
    assert unbalanced.figures == (("credit", 120), ("debit", 90), ("difference", 30))


def test_check_returns_all_problems():
    lines = [PlanLine(8, "credit", 0), PlanLine(8, "credit", 0), PlanLine(1, "debit", 101, -1, 0, 102)]
    assert codes(lines) == [
        ("twice", 8),
        ("gone", 8),
        ("not_positive", 8),
        ("gone", 8),
        ("not_positive", 8),
        ("wrong_side", 1),
        ("over_residual", 1),
        ("negative_deduction", 1),
        ("unbalanced", 0),
    ]
