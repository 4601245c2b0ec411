"""From the apply screen to an authorized voucher (S0.29 to S0.31): gather, make, authorize, tell."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.adjustment_voucher.models.engine import check_ids

from ...application import fit

BILLING = "account.group_account_invoice"


class CreditApply(models.TransientModel):
    _inherit = "credit.apply"

    def action_apply(self):
        """Make a voucher of what is ticked and authorize it; where it can't be authorized, leave the draft and say why.

        :return: the action that says what was done
        """
        self.ensure_one()
        self._check_may_apply()
        credits, debits = self._gather()
        voucher = self._make_voucher(credits, debits)
        refusal = self._authorize(voucher)
        self.env["customer.credit"].invalidate_model()
        return self._tell(voucher, refusal)

    def _check_may_apply(self):
        check_ids(self)
        self.check_access("write")
        if not self.env.user.has_group(BILLING):
            raise AccessError(self.env._("To apply a credit, ask an administrator for the right «Invoicing»."))
        if not self.partner_id:
            raise UserError(self.env._("To apply a credit, choose the customer first."))

    def _gather(self):
        """The ticked lines of both sides, looked at anew."""
        credits, debits = self._ticked("credit"), self._ticked("debit")
        if not credits or not debits:
            raise UserError(
                self.env._("To apply, tick at least one credit and one invoice of %s.", self.partner_id.display_name)
            )
        both = credits | debits
        both.move_line_id.check_access("read")
        for line in both:
            line._check_applicable(self.partner_id.commercial_partner_id)
        if len(both.move_line_id.company_id.root_id) > 1:
            raise UserError(
                self.env._("To apply, choose one store: the ticked documents are of %s.",
                           ", ".join(both.move_line_id.company_id.root_id.mapped("name")))
            )  # fmt: skip
        return credits, debits

    def _make_voucher(self, credits, debits):
        items = (credits | debits).move_line_id
        currency = items.currency_id if len(items.currency_id) == 1 else items.company_id.root_id.currency_id
        return self.env["adjustment.voucher"].create(
            {
                "company_id": items.company_id.id if len(items.company_id) == 1 else items.company_id.root_id.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "currency_id": currency.id,
                "kind": "single" if len(items.currency_id) == 1 else "multi",
                "line_ids": [
                    Command.create({"move_line_id": line.move_line_id.id, "amount": amount})
                    for line, amount in self._get_amounts(credits, debits)
                    if amount
                ],
            }
        )

    @api.model
    def _get_amounts(self, credits, debits):
        """What is used of each line: both sides cut to the smaller one; in several currencies as entered."""
        currency = (credits | debits).currency_id
        if len(currency) > 1:
            return [(line, line.amount) for line in credits | debits]
        sides = [[round(line.amount / currency.rounding) for line in side] for side in (credits, debits)]
        taken = [amount for side in fit(*sides) for amount in side]
        return [
            (line, currency.round(amount * currency.rounding))
            for line, amount in zip([*credits, *debits], taken, strict=True)
        ]

    def _authorize(self, voucher):
        """:return: why it stays a draft, or None"""
        if len(voucher.line_ids.currency_id) > 1:
            return self.env._("Check the rates, then authorize it.")
        try:
            with self.env.cr.savepoint():
                voucher.action_authorize()
        except UserError as refusal:
            return str(refusal.args[0])
        return None

    def _tell(self, voucher, refusal):
        form = {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "views": [(False, "form")],
            "res_id": voucher.id,
        }
        done = self.env._(
            "%(amount)s applied by voucher %(voucher)s.",
            amount=voucher.currency_id.format(voucher.total_credit),
            voucher=voucher.display_name,
        )
        kept = self.env._(
            "%(voucher)s is ready, but not authorized. %(why)s", voucher=voucher.display_name, why=refusal
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refusal else "success",
                "sticky": bool(refusal),
                "message": kept if refusal else done,
                "next": form if refusal else {"type": "ir.actions.act_window_close"},
            },
        }
