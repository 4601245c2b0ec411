"""Criteria kept for the next time, and the days on which they run by themselves."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import retrying

from ..adjustment_voucher import BILLING
from ..engine import engine

PLAIN = ("hierarchy", "date_from", "date_to", "across_currencies", "use_tolerance", "use_discount")
LISTS = ("company_ids", "partner_ids", "partner_tag_ids", "journal_ids", "currency_ids")
OWN = {"next_date", "last_run_id", "last_problem", "active", "name"}


class AdjustmentRunTemplate(models.Model):
    _name = "adjustment.run.template"
    _inherit = ["adjustment.run.criteria"]
    _description = "Template of Application Runs"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    method_ids = fields.One2many(
        "adjustment.run.method",
        "template_id",
        "Methods",
        copy=True,
        default=lambda self: self._default_method_ids(),
        help="Each works on what the one before it left.",
    )
    schedule = fields.Selection(
        [("none", "By hand"), ("daily", "Every day"), ("weekly", "Every week"), ("monthly", "Every month")],
        required=True,
        default="none",
    )
    next_date = fields.Date("Next Run", help="The next day on which a run is made from this template.")
    authorize_by_itself = fields.Boolean(
        "Authorize by Itself",
        help="Scheduled runs are authorized as soon as they are proposed, without anybody looking.",
    )
    user_id = fields.Many2one(
        "res.users",
        "In the Name of",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="Scheduled runs have the rights and limits of whoever saved the template last.",
    )
    last_run_id = fields.Many2one("adjustment.run", "Last Run", readonly=True, copy=False)
    last_problem = fields.Char("Why not Run", readonly=True, copy=False)

    # ------------------------------------------------------------------ in whose name

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, **self._in_my_name(vals)} for vals in vals_list])

    def write(self, vals):
        """A scheduled run has the rights of whoever set the template up: so whoever changes it takes it over."""
        return super().write({**vals, **(self._in_my_name(vals) if set(vals) - OWN else {})})

    def _in_my_name(self, vals):
        return {"user_id": vals.get("user_id") or self.env.uid} if self.env.su else {"user_id": self.env.uid}

    def _take_over(self):
        others = self.filtered(lambda one: one.user_id != self.env.user)
        if others and not self.env.su:
            others.write({"user_id": self.env.uid})

    # ------------------------------------------------------------------ making runs

    def action_run(self):
        """A draft run with these criteria.

        :return: action that opens it
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.run",
            "view_mode": "form",
            "res_id": self._make_run().id,
        }

    def action_view_runs(self):
        """The runs made from this template."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Runs"),
            "res_model": "adjustment.run",
            "view_mode": "list,form",
            "domain": [("template_id", "=", self.id)],
        }

    def _make_run(self, scheduled=False):
        values = {name: self[name] for name in PLAIN}
        values.update({name: [Command.set(self[name].ids)] for name in LISTS})
        methods = [Command.create({"method": one.method, "sequence": one.sequence}) for one in self.method_ids]
        run = self.env["adjustment.run"].create(
            {
                **values,
                "method_ids": methods,
                "template_id": self.id,
                "company_id": (self.env.company if self.env.company in self.company_ids else self.company_ids[:1]).id,
            }
        )
        if scheduled:
            with engine():
                run.authorize_by_itself = self.authorize_by_itself
        return run

    # ------------------------------------------------------------------ the schedule

    @api.model
    def _run_due(self):
        """Make the runs that are due, each for itself. Called by the daily job."""
        due = self.search(
            [("schedule", "!=", "none"), "|", ("next_date", "=", False), ("next_date", "<=", fields.Date.today())]
        )
        for template in due:
            retrying(template._run_scheduled, self.env)  # again on a fresh snapshot after a clash; commits
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _run_scheduled(self):
        today = fields.Date.today()
        self.next_date = _next_date(self.schedule, self.next_date or today, today)
        try:
            with self.env.cr.savepoint():
                run = self._in_name_of_user()._make_run(scheduled=True)
                run.action_propose()
        except UserError as refusal:
            self.last_problem = str(refusal)[:1000]
        else:
            self.write({"last_run_id": run.id, "last_problem": False})

    def _in_name_of_user(self):
        user = self.user_id
        if not user.active or not user.has_group(BILLING):
            raise UserError(
                self.env._(
                    "To run %(template)s by itself, save it anew: it runs in the name of %(user)s, who may not.",
                    template=self.name,
                    user=user.name,
                )
            )
        strange = self.company_ids - user.company_ids
        if strange:
            raise UserError(
                self.env._(
                    "To run %(template)s by itself, save it anew: %(user)s doesn't work for %(company)s.",
                    template=self.name,
                    user=user.name,
                    company=strange[0].name,
                )
            )
        companies = self.company_ids | user.company_ids
        return (
            self.with_user(user)
            .sudo(False)  # also where the user is the system itself: limits hold for everybody
            .with_context(allowed_company_ids=companies.ids, lang=user.lang, tz=user.tz)
        )


def _next_date(schedule, day, today):
    """The first day of the schedule after today."""
    steps = {"daily": relativedelta(days=1), "weekly": relativedelta(weeks=1), "monthly": relativedelta(months=1)}
    count = 1
    while day + steps[schedule] * count <= today:
        count += 1
    return day + steps[schedule] * count
