"""What the ledger computes on journal items is never written by hand; Odoo's own matching is known as such."""

import math

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from .account_partial_reconcile import TRADE
from .engine import _number as number
from .engine import work
from .odoo_step import in_odoo_step, odoo_step

# Computed by matching and posting; whoever could write them would settle an item without money.
LEDGER = {"amount_residual", "amount_residual_currency", "reconciled", "full_reconcile_id", "parent_state"}
OWN = {"adjustment_leg", "adjustment_item_id"}
# What a posted leg of a voucher says for good; of an item that a voucher applied, Odoo keeps all of it but the partner.
BOOKED = {
    "account_id",
    "partner_id",
    "debit",
    "credit",
    "balance",
    "amount_currency",
    "currency_id",
    "tax_ids",
    "tax_tag_ids",
}
NUMBERS = {"debit", "credit", "balance", "amount_currency", "quantity", "price_unit", "discount"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _reconcile_plan_with_sync(self, plan_list, all_amls):
        with odoo_step("match"):
            return super()._reconcile_plan_with_sync(plan_list, all_amls)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_adjustment_values(vals)
        context = self.env.context
        if not work() and any(f"default_{name}" in context for name in OWN | LEDGER):
            drop = {f"default_{name}" for name in OWN | LEDGER}
            self = self.with_env(self.env(context={key: context[key] for key in context if key not in drop}))
        return super().create(vals_list)

    def write(self, vals):
        self._check_adjustment_values(vals)
        if "matching_number" in vals:
            self._check_matching_number()
        if not work() and not BOOKED.isdisjoint(vals):
            self._check_booked(vals)
        return super().write(vals)

    def unlink(self):
        self._drop_from_open_vouchers()
        return super().unlink()

    def _check_adjustment_values(self, vals):
        """:raise AccessError, ValidationError: for what only the ledger or a voucher sets, and for what is no number"""
        touched = set(vals)
        if touched & OWN and not work():
            raise AccessError(
                self.env._("To book a leg of a voucher, authorize the voucher: it books its legs itself.")
            )
        if work() and vals.get("parent_state") == "draft":
            touched.discard("parent_state")  # of a new leg, whose entry is a draft
        if touched & LEDGER and not self.env.su and not in_odoo_step("match", "unmatch"):
            names = ", ".join(sorted(self._fields[name].string for name in touched & LEDGER))
            raise AccessError(
                self.env._("To change %s, match the item or take its matching back: the ledger computes it.", names)
            )
        for name in touched & NUMBERS:
            value = number(vals[name])
            if value is not None and not math.isfinite(value):
                raise ValidationError(
                    self.env._("To book an amount, give a number: %s is not one.", str(vals[name])[:40])
                )

    def _check_booked(self, vals):
        """:raise RedirectWarning, UserError: for a voucher's leg, or for the customer of an item that a voucher applied"""
        changes = self.env["account.move"]._field_will_change
        for line in self.filtered(lambda one: one.parent_state == "posted"):
            changed = {name for name in BOOKED & set(vals) if changes(line, vals, name)}
            matches = (line.matched_debit_ids | line.matched_credit_ids) if "partner_id" in changed else []
            voucher = line.move_id.adjustment_voucher_id or (matches and matches.adjustment_voucher_id[:1])
            if changed and voucher:
                # sudo: which voucher holds it, also for someone who may not read vouchers
                raise self.env["adjustment.guard"]._refuse_change(line.move_id.sudo(), voucher.sudo())

    def _check_matching_number(self):
        """:raise AccessError: for items that are matched; before that, a number marks what an import is to match"""
        matched = self.filtered(lambda line: (line.matching_number or "I")[0] != "I")
        if matched and not self.env.su and not in_odoo_step("match", "unmatch"):
            raise AccessError(
                self.env._(
                    "To change the matching of %s, take it back first: its number follows from it.",
                    matched[0].move_id.display_name,
                )
            )

    def _drop_from_open_vouchers(self):
        """An item that goes leaves the drafts it was only loaded in; one with an amount there stays.

        :raise UserError: naming the draft
        """
        if not self.ids:
            return
        # whoever deletes a draft item need not have rights on vouchers; only unused lines of open vouchers go
        lines = self.env["adjustment.voucher.line"].sudo().search([("move_line_id", "in", self.ids)])
        used = lines.filtered(lambda line: line.amount or line.state not in ("draft", "returned"))
        if used:
            voucher = used[0].voucher_id
            text = self.env._(
                "To delete %(document)s or change its items, take it out of voucher %(voucher)s first.",
                document=used[0].move_id.display_name,
                voucher=voucher.display_name,
            )
            raise self.env["adjustment.guard"]._lead_to(voucher, text)
        lines.unlink()

    # ------------------------------------------------------------------ what a pair of items is

    def _adjustment_sign(self):
        """Above zero for a debit, below for a credit."""
        self.ensure_one()
        return self.balance or self.amount_currency

    def _adjustment_strangers(self, other):
        """Whether these are trade items of two customers, in a company that matches within one only."""
        if self.account_id.account_type not in TRADE:
            return False
        both = (self | other).sudo()  # only who the head of each customer is, and the company's choice
        heads = both.partner_id.commercial_partner_id
        return len(heads) > 1 and self.company_id.sudo().root_id.adjustment_same_customer
