"""What becomes of a credit account when its customer is merged into another."""

from odoo import models

from .engine import engine


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def _merge_into(self, kept):
        """The account that stays keeps its settings; a flag on this one is set there too, and so is its limit where the
        other has none of its own. Holds and history move along."""
        settings = {name: True for name in ("hold", "prepay_required") if self[name] and not kept[name]}
        if "hold" in settings:
            settings["hold_reason"] = self.hold_reason
        if kept.limit_mode == "default" and self.limit_mode == "own":
            settings["credit_limit"] = self.credit_limit
        if settings:
            kept.write(settings)
        with engine():
            self.hold_ids.write({"account_id": kept.id})
            self.message_ids.write({"res_id": kept.id})
            self.unlink()
