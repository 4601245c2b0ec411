"""A page of applications, newest first: found by an index in each of the places where they are written down."""

from contextvars import ContextVar

from odoo import api, models
from odoo.tools import SQL

# Which of the places is searched; None for all. Set by ``_get_first_of`` alone.
_ARM = ContextVar("credit_application_arm", default=None)


class CreditApplication(models.Model):
    _inherit = "credit.application"

    @api.model
    def _arms(self):
        arms, chosen = super()._arms(), _ARM.get()
        return arms if chosen is None else [arms[chosen]]

    @api.model
    def _say_documents(self, domain):
        """Once for the whole page."""
        return super()._say_documents(domain) if _ARM.get() is None else domain

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """A page in the usual order is found in each of the four places by its index, and only its rows are looked up."""
        if not limit or (order or self._order) != self._order:
            return super().search_fetch(domain, field_names, offset, limit, order)
        found = self.browse(self._get_page(domain, offset, limit))
        found.fetch(field_names)
        return found

    @api.model
    def _get_page(self, domain, offset, limit):
        """:return: ids of a page, in the usual order"""
        domain = self._say_documents(domain)
        parts = [self._get_first_of(arm, domain, offset + limit) for arm in range(len(self._arms()))]
        if not all(parts):
            return []
        union = SQL(" UNION ALL ").join(SQL("(%s)", part) for part in parts)
        page = SQL("SELECT id FROM (%s) t ORDER BY date DESC, id DESC LIMIT %s OFFSET %s", union, limit, offset)
        return [row for (row,) in self.env.execute_query(page)]

    @api.model
    def _get_first_of(self, arm, domain, limit):
        """:return: SQL of id and date of the first rows of one place; None where the domain excludes all"""
        token = _ARM.set(arm)
        try:
            query = self._search(domain, limit=limit, order=self._order)
            if query.is_empty():
                return None
            return query.select(SQL.identifier(self._table, "id"), SQL.identifier(self._table, "date"))
        finally:
            _ARM.reset(token)
