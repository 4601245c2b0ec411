"""The credit check of sales orders: decide on what was gathered, and record what was decided."""

from dataclasses import replace

from odoo import models
from odoo.exceptions import UserError, ValidationError

from ..decision import CLEAR, Decision
from .credit_message import Wording
from .engine import engine


class SaleOrder(models.Model):
    _inherit = "sale.order"

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
