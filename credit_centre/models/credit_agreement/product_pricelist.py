"""Price lists of agreements: kept by the agreement, for its customer, and never anybody's ordinary price list."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .agreement_engine import engine_runs


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"
    # branches use the price lists of their company, as the record rules allow
    _check_company_domain = models.check_company_domain_parent_of

    credit_agreement_id = fields.Many2one(
        "credit.agreement",
        "Customer Agreement",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The agreement whose prices this list holds.",
    )

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        """What was agreed with one customer is not what others get for want of a price list."""
        domain = super()._get_partner_pricelist_multi_search_domain_hook(company_id)
        return list(Domain(domain) & Domain("credit_agreement_id", "=", False))

    def _get_partner_pricelist_multi_filter_hook(self):
        return super()._get_partner_pricelist_multi_filter_hook().filtered(lambda found: not found.credit_agreement_id)

    def _refuse_agreed(self):
        # who may change price lists need not see the agreement
        agreement = self.sudo().credit_agreement_id[:1]
        if agreement and not engine_runs():
            raise UserError(
                self.env._(
                    "To change the prices of %(name)s, change the lines of the agreement: it keeps its price list itself.",
                    name=agreement.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not engine_runs():
            vals_list = [{**vals, "credit_agreement_id": False} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if {"credit_agreement_id", "currency_id", "company_id", "active", "item_ids"} & vals.keys():
            self._refuse_agreed()
        if "credit_agreement_id" in vals and not engine_runs():
            vals = {name: value for name, value in vals.items() if name != "credit_agreement_id"}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._refuse_agreed()


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.pricelist_id._refuse_agreed()
        return items

    def write(self, vals):
        self.pricelist_id._refuse_agreed()
        result = super().write(vals)
        if "pricelist_id" in vals:
            self.pricelist_id._refuse_agreed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.pricelist_id._refuse_agreed()
