"""What a sales order knows of its customer's credit, and the gate no order passes unseen."""

from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..decision import prepay_asked
from .engine import LARGEST_AMOUNT, engine
from .figures_orders import ORDER_COLUMNS, open_orders_query

STATUSES = [
    ("unchecked", "Not Checked"),
    ("clear", "Clear"),
    ("caution", "Caution"),
    ("prepay", "Prepayment"),
    ("hold", "Hold"),
    ("released", "Released"),
    ("rejected", "Rejected"),
]
ASKS_FOR_MORE = {
    "partner_id",
    "partner_invoice_id",
    "order_line",
    "currency_id",
    "pricelist_id",
    "payment_term_id",
    "company_id",
}
PASS_OF_NOBODY = {"credit_passed_amount": 0, "credit_passed_partner_id": False}
IN_ORDER = ContextVar("credit_hold_in_order", default=False)


@contextmanager
def _order_at_work():
    """While an order is written, its lines leave the check to it."""
    token = IN_ORDER.set(True)
    try:
        yield
    finally:
        IN_ORDER.reset(token)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "credit.protected", "credit.watched"]

    credit_status = fields.Selection(
        STATUSES, default="unchecked", required=True, copy=False, readonly=True, tracking=True, index=True
    )
    credit_hold_ids = fields.One2many(
        "credit.hold", "order_id", "Credit Holds", copy=False, groups="credit_hold.group_credit_viewer"
    )
    credit_panel = fields.Json(compute="_compute_credit_panel", groups="base.group_user")
    prepay_percent = fields.Float(compute="_compute_prepay", string="Prepayment (%)", compute_sudo=True)
    prepay_amount = fields.Monetary("Prepayment Asked", compute="_compute_prepay", compute_sudo=True)
    prepaid_amount = fields.Monetary("Prepayment Received", compute="_compute_prepay", compute_sudo=True)
    credit_open_amount = fields.Monetary(
        "Open Part",
        compute="_compute_credit_open_amount",
        currency_field="credit_company_currency_id",
        compute_sudo=True,
    )
    credit_company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    credit_payment_ids = fields.One2many(
        "account.payment",
        "credit_order_id",
        "Reserved Receipts",
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    # What the last decision let pass; nothing beyond it is confirmed without another.
    credit_passed_amount = fields.Monetary(copy=False, readonly=True, groups="base.group_user")
    credit_passed_partner_id = fields.Many2one("res.partner", copy=False, readonly=True, groups="base.group_user")
    credit_passed_currency_id = fields.Many2one("res.currency", copy=False, readonly=True, groups="base.group_user")
    credit_passed_term_days = fields.Integer(copy=False, readonly=True, groups="base.group_user")
    credit_prepay_asked = fields.Monetary("Prepayment It Passed With", copy=False, readonly=True)

    credit_invoiced = fields.Boolean("Ever Invoiced", compute="_compute_credit_invoiced", store=True, copy=False)

    _credit_open_idx = models.Index(
        "(partner_invoice_id) INCLUDE (id, company_id, currency_rate, commitment_date, date_order, credit_invoiced)"
        " WHERE state = 'sale' AND invoice_status <> 'invoiced'"
    )

    @api.model
    def _credit_protected_fields(self):
        return {
            "credit_status",
            "credit_passed_amount",
            "credit_passed_partner_id",
            "credit_passed_currency_id",
            "credit_passed_term_days",
            "credit_prepay_asked",
            "credit_hold_ids",
        }

    # ------------------------------------------------------------------ figures

    @api.depends("order_line.invoice_lines")
    def _compute_credit_invoiced(self):
        """Only orders that were ever invoiced need a look at their invoices to know what is open. No amount is kept on
        an order: rows that another program loads straight into the database must count right too."""
        for order in self:
            order.credit_invoiced = bool(order.order_line.invoice_lines)

    @api.depends("partner_invoice_id", "company_id", "amount_total", "state", "transaction_ids.state")
    def _compute_prepay(self):
        prepaid = self._credit_prepaid()
        for order in self:
            figures = order._credit_figures_of_payer()
            required = figures and figures["prepay_required"]
            order.prepay_percent = figures["prepay_percent"] if required else 0.0
            order.prepay_amount = (
                order._credit_prepay_amount(order.prepay_percent) if required and order.amount_total > 0 else 0.0
            )
            tx, reserved, down_payments = prepaid.get(order._origin.id, (0, 0, 0))
            order.prepaid_amount = tx + reserved + down_payments

    def _credit_prepay_amount(self, percent):
        unit = self.currency_id.rounding or 0.01
        return prepay_asked(round(self.amount_total / unit), Fraction(str(percent))) * unit

    def _credit_figures_of_payer(self):
        payer, root = self.partner_invoice_id.commercial_partner_id._origin, self.company_id.root_id
        if not payer or not root:
            return None
        return self.env["credit.account"]._read_figures([(payer.id, root.id)], self._origin.ids)[payer.id, root.id]

    def _compute_credit_open_amount(self):
        open_parts = self._credit_open_parts()
        for order in self:
            order.credit_open_amount = open_parts.get(order.id, 0.0) if order.state == "sale" else 0.0

    def _credit_open_parts(self):
        """:return: dict of order id -> what is still to be invoiced, in the company's currency"""
        ids = self._origin.ids
        if not ids:
            return {}
        self.env.flush_all()
        candidates = SQL(
            """SELECT cur.decimal_places AS decimals, %s
                 FROM sale_order o JOIN res_company c ON c.id = o.company_id JOIN res_currency cur ON cur.id = c.currency_id
                WHERE o.id = ANY(%s)""",
            ORDER_COLUMNS,
            ids,
        )
        self.env.cr.execute(open_orders_query(candidates))
        return {row["id"]: float(row["amount"]) for row in self.env.cr.dictfetchall()}

    def _credit_prepaid(self):
        """What has come for each order, in its currency, each amount once.

        :return: dict of order id -> (online money not yet booked as a receipt, receipts reserved to the order and not
            yet applied, paid down payment invoices)
        """
        ids = self._origin.ids
        if not ids:
            return {}
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT credit_prepaid(%s::int[])", ids))
        return {row["id"]: (row["online"], row["reserved"], row["invoiced"]) for (row,) in self.env.cr.fetchall()}

    def _compute_partner_credit_warning(self):
        """One number for exposure everywhere: the native banner counts otherwise, so ours takes its place."""
        self.partner_credit_warning = ""

    # ------------------------------------------------------------------ watching

    @api.model_create_multi
    def create(self, vals_list):
        with _order_at_work():
            orders = super().create(vals_list)
        orders._credit_recheck()
        return orders

    def write(self, vals):
        taken_back = self._credit_taken_back(vals)
        if taken_back:
            self.env["credit.mark"].sudo()._collect_now(self._name, taken_back.ids)  # sudo: marks belong to nobody
            with engine():
                super(SaleOrder, taken_back).write(dict(PASS_OF_NOBODY))  # what is taken back must pass again
        with _order_at_work():
            result = super().write(vals)
        if (ASKS_FOR_MORE & vals.keys() or vals.get("state") == "draft") and not IN_ORDER.get():
            self._credit_recheck()
        if vals.get("state") == "cancel":
            self.sudo().credit_hold_ids._close()  # sudo: nobody decides on a cancelled order
        if taken_back:
            taken_back._credit_examine_others()
        return result

    def _credit_taken_back(self, vals):
        """Orders whose pass ends with these values: no longer confirmed, or moved to another company."""
        left = vals.get("state", "sale") != "sale"
        return self.filtered(
            lambda order: (left or vals.get("company_id", order.company_id.id) != order.company_id.id)
            and order.credit_passed_partner_id
        )

    def _credit_examine_others(self):
        """These orders ask for less than before: other held orders of their customers may fit now."""
        holds = self.env["credit.hold"].sudo()  # sudo: orders the user may not see
        holds._examine_customers(self.partner_invoice_id.commercial_partner_id)

    @api.constrains(
        "state", "amount_total", "partner_id", "partner_invoice_id", "currency_id", "payment_term_id", "company_id"
    )
    def _check_credit_gate(self):
        """No order is confirmed, and no confirmed order grows, without a decision that passes or a release. Whatever
        path brings it here: button, write, import, portal, another addon."""
        confirmed = self.filtered(lambda order: order.state == "sale")
        confirmed._credit_check_finite()
        beyond = confirmed.filtered(lambda order: not order._credit_pass_covers())
        if beyond:
            beyond._credit_pass_or_refuse()

    @api.ondelete(at_uninstall=False)
    def _credit_keep_decisions(self):
        decided = self.sudo().filtered(lambda order: order.credit_hold_ids.decided_by_id)  # sudo: a decision binds all
        if decided:
            raise UserError(
                self.env._(
                    "To drop order %s, cancel it: a decision on its credit hold is kept with it.", decided[:1].name
                )
            )

    def _credit_check_finite(self):
        for order in self:
            if not abs(order.amount_total) <= LARGEST_AMOUNT:  # also refuses NaN, which compares with nothing
                raise ValidationError(
                    self.env._(
                        "To confirm order %s, give its lines quantities and prices that are plain numbers.", order.name
                    )
                )

    def _credit_pass_covers(self):
        """Whether what was decided still speaks for the order: no more money, the same payer and currency, terms no
        longer."""
        self.ensure_one()
        return (
            self.credit_passed_partner_id == self.partner_invoice_id.commercial_partner_id
            and self.credit_passed_currency_id == self.currency_id
            and self.currency_id.compare_amounts(self.amount_total, self.credit_passed_amount) <= 0
            and self._credit_term_days() <= self.credit_passed_term_days
        )

    def _credit_term_days(self):
        """The longest delay of the payment terms, in days."""
        days = {
            "days_after": 0,
            "days_after_end_of_month": 31,
            "days_after_end_of_next_month": 62,
            "days_end_of_month_on_the": 31,
        }
        return max((line.nb_days + days.get(line.delay_type, 0) for line in self.payment_term_id.line_ids), default=0)
