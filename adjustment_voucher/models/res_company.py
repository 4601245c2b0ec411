from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .engine import check_amounts

AMOUNTS = ("adjustment_tolerance_amount", "adjustment_tolerance_percent", "adjustment_charge_rate",
           "adjustment_charge_minimum", "adjustment_four_eyes_amount", "adjustment_discount_grace_days",
           "adjustment_charge_grace_days")  # fmt: skip
RESULT_ACCOUNTS = ("adjustment_write_off_account_id", "adjustment_write_off_gain_account_id",
                   "adjustment_discount_account_id", "adjustment_charge_account_id")  # fmt: skip
OWN_ACCOUNTS = (*RESULT_ACCOUNTS, "adjustment_prepayment_account_ids", "adjustment_due_from_account_id",
                "adjustment_due_to_account_id")  # fmt: skip
ITEM_TYPES = ("asset_receivable", "liability_payable", "asset_cash", "liability_credit_card", "off_balance")
LONGEST_GRACE = 3660


class ResCompany(models.Model):
    """The function defaults of vouchers. They are those of the legal entity: branches use their root's."""

    _inherit = "res.company"

    adjustment_journal_id = fields.Many2one(
        "account.journal",
        "Voucher Journal",
        domain="[('type', '=', 'general'), ('company_id', 'parent_of', id)]",
        help="Entries of vouchers go here. Empty: the first miscellaneous journal.",
    )
    adjustment_sequence_id = fields.Many2one("ir.sequence", "Voucher Numbers", copy=False)
    adjustment_method = fields.Selection(
        [("exact", "Exact match"), ("fifo", "Oldest first"), ("lifo", "Newest first"), ("named", "Named documents")],
        "Application Method",
        default="fifo",
        required=True,
    )
    adjustment_hierarchy = fields.Selection(
        [("local", "This customer"), ("child", "With its child companies"), ("group", "The whole group")],
        "Customer Hierarchy",
        default="local",
        required=True,
    )
    adjustment_write_off_account_id = fields.Many2one(
        "account.account",
        "Write-off Loss Account",
        help="Short payments within the tolerance, and write-offs, are booked here.",
    )
    adjustment_write_off_gain_account_id = fields.Many2one(
        "account.account",
        "Write-off Gain Account",
        help="Payments over by no more than the tolerance. Empty: the loss account.",
    )
    adjustment_discount_account_id = fields.Many2one(
        "account.account",
        "Cash Discount Account",
        help="Empty: Odoo's account for early payment discounts granted.",
    )
    adjustment_tolerance_amount = fields.Monetary("Tolerance", help="Largest rest that closes by itself. 0: no rule.")
    adjustment_tolerance_percent = fields.Float(
        "Tolerance (%)", help="The same in percent of the document. 0: no rule."
    )
    adjustment_tolerance_ids = fields.One2many("adjustment.tolerance", "company_id", "Tolerances in Other Currencies")
    adjustment_discount_grace_days = fields.Integer("Discount Grace Days")
    adjustment_charges_first = fields.Boolean("Late Charges First", help="Credits settle late charges before invoices.")
    adjustment_charge_account_id = fields.Many2one("account.account", "Late Charge Account")
    adjustment_charge_tax_ids = fields.Many2many(
        "account.tax", "adjustment_company_charge_tax", "company_id", "tax_id", "Late Charge Taxes"
    )
    adjustment_charge_rate = fields.Float("Late Charge (%)", digits=(16, 4))
    adjustment_charge_period = fields.Selection(
        [("day", "per day"), ("month", "per month of 30 days"), ("year", "per year of 365 days")],
        "Late Charge Period",
        default="year",
        required=True,
    )
    adjustment_charge_grace_days = fields.Integer("Late Charge Grace Days")
    adjustment_charge_minimum = fields.Monetary("Smallest Late Charge")
    adjustment_charge_term_id = fields.Many2one("account.payment.term", "Late Charge Terms")
    adjustment_charge_tier_ids = fields.One2many("adjustment.charge.tier", "company_id", "Late Charge Steps")
    adjustment_authorize_at_once = fields.Boolean("Authorize Automatic Vouchers at Once", default=True)
    adjustment_one_per_credit = fields.Boolean(
        "One Voucher per Credit", help="A voucher holds one credit document; several need several vouchers."
    )
    adjustment_authorize_by = fields.Selection(
        [("billing", "Billing users, up to their own limit"), ("approver", "Voucher approvers only")],
        "Vouchers Are Authorized by",
        default="billing",
        required=True,
    )
    adjustment_four_eyes = fields.Boolean("Second Person Authorizes", help="Nobody authorizes a voucher they made.")
    adjustment_four_eyes_amount = fields.Monetary("Second Person from", help="Vouchers of this value and more. 0: all.")
    adjustment_same_customer = fields.Boolean(
        "Match within One Customer Only",
        default=True,
        help="Outside vouchers, receivables and payables of two customers can't be matched with each other.",
    )
    adjustment_prepayment_account_ids = fields.Many2many(
        "account.account",
        "adjustment_company_prepayment_account",
        "company_id",
        "account_id",
        "Prepayment Accounts",
        help="Liability accounts that prepayment invoices book; their open items are credits to apply.",
    )
    adjustment_prepayment_unpaid = fields.Boolean(
        "Apply Unpaid Prepayment Invoices", help="Otherwise a prepayment invoice can be applied once it is paid."
    )
    adjustment_due_from_account_id = fields.Many2one("account.account", "Due from Other Companies")
    adjustment_due_to_account_id = fields.Many2one("account.account", "Due to Other Companies")

    def _get_adjustment_sequence(self, field, code, name, prefix):
        """The legal entity's sequence that this field of it keeps, made when a first number is asked for."""
        root = self.root_id.sudo()  # a billing user writes no company; the sequence is its only change here
        if not root[field]:
            root[field] = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": name,
                        "code": code,
                        "prefix": prefix,
                        "padding": 5,
                        "use_date_range": True,
                        "company_id": root.id,
                    }
                )
            )
        return root[field]

    # ------------------------------------------------------------------ values that would book wrongly are refused

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_amounts(self.env, vals, {name: self._fields[name].string for name in AMOUNTS})
        return super().create(vals_list)

    def write(self, vals):
        check_amounts(self.env, vals, {name: self._fields[name].string for name in AMOUNTS})
        return super().write(vals)

    @api.constrains("adjustment_tolerance_percent")
    def _check_adjustment_percent(self):
        for company in self:
            if not 0 <= company.adjustment_tolerance_percent <= 100:
                raise ValidationError(
                    self.env._(
                        "To set the tolerance in percent, give a number from 0 to 100: %s is not one.",
                        company.adjustment_tolerance_percent,
                    )
                )

    @api.constrains("adjustment_discount_grace_days", "adjustment_charge_grace_days")
    def _check_adjustment_days(self):
        for company in self:
            for name in ("adjustment_discount_grace_days", "adjustment_charge_grace_days"):
                if not 0 <= company[name] <= LONGEST_GRACE:
                    raise ValidationError(
                        self.env._(
                            "To set %(setting)s, give days from 0 to %(longest)s: %(days)s is not one.",
                            setting=self._fields[name].string,
                            longest=LONGEST_GRACE,
                            days=company[name],
                        )
                    )

    @api.constrains(*OWN_ACCOUNTS)
    def _check_adjustment_accounts(self):
        for company in self:
            for name in OWN_ACCOUNTS:
                company[name]._check_adjustment_setting(company, self._fields[name].string, name in RESULT_ACCOUNTS)
            closed = company.adjustment_prepayment_account_ids.filtered(lambda account: not account.reconcile)
            if closed:
                raise ValidationError(
                    self.env._(
                        "To apply prepayments of %s, allow reconciliation on that account first: else its items never"
                        " close.",
                        closed[0].display_name,
                    )
                )

    @api.constrains("adjustment_journal_id")
    def _check_adjustment_journal(self):
        for company in self.filtered("adjustment_journal_id"):
            journal = company.adjustment_journal_id
            if journal.type != "general" or journal.company_id != company.root_id:
                raise ValidationError(
                    self.env._(
                        "To book vouchers of %(company)s, choose one of its miscellaneous journals: %(journal)s is not one.",
                        company=company.root_id.name,
                        journal=journal.display_name,
                    )
                )


