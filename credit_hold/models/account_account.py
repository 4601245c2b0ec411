from odoo import models


class AccountAccount(models.Model):
    _inherit = "account.account"

    def _write_multi(self, vals_list):
        """What is owed on an account counts, or no longer does, as soon as the account says so."""
        result = super()._write_multi(vals_list)
        if any({"non_trade", "account_type"} & vals.keys() for vals in vals_list):
            self.env["credit.mark"].sudo()._insert_for_accounts(self.ids)  # sudo: marks belong to nobody
        return result
