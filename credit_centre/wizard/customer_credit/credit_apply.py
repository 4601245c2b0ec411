"""The apply screen (S0.29 to S0.31): a customer's credits and deposits on the left, what they owe on the right."""

from odoo import api, fields, models
from odoo.fields import Command, Domain

LARGEST = 200


class CreditApply(models.TransientModel):
    _name = "credit.apply"
    _inherit = "credit.checked.input"
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
