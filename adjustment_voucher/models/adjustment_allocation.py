from odoo import fields, models


class AdjustmentAllocation(models.Model):
    """Which credit closed which debit, by how much: what an authorized voucher did. Never changed afterwards."""

    _name = "adjustment.allocation"
    _inherit = ["adjustment.protected"]
    _description = "Application of a Credit"
    _order = "voucher_id desc, id"

    voucher_id = fields.Many2one("adjustment.voucher", required=True, ondelete="restrict", index=True)
    state = fields.Selection(related="voucher_id.state", store=True)
    company_id = fields.Many2one(related="voucher_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    date = fields.Date(related="voucher_id.date", store=True)
    currency_id = fields.Many2one(related="voucher_id.currency_id", store=True)
    credit_move_line_id = fields.Many2one("account.move.line", "Credit Item", ondelete="restrict", index=True)
    debit_move_line_id = fields.Many2one("account.move.line", "Debit Item", ondelete="restrict", index=True)
    credit_move_id = fields.Many2one(related="credit_move_line_id.move_id", string="Credit Document")
    debit_move_id = fields.Many2one(related="debit_move_line_id.move_id", string="Debit Document")
    partner_id = fields.Many2one(related="credit_move_line_id.partner_id", string="Customer")
    credit_currency_id = fields.Many2one(related="credit_move_line_id.currency_id", string="Credit Currency")
    debit_currency_id = fields.Many2one(related="debit_move_line_id.currency_id", string="Debit Currency")
    amount = fields.Monetary("Applied", help="In the voucher's currency.")
    credit_amount = fields.Monetary("From the Credit", currency_field="credit_currency_id")
    debit_amount = fields.Monetary("Paid on the Debit", currency_field="debit_currency_id")
    discount_amount = fields.Monetary("Discount", currency_field="debit_currency_id")
    write_off_amount = fields.Monetary("Write-off", currency_field="debit_currency_id")
    credit_value = fields.Monetary("Booked Value of the Credit", currency_field="company_currency_id")
    debit_value = fields.Monetary("Booked Value of the Debit", currency_field="company_currency_id")
    exchange_amount = fields.Monetary("Exchange Gain or Loss", currency_field="company_currency_id")
    exchange_standard = fields.Monetary(
        "of which the Debit's Currency",
        currency_field="company_currency_id",
        help="What the debit's own currency gained or lost since it was booked; the rest comes from the cross rate.",
    )

    def _adjustment_protected_fields(self):
        return set(self._fields)
