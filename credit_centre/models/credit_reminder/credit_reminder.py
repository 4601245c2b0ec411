"""A reminder: one letter to one customer about all that is due, proposed every day, sent by a person or by itself."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.adjustment_voucher.models.engine import check_ids
from odoo.addons.credit_hold.models.engine import engine

from .collectors import check_collector


class CreditReminder(models.Model):
    _name = "credit.reminder"
    _description = "Reminder"
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id.complete_name", "partner_id.ref", "level_id"]

    company_id = fields.Many2one("res.company", "Legal Entity", required=True, readonly=True, index=True)
    account_id = fields.Many2one("credit.account", required=True, readonly=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    level_id = fields.Many2one("credit.reminder.level", "Level", required=True, readonly=True, ondelete="restrict")
    trigger = fields.Selection(related="level_id.trigger")
    date = fields.Date(required=True, readonly=True, index=True, help="Of the proposal; once sent, of the letter.")
    state = fields.Selection(
        [("proposed", "To send"), ("sent", "Sent"), ("skipped", "Skipped"), ("done", "Settled before sending")],
        required=True,
        readonly=True,
        default="proposed",
        index=True,
    )
    user_id = fields.Many2one("res.users", "Responsible", readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("credit.reminder.line", "reminder_id", "Documents", readonly=True)
    document_count = fields.Integer("Number of Documents", readonly=True, aggregator="sum")
    oldest_due_date = fields.Date(readonly=True)
    days_past_due = fields.Integer("Oldest, Days Past Due", compute="_compute_days_past_due")
    debit_amount = fields.Monetary("Open Documents", readonly=True)
    credit_amount = fields.Monetary(
        "Credits Deducted", readonly=True, help="Receipts and credit notes that are not applied yet."
    )
    amount = fields.Monetary("Due", readonly=True, help="Documents less credits, in the company's currency.")
    credits = fields.Json(readonly=True)
    why = fields.Char(compute="_compute_why")
    facts = fields.Char(readonly=True, help="What the proposal was made from.")
    contact_id = fields.Many2one(
        "res.partner", "Recipient", compute="_compute_contact", help="The customer's invoice contact."
    )
    email = fields.Char("E-mail", compute="_compute_contact")
    sent_to = fields.Char("Sent to", readonly=True)
    channel = fields.Selection([("email", "E-mail"), ("letter", "Letter")], "Sent by", readonly=True)
    sent_on = fields.Datetime("Sent on", readonly=True)
    sent_by_id = fields.Many2one("res.users", "Sender", readonly=True)
    letter = fields.Html("Letter as Sent", readonly=True, sanitize=False)
    skip_reason = fields.Char("Why Skipped", readonly=True)
    problem = fields.Char(readonly=True, help="Why the last try to send it failed.")

    _one_proposal = models.UniqueIndex(
        "(account_id) WHERE state = 'proposed'", "This customer has a proposed reminder already."
    )

    @api.depends("partner_id", "level_id")
    def _compute_display_name(self):
        for reminder in self:
            reminder.display_name = f"{reminder.level_id.name}: {reminder.partner_id.display_name}"

    @api.depends("oldest_due_date")
    def _compute_days_past_due(self):
        today = fields.Date.today()
        for reminder in self:
            day = today if reminder.state == "proposed" else reminder.date
            reminder.days_past_due = (day - reminder.oldest_due_date).days if reminder.oldest_due_date else 0

    @api.depends("partner_id")
    def _compute_contact(self):
        for reminder in self:
            partner = reminder.partner_id.sudo()  # sudo: the address of a customer, whoever's they are
            contact = partner.browse(partner.address_get(["invoice"])["invoice"]) if partner else partner
            contact = contact if contact.email_normalized else partner
            reminder.contact_id = contact
            reminder.email = contact.email_normalized

    @api.depends("level_id", "oldest_due_date", "credit_amount", "problem", "state")
    def _compute_why(self):
        for reminder in self:
            reminder.why = reminder._why_text()

    # ------------------------------------------------------------------ buttons

    def action_send(self):
        """Send these reminders by e-mail: one at once, several with a bar that shows how far it is.

        :return: an action, or True when one was sent
        """
        proposed = self._check_proposed()
        if len(proposed) > 1 or proposed.level_id._sets_flags:
            return self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_credit_reminder_send") | {
                "context": {"default_reminder_ids": proposed.ids}
            }
        outcome = proposed.action_send_slice()
        if outcome["failed"]:
            raise UserError(outcome["failed"][0]["reason"])
        return True

    def action_send_slice(self, with_flags=False):
        """Send these reminders by e-mail, each by itself; one that cannot be sent stops no other.

        :param with_flags: put the customers on hold, or require prepayment, where the level says so
        :return: ``{"done": ids, "failed": [{"id", "name", "reason"}]}``
        """
        check_collector(self.env)
        self.check_access("read")
        return self._send("email", with_flags=bool(with_flags))

    def action_print(self):
        """The letters, to print: of proposed reminders as they would be, of sent ones as they were."""
        self.check_access("read")
        if not self:
            raise UserError(self.env._("To print letters, select at least one reminder."))
        return self.env.ref("credit_centre.action_report_credit_reminder").report_action(self)

    def action_mark_posted(self):
        """The printed letters were sent by post: they count like those sent by e-mail.

        :return: True
        """
        proposed = self._check_proposed()
        outcome = proposed._send("letter")
        if outcome["failed"] and not outcome["done"]:
            raise UserError(outcome["failed"][0]["reason"])
        return True

    def action_skip(self, reason):
        """Don't send these reminders. The customers are left in peace for the days between two reminders.

        :param reason: why, kept on the reminder and the customer's credit account
        :return: True
        """
        proposed = self._check_proposed()
        if not isinstance(reason, str) or not reason.strip() or len(reason) > 2000 or "\0" in reason:
            raise UserError(self.env._("To skip a reminder, say why in at most 2,000 characters."))
        proposed._skip(reason.strip())
        return True

    def action_open_account(self):
        """Open the customer's credit account."""
        self.ensure_one()
        self.check_access("read")
        return self.account_id._open_form()

    def _check_proposed(self):
        """:return: those that can still be sent"""
        check_ids(self)
        check_collector(self.env)
        self.check_access("read")
        proposed = self.filtered(lambda reminder: reminder.state == "proposed")
        if not proposed:
            raise UserError(self.env._("To send or skip reminders, select some that are still to send."))
        return proposed

    def _skip(self, reason):
        today = fields.Date.today()
        reminders = self.sudo()  # sudo: nobody writes reminders but these buttons
        reminders.write({"state": "skipped", "skip_reason": reason, "sent_by_id": self.env.uid, "date": today})
        accounts = reminders.account_id
        with engine():
            accounts.reminder_pause_date = today
        note = self.env._("Reminder skipped: %s", reason)
        accounts._message_log_batch(bodies=dict.fromkeys(accounts.ids, note))


