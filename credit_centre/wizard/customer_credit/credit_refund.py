"""Paying a credit back: its balance, or a part of it (S0.12, S0.17, S0.18)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.adjustment_voucher.models.engine import check_amounts, check_dates, check_ids, check_texts

BILLING = "account.group_account_invoice"


class CreditRefund(models.TransientModel):
    """Asks from where and when; makes one outgoing payment per credit and matches it with the credit."""

    _name = "credit.refund"
    _inherit = "credit.checked.input"
    _description = "Refund a Credit"

    date = fields.Date(required=True, default=fields.Date.context_today, help="The day the money goes out.")
    company_id = fields.Many2one("res.company", compute="_compute_company_id", string="Company")
    journal_id = fields.Many2one(
        "account.journal",
        "Pay from",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_journal_ids)]",
    )
    allowed_journal_ids = fields.Many2many("account.journal", compute="_compute_allowed_journal_ids")
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        "Method",
        compute="_compute_payment_method_line_id",
        store=True,
        readonly=False,
        domain="[('journal_id', '=', journal_id), ('payment_type', '=', 'outbound')]",
    )
    memo = fields.Char(help="Printed on the payment; empty: the numbers of the credits.")
    line_ids = fields.One2many("credit.refund.line", "refund_id", "Credits")

    # ------------------------------------------------------------------ values

    @api.model
    def _check_given(self, vals):
        check_dates(self.env, vals, {"date": self.env._("the day of the refund")}, required=("date",))
        check_texts(self.env, vals, {"memo": self.env._("Memo")})

    @api.depends("line_ids.move_line_id")
    def _compute_company_id(self):
        for refund in self:
            refund.company_id = refund.line_ids.move_line_id.company_id[:1] or self.env.company

    @api.depends("company_id")
    def _compute_allowed_journal_ids(self):
        for refund in self:
            journals = self.env["account.journal"].search(
                [*self._get_company_domain(refund.company_id), ("type", "in", ("bank", "cash", "credit"))]
            )
            refund.allowed_journal_ids = journals.filtered(lambda journal: self._get_methods(journal))

    @api.model
    def _get_company_domain(self, company):
        return self.env["account.journal"]._check_company_domain(company)

    @api.model
    def _get_methods(self, journal):
        """Ways to pay from a journal, first those that book an entry which can be matched with the credit."""
        return journal.outbound_payment_method_line_ids.sorted(lambda line: not line.payment_account_id)

    @api.depends("company_id")
    def _compute_journal_id(self):
        for refund in self:
            kept = refund.journal_id & refund.allowed_journal_ids
            refund.journal_id = kept or refund.allowed_journal_ids[:1]

    @api.depends("journal_id")
    def _compute_payment_method_line_id(self):
        for refund in self:
            refund.payment_method_line_id = self._get_methods(refund.journal_id)[:1]

    @api.model
    def _get_action(self, credits):
        """:param credits: customer.credit, open"""
        lines = [
            Command.create({"move_line_id": credit.move_line_id.id, "amount": credit.remaining_amount})
            for credit in credits
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund"),
            "res_model": "credit.refund",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_line_ids": lines},
        }

    # ------------------------------------------------------------------ refund

    def action_confirm(self):
        """Pay: one posted outgoing payment per credit, matched with it for exactly its amount.

        :return: the action that says what was done
        """
        self.ensure_one()
        self._check_may_refund()
        lines = self._gather()
        self._check_journal(lines)
        payments = self.env["account.payment"].create([line._prepare_payment() for line in lines])
        payments.action_post()
        for line, payment in zip(lines, payments, strict=True):
            line._match(payment)
        self.env["customer.credit"].invalidate_model()
        return self._tell(lines, payments)

    def _check_may_refund(self):
        check_ids(self)
        self.check_access("write")
        if not self.env.user.has_group(BILLING):
            raise AccessError(self.env._("To refund a credit, ask an administrator for the right «Invoicing»."))

    def _gather(self):
        """The lines, with credits that are fresh from the ledger.

        :raise UserError: for the first that can't be refunded as asked
        """
        lines = self.line_ids
        if not lines:
            raise UserError(self.env._("To refund, choose at least one credit in the list of customer credits."))
        lines.move_line_id.check_access("read")
        self.env["customer.credit"].invalidate_model()
        if len(lines.move_line_id) != len(lines):
            raise UserError(self.env._("To refund, enter each credit once."))
        if len(lines.move_line_id.company_id) > 1:
            raise UserError(self.env._("To refund several credits, choose those of one company: each pays its own."))
        for line in lines:
            line._check_refundable()
        return lines

    def _check_journal(self, lines):
        company, journal = lines.move_line_id.company_id, self.journal_id
        if journal not in self.allowed_journal_ids or self.payment_method_line_id not in self._get_methods(journal):
            raise UserError(
                self.env._(
                    "To refund a credit, pay from a bank or cash journal of %(company)s, by a method that the journal has.",
                    company=company.name,
                )
            )
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("To refund a credit, give the day the money goes out, up to today."))
        locked = company._get_violated_lock_dates(self.date, False, journal)
        if locked:
            raise UserError(
                self.env._(
                    "To refund a credit, choose a day after %(locked)s: the books are closed until then.",
                    locked=max(day for day, _field in locked),
                )
            )

    def _tell(self, lines, payments):
        parts = [
            self.env._(
                "%(amount)s of %(credit)s by %(payment)s",
                amount=line.currency_id.format(line.amount),
                credit=line.document_name,
                payment=payment.name,
            )
            for line, payment in zip(lines, payments, strict=True)
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Refunded"),
                "message": ", ".join(parts),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class CreditRefundLine(models.TransientModel):
    _name = "credit.refund.line"
    _inherit = "credit.checked.input"
    _description = "Credit to Refund"

    refund_id = fields.Many2one("credit.refund", "Refund Balance", required=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", "Credit", required=True, ondelete="cascade")
    document_name = fields.Char("Number", related="move_line_id.move_name")
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Customer")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    remaining = fields.Monetary(compute="_compute_remaining", help="What is left of the credit.")
    amount = fields.Monetary("Refund", required=True, help="The balance, or a part of it.")

    @api.depends("move_line_id.amount_residual_currency")
    def _compute_remaining(self):
        for line in self:
            line.remaining = max(0.0, -line.move_line_id.amount_residual_currency)

    @api.model
    def _check_given(self, vals):
        check_amounts(self.env, vals, {"amount": self.env._("the refund")})

    def _check_refundable(self):
        """:raise UserError: unless the amount is above zero and the credit still has as much"""
        self.ensure_one()
        credit = self.env["customer.credit"].browse(self.move_line_id.id).exists()
        if not credit:
            raise UserError(
                self.env._("To refund %s, choose a credit: it is none.", self.move_line_id.move_id.display_name)
            )
        credit._check_open(self.env._("refund a credit"))
        if not self.partner_id:
            raise UserError(
                self.env._("To refund %s, give it a customer first: it has none.", self.document_name or "")
            )
        compare = self.currency_id.compare_amounts
        if compare(self.amount, 0) <= 0 or compare(self.amount, credit.remaining_amount) > 0:
            raise UserError(
                self.env._(
                    "To refund %(credit)s, give an amount above zero and up to %(remaining)s, what is left of it:"
                    " %(amount)s is not.",
                    credit=credit.memo_number,
                    remaining=credit._format(credit.remaining_amount),
                    amount=credit._format(self.amount),
                )
            )

    def _prepare_payment(self):
        refund, item = self.refund_id, self.move_line_id
        return {
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": item.partner_id.id,
            "company_id": item.company_id.id,
            "journal_id": refund.journal_id.id,
            "payment_method_line_id": refund.payment_method_line_id.id,
            "destination_account_id": item.account_id.id,
            "currency_id": item.currency_id.id,
            "amount": self.amount,
            "date": refund.date,
            "memo": refund.memo or self.env._("Refund of %s", self.document_name or ""),
        }

    def _match(self, payment):
        """The smaller of the two is matched in full, and that is the payment."""
        item = self.move_line_id
        paid = payment.move_id.line_ids.filtered(lambda line: line.account_id == item.account_id and line.balance > 0)
        if not paid:
            raise UserError(
                self.env._(
                    "To refund %(credit)s, pay by a method of %(journal)s that has an outstanding account: without one"
                    " there is no entry to match with the credit.",
                    credit=self.document_name,
                    journal=payment.journal_id.name,
                )
            )
        (item | paid).reconcile()
