"""What a person decides on a hold: released, rejected, asked for again; and how a hold ends."""

from datetime import timedelta
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..decision import release_ceiling
from .engine import check_amounts, check_texts, engine
from .sale_order_facts import units


class CreditHold(models.Model):
    _inherit = "credit.hold"

    @api.model
    def _check_decider(self):
        """:raise AccessError: unless the user is a credit controller or manager"""
        if not self.env.user.has_group("credit_hold.group_credit_controller"):
            raise AccessError(
                self.env._("To decide on held orders, be a credit controller or credit manager; ask one for a release.")
            )

    def _check_decision(self, text):
        self.ensure_one()
        self._check_decider()
        self.check_access("read")
        check_texts(self.env, {"reason": text}, {"reason": self.env._("the reason")})
        if self.order_id.sudo().user_id == self.env.user:  # sudo: whose order it is
            raise UserError(
                self.env._("To decide on order %s, ask a colleague: it is your own order.", self.order_id.sudo().name)
            )
        if self.order_id.sudo().state == "cancel":  # sudo: the same
            raise UserError(
                self.env._(
                    "To decide on order %s, set it to quotation first: it is cancelled.", self.order_id.sudo().name
                )
            )

    def _release(self, reason, ceiling=None, valid_until=None):
        self._check_decision(reason)
        check_amounts(self.env, {"ceiling": ceiling}, {"ceiling": self.env._("the ceiling")})
        order = self.order_id.sudo()  # sudo: a credit controller releases orders without the right to edit them
        policy = self.account_id.sudo().effective_policy_id  # sudo: the policy binds all
        highest, until = release_terms(order, policy, float(ceiling or 0), self._as_day(valid_until))
        self._check_terms(order, highest, until)
        with engine():
            self.sudo().write(  # sudo: only a decision writes holds
                {
                    "state": "released",
                    "release_reason": reason,
                    "release_ceiling": highest,
                    "release_until": until,
                    "partner_id": order._credit_payer().id,
                    "currency_id": order.currency_id.id,
                    "term_days": order._credit_term_days(),
                    **self._decided_vals(),
                }
            )
        order._credit_set_status("released")
        self._tell(
            order, self.env._("Released by %(user)s. Reason: %(reason)s", user=self.env.user.name, reason=reason)
        )

    def _as_day(self, value):
        try:
            return fields.Date.to_date(value) if value else None
        except (TypeError, ValueError):
            raise UserError(
                self.env._("To release the order, give its last day as YYYY-MM-DD. «%s» is not one.", str(value)[:20])
            ) from None

    def _check_terms(self, order, ceiling, until):
        user = self.env.user
        if order.currency_id.compare_amounts(ceiling, order.amount_total) < 0:
            raise UserError(
                self.env._(
                    "To release order %s, give a ceiling that is not below its value, or reduce the order first.",
                    order.name,
                )
            )
        if until and until < fields.Date.today():
            raise UserError(self.env._("To release order %s, let the release end today or later.", order.name))
        manager = user.has_group("credit_hold.group_credit_manager")
        value = ceiling / (order.currency_rate or 1.0)
        if (user.credit_release_maximum or not manager) and value > user.credit_release_maximum:
            raise UserError(
                self.env._(
                    "To release order %(order)s up to %(value)s, ask a credit manager: your own maximum is %(maximum)s.",
                    order=order.name,
                    value=f"{value:,.2f}",
                    maximum=f"{user.credit_release_maximum:,.2f}",
                )
            )

    def _stop_reason(self):
        """What a person gave as the reason why the order is stopped."""
        return (self.release_reason if self.state == "rejected" else self.manual_reason) or ""

    def _reject(self, reason):
        self._check_decision(reason)
        order = self.order_id.sudo()  # sudo: a credit controller rejects orders without the right to edit them
        if order.state == "sale":
            raise UserError(self.env._("To reject order %s, cancel it: it is confirmed already.", order.name))
        with engine():
            self.sudo().write({"state": "rejected", "release_reason": reason, **self._decided_vals()})  # sudo: as above
        order._credit_set_status("rejected")
        self._tell(
            order, self.env._("Rejected by %(user)s. Reason: %(reason)s", user=self.env.user.name, reason=reason)
        )

    def _decided_vals(self):
        return {"decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}

    def _request(self, note):
        """The salesperson asks; a rejected order goes back to the list."""
        check_texts(self.env, {"note": note}, {"note": self.env._("the request")})
        hold, order = self.sudo(), self.order_id.sudo()  # sudo: whoever may edit the order may ask
        with engine():
            hold.write(
                {
                    "state": "held",
                    "requested_by_id": self.env.uid,
                    "requested_on": fields.Datetime.now(),
                    "request_note": note,
                }
            )
        order._credit_set_status(hold.status or "hold")
        notice = self.env._(
            "%(user)s asks for a release of order %(order)s. %(note)s",
            user=self.env.user.name,
            order=order.name,
            note=note or "",
        )
        managers = hold._managers()
        hold._post(notice, managers)
        if not hold.activity_ids:
            hold._schedule(managers, notice)
        order._message_log(body=notice)

    def _close(self):
        """Nobody has to decide on these any more: the order is cancelled, or a hold by hand takes their place."""
        waiting = self.filtered(lambda hold: hold.state == "held" and not hold.manual)
        with engine():
            waiting.write({"state": "lapsed", "decided_on": fields.Datetime.now()})
        waiting.activity_ids.unlink()

    def _lapse(self):
        """What the hold waited for has come."""
        for hold in self:
            with engine():
                hold.write({"state": "lapsed", "decided_on": fields.Datetime.now()})
            hold._tell(hold.order_id, hold.env._("The credit hold is over: the order can be confirmed."))

    def _tell(self, order, text):
        """The salesperson is told on the order, and the managers' to-do is done."""
        hold = self.sudo()  # sudo: the message is the system's
        order.message_post(body=text, partner_ids=order.user_id.partner_id.ids, subtype_xmlid="mail.mt_note")
        hold.activity_ids.unlink()
        hold._message_log(body=text)


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
