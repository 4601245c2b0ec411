"""Invoicing many orders, a slice at a time (S1.20)."""

from odoo import models
from odoo.exceptions import UserError

from ...stages import STOPPED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_otc_invoice(self, invoicing_id):
        """Invoice these orders as a window asked; each stands for the orders that share its invoice.

        :param invoicing_id: id of the user's ``order.to.cash.invoicing``
        :return: dict for the progress bar: done, failed, and the invoices ``made``
        """
        self.check_access("read")
        invoicing = self.env["order.to.cash.invoicing"]._get_own(invoicing_id)
        answer = {"done": [], "failed": [], "made": []}
        for order in self:
            orders = invoicing._get_sharing(order)
            fit = orders.filtered(lambda one: not one._otc_why_not_invoiced())
            for refused in orders - fit:
                answer["failed"].append(refused._otc_refusal(refused._otc_why_not_invoiced()))
            if fit:
                self._otc_note(answer, fit, invoicing)
        return answer

    def _otc_note(self, answer, orders, invoicing):
        try:
            with self.env.cr.savepoint():
                answer["made"] += orders._otc_create_invoices(invoicing).ids
            answer["done"] += orders.ids
        except UserError as error:
            answer["failed"] += [order._otc_refusal(str(error.args[0])) for order in orders]

    def _otc_refusal(self, reason):
        return {"id": self.id, "name": self.display_name, "reason": reason}

    def _otc_create_invoices(self, invoicing):
        """Odoo's own invoicing, with the user's rights.

        :return: the new invoices
        """
        invoices = self._create_invoices(grouped=not invoicing.one_per_customer, final=invoicing.deduct_down_payments)
        if not invoices:
            raise UserError(self.env._("To create invoices, ask for the right to invoice or to change these orders."))
        if invoicing.post:
            invoices.action_post()
        return invoices

    def _otc_why_not_invoiced(self):
        """:return: why the order cannot be invoiced now, None when it can"""
        self.ensure_one()
        if self.state == "cancel":
            return self.env._("%s is cancelled: nothing is to be invoiced.", self.name)
        if self.credit_status in STOPPED:
            return self.env._("To invoice %s, have its credit hold released first.", self.name)
        if self.state != "sale":
            return self.env._("To invoice %s, confirm it first.", self.name)
        if self.invoice_status != "to invoice":
            return self._otc_why_nothing_left()
        return None

    def _otc_why_nothing_left(self):
        if self.invoice_status == "no":
            return self.env._("To invoice %s, deliver something first: nothing is ready to be invoiced.", self.name)
        return self.env._("%s is invoiced in full: nothing is left to be invoiced.", self.name)
