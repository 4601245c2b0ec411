"""A promise to pay: what a customer said they would pay, and by when (S1.16, S3.15)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.credit_hold.models.engine import check_amounts, check_texts, engine, engine_runs

from ..given import check_days
from .collectors import check_collector

AGREED = ("account_id", "amount", "currency_id", "date", "move_ids")


class CreditPromise(models.Model):
    _name = "credit.promise"
    _description = "Promise to Pay"
    _inherit = ["mail.thread", "mail.activity.mixin", "credit.protected"]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id.complete_name", "partner_id.ref", "note"]

    account_id = fields.Many2one("credit.account", "Customer", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        related="account_id.partner_id", store=True, index=True, string="Customer's Company", help="Who owes."
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True, string="Legal Entity")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    amount = fields.Monetary("Promised", required=True, tracking=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.root_id.currency_id
    )
    amount_company = fields.Monetary(
        "Promised (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the day the promise was made.",
    )
    promised_on = fields.Date("Made on", required=True, readonly=True, default=fields.Date.today, copy=False)
    date = fields.Date("Pays by", required=True, tracking=True, index=True, help="The last day on which it is kept.")
    move_ids = fields.Many2many(
        "account.move",
        string="Documents",
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted'), ('move_type', 'in', ('out_invoice', 'out_receipt'))]",
        help="What the money is for. Empty: all that the customer owes. Until the day promised, these documents get no reminder.",
    )
    note = fields.Text(help="What was said.")
    contact_id = fields.Many2one("res.partner", "Who Said So", domain="[('commercial_partner_id', '=', partner_id)]")
    user_id = fields.Many2one("res.users", "Taken by", default=lambda self: self.env.user, index=True)
    state = fields.Selection(
        [("open", "Open"), ("kept", "Kept"), ("broken", "Broken"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
        index=True,
    )
    received = fields.Monetary(
        "Received So Far", readonly=True, copy=False, help="What came in from the day it was made to the day promised."
    )
    decided_on = fields.Date("Kept or Broken on", readonly=True, copy=False)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "To record a promise, give the amount promised.")
    _open_idx = models.Index("(account_id, date) WHERE state = 'open'")

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = (
                f"{promise.partner_id.display_name or ''}, {fields.Date.to_string(promise.date) or ''}"
            )

    @api.depends("amount", "currency_id", "company_id", "promised_on")
    def _compute_amount_company(self):
        for promise in self:
            day = promise.promised_on or fields.Date.today()
            company = promise.company_id or self.env.company
            promise.amount_company = promise.currency_id._convert(promise.amount, company.currency_id, company, day)

    @api.onchange("account_id")
    def _onchange_account_id(self):
        if self.account_id and self.move_ids.commercial_partner_id - self.account_id.partner_id:
            self.move_ids = False

    @api.onchange("move_ids")
    def _onchange_move_ids(self):
        """Documents chosen in one currency: promised is what they still ask for."""
        currency = self.move_ids.currency_id
        if len(currency) == 1:
            self.currency_id = currency
            self.amount = sum(self.move_ids.mapped("amount_residual"))

    @api.model
    def _credit_protected_fields(self):
        return {"state", "received", "decided_on", "promised_on"}

    # ------------------------------------------------------------------ rules

    @api.constrains("date", "promised_on")
    def _check_date(self):
        for promise in self:
            if promise.date < promise.promised_on:
                raise ValidationError(
                    self.env._(
                        "To record the promise of %(customer)s, give a day from %(first)s on: %(date)s is over.",
                        customer=promise.partner_id.display_name,
                        first=format_date(self.env, promise.promised_on),
                        date=format_date(self.env, promise.date),
                    )
                )

    @api.constrains("move_ids", "account_id")
    def _check_documents(self):
        for promise in self:
            foreign = promise.move_ids.filtered(
                lambda move, one=promise: (
                    move.commercial_partner_id != one.partner_id
                    or move.company_id.root_id != one.company_id
                    or move.move_type not in ("out_invoice", "out_receipt")
                    or move.state != "posted"
                )
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "To record the promise of %(customer)s, choose their posted invoices: %(document)s is none of them.",
                        customer=promise.partner_id.display_name,
                        document=foreign[0].display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
        promises = super().create(vals_list)
        promises._tell_account()
        promises._examine()
        return promises

    def write(self, vals):
        self._check_values(vals)
        decided = self.filtered(lambda promise: promise.state != "open")
        if decided and not engine_runs() and any(name in vals for name in AGREED):
            raise UserError(
                self.env._(
                    "To agree on something else with %(customer)s, record a new promise: this one is %(state)s.",
                    customer=decided[0].partner_id.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[decided[0].state].lower(),
                )
            )
        result = super().write(vals)
        if "account_id" in vals:  # into another company's books only by who may write there
            self.env.flush_all()
            self.check_access("write")
        return result

    def _check_values(self, vals):
        check_amounts(self.env, vals, {"amount": self._fields["amount"].string})
        check_texts(self.env, vals, {"note": self._fields["note"].string})
        check_days(self, vals)
        if "amount" in vals and not float(vals["amount"] or 0) > 0:
            raise ValidationError(self.env._("To record a promise, give the amount promised: more than nothing."))

    def _tell_account(self):
        """The customer's credit account keeps what was said."""
        bodies = {
            promise.account_id.id: self.env._(
                "Promise to pay %(amount)s by %(date)s. %(note)s",
                amount=promise.currency_id.format(promise.amount),
                date=format_date(self.env, promise.date),
                note=promise.note or "",
            )
            for promise in self
        }
        accounts = self.account_id.sudo()  # sudo: the history of an account that a biller may not change
        accounts._message_log_batch(bodies=bodies)

    # ------------------------------------------------------------------ buttons

    def action_cancel(self):
        """The customer takes the promise back, or it was recorded by mistake.

        :return: True
        """
        check_collector(self.env)
        self.check_access("write")
        if self.filtered(lambda promise: promise.state != "open"):
            raise UserError(self.env._("To cancel promises, choose open ones: what was kept or broken stays."))
        with engine():
            self.write({"state": "cancelled", "decided_on": fields.Date.today()})
        return True

    def action_examine(self):
        """Look at once whether the money came.

        :return: True
        """
        check_collector(self.env)
        self.check_access("read")
        self._examine()
        return True
