"""May this order go through? Facts and policy in, a decision with its reasons and remedies out.

Pure rules: standard library only. Money is an ``int`` count of the rounding unit of the company's currency, dates are
dates, refusals are data (a code and its figures). The sentences are made elsewhere, once.

Order of precedence: a hold outranks a prepayment, which outranks the check of limits and debts.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

CLEAR, CAUTION, PREPAY, HOLD, RELEASED = "clear", "caution", "prepay", "hold", "released"
SEVERITY = {CLEAR: 0, CAUTION: 1, PREPAY: 2, HOLD: 3}
OUTCOME_OF_ACTION = {"caution": CAUTION, "hold": HOLD}


@dataclass(frozen=True)
class Bucket:
    """A range of days past due with the most that may stand in it and the weight of what stands there."""

    first_day: int
    last_day: int | None
    limit: int | None
    weight: Fraction = Fraction(100)


@dataclass(frozen=True)
class Rules:
    """What a policy says, in units and days."""

    limit_boundary: str = "at_or_above"
    on_limit: str = "hold"
    on_overdue: str = "hold"
    on_single_order: str = "hold"
    overdue_minimum: int = 0
    single_order_maximum: int = 0
    buckets: tuple[Bucket, ...] = ()


@dataclass(frozen=True)
class Release:
    """A recorded permission: up to which order value, until when, and for what."""

    ceiling: int
    until: date | None = None
    payer_id: int | None = None
    currency_id: int | None = None
    term_days: int | None = None


@dataclass(frozen=True)
class Ask:
    """What an order asks for. ``amount`` is its open part less what has been paid ahead; ``value`` and ``paid`` are
    the whole order and what has come for it, in the order's own currency, as are a release's ceiling and the
    prepayment."""

    amount: int = 0
    value: int = 0
    paid: int = 0
    payer_id: int | None = None
    currency_id: int | None = None
    term_days: int = 0
    today: date | None = None


@dataclass(frozen=True)
class Standing:
    """How one customer stands, without the order in question."""

    exposure: int = 0
    limit: int | None = None
    group_exposure: int = 0
    group_limit: int | None = None
    overdue: int = 0
    days_overdue: int = 0
    overdue_by_day: tuple[tuple[int, int], ...] = ()
    hold: bool = False
    prepay_required: bool = False
    prepay_asked: int = 0
    check_disabled: bool = False
    rate_missing: bool = False


@dataclass(frozen=True)
class Reason:
    """Why: a code, what it leads to, and its figures."""

    code: str
    outcome: str
    figures: tuple[tuple[str, int], ...] = ()

    def get(self, name: str) -> int:
        return dict(self.figures)[name]


@dataclass(frozen=True)
class Remedy:
    """What would free the order: a code and the amount to pay or to take off."""

    code: str
    amount: int = 0


@dataclass(frozen=True)
class Decision:
    outcome: str
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[Remedy, ...] = ()

    @property
    def passes(self) -> bool:
        return self.outcome in (CLEAR, CAUTION, RELEASED)


def decide(
    standing: Standing,
    ask: Ask,
    rules: Rules,
    release: Release | None = None,
    stops: tuple[Reason, ...] = (),
) -> Decision:
    """The decision on one order.

    Flags come first: a hold stops everything but a release, a prepayment that has not come stops the rest, and with
    either of them the limits are not looked at. An order that is paid in full ahead passes every check. ``stops`` are
    reasons of the order itself (a hold set on it by hand, a buyer who may not buy); they stand beside the flags.
    """
    found = [*stops, *_flag_reasons(standing, ask)]
    if not found and not standing.check_disabled and not standing.prepay_required and not _paid_in_full(ask):
        found = _check_reasons(standing, ask, rules)
    outcome = max((reason.outcome for reason in found), key=SEVERITY.__getitem__, default=CLEAR)
    if outcome in (PREPAY, HOLD) and release and release_covers(release, ask):
        return Decision(RELEASED, tuple(found))
    return Decision(outcome, tuple(found), _remedies(found, outcome))


def release_covers(release: Release, ask: Ask) -> bool:
    """Whether a release still speaks for what is asked: same payer and currency, terms no longer, in time (its last
    day included) and within its ceiling."""
    return (
        ask.value <= release.ceiling
        and (release.until is None or ask.today is None or ask.today <= release.until)
        and release.payer_id == ask.payer_id
        and release.currency_id == ask.currency_id
        and (release.term_days is None or ask.term_days <= release.term_days)
    )


def release_ceiling(value: int, deviation_percent: Fraction) -> int:
    """The highest value a release of ``value`` speaks for, given the deviation its policy allows.

    >>> release_ceiling(1000, Fraction(10)), release_ceiling(1000, Fraction(0))
    (1100, 1000)
    """
    return int(value + value * deviation_percent / 100)


def prepay_asked(value: int, percent: Fraction) -> int:
    """What a prepayment asks of an order, rounded as money is. An order of no value asks for one unit, which never
    comes: a flag stays a flag.

    >>> prepay_asked(10001, Fraction(30)), prepay_asked(1, Fraction(30)), prepay_asked(0, Fraction(30))
    (3000, 1, 1)
    """
    if value <= 0 or not percent:
        return 0 if value > 0 else 1
    return max(1, int(Fraction(value) * percent / 100 + Fraction(1, 2)))


def _paid_in_full(ask: Ask) -> bool:
    return ask.value > 0 and ask.paid >= ask.value


def _flag_reasons(standing: Standing, ask: Ask) -> list[Reason]:
    if standing.hold:
        return [Reason("customer_hold", HOLD)]
    if standing.prepay_required and ask.paid < standing.prepay_asked:
        return [Reason("prepay", PREPAY, (("asked", standing.prepay_asked), ("come", ask.paid)))]
    return []


def _check_reasons(standing: Standing, ask: Ask, rules: Rules) -> list[Reason]:
    candidates = [
        _rate_reason(standing, rules),
        _limit_reason("group_limit", standing.group_exposure, standing.group_limit, ask, rules),
        _limit_reason("limit", standing.exposure, standing.limit, ask, rules),
        _overdue_reason(standing, rules),
        *_bucket_reasons(standing, rules),
        _single_order_reason(ask, rules),
    ]
    return [reason for reason in candidates if reason]


def _rate_reason(standing: Standing, rules: Rules) -> Reason | None:
    """An order that can't be valued is stopped where its value matters."""
    measured = standing.limit is not None or standing.group_limit is not None or rules.single_order_maximum
    return Reason("no_rate", HOLD) if standing.rate_missing and measured else None


