"""The one way in for what only a voucher itself may do: set its state, match its items, take its matching back.

A context key would not do: any caller can send one. A ``ContextVar`` is set by Python code alone.
"""

import math
from collections.abc import Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.orm.identifiers import NewId

LARGEST_AMOUNT = 1e13
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Work:
    """What the engine does just now. ``pairs`` maps (debit item id, credit item id) to the exact amounts to match:
    (company amount, amount in the debit's currency, amount in the credit's currency). ``in_set`` maps them to the voucher
    where matches of many vouchers are made at once, ``taken_back`` are vouchers that are reversed at once, ``known`` is what
    the entries of a batch have in common, looked up with the first of them."""

    voucher_id: int | None = None
    pairs: Mapping = field(default_factory=dict)
    in_set: Mapping | None = None
    taken_back: frozenset = frozenset()
    known: dict | None = None


_WORK = ContextVar("adjustment_voucher_work", default=None)


@contextmanager
def engine(voucher_id=None, pairs=None, in_set=None, taken_back=(), known=None):
    """Within this block protected fields may be written, and new matches belong to this voucher."""
    token = _WORK.set(Work(voucher_id, pairs or {}, in_set, frozenset(taken_back), known))
    try:
        yield
    finally:
        _WORK.reset(token)


def work():
    """:return: the Work in progress, or None when somebody from outside is calling"""
    return _WORK.get()


class AdjustmentProtected(models.AbstractModel):
    """Refuses values for the fields that a voucher's own steps set, by whatever path they come."""

    _name = "adjustment.protected"
    _description = "Fields set by the voucher's own steps alone"

    @api.model
    def _adjustment_protected_fields(self):
        """:return: set of names that only the engine writes"""
        return set()

    def _adjustment_refuse_protected(self, vals):
        touched = self._adjustment_protected_fields() & set(vals)
        if touched and not work():
            names = ", ".join(sorted(self._fields[name].string for name in touched))
            raise AccessError(
                self.env._(
                    "To change %(fields)s, use the buttons of the voucher: these values are set by its steps alone.",
                    fields=names,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._adjustment_refuse_protected(vals)
        if not work():
            protected = {f"default_{name}" for name in self._adjustment_protected_fields()}
            context = {key: value for key, value in self.env.context.items() if key not in protected}
            self = self.with_env(self.env(context=context))
        return super().create(vals_list)

    def write(self, vals):
        self._adjustment_refuse_protected(vals)
        return super().write(vals)


def check_amounts(env, vals, labels):
    """Refuse amounts that are not a plain number between zero and the largest one, before anything is stored.

    :param labels: {field name: label} of the amounts to look at
    :raise ValidationError: naming the field and the value
    """
    for name in labels.keys() & vals.keys():
        value = _number(vals[name])
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


def is_record_number(number):
    """Whether a value can be the number of a saved record, whatever a remote caller sends."""
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31


def check_ids(records):
    """Refuse what is no record's number: a remote caller sends what they like.

    :raise ValidationError: naming the first of them
    """
    for number in records._ids:
        if not isinstance(number, NewId) and not is_record_number(number):
            raise ValidationError(
                records.env._("To go on, choose records from a list: «%s» is the number of none.", ascii(number)[:40])
            )


def check_dates(env, vals, labels, required=()):
    """Refuse dates that are none, before anything is stored.

    :param labels: {field name: label} of the dates to look at
    :param required: names of those that can't be emptied
    :raise ValidationError: naming the field and the value
    """
    for name in labels.keys() & vals.keys():
        empty = vals[name] is None or vals[name] is False or vals[name] == ""
        if not _is_date(vals[name]) and (name in required or not empty):
            raise ValidationError(
                env._(
                    "To set %(field)s, give a date of the calendar as year-month-day. «%(value)s» is not one.",
                    field=labels[name],
                    value=ascii(vals[name])[:40],
                )
            )


def _is_date(value):
    try:
        return bool(isinstance(value, str | date) and fields.Date.to_date(value))
    except ValueError:
        return False


def _is_storable(text):
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _number(value):
    """The number a value stands for, also as text from an import; False and None are zero; None when it is none."""
    if value is False or value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
