"""How the selected orders are to be invoiced."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class OrderToCashInvoicing(models.TransientModel):
    _name = "order.to.cash.invoicing"
    _inherit = "credit.checked.input"
    _description = "Create Invoices of Many Orders"

    order_ids = fields.Many2many("sale.order", readonly=True)
    order_count = fields.Integer("Selected", compute="_compute_orders")
    ready_count = fields.Integer("To Be Invoiced", compute="_compute_orders")
    note = fields.Char(compute="_compute_orders")
    one_per_customer = fields.Boolean(
        "One Invoice per Customer",
        default=True,
        help="Orders of one customer, with the same addresses and currency, go on one invoice.",
    )
    post = fields.Boolean(
        "Confirm the Invoices", help="Invoices get their number and are booked. Otherwise they stay drafts to look at."
    )
    deduct_down_payments = fields.Boolean(default=True, help="Down payments invoiced before are taken off.")

    @api.depends("order_ids")
    def _compute_orders(self):
        for invoicing in self:
            ready = invoicing.order_ids.filtered(lambda order: not order._otc_why_not_invoiced())
            left = len(invoicing.order_ids) - len(ready)
            invoicing.order_count, invoicing.ready_count = len(invoicing.order_ids), len(ready)
            invoicing.note = (
                self.env._("%s of the selected orders will be set aside, each with its reason.", left)
                if left
                else False
            )

    def action_start(self):
        """Begin; the bar shows how far it is."""
        self.ensure_one()
        self.check_access("write")
        return self.env["credit.batch"]._batch_action(
            self.env._("Create Invoices"),
            self._get_leads(),
            "action_otc_invoice",
            slice=10,
            done_action=self._action_made(),
            done_label=self.env._("Show Invoices"),
            invoicing_id=self.id,
        )

    def _action_made(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Created Invoices"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": "[('id', 'in', active_ids)]",
            "context": {"create": False},
        }

    @api.model
    def _get_own(self, invoicing_id):
        """:return: the user's own window, or a refusal"""
        valid = isinstance(invoicing_id, int) and not isinstance(invoicing_id, bool)
        own = self.search([("id", "=", invoicing_id), ("create_uid", "=", self.env.uid)]) if valid else self
        if not own:
            raise UserError(self.env._("To create invoices, select the orders again: this window is closed."))
        return own

    def _get_leads(self):
        """:return: for each set of orders that go on one invoice, its first"""
        if not self.one_per_customer:
            return self.order_ids
        return self.env["sale.order"].union(
            *(orders[:1] for orders in self.order_ids.grouped(self._sharing_key).values())
        )

    def _get_sharing(self, order):
        """:return: the selected orders that go on one invoice with this one"""
        self.ensure_one()
        if order not in self.order_ids:
            raise UserError(self.env._("To invoice %s, select it in the list first.", order.name))
        if not self.one_per_customer:
            return order
        return self.order_ids.grouped(self._sharing_key)[self._sharing_key(order)]

    @api.model
    def _sharing_key(self, order):
        return (
            order.company_id,
            order.partner_invoice_id,
            order.partner_shipping_id,
            order.currency_id,
            order.fiscal_position_id,
        )
