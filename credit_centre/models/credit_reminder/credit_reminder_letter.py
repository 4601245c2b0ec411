"""What the customer reads: the table of documents in each currency, and the text around it (S1.17, S1.18)."""

import json

from odoo import api, fields, models
from odoo.tools import format_date


class CreditReminder(models.Model):
    _inherit = "credit.reminder"

    documents_html = fields.Html(
        compute="_compute_documents_html", sanitize=False, help="The table of documents, for the text of the letter."
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    amount_text = fields.Char(compute="_compute_documents_html", help="What is due, in each currency.")

    @api.depends_context("lang")
    @api.depends("line_ids", "credits")
    def _compute_documents_html(self):
        for reminder in self:
            tables = reminder._tables()
            reminder.documents_html = self.env["ir.qweb"]._render(
                "credit_centre.reminder_documents", {"tables": tables, "trigger": reminder.trigger}
            )
            reminder.amount_text = ", ".join(table["due"] for table in tables if table["is_due"])

    @api.depends("letter", "level_id", "line_ids")
    def _compute_preview(self):
        for reminder in self:
            reminder.preview = reminder.letter or reminder._render_letter()

    def _tables(self):
        """:return: list of dicts, one for each currency, with ready texts"""
        self.ensure_one()
        lines = self.line_ids.grouped("currency_id")
        credits = {
            self.env["res.currency"].browse(key): amount for key, amount in self._prepare_credits_value(self.credits)
        }
        currencies = sorted({*lines, *credits}, key=lambda one: (one != self.currency_id, one.name))
        return [
            self._currency_table(
                currency, lines.get(currency, self.env["credit.reminder.line"]), credits.get(currency, 0.0)
            )
            for currency in currencies
        ]

    def _currency_table(self, currency, lines, credit):
        residual = sum(lines.mapped("residual"))
        due = currency.round(residual - credit)
        return {
            "currency": currency.name,
            "lines": [line._as_texts() for line in lines],
            "credit": currency.format(-credit) if credit else "",
            "due": currency.format(due),
            "is_due": bool(lines) and due > 0,
        }

    @api.model
    def _prepare_credits_value(self, value):
        return json.loads(value) if isinstance(value, str) else value or []

    def _render_letter(self):
        """:return: the text of the level's template, in the customer's language"""
        self.ensure_one()
        template = self.level_id.template_id
        return template._render_field("body_html", self.ids, compute_lang=True)[self.id] if self.id else ""

    def _render_subject(self):
        self.ensure_one()
        return self.level_id.template_id._render_field("subject", self.ids, compute_lang=True)[self.id]

    def _why_text(self):
        """One sentence for the person who sends it: what failed last time comes first."""
        self.ensure_one()
        parts = [self.problem] if self.problem and self.state == "proposed" else []
        if self.oldest_due_date and self.days_past_due > 0:
            parts.append(self.env._("Oldest document %s days past due", self.days_past_due))
        elif self.oldest_due_date:
            parts.append(self.env._("Next document due on %s", format_date(self.env, self.oldest_due_date)))
        last = self.account_id.last_reminder_id
        if last and last != self and self.state == "proposed":
            parts.append(
                self.env._(
                    "last letter: %(level)s on %(date)s",
                    level=last.level_id.name,
                    date=format_date(self.env, last.date),
                )
            )
        if self.credit_amount:
            parts.append(self.env._("%s of credits deducted", self.currency_id.format(self.credit_amount)))
        return "; ".join(parts)


class CreditReminderLine(models.Model):
    _inherit = "credit.reminder.line"

    def _as_texts(self):
        move = self.move_id.sudo()  # sudo: its reader sees the reminder
        return {
            "name": move.name or "",
            "ref": move.ref or "",
            "date": format_date(self.env, move.invoice_date or move.date),
            "due": format_date(self.env, self.date_maturity),
            "days": self.days_past_due if self.days_past_due > 0 else "",
            "amount": self.currency_id.format(self.amount),
            "residual": self.currency_id.format(self.residual),
            "in_part": bool(self.currency_id.compare_amounts(self.amount, self.residual)),
        }
