"""Loading open items and proposing how much of each the voucher settles."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .. import allocation, allocation_plan
from .adjustment_voucher_line import money, units
from .engine import engine

LARGEST_LOAD = 5000


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    # ------------------------------------------------------------------ which items

    def _get_scope(self):
        """The customers whose items may stand in this voucher.

        :return: res.partner, the heads of the trees that the hierarchy includes
        """
        self.ensure_one()
        head = self.partner_id.commercial_partner_id
        if self.hierarchy == "group":
            while head.parent_id:
                head = head.parent_id.commercial_partner_id
        return head

    def _get_partner_domain(self):
        heads = self._get_scope()
        if self.hierarchy == "local":
            return Domain("partner_id.commercial_partner_id", "in", heads.ids)
        return Domain("partner_id", "child_of", heads.ids)

    def _get_account_domain(self):
        root = self.company_id._get_adjustment_root()
        domain = Domain("account_id.account_type", "=", "asset_receivable") & Domain("account_id.non_trade", "=", False)
        if self.include_payables:
            domain |= Domain("account_id.account_type", "=", "liability_payable") & Domain(
                "account_id.non_trade", "=", False
            )
        if root.adjustment_prepayment_account_ids:
            prepaid = Domain("account_id", "in", root.adjustment_prepayment_account_ids.ids)
            if not root.adjustment_prepayment_unpaid:
                prepaid &= Domain("move_id.payment_state", "in", ("paid", "in_payment", "reversed")) | Domain(
                    "move_id.move_type", "=", "entry"
                )
            domain |= prepaid
        return domain

    def _get_item_domain(self):
        """Open posted items of the customers in scope, as far as the filters of the voucher let them."""
        domain = (
            Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual_currency", "!=", 0)
            & Domain("company_id", "child_of", self.company_id.root_id.id)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("date", "<=", self.date)
            & self._get_account_domain()
            & self._get_partner_domain()
        )
        filters = [
            (self.kind == "single", ("currency_id", "=", self.currency_id.id)),
            (self.source_journal_ids, ("journal_id", "in", self.source_journal_ids.ids)),
            (self.date_from, ("date", ">=", self.date_from)),
            (self.date_to, ("date", "<=", self.date_to)),
        ]
        return domain & Domain.AND([Domain(*term) for wanted, term in filters if wanted])

    def action_load_items(self):
        """Take in every open item that the voucher's customer, hierarchy and filters let in.

        Amounts already given stay, as far as they are still open; items that were settled elsewhere are taken out.

        :raise UserError: when there is nothing to load, or more than a voucher can hold
        """
        for voucher in self:
            voucher._check_open(self.env._("change"))
            voucher._load_items()
        return True

    def _load_items(self):
        known = self.line_ids.move_line_id
        items = self.env["account.move.line"].search(
            self._get_item_domain(), order="date_maturity, date, id", limit=LARGEST_LOAD + 1
        )
        if len(items) > LARGEST_LOAD:
            raise UserError(
                self.env._(
                    "To load the items, choose dates or journals: more than %s items of this customer are open.",
                    LARGEST_LOAD,
                )
            )
        stale = self.line_ids.filtered(
            lambda line: not line.residual or not line.amount and line.move_line_id not in items
        )
        for line in (self.line_ids - stale).filtered(lambda one: one.amount > one.residual):
            line.amount = line.residual
        commands = [Command.delete(line.id) for line in stale]
        commands += [Command.create({"move_line_id": item.id}) for item in items - known]
        self.write({"line_ids": commands})

    # ------------------------------------------------------------------ proposal

    def action_allocate(self):
        """Propose the current adjustments by the voucher's method.

        Ticked items are used when there are any on their side, else all that were loaded. What other open vouchers
        claim is left to them.
        """
        for voucher in self:
            voucher._check_open(self.env._("change"))
            if not voucher.line_ids:
                voucher._load_items()
            voucher._bump_version()
            with engine():  # a proposal is not taken for what was entered by hand
                voucher._allocate()
        return True

    def _get_methods(self):
        return [self.method]

    def _allocate(self):
        lines = self._lines_to_allocate()
        self._check_unclaimed(lines)
        self.line_ids._clear_amounts()
        plan = self._get_plan(lines)
        self._apply_proposal(plan, self.line_ids._by_item())
        self._close_small_rests(lines)

    def _get_plan(self, lines):
        """The proposal, for the value date of the credits that it uses."""
        dates = {line.move_line_id.id: line.date for line in lines if line.side == "credit" and line._get_available()}
        plan = self._get_plan_of_day(lines, max(dates.values(), default=self.date))
        used = max((dates[step.credit] for step in plan.allocations), default=self.value_date)
        return self._get_plan_of_day(lines, used) if used != self.value_date else plan

    def _get_plan_of_day(self, lines, day):
        if self.value_date != day:
            self.value_date = day
        self._check_rates(lines)
        return allocation.propose(
            [line._as_open_item() for line in lines if line._get_available()], self._get_methods()
        )

    def _close_small_rests(self, lines):
        """Debits first; what a credit has left closes when no debit is there that could still take it."""
        debits = lines.filtered(lambda line: line.side == "debit")
        debits._close_within_tolerance()
        if all(line.currency_id.is_zero(line.remaining) for line in debits):
            lines.filtered(lambda line: line.side == "credit")._close_within_tolerance()

    def _lines_to_allocate(self):
        lines = self.env["adjustment.voucher.line"]
        for side in ("credit", "debit"):
            own = self.line_ids.filtered(lambda line, side=side: line.side == side)
            lines |= own.filtered("amount") or own
        return lines

    def _check_unclaimed(self, lines):
        """:raise UserError: when other open vouchers claim all of a side, or nothing of it is open any more, so that
        nothing would be proposed"""
        messages = self.env["adjustment.message"]
        for side in ("credit", "debit"):
            own = lines.filtered(lambda line, side=side: line.side == side)
            if own and not any(line._get_available() for line in own):
                claimed = own.filtered("claimed_by")[:1]
                raise UserError(messages.all_claimed(claimed) if claimed else messages.all_settled(own[0]))

    def _check_rates(self, lines):
        missing = lines.filtered(lambda line: not line.rate)
        if missing:
            raise UserError(self.env["adjustment.message"].no_rate(missing[0]))

    def _apply_proposal(self, plan, by_key):
        totals = {}
        for step in plan.allocations:
            for key, amount, discount in (
                (step.credit, step.credit_amount, 0),
                (step.debit, step.debit_amount, step.discount),
            ):
                before = totals.get(key, (0, 0))
                totals[key] = (before[0] + amount, before[1] + discount)
        amounts = {}
        for key, (amount, discount) in totals.items():
            line = by_key[key]
            if line.side == "credit":  # a credit note that gives a discount back closes more than it pays (A23)
                settled = units(line._get_settled(money(amount, line.currency_id)), line.currency_id)
                amount, discount = settled, settled - amount
            amounts[line] = (money(amount, line.currency_id), money(discount, line.currency_id))
        self.line_ids._set_amounts(amounts)
        self.plan = [[step.credit, step.debit, step.amount] for step in plan.allocations]
        self._settle_rounding(plan, by_key)

    def _settle_rounding(self, plan, by_key):
        """Where a conversion leaves a unit of difference between the two sides, the debits' value follows the credits'."""
        difference = units(self.difference, self.currency_id)
        foreign = [
            by_key[step.debit] for step in plan.allocations if by_key[step.debit].currency_id != self.currency_id
        ] or [by_key[step.credit] for step in plan.allocations if by_key[step.credit].currency_id != self.currency_id]
        if difference and foreign and abs(difference) <= 2 * len(plan.allocations):
            line = foreign[-1]
            step = difference if line.side == "debit" else -difference
            line.voucher_amount += money(step, self.currency_id)


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    @api.model
    def _set_amounts(self, amounts):
        """Adjustment and discount of many lines in one go: line by line, each would look at all the others again.

        :param amounts: {line: (adjustment, discount)}, rounded to the line's currency
        """
        names, lines = ["amount", "discount_amount"], self.browse([line.id for line in amounts])
        lines.flush_recordset(names)
        lines._write_multi([dict(zip(names, pair, strict=True)) for pair in amounts.values()])
        lines.invalidate_recordset(names, flush=False)
        with self.env.protecting([self._fields[name] for name in names], lines):
            lines.modified(names)

    def _get_available(self):
        """Units of the item's currency that no other open voucher claims."""
        return max(0, units(self.residual, self.currency_id) - units(self.claimed_amount, self.currency_id))

    def _as_open_item(self):
        item, available = self.move_line_id, self._get_available()
        discount = units(self._get_discount(money(available, self.currency_id)), self.currency_id)
        if self.side == "credit":
            available, discount = available - discount, 0
        return allocation_plan.OpenItem(
            key=item.id,
            side=self.side,
            residual=available,
            currency=self.currency_id.id,
            due=item.date_maturity or item.date,
            date=item.date,
            priority=0 if self.move_id.adjustment_charge_item_id and self._charges_first() else 1,
            discount=discount,
            rate=self._exact_rate(),
            partner=item.partner_id.commercial_partner_id.id,
            named=self._get_named(),
        )

    def _charges_first(self):
        return self.voucher_id.company_id._get_adjustment_root().adjustment_charges_first

    def _get_named(self):
        """The debits that this credit was given for, by the documents it names."""
        if self.side != "credit":
            return ()
        documents = self.move_id._get_adjustment_debits()
        if not documents:
            return ()
        items = self.voucher_id.line_ids.filtered(
            lambda line: line.side == "debit" and line.move_id in documents
        ).move_line_id
        order = {document: place for place, document in enumerate(documents)}
        return tuple(items.sorted(lambda item: (order[item.move_id], item.date_maturity or item.date, item.id)).ids)
