"""Agreements where people look for them: on the customer and on the credit account."""

from odoo import api, fields, models

PRICES = {"property_product_pricelist", "specific_property_product_pricelist", "country_id"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_agreement_count = fields.Integer("Agreements", compute="_compute_credit_agreement_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_credit_agreement_count(self):
        agreements = self.env["credit.agreement"]
        counts = {}
        if agreements.has_access("read"):
            domain = [("partner_id", "in", self.commercial_partner_id.ids), ("state", "!=", "cancelled")]
            counts = dict(agreements._read_group(domain, ["partner_id"], ["__count"]))
        for partner in self:
            partner.credit_agreement_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_credit_agreements(self):
        """The agreements with this customer."""
        self.ensure_one()
        self.check_access("read")
        self.env["credit.agreement"].check_access("read")
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreements"),
            "res_model": "credit.agreement",
            "views": [(False, "list"), (False, "form")],
            "domain": [("partner_id", "=", customer.id)],
            "context": {"default_partner_id": customer.id},
        }

    def write(self, vals):
        result = super().write(vals)
        if PRICES & vals.keys():
            self._follow_agreed_prices()
        return result

    def _follow_agreed_prices(self):
        # agreements rest on the ordinary prices, whoever changes these
        agreements = self.env["credit.agreement"].sudo()
        domain = [("partner_id", "in", self.ids), ("state", "=", "active"), ("base_pricelist_id", "=", False)]
        found = agreements.search(domain)
        if found:
            found._follow_ordinary_pricelists()


class CreditAccount(models.Model):
    _inherit = "credit.account"

    credit_agreement_count = fields.Integer("Agreements", compute="_compute_credit_agreement_count")
    credit_agreement_id = fields.Many2one(
        "credit.agreement",
        "Agreement in Force",
        compute="_compute_credit_agreement_id",
        help="What it says counts before the customer's own prices and terms below.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_credit_agreement_id(self):
        agreements = self.env["credit.agreement"]
        keys = {
            account: (account.partner_id, account.company_id, agreements._get_day(account.company_id))
            for account in self
        }
        found = agreements._get_agreements(keys.values())
        for account, (partner, company, day) in keys.items():
            key = (partner.commercial_partner_id.id, company.root_id.id, day)
            account.credit_agreement_id = found.get(key, agreements).id

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_credit_agreement_count(self):
        agreements = self.env["credit.agreement"]
        counts = {}
        if agreements.has_access("read"):
            domain = [("partner_id", "in", self.partner_id.ids), ("state", "!=", "cancelled")]
            groups = agreements._read_group(domain, ["partner_id", "company_id"], ["__count"])
            counts = {(partner, company): count for partner, company, count in groups}
        for account in self:
            account.credit_agreement_count = counts.get((account.partner_id, account.company_id), 0)

    def action_view_credit_agreements(self):
        """The agreements with this customer in this legal entity."""
        self.ensure_one()
        self.check_access("read")
        action = self.partner_id.action_view_credit_agreements()
        action["domain"].append(("company_id", "=", self.company_id.id))
        action["context"]["default_company_id"] = self.company_id.id
        return action
