from odoo import api, fields, models

from .engine import work


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    adjustment_leg = fields.Char("Part of the Voucher", readonly=True, copy=False)
    adjustment_item_id = fields.Many2one(
        "account.move.line", "Item Closed", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    adjustment_line_ids = fields.One2many("adjustment.voucher.line", "move_line_id", "Adjustment Voucher Lines")

    @api.model
    def _prepare_reconciliation_single_partial(self, debit_values, credit_values, shadowed_aml_values=None):
        """A pair that a voucher planned is matched for exactly the planned amounts, with no exchange move of its own:
        the voucher books its exchange itself."""
        planned = work() and work().pairs.get((debit_values["aml"].id, credit_values["aml"].id))
        if not planned:
            return super()._prepare_reconciliation_single_partial(debit_values, credit_values, shadowed_aml_values)
        amount, debit_amount, credit_amount = planned
        debit_values["amount_residual"] -= amount
        debit_values["amount_residual_currency"] -= debit_amount
        credit_values["amount_residual"] += amount
        credit_values["amount_residual_currency"] += credit_amount
        return {
            "debit_values": None,  # one match per planned pair: the walk goes on to the next
            "credit_values": None,
            "partial_values": {
                "amount": amount,
                "debit_amount_currency": debit_amount,
                "credit_amount_currency": credit_amount,
                "debit_move_id": debit_values["aml"].id,
                "credit_move_id": credit_values["aml"].id,
            },
        }

    def _get_adjustment_kind(self):
        """What kind of document an open item is, in the accountant's words."""
        self.ensure_one()
        move, incoming = self.move_id, (self.balance or self.amount_currency) < 0
        payable = self.account_id.account_type == "liability_payable"
        if self.account_id.account_type not in ("asset_receivable", "liability_payable"):
            return "prepayment"
        kinds = {
            "out_invoice": "debit_note" if move.debit_origin_id else "invoice",
            "out_receipt": "invoice",
            "out_refund": "credit_note",
            "in_invoice": "bill",
            "in_receipt": "bill",
            "in_refund": "vendor_credit",
        }
        if move.move_type in kinds:
            return kinds[move.move_type]
        if move.origin_payment_id or move.statement_line_id:
            return ("receipt" if incoming else "refund") if not payable else "payment"
        return "entry"
