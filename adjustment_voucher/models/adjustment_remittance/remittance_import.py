"""Importing: new receipts are registered, the names are kept with the credits, and each customer gets a draft voucher.

Large files go in the background, customer by customer: what is done is committed, what is not is simply still there.
"""

import logging
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import SQL

from ... import batch
from ...remittance import spread
from ..adjustment_voucher_line import units
from ..engine import engine
from .remittance_match import DOCUMENT, RECEIPT

_logger = logging.getLogger(__name__)
BATCH = 100


class AdjustmentRemittance(models.Model):
    _inherit = "adjustment.remittance"

    def _check_importable(self):
        if not self.env["adjustment.remittance.line"].search_count(
            [("remittance_id", "=", self.id), ("status", "=", "good")], limit=1
        ):
            raise UserError(
                self.env._(
                    "To import %(remittance)s, correct its rows first: none of the %(count)s left can be applied as it is.",
                    remittance=self.name,
                    count=self.problem_count + self.skipped_count,
                )
            )

    def _import_or_queue(self, at_once):
        """All of it now when it is small, else in the background."""
        if self.good_count > at_once:
            self.env.ref("adjustment_voucher.cron_remittance")._trigger()
            return
        while self._import_batch():
            pass

    @api.model
    def _work_off(self):
        """The scheduled job: imports that are under way, one batch of customers after the other."""
        for remittance in self.search([("state", "=", "importing")], order="id"):
            own = remittance.with_user(remittance.user_id).with_company(remittance.company_id)
            own = own.with_context(allowed_company_ids=remittance.user_id.company_ids.ids)
            while retrying(own._import_next, self.env):  # again on a fresh snapshot after a clash; commits
                if not self.env["ir.cron"]._commit_progress(BATCH):
                    return

    def _import_next(self):
        """One batch; one that is refused is told, and stops nothing but this import.

        :return: whether there is more
        """
        try:
            with self.env.cr.savepoint():
                return self._import_batch()
        except UserError as refusal:
            self._stop_import(refusal.args[0])
            return True

    def _stop_import(self, reason):
        with engine():
            self.state = "checked"
        self.message_post(body=self.env._("The import stopped: %s", reason), subtype_xmlid="mail.mt_note")

    # ------------------------------------------------------------------ one batch

    def _import_batch(self):
        """:return: whether there is more to import"""
        partners = self._get_next_partners()
        if partners:
            self._judge_rows(partners)
            lines = self.env["adjustment.remittance.line"].search(
                [("remittance_id", "=", self.id), ("status", "=", "good"), ("partner_id", "in", partners)]
            )
            with engine():
                lines._register_receipts()
                lines._keep_names()
                self._make_vouchers(lines)
                lines.write({"status": "imported"})
        more = bool(partners)
        if not more:
            with engine():
                self.state = "imported"
        return more

    def _get_next_partners(self):
        query = SQL(
            """SELECT DISTINCT partner_id FROM adjustment_remittance_line
                WHERE remittance_id = %s AND status = 'good' AND partner_id IS NOT NULL ORDER BY partner_id LIMIT %s""",
            self.id,
            BATCH,
        )
        self.env["adjustment.remittance.line"].flush_model()
        return [partner for (partner,) in self.env.execute_query(query)]

    # ------------------------------------------------------------------ vouchers

    def _make_vouchers(self, lines):
        """One draft voucher for each customer and currency, with exactly the amounts of the rows."""
        applied = lines.filtered(lambda line: line.debit_move_id and line.paid)
        groups = applied.grouped(lambda line: (line.partner_id, line.currency_id))
        items = applied._get_open_items()
        if not groups:
            return
        run = self._get_run()
        drafts = [self._as_draft(run, *key, rows, items) for key, rows in groups.items()]
        vouchers = self.env["adjustment.voucher"]._draft_set(drafts)
        vouchers.remittance_id = self.id
        vouchers.line_ids.discount_mode = "manual"  # what the file says, whatever the terms would give
        for voucher, rows in zip(vouchers, groups.values(), strict=True):
            rows.voucher_id = voucher
        self._give_reasons(vouchers)
        self._add_to_run(run, vouchers)

    def _give_reasons(self, vouchers):
        written_off = vouchers.line_ids.filtered("write_off_amount")
        written_off.write_off_reason = self.env._("Deducted by the payer, as %s says", self.name)

    def _as_draft(self, run, partner, currency, rows, items):
        """:return: batch.Draft: the rows of one customer on the items of their documents"""
        deducts = self.deductions != "open"
        pairs = [
            (row.credit_move_id.id, row.debit_move_id.id, units(row.paid, currency),
             units(row.deducted, currency) if deducts else 0)
            for row in rows.sorted("number")
        ]  # fmt: skip
        pieces = spread(pairs, items[RECEIPT.sign], items[DOCUMENT.sign])
        today = fields.Date.context_today(self)
        return batch.Draft(
            run=run.id,
            company=self.company_id.id,
            partner=partner.id,
            currency=currency.id,
            date=today,
            value_date=min(today, max(rows.credit_move_id.mapped("date"))),
            lines=tuple(self._as_draft_lines(pieces, currency)),
            plan=_plan(pieces),
            hierarchy="local" if rows.debit_move_id.commercial_partner_id <= partner else "group",
            method="named",
            memo=self.env._("%(remittance)s: %(file)s", remittance=self.name, file=self.file_name or ""),
        )

    def _as_draft_lines(self, pieces, currency):
        credits, debits, deducted = {}, {}, {}
        for piece in pieces:
            credits[piece.credit] = credits.get(piece.credit, 0) + piece.paid
            debits[piece.debit] = debits.get(piece.debit, 0) + piece.paid
            deducted[piece.debit] = deducted.get(piece.debit, 0) + piece.deduction
        for item, paid in credits.items():
            yield batch.DraftLine(item, "credit", currency.id, paid, paid, rate=Fraction(1))
        for item, paid in debits.items():
            part = {"discount" if self.deductions == "discount" else "write_off": deducted[item]}
            yield batch.DraftLine(item, "debit", currency.id, paid + deducted[item], paid, rate=Fraction(1), **part)


