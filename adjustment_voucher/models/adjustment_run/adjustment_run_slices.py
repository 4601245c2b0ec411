"""Which customers a run is about: one slice for each customer, legal entity and currency with a credit to apply."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

CREDIT = Domain("balance", "<", 0) | Domain("balance", "=", 0) & Domain("amount_currency", "<", 0)
DEEPEST = 50


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    # ------------------------------------------------------------------ companies

    def _get_item_companies(self):
        """Whose items the run applies: the companies chosen with their branches, as far as its user works for them."""
        chosen = self.env["res.company"].sudo().search([("id", "child_of", self.company_ids.ids)])  # ids of branches
        return chosen & self.env.user.company_ids

    def _get_voucher_companies(self):
        """:return: {company of items: company of the voucher}: the legal entity, or for a user who doesn't work for it
        the first of its branches that the run is about"""
        companies, found = self._get_item_companies(), {}
        for company in companies.sorted("id"):
            root = company.root_id
            own = [one for one in companies if one.root_id == root]
            found[company.id] = (root if root in companies else min(own, key=lambda one: one.id)).id
        return found

    # ------------------------------------------------------------------ items

    def _get_account_ids(self, company):
        """:return: (accounts of receivables, domain of all items that a voucher of the company may take)"""
        voucher = self.env["adjustment.voucher"].new({"company_id": company.id})
        trade = Domain("account_type", "=", "asset_receivable") & Domain("non_trade", "=", False)
        accounts = self.env["account.account"].with_context(active_test=False).search(trade)
        if not company._get_adjustment_root().adjustment_prepayment_account_ids:
            return accounts.ids, Domain("account_id", "in", accounts.ids)
        return accounts.ids, voucher._get_account_domain()

    def _get_open_domain(self, company, companies):
        """Open items up to the run's date, of these companies, on accounts of which the company's vouchers take them."""
        return (
            Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual_currency", "!=", 0)
            & Domain("company_id", "in", companies)
            & Domain("date", "<=", self.date)
            & self._get_account_ids(company)[1]
        )

    def _get_credit_terms(self):
        """What the criteria say of credits, and of nothing else."""
        terms = [
            (self.journal_ids, ("journal_id", "in", self.journal_ids.ids)),
            (self.date_from, ("date", ">=", self.date_from)),
            (self.date_to, ("date", "<=", self.date_to)),
            (self.currency_ids, ("currency_id", "in", self.currency_ids.ids)),
        ]
        return Domain.AND([Domain(*term) for wanted, term in terms if wanted])

    def _get_customer_terms(self):
        domain = Domain.TRUE
        if self.partner_ids:
            domain &= Domain("partner_id", "child_of", self.partner_ids.commercial_partner_id.ids)
        if self.partner_tag_ids:
            tags = self.env["res.partner.category"].search([("id", "child_of", self.partner_tag_ids.ids)])
            domain &= Domain("partner_id.commercial_partner_id.category_id", "in", tags.ids)
        return domain & Domain("partner_id", "!=", False)

    # ------------------------------------------------------------------ slices

    def _make_slices(self):
        """Write down the customers to look at; those that somebody took out are told so at once."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")  # compiling the statement would take longer than running it
        by_voucher_company = {}
        for company, voucher_company in self._get_voucher_companies().items():
            by_voucher_company.setdefault(voucher_company, []).append(company)
        for voucher_company, companies in by_voucher_company.items():
            self._make_slices_of(self.env["res.company"].browse(voucher_company), companies)
        self.env.execute_query(self._exclude_query())
        self.env["adjustment.run.customer"].invalidate_model()

    def _make_slices_of(self, company, companies):
        domain = self._get_open_domain(company, companies) & CREDIT
        credits = self.env["account.move.line"]._search(
            domain & self._get_credit_terms() & self._get_customer_terms(), order="id"
        )
        currency = SQL("%s", company.currency_id.id) if self.across_currencies else SQL("credit.currency_id")
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE credit AS (
                    SELECT DISTINCT customer.commercial_partner_id AS customer, line.currency_id
                      FROM (SELECT account_move_line.partner_id, account_move_line.currency_id FROM %(tables)s
                             WHERE %(where)s) line
                      JOIN res_partner customer ON customer.id = line.partner_id
                ), %(heads)s
                INSERT INTO adjustment_run_customer
                       (run_id, partner_id, company_id, currency_id, state, create_uid, create_date, write_uid, write_date)
                SELECT DISTINCT %(run)s, head.head, %(company)s, %(currency)s, 'waiting', %(user)s,
                       now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                  FROM credit JOIN head ON head.customer = credit.customer
                 ORDER BY 2, 4
                """,
                tables=credits.from_clause,
                where=credits.where_clause or SQL("TRUE"),
                heads=self._heads_sql(),
                run=self.id,
                company=company.id,
                currency=currency,
                user=self.env.uid,
            )
        )

    def _heads_sql(self):
        """head(customer, head): at whose customer the items meet. Of two in one tree it is the upper one."""
        if self.hierarchy == "local":
            return SQL("head AS (SELECT DISTINCT customer, customer AS head FROM credit)")
        heads = SQL("TRUE")
        if self.hierarchy == "child":
            chosen = self.partner_ids.commercial_partner_id.ids
            heads = SQL("ancestor IN (SELECT customer FROM credit) OR ancestor = ANY(%s)", chosen)
        return SQL(
            """
            climb AS (
                SELECT DISTINCT customer, customer AS ancestor, 0 AS steps FROM credit
                 UNION ALL
                SELECT climb.customer, above.commercial_partner_id, climb.steps + 1
                  FROM climb
                  JOIN res_partner own ON own.id = climb.ancestor
                  JOIN res_partner above ON above.id = own.parent_id
                 WHERE climb.steps < %(deepest)s
            ), head AS (
                SELECT DISTINCT ON (customer) customer, ancestor AS head
                  FROM climb
                 WHERE %(heads)s
                 ORDER BY customer, steps DESC
            )""",
            deepest=DEEPEST,
            heads=heads,
        )

    def _exclude_query(self):
        """Customers that somebody took out."""
        return SQL(
            """
            UPDATE adjustment_run_customer slice
               SET state = 'excluded', reason_code = 'excluded', reason_text = exclusion.reason
              FROM adjustment_exclusion exclusion, res_company company, res_company entity
             WHERE slice.run_id = %(run)s AND slice.state = 'waiting' AND exclusion.partner_id = slice.partner_id
               AND company.id = slice.company_id AND entity.id = exclusion.company_id
               AND split_part(company.parent_path, '/', 1) = split_part(entity.parent_path, '/', 1)
               AND exclusion.active AND (exclusion.until IS NULL OR exclusion.until >= %(date)s)
            RETURNING slice.id
            """,
            run=self.id,
            date=self.date,
        )
