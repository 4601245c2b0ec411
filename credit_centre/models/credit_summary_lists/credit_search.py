"""What the dashboard asks beside its figures: whether anything changed, and where a customer or a document is."""

import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

FOUND = 10
LONGEST = 100
# Tables whose changes show on the dashboard and leave no mark on the customer.
WATCHED = (
    "credit_mark",
    "credit_hold",
    "adjustment_voucher",
    "credit_promise",
    "credit_reminder",
)
INVOICES = ("out_invoice", "out_refund", "out_receipt")


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def credit_centre_stamp(self):
        """A text that differs from an earlier one when figures of the dashboard may have changed since.

        :raise AccessError: unless the user may see what customers owe
        """
        return self.env["credit.summary"]._stamp()

    @api.model
    def credit_centre_search(self, text):
        """Customers by name, e-mail, phone or reference, and documents by number, the closest first.

        :return: list of at most 10 dicts: key, kind, label, detail, action
        :raise AccessError: unless the user may see what customers owe
        """
        return self.env["credit.summary"]._find(text)


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    # ------------------------------------------------------------------ changes

    @api.model
    def _stamp(self):
        """The number of marks given out, which rises before a change is committed, and what the statistics of the
        tables count, which rises after."""
        self._check_reader()
        (last,), *counts = self.env.execute_query(
            SQL(
                """SELECT last_value FROM credit_mark_id_seq
                UNION ALL
                  (SELECT pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid)
                     FROM unnest(%s::text[]) AS t(name) JOIN pg_class c ON c.oid = to_regclass(t.name)
                 ORDER BY t.name)""",
                list(WATCHED),
            )
        )
        return "-".join(str(count) for count in (last, *(count for (count,) in counts)))

    # ------------------------------------------------------------------ search

    @api.model
    def _find(self, text):
        self._check_reader()
        text = self._search_text(text)
        if len(text) < 2:
            return []
        found = self._find_customers(text)
        if re.search(r"\d", text):
            found = [*self._find_documents(text), *found]
        return sorted(found, key=lambda one: one.pop("rank"))[:FOUND]

    @api.model
    def _search_text(self, text):
        text = text if isinstance(text, str) else ""
        text = "".join(one for one in text if one.isprintable() and not "\ud800" <= one <= "\udfff")
        return " ".join(text.split())[:LONGEST]

    @api.model
    def _find_customers(self, text):
        partners = self.env["res.partner"].with_context(active_test=False)
        contacts = partners._search(self._contact_domain(text))
        accounts = self.env["credit.account"].with_context(active_test=False)
        accounts.sudo()._refresh_stale()  # sudo: opens the accounts of customers with new documents
        allowed = accounts._search([])
        pattern = escape_psql(text)
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT a.id, p.complete_name AS name, p.ref, p.email, p.phone, c.name AS company,
                          MIN(CASE WHEN lower(m.ref) = lower(%(text)s) THEN 0
                                   WHEN lower(m.name) = lower(%(text)s) THEN 1
                                   WHEN m.name ILIKE %(prefix)s OR m.ref ILIKE %(prefix)s THEN 3
                                   WHEN m.name ILIKE %(word)s THEN 4
                                   ELSE 5 END) AS rank,
                          (array_agg(m.name ORDER BY m.id) FILTER (WHERE m.id <> p.id))[1] AS contact,
                          NOT a.active AS archived
                     FROM credit_account a
                     JOIN res_partner p ON p.id = a.partner_id
                     JOIN res_company c ON c.id = a.company_id
                     JOIN res_partner m ON m.commercial_partner_id = p.id
                    WHERE m.id IN %(contacts)s AND a.id IN %(allowed)s
                 GROUP BY a.id, p.id, c.id
                 ORDER BY rank, archived, p.complete_name, a.id
                    LIMIT %(limit)s""",
                text=text,
                prefix=f"{pattern}%",
                word=f"% {pattern}%",
                contacts=contacts.subselect(),
                allowed=allowed.subselect(),
                limit=FOUND,
            )
        )
        return [self._customer_row(row) for row in rows]

    @api.model
    def _contact_domain(self, text):
        pattern = escape_psql(text)
        names = ("name", "complete_name", "email", "phone", "ref", "vat")
        domain = Domain.OR([Domain(name, "ilike", pattern) for name in names])
        digits = re.sub(r"\D", "", text)
        if len(digits) >= 4 and re.fullmatch(r"[\d\s()+./-]+", text):
            domain |= Domain("id", "in", self._phones(digits))
        return domain

    @api.model
    def _phones(self, digits):
        """:return: SQL of the partners in whose phone number these digits stand, however it is written"""
        return SQL(
            "(SELECT id FROM res_partner WHERE phone IS NOT NULL AND regexp_replace(phone, '\\D', '', 'g') LIKE %s)",
            f"%{digits}%",
        )

    @api.model
    def _customer_row(self, row):
        details = [row["ref"], row["contact"], row["email"], row["phone"]]
        if len(self.env.companies.root_id) > 1:
            details.append(row["company"])
        if row["archived"]:
            details.append(self.env._("archived"))
        return {
            "key": f"customer-{row['id']}",
            "kind": self.env._("Customer"),
            "label": row["name"] or "",
            "detail": " · ".join(filter(None, details)),
            "action": self._form_action("credit.account", row["id"]),
            "rank": row["rank"],
        }

    @api.model
    def _find_documents(self, text):
        pattern, found = escape_psql(text), []
        for model, kind, domain, name, amount in (
            ("account.move", self.env._("Invoice"), [("move_type", "in", INVOICES)], "name", "amount_total"),
            ("sale.order", self.env._("Order"), [], "name", "amount_total"),
            ("account.payment", self.env._("Receipt"), [("partner_type", "=", "customer")], "name", "amount"),
        ):
            if self.env[model].has_access("read"):
                domain = Domain([*domain, (name, "ilike", pattern)])
                found += self._document_rows(model, kind, domain, amount, text)
        return found

    @api.model
    def _document_rows(self, model, kind, domain, amount, text):
        columns = {
            "name": "name",
            "customer": "partner_id.complete_name",
            "company": "company_id.name",
            "amount": amount,
            "currency_id": "currency_id",
        }
        _count, rows = self._read_rows(model, domain, "id DESC", columns)
        found = []
        for row in rows:
            shown = self._row(row, row["name"], [row["customer"]])
            exact = (row["name"] or "").lower() == text.lower()
            found.append(
                {
                    "key": f"{model}-{row['id']}",
                    "kind": kind,
                    "label": row["name"],
                    "detail": " · ".join(filter(None, [shown["subtitle"], shown["text"]])),
                    "action": self._form_action(model, row["id"]),
                    "rank": 0 if exact else 2,
                }
            )
        return found
