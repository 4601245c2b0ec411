"""The client reads on a cursor that may not write; reading credit accounts brings their figures up to date first."""

from odoo import api, models


def _writing(method):
    """Ask for a cursor that writes, where the method it extends is content with one that reads."""
    method._readonly = False
    return method


class CreditAccount(models.Model):
    _inherit = "credit.account"

    @_writing
    @api.model
    def web_search_read(self, *args, **kwargs):
        return super().web_search_read(*args, **kwargs)

    @_writing
    def web_read(self, *args, **kwargs):
        return super().web_read(*args, **kwargs)

    @_writing
    @api.model
    def web_read_group(self, *args, **kwargs):
        return super().web_read_group(*args, **kwargs)

    @_writing
    @api.model
    def formatted_read_group(self, *args, **kwargs):
        return super().formatted_read_group(*args, **kwargs)

    @_writing
    @api.model
    def search_read(self, *args, **kwargs):
        return super().search_read(*args, **kwargs)
