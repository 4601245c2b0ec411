"""Invoices: those of orders have what the order has, others follow the agreement in force on their day."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare
from odoo.tools.sql import column_exists, create_column


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "credit.agreement.document"]

    credit_agreement_id = fields.Many2one(readonly=False)

    def _auto_init(self):
        """Documents that are there already have no agreement, since none is: a look at each would take long."""
        if not column_exists(self.env.cr, "account_move", "credit_agreement_id"):
            create_column(self.env.cr, "account_move", "credit_agreement_id", "int4")
        return super()._auto_init()

    def _get_agreement_day(self):
        return self.invoice_date or self.env["credit.agreement"]._get_day(self.company_id)

    @api.depends("partner_id", "company_id", "move_type", "reversed_entry_id")
    def _compute_credit_agreement_id(self):
        sales = self.filtered(lambda move: move.state == "draft" and move.move_type in ("out_invoice", "out_receipt"))
        sales = sales.filtered("partner_id")
        keys = {
            move: (move.partner_id.commercial_partner_id, move.company_id.root_id, move._get_agreement_day())
            for move in sales
        }
        found = self.env["credit.agreement"]._get_agreements(keys.values())
        for move in self.filtered(lambda move: move.state == "draft"):
            partner, company, day = keys.get(move, (move.partner_id, move.company_id, None))
            agreement = found.get((partner.id, company.id, day))
            move.credit_agreement_id = agreement or move.reversed_entry_id.credit_agreement_id

    def _get_agreed(self, name):
        """:return: what the agreement says, on documents to customers, for a record of the same company"""
        value = self.credit_agreement_id[name] if self.is_sale_document(include_receipts=True) else None
        return value or self.env["credit.agreement"][name]

    @api.depends("credit_agreement_id")
    def _compute_fiscal_position_id(self):
        result = super()._compute_fiscal_position_id()
        for move in self.filtered(lambda move: move._get_agreed("fiscal_position_id")):
            move.fiscal_position_id = move._get_agreed("fiscal_position_id")
        return result

    @api.depends("credit_agreement_id")
    def _compute_invoice_payment_term_id(self):
        result = super()._compute_invoice_payment_term_id()
        for move in self.filtered(lambda move: move.move_type != "out_refund" and move._get_agreed("payment_term_id")):
            move.invoice_payment_term_id = move._get_agreed("payment_term_id")
        return result

    @api.depends("credit_agreement_id")
    def _compute_preferred_payment_method_line_id(self):
        result = super()._compute_preferred_payment_method_line_id()
        for move in self.filtered(lambda move: move.move_type != "out_refund"):
            method = move._get_agreed("payment_method_line_id")
            if method and method.company_id == move.company_id:
                move.preferred_payment_method_line_id = method
        return result

    @api.constrains("credit_agreement_id", "company_id")
    def _check_agreement_company(self):
        for move in self:
            # only compared
            company = move.sudo().credit_agreement_id.company_id
            if company and company != move.company_id.root_id:
                raise ValidationError(
                    self.env._(
                        "To invoice under %(name)s, use its company %(company)s.",
                        name=move.sudo().credit_agreement_id.display_name,  # named to whoever tried it
                        company=company.name,
                    )
                )

    def copy_data(self, default=None):
        """A duplicate gets the terms that count now, not those of an agreement that does not."""
        vals_list = super().copy_data(default)
        for move, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("reversed_entry_id") and not move._is_agreement_current():
                for name in ("fiscal_position_id", "invoice_payment_term_id", "preferred_payment_method_line_id"):
                    vals.pop(name, None)
        return vals_list

    def _is_agreement_current(self):
        # only compared
        current = self.sudo().credit_agreement_id
        if not current:
            return True
        day = current._get_day(self.company_id)
        return current == current._get_agreement(self.partner_id, self.company_id, day)

    def action_view_credit_agreement(self):
        """Open the agreement of this invoice."""
        self.ensure_one()
        self.check_access("read")
        self.credit_agreement_id.check_access("read")
        return self.credit_agreement_id._get_form_action()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _compute_price_unit(self):
        """A product put on an invoice without an order has the agreed price too."""
        result = super()._compute_price_unit()
        for line in self.filtered(lambda line: line._has_agreed_price()):
            line.price_unit = line._get_agreed_price(line.quantity)
        return result

    @api.model
    def _get_addons_without_legs(self):
        """An agreed price is that of a product: vouchers need not ask for each of their legs."""
        return super()._get_addons_without_legs() | {"credit_centre"}

    @api.onchange("quantity")
    def _onchange_quantity_agreed_price(self):
        """Another quantity may have another agreed price; a price entered by hand stays."""
        if self._has_agreed_price():
            quantities = {1.0, *self.move_id.credit_agreement_id.sudo().line_ids.mapped("quantity")}  # only compared
            if any(float_compare(self._get_agreed_price(q), self.price_unit, 6) == 0 for q in quantities):
                self.price_unit = self._get_agreed_price(self.quantity)

    def _has_agreed_price(self):
        # who invoices need not see price lists
        agreed = self.move_id.credit_agreement_id.sudo().pricelist_id
        plain = self.product_id and not self.sale_line_ids and not self.is_imported
        return bool(agreed and plain and self.display_type in (False, "product"))

    def _get_agreed_price(self, quantity):
        move = self.move_id
        price = move.credit_agreement_id._get_price(
            self.product_id,
            quantity or 1.0,
            move.currency_id or move.company_id.currency_id,
            self.product_uom_id or self.product_id.uom_id,
            move._get_agreement_day(),
        )
        taxes = self.product_id.taxes_id._filter_taxes_by_company(move.company_id)
        return self.product_id._get_tax_included_unit_price_from_price(
            price, product_taxes=taxes, fiscal_position=move.fiscal_position_id
        )
