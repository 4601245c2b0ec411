"""Each part of the exposure opens the very documents it is made of."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Receipts by where they stand, as ``figures._receipt_kind`` has it.
QUOTATIONS = Domain("payment_id.credit_order_id.state", "in", ("draft", "sent"))
RECEIPT_PARTS = {
    "reserved": QUOTATIONS,
    "uncleared": ~QUOTATIONS & Domain("payment_id.is_matched", "=", False),
    "unapplied": ~QUOTATIONS & Domain("payment_id.is_matched", "=", True),
}
LEDGER_PARTS = ("open_items", "overdue", *RECEIPT_PARTS)


class CreditAccount(models.Model):
    _inherit = "credit.account"

    count_draft_invoices = fields.Boolean(compute="_compute_what_counts")
    count_uncleared_receipts = fields.Boolean(compute="_compute_what_counts")

    @api.depends("effective_policy_id")
    def _compute_what_counts(self):
        for account in self:
            policy = account.effective_policy_id
            account.count_draft_invoices = policy.count_draft_invoices
            account.count_uncleared_receipts = policy.count_uncleared_receipts

    def action_view_part(self):
        """Open the documents behind one figure; which one is in the context (``part``).

        :return: an action whose domain gives exactly these documents
        """
        self.ensure_one()
        self.check_access("read")
        part = self.env.context.get("part")
        if part not in self._fields or self._fields[part].prefetch != "figures":
            raise UserError(self.env._("To see documents, choose a figure of the credit account."))
        name = f"{self.display_name}: {self._fields[part]._description_string(self.env)}"
        model, view, domain = self._part_documents(part)
        view_id = self.env.ref(f"credit_hold.{view}").id
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(view_id, "list"), (False, "form")],
            "search_view_id": [self.env.ref("credit_hold.view_credit_open_item_search").id]
            if model == "account.move.line"
            else False,
            "domain": list(domain),
            "context": {"create": False},
        }

    def _part_documents(self, part):
        """:return: (model, list view, domain) of a figure"""
        if part in LEDGER_PARTS:
            return "account.move.line", "view_credit_open_item_list", self._part_ledger(part)
        if part == "draft_invoices":
            return "account.move", "view_credit_draft_invoice_list", self._part_drafts()
        return "sale.order", "view_credit_open_order_list", self._part_orders(later=part == "later_orders")

    def _part_ledger(self, part):
        owed = self._part_owner("partner_id") & Domain(
            [
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
            ]
        )
        if part in RECEIPT_PARTS:
            lines = self.env["account.move.line"].sudo()  # sudo: the figure counts receipts its reader may not open
            return Domain("id", "in", lines.search(owed & self._part_open("<") & self._part_receipts(part)).ids)
        due = self._part_past_due() if part == "overdue" else Domain.TRUE
        return owed & due & self._part_open(">")

    @api.model
    def _part_past_due(self):
        """An item without a due date is due on the day it was booked."""
        today = fields.Date.today()
        undated = Domain("date_maturity", "=", False) & Domain("date", "<", today)
        return Domain("date_maturity", "<", today) | undated

    @api.model
    def _part_open(self, sign):
        """Items that are open, or that only a draft entry settles."""
        counterpart = "matched_credit_ids.credit_move_id" if sign == ">" else "matched_debit_ids.debit_move_id"
        still = Domain("reconciled", "=", False) & Domain("amount_residual", sign, 0)
        return still | (Domain(f"{counterpart}.parent_state", "=", "draft") & Domain("balance", sign, 0))

    @api.model
    def _part_receipts(self, part):
        receipts = Domain("payment_id", "!=", False) & RECEIPT_PARTS[part]
        return receipts | Domain("payment_id", "=", False) if part == "unapplied" else receipts

    def _part_drafts(self):
        own_lines = Domain([("display_type", "=", "product"), ("sale_line_ids", "=", False)])
        return (
            self._part_owner("commercial_partner_id", commercial=True)
            & Domain([("state", "=", "draft"), ("move_type", "in", ("out_invoice", "out_receipt"))])
            & Domain("invoice_line_ids", "any", own_lines)
        )

    def _part_orders(self, later):
        orders = self.env["sale.order"].sudo()  # sudo: the figure counts orders its reader may not see
        candidates = orders.search(self._part_owner("partner_invoice_id") & Domain("state", "=", "sale"))
        open_parts = candidates._credit_open_parts()
        horizon = self.sudo().effective_policy_id.order_horizon_days  # sudo: rules bind all
        last_day = fields.Date.today() + timedelta(days=horizon) if horizon else fields.Date.to_date("9999-12-31")
        found = candidates.filtered(
            lambda order: (
                open_parts.get(order.id) and ((order.commitment_date or order.date_order).date() > last_day) == later
            )
        )
        return Domain("id", "in", found.ids)

    def _part_owner(self, path, commercial=False):
        path = path if commercial else f"{path}.commercial_partner_id"
        return Domain(path, "=", self.partner_id.id) & Domain("company_id", "child_of", self.company_id.id)

    def action_view_holds(self):
        """Open the held orders of these customers; the filter can be taken off to see all holds."""
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_hold.action_credit_hold")
        action.update(domain=[("account_id", "in", self.ids)], context={"search_default_held": 1})
        return action

    def action_simulate(self):
        """Ask what would become of an order of some size ("Can they buy ...?")."""
        self.ensure_one()
        return self.partner_id.action_credit_simulate()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_credit_open_document(self):
        """Open the invoice or receipt of an item; without rights in accounting, the item itself unless it is an
        invoice."""
        self.ensure_one()
        accounting = ("account.group_account_invoice", "account.group_account_readonly")
        if self.move_id.sudo().is_invoice(include_receipts=True) or any(  # sudo: the kind of the entry
            self.env.user.has_group(group) for group in accounting
        ):
            return self.action_open_business_doc()
        return {
            "type": "ir.actions.act_window",
            "name": self.move_name,
            "res_model": "account.move.line",
            "res_id": self.id,
            "views": [(self.env.ref("credit_hold.view_credit_open_item_form").id, "form")],
            "target": "new",
        }


class CreditGroup(models.Model):
    _inherit = "credit.group"

    usage = fields.Float("Used (%)", compute="_compute_usage", compute_sudo=True)
    member_count = fields.Integer("Number of Customers", compute="_compute_usage", compute_sudo=True)

    @api.depends("exposure", "credit_limit", "account_ids")
    def _compute_usage(self):
        for group in self:
            limit = group.credit_limit
            group.usage = 100 * group.exposure / limit if limit else 100.0 * (group.exposure > 0)
            group.member_count = len(group.account_ids)
