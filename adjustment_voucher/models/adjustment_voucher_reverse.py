"""Taking a voucher back: its own matches and its own entry, and nothing else."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .adjustment_voucher import APPROVER
from .engine import check_texts, engine


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def action_reverse(self, date=None, reason=None):
        """Take authorized vouchers back. A voucher that is reversed already stays as it is.

        :param date: day of the reversal entry; None for the voucher's own date, or the first open day after it
        :param reason: text, required
        :raise UserError: when the date is locked or too early, when there is no reason, or something else stands on it
        """
        if not self:
            raise UserError(self.env._("To reverse, choose at least one voucher."))
        self._check_may_reverse()
        if not (reason or "").strip():
            raise UserError(self.env._("To reverse the voucher, give a reason."))
        check_texts(self.env, {"reason": reason}, {"reason": self.env._("Reason")})
        for voucher in self.sorted("id", reverse=True):
            voucher._lock()
            if voucher.state == "reversed":
                continue
            voucher._reverse(voucher._get_reversal_date(fields.Date.to_date(date)), reason.strip())
        return True

    def action_open_reverse(self):
        """The wizard that asks for date and reason and shows what will happen."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reverse"),
            "res_model": "adjustment.voucher.reverse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_voucher_ids": self.ids},
        }

    def _check_may_reverse(self):
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(APPROVER)):
            raise AccessError(self.env._("To reverse vouchers, ask an administrator for the right «Voucher Approver»."))

    def _get_reversal_date(self, wished=None):
        """:return: the wished date, checked; else the voucher's date, or the first open day after it"""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if self.state != "authorized":
            raise UserError(
                self.env._(
                    "To reverse %s, authorize it first: only authorized vouchers are reversed.", self.display_name
                )
            )
        if not wished:
            return self._get_first_open(self.date) if self._needs_open_period() else self.date
        if not self.date <= wished <= today:
            raise UserError(
                self.env._(
                    "To reverse %(voucher)s, choose a date from %(first)s, its own, to %(today)s, today.",
                    voucher=self.display_name,
                    first=self.date,
                    today=today,
                )
            )
        if self._needs_open_period():
            self._check_date_open(wished)
        return wished

    def _needs_open_period(self):
        return bool(self.move_id or self._moves_tax())

    def _reverse(self, date, reason):
        self.ensure_one()
        self._check_untouched()
        self._reverse_late_charges(date, reason)
        with engine(self.id):
            self._get_partials().unlink()
            reversal = self._reverse_entry(date, reason)
            self.write(
                {
                    "state": "reversed",
                    "reversal_move_id": reversal.id,
                    "reversed_by_id": self.env.uid,
                    "reversed_on": fields.Datetime.now(),
                    "reversal_date": date,
                    "reversal_reason": reason,
                }
            )
        self._tell_reversal()

    def _get_partials(self):
        """The matches of this voucher, locked by the items they join."""
        self.env["account.partial.reconcile"].flush_model()
        return self.env["account.partial.reconcile"].search([("adjustment_voucher_id", "=", self.id)], order="id")

    def _check_untouched(self):
        """What the voucher itself opened (chargeback, transfer, due) must still be open.

        :raise UserError: naming the voucher or entry that settled it
        """
        opened = self.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg in ("chargeback", "transfer"))
        for leg in opened:
            matches = leg.matched_debit_ids | leg.matched_credit_ids
            others = matches.filtered(lambda match: match.adjustment_voucher_id != self)
            if others:
                users = others.adjustment_voucher_id.mapped("display_name") or (
                    (others.debit_move_id | others.credit_move_id) - leg
                ).move_id.mapped("name")
                raise UserError(
                    self.env._(
                        "To reverse %(voucher)s, take back %(other)s first: it settles «%(leg)s», which this voucher"
                        " opened.",
                        voucher=self.display_name,
                        other=", ".join(users),
                        leg=leg.name,
                    )
                )

    def _reverse_entry(self, date, reason):
        if not self.move_id:
            return self.env["account.move"]
        label = self.env._("Reversal of %(voucher)s: %(reason)s", voucher=self.name, reason=reason)
        reversal = self.move_id._reverse_moves(
            [{"date": date, "ref": label, "adjustment_voucher_id": self.id}], cancel=True
        )
        if reversal.date != date:
            raise UserError(self.env["adjustment.message"].locked(self, date, reversal.date))
        return reversal

    def _tell_reversal(self):
        body = self.env._(
            "Voucher %(link)s reversed: %(reason)s", link=self._get_html_link(), reason=self.reversal_reason
        )
        self.line_ids.move_id._message_log_batch(bodies=dict.fromkeys(self.line_ids.move_id.ids, body))

    # ------------------------------------------------------------------ taking one item out

    def _reverse_without(self, lines, date=None, reason=None):
        """Reverse the voucher and make a draft of all that it did, but for these lines.

        :return: adjustment.voucher, the new draft
        """
        self.ensure_one()
        rest = self.line_ids - lines
        self.action_reverse(date, reason)
        draft = self.copy({"memo": self.memo})
        with engine():
            draft.origin_id = self
        for line in rest:
            draft.write({"line_ids": [fields.Command.create(line._prepare_copy())]})
        return draft


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    def action_unapply(self):
        """Take this item out of its authorized voucher: the voucher is reversed and a draft holds the rest."""
        self.ensure_one()
        wizard = self.voucher_id.action_open_reverse()
        wizard["context"]["default_line_ids"] = self.ids
        wizard["name"] = self.env._("Take out %s", self.document_name)
        return wizard

    def _prepare_copy(self):
        names = (
            "sequence",
            "amount",
            "discount_mode",
            "discount_amount",
            "write_off_amount",
            "write_off_reason",
            "chargeback_amount",
            "rate",
        )
        open_now = abs(self.move_line_id.amount_residual_currency)
        vals = {name: self[name] for name in names}
        return {**vals, "move_line_id": self.move_line_id.id, "amount": min(vals["amount"], open_now)}


