"""Small windows of the customer's page: mark invoices as paid, export the ledger."""

from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

PAYABLE_TYPES = ("out_invoice", "out_receipt")
OPEN_STATES = ("not_paid", "partial")


class CreditLedgerExport(models.TransientModel):
    _name = "credit.ledger.export"
    _inherit = "credit.checked.input"
    _description = "Export of a Customer's Ledger"

    account_id = fields.Many2one("credit.account", "Customer", required=True)
    date_from = fields.Date("From", help="Empty: from the first document.")
    date_until = fields.Date("Until", required=True, default=fields.Date.context_today)
    with_orders = fields.Boolean("Orders as Well", default=True, help="Orders change no balance.")

    def action_export(self):
        """Download the spreadsheet.

        :return: an action that opens its address
        """
        self.ensure_one()
        self.account_id._check_may_export()
        days = {"start": self.date_from or "", "end": self.date_until, "orders": int(self.with_orders)}
        return {
            "type": "ir.actions.act_url",
            "url": f"/credit_centre/ledger/{self.account_id.id}.xlsx?{urlencode(days)}",
            "target": "download",
        }


class CreditMarkPaid(models.TransientModel):
    _name = "credit.mark.paid"
    _inherit = "credit.checked.input"
    _description = "Mark Invoices as Paid"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    journal_id = fields.Many2one(
        "account.journal",
        "Received on",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        domain="[('type', 'in', ('bank', 'cash', 'credit')), ('company_id', 'parent_of', company_id)]",
    )
    date = fields.Date("Received", required=True, default=fields.Date.context_today)
    memo = fields.Char("Reference", help="The bank's or the customer's. Empty: the invoice's own.")
    amounts = fields.Char("To Be Received", compute="_compute_amounts")

    @api.depends("move_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.move_ids.company_id[:1]

    @api.depends("company_id")
    def _compute_journal_id(self):
        for wizard in self:
            journals = self.env["account.journal"].search(
                [("type", "in", ("bank", "cash")), ("company_id", "parent_of", wizard.company_id.ids)],
                order="sequence, id",
            )
            wizard.journal_id = journals.filtered("inbound_payment_method_line_ids")[:1]

    @api.depends("move_ids")
    def _compute_amounts(self):
        for wizard in self:
            totals = wizard.move_ids.grouped("currency_id")
            texts = (currency.format(sum(moves.mapped("amount_residual"))) for currency, moves in totals.items())
            wizard.amounts = " + ".join(texts)

    # ------------------------------------------------------------------ marking

    def action_mark(self):
        """Register one receipt per invoice over all that is open, and apply it.

        :return: an action that closes the window
        :raise UserError: naming what stands against it; then nothing is registered
        """
        self.ensure_one()
        self.move_ids._check_may_mark_paid()
        self._lock()
        self.move_ids._check_can_mark_paid()
        self._check_entered()
        for move in self.move_ids:
            self._register_receipt(move)
        return {"type": "ir.actions.act_window_close"}

    def _lock(self):
        """Of two windows on one invoice the second waits for the first; PostgreSQL then refuses it, and Odoo runs it again
        on what the first left."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT id FROM account_move WHERE id = ANY(%s) ORDER BY id FOR UPDATE", self.move_ids.ids)
        )
        self.move_ids.invalidate_recordset(["amount_residual", "payment_state"])

    def _check_entered(self):
        today = fields.Date.context_today(self)
        if self.date > today:
            raise UserError(
                self.env._("To mark invoices as paid, give the day the money came: %s is still to come.", self.date)
            )
        if not self.journal_id:
            raise UserError(
                self.env._(
                    "To mark invoices as paid, choose the bank or cash journal of %s that the money came on.",
                    self.company_id.display_name,
                )
            )
        if self.journal_id.type not in ("bank", "cash", "credit") or self.journal_id not in self._get_journals():
            raise UserError(
                self.env._(
                    "To mark invoices as paid, choose a bank or cash journal of %(company)s: %(journal)s is none.",
                    company=self.company_id.display_name,
                    journal=self.journal_id.display_name,
                )
            )
        if locks := self.company_id._get_violated_lock_dates(self.date, False, self.journal_id):
            raise UserError(
                self.env._(
                    "To mark invoices as paid, give a day after %(lock)s: the books are closed until then.",
                    lock=max(day for day, _field in locks),
                )
            )

    def _get_journals(self):
        return self.env["account.journal"].search(
            [("company_id", "parent_of", self.company_id.ids), ("inbound_payment_method_line_ids", "!=", False)]
        )

    def _register_receipt(self, move):
        register = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        payment = register.create({"journal_id": self.journal_id.id, "payment_date": self.date, "group_payment": True})
        # All that is open, without a discount for early payment, as Odoo itself says it in the journal's currency.
        payment.amount = payment._get_total_amounts_to_pay(payment.batches)["full_amount_for_difference"]
        if self.memo:
            payment.communication = self.memo
        # Booked at once, also where receipts otherwise wait for the bank statement: the balance follows (S3.18).
        payment.with_context(dont_redirect_to_payments=True, force_payment_move=True).action_create_payments()


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_mark_paid(self):
        """Open the window that registers the money for these invoices.

        :raise UserError: when one of them can't be paid
        """
        self._check_may_mark_paid()
        self._check_can_mark_paid()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mark as Paid"),
            "res_model": "credit.mark.paid",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }

    def _check_may_mark_paid(self):
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("To mark invoices as paid, ask somebody who does the billing."))

    def _check_can_mark_paid(self):
        """:raise UserError: unless there are invoices, of one company, each posted and open"""
        if not self:
            raise UserError(self.env._("To mark invoices as paid, choose at least one."))
        if len(self.company_id) > 1:
            raise UserError(
                self.env._(
                    "To mark invoices as paid, choose those of one company at a time: these are of %s.",
                    ", ".join(self.company_id.mapped("display_name")),
                )
            )
        if others := self.filtered(lambda move: not move._is_open_invoice()):
            raise UserError(
                self.env._(
                    "To mark invoices as paid, choose posted invoices of customers that are still open. Leave out %s.",
                    ", ".join(move.display_name for move in others[:5]),
                )
            )

    def _is_open_invoice(self):
        self.ensure_one()
        on_its_way = self.matched_payment_ids.filtered(lambda one: not one.move_id and one.state == "in_process")
        return (
            self.state == "posted"
            and self.move_type in PAYABLE_TYPES
            and self.payment_state in OPEN_STATES
            and self.currency_id.compare_amounts(self.amount_residual, 0) > 0
            and not on_its_way
        )
