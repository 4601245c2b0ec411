"""Vouchers about which there is nothing to ask: whether one of many can be booked without a closer look.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of its currency. A voucher that is not
plain is no bad voucher: it is looked at by the whole check, which says in words what stands against it, if anything does.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from . import allocation_plan, entry
from .exchange import cut


@dataclass(frozen=True, slots=True)
class Line:
    """A voucher line with what is open of its item now.

    ``amount``, ``discount``, ``write_off``, ``residual`` in units of the item's ``currency``; ``company_residual`` in
    company units; ``value`` is what all of ``amount`` is worth in units of the voucher's currency. ``owner`` is the
    customer of the item. ``usable`` says that the item is posted, open, on a trade account in use, of the voucher's legal
    entity, of a document that nobody disputes and of a payment that stands.
    """

    id: int
    item: int
    side: str
    currency: int
    account: int
    partner: int
    owner: int
    document: int
    amount: int
    residual: int
    company_residual: int
    value: int
    discount: int = 0
    write_off: int = 0
    other: bool = False
    usable: bool = True
    rated: bool = True
    date: datetime.date = datetime.date.min
    due: datetime.date = datetime.date.min
    name: str = ""

    @property
    def paid(self) -> int:
        """What the other side gives, in units of the voucher's currency."""
        parts = [part for part in (self.discount, self.write_off) if part]
        if not parts or not self.amount:
            return self.value if self.amount else 0
        return cut(self.value, [*parts, self.amount - sum(parts)])[-1]

    def as_settled(self) -> entry.Settled:
        parts = (("discount", self.discount), ("write_off", self.write_off))
        return entry.Settled(
            key=self.item,
            side=self.side,
            currency=self.currency,
            account=self.account,
            partner=self.partner,
            amount=self.amount,
            residual=self.residual,
            company_residual=self.company_residual,
            paid=self.paid,
            deductions=tuple(entry.Deduction(kind, part, self.partner) for kind, part in parts if part),
        )

    def as_plan_line(self) -> allocation_plan.PlanLine:
        return allocation_plan.PlanLine(self.item, self.side, self.amount, self.discount, self.write_off, self.paid)


@dataclass(frozen=True, slots=True)
class Head:
    """What a voucher allows. ``one_credit`` is the company's wish for one credit document per voucher."""

    owner: int
    currency: int
    single: bool
    date: datetime.date
    today: datetime.date
    one_credit: bool = False


def is_plain(head: Head, lines: Sequence[Line]) -> bool:
    """Whether the whole check could find nothing: items of the customer, enough of them open, paid on both sides alike.

    Write-offs are never plain: who may book them is a question of their own.
    """
    items = {line.item: allocation_plan.OpenItem(line.item, line.side, line.residual) for line in lines}
    return (
        bool(lines)
        and all(_is_plain_line(head, line) for line in lines)
        and head.date <= head.today
        and not (head.one_credit and len({line.document for line in lines if line.side == entry.CREDIT}) > 1)
        and not allocation_plan.check_plan([line.as_plan_line() for line in lines], items)
    )


def _is_plain_line(head: Head, line: Line) -> bool:
    return (
        line.usable
        and line.rated
        and not line.other
        and not line.write_off
        and line.owner == head.owner
        and line.date <= head.date
        and (line.currency == head.currency or not head.single)
        and (line.paid > 0 or line.amount == line.discount)
    )
