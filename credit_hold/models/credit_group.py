"""Customers that share one limit."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .engine import check_amounts, check_texts


class CreditGroup(models.Model):
    _name = "credit.group"
    _description = "Shared Credit Limit"
    _inherit = ["mail.thread"]
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        "Legal Entity",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    credit_limit = fields.Monetary("Shared Limit", required=True, tracking=True, help="0 is a limit of zero.")
    account_ids = fields.One2many("credit.account", "group_id", "Customers")
    exposure = fields.Monetary(compute="_compute_figures", compute_sudo=True)
    headroom = fields.Monetary("Left", compute="_compute_figures", compute_sudo=True)
    touched = fields.Integer(default=0, readonly=True, copy=False)

    _limit = models.Constraint(
        "CHECK (credit_limit >= 0)", "To set a shared limit, give an amount that is not negative."
    )

    @api.depends("account_ids.exposure", "credit_limit")
    def _compute_figures(self):
        for group in self:
            group.exposure = sum(group.account_ids.mapped("exposure"))
            group.headroom = group.credit_limit - group.exposure

    def _check_values(self, vals):
        check_amounts(self.env, vals, {"credit_limit": self._fields["credit_limit"].string})
        check_texts(self.env, vals, {"name": self._fields["name"].string})

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
        groups = super().create(vals_list)
        groups.account_ids._settings_changed()
        return groups

    def write(self, vals):
        self._check_values(vals)
        before = self.account_ids
        result = super().write(vals)
        (before | self.account_ids)._settings_changed()
        return result

    def unlink(self):
        accounts = self.account_ids
        result = super().unlink()
        accounts._settings_changed()
        return result

    @api.model
    def _propose_for(self, partner, company):
        """A shared limit for a parent company and the companies under it.

        :return: the new credit.group, its limit the parent's own or zero
        :raise UserError: when there is nothing to share
        """
        top = partner.commercial_partner_id
        while top.parent_id:
            top = top.parent_id
        companies = self.env["res.partner"].search([("id", "child_of", top.id), ("is_company", "=", True)])
        members = companies.filtered(lambda one: one == one.commercial_partner_id)
        if len(members) < 2:
            raise UserError(
                self.env._(
                    "To share one limit, first place companies under %(parent)s: it has none of its own now.",
                    parent=top.display_name,
                )
            )
        accounts = self.env["credit.account"]._for_partners(members, company)
        own = sum(accounts.filtered(lambda one: one.limit_mode == "own").mapped("credit_limit"))
        return self.create(
            {
                "name": top.name,
                "company_id": company.root_id.id,
                "credit_limit": own,
                "account_ids": [(6, 0, accounts.ids)],
            }
        )
