"""What the tests of reminders share."""

from datetime import timedelta

from odoo import Command, fields

from .common import CreditCentreCommon

TODAY = "2025-06-30"


def ago(days):
    return fields.Date.to_string(fields.Date.to_date(TODAY) - timedelta(days))


class ReminderCase(CreditCentreCommon):
    """One day, 30 June 2025, and the set of levels that the addon installs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("before", "first", "second", "final", "partial")
        cls.levels = {name: cls.env.ref(f"credit_centre.level_{name}") for name in names}
        cls.reminders = cls.env["credit.reminder"]
        cls.accountant = cls.users["hub_accountant"]
        cls.manager = cls.users["hub_manager"]
        cls.account = cls._account(cls.customer)

    @classmethod
    def _account(cls, partner):
        return cls.env["credit.account"]._for_partners(partner, cls.company)

    @classmethod
    def _late(cls, days, amount=100, partner=None, **more):
        return cls._invoice(amount, ago(days + 30), due=ago(days), partner=partner, **more)

    def _propose(self, *accounts):
        """Propose for all customers of the company, or some; the proposals."""
        ids = [account.id for account in accounts] or None
        counts = self.reminders.with_user(self.accountant).action_propose(ids)
        self.counts = counts
        return self.reminders.search([("company_id", "=", self.company.id), ("state", "=", "proposed")])

    def _send(self, reminders, user=None, **more):
        reminders = reminders.with_user(user or self.accountant)
        return reminders.action_send_slice(**more)

    def _mails(self, reminder):
        return self.env["mail.mail"].search([("model", "=", "credit.reminder"), ("res_id", "in", reminder.ids)])

    def _new_customer(self, name, **values):
        return self.env["res.partner"].create({"name": name, "email": f"{name.lower()}@example.com", **values})

    @classmethod
    def _level(cls, **values):
        return cls.env["credit.reminder.level"].create(
            {
                "name": "Own",
                "trigger": "late",
                "days": 1,
                "company_id": cls.company.id,
                "template_id": cls.env.ref("credit_centre.mail_template_first").id,
                **values,
            }
        )

    @classmethod
    def _user_of(cls, company, login="hub_elsewhere", group="account.group_account_invoice"):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set([cls.env.ref("base.group_user").id, cls.env.ref(group).id])],
            }
        )
