"""What the voucher would do, while it is edited: the entry, and every document before and after."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .adjustment_voucher import lines_depends


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    preview = fields.Json(compute="_compute_preview", help="{documents: [...], legs: [...], direct, note}")

    @api.depends(
        "currency_id",
        "transfer_partner_id",
        "state",
        *lines_depends(
            "amount",
            "rate",
            "voucher_amount",
            "discount_amount",
            "write_off_amount",
            "chargeback_amount",
            "late_charge_amount",
        ),
    )
    def _compute_preview(self):
        for voucher in self:
            voucher.preview = voucher._get_preview()

    def _get_preview(self):
        lines = self._lines().filtered("amount").sorted(lambda line: (line.sequence, line.date_maturity or line.date))
        result = {"documents": [line._as_preview() for line in lines], "legs": [], "direct": False, "note": ""}
        if not lines:
            return {**result, "note": self.env._("Give credits and debits an amount to see what will be booked.")}
        if self.state in ("authorized", "reversed"):
            return {**result, "legs": self._preview_booked(), "direct": not self.move_id}
        booked = self._decide(lines)
        try:
            legs = [row for leg in booked.legs for row in self._preview_leg(leg, lines)] if not booked.direct else []
        except UserError as refusal:
            return {**result, "note": str(refusal)}
        note = "" if self.transfer_partner_id or not self.difference else self._preview_gap()
        return {**result, "legs": legs, "direct": booked.direct and not note, "note": note}

    def _preview_gap(self):
        amount = format_amount(self.env, abs(self.difference), self.currency_id)
        if self.difference > 0:
            return self.env._("%s of the credits is not placed yet.", amount)
        return self.env._("%s of the debits is not covered yet.", amount)

    def _preview_leg(self, leg, lines):
        line = lines.filtered(lambda one: one._item_key() == leg.key)[:1]
        for vals in self._prepare_leg(leg, line):
            account = self.env["account.account"].browse(vals["account_id"])
            partner = self.env["res.partner"].browse(vals["partner_id"])
            yield self._preview_row(
                account,
                partner,
                vals["name"],
                vals["balance"],
                vals["amount_currency"],
                self.env["res.currency"].browse(vals["currency_id"]),
                leg.kind,
            )

    def _preview_booked(self, sign=1):
        return [
            self._preview_row(
                leg.account_id,
                leg.partner_id,
                leg.name,
                sign * leg.balance,
                sign * leg.amount_currency,
                leg.currency_id,
                leg.adjustment_leg,
            )
            for leg in self.move_id.line_ids
        ]

    def _preview_reversal(self):
        """The lines of the reversal entry: those of the entry with their signs changed."""
        return self._preview_booked(sign=-1)

    def _preview_row(self, account, partner, label, balance, amount, currency, kind):
        company = self.company_id.currency_id
        shown = format_amount(self.env, abs(balance), company)
        return {
            "account": account.display_name,
            "partner": partner.display_name or "",
            "label": label,
            "debit": shown if balance > 0 else "",
            "credit": shown if balance < 0 else "",
            "currency": format_amount(self.env, amount, currency) if currency != company else "",
            "kind": kind or "",
        }


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    def _item_key(self):
        return self.move_line_id._origin.id

    def _as_reversal_preview(self):
        """The same line taken back: what is open now, what comes back, what will be open."""
        own = self.currency_id
        now = abs(self.move_line_id.amount_residual_currency)
        return {
            **self._as_preview(),
            "before": format_amount(self.env, now, own),
            "after": format_amount(self.env, now + self.amount, own),
            "closed": False,
        }

    def _as_preview(self):
        own = self.currency_id

        def shown(amount):
            return format_amount(self.env, amount, own)

        return {
            "key": self._item_key(),
            "side": self.side,
            "document": self.document_name or "",
            "partner": self.partner_id.display_name or "",
            "before": shown(self.residual),
            "amount": shown(self.amount),
            "discount": shown(self.discount_amount) if self.discount_amount else "",
            "write_off": shown(self.write_off_amount) if self.write_off_amount else "",
            "chargeback": shown(self.chargeback_amount) if self.chargeback_amount else "",
            "late_charge": shown(self.late_charge_amount) if self.late_charge_amount else "",
            "after": shown(self.remaining),
            "closed": own.is_zero(self.remaining) if own else False,
            "value": format_amount(self.env, self._get_booked(self.amount), self.company_currency_id),
            "too_much": own.compare_amounts(self.amount, self.residual) > 0 if own else False,
        }
