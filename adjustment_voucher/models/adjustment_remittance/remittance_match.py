"""The documents that the rows name: one query for each way of naming one, over all rows at once."""

from dataclasses import dataclass

from odoo import models
from odoo.tools import SQL

from ... import remittance_read

# An open or once open item of a customer, on the side that is looked for (%(sign)s: -1 for credits, 1 for debits).
ITEMS = """
    SELECT sum(item.amount_residual_currency) AS residual, min(partner.commercial_partner_id) AS partner_id
      FROM account_move_line item
      JOIN account_account account ON account.id = item.account_id
      LEFT JOIN res_partner partner ON partner.id = item.partner_id
     WHERE item.move_id = move.id
       AND account.account_type = 'asset_receivable' AND account.non_trade IS NOT TRUE
       AND (%(sign)s * item.balance > 0 OR item.balance = 0 AND %(sign)s * item.amount_currency > 0)
    HAVING count(*) > 0
"""


@dataclass(frozen=True)
class Kind:
    """One of the two things a row names."""

    name: str
    text: str
    found: str
    chosen: str
    sign: int


RECEIPT = Kind("receipt", "receipt_text", "credit_move_id", "credit_chosen", -1)
DOCUMENT = Kind("document", "document_text", "debit_move_id", "debit_chosen", 1)


