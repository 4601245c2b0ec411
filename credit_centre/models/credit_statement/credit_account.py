from odoo import models


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def action_credit_statement(self):
        """Make the statement of account of these customers."""
        self.check_access("read")
        action = self.partner_id.action_credit_statement()
        if len(self.company_id) == 1:
            action["context"]["default_company_id"] = self.company_id.id
        return action
