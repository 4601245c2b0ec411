from odoo import models
from odoo.exceptions import RedirectWarning, UserError
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """A refusal that leads to another screen by a button is a refusal for programs as well: Odoo would answer that the
        server has failed."""
        try:
            return super()._dispatch(endpoint)
        except RedirectWarning as warning:
            if request.dispatcher.routing_type != "json2":
                raise
            raise UserError(warning.args[0]) from warning
