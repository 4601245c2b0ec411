"""Release or reject held orders, one or several at a time."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditHoldRelease(models.TransientModel):
    _name = "credit.hold.release"
    _description = "Decide on Held Orders"

    decision = fields.Selection([("release", "Release"), ("reject", "Reject")], required=True, default="release")
    hold_ids = fields.Many2many("credit.hold", string="Held Orders", required=True)
    hold_count = fields.Integer(compute="_compute_hold_count")
    currency_id = fields.Many2one("res.currency", compute="_compute_hold_count")
    reason = fields.Text(required=True)
    ceiling = fields.Monetary(
        "Up to", help="Highest order value the release speaks for. 0: the order's value and the policy's deviation."
    )
    valid_until = fields.Date("Until", help="Last day. Empty: as many days as the policy says.")
    confirm = fields.Boolean("Confirm the Orders at Once")

    @api.depends("hold_ids")
    def _compute_hold_count(self):
        for wizard in self:
            wizard.hold_count = len(wizard.hold_ids)
            wizard.currency_id = wizard.hold_ids[:1].currency_id

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        chosen = self.env.context.get("active_ids") or []
        if "hold_ids" in fields_list and self.env.context.get("active_model") == "credit.hold":
            defaults["hold_ids"] = [(6, 0, chosen)]
        elif "hold_ids" in fields_list and self.env.context.get("active_model") == "sale.order":
            holds = [order._credit_last_hold().id for order in self.env["sale.order"].browse(chosen)]
            defaults["hold_ids"] = [(6, 0, [hold for hold in holds if hold])]
        return defaults

    def action_apply(self):
        """Apply the decision to every order, each under the same rules as alone.

        :return: an action that closes the window
        """
        self.ensure_one()
        holds = self.hold_ids.filtered(lambda hold: hold.state in ("held", "rejected"))
        if not holds:
            raise UserError(self.env._("To decide, choose orders that are held. These are decided already."))
        self.env["credit.hold"]._check_decider()
        for hold in holds:
            self._apply_to(hold)
        return {"type": "ir.actions.act_window_close"}

    def _apply_to(self, hold):
        if self.decision == "reject":
            hold._reject(self.reason)
            return
        hold._release(self.reason, self.ceiling if len(self.hold_ids) == 1 else None, self.valid_until)
        order = hold.order_id.sudo()  # sudo: the release includes the right to let the order go through
        if self.confirm and order.state in ("draft", "sent"):
            order.action_confirm()
