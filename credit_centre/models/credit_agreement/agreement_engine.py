"""The one way in for what only an agreement's own steps may write: its state, its price list, what it put on an order.

A context key would not do: any caller can send one. A ``ContextVar`` is set by Python code alone.
"""

from contextlib import contextmanager
from contextvars import ContextVar

_RUNNING = ContextVar("credit_agreement_engine", default=False)
_AMENDING = ContextVar("credit_agreement_amending", default=False)


@contextmanager
def _within(variable):
    token = variable.set(True)
    try:
        yield
    finally:
        variable.reset(token)


def engine():
    """Within this block protected fields may be written."""
    return _within(_RUNNING)


def engine_runs():
    return _RUNNING.get()


def amending():
    """Within this block a change of lines is part of a larger change, which looks at the result once."""
    return _within(_AMENDING)


def is_amending():
    return _AMENDING.get()
