"""Whether the rows of a remittance can be applied as they stand, and what of each item they apply.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of its currency. A row names a receipt
(a credit) and a document (a debit), with the amount paid on it, perhaps a deduction. Refusals are codes with figures.

A receipt is applied whole or not at all: one of its rows that can't be applied keeps the others back too.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

MATCHED, ON_ACCOUNT, NEW = "matched", "on_account", "new_receipt"
GOOD = (MATCHED, ON_ACCOUNT, NEW)


@dataclass(frozen=True, slots=True)
class Side:
    """What a document has open on one side: ``open`` without what other drafts claim (``claimed``), ``total`` what it
    was made for; ``tree`` is the head of its customer's group."""

    open: int
    currency: int
    tree: int
    total: int = 0
    claimed: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``receipt`` tells which rows belong together; ``credit`` and ``debit`` are documents found (0: none).

    ``amount`` 0 means as much as receipt and document allow. ``code`` is what was found wrong before: then nothing else
    is looked at. ``new`` says that the receipt is to be registered, for ``receipt_amount``.
    """

    key: int
    receipt: Hashable
    credit: int = 0
    debit: int = 0
    currency: int = 0
    tree: int = 0
    amount: int = 0
    deduction: int = 0
    receipt_amount: int = 0
    new: bool = False
    code: str = ""
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row: a code of ``GOOD`` or why not, and what it applies; ``figure`` belongs to the code."""

    code: str
    paid: int = 0
    deduction: int = 0
    figure: int = 0

    @property
    def good(self) -> bool:
        return self.code in GOOD


def judge(rows: Iterable[Row], credits: Mapping[int, Side], debits: Mapping[int, Side]) -> dict[int, Verdict]:
    """A verdict for each row, by its key; rows left out (``skipped``) get none. The order of the rows given does not count.

    >>> rows = [Row(1, "P1", credit=7, debit=8, amount=60), Row(2, "P1", credit=7, debit=9)]
    >>> found = judge(rows, {7: Side(100, 1, 1)}, {8: Side(60, 1, 1), 9: Side(90, 1, 1)})
    >>> [(one.code, one.paid) for one in found.values()]
    [('matched', 60), ('matched', 40)]
    """
    rows = sorted((row for row in rows if not row.skipped), key=lambda row: row.key)
    found = {row.key: Verdict(code) for row in rows if (code := _own_code(row, credits, debits))}
    found |= _receipts_alone(rows, found, credits)
    return {row.key: verdict for row, verdict in _apply(rows, found, credits, debits)}


def _own_code(row: Row, credits: Mapping[int, Side], debits: Mapping[int, Side]) -> str:
    """What is wrong with a row by itself, or ""."""
    if row.code:
        return row.code
    credit, debit = credits.get(row.credit), debits.get(row.debit)
    tests = (
        (not row.new and credit is None, "receipt_missing"),
        (credit is not None and not credit.open, "receipt_claimed" if credit and credit.claimed else "receipt_used"),
        (row.debit and debit is None, "document_missing"),
        (debit is not None and not debit.open, "document_claimed" if debit and debit.claimed else "document_settled"),
        (_currencies_differ(row, credit, debit), "currency"),
        (_trees_differ(row, credit, debit), "customer"),
        (not row.debit and bool(row.amount or row.deduction) and not row.new, "document_empty"),
    )
    return next((code for wrong, code in tests if wrong), "")


def _currencies_differ(row: Row, credit: Side | None, debit: Side | None) -> bool:
    return len({row.currency, *(side.currency for side in (credit, debit) if side)} - {0}) > 1


def _trees_differ(row: Row, credit: Side | None, debit: Side | None) -> bool:
    return len({row.tree, *(side.tree for side in (credit, debit) if side)} - {0}) > 1


def _receipts_alone(rows: Sequence[Row], found: Mapping[int, Verdict], credits: Mapping[int, Side]) -> dict:
    """What is wrong with the rows of a receipt together: its amount, or more put on documents than it has."""
    wrong: dict[int, Verdict] = {}
    for group in _by_receipt(row for row in rows if row.key not in found).values():
        stated = {row.receipt_amount for row in group} - {0}
        has, fits = _has(group, stated, credits)
        asked = sum(row.amount for row in group)
        code = (
            "receipt_amounts" if len(stated) > 1
            else "receipt_amount" if not fits
            else "receipt_empty" if group[0].new and not has
            else "receipt_over" if asked > has
            else "customers" if len({row.tree for row in group} - {0}) > 1
            else ""
        )  # fmt: skip
        wrong |= {row.key: Verdict(code, figure=has) for row in group if code}
    return wrong


def _has(group: Sequence[Row], stated: set[int], credits: Mapping[int, Side]) -> tuple[int, bool]:
    """What a receipt can give, and whether that fits the amount that the file states for it."""
    if group[0].new:
        return max(stated, default=sum(row.amount for row in group)), True
    credit = credits[group[0].credit]
    return credit.open, not stated or bool(stated & {credit.open, credit.open + credit.claimed, credit.total})


