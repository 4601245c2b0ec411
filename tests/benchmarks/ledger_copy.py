"""Copying rows of prototypes, with the indexes out of the way meanwhile."""

from ledger_plan import Plan

TABLES = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
    "account_full_reconcile",
    "sale_order",
    "sale_order_line",
)
LINKS = ("account_move_line_account_tax_rel", "account_tax_sale_order_line_rel", "sale_order_line_invoice_rel")


class Copy(Plan):
    def drop_indexes(self):
        """Indexes are dropped for the load; returns their definitions."""
        self.cr.execute(
            """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
                WHERE i.indrelid = ANY(%s::regclass[])
                  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)""",
            ([*TABLES, *LINKS],),
        )
        found = self.cr.fetchall()
        for name, _definition in found:
            self.sql(f"DROP INDEX {name}")
        return [definition for _name, definition in found]

    def columns(self, table):
        self.cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            (table,),
        )
        return [name for (name,) in self.cr.fetchall()]

    def copy(self, table, source, changes):
        """Copies of the prototype ``x`` in ``source``, with SQL for the columns that change."""
        columns = self.columns(table)
        if unknown := changes.keys() - set(columns):
            raise ValueError(f"{table} has no column {sorted(unknown)}")
        values = ", ".join(changes.get(name, f"x.{name}") for name in columns)
        number = self.sql(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {source}")
        self.log(f"{table}: {number:,} rows")
