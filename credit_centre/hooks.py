"""What is taken away from the database when the addon is uninstalled."""

from .models.credit_summary.credit_movement import drop_triggers


def uninstall_hook(env):
    """Journal items are no longer watched."""
    drop_triggers(env.cr)
