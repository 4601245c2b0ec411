"""What follows from many matches for documents and payments: amounts due, payment states, and what other addons keep."""

from odoo import api, models
from odoo.tools import SQL, float_repr

# What depends on matches and is seen to below; whatever else does, some other addon's field, is left to the ORM.
SEEN_TO = {
    "account.partial.reconcile": {"company_id", "max_date", "debit_currency_id", "credit_currency_id"},
    "account.move.line": {"amount_residual", "amount_residual_currency", "reconciled"},
    "account.bank.statement.line": {"amount_residual", "is_reconciled"},
    "account.payment": {"is_matched", "is_reconciled", "state", "name", "amount_company_currency_signed"},
    "account.move": {
        "amount_residual",
        "amount_residual_signed",
        "payment_state",
        # sums of amounts that no match changes
        "amount_tax",
        "amount_tax_signed",
        "amount_total",
        "amount_total_in_currency_signed",
        "amount_total_signed",
        "amount_untaxed",
        "amount_untaxed_in_currency_signed",
        "amount_untaxed_signed",
        "invoice_date_due",
    },
}
DUE_TO_US = ("out_invoice", "out_receipt", "in_refund")
INVOICES = ("out_invoice", "out_refund", "in_invoice", "in_refund", "out_receipt", "in_receipt")


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model
    def _write_documents(self, items):
        """Amounts due of the invoices; payment states and the like are marked for Odoo's own computation."""
        amounts = self._get_amounts_due(
            {item.move_id for item in items.values() if item.display_type == "payment_term"}
        )
        moves = self.env["account.move"].browse({item.move_id for item in items.values()})
        payments = self.env["account.payment"].browse(self._get_payments_of(items))
        statements = {item.statement_line_id for item in items.values() if item.statement_line_id}
        # in this order: a document looks at its payments, and a payment is paid when its documents are
        self._compute_anew(
            self.env["account.bank.statement.line"].browse(statements), "amount_residual", "is_reconciled"
        )
        self._compute_anew(payments, "is_matched", "is_reconciled")
        self._write_moves(moves, amounts)
        self._compute_anew(payments, "state")
        self._leave_to_orm(items)

    @api.model
    def _compute_anew(self, records, *names):
        for name in names:
            self.env.add_to_compute(records._fields[name], records)
        records.flush_recordset(names)

    @api.model
    def _write_moves(self, moves, amounts):
        """Payment states and amounts due in one statement, as the ORM flushes them, which would look up the currency of
        each amount by itself.

        :param amounts: {id of a document: {field: amount}}, rounded
        """
        state = moves._fields["payment_state"]
        self.env.add_to_compute(state, moves)
        moves._recompute_recordset(["payment_state"])
        waiting = self.env._field_dirty[state]
        digits = {currency: currency.decimal_places for currency in moves.currency_id | moves.company_currency_id}
        values = {}
        for move in moves:
            currencies = {"amount_residual": move.currency_id, "amount_residual_signed": move.company_currency_id}
            due = amounts.get(move.id, {})
            row = {name: float_repr(amount, digits[currencies[name]]) for name, amount in due.items()}
            if move.id in waiting:
                row["payment_state"] = state.get_column_update(move)
            if row:
                values[move.id] = row
        waiting.difference_update(moves.ids)
        moves.browse(values)._write_multi(list(values.values()))

    @api.model
    def _get_amounts_due(self, documents):
        """Amounts due of these invoices, in the cache already, where payment states look for them.

        :return: {id: {field: amount}}
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id, m.move_type, m.currency_id, l.company_currency_id, sum(l.amount_residual)::float8,
                          sum(l.amount_residual_currency)::float8
                     FROM account_move m JOIN account_move_line l ON l.move_id = m.id
                    WHERE m.id = ANY(%s) AND m.move_type = ANY(%s) AND l.display_type = 'payment_term'
                 GROUP BY m.id, l.company_currency_id""",
                list(documents),
                list(INVOICES),
            )
        )
        currency, values = self.env["res.currency"].browse, {}
        for move, kind, own, company, due, own_due in rows:
            values[move] = {
                "amount_residual": currency(own).round(own_due if kind in DUE_TO_US else -own_due),
                "amount_residual_signed": currency(company).round(due),
            }
        moves = self.env["account.move"].browse(values)
        moves.mapped("company_currency_id")  # for all of them, before the writing asks for each
        for name in ("amount_residual", "amount_residual_signed"):  # written with the payment state, in one go
            for move in moves:
                moves._fields[name]._update_cache(move, values[move.id][name])
        return values

    @api.model
    def _get_payments_of(self, items):
        """Payments whose state may change: those matched here, and those matched before with the same documents."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT m.origin_payment_id FROM account_partial_reconcile p
                     JOIN account_move_line l ON l.id IN (p.debit_move_id, p.credit_move_id)
                     JOIN account_move m ON m.id = l.move_id
                    WHERE (p.debit_move_id = ANY(%(lines)s) OR p.credit_move_id = ANY(%(lines)s))
                      AND m.origin_payment_id IS NOT NULL
                    UNION SELECT r.payment_id FROM account_move__account_payment r WHERE r.invoice_id = ANY(%(moves)s)""",
                lines=list(items),
                moves=[item.move_id for item in items.values()],
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _leave_to_orm(self, items):
        """Whatever other addons keep that depends on matches is marked for computation, as any write would."""
        if self._get_strange_dependents():
            lines = self.env["account.move.line"].browse(items)
            lines.modified(["matched_debit_ids", "matched_credit_ids", "amount_residual", "amount_residual_currency"])

    @api.model
    def _get_strange_dependents(self):
        """:return: stored fields that depend on matches and that nothing here sees to"""
        names = ("debit_move_id", "credit_move_id", "amount")
        found = {field for name in names for field in self.env.registry.get_dependent_fields(self._fields[name])}
        return [field for field in found if field.store and field.name not in SEEN_TO.get(field.model_name, ())]
