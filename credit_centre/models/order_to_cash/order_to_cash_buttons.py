"""What can be done from the order-to-cash list: look behind a row, invoice and e-mail many (S1.19 to S1.21)."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class OrderToCash(models.Model):
    _inherit = "order.to.cash"

    # ------------------------------------------------------------------ behind a row

    def action_open_order(self):
        """Open the quotation or order."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open_invoices(self):
        """Open the invoices and credit notes, one in its form and several in a list."""
        self.check_access("read")
        invoices = self._get_invoices()
        if not invoices:
            raise UserError(self.env._("To see invoices, make one first: nothing is invoiced yet."))
        return self._action_documents(invoices, self.env._("Invoices"))

    def action_open_payments(self):
        """Show what settled the invoices: receipts, credits, vouchers."""
        self.check_access("read")
        items = self._get_settling_items()
        if not items:
            raise UserError(self.env._("To see payments, wait for the first one: nothing is paid yet."))
        return {**self._action_documents(items, self.env._("Payments")), "views": [(False, "list"), (False, "form")]}

    def _action_documents(self, records, title):
        action = {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": records._name,
            "domain": [("id", "in", records.ids)],
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }
        if len(records) == 1:
            action.update(res_id=records.id, views=[(False, "form")])
        return action

    def _get_invoices(self):
        """:return: the invoices of these orders that the user may read"""
        return self.env["account.move"].search(
            Domain("line_ids.sale_line_ids.order_id", "in", self.ids) & Domain("move_type", "like", "out_")
        )

    def _get_settling_items(self):
        """:return: the journal items matched with the invoices of these orders, as far as the user may read them"""
        due = self._get_invoices().line_ids.filtered(lambda line: line.display_type == "payment_term")
        matched = due.matched_credit_ids.credit_move_id | due.matched_debit_ids.debit_move_id
        return matched._filtered_access("read")

    # ------------------------------------------------------------------ many at once

    def action_create_invoices(self):
        """Ask how the selected orders are to be invoiced."""
        self.check_access("read")
        invoicing = self.env["order.to.cash.invoicing"].create({"order_ids": self.ids})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create Invoices"),
            "res_model": invoicing._name,
            "res_id": invoicing.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_email_invoices(self):
        """Send every invoice of the selected orders that has not been sent yet, with a bar."""
        self.check_access("read")
        invoices = self._get_invoices().filtered(lambda move: move.state == "posted" and not move.is_move_sent)
        if not invoices:
            raise UserError(
                self.env._("To e-mail invoices, select orders with confirmed invoices that have not been sent yet.")
            )
        return self.env["credit.batch"]._batch_action(
            self.env._("E-mail Invoices"), invoices, "action_otc_send", slice=5
        )
