"""From an invoice, a credit note or a payment to its vouchers: «Apply», those that touched it, who settled it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

READERS = "account.group_account_invoice,account.group_account_readonly"
ITEM_TYPES = ("asset_receivable", "liability_payable")


class AccountMove(models.Model):
    _inherit = "account.move"

    adjustment_voucher_count = fields.Integer(
        "Vouchers",
        compute="_compute_adjustment_voucher_count",
        groups=READERS,
        help="Vouchers that hold this document.",
    )
    adjustment_can_apply = fields.Boolean(compute="_compute_adjustment_can_apply", groups=READERS)
    adjustment_settled_by = fields.Char("Settled by Voucher", compute="_compute_adjustment_settled_by")

    # ------------------------------------------------------------------ what touched it

    def _get_adjustment_vouchers(self):
        """Vouchers that hold an amount of one of these documents, made one of them, or charged on it."""
        own = self.adjustment_voucher_id | self.adjustment_charge_voucher_id
        held = Domain("line_ids", "any", [("move_line_id.move_id", "in", self.ids), ("amount", ">", 0)])
        return self.env["adjustment.voucher"].search(held | Domain("id", "in", own.ids))

    @api.depends("line_ids.amount_residual", "line_ids.adjustment_line_ids.amount")
    def _compute_adjustment_voucher_count(self):
        for move in self:
            move.adjustment_voucher_count = len(move._get_adjustment_vouchers()) if move.ids else 0

    @api.depends("line_ids.amount_residual", "line_ids.reconciled", "state")
    def _compute_adjustment_can_apply(self):
        for move in self:
            move.adjustment_can_apply = bool(move._get_adjustment_open_items())

    @api.depends("line_ids.amount_residual")
    def _compute_adjustment_settled_by(self):
        """For whoever may read the document: the numbers of the vouchers that matched it, as text, nothing else of them."""
        for move in self:
            items = (
                move.sudo().line_ids
            )  # sudo: a salesperson reads no matches and no vouchers; the numbers alone go out
            vouchers = (items.matched_debit_ids | items.matched_credit_ids).adjustment_voucher_id
            move.adjustment_settled_by = ", ".join(vouchers.sorted("id").mapped("display_name")) or False

    def _get_adjustment_open_items(self):
        """Posted items of the customer or supplier that are still open."""
        return self.line_ids.filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.account_id.account_type in ITEM_TYPES
                and not line.account_id.non_trade
                and not line.reconciled
                and line.amount_residual_currency
            )
        )

    def action_view_adjustment_vouchers(self):
        """The vouchers that apply this document."""
        return self._get_adjustment_vouchers()._get_list_action()

    # ------------------------------------------------------------------ apply

    def action_adjustment_apply(self):
        """A voucher over the open items of this document, with the other side loaded beside them.

        :raise UserError: when nothing of it is open
        """
        self.ensure_one()
        items = self._get_adjustment_open_items()
        if not items:
            raise UserError(
                self.env._(
                    "To apply %s, it must be posted and still open: nothing of it is.", self.display_name or self.name
                )
            )
        return items._get_adjustment_draft()._get_form_action()

    # ------------------------------------------------------------------ "Paid on ..." of an invoice

    @api.depends("line_ids.amount_residual")
    def _compute_payments_widget_reconciled_info(self):
        """A payment that a voucher applied says so, and leads to the voucher for those who may open it."""
        result = super()._compute_payments_widget_reconciled_info()
        for move in self.filtered("invoice_payments_widget"):
            for row in move.invoice_payments_widget["content"]:
                row.update(move._get_adjustment_row(row["partial_id"]))
        return result

    def _get_adjustment_row(self, partial_id):
        # sudo: the match and the voucher's number, also where the reader may not open the voucher
        voucher = self.env["account.partial.reconcile"].sudo().browse(partial_id).adjustment_voucher_id
        if not voucher:
            return {}
        own = voucher.sudo(False)
        return {
            "adjustment_label": self.env._("Applied by voucher %s", voucher.display_name),
            "adjustment_voucher_id": own.id if own.has_access("read") else False,
        }


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_adjustment_draft(self):
        """A draft voucher that settles these items: the user's own if there is one already, else a new one.

        :raise UserError: when a voucher can't take one of the items in
        """
        voucher = self._find_adjustment_draft() or self._make_adjustment_draft()
        left_out = self - voucher.line_ids.move_line_id
        if left_out:
            raise UserError(
                self.env._(
                    "To apply %(document)s, choose the company %(company)s above and date the document up to today: a"
                    " voucher can't take it in as it is.",
                    document=left_out[0].move_id.display_name,
                    company=left_out[0].company_id.name,
                )
            )
        return voucher

    def _find_adjustment_draft(self):
        lines = self.env["adjustment.voucher.line"].search(
            [
                ("move_line_id", "in", self.ids),
                ("amount", ">", 0),
                ("voucher_id.state", "=", "draft"),
                ("voucher_id.create_uid", "=", self.env.uid),
            ]
        )
        return lines.voucher_id.filtered(
            lambda voucher: self <= voucher.line_ids.filtered("amount").move_line_id
        ).sorted("id")[:1]

    def _make_adjustment_draft(self):
        partner = self.partner_id.commercial_partner_id[:1]
        if not partner:
            raise UserError(
                self.env._("To apply %s, give it a customer first: it has none.", self.move_id[:1].display_name)
            )
        voucher = self.env["adjustment.voucher"].create(
            {
                "company_id": self.company_id[:1].id,
                "partner_id": partner.id,
                "currency_id": self.currency_id[:1].id,
                "kind": "multi",
                "include_payables": "liability_payable" in self.account_id.mapped("account_type"),
            }
        )
        voucher._load_items()
        voucher._take_kind_of_lines()
        for line in voucher.line_ids.filtered(lambda line: line.move_line_id in self):
            line.amount = line.residual
        return voucher


class AccountPayment(models.Model):
    _inherit = "account.payment"

    adjustment_voucher_count = fields.Integer(
        "Vouchers", compute="_compute_adjustment_voucher_count", groups=READERS, help="Vouchers that hold this payment."
    )
    adjustment_can_apply = fields.Boolean(related="move_id.adjustment_can_apply", groups=READERS)

    @api.depends("move_id.adjustment_voucher_count")
    def _compute_adjustment_voucher_count(self):
        for payment in self:
            payment.adjustment_voucher_count = payment.move_id.adjustment_voucher_count

    def action_view_adjustment_vouchers(self):
        """The vouchers that apply this payment."""
        return self.move_id.action_view_adjustment_vouchers()

    def action_adjustment_apply(self):
        """A voucher over this payment, with the other side loaded beside it.

        :raise UserError: when the payment has no entry, or nothing of it is open
        """
        self.ensure_one()
        if not self.move_id:
            raise UserError(
                self.env._(
                    "To apply %s, post it on a method with an outstanding account: it has no entry to apply.",
                    self.display_name,
                )
            )
        return self.move_id.action_adjustment_apply()


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _take_kind_of_lines(self):
        """Single currency where every item is in the voucher's own."""
        if self.line_ids.currency_id <= self.currency_id:
            self.kind = "single"

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "view_mode": "form",
            "res_id": self.id,
        }

    def _get_list_action(self):
        """These vouchers: the form when it is one, else a list."""
        if len(self) == 1:
            return self._get_form_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adjustment Vouchers"),
            "res_model": "adjustment.voucher",
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
        }
