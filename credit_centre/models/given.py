"""What a remote caller gives: looked at before anything is stored."""

from odoo import api, models

from odoo.addons.adjustment_voucher.models.engine import check_amounts, check_dates


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
        return super().create(vals_list)

    def write(self, vals):
        self._check_given(vals)
        return super().write(vals)

    @api.model
    def _check_given(self, vals):
        """:raise ValidationError: for what can't be stored; days for all, the rest for each window by itself"""
        check_days(self, vals)
