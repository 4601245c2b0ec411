"""Odoo's own buttons, and plain writes, on entries that a voucher made or holds; and on what posting computes."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .engine import work
from .odoo_step import in_odoo_step, odoo_step

OWN = {
    "adjustment_voucher_id",
    "adjustment_charge_voucher_id",
    "adjustment_charge_item_id",
    "adjustment_charge_until",
    "adjustment_charge_rest",
}
COMPUTED = {"amount_residual", "amount_residual_signed"}


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_adjustment_values(vals, ("not_paid", "blocked"))
        context = self.env.context
        if not work() and any(f"default_{name}" in context for name in OWN | COMPUTED):
            drop = {f"default_{name}" for name in OWN | COMPUTED}
            self = self.with_env(self.env(context={key: context[key] for key in context if key not in drop}))
        return super().create(vals_list)

    def write(self, vals):
        if not vals.keys().isdisjoint(OWN | COMPUTED | {"payment_state"}):
            self._check_adjustment_values(vals, self._get_free_payment_states())
        if "state" in vals:
            self._check_state(vals["state"])
        return super().write(vals)

    def unlink(self):
        self._check_adjustment_free()
        return super().unlink()

    def _post(self, soft=True):
        with odoo_step("post"):
            return super()._post(soft)

    def _compute_amount(self):
        with odoo_step("compute"):  # Odoo also calls this one by hand, which then writes
            return super()._compute_amount()

    def button_draft(self):
        self._check_adjustment_free()
        return super().button_draft()

    def button_cancel(self):
        self._check_adjustment_free()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """A credit note for what a voucher settled is Odoo's business; taking the settlement off is the voucher's."""
        if not work():
            (self if cancel else self.filtered("adjustment_voucher_id"))._check_adjustment_free()
        return super()._reverse_moves(default_values_list, cancel)

    # ------------------------------------------------------------------ values

    def _check_adjustment_values(self, vals, payment_states):
        """:raise AccessError: for what only a voucher, or only the ledger, sets"""
        touched = set(vals)
        if touched & OWN and not work():
            raise AccessError(self.env._("To link an entry with a voucher, authorize the voucher: it does so itself."))
        if self.env.su or in_odoo_step("compute"):
            return
        if touched & COMPUTED or vals.get("payment_state", "not_paid") not in payment_states:
            raise AccessError(
                self.env._(
                    "To settle a document, register its payment or apply a credit to it: what is open, and the payment"
                    " status, follow from that."
                )
            )

    def _get_free_payment_states(self):
        """The payment states that may be written: a dispute, and its end."""
        states = (
            {"blocked", *self.mapped("payment_state")} if len(set(self.mapped("payment_state"))) == 1 else {"blocked"}
        )
        return states | ({"not_paid"} if all(move.payment_state == "blocked" for move in self) else set())

    def _check_state(self, state):
        if state != "posted":
            return self._check_adjustment_free()
        waiting = self.filtered(lambda move: move.state != "posted")
        if waiting and not self.env.su and not in_odoo_step("post"):
            raise UserError(
                self.env._(
                    "To post %s, use the button Confirm or Post: it numbers the entry and checks it.",
                    waiting[0].display_name,
                )
            )

    # ------------------------------------------------------------------ held by a voucher

    def _check_adjustment_free(self):
        """:raise RedirectWarning, UserError: for an entry a voucher made, or a document it applied"""
        booked = self.filtered(lambda move: move.state == "posted")
        if work() or not booked:
            return
        move, voucher = booked._get_adjustment_holder()
        if voucher:
            raise self.env["adjustment.guard"]._refuse_change(move, voucher)

    def _get_adjustment_holder(self):
        """:return: (move, voucher) of the first entry that a voucher made, charged or applied; empty records if none"""
        moves = self.sudo()  # a voucher holds its documents, whoever asks
        for move in moves:
            charge = move.adjustment_charge_voucher_id.filtered(lambda voucher: voucher.state == "authorized")
            if holder := move.adjustment_voucher_id or charge:
                return move, holder
        items = moves.line_ids
        match = self.env["account.partial.reconcile"].sudo().search(
            [
                ("adjustment_voucher_id", "!=", False),
                "|",
                ("debit_move_id", "in", items.ids),
                ("credit_move_id", "in", items.ids),
            ],
            limit=1,
        )  # fmt: skip
        return ((match.debit_move_id | match.credit_move_id) & items).move_id[:1], match.adjustment_voucher_id
