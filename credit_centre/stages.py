"""Where a sales order stands between quotation and money in the bank, and what about it needs a person (S1.3, S1.6).

The rule in plain Python; ``models/order_to_cash`` says the same in SQL, and a test holds the two together.
"""

from dataclasses import dataclass
from datetime import date, timedelta

STAGES = ("quotation", "held", "order", "delivery", "invoice", "payment", "done", "cancelled")
# The most urgent first: an order shows the first that is true of it.
EXCEPTIONS = (
    "disputed",
    "overdue",
    "rejected",
    "held",
    "prepay",
    "delivered_not_invoiced",
    "invoice_late",
    "not_sent",
    "expired",
)
STOPPED = ("hold", "prepay", "rejected")
QUOTATION = ("draft", "sent")
FULLY_INVOICED = ("invoiced", "upselling")


@dataclass(frozen=True)
class Facts:
    """What is known of an order.

    ``progress`` of delivery: "none" (nothing delivered or invoiced yet), "begun", "all" (nothing is left to deliver).
    ``followed_left``: something whose delivery is followed by documents, not by hand, is still to be delivered.
    ``unsettled``: a posted invoice or credit note has an open amount.
    """

    state: str
    credit_status: str = "clear"
    invoice_status: str = "no"
    progress: str = "none"
    followed_left: bool = False
    draft_invoice: bool = False
    unsettled: bool = False
    disputed: bool = False
    past_due: bool = False
    delivered_not_invoiced: bool = False
    not_sent: bool = False
    confirmed_on: date | None = None
    valid_until: date | None = None


def stage_of(facts: Facts) -> str:
    """The step the order is at: the first that is not finished.

    An order that is invoiced in full waits for its money, delivered or not; once paid it is done, unless something
    followed by delivery documents is still to be delivered.
    """
    if facts.state == "cancel":
        return "cancelled"
    if facts.state in QUOTATION:
        return "held" if facts.credit_status in STOPPED else "quotation"
    if _is_invoiced(facts):
        if facts.unsettled:
            return "payment"
        return "delivery" if facts.followed_left and facts.progress != "all" else "done"
    return {"none": "order", "begun": "delivery", "all": "invoice"}[facts.progress]


def _is_invoiced(facts):
    nothing_to_invoice = facts.invoice_status == "no" and facts.progress == "all"
    return not facts.draft_invoice and (facts.invoice_status in FULLY_INVOICED or nothing_to_invoice)


def exception_of(facts: Facts, today: date, invoice_days: int) -> str | None:
    """The most urgent thing that needs a person, None when all goes its way.

    :param invoice_days: how many days after confirmation an order may wait for its invoice
    """
    alive = facts.state != "cancel"
    true = {
        "disputed": facts.disputed,
        "overdue": facts.past_due,
        "rejected": alive and facts.credit_status == "rejected",
        "held": alive and facts.credit_status == "hold",
        "prepay": alive and facts.credit_status == "prepay",
        "delivered_not_invoiced": _to_invoice(facts) and facts.delivered_not_invoiced,
        "invoice_late": _to_invoice(facts) and _waits_too_long(facts.confirmed_on, today, invoice_days),
        "not_sent": facts.not_sent,
        "expired": facts.state in QUOTATION and facts.valid_until is not None and facts.valid_until < today,
    }
    return next((code for code in EXCEPTIONS if true[code]), None)


def _to_invoice(facts):
    return facts.state == "sale" and facts.invoice_status == "to invoice"


def _waits_too_long(confirmed_on, today, invoice_days):
    return confirmed_on is not None and confirmed_on < today - timedelta(days=invoice_days)


def urgency_of(exception: str | None) -> int:
    """A number to sort by: the more urgent, the higher; 0 when there is nothing."""
    return len(EXCEPTIONS) - EXCEPTIONS.index(exception) if exception else 0


@dataclass(frozen=True)
class Dates:
    """When each step was reached, as far as it was."""

    quoted: date
    held: date | None = None
    confirmed: date | None = None
    delivery_begun: date | None = None
    delivered: date | None = None
    invoiced: date | None = None
    paid: date | None = None


def since_of(stage: str, dates: Dates) -> date | None:
    """Since when the order has been at its stage; None for a cancelled one."""
    known = {
        "quotation": (dates.quoted,),
        "held": (dates.held, dates.quoted),
        "order": (dates.confirmed,),
        "delivery": (dates.delivery_begun, dates.confirmed),
        "invoice": (dates.delivered, dates.confirmed),
        "payment": (dates.invoiced, dates.confirmed),
        "done": (dates.paid, dates.invoiced, dates.delivered, dates.confirmed),
    }
    return next((day for day in known.get(stage, ()) if day is not None), None)
