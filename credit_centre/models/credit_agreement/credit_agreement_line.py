"""One agreed price or discount."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang

from ... import agreements
from ..given import check_texts_as_numbers
from . import agreement_message as wording

NUMBERS = ("price", "quantity")
SCOPES = {"product": "1_product", "category": "2_product_category", "all": "3_global"}


class CreditAgreementLine(models.Model):
    _name = "credit.agreement.line"
    _description = "Agreed Price or Discount"
    _order = "sequence, id"
    _rec_name = "subject"
    _check_company_auto = True

    agreement_id = fields.Many2one("credit.agreement", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    partner_id = fields.Many2one(related="agreement_id.partner_id", store=True, index=True)
    state = fields.Selection(related="agreement_id.state", store=True, index=True)
    date_start = fields.Date(related="agreement_id.date_start")
    date_end = fields.Date(related="agreement_id.date_end")
    sequence = fields.Integer(default=10)
    scope = fields.Selection(
        [("product", "Product"), ("category", "Category"), ("all", "All products")],
        "For",
        required=True,
        default="product",
        help="A line for a product outranks one for its category, and that one outranks one for all products.",
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        "Product",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('sale_ok', '=', True)]",
    )
    product_id = fields.Many2one(
        "product.product",
        "Variant",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        help="Empty: all variants of the product.",
    )
    categ_id = fields.Many2one(
        "product.category", "Category", ondelete="restrict", help="The categories below it are included."
    )
    kind = fields.Selection(
        [("price", "New price"), ("discount", "Extra discount")], "Agreed", required=True, default="price"
    )
    price = fields.Float(
        "New Price", min_display_digits="Product Price", help="For one unit, without the customer's discounts."
    )
    discount = fields.Float("Discount (%)", digits="Discount", help="Off the customer's ordinary price.")
    quantity = fields.Float(
        "From Quantity",
        digits="Product Unit",
        help="Counts from this quantity on, in the product's unit of measure. 0: always.",
    )
    list_price = fields.Float(
        "Sales Price", related="product_tmpl_id.list_price", help="The product's own price, in the company's currency."
    )
    list_currency_id = fields.Many2one(related="product_tmpl_id.currency_id", string="Currency of the Sales Price")
    subject = fields.Char("Agreed for", compute="_compute_subject")

    _price = models.Constraint(
        "CHECK (price >= 0 AND price < 'Infinity'::float8)",
        "To agree on a price, give an amount that is not negative.",
    )
    _discount = models.Constraint(
        "CHECK (discount >= 0 AND discount <= 100)", "To agree on a discount, give a percentage from 0 to 100."
    )

    @api.depends("scope", "product_tmpl_id", "product_id", "categ_id")
    def _compute_subject(self):
        for line in self:
            product = line.product_id or line.product_tmpl_id
            subjects = {"product": product.display_name, "category": line.categ_id.display_name}
            line.subject = subjects.get(line.scope) or self.env._("all products")

    @api.onchange("scope")
    def _onchange_scope(self):
        if self.scope != "product":
            self.product_tmpl_id = self.product_id = False
        if self.scope != "category":
            self.categ_id = False
        if self.scope == "all":
            self.kind = "discount"

    @api.onchange("product_tmpl_id")
    def _onchange_product_tmpl_id(self):
        if self.product_id.product_tmpl_id != self.product_tmpl_id:
            self.product_id = False

    def _as_terms(self):
        return agreements.LineTerms(self.scope, self.kind, self.price, self.discount, self.quantity)

    def _get_terms(self):
        """:return: what is agreed, to compare; the last part is in words"""
        item = self.product_id.id or self.product_tmpl_id.id or self.categ_id.id
        return self.scope, item, self.kind, self.price, self.discount, self.quantity, self._get_text()

    def _get_text(self):
        """What is agreed, in words: 'Desk at $ 700.00 from 5'."""
        figures = {
            "item": self.subject,
            "price": formatLang(self.env, self.price, dp="Product Price", currency_obj=self.currency_id),
            "discount": f"{self.discount:g}",
            "quantity": f"{self.quantity:g}",
        }
        if self.kind == "price":
            text = self.env._("%(item)s at %(price)s", **figures)
        else:
            text = self.env._("%(item)s with %(discount)s%% off", **figures)
        return self.env._("%(text)s from %(quantity)s", text=text, **figures) if self.quantity else text

    def _prepare_item(self, agreed):
        """:param agreed: the values that all rules of the agreement share
        :return: values of the product.pricelist.item"""
        vals = {
            **agreed,
            "applied_on": "0_product_variant" if self.product_id else SCOPES[self.scope],
            "display_applied_on": "2_product_category" if self.scope == "category" else "1_product",
            "product_tmpl_id": self.product_tmpl_id.id,
            "product_id": self.product_id.id,
            "categ_id": self.categ_id.id,
            "min_quantity": self.quantity,
        }
        if self.kind == "discount":
            return {**vals, "percent_price": self.discount}
        return {
            **vals,
            "compute_price": "fixed",
            "fixed_price": self.price,
            "base": "list_price",
            "base_pricelist_id": False,
        }

    def action_open_agreement(self):
        """Open the agreement of this line."""
        self.ensure_one()
        self.check_access("read")
        return self.agreement_id._get_form_action()

    # ------------------------------------------------------------------ checks

    @api.constrains("scope", "product_tmpl_id", "product_id", "categ_id", "kind", "price", "discount", "quantity")
    def _check_line(self):
        for line in self:
            named = {"product": line.product_tmpl_id, "category": line.categ_id, "all": True}[line.scope]
            if not named:
                raise ValidationError(self.env._("To agree on a price or discount, choose the product or category."))
            code = agreements.check_line(line._as_terms())
            if code:
                raise ValidationError(wording.line_refusal(self.env, code, line))
        self.agreement_id._check_double_lines()

    @api.model
    def _check_values(self, vals):
        check_texts_as_numbers(self, vals, (*NUMBERS, "discount"))
        for name in NUMBERS:
            value = vals.get(name)
            if isinstance(value, int | float) and not agreements.is_number(value, 0, agreements.LARGEST_PRICE):
                raise ValidationError(wording.number_refusal(self.env, self._fields[name].string, value))
        discount = vals.get("discount")
        if isinstance(discount, int | float) and agreements.check_discount(discount):
            raise ValidationError(wording.discount_refusal(self.env, discount))

    # ------------------------------------------------------------------ writing

    @api.model
    def _complete(self, vals):
        """A variant says which product it is of."""
        if vals.get("product_id") and not vals.get("product_tmpl_id"):
            variant = self.env["product.product"].browse(vals["product_id"])
            return {**vals, "product_tmpl_id": variant.product_tmpl_id.id}
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
        agreements_ = self.env["credit.agreement"].browse({vals.get("agreement_id") for vals in vals_list} - {None})
        agreements_._check_changeable({"line_ids": True})
        with agreements_._amending():
            return super().create([self._complete(vals) for vals in vals_list])

    def write(self, vals):
        self._check_values(vals)
        touched = self.agreement_id | self.env["credit.agreement"].browse(vals.get("agreement_id") or [])
        touched._check_changeable({"line_ids": True})
        with touched._amending():
            return super().write(vals)

    def unlink(self):
        touched = self.agreement_id
        touched._check_changeable({"line_ids": True})
        with touched._amending():
            return super().unlink()


class CreditAgreement(models.Model):
    _inherit = "credit.agreement"

    def _check_double_lines(self):
        """Two lines for one thing would leave open which one counts."""
        for agreement in self:
            seen = set()
            for line in agreement.line_ids:
                key = (line.scope, line.product_tmpl_id, line.product_id, line.categ_id, line.quantity)
                if key in seen:
                    raise ValidationError(wording.double_line_refusal(self.env, line))
                seen.add(key)
