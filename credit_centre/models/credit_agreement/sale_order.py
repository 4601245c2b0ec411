"""Quotations follow the agreement in force: price list, tax treatment, terms and method of payment."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.sql import column_exists, create_column

from .agreement_engine import engine, engine_runs

OWN = {"credit_agreement_id", "credit_agreement_mark"}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "credit.agreement.document"]

    # which agreement, in which wording, the prices on the lines were made from
    credit_agreement_mark = fields.Char(compute="_compute_credit_agreement_id", store=True, precompute=True, copy=False)
    credit_agreement_hint = fields.Char(
        "Agreement Changed", compute="_compute_credit_agreement_hint", groups="base.group_user"
    )
    pricelist_id = fields.Many2one(
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', company_id), "
        "'|', ('credit_agreement_id', '=', False), ('credit_agreement_id', '=', credit_agreement_id)]"
    )

    def _auto_init(self):
        """As with invoices: orders that are there already have no agreement."""
        if not column_exists(self.env.cr, "sale_order", "credit_agreement_id"):
            create_column(self.env.cr, "sale_order", "credit_agreement_id", "int4")
            create_column(self.env.cr, "sale_order", "credit_agreement_mark", "varchar")
        return super()._auto_init()

    # ------------------------------------------------------------------ which agreement

    def _get_agreement_key(self):
        day = self.env["credit.agreement"]._get_day(self.company_id, self.date_order)
        return self.partner_id.commercial_partner_id, self.company_id.root_id, day

    def _get_agreements_in_force(self):
        """:return: dict {order: credit.agreement (sudo), maybe empty}; one query for all"""
        keys = {order: order._get_agreement_key() for order in self}
        found = self.env["credit.agreement"]._get_agreements(keys.values())
        nothing = self.env["credit.agreement"].sudo()
        return {
            order: found.get((partner.id, company.id, day), nothing) for order, (partner, company, day) in keys.items()
        }

    @api.depends("partner_id", "company_id")
    def _compute_credit_agreement_id(self):
        in_force = self._get_agreements_in_force()
        for order in self:
            customer = order.credit_agreement_id.partner_id
            if (
                order._origin
                and order.state != "draft"
                and customer in (order.partner_id.commercial_partner_id, customer.browse())
            ):
                continue
            order.credit_agreement_id = in_force[order]
            if not order.order_line or not order.credit_agreement_mark:
                order.credit_agreement_mark = in_force[order]._get_mark()

    def _refresh_agreement(self):
        """Take the agreement in force on the order's date; terms and price list follow, prices on lines do not."""
        in_force = self._get_agreements_in_force()
        for order in self:
            if order.credit_agreement_id != in_force[order]:
                with engine():
                    order.credit_agreement_id = in_force[order]

    @api.onchange("date_order")
    def _onchange_date_order_agreement(self):
        if self.state == "draft" and self.partner_id:
            self._refresh_agreement()

    # ------------------------------------------------------------------ what it brings

    @api.depends("credit_agreement_id")
    def _compute_pricelist_id(self):
        result = super()._compute_pricelist_id()
        for order in self:
            agreement = order.credit_agreement_id
            if order.state == "draft" and agreement.pricelist_id:
                order.pricelist_id = agreement.pricelist_id
            elif order.state != "draft" and order._has_foreign_pricelist():
                order.pricelist_id = order.with_company(order.company_id).partner_id.property_product_pricelist
        return result

    @api.depends("credit_agreement_id")
    def _compute_fiscal_position_id(self):
        before = {order: order.fiscal_position_id for order in self}
        result = super()._compute_fiscal_position_id()
        for order in self:
            position = order.credit_agreement_id.fiscal_position_id
            if position:
                order.fiscal_position_id = position
                order.show_update_fpos = bool(order.order_line) and before[order] != position
        return result

    @api.depends("credit_agreement_id")
    def _compute_payment_term_id(self):
        result = super()._compute_payment_term_id()
        for order in self:
            if order.credit_agreement_id.payment_term_id:
                order.payment_term_id = order.credit_agreement_id.payment_term_id
        return result

    @api.depends("credit_agreement_id")
    def _compute_preferred_payment_method_line_id(self):
        result = super()._compute_preferred_payment_method_line_id()
        for order in self:
            method = order.credit_agreement_id.payment_method_line_id
            if method and method.company_id == order.company_id:
                order.preferred_payment_method_line_id = method
        return result

    def _prepare_invoice(self):
        # the invoice of an order says what the order was made under, even if that was no agreement
        return {**super()._prepare_invoice(), "credit_agreement_id": self.credit_agreement_id.id}

    # ------------------------------------------------------------------ changed since

    @api.depends("credit_agreement_id", "credit_agreement_mark", "partner_id", "company_id", "date_order", "state")
    def _compute_credit_agreement_hint(self):
        self.credit_agreement_hint = False
        quotations = self.filtered(lambda order: order.state in ("draft", "sent") and order.partner_id)
        for order, in_force in quotations._get_agreements_in_force().items():
            order.credit_agreement_hint = order._get_agreement_hint(in_force)

    def _get_agreement_hint(self, in_force):
        # the hint is for whoever writes the quotation
        current = self.sudo().credit_agreement_id
        today = in_force._get_day(self.company_id)
        if current != in_force:
            return self._get_other_agreement_text(current, in_force)
        if (self.credit_agreement_mark or "") != (current._get_mark() or "") and self.order_line:
            return self.env._(
                "%(name)s has other prices or terms than those this quotation was made with.", name=current.display_name
            )
        if current.date_end and current.date_end < today and self._origin:
            return self.env._(
                "%(name)s ended on %(end)s; this quotation still has its prices and terms.",
                name=current.display_name,
                end=format_date(self.env, current.date_end),
            )
        return False

    def _get_other_agreement_text(self, current, in_force):
        if in_force:
            return self.env._(
                "%(name)s is in force for this customer; this quotation does not have its prices and terms yet.",
                name=in_force.display_name,
            )
        return self.env._(
            "%(name)s does not count on the date of this quotation, which still has its prices and terms.",
            name=current.display_name,
        )

    def action_apply_agreement(self):
        """Bring quotations to the prices and terms that count today: those of the agreement, or ordinary ones."""
        self.check_access("write")
        for order in self:
            if order.state not in ("draft", "sent"):
                raise UserError(
                    self.env._(
                        "To take over other prices, choose a quotation: %(name)s is confirmed or cancelled.",
                        name=order.display_name,
                    )
                )
            order._apply_agreement()
        return True

    def _apply_agreement(self):
        now = fields.Datetime.now()
        if self.date_order < now:
            self.date_order = now
        with engine():
            self.credit_agreement_id = self._get_agreements_in_force()[self]
        self._take_pricelist()
        self._recompute_taxes()
        self._recompute_prices()
        self.message_post(
            body=self.env._("Prices and terms taken from %s.", self.sudo().credit_agreement_id.display_name)
            if self.credit_agreement_id
            else self.env._("Ordinary prices and terms taken.")
        )

    def _take_pricelist(self):
        """Odoo keeps the price list of a quotation that was sent; here somebody asked for another."""
        agreed = self.sudo().credit_agreement_id.pricelist_id
        self.pricelist_id = agreed or self.with_company(self.company_id).partner_id.property_product_pricelist

    def _recompute_prices(self):
        result = super()._recompute_prices()
        with engine():
            for order in self:
                # a mark is no secret: number and wording of the agreement the order has
                order.credit_agreement_mark = order.sudo().credit_agreement_id._get_mark()
        return result

    # ------------------------------------------------------------------ writing

    def _refuse_own(self, vals):
        if OWN & vals.keys() and not engine_runs():
            raise AccessError(
                self.env._(
                    "To have another agreement on a quotation, choose its customer and date: it follows from them."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_own(vals)
        names = {f"default_{name}" for name in OWN}
        context = {key: value for key, value in self.env.context.items() if key not in names}
        return super(SaleOrder, self.with_env(self.env(context=context))).create(vals_list)

    def write(self, vals):
        self._refuse_own(vals)
        result = super().write(vals)
        if "date_order" in vals and "state" not in vals:
            self.filtered(lambda order: order.state == "draft")._refresh_agreement()
        return result

    def copy_data(self, default=None):
        """A copy gets the price list and terms that count now, not those of an agreement that does not."""
        vals_list = super().copy_data(default)
        for order, vals in zip(self, vals_list, strict=True):
            if not order._is_agreement_current():
                for name in (
                    "pricelist_id",
                    "fiscal_position_id",
                    "payment_term_id",
                    "preferred_payment_method_line_id",
                ):
                    if name not in (default or {}):
                        vals.pop(name, None)
        return vals_list

    def copy(self, default=None):
        copies = super().copy(default)
        for order, copied in zip(self, copies, strict=True):
            if not order._is_agreement_current():
                copied._recompute_taxes()
                copied._recompute_prices()
        return copies

    def _is_agreement_current(self):
        """Whether a quotation made now would have the same agreement (or none too)."""
        agreements = self.env["credit.agreement"]
        partner, company, _day = self._get_agreement_key()
        current = agreements._get_agreement(partner, company, agreements._get_day(self.company_id))
        # only compared
        return current == self.sudo().credit_agreement_id

    def _has_foreign_pricelist(self):
        """Whether the price list was agreed with somebody else."""
        # only compared
        customer = self.sudo().pricelist_id.credit_agreement_id.partner_id
        return bool(customer) and customer != self.partner_id.commercial_partner_id

    @api.constrains("pricelist_id", "partner_id")
    def _check_agreed_pricelist(self):
        for order in self.filtered(lambda order: order._has_foreign_pricelist()):
            raise ValidationError(
                self.env._(
                    "To price %(order)s, choose another price list: %(list)s was agreed with another customer.",
                    order=order.display_name,
                    list=order.pricelist_id.name,
                )
            )

    # ------------------------------------------------------------------ screens

    def action_view_credit_agreement(self):
        """Open the agreement of this order."""
        self.ensure_one()
        self.check_access("read")
        self.credit_agreement_id.check_access("read")
        return self.credit_agreement_id._get_form_action()


class CreditAgreement(models.Model):
    _inherit = "credit.agreement"

    def _get_mark(self):
        """:return: text that tells this wording of the agreement from others; False without an agreement"""
        return f"{self.id}.{self.revision}" if self else False
