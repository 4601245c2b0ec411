"""The apply screen (S0.29 to S0.31): a customer's credits and deposits on the left, what they owe on the right."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from odoo.addons.adjustment_voucher.models.engine import check_amounts, check_ids

from ...application import fit

BILLING = "account.group_account_invoice"
LARGEST = 200


class CreditApply(models.TransientModel):
    _name = "credit.apply"
    _description = "Apply Deposits and Credits"

    partner_id = fields.Many2one("res.partner", "Customer", help="Find the customer by name, e-mail, phone or number.")
    company_id = fields.Many2one("res.company", "Store", help="Empty: all companies and branches chosen above.")
    journal_id = fields.Many2one("account.journal", help="Only credits booked in this journal. Empty: all.")
    alert = fields.Text("Alert Note", compute="_compute_alert")
    credit_line_ids = fields.One2many(
        "credit.apply.line", "apply_id", "Available", domain=lambda self: [("side", "=", "credit")]
    )
    debit_line_ids = fields.One2many(
        "credit.apply.line", "apply_id", "Invoices", domain=lambda self: [("side", "=", "debit")]
    )
    application_ids = fields.Many2many(
        "credit.application", compute="_compute_application_ids", string="Previously Applied"
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_totals")
    total_credit = fields.Monetary("Credits Ticked", compute="_compute_totals")
    total_debit = fields.Monetary("Invoices Ticked", compute="_compute_totals")
    total_applied = fields.Monetary(
        "Will Be Applied", compute="_compute_totals", help="The smaller of the two; the first documents come first."
    )
    mixed = fields.Boolean("Several Currencies", compute="_compute_totals")
    cut_note = fields.Char(compute="_compute_cut_note")

    # ------------------------------------------------------------------ what is shown

    @api.depends("partner_id")
    def _compute_alert(self):
        for screen in self:
            screen.alert = "\n".join(screen._get_notes())

    def _get_notes(self):
        """What the company wants whoever works on this customer to know (S0.30)."""
        partner = self.partner_id.commercial_partner_id
        if not partner:
            return []
        roots = self.env.companies.root_id
        accounts = self.env["credit.account"].search(
            [("partner_id", "=", partner.id), ("company_id", "in", roots.ids), ("note", "!=", False)]
        )
        people = partner | self.partner_id
        warnings = people.mapped("sale_warn_msg") if "sale_warn_msg" in people._fields else []
        return list(dict.fromkeys(filter(None, [*accounts.mapped("note"), *warnings])))

    @api.depends("partner_id", "company_id")
    def _compute_application_ids(self):
        for screen in self:
            screen.application_ids = (
                self.env["credit.application"].search(
                    screen._get_domain() & Domain("kind", "=", "applied"), limit=LARGEST
                )
                if screen.partner_id
                else False
            )

    @api.depends(
        "credit_line_ids.amount", "credit_line_ids.selected", "debit_line_ids.amount", "debit_line_ids.selected"
    )
    def _compute_totals(self):
        for screen in self:
            credits, debits = screen._ticked("credit"), screen._ticked("debit")
            currencies = (credits | debits).currency_id
            screen.currency_id = currencies[:1] or self.env.company.currency_id
            screen.mixed = len(currencies) > 1
            screen.total_credit = 0 if screen.mixed else sum(credits.mapped("amount"))
            screen.total_debit = 0 if screen.mixed else sum(debits.mapped("amount"))
            screen.total_applied = min(screen.total_credit, screen.total_debit)

    @api.depends("total_credit", "total_debit", "mixed")
    def _compute_cut_note(self):
        for screen in self:
            screen.cut_note = screen._get_cut_note()

    def _get_cut_note(self):
        if self.mixed:
            return self.env._("Several currencies are ticked: the voucher opens, so that you can check the rates.")
        gap = self.currency_id.round(self.total_credit - self.total_debit) if self.currency_id else 0
        if not gap or not self.total_applied:
            return False
        amount = self.currency_id.format(abs(gap))
        if gap > 0:
            return self.env._("%s of the ticked credits stays open.", amount)
        return self.env._("%s of the ticked invoices stays open.", amount)

    def _ticked(self, side):
        lines = self.credit_line_ids if side == "credit" else self.debit_line_ids
        return lines.filtered("selected")

    def _get_domain(self):
        partner = self.partner_id.commercial_partner_id
        companies = self.company_id & self.env.companies or self.env.companies
        return Domain("partner_id", "=", partner.id) & Domain("company_id", "in", companies.ids)

    # ------------------------------------------------------------------ choosing the customer

    @api.onchange("partner_id", "company_id", "journal_id")
    def _onchange_partner_id(self):
        self.credit_line_ids = [Command.clear(), *self._prepare_lines(self._get_credits())]
        self.debit_line_ids = [Command.clear(), *self._prepare_lines(self._get_debits())]

    @api.onchange("partner_id")
    def _onchange_partner_alert(self):
        """The alert pops up, and stays on the screen as a note."""
        if self.alert:
            title = self.env._("Please note about %s", self.partner_id.display_name)
            return {"warning": {"title": title, "message": self.alert, "type": "dialog"}}
        return None

    def _get_credits(self):
        if not self.partner_id:
            return self.env["account.move.line"]
        domain = self._get_domain() & Domain("is_open", "=", True)
        if self.journal_id:
            domain &= Domain("journal_id", "=", self.journal_id.id)
        return self.env["customer.credit"].search(domain, order="date, id", limit=LARGEST).move_line_id

    def _get_debits(self):
        if not self.partner_id:
            return self.env["account.move.line"]
        domain = self._get_domain() & Domain("side", "=", "debit")
        return self.env["credit.open.item"].search(domain, order="date_maturity, id", limit=LARGEST).move_line_id

    @api.model
    def _prepare_lines(self, items):
        ticked = set(self.env.context.get("credit_apply_items") or ())  # what to show ticked, no right
        return [
            Command.create(
                {
                    "move_line_id": item.id,
                    "selected": item.id in ticked,
                    "amount": abs(item.amount_residual_currency) if item.id in ticked else 0,
                }
            )
            for item in items
        ]

    @api.model
    def _get_action(self, partner=None, items=None):
        """:param items: account.move.line to show ticked"""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply Deposits/Credits"),
            "res_model": "credit.apply",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": partner.id if partner else False,
                "credit_apply_items": items.ids if items else [],
                "dialog_size": "extra-large",
            },
        }

    # ------------------------------------------------------------------ apply

    def action_apply(self):
        """Make a voucher of what is ticked and authorize it; where it can't be authorized, leave the draft and say why.

        :return: the action that says what was done
        """
        self.ensure_one()
        self._check_may_apply()
        credits, debits = self._gather()
        voucher = self._make_voucher(credits, debits)
        refusal = self._authorize(voucher)
        self.env["customer.credit"].invalidate_model()
        return self._tell(voucher, refusal)

    def _check_may_apply(self):
        check_ids(self)
        self.check_access("write")
        if not self.env.user.has_group(BILLING):
            raise AccessError(self.env._("To apply a credit, ask an administrator for the right «Invoicing»."))
        if not self.partner_id:
            raise UserError(self.env._("To apply a credit, choose the customer first."))

    def _gather(self):
        """The ticked lines of both sides, looked at anew."""
        credits, debits = self._ticked("credit"), self._ticked("debit")
        if not credits or not debits:
            raise UserError(
                self.env._("To apply, tick at least one credit and one invoice of %s.", self.partner_id.display_name)
            )
        both = credits | debits
        both.move_line_id.check_access("read")
        for line in both:
            line._check_applicable(self.partner_id.commercial_partner_id)
        if len(both.move_line_id.company_id.root_id) > 1:
            raise UserError(
                self.env._("To apply, choose one store: the ticked documents are of %s.",
                           ", ".join(both.move_line_id.company_id.root_id.mapped("name")))
            )  # fmt: skip
        return credits, debits

    def _make_voucher(self, credits, debits):
        items = (credits | debits).move_line_id
        currency = items.currency_id if len(items.currency_id) == 1 else items.company_id.root_id.currency_id
        return self.env["adjustment.voucher"].create(
            {
                "company_id": items.company_id.id if len(items.company_id) == 1 else items.company_id.root_id.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "currency_id": currency.id,
                "kind": "single" if len(items.currency_id) == 1 else "multi",
                "line_ids": [
                    Command.create({"move_line_id": line.move_line_id.id, "amount": amount})
                    for line, amount in self._get_amounts(credits, debits)
                    if amount
                ],
            }
        )

    @api.model
    def _get_amounts(self, credits, debits):
        """What is used of each line: both sides cut to the smaller one; in several currencies as entered."""
        currency = (credits | debits).currency_id
        if len(currency) > 1:
            return [(line, line.amount) for line in credits | debits]
        sides = [[round(line.amount / currency.rounding) for line in side] for side in (credits, debits)]
        taken = [amount for side in fit(*sides) for amount in side]
        return [
            (line, currency.round(amount * currency.rounding))
            for line, amount in zip([*credits, *debits], taken, strict=True)
        ]

    def _authorize(self, voucher):
        """:return: why it stays a draft, or None"""
        if len(voucher.line_ids.currency_id) > 1:
            return self.env._("Check the rates, then authorize it.")
        try:
            with self.env.cr.savepoint():
                voucher.action_authorize()
        except UserError as refusal:
            return str(refusal.args[0])
        return None

    def _tell(self, voucher, refusal):
        form = {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "views": [(False, "form")],
            "res_id": voucher.id,
        }
        done = self.env._(
            "%(amount)s applied by voucher %(voucher)s.",
            amount=voucher.currency_id.format(voucher.total_credit),
            voucher=voucher.display_name,
        )
        kept = self.env._(
            "%(voucher)s is ready, but not authorized. %(why)s", voucher=voucher.display_name, why=refusal
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refusal else "success",
                "sticky": bool(refusal),
                "message": kept if refusal else done,
                "next": form if refusal else {"type": "ir.actions.act_window_close"},
            },
        }


class CreditApplyLine(models.TransientModel):
    _name = "credit.apply.line"
    _description = "Document to Apply"
    _order = "id"

    apply_id = fields.Many2one("credit.apply", required=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", "Item", required=True, ondelete="cascade")
    side = fields.Selection(
        [("credit", "Credit"), ("debit", "Debit")], compute="_compute_side", store=True, precompute=True
    )
    selected = fields.Boolean("Apply")
    document_name = fields.Char("Number", related="move_line_id.move_name")
    kind = fields.Selection(
        lambda self: self.env["adjustment.voucher.line"]._fields["document_kind"]._description_selection(self.env),
        compute="_compute_document",
    )
    reference = fields.Char("Order / Reference", compute="_compute_document")
    company_id = fields.Many2one(related="move_line_id.company_id", string="Store")
    date = fields.Date(related="move_line_id.date")
    date_maturity = fields.Date("Due", related="move_line_id.date_maturity")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    residual = fields.Monetary("Open", compute="_compute_document")
    amount = fields.Monetary("To Apply", help="All that is open, or a part of it.")

    @api.depends("move_line_id")
    def _compute_side(self):
        for line in self:
            line.side = "debit" if line.move_line_id.amount_currency > 0 else "credit"

    @api.depends("move_line_id")
    def _compute_document(self):
        for line in self:
            item = line.move_line_id
            line.kind = item._get_adjustment_kind() if item else False
            line.reference = item.move_id.invoice_origin or item.ref or False
            line.residual = abs(item.amount_residual_currency)

    @api.onchange("selected")
    def _onchange_selected(self):
        self.amount = self.residual if self.selected else 0

    @api.onchange("amount")
    def _onchange_amount(self):
        self.selected = bool(self.amount)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_amounts(self.env, vals, {"amount": self.env._("the amount to apply")})
        return super().create(vals_list)

    def write(self, vals):
        check_amounts(self.env, vals, {"amount": self.env._("the amount to apply")})
        return super().write(vals)

    def _check_applicable(self, partner):
        """:raise UserError: unless the item is open, of this customer, and holds the amount"""
        self.ensure_one()
        item, name = self.move_line_id, self.document_name or ""
        if item.partner_id.commercial_partner_id != partner:
            raise UserError(
                self.env._(
                    "To apply %(document)s, choose its own customer: it is not of %(customer)s.",
                    document=name,
                    customer=partner.display_name,
                )
            )
        still = abs(item.amount_residual_currency) if item.parent_state == "posted" and not item.reconciled else 0
        compare = self.currency_id.compare_amounts
        if compare(self.amount, 0) <= 0 or compare(self.amount, still) > 0:
            raise UserError(
                self.env._(
                    "To apply %(document)s, give an amount above zero and up to %(open)s, what is open of it: %(amount)s"
                    " is not.",
                    document=name,
                    open=self.currency_id.format(still),
                    amount=self.currency_id.format(self.amount),
                )
            )