def _limit_reason(code: str, exposure: int, limit: int | None, ask: Ask, rules: Rules) -> Reason | None:
    outcome = OUTCOME_OF_ACTION.get(rules.on_limit)
    if outcome is None or limit is None or ask.amount <= 0:
        return None
    allowed = limit if rules.limit_boundary == "above" else limit - 1
    after = exposure + ask.amount
    if after <= allowed:
        return None
    return Reason(
        code,
        outcome,
        (
            ("limit", limit),
            ("exposure", exposure),
            ("order", ask.amount),
            ("after", after),
            ("excess", after - allowed),
        ),
    )


def _overdue_reason(standing: Standing, rules: Rules) -> Reason | None:
    outcome = OUTCOME_OF_ACTION.get(rules.on_overdue)
    counted = _weighted_overdue(standing, rules.buckets)
    if outcome is None or counted <= 0 or counted < rules.overdue_minimum:
        return None
    return Reason("overdue", outcome, (("overdue", standing.overdue), ("days", standing.days_overdue)))


def _weighted_overdue(standing: Standing, buckets: tuple[Bucket, ...]) -> int:
    """What is past due, each amount at the weight of its bucket; days outside every bucket count in full."""
    if not buckets:
        return standing.overdue
    weighted = sum((amount * _weight(days, buckets) / 100 for days, amount in standing.overdue_by_day), Fraction(0))
    return int(weighted)


def _weight(days: int, buckets: tuple[Bucket, ...]) -> Fraction:
    return next((bucket.weight for bucket in buckets if _in_bucket(days, bucket)), Fraction(100))


def _in_bucket(days: int, bucket: Bucket) -> bool:
    return bucket.first_day <= days and (bucket.last_day is None or days <= bucket.last_day)


def _bucket_reasons(standing: Standing, rules: Rules) -> list[Reason]:
    outcome = OUTCOME_OF_ACTION.get(rules.on_overdue)
    if outcome is None:
        return []
    return [reason for bucket in rules.buckets if (reason := _bucket_reason(standing, bucket, outcome))]


def _bucket_reason(standing: Standing, bucket: Bucket, outcome: str) -> Reason | None:
    amount = sum(amount for days, amount in standing.overdue_by_day if _in_bucket(days, bucket))
    if bucket.limit is None or amount <= bucket.limit:
        return None
    return Reason(
        "overdue_bucket",
        outcome,
        (("overdue", amount), ("limit", bucket.limit), ("from", bucket.first_day), ("excess", amount - bucket.limit)),
    )


def _single_order_reason(ask: Ask, rules: Rules) -> Reason | None:
    outcome = OUTCOME_OF_ACTION.get(rules.on_single_order)
    maximum = rules.single_order_maximum
    if outcome is None or not maximum or ask.amount <= maximum:
        return None
    return Reason(
        "single_order", outcome, (("maximum", maximum), ("order", ask.amount), ("excess", ask.amount - maximum))
    )


def _remedies(reasons: list[Reason], outcome: str) -> tuple[Remedy, ...]:
    """What would free the order: the payment that settles every reason a payment can settle, the reduction that
    settles every reason a smaller order can, and asking a person."""
    if outcome not in (PREPAY, HOLD):
        return ()
    stops = [reason for reason in reasons if reason.outcome in (PREPAY, HOLD)]
    remedies = (_prepay_remedy(stops), _pay_remedy(stops), _reduce_remedy(stops), Remedy("release"))
    return tuple(remedy for remedy in remedies if remedy)


def _prepay_remedy(stops: list[Reason]) -> Remedy | None:
    missing = [reason.get("asked") - reason.get("come") for reason in stops if reason.code == "prepay"]
    return Remedy("prepay", missing[0]) if missing else None


PAYABLE = {"limit": "excess", "group_limit": "excess", "overdue": "overdue", "overdue_bucket": "overdue"}
REDUCIBLE = {"limit", "group_limit", "single_order"}


def _pay_remedy(stops: list[Reason]) -> Remedy | None:
    if not stops or any(reason.code not in PAYABLE for reason in stops):
        return None
    return Remedy("pay", max(reason.get(PAYABLE[reason.code]) for reason in stops))


def _reduce_remedy(stops: list[Reason]) -> Remedy | None:
    """None when no smaller order would pass: another reason stands, or the room is gone without this order."""
    if not stops or any(reason.code not in REDUCIBLE for reason in stops):
        return None
    amount = max(reason.get("excess") for reason in stops)
    return Remedy("reduce", amount) if amount < min(reason.get("order") for reason in stops) else None
