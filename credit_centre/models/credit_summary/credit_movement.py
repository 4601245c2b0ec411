"""What moved the receivable, summed by day: the dashboard then reads some hundred rows instead of millions of items.

Rows are added and never changed: whenever a posted item of a receivable account comes, goes or changes, the database itself
adds one row with the difference, in the same transaction (a trigger: no path goes round it, nothing waits for a lock, nothing
is ever behind). The sum over all rows is what the items say. Once a day the rows are put together again from the items.
"""

from odoo import api, fields, models
from odoo.tools import SQL

# What a row says of an item: the item's columns under their own names.
KEYS = ("company_id", "company_currency_id", "journal_id", "account_id", "currency_id", "date")
AMOUNTS = ("balance", "amount_currency")
TRIGGERS = {
    "credit_movement_added": ("INSERT", SQL("NEW.parent_state = 'posted'")),
    "credit_movement_removed": ("DELETE", SQL("OLD.parent_state = 'posted'")),
    "credit_movement_changed": (
        "UPDATE",
        SQL(
            "(OLD.parent_state = 'posted' OR NEW.parent_state = 'posted') AND (%s) IS DISTINCT FROM (%s)",
            SQL(", ").join(SQL("OLD.%s", SQL.identifier(name)) for name in ("parent_state", *KEYS, *AMOUNTS)),
            SQL(", ").join(SQL("NEW.%s", SQL.identifier(name)) for name in ("parent_state", *KEYS, *AMOUNTS)),
        ),
    ),
}
RETYPED = "credit_movement_retyped"  # the trigger on the accounts, and its function
FUNCTIONS = ("credit_movement_follow", RETYPED)


class CreditMovement(models.Model):
    """Internal: read and written by the dashboard alone, which looks at companies and customers itself."""

    _name = "credit.movement"
    _description = "Movement of the Receivable"
    _log_access = False
    _rec_name = "date"

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", "Company", ondelete="cascade", readonly=True)
    journal_id = fields.Many2one("account.journal", "Journal", ondelete="cascade", readonly=True)
    account_id = fields.Many2one("account.account", "Account", ondelete="cascade", readonly=True)
    currency_id = fields.Many2one("res.currency", "Currency", ondelete="cascade", readonly=True)
    company_currency_id = fields.Many2one("res.currency", "Company Currency", ondelete="cascade", readonly=True)
    balance = fields.Monetary("Booked", currency_field="company_currency_id", readonly=True)
    amount_currency = fields.Monetary("Amount in Its Currency", currency_field="currency_id", readonly=True)

    def init(self):
        """Watch the items from now on, then sum up those that are there."""
        drop_triggers(self.env.cr)
        self.env.cr.execute(_follow_definition())
        self.env.cr.execute(_retyped_definition())
        for name, (event, condition) in TRIGGERS.items():
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s AFTER %s ON account_move_line FOR EACH ROW WHEN (%s)"
                    " EXECUTE FUNCTION credit_movement_follow()",
                    SQL.identifier(name),
                    SQL(event),
                    condition,
                )
            )
        self.env.cr.execute(
            SQL(
                "CREATE TRIGGER %s AFTER UPDATE ON account_account FOR EACH ROW"
                " WHEN (OLD.account_type IS DISTINCT FROM NEW.account_type) EXECUTE FUNCTION %s()",
                SQL.identifier(RETYPED),
                SQL.identifier(RETYPED),
            )
        )
        self._rebuild()

    @api.model
    def _rebuild(self):
        """One row per day, journal, account and currency. Rows of transactions that end later come on top."""
        self.env["account.move.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """SET LOCAL jit = off;
                   DELETE FROM credit_movement;
                   INSERT INTO credit_movement (%s) %s""",
                _columns((*KEYS, *AMOUNTS)),
                summed_items(
                    SQL("account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')")
                ),
            )
        )
        self.invalidate_model(flush=False)

    @api.autovacuum
    def _gc_movements(self):
        self._rebuild()


def summed_items(condition):
    """:return: SQL of the rows that say the same as the posted items of a condition"""
    return SQL(
        "SELECT %(keys)s, SUM(balance), SUM(amount_currency) FROM account_move_line"
        " WHERE parent_state = 'posted' AND %(condition)s GROUP BY %(keys)s",
        keys=_columns(KEYS),
        condition=condition,
    )


def drop_triggers(cr):
    """Leave the items alone again."""
    for name in TRIGGERS:
        cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON account_move_line", SQL.identifier(name)))
    cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON account_account", SQL.identifier(RETYPED)))
    for name in FUNCTIONS:
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s()", SQL.identifier(name)))


def _follow_definition():
    """:return: SQL of what a changed item adds: its old amounts less, its new amounts more"""
    return SQL(
        """CREATE OR REPLACE FUNCTION credit_movement_follow() RETURNS trigger LANGUAGE plpgsql AS $follow$
           BEGIN
             IF to_regclass('credit_movement') IS NULL THEN RETURN NULL; END IF;
             IF TG_OP <> 'INSERT' THEN %(old)s END IF;
             IF TG_OP <> 'DELETE' THEN %(new)s END IF;
             RETURN NULL;
           END $follow$""",
        old=_added(SQL("OLD"), SQL("-")),
        new=_added(SQL("NEW"), SQL("")),
    )


def _added(row, sign):
    return SQL(
        """IF %(row)s.parent_state = 'posted' THEN
             INSERT INTO credit_movement (%(columns)s)
             SELECT %(keys)s, %(amounts)s FROM account_account
              WHERE id = %(row)s.account_id AND account_type = 'asset_receivable';
           END IF;""",
        row=row,
        columns=_columns((*KEYS, *AMOUNTS)),
        keys=SQL(", ").join(SQL("%s.%s", row, SQL.identifier(name)) for name in KEYS),
        amounts=SQL(", ").join(SQL("%s%s.%s", sign, row, SQL.identifier(name)) for name in AMOUNTS),
    )


def _retyped_definition():
    """:return: SQL of what happens when an account becomes a receivable, or is one no longer"""
    return SQL(
        """CREATE OR REPLACE FUNCTION credit_movement_retyped() RETURNS trigger LANGUAGE plpgsql AS $retyped$
           BEGIN
             IF to_regclass('credit_movement') IS NULL THEN RETURN NULL; END IF;
             DELETE FROM credit_movement WHERE account_id = NEW.id;
             IF NEW.account_type = 'asset_receivable' THEN
                INSERT INTO credit_movement (%s) %s;
             END IF;
             RETURN NULL;
           END $retyped$""",
        _columns((*KEYS, *AMOUNTS)),
        summed_items(SQL("account_id = NEW.id")),
    )


def _columns(names):
    return SQL(", ").join(SQL.identifier(name) for name in names)
