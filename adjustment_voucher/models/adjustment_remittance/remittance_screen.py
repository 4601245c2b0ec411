"""What a remittance led to: its rows, vouchers and receipts, counted and opened."""

from odoo import models


class AdjustmentRemittance(models.Model):
    _inherit = "adjustment.remittance"

    def _compute_links(self):
        vouchers = dict(
            self.env["adjustment.voucher"]._read_group(
                [("remittance_id", "in", self.ids)], ["remittance_id"], ["__count"]
            )
        )
        payments = dict(
            self.env["adjustment.remittance.line"]._read_group(
                [("remittance_id", "in", self.ids), ("payment_id", "!=", False)],
                ["remittance_id"],
                ["payment_id:count_distinct"],
            )
        )
        for remittance in self:
            remittance.voucher_count = vouchers.get(remittance, 0)
            remittance.payment_count = payments.get(remittance, 0)

    def action_view_rows(self):
        """All rows of the file."""
        return self._get_rows_action({})

    def action_view_problems(self):
        """The rows to correct."""
        return self._get_rows_action({"search_default_bad": 1})

    def _get_rows_action(self, context):
        self.ensure_one()
        self.check_access("read")
        context = {
            **context,
            "with_deductions": "deduction" in self.column_ids.mapped("role"),
            "with_imported": self.state in ("importing", "imported"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rows of %s", self.name),
            "res_model": "adjustment.remittance.line",
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [("remittance_id", "=", self.id)],
            "context": context,
        }

    def action_view_vouchers(self):
        """The vouchers it was imported as."""
        self.check_access("read")
        return self.voucher_ids._get_list_action()

    def action_view_payments(self):
        """The receipts it registered."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipts Registered from %s", self.name),
            "res_model": "account.payment",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.payment_id.ids)],
        }
