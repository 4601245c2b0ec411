"""What a decision on an order needs to know, gathered into frozen values."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from odoo import api, fields, models

from ..decision import HOLD, Ask, Reason, Release, Rules, Standing, decide, prepay_asked
from .credit_policy import rules_of
from .figures_items import overdue_by_day_query


def units(amount, rounding):
    """An amount as a count of a currency's rounding unit.

    >>> units(12.34, 0.01)
    1234
    """
    return round(float(amount or 0.0) / (rounding or 0.01))


def days_since(date):
    return (fields.Date.today() - date).days if date else 0


@dataclass(frozen=True)
class Case:
    """Everything a decision on one order needs, and what is shown of it afterwards."""

    standing: Standing
    ask: Ask
    rules: Rules
    release: Release | None
    stops: tuple
    figures: dict
    rounding: float
    buyer_reasons: tuple = ()
    hold: dict = field(default_factory=dict)

    def decide(self):
        return decide(self.standing, self.ask, self.rules, self.release, self.stops)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _credit_cases(self, lock=False, together=False):
        """The facts about each order: payer and buyer as they stand without it, and what it asks.

        :param lock: write the customers' rows first, so that no other transaction decides on them meanwhile
        :param together: leave all these orders out of the figures, not each one only; so it is with a lock
        :return: dict of order -> Case
        """
        accounts = self.env["credit.account"].sudo()  # sudo: the result is everybody's, the figures are shown by right
        customers = (self.partner_id | self.partner_invoice_id).sudo()  # sudo: the same
        customers.fetch(["commercial_partner_id"])
        pairs = sorted({pair for order in self for pair in order._credit_pairs()})
        as_one = pairs and (lock or together or len(self) == 1)
        shared = accounts._read_facts(pairs, self._origin.ids, guard=lock) if as_one else None
        open_parts = self.filtered(
            lambda order: order.state == "sale" or order.order_line.filtered("is_downpayment")
        )._credit_open_parts()
        cases = {}
        for order in self:
            own = order._credit_pairs()
            figures, facts = shared or (accounts._read_facts(own, order._origin.ids) if own else ({}, {}))
            fact = facts.get(order._origin.id) or {"came": (0, 0, 0), "hold": {}}
            cases[order] = order._as_case(figures, fact, open_parts.get(order._origin.id))
        return cases

    def _credit_pairs(self):
        """Payer and buyer, each with the legal entity of the order, whatever company is active."""
        root = self.company_id.root_id.id
        payer, buyer = self._credit_payer(), self.partner_id.commercial_partner_id._origin
        return [(partner.id, root) for partner in dict.fromkeys((payer, buyer)) if partner and root]

    def _credit_payer(self):
        return (self.partner_invoice_id or self.partner_id).commercial_partner_id._origin

    def _as_case(self, figures, fact, open_part):
        """One order and the figures of its customers become values."""
        root, payer, buyer = (
            self.company_id.root_id,
            self._credit_payer(),
            self.partner_id.commercial_partner_id._origin,
        )
        row = figures.get((payer.id, root.id)) or {}
        rounding = row.get("rounding") or root.currency_id.rounding or 0.01
        ask = self._as_ask(fact["came"], open_part, rounding)
        rules = rules_of(row, lambda amount: units(amount, rounding))
        case = Case(
            self._as_standing(row, ask, rounding),
            ask,
            rules,
            self._as_release(fact["hold"]),
            self._as_stops(fact["hold"], [figures.get((one.id, root.id)) or {} for one in (payer, buyer)]),
            row,
            rounding,
            hold=fact["hold"],
        )
        return case if buyer == payer else self._with_buyer(case, figures.get((buyer.id, root.id)) or {})

    def _as_ask(self, prepaid, open_part, rounding):
        rate = self.currency_rate or 1.0
        if open_part is None:
            open_part = sum(line.price_total for line in self.order_line) / rate
        ahead = (prepaid[0] + prepaid[1]) / rate
        return Ask(
            amount=max(0, units(open_part, rounding) - units(ahead, rounding)),
            value=units(self.amount_total, self.currency_id.rounding),
            paid=units(sum(prepaid), self.currency_id.rounding),
            payer_id=self._credit_payer().id,
            currency_id=self.currency_id.id,
            term_days=self._credit_term_days(),
            today=fields.Date.today(),
        )

    def _as_standing(self, row, ask, rounding):
        if not row:
            return Standing()
        return Standing(
            exposure=units(row["exposure"], rounding),
            limit=units(row["own_limit"], rounding) if row["own_limit"] is not None else None,
            group_exposure=units(row["group_exposure"], rounding),
            group_limit=units(row["group_limit"], rounding) if row["group_limit"] is not None else None,
            overdue=units(row["overdue_late"], rounding),
            days_overdue=days_since(row["oldest_due_date"]),
            overdue_by_day=self._overdue_by_day(row, rounding),
            hold=bool(row["hold"]),
            prepay_required=bool(row["prepay_required"]),
            prepay_asked=prepay_asked(ask.value, Fraction(str(row["prepay_percent"]))),
            check_disabled=bool(row["check_disabled"]),
            rate_missing=self._credit_rate_missing(),
        )

    def _overdue_by_day(self, row, rounding):
        """Past due by days late, read only for policies that look at ranges of days."""
        if not row["overdue_late"] or not row.get("buckets"):
            return ()
        days = (
            self.env["credit.account"].sudo()._read_overdue_by_day(row["partner_id"], row["company_id"])
        )  # sudo: as above
        return tuple((day, units(amount, rounding)) for day, amount in days if day > row["grace_days"])

    def _credit_rate_missing(self):
        foreign = self.currency_id != self.company_id.currency_id
        return bool(foreign and self.currency_id and not self.currency_id.sudo().rate_ids)  # sudo: rates are not secret

    def _as_release(self, hold):
        """The latest release of this order, when a person gave one."""
        if hold.get("state") != "released":
            return None
        return Release(
            ceiling=units(hold["release_ceiling"], self.currency_id.rounding),
            until=fields.Date.to_date(hold["release_until"]) or None,
            payer_id=hold["partner_id"],
            currency_id=hold["currency_id"],
            term_days=hold["term_days"] or 0,
        )

    def _as_stops(self, hold, customers):
        stops = []
        if hold.get("manual") and hold["state"] == "held":
            stops.append(Reason("order_hold", HOLD))
        if hold.get("state") == "rejected":
            stops.append(Reason("rejected", HOLD))
        if any(row.get("archived") for row in customers):
            stops.append(Reason("archived", HOLD))
        return tuple(stops)

    def _with_buyer(self, case, row):
        """A customer who may not order on credit does not get round it by naming somebody else as payer."""
        standing = self._as_standing(row, case.ask, case.rounding)
        own = decide(replace(standing, rate_missing=False), case.ask, case.rules)
        if own.passes:
            return case
        return replace(case, stops=(*case.stops, Reason("buyer", HOLD)), buyer_reasons=own.reasons)


class CreditAccount(models.Model):
    _inherit = "credit.account"

    @api.model
    def _read_overdue_by_day(self, partner_id, company_id):
        self.env.cr.execute(overdue_by_day_query(partner_id, company_id, fields.Date.today()))
        return [(days, float(amount)) for days, amount in self.env.cr.fetchall()]
