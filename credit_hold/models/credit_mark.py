"""Marks: which customers' kept figures are out of date.

A change to a customer's items or orders leaves a mark in the same transaction: one row inserted, no lock on the row of
the customer, so that posting and selling never wait for each other. Whoever reads the kept figures brings the marked
ones up to date first, in one statement.
"""

from odoo import api, fields, models
from odoo.tools import SQL

WATCHED = {
    "account.move.line": {
        "amount_residual",
        "parent_state",
        "date",
        "date_maturity",
        "partner_id",
        "account_id",
        "reconciled",
        "price_total",
    },
    "account.move": {"state", "commercial_partner_id", "amount_total_signed", "move_type"},
    "account.payment": {"is_matched", "state", "credit_order_id"},
    "sale.order": {
        "state",
        "partner_invoice_id",
        "amount_total",
        "currency_rate",
        "invoice_status",
        "commitment_date",
        "date_order",
    },
    "sale.order.line": {"product_uom_qty", "price_total", "qty_invoiced", "order_id"},
    "res.partner": {"commercial_partner_id"},
}
# Noted in the transaction while nothing it may see is out of date: the day of the look.
FRESH = "credit_hold.fresh"
OWNER_COLUMNS = {"partner_id", "partner_invoice_id", "commercial_partner_id", "order_id"}
# The customers behind changed rows: (partner, company) of each, given their ids.
OWNERS = {
    "account.move.line": lambda ids: SQL(
        "SELECT partner_id, company_id FROM account_move_line WHERE partner_id IS NOT NULL AND id = ANY(%s)", ids
    ),
    "account.move": lambda ids: SQL(
        "SELECT partner_id, company_id FROM account_move WHERE partner_id IS NOT NULL AND id = ANY(%s)", ids
    ),
    "account.payment": lambda ids: SQL(
        "SELECT partner_id, company_id FROM account_payment WHERE partner_id IS NOT NULL AND id = ANY(%s)", ids
    ),
    "sale.order": lambda ids: SQL(
        "SELECT partner_invoice_id AS partner_id, company_id FROM sale_order"
        " WHERE state NOT IN ('draft', 'sent') AND id = ANY(%s)",
        ids,
    ),
    "sale.order.line": lambda ids: SQL(
        "SELECT o.partner_invoice_id AS partner_id, o.company_id FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id"
        " WHERE o.state NOT IN ('draft', 'sent') AND l.id = ANY(%s)",
        ids,
    ),
    "res.partner": lambda ids: SQL(
        "SELECT a.partner_id, a.company_id FROM credit_account a JOIN res_partner p ON a.partner_id IN (p.id, p.commercial_partner_id)"
        " WHERE p.id = ANY(%s)",
        ids,
    ),
}


def function_definition():
    """:return: SQL that makes ``credit_mark_changed``, with one array of changed ids for each model of ``OWNERS``: it marks
    each customer behind them once"""
    arguments = {name: SQL.identifier(f"p_{name.replace('.', '_')}") for name in OWNERS}
    return SQL(
        """CREATE OR REPLACE FUNCTION credit_mark_changed(%(arguments)s)
           RETURNS void LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan SET jit = off AS $mark$
           DECLARE v_partners int[] = '{}'; v_companies int[] = '{}'; v_only boolean[] = '{}'; v_more int[]; v_where int[];
           BEGIN
             %(gather)s
             INSERT INTO credit_mark (partner_id, company_id, only_orders)
             SELECT DISTINCT p.commercial_partner_id, split_part(c.parent_path, '/', 1)::int, owner.only_orders
               FROM unnest(v_partners, v_companies, v_only) AS owner(partner_id, company_id, only_orders)
               JOIN res_partner p ON p.id = owner.partner_id
               JOIN res_company c ON c.id = owner.company_id
              WHERE p.commercial_partner_id IS NOT NULL;
           END $mark$""",
        arguments=SQL(", ").join(SQL("%s int[]", argument) for argument in arguments.values()),
        gather=SQL("\n").join(_gathered(name, arguments[name]) for name in OWNERS),
    )


def _gathered(model_name, ids):
    return SQL(
        """IF cardinality(%(ids)s) > 0 THEN
             SELECT array_agg(o.partner_id), array_agg(o.company_id) INTO v_more, v_where FROM (%(owners)s) o;
             v_partners = v_partners || v_more;
             v_companies = v_companies || v_where;
             v_only = v_only || array_fill(%(only_orders)s, ARRAY[COALESCE(cardinality(v_more), 0)]);
           END IF;""",
        ids=ids,
        owners=OWNERS[model_name](ids),
        only_orders=ONLY_ORDERS.get(model_name, lambda _ids: SQL("FALSE"))(ids),
    )


