"""What stands on statements of account: gathered for any number of customers in at most four queries."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.adjustment_voucher.models.adjustment_voucher_line import units

from ... import statement
from ..credit_open_item import AS_OF, trade_accounts


class CreditStatementBook(models.AbstractModel):
    """Reads the ledger as it is, without record rules: its callers have checked who asks, for whom and in which legal
    entity. None of its methods can be called from outside."""

    _name = "credit.statement.book"
    _description = "Statements of Account"

    @api.model
    def _get_statements(self, partner_ids, company, kind, day, first=None):
        """The statements of customers in a legal entity.

        :param partner_ids: ids of commercial entities
        :param company: res.company, the root of the legal entity
        :param kind: ``open`` (what is open at the day) or ``activity`` (from the first day to the day)
        :return: dict of partner id -> list of statement.Section, the company's currency first
        """
        self.env.flush_all()
        open_rows = self._get_open_rows(partner_ids, company, day)
        if kind == "open":
            found = {
                key: statement.open_items(key[1], [row for row, _booked in rows], day)
                for key, rows in open_rows.items()
            }
        else:
            found = self._get_activity(partner_ids, company, first, day, open_rows)
        return self._by_customer(partner_ids, company, found)

    def _by_customer(self, partner_ids, company, found):
        own = company.currency_id
        currencies = self.env["res.currency"].browse({section.currency for section in found.values()})
        order = {one.id: place for place, one in enumerate(currencies.sorted(lambda one: (one != own, one.name)))}
        result = {partner_id: [] for partner_id in partner_ids}
        for (partner_id, _currency_id), section in sorted(found.items(), key=lambda pair: order[pair[1].currency]):
            result[partner_id].append(section)
        return result

    # ------------------------------------------------------------------ open items

    @api.model
    def _get_open_rows(self, partner_ids, company, day):
        """:return: dict of (partner id, currency id) -> list of (statement.Row, booked on or before the day)"""
        rows = defaultdict(list)
        for found in self.env.execute_query_dict(self._open_query(partner_ids, company, day)):
            row = self._as_row(found)
            if row.amount:
                rows[found["partner_id"], found["currency_id"]].append((row, row.date <= day))
        return rows

    @api.model
    def _open_query(self, partner_ids, company, day):
        items = self.env["credit.open.item"].with_context(**{AS_OF: fields.Date.to_string(day)})._table_query
        return SQL(
            """SELECT i.partner_id, i.currency_id, i.id, i.move_id, i.date, i.date_maturity AS due, i.move_name, i.ref,
                      i.move_type, l.amount_currency AS booked, i.residual_currency AS amount,
                      %(money)s AS money, m.debit_origin_id IS NOT NULL AS debit_note
                 FROM (%(items)s) i
                 JOIN account_move_line l ON l.id = i.id
                 JOIN account_move m ON m.id = i.move_id
                WHERE i.partner_id IN %(partners)s AND i.company_id IN (%(companies)s)""",
            items=items,
            money=is_money(),
            partners=tuple(partner_ids) or (0,),
            companies=companies_of(company),
        )

    def _as_row(self, found):
        currency = self.env["res.currency"].browse(found["currency_id"])
        amount, booked = (units(float(found[name]), currency) for name in ("amount", "booked"))
        return statement.Row(
            key=found["id"],
            kind=found.get("kind")
            or statement.kind_of(found["move_type"], booked, found["money"], found["debit_note"]),
            date=found["date"],
            due=found["due"],
            number=found["move_name"] or "",
            reference=found["ref"] or "",
            booked=booked,
            amount=amount,
            move=found["move_id"],
        )

    # ------------------------------------------------------------------ activity

    def _get_activity(self, partner_ids, company, first, day, open_rows):
        openings, rows = self._get_openings(partner_ids, company, first), defaultdict(list)
        scope = self._scope(partner_ids, company, first, day)
        for query in (self._booked_query(scope), self._settled_query(scope)):
            for found in self.env.execute_query_dict(query):
                rows[found["partner_id"], found["currency_id"]].append(self._as_row(found))
        return {
            key: statement.activity(
                key[1],
                openings.get(key, 0),
                rows.get(key, ()),
                [(row.due, row.amount) for row, booked in open_rows.get(key, ()) if booked],
                day,
            )
            for key in openings.keys() | rows.keys()
        }

    def _get_openings(self, partner_ids, company, first):
        """:return: dict of (partner id, currency id) -> balance at the end of the day before the first, in units"""
        scope = self._scope(partner_ids, company, None, first - timedelta(days=1))
        query = SQL(
            """SELECT partner_id, currency_id, SUM(amount) AS amount
                 FROM (%s UNION ALL %s) x GROUP BY partner_id, currency_id HAVING SUM(amount) <> 0""",
            SQL("SELECT partner_id, currency_id, amount FROM (%s) booked", self._booked_query(scope)),
            SQL("SELECT partner_id, currency_id, amount FROM (%s) settled", self._settled_query(scope)),
        )
        currencies = self.env["res.currency"]
        return {
            (partner_id, currency_id): units(float(amount), currencies.browse(currency_id))
            for partner_id, currency_id, amount in self.env.execute_query(query)
        }

    @api.model
    def _scope(self, partner_ids, company, first, day):
        """What both kinds of transactions have in common, as SQL."""
        return {
            "partners": tuple(partner_ids) or (0,),
            "companies": companies_of(company),
            "accounts": trade_accounts(),
            "first": first or fields.Date.to_date("0001-01-01"),
            "day": day,
        }

    @api.model
    def _booked_query(self, scope):
        """Documents booked: one row per entry and currency. Entries that change nothing for the customer are left out."""
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, l.currency_id, m.id, m.id AS move_id, NULL AS kind,
                      MIN(l.date) AS date, MIN(COALESCE(l.date_maturity, l.date)) AS due, m.name AS move_name, m.ref,
                      m.move_type, SUM(l.amount_currency) AS amount, SUM(l.amount_currency) AS booked,
                      %(money)s AS money, m.debit_origin_id IS NOT NULL AS debit_note
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN res_partner p ON p.id = l.partner_id
                WHERE p.commercial_partner_id IN %(partners)s AND l.company_id IN (%(companies)s)
                  AND l.account_id IN (%(accounts)s) AND l.parent_state = 'posted'
                  AND l.date BETWEEN %(first)s AND %(day)s
             GROUP BY p.commercial_partner_id, l.currency_id, m.id
               HAVING SUM(l.amount_currency) <> 0""",
            money=is_money(),
            **scope,
        )

    @api.model
    def _settled_query(self, scope):
        """Matches that move a balance between currencies or customers: a document in euros that was paid in dollars
        leaves the euro part of the statement, and the payment the dollar part, on the day of the match."""
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, l.currency_id, x.id, l.move_id, 'settled' AS kind,
                      x.date, x.date AS due, l.move_name, NULL AS ref, m.move_type, x.amount, x.amount AS booked,
                      FALSE AS money, FALSE AS debit_note
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN res_partner p ON p.id = l.partner_id
                 JOIN LATERAL (
                    SELECT r.id, r.max_date AS date, r.credit_move_id AS other, -r.debit_amount_currency AS amount,
                           r.debit_amount_currency <> r.credit_amount_currency AS uneven
                      FROM account_partial_reconcile r WHERE r.debit_move_id = l.id
                 UNION ALL
                    SELECT r.id, r.max_date, r.debit_move_id, r.credit_amount_currency,
                           r.debit_amount_currency <> r.credit_amount_currency
                      FROM account_partial_reconcile r WHERE r.credit_move_id = l.id) x ON TRUE
                 JOIN account_move_line o ON o.id = x.other
            LEFT JOIN res_partner q ON q.id = o.partner_id
                WHERE p.commercial_partner_id IN %(partners)s AND l.company_id IN (%(companies)s)
                  AND l.account_id IN (%(accounts)s) AND l.parent_state = 'posted'
                  AND x.date BETWEEN %(first)s AND %(day)s AND x.amount <> 0
                  AND (x.uneven OR o.currency_id <> l.currency_id
                       OR q.commercial_partner_id IS DISTINCT FROM p.commercial_partner_id)""",
            **scope,
        )

    # ------------------------------------------------------------------ who

    @api.model
    def _get_balances(self, company, day, partner_ids=None, past_due=False):
        """The customers with something open at a day, in the company's currency.

        :param partner_ids: only these; None is all
        :param past_due: only those with something past due
        :return: dict of partner id -> (balance, past due)
        """
        self.env.flush_all()
        items = self.env["credit.open.item"].with_context(**{AS_OF: fields.Date.to_string(day)})._table_query
        late = SQL("COALESCE(SUM(residual) FILTER (WHERE side = 'debit' AND days_past_due > 0), 0)")
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, SUM(residual), %(late)s FROM (%(items)s) i
                    WHERE company_id IN (%(companies)s) AND %(which)s GROUP BY partner_id HAVING %(kept)s""",
                late=late,
                items=items,
                companies=companies_of(company),
                which=SQL("TRUE") if partner_ids is None else SQL("partner_id IN %s", tuple(partner_ids) or (0,)),
                kept=SQL("%s > 0", late) if past_due else SQL("TRUE"),
            )
        )
        return {partner_id: (float(balance), float(late)) for partner_id, balance, late in rows}

    @api.model
    def _has_transactions(self, partner, company):
        """Whether a customer ever had a document in a legal entity."""
        query = SQL("%s LIMIT 1", self._booked_query(self._scope(partner.ids, company, None, fields.Date.today())))
        return bool(self.env.execute_query(query))


def companies_of(company):
    """:return: SQL of the ids of a legal entity's companies: the root and all its branches"""
    return SQL("SELECT id FROM res_company WHERE parent_path LIKE %s", f"{company.parent_path}%")


def is_money():
    """:return: SQL: an entry (m) is a payment or a line of a bank statement"""
    return SQL("(m.origin_payment_id IS NOT NULL OR m.statement_line_id IS NOT NULL)")
