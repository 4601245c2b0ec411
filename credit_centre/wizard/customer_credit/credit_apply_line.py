"""One document on the apply screen: an open credit or invoice, ticked or not, with the amount to use of it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.adjustment_voucher.models.engine import check_amounts


class CreditApplyLine(models.TransientModel):
    _name = "credit.apply.line"
    _inherit = "credit.checked.input"
    _description = "Document to Apply"
    _order = "id"

    apply_id = fields.Many2one("credit.apply", "Apply Deposits/Credits", required=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", "Item", required=True, ondelete="cascade")
    side = fields.Selection(
        [("credit", "Credit"), ("debit", "Debit")], compute="_compute_side", store=True, precompute=True
    )
    selected = fields.Boolean("Apply")
    document_name = fields.Char("Number", related="move_line_id.move_name")
    kind = fields.Selection(
        lambda self: self.env["adjustment.voucher.line"]._fields["document_kind"]._description_selection(self.env),
        compute="_compute_document",
    )
    reference = fields.Char("Order / Reference", compute="_compute_document")
    company_id = fields.Many2one(related="move_line_id.company_id", string="Store")
    date = fields.Date(related="move_line_id.date")
    date_maturity = fields.Date("Due", related="move_line_id.date_maturity")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    residual = fields.Monetary("Open", compute="_compute_document")
    amount = fields.Monetary("To Apply", help="All that is open, or a part of it.")

    @api.depends("move_line_id")
    def _compute_side(self):
        for line in self:
            line.side = "debit" if line.move_line_id.amount_currency > 0 else "credit"

    @api.depends("move_line_id")
    def _compute_document(self):
        for line in self:
            item = line.move_line_id
            line.kind = item._get_adjustment_kind() if item else False
            line.reference = item.move_id.invoice_origin or item.ref or False
            line.residual = abs(item.amount_residual_currency)

    @api.onchange("selected")
    def _onchange_selected(self):
        self.amount = self.residual if self.selected else 0

    @api.onchange("amount")
    def _onchange_amount(self):
        self.selected = bool(self.amount)

    @api.model
    def _check_given(self, vals):
        check_amounts(self.env, vals, {"amount": self.env._("the amount to apply")})

    def _check_applicable(self, partner):
        """:raise UserError: unless the item is open, of this customer, and holds the amount"""
        self.ensure_one()
        item, name = self.move_line_id, self.document_name or ""
        if item.partner_id.commercial_partner_id != partner:
            raise UserError(
                self.env._(
                    "To apply %(document)s, choose its own customer: it is not of %(customer)s.",
                    document=name,
                    customer=partner.display_name,
                )
            )
        still = abs(item.amount_residual_currency) if item.parent_state == "posted" and not item.reconciled else 0
        compare = self.currency_id.compare_amounts
        if compare(self.amount, 0) <= 0 or compare(self.amount, still) > 0:
            raise UserError(
                self.env._(
                    "To apply %(document)s, give an amount above zero and up to %(open)s, what is open of it: %(amount)s"
                    " is not.",
                    document=name,
                    open=self.currency_id.format(still),
                    amount=self.currency_id.format(self.amount),
                )
            )
