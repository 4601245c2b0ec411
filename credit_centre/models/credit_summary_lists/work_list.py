"""How a work list of the dashboard is read and laid out: one query for its rows and for how many there are."""

from odoo import api, fields, models
from odoo.tools import SQL, format_amount

SHOWN = 8


class CreditSummary(models.AbstractModel):
    _inherit = "credit.summary"

    @api.model
    def _read_rows(self, model, domain, order, columns, total=None):
        """The first records are found on their own table, and only these are looked up in full.

        :param columns: {name: path of a field}
        :param total: SQL that counts all of them, where there is a shorter way than to count
        :return: number of all records, and the first of them as dicts
        """
        records = self.env[model]
        first = records._search(domain, order=order, limit=SHOWN)
        if first.is_empty():
            return 0, []
        # sudo: the rows were found with the rights of the user
        query = records.sudo().with_context(active_test=False)._search([], order=order)
        found = first.select(SQL.identifier(first.table, "id"))
        query.add_where(SQL("%s = ANY(ARRAY(%s))", SQL.identifier(query.table, "id"), found))
        selected = [
            SQL("%s AS %s", self._column(records, query, path), SQL.identifier(name))
            for name, path in {"id": "id", **columns}.items()
        ]
        total = total or records._search(domain).select(SQL("COUNT(*)"))
        rows = self.env.execute_query_dict(query.select(SQL("(%s) AS total", total), *selected))
        return (rows[0]["total"] if rows else 0), rows

    @api.model
    def _column(self, records, query, path):
        alias = query.table
        *steps, name = path.split(".")
        for step in steps:
            records, alias = records._fields[step].join(records, alias, query)
        return records._field_to_sql(alias, name, query)

    # ------------------------------------------------------------------ layout

    @api.model
    def _list(self, key, label, model, domain, count, rows, empty):
        """:return: a work list; its action shows the very records that were counted"""
        return {
            "key": key,
            "label": label,
            "count": count,
            "rows": rows,
            "model": model,
            "domain": self._plain(domain),
            "action": self._records_action(label, model, domain),
            "count_text": self.env._("Show all %s", count),
            "more": self.env._("Show all %s", count) if count > len(rows) else "",
            "empty": empty,
        }

    @api.model
    def _row(self, row, title, words, tone="normal", action=False, call=False, buttons=()):
        """:param words: what stands below the title; empty ones are left out
        :param action: what a click opens
        :param call: model, method and ids of a call that answers with it
        """
        currency = self.env["res.currency"].browse(row["currency_id"])
        if len(self.env.companies.root_id) > 1:
            words = [*words, row["company"]]
        return {
            "id": row["id"],
            "title": title or "",
            "subtitle": " · ".join(filter(None, words)),
            "value": row["amount"] or 0.0,
            "text": format_amount(self.env, row["amount"] or 0.0, currency),
            "tone": tone,
            "action": action,
            "call": call,
            "buttons": list(buttons),
        }

    @api.model
    def _call_button(self, key, label, call):
        return {"key": key, "label": label, "action": False, "call": call}

    @api.model
    def _form_action(self, model, record_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "views": [(False, "form")],
        }

    @api.model
    def _age_text(self, since):
        days = (fields.Datetime.now() - since).days if since else 0
        if not days:
            return self.env._("since today")
        return self.env._("1 day") if days == 1 else self.env._("%s days", days)
