"""Can they buy ...? What would become of an order of some size."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.credit_message import status_title


class CreditSimulation(models.TransientModel):
    _name = "credit.simulation"
    _description = "Try an Order"

    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    amount = fields.Monetary("Order Value", required=True)
    currency_id = fields.Many2one("res.currency", required=True, default=lambda self: self.env.company.currency_id)
    outcome = fields.Selection(
        [("clear", "Clear"), ("caution", "Caution"), ("prepay", "Prepayment"), ("hold", "Hold")],
        compute="_compute_answer",
    )
    answer = fields.Char(compute="_compute_answer")
    explanation = fields.Text(compute="_compute_answer")

    @api.depends("partner_id", "amount", "currency_id")
    def _compute_answer(self):
        for trial in self:
            result = trial._simulate() if trial.partner_id and trial.amount > 0 else None
            trial.outcome = result["outcome"] if result else False
            trial.answer = status_title(self.env, result["outcome"]) if result else False
            trial.explanation = trial._explain(result) if result else False

    def _simulate(self):
        self._check_own_customer()
        account = self.env["credit.account"]._for_partners(self.partner_id, self.env.company)
        return account.sudo().simulate(self.amount, self.currency_id)  # sudo: whose customer it is was checked

    def _explain(self, result):
        user = self.env.user
        full = (
            user.has_group("credit_hold.group_credit_viewer") or self.env.company.root_id.sudo().credit_show_figures
        )  # sudo: a setting
        words = [reason["message"] for reason in result["reasons"]] if full else []
        return "\n".join(
            [
                *words,
                *(f"• {remedy['message']}" for remedy in result["remedies"] if full or remedy["code"] == "release"),
            ]
        )

    def _check_own_customer(self):
        """Salespeople try orders of their own customers; credit, billing and sales managers of all."""
        user = self.env.user
        groups = (
            "credit_hold.group_credit_viewer",
            "account.group_account_invoice",
            "sales_team.group_sale_salesman_all_leads",
        )
        if any(user.has_group(group) for group in groups):
            return
        if not user.has_group("sales_team.group_sale_salesman") or not self._is_own_customer(user):
            raise AccessError(
                self.env._(
                    "To try an order for %s, ask the salesperson of this customer.", self.partner_id.display_name
                )
            )

    def _is_own_customer(self, user):
        customer = self.partner_id.commercial_partner_id
        orders = self.env["sale.order"].sudo()  # sudo: to see whether the customer is theirs
        return customer.user_id == user or bool(
            orders.search_count(
                [("partner_id.commercial_partner_id", "=", customer.id), ("user_id", "=", user.id)], limit=1
            )
        )
