"""All open items of a batch of customers, as values: one query for the batch, whatever the number of customers."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .lookups import Lookups


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    def _gather(self, company, slices):
        """:param slices: rows (id, partner, company, currency) of the voucher company
        :return: {slice id: (items, rules)}"""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")  # compiling the statement would take longer than running it
        rows = self.env.execute_query_dict(self._items_sql(company, slices))
        claimed = self._get_claimed([row["id"] for row in rows])
        for row in rows:
            row["claimed"] = claimed.get(row["id"])
        lookups = Lookups(self, company, rows)
        lookups.look_up_rates([one.currency_id for one in slices])
        items = {}
        for row in rows:
            items.setdefault(row["slice_id"], []).append(lookups.item(row))
        elsewhere = self._get_debits_elsewhere(company, slices, items)
        return {one.id: (items.get(one.id, []), lookups.rules(one.currency_id, one.id in elsewhere)) for one in slices}

    def _items_sql(self, company, slices):
        companies = [one for one, voucher in self._get_voucher_companies().items() if voucher == company.id]
        found = self.env["account.move.line"]._search(self._get_open_domain(company, companies), order="id")
        return SQL(
            """
            WITH RECURSIVE slice AS (
                SELECT * FROM unnest(%(ids)s, %(partners)s, %(currencies)s) AS one(id, partner_id, currency_id)
            ), %(members)s
            SELECT member.slice_id, line.*, member.commercial_id,
                   move.move_type, move.payment_state, move.invoice_date, move.amount_untaxed, move.amount_total,
                   move.invoice_payment_term_id AS term, move.reversed_entry_id, move.adjustment_charge_item_id AS charge,
                   term.early_pay_discount_computation AS computation, %(names)s AS names,
                   %(excluded)s AS excluded, %(taken)s AS taken
              FROM member
              JOIN LATERAL (
                       SELECT account_move_line.id, account_move_line.move_id, account_move_line.currency_id,
                              account_move_line.account_id, account_move_line.journal_id, account_move_line.date,
                              COALESCE(account_move_line.date_maturity, account_move_line.date) AS due,
                              COALESCE(NULLIF(account_move_line.balance, 0), account_move_line.amount_currency) > 0
                                  AS is_debit,
                              abs(account_move_line.amount_residual_currency) AS residual,
                              abs(account_move_line.amount_residual) AS company_residual,
                              abs(account_move_line.amount_currency) AS total,
                              account_move_line.discount_date,
                              abs(account_move_line.discount_amount_currency) AS discounted
                         FROM %(tables)s
                        WHERE %(where)s AND account_move_line.partner_id = member.partner_id
                   ) line ON %(wanted)s
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN account_payment_term term ON term.id = move.invoice_payment_term_id
            """,
            ids=[one.id for one in slices],
            partners=[one.partner_id for one in slices],
            currencies=[one.currency_id for one in slices],
            members=self._members_sql(),
            names=self._names_sql(),
            excluded=self._excluded_sql(company),
            taken=self._taken_sql(),
            tables=found.from_clause,
            where=found.where_clause or SQL("TRUE"),
            wanted=self._wanted_sql(),
        )

    def _members_sql(self):
        """member(slice_id, currency_id, partner_id, commercial_id): whose items may stand in the slice's voucher."""
        if self.hierarchy == "local":
            return SQL(
                """member AS (
                    SELECT slice.id AS slice_id, slice.currency_id, own.id AS partner_id, slice.partner_id AS commercial_id
                      FROM slice JOIN res_partner own ON own.commercial_partner_id = slice.partner_id)"""
            )
        return SQL(
            """member AS (
                SELECT slice.id AS slice_id, slice.currency_id, slice.partner_id, slice.partner_id AS commercial_id
                  FROM slice
                 UNION
                SELECT member.slice_id, member.currency_id, below.id, below.commercial_partner_id
                  FROM member JOIN res_partner below ON below.parent_id = member.partner_id)"""
        )

    def _wanted_sql(self):
        """Debits as they are; credits that the criteria name."""
        terms = [SQL("TRUE")] if self.across_currencies else [SQL("line.currency_id = member.currency_id")]
        of_credits = [
            (self.journal_ids, SQL("line.journal_id = ANY(%s)", self.journal_ids.ids)),
            (self.date_from, SQL("line.date >= %s", self.date_from or None)),
            (self.date_to, SQL("line.date <= %s", self.date_to or None)),
            (self.currency_ids, SQL("line.currency_id = ANY(%s)", self.currency_ids.ids)),
        ]
        chosen = [term for wanted, term in of_credits if wanted]
        if chosen:
            terms.append(SQL("(line.is_debit OR %s)", SQL(" AND ").join(chosen)))
        return SQL(" AND ").join(terms)

    def _names_sql(self):
        """The documents that a credit was given for, in order; the one it corrects comes last."""
        return SQL(
            """CASE WHEN NOT line.is_debit THEN ARRAY(
                   SELECT named.id
                     FROM account_move named
                    WHERE named.id IN (
                              SELECT debit_id FROM adjustment_credit_debit WHERE credit_id = move.id
                               UNION
                              SELECT debit_id FROM adjustment_payment_debit WHERE payment_id = move.origin_payment_id)
                    ORDER BY COALESCE(named.invoice_date_due, named.date), named.id) END"""
        )

    def _get_claimed(self, item_ids):
        """What other open vouchers hold of the items. Asked for all of them at once: the run itself fills the table, and as
        long as the database does not know that, it would read the whole table for each item.

        :return: {item id: amount}
        """
        query = SQL(
            """SELECT claim.move_line_id, sum(claim.amount)
                 FROM adjustment_voucher_line claim
                 JOIN adjustment_voucher holder ON holder.id = claim.voucher_id
                WHERE claim.move_line_id = ANY(%s) AND claim.amount > 0 AND holder.state IN ('draft', 'returned')
             GROUP BY claim.move_line_id""",
            item_ids,
        )
        return dict(self.env.execute_query(query))

    def _excluded_sql(self, company):
        entity = company.root_id.id
        return SQL(
            """EXISTS (
                   SELECT FROM adjustment_exclusion exclusion
                     JOIN res_company entity ON entity.id = exclusion.company_id
                    WHERE (exclusion.move_line_id = line.id OR exclusion.partner_id = member.commercial_id)
                      AND exclusion.active AND split_part(entity.parent_path, '/', 1) = %s
                      AND (exclusion.until IS NULL OR exclusion.until >= %s))""",
            str(entity),
            self.date,
        )

    def _taken_sql(self):
        """Whether a discount was taken on the document that a credit note corrects."""
        return SQL(
            """CASE WHEN move.move_type = 'out_refund' AND move.reversed_entry_id IS NOT NULL THEN EXISTS (
                   SELECT FROM account_move_line invoiced
                     JOIN adjustment_voucher_line done ON done.move_line_id = invoiced.id AND done.discount_amount > 0
                    WHERE invoiced.move_id = move.reversed_entry_id) ELSE FALSE END"""
        )

    def _get_debits_elsewhere(self, company, slices, items):
        """Slices without a debit, whose customers owe something in another currency."""
        bare = [one for one in slices if not any(item.side == "debit" for item in items.get(one.id, []))]
        if not bare or self.across_currencies:
            return set()
        companies = [one for one, voucher in self._get_voucher_companies().items() if voucher == company.id]
        customers = Domain("partner_id.commercial_partner_id", "in", [one.partner_id for one in bare])
        domain = self._get_open_domain(company, companies) & customers & Domain("balance", ">", 0)
        owing = self.env["account.move.line"]._read_group(domain, ["partner_id"])
        heads = {partner.commercial_partner_id.id for (partner,) in owing}
        return {one.id for one in bare if one.partner_id in heads}
