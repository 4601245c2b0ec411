from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """A held order stays a quotation: it is not among the confirmed ones, its customer is told that the money
        came, and the payment is recorded as usual."""
        return super()._check_amount_and_confirm_order().filtered(lambda order: order.state == "sale")

    def _create_payment(self, **extra_create_values):
        """What a customer pays online for one order is reserved to it."""
        orders = self.sale_order_ids
        if (
            len(orders) == 1
            and not self.invoice_ids
            and orders.partner_invoice_id.commercial_partner_id == self.partner_id.commercial_partner_id
        ):
            extra_create_values.setdefault("credit_order_id", orders.id)
        payment = super()._create_payment(**extra_create_values)
        self._credit_match_refund(payment)
        return payment

    def _credit_match_refund(self, payment):
        """Money paid back no longer stands reserved to its order: it is matched with the receipt it came by."""
        receipt = self.source_transaction_id.payment_id
        if self.operation == "refund" and receipt.credit_order_id:
            lines = (payment | receipt).move_id.line_ids.filtered(
                lambda line: line.account_id == payment.destination_account_id and not line.reconciled
            )
            if len(lines.move_id) == 2:
                lines.reconcile()