class CreditReminderLine(models.Model):
    _name = "credit.reminder.line"
    _description = "Document of a Reminder"
    _order = "date_maturity, id"

    reminder_id = fields.Many2one("credit.reminder", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", "Legal Entity", required=True)
    move_line_id = fields.Many2one("account.move.line", "Item", required=True, index=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", "Document", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", required=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    invoice_date = fields.Date(related="move_id.invoice_date")
    ref = fields.Char(related="move_id.ref")
    date_maturity = fields.Date("Due", required=True)
    days_past_due = fields.Integer(compute="_compute_days_past_due")
    amount = fields.Monetary(compute="_compute_amount")
    residual = fields.Monetary("Open", help="In the document's currency.")
    residual_company = fields.Monetary("Open (Company Currency)", currency_field="company_currency_id")
    reached = fields.Integer("Level Reached", help="The sequence of the late level that this document has reached.")

    @api.depends("date_maturity", "reminder_id.date", "reminder_id.state")
    def _compute_days_past_due(self):
        today = fields.Date.today()
        for line in self:
            day = today if line.reminder_id.state == "proposed" else line.reminder_id.date
            line.days_past_due = (day - line.date_maturity).days

    @api.depends("move_line_id")
    def _compute_amount(self):
        for line in self:
            line.amount = line.sudo().move_line_id.amount_currency  # sudo: its reader sees the reminder

    def action_open_document(self):
        """Open the invoice."""
        self.ensure_one()
        self.check_access("read")
        return self.move_line_id.action_credit_open_document()
