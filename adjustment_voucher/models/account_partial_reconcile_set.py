"""Many matches of vouchers at once: the same rows as Odoo's ``reconcile`` leaves, worked out for all items together.

Odoo computes after each step what thousands of lines and documents look like. Here the amounts are known from the plan, so
that residuals, matching numbers and full matches are written once. What belongs to documents and payments (payment states)
Odoo's own methods compute afterwards, and its hooks run as always.
"""

from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from .. import matching
from .account_partial_reconcile_documents import INVOICES
from .adjustment_voucher_line import units
from .engine import engine, work
from .odoo_step import odoo_step
from .rows import fits, insert

# What a match is made of.
COLUMNS = (
    "debit_move_id",
    "credit_move_id",
    "debit_currency_id",
    "credit_currency_id",
    "company_id",
    "max_date",
    "amount",
    "debit_amount_currency",
    "credit_amount_currency",
    "adjustment_voucher_id",
)
QUIET = {"tracking_disable": True, "mail_notrack": True}
# A match changes no amount of a document, so that Odoo need not work out the lines of all invoices anew, as it would for
# each matching number that it takes off. (Its own payment wizard asks for the same.)
AMOUNTS_STAY = {"skip_invoice_sync": True}


@dataclass(slots=True)
class Item:
    """A journal item while it is matched; the residuals fall with each match."""

    id: int
    move_id: int
    company_id: int
    currency_id: int
    company_currency_id: int
    date: object
    residual: float
    own_residual: float
    number: str
    display_type: str
    move_type: str
    payment_id: int
    statement_line_id: int


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model
    def _match_planned(self, plan, vouchers):
        """Match pairs for exactly these amounts: all together, or one by one by Odoo's plan where more follows from a
        match than is worked out here (tax on payment, or what another addon adds).

        :param plan: as for ``_match_set``
        """
        items = self.env["account.move.line"].browse({item for pair in plan for item in pair})
        if self._can_match_set() and not any(items.company_id.root_id.mapped("tax_exigibility")):
            self._match_set(plan, vouchers)
            return
        for voucher in dict.fromkeys(vouchers.values()):
            own = {pair: amounts for pair, amounts in plan.items() if vouchers[pair] == voucher}
            with engine(voucher, own):
                items._reconcile_plan([items.browse(pair) for pair in own])

    @api.model
    def _match_set(self, plan, vouchers):
        """Match pairs for exactly these amounts, each for its voucher.

        :param plan: {(debit item, credit item): (company amount, amount in the debit's currency, in the credit's)}
        :param vouchers: {(debit item, credit item): id of the voucher}
        :return: account.partial.reconcile, in the order of the plan
        """
        if not plan:
            return self.browse()
        items = self.env["account.move.line"].browse({item for pair in plan for item in pair})
        items.fetch(["move_id"])
        items.move_id.fetch(["move_type", "payment_state", "state"])
        before = items._reconcile_pre_hook()
        rows = [
            {
                "debit_move_id": debit,
                "credit_move_id": credit,
                "amount": amounts[0],
                "debit_amount_currency": amounts[1],
                "credit_amount_currency": amounts[2],
            }
            for (debit, credit), amounts in plan.items()
        ]
        with engine(in_set=vouchers), odoo_step("match"):
            matches = self.with_context(**QUIET).create(rows).with_env(self.env)
        items._reconcile_post_hook(before)
        return matches

    def _take_back_quietly(self):
        """Delete these matches; what follows for the documents is written without a message for each, as the voucher
        tells them itself."""
        quiet = self.with_context(**QUIET, **AMOUNTS_STAY)
        quiet.unlink()
        quiet.env.flush_all()

    @api.model
    def _can_match_set(self):
        """Whether nobody between Odoo and us adds steps or values of their own to making a match."""
        own, odoo = False, "odoo.addons.account.models.account_partial_reconcile"
        for definition in type(self).mro():
            if definition.__module__ == odoo:
                break
            if own and "create" in vars(definition):
                return False
            own = own or definition.__module__ == AccountPartialReconcile.__module__.removesuffix("_set")
        return fits(self, COLUMNS)

    # ------------------------------------------------------------------ inside ``create``

    @api.model
    def _create_set(self, vals_list):
        """What ``create`` does for matches of many vouchers.

        :return: account.partial.reconcile, in the order of ``vals_list``
        """
        self.env.flush_all()
        items = self._read_items({vals[side] for vals in vals_list for side in ("debit_move_id", "credit_move_id")})
        matches = insert(self, [self._prepare_row(vals, items) for vals in vals_list])
        self._lower(vals_list, items)
        self._write_groups(items)
        self.env.invalidate_all(flush=False)  # what follows is computed from the rows as they are now
        self._write_documents(items)
        self.env.flush_all()
        self.env.invalidate_all(flush=False)
        return matches

    @api.model
    def _read_items(self, ids):
        rows = self.env.execute_query(
            SQL(
                """SELECT l.id, l.move_id, l.company_id, l.currency_id, l.company_currency_id, l.date, l.amount_residual::float8,
                          l.amount_residual_currency::float8, l.matching_number, l.display_type, m.move_type,
                          m.origin_payment_id, m.statement_line_id
                     FROM account_move_line l JOIN account_move m ON m.id = l.move_id WHERE l.id = ANY(%s)""",
                list(ids),
            )
        )
        return {row[0]: Item(*row) for row in rows}

    @api.model
    def _prepare_row(self, vals, items):
        """The row of a match, in the order of COLUMNS."""
        debit, credit = items[vals["debit_move_id"]], items[vals["credit_move_id"]]
        row = (
            debit.id,
            credit.id,
            debit.currency_id,
            credit.currency_id,
            debit.company_id if debit.move_type in INVOICES else credit.company_id,
            max(debit.date, credit.date),
            vals["amount"],
            vals["debit_amount_currency"],
            vals["credit_amount_currency"],
            work().in_set[debit.id, credit.id],
        )
        return dict(zip(COLUMNS, row, strict=True))

    @api.model
    def _lower(self, vals_list, items):
        """Take the matches off the residuals in hand."""
        for vals in vals_list:
            debit, credit = items[vals["debit_move_id"]], items[vals["credit_move_id"]]
            debit.residual -= vals["amount"]
            debit.own_residual -= vals["debit_amount_currency"]
            credit.residual += vals["amount"]
            credit.own_residual += vals["credit_amount_currency"]
        currency = self.env["res.currency"].browse
        for item in items.values():
            item.residual = currency(item.company_currency_id).round(item.residual)
            item.own_residual = currency(item.currency_id).round(item.own_residual)

    # ------------------------------------------------------------------ what follows for the items

    @api.model
    def _write_groups(self, items):
        """Residuals, matching numbers and full matches of the items, and of those that hang together with them."""
        matches = self._read_matches(items)
        others = {item for match in matches for item in (match.debit, match.credit)} - items.keys()
        known = {**items, **self._read_items(others)} if others else items
        found = matching.groups(matches, {key: self._as_rest(item) for key, item in known.items()})
        fulls = self._insert_fulls([group for group in found if group.full])
        values = {}
        for group in found:
            full = fulls.get(group.number)
            number = {"matching_number": str(full) if full else f"P{group.number}", "full_reconcile_id": full or None}
            values.update((item, dict(number)) for item in group.items)
        for key, item in items.items():
            values[key] |= {
                "amount_residual": item.residual,
                "amount_residual_currency": item.own_residual,
                "reconciled": not item.residual and not item.own_residual,
            }
        self.env["account.move.line"].browse(values)._write_multi(list(values.values()))

    @api.model
    def _as_rest(self, item):
        currency = self.env["res.currency"].browse
        return matching.Rest(
            item.currency_id,
            units(item.residual, currency(item.company_currency_id)),
            units(item.own_residual, currency(item.currency_id)),
        )

    @api.model
    def _read_matches(self, items):
        """The matches of these items, new and old, and all that hangs together with them."""
        numbers = [item.number for item in items.values() if item.number]
        lines = list(items)
        if numbers:
            joined = SQL("SELECT id FROM account_move_line WHERE matching_number = ANY(%s)", numbers)
            lines += [row[0] for row in self.env.execute_query(joined)]
        rows = self.env.execute_query(
            SQL(
                """SELECT id, debit_move_id, credit_move_id FROM account_partial_reconcile WHERE debit_move_id = ANY(%(lines)s)
                    UNION SELECT id, debit_move_id, credit_move_id FROM account_partial_reconcile
                           WHERE credit_move_id = ANY(%(lines)s)""",
                lines=lines,
            )
        )
        return [matching.Match(*row) for row in rows]

    @api.model
    def _insert_fulls(self, full_groups):
        """:return: {number of the group: id of its full match}"""
        if not full_groups:
            return {}
        made = self.env.execute_query(
            SQL(
                """INSERT INTO account_full_reconcile (create_uid, write_uid, create_date, write_date)
                   SELECT %(user)s, %(user)s, %(now)s, %(now)s FROM generate_series(1, %(count)s) RETURNING id""",
                user=self.env.uid,
                now=self.env.cr.now(),
                count=len(full_groups),
            )
        )
        fulls = {group.number: row[0] for group, row in zip(full_groups, made, strict=True)}
        self.env.cr.execute_values(
            """UPDATE account_partial_reconcile p SET full_reconcile_id = f.id FROM (VALUES %s) AS f(id, match)
                WHERE p.id = f.match""",
            [(fulls[group.number], match) for group in full_groups for match in group.matches],
            page_size=1000,
        )
        return fulls
