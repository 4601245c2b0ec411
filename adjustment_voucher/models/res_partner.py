from odoo import fields, models
from odoo.exceptions import UserError

from .account_move_apply import READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    adjustment_voucher_count = fields.Integer(
        "Vouchers", compute="_compute_adjustment_voucher_count", groups=READERS, help="Vouchers of this customer."
    )

    def _compute_adjustment_voucher_count(self):
        for partner in self:
            partner.adjustment_voucher_count = (
                self.env["adjustment.voucher"].search_count(partner._get_adjustment_domain()) if partner.ids else 0
            )

    def _get_adjustment_domain(self):
        return [
            ("partner_id", "child_of", self.commercial_partner_id.ids),
            ("company_id", "in", self.env.companies.ids),
        ]

    def action_view_adjustment_vouchers(self):
        """The vouchers of this customer and of its contacts, in the companies at hand."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Vouchers of %s", self.commercial_partner_id.name),
            "res_model": "adjustment.voucher",
            "view_mode": "list,form",
            "domain": self._get_adjustment_domain(),
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }

    def action_adjustment_apply_credits(self):
        """A draft voucher of this customer with all open items loaded, none of them chosen yet.

        :raise UserError: when no credit of the customer is open
        """
        self.ensure_one()
        voucher = self._find_adjustment_draft() or self.env["adjustment.voucher"].create(
            {"partner_id": self.commercial_partner_id.id, "kind": "multi"}
        )
        voucher._load_items()
        voucher._take_kind_of_lines()
        if not voucher._side("credit"):
            raise UserError(
                self.env._(
                    "To apply credits of %(customer)s, enter a receipt or a credit note first: %(company)s has none open.",
                    customer=self.commercial_partner_id.name,
                    company=self.env.company.name,
                )
            )
        return voucher._get_form_action()

    def _find_adjustment_draft(self):
        """The user's own draft of this customer in which nothing is chosen yet."""
        return self.env["adjustment.voucher"].search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
                ("create_uid", "=", self.env.uid),
                ("state", "=", "draft"),
                ("line_ids", "not any", [("amount", ">", 0)]),
            ],
            order="id desc",
            limit=1,
        )
