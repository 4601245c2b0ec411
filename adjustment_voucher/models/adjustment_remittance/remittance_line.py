from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import check_amounts, engine, is_record_number, work

CODES = [
    ("matched", "Matched"),
    ("on_account", "Receipt without invoice"),
    ("new_receipt", "New receipt"),
    ("unread_receipt", "No receipt named"),
    ("unread_date", "Day not readable"),
    ("unread_receipt_amount", "Receipt amount not readable"),
    ("unread_amount", "Amount not readable"),
    ("unread_deduction", "Deduction not readable"),
    ("unread_currency", "Currency unknown"),
    ("digits", "Too many decimals"),
    ("receipt_missing", "Receipt not found"),
    ("receipt_choose", "Choose the receipt"),
    ("receipt_company", "Receipt of another company"),
    ("receipt_used", "Receipt already applied"),
    ("receipt_claimed", "Receipt in another voucher"),
    ("receipt_amount", "Receipt amount differs"),
    ("receipt_amounts", "Two amounts for one receipt"),
    ("receipt_empty", "No amount"),
    ("receipt_over", "More than the receipt"),
    ("document_missing", "Invoice not found"),
    ("document_empty", "No invoice named"),
    ("document_choose", "Choose the invoice"),
    ("document_company", "Invoice of another company"),
    ("document_settled", "Invoice already settled"),
    ("document_claimed", "Invoice in another voucher"),
    ("document_over", "More than the invoice"),
    ("currency", "Other currency"),
    ("customer", "Other customer"),
    ("customers", "Several customers"),
    ("payer_missing", "Payer not found"),
    ("nothing_left", "Nothing left to apply"),
    ("held_back", "Held back by another row"),
]
CHOSEN = {"credit_move_id": "credit_chosen", "debit_move_id": "debit_chosen"}
MAGIC = {"id", "create_uid", "create_date", "write_uid", "write_date", "display_name"}
EDITABLE = {*CHOSEN, "amount", "deduction", "receipt_amount", "date", "payer_id", "currency_id", "skipped"}
READ_AS = {"unread_receipt": "credit_move_id", "unread_currency": "currency_id"}


