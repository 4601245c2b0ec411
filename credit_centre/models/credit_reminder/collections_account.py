"""What a collector keeps about a customer: who calls, what comes next, what was sent and promised (S1.14, S1.15)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.adjustment_voucher.models.engine import check_ids, is_record_number
from odoo.addons.credit_hold.models.engine import check_texts

from .collectors import check_collector

KINDS = {"call": "Call", "email": "E-mail", "visit": "Visit", "other": "Other"}


class CreditAccount(models.Model):
    _inherit = "credit.account"

    collector_id = fields.Many2one(
        "res.users",
        "Collector",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Who chases this customer. Empty: the company's credit manager.",
    )
    next_action_date = fields.Date("Next Action on", index="btree_not_null", tracking=True)
    next_action = fields.Char(help="What to do next: call, write, visit.", tracking=True)
    no_reminders = fields.Boolean(
        tracking=True, help="This customer gets no letters; the documents stay in the list to chase."
    )
    no_reminders_reason = fields.Char("Why No Reminders", tracking=True)
    last_reminder_id = fields.Many2one("credit.reminder", "Reminder", readonly=True, copy=False, ondelete="set null")
    last_reminder_level_id = fields.Many2one("credit.reminder.level", "Last Reminder", readonly=True, copy=False)
    last_reminder_date = fields.Date("Last Reminder on", readonly=True, copy=False)
    reminder_pause_date = fields.Date("Reminder Skipped on", readonly=True, copy=False)
    reminder_ids = fields.One2many("credit.reminder", "account_id", "Reminders")
    promise_ids = fields.One2many("credit.promise", "account_id", "Promises to Pay")
    promised_amount = fields.Monetary("Promised", compute="_compute_promised", help="Open promises.")
    next_promise_date = fields.Date("Pays by", compute="_compute_promised")
    disputed_amount = fields.Monetary("Disputed", compute="_compute_disputed", help="Open part of disputed invoices.")
    proposed_reminder_id = fields.Many2one("credit.reminder", "Proposed Reminder", compute="_compute_proposed")

    @api.model
    def _credit_protected_fields(self):
        kept = {"last_reminder_id", "last_reminder_level_id", "last_reminder_date", "reminder_pause_date"}
        return super()._credit_protected_fields() | kept

    @api.depends("promise_ids.state", "promise_ids.amount_company", "promise_ids.date")
    def _compute_promised(self):
        rows = self.env["credit.promise"]._read_group(
            [("account_id", "in", self.ids), ("state", "=", "open")], ["account_id"], ["amount_company:sum", "date:min"]
        )
        found = {account.id: (amount, day) for account, amount, day in rows}
        for account in self:
            account.promised_amount, account.next_promise_date = found.get(account.id, (0.0, False))

    def _compute_disputed(self):
        moves = self.env["account.move"].sudo()  # sudo: a figure of the account
        rows = moves._read_group(
            [
                ("commercial_partner_id", "in", self.partner_id.ids),
                ("credit_disputed", "=", True),
                ("state", "=", "posted"),
            ],
            ["commercial_partner_id", "company_id"],
            ["amount_residual_signed:sum"],
        )
        for account in self:
            account.disputed_amount = sum(
                amount
                for partner, company, amount in rows
                if partner.id == account.partner_id.id and company.root_id.id == account.company_id.id
            )

    @api.depends("reminder_ids.state")
    def _compute_proposed(self):
        reminders = self.env["credit.reminder"].search([("account_id", "in", self.ids), ("state", "=", "proposed")])
        found = {reminder.account_id.id: reminder.id for reminder in reminders}
        for account in self:
            account.proposed_reminder_id = found.get(account.id, False)

    def _responsible(self, fallback=None):
        """:return: the user who chases this customer"""
        self.ensure_one()
        manager = self.company_id.sudo().credit_manager_id  # sudo: a setting
        return self.collector_id or manager or fallback or self.env.user

    # ------------------------------------------------------------------ what billing may do here too

    def action_log_contact(self, kind, note, next_action=None, next_action_date=None, collector_id=None):
        """Keep what was said with the customers and what comes next.

        :param kind: ``call``, ``email``, ``visit`` or ``other``
        :param note: what was said
        :param next_action: what to do next; empty ends the last one
        :param next_action_date: when
        :param collector_id: id of the user who chases them from now on; None changes nothing
        :return: True
        """
        self._check_may_collect()
        if not isinstance(kind, str) or kind not in KINDS:
            raise UserError(self.env._("To log a contact, choose a call, an e-mail, a visit or another kind."))
        values = {"next_action": next_action or False, "next_action_date": self._as_day(next_action_date)}
        check_texts(self.env, {"note": note, **values}, {"note": "Note", "next_action": "Next Action"})
        if collector_id is not None:
            values["collector_id"] = self._as_collector(collector_id).id
        accounts = self.sudo()  # sudo: of an account, billing may change these fields alone
        if note:
            label = self.env._("%(kind)s: %(note)s", kind=self.env._(KINDS[kind]), note=note)
            accounts._message_log_batch(bodies=dict.fromkeys(self.ids, label))
        accounts.write(values)
        return True

    def action_set_no_reminders(self, no_reminders, reason=None):
        """Stop or resume the letters to these customers.

        :param reason: why, asked for when they stop
        :return: True
        """
        self._check_may_collect()
        check_texts(self.env, {"reason": reason}, {"reason": self._fields["no_reminders_reason"].string})
        if no_reminders and not (reason or "").strip():
            raise UserError(self.env._("To stop the reminders of a customer, say why."))
        accounts = self.sudo()  # sudo: of an account, billing may change these fields alone
        accounts.write({"no_reminders": bool(no_reminders), "no_reminders_reason": reason if no_reminders else False})
        if no_reminders:
            accounts.reminder_ids.filtered(lambda one: one.state == "proposed").unlink()
        return True

    def action_remind(self):
        """Propose the letter of this customer and open it; of several, propose and open the list.

        :return: an action
        """
        self._check_may_collect()
        reminders = self.env["credit.reminder"]
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_credit_reminder")
        if len(self) == 1:
            reminder = reminders._remind_now(self)
            return action | {"views": [(False, "form")], "view_mode": "form", "res_id": reminder.id}
        reminders.action_propose(self.ids)
        return action | {"domain": [("account_id", "in", self.ids), ("state", "=", "proposed")], "context": {}}

    def action_new_promise(self):
        """Record what this customer promised."""
        self.ensure_one()
        self._check_may_collect()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise to Pay"),
            "res_model": "credit.promise",
            "views": [(self.env.ref("credit_centre.view_credit_promise_quick").id, "form")],
            "target": "new",
            "context": {
                "default_account_id": self.id,
                "default_currency_id": self.currency_id.id,
                "default_amount": self.overdue,
            },
        }

    def action_open_chased(self):
        """Open the customer's credit account."""
        return self._open_form()

    def _open_form(self):
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "views": [(False, "form")]}

    def _check_may_collect(self):
        check_ids(self)
        check_collector(self.env)
        self.check_access("read")
        if not self:
            raise UserError(self.env._("To chase customers, select at least one."))

    def _as_day(self, value):
        try:
            return fields.Date.to_date(value) or False
        except (TypeError, ValueError):
            raise UserError(
                self.env._("To plan the next action, give a date like 2026-06-30, not %s.", str(value)[:40])
            ) from None

    def _as_collector(self, user_id):
        given = user_id is not False
        user = self.env["res.users"].browse(user_id if is_record_number(user_id) else [])
        if given and (not user.exists() or user.share):
            raise UserError(self.env._("To say who chases the customer, choose a user of this database."))
        return user
