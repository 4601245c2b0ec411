"""Does all that the hub shows agree with the ledger (S0.10, S0.22)? What does not is listed, with both figures."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..credit_open_item import trade_accounts
from . import uses


class CreditDifference(models.Model):
    """One row per figure that another one contradicts. Empty where everything agrees."""

    _name = "credit.difference"
    _inherit = "credit.ordered.choices"
    _description = "Difference with the Ledger"
    _auto = False
    _order = "company_id, partner_id, id"
    _rec_name = "number"
    _depends = uses.LEDGER

    move_line_id = fields.Many2one("account.move.line", "Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True)
    number = fields.Char(readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("residual", "Open amount is not amount less matches"),
            ("value", "Open value is not value less matches"),
            ("application", "Applications differ from the matches of the voucher"),
            ("bounced", "Receipt bounced, its entry is still open"),
            ("draft", "Settled by a draft entry"),
        ],
        "What Is Wrong",
        readonly=True,
    )
    voucher_id = fields.Many2one("adjustment.voucher", readonly=True)
    currency_id = fields.Many2one("res.currency", "Currency", readonly=True)
    expected = fields.Monetary(readonly=True)
    found = fields.Monetary(readonly=True)
    difference = fields.Monetary(readonly=True)

    def init(self):
        self.env.cr.execute(self._residuals_definition())

    @property
    def _table_query(self):
        others = enumerate((self._applications(), self._bounced(), self._drafts()), 2)
        return SQL(" UNION ALL ").join(
            [
                self._residuals(),
                *(SQL("SELECT %s FROM %s", self._select(number, *row), self._from(row[-1])) for number, row in others),
            ]
        )

    @api.model
    def _select(self, number, kind, currency, voucher, expected, found, _tables):
        return SQL(
            """l.id * 8 + %(number)s AS id, l.id AS move_line_id, l.move_id, l.move_name AS number,
               p.commercial_partner_id AS partner_id, l.company_id, l.date, %(kind)s AS kind, %(currency)s AS currency_id,
               %(voucher)s AS voucher_id, %(expected)s AS expected, %(found)s AS found, %(found)s - %(expected)s AS difference""",
            number=number,
            kind=kind,
            currency=currency,
            voucher=voucher,
            expected=expected,
            found=found,
        )

    @api.model
    def _from(self, tables):
        return SQL(
            "account_move_line l LEFT JOIN res_partner p ON p.id = l.partner_id %(tables)s AND l.account_id IN (%(accounts)s)",
            tables=tables,
            accounts=trade_accounts(),
        )

    @api.model
    def _residuals(self):
        """The residual of each item against its amount less its matches, in both currencies."""
        what = [SQL("k.%s", SQL.identifier(name)) for name in ("number", "kind", "currency_id")]
        columns = self._select(*what, SQL("NULL::int"), SQL("k.expected"), SQL("k.found"), SQL())
        return SQL(
            """SELECT %s FROM credit_difference_items() w
                 JOIN account_move_line l ON l.id = w.item LEFT JOIN res_partner p ON p.id = l.partner_id
           CROSS JOIN LATERAL (VALUES
                   (0, 'residual', l.currency_id, w.own, l.amount_residual_currency),
                   (1, 'value', l.company_currency_id, w.value, l.amount_residual)
               ) k (number, kind, currency_id, expected, found)
                WHERE k.found <> k.expected""",
            columns,
        )

    @api.model
    def _residuals_definition(self):
        """:return: SQL that makes ``credit_difference_items``: the items whose residual is wrong, with what it should be. One
        look at all of them; a function, as the planner would expect most to be wrong, and hope to stop early."""
        return SQL(
            """CREATE OR REPLACE FUNCTION credit_difference_items() RETURNS TABLE (item int, own numeric, value numeric)
               LANGUAGE plpgsql STABLE ROWS 10 SET jit = off SET work_mem = '128MB' AS $items$
               #variable_conflict use_column
               BEGIN
                 RETURN QUERY SELECT l.id, l.amount_currency - COALESCE(x.own, 0), l.balance - COALESCE(x.value, 0)
                   FROM account_move_line l
              LEFT JOIN (SELECT item, SUM(own) AS own, SUM(value) AS value FROM (
                              SELECT debit_move_id AS item, debit_amount_currency AS own, amount AS value
                                FROM account_partial_reconcile
                           UNION ALL SELECT credit_move_id, -credit_amount_currency, -amount
                                FROM account_partial_reconcile) y GROUP BY item) x ON x.item = l.id
                  WHERE l.parent_state = 'posted' AND l.account_id = ANY(ARRAY(%s))
                    AND (l.amount_residual_currency <> l.amount_currency - COALESCE(x.own, 0)
                      OR l.amount_residual <> l.balance - COALESCE(x.value, 0));
               END $items$""",
            trade_accounts(),
        )

    @api.model
    def _applications(self):
        """What a voucher says it used of a credit, against what its matches did."""
        said = SQL(
            """(SELECT COALESCE(SUM(al.credit_amount), 0) FROM adjustment_allocation al
                 WHERE al.voucher_id = vl.voucher_id AND al.credit_move_line_id = l.id)
             + COALESCE(vl.discount_amount, 0) + COALESCE(vl.write_off_amount, 0)
             + CASE WHEN v.transfer_partner_id IS NOT NULL
                    THEN vl.amount - COALESCE(vl.discount_amount, 0) - COALESCE(vl.write_off_amount, 0)
                    ELSE COALESCE(vl.chargeback_amount, 0) END"""
        )
        done = SQL(
            """(SELECT COALESCE(SUM(r.credit_amount_currency), 0) FROM account_partial_reconcile r
                 WHERE r.adjustment_voucher_id = vl.voucher_id AND r.credit_move_id = l.id)"""
        )
        tables = SQL(
            """JOIN adjustment_voucher_line vl ON vl.move_line_id = l.id AND vl.side = 'credit' AND vl.amount > 0
               JOIN adjustment_voucher v ON v.id = vl.voucher_id AND v.state = 'authorized'
              WHERE %s <> %s""",
            said,
            done,
        )
        return "application", SQL("l.currency_id"), SQL("v.id"), done, SQL("(%s)", said), tables

    @api.model
    def _bounced(self):
        tables = SQL(
            """JOIN account_payment ap ON ap.id = l.payment_id AND ap.state IN ('rejected', 'canceled')
              WHERE l.parent_state = 'posted' AND l.amount_residual_currency < 0"""
        )
        return "bounced", SQL("l.currency_id"), SQL("NULL::int"), SQL("0"), SQL("l.amount_residual_currency"), tables

    @api.model
    def _drafts(self):
        """Odoo lets a draft entry settle a posted item, and keeps a match when an entry goes back to draft."""
        tables = SQL(
            """JOIN (SELECT x.item, SUM(x.amount) AS amount FROM (
                        SELECT r.credit_move_id AS item, -r.credit_amount_currency AS amount
                          FROM (%(drafts)s) o JOIN account_partial_reconcile r ON r.debit_move_id = o.id
                     UNION ALL
                        SELECT r.debit_move_id, r.debit_amount_currency
                          FROM (%(drafts)s) o JOIN account_partial_reconcile r ON r.credit_move_id = o.id) x
                      GROUP BY x.item) s ON s.item = l.id
              WHERE l.parent_state = 'posted'""",
            drafts=SQL(
                "SELECT id FROM account_move_line WHERE parent_state = 'draft' AND matching_number IS NOT NULL OFFSET 0"
            ),
        )
        expected = SQL("(l.amount_residual_currency + s.amount)")
        return "draft", SQL("l.currency_id"), SQL("NULL::int"), expected, SQL("l.amount_residual_currency"), tables

    # ------------------------------------------------------------------ buttons

    def action_open_document(self):
        """Open the document whose figures disagree."""
        self.ensure_one()
        self.check_access("read")
        return self.move_line_id.action_credit_open_document()

    def action_view_items(self):
        """The journal items of the document and those it is matched with."""
        self.ensure_one()
        self.check_access("read")
        item = self.move_line_id
        others = item.matched_debit_ids.debit_move_id | item.matched_credit_ids.credit_move_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items of %s", self.number),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("id", "in", (item.move_id.line_ids | others).ids)],
        }
