"""What people and programs do with orders: confirm, check, ask for a release, release, reject, hold."""

from odoo import models
from odoo.exceptions import AccessError, UserError

from ..decision import HOLD, Decision, Reason
from .credit_message import status_title
from .engine import check_texts


class SaleOrder(models.Model):
    _inherit = "sale.order"

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
        """Every hold of this order so far."""
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

    # ------------------------------------------------------------------ what the caller is told

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
