"""The credit check of sales orders: gather, decide, apply."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..decision import (
    CLEAR,
    HOLD,
    Ask,
    Decision,
    Reason,
    Release,
    Rules,
    Standing,
    decide,
    prepay_asked,
    release_ceiling,
)
from .credit_message import Wording, status_title
from .credit_policy import rules_of
from .engine import check_amounts, check_texts, engine


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

    # ------------------------------------------------------------------ buttons

    def action_confirm(self):
        """Confirm what passes the credit check; hold the rest.

        :return: what Odoo's own confirmation returns when every order went through. Otherwise an action that tells so,
            with one entry per held order under ``credit``: order_id, name, state, credit_status, reasons (codes),
            message. A caller without a screen reads that.
        :raise UserError: as Odoo does, for orders that can't be confirmed at all
        """
        self._credit_check_chosen()
        self.check_access("write")
        if any(order._confirmation_error_message() for order in self):
            return super().action_confirm()
        passing = self._credit_check_for_confirmation()
        result = super(SaleOrder, passing).action_confirm() if passing else True
        held = self - passing
        return held._credit_answer() if held else result

    def action_credit_check(self):
        """Check these orders again and show the result.

        :return: an action with the answers under ``credit``, as ``action_confirm`` gives
        """
        self._credit_check_chosen()
        self._credit_check_internal()
        self.check_access("read")
        self._credit_recheck()
        return self._credit_answer()

    def action_credit_request_release(self, note=""):
        """Ask the credit manager to release held orders.

        :param note: what the manager should know
        :return: True
        """
        self._credit_check_chosen()
        self._credit_check_internal()
        decider = self.env.user.has_group("credit_hold.group_credit_controller")
        self.check_access("read" if decider else "write")
        stopped = self.filtered(lambda order: order.credit_status in ("hold", "prepay", "rejected"))
        if not stopped:
            raise UserError(
                self.env._("To ask for a release, choose an order that is on credit hold. These can go through.")
            )
        for order in stopped:
            order._credit_current_hold()._request(note)
        return True

    def action_credit_release(self, reason, ceiling=None, valid_until=None):
        """Let held orders pass, by a person's decision.

        :param reason: why, kept with the release
        :param ceiling: the highest order value it speaks for, in the order's currency; the order's value and the
            policy's deviation unless given
        :param valid_until: last day it speaks for; as many days as the policy says unless given
        :return: True
        :raise AccessError: unless the user is a credit controller or manager
        :raise UserError: for an own order, without a reason, or above the user's maximum
        """
        self.env["credit.hold"]._check_decider()
        reason = self._credit_given_reason(
            reason, self.env._("To release an order, say why: the reason is kept with the release.")
        )
        for order in self:
            order._credit_current_hold()._release(reason, ceiling, valid_until)
        return True

    def action_credit_reject(self, reason):
        """Say no to held orders. They stay quotations until a release is asked for again.

        :return: True
        """
        self.env["credit.hold"]._check_decider()
        reason = self._credit_given_reason(reason, self.env._("To reject an order, say why: the salesperson reads it."))
        for order in self:
            order._credit_current_hold()._reject(reason)
        return True

    def action_credit_hold(self, reason):
        """Put orders on hold by hand. Such a hold ends by a person's release alone.

        :return: True
        """
        self.env["credit.hold"]._check_decider()
        reason = self._credit_given_reason(
            reason, self.env._("To put an order on hold, say why: the salesperson reads it.")
        )
        for order in self.sudo():  # sudo: a credit controller holds orders without the right to edit them
            case = order._credit_cases()[order]
            decision = Decision(HOLD, (Reason("order_hold", HOLD),), ())
            order._credit_stop(case, decision, manual=reason)
        return True

    def _credit_given_reason(self, reason, missing):
        """:return: the reason without blanks around it
        :raise UserError: with the sentence ``missing`` when there is none"""
        self._credit_check_chosen()
        check_texts(self.env, {"reason": reason}, {"reason": self.env._("the reason")})
        if not (reason or "").strip():
            raise UserError(missing)
        return reason.strip()

    def _credit_check_internal(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("To see how an order stands, ask your contact at the company."))

    def _credit_check_chosen(self):
        """A remote caller may send anything as ids."""
        if any(not isinstance(record_id, int) for record_id in self._ids):
            raise UserError(self.env._("To go on, choose orders by their ids, which are whole numbers."))

    def action_view_credit_holds(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_hold.action_credit_hold")
        action.update(domain=[("order_id", "=", self.id)], context={})
        return action

    def action_register_prepayment(self):
        """Open a receipt that is reserved to this order, filled with what is still asked."""
        self.ensure_one()
        missing = max(0.0, (self.prepay_amount or self.amount_total) - self.prepaid_amount)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register Prepayment"),
            "res_model": "account.payment",
            "view_mode": "form",
            "context": {
                "default_payment_type": "inbound",
                "default_partner_type": "customer",
                "default_partner_id": self.partner_invoice_id.commercial_partner_id.id,
                "default_amount": missing,
                "default_currency_id": self.currency_id.id,
                "default_company_id": self.company_id.id,
                "default_credit_order_id": self.id,
                "default_memo": self.name,
            },
        }

    # ------------------------------------------------------------------ gather

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
        ask = self._as_ask(row, fact["came"], open_part, rounding)
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

    def _as_ask(self, row, prepaid, open_part, rounding):
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

    # ------------------------------------------------------------------ decide and apply

    def _credit_check_for_confirmation(self):
        """Decide one by one, since each confirmed order raises the exposure of the next.

        :return: the orders that may be confirmed
        """
        passing = self.browse()
        for order, case, decision in self._credit_decide_in_turn():
            if decision.passes:
                order._credit_pass(case, decision)
                passing |= order
            else:
                order._credit_stop(case, decision)
        return passing

    def _credit_decide_in_turn(self):
        """Yield (order, case, decision) for each, with the orders that passed before it counted."""
        unchecked = self.filtered(
            lambda order: not order.company_id.root_id.sudo().credit_check_active
        )  # sudo: a setting
        for order in unchecked:
            yield order, None, Decision(CLEAR)
        taken = {}
        for order, case in (self - unchecked)._credit_cases(lock=True, together=True).items():
            case = order._counting(case, taken)
            decision = case.decide()
            if decision.passes:
                key = (case.ask.payer_id, order.company_id.root_id.id)
                group = (case.figures.get("group_id"), "group")
                taken[key] = taken.get(key, 0) + case.ask.amount
                taken[group] = taken.get(group, 0) + case.ask.amount
            yield order, case, decision

    def _counting(self, case, taken):
        """The case with what earlier orders of the same call have taken."""
        own = taken.get((case.ask.payer_id, self.company_id.root_id.id), 0)
        group_id = case.figures.get("group_id")
        group = taken.get((group_id, "group"), 0) if group_id else 0
        standing = replace(
            case.standing, exposure=case.standing.exposure + own, group_exposure=case.standing.group_exposure + group
        )
        return replace(case, standing=standing)

    def _credit_pass_or_refuse(self):
        """For orders that are confirmed already, or written straight to it: what does not pass is refused whole."""
        for order, case, decision in self._credit_decide_in_turn():
            if not decision.passes:
                raise ValidationError(
                    order._credit_wording(case).refusal(
                        decision, self.env._("Order %s can't go through as it stands.", order.name)
                    )
                )
            order._credit_pass(case, decision)

    def _credit_pass(self, case, decision):
        """Record what passes: the gate lets through this much and no more."""
        self.ensure_one()
        vals = {
            "credit_passed_amount": self.amount_total,
            "credit_passed_partner_id": self._credit_payer().id,
            "credit_passed_currency_id": self.currency_id.id,
            "credit_passed_term_days": self._credit_term_days(),
        }
        status = decision.outcome if case else "unchecked"
        if self.credit_status != status:
            vals["credit_status"] = status
        if case and case.standing.prepay_required:
            vals["credit_prepay_asked"] = case.standing.prepay_asked * self.currency_id.rounding
        self._credit_record(vals)
        self._credit_caution(case, decision)
        self._credit_end_holds(case, decision)

    def _credit_record(self, vals):
        """Set what a decision says of the order. Nothing is computed from these fields and, but for the status, nothing
        tracked: they are stored along with the confirmation, without a write of their own."""
        status = vals.pop("credit_status", self.credit_status)
        for name, value in vals.items():
            self._fields[name].write(self, value)
        self._credit_set_status(status)

    def _credit_stop(self, case, decision, manual=""):
        """Keep the order a quotation, record why, and tell the credit manager once. What a person rejected stays so."""
        self.ensure_one()
        if self._credit_rejection_stands() and not manual:
            self._credit_set_status("rejected")
            return
        self._credit_set_status("prepay" if decision.outcome == "prepay" else "hold")
        self._credit_caution(case, decision)
        holds = self.env["credit.hold"].sudo()  # sudo: only the check makes holds
        hold = self._credit_last_hold().filtered(lambda one: one.state == "held")
        vals = holds._prepare_vals(self, case, decision)
        with engine():
            if hold and not (manual and not hold.manual):
                hold._update_vals(vals)
            else:
                hold._close()
                holds.create({**vals, "manual": bool(manual), "manual_reason": manual})._announce(case, decision)

    def _credit_recheck(self):
        """Look at quotations again and show the result; nothing is confirmed and nothing refused."""
        quotations = self.filtered(
            lambda order: order.state in ("draft", "sent") and order.partner_id and order.company_id
        )
        active = quotations.filtered(
            lambda order: order.company_id.root_id.sudo().credit_check_active
        )  # sudo: a setting
        (quotations - active)._credit_set_status("unchecked")
        # Quotations are in no figure: leaving all of them out reads the ledger once.
        for order, case in (active._credit_cases(together=True) if active else {}).items():
            decision = case.decide()
            if decision.passes:
                order._credit_set_status(decision.outcome)
                order._credit_caution(case, decision)
                order._credit_end_holds(case, decision)
            else:
                order._credit_stop(case, decision)

    def _credit_rejection_stands(self):
        return self._credit_last_hold().state == "rejected"

    def _credit_last_hold(self):
        """The latest hold of one order: it says whether the order is held, released or rejected."""
        holds = self._origin.sudo().credit_hold_ids  # sudo: a hold binds everybody
        return holds.sorted("id")[-1:]

    def _credit_set_status(self, status):
        with engine():
            changed = self.filtered(lambda order: order.credit_status != status)
            if changed:
                changed.sudo().write({"credit_status": status})  # sudo: only the check writes the status

    def _credit_caution(self, case, decision):
        """A failed check sets the caution flag of the customer (S2.15); a look that finds nothing ends it."""
        if not case or not case.figures.get("account_id") or not case.ask.amount:
            return
        codes = {reason.code for reason in decision.reasons}
        caution = bool(codes & {"limit", "group_limit", "overdue", "overdue_bucket", "single_order"})
        if caution != bool(case.figures["caution"]):
            account = (
                self.env["credit.account"].sudo().browse(case.figures["account_id"])
            )  # sudo: only the check sets it
            with engine():
                account.write({"caution": caution})

    def _credit_end_holds(self, case, decision):
        """Holds of this order that waited for what has now come are over."""
        if decision.outcome == "released" or (case and case.hold.get("state") != "held"):
            return
        held = self.sudo().credit_hold_ids.filtered(
            lambda hold: hold.state == "held" and not hold.manual
        )  # sudo: as above
        held._lapse()

    def _credit_current_hold(self):
        """The latest hold of one order.

        :raise UserError: when it has none, so that nothing is released that was never stopped
        """
        self.ensure_one()
        self.check_access("read")
        hold = self._credit_last_hold()  # what may be done with it is checked there
        if not hold or hold.state == "lapsed":
            raise UserError(self.env._("To decide on order %s, it must be on credit hold; it is not.", self.name))
        return hold.sudo(False)

    # ------------------------------------------------------------------ words

    def _credit_wording(self, case):
        """:return: Wording for one order"""
        env = self.env
        account = (
            env["credit.account"].sudo().browse((case and case.figures.get("account_id")) or [])
        )  # sudo: the reason is told
        buyer_words = ()
        if case and case.buyer_reasons:
            buyer = Wording(
                env,
                self.partner_id.commercial_partner_id,
                self.company_id.currency_id,
                self,
                order_currency=self.currency_id,
            )
            buyer_words = [buyer.reason(reason) for reason in case.buyer_reasons]
        return Wording(
            env,
            self._credit_payer(),
            self.company_id.root_id.currency_id,
            self,
            hold_reason=account.hold_reason or "",
            order_currency=self.currency_id,
            stop_reason=self._credit_last_hold()._stop_reason(),
            buyer_words=buyer_words,
        )

    def _credit_answer(self):
        """What became of these orders: an action for a person, and the same as data for a program."""
        answers = [order._credit_answer_of_one() for order in self]
        stopped = [answer for answer in answers if answer["credit_status"] in ("hold", "prepay", "rejected")]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Credit check"),
                "message": "\n".join(f"{answer['name']}: {answer['message']}" for answer in answers),
                "type": "warning" if stopped else "success",
                "sticky": bool(stopped),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
            "credit": answers,
        }

    def _credit_answer_of_one(self):
        hold = self._credit_last_hold()
        stopped = self.credit_status in ("hold", "prepay", "rejected") and hold
        return {
            "order_id": self.id,
            "name": self.name,
            "state": self.state,
            "credit_status": self.credit_status,
            "reasons": hold.reason_codes.split(",") if stopped and hold.reason_codes else [],
            "message": hold._message_for(self.env.user) if stopped else status_title(self.env, self.credit_status),
        }


class CreditAccount(models.Model):
    _inherit = "credit.account"

    @api.model
    def _read_overdue_by_day(self, partner_id, company_id):
        from .figures import overdue_by_day_query

        self.env.cr.execute(overdue_by_day_query(partner_id, company_id, fields.Date.today()))
        return [(days, float(amount)) for days, amount in self.env.cr.fetchall()]

    def simulate(self, amount, currency=None):
        """What would become of an order of this size, placed now.

        :param amount: order value with tax
        :param currency: res.currency, its id or its code; the company's unless given
        :return: dict: outcome, passes, reasons (code, message), remedies (code, amount, message), figures (exposure, limit,
            order, after, headroom, overdue; floats in the company's currency)
        :raise ValidationError: for an amount or a currency that is none
        """
        self.ensure_one()
        self.check_access("read")
        company, customer = self.company_id, self.partner_id
        check_amounts(self.env, {"amount": amount or 0.0}, {"amount": self.env._("the amount")})
        asked = self._simulated_currency(currency)
        value = asked._convert(float(amount or 0.0), company.currency_id, company, fields.Date.today())
        row = self.sudo()._read_figures([(customer.id, company.id)])[
            customer.id, company.id
        ]  # sudo: read access was checked
        order = (
            self.env["sale.order"]
            .sudo()
            .new(  # sudo: an order that is never saved
                {"partner_id": customer.id, "partner_invoice_id": customer.id, "company_id": company.id}
            )
        )
        rounding = company.currency_id.rounding
        ask = Ask(
            amount=units(value, rounding), value=units(value, rounding), payer_id=customer.id, today=fields.Date.today()
        )
        rules = rules_of(row, lambda figure: units(figure, rounding))
        standing = Standing()
        if company.sudo().credit_check_active:  # sudo: a setting
            unknown = asked != company.currency_id and not asked.sudo().rate_ids  # sudo: rates are not secret
            standing = replace(order._as_standing(row, ask, rounding), rate_missing=unknown)
        return self._simulation_answer(row, ask, decide(standing, ask, rules), rounding, asked)

    def _simulated_currency(self, currency):
        currencies = self.env["res.currency"]
        if isinstance(currency, str):
            found = currencies.search([("name", "=", currency.upper())], limit=1)
        elif isinstance(currency, int) and not isinstance(currency, bool):
            found = currencies.browse(currency).exists()
        elif isinstance(currency, models.BaseModel) or not currency:
            found = currency or self.currency_id
        else:
            found = currencies
        if not found:
            raise ValidationError(
                self.env._("To try an order, name an active currency. «%s» is not one.", str(currency)[:20])
            )
        return found

    def _simulation_answer(self, row, ask, decision, rounding, asked):
        named = asked if any(reason.code == "no_rate" for reason in decision.reasons) else self.currency_id
        words = Wording(
            self.env, self.partner_id, self.currency_id, hold_reason=self.hold_reason or "", order_currency=named
        )
        after = float(row["exposure"]) + ask.amount * rounding
        limit = float(row["effective_limit"]) if row["has_limit"] else None
        return {
            "outcome": decision.outcome,
            "passes": decision.passes,
            "reasons": [{"code": reason.code, "message": words.reason(reason)} for reason in decision.reasons],
            "remedies": [
                {"code": remedy.code, "amount": remedy.amount * rounding, "message": words.remedy(remedy)}
                for remedy in decision.remedies
            ],
            "figures": {
                "exposure": float(row["exposure"]),
                "limit": limit,
                "order": ask.amount * rounding,
                "after": after,
                "headroom": float(row["headroom"]) if limit is not None else None,
                "overdue": float(row["overdue"]),
                "currency": self.currency_id.name,
            },
        }


def units(amount, rounding):
    """An amount as a count of a currency's rounding unit.

    >>> units(12.34, 0.01)
    1234
    """
    return round(float(amount or 0.0) / (rounding or 0.01))


def days_since(date):
    return (fields.Date.today() - date).days if date else 0


def release_terms(order, policy, ceiling, valid_until):
    """Ceiling and last day of a release, from what the person gave or else from the policy.

    :return: (ceiling in the order's currency, date or False)
    """
    unit = order.currency_id.rounding
    deviation = Fraction(str(policy.release_deviation or 0))
    highest = ceiling if ceiling else release_ceiling(units(order.amount_total, unit), deviation) * unit
    last_day = fields.Date.to_date(valid_until) if valid_until else False
    if not last_day and policy.release_days:
        last_day = fields.Date.today() + timedelta(days=policy.release_days)
    return highest, last_day
