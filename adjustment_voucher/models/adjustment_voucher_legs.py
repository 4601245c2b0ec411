"""The legs of the entry as journal items: their labels, accounts, analytic distribution and tax."""

from odoo import models
from odoo.exceptions import UserError

from .adjustment_voucher_line import money


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _prepare_leg(self, leg, line):
        """The journal items of one leg: one, or more where it carries tax."""
        company = self.company_id.currency_id
        currency = line.currency_id if line else company
        vals = {
            "name": self._get_leg_label(leg, line),
            "partner_id": leg.partner or self.partner_id.commercial_partner_id.id,
            "account_id": leg.account or self._get_leg_account(leg, line).id,
            "currency_id": currency.id,
            "amount_currency": money(leg.amount, currency),
            "balance": money(leg.balance, company),
            "date_maturity": line.date_maturity if line else self.date,
            "adjustment_leg": leg.kind,
            "adjustment_item_id": leg.key,
        }
        if leg.kind in ("exchange", "discount", "write_off") and self.analytic_distribution:
            vals["analytic_distribution"] = self.analytic_distribution
        if leg.kind == "item":  # what closes a receivable is nobody's cost: no rule is asked for a distribution
            vals["analytic_distribution"] = False
        if leg.kind == "discount":
            return self._with_discount_tax(vals, line)
        if leg.kind == "write_off":
            return self._with_account_tax(vals, line)
        return [vals]

    def _get_leg_label(self, leg, line):
        names = {
            "item": self.env._("Application of %s"),
            "discount": self.env._("Cash discount on %s"),
            "write_off": self.env._("Write-off on %s"),
            "chargeback": self.env._("Chargeback of %s"),
            "transfer": self.env._("Transfer of %s"),
            "due": self.env._("Settlement of %s between companies"),
        }
        if leg.kind == "exchange":
            return self.env._("Realized exchange loss") if leg.balance > 0 else self.env._("Realized exchange gain")
        return names[leg.kind] % line.document_name

    def _get_leg_account(self, leg, line):
        """The account of a leg that closes no item.

        :raise UserError: naming the setting that is missing
        """
        root = self.company_id._get_adjustment_root()
        found = {
            "exchange": self._get_exchange_account,
            "discount": self._get_discount_account,
            "write_off": self._get_write_off_account,
        }[leg.kind](root, leg, line)
        account, setting = found
        if not account or not account.active:
            raise UserError(self.env["adjustment.message"].missing_account(setting))
        if account.account_type in ("asset_receivable", "liability_payable"):
            raise UserError(self.env["adjustment.message"].open_item_account(setting, account))
        return account

    def _get_exchange_account(self, root, leg, _line):
        if leg.balance > 0:
            return root.expense_currency_exchange_account_id, self.env._("Exchange Loss Account")
        return root.income_currency_exchange_account_id, self.env._("Exchange Gain Account")

    def _get_discount_account(self, root, _leg, line):
        if line.document_kind in ("bill", "vendor_credit"):
            return root.account_journal_early_pay_discount_gain_account_id, self.env._("Cash Discount Gain Account")
        own = root.adjustment_discount_account_id or root.account_journal_early_pay_discount_loss_account_id
        return own, self.env._("Cash Discount Account")

    def _get_write_off_account(self, root, leg, _line):
        if leg.balance < 0 and root.adjustment_write_off_gain_account_id:
            return root.adjustment_write_off_gain_account_id, self.env._("Write-off Gain Account")
        return root.adjustment_write_off_account_id, self.env._("Write-off Loss Account")
