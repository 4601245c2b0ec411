"""Why an item stayed, or a customer got no voucher, as sentences."""

from odoo import api, models


class AdjustmentMessage(models.AbstractModel):
    _inherit = "adjustment.message"

    @api.private
    def left_over(self, code):
        """:param code: a reason of ``proposal``, or of a step
        :return: sentence"""
        texts = {
            "excluded": self.env._("Excluded by hand."),
            "blocked": self.env._("Its payment is blocked: it is in dispute."),
            "claimed": self.env._("Another open voucher holds it."),
            "no_rate": self.env._("There is no exchange rate for its currency on that day."),
            "no_debit": self.env._("The customer owes nothing that is open."),
            "no_credit": self.env._("The customer has no credit left to apply."),
            "other_currency": self.env._("The customer owes only in other currencies."),
            "no_match": self.env._("No open debit fits it by the methods chosen."),
            "named_closed": self.env._("The documents it names are no longer open."),
            "part_left": self.env._("Used in part: more than there was on the other side."),
            "later": self.env._("The credits did not reach it."),
            "too_small": self.env._("Worth less than the smallest unit of the other currency."),
            "deleted": self.env._("Its voucher was deleted."),
            "returned": self.env._("Its voucher was sent back for change."),
        }
        return texts.get(code, "")
