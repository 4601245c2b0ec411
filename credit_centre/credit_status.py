"""What has become of a credit, from what it was used for. Standard library only; amounts in the smallest unit."""

from dataclasses import dataclass

# Several uses of one credit: the first of these names its status. Money that left says more than money that was used.
PRECEDENCE = ("refunded", "transferred", "applied")
OPEN, VOID = "open", "void"
STATUSES = (
    OPEN,
    "partially_applied",
    "applied",
    "partially_refunded",
    "refunded",
    "partially_transferred",
    "transferred",
    VOID,
)


@dataclass(frozen=True)
class Uses:
    """One credit: its amount, what it was used for, and what the ledger says is left."""

    amount: int
    applied: int = 0
    refunded: int = 0
    transferred: int = 0
    voided: int = 0
    remaining: int = 0


def status(uses):
    """«Partially ...» while something is left; once nothing is, what it went to; void where it went nowhere.

    :return: one of STATUSES
    """
    used = next((use for use in PRECEDENCE if getattr(uses, use) > 0), None)
    if uses.remaining > 0:
        return f"partially_{used}" if used else OPEN
    return used or VOID


def difference(uses):
    """What the uses and the rest do not explain of the amount; 0 where the hub and the ledger agree."""
    explained = uses.applied + uses.refunded + uses.transferred + uses.voided + uses.remaining
    return uses.amount - explained
