"""Gather, decide, apply: what the rows found has open now, what becomes of each, kept with the row."""

from odoo import models
from odoo.tools import SQL

from ... import remittance
from .remittance_match import DOCUMENT, RECEIPT

NO_CURRENCY = -1


class AdjustmentRemittance(models.Model):
    _inherit = "adjustment.remittance"

    def _judge_rows(self, partners=None):
        """Look at every row that is not imported; with ``partners``, at those of these customers alone."""
        self.env.flush_all()
        rows = self._gather_rows(partners)
        rows = self._choose(rows)
        credits = self._gather_sides({row.credit for row in rows}, RECEIPT.sign)
        debits = self._gather_sides({row.debit for row in rows}, DOCUMENT.sign)
        rows = [self._with_tree(row, debits) for row in rows]
        self._keep_verdicts(rows, remittance.judge(rows, credits, debits))
        self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------------ gather

    def _gather_rows(self, partners):
        query = SQL(
            """
            SELECT line.id, COALESCE(line.credit_move_id, 0), COALESCE(line.debit_move_id, 0),
                   COALESCE(line.currency_id, 0), COALESCE(line.payer_id, 0), line.skipped IS TRUE,
                   line.receipt_key, line.unread, line.code, line.candidates, line.document_key, line.date,
                   round(COALESCE(line.amount, 0) / unit.size)::bigint,
                   round(COALESCE(line.deduction, 0) / unit.size)::bigint,
                   round(COALESCE(line.receipt_amount, 0) / unit.size)::bigint,
                   abs(COALESCE(line.amount, 0) - round(COALESCE(line.amount, 0) / unit.size) * unit.size)
                   + abs(COALESCE(line.deduction, 0) - round(COALESCE(line.deduction, 0) / unit.size) * unit.size)
                   + abs(COALESCE(line.receipt_amount, 0)
                         - round(COALESCE(line.receipt_amount, 0) / unit.size) * unit.size) > 0.0000001
              FROM adjustment_remittance_line line
              LEFT JOIN res_currency currency ON currency.id = line.currency_id
             CROSS JOIN LATERAL (SELECT COALESCE(currency.rounding, 0.01)::numeric AS size) unit
             WHERE line.remittance_id = %s AND line.status <> 'imported' %s
             ORDER BY line.number
            """,
            self.id,
            SQL("AND line.partner_id = ANY(%s)", partners) if partners is not None else SQL(),
        )
        found = self.env.execute_query(query)
        trees = self._get_trees({row[4] for row in found})
        today = self.env.cr.now().date()
        return [_Found(*row).as_row(self.register, trees, today) for row in found]

    def _gather_sides(self, moves, sign):
        """:return: {document: remittance.Side}: what is open, less what other open vouchers hold"""
        query = SQL(
            """
            SELECT item.move_id, min(item.currency_id), max(item.currency_id), min(partner.commercial_partner_id),
                   sum(round(%(sign)s * item.amount_residual_currency / currency.rounding::numeric))::bigint,
                   sum(round(%(sign)s * item.amount_currency / currency.rounding::numeric))::bigint,
                   COALESCE(sum(LEAST(%(sign)s * item.amount_residual_currency, COALESCE(claim.amount, 0))
                                / currency.rounding::numeric), 0)::bigint
              FROM account_move_line item
              JOIN account_account account ON account.id = item.account_id
              JOIN res_currency currency ON currency.id = item.currency_id
              LEFT JOIN res_partner partner ON partner.id = item.partner_id
              LEFT JOIN LATERAL (
                   SELECT sum(line.amount) AS amount FROM adjustment_voucher_line line
                     JOIN adjustment_voucher voucher ON voucher.id = line.voucher_id
                    WHERE line.move_line_id = item.id AND line.amount > 0 AND voucher.state IN ('draft', 'returned')
                   ) claim ON TRUE
             WHERE item.move_id = ANY(%(moves)s) AND item.parent_state = 'posted'
               AND account.account_type = 'asset_receivable' AND account.non_trade IS NOT TRUE
               AND (%(sign)s * item.balance > 0 OR item.balance = 0 AND %(sign)s * item.amount_currency > 0)
             GROUP BY item.move_id
            """,
            sign=sign,
            moves=list(moves - {0}),
        )
        found = self.env.execute_query(query)
        trees = self._get_trees({row[3] or 0 for row in found})
        return {
            move: remittance.Side(
                open=max(0, has - claimed),
                currency=first if first == last else NO_CURRENCY,
                tree=trees.get(partner, 0),
                total=total,
                claimed=claimed,
            )
            for move, first, last, partner, has, total, claimed in found
        }

    def _get_trees(self, partners):
        """:return: {customer: head of its group}"""
        query = SQL(
            """
            WITH RECURSIVE up AS (
                SELECT id AS start, commercial_partner_id AS id FROM res_partner WHERE id = ANY(%s)
                 UNION SELECT up.start, parent.commercial_partner_id
                  FROM up JOIN res_partner child ON child.id = up.id
                  JOIN res_partner parent ON parent.id = child.parent_id
            ) SELECT up.start, up.id FROM up JOIN res_partner head ON head.id = up.id WHERE head.parent_id IS NULL
            """,
            list(partners - {0, None}),
        )
        return dict(self.env.execute_query(query))

    def _choose(self, rows):
        """Where a number means several documents: the one of the customer whom the rest of the row tells."""
        unsure = [found for found in rows if found.options]
        if not unsure:
            return [found.row for found in rows]
        options = {move for found in unsure for kind in found.options.values() for move in kind}
        known = {move for found in unsure for move in (found.row.credit, found.row.debit)}
        credits = self._gather_sides(options | known, RECEIPT.sign)
        debits = self._gather_sides(options | known, DOCUMENT.sign)
        return [found.chosen(credits, debits) if found.options else found.row for found in rows]

    def _with_tree(self, row, debits):
        if row.new and not row.tree and row.debit in debits:
            return remittance.replace(row, tree=debits[row.debit].tree)
        if row.new and not row.tree and not row.code:
            return remittance.replace(row, code="payer_missing")
        return row

    # ------------------------------------------------------------------ apply

    def _keep_verdicts(self, rows, verdicts):
        """One statement for all rows: the verdict, what it applies, whose receipt it is."""
        values = []
        for row in rows:
            verdict = verdicts.get(row.key, remittance.Verdict(""))
            status = "skipped" if row.skipped else "good" if verdict.good else "bad"
            values.append(
                (row.key, status, verdict.code or None, verdict.paid, verdict.deduction, verdict.figure,
                 row.credit or None, row.debit or None)
            )  # fmt: skip
        if not values:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE adjustment_remittance_line line
                   SET status = given.status, code = given.code, credit_move_id = given.credit,
                       debit_move_id = given.debit, paid = given.paid * unit.size,
                       deducted = given.deducted * unit.size, figure = given.figure * unit.size,
                       partner_id = COALESCE(
                           (SELECT commercial_partner_id FROM account_move WHERE id = given.credit),
                           (SELECT commercial_partner_id FROM res_partner WHERE id = line.payer_id),
                           (SELECT commercial_partner_id FROM account_move WHERE id = given.debit))
                  FROM unnest(%s::int[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::int[],
                              %s::int[])
                       AS given(id, status, code, paid, deducted, figure, credit, debit)
                  JOIN adjustment_remittance_line own ON own.id = given.id
                  LEFT JOIN res_currency currency ON currency.id = own.currency_id
                 CROSS JOIN LATERAL (SELECT COALESCE(currency.rounding, 0.01)::numeric AS size) unit
                 WHERE line.id = given.id
                """,
                *(list(column) for column in zip(*values, strict=True)),
            )
        )


class _Found:
    """What the database has of a row."""

    def __init__(
        self, key, credit, debit, currency, partner, skipped, receipt, unread, code, candidates, document, day, amount,
        deduction, receipt_amount, odd,
    ):  # fmt: skip
        self.key, self.credit, self.debit, self.currency, self.partner = key, credit, debit, currency, partner
        self.skipped, self.receipt, self.unread, self.code, self.document = skipped, receipt, unread, code, document
        self.day, self.odd, self.amounts = day, odd, (amount, deduction, receipt_amount)
        sides = (("receipt", credit), ("document", debit))
        self.options = {kind: (candidates or {}).get(kind, []) for kind, found in sides if not found}
        self.options = {kind: moves for kind, moves in self.options.items() if moves}
        self.row = None

    def as_row(self, register, trees, today):
        new = register and not self.credit and "receipt" not in self.options and self.code != "receipt_company"
        amount, deduction, receipt_amount = self.amounts
        self.row = remittance.Row(
            key=self.key,
            receipt=self.credit or (self.receipt, self.currency, self.day),
            credit=self.credit,
            debit=self.debit,
            currency=self.currency,
            tree=trees.get(self.partner, 0),
            amount=amount,
            deduction=deduction,
            receipt_amount=receipt_amount,
            new=new,
            code=self._get_code(new, today),
            skipped=self.skipped,
        )
        return self

    def _get_code(self, new, today):
        """What can't be applied before any figure is looked at."""
        tests = (
            (bool(self.unread), lambda: self.unread[0][0]),
            (self.odd, lambda: "digits"),
            (self.code == "receipt_company" and not self.credit, lambda: self.code),
            (self.code == "document_company" and not self.debit, lambda: self.code),
            (not self.credit and not new and "receipt" not in self.options, lambda: "receipt_missing"),
            (not self.debit and bool(self.document) and "document" not in self.options, lambda: "document_missing"),
            (new and self.day and self.day > today, lambda: "unread_date"),
        )
        return next((code() for wrong, code in tests if wrong), "")

    def chosen(self, credits, debits):
        """The row with the one candidate that fits, or the code that asks for a choice."""
        row = self.row
        debit = row.debit or self._pick("document", debits, row.tree or _tree(credits, row.credit))
        tree = row.tree or _tree(debits, debit)
        credit = row.credit or self._pick("receipt", credits, tree, row.receipt_amount)
        code = (
            row.code
            or ("receipt_choose" if "receipt" in self.options and not credit else "")
            or ("document_choose" if "document" in self.options and not debit else "")
        )
        return remittance.replace(row, credit=credit, debit=debit, code=code, receipt=credit or row.receipt)

    def _pick(self, kind, sides, tree, amount=0):
        fits = [move for move in self.options.get(kind, []) if move in sides and (not tree or sides[move].tree == tree)]
        if amount and len(fits) > 1:
            fits = [move for move in fits if amount in (sides[move].open, sides[move].total)]
        return fits[0] if len(fits) == 1 else 0


def _tree(sides, move):
    return sides[move].tree if move in sides else 0
