from odoo import api, fields, models
from odoo.tools import SQL

COMPANY = "company_id.adjustment_"


class AdjustmentDefaults(models.Model):
    """The function defaults of each legal entity, for reading: users who may not open the settings see by what rules their
    vouchers are proposed and booked. There is no table behind it, and nobody has the right to write."""

    _name = "adjustment.defaults"
    _description = "Function Defaults of Vouchers"
    _auto = False
    _rec_name = "company_id"
    _depends = {"res.company": ["parent_id"]}

    company_id = fields.Many2one("res.company", readonly=True)
    company_name = fields.Char("Legal Entity", related="company_id.name")
    currency_id = fields.Many2one(related="company_id.currency_id")

    journal = fields.Char(compute="_compute_names", compute_sudo=True)
    numbers = fields.Char(compute="_compute_names", compute_sudo=True)
    method = fields.Selection(related=COMPANY + "method")
    hierarchy = fields.Selection(related=COMPANY + "hierarchy")
    charges_first = fields.Boolean(related=COMPANY + "charges_first")

    authorize_by = fields.Selection(related=COMPANY + "authorize_by")
    four_eyes = fields.Boolean(related=COMPANY + "four_eyes")
    four_eyes_amount = fields.Monetary(related=COMPANY + "four_eyes_amount")
    authorize_at_once = fields.Boolean(related=COMPANY + "authorize_at_once")
    one_per_credit = fields.Boolean(related=COMPANY + "one_per_credit")
    own_limit = fields.Monetary("My Voucher Limit", compute="_compute_own_limits")
    own_write_off_limit = fields.Monetary("My Write-off Ceiling", compute="_compute_own_limits")

    tolerance_amount = fields.Monetary(related=COMPANY + "tolerance_amount")
    tolerance_percent = fields.Float(related=COMPANY + "tolerance_percent")
    tolerance_ids = fields.One2many(related=COMPANY + "tolerance_ids")
    write_off_account = fields.Char("Write-off Loss Account", compute="_compute_names", compute_sudo=True)
    write_off_gain_account = fields.Char("Write-off Gain Account", compute="_compute_names", compute_sudo=True)

    discount_account = fields.Char("Cash Discount Account", compute="_compute_names", compute_sudo=True)
    discount_grace_days = fields.Integer(related=COMPANY + "discount_grace_days")

    charge_rate = fields.Float(related=COMPANY + "charge_rate")
    charge_period = fields.Selection(related=COMPANY + "charge_period")
    charge_grace_days = fields.Integer(related=COMPANY + "charge_grace_days")
    charge_minimum = fields.Monetary(related=COMPANY + "charge_minimum")
    charge_account = fields.Char("Late Charge Account", compute="_compute_names", compute_sudo=True)
    charge_taxes = fields.Char("Late Charge Taxes", compute="_compute_names", compute_sudo=True)
    charge_term = fields.Char("Late Charge Terms", compute="_compute_names", compute_sudo=True)
    charge_tier_ids = fields.One2many(related=COMPANY + "charge_tier_ids")

    exchange_gain_account = fields.Char(compute="_compute_names", compute_sudo=True)
    exchange_loss_account = fields.Char(compute="_compute_names", compute_sudo=True)
    same_customer = fields.Boolean(related=COMPANY + "same_customer")
    prepayment_accounts = fields.Char(compute="_compute_names", compute_sudo=True)
    prepayment_unpaid = fields.Boolean(related=COMPANY + "prepayment_unpaid")
    due_from_account = fields.Char("Due from Other Companies", compute="_compute_names", compute_sudo=True)
    due_to_account = fields.Char("Due to Other Companies", compute="_compute_names", compute_sudo=True)

    @property
    def _table_query(self):
        return SQL("SELECT id, id AS company_id FROM res_company WHERE parent_id IS NULL")

    @api.depends_context("allowed_company_ids")
    @api.depends("company_id")
    def _compute_names(self):
        """Names, not records: sudo, since a user of a branch, or one without rights in accounting, may not open a journal or
        an account of the legal entity, but shall read what the voucher books on."""
        for defaults in self:
            root = defaults.company_id
            loss, discount = (
                root.adjustment_write_off_account_id,
                root.account_journal_early_pay_discount_loss_account_id,
            )
            defaults.journal = root._get_adjustment_journal().display_name
            defaults.numbers = root._get_adjustment_number_example()
            defaults.write_off_account = loss.display_name
            defaults.write_off_gain_account = (root.adjustment_write_off_gain_account_id or loss).display_name
            defaults.discount_account = (root.adjustment_discount_account_id or discount).display_name
            defaults.charge_account = root.adjustment_charge_account_id.display_name
            defaults.charge_taxes = ", ".join(root.adjustment_charge_tax_ids.mapped("display_name"))
            defaults.charge_term = root.adjustment_charge_term_id.display_name
            defaults.exchange_gain_account = root.income_currency_exchange_account_id.display_name
            defaults.exchange_loss_account = root.expense_currency_exchange_account_id.display_name
            defaults.prepayment_accounts = ", ".join(root.adjustment_prepayment_account_ids.mapped("display_name"))
            defaults.due_from_account = root.adjustment_due_from_account_id.display_name
            defaults.due_to_account = root.adjustment_due_to_account_id.display_name

    @api.depends_context("uid")
    def _compute_own_limits(self):
        for defaults in self:
            defaults.own_limit = self.env.user.adjustment_limit
            defaults.own_write_off_limit = self.env.user.adjustment_write_off_limit

    @api.model
    def action_open(self):
        """The defaults of the legal entity at hand."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Voucher Function Defaults"),
            "res_model": self._name,
            "view_mode": "form",
            "res_id": self.env.company.root_id.id,
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_adjustment_journal(self):
        """The journal that a new voucher of the company gets."""
        return self.env["adjustment.voucher"].new({"company_id": self.id}).journal_id

    def _get_adjustment_number_example(self):
        """What numbers look like; nothing is taken from the sequence."""
        sequence = self.adjustment_sequence_id
        return sequence.get_next_char(1) if sequence else f"AV/{fields.Date.context_today(self).year}/00001"
