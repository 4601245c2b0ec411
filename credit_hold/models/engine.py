"""The one way in for values that only the credit check itself may set.

A context key would not do: any caller can send one. A ``ContextVar`` is set by Python code alone.
"""

import math
from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

_RUNNING = ContextVar("credit_hold_engine", default=False)
LARGEST_AMOUNT = 1e13
LONGEST_TEXT = 2000


@contextmanager
def engine():
    """Within this block the protected fields may be written."""
    token = _RUNNING.set(True)
    try:
        yield
    finally:
        _RUNNING.reset(token)


def engine_runs():
    """Whether the credit check itself is at work, not somebody from outside."""
    return _RUNNING.get()


class CreditProtected(models.AbstractModel):
    """Refuses values for the fields that a decision sets, by whatever path they come."""

    _name = "credit.protected"
    _description = "Fields set by the credit check alone"

    @api.model
    def _credit_protected_fields(self):
        """:return: set of names that only the engine writes"""
        return set()

    def _credit_refuse_protected(self, vals):
        touched = self._credit_protected_fields() & set(vals)
        if touched and not _RUNNING.get():
            names = ", ".join(sorted(self._fields[name].string for name in touched))
            raise AccessError(
                self.env._(
                    "To change %(fields)s, use the buttons of the credit check: these values are set by it alone.",
                    fields=names,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._credit_refuse_protected(vals)
        if not _RUNNING.get():
            protected = {f"default_{name}" for name in self._credit_protected_fields()}
            context = {key: value for key, value in self.env.context.items() if key not in protected}
            self = self.with_env(self.env(context=context))
        return super().create(vals_list)

    def write(self, vals):
        self._credit_refuse_protected(vals)
        return super().write(vals)


def check_amounts(env, vals, labels):
    """Refuse amounts that are not a plain number between zero and the largest one, before anything is stored.

    :param labels: {field name: label} of the amounts to look at
    :raise ValidationError: naming the field and the value
    """
    for name in labels.keys() & vals.keys():
        value = vals[name]
        if isinstance(value, bool) and value is False or value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            value = _number(value)
        if value is None or not math.isfinite(value) or not 0 <= value <= LARGEST_AMOUNT:
            raise ValidationError(
                env._(
                    "To set %(field)s, give a number from 0 to %(largest)s. «%(value)s» is not one.",
                    field=labels[name],
                    largest=f"{LARGEST_AMOUNT:,.0f}",
                    value=str(vals[name])[:40],
                )
            )


def check_texts(env, vals, labels):
    """Refuse texts that can't be kept: too long, or with characters that no database takes.

    :param labels: {field name: label} of the texts to look at
    :raise ValidationError: naming the field
    """
    for name in labels.keys() & vals.keys():
        value = vals[name]
        if value and not (isinstance(value, str) and len(value) <= LONGEST_TEXT and _is_storable(value)):
            raise ValidationError(
                env._(
                    "To save %(field)s, write plain text of at most %(longest)s characters.",
                    field=labels[name],
                    longest=LONGEST_TEXT,
                )
            )


def _is_storable(text):
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _number(value):
    """The number a text stands for, as an import sends it; None when it is none."""
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