def _by_receipt(rows: Iterable[Row]) -> dict[Hashable, list[Row]]:
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.receipt].append(row)
    return groups


def _apply(rows: Sequence[Row], found: Mapping[int, Verdict], credits, debits):
    """Rows with an amount first, then those that take what is left; each (row, verdict)."""
    whole = {receipt for receipt, group in _by_receipt(rows).items() if not any(row.key in found for row in group)}
    yield from ((row, found[row.key]) for row in rows if row.key in found)
    rest = [row for row in rows if row.key not in found]
    yield from ((row, Verdict("held_back")) for row in rest if row.receipt not in whole)
    good = _fill([row for row in rest if row.receipt in whole], credits, debits)
    bad = {row.receipt for row, verdict in good if not verdict.good}
    yield from (
        (row, replace(verdict, code="held_back", paid=0, deduction=0, figure=0))
        if verdict.good and row.receipt in bad
        else (row, verdict)
        for row, verdict in good
    )


def _fill(rows: Sequence[Row], credits: Mapping[int, Side], debits: Mapping[int, Side]) -> list[tuple[Row, Verdict]]:
    left_credit = {receipt: _left(group, credits) for receipt, group in _by_receipt(rows).items()}
    left_debit = {row.debit: debits[row.debit].open for row in rows if row.debit}
    result = []
    for row in sorted(rows, key=lambda one: (not one.amount, one.key)):
        verdict = _verdict(row, left_credit, left_debit)
        left_credit[row.receipt] -= verdict.paid if row.debit else row.amount  # what is left on account is nobody's
        if row.debit:
            left_debit[row.debit] -= verdict.paid + verdict.deduction
        result.append((row, verdict))
    return result


def _left(group: Sequence[Row], credits: Mapping[int, Side]) -> int:
    return _has(group, {row.receipt_amount for row in group} - {0}, credits)[0]


def _verdict(row: Row, left_credit: Mapping[Hashable, int], left_debit: Mapping[int, int]) -> Verdict:
    good = NEW if row.new else MATCHED if row.debit else ON_ACCOUNT
    if not row.debit:
        return Verdict(good)
    left = left_debit[row.debit]
    if row.amount + row.deduction > left or not left:
        return Verdict("document_over", figure=left)
    paid = row.amount or min(left - row.deduction, left_credit[row.receipt])
    if not paid:
        return Verdict("nothing_left")
    return Verdict(good, paid, row.deduction)


# From documents to their items


@dataclass(frozen=True, slots=True)
class Piece:
    """What one pair applies: ``paid`` of the credit item on the debit item, with ``deduction`` on the latter (not paid)."""

    credit: int
    debit: int
    paid: int
    deduction: int = 0


def spread(
    pairs: Iterable[tuple[int, int, int, int]],
    credits: Mapping[int, Sequence[tuple[int, int]]],
    debits: Mapping[int, Sequence[tuple[int, int]]],
) -> list[Piece]:
    """Pairs of documents (credit, debit, paid, deduction) on their open items, in the order these are given in.

    ``credits`` and ``debits`` hold (item, units open) of each document. What does not fit on the items is left away: the
    sum of the pieces tells.

    >>> spread([(7, 8, 90, 10)], {7: [(70, 90)]}, {8: [(80, 60), (81, 40)]})
    [Piece(credit=70, debit=80, paid=60, deduction=0), Piece(credit=70, debit=81, paid=30, deduction=10)]
    """
    has = {key: [list(item) for item in items] for key, items in credits.items()}
    owes = {key: [list(item) for item in items] for key, items in debits.items()}
    pieces: list[Piece] = []
    for credit, debit, paid, deduction in pairs:
        made = [Piece(*step) for step in _walk(has.get(credit, []), owes.get(debit, []), paid)]
        pieces += _deduct(made, owes.get(debit, []), deduction)
    return pieces


def _walk(credits: list[list[int]], debits: list[list[int]], paid: int) -> Iterable[tuple[int, int, int]]:
    for credit in credits:
        for debit in debits:
            step = min(credit[1], debit[1], paid)
            if step > 0:
                credit[1], debit[1], paid = credit[1] - step, debit[1] - step, paid - step
                yield credit[0], debit[0], step


def _deduct(pieces: list[Piece], debits: list[list[int]], deduction: int) -> list[Piece]:
    """The deduction on what is left of the items that were paid, the last first."""
    left = {item[0]: item for item in debits}
    for place in reversed(range(len(pieces))):
        item = left[pieces[place].debit]
        step = min(item[1], deduction)
        item[1], deduction = item[1] - step, deduction - step
        pieces[place] = replace(pieces[place], deduction=pieces[place].deduction + step)
    return pieces
