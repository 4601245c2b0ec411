"""The head of the customer's page: aging, what is behind it, and the buttons to everything of the customer."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_amount

from ...aging import BUCKETS
from .habits_query import KEPT

BANKING = ("bank", "cash", "credit")
TONES = {"current": "success", "1_30": "warning", "31_60": "warning", "61_90": "danger", "older": "danger"}


class CreditAccount(models.Model):
    _inherit = "credit.account"

    aging = fields.Json(compute="_compute_aging", help="Open items by days past due, as texts with their shares.")
    unapplied_notes = fields.Monetary(
        "Credit Notes and Entries", compute="_compute_unapplied_notes", help="Not applied to anything yet."
    )
    unapplied_receipts = fields.Monetary(
        "Receipts", compute="_compute_unapplied_notes", help="Confirmed by the bank, not applied to anything yet."
    )
    document_count = fields.Integer("Invoices and Credit Notes", compute="_compute_counts")
    receipt_count = fields.Integer("Receipts and Refunds", compute="_compute_counts")
    credit_item_count = fields.Integer("Open Credits", compute="_compute_counts")
    order_count = fields.Integer("Orders", compute="_compute_counts")

    def _get_open_items_domain(self):
        return Domain("partner_id", "=", self.partner_id.id) & Domain("company_id", "child_of", self.company_id.id)

    # ------------------------------------------------------------------ aging

    def _compute_aging(self):
        for account in self:
            account.aging = account._prepare_aging() if account.id else False

    def _prepare_aging(self):
        """:return: list of cards: key, label, text, tone, share (0 to 100) of what is owed"""
        rows = self.env["credit.open.item"]._read_group(
            self._get_open_items_domain(), ["side", "bucket"], ["residual:sum"]
        )
        owed = {bucket: amount for side, bucket, amount in rows if side == "debit"}
        credits = sum(amount for side, _bucket, amount in rows if side == "credit")
        labels = dict(self.env["credit.open.item"]._fields["bucket"]._description_selection(self.env))
        total = sum(owed.values())
        cards = [
            self._prepare_card(bucket.key, labels[bucket.key], owed.get(bucket.key, 0.0), TONES[bucket.key], total)
            for bucket in BUCKETS
        ]
        return [
            *cards,
            self._prepare_card("credits", self.env._("Credits not applied"), credits, "info", 0),
            self._prepare_card("balance", self.env._("Account balance"), total + credits, "total", 0),
        ]

    def _prepare_card(self, key, label, amount, tone, total):
        amount = self.currency_id.round(amount)
        return {
            "key": key,
            "label": label,
            "text": format_amount(self.env, amount, self.currency_id),
            "tone": tone if amount else "none",
            "share": round(100 * amount / total) if total > 0 else 0,
        }

    def action_view_aging(self):
        """Open the items of a bucket of the aging, which one is in the context (``bucket``)."""
        self.ensure_one()
        self.check_access("read")
        domain = self._get_open_items_domain() & self._get_bucket_domain(self.env.context.get("bucket"))
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_credit_open_item")
        action.update(display_name=self.env._("Open items of %s", self.display_name), domain=list(domain), context={})
        return action

    @api.model
    def _get_bucket_domain(self, bucket):
        if bucket == "balance":
            return Domain.TRUE
        if bucket == "credits":
            return Domain("side", "=", "credit")
        if bucket not in [known.key for known in BUCKETS]:
            raise UserError(self.env._("To see open items, choose an amount of the aging."))
        return Domain("side", "=", "debit") & Domain("bucket", "=", bucket)

    @api.depends("unapplied")
    def _compute_unapplied_notes(self):
        """Of the credits not applied, what is money and what is not (receipts apart, S4.62)."""
        for account in self:
            domain = account._get_open_items_domain() & Domain("side", "=", "credit")
            domain &= Domain("move_line_id.journal_id.type", "not in", BANKING)
            [(amount,)] = self.env["credit.open.item"]._read_group(domain, [], ["residual:sum"])
            account.unapplied_notes = -(amount or 0.0)
            account.unapplied_receipts = account.currency_id.round(account.unapplied - account.unapplied_notes)

    # ------------------------------------------------------------------ buttons

    def _compute_counts(self):
        for account in self:
            account.document_count = self.env["account.move"].search_count(account._get_documents_domain())
            account.receipt_count = self.env["account.payment"].search_count(account._get_receipts_domain())
            account.order_count = (
                self.env["sale.order"].search_count(account._get_orders_domain())
                if self.env["sale.order"].has_access("read")
                else 0
            )
            account.credit_item_count = self.env["credit.open.item"].search_count(
                account._get_open_items_domain() & Domain("side", "=", "credit")
            )

    def _get_documents_domain(self):
        return self._part_owner("commercial_partner_id", commercial=True) & Domain(
            [("move_type", "in", ("out_invoice", "out_refund", "out_receipt")), ("state", "!=", "cancel")]
        )

    def _get_receipts_domain(self):
        return self._part_owner("partner_id") & Domain(
            [("partner_type", "=", "customer"), ("state", "not in", ("canceled", "rejected"))]
        )

    def _get_orders_domain(self):
        return self._part_owner("partner_invoice_id") & Domain("state", "=", "sale")

    def action_view_documents(self):
        """Open the customer's invoices and credit notes."""
        return self._prepare_view("account.move", self.env._("Invoices of %s"), self._get_documents_domain())

    def action_view_receipts(self):
        """Open the customer's receipts and refunds."""
        return self._prepare_view("account.payment", self.env._("Payments of %s"), self._get_receipts_domain())

    def action_view_orders(self):
        """Open the customer's confirmed orders."""
        return self._prepare_view("sale.order", self.env._("Orders of %s"), self._get_orders_domain())

    def action_view_credits(self):
        """Open the customer's credits: receipts, credit notes and deposits with their status."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_customer_credit")
        action.update(
            display_name=self.env._("Credits of %s", self.display_name), domain=list(self._get_open_items_domain())
        )
        return action

    def _prepare_view(self, model, title, domain, views=("list", "form")):
        self.ensure_one()
        self.check_access("read")
        self.env[model].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title % self.display_name,
            "res_model": model,
            "views": [(False, view) for view in views],
            "domain": list(domain),
            "context": {"create": False},
        }

    def action_open_customer(self):
        """Open the customer, where terms, prices and contacts are edited."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id._get_records_action()

    # ------------------------------------------------------------------ opened

    def web_read(self, specification, *args, **kwargs):
        """Whoever opens the page sees payment habits as of now; a list shows those of last night."""
        if len(self) == 1 and len(KEPT) <= len(set(KEPT) & set(specification)) and self.has_access("read"):
            self.sudo()._refresh_habits()  # sudo: figures are computed, their reader may not write them
        return super().web_read(specification, *args, **kwargs)

    web_read._readonly = False
