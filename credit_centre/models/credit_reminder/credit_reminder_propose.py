"""Who gets which reminder today: decided for all customers at once, daily or when somebody asks (S1.14, S1.18)."""

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.adjustment_voucher.models.engine import check_ids
from odoo.addons.credit_hold.models.jobs import run_step

from ...reminders import amounts, decide
from .collectors import check_collector

SLICE = 50


class CreditReminder(models.Model):
    _inherit = "credit.reminder"

    @api.model
    def _cron_remind(self):
        """Daily: look at the promises, propose reminders, send those that are sent by themselves. Killed at any moment,
        it goes on where it was; nobody gets a letter twice."""
        run_step(self.env, self.env["credit.account"]._create_missing)
        run_step(self.env, self.env["credit.promise"]._cron_examine)
        roots = self.env["res.company"].search([("parent_id", "=", False)])
        for root in roots:
            run_step(self.env, self._propose, root)
        for root in roots.filtered(lambda one: one.credit_reminder_mode == "send"):
            self._send_by_itself(root)

    @api.model
    def _send_by_itself(self, root):
        """Those without a problem and without a flag, in slices; what is left stays proposed for a person."""
        waiting = self.search(
            [
                ("state", "=", "proposed"),
                ("company_id", "=", root.id),
                ("problem", "=", False),
                ("level_id.set_hold", "=", False),
                ("level_id.set_prepay", "=", False),
            ],
            order="id",
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting))
        for start in range(0, len(waiting), SLICE):
            # Each slice is locked by the first statement after a commit: what somebody sends meanwhile is left to them.
            some = waiting[start : start + SLICE].try_lock_for_update().filtered(lambda one: one.state == "proposed")
            some.with_company(root)._send("email")
            if not cron._commit_progress(len(some), remaining=max(len(waiting) - start - SLICE, 0)):
                break

    @api.model
    def action_propose(self, account_ids=None):
        """Propose reminders now, for the companies at hand.

        :param account_ids: ids of the credit accounts to look at; None for all customers
        :return: dict of code -> number of customers; ``proposed`` counts the letters
        """
        check_collector(self.env)
        self.check_access("read")
        accounts = None
        if account_ids is not None:
            accounts = self.env["credit.account"].browse(account_ids)
            check_ids(accounts)
            accounts = accounts.exists()
            accounts.check_access("read")
            if not accounts:
                raise UserError(self.env._("To propose reminders, choose at least one customer."))
        else:
            self.env["credit.account"].sudo()._create_missing()  # sudo: accounts open by themselves
        counts = {}
        for root in accounts.company_id if accounts else self.env.companies.root_id:
            some = accounts and accounts.filtered(lambda account, of=root: account.company_id == of)
            reminders = self.sudo()  # sudo: nobody writes reminders but these buttons
            for code, number in reminders._propose(root.sudo(), some).items():  # sudo: the company's settings
                counts[code] = counts.get(code, 0) + number
        return counts

    # ------------------------------------------------------------------ gather, decide, apply

    @api.model
    def _propose(self, root, accounts=None):
        """Replace the proposals of a legal entity by those of today; one that did not change stays.

        :param accounts: credit.account to look at; None for all
        :return: dict of code -> number of customers
        """
        self._take_turn(root)
        decisions, standings, rows = self._decide(root, accounts)
        letters = {key: decision for key, decision in decisions.items() if decision.level}
        values = [self._prepare_row(root, key, letters[key], standings[key], rows) for key in sorted(letters)]
        self._replace(root, accounts, values)
        counts = {"proposed": len(letters)} if letters else {}
        for decision in decisions.values():
            if decision.why:
                counts[decision.why] = counts.get(decision.why, 0) + 1
        return counts

    @api.model
    def _take_turn(self, root):
        """One proposes at a time. Who comes second begins again on fresh figures (so it is written, not only locked):
        otherwise a letter that was proposed and sent since then would be proposed once more."""
        self.env.cr.execute(
            SQL("UPDATE res_company SET credit_reminder_proposed_on = %s WHERE id = %s", fields.Datetime.now(), root.id)
        )
        root.invalidate_recordset(["credit_reminder_proposed_on"], flush=False)

    @api.model
    def _decide(self, root, accounts=None):
        """:return: (dict of account id -> Decision, the standings, the rows of their documents)"""
        levels = self.env["credit.reminder.level"]._for_company(root)
        standings, rows = self._standings(root, levels, accounts)
        steps, wait, today = levels._as_levels(root), root.credit_reminder_wait_days, fields.Date.today()
        decisions = {key: decide(standing, steps, wait, today) for key, standing in standings.items()}
        return decisions, standings, rows

    @api.model
    def _prepare_row(self, root, account_id, decision, standing, rows):
        """A proposal with its lines, as the columns of the database take it."""
        unit = root.currency_id.rounding or 0.01
        listed = dict(decision.documents)
        documents = [document for document in standing.documents if document.key in listed]
        credit = sum(one.amount for one in standing.credits)
        facts = [decision.level.key, decision.total, credit, sorted((one.key, one.residual) for one in documents)]
        first = rows[documents[0].key]
        return {
            "account_id": account_id,
            "partner_id": first["partner_id"],
            "user_id": first["collector_id"] or root.credit_manager_id.id or None,
            "level_id": decision.level.key,
            "document_count": len(documents),
            "oldest_due_date": min(one.due for one in documents),
            "debit_amount": root.currency_id.round((decision.total + credit) * unit),
            "credit_amount": root.currency_id.round(credit * unit),
            "amount": root.currency_id.round(decision.total * unit),
            "credits": json.dumps(self._prepare_credits(standing)),
            "facts": hashlib.sha256(json.dumps(facts).encode()).hexdigest(),
            "lines": [(rows[one.key], listed[one.key]) for one in documents],
        }

    @api.model
    def _prepare_credits(self, standing):
        """The credits of a letter: lists of currency id and amount in that currency."""
        currencies = self.env["res.currency"]
        found = []
        for currency_id, (_debit, credit, _due) in amounts((), standing.credits).items():
            currency = currencies.browse(currency_id)
            found.append([currency_id, currency.round(credit * (currency.rounding or 0.01))])
        return found

    @api.model
    def _replace(self, root, accounts, values):
        """Write the proposals: in two statements, however many there are."""
        self.env.flush_all()
        scope = SQL("account_id = ANY(%s)", accounts.ids) if accounts is not None else SQL("TRUE")
        self.env.cr.execute(
            SQL(
                """DELETE FROM credit_reminder WHERE state = 'proposed' AND company_id = %(root)s AND %(scope)s
                      AND (account_id, facts) NOT IN (SELECT * FROM unnest(%(accounts)s::int[], %(facts)s::text[]))""",
                root=root.id,
                scope=scope,
                accounts=[row["account_id"] for row in values],
                facts=[row["facts"] for row in values],
            )
        )
        self._insert(root, values)
        self.invalidate_model(flush=False)
        self.env["credit.reminder.line"].invalidate_model(flush=False)
        self.env["credit.account"].invalidate_model(["reminder_ids", "proposed_reminder_id"], flush=False)

    @api.model
    def _insert(self, root, values):
        """Those that stay are passed by; so is one that is sent in this moment: it is still here for us, though no longer
        in the index of the proposals."""
        names = [name for name in values[0] if name != "lines"] if values else []
        if not names:
            return
        kinds = {"oldest_due_date": "date", "credits": "jsonb", "facts": "text"} | dict.fromkeys(
            ("debit_amount", "credit_amount", "amount"), "numeric"
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_reminder (company_id, date, state, create_uid, create_date, write_uid, write_date, %(names)s)
                   SELECT %(root)s, %(today)s, 'proposed', %(uid)s, %(now)s, %(uid)s, %(now)s, t.*
                     FROM unnest(%(arrays)s) t(%(names)s)
                    WHERE NOT EXISTS (SELECT FROM credit_reminder kept
                                       WHERE kept.account_id = t.account_id AND kept.state = 'proposed')
                RETURNING id, account_id""",
                names=SQL(", ").join(SQL.identifier(name) for name in names),
                root=root.id,
                today=fields.Date.today(),
                uid=self.env.uid,
                now=fields.Datetime.now(),
                arrays=SQL(", ").join(
                    SQL(f"%s::{kinds.get(name, 'int')}[]", [row[name] for row in values]) for name in names
                ),
            )
        )
        reminders = {account: reminder for reminder, account in self.env.cr.fetchall()}
        self._insert_lines(
            root,
            [
                (reminders[row["account_id"]], *line)
                for row in values
                for line in row["lines"]
                if row["account_id"] in reminders
            ],
        )

    @api.model
    def _insert_lines(self, root, lines):
        """:param lines: list of (reminder id, row of the document, sequence it has reached)"""
        if not lines:
            return
        reminders, rows, reached = zip(*lines, strict=True)
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_reminder_line
                          (company_id, reminder_id, reached, move_line_id, move_id, currency_id, date_maturity, residual, residual_company)
                   SELECT %(root)s, t.* FROM unnest(%(reminders)s::int[], %(reached)s::int[], %(items)s::int[], %(moves)s::int[],
                          %(currencies)s::int[], %(due)s::date[], %(residuals)s::numeric[], %(company)s::numeric[]) t""",
                root=root.id,
                reminders=list(reminders),
                reached=[level or 0 for level in reached],
                items=[row["id"] for row in rows],
                moves=[row["move_id"] for row in rows],
                currencies=[row["currency_id"] for row in rows],
                due=[row["due"] for row in rows],
                residuals=[row["residual_currency"] for row in rows],
                company=[row["residual"] for row in rows],
            )
        )
