"""Messages and e-mails with a customer about what they owe, from wherever they were written."""

from odoo import fields, models
from odoo.tools import SQL, html2plaintext
from odoo.tools.misc import format_datetime

from .credit_account_tables import CANDIDATES, SCREENFUL, text_cell

PREVIEW = 140
WRITTEN = ("email", "comment", "email_outgoing", "auto_comment", "user_notification")


class CreditAccount(models.Model):
    _inherit = "credit.account"

    message_table = fields.Json("Messages about Payment", compute="_compute_message_table")

    def _compute_message_table(self):
        for account in self:
            account.message_table = account._prepare_messages() if account.id else False

    def _prepare_messages(self):
        return {
            "columns": [
                {"label": label, "kind": ""}
                for label in (self.env._("Date"), self.env._("Author"), self.env._("About"), self.env._("Message"))
            ],
            "rows": [self._prepare_message(message) for message in self._get_payment_messages()],
            "empty": self.env._("Nobody wrote about payment yet. Write to the customer below, or from an invoice."),
        }

    def _prepare_message(self, message):
        body = " ".join(html2plaintext(message.body or "").split())
        text = f"{message.subject}: {body}" if message.subject and body else message.subject or body
        return {
            "id": message.id,
            "open": {"model": message.model, "id": message.res_id},
            "cells": [
                text_cell(format_datetime(self.env, message.date, dt_format="short"), "muted"),
                text_cell(message.sudo().author_id.name or message.email_from),  # sudo: who wrote what one may read
                text_cell(message.record_name or ""),
                text_cell(text[:PREVIEW] + ("…" if len(text) > PREVIEW else "")),
            ],
        }

    def _get_payment_messages(self):
        """:return: the newest messages that the user may read, of the newest ones there are"""
        found = [number for (number,) in self.env.execute_query(self._payment_messages_query())]
        messages = self.env["mail.message"].search([("id", "in", found)], order="date desc, id desc")
        return messages.filtered(lambda one: one.subject or html2plaintext(one.body or "").strip())[:SCREENFUL]

    def _payment_messages_query(self):
        """:return: SQL of the ids of the newest messages on the customer's documents about payment"""
        documents = self._payment_documents()
        return SQL(
            """SELECT g.id FROM (%s) d JOIN mail_message g ON g.model = d.model AND g.res_id = d.res_id
                WHERE g.message_type IN %s AND g.body IS NOT NULL ORDER BY g.date DESC, g.id DESC LIMIT %s""",
            SQL(" UNION ALL ").join(documents),
            WRITTEN,
            CANDIDATES,
        )

    def _payment_documents(self):
        """:return: list of SQL of (model, res_id) whose messages are about payment; others may add theirs"""
        people = SQL("SELECT id FROM res_partner WHERE commercial_partner_id = %s", self.partner_id.id)
        entity = SQL("SELECT id FROM res_company WHERE split_part(parent_path, '/', 1)::int = %s", self.company_id.id)
        return [
            SQL("SELECT 'credit.account' AS model, %s AS res_id", self.id),
            SQL("SELECT 'res.partner', id FROM res_partner WHERE commercial_partner_id = %s", self.partner_id.id),
            SQL(
                "SELECT 'account.move', id FROM account_move WHERE partner_id IN (%s) AND company_id IN (%s)"
                " AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')",
                people,
                entity,
            ),
            SQL(
                "SELECT 'account.payment', id FROM account_payment WHERE partner_id IN (%s) AND company_id IN (%s)"
                " AND partner_type = 'customer'",
                people,
                entity,
            ),
        ]
