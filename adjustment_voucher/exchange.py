"""What a part of an open item stands for in the books, and what is gained or lost when two such parts meet.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of its currency, rates are Fractions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


def rounded(value: Fraction | int) -> int:
    """The nearest integer, halves away from zero, as Odoo rounds money.

    >>> rounded(Fraction(5, 2)), rounded(Fraction(-5, 2))
    (3, -3)
    """
    return divided(value.numerator, value.denominator)


def divided(amount: int, by: int) -> int:
    """The nearest integer to ``amount / by``, halves away from zero; ``by`` is above zero.

    >>> divided(5, 2), divided(-5, 2), divided(7, 3)
    (3, -3, 2)
    """
    magnitude = (2 * abs(amount) + by) // (2 * by)
    return magnitude if amount >= 0 else -magnitude


def convert(amount: int, rate: Fraction) -> int:
    """An amount in units of another currency; ``rate`` is units of that currency for one unit of this one."""
    return rounded(amount * rate)


def cross_rate(amount: int, other_amount: int) -> Fraction:
    """The rate that turns ``amount`` units into ``other_amount`` units of another currency; 0 for no amount."""
    return Fraction(other_amount, amount) if amount else Fraction(0)


def booked_share(company_residual: int, residual: int, amount: int) -> int:
    """The booked value (company units) of ``amount`` out of an item of which ``residual`` is still open.

    The last part takes what is left, so the shares of one item over any number of settlements add up to its booked
    value. All are positive; ``amount`` is at most ``residual``.
    """
    return company_residual if amount == residual else divided(company_residual * amount, residual)


def cut(total: int, parts: Sequence[int]) -> tuple[int, ...]:
    """``total`` cut in proportion to ``parts``; the pieces add up to it exactly.

    Each piece is the difference of two rounded running shares, so no piece is off by more than one unit, and none has
    the wrong sign.
    """
    whole, running, before, pieces = sum(parts), 0, 0, []
    for part in parts:
        running += part
        after = divided(total * running, whole) if whole else 0
        pieces.append(after - before)
        before = after
    return tuple(pieces)


def realized_exchange(credit_share: int, debit_share: int) -> int:
    """Gain (positive) or loss (negative) in company units when a credit worth ``credit_share`` in the books settles
    a debit worth ``debit_share`` (IAS 21.28).

    >>> realized_exchange(5664, 6000)     # a receipt of 64 EUR = 56.64 USD on 90 CAD booked at 60.00 USD
    -336
    """
    return credit_share - debit_share


@dataclass(frozen=True, slots=True)
class Realized:
    """The exchange difference of one settlement and where it comes from, in company units, gains positive.

    ``standard`` is the change of the debit's own currency since it was booked, ``alternate`` what the customer gained or
    lost us by paying in another currency at the agreed cross rate.
    """

    standard: int
    alternate: int

    @property
    def net(self) -> int:
        return self.standard + self.alternate


def realized_parts(credit_share: int, debit_share: int, debit_amount: int, debit_rate: Fraction) -> Realized:
    """Split the difference of one settlement at the debit's own rate of the day.

    :param debit_amount: what is settled, units of the debit's currency
    :param debit_rate: company units for one unit of the debit's currency at the credit's value date
    """
    today = convert(debit_amount, debit_rate)
    return Realized(standard=today - debit_share, alternate=credit_share - today)