# Changes that leave the sums of open items as they are: an order decides on an item only where a receipt is reserved to it.
ONLY_ORDERS = {
    "sale.order": lambda ids: SQL("NOT EXISTS (SELECT 1 FROM account_payment WHERE credit_order_id = ANY(%s))", ids),
    "sale.order.line": lambda _ids: SQL("TRUE"),
}


class CreditMark(models.Model):
    _name = "credit.mark"
    _description = "Credit Figures Out of Date"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    only_orders = fields.Boolean(help="Nothing but orders changed: the sums of open items still hold.")

    def init(self):
        self.env.cr.execute(function_definition())

    @api.model
    def _collect(self, model_name, ids):
        """Remember rows that changed; their customers are marked before anyone reads, or when the transaction ends."""
        self.env.cr.precommit.data.pop(FRESH, None)
        pending = self.env.cr.precommit.data.setdefault("credit_hold.changed", {})
        if not pending:
            self.env.cr.precommit.add(self.sudo()._store_collected)  # sudo: marks belong to nobody
        pending.setdefault(model_name, set()).update(ids)
        self.env["res.partner"]._invalidate_credit_figures()

    @api.model
    def _collect_now(self, model_name, ids):
        """Mark the customers of rows before a change that takes the rows away from them."""
        self._insert({model_name: ids})
        self.env["res.partner"]._invalidate_credit_figures()

    @api.model
    def _insert_for_accounts(self, account_ids):
        """Mark the customers who have open items on accounts of the chart."""
        self.env["account.move.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_mark (partner_id, company_id, only_orders)
                   SELECT DISTINCT p.commercial_partner_id, split_part(c.parent_path, '/', 1)::int, FALSE
                     FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id JOIN res_company c ON c.id = l.company_id
                    WHERE l.account_id = ANY(%s) AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                      AND l.amount_residual <> 0 AND p.commercial_partner_id IS NOT NULL""",
                list(account_ids),
            )
        )
        self.env.cr.precommit.data.pop(FRESH, None)
        self.env["res.partner"]._invalidate_credit_figures()

    @api.model
    def _store_collected(self):
        pending = self.env.cr.precommit.data.pop("credit_hold.changed", None)
        if pending:
            self._insert(pending)

    @api.model
    def _insert(self, changed):
        self.env.cr.precommit.data.pop(FRESH, None)
        self.env.cr.execute(SQL("SELECT %s", SQL(", ").join(self._mark_calls(changed))))

    @api.model
    def _mark_calls(self, changed):
        """:return: list of SQL calls that leave the marks of changed rows; other addons add theirs to the same query"""
        ids = SQL(", ").join(SQL("%s::int[]", list(changed.get(model_name, ()))) for model_name in OWNERS)
        return [SQL("credit_mark_changed(%s)", ids)]

    @api.model_create_multi
    def create(self, vals_list):
        self.env.cr.precommit.data.pop(FRESH, None)
        return super().create(vals_list)


class CreditWatched(models.AbstractModel):
    """Mixed into the models whose rows make up the figures: every column that matters is watched where it is stored, so
    that no path (form, RPC, import, recomputation) goes unseen."""

    _name = "credit.watched"
    _description = "Watched by the credit figures"

    def _credit_watched_columns(self):
        return WATCHED[self._name]

    def _write_multi(self, vals_list):
        watched = self._credit_watched_columns()
        touched = [record_id for record_id, vals in zip(self._ids, vals_list, strict=True) if watched & vals.keys()]
        if touched and any(OWNER_COLUMNS & vals.keys() for vals in vals_list):
            self.env["credit.mark"].sudo()._collect_now(self._name, touched)  # sudo: marks belong to nobody
        result = super()._write_multi(vals_list)
        if touched:
            self.env["credit.mark"].sudo()._collect(self._name, touched)  # sudo: marks belong to nobody
        return result

    @api.model
    def _create(self, data_list):
        records = super()._create(data_list)
        self.env["credit.mark"].sudo()._collect(self._name, records.ids)  # sudo: marks belong to nobody
        return records

    def unlink(self):
        if self.ids:
            self.env["credit.mark"].sudo()._collect_now(self._name, self.ids)  # sudo: marks belong to nobody
        return super().unlink()
