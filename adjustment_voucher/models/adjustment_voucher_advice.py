"""The application advice: what the customer is told of a voucher, printed and sent."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _get_advice(self):
        """:return: dict of texts for the page: credits and debits with their columns, totals, late charges, a note"""
        self.ensure_one()
        lines = self.line_ids.filtered("amount").sorted(lambda line: (line.sequence, line.date_maturity, line.id))
        sides = {side: lines.filtered(lambda line, side=side: line.side == side) for side in ("credit", "debit")}
        foreign = bool(lines.currency_id - self.currency_id)
        names = ("discount_amount", "write_off_amount", "chargeback_amount", "late_charge_amount")
        return {
            "tables": [
                {
                    "side": side,
                    "title": self.env._("Credits applied") if side == "credit" else self.env._("Documents settled"),
                    "rows": [line._as_advice() for line in own],
                    "total": self._shown(self.total_credit if side == "credit" else self.total_debit),
                    "foreign": foreign,
                    "left": self.env._("Open again") if self.state == "reversed" else self.env._("Still open"),
                    **{name: any(own.mapped(name)) for name in names},
                }
                for side, own in sides.items()
                if own
            ],
            "charges": [
                {
                    "number": note.name,
                    "due": format_date(self.env, note.invoice_date_due),
                    "amount": format_amount(self.env, note.amount_total, note.currency_id),
                }
                for note in self.charge_move_ids.filtered(lambda note: note.state == "posted")
            ],
            "discount": self._shown(self.discount_total) if self.discount_total else "",
            "write_off": self._shown(self.write_off_total) if self.write_off_total else "",
            "note": self._get_advice_note(),
        }

    def _shown(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _get_advice_note(self):
        if self.state in ("draft", "returned"):
            return self.env._("Proposal: nothing of this is booked yet.")
        if self.state == "reversed":
            day = format_date(self.env, self.reversal_date)
            return self.env._("This application was taken back on %s.", day)
        return ""

    def action_send_advice(self):
        """The e-mail to the customer, ready to send, with the advice as PDF."""
        self.ensure_one()
        if self.state in ("draft", "returned"):
            raise UserError(
                self.env._("To send the advice of %s, authorize it first: nothing is applied yet.", self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Advice"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
                **self._get_advice_mail(),
            },
        }

    def _get_advice_mail(self):
        """What the composer starts with: the template; where the server can't make PDFs, its text with the advice in it."""
        template = self.env.ref("adjustment_voucher.mail_template_advice", raise_if_not_found=False)
        if not template:
            return {"default_partner_ids": self.partner_id.ids}
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() not in ("install", "broken"):
            return {"default_template_id": template.id}
        voucher = self.with_context(lang=template._render_lang(self.ids)[self.id] or self.env.lang)
        template = template.with_env(voucher.env)
        values = {"o": voucher, "advice": voucher._get_advice()}
        body = template._render_field("body_html", self.ids, options={"post_process": True})[self.id]
        return {
            "default_subject": template._render_field("subject", self.ids)[self.id],
            "default_body": body + voucher.env["ir.qweb"]._render("adjustment_voucher.report_advice_content", values),
            "default_partner_ids": self.partner_id.ids,
        }


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    def _as_advice(self):
        """One row of the advice, as texts in the language at hand."""
        own = self.currency_id

        def shown(amount):
            return format_amount(self.env, amount, own)

        return {
            "kind": dict(self._fields["document_kind"]._description_selection(self.env)).get(self.document_kind, ""),
            "number": self.document_name or "",
            "reference": self.move_id.ref or "",
            "date": format_date(self.env, self.date),
            "due": format_date(self.env, self.date_maturity),
            "open": shown(self.residual),
            "amount": shown(self.amount),
            "discount_amount": shown(self.discount_amount),
            "write_off_amount": shown(self.write_off_amount),
            "chargeback_amount": shown(self.chargeback_amount),
            "late_charge_amount": shown(self.late_charge_amount),
            "rate": self._shown_rate(),
            "paid": format_amount(self.env, self.paid_amount, self.voucher_currency_id),
            "left": shown(self._get_open_after()),
        }

    def _get_open_after(self):
        """What the voucher leaves open; once it is taken back, what is open now."""
        return abs(self.move_line_id.amount_residual_currency) if self.state == "reversed" else self.remaining

    def _shown_rate(self):
        """«1 EUR = 1.0850 USD», for items in another currency than the voucher's."""
        if self.currency_id == self.voucher_currency_id:
            return ""
        return f"1 {self.currency_id.name} = {self.rate:.6g} {self.voucher_currency_id.name}"
