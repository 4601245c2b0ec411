"""The questions asked before something is done in collections: propose, send, skip, log, dispute."""

from odoo import api, fields, models

from ..models.credit_reminder.collections_document import DISPUTES
from ..models.credit_reminder.collectors import check_collector
from ..models.credit_reminder.reminder_message import count_lines

SLICE = 20


def chosen(env, model):
    """:return: ids of the records of a model from which a window was opened"""
    context = env.context
    ids = context.get("active_ids") or [context.get("active_id")]
    return [key for key in ids if key] if context.get("active_model") == model else []


class CreditReminderPropose(models.TransientModel):
    _name = "credit.reminder.propose"
    _inherit = "credit.checked.input"
    _description = "Propose Reminders"

    account_ids = fields.Many2many("credit.account", string="Customers", help="Empty: all customers.")
    company_names = fields.Char(compute="_compute_company_names")
    state = fields.Selection([("ask", "Ask"), ("told", "Told")], default="ask", required=True, readonly=True)
    proposed = fields.Integer("Reminders Proposed", readonly=True)
    result = fields.Text(readonly=True)

    @api.depends_context("allowed_company_ids")
    def _compute_company_names(self):
        self.company_names = ", ".join(self.env.companies.root_id.mapped("name"))

    def action_apply(self):
        """Look at the customers and say what was found.

        :return: this window again, with the answer
        """
        self.ensure_one()
        counts = self.env["credit.reminder"].action_propose(self.account_ids.ids or None)
        self.write(
            {
                "state": "told",
                "proposed": counts.get("proposed", 0),
                "result": "\n".join(f"{number} {label}" for number, label in count_lines(self.env, counts)),
            }
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_credit_reminder_propose")
        return action | {"res_id": self.id}

    def action_open(self):
        """Open the reminders to send."""
        return self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_credit_reminder")


class CreditReminderSend(models.TransientModel):
    _name = "credit.reminder.send"
    _inherit = "credit.checked.input"
    _description = "Send Reminders"

    reminder_ids = fields.Many2many("credit.reminder", string="Reminders", required=True)
    number = fields.Integer(compute="_compute_number")
    without_address = fields.Char(compute="_compute_number")
    flagged = fields.Char(compute="_compute_number")
    may_flag = fields.Boolean(compute="_compute_number")
    with_flags = fields.Boolean("Do So with the Letter")

    @api.depends("reminder_ids")
    def _compute_number(self):
        may_flag = self.env.user.has_group("credit_hold.group_credit_controller")
        for wizard in self:
            proposed = wizard.reminder_ids.filtered(lambda one: one.state == "proposed")
            wizard.number = len(proposed)
            wizard.without_address = wizard._names(proposed.filtered(lambda one: not one.email))
            wizard.flagged = wizard._names(
                proposed.filtered(lambda one: one.level_id.set_hold or one.level_id.set_prepay)
            )
            wizard.may_flag = may_flag

    def _names(self, reminders):
        names = reminders.partner_id.mapped("display_name")
        more = self.env._(" and %s more", len(names) - 5) if len(names) > 5 else ""
        return ", ".join(names[:5]) + more

    def action_send(self):
        """Begin to send, with a bar that shows how far it is."""
        self.ensure_one()
        proposed = self.reminder_ids._check_proposed()
        with_flags = self.with_flags and self.may_flag
        return self.env["credit.batch"]._batch_action(
            self.env._("Sending Reminders"), proposed, "action_send_slice", slice=SLICE, with_flags=with_flags
        )


class CreditReminderSkip(models.TransientModel):
    _name = "credit.reminder.skip"
    _inherit = "credit.checked.input"
    _description = "Skip Reminders"

    reminder_ids = fields.Many2many(
        "credit.reminder",
        string="Reminders",
        required=True,
        default=lambda self: chosen(self.env, "credit.reminder"),
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Skip them, and close the window."""
        self.ensure_one()
        self.reminder_ids.action_skip(self.reason)
        return {"type": "ir.actions.act_window_close"}


class CreditContactLog(models.TransientModel):
    _name = "credit.contact.log"
    _inherit = "credit.checked.input"
    _description = "Log a Contact"

    account_ids = fields.Many2many(
        "credit.account", string="Customers", required=True, default=lambda self: chosen(self.env, "credit.account")
    )
    kind = fields.Selection(
        [("call", "Call"), ("email", "E-mail"), ("visit", "Visit"), ("other", "Other")], required=True, default="call"
    )
    note = fields.Text("What Was Said")
    next_action = fields.Char()
    next_action_date = fields.Date("Next Action on")
    collector_id = fields.Many2one(
        "res.users",
        "Collector",
        domain="[('share', '=', False)]",
        compute="_compute_collector_id",
        store=True,
        readonly=False,
        help="Who chases them from now on. Empty: as it is.",
    )
    finish_activities = fields.Boolean("Mark My Calls as Done", default=True)

    @api.depends("account_ids")
    def _compute_collector_id(self):
        for wizard in self:
            collectors = wizard.account_ids.collector_id
            wizard.collector_id = collectors if len(collectors) == 1 else False

    def action_apply(self):
        """Keep it, and close the window."""
        self.ensure_one()
        self.account_ids.action_log_contact(
            self.kind,
            self.note,
            self.next_action,
            self.next_action_date,
            self.collector_id.id or None,
        )
        if self.finish_activities:
            self._finish_activities()
        return {"type": "ir.actions.act_window_close"}

    def _finish_activities(self):
        mine = self.account_ids.sudo().activity_ids.filtered(  # sudo: one's own activities
            lambda activity: activity.user_id == self.env.user
        )
        mine.action_feedback(feedback=self.note or "")


class CreditNoReminders(models.TransientModel):
    _name = "credit.no.reminders"
    _inherit = "credit.checked.input"
    _description = "Stop or Resume Reminders"

    account_ids = fields.Many2many(
        "credit.account", string="Customers", required=True, default=lambda self: chosen(self.env, "credit.account")
    )
    no_reminders = fields.Boolean(default=True)
    reason = fields.Char()

    def action_apply(self):
        """Stop or resume, and close the window."""
        self.ensure_one()
        self.account_ids.action_set_no_reminders(self.no_reminders, self.reason)
        return {"type": "ir.actions.act_window_close"}


class CreditDispute(models.TransientModel):
    _name = "credit.dispute"
    _inherit = "credit.checked.input"
    _description = "Dispute Invoices"

    move_ids = fields.Many2many(
        "account.move", string="Invoices", required=True, default=lambda self: chosen(self.env, "account.move")
    )
    settle = fields.Boolean()
    reason = fields.Selection(DISPUTES, default="price")
    note = fields.Text("What They Say")
    settle_note = fields.Char("How It Was Settled")

    def action_apply(self):
        """Record or settle the dispute, and close the window."""
        self.ensure_one()
        check_collector(self.env)
        if self.settle:
            self.move_ids.action_credit_settle_dispute(self.settle_note)
        else:
            self.move_ids.action_credit_dispute(self.reason, self.note)
        return {"type": "ir.actions.act_window_close"}
