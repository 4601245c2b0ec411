"""Put orders on hold by hand, with a reason."""

from odoo import fields, models


class CreditOrderHold(models.TransientModel):
    _name = "credit.order.hold"
    _description = "Put Orders on Hold"

    order_ids = fields.Many2many(
        "sale.order", string="Orders", required=True, default=lambda self: self.env.context.get("active_ids")
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Hold every order of the wizard.

        :return: an action that closes the window
        """
        self.ensure_one()
        self.order_ids.action_credit_hold(self.reason)
        return {"type": "ir.actions.act_window_close"}
