"""What each of the linked vouchers books: its own items, and what is due from and to the other companies."""

from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError

from .. import allocation_plan, companies
from .adjustment_voucher_line import money, units


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    # ------------------------------------------------------------------ deciding

    def _get_own_units(self):
        """What the own credits and debits pay, in units of the voucher's currency."""
        lines = self._lines().filtered("amount")
        return [sum(line._paid_units() for line in lines if line.side == side) for side in ("credit", "debit")]

    def _get_problems(self, lines):
        """Either side may stand in another company, so the two sides are compared over all companies."""
        found = super()._get_problems(lines)
        if not self._is_linked():
            return found
        found = [problem for problem in found if problem.code not in ("no_credit", "no_debit", "unbalanced")]
        sides = [voucher._get_own_units() for voucher in self._get_group()]
        credit, debit = map(sum, zip(*sides, strict=True))
        if credit != debit:
            figures = (("credit", credit), ("debit", debit), ("difference", credit - debit))
            found.append(allocation_plan.Problem("unbalanced", 0, figures))
        return found

    def _get_own_refusals(self, lines):
        texts, head = super()._get_own_refusals(lines), self.sudo().parent_id
        if head and (head.currency_id, head.date) != (self.currency_id, self.date):
            texts.append(
                self.env._(
                    "To settle %(voucher)s with %(head)s, give both the same currency and date: %(currency)s, %(date)s.",
                    voucher=self.display_name,
                    head=head.display_name,
                    currency=head.currency_id.name,
                    date=head.date,
                )
            )
        return texts

    def _decide(self, lines):
        if not self._is_linked():
            return super()._decide(lines)
        return self._decide_group({self: lines})[self]

    def _decide_group(self, known=None):
        """The entries of all vouchers that settle together; those that are paid first: what crosses is worth what it pays.

        :param known: {voucher: lines} where they are at hand already
        :return: {voucher: entry.Entry}
        """
        known = known or {}
        members = self._get_group().sudo()  # figures of companies that the user may not see go into no text
        mine = {voucher._origin.id: voucher for voucher in known}
        members = [mine.get(voucher._origin.id, voucher) for voucher in members]
        head, *linked = members
        dues = {voucher: companies.kept_apart(*voucher._get_own_units()) for voucher in linked}
        decided = {}
        for voucher in linked:
            if not dues[voucher] or dues[voucher][0] == "credit":
                decided[voucher] = voucher._decide_with(voucher._as_dues(head, dues[voucher], None), known)
        at_head = [due for one in linked for due in head._as_dues(one, head._turned(dues[one]), decided.get(one))]
        decided[head] = head._decide_with(at_head, known)
        for voucher in linked:
            if voucher not in decided:
                decided[voucher] = voucher._decide_with(voucher._as_dues(head, dues[voucher], decided[head]), known)
        return decided

    @api.model
    def _turned(self, due):
        return due and ("debit" if due[0] == "credit" else "credit", due[1])

    def _decide_with(self, dues, known):
        lines = known.get(self)
        if lines is None:
            lines = self._lines().filtered("amount")
        wishes = [tuple(wish) for wish in self.plan or []]
        return companies.build([line._as_settled() for line in lines], dues, self.company_id.currency_id.id, wishes)

    def _as_dues(self, other, due, decided):
        """:param due: (side, units of the voucher's currency), or None
        :param decided: entry of the other voucher, where it says what the amount is worth
        :return: [companies.Due]"""
        if not due:
            return []
        side, amount = due
        return [
            companies.Due(
                key=-other._origin.id,
                side=side,
                currency=self.currency_id.id,
                account=self._get_due_account(side).id,
                partner=other.company_id.root_id.sudo().partner_id.id,  # a company's own contact
                amount=amount,
                value=self._get_due_value(other, amount, decided),
            )
        ]

    def _get_due_account(self, side):
        root = self.company_id._get_adjustment_root()
        account = root.adjustment_due_from_account_id if side == "credit" else root.adjustment_due_to_account_id
        if not account or not account.active:
            setting = (
                self.env._("Due from Other Companies") if side == "credit" else self.env._("Due to Other Companies")
            )
            raise UserError(
                self.env._(
                    "To settle with another company, ask an administrator to set «%(setting)s» of %(company)s under"
                    " Accounting, Settings, Adjustment Vouchers.",
                    setting=setting,
                    company=root.name,
                )
            )
        return account

    def _get_due_value(self, other, amount, decided):
        """What the amount is worth in this company's books, in units; None for what it pays here."""
        own, agreed = self.company_id.currency_id, self.currency_id
        if agreed == own:
            return amount
        if decided is None:
            return None
        if other.company_id.currency_id == own:
            return companies.values(decided)[-self._origin.id]
        rate = self.env["adjustment.voucher.line"]._get_rate(agreed, own, self.company_id, self.date)
        return units(own.round(money(amount, agreed) * rate), own)

    # ------------------------------------------------------------------ booking

    def _prepare_leg(self, leg, line):
        if leg.kind != "due":
            return super()._prepare_leg(leg, line)
        currency, other = self.currency_id, self.browse(-leg.key).sudo()  # the other company's name alone
        return [
            {
                "name": self.env._(
                    "%(customer)s, settled with %(company)s",
                    customer=self.partner_id.commercial_partner_id.display_name,
                    company=other.company_id.root_id.name,
                ),
                "partner_id": leg.partner,
                "account_id": leg.account,
                "currency_id": currency.id,
                "amount_currency": money(leg.amount, currency),
                "balance": money(leg.balance, self.company_id.currency_id),
                "date_maturity": self.date,
                "adjustment_leg": "due",
                "adjustment_item_id": False,
            }
        ]

    def _record(self, booked):
        """Applications across companies have one side in each of them."""
        within = [pair for pair in booked.pairs if min(pair.credit, pair.debit) > 0]
        across = [pair for pair in booked.pairs if min(pair.credit, pair.debit) < 0]
        by_key, deducted, rows = {item.key: item for item in booked.items}, {pair.debit for pair in within}, []
        for pair in across:
            row = self._prepare_across(pair, by_key.get(pair.credit), by_key.get(pair.debit))
            if pair.debit > 0 and pair.debit not in deducted:
                row |= self._prepare_deducted(by_key[pair.debit])
            deducted.add(pair.debit)
            rows.append(row)
        self._insert_allocations(rows)
        return super()._record(replace(booked, pairs=tuple(within)))

    def _prepare_across(self, pair, credit, debit):
        """:param credit, debit: entry.Settled, None for the side of the other company"""
        company, currency = self.company_currency_id, self.env["res.currency"].browse
        return {
            "voucher_id": self.id,
            "credit_move_line_id": credit and credit.key,
            "debit_move_line_id": debit and debit.key,
            "amount": money(pair.amount, self.currency_id),
            "credit_amount": money(pair.credit_amount, currency(credit.currency) if credit else self.currency_id),
            "debit_amount": money(pair.debit_amount, currency(debit.currency) if debit else self.currency_id),
            "credit_value": money(pair.credit_share, company),
            "debit_value": money(pair.debit_share, company),
            "exchange_amount": money(pair.exchange, company),
        }
