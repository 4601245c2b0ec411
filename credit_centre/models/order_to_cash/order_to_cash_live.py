"""How orders stand now, worked out of orders, deliveries, invoices and payments: what is kept is a copy of this."""

from odoo.tools import SQL

from ...stages import urgency_of
from . import order_to_cash_sql as sql

FEW = 20000
# Of the order itself: kept beside the rest, so that lists and groups need not read orders.
OF_ORDER = ("company_id", "partner_id", "user_id", "team_id", "date_order")


def live_query(today, orders=None):
    """:param today: date
    :param orders: ids of orders, None for all
    :return: SQL of one row per order: ``id`` and the columns of ``live_columns``
    """
    day = SQL("%s::date", today)
    return SQL(
        """SELECT %(columns)s FROM sale_order o
             JOIN res_company c ON c.id = o.company_id
             JOIN res_currency cur ON cur.id = c.currency_id
             %(facts)s
        LEFT JOIN LATERAL %(shares)s share ON TRUE
            WHERE %(where)s""",
        columns=SQL(", ").join(SQL("%s AS %s", what, SQL.identifier(name)) for name, what in live_columns(day).items()),
        facts=sql.fact_joins(day, orders is not None and len(orders) <= FEW),
        shares=sql.SHARES,
        where=SQL("TRUE") if orders is None else SQL("o.id = ANY(%s)", list(orders)),
    )


def live_columns(today):
    """:return: dict of column name -> SQL over the row ``o`` of the order"""
    invoice_days = SQL("c.otc_invoice_days")
    exceptions = sql.exception_facts(today, invoice_days)
    return {
        "id": SQL("o.id"),
        **{name: SQL("o.%s", SQL.identifier(name)) for name in OF_ORDER},
        "stage": sql.stage_case(),
        "is_open": sql.open_case(),
        "exception": sql.exception_case(exceptions),
        "urgency": sql.exception_case(exceptions, urgency_of, 0),
        "valid_until": sql.exception_until(today, invoice_days),
        "value": SQL("ROUND((o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1))::numeric, cur.decimal_places)"),
        "invoiced_amount": SQL("share.invoiced"),
        "open_amount": SQL("share.unpaid"),
        **_dates(),
    }


def _dates():
    paid_on = SQL("CASE WHEN NOT %s THEN %s END", sql.FACTS["unsettled"], sql.SETTLED_ON)
    steps = {
        "quoted_on": sql.QUOTED_ON,
        "confirmed_on": sql.CONFIRMED_ON,
        "delivered_on": sql.DELIVERED_ON,
        "invoiced_on": sql.INVOICED_ON,
        "paid_on": paid_on,
    }
    since = sql.since_case(
        sql.stage_case(),
        sql.QUOTED_ON,
        sql.HELD_ON,
        sql.CONFIRMED_ON,
        sql.DELIVERY_BEGUN_ON,
        sql.DELIVERED_ON,
        sql.INVOICED_ON,
        paid_on,
    )
    return {**steps, "due_on": sql.DUE_ON, "since": since}
