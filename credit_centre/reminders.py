"""Which reminder a customer gets, about which documents: one letter, what they may deduct already deducted.

Pure rules: standard library only. Money is an ``int`` count of the smallest unit of its currency; ``residual`` and
``amount`` are in the company's currency. Why there is no letter is data (a code), never text.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

BEFORE, LATE, PARTIAL = "before", "late", "partial"
# Why there is no letter.
NO_REMINDERS, NOTHING_DUE, EXCLUDED, COVERED = "no_reminders", "nothing_due", "excluded", "covered"
WAITING, BELOW_MINIMUM, UP_TO_DATE = "waiting", "below_minimum", "up_to_date"


@dataclass(frozen=True, slots=True)
class Level:
    """``days`` past the due date (late), until it as a negative number (before), or since part of it was paid."""

    key: int
    sequence: int
    trigger: str
    days: int
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """An open debit. ``level`` is the sequence of the highest late level it was in, ``reminded`` the day of the last
    letter that listed it, ``paid_in_part`` the day of the last payment of a part."""

    key: int
    due: date
    residual: int
    currency: object = ""
    residual_currency: int = 0
    disputed: bool = False
    promised_until: date | None = None
    level: int | None = None
    reminded: date | None = None
    paid_in_part: date | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Money or credit notes not applied to anything yet, in one currency; amounts are positive."""

    currency: object
    amount_currency: int
    amount: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one customer. ``last_letter`` is the day of the last letter, or on which one was skipped."""

    documents: tuple[Document, ...]
    credits: tuple[Credit, ...] = ()
    no_reminders: bool = False
    last_letter: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A letter: its level, the documents with the sequence that each has reached (None for those not late), and
    what is due in all. Without a level, ``why`` says why there is none."""

    level: Level | None
    documents: tuple[tuple[int, int | None], ...] = ()
    total: int = 0
    why: str = ""


def decide(standing: Standing, levels: Iterable[Level], wait_days: int, today: date) -> Decision:
    """The reminder of one customer on one day, or why there is none."""
    if standing.no_reminders:
        return Decision(None, why=NO_REMINDERS)
    levels = sorted(levels, key=lambda level: (level.sequence, level.key))
    open_to_remind = [doc for doc in sorted(standing.documents, key=_by_age) if not excluded(doc, today)]
    answers = [rule(standing, open_to_remind, levels, today) for rule in (_late, _partial, _before)]
    letter = next((answer for answer in answers if answer.level), None)
    if letter and _waits(standing.last_letter, wait_days, today):
        return Decision(None, why=WAITING)
    return letter or Decision(None, why=_why_none(standing, open_to_remind, answers))


def excluded(document: Document, today: date) -> bool:
    """Whether a document is left in peace: disputed, or promised until a day that has not passed."""
    promised = document.promised_until is not None and document.promised_until >= today
    return document.disputed or promised or document.residual <= 0


def amounts(documents: Iterable[Document], credits: Iterable[Credit]) -> dict:
    """What a letter asks for in each currency.

    :return: dict of currency -> (debits, credits, due), in units of that currency
    """
    sums = defaultdict(lambda: [0, 0])
    for document in documents:
        sums[document.currency][0] += document.residual_currency
    for credit in credits:
        sums[credit.currency][1] += credit.amount_currency
    return {currency: (debit, credit, debit - credit) for currency, (debit, credit) in sums.items()}


# ---------------------------------------------------------------------- the three occasions


def _late(standing, documents, levels, today):
    """By the age of the oldest document at first; then one level up at a time."""
    late = [doc for doc in documents if _age(doc, today) > 0]
    total = _due(late, standing)
    levels = [level for level in levels if level.trigger == LATE]
    allowed = [level for level in levels if total > level.minimum]
    refusal = _refusal(late, total, levels, allowed)
    if refusal:
        return Decision(None, why=refusal)
    cap = _next_sequence(late, allowed)
    reached = {doc.key: _reached(doc, allowed, cap, today) for doc in late}
    fresh = [doc for doc in late if reached[doc.key] is not None and reached[doc.key] > _sent(doc)]
    if not fresh:
        return Decision(None, why=UP_TO_DATE)
    highest = max(max(reached[doc.key] or 0, _sent(doc)) for doc in late)
    level = [level for level in allowed if level.sequence <= highest][-1]
    return Decision(level, tuple(reached.items()), total)


def _partial(standing, documents, levels, today):
    """A part was paid since the last letter, and the rest is late or still open some days after."""
    level = next((level for level in levels if level.trigger == PARTIAL), None)
    paid = [doc for doc in documents if level and _rest_is_due(doc, level, today)]
    return _letter(standing, paid, documents, level, today)


def _before(standing, documents, levels, today):
    """A friendly note about what falls due soon, to customers who are late with nothing."""
    level = next((level for level in levels if level.trigger == BEFORE), None)
    late = any(_age(doc, today) > 0 for doc in documents)
    soon = [doc for doc in documents if level and not late and doc.reminded is None and _is_soon(doc, level, today)]
    return _letter(standing, soon, [], level, today)


def _letter(standing, occasion, others, level, today):
    listed = [*occasion, *(doc for doc in others if doc not in occasion and _age(doc, today) > 0)]
    if not occasion:
        return Decision(None, why=NOTHING_DUE)
    total = _due(listed, standing)
    refusal = _refusal(listed, total, [level], [level] if total > level.minimum else [])
    if refusal:
        return Decision(None, why=refusal)
    return Decision(level, tuple((doc.key, None) for doc in sorted(listed, key=_by_age)), total)


# ---------------------------------------------------------------------- parts of the rules


def _by_age(document):
    return document.due, document.key


def _age(document, today):
    return (today - document.due).days


def _due(documents, standing):
    return sum(doc.residual for doc in documents) - sum(credit.amount for credit in standing.credits)


def _sent(document):
    return document.level if document.level is not None else -1


def _refusal(documents, total, levels, allowed):
    if not documents or not levels:
        return NOTHING_DUE
    if total <= 0:
        return COVERED
    return "" if allowed else BELOW_MINIMUM


def _next_sequence(documents, allowed):
    """The highest sequence that the next letter may have: one above the last, any for the first letter."""
    last = max(map(_sent, documents))
    above = [level.sequence for level in allowed if level.sequence > last]
    return min(above) if above and last >= 0 else max(level.sequence for level in allowed)


def _reached(document, allowed, cap, today):
    reached = [level.sequence for level in allowed if level.days <= _age(document, today)]
    return min(max(reached), cap) if reached else document.level


def _rest_is_due(document, level, today):
    paid = document.paid_in_part
    told = document.reminded is not None and paid is not None and document.reminded >= paid
    return paid is not None and not told and (_age(document, today) > 0 or today >= paid + timedelta(level.days))


def _is_soon(document, level, today):
    return level.days <= _age(document, today) <= 0


def _waits(last_letter, wait_days, today):
    return last_letter is not None and today < last_letter + timedelta(wait_days)


def _why_none(standing, open_to_remind, answers):
    if standing.documents and not open_to_remind:
        return EXCLUDED
    return next((answer.why for answer in answers if answer.why != NOTHING_DUE), NOTHING_DUE)
