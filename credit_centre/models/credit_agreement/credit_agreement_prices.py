"""The price list of an agreement: Odoo's own, made and kept by the agreement."""

from odoo import models

from ... import agreements
from .agreement_engine import engine

LAST = 1000  # agreements' price lists stand behind all others


class CreditAgreement(models.Model):
    _inherit = "credit.agreement"

    def _get_ordinary_pricelist(self):
        """The prices that count without the agreement: the chosen price list, or the customer's own."""
        self.ensure_one()
        # the ordinary prices do not depend on who keeps the agreement
        partner = self.sudo().partner_id.with_company(self.company_id or self.env.company)
        return self.base_pricelist_id.sudo() or partner.property_product_pricelist

    def _sync_pricelist(self):
        """Write what is agreed into the price list; nothing else writes there."""
        for agreement in self:
            ordinary = agreement._get_ordinary_pricelist()
            with engine():
                agreement._ensure_pricelist()
                agreement.ordinary_pricelist_id = ordinary
                agreement._write_items(ordinary)

    def _ensure_pricelist(self):
        vals = {
            "name": self.display_name,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
        }
        # who keeps agreements need not have the right to change price lists: this one is the agreement's own
        if self.pricelist_id:
            self.sudo().pricelist_id.write(vals)
        else:
            vals.update(credit_agreement_id=self.id, sequence=LAST, item_ids=[])
            self.pricelist_id = self.env["product.pricelist"].sudo().create(vals)

    def _write_items(self, ordinary):
        # as in _ensure_pricelist; a search, since the field hides the rules of archived products
        items = self.env["product.pricelist.item"].sudo()
        items.search([("pricelist_id", "=", self.pricelist_id.id)]).unlink()
        items.create(self._prepare_items(ordinary))

    def _prepare_items(self, ordinary):
        """Ordinary prices on any day, and what is agreed on its days; the later of two equal rules counts."""
        start, end = agreements.utc_bounds(self.date_start, self.date_end or None, self._get_zone(self.company_id))
        base = {"pricelist_id": self.pricelist_id.id, "compute_price": "percentage", "base": "list_price"}
        if ordinary:
            base.update(base="pricelist", base_pricelist_id=ordinary.id)
        agreed = {**base, "date_start": start, "date_end": end or False}
        items = [{**base, "percent_price": 0.0}] if ordinary else []
        if self.discount:
            items.append({**agreed, "percent_price": self.discount})
        return items + [line._prepare_item(agreed) for line in self.line_ids]

    def _get_price(self, product, quantity, currency, uom, day):
        """The price of a product under this agreement, without mapping of taxes."""
        moment, _end = agreements.utc_bounds(day, None, self._get_zone(self.company_id))
        # as in _ensure_pricelist: the effect of the agreement, whoever writes the document
        return self.sudo().pricelist_id._get_product_price(product, quantity, currency=currency, uom=uom, date=moment)

    def _follow_ordinary_pricelists(self):
        """Where a customer's ordinary price list is another one by now, base the agreement on it."""
        for agreement in self or self.search([("state", "=", "active"), ("base_pricelist_id", "=", False)]):
            if agreement._get_ordinary_pricelist() != agreement.ordinary_pricelist_id:
                agreement._sync_pricelist()
