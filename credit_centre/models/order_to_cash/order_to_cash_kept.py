"""How orders stand, kept: one row per order, brought up to date by whoever reads it.

Lists, groups and boards over all orders read these rows. What changes an order leaves a mark (``order_to_cash_mark.py``);
a reader first works out the marked orders anew, and those whose exception ran out with the day, in one statement. So what
is kept is never behind.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_hold.models.jobs import run_step

from .order_to_cash_live import live_columns, live_query
from .order_to_cash_mark import FRESH

KEPT = tuple(live_columns(SQL("NULL")))


class OrderToCashKept(models.Model):
    """Plain copies of ``order_to_cash_live``, with the id of the order. Nobody but the refresh writes it."""

    _name = "order.to.cash.kept"
    _description = "How Orders Stand, Kept"
    _log_access = False

    company_id = fields.Many2one("res.company")
    partner_id = fields.Many2one("res.partner", index="btree_not_null")
    user_id = fields.Many2one("res.users", index="btree_not_null")
    team_id = fields.Many2one("crm.team")
    date_order = fields.Datetime()
    stage = fields.Char()
    is_open = fields.Boolean()
    exception = fields.Char()
    urgency = fields.Integer()
    valid_until = fields.Date(help="The last day on which the exception still is what it was.")
    value = fields.Float(digits=(16, 6))
    invoiced_amount = fields.Float(digits=(16, 6))
    open_amount = fields.Float(digits=(16, 6))
    quoted_on = fields.Date()
    confirmed_on = fields.Date()
    delivered_on = fields.Date()
    invoiced_on = fields.Date()
    due_on = fields.Date()
    paid_on = fields.Date()
    since = fields.Date()

    _is_an_order = models.Constraint("FOREIGN KEY (id) REFERENCES sale_order (id) ON DELETE CASCADE")
    _open_first = models.Index("(urgency DESC, date_order, id) WHERE is_open")
    _first = models.Index("(urgency DESC, date_order, id)")
    _runs_out = models.Index("(valid_until) WHERE valid_until IS NOT NULL")

    def init(self):
        self.pool.post_init(self._fill_missing)

    @api.model
    def _fill_missing(self):
        """Rows for orders that nobody marked: those from before this app, and what came into the table by itself."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT o.id FROM sale_order o LEFT JOIN order_to_cash_kept k ON k.id = o.id WHERE k.id IS NULL"
        )
        missing = [order for (order,) in self.env.cr.fetchall()]
        if missing:
            self._refresh(missing)

    @api.model
    def _refresh_stale(self):
        """Bring up to date what is marked or ran out. A transaction sees no marks of others that come later, so it looks
        again only after a change of its own."""
        accounts = self.env["credit.account"]
        accounts._flush_sources()
        today = fields.Date.today()
        if self.env.cr.precommit.data.get(FRESH) == today:
            return
        self.env.cr.execute(
            SQL(
                """SELECT EXISTS (SELECT 1 FROM order_to_cash_mark),
                          EXISTS (SELECT 1 FROM order_to_cash_kept WHERE valid_until < %s)""",
                today,
            )
        )
        if any(self.env.cr.fetchone()):
            accounts._check_cursor_writes()
            self._refresh(self._take_stale(today), touch=True)
        self.env.cr.precommit.data[FRESH] = today

    @api.model
    def _take_stale(self, today):
        """Marks that another transaction has taken are left to it: until it ends, a list shows these orders as they were."""
        self.env.cr.execute(
            SQL(
                """WITH gone AS (DELETE FROM order_to_cash_mark
                                  WHERE id = ANY(ARRAY(SELECT id FROM order_to_cash_mark FOR UPDATE SKIP LOCKED)) RETURNING order_id)
                   SELECT order_id FROM gone UNION SELECT id FROM order_to_cash_kept WHERE valid_until < %s""",
                today,
            )
        )
        return [order for (order,) in self.env.cr.fetchall()]

    @api.model
    def _refresh(self, orders, touch=False):
        """Write how these orders stand now, in one statement; rows that did not change stay untouched. They are written in
        the order of their ids, so that two who do so at once wait for each other and not in a circle.

        :param orders: ids
        :param touch: write every row, so that PostgreSQL refuses a reader with an older snapshot who would write after
            us what he saw; whoever takes a mark away needs that
        """
        names = [SQL.identifier(name) for name in KEPT]
        self.env.cr.execute(
            SQL(
                """SET LOCAL jit = off;
                   INSERT INTO order_to_cash_kept AS kept (%(names)s) SELECT %(names)s FROM (%(live)s) live ORDER BY id
                   ON CONFLICT (id) DO UPDATE SET %(assign)s WHERE %(touch)s OR (%(kept)s) IS DISTINCT FROM (%(fresh)s)""",
                names=SQL(", ").join(names),
                live=live_query(fields.Date.today(), orders),
                touch=touch,
                assign=SQL(", ").join(SQL("%s = EXCLUDED.%s", name, name) for name in names),
                kept=SQL(", ").join(SQL("kept.%s", name) for name in names),
                fresh=SQL(", ").join(SQL("EXCLUDED.%s", name) for name in names),
            )
        )


class CreditAccount(models.Model):
    _inherit = "credit.account"

    @api.model
    def _cron_refresh(self):
        """Daily, what no mark told of is looked for as well."""
        result = super()._cron_refresh()
        run_step(self.env, self.env["order.to.cash.kept"]._fill_missing)
        return result
