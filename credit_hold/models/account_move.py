from odoo import api, models
from odoo.tools import format_amount


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "credit.watched"]

    _credit_draft_idx = models.Index("(commercial_partner_id) WHERE state = 'draft'")

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._credit_examine()
        return posted

    def button_cancel(self):
        result = super().button_cancel()
        self._credit_examine()
        return result

    def button_draft(self):
        result = super().button_draft()
        self._credit_examine()
        return result

    def _credit_examine(self):
        """A receipt or credit note makes room, a cancelled one takes it away: look at the customers' held orders."""
        lines = self.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        holds = self.env["credit.hold"].sudo()  # sudo: a receipt frees orders its booker may not see
        holds._examine_customers(lines.partner_id.commercial_partner_id)

    def _compute_partner_credit_warning(self):
        """One number for exposure everywhere: the native banner counts otherwise, so ours takes its place."""
        for move in self:
            move.partner_credit_warning = move._credit_warning() or ""

    def _credit_warning(self):
        if (
            self.state != "draft"
            or self.move_type != "out_invoice"
            or not self.partner_id
            or not self.company_id.credit_check_active
        ):
            return ""
        customer, root = self.partner_id.commercial_partner_id, self.company_id.root_id
        accounts = self.env["credit.account"].sudo()  # sudo: the banner tells the result, whoever makes the invoice
        figures = accounts._read_figures([(customer.id, root.id)])[customer.id, root.id]
        if not figures["has_limit"] or figures["headroom"] > 0:
            return ""
        return self.env._(
            "%(customer)s has used the credit limit: %(exposure)s of %(limit)s. The invoice can be posted all the same.",
            customer=customer.display_name,
            exposure=format_amount(self.env, figures["exposure"], root.currency_id),
            limit=format_amount(self.env, figures["effective_limit"], root.currency_id),
        )


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "credit.watched"]

    _credit_open_idx = models.Index(
        "(partner_id, company_id, account_id)"
        " INCLUDE (amount_residual, date_maturity, payment_id, date, currency_id, amount_residual_currency)"
        " WHERE parent_state = 'posted' AND reconciled IS NOT TRUE AND amount_residual <> 0"
    )
    _credit_draft_matched_idx = models.Index("(id) WHERE parent_state = 'draft' AND matching_number IS NOT NULL")


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._credit_examine(partials._credit_customers())
        return partials

    def unlink(self):
        customers = self._credit_customers()
        result = super().unlink()
        self._credit_examine(customers)
        return result

    def _credit_customers(self):
        """Of the items matched, and of receipts that the bank confirms by this match."""
        lines = self.debit_move_id | self.credit_move_id
        others = lines.account_id.filtered(lambda account: account.account_type != "asset_receivable")
        if others:
            lines = lines.filtered(lambda line: line.account_id not in others or line.payment_id)
        return lines.partner_id.commercial_partner_id

    @api.model
    def _credit_examine(self, customers):
        self.env["credit.hold"].sudo()._examine_customers(customers)  # sudo: a match frees orders its maker may not see
