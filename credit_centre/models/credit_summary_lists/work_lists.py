"""The work lists of the dashboard: what waits for somebody today, each as far as its reader may see it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

LATE = 30
COLLECTORS = "account.group_account_invoice,credit_hold.group_credit_controller"
HOLD_COLUMNS = {
    "name": "order_id.name",
    "customer": "partner_id.complete_name",
    "company": "company_id.name",
    "order_id": "order_id",
    "amount": "order_amount",
    "currency_id": "currency_id",
    "reason": "main_reason",
    "since": "create_date",
    "requested_on": "requested_on",
    "snapshot": "snapshot",
}
CHASE_COLUMNS = {
    "customer": "partner_id.complete_name",
    "company": "company_id.name",
    "amount": "overdue",
    "partner_id": "partner_id",
    "credits": "credits_open",
    "currency_id": "company_id.currency_id",
    "oldest": "oldest_due_date",
    "next_action": "next_action",
    "reminder": "last_reminder_level_id.name",
}
CREDIT_COLUMNS = {
    "name": "move_name",
    "customer": "partner_id.complete_name",
    "company": "company_id.name",
    "move_id": "move_id",
    "date": "date",
    "amount": "residual_currency",
    "currency_id": "currency_id",
}


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    @api.model
    def _lists(self, filters):
        """What is to be done is of today, whichever day the figures are of."""
        here = self.with_context(credit_as_of=False)
        makers = (
            ("credit.hold", here._held_list),
            ("credit.account", here._chase_list),
            ("credit.open.item", here._credits_list),
            ("credit.hold", here._prepayments_list),
            ("adjustment.voucher", here._vouchers_list),
        )
        made = [make(filters) for model, make in makers if self.env[model].has_access("read")]
        return [*super()._lists(filters), *filter(None, made)]

    # ------------------------------------------------------------------ held orders

    @api.model
    def _holds_domain(self, filters):
        domain = Domain("state", "=", "held") & Domain("company_id", "in", self._companies(filters).root_id.ids)
        if filters.of_customers:
            domain &= Domain("account_id", "any", list(self._accounts_domain(filters)))
        return domain & Domain("currency_id", "=", filters.currency_id) if filters.currency_id else domain

    @api.model
    def _held_list(self, filters):
        domain = self._holds_domain(filters)
        order = "requested_on DESC NULLS LAST, order_amount DESC, id DESC"
        count, rows = self._read_rows("credit.hold", domain, order, HOLD_COLUMNS)
        reasons = dict(self.env["credit.hold"]._fields["main_reason"]._description_selection(self.env))
        return self._list(
            "held",
            self.env._("Held Orders to Decide"),
            "credit.hold",
            domain,
            count,
            [self._held_row(row, reasons) for row in rows],
            self.env._("No order is held."),
        )

    @api.model
    def _held_row(self, row, reasons):
        requested = self.env._("release requested") if row["requested_on"] else ""
        return self._row(
            row,
            row["customer"],
            [row["name"], reasons.get(row["reason"]), requested, self._age_text(row["since"])],
            tone="danger" if row["requested_on"] else "warning",
            action=self._form_action("credit.hold", row["id"]),
            buttons=self._decision_buttons(row["id"]),
        )

    @api.model
    def _decision_buttons(self, hold_id):
        """The way to release a held order, for who may decide."""
        if not self.env["credit.hold.release"].has_access("create"):
            return []
        chosen = {"active_model": "credit.hold", "active_id": hold_id, "active_ids": [hold_id]}
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on Held Orders"),
            "res_model": "credit.hold.release",
            "views": [(False, "form")],
            "target": "new",
            "context": {**chosen, "default_decision": "release"},
        }
        return [{"key": "release", "label": self.env._("Release..."), "action": action, "call": False}]

    @api.model
    def _prepayments_list(self, filters):
        domain = self._holds_domain(filters) & Domain("status", "=", "prepay")
        count, rows = self._read_rows("credit.hold", domain, "order_amount DESC, id DESC", HOLD_COLUMNS)
        orders = self.env["sale.order"].sudo()  # sudo: what has come for an order, as its own panel shows it
        parts = orders.browse([row["order_id"] for row in rows])._credit_prepaid()
        return self._list(
            "prepayments",
            self.env._("Prepayments Awaited"),
            "credit.hold",
            domain,
            count,
            [self._prepayment_row(row, sum(parts.get(row["order_id"], ()))) for row in rows],
            self.env._("No order waits for a prepayment."),
        )

    @api.model
    def _prepayment_row(self, row, come):
        currency = self.env["res.currency"].browse(row["currency_id"])
        asked = ((row["snapshot"] or {}).get("prepay_asked") or 0) * currency.rounding
        words = self.env._(
            "%(come)s of %(asked)s received",
            come=format_amount(self.env, come, currency),
            asked=format_amount(self.env, asked, currency),
        )
        return self._row(
            {**row, "amount": max(asked - come, 0.0)},
            row["customer"],
            [row["name"], words, self._age_text(row["since"])],
            tone="warning",
            action=self._form_action("credit.hold", row["id"]),
        )

    # ------------------------------------------------------------------ customers and credits

    @api.model
    def _chase_list(self, filters):
        """Customers past due, largest first; who is to be asked on a later day only is not for today."""
        domain = self._accounts_domain(filters) & Domain("overdue", ">", 0)
        if filters.currency_id:
            owed = [("currency_id", "=", filters.currency_id), ("residual", ">", 0), ("days_past_due", ">", 0)]
            domain &= Domain("open_item_ids", "any", owed)
        domain &= Domain("next_action_date", "=", False) | Domain("next_action_date", "<=", fields.Date.today())
        count, rows = self._read_rows("credit.account", domain, "overdue DESC, id", CHASE_COLUMNS)
        may_chase = self.env.user.has_groups(COLLECTORS)
        may_apply = self.env["adjustment.voucher"].has_access("create")
        chase = self._list(
            "chase",
            self.env._("Customers to Chase"),
            "credit.account",
            domain,
            count,
            [self._chase_row(row, may_chase, may_apply) for row in rows],
            self.env._("Nobody is past due."),
        )
        view = self.env["ir.model.data"]._xmlid_to_res_id("credit_centre.view_credit_chase_list")
        chase["action"]["views"] = [(view or False, "list"), (False, "form")]
        return chase

    @api.model
    def _chase_row(self, row, may_chase, may_apply):
        """Who has credits enough for what is late is not reminded: the credits are to be applied."""
        days = (fields.Date.today() - row["oldest"]).days if row["oldest"] else 0
        remind = {"model": "credit.account", "method": "action_remind", "ids": [row["id"]]}
        apply = {"model": "res.partner", "method": "action_adjustment_apply_credits", "ids": [row["partner_id"]]}
        covered = row["credits"] >= row["amount"]
        if covered:
            buttons = [self._call_button("apply", self.env._("Apply"), apply)] if may_apply else []
        else:
            buttons = [self._call_button("remind", self.env._("Remind"), remind)] if may_chase else []
        late = self.env._("1 day late") if days == 1 else self.env._("%s days late", days)
        return self._row(
            row,
            row["customer"],
            [late, self._credits_text(row, covered), row["reminder"], row["next_action"]],
            tone="good" if covered else "danger" if days > LATE else "warning",
            action=self._form_action("credit.account", row["id"]),
            buttons=buttons,
        )

    @api.model
    def _credits_text(self, row, covered):
        """What can be set off against the amount that is late."""
        amount = format_amount(self.env, row["credits"], self.env["res.currency"].browse(row["currency_id"]))
        if covered:
            return self.env._("credits of %s cover it", amount)
        return self.env._("credits of %s", amount) if row["credits"] else ""

    @api.model
    def _credits_list(self, filters):
        """Credits of customers who owe something."""
        domain = self._items_domain(filters) & Domain("residual", "<", 0)
        domain &= Domain("credit_account_id.open_items", ">", 0)
        count, rows = self._read_rows(
            "credit.open.item", domain, "residual, id", CREDIT_COLUMNS, total=self._credits_total(filters)
        )
        may_apply = self.env["adjustment.voucher"].has_access("create")
        return self._list(
            "credits",
            self.env._("Credits to Apply"),
            "credit.open.item",
            domain,
            count,
            [self._credit_row(row, may_apply) for row in rows],
            self.env._("No customer has both a credit and something to pay."),
        )

    @api.model
    def _credits_total(self, filters):
        """:return: SQL of their number as kept with the ages of each customer; None where these do not say it"""
        if filters.currency_id or not filters.of_entities:
            return None
        domain = self._accounts_domain(filters) & Domain("open_items", ">", 0) & Domain("credits_count", ">", 0)
        query = self.env["credit.account"].with_context(active_test=False)._search(domain)
        return query.select(SQL("COALESCE(SUM(%s), 0)", SQL.identifier(query.table, "credits_count")))

    @api.model
    def _credit_row(self, row, may_apply):
        call = {"model": "account.move", "method": "action_adjustment_apply", "ids": [row["move_id"]]}
        return self._row(
            {**row, "amount": -row["amount"]},
            row["customer"],
            [row["name"], format_date(self.env, row["date"])],
            tone="good",
            call={"model": "credit.open.item", "method": "action_open_document", "ids": [row["id"]]},
            buttons=[self._call_button("apply", self.env._("Apply"), call)] if may_apply else [],
        )
