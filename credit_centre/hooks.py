"""What the installation does once with the data that is there, and what the removal leaves in order."""

from odoo.tools import SQL

from .models.credit_summary.credit_movement import drop_triggers

FUNCTIONS = ("customer_credit_counts", "customer_credit_status", "customer_credit_unusual", "credit_difference_items")

# Their indexes hold expressions, of which the database knows nothing before it has looked at the rows again.
INDEXED = ("account.move", "account.move.line", "account.partial.reconcile", "sale.order", "credit.account")


def post_init_hook(env):
    """Without it the first lists in a large ledger are planned in the dark."""
    for name in INDEXED:
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(env[name]._table)))


def uninstall_hook(env):
    """Journal items are no longer watched; Odoo may take the addon's records away without an error."""
    drop_triggers(env.cr)
    for function in FUNCTIONS:
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(function)))
    env.flush_all()
    _remove_pricelists(env)
    # Odoo removes the e-mail templates before the levels that need them, and the levels before their reminders.
    env.cr.execute("ALTER TABLE credit_reminder_level DROP CONSTRAINT IF EXISTS credit_reminder_level_template_id_fkey")
    env.cr.execute("ALTER TABLE credit_reminder DROP CONSTRAINT IF EXISTS credit_reminder_level_id_fkey")
    env.invalidate_all()


def _remove_pricelists(env):
    """Price lists of agreements go, or are archived where orders were made with them."""
    env.cr.execute("UPDATE credit_agreement SET pricelist_id = NULL, ordinary_pricelist_id = NULL")
    env.cr.execute(
        """DELETE FROM product_pricelist p WHERE p.credit_agreement_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM sale_order o WHERE o.pricelist_id = p.id)
              AND NOT EXISTS (SELECT FROM product_pricelist_item i WHERE i.base_pricelist_id = p.id)"""
    )
    env.cr.execute(
        "UPDATE product_pricelist SET active = FALSE, credit_agreement_id = NULL WHERE credit_agreement_id IS NOT NULL"
    )
