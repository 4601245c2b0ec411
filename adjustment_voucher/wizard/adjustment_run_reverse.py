from odoo import api, fields, models


class AdjustmentRunReverse(models.TransientModel):
    """Asks for the date and the reason, and shows how much will be open again."""

    _name = "adjustment.run.reverse"
    _description = "Reverse an Application Run"

    run_id = fields.Many2one("adjustment.run", "Run", required=True, readonly=True)
    date = fields.Date(
        "Reversal Date",
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The run's date when its period is open, else the first open day.",
    )
    reason = fields.Char(required=True)
    voucher_count = fields.Integer("Vouchers Taken Back", compute="_compute_counts")
    customer_count = fields.Integer("Customers", compute="_compute_counts")
    entry_count = fields.Integer(
        "Entries Reversed", compute="_compute_counts", help="The other vouchers matched items and booked nothing."
    )
    open_again = fields.Char(compute="_compute_counts", help="What the run applied.")

    @api.depends("run_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.run_id._get_reversal_date()

    @api.depends("run_id")
    def _compute_counts(self):
        for wizard in self:
            wizard.update(wizard.run_id._get_reversal_counts())

    def action_reverse(self):
        """Reverse the run; rights, date and state are looked at by the run itself."""
        self.ensure_one()
        self.run_id.action_reverse(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
