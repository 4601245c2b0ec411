"""What a collector keeps about a customer: who calls, what comes next, what was promised (S1.14, S1.15)."""

from odoo import api, fields, models


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
    promise_ids = fields.One2many("credit.promise", "account_id", "Promises to Pay")
    promised_amount = fields.Monetary("Promised", compute="_compute_promised", help="Open promises.")
    next_promise_date = fields.Date("Pays by", compute="_compute_promised")

    @api.depends("promise_ids.state", "promise_ids.amount_company", "promise_ids.date")
    def _compute_promised(self):
        rows = self.env["credit.promise"]._read_group(
            [("account_id", "in", self.ids), ("state", "=", "open")], ["account_id"], ["amount_company:sum", "date:min"]
        )
        found = {account.id: (amount, day) for account, amount, day in rows}
        for account in self:
            account.promised_amount, account.next_promise_date = found.get(account.id, (0.0, False))

    def _responsible(self, fallback=None):
        """:return: the user who chases this customer"""
        self.ensure_one()
        manager = self.company_id.sudo().credit_manager_id  # sudo: a setting
        return self.collector_id or manager or fallback or self.env.user
