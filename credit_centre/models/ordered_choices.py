"""What the lists over the ledger share: choices in the order they are declared, and how the database plans them."""

from odoo import api, models
from odoo.tools import SQL

# Noted in the transaction once its statements are planned for many rows.
PLANNED = "credit_centre.planned"
# How many groups there are, asked for like a sum of each group.
GROUPS = "__groups"


class CreditOrderedChoices(models.AbstractModel):
    """Lists, groups and charts show ages, stages and statuses as they follow each other: not yet due comes first."""

    _name = "credit.ordered.choices"
    _description = "Choices in Their Order"

    @api.model
    def _search(self, domain, *args, **kwargs):
        self._plan_for_many()
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _plan_for_many(self):
        """Once in a transaction: compiling a statement (jit) takes longer than running it, and groups and sorts of a million
        rows belong in memory."""
        noted = self.env.cr.precommit.data
        if not noted.get(PLANNED):
            self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
            noted[PLANNED] = True

    # ------------------------------------------------------------------ how many groups

    @api.model
    def _formatted_read_group_with_length(self, domain, groupby, aggregates, offset=0, limit=None, order=None):
        """The database says how many groups there are with those of the page: to count them apart would cost as much again."""
        if not limit or GROUPS in aggregates:
            return super()._formatted_read_group_with_length(domain, groupby, aggregates, offset, limit, order)
        groups = self.formatted_read_group(
            domain, groupby, [*aggregates, GROUPS], offset=offset, limit=limit, order=order
        )
        numbers = [group.pop(GROUPS) for group in groups]
        return groups, numbers[0] if all(numbers) and numbers else len(groups) and len(groups) + offset

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == GROUPS:
            return SQL("COUNT(*) OVER ()")
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _read_group_empty_value(self, spec):
        return 0 if spec == GROUPS else super()._read_group_empty_value(spec)

    @api.model
    def _read_group_postprocess_aggregate(self, aggregate_spec, raw_values):
        if aggregate_spec == GROUPS:
            return raw_values
        return super()._read_group_postprocess_aggregate(aggregate_spec, raw_values)

    # ------------------------------------------------------------------ choices in their order

    @api.model
    def _get_choices(self, name):
        """:return: the keys of a selection with fixed choices, in their order, else None"""
        field = self._fields.get(name)
        fixed = field and field.type == "selection" and isinstance(field.selection, list)
        return [key for key, _label in field.selection] if fixed else None

    @api.model
    def _place_of(self, expression, keys):
        return SQL("array_position(%s::varchar[], %s)", keys, expression)

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        keys = self._get_choices(field_name)
        if not keys:
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        expression = self._field_to_sql(alias, field_name, query)
        query._order_groupby.append(expression)
        return SQL("%s %s %s", self._place_of(expression, keys), direction, nulls)

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        placed = {
            name: self._place_of(term, keys)
            for name, term in groupby_terms.items()
            if (keys := self._get_choices(name))
        }
        terms = {**groupby_terms, **placed}
        result = super()._read_group_orderby(order, terms, query)
        groupby_terms.update(
            {name: term for name, term in terms.items() if name not in placed}
        )  # what super may change
        return result
