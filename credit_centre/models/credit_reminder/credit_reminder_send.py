"""Sending: the facts are looked at once more, then one letter goes out, with all that belongs to it (S1.18, S3.15)."""

import logging

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.credit_hold.models.engine import engine

from .collectors import check_collector
from .reminder_message import why_none

_logger = logging.getLogger(__name__)
LAYOUT = "mail.mail_notification_light"


class CreditReminder(models.Model):
    _inherit = "credit.reminder"

    def _send(self, channel, with_flags=False):
        """Send these reminders, each by itself, after a fresh look at what is due.

        :param channel: ``email``, or ``letter`` for letters that were printed
        :return: ``{"done": ids, "failed": [{"id", "name", "reason"}]}``
        """
        if with_flags:
            self._check_may_flag()
        self.sudo().lock_for_update()  # sudo: nobody writes reminders but these buttons
        fresh = self._fresh_rows()
        outcome = self.env["credit.batch"]._batch_run(self, "_send_one", channel=channel, fresh=fresh, flags=with_flags)
        self._keep_problems(outcome, fresh)
        return outcome

    def _check_may_flag(self):
        if self.level_id._sets_flags and not self.env.user.has_group("credit_hold.group_credit_controller"):
            raise UserError(
                self.env._("To put customers on hold with the letter, ask a credit controller, or send it without.")
            )

    def _fresh_rows(self):
        """:return: dict of account id -> (row of the letter as of now, or None; code why there is none)"""
        fresh = {}
        reminders = self.sudo()  # sudo: figures are computed for whoever may send
        for root, some in reminders.filtered(lambda one: one.state == "proposed").grouped("company_id").items():
            decisions, standings, rows = reminders._decide(root, some.account_id)
            for account, decision in decisions.items():
                row = (
                    reminders._prepare_row(root, account, decision, standings[account], rows)
                    if decision.level
                    else None
                )
                fresh[account] = row, decision.why
        return fresh

    def _send_one(self, channel, fresh, flags):
        """:raise UserError: why this one cannot be sent"""
        reminder = self.sudo()  # sudo: nobody writes reminders but these buttons
        row, why = fresh.get(self.account_id.id, (None, "nothing_due"))
        self._check_can_go(row, why, channel)
        if row["facts"] != reminder.facts:
            reminder._take_row(row)
        letter = self._render_letter()
        if channel == "email":
            self._mail()
        if flags:
            self._set_flags()
        reminder._mark_sent(channel, letter)
        reminder._tell()

    def _check_can_go(self, row, why, channel):
        customer = self.partner_id.display_name
        if self.state != "proposed":
            state = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(
                self.env._("To remind %(customer)s, propose anew: this is «%(state)s».", customer=customer, state=state)
            )
        if not row:
            raise UserError(
                self.env._(
                    "To remind %(customer)s there is no reason any more: the customer %(why)s.",
                    customer=customer,
                    why=why_none(self.env, why),
                )
            )
        if channel == "email" and not self.email:
            raise UserError(
                self.env._(
                    "To send %(customer)s the reminder by e-mail, enter the address of the customer or of an invoice contact,"
                    " or print the letter.",
                    customer=customer,
                )
            )

    def _take_row(self, row):
        """What is due has changed since the proposal: the letter says what is due now."""
        values = {name: value for name, value in row.items() if name != "lines"}
        values["credits"] = self._prepare_credits_value(values["credits"])
        self.write(values)
        self.line_ids.unlink()
        self._insert_lines(self.company_id, [(self.id, *line) for line in row["lines"]])
        self.invalidate_recordset(["line_ids"], flush=False)

    def _mail(self):
        level = self.level_id
        level.template_id.send_mail(
            self.id,
            email_values={
                "recipient_ids": [(6, 0, self.contact_id.ids)],
                "email_to": False,
                "email_cc": False,
                "attachment_ids": [(4, attachment.id) for attachment in self._attachments()],
            },
            email_layout_xmlid=LAYOUT,
        )

    def _attachments(self):
        """The invoices as PDF, where the level says so."""
        attachments = self.env["ir.attachment"].sudo()  # sudo: they belong to a letter that its sender may send
        if not self.level_id.attach_documents:
            return attachments
        for move in self.sudo().line_ids.move_id:  # sudo: as above
            if move.is_sale_document():
                file = move._get_invoice_legal_documents("pdf", allow_fallback=True)
                attachments |= attachments.create({"name": file["filename"], "raw": file["content"]})
        return attachments

    def _set_flags(self):
        """With the sender's own rights: the history of the account names them and the letter."""
        level, account = self.level_id, self.account_id
        reason = self.env._(
            "%(level)s of %(date)s: %(amount)s due",
            level=level.name,
            date=format_date(self.env, fields.Date.today()),
            amount=self.currency_id.format(self.amount),
        )
        values = {}
        if level.set_hold and not account.hold:
            values |= {"hold": True, "hold_reason": reason}
        if level.set_prepay and not account.prepay_required:
            values["prepay_required"] = True
        if values:
            account.write(values | {"change_reason": reason})

    def _mark_sent(self, channel, letter):
        today = fields.Date.today()
        self.write(
            {
                "state": "sent",
                "date": today,
                "channel": channel,
                "sent_on": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
                "sent_to": self.email if channel == "email" else self.contact_id.display_name,
                "letter": letter,
                "problem": False,
            }
        )
        last = {"last_reminder_id": self.id, "last_reminder_level_id": self.level_id.id, "last_reminder_date": today}
        with engine():
            self.account_id.write(last)
            self.line_ids.move_id.write({"credit_reminder_level_id": self.level_id.id, "credit_reminder_date": today})

    def _tell(self):
        """The history of the customer and of the credit account, and a person to call where the level says so."""
        by = dict(self._fields["channel"]._description_selection(self.env))[self.channel]
        text = self.env._(
            "Reminder «%(level)s» sent by %(by)s to %(to)s.", level=self.level_id.name, by=by, to=self.sent_to
        )
        link = Markup('<a href="#" data-oe-model="credit.reminder" data-oe-id="%s">%s</a>') % (
            self.id,
            self.env._("Open the reminder"),
        )
        documents = ", ".join(self.line_ids.move_id.mapped("name"))
        due = self.env._(
            "Due: %(amount)s (%(documents)s).", amount=self.currency_id.format(self.amount), documents=documents
        )
        self.account_id._message_log(body=Markup("%s %s %s") % (text, due, link))
        self.partner_id._message_log(body=text)
        level = self.level_id
        if level.activity_type_id:
            self.account_id.activity_schedule(
                activity_type_id=level.activity_type_id.id,
                user_id=(level.activity_user_id or self.account_id._responsible()).id,
                summary=self.env._(
                    "%(level)s sent: call %(customer)s", level=level.name, customer=self.partner_id.display_name
                ),
            )

    def _keep_problems(self, outcome, fresh):
        """What could not be sent keeps why; what is not due any more is done with."""
        for failure in outcome["failed"]:
            reminder = self.browse(failure["id"]).sudo()  # sudo: nobody writes reminders but these buttons
            if reminder.state != "proposed":
                continue
            gone = not fresh.get(reminder.account_id.id, (None,))[0]
            reminder.write({"problem": failure["reason"], "state": "done" if gone else "proposed"})
            _logger.info("Reminder %s was not sent: %s", reminder.id, failure["reason"])

    # ------------------------------------------------------------------ one customer

    def _remind_now(self, account):
        """Propose the reminder of one customer at once.

        :return: the reminder
        :raise UserError: why there is none
        """
        check_collector(self.env)
        counts = self.action_propose(account.ids)
        reminder = self.search([("account_id", "=", account.id), ("state", "=", "proposed")])
        if not reminder:
            code = next((code for code in counts if code != "proposed"), "nothing_due")
            raise UserError(
                self.env._(
                    "To remind %(customer)s there is no reason now: the customer %(why)s.",
                    customer=account.display_name,
                    why=why_none(self.env, code),
                )
            )
        return reminder
