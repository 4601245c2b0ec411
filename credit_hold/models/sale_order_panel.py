"""What the salesperson sees of the customer's credit on the quotation: one line, a bar, and what to do."""

from odoo import api, models
from odoo.tools import format_amount

from .credit_message import status_title


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.depends(
        "partner_id",
        "partner_invoice_id",
        "company_id",
        "amount_total",
        "state",
        "currency_id",
        "payment_term_id",
        "credit_status",
    )
    @api.depends_context("uid", "lang")
    def _compute_credit_panel(self):
        for order in self:
            order.credit_panel = order._credit_panel_of_one() or False

    def _credit_panel_of_one(self):
        """:return: dict of ready texts and percentages for the widget, or None when there is nothing to show"""
        if (
            not self._credit_payer() or self.state == "cancel" or not self.company_id.root_id.sudo().credit_check_active
        ):  # sudo: a setting
            return None
        case = self.sudo()._credit_cases()[self.sudo()]  # sudo: the result is everybody's, amounts are shown by right
        decision = case.decide()
        status = self._credit_shown_status(decision)
        words = self._credit_wording(case)
        full = self._credit_shows_figures()
        stopped = status in ("hold", "prepay", "rejected")
        hold = self._credit_last_hold()
        return {
            "status": status,
            "title": status_title(self.env, status),
            "reasons": [words.reason(reason) if full else words.brief(reason) for reason in decision.reasons]
            if status != "released"
            else [],
            "remedies": [words.remedy(remedy) for remedy in decision.remedies if full or remedy.code == "release"]
            if stopped
            else [],
            "decision_note": hold.release_reason if status in ("released", "rejected") and hold else "",
            "requested": bool(stopped and hold.requested_on and hold.state == "held"),
            "figures": self._credit_panel_figures(case) if full else [],
            "bar": self._credit_panel_bar(case) if full and case.figures.get("has_limit") else None,
            "prepay": self._credit_panel_prepay(case) if case.standing.prepay_required else None,
        }

    def _credit_shown_status(self, decision):
        """A confirmed order shows what it passed with; a quotation shows what a check would say now."""
        if self.state == "sale" or self.credit_status == "rejected":
            return self.credit_status
        return decision.outcome

    def _credit_shows_figures(self):
        user, company = self.env.user, self.company_id.root_id.sudo()  # sudo: a setting
        return company.credit_show_figures or user.has_group("credit_hold.group_credit_viewer")

    def _credit_panel_figures(self, case):
        """Limit, exposure, this order, what is left, past due: label and text of each."""
        currency, row = self.company_id.root_id.currency_id, case.figures

        def money(amount):
            return format_amount(self.env, float(amount or 0), currency)

        order = case.ask.amount * case.rounding
        limited = row.get("has_limit")
        left = float(row.get("headroom") or 0) - order
        return [
            {
                "key": "limit",
                "label": self.env._("Limit"),
                "text": money(row["effective_limit"]) if limited else self.env._("none"),
            },
            {"key": "exposure", "label": self.env._("Exposure"), "text": money(row.get("exposure"))},
            *(
                [{"key": "group", "label": self.env._("Group's exposure"), "text": money(row.get("group_exposure"))}]
                if self._credit_group_binds(case)
                else []
            ),
            {"key": "order", "label": self.env._("This order"), "text": money(order)},
            *([{"key": "left", "label": self.env._("Left"), "text": money(left), "bad": left < 0}] if limited else []),
            {
                "key": "overdue",
                "label": self.env._("Past due"),
                "text": money(row.get("overdue")),
                "bad": bool(row.get("overdue")),
            },
        ]

    def _credit_group_binds(self, case):
        """Whether the shared limit leaves less room than the customer's own."""
        standing = case.standing
        if standing.group_limit is None:
            return False
        return (
            standing.limit is None
            or standing.group_limit - standing.group_exposure < standing.limit - standing.exposure
        )

    def _credit_panel_bar(self, case):
        """Shares of the bar in percent: exposure and this order of the limit, or of their sum when it passes the limit."""
        standing, order = case.standing, case.ask.amount
        limit, exposure = (
            (standing.group_limit, standing.group_exposure)
            if self._credit_group_binds(case)
            else (standing.limit, standing.exposure)
        )
        exposure = max(0, exposure)
        whole = max(limit, exposure + order, 1)
        return {
            "exposure": round(100 * exposure / whole, 1),
            "order": round(100 * order / whole, 1),
            "limit": round(100 * limit / whole, 1),
            "over": exposure + order > limit,
            "text": self.env._(
                "%s %% of the limit used with this order", round(100 * (exposure + order) / limit) if limit else "∞"
            ),
        }

    def _credit_panel_prepay(self, case):
        unit = self.currency_id.rounding
        asked, come = case.standing.prepay_asked * unit, case.ask.paid * unit
        asked = asked if case.ask.value else 0
        return {
            "asked": format_amount(self.env, asked, self.currency_id),
            "come": format_amount(self.env, come, self.currency_id),
            "percent": min(100, round(100 * come / asked)) if asked else 0,
        }
