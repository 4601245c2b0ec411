"""What a voucher refuses, as sentences: they start from what the user wants to do and carry the figures."""

from odoo import api, models
from odoo.tools import format_amount

from .adjustment_voucher_line import money


class AdjustmentMessage(models.AbstractModel):
    _name = "adjustment.message"
    _description = "Sentences of the Adjustment Voucher"

    def _amount(self, amount, currency):
        return format_amount(self.env, amount, currency)

    @api.private
    def problem(self, voucher, problem):
        """:param problem: allocation_plan.Problem
        :return: sentence"""
        line = voucher.line_ids.filtered(lambda one: one.move_line_id.id == problem.key)[:1]
        figures = dict(problem.figures)
        sentences = {
            "no_credit": self._no_credit,
            "no_debit": self._no_debit,
            "not_positive": self._not_positive,
            "gone": self._gone,
            "over_residual": lambda _voucher, one, _figures: self.over_residual(one),
            "deductions_above_amount": self._deductions,
            "negative_deduction": self._deductions,
            "twice": self._twice,
            "wrong_side": self._gone,
            "unbalanced": self._unbalanced,
        }
        return sentences[problem.code](voucher, line, figures)

    def _no_credit(self, voucher, _line, _figures):
        return self.env._(
            "To authorize %s, give at least one credit an amount: the voucher applies none yet.", voucher.display_name
        )

    def _no_debit(self, voucher, _line, _figures):
        return self.env._(
            "To authorize %s, give at least one debit an amount: the voucher settles none yet.", voucher.display_name
        )

    def _not_positive(self, voucher, line, _figures):
        return self.env._(
            "To authorize %(voucher)s, give %(item)s an amount above zero.",
            voucher=voucher.display_name,
            item=line.document_name,
        )

    def _gone(self, voucher, line, _figures):
        return self.env._(
            "To authorize %(voucher)s, take %(item)s out: it is no longer an open, posted item%(by)s.",
            voucher=voucher.display_name,
            item=line.document_name,
            by=self._settled_by(line),
        )

    def _twice(self, voucher, line, _figures):
        return self.env._(
            "To authorize %(voucher)s, keep one line for %(item)s: it stands there twice.",
            voucher=voucher.display_name,
            item=line.document_name,
        )

    def _deductions(self, voucher, line, _figures):
        return self.env._(
            "To settle %(item)s with %(amount)s, lower its discount, write-off or chargeback: they are parts of it.",
            item=line.document_name,
            amount=self._amount(line.amount, line.currency_id),
        )

    def _unbalanced(self, voucher, _line, figures):
        currency = voucher.currency_id
        credit, debit = (money(figures[side], currency) for side in ("credit", "debit"))
        advice = (
            self.env._("Lower a credit or settle more.")
            if credit > debit
            else self.env._("Lower a debit, apply more credit, or book a discount, write-off or chargeback.")
        )
        return self.env._(
            "To authorize %(voucher)s, make both sides equal: credits apply %(credit)s, debits take %(debit)s, the"
            " difference is %(difference)s. %(advice)s",
            voucher=voucher.display_name,
            credit=self._amount(credit, currency),
            debit=self._amount(debit, currency),
            difference=self._amount(abs(credit - debit), currency),
            advice=advice,
        )

    @api.private
    def over_residual(self, line):
        """VC04, VC07: what is open now, what the voucher uses, and who matched in between."""
        return self.env._(
            "To apply %(item)s, use at most what is open now: %(open)s (%(value)s); the voucher uses %(used)s%(by)s."
            " «Load items» refreshes the amounts.",
            item=line.document_name,
            open=self._amount(abs(line.move_line_id.amount_residual_currency), line.currency_id),
            value=self._amount(abs(line.move_line_id.amount_residual), line.company_currency_id),
            used=self._amount(line.amount, line.currency_id),
            by=self._settled_by(line),
        )

    def _settled_by(self, line):
        """Who matched the item last, and when, as the end of a sentence."""
        item = line.move_line_id
        last = (item.matched_debit_ids | item.matched_credit_ids).sorted("id")[-1:]
        if not last:
            return ""
        other = (last.debit_move_id | last.credit_move_id) - item
        return self.env._(
            " (matched with %(document)s by %(user)s on %(time)s)",
            document=last.adjustment_voucher_id.name or other.move_id.name,
            user=last.sudo().create_uid.name,  # the name alone, of somebody of another company perhaps
            time=last.create_date.strftime("%Y-%m-%d %H:%M"),
        )

    @api.private
    def no_rate(self, line):
        voucher = line.voucher_id
        return self.env._(
            "To apply %(item)s, enter a rate on its line or in the currency table: there is none from %(own)s to"
            " %(target)s on %(date)s.",
            item=line.document_name,
            own=line.currency_id.name,
            target=voucher.currency_id.name,
            date=line.rate_date,
        )

    @api.private
    def out_of_scope(self, line):
        voucher = line.voucher_id
        return self.env._(
            "To apply %(item)s of %(partner)s in a voucher of %(customer)s, choose the hierarchy that includes both:"
            " %(hierarchy)s does not.",
            item=line.document_name,
            partner=line.partner_id.display_name or self.env._("no customer"),
            customer=voucher.partner_id.display_name,
            hierarchy=dict(voucher._fields["hierarchy"]._description_selection(self.env))[voucher.hierarchy],
        )

    @api.private
    def wrong_account(self, line):
        return self.env._(
            "To apply %(item)s, move it to a receivable account first: %(account)s is not one whose items vouchers"
            " apply.",
            item=line.document_name,
            account=line.account_id.display_name,
        )

    @api.private
    def missing_account(self, setting):
        return self.env._(
            "To book this voucher, ask an administrator to set «%s» under Accounting, Settings, Adjustment Vouchers.",
            setting,
        )

    @api.private
    def open_item_account(self, setting, account):
        return self.env._(
            "To book this voucher, ask an administrator to choose another «%(setting)s»: what is booked on %(account)s"
            " would be a new open item.",
            setting=setting,
            account=account.display_name,
        )

    @api.private
    def locked(self, voucher, date, first_open):
        return self.env._(
            "To book %(voucher)s, choose a date from %(first)s on: %(date)s is in a locked period.",
            voucher=voucher.display_name,
            first=first_open,
            date=date,
        )

    @api.private
    def all_claimed(self, line):
        return self.env._(
            "To get a proposal, tick items that no other open voucher claims: %(item)s is in %(voucher)s. An amount"
            " typed by hand is taken as it is.",
            item=line.document_name,
            voucher=line.claimed_by,
        )

    @api.private
    def all_settled(self, line):
        return self.env._(
            "To get a proposal, take %s out and load what is open: nothing is left of it to apply.", line.document_name
        )