def _plan(pieces):
    plan = {}
    for piece in pieces:
        plan[piece.credit, piece.debit] = plan.get((piece.credit, piece.debit), 0) + piece.paid
    return tuple((credit, debit, paid) for (credit, debit), paid in plan.items())


class AdjustmentRemittanceLine(models.Model):
    _inherit = "adjustment.remittance.line"

    def _get_open_items(self):
        """:return: {sign: {document: [(item, units open), ...]}}, the earliest due first"""
        moves = self.credit_move_id | self.debit_move_id
        items = self.env["account.move.line"].search(
            [
                ("move_id", "in", moves.ids),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                ("amount_residual_currency", "!=", 0),
            ],
            order="date_maturity, date, id",
        )
        found = {RECEIPT.sign: {}, DOCUMENT.sign: {}}
        for item in items:
            residual = item.amount_residual_currency
            sign = RECEIPT.sign if residual < 0 else DOCUMENT.sign
            open_units = units(abs(residual), item.currency_id)
            found[sign].setdefault(item.move_id.id, []).append((item.id, open_units))
        return found

    def _keep_names(self):
        """The credits name their documents, so that whatever applies them later applies them there first."""
        named = self.filtered(lambda line: line.credit_move_id and line.debit_move_id)
        named.credit_move_id.check_access("write")
        self.env.flush_all()
        pairs = list({(line.credit_move_id.id, line.debit_move_id.id) for line in named})
        self.env.cr.execute(
            SQL(
                """INSERT INTO adjustment_credit_debit (credit_id, debit_id)
                   SELECT * FROM unnest(%s::int[], %s::int[]) ON CONFLICT DO NOTHING""",
                [credit for credit, _debit in pairs],
                [debit for _credit, debit in pairs],
            )
        )
        named.credit_move_id.invalidate_recordset(["adjustment_debit_ids"])

    # ------------------------------------------------------------------ new receipts

    def _register_receipts(self):
        """A posted customer payment for each new receipt of these rows."""
        new = self.filtered(lambda line: line.code == "new_receipt")
        groups = new.grouped(lambda line: (line.receipt_key, line.currency_id, line.date))
        payments = self.env["account.payment"].create([rows._prepare_payment() for rows in groups.values()])
        payments.action_post()
        for payment, rows in zip(payments, groups.values(), strict=True):
            if not payment.move_id:
                raise UserError(
                    self.env._(
                        "To register receipts in %s, give its inbound payment method an outstanding account: without one, a"
                        " payment has nothing to apply.",
                        payment.journal_id.display_name,
                    )
                )
            rows.write({"payment_id": payment.id, "credit_move_id": payment.move_id.id})

    def _prepare_payment(self):
        first, currency = self[0], self.currency_id
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.ids[0],
            "amount": max(self.mapped("receipt_amount")) or currency.round(sum(self.mapped("amount"))),
            "currency_id": currency.id,
            "date": first.date or fields.Date.context_today(self),
            "journal_id": self.remittance_id.journal_id.id,
            "memo": first.receipt_text,
        }
