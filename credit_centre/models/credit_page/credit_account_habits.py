"""How a customer pays: kept on the credit account, once a day for all and at once for who is looked at."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_hold.models.jobs import run_step

from .habits_query import KEPT, update_query

SLICE = 1000


class CreditAccount(models.Model):
    _inherit = "credit.account"

    payment_count = fields.Integer(
        "Payments", readonly=True, prefetch="habits", help="Parts of invoices that were paid in the time looked at."
    )
    days_to_pay = fields.Float(
        "Days to Pay",
        digits=(16, 1),
        readonly=True,
        prefetch="habits",
        aggregator="avg",
        help="From invoice to payment, each payment counted once.",
    )
    weighted_days_to_pay = fields.Float(
        "Days to Pay, by Amount",
        digits=(16, 1),
        readonly=True,
        prefetch="habits",
        aggregator="avg",
        help="From invoice to payment: a large payment weighs more.",
    )
    days_late = fields.Float(
        digits=(16, 1),
        readonly=True,
        prefetch="habits",
        aggregator="avg",
        help="From due date to payment, by amount. Below zero: paid before due.",
    )
    share_on_time = fields.Float(
        "Paid on Time (%)",
        digits=(16, 1),
        readonly=True,
        prefetch="habits",
        aggregator="avg",
        help="Of the amounts paid, what was paid by the due date.",
    )
    best_days = fields.Integer("Fastest Payment (Days)", readonly=True, prefetch="habits", aggregator="min")
    worst_days = fields.Integer("Slowest Payment (Days)", readonly=True, prefetch="habits", aggregator="max")
    days_late_trend = fields.Float(
        "Trend (Days)",
        digits=(16, 1),
        readonly=True,
        prefetch="habits",
        aggregator="avg",
        help="Days late of the later half of the payments less those of the earlier half. Above zero: getting slower.",
    )
    last_payment_date = fields.Date("Last Payment on", readonly=True, prefetch="habits")
    last_payment_amount = fields.Monetary("Last Payment", readonly=True, prefetch="habits", aggregator=None)
    revenue = fields.Monetary(
        readonly=True,
        prefetch="habits",
        help="Of the months looked at: invoices less credit notes, without tax.",
    )

    def init(self):
        """Accounts are opened by statements that know nothing of these columns: they begin at zero, not at nothing."""
        result = super().init()
        self.env.cr.execute(
            "ALTER TABLE credit_account ALTER COLUMN payment_count SET DEFAULT 0, ALTER COLUMN revenue SET DEFAULT 0"
        )
        return result

    @api.model
    def _credit_protected_fields(self):
        return super()._credit_protected_fields() | set(KEPT)

    def action_refresh(self):
        """Bring figures and payment habits of these accounts up to date.

        :return: True
        """
        result = super().action_refresh()
        self.sudo()._refresh_habits()  # sudo: figures are computed, their reader may not write them
        return result

    def _refresh_habits(self):
        if self.ids:
            self.env.cr.execute("SET LOCAL jit = off")
            self._write_habits(SQL("a.id = ANY(%s)", self.ids))

    @api.model
    def _write_habits(self, accounts):
        """:param accounts: SQL condition on ``credit_account a``"""
        self._flush_sources()
        self.env.cr.execute(update_query(accounts, fields.Date.today()))
        self.invalidate_model(KEPT, flush=False)
        self._refresh_aged(fields.Date.today())  # weeks in which receipts are expected follow the habit

    @api.model
    def _refresh_all_habits(self):
        """Of all customers, in one statement: at the installation, when nobody works."""
        self.env.cr.execute("SET LOCAL jit = off")
        self._write_habits(SQL("TRUE"))

    @api.model
    def _cron_refresh_habits(self):
        """Daily: payment habits and revenue of all customers, slice by slice, so that nobody who sells to one of them
        waits for all the others."""
        last = 0
        while accounts := self.search([("id", ">", last)], order="id", limit=SLICE):
            run_step(self.env, accounts._refresh_habits)
            last = accounts[-1].id
