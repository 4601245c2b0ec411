"""The facts of many customers, read in a few statements, as the pure rules take them."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...models.credit_open_item import trade_accounts
from ...reminders import BEFORE, Credit, Document, Standing
from ..money import units


class CreditReminder(models.Model):
    _inherit = "credit.reminder"

    @api.model
    def _standings(self, root, levels, accounts=None):
        """What the rules need to know of the customers of a legal entity who owe something.

        :param levels: credit.reminder.level in force
        :param accounts: credit.account to look at; None for all who may get a letter today
        :return: dict of account id -> Standing; dict of item id -> row of ``_documents_query``
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")  # compiling the statement would take longer than running it
        rows = self.env.execute_query_dict(self._documents_query(root, levels, accounts))
        documents = defaultdict(list)
        currencies = self.env["res.currency"].browse({row["currency_id"] for row in rows}) | root.currency_id
        unit = {currency.id: currency.rounding or 0.01 for currency in currencies}
        company = root.currency_id.id
        for row in rows:
            documents[row["account_id"]].append(self._as_document(row, unit[company], unit[row["currency_id"]]))
        credits = self._read_credits(root, list(documents)) if documents else {}
        people = {row["account_id"]: row for row in rows}
        standings = {
            account: Standing(
                tuple(theirs),
                tuple(credits.get(account, ())),
                people[account]["no_reminders"],
                people[account]["letter"],
            )
            for account, theirs in documents.items()
        }
        return standings, {row["id"]: row for row in rows}

    @api.model
    def _as_document(self, row, company_unit, unit):
        """:param company_unit: the smallest unit of the company's currency; ``unit`` of the document's"""
        return Document(
            row["id"],
            row["due"],
            round(row["residual"] / company_unit),
            row["currency_id"],
            round(row["residual_currency"] / unit),
            row["disputed"],
            row["promised"],
            row["level"],
            row["reminded"],
            row["paid"],
        )

    @api.model
    def _read_credits(self, root, account_ids):
        """:return: dict of account id -> list of Credit, one for each currency"""
        found = defaultdict(list)
        for account, currency_id, amount_currency, amount in self.env.execute_query(
            self._credits_query(root, account_ids)
        ):
            currency = self.env["res.currency"].browse(currency_id)
            found[account].append(
                Credit(currency_id, units(amount_currency, currency), units(amount, root.currency_id))
            )
        return found

    # ------------------------------------------------------------------ statements

    @api.model
    def _documents_query(self, root, levels, accounts):
        """:return: SQL of the open debits that are late, fall due soon or were paid in part"""
        soon = -min([0, *levels.filtered(lambda level: level.trigger == BEFORE).mapped("days")])
        return SQL(
            """SELECT l.id, l.move_id, a.id AS account_id, a.partner_id, l.currency_id, l.amount_residual AS residual,
                      l.amount_residual_currency AS residual_currency, COALESCE(l.date_maturity, l.date) AS due,
                      COALESCE(a.no_reminders, FALSE) AS no_reminders, %(letter)s AS letter,
                      COALESCE(m.credit_disputed, FALSE) AS disputed, promise.until AS promised, sent.level, sent.reminded,
                      part.paid, a.collector_id
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN res_partner p ON p.id = l.partner_id
                 JOIN credit_account a ON a.partner_id = p.commercial_partner_id AND a.company_id = %(root)s
            LEFT JOIN LATERAL (%(sent)s) sent ON TRUE
            LEFT JOIN LATERAL (%(promise)s) promise ON TRUE
            LEFT JOIN LATERAL (%(part)s) part ON TRUE
                WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual > 0
                  AND l.company_id = ANY(%(companies)s) AND l.account_id IN (%(trade)s)
                  AND NOT (COALESCE(l.no_followup, FALSE) AND m.move_type <> 'entry')
                  AND (COALESCE(l.date_maturity, l.date) <= %(today)s::date + %(soon)s OR l.amount_residual < l.balance)
                  AND %(whom)s""",
            letter=self._last_letter(),
            root=root.id,
            sent=self._sent_query(),
            promise=self._promise_query(),
            part=self._part_query(),
            companies=self._companies_of(root).ids,
            trade=trade_accounts(),
            today=fields.Date.today(),
            soon=soon,
            whom=self._whom(root, accounts),
        )

    @api.model
    def _whom(self, root, accounts):
        """All who may get a letter today, or the accounts asked for."""
        if accounts is not None:
            return SQL("a.id = ANY(%s)", accounts.ids)
        return SQL(
            "a.active AND a.no_reminders IS NOT TRUE AND (%(letter)s IS NULL OR %(letter)s <= %(today)s::date - %(wait)s)",
            letter=self._last_letter(),
            today=fields.Date.today(),
            wait=root.credit_reminder_wait_days,
        )

    @api.model
    def _last_letter(self):
        return SQL("GREATEST(a.last_reminder_date, a.reminder_pause_date)")

    @api.model
    def _sent_query(self):
        return SQL(
            """SELECT MAX(NULLIF(rl.reached, 0)) AS level, MAX(r.date) AS reminded
                 FROM credit_reminder_line rl JOIN credit_reminder r ON r.id = rl.reminder_id AND r.state = 'sent'
                WHERE rl.move_line_id = l.id"""
        )

    @api.model
    def _promise_query(self):
        """A promise that names no document speaks for all of them."""
        return SQL(
            """SELECT MAX(pr.date) AS until FROM credit_promise pr
                WHERE pr.account_id = a.id AND pr.state = 'open' AND pr.date >= %s
                  AND (EXISTS (SELECT 1 FROM account_move_credit_promise_rel d
                                WHERE d.credit_promise_id = pr.id AND d.account_move_id = l.move_id)
                       OR NOT EXISTS (SELECT 1 FROM account_move_credit_promise_rel d WHERE d.credit_promise_id = pr.id))""",
            fields.Date.today(),
        )

    @api.model
    def _part_query(self):
        """The last day on which money, not a credit note, settled a part of the item."""
        return SQL(
            """SELECT MAX(x.max_date) AS paid
                 FROM account_partial_reconcile x
                 JOIN account_move_line k ON k.id = x.credit_move_id
                 JOIN account_move km ON km.id = k.move_id
                WHERE l.amount_residual < l.balance AND x.debit_move_id = l.id AND km.move_type <> 'out_refund'"""
        )

    @api.model
    def _credits_query(self, root, account_ids):
        return SQL(
            """SELECT a.id, l.currency_id, -SUM(l.amount_residual_currency), -SUM(l.amount_residual)
                 FROM account_move_line l
                 JOIN res_partner p ON p.id = l.partner_id
                 JOIN credit_account a ON a.partner_id = p.commercial_partner_id AND a.company_id = %(root)s
                WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual < 0
                  AND l.company_id = ANY(%(companies)s) AND l.account_id IN (%(trade)s) AND a.id = ANY(%(accounts)s)
             GROUP BY a.id, l.currency_id ORDER BY a.id, l.currency_id""",
            root=root.id,
            companies=self._companies_of(root).ids,
            trade=trade_accounts(),
            accounts=account_ids,
        )

    @api.model
    def _companies_of(self, root):
        companies = self.env["res.company"].sudo()  # sudo: the branches of a legal entity
        return companies.search([("id", "child_of", root.id)])
