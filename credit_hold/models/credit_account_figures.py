"""How a credit account's figures are read live, and how the kept ones follow."""

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from . import prepaid
from .credit_mark import FRESH
from .figures import PARTS, SUMS, figures_query, function_definition, with_group_mates
from .guard import NEW_ACCOUNT, NEW_COLUMNS, facts_definition, guard_definition
from .jobs import run_step

KEPT = (*PARTS, *SUMS)


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def init(self):
        """The statements behind every live figure, kept in the database with their plans. What is kept follows what they
        say now: an update may have changed it."""
        self.env.cr.execute(function_definition())
        self.env.cr.execute(prepaid.function_definition())
        self.env.cr.execute(guard_definition())
        self.env.cr.execute(facts_definition())
        self.pool.post_init(self._refresh_all)

    # ------------------------------------------------------------------ rows

    @api.model
    def _for_partners(self, partners, company):
        """The accounts of customers in a legal entity, opened where there is none yet.

        :param partners: res.partner, any contact of the customers
        :param company: res.company, any branch of the legal entity
        :return: credit.account, in the user's own rights
        """
        entities = partners.commercial_partner_id
        root = company.root_id
        domain = [("partner_id", "in", entities.ids), ("company_id", "=", root.id)]
        accounts = self.sudo().with_context(active_test=False).search(domain)  # sudo: to see whether there is one
        missing = entities - accounts.partner_id
        if missing:
            accounts |= self.browse(self._open(missing.ids, [root.id] * len(missing)))
        return self.browse(accounts.ids)

    @api.model
    def _open(self, partner_ids, company_ids):
        """Open accounts for pairs, with the limit the partner had before there were accounts; touch those that exist.

        This is the guard of every check: the row is written before any figure is read, so that of two transactions
        which decide on one customer the second is run again on fresh figures.

        :return: list of account ids
        """
        self.env["res.partner"].flush_model(["active", "user_id"])
        self.flush_model()
        self.env.cr.execute(SQL("SELECT credit_guard(%s::int[], %s::int[])", list(partner_ids), list(company_ids)))
        return [account for (account,) in self.env.cr.fetchall()]

    @api.model
    def _create_missing(self):
        """Open an account for every customer with a limit, an open item or a confirmed order."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_account (%(columns)s)
                   SELECT %(values)s FROM (
                        SELECT p.commercial_partner_id AS partner_id, split_part(c.parent_path, '/', 1)::int AS company_id
                          FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id JOIN res_company c ON c.id = l.company_id
                         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
                           AND l.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')
                     UNION
                        SELECT p.commercial_partner_id, split_part(c.parent_path, '/', 1)::int
                          FROM sale_order o JOIN res_partner p ON p.id = o.partner_invoice_id JOIN res_company c ON c.id = o.company_id
                         WHERE o.state = 'sale' AND o.invoice_status IS DISTINCT FROM 'invoiced'
                     UNION
                        SELECT p.commercial_partner_id, k.key::int FROM res_partner p, jsonb_each(p.credit_limit) k
                         WHERE p.credit_limit IS NOT NULL AND EXISTS (SELECT 1 FROM res_company x WHERE x.id = k.key::int AND x.parent_id IS NULL)
                   ) t
                     JOIN res_partner p ON p.id = t.partner_id JOIN res_company c ON c.id = t.company_id
                 ORDER BY p.id, c.id ON CONFLICT DO NOTHING""",
                columns=NEW_COLUMNS,
                values=NEW_ACCOUNT,
            )
        )

    # ------------------------------------------------------------------ live figures

    @api.model
    def _read_figures(self, pairs, orders=()):
        """The figures of customers as the ledger and the orders stand now.

        :param pairs: list of (commercial entity id, root company id)
        :param orders: ids of sale orders to leave out, with the money reserved to them
        :return: dict of pair -> dict of figures, amounts as floats in the company's currency
        """
        return self._read_facts(pairs, orders)[0]

    @api.model
    def _read_facts(self, pairs, orders=(), guard=False):
        """Figures of customers and what has come for orders, in one reading.

        :param guard: write the customers' accounts first (see ``_open``)
        :return: (as ``_read_figures``, dict of order id -> what came for it as ``sale.order._credit_prepaid`` gives it
            under ``came``, and its last ``hold``)
        """
        self._flush_sources()
        partner_ids, company_ids = zip(*pairs, strict=True)
        self.env.cr.execute(
            SQL(
                "SELECT * FROM credit_facts(%(partners)s::int[], %(companies)s::int[], %(today)s, %(orders)s::int[], %(guard)s)",
                partners=list(partner_ids),
                companies=list(company_ids),
                today=fields.Date.today(),
                orders=list(orders),
                guard=guard,
            )
        )
        rows = self.env.cr.fetchall()
        figures = [row for of_customer, row in rows if of_customer]
        for row in figures:
            row["oldest_due_date"] = fields.Date.to_date(row["oldest_due_date"])
        return (
            {(row["partner_id"], row["company_id"]): row for row in figures},
            {
                row["id"]: {"came": (row["online"], row["reserved"], row["invoiced"]), "hold": row["hold"] or {}}
                for of_customer, row in rows
                if not of_customer
            },
        )

    @api.model
    def _flush_sources(self):
        """What this transaction changed is in the tables, and marked, before they are read."""
        self.env.flush_all()
        self.env["credit.mark"].sudo()._store_collected()  # sudo: marks belong to nobody

    # ------------------------------------------------------------------ kept figures

    def _mark(self):
        marks = self.env["credit.mark"].sudo()  # sudo: marks belong to nobody
        marks.create([{"partner_id": account.partner_id.id, "company_id": account.company_id.id} for account in self])
        self.env["res.partner"]._invalidate_credit_figures()

    def action_refresh(self):
        """Bring the kept figures of these accounts up to date.

        :return: True
        """
        self.check_access("read")
        self.sudo()._refresh(  # sudo: figures are computed, their reader may not write them
            with_group_mates(SQL("SELECT partner_id, company_id FROM credit_account WHERE id = ANY(%s)", self.ids))
        )
        return True

    @api.model
    def _refresh_all(self):
        self._refresh(SQL("SELECT partner_id, company_id FROM credit_account"))

    @api.model
    def _refresh_stale(self):
        """Bring up to date the accounts that are marked and those whose figures ran out with the day. A transaction sees
        no marks of others that come later, so it looks again only after a change of its own."""
        self._flush_sources()
        today = fields.Date.today()
        if self.env.cr.precommit.data.get(FRESH) == today:
            return
        self.env.cr.execute(
            SQL(
                "SELECT EXISTS (SELECT 1 FROM credit_mark), EXISTS (SELECT 1 FROM credit_account WHERE valid_until < %s)",
                today,
            )
        )
        marked, ran_out = self.env.cr.fetchone()
        if marked or ran_out:
            self._check_cursor_writes()
        if marked:
            self._refresh_marked()
        if ran_out:
            self._refresh(
                with_group_mates(SQL("SELECT partner_id, company_id FROM credit_account WHERE valid_until < %s", today))
            )
        self.env.cr.precommit.data[FRESH] = today

    @api.model
    def _check_cursor_writes(self):
        """Odoo runs the request again on a cursor that writes."""
        if self.env.cr.readonly:
            raise ReadOnlySqlTransaction("Credit figures are out of date")

    @api.model
    def _refresh_marked(self):
        # ARRAY: looked up once. At rest there are no marks, so that the database expects few and would compare all with all.
        self.env.cr.execute(
            "WITH gone AS (DELETE FROM credit_mark WHERE id = ANY(ARRAY(SELECT id FROM credit_mark FOR UPDATE SKIP LOCKED))"
            " RETURNING partner_id, company_id) SELECT DISTINCT partner_id, company_id FROM gone"
        )
        pairs = self.env.cr.fetchall()
        if pairs:
            partner_ids, company_ids = zip(*pairs, strict=True)
            self._open_missing(partner_ids, company_ids)
            pairs = SQL(
                "SELECT * FROM unnest(%s::int[], %s::int[]) t(partner_id, company_id)", [*partner_ids], [*company_ids]
            )
            self._refresh(with_group_mates(pairs), touch=True)

    @api.model
    def _open_missing(self, partner_ids, company_ids):
        self.env.cr.execute(
            SQL(
                """INSERT INTO credit_account (%(columns)s)
                   SELECT %(values)s FROM unnest(%(partners)s::int[], %(companies)s::int[]) AS t(partner_id, company_id)
                     JOIN res_partner p ON p.id = t.partner_id JOIN res_company c ON c.id = t.company_id
              ON CONFLICT DO NOTHING""",
                columns=NEW_COLUMNS,
                values=NEW_ACCOUNT,
                partners=list(partner_ids),
                companies=list(company_ids),
            )
        )

    @api.model
    def _refresh(self, pairs, touch=False):
        """Write the live figures of pairs to their accounts, in one statement; rows that did not change stay untouched.
        Compiling that statement (jit) would take longer than running it.

        :param pairs: SQL of (partner_id, company_id) that holds whole groups
        :param touch: write every row, so that PostgreSQL refuses a reader with an older snapshot who would write after
            us what he saw; whoever takes a mark away needs that
        """
        self._flush_sources()
        columns = [SQL.identifier(name) for name in KEPT]
        self.env.cr.execute(
            SQL(
                """SET LOCAL jit = off;
                   UPDATE credit_account a
                      SET %(assign)s, refreshed_on = %(now)s, caution = a.caution AND (f.exposure >= f.effective_limit OR f.overdue_late > 0)
                     FROM (%(figures)s) f
                    WHERE a.id = f.account_id AND (%(touch)s OR a.refreshed_on IS NULL OR (%(kept)s) IS DISTINCT FROM (%(fresh)s))""",
                assign=SQL(", ").join(SQL("%s = f.%s", column, column) for column in columns),
                now=fields.Datetime.now(),
                touch=touch,
                figures=figures_query(pairs, fields.Date.today()),
                kept=SQL(", ").join(SQL("a.%s", column) for column in columns),
                fresh=SQL(", ").join(SQL("f.%s", column) for column in columns),
            )
        )
        self.invalidate_model([*KEPT, "refreshed_on", "caution"], flush=False)

    # ------------------------------------------------------------------ reading

    @api.model
    def _figure_names(self):
        """What is kept up to date before it is read; other addons add theirs by the same prefetch group."""
        return {name for name, field in self._fields.items() if field.prefetch == "figures"} | {"days_overdue"}

    def _fetch_query(self, query, fields_to_fetch):
        """Whoever reads kept figures gets them as of now."""
        if any(field.prefetch == "figures" for field in fields_to_fetch):
            self.sudo()._refresh_stale()  # sudo: figures are computed, their reader may not write them
        return super()._fetch_query(query, fields_to_fetch)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """So does a search by a figure, or in the order of one. Other searches touch no row: they run while documents
        are posted."""
        figures = self._figure_names()
        asked = {name for name in figures if name in (order or "")}
        asked |= {condition.field_expr for condition in Domain(domain).iter_conditions()} & figures
        if asked:
            self.sudo()._refresh_stale()  # sudo: figures are computed, their reader may not write them
        return super()._search(domain, offset, limit, order, **kwargs)

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        figures = self._figure_names()
        if any(spec.split(":")[0] in figures for spec in (*groupby, *aggregates)):
            self.sudo()._refresh_stale()  # sudo: figures are computed, their reader may not write them
        return super()._read_group(domain, groupby, aggregates, *args, **kwargs)

    @api.model
    def _cron_refresh(self):
        """Daily: open what is missing, bring figures up to date, examine the held orders again."""
        run_step(self.env, self._create_missing)
        run_step(self.env, self._refresh_stale)
        for order in self.env["credit.hold"]._get_orders_to_examine():
            run_step(self.env, self.env["credit.hold"]._examine_alone, order)

    @api.model
    def _refresh_at_once(self):
        """The same in one transaction: for the demo data."""
        self._create_missing()
        self._refresh_stale()
        for order in self.env["credit.hold"]._get_orders_to_examine():
            self.env["credit.hold"]._examine_alone(order)