class AdjustmentRemittance(models.Model):
    _inherit = "adjustment.remittance"

    def _match_rows(self):
        """Look all rows up that a person has not given a document yet."""
        self.env.flush_all()
        self._forget_matches()
        for kind in (DOCUMENT, RECEIPT):
            companies = self._get_searched_companies()
            for named in (self._sql_numbers(kind), self._sql_references(kind), self._sql_loose(companies)):
                if self._has_unfound(kind):
                    self._keep_found(kind, self._find(kind, named, companies))
            self._keep_other_companies(kind)
        self._match_payers()
        self._take_currencies()
        self.env.invalidate_all(flush=False)

    def _get_searched_companies(self):
        """Of the legal entity, what is at hand."""
        return (self.company_id.root_id._get_branches() & self.env.companies) | self.company_id

    def _forget_matches(self):
        """What an earlier look at the rows found, and nobody chose by hand."""
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_remittance_line
                      SET credit_move_id = CASE WHEN credit_chosen THEN credit_move_id END,
                          debit_move_id = CASE WHEN debit_chosen THEN debit_move_id END,
                          candidates = NULL, other_company_id = NULL, code = NULL
                    WHERE remittance_id = %s AND status <> 'imported'
                      AND (code IS NOT NULL OR candidates IS NOT NULL
                           OR COALESCE(credit_move_id, debit_move_id) IS NOT NULL)""",
                self.id,
            )
        )

    # ------------------------------------------------------------------ candidates

    def _find(self, kind, named, companies):
        """:return: rows (name, ids of documents that it may mean, their heads): of the best way of naming alone"""
        query = SQL(
            """
            WITH wanted AS MATERIALIZED (%(wanted)s), named AS (%(named)s), found AS (
                SELECT DISTINCT named.text, named.rank, move.id, move.company_id, item.partner_id,
                       item.residual <> 0 AS open
                  FROM named
                  JOIN account_move move ON move.id = named.id AND move.state = 'posted'
                       AND move.company_id = ANY(%(companies)s)
                  JOIN LATERAL (%(items)s) item ON TRUE
            ), ranked AS (
                SELECT *, rank() OVER (PARTITION BY text ORDER BY rank, open DESC) AS place FROM found
            )
            SELECT text, array_agg(id ORDER BY id) FROM ranked WHERE place = 1 GROUP BY text
            """,
            wanted=self._sql_wanted(kind),
            named=named,
            companies=companies.ids,
            items=SQL(ITEMS, sign=kind.sign),
        )
        found = self.env.execute_query(query)
        seen = self._get_readable({move for _text, moves in found for move in moves})
        return [(text, [move for move in moves if move in seen]) for text, moves in found]

    def _get_readable(self, ids):
        """Of these documents, those that the rules let the user see."""
        return set(self.env["account.move"].search([("id", "in", list(ids))]).ids) if ids else set()

    def _sql_wanted(self, kind):
        """The texts for which nothing was found yet: exactly, in capitals, and without punctuation."""
        return SQL(
            """SELECT DISTINCT %(text)s AS text, upper(%(text)s) AS key, translate(upper(%(text)s), %(marks)s, '') AS loose
                 FROM adjustment_remittance_line
                WHERE remittance_id = %(remittance)s AND %(chosen)s IS NOT TRUE AND status <> 'imported'
                  AND %(text)s <> '' %(only)s""",
            text=SQL.identifier(kind.text),
            marks=remittance_read.LOOSE,
            remittance=self.id,
            chosen=SQL.identifier(kind.chosen),
            only=SQL("AND %s IS NULL AND NOT COALESCE(candidates, '{}') ? %s", SQL.identifier(kind.found), kind.name),
        )

    def _sql_numbers(self, kind):
        """Documents by their own numbers."""
        parts = [
            SQL("SELECT text, move.id, 1 AS rank FROM wanted JOIN account_move move"
                " ON move.name = wanted.key AND move.state = 'posted' AND move.name <> '/'"),
            SQL("SELECT text, move.id, 1 FROM wanted JOIN account_move move"
                " ON move.name = wanted.text AND move.state = 'posted' AND move.name <> '/' WHERE text <> key"),
        ]  # fmt: skip
        if kind is RECEIPT:
            parts.append(SQL("SELECT text, payment.move_id, 1 FROM wanted JOIN account_payment payment"
                             " ON payment.name = wanted.key"))  # fmt: skip
        return SQL(" UNION ALL ").join(parts)

    def _sql_references(self, kind):
        """Documents by what the other side calls them: order number, label of the bank, memo of the payment."""
        parts = [
            SQL("SELECT text, move.id, 1 AS rank FROM wanted JOIN account_move move"
                " ON move.payment_reference = wanted.text"),
            SQL("SELECT text, move.id, 1 FROM wanted JOIN account_move move ON move.ref = wanted.text"),
        ]  # fmt: skip
        if kind is RECEIPT:
            parts += [
                SQL("SELECT text, payment.move_id, 1 FROM wanted JOIN account_payment payment"
                    " ON payment.payment_reference = wanted.text"),
                SQL("SELECT text, line.move_id, 1 FROM wanted JOIN account_bank_statement_line line"
                    " ON line.payment_ref = wanted.text"),
            ]  # fmt: skip
        return SQL(" UNION ALL ").join(parts)

    def _sql_loose(self, companies):
        """However numbers are punctuated, among what is open; short numbers could be anything."""
        loose = [
            SQL("translate(upper(%s), %s, '')", SQL.identifier("move", name), remittance_read.LOOSE)
            for name in ("name", "ref", "payment_reference")
        ]
        return SQL(
            """SELECT wanted.text, move.id, 3 AS rank
                 FROM (SELECT DISTINCT item.move_id FROM account_move_line item
                         JOIN account_account account ON account.id = item.account_id
                        WHERE item.reconciled IS NOT TRUE AND item.parent_state = 'posted'
                          AND item.company_id = ANY(%s) AND account.account_type = 'asset_receivable'
                          AND item.amount_residual_currency <> 0) open
                 JOIN account_move move ON move.id = open.move_id
                 CROSS JOIN LATERAL (VALUES (%s), (%s), (%s)) AS called(loose)
                 JOIN wanted ON wanted.loose = called.loose AND length(wanted.loose) >= 4""",
            companies.ids,
            *loose,
        )

    def _has_unfound(self, kind):
        query = SQL("SELECT EXISTS (%s)", self._sql_wanted(kind))
        return self.env.execute_query(query)[0][0]

    # ------------------------------------------------------------------ what was found

    def _keep_found(self, kind, found):
        one = [(text, moves[0]) for text, moves in found if len(moves) == 1]
        many = [(text, moves[:50]) for text, moves in found if len(moves) > 1]
        self._update(
            kind,
            SQL("%s = given.value", SQL.identifier(kind.found)),
            [text for text, _move in one],
            [move for _text, move in one],
        )
        self._update(
            kind,
            SQL(
                "candidates = COALESCE(candidates, '{}') || jsonb_build_object(%s, to_jsonb(string_to_array(given.value, ' ')::int[]))",
                kind.name,
            ),
            [text for text, _moves in many],
            [" ".join(map(str, moves)) for _text, moves in many],
        )

    def _update(self, kind, change, texts, values):
        """Change the rows that hold one of these texts, all at once; ``given`` holds text and value."""
        if not texts:
            return
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_remittance_line line SET %s FROM unnest(%s::text[], %s) AS given(text, value)
                    WHERE line.remittance_id = %s AND line.%s = given.text AND line.%s IS NOT TRUE
                      AND line.status <> 'imported'""",
                change,
                texts,
                SQL("%s::int[]" if isinstance(values[0], int) else "%s::text[]", values),
                self.id,
                SQL.identifier(kind.text),
                SQL.identifier(kind.chosen),
            )
        )

    def _keep_other_companies(self, kind):
        """A number that is one of another company which the user works for: said, never applied."""
        others = self.env.user.company_ids - self._get_searched_companies()
        if others and self._has_unfound(kind):
            query = SQL(
                """WITH wanted AS (%s) SELECT text, min(move.company_id) FROM wanted JOIN account_move move
                       ON move.name = wanted.key AND move.state = 'posted' AND move.company_id = ANY(%s)
                    GROUP BY text""",
                self._sql_wanted(kind),
                others.ids,
            )
            found = self.env.execute_query(query)
            change = SQL("other_company_id = given.value, code = %s", f"{kind.name}_company")
            self._update(kind, change, [text for text, _company in found], [company for _text, company in found])

    # ------------------------------------------------------------------ payers, currencies

    def _match_payers(self):
        """The customers named, by code, tax number, name or bank account; a name that two have is nobody's."""
        query = SQL(
            """
            WITH wanted AS (SELECT DISTINCT payer_text AS text FROM adjustment_remittance_line
                             WHERE remittance_id = %(remittance)s AND payer_text <> '' AND status <> 'imported'),
            named AS (
                SELECT text, partner.id FROM wanted JOIN res_partner partner ON partner.ref = wanted.text
                UNION ALL SELECT text, partner.id FROM wanted JOIN res_partner partner ON partner.vat = wanted.text
                UNION ALL SELECT text, partner.id FROM wanted
                            JOIN res_partner partner ON lower(partner.name) = lower(wanted.text)
                UNION ALL SELECT text, bank.partner_id FROM wanted JOIN res_partner_bank bank
                            ON bank.sanitized_acc_number = translate(upper(wanted.text), %(marks)s, ''))
            SELECT text, min(partner.commercial_partner_id)
              FROM named JOIN res_partner partner ON partner.id = named.id
             WHERE partner.active AND (partner.company_id IS NULL OR partner.company_id = ANY(%(companies)s))
             GROUP BY text HAVING count(DISTINCT partner.commercial_partner_id) = 1
            """,
            remittance=self.id,
            marks=remittance_read.LOOSE,
            companies=self._get_searched_companies().ids,
        )
        found = self.env.execute_query(query)
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_remittance_line line SET payer_id = given.partner_id
                     FROM unnest(%s::text[], %s::int[]) AS given(text, partner_id)
                    WHERE line.remittance_id = %s AND line.payer_text = given.text AND line.status <> 'imported'""",
                [text for text, _partner in found],
                [partner for _text, partner in found],
                self.id,
            )
        )

    def _take_currencies(self):
        """A row that names no currency is in that of the invoice, else of the receipt, else of the company."""
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_remittance_line line SET currency_id = found.currency_id
                     FROM (SELECT own.id, COALESCE(debit.currency_id, credit.currency_id, %s) AS currency_id
                             FROM adjustment_remittance_line own
                             LEFT JOIN account_move debit ON debit.id = own.debit_move_id
                             LEFT JOIN account_move credit ON credit.id = own.credit_move_id
                            WHERE own.remittance_id = %s AND COALESCE(own.currency_text, '') = ''
                              AND own.status <> 'imported') found
                    WHERE line.id = found.id AND line.currency_id IS DISTINCT FROM found.currency_id""",
                self.company_id.currency_id.id,
                self.id,
            )
        )
