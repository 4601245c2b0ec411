"""Holds are looked at again when something happens to their customer, and so are prepayments that may have gone."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class CreditHold(models.Model):
    _inherit = "credit.hold"

    @api.model
    def _examine_customers(self, customers, orders=None):
        """Something changed for these customers: look at their held orders, and at prepayments that may have gone."""
        if not customers:
            return
        owned = Domain("partner_id", "in", customers.ids)
        bought = Domain("order_id.partner_id.commercial_partner_id", "in", customers.ids)
        held = self.search(Domain("state", "=", "held") & (owned | bought))
        mates = (
            self.env["credit.account"]
            .search([("partner_id", "in", customers.ids), ("group_id", "!=", False)])
            .group_id.account_ids
        )
        if mates:
            held |= self.search([("state", "=", "held"), ("partner_id", "in", mates.partner_id.ids)])
        self._examine(held)
        orders = orders or self.env["sale.order"]
        (orders - held.order_id).filtered(lambda order: order.state in ("draft", "sent"))._credit_recheck()
        self._examine_prepaid(customers, orders)

    @api.model
    def _get_orders_to_examine(self):
        """:return: every held order and every quotation whose release has ended"""
        ended = [
            ("state", "=", "released"),
            ("release_until", "<", fields.Date.today()),
            ("order_id.credit_status", "=", "released"),
            ("order_id.state", "in", ("draft", "sent")),
        ]
        return self.search(Domain("state", "=", "held") | Domain(ended)).order_id

    @api.model
    def _examine_alone(self, order):
        """One that fails stops no other."""
        try:
            with self.env.cr.savepoint():
                self._examine_orders(order.exists())
        except UserError as error:
            _logger.warning("Credit of order %s could not be examined: %s", order.name, error)

    @api.model
    def _examine(self, holds):
        """Held quotations whose reasons ended become free; holds set by hand stay."""
        self._examine_orders(holds.filtered(lambda hold: not hold.manual).order_id)

    @api.model
    def _examine_orders(self, orders):
        orders.filtered(lambda order: order.state in ("draft", "sent"))._credit_recheck()
        orders.filtered(lambda order: order.state == "sale")._credit_examine_confirmed()

    @api.model
    def _examine_prepaid(self, customers, orders):
        domain = [("state", "=", "sale"), ("credit_prepay_asked", ">", 0), ("invoice_status", "!=", "invoiced")]
        passed = self.env["sale.order"].search(
            [*domain, ("partner_invoice_id.commercial_partner_id", "in", customers.ids)]
        )
        (
            passed | orders.filtered(lambda order: order.state == "sale" and order.credit_prepay_asked)
        )._credit_examine_confirmed()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _credit_examine_confirmed(self):
        """A confirmed order that lives on a prepayment is stopped again when the money is gone, and freed when it is
        back or no longer asked."""
        for order in self:
            gone = order._credit_prepayment_gone()
            waiting = order._credit_last_hold().filtered(lambda hold: hold.state == "held" and not hold.manual)
            if waiting and not gone:
                order._credit_set_status("clear")
                waiting._lapse()
            elif gone and not waiting:
                case = order._credit_cases()[order]
                decision = case.decide()
                if not decision.passes:
                    order._credit_stop(case, decision)

    def _credit_prepayment_gone(self):
        """Whether less has come than the order passed with, while a prepayment is still asked and nothing but down
        payments is invoiced."""
        figures = self._credit_figures_of_payer()
        if not self.credit_prepay_asked or not figures or not figures["prepay_required"]:
            return False
        come = sum(self._credit_prepaid().get(self.id, (0, 0, 0)))
        goods = self.order_line.filtered(lambda line: not line.is_downpayment)
        invoiced = goods.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        return self.currency_id.compare_amounts(come, self.credit_prepay_asked) < 0 and not invoiced
