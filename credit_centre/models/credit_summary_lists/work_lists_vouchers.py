"""The drafts that wait for this very user's authorization."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

VOUCHER_COLUMNS = {
    "name": "name",
    "customer": "partner_id.complete_name",
    "company": "company_id.name",
    "amount": "total_credit",
    "debit": "total_debit",
    "currency_id": "currency_id",
    "date": "date",
    "author": "create_uid.partner_id.name",
}


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    @api.model
    def _vouchers_list(self, filters):
        """:return: None for whoever may authorize none"""
        domain = self._authorizable_domain(filters)
        if domain.is_false():
            return None
        count, rows = self._read_rows("adjustment.voucher", domain, "date, id", VOUCHER_COLUMNS)
        return self._list(
            "vouchers",
            self.env._("Vouchers to Authorize"),
            "adjustment.voucher",
            domain,
            count,
            [self._voucher_row(row) for row in rows],
            self.env._("No voucher waits to be authorized."),
        )

    @api.model
    def _authorizable_domain(self, filters):
        """Drafts in which something is chosen, within the user's authority, and not their own where a second person
        is asked for."""
        if not self.env["adjustment.voucher"].has_access("write"):
            return Domain.FALSE
        companies = self._companies(filters)
        roots = companies.root_id.sudo()  # sudo: settings that bind the user
        if not self.env.user.has_group("adjustment_voucher.group_adjustment_approver"):
            roots = roots.filtered(lambda root: root.adjustment_authorize_by == "billing")
        own = Domain.OR([self._authority_domain(root, companies) for root in roots])
        draft = Domain([("state", "=", "draft"), ("line_ids.amount", ">", 0)])
        return draft & own & self._voucher_customers(filters)

    @api.model
    def _authority_domain(self, root, companies):
        user = self.env.user
        domain = Domain("company_id", "in", companies.filtered(lambda one: one.root_id == root).ids)
        if root.adjustment_four_eyes and not root.adjustment_four_eyes_amount:
            domain &= Domain("create_uid", "!=", user.id)
        if user.adjustment_limit:
            within = Domain("total_credit", "<=", user.adjustment_limit)
            domain &= within | Domain("currency_id", "!=", root.currency_id.id)
        return domain

    @api.model
    def _voucher_customers(self, filters):
        domain = Domain("currency_id", "=", filters.currency_id) if filters.currency_id else Domain.TRUE
        if filters.user_id:
            domain &= Domain("partner_id.user_id", "=", filters.user_id)
        if filters.tag_id:
            domain &= Domain("partner_id.category_id", "in", [filters.tag_id])
        if filters.group_id:
            members = self.env["credit.account"].search([("group_id", "=", filters.group_id)])
            domain &= Domain("partner_id", "in", members.partner_id.ids)
        return domain

    @api.model
    def _voucher_row(self, row):
        return self._row(
            {**row, "amount": max(row["amount"] or 0.0, row["debit"] or 0.0)},
            row["customer"],
            [
                row["name"],
                format_date(self.env, row["date"]),
                self.env._("by %s", row["author"]),
            ],
            action=self._form_action("adjustment.voucher", row["id"]),
        )
