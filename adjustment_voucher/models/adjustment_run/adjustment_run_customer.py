"""A slice of a run: one customer in one legal entity and currency."""

from odoo import fields, models


class AdjustmentRunCustomer(models.Model):
    _name = "adjustment.run.customer"
    _description = "Customer of a Batch Application"
    _order = "run_id desc, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    run_id = fields.Many2one("adjustment.run", "Run", required=True, readonly=True, ondelete="cascade", index=True)
    run_state = fields.Selection(related="run_id.state", string="State of the Run")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("proposed", "Proposed"),
            ("nothing", "Nothing to Apply"),
            ("excluded", "Taken Out"),
            ("authorized", "Authorized"),
            ("failed", "Set Aside"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    voucher_id = fields.Many2one(
        "adjustment.voucher", "Voucher", readonly=True, ondelete="set null", index="btree_not_null"
    )
    credit_count = fields.Integer("Credits", readonly=True)
    debit_count = fields.Integer("Debits", readonly=True, help="Debits settled, whole or in part.")
    later_count = fields.Integer("Debits Not Reached", readonly=True, help="Open debits that no credit reached.")
    applied = fields.Monetary(readonly=True)
    left = fields.Monetary(readonly=True, help="Of the credits.")
    applied_value = fields.Monetary("Applied, Value", readonly=True, currency_field="company_currency_id")
    left_value = fields.Monetary("Left, Value", readonly=True, currency_field="company_currency_id")
    named_amount = fields.Monetary("To Documents Named", readonly=True)
    exact_amount = fields.Monetary("By Exact Amount", readonly=True)
    fifo_amount = fields.Monetary("Oldest First", readonly=True)
    lifo_amount = fields.Monetary("Newest First", readonly=True)
    discount_amount = fields.Monetary("Discount", readonly=True)
    write_off_amount = fields.Monetary("Write-off", readonly=True)
    method_summary = fields.Char("How", compute="_compute_method_summary")
    reason_code = fields.Char(readonly=True)
    reason = fields.Char("Why", readonly=True)
    item_ids = fields.One2many("adjustment.run.item", "slice_id", "Items Left", readonly=True)

    _todo = models.Index("(run_id, state, id)")

    def _compute_method_summary(self):
        for one in self:
            one.method_summary = ""

    def action_exclude(self, reason=None):
        """Take the customer out of this run and the next ones, until somebody lifts it.

        :param reason: text, required
        """
        return True

    def action_include(self):
        """Take the customer up again, in this run and the next ones."""
        return True

    def action_view_voucher(self):
        return True

    def action_view_items(self):
        return True
