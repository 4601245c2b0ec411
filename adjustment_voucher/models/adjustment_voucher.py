from datetime import date as Date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

APPROVER = "adjustment_voucher.group_adjustment_approver"
BILLING = "account.group_account_invoice"
OPEN_STATES = ("draft", "returned")


def lines_depends(*names):
    """These fields of the lines as dependencies, by way of each list: while a form is edited, only the two sides hold
    what the user sees."""
    return [f"{lines}.{name}" for lines in ("line_ids", "credit_line_ids", "debit_line_ids") for name in names]


class AdjustmentVoucher(models.Model):
    """One application of credits to debits, that can be checked, authorized, traced and taken back."""

    _name = "adjustment.voucher"
    _inherit = ["adjustment.protected", "mail.thread", "mail.activity.mixin", "analytic.mixin"]
    _description = "Adjustment Voucher"
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id", "memo"]

    name = fields.Char("Number", copy=False, index="trigram", tracking=True, help="Empty: given when authorized.")
    state = fields.Selection(
        [("draft", "Draft"), ("returned", "Returned"), ("authorized", "Authorized"), ("reversed", "Reversed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    kind = fields.Selection(
        [("single", "Single currency"), ("multi", "Multi currency")], required=True, default="single", tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, tracking=True
    )
    root_company_id = fields.Many2one(related="company_id.root_id", string="Legal Entity")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('type', '=', 'general')]",
        ondelete="restrict",
        tracking=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, copy=False, tracking=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, tracking=True)
    transfer_partner_id = fields.Many2one(
        "res.partner",
        "Transfer to",
        tracking=True,
        help="The open items are moved to this customer of the same group, without settling anything.",
    )
    hierarchy = fields.Selection(
        [("local", "This customer"), ("child", "With its child companies"), ("group", "The whole group")],
        compute="_compute_defaults",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    include_payables = fields.Boolean("Net Payables", help="Also load what we owe this partner as a supplier.")
    method = fields.Selection(
        [("exact", "Exact match"), ("fifo", "Oldest first"), ("lifo", "Newest first"), ("named", "Named documents")],
        compute="_compute_defaults",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="The currency in which both sides are made equal.",
    )
    source_journal_ids = fields.Many2many("account.journal", string="Journals", help="Load items of these only.")
    date_from = fields.Date("Items from", copy=False)
    date_to = fields.Date("Items until", copy=False)
    value_date = fields.Date(
        compute="_compute_value_date",
        store=True,
        readonly=False,
        copy=False,
        help="The day that counts for discounts, late charges and rates: that of the latest credit applied.",
    )
    memo = fields.Char("Reason")
    line_ids = fields.One2many("adjustment.voucher.line", "voucher_id", "Items", copy=False)
    # A domain that is a list would make Odoo forget one list of an unsaved voucher when the other is set.
    credit_line_ids = fields.One2many(
        "adjustment.voucher.line", "voucher_id", "Credits", domain=lambda self: [("side", "=", "credit")], copy=False
    )
    debit_line_ids = fields.One2many(
        "adjustment.voucher.line", "voucher_id", "Debits", domain=lambda self: [("side", "=", "debit")], copy=False
    )
    plan = fields.Json(copy=False, help="Who pays whom, as proposed: [credit item, debit item, amount in units].")
    allocation_ids = fields.One2many("adjustment.allocation", "voucher_id", "Applications", copy=False, readonly=True)
    move_id = fields.Many2one("account.move", "Entry", copy=False, readonly=True, index="btree_not_null")
    reversal_move_id = fields.Many2one("account.move", "Reversal Entry", copy=False, readonly=True)
    charge_move_ids = fields.One2many(
        "account.move", "adjustment_charge_voucher_id", "Late Charge Notes", readonly=True
    )
    origin_id = fields.Many2one("adjustment.voucher", "Made from", copy=False, readonly=True)

    authorized_by_id = fields.Many2one("res.users", copy=False, readonly=True, tracking=True)
    authorized_on = fields.Datetime(copy=False, readonly=True)
    returned_by_id = fields.Many2one("res.users", copy=False, readonly=True)
    return_reason = fields.Char(copy=False, readonly=True, tracking=True)
    reversed_by_id = fields.Many2one("res.users", copy=False, readonly=True, tracking=True)
    reversed_on = fields.Datetime(copy=False, readonly=True)
    reversal_date = fields.Date(copy=False, readonly=True)
    reversal_reason = fields.Char(copy=False, readonly=True, tracking=True)
    open_reason = fields.Text("Why not Authorized", copy=False, readonly=True)
    version = fields.Integer(copy=False, readonly=True, default=0, help="Rises with each change.")
    seen_version = fields.Integer(store=False, help="The version that a form shows while it is saved.")

    total_credit = fields.Monetary("Credits Applied", compute="_compute_totals", store=True)
    total_debit = fields.Monetary("Debits Settled", compute="_compute_totals", store=True)
    difference = fields.Monetary(compute="_compute_totals", store=True)
    discount_total = fields.Monetary("Discount", compute="_compute_totals", store=True)
    write_off_total = fields.Monetary("Write-off", compute="_compute_totals", store=True)
    exchange_amount = fields.Monetary(
        "Exchange Gain or Loss", currency_field="company_currency_id", copy=False, readonly=True
    )
    company_amount = fields.Monetary(
        "Value", currency_field="company_currency_id", copy=False, readonly=True, help="Value of the credits applied."
    )

    _number = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL AND name <> ''", "This voucher number is taken: choose another one."
    )
    _one_entry = models.UniqueIndex("(move_id) WHERE move_id IS NOT NULL", "An entry belongs to one voucher.")
    _one_reversal = models.UniqueIndex(
        "(reversal_move_id) WHERE reversal_move_id IS NOT NULL", "A reversal entry belongs to one voucher."
    )

    # ------------------------------------------------------------------ values

    def _adjustment_protected_fields(self):
        return {
            "state",
            "plan",
            "allocation_ids",
            "move_id",
            "reversal_move_id",
            "charge_move_ids",
            "origin_id",
            "authorized_by_id",
            "authorized_on",
            "returned_by_id",
            "return_reason",
            "reversed_by_id",
            "reversed_on",
            "reversal_date",
            "reversal_reason",
            "open_reason",
            "version",
            "exchange_amount",
            "company_amount",
        }

    @api.depends("company_id")
    def _compute_journal_id(self):
        for voucher in self:
            voucher.journal_id = voucher._get_default_journal()

    def _get_default_journal(self):
        """The journal of the function defaults, else the first miscellaneous one that Odoo keeps for nothing else."""
        root = self.company_id._get_adjustment_root()
        if root.adjustment_journal_id:
            return root.adjustment_journal_id
        kept = root.currency_exchange_journal_id | root.tax_cash_basis_journal_id
        journals = self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(self.company_id), ("type", "=", "general")]
        )
        return (journals - kept)[:1]

    @api.depends("company_id")
    def _compute_defaults(self):
        for voucher in self:
            root = voucher.company_id._get_adjustment_root()
            voucher.method = voucher.method or root.adjustment_method or "fifo"
            voucher.hierarchy = voucher.hierarchy or root.adjustment_hierarchy or "local"

    @api.depends("company_id")
    def _compute_currency_id(self):
        for voucher in self:
            voucher.currency_id = voucher.currency_id or voucher.company_id.currency_id

    @api.depends("date", *lines_depends("amount", "side", "date"))
    def _compute_value_date(self):
        for voucher in self:
            dates = [line.date for line in voucher._side("credit") if line.amount and line.date]
            voucher.value_date = max(dates, default=voucher.date)

    @api.depends(
        "currency_id",
        "transfer_partner_id",
        *lines_depends("voucher_amount", "amount", "discount_amount", "write_off_amount", "chargeback_amount", "side"),
    )
    def _compute_totals(self):
        for voucher in self:
            sides = {side: sum(voucher._side(side).mapped("paid_amount")) for side in ("credit", "debit")}
            voucher.total_credit, voucher.total_debit = sides["credit"], sides["debit"]
            voucher.difference = 0.0 if voucher.transfer_partner_id else sides["credit"] - sides["debit"]
            voucher.discount_total = sum(line._in_voucher_currency(line.discount_amount) for line in voucher._lines())
            voucher.write_off_total = sum(line._in_voucher_currency(line.write_off_amount) for line in voucher._lines())

    def _lines(self):
        """All lines, also while a form is edited: there the two sides hold what the user sees."""
        if not isinstance(self.id, int):
            return self.credit_line_ids | self.debit_line_ids | self.line_ids.filtered(lambda line: not line.side)
        return self.line_ids

    def _side(self, side):
        return self._lines().filtered(lambda line: line.side == side)

    @api.depends("name", "partner_id", "state")
    def _compute_display_name(self):
        for voucher in self:
            number = voucher.name or (
                self.env._("Draft voucher %s", voucher._origin.id) if voucher._origin.id else self.env._("New voucher")
            )
            voucher.display_name = number

    # ------------------------------------------------------------------ constraints

    @api.constrains("date")
    def _check_date(self):
        for voucher in self:
            if not voucher.date or not Date(1990, 1, 1) <= voucher.date <= fields.Date.context_today(voucher):
                raise ValidationError(
                    self.env._(
                        "To save the voucher, give a date up to today, %(today)s. %(date)s is not one.",
                        today=fields.Date.context_today(voucher),
                        date=voucher.date or self.env._("Nothing"),
                    )
                )

    @api.constrains("company_id", "line_ids")
    def _check_company_of_lines(self):
        for voucher in self:
            strangers = voucher.line_ids.filtered(
                lambda line, root=voucher.company_id.root_id: line.company_id.root_id != root
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "To apply %(item)s, make a voucher in %(company)s: it belongs to that company.",
                        item=strangers[0].document_name,
                        company=strangers[0].company_id.name,
                    )
                )

    @api.constrains("journal_id", "company_id")
    def _check_journal(self):
        for voucher in self.filtered("journal_id"):
            if voucher.journal_id.type != "general":
                raise ValidationError(
                    self.env._(
                        "To book the voucher, choose a miscellaneous journal: %s is not one.",
                        voucher.journal_id.display_name,
                    )
                )
