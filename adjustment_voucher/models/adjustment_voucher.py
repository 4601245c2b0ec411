from datetime import date as Date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .engine import check_dates, check_ids, check_texts, engine, work

APPROVER = "adjustment_voucher.group_adjustment_approver"
MANAGER = "adjustment_voucher.group_adjustment_manager"
BILLING = "account.group_account_invoice"
OPEN_STATES = ("draft", "returned")
# What may still change on a voucher that is authorized or reversed: conversation, nothing else.
ALWAYS_OPEN = {"message_ids", "message_follower_ids", "activity_ids", "message_main_attachment_id", "access_token"}


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

    # ------------------------------------------------------------------ create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
        vals_list = [{name: vals[name] for name in vals if name != "seen_version"} for vals in vals_list]
        vouchers = super().create(vals_list)
        for voucher, vals in zip(vouchers, vals_list, strict=True):
            voucher._follow_items(vals)
        return vouchers

    def _follow_items(self, vals):
        """Kind and currency that nobody chose are those of the items the voucher was made with."""
        currencies = self.line_ids.currency_id
        if len(currencies) == 1 and not vals.get("currency_id") and vals.get("kind") != "multi":
            self.currency_id = currencies
        elif currencies - self.currency_id and not vals.get("kind"):
            self.kind = "multi"

    def write(self, vals):
        self._check_values(vals)
        vals = dict(vals)
        seen = vals.pop("seen_version", None)
        if not work() and set(vals) - ALWAYS_OPEN:
            self._check_open(self.env._("change"))
            self._check_seen_version(seen)
            self._bump_version()
        return super().write(vals)

    def _check_values(self, vals):
        check_texts(self.env, vals, {"memo": self.env._("Reason"), "name": self.env._("Number")})
        names = ("date", "value_date", "date_from", "date_to")
        labels = {name: self._fields[name].get_description(self.env, ["string"])["string"] for name in names}
        check_dates(self.env, vals, labels, required={"date"})

    def _bump_version(self):
        """Count a change of the voucher or its lines. Nothing else of ``write`` has to run for it."""
        for voucher in self:
            models.BaseModel.write(voucher, {"version": voucher.version + 1})

    def _check_seen_version(self, seen):
        """VC08: a form that shows an older version than the one stored is refused, so that no save undoes another's."""
        if seen is None or seen is False:
            return
        for voucher in self.filtered(lambda one: one.version != seen):
            raise UserError(
                self.env._(
                    "To save %(voucher)s, reload the page and enter your changes again: %(user)s changed it on"
                    " %(when)s, while you had it open.",
                    voucher=voucher.display_name,
                    user=voucher.sudo().write_uid.name,  # the name alone, of somebody of another company perhaps
                    when=fields.Datetime.context_timestamp(voucher, voucher.write_date).strftime("%Y-%m-%d %H:%M"),
                )
            )

    def check_access(self, operation):
        """What is no record's number is refused before anything is looked up (VC17)."""
        check_ids(self)
        return super().check_access(operation)

    def _check_open(self, wish):
        closed = self.filtered(lambda voucher: voucher.state not in OPEN_STATES)
        if closed and closed[0].state == "reversed":
            raise UserError(
                self.env._(
                    "To %(wish)s %(voucher)s, make a new voucher: it was reversed, and what was decided stays as it is.",
                    wish=wish,
                    voucher=closed[0].display_name,
                )
            )
        if closed:
            raise UserError(
                self.env._(
                    "To %(wish)s %(voucher)s, reverse it and make a new voucher: it is %(state)s, and what was"
                    " authorized stays as it is.",
                    wish=wish,
                    voucher=closed[0].display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[closed[0].state].lower(),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_open(self.env._("delete"))
        mine = self.filtered(lambda voucher: voucher.create_uid == self.env.user)
        if self - mine and not self.env.su and not self.env.user.has_group(APPROVER):
            raise AccessError(
                self.env._(
                    "To delete %(voucher)s, ask %(user)s, who made it, or an approver.",
                    voucher=(self - mine)[0].display_name,
                    user=(self - mine)[0].create_uid.name,
                )
            )

    # ------------------------------------------------------------------ steps

    def action_return(self, reason=None):
        """Send a draft back to whoever made it.

        :param reason: text, required
        :raise UserError: when there is no reason or the voucher is not a draft
        """
        self._check_approver(self.env._("return"))
        check_texts(self.env, {"reason": reason}, {"reason": self.env._("Reason")})
        if not (reason or "").strip():
            raise UserError(self.env._("To return the voucher, say what is to be changed."))
        self._check_open(self.env._("return"))
        self._check_not_returned(self.env._("return"))
        with engine():
            self.write({"state": "returned", "returned_by_id": self.env.uid, "return_reason": reason.strip()})
        for voucher in self:
            voucher._notify_creator(self.env._("Returned: %s", voucher.return_reason))
        return True

    def _check_not_returned(self, wish):
        for voucher in self.filtered(lambda one: one.state == "returned"):
            raise UserError(
                self.env._(
                    "To %(wish)s %(voucher)s, take it up again as a draft first: it was returned (%(reason)s).",
                    wish=wish,
                    voucher=voucher.display_name,
                    reason=voucher.return_reason,
                )
            )

    def _notify_creator(self, text):
        self.ensure_one()
        self.message_post(body=text, partner_ids=self.create_uid.partner_id.ids, subtype_xmlid="mail.mt_note")

    def _check_approver(self, wish):
        """Authorizing and returning: billing users or approvers, as the company says."""
        self.check_access("write")
        open_to_billing = all(
            voucher.company_id._get_adjustment_root().adjustment_authorize_by == "billing" for voucher in self
        )
        if not (
            self.env.su or self.env.user.has_group(APPROVER) or open_to_billing and self.env.user.has_group(BILLING)
        ):
            raise AccessError(
                self.env._("To %(wish)s vouchers, ask an administrator for the right «Voucher Approver».", wish=wish)
            )

    def action_draft(self):
        """Take a returned voucher up again."""
        self._check_open(self.env._("edit"))
        with engine():
            self.filtered(lambda voucher: voucher.state == "returned").write({"state": "draft"})
        return True

    def action_view_entries(self):
        self.check_access("read")
        moves = self.move_id | self.reversal_move_id | self.charge_move_ids
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", moves.ids)],
        }
        if len(moves) == 1:
            action |= {"view_mode": "form", "views": [(False, "form")], "res_id": moves.id}
        return action