class AccountAccount(models.Model):
    _inherit = "account.account"

    def _check_adjustment_setting(self, company, setting, result_only):
        """:raise ValidationError: when a voucher of the company can't book on one of these accounts"""
        for account in self:
            if company.root_id not in account.company_ids.root_id or not account.active:
                raise ValidationError(
                    self.env._(
                        "To set «%(setting)s», choose an account in use of %(company)s: %(account)s is not one.",
                        setting=setting,
                        company=company.root_id.name,
                        account=account.display_name,
                    )
                )
            if result_only and account.account_type in ITEM_TYPES:
                raise ValidationError(
                    self.env._(
                        "To set «%(setting)s», choose an income or expense account: %(account)s is of the type"
                        " «%(type)s».",
                        setting=setting,
                        account=account.display_name,
                        type=dict(account._fields["account_type"]._description_selection(self.env))[
                            account.account_type
                        ],
                    )
                )


class AdjustmentTolerance(models.Model):
    _name = "adjustment.tolerance"
    _description = "Tolerance in a Currency"
    _order = "company_id, currency_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary("Tolerance")
    percent = fields.Float("Tolerance (%)")

    _per_currency = models.UniqueIndex("(company_id, currency_id)", "Each currency has one tolerance per company.")
    _not_negative = models.Constraint(
        "CHECK (amount >= 0 AND percent >= 0 AND percent <= 100)", "A tolerance is not negative, at most 100 %."
    )
