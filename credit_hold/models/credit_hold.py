"""One stop of one order: why, with which figures, who decided, and how it ended."""

import logging

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .engine import check_amounts, check_texts, engine

_logger = logging.getLogger(__name__)
# Read by salespeople only where the company lets them see figures.
FIGURES = {"message", "remedy", "snapshot", "exposure", "effective_limit", "overdue"}
FIGURE_READERS = "account.group_account_invoice,account.group_account_readonly,credit_hold.group_credit_viewer"


class CreditHold(models.Model):
    _name = "credit.hold"
    _description = "Credit Hold"
    _inherit = ["mail.thread", "mail.activity.mixin", "credit.protected"]
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one("sale.order", "Order", required=True, readonly=True, ondelete="cascade", index=True)
    account_id = fields.Many2one("credit.account", "Credit Account", readonly=True, ondelete="set null", index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", "Legal Entity", required=True, readonly=True, index=True)
    user_id = fields.Many2one(related="order_id.user_id", string="Salesperson", store=True)
    order_state = fields.Selection(related="order_id.state", string="Order State")
    state = fields.Selection(
        [("held", "Held"), ("released", "Released"), ("rejected", "Rejected"), ("lapsed", "Ended by Itself")],
        default="held",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    status = fields.Selection([("hold", "Hold"), ("prepay", "Prepayment")], "Kind", readonly=True)
    reason_codes = fields.Char("Reasons (codes)", readonly=True)
    message = fields.Text("Why", readonly=True)
    brief = fields.Text("Why, without Figures", readonly=True)
    remedy = fields.Text("What Would Free It", readonly=True)
    snapshot = fields.Json("Figures", readonly=True)
    manual = fields.Boolean("By Hand", readonly=True)
    manual_reason = fields.Char(readonly=True)

    currency_id = fields.Many2one("res.currency", "Order Currency", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    order_amount = fields.Monetary("Order Value", readonly=True)
    term_days = fields.Integer("Days of Credit", readonly=True)
    exposure = fields.Monetary(currency_field="company_currency_id", readonly=True)
    effective_limit = fields.Monetary("Limit", currency_field="company_currency_id", readonly=True)
    overdue = fields.Monetary("Past Due", currency_field="company_currency_id", readonly=True)
    age_days = fields.Integer("Age (days)", compute="_compute_age_days")

    requested_by_id = fields.Many2one("res.users", "Release Requested by", readonly=True)
    requested_on = fields.Datetime(readonly=True)
    request_note = fields.Text("Request", readonly=True)
    release_reason = fields.Text("Reason of the Decision", readonly=True)
    release_ceiling = fields.Monetary("Released up to", readonly=True)
    release_until = fields.Date("Released until", readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)

    _held_idx = models.Index("(partner_id) WHERE state = 'held'")

    @api.model
    def _credit_protected_fields(self):
        return {name for name, field in self._fields.items() if field.store and field._module == "credit_hold"}

    @api.model
    def _has_field_access(self, field, operation):
        return (field.name not in FIGURES or self._figures_are_shown()) and super()._has_field_access(field, operation)

    @api.model
    def _figures_are_shown(self):
        """Credit and accounting see figures; the others where every company at hand lets them."""
        companies = self.env.companies.root_id.sudo()  # sudo: a setting
        return self.env.su or self.env.user.has_groups(FIGURE_READERS) or all(companies.mapped("credit_show_figures"))

    @api.depends("create_date", "decided_on")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for hold in self:
            hold.age_days = ((hold.decided_on or now) - (hold.create_date or now)).days

    def _compute_display_name(self):
        for hold in self:
            hold.display_name = hold.order_id.sudo().name  # sudo: the number of the order is on the hold

    @api.ondelete(at_uninstall=False)
    def _keep_history(self):
        raise AccessError(self.env._("To keep the history of credit decisions whole, holds are not deleted."))

    # ------------------------------------------------------------------ made by the check

    @api.model
    def _prepare_vals(self, order, case, decision):
        words = order._credit_wording(case)
        figures = case.figures
        return {
            "order_id": order.id,
            "account_id": figures.get("account_id"),
            "partner_id": case.ask.payer_id,
            "company_id": order.company_id.root_id.id,
            "status": "prepay" if decision.outcome == "prepay" else "hold",
            "reason_codes": ",".join(reason.code for reason in decision.reasons),
            "message": " ".join(words.reason(reason) for reason in decision.reasons),
            "brief": " ".join(dict.fromkeys(words.brief(reason) for reason in decision.reasons)),
            "remedy": "; ".join(words.remedy(remedy) for remedy in decision.remedies),
            "snapshot": self._prepare_snapshot(case, decision),
            "currency_id": order.currency_id.id,
            "order_amount": order.amount_total,
            "term_days": case.ask.term_days,
            "exposure": figures.get("exposure") or 0.0,
            "effective_limit": figures.get("effective_limit") or 0.0,
            "overdue": figures.get("overdue") or 0.0,
        }

    @api.model
    def _prepare_snapshot(self, case, decision):
        """The figures the decision stood on, so that it can be proved again later."""
        names = (
            "open_items",
            "unapplied",
            "uncleared",
            "reserved",
            "draft_invoices",
            "open_orders",
            "later_orders",
            "exposure",
        )
        amounts = {name: float(case.figures.get(name) or 0) for name in (*names, "overdue", "overdue_late", "headroom")}
        limit = case.figures.get("effective_limit")
        return {
            **amounts,
            "limit": float(limit) if limit is not None else None,
            "order": case.ask.amount * case.rounding,
            "prepay_asked": case.standing.prepay_asked if case.standing.prepay_required else 0,
            "reasons": [{"code": reason.code, **dict(reason.figures)} for reason in decision.reasons],
            "on": fields.Datetime.to_string(fields.Datetime.now()),
        }

    def _update_vals(self, vals):
        """The hold shows the figures of the last look; who made it, and whether by hand, stays."""
        if self.manual:
            vals = {
                name: value
                for name, value in vals.items()
                if name not in ("reason_codes", "message", "brief", "remedy", "status")
            }
        changed = {name: value for name, value in vals.items() if name != "snapshot" and self._differs(name, value)}
        if changed:
            self.write({**changed, "snapshot": vals["snapshot"]})

    def _differs(self, name, value):
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)

    def _announce(self, case, decision):
        """Tell the credit manager and leave a note with the order, once per hold."""
        for hold in self:
            order = hold.order_id
            notice = order._credit_wording(case).manager_notice(decision, hold.company_id.credit_show_figures)
            managers = hold._managers()
            hold._post(notice, managers)
            hold._schedule(managers, notice)
            order._message_log(body=notice)

    def _managers(self):
        """The company's credit manager; if there is none, every credit manager who may see the company (S2.31)."""
        named = self.company_id.sudo().credit_manager_id  # sudo: who decides is no secret
        if named:
            return named
        group = self.env.ref("credit_hold.group_credit_manager")
        users = group.sudo().all_user_ids.filtered(
            lambda user: user.active and not user.share
        )  # sudo: to find whom to tell
        return users.filtered(
            lambda user: self.company_id in user.company_ids.root_id and user != self.env.ref("base.user_root")
        )

    def _post(self, body, users):
        self.message_post(body=body, partner_ids=users.partner_id.ids, subtype_xmlid="mail.mt_note")

    def _schedule(self, users, note):
        for user in users:
            self.activity_schedule("credit_hold.activity_decide", note=escape(note), user_id=user.id)

    # ------------------------------------------------------------------ decided by a person

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
        from .sale_order_check import release_terms

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

    def _message_for(self, user):
        """Why and what to do, with figures for those who may see them."""
        self.ensure_one()
        full = user.has_group("credit_hold.group_credit_viewer") or self.company_id.credit_show_figures
        words = [self.message if full else self.brief]
        if self.state == "rejected":
            words.append(
                self.env._("Rejected by %(user)s: %(reason)s", user=self.decided_by_id.name, reason=self.release_reason)
            )
        elif self.remedy:
            words.append(
                self.env._(
                    "What would free it: %s.",
                    self.remedy if full else self.env._("ask the credit manager for a release"),
                )
            )
        return " ".join(words)

    # ------------------------------------------------------------------ examined again

    @api.model
    def _examine_customers(self, customers, orders=None):
        """Something changed for these customers: look at their held orders, and at prepayments that may have gone."""
        if not customers:
            return
        owned = Domain("partner_id", "in", customers.ids)
        bought = Domain("order_id.partner_id.commercial_partner_id", "in", customers.ids)
        held = self.search(Domain("state", "=", "held") & (owned | bought))
        mates = (
            self.env["credit.account"]
            .search([("partner_id", "in", customers.ids), ("group_id", "!=", False)])
            .group_id.account_ids
        )
        if mates:
            held |= self.search([("state", "=", "held"), ("partner_id", "in", mates.partner_id.ids)])
        self._examine(held)
        orders = orders or self.env["sale.order"]
        (orders - held.order_id).filtered(lambda order: order.state in ("draft", "sent"))._credit_recheck()
        self._examine_prepaid(customers, orders)

    @api.model
    def _get_orders_to_examine(self):
        """:return: every held order and every quotation whose release has ended"""
        ended = [
            ("state", "=", "released"),
            ("release_until", "<", fields.Date.today()),
            ("order_id.credit_status", "=", "released"),
            ("order_id.state", "in", ("draft", "sent")),
        ]
        return self.search(Domain("state", "=", "held") | Domain(ended)).order_id

    @api.model
    def _examine_alone(self, order):
        """One that fails stops no other."""
        try:
            with self.env.cr.savepoint():
                self._examine_orders(order.exists())
        except UserError as error:
            _logger.warning("Credit of order %s could not be examined: %s", order.name, error)

    @api.model
    def _examine(self, holds):
        """Held quotations whose reasons ended become free; holds set by hand stay."""
        self._examine_orders(holds.filtered(lambda hold: not hold.manual).order_id)

    @api.model
    def _examine_orders(self, orders):
        orders.filtered(lambda order: order.state in ("draft", "sent"))._credit_recheck()
        orders.filtered(lambda order: order.state == "sale")._credit_examine_confirmed()

    @api.model
    def _examine_prepaid(self, customers, orders):
        domain = [("state", "=", "sale"), ("credit_prepay_asked", ">", 0), ("invoice_status", "!=", "invoiced")]
        passed = self.env["sale.order"].search(
            [*domain, ("partner_invoice_id.commercial_partner_id", "in", customers.ids)]
        )
        (
            passed | orders.filtered(lambda order: order.state == "sale" and order.credit_prepay_asked)
        )._credit_examine_confirmed()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _credit_examine_confirmed(self):
        """A confirmed order that lives on a prepayment is stopped again when the money is gone, and freed when it is
        back or no longer asked."""
        for order in self:
            gone = order._credit_prepayment_gone()
            waiting = order._credit_last_hold().filtered(lambda hold: hold.state == "held" and not hold.manual)
            if waiting and not gone:
                order._credit_set_status("clear")
                waiting._lapse()
            elif gone and not waiting:
                case = order._credit_cases()[order]
                decision = case.decide()
                if not decision.passes:
                    order._credit_stop(case, decision)

    def _credit_prepayment_gone(self):
        """Whether less has come than the order passed with, while a prepayment is still asked and nothing but down
        payments is invoiced."""
        figures = self._credit_figures_of_payer()
        if not self.credit_prepay_asked or not figures or not figures["prepay_required"]:
            return False
        come = sum(self._credit_prepaid().get(self.id, (0, 0, 0)))
        goods = self.order_line.filtered(lambda line: not line.is_downpayment)
        invoiced = goods.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        return self.currency_id.compare_amounts(come, self.credit_prepay_asked) < 0 and not invoiced
