"""Promises are kept or broken by what came in: daily, and at once when a receipt is posted (S1.16)."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from odoo.addons.credit_hold.models.engine import engine

from ...models.credit_open_item import trade_accounts
from ...promises import BROKEN, OPEN, Promise, Receipt, examine
from ..money import units


class CreditPromise(models.Model):
    _inherit = "credit.promise"

    def _examine(self):
        """Decide the open promises of these promises' customers; what is decided stays decided."""
        accounts = self.account_id
        promises = self.sudo().search(  # sudo: money decides, whoever booked it
            [("account_id", "in", accounts.ids), ("state", "in", ("open", "kept"))]
        )
        receipts = promises._read_receipts()
        today = fields.Date.today()
        decided = defaultdict(lambda: promises.browse())
        for account, theirs in promises.grouped("account_id").items():
            outcomes = examine([one._as_promise() for one in theirs], receipts[account.id], today)
            for promise in theirs.filtered(lambda one: one.state == OPEN):
                outcome = outcomes[promise.id]
                decided[outcome.state, outcome.received * (promise.currency_id.rounding or 0.01)] |= promise
        for (state, received), some in decided.items():
            some._decide(state, received, today)

    def _as_promise(self):
        currency = self.currency_id
        return Promise(
            key=self.id,
            made=self.promised_on,
            until=self.date,
            currency=currency.id,
            amount=units(self.amount, currency),
            company=units(self.amount_company, self.company_currency_id),
            tolerance=units(1, currency),
            settled=bool(self.move_ids) and not any(self.move_ids.mapped("amount_residual")),
        )

    def _read_receipts(self):
        """:return: dict of account id -> list of Receipt since the first promise was made"""
        found = defaultdict(list)
        if not self:
            return found
        self.env.flush_all()
        currencies = self.env["res.currency"]
        for account, key, day, currency_id, amount, company_currency_id, company in self.env.execute_query(
            self._receipts_query()
        ):
            currency = currencies.browse(currency_id)
            company_currency = currencies.browse(company_currency_id)
            found[account].append(
                Receipt(key, day, currency_id, units(amount, currency), units(company, company_currency))
            )
        return found

    def _receipts_query(self):
        """:return: SQL of the money that customers of these promises paid since the first of them"""
        return SQL(
            """SELECT a.id, l.id, l.date, l.currency_id, -l.amount_currency, l.company_currency_id, -l.balance
                 FROM credit_account a
                 JOIN res_partner p ON p.commercial_partner_id = a.partner_id
                 JOIN account_move_line l ON l.partner_id = p.id
                 JOIN account_journal j ON j.id = l.journal_id
                 JOIN res_company c ON c.id = l.company_id AND split_part(c.parent_path, '/', 1)::int = a.company_id
                WHERE a.id = ANY(%(accounts)s) AND l.date >= %(first)s AND l.parent_state = 'posted' AND l.balance < 0
                  AND l.account_id IN (%(trade)s) AND (l.payment_id IS NOT NULL OR j.type IN ('bank', 'cash', 'credit'))""",
            accounts=self.account_id.ids,
            first=min(self.mapped("promised_on")),
            trade=trade_accounts(),
        )

    def _decide(self, state, received, today):
        if not self:
            return
        values = {"received": received}
        if state != OPEN:
            values.update(state=state, decided_on=today)
        with engine():
            self.write(values)
        if state == BROKEN:
            self._tell_broken()

    def _tell_broken(self):
        """Whoever chases the customer is told to call."""
        for promise in self:
            promise.activity_schedule(
                "mail.mail_activity_data_call",
                user_id=promise.account_id._responsible(promise.user_id).id,
                summary=self.env._("Promise broken: call %s", promise.partner_id.display_name),
                note=self.env._(
                    "%(amount)s was promised by %(date)s; %(received)s came.",
                    amount=promise.currency_id.format(promise.amount),
                    date=format_date(self.env, promise.date),
                    received=promise.currency_id.format(promise.received),
                ),
            )

    @api.model
    def _cron_examine(self):
        """Daily: every open promise."""
        self.search([("state", "=", OPEN)])._examine()

    @api.model
    def _examine_customers(self, partners):
        """At once, when money came from customers."""
        if partners:
            promises = self.sudo()  # sudo: money decides, whoever booked it
            promises.search([("partner_id", "in", partners.ids), ("state", "=", OPEN)])._examine()


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        money = posted.filtered(lambda move: move.journal_id.type in ("bank", "cash", "credit"))
        owed = money.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        self.env["credit.promise"]._examine_customers(owed.partner_id.commercial_partner_id)
        return posted
