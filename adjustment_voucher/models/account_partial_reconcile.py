"""Matches are made by Odoo's plan or by a voucher, never past what is open, and a voucher's are its own to take back."""

import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import clean_context

from .engine import _number as number
from .engine import work
from .odoo_step import in_odoo_step, odoo_step

AMOUNTS = ("amount", "debit_amount_currency", "credit_amount_currency")
DIRECT = {"debit_move_id", "credit_move_id", *AMOUNTS}
TRADE = ("asset_receivable", "liability_payable")


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    adjustment_voucher_id = fields.Many2one(
        "adjustment.voucher",
        "Adjustment Voucher",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The voucher that made this match, and alone can take it back.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        current, planned = work(), in_odoo_step("match")
        if current and current.in_set is not None:
            return self._create_set(vals_list)
        if not planned:
            self._check_direct(vals_list)
        self._check_one_customer(vals_list)
        voucher = current.voucher_id if current else False
        vals_list = [{**vals, "adjustment_voucher_id": voucher or False} for vals in vals_list]
        with odoo_step("match"):
            matches = super(AccountPartialReconcile, self._without_defaults()).create(vals_list)
        if not planned:
            matches._check_not_over_applied()
        return matches

    def write(self, vals):
        """Odoo itself links a match with its exchange move and its full match; nothing else ever changes.

        :raise UserError: for anybody else
        """
        if not self.env.su and not in_odoo_step("match", "unmatch", "post"):
            self.check_access("write")
            raise UserError(
                self.env._("To correct a match, take it back and match the items again: it is never rewritten.")
            )
        return super().write(vals)

    def unlink(self):
        if self:
            self.check_access("unlink")
            self._check_not_of_voucher()
            self._check_not_exchange_alone()
            self._warm_documents()
        with odoo_step("unmatch"):
            return super().unlink()

    def _warm_documents(self):
        """What Odoo looks up for each match on its way, looked up for all of them."""
        self.fetch(["debit_move_id", "credit_move_id", "full_reconcile_id", "exchange_move_id"])
        (self.debit_move_id | self.credit_move_id).fetch(["move_id"])
        (self.debit_move_id | self.credit_move_id).move_id.mapped("matched_payment_ids")

    def _without_defaults(self):
        """Defaults in the context are for forms; a match has none, whoever sends them."""
        context = self.env.context
        if not any(key.startswith("default_") for key in context):
            return self
        return self.with_env(self.env(context=clean_context(context)))

    # ------------------------------------------------------------------ making a match

    @api.model
    def _check_direct(self, vals_list):
        """What Odoo's own plan sees to by itself, for a match made without it."""
        items = self.env["account.move.line"]
        for vals in vals_list:
            self._check_direct_values(vals)
            debit, credit = items.browse([vals["debit_move_id"], vals["credit_move_id"]])
            (debit | credit).check_access("read")
            self._check_pair(debit, credit)

    @api.model
    def _check_direct_values(self, vals):
        """:raise ValidationError: for amounts that are none, or more than a match is made of"""
        missing = [name for name in ("debit_move_id", "credit_move_id") if not isinstance(vals.get(name), int)]
        if missing or (set(vals) - DIRECT and not self.env.su):
            raise ValidationError(
                self.env._("To match two items, give a debit item, a credit item and the amounts: nothing else.")
            )
        amounts = [number(vals.get(name)) for name in AMOUNTS]
        if any(one is None or not math.isfinite(one) or one < 0 for one in amounts) or not any(amounts):
            raise ValidationError(
                self.env._(
                    "To match two items, give amounts that are numbers above zero. %s are not.",
                    ", ".join(str(vals.get(name))[:40] for name in AMOUNTS),
                )
            )

    @api.model
    def _check_pair(self, debit, credit):
        """:raise UserError: unless both are posted, of one account and one legal entity, one a debit and one a credit"""
        names = {"debit": debit.move_id.display_name, "credit": credit.move_id.display_name}
        if {debit.parent_state, credit.parent_state} != {"posted"}:
            raise UserError(self.env._("To match %(debit)s and %(credit)s, post both first.", **names))
        if debit.company_id.root_id != credit.company_id.root_id:
            raise UserError(
                self.env._(
                    "To match %(debit)s and %(credit)s, take items of one company: these belong to two.", **names
                )
            )
        if debit.account_id != credit.account_id:
            raise UserError(
                self.env._("To match %(debit)s and %(credit)s, take items of one account: these are on two.", **names)
            )
        if not debit.account_id.reconcile:
            raise UserError(
                self.env._(
                    "To match items of %s, allow reconciliation on that account first.", debit.account_id.display_name
                )
            )
        if not (debit._adjustment_sign() > 0 > credit._adjustment_sign()):
            raise UserError(
                self.env._("To match %(debit)s and %(credit)s, take a debit and a credit, in that order.", **names)
            )

    def _check_not_over_applied(self):
        """:raise UserError: naming the item that would be settled by more than it is, and its figures"""
        message = self.env["adjustment.message"]
        for item in self.debit_move_id | self.credit_move_id:
            sides = (
                (item.company_currency_id, item.balance, item.amount_residual),
                (item.currency_id, item.amount_currency, item.amount_residual_currency),
            )
            for currency, whole, rest in sides:
                if not _between(currency, rest, whole):
                    raise UserError(
                        self.env._(
                            "To match %(document)s, use no more than is open: it is %(whole)s in all, and %(applied)s"
                            " would be applied to it.",
                            document=item.move_id.display_name,
                            whole=message._amount(abs(whole), currency),
                            applied=message._amount(abs(whole - rest), currency),
                        )
                    )

    @api.model
    def _check_one_customer(self, vals_list):
        """Receivables and payables are matched within one customer, unless a voucher or the company says otherwise.

        :raise UserError: leading to a voucher
        """
        if work():
            return
        items = self.env["account.move.line"]
        for vals in vals_list:
            debit, credit = items.browse([vals["debit_move_id"], vals["credit_move_id"]])
            if debit.partner_id != credit.partner_id and debit.partner_id and credit.partner_id:
                if debit._adjustment_strangers(credit):
                    raise self.env["adjustment.guard"]._refuse_two_customers(debit, credit)

    # ------------------------------------------------------------------ taking a match back

    def _check_not_of_voucher(self):
        """:raise RedirectWarning, UserError: for a voucher's match, outside that voucher's own steps"""
        current = work()
        own = {current.voucher_id, *current.taken_back} if current else set()
        for match in self.sudo():  # which voucher holds it, also for someone who may not read vouchers
            if match.adjustment_voucher_id and match.adjustment_voucher_id.id not in own:
                raise match.env["adjustment.guard"]._refuse_unmatch(match)

    def _check_not_exchange_alone(self):
        """An exchange difference falls with the match it belongs to: by itself it would leave a paid item open.

        :raise UserError: naming the items to take apart instead
        """
        moves = self.debit_move_id.move_id | self.credit_move_id.move_id
        main = self.sudo().search([("exchange_move_id", "in", moves.ids), ("id", "not in", self.ids)], limit=1)
        if main:
            raise UserError(
                self.env._(
                    "To take %(exchange)s back, take %(credit)s off %(debit)s: the exchange difference belongs to that"
                    " match and goes with it.",
                    exchange=main.exchange_move_id.display_name,
                    credit=main.credit_move_id.move_id.display_name,
                    debit=main.debit_move_id.move_id.display_name,
                )
            )


def _between(currency, rest, whole):
    """Whether ``rest`` lies between zero and ``whole``, in the currency's precision."""
    low, high = sorted((0.0, whole))
    return currency.compare_amounts(rest, low) >= 0 and currency.compare_amounts(rest, high) <= 0


class AccountFullReconcile(models.Model):
    """Full matches follow from the matches: only Odoo's own steps make and drop them."""

    _inherit = "account.full.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            self._check_odoo_step()
        return super().create(vals_list)

    def write(self, vals):
        self._check_odoo_step()
        return super().write(vals)

    def unlink(self):
        if self:
            self._check_odoo_step()
        return super().unlink()

    def _check_odoo_step(self):
        if not self.env.su and not in_odoo_step("match", "unmatch"):
            raise UserError(
                self.env._(
                    "To match items or to take them apart, use the items themselves: a full match follows from them."
                )
            )
