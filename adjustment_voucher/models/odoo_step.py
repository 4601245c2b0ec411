"""Which of Odoo's own steps is under way: matching by its plan, taking matches back, posting, computing.

A ``ContextVar`` is set by Python code alone; a context key could be sent by any caller.
"""

from contextlib import contextmanager
from contextvars import ContextVar

_STEPS = ContextVar("adjustment_voucher_odoo_steps", default=frozenset())


@contextmanager
def odoo_step(name):
    """Within this block Odoo itself does what ``name`` says: "match", "unmatch", "post" or "compute"."""
    token = _STEPS.set(_STEPS.get() | {name})
    try:
        yield
    finally:
        _STEPS.reset(token)


def in_odoo_step(*names):
    """:return: whether one of these steps is under way"""
    return not _STEPS.get().isdisjoint(names)
