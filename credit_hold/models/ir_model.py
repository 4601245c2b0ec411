"""What an uninstallation takes away beside tables and columns."""

from odoo import models
from odoo.tools import SQL

FUNCTIONS = ("credit_figures", "credit_prepaid", "credit_guard", "credit_facts", "credit_mark_changed")


class IrModel(models.Model):
    _inherit = "ir.model"

    def _drop_table(self):
        """The functions of the database go with the marks: until then records are deleted, which calls them."""
        last = "credit.mark" in self.mapped("model")
        result = super()._drop_table()
        if last:
            for function in FUNCTIONS:
                self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(function)))
        return result
