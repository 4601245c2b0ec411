"""What a remote caller gives: looked at before anything is stored."""

import math

from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.adjustment_voucher.models.engine import check_amounts, check_dates, check_texts, is_record_number

NUMBERS = ("integer", "float", "monetary")
LARGEST = {"integer": 2**31 - 1}


def check_days(records, vals):
    """Refuse what is no day of the calendar, for whichever field of the model it is meant.

    :raise ValidationError: naming the field and the value
    """
    days = {name: records._fields[name] for name in vals if name in records._fields}
    days = {name: field for name, field in days.items() if field.type == "date"}
    required = {name for name, field in days.items() if field.required}
    check_dates(records.env, vals, {name: field.string for name, field in days.items()}, required)


def check_texts_as_numbers(records, vals, names):
    """Refuse what is given instead of a number and is none, as a text can be; numbers are for the caller to judge.

    :raise ValidationError: naming the field and the value
    """
    given = {name: vals[name] for name in names if name in vals and not isinstance(vals[name], int | float)}
    check_amounts(records.env, given, {name: records._fields[name].string for name in given})


class CreditCheckedInput(models.AbstractModel):
    """For windows: what is given is looked at whenever they are created or written."""

    _name = "credit.checked.input"
    _description = "Looks at What Is Given"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_given(vals)
            self._check_values(vals)
            self._check_missing(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_given(vals)
        self._check_values(vals)
        return super().write(vals)

    @api.model
    def _check_values(self, vals):
        """:raise ValidationError: for what its field can't hold, before the database is asked"""
        for name, value in vals.items():
            if not (field := self._fields.get(name)):
                continue
            if value is None or value is False or value == "":
                self._check_filled(field)
            elif field.type in NUMBERS:
                self._check_number(field, value)
            elif field.type == "selection":
                if not isinstance(value, str) or value not in field.get_values(self.env):
                    self._refuse_value(field, value)
            elif field.type == "many2one":
                self._check_records(field, [value])
            elif field.type == "many2many":
                self._check_records(field, _named(value))
            elif field.type in ("char", "text"):
                self._check_text(field, value)

    @api.model
    def _check_missing(self, vals):
        names = [
            name
            for name, field in self._fields.items()
            if field.required and field.store and not field.compute and field.type not in ("boolean", *NUMBERS)
        ]
        missing = [name for name in names if name not in vals and self._fields[name].column_type]
        defaults = self.default_get(missing)
        for name in missing:
            if not defaults.get(name):
                self._check_filled(self._fields[name])

    @api.model
    def _check_filled(self, field):
        if field.required and field.type not in ("boolean", *NUMBERS):
            raise ValidationError(self.env._("To go on, fill in «%s».", self._label(field)))

    @api.model
    def _check_number(self, field, value):
        try:
            number = float(value) if isinstance(value, int | float | str) else math.nan
        except (OverflowError, ValueError):
            number = math.nan
        whole = field.type != "integer" or number == math.trunc(number) if math.isfinite(number) else False
        if not whole or abs(number) > LARGEST.get(field.type, 1e15):
            self._refuse_value(field, value)

    @api.model
    def _check_text(self, field, value):
        """A letter may be long, a line not."""
        pieces = [value[at : at + 1000] for at in range(0, len(value), 1000)] if isinstance(value, str) else [value]
        for piece in [value] if field.type == "char" else pieces:
            check_texts(self.env, {field.name: piece}, {field.name: self._label(field)})

    @api.model
    def _check_records(self, field, ids):
        for key in ids:
            if not is_record_number(key):
                self._refuse_value(field, key)
        found = self.env[field.comodel_name].browse(ids).exists()
        for key in set(ids) - set(found.ids):
            self._refuse_value(field, key)

    @api.model
    def _refuse_value(self, field, value):
        raise ValidationError(
            self.env._(
                "To set %(field)s, choose a value that it can have: «%(value)s» is none.",
                field=self._label(field),
                value=ascii(value)[:40],
            )
        )

    @api.model
    def _label(self, field):
        return field._description_string(self.env)

    @api.model
    def _check_given(self, vals):
        """:raise ValidationError: for what can't be stored; days for all, the rest for each window by itself"""
        check_days(self, vals)


def _named(value):
    """:return: the ids that a list for a many2many names, in whichever way; what is no such list, as it is"""
    if not isinstance(value, list | tuple):
        return [value]
    ids = []
    for one in value:
        if not isinstance(one, list | tuple):
            ids.append(one)
        elif len(one) == 3 and one[0] == 6 and isinstance(one[2], list | tuple):
            ids += one[2]
        elif len(one) > 1 and one[0] in (3, 4):
            ids.append(one[1])
        elif one and one[0] not in (0, 1, 2, 5):
            ids.append(one)
    return ids
