"""Conditions on applications, said so that the database finds the rows by an index."""

from odoo import api, models
from odoo.fields import Domain

from . import sieves, uses

# Numbers of documents, and how they may be looked for among them.
NUMBERS = ("credit_number", "debit_number")
NUMBER_OPERATORS = ("=", "like", "ilike", "=like", "=ilike")
FEW = 20_000  # with more, a page of the rows in their order is found sooner


class CreditApplication(models.Model):
    _inherit = "credit.application"

    @api.model
    def _search(self, domain, *args, **kwargs):
        """What a condition takes for granted is said as well: it names an index, or the few rows that can meet it."""
        return super()._search(sieves.say_more(self._say_documents(domain), sieves.OF_APPLICATIONS), *args, **kwargs)

    @api.model
    def _say_documents(self, domain):
        return Domain(domain).map_conditions(self._with_documents)

    @api.model
    def _with_documents(self, condition):
        """A number that few documents have is looked for among these, which have an index of any three letters of it."""
        name, operator, value = condition.field_expr, condition.operator, condition.value
        if name not in NUMBERS or operator not in NUMBER_OPERATORS or not isinstance(value, str) or len(value) < 3:
            return condition
        moves = self.env["account.move"].sudo()  # sudo: rows are found by their documents, not shown
        documents = moves._search([("name", operator, value)], limit=FEW + 1).get_result_ids()
        if len(documents) > FEW:
            return condition
        if name == "credit_number":
            return condition & sieves.one_of("credit_move_id", documents)
        partners = self.env["res.partner"].sudo()  # sudo: a credit that was moved shows its new customer's name
        customers = partners._search([("complete_name", operator, value)], active_test=False).subselect()
        credits = self.env.execute_query(uses.went_to(tuple(documents) or (0,), customers))
        return condition & sieves.one_of("credit_id", [number for (number,) in credits])
