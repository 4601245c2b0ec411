from odoo import fields, models


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
