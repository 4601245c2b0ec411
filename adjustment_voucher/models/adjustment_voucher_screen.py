"""What the voucher's screen needs beside its values: items at hand while it is typed, buttons to what it made."""

from odoo import api, fields, models
from odoo.fields import Command

from .adjustment_voucher import OPEN_STATES, lines_depends


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"
    # More unsaved rows would make typing slow: then the voucher is saved first, by «Load items».
    _most_unsaved = 80

    charge_count = fields.Integer("Late Charges", compute="_compute_charge_count")
    has_claims = fields.Boolean(compute="_compute_has_claims", help="An item stands in another open voucher too.")

    @api.depends("charge_move_ids")
    def _compute_charge_count(self):
        for voucher in self:
            voucher.charge_count = len(voucher.charge_move_ids)

    @api.depends("state", *lines_depends("claimed_by"))
    def _compute_has_claims(self):
        for voucher in self:
            voucher.has_claims = voucher.state in OPEN_STATES and any(voucher._lines().mapped("claimed_by"))

    @api.onchange(
        "partner_id", "transfer_partner_id", "hierarchy", "include_payables", "kind", "currency_id", "company_id",
        "date", "date_from", "date_to", "source_journal_ids",
    )  # fmt: skip
    def _onchange_scope(self):
        """On a new voucher the open items stand there at once; amounts already given stay with their items."""
        if self._origin.id or not (self.partner_id and self.company_id and self.currency_id and self.date):
            return
        items = self.env["account.move.line"].search(
            self._get_item_domain(), order="date_maturity, date, id", limit=self._most_unsaved + 1
        )
        if len(items) <= self._most_unsaved:
            self._set_unsaved_items(items)

    def _set_unsaved_items(self, items):
        given = {line.move_line_id.id: line.amount for line in self._lines()}
        debits = items.filtered(lambda item: (item.balance or item.amount_currency) > 0)
        for name, own in (("credit_line_ids", items - debits), ("debit_line_ids", debits)):
            if own.ids != self[name].move_line_id.ids:
                rows = [{"move_line_id": item.id, "amount": given.get(item.id, 0)} for item in own]
                self[name] = [Command.clear(), *map(Command.create, rows)]

    def action_view_charges(self):
        """The late charge notes that the voucher made."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late Charges"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.charge_move_ids.ids)],
        }

    def action_view_entry(self):
        """The entry that the voucher booked."""
        self.check_access("read")
        return self._open_move(self.move_id)

    def action_view_reversal(self):
        """The entry by which the voucher was taken back."""
        self.check_access("read")
        return self._open_move(self.reversal_move_id)

    @api.model
    def _open_move(self, move):
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": move.id,
        }


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    is_late = fields.Boolean("Late", compute="_compute_is_late")

    @api.depends("date_maturity", "voucher_id.value_date", "voucher_id.date")
    def _compute_is_late(self):
        for line in self:
            day = line.voucher_id.value_date or line.voucher_id.date
            line.is_late = bool(line.date_maturity and day and line.date_maturity < day)
