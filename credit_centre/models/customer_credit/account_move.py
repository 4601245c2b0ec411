"""From an invoice to the credits applied to it, from a credit note or receipt to where it went; and the apply screen."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.credit_hold.models.credit_hold import FIGURE_READERS


class AccountMove(models.Model):
    _inherit = "account.move"

    # Entries that a credit is looked up in, as its item does not say by itself what it is.
    _customer_credit_special_idx = models.Index(
        "(id) WHERE move_type = 'entry' AND (reversed_entry_id IS NOT NULL OR adjustment_voucher_id IS NOT NULL)"
    )

    invoice_user_id = fields.Many2one(index="btree_not_null")  # credits of «my customers» name their salesperson here
    invoice_origin = fields.Char(index="trigram")  # credits are looked up by it, as by the number
    credit_applied_count = fields.Integer(
        "Applied Credits",
        compute="_compute_credit_counts",
        groups=FIGURE_READERS,
        help="Credits that were applied to it.",
    )
    credit_used_count = fields.Integer(
        "Uses of the Credit", compute="_compute_credit_counts", groups=FIGURE_READERS, help="Where this credit went."
    )

    @api.depends("line_ids.matched_debit_ids", "line_ids.matched_credit_ids")
    def _compute_credit_counts(self):
        for field, path in (("credit_applied_count", "debit_move_id"), ("credit_used_count", "credit_move_id")):
            rows = self.env["credit.application"]._read_group([(path, "in", self.ids)], [path], ["__count"])
            found = {move.id: count for move, count in rows}
            for move in self:
                move[field] = found.get(move._origin.id, 0)

    def action_view_applied_credits(self):
        """The credits that were applied to this document (S0.8, the other way round)."""
        self.check_access("read")
        rows = self.env["credit.application"].search([("debit_move_id", "in", self.ids)])
        return rows._get_choice(self.env._("Applied credits"), [("debit_move_id", "in", self.ids)])

    def action_view_credit_uses(self):
        """The invoices and refunds that this credit went to."""
        self.check_access("read")
        rows = self.env["credit.application"].search([("credit_move_id", "in", self.ids)])
        return rows._get_choice(self.env._("Applied on"), [("credit_move_id", "in", self.ids)])

    def action_apply_deposits(self):
        """The apply screen for this invoice (S0.31): its customer chosen, the invoice ticked."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("To apply a credit, ask an administrator for the right «Invoicing»."))
        items = self.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        items = items.filtered(lambda line: line.parent_state == "posted" and line.amount_residual_currency > 0)
        if not items:
            raise UserError(
                self.env._("To apply a credit to %s, it must be posted and not yet paid.", self.display_name)
            )
        return self.env["credit.apply"]._get_action(self.commercial_partner_id, items)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Open credits, newest first: what the list of credits opens with.
    _customer_credit_open_idx = models.Index(
        "(date DESC, id DESC) WHERE amount_residual_currency < 0 AND reconciled IS NOT TRUE"
    )
    _customer_credit_largest_idx = models.Index(
        "(amount_residual, id) WHERE parent_state = 'posted' AND reconciled IS NOT TRUE AND amount_residual < 0"
    )
    # All credits, those used up among them: ``uses.MATCHABLE``.
    _customer_credit_all_idx = models.Index(
        "(date DESC, id DESC) WHERE amount_currency < 0"
        " AND (reconciled OR amount_residual <> 0 OR amount_residual_currency <> 0 OR parent_state = 'cancel')"
    )
    # The few of which something else became than to be applied: ``uses.UNUSUAL``, ``NEW_ITEMS`` and ``DEPOSITS``.
    _customer_credit_canceled_idx = models.Index("(id) WHERE parent_state = 'cancel' AND amount_currency < 0")
    _customer_credit_refund_idx = models.Index(
        "(account_id) WHERE (amount_currency > 0 OR balance > 0)"
        " AND (payment_id IS NOT NULL OR statement_line_id IS NOT NULL)"
    )
    _customer_credit_new_item_idx = models.Index("(id) WHERE adjustment_leg IN ('transfer', 'chargeback')")
    _customer_credit_downpayment_idx = models.Index("(move_id) WHERE is_downpayment")


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    _credit_max_date_idx = models.Index("(max_date)")
    # The rows of credit.application that matches make: by their ids, and newest first.
    _credit_application_id_idx = models.Index("((id * 4 + 0))")
    _credit_application_idx = models.Index("(max_date DESC, (id * 4 + 0) DESC)")


class AdjustmentAllocation(models.Model):
    _inherit = "adjustment.allocation"

    _credit_application_id_idx = models.Index("((id * 4 + 1))")
    _credit_application_idx = models.Index("(date DESC, (id * 4 + 1) DESC)")


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    _credit_application_moved_idx = models.Index("((id * 4 + 2))")
    _credit_application_written_off_idx = models.Index("((id * 4 + 3))")
    _customer_credit_kept_open_idx = models.Index("(move_line_id) WHERE chargeback_amount <> 0 AND side = 'credit'")


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    _customer_credit_transfer_idx = models.Index("(id) WHERE transfer_partner_id IS NOT NULL")


class AccountPayment(models.Model):
    _inherit = "account.payment"

    _customer_credit_bounced_idx = models.Index("(id) WHERE state IN ('rejected', 'canceled')")
