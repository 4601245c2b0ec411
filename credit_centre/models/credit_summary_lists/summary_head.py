"""What the page needs beside the figures: in which order the tiles stand, a stamp to ask for changes, how to begin."""

from odoo import api, models

from ..credit_summary.credit_summary import CHOICES

TILES = (
    "receivable",
    "overdue",
    "exposure",
    "held",
    "credits",
    "promised",
    "broken",
    "expiring",
    "dso",
    "best_dso",
    "cei",
)


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    @api.model
    def _summary(self, filters):
        summary = super()._summary(filters)
        return {**summary, "first_steps": self._first_steps(summary)}

    @api.model
    def _summary_head(self, filters):
        return {**super()._summary_head(filters), "stamp": self._stamp()}

    @api.model
    def _tiles(self, filters, ledger):
        places = {key: place for place, key in enumerate(TILES)}
        return sorted(super()._tiles(filters, ledger), key=lambda tile: places.get(tile["key"], len(places)))

    @api.model
    def _first_steps(self, summary):
        """:return: what to do first, for companies without any credit account; False for the others"""
        seen = any(tile["value"] for tile in summary["tiles"]) or any(summary["filters"].get(name) for name in CHOICES)
        if seen or not summary["is_today"] or self.env["credit.account"].search_count([], limit=1):
            return False
        steps = [
            ("account.group_account_invoice", self.env._("Enter an invoice"), "account.action_move_out_invoice"),
            (
                "credit_hold.group_credit_manager",
                self.env._("Look at the credit policy"),
                "credit_hold.action_credit_policy",
            ),
        ]
        return [{"label": label, "action": action} for group, label, action in steps if self.env.user.has_group(group)]
