"""Authorizing many vouchers at once: gather all lines in one look, decide each, book and match all together."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from .. import entry, plain
from .account_partial_reconcile_set import QUIET
from .adjustment_voucher_line import money
from .engine import engine
from .rows import log_notes

CHECKS = ("_check_ready", "_check_authority", "_get_problems", "_get_refusals", "_get_own_refusals")
NAMES = 3  # how many documents the label of a leg names


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _authorize_together(self):
        self._lock_set()
        waiting = self.filtered(lambda voucher: voucher.state != "authorized")
        waiting._check_open(self.env._("authorize"))
        waiting._check_not_returned(self.env._("authorize"))
        lines = waiting._gather_set()
        decided = {voucher: voucher._decide_in_set(lines[voucher]) for voucher in waiting}
        waiting._check_dates_open()
        waiting._book_set(decided, lines)

    # ------------------------------------------------------------------ gather

    def _lock_set(self):
        self.flush_recordset()
        self.env.execute_query(
            SQL("SELECT id FROM adjustment_voucher WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", self.ids)
        )
        self.invalidate_recordset()

    def _gather_set(self):
        """:return: {voucher: [plain.Line] of its lines with an amount}, their items locked by id"""
        self.env["adjustment.voucher.line"].flush_model()
        self.env["account.move.line"].flush_model()
        self.env.execute_query(
            SQL(
                """SELECT id FROM account_move_line WHERE id = ANY(ARRAY(
                          SELECT move_line_id FROM adjustment_voucher_line WHERE voucher_id = ANY(%s) AND amount > 0))
                    ORDER BY id FOR NO KEY UPDATE""",
                self.ids,
            )
        )
        found = {voucher.id: (voucher, []) for voucher in self}
        for row in self.env.execute_query(self._get_lines_query()):
            voucher, lines = found[row[0]]
            lines.append(voucher._as_line(*row[1:]))
        return dict(found.values())

    def _get_lines_query(self):
        return SQL(
            """SELECT l.voucher_id, l.id, i.id, l.side, i.currency_id, i.account_id, i.partner_id, p.commercial_partner_id,
                      i.move_id, l.amount::float8, i.amount_residual_currency::float8, i.amount_residual::float8,
                      l.voucher_amount::float8, l.discount_amount::float8, l.write_off_amount::float8,
                      l.chargeback_amount <> 0 OR l.late_charge_amount <> 0 OR l.late_charge_proposed <> 0,
                      i.parent_state = 'posted' AND i.reconciled IS NOT TRUE AND a.account_type = 'asset_receivable'
                      AND a.non_trade IS NOT TRUE AND a.active AND a.reconcile AND m.payment_state <> 'blocked'
                      AND COALESCE(y.state, 'paid') NOT IN ('rejected', 'canceled'),
                      COALESCE(l.rate, 0) > 0, i.date, COALESCE(i.date_maturity, i.date), COALESCE(m.name, i.name), i.company_id
                 FROM adjustment_voucher_line l
                 JOIN account_move_line i ON i.id = l.move_line_id
                 JOIN account_move m ON m.id = i.move_id
                 JOIN account_account a ON a.id = i.account_id
            LEFT JOIN account_payment y ON y.id = m.origin_payment_id
            LEFT JOIN res_partner p ON p.id = i.partner_id
                WHERE l.voucher_id = ANY(%s) AND l.amount > 0
             ORDER BY l.voucher_id, l.sequence, l.date_maturity, l.id""",
            self.ids,
        )

    def _as_line(self, key, item, side, currency, account, partner, owner, document, amount, residual, company_residual,
                 value, discount, write_off, other, usable, rated, date, due, name, company):  # fmt: skip
        unit = self.env["res.currency"].browse(currency).rounding
        return plain.Line(
            id=key,
            item=item,
            side=side,
            currency=currency,
            account=account,
            partner=partner or 0,
            owner=owner or 0,
            document=document,
            amount=round(amount / unit),
            residual=round(abs(residual) / unit),
            company_residual=round(abs(company_residual) / self.company_currency_id.rounding),
            value=round(value / self.currency_id.rounding),
            discount=round((discount or 0.0) / unit),
            write_off=round((write_off or 0.0) / unit),
            other=bool(other),
            usable=bool(usable) and self.env["res.company"].browse(company).root_id == self.root_company_id,
            rated=bool(rated),
            date=date,
            due=due,
            name=name or "",
        )

    # ------------------------------------------------------------------ decide

    def _decide_set(self, lines):
        """:return: entry.Entry of these values, as ``_decide`` gives it for records"""
        return entry.build(
            [line.as_settled() for line in lines],
            self.company_currency_id.id,
            [tuple(wish) for wish in self.plan or []],
            {line.partner: line.owner for line in lines},
        )

    def _decide_in_set(self, lines):
        """The whole check first for a voucher that is not plain, or when its user or another addon asks for more.

        :return: entry.Entry
        :raise UserError: as ``action_authorize`` does
        """
        sound = plain.is_plain(self._as_head(), lines)
        if not sound:
            self._check_ready(self._gather())
        decided = self._decide_set(lines)
        if sound and self._is_asked_for_more(self._get_value_of(decided)):
            self._check_ready(self._gather())
        return decided

    def _as_head(self):
        return plain.Head(
            owner=self.partner_id.commercial_partner_id.id,
            currency=self.currency_id.id,
            single=self.kind == "single",
            date=self.date,
            today=fields.Date.context_today(self),
            one_credit=self.company_id._get_adjustment_root().adjustment_one_per_credit,
        )

    def _is_asked_for_more(self, value):
        """Whether the user's limit, the second person or a check of another addon has a word in it."""
        user, amount = self.env.user, money(value, self.company_currency_id)
        return (
            bool(user.adjustment_limit and amount > user.adjustment_limit)
            or self._needs_second_person(amount)
            or not user.active
            or self._has_checks_of_others()
        )

    @api.model
    def _has_checks_of_others(self):
        return any(
            name in vars(definition) and not definition.__module__.startswith("odoo.addons.adjustment_voucher.")
            for definition in type(self).mro()
            for name in CHECKS
        )

    @api.model
    def _get_value_of(self, decided):
        """The value of the larger side, in company units."""
        legs = [leg.balance for leg in decided.legs if leg.kind == "item"]
        return max(sum(value for value in legs if value > 0), -sum(value for value in legs if value < 0))

    def _check_dates_open(self):
        """:raise UserError: for a voucher dated in a locked period"""
        for (company, date, journal), vouchers in self.grouped(
            lambda one: (one.company_id, one.date, one.journal_id)
        ).items():
            if company._get_violated_lock_dates(date, True, journal):
                for voucher in vouchers:
                    voucher._check_date_open(date)

    # ------------------------------------------------------------------ apply

    def _book_set(self, decided, lines):
        """Numbers, entries, matches, applications and states of all, each in one go.

        :param decided: {voucher: entry.Entry}
        :param lines: {voucher: [plain.Line]}
        """
        with engine():
            self._keep_residuals(lines)
            self._number_set()
            moves = self._create_entries(decided, lines)
            self._write_authorized(decided, moves)
            self._drop_unused(lines)
            rates = self._get_standard_rates(decided)
            self._insert_allocations([row for one in self for row in one._prepare_allocations(decided[one], rates)])
            self._match_set(decided, moves, lines)
        self._tell_documents_set({voucher: [line.document for line in found] for voucher, found in lines.items()})

    def _keep_residuals(self, lines):
        """What was open before, kept with the lines."""
        rows = [
            (line.id, money(line.residual, self.env["res.currency"].browse(line.currency)),
             money(line.company_residual, voucher.company_currency_id))
            for voucher, found in lines.items() for line in found
        ]  # fmt: skip
        self.env["adjustment.voucher.line"]._write_residuals(rows)

    def _number_set(self):
        """The next numbers of the sequence, in the order of the vouchers; what somebody typed by hand is passed over."""
        unnamed = self.filtered(lambda one: not one.name)
        for company, vouchers in unnamed.grouped("company_id").items():
            numbers = self._next_numbers(vouchers[0]._get_sequence(), vouchers.mapped("date"))
            typed = self._get_taken(company, numbers)
            for voucher, number in zip(vouchers.with_context(**QUIET), numbers, strict=True):
                if number in typed:
                    voucher._number_it()
                else:
                    voucher.name = number

    @api.model
    def _get_taken(self, company, numbers):
        """Those of the numbers that a voucher has; each is looked up by itself, however many vouchers there are."""
        self.env["adjustment.voucher"].flush_model(["company_id", "name"])
        rows = self.env.execute_query(
            SQL(
                """SELECT n.name FROM unnest(%s::varchar[]) AS n(name)
                    WHERE (SELECT TRUE FROM adjustment_voucher v
                            WHERE v.company_id = %s AND v.name = n.name AND v.name <> '' LIMIT 1)""",
                numbers,
                company.id,
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _next_numbers(self, sequence, dates):
        """:return: a number for each date; the range of a year is looked up once"""
        ranges, numbers = {}, []
        for date in dates:
            if date not in ranges:
                numbers.append(sequence.next_by_id(date))
                within = sequence.date_range_ids.filtered(lambda one, day=date: one.date_from <= day <= one.date_to)[:1]
                ranges[date] = within.with_context(ir_sequence_date_range=within.date_from) or sequence
            else:
                numbers.append(ranges[date]._next())
        return numbers

    def _write_authorized(self, decided, moves):
        common = {
            "state": "authorized",
            "authorized_by_id": self.env.uid,
            "authorized_on": fields.Datetime.now(),
            "open_reason": False,
        }
        quiet = self.with_context(**QUIET)
        quiet.write(common)
        for voucher in quiet:
            booked, company = decided[voucher], voucher.company_currency_id
            voucher.write(
                {
                    "move_id": moves[voucher].id if voucher in moves else False,
                    "company_amount": money(self._get_value_of(booked), company),
                    "exchange_amount": money(sum(pair.exchange for pair in booked.pairs), company),
                }
            )
        log_notes(self, dict.fromkeys(self.ids, self.env._("Authorized")))

    def _drop_unused(self, lines):
        used = [line.id for found in lines.values() for line in found]
        self.env["adjustment.voucher.line"].search([("voucher_id", "in", self.ids), ("id", "not in", used)]).unlink()

    def _tell_documents_set(self, documents):
        """A line in the chatter of each document: by which voucher it was applied, and how it stands now.

        :param documents: {voucher: ids of account.move}
        """
        moves = self.env["account.move"].browse({key for found in documents.values() for key in found})
        moves.fetch(["payment_state"])
        states = {move.id: move.payment_state for move in moves}
        names = dict(moves._fields["payment_state"]._description_selection(self.env))
        bodies = {}
        for voucher, found in documents.items():
            link = voucher._get_html_link()
            for state in {states[key] for key in found}:
                text = self.env._("Applied by voucher %(voucher)s: %(state)s", voucher=link, state=names.get(state))
                bodies.update((key, text) for key in found if states[key] == state)
        log_notes(moves, bodies)

    # ------------------------------------------------------------------ entries and matches

    def _create_entries(self, decided, lines):
        """:return: {voucher: its posted entry}"""
        booking = self.filtered(lambda voucher: not decided[voucher].direct)
        if not booking:
            return {}
        for vouchers in booking.grouped("journal_id").values():
            vouchers[0]._check_journal_usable()
        moves = self.env["account.move"].with_context(skip_invoice_sync=True, **QUIET)
        for company, vouchers in booking.grouped("company_id").items():
            moves._warm_customers(vouchers.partner_id.commercial_partner_id, company)
        with engine(known={}):
            values = [voucher._prepare_entry_of(decided[voucher], lines[voucher]) for voucher in booking]
            # entries that are posted right afterwards have no analytic lines to look for: posting makes them
            made = moves.with_context(skip_analytic_sync=True).create(values).with_env(moves.env)
            for voucher, move in zip(booking, made, strict=True):
                voucher._check_cost_center(move)
            made._post(soft=False)
        return dict(zip(booking, made.with_env(self.env), strict=True))

    def _prepare_entry_of(self, booked, lines):
        """The entry with one leg per customer and account for all its items: what closes them is one sum."""
        by_item = {line.item: line for line in lines}
        records = self.line_ids._by_item() if any(leg.kind not in ("item", "exchange") for leg in booked.legs) else {}
        legs = []
        for leg, parts in self._get_legs(booked, lines):
            if leg.kind == "item":
                legs.append(self._prepare_item_leg(leg, [by_item[part.key] for part in parts]))
            else:
                legs += self._prepare_leg(leg, records.get(leg.key))
        known = self.env["account.move.line"]._prepare_known
        return self._prepare_entry([Command.create({**known(self, vals), **vals}) for vals in legs])

    @api.model
    def _get_legs(self, booked, lines):
        return entry.merge(booked.legs, [line.item for line in lines if line.amount == line.residual])

    def _prepare_item_leg(self, leg, lines):
        return {
            "name": self._get_items_label(lines),
            "partner_id": leg.partner or self.partner_id.commercial_partner_id.id,
            "account_id": leg.account,
            "currency_id": leg.currency,
            "amount_currency": money(leg.amount, self.env["res.currency"].browse(leg.currency)),
            "balance": money(leg.balance, self.company_currency_id),
            "date_maturity": lines[0].due,
            "adjustment_leg": "item",
            "adjustment_item_id": leg.key,
            "analytic_distribution": False,
        }

    @api.model
    def _get_items_label(self, lines):
        names = ", ".join(line.name for line in lines[:NAMES])
        if len(lines) <= NAMES:
            return self.env._("Application of %s", names)
        return self.env._("Application of %(documents)s and %(count)s more", documents=names, count=len(lines) - NAMES)

    def _match_set(self, decided, moves, lines):
        plan, owners = {}, {}
        for voucher in self:
            booked, move = decided[voucher], moves.get(voucher)
            own = voucher._plan_of_entry(booked, lines[voucher], move) if move else voucher._plan_of_pairs(booked)
            plan |= own
            owners |= dict.fromkeys(own, voucher.id)
        self.env["account.partial.reconcile"]._match_set(plan, owners)
        entries = self.env["account.move"].union(*moves.values())
        if any(not leg.reconciled for leg in entries.line_ids if leg.adjustment_leg == "item"):
            raise UserError(self.env._("To authorize the vouchers, load their items again: they changed meanwhile."))

    def _plan_of_entry(self, booked, lines, move):
        """Each item with the leg that closes it, for its own part of the leg."""
        company, plan = self.company_currency_id, {}
        booked_legs = move.line_ids.filtered(lambda one: one.adjustment_leg == "item").sorted("id")
        parts = [parts for leg, parts in self._get_legs(booked, lines) if leg.kind == "item"]
        for leg, closed in zip(booked_legs, parts, strict=True):
            for part in closed:
                key = (leg.id, part.key) if (part.balance or part.amount) > 0 else (part.key, leg.id)
                amount = abs(money(part.amount, leg.currency_id))
                plan[key] = (abs(money(part.balance, company)), amount, amount)
        return plan
