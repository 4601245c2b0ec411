"""One customer's credit in one legal entity: its settings, and the figures of the last look."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .engine import engine_runs


class CreditAccount(models.Model):
    _name = "credit.account"
    _description = "Credit Account"
    _inherit = ["mail.thread", "mail.activity.mixin", "credit.protected"]
    _order = "partner_id, id"
    _rec_names_search = ["partner_id.complete_name", "partner_id.ref", "partner_id.email", "partner_id.phone"]

    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        "res.company", "Legal Entity", required=True, index=True, default=lambda self: self.env.company.root_id
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_ref = fields.Char(related="partner_id.ref", string="Billing Code")
    user_id = fields.Many2one(related="partner_id.user_id", store=True, index=True, string="Salesperson")
    active = fields.Boolean(related="partner_id.active", store=True)
    group_id = fields.Many2one(
        "credit.group",
        "Shared Limit",
        tracking=True,
        ondelete="set null",
        index="btree_not_null",
        domain="[('company_id', '=', company_id)]",
    )
    policy_id = fields.Many2one(
        "credit.policy",
        "Policy",
        tracking=True,
        ondelete="restrict",
        domain="[('company_id', 'in', [False, company_id])]",
        index="btree_not_null",
    )
    effective_policy_id = fields.Many2one("credit.policy", "Policy in Force", compute="_compute_effective_policy_id")

    # -- the limit
    limit_mode = fields.Selection(
        [("default", "The company's default"), ("own", "Own limit"), ("unlimited", "No limit")],
        "Limit",
        required=True,
        default="default",
        tracking=True,
    )
    credit_limit = fields.Monetary(
        "Own Limit", currency_field="credit_limit_currency_id", tracking=True, help="0 is a limit of zero."
    )
    limit_currency_id = fields.Many2one(
        "res.currency", "Limit Currency", tracking=True, help="Empty: the company's currency."
    )
    credit_limit_currency_id = fields.Many2one("res.currency", compute="_compute_credit_limit_currency_id")
    limit_rate_type = fields.Selection(
        [("today", "Today's rate"), ("month", "Rate of the first of the month"), ("fixed", "Agreed rate")],
        "Rate of the Limit",
        required=True,
        default="today",
        tracking=True,
    )
    limit_fixed_rate = fields.Float(
        "Agreed Rate", digits=0, tracking=True, help="Company currency for one unit of the limit's currency."
    )
    temporary_limit = fields.Monetary(
        currency_field="credit_limit_currency_id", tracking=True, help="Replaces the limit while it is in force."
    )
    temporary_from = fields.Date("Temporary from", tracking=True)
    temporary_until = fields.Date("Temporary until", tracking=True)
    temporary_reason = fields.Char("Reason of the Temporary Limit", tracking=True)
    insured_amount = fields.Monetary("Insured or Guaranteed", tracking=True, help="Raises the limit by this much.")
    insured_until = fields.Date(tracking=True)
    insured_reference = fields.Char("Insurer or Guarantee", tracking=True)

    # -- flags
    grace_days = fields.Integer(tracking=True, help="0: the policy's.")
    check_disabled = fields.Boolean("No Credit Check", tracking=True)
    hold = fields.Boolean("On Hold", tracking=True)
    hold_reason = fields.Char(tracking=True)
    prepay_required = fields.Boolean("Prepayment Required", tracking=True)
    prepay_percent = fields.Float("Prepayment (%)", tracking=True, help="0: the policy's.")
    caution = fields.Boolean(readonly=True, tracking=True, help="The last check found a reason to look twice.")
    note = fields.Text("Alert Note", help="Shown to whoever works on this customer's credit.")

    # -- how a change is made
    change_reason = fields.Char("Reason of This Change", store=False, help="Kept beside the change in the history.")
    version = fields.Integer(default=0, readonly=True, copy=False)
    seen_version = fields.Integer(store=False)

    # -- the guard: a check writes it before it reads, so that two checks of one customer take turns
    touched = fields.Integer(default=0, readonly=True, copy=False)

    # -- figures of the last look, in the company's currency
    open_items = fields.Monetary("Open Invoices", readonly=True, prefetch="figures")
    unapplied = fields.Monetary("Unapplied Credits", readonly=True, prefetch="figures")
    uncleared = fields.Monetary("Uncleared Receipts", readonly=True, prefetch="figures")
    reserved = fields.Monetary("Reserved to Quotations", readonly=True, prefetch="figures")
    draft_invoices = fields.Monetary(readonly=True, prefetch="figures")
    open_orders = fields.Monetary(readonly=True, prefetch="figures")
    later_orders = fields.Monetary("Orders beyond the Horizon", readonly=True, prefetch="figures")
    documents = fields.Integer("Open Documents", readonly=True, prefetch="figures")
    exposure = fields.Monetary(readonly=True, prefetch="figures")
    overdue = fields.Monetary("Past Due", readonly=True, prefetch="figures")
    overdue_late = fields.Monetary("Past Due beyond Grace", readonly=True, prefetch="figures")
    oldest_due_date = fields.Date(readonly=True, prefetch="figures")
    days_overdue = fields.Integer("Days Past Due", compute="_compute_days_overdue")
    has_limit = fields.Boolean(readonly=True, prefetch="figures")
    effective_limit = fields.Monetary("Limit in Force", readonly=True, prefetch="figures")
    headroom = fields.Monetary("Left", readonly=True, prefetch="figures")
    usage = fields.Float("Used (%)", readonly=True, prefetch="figures", aggregator=None)
    valid_until = fields.Date("Figures Hold until", readonly=True, prefetch="figures")
    refreshed_on = fields.Datetime("Figures of", readonly=True, prefetch="figures")
    hold_ids = fields.One2many("credit.hold", "account_id", "Holds")
    held_count = fields.Integer("Held Orders", compute="_compute_held_count")

    _pair = models.UniqueIndex(
        "(partner_id, company_id)", "This customer already has a credit account in this legal entity."
    )
    _by_exposure = models.Index("(exposure DESC, id)")
    _by_valid_until = models.Index("(valid_until) WHERE valid_until IS NOT NULL")
    _amounts = models.Constraint(
        "CHECK (credit_limit >= 0 AND temporary_limit >= 0 AND insured_amount >= 0 AND limit_fixed_rate >= 0)",
        "To set a limit, give an amount that is not negative.",
    )
    _days = models.Constraint(
        "CHECK (grace_days BETWEEN 0 AND 36500 AND prepay_percent BETWEEN 0 AND 100)",
        "To save the credit account, give grace days from 0 to 36,500 and a prepayment from 0 to 100 %.",
    )

    # ------------------------------------------------------------------ computed

    @api.depends("partner_id", "company_id")
    def _compute_display_name(self):
        for account in self:
            account.display_name = account.partner_id.display_name or ""

    @api.depends("limit_currency_id", "company_id")
    def _compute_credit_limit_currency_id(self):
        for account in self:
            account.credit_limit_currency_id = account.limit_currency_id or account.company_id.currency_id

    @api.depends("policy_id", "company_id.credit_policy_id")
    def _compute_effective_policy_id(self):
        for account in self:
            account.effective_policy_id = account.policy_id or account.company_id.credit_policy_id

    @api.depends("oldest_due_date")
    def _compute_days_overdue(self):
        today = fields.Date.today()
        for account in self:
            account.days_overdue = (today - account.oldest_due_date).days if account.oldest_due_date else 0

    def _compute_held_count(self):
        counts = dict(
            self.env["credit.hold"]._read_group(
                [("account_id", "in", self.ids), ("state", "=", "held")], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.held_count = counts.get(account, 0)

    @api.onchange(
        "credit_limit", "limit_mode", "hold", "prepay_required", "temporary_limit", "insured_amount", "check_disabled"
    )
    def _onchange_settings(self):
        self.seen_version = self.version

    @api.onchange("credit_limit")
    def _onchange_credit_limit(self):
        if self.credit_limit and self.limit_mode != "own":
            self.limit_mode = "own"

    # ------------------------------------------------------------------ rules

    @api.constrains("partner_id", "company_id")
    def _check_entity(self):
        for account in self:
            if account.partner_id != account.partner_id.commercial_partner_id or account.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "To open a credit account for %(customer)s, choose the company that owns the debts (%(owner)s) and"
                        " the legal entity itself, not one of its branches.",
                        customer=account.partner_id.display_name,
                        owner=account.partner_id.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("group_id", "company_id", "policy_id")
    def _check_one_company(self):
        for account in self:
            others = account.group_id.company_id | account.policy_id.company_id
            if others - account.company_id:
                raise ValidationError(
                    self.env._(
                        "To save the credit account of %(customer)s, choose a shared limit and a policy of %(company)s.",
                        customer=account.partner_id.display_name,
                        company=account.company_id.display_name,
                    )
                )

    @api.constrains("temporary_limit", "temporary_from", "temporary_until", "temporary_reason")
    def _check_temporary(self):
        for account in self.filtered("temporary_from"):
            if not account.temporary_reason or (
                account.temporary_until and account.temporary_until < account.temporary_from
            ):
                raise ValidationError(
                    self.env._(
                        "To give %(customer)s a temporary limit, say why, and let it end after it begins.",
                        customer=account.partner_id.display_name,
                    )
                )

    @api.constrains("limit_currency_id", "limit_rate_type", "limit_fixed_rate")
    def _check_limit_rate(self):
        for account in self.filtered(
            lambda one: one.limit_currency_id and one.limit_currency_id != one.company_id.currency_id
        ):
            fixed = account.limit_rate_type == "fixed"
            if (fixed and not account.limit_fixed_rate) or (not fixed and not account.limit_currency_id.rate_ids):
                raise ValidationError(
                    self.env._(
                        "To keep the limit of %(customer)s in %(currency)s, give an agreed rate or enter a rate of that currency first.",
                        customer=account.partner_id.display_name,
                        currency=account.limit_currency_id.name,
                    )
                )

    @api.model
    def _credit_protected_fields(self):
        figures = {name for name, field in self._fields.items() if field.prefetch == "figures"}
        return figures | {"caution", "version", "touched"}

    @api.ondelete(at_uninstall=False)
    def _keep_history(self):
        if engine_runs():
            return
        raise UserError(
            self.env._("To stop using a credit account, archive the customer: its history of holds and limits is kept.")
        )
