"""What a filter takes for granted, said as well: it names an index, or the few rows that can meet it.

Whether a credit is refunded is worked out for each one; that it is among the few that may be, an index tells.
"""

from collections.abc import Iterable

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.adjustment_voucher.models.engine import is_record_number

from . import uses

# Up to so many, the items of some contacts and documents are looked up: fewer than all credits.
FEW_CONTACTS, FEW_DOCUMENTS = 1_000, 20_000


def say_more(domain, known):
    """:param known: dict of field name -> [(values, what holds for every row with one of them)]
    :return: the domain, each condition with what always holds where it does
    """
    return Domain(domain).map_conditions(lambda condition: _with_sieve(condition, known))


def _with_sieve(condition, known):
    name, values = condition.field_expr, condition.value
    if name == "exchange_amount" and name in known and condition.operator == "!=" and not values:
        return condition & WITH_EXCHANGE
    if condition.operator == "=":
        values = [values]
    if condition.operator not in ("=", "in") or not isinstance(values, Iterable) or isinstance(values, str | SQL):
        return condition
    if name == "user_id" and name in known and values and all(is_record_number(value) for value in values):
        return of_customers_of(values) & often(name, values)
    if name == "id" and name in known and values and all(is_record_number(value) for value in values):
        return condition & written_in(values)
    for choices, sieve in known.get(name, ()):
        if values and all(isinstance(value, str) and value in choices for value in values):
            return sieve & often(name, values)
    return condition


def among(numbers, column="id"):
    """:return: domain of the rows whose ids the database lists first"""
    return Domain.custom(
        to_sql=lambda _model, alias, _query: SQL("%s IN (%s)", SQL.identifier(alias, column), numbers),
        predicate=lambda _record: True,  # what the condition beside it says is enough for one record
    )


def one_of(column, numbers):
    """:return: domain of the rows with one of these numbers in a column"""
    return Domain.custom(
        to_sql=lambda _model, alias, _query: SQL("%s = ANY(%s)", SQL.identifier(alias, column), list(numbers)),
        predicate=lambda _record: True,
    )


def written_in(values):
    """:return: domain of the applications with these ids, by the record that each is written in: found by its own index,
    also where the database knows nothing yet of how often an expression takes which value"""
    return one_of("written_in", {value // 4 for value in values})


def often(name, values):
    """:return: domain of the rows with one of these values; a CASE, of which the database expects half of the rows to be so,
    and then reads a page in its order instead of sorting all"""
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "(CASE WHEN %s IN %s THEN TRUE ELSE FALSE END)", model._field_to_sql(alias, name, query), tuple(values)
        ),
        predicate=lambda record: (record[name].id if name == "user_id" else record[name]) in values,
    )


def of_customers_of(users):
    """:return: domain of the rows that can be of these salespeople: those of their customers, and all but receipts, which
    may name another one themselves"""
    return Domain.custom(
        to_sql=lambda model, alias, _query: _of_customers_of(model.env, alias, tuple(users)),
        predicate=lambda _record: True,
    )


def _of_customers_of(env, alias, users):
    contacts = SQL(
        """SELECT p.id FROM credit_account a JOIN res_partner p ON p.commercial_partner_id = a.partner_id
            WHERE a.user_id IN %s""",
        users,
    )
    env["credit.account"].flush_model(["user_id", "partner_id"])
    few = [number for (number,) in env.execute_query(SQL("%s LIMIT %s", contacts, FEW_CONTACTS + 1))]
    moves = env["account.move"].sudo()  # sudo: rows are found by their documents, not shown
    documents = moves._search([("invoice_user_id", "in", users)], limit=FEW_DOCUMENTS + 1).get_result_ids()
    if len(few) <= FEW_CONTACTS and len(documents) <= FEW_DOCUMENTS:
        items = uses.items_of(few, list(documents))
        return SQL("%s IN (%s)", SQL.identifier(alias, "id"), items)
    return SQL(
        "(%s IN (%s) OR %s IS NULL)",
        SQL.identifier(alias, "contact_id"),
        contacts,
        SQL.identifier(alias, "payment_id"),
    )


# The applications that may have an exchange difference, for a condition that holds for few.
WITH_EXCHANGE = Domain.custom(
    to_sql=lambda _model, alias, _query: SQL.identifier(alias, "with_exchange"), predicate=lambda _record: True
)

# What holds for every credit of these statuses or kinds.
OF_CREDITS = {
    "status": [
        (
            frozenset(("open", "partially_applied", "partially_refunded", "partially_transferred")),
            Domain([("reconciled", "=", False), ("ledger_residual", "<", 0), ("is_open", "=", True)]),
        ),
        (
            frozenset(("refunded", "partially_refunded", "transferred", "partially_transferred", "void")),
            among(uses.UNUSUAL),
        ),
    ],
    "kind": [
        (frozenset(("transfer", "chargeback")), among(uses.NEW_ITEMS)),
        (frozenset(("deposit",)), among(uses.DEPOSITS)),
    ],
}
OF_CREDITS["user_id"] = []
OF_APPLICATIONS = {
    "id": [],
    "exchange_amount": [],
    "kind": [
        (frozenset(("refunded", "transferred", "void")), among(uses.UNUSUAL, "credit_id")),
        (frozenset(("applied",)), Domain.TRUE),
    ],
}
