"""Authorizing: gather the items under a lock, decide, book one entry and match; or match alone where nothing is to book."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .. import entry
from .adjustment_voucher_line import money, units
from .engine import engine
from .rows import log_notes


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def action_authorize(self):
        """Book and match the vouchers. A voucher that is authorized already stays as it is, so a repeated call is safe.

        :raise UserError: a sentence per voucher saying what stands against it; nothing is booked then
        """
        if not self:
            raise UserError(self.env._("To authorize, choose at least one voucher."))
        self._check_approver(self.env._("authorize"))
        for voucher in self.sorted("id"):
            voucher._lock()
            if voucher.state == "authorized":
                continue
            lines = voucher._gather()
            voucher._check_ready(lines)
            voucher._book(voucher._decide(lines), lines)
        return True

    # ------------------------------------------------------------------ gather

    def _lock(self):
        """Take the voucher's row: of two callers at once the second starts anew, on what the first has done."""
        self.flush_recordset()
        self.env.execute_query(SQL("SELECT id FROM adjustment_voucher WHERE id = %s FOR NO KEY UPDATE", self.id))
        self.invalidate_recordset()

    def _gather(self):
        """The lines with an amount, their items locked by id; a changed item makes the whole call start anew."""
        lines = self.line_ids.filtered("amount").sorted(lambda line: (line.sequence, line.date_maturity, line.id))
        items = lines.move_line_id
        items.flush_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM account_move_line WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                sorted(items.ids),
            )
        )
        items.invalidate_recordset(["amount_residual", "amount_residual_currency", "reconciled", "parent_state"])
        return lines

    # ------------------------------------------------------------------ decide

    def _decide(self, lines):
        """:return: entry.Entry of these lines"""
        return entry.build(
            [line._as_settled() for line in lines],
            self.company_id.currency_id.id,
            [tuple(wish) for wish in self.plan or []],
            {partner.id: partner.commercial_partner_id.id for partner in lines.partner_id},
        )

    # ------------------------------------------------------------------ apply

    def _book(self, booked, lines):
        """Everything in one transaction: number, entry, matches, applications, late charges, state."""
        self.ensure_one()
        self._check_date_open(self.date)
        value = self._get_value(lines)  # of what is open before anything is matched
        charged = self._get_charged_lines()
        (lines | charged)._keep_residuals()
        with engine(self.id):
            self._number_it()
            move = self._create_entry(booked) if not booked.direct else self.env["account.move"]
            self._match(booked, move)
            self._record(booked)
            self.write(
                {
                    "state": "authorized",
                    "move_id": move.id,
                    "authorized_by_id": self.env.uid,
                    "authorized_on": fields.Datetime.now(),
                    "open_reason": False,
                    "company_amount": value,
                    "exchange_amount": money(sum(pair.exchange for pair in booked.pairs), self.company_currency_id),
                }
            )
            (self.line_ids - lines - charged).unlink()
            self._book_late_charges(charged)
        self._tell_documents(lines)

    def _number_it(self):
        sequence = self._get_sequence() if not self.name else None
        while not self.name:
            number = sequence.next_by_id(self.date)
            typed = self.search_count([("company_id", "=", self.company_id.id), ("name", "=", number)], limit=1)
            self.name = not typed and number

    def _get_sequence(self):
        sequence = self.company_id._get_adjustment_sequence(
            "adjustment_sequence_id", "adjustment.voucher", self.env._("Adjustment Vouchers"), "AV/%(range_year)s/"
        )
        self._take_turns_for_a_new_year(sequence)
        return sequence

    def _take_turns_for_a_new_year(self, sequence):
        """The first two vouchers of a year at once: the second starts anew and finds the range that the first made."""
        known = sequence.date_range_ids.filtered(lambda one: one.date_from <= self.date <= one.date_to)
        if sequence.use_date_range and not known:
            self.env.cr.execute(SQL("UPDATE ir_sequence SET write_date = write_date WHERE id = %s", sequence.id))

    def _check_date_open(self, date):
        """:raise UserError: when the date is in a locked period; a voucher without an entry is no exception"""
        first = self._get_first_open(date)
        if first != date:
            raise UserError(self.env["adjustment.message"].locked(self, date, first))

    def _moves_tax(self):
        """Whether matching or deducting books tax: cash basis, discount with tax, write-off with tax."""
        moves = self.line_ids.filtered("amount").move_id
        exigible = "on_payment" in moves.line_ids.tax_ids.mapped("tax_exigibility")
        return exigible or bool(self.line_ids.filtered(lambda line: line.discount_amount or line.write_off_amount))

    def _get_first_open(self, date):
        """The first day from ``date`` on that no lock forbids; what is taxed is looked at where some lock does."""
        if not self.company_id._get_violated_lock_dates(date, True, self.journal_id):
            return date
        violated = self.company_id._get_violated_lock_dates(date, self._moves_tax(), self.journal_id)
        return max(lock for lock, _field in violated) + timedelta(days=1) if violated else date

    def _create_entry(self, booked):
        self._check_journal_usable()
        by_key = self.line_ids._by_item()
        commands, places = [], []
        for leg in booked.legs:
            for vals in self._prepare_leg(leg, by_key.get(leg.key)):
                commands.append(vals)
                places.append(leg)
        move = (
            self.env["account.move"]
            .with_context(skip_invoice_sync=True)
            .create(self._prepare_entry([fields.Command.create(vals) for vals in commands]))
        )
        self._check_cost_center(move)
        move._post(soft=False)
        return move

    def _check_cost_center(self, move):
        """:raise UserError: when an account that the voucher adds asks for an analytic plan (S4.29)"""
        added = move.line_ids.filtered(lambda leg: leg.adjustment_leg in ("exchange", "discount", "write_off"))
        try:
            added.with_context(validate_analytic=True)._validate_analytic_distribution()
        except ValidationError as refusal:
            raise UserError(
                self.env._(
                    "To authorize %(voucher)s, complete its analytic distribution: %(accounts)s asks for one that adds up"
                    " to 100 %%.",
                    voucher=self.display_name,
                    accounts=", ".join(added.account_id.mapped("display_name")),
                )
            ) from refusal

    def _check_journal_usable(self):
        if not self.journal_id or not self.journal_id.active:
            raise UserError(self.env._("To book %s, choose a miscellaneous journal that is in use.", self.display_name))

    def _prepare_entry(self, commands):
        return {
            "move_type": "entry",
            "date": self.date,
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "ref": " ".join(filter(None, [self.name, self.memo])),
            "partner_id": self.partner_id.commercial_partner_id.id,
            "adjustment_voucher_id": self.id,
            "always_tax_exigible": True,  # a discount takes its tax back at once, also that of a cash basis tax
            "line_ids": commands,
        }

    # ------------------------------------------------------------------ match and tell

    def _match(self, booked, move):
        """Match each leg with its item, or the items with each other, for exactly the planned amounts."""
        plan = self._plan_of_pairs(booked) if booked.direct else self._plan_of_legs(move)
        self.env["account.partial.reconcile"]._match_planned(plan, dict.fromkeys(plan, self.id))
        if any(not leg.reconciled for leg in move.line_ids if leg.adjustment_leg == "item"):
            raise UserError(
                self.env._("To authorize %s, load the items again: they changed meanwhile.", self.display_name)
            )

    def _plan_of_pairs(self, booked):
        company = self.company_currency_id
        currency = {item.key: self.env["res.currency"].browse(item.currency) for item in booked.items}
        return {
            (pair.debit, pair.credit): (
                money(pair.debit_share, company),
                money(pair.debit_amount, currency[pair.debit]),
                money(pair.credit_amount, currency[pair.credit]),
            )
            for pair in booked.pairs
        }

    def _plan_of_legs(self, move):
        plan = {}
        for leg in move.line_ids.filtered(lambda one: one.adjustment_leg == "item"):
            item = leg.adjustment_item_id
            key = (leg.id, item.id) if (leg.balance or leg.amount_currency) > 0 else (item.id, leg.id)
            amount = abs(leg.amount_currency)
            plan[key] = (abs(leg.balance), amount, amount)
        return plan

    def _tell_documents(self, lines):
        """A line in the chatter of each document, so that it tells by itself what happened to it."""
        body = self.env._("Applied by voucher %s", self._get_html_link())
        log_notes(lines.move_id, dict.fromkeys(lines.move_id.ids, body))


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    def _keep_residuals(self):
        """What was open before, kept with the lines."""
        self._write_residuals([(line.id, line.residual, line.company_residual) for line in self])

    @api.model
    def _write_residuals(self, rows):
        """:param rows: (id of the line, what was open of its item in its own currency, the same in the company's)"""
        self.env.cr.execute_values(
            """UPDATE adjustment_voucher_line l SET residual_before = v.own, company_residual_before = v.company
                 FROM (VALUES %s) AS v(id, own, company) WHERE v.id = l.id""",
            rows,
            page_size=1000,
        )
        self.invalidate_model(["residual_before", "company_residual_before"], flush=False)

    def _as_settled(self):
        item = self.move_line_id
        return entry.Settled(
            key=self._item_key(),
            side=self.side,
            currency=self.currency_id.id,
            account=item.account_id.id,
            partner=item.partner_id.id,
            amount=units(self.amount, self.currency_id),
            residual=units(abs(item.amount_residual_currency), self.currency_id),
            company_residual=units(abs(item.amount_residual), self.company_currency_id),
            paid=0 if self.voucher_id.transfer_partner_id else self._paid_units(),
            deductions=tuple(self._as_deductions()),
        )

    def _as_deductions(self):
        for kind, amount in self._deductions():
            account = self.account_id.id if kind == "chargeback" else 0
            yield entry.Deduction(kind, amount, self.partner_id.id, account)
        target = self.voucher_id.transfer_partner_id
        rest = units(self.amount, self.currency_id) - sum(part for _kind, part in self._deductions())
        if target and rest:
            owner, account = target.commercial_partner_id, self._get_transfer_account(target)
            yield entry.Deduction("transfer", rest, owner.id, account.id)
