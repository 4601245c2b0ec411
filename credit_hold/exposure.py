"""The parts of a customer's credit exposure, their sum, and the room that is left.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of one currency (cents for most), so
every sum is exact. The values come from the ledger in one reading; nothing here reads or writes anything.

The parts are disjoint: an amount stands in exactly one of them. A receipt that is reserved to a quotation is in none
of the counted parts, since it is promised to that quotation alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Counting:
    """Which of the optional parts a policy counts."""

    draft_invoices: bool = False
    uncleared_receipts: bool = False


@dataclass(frozen=True)
class Exposure:
    """What one customer owes and has promised to owe, in units of the company's currency.

    ``unapplied``, ``uncleared`` and ``reserved`` are positive amounts of money received or credited.
    """

    open_items: int = 0
    unapplied: int = 0
    uncleared: int = 0
    reserved: int = 0
    draft_invoices: int = 0
    open_orders: int = 0
    later_orders: int = 0

    def total(self, counting: Counting) -> int:
        """The one number: every counted part, each once. Negative when the customer is in credit."""
        return (
            self.open_items
            - self.unapplied
            - (self.uncleared if counting.uncleared_receipts else 0)
            + (self.draft_invoices if counting.draft_invoices else 0)
            + self.open_orders
        )


@dataclass(frozen=True)
class LimitTerms:
    """What a limit is made of, in units of the company's currency; ``base`` None means no limit at all."""

    base: int | None = None
    temporary: int | None = None
    insured: int = 0
    usable_percent: Fraction = Fraction(100)


def effective_limit(terms: LimitTerms) -> int | None:
    """The limit that counts today: a temporary limit in force replaces the base, an insured amount is added, and
    the policy's usable percentage is taken of the whole. None means no limit, 0 a limit of zero."""
    base = terms.temporary if terms.temporary is not None else terms.base
    if base is None:
        return None
    return round_half_up(Fraction(base + terms.insured) * terms.usable_percent / 100)


def stricter(first: int | None, second: int | None) -> int | None:
    """The lower of two limits, where None is no limit."""
    if first is None or second is None:
        return second if first is None else first
    return min(first, second)


def headroom(limit: int | None, total: int) -> int | None:
    """What is left under a limit; negative when it is passed, None when there is no limit."""
    return None if limit is None else limit - total


def high_water(moves: Iterable[Fraction]) -> Fraction:
    """The highest quantity that ever stood invoiced, given the posted quantities in order (credit notes negative).

    A credit note does not bring an order back (it was invoiced once), and a corrected invoice does not use the order up
    twice.

    >>> high_water([Fraction(10), Fraction(-10)])
    Fraction(10, 1)
    >>> high_water([Fraction(5), Fraction(-5), Fraction(5)])
    Fraction(5, 1)
    """
    running = highest = Fraction(0)
    for quantity in moves:
        running += quantity
        highest = max(highest, running)
    return highest


def open_fraction(ordered: Fraction, invoiced: Fraction) -> Fraction:
    """The share of an order line that is still to be invoiced, between 0 and 1.

    ``invoiced`` is the high-water mark of the line; both have the sign of the line.
    """
    if not ordered:
        return Fraction(0)
    return min(Fraction(1), max(Fraction(0), 1 - invoiced / ordered))


def open_order(
    lines: Iterable[tuple[Fraction, Fraction, Fraction]], down_payments: Fraction, rate: Fraction
) -> Fraction:
    """The open part of one order in the company's currency, before rounding.

    ``lines`` are (line total with tax, ordered, invoiced) in the order's currency; ``down_payments`` is what was
    invoiced ahead and not yet deducted; ``rate`` is units of the order's currency per unit of the company's. Never
    negative, so that a return order makes no room.
    """
    still_to_come = sum((total * open_fraction(ordered, invoiced) for total, ordered, invoiced in lines), Fraction(0))
    return max(Fraction(0), (still_to_come - down_payments) / rate)


def round_half_up(value: Fraction) -> int:
    """The nearest integer, halves away from zero, as Odoo rounds money."""
    magnitude = int(abs(value) + Fraction(1, 2))
    return magnitude if value >= 0 else -magnitude
