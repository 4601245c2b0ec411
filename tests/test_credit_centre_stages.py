"""S1.3, S1.6: where an order stands and what about it needs a person."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.credit_centre.stages import (
    EXCEPTIONS,
    STAGES,
    Dates,
    Facts,
    exception_of,
    since_of,
    stage_of,
    urgency_of,
)

TODAY = date(2026, 6, 15)
DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
FACTS = st.builds(
    Facts,
    state=st.sampled_from(["draft", "sent", "sale", "cancel"]),
    credit_status=st.sampled_from(["unchecked", "clear", "caution", "prepay", "hold", "released", "rejected"]),
    invoice_status=st.sampled_from(["no", "to invoice", "invoiced", "upselling"]),
    progress=st.sampled_from(["none", "begun", "all"]),
    followed_left=st.booleans(),
    draft_invoice=st.booleans(),
    unsettled=st.booleans(),
    disputed=st.booleans(),
    past_due=st.booleans(),
    delivered_not_invoiced=st.booleans(),
    not_sent=st.booleans(),
    confirmed_on=DAYS,
    valid_until=DAYS,
)


def sale(**facts):
    return Facts(state="sale", **facts)


def test_an_order_goes_through_the_stages():
    assert stage_of(Facts(state="draft")) == "quotation"
    assert stage_of(Facts(state="sent", credit_status="hold")) == "held"
    assert stage_of(sale()) == "order"
    assert stage_of(sale(progress="begun", invoice_status="to invoice")) == "delivery"
    assert stage_of(sale(progress="all", invoice_status="to invoice")) == "invoice"
    assert stage_of(sale(progress="all", invoice_status="invoiced", draft_invoice=True)) == "invoice"
    assert stage_of(sale(progress="all", invoice_status="invoiced", unsettled=True)) == "payment"
    assert stage_of(sale(progress="all", invoice_status="invoiced")) == "done"
    assert stage_of(Facts(state="cancel", unsettled=True)) == "cancelled"


def test_goods_paid_in_advance_still_have_to_be_delivered():
    assert stage_of(sale(invoice_status="invoiced", unsettled=True, followed_left=True)) == "payment"
    assert stage_of(sale(invoice_status="invoiced", followed_left=True)) == "delivery"
    assert stage_of(sale(invoice_status="invoiced")) == "done"


def test_an_order_worth_nothing_is_done():
    assert stage_of(sale(progress="all")) == "done"


def test_exceptions():
    def found(facts):
        return exception_of(facts, TODAY, 7)

    assert found(sale()) is None
    assert found(Facts(state="draft", valid_until=TODAY)) is None
    assert found(Facts(state="draft", valid_until=TODAY - timedelta(1))) == "expired"
    assert found(Facts(state="sent", credit_status="prepay", valid_until=TODAY - timedelta(1))) == "prepay"
    late = {"invoice_status": "to invoice", "progress": "begun"}
    assert found(sale(confirmed_on=TODAY - timedelta(7), **late)) is None
    assert found(sale(confirmed_on=TODAY - timedelta(8), **late)) == "invoice_late"
    assert found(sale(delivered_not_invoiced=True, confirmed_on=TODAY, **late)) == "delivered_not_invoiced"
    assert found(sale(delivered_not_invoiced=True, invoice_status="no")) is None
    assert found(sale(past_due=True, not_sent=True)) == "overdue"
    assert found(sale(past_due=True, disputed=True)) == "disputed"
    assert found(Facts(state="cancel", credit_status="hold")) is None
    assert found(Facts(state="cancel", past_due=True)) == "overdue"


@given(FACTS)
def test_each_order_has_one_stage_and_at_most_one_exception(facts):
    assert stage_of(facts) in STAGES
    assert exception_of(facts, TODAY, 7) in (None, *EXCEPTIONS)


@given(FACTS)
def test_an_order_is_never_done_with_money_or_work_open(facts):
    if stage_of(facts) == "done":
        assert not facts.draft_invoice and not facts.unsettled
        assert facts.invoice_status != "to invoice"


@given(FACTS, st.integers(0, 60), st.integers(0, 60))
def test_more_patience_never_makes_an_order_late(facts, days, more):
    if exception_of(facts, TODAY, days) != "invoice_late":
        assert exception_of(facts, TODAY, days + more) != "invoice_late"


def test_urgency_falls_from_the_first_exception_to_none():
    ranks = [urgency_of(code) for code in (*EXCEPTIONS, None)]
    assert ranks == sorted(ranks, reverse=True) and len(set(ranks)) == len(ranks) and ranks[-1] == 0


@given(st.sampled_from(STAGES), st.builds(Dates, quoted=st.just(TODAY), held=DAYS, confirmed=DAYS, delivered=DAYS))
def test_since_is_a_known_day(stage, dates):
    since = since_of(stage, dates)
    assert since is None or since in vars(dates).values()
    assert (stage in ("quotation", "held")) <= (since is not None)
