"""What was agreed with a customer: prices, discounts, taxes, terms and method of payment, for a while."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ... import agreements


class CreditAgreement(models.Model):
    _name = "credit.agreement"
    _description = "Customer Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _rec_names_search = ["number", "name", "partner_id"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index="trigram")
    name = fields.Char("Title", required=True, tracking=True, help="What people call it, e.g. Yearly prices 2026.")
    company_id = fields.Many2one(
        "res.company",
        "Legal Entity",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        help="The company that made the agreement. It counts in its branches too.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The agreement counts for all contacts and addresses of this customer.",
    )
    date_start = fields.Date("From", required=True, tracking=True, default=fields.Date.context_today)
    date_end = fields.Date("To", tracking=True, help="The last day on which it counts. Empty: until cancelled.")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("expired", "Expired"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        index=True,
    )
    line_ids = fields.One2many("credit.agreement.line", "agreement_id", "Agreed Prices and Discounts", copy=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        tracking=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Prices are agreed in this currency, and the customer's quotations are made in it.",
    )
    discount = fields.Float(
        "Extra Discount (%)",
        digits="Discount",
        tracking=True,
        help="Off the customer's ordinary prices, on everything that no line below names. It is not added to a line.",
    )
    base_pricelist_id = fields.Many2one(
        "product.pricelist",
        "Based on Price List",
        tracking=True,
        check_company=True,
        domain="[('credit_agreement_id', '=', False), ('company_id', 'in', (False, company_id))]",
        help="The ordinary prices from which discounts are taken and which count for all else. "
        "Empty: the customer's own price list.",
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        "Tax Treatment",
        tracking=True,
        check_company=True,
        help="Fiscal position of quotations and invoices while the agreement is in force. Empty: the customer's own.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        "Payment Terms",
        tracking=True,
        check_company=True,
        help="Terms of quotations and invoices while the agreement is in force. Empty: the customer's own.",
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        "Payment Method",
        tracking=True,
        check_company=True,
        domain="[('payment_type', '=', 'inbound'), ('company_id', '=', company_id)]",
        help="How the customer pays while the agreement is in force. Empty: the customer's own.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Is reminded of the renewal.",
    )
    reminder_days = fields.Integer(
        "Remind before the End (Days)", default=30, help="So many days before the last one. 0: on the last day."
    )
    reminded_on = fields.Date(readonly=True, copy=False)
    note = fields.Html("Notes", help="Anything else that was agreed. Attach the signed document in the messages.")
    cancel_reason = fields.Char("Reason for Cancelling", readonly=True, copy=False, tracking=True)
    pricelist_id = fields.Many2one(
        "product.pricelist",
        "Price List of the Agreement",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Made and kept by the agreement itself.",
    )
    ordinary_pricelist_id = fields.Many2one("product.pricelist", "Ordinary Price List", readonly=True, copy=False)
    revision = fields.Integer(readonly=True, copy=False, help="Goes up with each change of what was agreed.")
    renewed_from_id = fields.Many2one(
        "credit.agreement", "Renewal of", readonly=True, copy=False, index="btree_not_null"
    )
    renewal_ids = fields.One2many("credit.agreement", "renewed_from_id", "Renewals")
    order_ids = fields.One2many("sale.order", "credit_agreement_id", "Orders")
    order_count = fields.Integer("Number of Orders", compute="_compute_counts")
    invoice_count = fields.Integer("Number of Invoices", compute="_compute_counts")
    days_left = fields.Integer(compute="_compute_standing", help="Days until the last one, for one with an end.")
    standing = fields.Selection(
        [
            ("draft", "Draft"),
            ("upcoming", "Starts later"),
            ("running", "In force"),
            ("over", "Over"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_standing",
    )
    period_text = fields.Char("Time Left", compute="_compute_standing")

    _discount = models.Constraint(
        "CHECK (discount >= 0 AND discount <= 100)",
        "To agree on an extra discount, give a percentage from 0 to 100.",
    )
    _dates = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "To save the agreement, let it end on its first day or later.",
    )
    # Two people who activate at once: the database keeps one. Ranges of one number stand for "the same".
    _one_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(partner_id, partner_id, '[]') WITH &&, "
        "int4range(company_id, company_id, '[]') WITH &&, daterange(date_start, date_end, '[]') WITH &&) "
        "WHERE (state IN ('active', 'expired'))",
        "To activate the agreement, first end or cancel the other one of these days: a customer has one at a time.",
    )
    _binding_idx = models.Index("(partner_id, company_id, date_start) WHERE state IN ('active', 'expired')")

    # ------------------------------------------------------------------ values

    @api.depends("number", "name")
    def _compute_display_name(self):
        for agreement in self:
            parts = [agreement.number, agreement.name or self.env._("New agreement")]
            agreement.display_name = " ".join(part for part in parts if part)

    @api.depends("partner_id", "company_id", "base_pricelist_id")
    def _compute_currency_id(self):
        for agreement in self.filtered(lambda agreement: agreement.state == "draft"):
            company = agreement.company_id or self.env.company
            agreement.currency_id = agreement._get_ordinary_pricelist().currency_id or company.currency_id

    @api.depends("state", "date_start", "date_end", "company_id")
    def _compute_standing(self):
        for agreement in self:
            today = self._get_day(agreement.company_id)
            period = agreement._as_period()
            agreement.standing = agreements.standing(period, today) if period else agreement.state
            left = agreements.days_left(period, today) if period else None
            agreement.days_left = left or 0
            agreement.period_text = agreement._get_period_text(today, left)

    def _get_period_text(self, today, left):
        """The time to the start or the end, in words."""
        if self.standing == "upcoming":
            days = (self.date_start - today).days
            return self.env._("Starts tomorrow") if days == 1 else self.env._("Starts in %(days)s days", days=days)
        if self.standing == "over":
            return self.env._("Ended yesterday") if left == -1 else self.env._("Ended %(days)s days ago", days=-left)
        if self.standing != "running":
            return False
        if left is None:
            return self.env._("Until cancelled")
        if left <= 1:
            return self.env._("1 day left") if left else self.env._("Last day")
        return self.env._("%(days)s days left", days=left)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        for name, model in (("order_count", "sale.order"), ("invoice_count", "account.move")):
            counts = {}
            if self.env[model].has_access("read"):
                domain = [("credit_agreement_id", "in", self.ids)]
                counts = dict(self.env[model]._read_group(domain, ["credit_agreement_id"], ["__count"]))
            for agreement in self:
                agreement[name] = counts.get(agreement._origin, 0)

    def _as_period(self, vals=None):
        """:param vals: values that are about to be written"""
        self.ensure_one()
        value = {name: (vals or {}).get(name, self[name]) for name in ("state", "date_start", "date_end")}
        start, end = (fields.Date.to_date(value[name]) or None for name in ("date_start", "date_end"))
        return agreements.Period(self._origin.id or 0, value["state"], start, end) if start else None

    # ------------------------------------------------------------------ checks

    @api.constrains("partner_id", "company_id", "base_pricelist_id")
    def _check_parties(self):
        for agreement in self:
            if agreement.partner_id.commercial_partner_id != agreement.partner_id:
                raise ValidationError(
                    self.env._(
                        "To agree with %(contact)s, choose its company %(customer)s: an agreement counts for all its contacts.",
                        contact=agreement.partner_id.display_name,
                        customer=agreement.partner_id.commercial_partner_id.display_name,
                    )
                )
            if agreement.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "To agree for %(branch)s, choose %(company)s: an agreement counts in all its branches.",
                        branch=agreement.company_id.name,
                        company=agreement.company_id.root_id.name,
                    )
                )
            if agreement.base_pricelist_id.credit_agreement_id:
                raise ValidationError(
                    self.env._(
                        "To base %(name)s on a price list, choose an ordinary one: %(list)s belongs to an agreement.",
                        name=agreement.display_name,
                        list=agreement.base_pricelist_id.name,
                    )
                )
