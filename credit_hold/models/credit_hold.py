"""One stop of one order: why, with which figures, who decided, and how it ended."""

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import AccessError

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