class LateCharges(models.Model):
    _inherit = "adjustment.voucher"

    # ------------------------------------------------------------------ late charges

    def _book_late_charges(self, lines):
        """One debit note per debit that was settled late; posted, so that it has its number and due date."""
        charged = lines.filtered(lambda line: line.late_charge_amount and not line.late_charge_waived)
        if not charged:
            return self.env["account.move"]
        notes = self.env["account.move"].create([self._prepare_late_charge(line) for line in charged])
        notes.action_post()
        return notes

    def _prepare_late_charge(self, line):
        root, invoice = self.company_id.root_id, line.move_id
        account = root.adjustment_charge_account_id
        if not account:
            raise UserError(self.env["adjustment.message"].missing_account(self.env._("Late Charge Account")))
        label = self.env._(
            "Late charge on %(invoice)s: %(amount)s from %(start)s to %(end)s",
            invoice=line.document_name,
            amount=self.env["adjustment.message"]._amount(line.amount, line.currency_id),
            start=line.late_charge_from or line.date_maturity,
            end=line.late_charge_until or self.value_date or self.date,
        )
        return {
            "move_type": "out_invoice",
            "debit_origin_id": invoice.id,
            "partner_id": invoice.partner_id.id or line.partner_id.id,
            "company_id": invoice.company_id.id,
            "currency_id": line.currency_id.id,
            "invoice_date": self.date,
            "date": self.date,
            "ref": label,
            "invoice_payment_term_id": root.adjustment_charge_term_id.id,
            "adjustment_charge_voucher_id": self.id,
            "adjustment_charge_item_id": line.move_line_id.id,
            "adjustment_charge_until": line.late_charge_until or self.value_date or self.date,
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "name": label,
                        "quantity": 1,
                        "price_unit": line.late_charge_amount,
                        "account_id": account.id,
                        "tax_ids": [fields.Command.set(root.adjustment_charge_tax_ids.ids)],
                        "analytic_distribution": self.analytic_distribution,
                    }
                )
            ],
        }

    def _reverse_late_charges(self, date, reason):
        """The charges fall with the voucher that made them; one that is paid already must be freed first."""
        notes = self.charge_move_ids.filtered(lambda note: note.state == "posted" and not note.reversal_move_ids)
        paid = notes.filtered(lambda note: note.payment_state != "not_paid")
        if paid:
            raise UserError(
                self.env._(
                    "To reverse %(voucher)s, take the payment off %(note)s first: it is the late charge of this voucher.",
                    voucher=self.display_name,
                    note=paid[0].name,
                )
            )
        with engine(self.id):
            for note in notes:
                note._reverse_moves(
                    [
                        {
                            "date": date,
                            "invoice_date": date,
                            "ref": self.env._("%(note)s waived: %(reason)s", note=note.name, reason=reason),
                        }
                    ],
                    cancel=True,
                )
