"""The rows of a planned ledger: copies of prototypes with what differs."""

from ledger_copy import TABLES
from ledger_orders import Orders

SIDES = {
    ("inv", "base"): -1,
    ("inv", "tax"): -1,
    ("inv", "term"): 1,
    ("ref", "base"): 1,
    ("ref", "tax"): 1,
    ("ref", "term"): -1,
    ("pay", "liquidity"): 1,
    ("pay", "receivable"): -1,
}
NOON = "g.d + time '12:00'"


class Rows(Orders):
    def load(self):
        self.sql("SET LOCAL work_mem = '256MB'")
        self.sql("SET LOCAL maintenance_work_mem = '1GB'")
        self.sql("SET LOCAL session_replication_role = replica")
        self.sql("SET LOCAL jit = off")
        indexes = self.drop_indexes()
        self.make()
        self.copy_customers()
        self.ids = {table: self.one(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}") for table in TABLES}
        self.number_moves()
        self.copy_moves()
        self.copy_lines()
        self.copy_payments()
        self.copy_matching()
        self.copy_orders()
        self.sql("SET LOCAL session_replication_role = origin")
        for table in TABLES:
            self.sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")
        for definition in indexes:
            self.sql(definition)
        self.log(f"{len(indexes)} indexes made again")

    # ------------------------------------------------------------------ customers

    def copy_customers(self):
        company = self.masters.company.id
        changes = {
            "id": "g.id",
            "name": "g.name",
            "complete_name": "g.name",
            "commercial_company_name": "g.name",
            "commercial_partner_id": "g.id",
            "parent_id": "NULL",
            "ref": "g.ref",
            "credit_limit": f"CASE WHEN g.lim IS NOT NULL THEN jsonb_build_object('{company}', g.lim) END",
        }
        self.copy("res_partner", f"g_partner g, res_partner x WHERE x.id = {self.masters.customer.id}", changes)
        changes.update(
            id="g.contact_id", parent_id="g.id", name="'Invoices'", ref="NULL", complete_name="g.name || ', Invoices'"
        )
        contacts = f"g_partner g, res_partner x WHERE x.id = {self.masters.contact.id} AND g.contact_id IS NOT NULL"
        self.copy("res_partner", contacts, changes)

    # ------------------------------------------------------------------ moves

    def number_moves(self):
        """g_move: each document with the ids, name and matching that its rows will have."""
        self.sql("CREATE TEMP TABLE g_proto (role text, cur int, move_id int, prefix text)")
        for (role, currency), move in self.masters.moves.items():
            self.sql(
                "INSERT INTO g_proto SELECT %s, %s, id, regexp_replace(sequence_prefix, '[0-9]{4}/$', '') FROM account_move"
                " WHERE id = %s",
                *(role, currency, move),
            )
        self.sql(
            """CREATE TEMP TABLE g_seq AS
               SELECT g.role, g.y, g.prefix || g.y || '/' AS prefix,
                      COALESCE((SELECT MAX(m.sequence_number) FROM account_move m JOIN account_move pm ON pm.id = g.move_id
                                 WHERE m.journal_id = pm.journal_id AND m.sequence_prefix = g.prefix || g.y || '/'), 0) AS last
                 FROM (SELECT DISTINCT d.role, extract(year FROM d.d)::int AS y, pr.prefix, pr.move_id
                         FROM g_doc d JOIN g_proto pr ON pr.role = d.role AND pr.cur = 1) g"""
        )
        self.sql(
            f"""CREATE TEMP TABLE g_move AS
                SELECT d.*, n.seq, LEAST(d.k, d.pair) AS root, GREATEST(d.k, d.pair) AS payer,
                       pt.id AS partner_id, COALESCE(pt.contact_id, pt.id) AS contact_id,
                       pt.name || CASE WHEN pt.contact_id IS NULL THEN '' ELSE ', Invoices' END AS contact_name,
                       pt.name AS partner_name, n.prefix,
                       n.prefix || lpad(n.seq::text, GREATEST(5, length(n.seq::text)), '0') AS name,
                       CASE WHEN d.role = 'inv' THEN -1 WHEN d.role = 'ref' THEN 1 ELSE 0 END AS sign,
                       {self.ids["account_move"]} + d.k AS move_id, {self.ids["account_move_line"]} + 3 * d.k AS line_id,
                       CASE WHEN d.role = 'pay' THEN {self.ids["account_payment"]} + d.k END AS payment_id,
                       CASE WHEN d.applied = 0 THEN NULL WHEN d.applied = d.total AND o.applied = o.total THEN 'full'
                            ELSE 'part' END AS matched,
                       o.role AS other_role, pr.move_id AS proto_id
                  FROM g_doc d
                  JOIN g_partner pt ON pt.p = d.p
                  JOIN (SELECT x.k, q.prefix, q.last + row_number() OVER (PARTITION BY x.role, q.y ORDER BY x.d, x.k) AS seq
                          FROM g_doc x JOIN g_seq q ON q.role = x.role AND q.y = extract(year FROM x.d)) n ON n.k = d.k
                  JOIN g_proto pr ON pr.role = d.role AND pr.cur = d.cur
             LEFT JOIN g_doc o ON o.k = d.pair"""
        )
        self.sql("CREATE UNIQUE INDEX ON g_move (k)")
        self.sql("ANALYZE g_move")

    def copy_moves(self):
        def signed(column):
            return f"-g.sign * g.{column}"

        untaxed, tax = (
            "CASE WHEN g.role = 'pay' THEN 0 ELSE g.base END",
            "CASE WHEN g.role = 'pay' THEN 0 ELSE g.tax END",
        )
        changes = {
            "id": "g.move_id",
            "name": "g.name",
            "sequence_prefix": "g.prefix",
            "sequence_number": "g.seq",
            "payment_reference": "CASE WHEN x.payment_reference IS NOT NULL THEN g.name END",
            "access_token": "NULL",
            "partner_id": "CASE WHEN g.role = 'inv' THEN g.contact_id ELSE g.partner_id END",
            "commercial_partner_id": "g.partner_id",
            "partner_shipping_id": "CASE WHEN x.partner_shipping_id IS NOT NULL THEN g.partner_id END",
            "invoice_partner_display_name": "CASE WHEN g.role = 'inv' THEN g.contact_name ELSE g.partner_name END",
            "date": "g.d",
            "invoice_date": "CASE WHEN x.invoice_date IS NOT NULL THEN g.d END",
            "invoice_date_due": "g.due",
            "invoice_currency_rate": "CASE WHEN g.role = 'pay' THEN x.invoice_currency_rate ELSE g.rate END",
            "invoice_origin": "CASE WHEN g.link IS NOT NULL THEN 'B' || lpad(g.link::text, 7, '0') END",
            "origin_payment_id": "g.payment_id",
            "payment_state": """CASE WHEN g.role = 'pay' OR g.matched IS NULL THEN 'not_paid' WHEN g.applied < g.total THEN 'partial'
                                     WHEN g.role = 'inv' AND g.other_role = 'ref' THEN 'reversed' ELSE 'paid' END""",
            "amount_untaxed": untaxed,
            "amount_tax": tax,
            "amount_total": "g.total",
            "amount_residual": "CASE WHEN g.role = 'pay' THEN 0 ELSE g.total - g.applied END",
            "amount_untaxed_signed": signed("cbase"),
            "amount_untaxed_in_currency_signed": signed("base"),
            "amount_tax_signed": signed("ctax"),
            "amount_total_signed": f"CASE WHEN g.role = 'pay' THEN g.ctotal ELSE {signed('ctotal')} END",
            "amount_total_in_currency_signed": f"CASE WHEN g.role = 'pay' THEN g.total ELSE {signed('total')} END",
            "amount_residual_signed": "-g.sign * (g.ctotal - g.capplied)",
            "create_date": NOON,
            "write_date": NOON,
        }
        self.copy("account_move", "g_move g JOIN account_move x ON x.id = g.proto_id", changes)

    # ------------------------------------------------------------------ items

    def copy_lines(self):
        self.sql("CREATE TEMP TABLE g_line (role text, cur int, part text, n int, line_id int, side int)")
        for (role, currency), by_part in self.masters.lines.items():
            for n, (part, line) in enumerate(by_part.items()):
                self.sql(
                    "INSERT INTO g_line VALUES (%s, %s, %s, %s, %s, %s)",
                    *(role, currency, part, n, line, SIDES[role, part]),
                )
        matched = "g.part IN ('term', 'receivable')"
        source = """(SELECT g.*, l.part, l.side, g.line_id + l.n AS new_id, l.line_id AS x_id,
                            CASE l.part WHEN 'base' THEN g.base WHEN 'tax' THEN g.tax ELSE g.total END AS amt,
                            CASE l.part WHEN 'base' THEN g.cbase WHEN 'tax' THEN g.ctax ELSE g.ctotal END AS camt,
                            CASE WHEN l.part IN ('term', 'receivable') THEN g.applied ELSE 0 END AS used,
                            CASE WHEN l.part IN ('term', 'receivable') THEN g.capplied ELSE 0 END AS cused
                       FROM g_move g JOIN g_line l ON l.role = g.role AND l.cur = g.cur) g
                    JOIN account_move_line x ON x.id = g.x_id"""
        self.copy("account_move_line", source, {**self.line_values(), **self.open_values(matched)})
        for link, other in (
            ("account_move_line_account_tax_rel", "account_tax_id"),
            ("account_account_tag_account_move_line_rel", "account_account_tag_id"),
        ):
            self.sql(
                f"""INSERT INTO {link} (account_move_line_id, {other})
                    SELECT g.line_id + l.n, x.{other} FROM g_move g JOIN g_line l ON l.role = g.role AND l.cur = g.cur
                      JOIN {link} x ON x.account_move_line_id = l.line_id"""
            )

    def line_values(self):
        return {
            "id": "g.new_id",
            "move_id": "g.move_id",
            "move_name": "g.name",
            "partner_id": "g.partner_id",
            "payment_id": "g.payment_id",
            "date": "g.d",
            "invoice_date": "CASE WHEN x.invoice_date IS NOT NULL THEN g.d END",
            "date_maturity": "CASE WHEN x.date_maturity IS NOT NULL THEN g.due END",
            "name": "CASE WHEN g.part = 'term' AND x.name IS NOT NULL THEN g.name ELSE x.name END",
            "amount_currency": "g.side * g.amt",
            "balance": "g.side * g.camt",
            "debit": "CASE WHEN g.side > 0 THEN g.camt ELSE 0 END",
            "credit": "CASE WHEN g.side < 0 THEN g.camt ELSE 0 END",
            "price_unit": "CASE WHEN g.part = 'base' THEN g.base ELSE x.price_unit END",
            "price_subtotal": """CASE WHEN g.part = 'base' THEN g.base WHEN g.role = 'pay' THEN g.side * g.amt
                                      ELSE x.price_subtotal END""",
            "price_total": """CASE WHEN g.part = 'base' THEN g.total WHEN g.role = 'pay' THEN g.side * g.amt
                                   ELSE x.price_total END""",
            "tax_base_amount": "CASE WHEN g.part = 'tax' THEN g.side * g.cbase ELSE x.tax_base_amount END",
            "create_date": NOON,
            "write_date": NOON,
        }

    def open_values(self, matched):
        full, partial = self.ids["account_full_reconcile"], self.ids["account_partial_reconcile"]
        may_be_open = "g.part IN ('term', 'receivable', 'liquidity')"
        return {
            "amount_residual": f"CASE WHEN {may_be_open} THEN g.side * (g.camt - g.cused) ELSE 0 END",
            "amount_residual_currency": f"CASE WHEN {may_be_open} THEN g.side * (g.amt - g.used) ELSE 0 END",
            "reconciled": f"{matched} AND g.used = g.amt AND g.cused = g.camt",
            "full_reconcile_id": f"CASE WHEN {matched} AND g.matched = 'full' THEN {full} + g.root END",
            "matching_number": f"""CASE WHEN NOT {matched} OR g.matched IS NULL THEN NULL
                                        WHEN g.matched = 'full' THEN ({full} + g.root)::text
                                        ELSE 'P' || ({partial} + g.payer)::text END""",
        }

    # ------------------------------------------------------------------ receipts and matching

    def copy_payments(self):
        self.sql("CREATE TEMP TABLE g_pay (cur int, id int)")
        for currency, payment in self.masters.payments.items():
            self.sql("INSERT INTO g_pay VALUES (%s, %s)", currency, payment)
        changes = {
            "id": "g.payment_id",
            "move_id": "g.move_id",
            "name": "g.name",
            "partner_id": "g.partner_id",
            "date": "g.d",
            "amount": "g.total",
            "amount_company_currency_signed": "g.ctotal",
            "is_reconciled": "g.applied = g.total",
            "state": "CASE WHEN g.matched = 'full' THEN 'paid' ELSE x.state END",
            "create_date": NOON,
            "write_date": NOON,
        }
        source = "g_move g JOIN g_pay pp ON pp.cur = g.cur JOIN account_payment x ON x.id = pp.id WHERE g.role = 'pay'"
        self.copy("account_payment", source, changes)

    def copy_matching(self):
        full, partial = self.ids["account_full_reconcile"], self.ids["account_partial_reconcile"]
        company, user = self.masters.company.id, self.masters.env.uid
        self.sql(
            f"""INSERT INTO account_partial_reconcile (id, debit_move_id, credit_move_id, full_reconcile_id, debit_currency_id,
                  credit_currency_id, company_id, create_uid, write_uid, max_date, amount, debit_amount_currency,
                  credit_amount_currency, create_date, write_date)
                SELECT {partial} + g.k, i.line_id + 2, g.line_id + CASE WHEN g.role = 'pay' THEN 1 ELSE 2 END,
                       CASE WHEN g.matched = 'full' THEN {full} + g.root END, m.currency_id, m.currency_id,
                       {company}, {user}, {user}, GREATEST(i.d, g.d), g.capplied, g.applied, g.applied, {NOON}, {NOON}
                  FROM g_move g JOIN g_move i ON i.k = g.pair JOIN account_move m ON m.id = g.proto_id
                 WHERE g.role <> 'inv' AND g.pair IS NOT NULL"""
        )
        self.sql(
            f"""INSERT INTO account_full_reconcile (id, create_uid, write_uid, create_date, write_date)
                SELECT {full} + g.root, {user}, {user}, {NOON}, {NOON} FROM g_move g WHERE g.matched = 'full' AND g.role <> 'inv'"""
        )
