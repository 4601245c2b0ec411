"""What stands against authorizing a voucher: the plan itself, its places, its dates, the user's authority."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import allocation_plan, exchange
from .adjustment_voucher import APPROVER, BILLING
from .adjustment_voucher_line import money, units


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _check_ready(self, lines):
        """:raise UserError: with every sentence that stands against authorizing"""
        self._check_open(self.env._("authorize"))
        self._check_not_returned(self.env._("authorize"))
        self._check_authority(lines)
        message = self.env["adjustment.message"]
        texts = [message.no_rate(line) for line in lines if not line.rate]
        texts = texts or [message.problem(self, problem) for problem in self._get_problems(lines)]
        texts = texts or self._get_refusals(lines, message)
        if texts:
            raise UserError("\n".join(dict.fromkeys(texts)))

    def _get_problems(self, lines):
        """What the rules say against the plan, looking at what is open now, whoever else has a draft on it."""
        items = {
            line.move_line_id.id: allocation_plan.OpenItem(
                line.move_line_id.id, line.side, units(line.residual, line.currency_id)
            )
            for line in lines
            if line.move_line_id.parent_state == "posted" and not line.move_line_id.reconciled
        }
        found = allocation_plan.check_plan([line._as_plan_line() for line in lines], items)
        one_sided = lines and not any(line._paid_units() for line in lines)
        if one_sided or lines and self.transfer_partner_id:  # nobody has to pay what is written off or moved
            return [problem for problem in found if problem.code not in ("no_credit", "no_debit", "unbalanced")]
        return found

    def _get_refusals(self, lines, message):
        return [
            *[message.wrong_account(line) for line in self._get_outside(lines, "account_id", self._is_allowed_account)],
            *[message.out_of_scope(line) for line in self._get_outside(lines, "partner_id", self._is_in_scope)],
            *self._get_own_refusals(lines),
        ]

    @api.model
    def _get_outside(self, lines, name, is_inside):
        """The lines that fail a test which looks at one field alone: asked once for each of its values."""
        groups = lines.grouped(name).values()
        return lines.browse().union(*(group for group in groups if not is_inside(group[0])))

    def _is_allowed_account(self, line):
        account, root = line.account_id, self.company_id._get_adjustment_root()
        types = ["asset_receivable", *(["liability_payable"] if self.include_payables else [])]
        trade = account.account_type in types and not account.non_trade
        return account.active and account.reconcile and (trade or account in root.adjustment_prepayment_account_ids)

    def _is_in_scope(self, line):
        heads, partner = self._get_scope(), line.partner_id.commercial_partner_id
        while partner:
            if partner in heads:
                return True
            partner = partner.parent_id.commercial_partner_id if self.hierarchy != "local" else partner.browse()
        return False

    def _get_own_refusals(self, lines):
        """What stands against this voucher beyond its plan: its credits, currency and date, disputes, a transfer."""
        return [
            *self._get_refusals_of_kind(lines),
            *self._get_refusals_of_date(lines),
            *self._get_refusals_of_items(lines),
        ]

    def _get_refusals_of_kind(self, lines):
        credits = lines.filtered(lambda one: one.side == "credit").move_id
        if self.company_id._get_adjustment_root().adjustment_one_per_credit and len(credits) > 1:
            yield self.env._(
                "To authorize %s, keep one credit in it: the company wants one voucher per credit.", self.display_name
            )
        foreign = lines.filtered(lambda line: line.currency_id != self.currency_id)
        if self.kind == "single" and foreign:
            yield self.env._(
                "To apply %(item)s in %(own)s, choose «Multi currency»: this voucher is in %(currency)s alone.",
                item=foreign[0].document_name,
                own=foreign[0].currency_id.name,
                currency=self.currency_id.name,
            )

    def _get_refusals_of_date(self, lines):
        latest = max(lines.mapped("date"), default=self.date)
        if self.date < latest:
            yield self.env._(
                "To authorize %(voucher)s, date it %(latest)s or later: %(item)s is of that day.",
                voucher=self.display_name,
                latest=latest,
                item=lines.filtered(lambda line: line.date == latest)[0].document_name,
            )
        if self.date > fields.Date.context_today(self):
            yield self.env._("To authorize %s, give it a date up to today.", self.display_name)

    def _get_refusals_of_items(self, lines):
        blocked = lines.filtered(lambda line: line.move_id.payment_state == "blocked")
        if blocked:
            yield self.env._("To settle %s, unblock its payment first: it is in dispute.", blocked[0].document_name)
        if self.transfer_partner_id and len(set(lines.mapped("side"))) > 1:
            yield self.env._(
                "To transfer a balance, take credits only or debits only, and settle the rest in another voucher."
            )

    def _check_authority(self, lines):
        """Second person, limit, write-off ceiling: looked at on the user of this very call."""
        root, user = self.company_id._get_adjustment_root(), self.env.user
        value = self._get_value(lines)
        allowed = user.active and (user.has_group(APPROVER) or user.has_group(BILLING))
        if not (self.env.su or allowed):
            raise AccessError(self.env._("To authorize vouchers, ask for the right «Voucher Approver»."))
        if self._needs_second_person(value) and self.create_uid == user and not self.env.su:
            raise UserError(
                self.env._(
                    "To authorize %(voucher)s, ask a colleague: your company wants a second person, and you made it.",
                    voucher=self.display_name,
                )
            )
        message, limit = self.env["adjustment.message"], user.adjustment_limit
        if limit and value > limit:
            raise UserError(
                self.env._(
                    "To authorize %(voucher)s, ask an approver with a higher limit: it is worth %(value)s, yours is"
                    " %(limit)s.",
                    voucher=self.display_name,
                    value=message._amount(value, root.currency_id),
                    limit=message._amount(limit, root.currency_id),
                )
            )
        self._check_write_off(lines, user)

    def _needs_second_person(self, value):
        root = self.company_id._get_adjustment_root()
        return root.adjustment_four_eyes and value >= (root.adjustment_four_eyes_amount or 0)

    def _get_value(self, lines):
        """The value of the larger side in company currency."""
        sides = [
            sum(line._get_booked(line.amount) for line in lines if line.side == side) for side in ("credit", "debit")
        ]
        return max(sides)

    def _check_write_off(self, lines, user):
        """Within the tolerance anybody; beyond it a reason, and no more than the user's own ceiling."""
        beyond = lines.filtered(lambda line: units(line.write_off_amount, line.currency_id) > line._get_tolerance())
        if not beyond:
            return
        unexplained = beyond.filtered(lambda line: not (line.write_off_reason or self.memo or "").strip())
        if unexplained:
            raise UserError(
                self.env._("To write off more than the tolerance on %s, give a reason.", unexplained[0].document_name)
            )
        total = sum(line._get_booked(line.write_off_amount) for line in beyond)
        if not self.env.su and total > user.adjustment_write_off_limit:
            message, currency = self.env["adjustment.message"], self.company_id.currency_id
            raise UserError(
                self.env._(
                    "To write off %(amount)s, ask an approver whose ceiling allows it: yours is %(limit)s beyond the"
                    " tolerance.",
                    amount=message._amount(total, currency),
                    limit=message._amount(user.adjustment_write_off_limit, currency),
                )
            )


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    def _as_plan_line(self):
        own = self.currency_id
        return allocation_plan.PlanLine(
            key=self.move_line_id.id,
            side=self.side,
            amount=units(self.amount, own),
            discount=units(self.discount_amount, own),
            write_off=units(self.write_off_amount, own) + units(self.chargeback_amount, own),
            voucher_amount=self._paid_units(),
        )

    def _get_booked(self, amount):
        """The booked value of a part of the item, in company currency."""
        if not self.residual:
            return 0.0
        share = exchange.booked_share(
            units(self.company_residual, self.company_currency_id),
            units(self.residual, self.currency_id),
            units(amount, self.currency_id),
        )
        return money(share, self.company_currency_id)
