"""Taking a voucher back: its own matches and its own entry, and nothing else."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import clean_context

from .adjustment_voucher import APPROVER
from .engine import check_dates, check_texts, engine, work
from .rows import log_notes


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def action_reverse(self, date=None, reason=None):
        """Take authorized vouchers back. A voucher that is reversed already stays as it is.

        :param date: day of the reversal entry; None for the voucher's own date, or the first open day after it
        :param reason: text, required
        :raise UserError: when the date is locked or too early, when there is no reason, or something else stands on it
        """
        self._check_reversal(date, reason)
        for voucher in self.sorted("id", reverse=True):
            voucher._lock()
            if voucher.state == "reversed":
                continue
            voucher._reverse(voucher._get_reversal_date(fields.Date.to_date(date)), reason.strip())
        return True

    def _check_reversal(self, date, reason):
        if not self:
            raise UserError(self.env._("To reverse, choose at least one voucher."))
        self._check_may_reverse()
        check_texts(self.env, {"reason": reason}, {"reason": self.env._("Reason")})
        check_dates(self.env, {"date": date}, {"date": self.env._("the day of the reversal")})
        if not (reason or "").strip():
            raise UserError(self.env._("To reverse the voucher, give a reason."))

    def action_open_reverse(self):
        """The wizard that asks for date and reason and shows what will happen."""
        self.check_access("read")
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
            return self._get_reversal_default(today)
        if not self.date <= wished <= today:
            raise UserError(
                self.env._(
                    "To reverse %(voucher)s, choose a date from %(first)s, its own, to %(today)s, today.",
                    voucher=self.display_name,
                    first=self.date,
                    today=today,
                )
            )
        self._check_date_open(wished)
        return wished

    def _get_reversal_default(self, today):
        date = self._get_first_open(self.date)
        if date > today:
            raise UserError(self.env["adjustment.message"].locked(self, self.date, date))
        return date

    def _reverse(self, date, reason):
        self.ensure_one()
        self._check_untouched()
        self._check_charges_unpaid()
        with engine(self.id):
            # Each document gets a note below; a message of its payment state beside it would say no more.
            self._get_partials()._take_back_quietly()
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
        self._reverse_late_charges(date, reason)
        self._tell_reversal()

    def _get_partials(self):
        """The matches of this voucher, locked by the items they join."""
        self.env["account.partial.reconcile"].flush_model()
        return self.env["account.partial.reconcile"].search([("adjustment_voucher_id", "=", self.id)], order="id")

    def _check_untouched(self):
        """What the voucher itself opened (chargeback, transfer, due) must still be open.

        :raise UserError: naming the voucher or entry that settled it
        """
        opened = self.move_id.line_ids.filtered(lambda leg: leg.adjustment_leg in ("chargeback", "transfer", "due"))
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
        reversal = self.move_id._reverse_moves([self._prepare_reversal(date, reason)], cancel=True)
        if reversal.date != date:
            raise UserError(self.env["adjustment.message"].locked(self, date, reversal.date))
        return reversal

    def _prepare_reversal(self, date, reason):
        label = self.env._("Reversal of %(voucher)s: %(reason)s", voucher=self.name, reason=reason)
        return {"date": date, "ref": label, "adjustment_voucher_id": self.id, "always_tax_exigible": True}

    def _tell_reversal(self):
        body = self.env._(
            "Voucher %(link)s reversed: %(reason)s", link=self._get_html_link(), reason=self.reversal_reason
        )
        log_notes(self.line_ids.move_id, dict.fromkeys(self.line_ids.move_id.ids, body))

    # ------------------------------------------------------------------ taking one item out

    def _reverse_without(self, lines, date=None, reason=None):
        """Reverse the voucher and make a draft of all that it did, but for these lines.

        :return: adjustment.voucher, the new draft
        """
        self.ensure_one()
        rest = self.line_ids - lines
        if not rest or lines - self.line_ids:
            raise UserError(
                self.env._(
                    "To take items out of %s, choose some of its own, and leave at least one in it; or reverse it.",
                    self.display_name,
                )
            )
        self.action_reverse(date, reason)
        draft = self.with_env(self.env(context=clean_context(self.env.context))).copy({"memo": self.memo})
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


class AccountMove(models.Model):
    _inherit = "account.move"

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Each leg of a voucher's entry is closed by its own mirror image: Odoo would match the legs with one another,
        at different rates, and book exchange moves for it."""
        ours = reverse_moves.filtered("reversed_entry_id.adjustment_voucher_id") if work() else reverse_moves.browse()
        if not ours:
            return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        plan, owners = {}, {}
        for reversal in ours:
            own = reversal.reversed_entry_id._plan_of_mirror(reversal)
            plan |= own
            owners |= dict.fromkeys(own, reversal.reversed_entry_id.adjustment_voucher_id.id)
        self.env["account.partial.reconcile"]._match_planned(plan, owners)
        rest = reverse_moves - ours
        super(AccountMove, rest.reversed_entry_id)._reconcile_reversed_moves(rest, move_reverse_cancel)
        return reverse_moves

    def _plan_of_mirror(self, reversal):
        """Each open leg with its mirror image, for all of it."""
        plan = {}
        for leg, mirror in zip(self.line_ids.sorted("id"), reversal.line_ids.sorted("id"), strict=True):
            if leg.account_id.reconcile and not leg.reconciled and (leg.balance or leg.amount_currency):
                key = (leg.id, mirror.id) if (leg.balance or leg.amount_currency) > 0 else (mirror.id, leg.id)
                plan[key] = (abs(leg.balance), abs(leg.amount_currency), abs(leg.amount_currency))
        return plan
