"""Which credit went to which debit, by a voucher or by Odoo's own matching: read from both, in both directions."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from . import uses

# The columns of the four places have the same types: else the database puts all of them together before it asks what of.
NOTHING = SQL("0::numeric")
KINDS = [("applied", "Applied"), ("refunded", "Refunded"), ("transferred", "Transferred"), ("void", "Void")]


class CreditApplication(models.Model):
    """One row per credit and debit; or per credit alone, for what a voucher moved away or wrote off of it."""

    _name = "credit.application"
    _inherit = "credit.ordered.choices"
    _description = "Application of a Customer Credit"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "credit_number"
    _depends = uses.LEDGER

    credit_id = fields.Many2one("customer.credit", "Credit", readonly=True)
    credit_move_line_id = fields.Many2one("account.move.line", "Credit Item", readonly=True)
    credit_move_id = fields.Many2one("account.move", "Credit Document", readonly=True)
    credit_number = fields.Char(readonly=True)
    debit_move_line_id = fields.Many2one("account.move.line", "Debit Item", readonly=True)
    debit_move_id = fields.Many2one("account.move", "Debit Document", readonly=True)
    debit_number = fields.Char("Went to", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    debit_partner_id = fields.Many2one("res.partner", "Customer of the Debit", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, "What Happened", readonly=True)
    source = fields.Selection([("voucher", "Voucher"), ("odoo", "Odoo itself")], "Made by", readonly=True)
    voucher_id = fields.Many2one("adjustment.voucher", readonly=True)
    partial_id = fields.Many2one("account.partial.reconcile", "Match", readonly=True)
    currency_id = fields.Many2one("res.currency", "Credit Currency", readonly=True)
    debit_currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary("Used of the Credit", readonly=True, help="In the credit's currency.")
    debit_amount = fields.Monetary("Settled of the Debit", currency_field="debit_currency_id", readonly=True)
    company_amount = fields.Monetary("Value", currency_field="company_currency_id", readonly=True)
    exchange_amount = fields.Monetary(
        "Exchange Gain or Loss", currency_field="company_currency_id", readonly=True, help="A loss is negative."
    )
    discount_amount = fields.Monetary("Discount", currency_field="debit_currency_id", readonly=True)
    write_off_amount = fields.Monetary("Write-off", currency_field="debit_currency_id", readonly=True)

    # ------------------------------------------------------------------ rows

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(self._arms())

    @api.model
    def _arms(self):
        """The four places where a credit's use is written down."""
        return [self._own_matches(), self._by_voucher(), self._moved_away(), self._written_off()]

    @api.model
    def _columns(self, number, **columns):
        """:param number: which of the four, so that the ids differ"""
        return SQL(
            """%(key)s * 4 + %(number)s AS id, %(key)s AS written_in, l.id AS credit_id, l.id AS credit_move_line_id, l.move_id AS credit_move_id,
               l.move_name AS credit_number, p.commercial_partner_id AS partner_id, l.company_id,
               l.currency_id, l.company_currency_id,
               %(debit)s, %(date)s AS date, %(kind)s AS kind, %(source)s AS source, %(voucher)s AS voucher_id,
               %(match)s AS partial_id, %(amount)s AS amount, %(debit_amount)s AS debit_amount, %(value)s AS company_amount,
               %(with_exchange)s AS with_exchange, %(exchange)s AS exchange_amount, %(discount)s AS discount_amount, %(write_off)s AS write_off_amount""",
            number=number,
            **columns,
        )

    @api.model
    def _own_matches(self):
        columns = self._columns(
            0,
            key=SQL("r.id"),
            debit=self._debit(),
            date=SQL("r.max_date"),
            kind=self._own_kind(),
            source=SQL("'odoo'::varchar"),
            voucher=SQL("NULL::int"),
            match=SQL("r.id"),
            amount=SQL("r.credit_amount_currency"),
            debit_amount=SQL("r.debit_amount_currency"),
            value=SQL("r.amount"),
            with_exchange=SQL("r.exchange_move_id IS NOT NULL"),
            exchange=SQL(
                """(CASE WHEN r.exchange_move_id IS NULL THEN 0 ELSE
                    (SELECT COALESCE(SUM(x.balance), 0) FROM account_move_line x
                      WHERE x.move_id = r.exchange_move_id AND x.account_id = l.account_id) END)"""
            ),
            discount=NOTHING,
            write_off=NOTHING,
        )
        return SQL(
            """SELECT %s FROM account_partial_reconcile r
                 JOIN account_move_line l ON l.id = r.credit_move_id
            LEFT JOIN account_move_line d ON d.id = r.debit_move_id
            LEFT JOIN res_partner p ON p.id = l.partner_id LEFT JOIN res_partner q ON q.id = d.partner_id
                WHERE r.adjustment_voucher_id IS NULL AND r.credit_amount_currency <> 0 AND %s""",
            columns,
            uses.is_credit(),
        )

    @api.model
    def _own_kind(self):
        """The entries are looked at for the few credits of which something else may have become."""
        return SQL(
            """(CASE WHEN l.id IN (%s) THEN
                    (SELECT CASE WHEN %s THEN 'void' WHEN %s THEN 'refunded' ELSE 'applied' END
                       FROM account_move m
                  LEFT JOIN account_move_line d ON d.id = r.debit_move_id LEFT JOIN account_move dm ON dm.id = d.move_id
                      WHERE m.id = l.move_id)
                    ELSE 'applied' END)::varchar""",
            uses.UNUSUAL,
            uses.MIRROR,
            uses.PAID_OUT,
        )

    @api.model
    def _by_voucher(self):
        columns = self._columns(
            1,
            key=SQL("al.id"),
            debit=self._debit(),
            date=SQL("al.date"),
            kind=SQL("(CASE WHEN %s THEN 'refunded' ELSE 'applied' END)::varchar", uses.PAID_OUT),
            source=SQL("'voucher'::varchar"),
            voucher=SQL("al.voucher_id"),
            match=SQL("NULL::int"),
            amount=SQL("al.credit_amount"),
            debit_amount=SQL("al.debit_amount"),
            value=SQL("al.credit_value"),
            with_exchange=SQL("COALESCE(al.exchange_amount, 0) <> 0"),
            exchange=SQL("COALESCE(al.exchange_amount, 0)"),
            discount=SQL("COALESCE(al.discount_amount, 0)"),
            write_off=SQL("COALESCE(al.write_off_amount, 0)"),
        )
        return SQL(
            """SELECT %s FROM adjustment_allocation al
                 JOIN account_move_line l ON l.id = al.credit_move_line_id
            LEFT JOIN account_move_line d ON d.id = al.debit_move_line_id
            LEFT JOIN res_partner p ON p.id = l.partner_id LEFT JOIN res_partner q ON q.id = d.partner_id
                WHERE al.state = 'authorized' AND al.credit_amount <> 0 AND %s""",
            columns,
            uses.is_credit(),
        )

    @api.model
    def _debit(self):
        return SQL(
            """d.id AS debit_move_line_id, d.move_id AS debit_move_id, d.move_name AS debit_number,
               q.commercial_partner_id AS debit_partner_id, COALESCE(d.currency_id, l.currency_id) AS debit_currency_id"""
        )

    @api.model
    def _moved_away(self):
        target = SQL(
            """NULL::int AS debit_move_line_id, NULL::int AS debit_move_id, t.complete_name AS debit_number,
               COALESCE(v.transfer_partner_id, p.commercial_partner_id) AS debit_partner_id,
               l.currency_id AS debit_currency_id"""
        )
        return self._by_line(2, "transferred", target, uses.moved(SQL("vl.amount")), NOTHING, NOTHING)

    @api.model
    def _written_off(self):
        discount, write_off = SQL("COALESCE(vl.discount_amount, 0)"), SQL("COALESCE(vl.write_off_amount, 0)")
        nowhere = SQL(
            """NULL::int AS debit_move_line_id, NULL::int AS debit_move_id, NULL::varchar AS debit_number,
               NULL::int AS debit_partner_id, l.currency_id AS debit_currency_id"""
        )
        return self._by_line(3, "applied", nowhere, SQL("(%s + %s)", discount, write_off), discount, write_off)

    @api.model
    def _by_line(self, number, kind, target, amount, discount, write_off):
        """What a voucher's line of the credit says that no debit took."""
        columns = self._columns(
            number,
            key=SQL("vl.id"),
            debit=target,
            date=SQL("v.date"),
            kind=SQL("%s::varchar", kind),
            source=SQL("'voucher'::varchar"),
            voucher=SQL("v.id"),
            match=SQL("NULL::int"),
            amount=amount,
            debit_amount=NOTHING,
            value=SQL("ROUND(%s * l.balance / l.amount_currency, 2)", amount),
            with_exchange=SQL("FALSE"),
            exchange=NOTHING,
            discount=discount,
            write_off=write_off,
        )
        return SQL(
            """SELECT %(columns)s FROM adjustment_voucher_line vl
                 JOIN adjustment_voucher v ON v.id = vl.voucher_id AND v.state = 'authorized'
                 JOIN account_move_line l ON l.id = vl.move_line_id
            LEFT JOIN res_partner p ON p.id = l.partner_id LEFT JOIN res_partner t ON t.id = v.transfer_partner_id
                WHERE vl.side = 'credit' AND vl.amount > 0 AND %(amount)s > 0 AND %(credit)s""",
            columns=columns,
            amount=amount,
            credit=uses.is_credit(),
        )

    # ------------------------------------------------------------------ buttons

    def action_open_debit(self):
        """Open the invoice, refund or entry that the credit went to; else the voucher that used it."""
        self.ensure_one()
        self.check_access("read")
        if self.debit_move_line_id:
            return self.debit_move_line_id.action_credit_open_document()
        return self.action_open_voucher()

    def action_open_credit(self):
        """Open the credit note or receipt."""
        self.ensure_one()
        self.check_access("read")
        return self.credit_move_line_id.action_credit_open_document()

    def action_open_voucher(self):
        """Open the voucher that made the application.

        :raise UserError: when Odoo itself matched the two
        """
        self.ensure_one()
        self.check_access("read")
        if not self.voucher_id:
            raise UserError(
                self.env._(
                    "To see a voucher, choose an application made by one: Odoo itself matched %s.", self._name_it()
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "views": [(False, "form")],
            "res_id": self.voucher_id.id,
        }

    def action_unapply(self):
        """Take these applications back, so that both sides are free again (S0.23, S0.24): a match of Odoo's at once, a
        voucher's through the voucher, which asks for day and reason.

        :return: True, or the action that asks
        """
        self._check_may_unapply()
        own = self.filtered(lambda row: row.source == "odoo")
        if own and own != self:
            raise UserError(
                self.env._("To unapply these, take those made by vouchers and those matched by Odoo in two steps.")
            )
        if own:
            return self._take_own_back()
        return self._ask_vouchers()

    def action_unapply_here(self):
        """The same from the apply screen, which is shown again with what is free now."""
        done = self.action_unapply()
        return self.env["credit.apply"]._get_action(self.partner_id[:1]) if done is True else done

    def _check_may_unapply(self):
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("To unapply a credit, ask an administrator for the right «Invoicing»."))
        rows = self.exists()
        if not rows or rows != self:
            raise UserError(
                self.env._("To unapply, choose applications that still stand: reload the list, it has changed.")
            )
        void = rows.filtered(lambda row: row.kind == "void")[:1]
        if void:
            raise UserError(
                self.env._("To use %s again, undo its reversal in its own entry: it is void.", void.credit_number)
            )

    def _take_own_back(self):
        for row in self:
            row.credit_move_id.js_remove_outstanding_partial(row.partial_id.id)
        self.env["customer.credit"].invalidate_model()
        self.invalidate_model()
        return True

    def _ask_vouchers(self):
        """One item is taken out of a voucher that holds more; else the vouchers are reversed as a whole."""
        line = self._get_line_to_take_out() if len(self) == 1 else None
        return line.action_unapply() if line else self.voucher_id.action_open_reverse()

    def _get_line_to_take_out(self):
        """The line that this pair can be undone by while the rest of the voucher stays; None when there is no rest."""
        lines = self.voucher_id.line_ids.filtered("amount")
        credits = lines.filtered(lambda line: line.side == "credit")
        debits = lines - credits
        item = self.credit_move_line_id if len(credits) > 1 else self.debit_move_line_id if len(debits) > 1 else None
        return item and lines.filtered(lambda line: line.move_line_id == item)

    def _name_it(self):
        return f"{self.credit_number or ''} → {self.debit_number or ''}"

    def _get_choice(self, title, domain=None):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "credit.application",
            "view_mode": "list,form",
            "domain": domain or [("id", "in", self.ids)],
        }
