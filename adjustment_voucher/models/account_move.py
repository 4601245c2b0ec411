from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    adjustment_voucher_id = fields.Many2one(
        "adjustment.voucher",
        "Adjustment Voucher",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The voucher that booked this entry, or its reversal.",
    )
    adjustment_charge_voucher_id = fields.Many2one(
        "adjustment.voucher", "Late Charge of", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    adjustment_charge_item_id = fields.Many2one(
        "account.move.line", "Late Charge on", readonly=True, copy=False, index="btree_not_null"
    )
    adjustment_charge_until = fields.Date("Charged until", readonly=True, copy=False)
    adjustment_debit_ids = fields.Many2many(
        "account.move",
        "adjustment_credit_debit",
        "credit_id",
        "debit_id",
        "Apply to",
        copy=False,
        domain="[('move_type', 'in', ('out_invoice', 'out_receipt')), ('state', '=', 'posted'),"
        " ('partner_id', 'child_of', commercial_partner_id)]",
        help="The invoices and debit notes that this credit is for; it is applied to them when it is posted.",
    )

    def _get_adjustment_debits(self):
        """The documents that a credit was given for, in order: those it names, then the one it corrects."""
        self.ensure_one()
        named = self.adjustment_debit_ids | self.origin_payment_id.adjustment_debit_ids
        return named.sorted(lambda move: (move.invoice_date_due or move.date, move.id)) | self.reversed_entry_id
