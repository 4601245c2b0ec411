from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "credit.watched"]

    credit_order_id = fields.Many2one(
        "sale.order",
        "Reserved to Order",
        index="btree_not_null",
        copy=False,
        help="This money is a prepayment of the order. It frees no other order.",
    )

    @api.constrains("credit_order_id", "partner_id")
    def _check_credit_order(self):
        for payment in self.filtered("credit_order_id"):
            order = payment.credit_order_id.sudo()  # sudo: who books receipts may not see orders
            entities = (order.partner_id | order.partner_invoice_id).commercial_partner_id
            if (
                payment.partner_id.commercial_partner_id not in entities
                or payment.company_id.root_id != order.company_id.root_id
            ):
                raise ValidationError(
                    self.env._(
                        "To reserve this receipt to order %(order)s, choose an order of %(customer)s in the same legal entity.",
                        order=order.name,
                        customer=payment.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments.filtered("credit_order_id")._credit_examine()
        return payments

    def write(self, vals):
        orders = self.credit_order_id if "credit_order_id" in vals else self.env["sale.order"]
        result = super().write(vals)
        if {"state", "credit_order_id", "amount"} & vals.keys():
            self._credit_examine(orders)
        return result

    def _credit_examine(self, orders=None):
        """Money came, went or was promised elsewhere: the orders it speaks for are examined again."""
        orders = (orders or self.env["sale.order"]) | self.credit_order_id
        holds = self.env["credit.hold"].sudo()  # sudo: a receipt frees orders its booker may not see
        holds._examine_customers((self.partner_id | orders.partner_invoice_id).commercial_partner_id, orders)
