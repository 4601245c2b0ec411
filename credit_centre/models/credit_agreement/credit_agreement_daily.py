"""What happens to agreements by the day alone."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.credit_hold.models.jobs import run_step

from ... import agreements
from .agreement_engine import engine


class CreditAgreement(models.Model):
    _inherit = "credit.agreement"

    @api.model
    def _cron_daily(self):
        """Daily: let the dates decide, remind of renewals, follow changes of ordinary price lists."""
        for step in (self._expire, self._remind, self._follow_ordinary_pricelists):
            run_step(self.env, step)

    def _expire(self):
        """Mark what is over; a day of slack, since companies live in several time zones."""
        latest = fields.Date.today() + timedelta(days=1)
        for agreement in self.search([("state", "=", "active"), ("date_end", "<", latest)]):
            today = self._get_day(agreement.company_id)
            if agreements.state_by_dates(agreement._as_period(), today) == "expired":
                with engine():
                    agreement.state = "expired"

    def _remind(self):
        domain = [("state", "=", "active"), ("date_end", "!=", False), ("reminded_on", "=", False)]
        for agreement in self.search(domain):
            today = self._get_day(agreement.company_id)
            if agreements.reminder_due(agreement._as_period(), agreement.reminder_days, today):
                agreement._remind_renewal(today)

    def _remind_renewal(self, today):
        with engine():
            self.reminded_on = today
        if self.renewal_ids.filtered(lambda renewal: renewal.state != "cancelled"):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_end,
            summary=self.env._("Renew or let end: %(name)s", name=self.display_name),
            user_id=(self.user_id or self.create_uid).id,
        )
