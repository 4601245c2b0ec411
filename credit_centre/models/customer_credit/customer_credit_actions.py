"""What a person does with credits from the hub: apply, take back, refund (S0.12 to S0.20). Each row is looked at anew."""

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.adjustment_voucher.models.engine import check_ids

BILLING = "account.group_account_invoice"
NAMED = 5  # in a refusal about several


class CustomerCredit(models.Model):
    _inherit = "customer.credit"

    # ------------------------------------------------------------------ who may, and on what

    def _check_may_work(self, wish):
        """:param wish: «apply a credit», the user's goal
        :raise AccessError, UserError: unless the user may, and every row is still there
        """
        check_ids(self)
        self.check_access("read")
        if not self.env.user.has_group(BILLING):
            raise AccessError(self.env._("To %s, ask an administrator for the right «Invoicing».", wish))
        self.invalidate_model()
        if not self:
            raise UserError(self.env._("To %s, choose at least one credit in the list.", wish))
        if self.exists() != self:
            raise UserError(self.env._("To %s, reload the list: a credit that you chose is no longer there.", wish))

    def _check_open(self, wish):
        for credit in self.filtered(lambda one: not one.is_open):
            raise UserError(
                self.env._(
                    "To %(wish)s, choose one with something left: %(credit)s is %(status)s, with %(remaining)s left of"
                    " %(amount)s.",
                    wish=wish,
                    credit=credit.memo_number,
                    status=dict(self._fields["status"]._description_selection(self.env))[credit.status],
                    remaining=credit._format(credit.remaining_amount),
                    amount=credit._format(credit.amount),
                )
            )

    def _check_together(self, wish):
        """:raise UserError: unless the credits are of one customer and one legal entity"""
        nameless = self.filtered(lambda one: not one.partner_id)[:1]
        if nameless:
            raise UserError(
                self.env._(
                    "To %(wish)s, give %(credit)s a customer first: it has none.",
                    wish=wish,
                    credit=nameless.memo_number,
                )
            )
        if len(self.partner_id) > 1:
            raise UserError(
                self.env._(
                    "To %(wish)s together, choose credits of one customer: these are of %(customers)s.",
                    wish=wish,
                    customers=", ".join(self.partner_id.mapped("display_name")[:5]),
                )
            )
        if len(self.company_id.root_id) > 1:
            raise UserError(
                self.env._(
                    "To %(wish)s together, choose credits of one company: these are of %(companies)s.",
                    wish=wish,
                    companies=", ".join(self.company_id.mapped("name")),
                )
            )

    def _format(self, amount):
        self.ensure_one()
        return self.currency_id.format(amount)

    # ------------------------------------------------------------------ apply (S0.13, S0.19)

    def action_apply(self):
        """A draft voucher over these credits, with what they can be applied to loaded beside them.

        :return: the action that opens the voucher
        """
        wish = self.env._("apply a credit")
        self._check_may_work(wish)
        self._check_open(wish)
        self._check_together(wish)
        if len(self) == 1 and self.search_count([("move_id", "=", self.move_id.id), ("is_open", "=", True)]) == 1:
            return self.move_id.action_adjustment_apply()
        return {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "views": [(False, "form")],
            "res_id": self._make_voucher().id,
        }

    def _make_voucher(self):
        items = self.move_line_id
        voucher = self.env["adjustment.voucher"].create(
            {
                "company_id": items.company_id.id if len(items.company_id) == 1 else items.company_id.root_id.id,
                "partner_id": self.partner_id.id,
                "currency_id": items.currency_id[:1].id,
                "kind": "multi",
                "line_ids": [
                    Command.create({"move_line_id": item.id, "amount": abs(item.amount_residual_currency)})
                    for item in items
                ],
            }
        )
        voucher.action_load_items()
        if voucher.line_ids.currency_id == voucher.currency_id:
            voucher.kind = "single"
        return voucher

    def action_apply_screen(self):
        """The screen to choose invoices for these credits (S0.29), its customer and the credits filled in."""
        wish = self.env._("apply a credit")
        self._check_may_work(wish)
        self._check_open(wish)
        self._check_together(wish)
        return self.env["credit.apply"]._get_action(self.partner_id, self.move_line_id)

    # ------------------------------------------------------------------ take back (S0.15, S0.23)

    def action_unapply(self):
        """Take back what these credits were used for; where there is more than one use, choose which.

        :return: True, or the action that asks
        """
        self._check_may_work(self.env._("unapply a credit"))
        rows = self.application_ids.filtered(lambda row: row.kind != "void")
        if not rows:
            names = ", ".join(self[:NAMED].mapped("memo_number"))
            raise UserError(
                self.env._("To unapply %s, apply it first: it was not used for anything.", names)
                if len(self) == 1
                else self.env._(
                    "To unapply credits, choose some that were applied: %s were not used for anything.", names
                )
            )
        if len(rows) == 1:
            return rows.action_unapply()
        return rows._get_choice(self.env._("Choose what to take back"))

    # ------------------------------------------------------------------ refund (S0.12, S0.17)

    def action_refund(self):
        """The form that asks how and when the balance of these credits, or a part of it, is paid back."""
        wish = self.env._("refund a credit")
        self._check_may_work(wish)
        self._check_open(wish)
        return self.env["credit.refund"]._get_action(self)

    # ------------------------------------------------------------------ look (S0.8, S0.9, S0.14)

    def action_view_applications(self):
        """The invoices and other debits that these credits were applied to."""
        return self._get_uses("applied", self.env._("Applied on"))

    def action_view_refunds(self):
        """The payments that gave these credits back."""
        return self._get_uses("refunded", self.env._("Refunds"))

    def _get_uses(self, kind, title):
        check_ids(self)
        self.check_access("read")
        rows = self.application_ids.filtered(lambda row: row.kind == kind)
        return rows._get_choice(title, [("credit_id", "in", self.ids), ("kind", "=", kind)])

    def action_view_transactions(self):
        """Every journal item tied to these credits: their entries, matches, vouchers and refunds (S0.21, S0.22)."""
        check_ids(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transactions of %s", ", ".join(filter(None, self.mapped("memo_number")))),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("id", "in", self._get_items().ids)],
            "context": {"search_default_group_by_move": 1, "create": False},
        }