class AdjustmentRemittanceLine(models.Model):
    """One row: the receipt and the invoice it names, what was found for them, and what becomes of it."""

    _name = "adjustment.remittance.line"
    _inherit = ["adjustment.protected"]
    _description = "Row of a Remittance"
    _order = "remittance_id, number, id"
    _rec_name = "document_text"

    remittance_id = fields.Many2one("adjustment.remittance", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="remittance_id.company_id", store=True)
    state = fields.Selection(related="remittance_id.state")
    number = fields.Integer("Row", readonly=True, aggregator=None)
    cells = fields.Json(help="The row as it stands in the file.")
    receipt_text = fields.Char("Receipt", readonly=True)
    receipt_key = fields.Char()
    document_text = fields.Char("Invoice", readonly=True)
    document_key = fields.Char()
    payer_text = fields.Char("Payer", readonly=True)
    date = fields.Date("Receipt Date")
    currency_id = fields.Many2one("res.currency")
    receipt_amount = fields.Monetary(help="The amount of the whole receipt, as the file says.", aggregator=None)
    amount = fields.Monetary(help="What is paid on the invoice. Empty: as much as receipt and invoice allow.")
    deduction = fields.Monetary(help="What the payer deducted from the invoice.")
    currency_text = fields.Char("Currency in the File", readonly=True)
    unread = fields.Json(readonly=True, help="What could not be read: [[result, text of the cell], ...].")
    candidates = fields.Json(help="What a number may mean, when it means several.")
    payer_id = fields.Many2one("res.partner", "Payer Found")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, help="Whose receipt it is.")
    credit_move_id = fields.Many2one("account.move", "Receipt Found", index="btree_not_null")
    credit_chosen = fields.Boolean("Receipt Chosen by Hand", readonly=True)
    debit_move_id = fields.Many2one("account.move", "Invoice Found", index="btree_not_null")
    debit_chosen = fields.Boolean("Invoice Chosen by Hand", readonly=True)
    other_company_id = fields.Many2one("res.company", "Found in", readonly=True)
    skipped = fields.Boolean(
        "Leave out", help="The row is not imported, and holds the others of its receipt back no more."
    )
    status = fields.Selection(
        [
            ("waiting", "Not looked at"),
            ("good", "Matched"),
            ("bad", "To correct"),
            ("skipped", "Left out"),
            ("imported", "Imported"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    code = fields.Selection(CODES, "Result", readonly=True)
    figure = fields.Monetary(readonly=True, aggregator=None)
    reason = fields.Char("What to Do", compute="_compute_reason")
    paid = fields.Monetary("Applies", readonly=True)
    deducted = fields.Monetary("Deducts", readonly=True)
    payment_id = fields.Many2one("account.payment", "Payment Registered", readonly=True, index="btree_not_null")
    voucher_id = fields.Many2one("adjustment.voucher", "Voucher", readonly=True, index="btree_not_null")

    _by_status = models.Index("(remittance_id, status, partner_id)")

    def _adjustment_protected_fields(self):
        return set(self._fields) - EDITABLE - MAGIC

    @api.depends("code", "figure", "unread", "other_company_id", "credit_move_id", "debit_move_id", "amount")
    def _compute_reason(self):
        message = self.env["adjustment.remittance.message"]
        for line in self:
            line.reason = message._reason(line)

    def write(self, vals):
        if work():
            return super().write(vals)
        self._check_values(vals)
        self._check_editable()
        marks = {CHOSEN[name]: bool(vals[name]) for name in CHOSEN if name in vals}
        result = super().write(vals)
        with engine():
            super().write(marks)
        self._forget_unread(vals)
        if "currency_id" not in vals:
            self._take_currency()
        for remittance in self.remittance_id:
            remittance._judge_rows()
        return result

    def _check_values(self, vals):
        names = ("amount", "deduction", "receipt_amount")
        check_amounts(self.env, vals, {name: self._fields[name]._description_string(self.env) for name in names})
        for name in {*CHOSEN, "payer_id", "currency_id"} & vals.keys():
            if vals[name] and not is_record_number(vals[name]):
                raise ValidationError(self.env._("To correct a row, choose a document or customer from the list."))

    def _check_editable(self):
        for line in self:
            if line.status == "imported" or line.state not in ("checked", "imported"):
                raise UserError(
                    self.env._(
                        "To correct row %(row)s of %(remittance)s, choose one that is checked and not imported yet.",
                        row=line.number,
                        remittance=line.remittance_id.name,
                    )
                )

    @api.constrains("credit_move_id", "debit_move_id")
    def _check_documents(self):
        """What a person chooses is a posted document of the same legal entity that they may read."""
        if work():
            return
        moves = self.credit_move_id | self.debit_move_id
        moves.check_access("read")
        for line in self:
            for move in line.credit_move_id | line.debit_move_id:
                if move.company_id.root_id != line.company_id.root_id or move.state != "posted":
                    raise ValidationError(
                        self.env._(
                            "To apply row %(row)s, choose a posted document of %(company)s: %(document)s is not one.",
                            row=line.number,
                            company=line.company_id.root_id.name,
                            document=move.display_name,
                        )
                    )

    def _forget_unread(self, vals):
        """A value that a person gives takes the place of the cell that could not be read."""
        for line in self.filtered("unread"):
            with engine():
                line.unread = [
                    one for one in line.unread if READ_AS.get(one[0], one[0].removeprefix("unread_")) not in vals
                ]

    def _take_currency(self):
        """A row that named no currency is in that of the document chosen for it."""
        for line in self.filtered(lambda one: not one.currency_text):
            document = line.debit_move_id or line.credit_move_id
            if document and line.currency_id != document.currency_id:
                with engine():
                    line.currency_id = document.currency_id

    def action_skip(self):
        """Leave these rows out."""
        self.check_access("write")
        self.write({"skipped": True})
        return True

    def action_take_back(self):
        """Take rows that were left out in again."""
        self.check_access("write")
        self.write({"skipped": False})
        return True

    def action_view_voucher(self):
        """The voucher that the row went into."""
        self.ensure_one()
        self.check_access("read")
        return self.voucher_id._get_form_action()
