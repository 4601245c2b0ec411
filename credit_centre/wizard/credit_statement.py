"""Statements of account: which kind, of which day, for whom."""

import json

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..models.credit_statement.res_partner import SENDERS, check_maker, check_sender

CUSTOMERS_LIMIT = 10000
PREVIEW_LIMIT = 20
EARLIEST = "1900-01-01"


class CreditStatement(models.TransientModel):
    _name = "credit.statement"
    _inherit = "credit.checked.input"
    _description = "Statement of Account"

    company_id = fields.Many2one(
        "res.company",
        "Legal Entity",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        help="The statement covers this company and all its branches.",
    )
    kind = fields.Selection(
        [("open", "Open items"), ("activity", "Activity of a period")],
        required=True,
        default="open",
        help="Open items: what is not settled on a day. Activity: every transaction of a period with the running balance.",
    )
    date = fields.Date(required=True, default=fields.Date.context_today, help="Matches made later are left out.")
    date_from = fields.Date(
        "From",
        default=lambda self: fields.Date.context_today(self).replace(day=1) - relativedelta(months=2),
    )
    who = fields.Selection(
        [
            ("chosen", "These customers"),
            ("balance", "Every customer with open items"),
            ("past_due", "Every customer who is past due"),
        ],
        "For",
        required=True,
        default="balance",
    )
    partner_ids = fields.Many2many("res.partner", string="Customers", help="A contact stands for its company.")
    category_ids = fields.Many2many("res.partner.category", string="Tags")
    user_ids = fields.Many2many("res.users", string="Salespeople")
    note = fields.Text("Message", help="Stands in the e-mail, above the greeting at its end.")
    line_ids = fields.One2many("credit.statement.line", "statement_id", "Statements")
    question = fields.Char(help="What the statements were made for: they are kept while it stays the same.")
    summary = fields.Char("Found", compute="_compute_summary")
    may_email = fields.Boolean(compute="_compute_may_email")

    def _compute_may_email(self):
        self.may_email = any(self.env.user.has_group(group) for group in SENDERS)

    @api.depends("company_id", "kind", "date", "date_from", "who", "partner_ids", "category_ids", "user_ids")
    def _compute_summary(self):
        for wizard in self:
            try:
                wizard.summary = wizard._summarize(wizard._find())
            except UserError as error:
                wizard.summary = str(error)

    def _summarize(self, found):
        currency = self.company_id.sudo().currency_id  # sudo: of a root company the user may only know by its branch
        balance, late = (sum(pair[place] for pair in found.values()) for place in (0, 1))
        if not found:
            return self.env._("Nobody has anything open.")
        amounts = {
            "balance": format_amount(self.env, balance, currency),
            "late": format_amount(self.env, late, currency),
        }
        if len(found) == 1:
            return self.env._("1 customer, %(balance)s open, of that %(late)s past due.", **amounts)
        return self.env._(
            "%(count)s customers, %(balance)s open, of that %(late)s past due.", count=len(found), **amounts
        )

    # ------------------------------------------------------------------ who

    def _check_question(self):
        """:raise UserError: when the form asks for what can't be made"""
        check_maker(self.env)
        today = fields.Date.context_today(self)
        if self.company_id not in self.env.companies.root_id:
            raise UserError(self.env._("To make statements, choose a legal entity among the companies you work in."))
        if not self.date or self.date > today or self.date < fields.Date.to_date(EARLIEST):
            raise UserError(
                self.env._("To make statements, choose a day up to today (%s).", format_date(self.env, today))
            )
        if self.kind == "activity" and (
            not self.date_from or self.date_from > self.date or self.date_from < fields.Date.to_date(EARLIEST)
        ):
            raise UserError(
                self.env._(
                    "To make statements of a period, let it begin on or before the day it ends (%s).",
                    format_date(self.env, self.date),
                )
            )

    def _find(self):
        """Whom the form asks for.

        :return: dict of partner id -> (balance, past due) in the company's currency
        :raise UserError: when nobody is chosen, or the question can't be answered
        """
        self._check_question()
        book, company = self.env["credit.statement.book"], self.company_id.sudo()  # sudo: its path, for its branches
        if self.who == "chosen":
            chosen = self.partner_ids._origin.commercial_partner_id
            if not chosen:
                raise UserError(self.env._("To make statements, choose at least one customer."))
            chosen.check_access("read")
            found = book._get_balances(company, self.date, partner_ids=chosen.ids)
            return {partner_id: found.get(partner_id, (0.0, 0.0)) for partner_id in chosen.ids}
        found = book._get_balances(company, self.date, past_due=self.who == "past_due")
        domain = self._get_customer_domain()
        allowed = set(self.env["res.partner"].with_context(active_test=False)._search(domain)) if found else set()
        return {partner_id: pair for partner_id, pair in found.items() if partner_id in allowed}

    def _get_customer_domain(self):
        domain = Domain.TRUE
        if self.category_ids:
            domain &= Domain("category_id", "in", self.category_ids._origin.ids)
        if self.user_ids:
            domain &= Domain("user_id", "in", self.user_ids._origin.ids)
        return domain

    # ------------------------------------------------------------------ statements

    def _make_lines(self):
        """One statement per customer found; those made for the same question before are kept."""
        self.ensure_one()
        self.check_access("write")
        found, question = self._find(), self._get_question()
        if not found:
            raise UserError(self.env._("To make statements, choose other customers or another day: nothing is open."))
        if len(found) > CUSTOMERS_LIMIT:
            raise UserError(
                self.env._(
                    "To make statements, choose at most %(limit)s customers at once, by tag or salesperson: these are %(count)s.",
                    limit=f"{CUSTOMERS_LIMIT:,}",
                    count=f"{len(found):,}",
                )
            )
        if self.question != question or not self.line_ids:
            self.line_ids.unlink()
            self.question = question
            self.env["credit.statement.line"].create(self._prepare_lines(found))
        return self.line_ids

    def _prepare_lines(self, found):
        addresses = self.env["res.partner"].browse(found)._get_statement_recipients()
        return [
            {
                "statement_id": self.id,
                "partner_id": partner_id,
                "balance": balance,
                "past_due": late,
                "email": addresses[partner_id].email or False,
            }
            for partner_id, (balance, late) in sorted(found.items(), key=lambda pair: -pair[1][0])
        ]

    def _get_question(self):
        return json.dumps(
            [
                self.company_id.id,
                self.kind,
                str(self.date),
                str(self.date_from) if self.kind == "activity" else "",
                self.who,
                *[sorted(records.ids) for records in (self.partner_ids, self.category_ids, self.user_ids)],
            ]
        )

    # ------------------------------------------------------------------ buttons

    def action_preview(self):
        """Show the first statements on the screen."""
        return self._make_lines()[:PREVIEW_LIMIT].action_preview()

    def action_print(self):
        """One PDF with a statement per customer."""
        return self._make_lines().action_print()

    def action_export(self):
        """One workbook: a summary, and the statements."""
        return self._make_lines().action_export()

    def action_review(self):
        """The list of statements: look through them, send some of them."""
        self._make_lines()
        return self._get_list_action()

    def _get_list_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statements of Account"),
            "res_model": "credit.statement.line",
            "view_mode": "list",
            "views": [(False, "list")],
            "domain": [("statement_id", "=", self.id)],
        }

    def action_email(self):
        """E-mail each customer its statement, with a progress bar."""
        check_sender(self.env)
        return self._make_lines().action_email()
