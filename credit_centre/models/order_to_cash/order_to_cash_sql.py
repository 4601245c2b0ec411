"""The SQL of order to cash: expressions over one row ``o`` of ``sale_order``.

What decides the stage and what needs a person is joined (``fact_joins``), for a few orders or for all of them; dates are
subqueries of their own.
"""

from odoo.tools import SQL

from ...stages import EXCEPTIONS, FULLY_INVOICED, QUOTATION, STOPPED

POSTED = SQL("m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')")
QUOTED_ON = SQL("LEAST(o.create_date, o.date_order)::date")
CONFIRMED_ON = SQL("CASE WHEN o.state = 'sale' THEN o.date_order::date END")
NOTHING = SQL()


def invoices(what, where, joins=NOTHING):
    """:return: SQL of a query over the invoices ``m`` of the order"""
    return SQL(
        """SELECT %s FROM sale_order_line ol
             JOIN sale_order_line_invoice_rel r ON r.order_line_id = ol.id
             JOIN account_move_line il ON il.id = r.invoice_line_id
             JOIN account_move m ON m.id = il.move_id %s
            WHERE ol.order_id = o.id AND %s""",
        what,
        joins,
        where,
    )


# What is true of an order because of one of its lines: name of the join -> tables and condition on a line ``ol``.
LINES = {
    "lf": SQL(
        """sale_order_line ol
           LEFT JOIN product_product p ON p.id = ol.product_id
           LEFT JOIN product_template t ON t.id = p.product_tmpl_id
               WHERE ol.display_type IS NULL AND ol.is_downpayment IS NOT TRUE AND ol.qty_delivered < ol.product_uom_qty
                 AND (ol.qty_delivered_method <> 'manual' OR t.type = 'consu' OR t.invoice_policy = 'delivery')"""
    ),
    "bg": SQL("sale_order_line ol WHERE (ol.qty_delivered > 0 OR ol.qty_invoiced > 0)"),
    "fl": SQL(
        """sale_order_line ol
               WHERE ol.display_type IS NULL AND ol.is_downpayment IS NOT TRUE
                 AND ol.qty_delivered_method <> 'manual' AND ol.qty_delivered < ol.product_uom_qty"""
    ),
}


def delivered_not_invoiced(today):
    """:return: whether something was delivered before today and not invoiced, and the first later day; the tables"""
    facts = SQL(
        """BOOL_OR(ol.otc_delivered_on IS NULL OR ol.otc_delivered_on < %(today)s) AS delivered,
           MIN(ol.otc_delivered_on) FILTER (WHERE ol.otc_delivered_on >= %(today)s) AS until""",
        today=today,
    )
    return SQL("ol.order_id, %s", facts), SQL("sale_order_line ol WHERE ol.qty_delivered > ol.qty_invoiced")


def invoice_facts(today):
    """:return: dict of fact -> SQL of whether it is true of an invoice ``m`` that is a draft or not settled"""
    return {
        "draft_invoice": SQL("m.state = 'draft'"),
        "unsettled": SQL("m.state = 'posted'"),
        "disputed": SQL("m.state = 'posted' AND m.amount_residual_signed > 0 AND m.credit_disputed"),
        # one look by the index for each invoice: an EXISTS could be answered by reading all journal items
        "past_due": SQL(
            """m.state = 'posted' AND m.amount_residual_signed > 0
               AND (SELECT TRUE FROM account_move_line due
                     WHERE due.move_id = m.id AND due.display_type = 'payment_term'
                       AND due.amount_residual > 0 AND COALESCE(due.date_maturity, due.date) < %s LIMIT 1)""",
            today,
        ),
        "not_sent": SQL(
            """m.state = 'posted' AND m.move_type = 'out_invoice' AND m.is_move_sent IS NOT TRUE
               AND m.amount_residual_signed > 0 AND m.invoice_date < %s""",
            today,
        ),
    }


def invoice_until(today):
    """:return: SQL of the last day, today or later, on which an invoice ``m`` is not yet past due, or need not be sent"""
    return SQL(
        """CASE WHEN m.state = 'posted' AND m.amount_residual_signed > 0 THEN LEAST(
               (SELECT MIN(COALESCE(due.date_maturity, due.date)) FROM account_move_line due
                 WHERE due.move_id = m.id AND due.display_type = 'payment_term'
                   AND due.amount_residual > 0 AND COALESCE(due.date_maturity, due.date) >= %(today)s),
               CASE WHEN m.invoice_date >= %(today)s THEN m.invoice_date END) END""",
        today=today,
    )


def open_invoices(today):
    """:return: what is known of an order by its invoices, and the tables; OFFSET 0 keeps the items looked up by id"""
    facts = [SQL("BOOL_OR(%s) AS %s", fact, SQL.identifier(name)) for name, fact in invoice_facts(today).items()]
    tables = SQL(
        """sale_order_line_invoice_rel r
             JOIN sale_order_line ol ON ol.id = r.order_line_id
       CROSS JOIN LATERAL (SELECT move_id FROM account_move_line WHERE id = r.invoice_line_id OFFSET 0) il
             JOIN account_move m ON m.id = il.move_id
            WHERE (m.state = 'draft' OR (%s AND m.amount_residual_signed <> 0))""",
        POSTED,
    )
    return SQL(", ").join([SQL("ol.order_id"), *facts, SQL("MIN(%s) AS until", invoice_until(today))]), tables


def fact_joins(today, by_order):
    """Outer joins of at most one row each.

    :param by_order: whether the facts are looked up order by order (a few rows), or for all orders at once (many)
    :return: SQL that follows ``sale_order o``
    """
    order_id = SQL("ol.order_id")
    sources = {"inv": open_invoices(today)}
    sources |= {name: (order_id, tables) for name, tables in LINES.items()}
    sources["dn"] = delivered_not_invoiced(today)
    return SQL(" ").join(_fact_join(name, *source, by_order) for name, source in sources.items())


def _fact_join(name, what, tables, by_order):
    alias = SQL.identifier(name)
    if by_order:
        return SQL(
            "LEFT JOIN LATERAL (SELECT %s FROM %s AND ol.order_id = o.id GROUP BY ol.order_id) %s ON TRUE",
            what,
            tables,
            alias,
        )
    return SQL(
        "LEFT JOIN (SELECT %(what)s FROM %(tables)s GROUP BY ol.order_id) %(alias)s ON %(alias)s.order_id = o.id",
        what=what,
        tables=tables,
        alias=alias,
    )


def _of_invoices(name):
    return SQL("COALESCE(inv.%s, FALSE)", SQL.identifier(name))


FACTS = {
    "state": SQL("o.state"),
    "credit_status": SQL("o.credit_status"),
    "invoice_status": SQL("o.invoice_status"),
    "left": SQL("(lf.order_id IS NOT NULL)"),
    "progress": SQL("(CASE WHEN lf.order_id IS NULL THEN 'all' WHEN bg.order_id IS NULL THEN 'none' ELSE 'begun' END)"),
    "followed_left": SQL("(fl.order_id IS NOT NULL)"),
    "draft_invoice": _of_invoices("draft_invoice"),
    "unsettled": _of_invoices("unsettled"),
    "disputed": _of_invoices("disputed"),
    "past_due": _of_invoices("past_due"),
    "not_sent": _of_invoices("not_sent"),
    "delivered_not_invoiced": SQL("COALESCE(dn.delivered, FALSE)"),
    "confirmed_on": SQL("o.date_order::date"),
    "valid_until": SQL("o.validity_date"),
}


def stage_case(**facts):
    """``stages.stage_of`` in SQL.

    :param facts: expressions that replace those of an order
    """
    return SQL(
        """CASE WHEN %(state)s = 'cancel' THEN 'cancelled'
                WHEN %(state)s IN %(quotation)s
                THEN CASE WHEN %(credit_status)s IN %(stopped)s THEN 'held' ELSE 'quotation' END
                WHEN %(invoice_status)s IN %(invoiced)s AND NOT %(draft_invoice)s
                THEN CASE WHEN %(unsettled)s THEN 'payment'
                          WHEN %(followed_left)s AND %(progress)s <> 'all' THEN 'delivery' ELSE 'done' END
                ELSE CASE %(progress)s WHEN 'none' THEN 'order' WHEN 'begun' THEN 'delivery'
                          ELSE CASE WHEN %(invoice_status)s = 'no' AND NOT %(draft_invoice)s
                                    THEN CASE WHEN %(unsettled)s THEN 'payment' ELSE 'done' END
                                    ELSE 'invoice' END END END""",
        quotation=QUOTATION,
        stopped=STOPPED,
        invoiced=FULLY_INVOICED,
        **{**FACTS, **facts},
    )


def open_case(**facts):
    """Whether an order is on its way: not done, or cancelled with an invoice that is not settled.

    :param facts: expressions that replace those of an order
    """
    return SQL(
        """CASE WHEN %(state)s IN %(quotation)s OR (%(state)s = 'sale' AND %(invoice_status)s = 'to invoice') THEN TRUE
                WHEN %(state)s = 'cancel' THEN %(unsettled)s
                WHEN %(draft_invoice)s OR %(unsettled)s THEN TRUE
                WHEN %(invoice_status)s IN %(invoiced)s THEN %(followed_left)s AND %(left)s
                ELSE %(left)s END""",
        quotation=QUOTATION,
        invoiced=FULLY_INVOICED,
        **{**FACTS, **facts},
    )


def exception_case(facts, value=lambda code: code, otherwise=None):
    """``stages.exception_of`` in SQL.

    :param facts: dict of exception -> SQL of whether it is true of the order
    :param value: what to answer for an exception
    """
    whens = [SQL("WHEN %s THEN %s", facts[code], value(code)) for code in EXCEPTIONS]
    return SQL("CASE %s ELSE %s END", SQL(" ").join(whens), otherwise)


def exception_facts(today, invoice_days, **known):
    """When each exception is true of an order.

    :param known: expressions that replace those of an order
    """
    facts = {**FACTS, **known}
    state = facts["state"]
    to_invoice = SQL("%s = 'sale' AND %s = 'to invoice'", state, facts["invoice_status"])

    def stopped(status):
        return SQL("%s <> 'cancel' AND %s = %s", state, facts["credit_status"], status)

    return {
        "disputed": facts["disputed"],
        "overdue": facts["past_due"],
        "rejected": stopped("rejected"),
        "held": stopped("hold"),
        "prepay": stopped("prepay"),
        "delivered_not_invoiced": SQL("%s AND %s", to_invoice, facts["delivered_not_invoiced"]),
        "invoice_late": SQL("%s AND %s < %s::date - %s::int", to_invoice, facts["confirmed_on"], today, invoice_days),
        "not_sent": facts["not_sent"],
        "expired": SQL("%s IN %s AND %s < %s", state, QUOTATION, facts["valid_until"], today),
    }


def exception_until(today, invoice_days):
    """:return: SQL of the last day on which the exception is what it is today, if nothing but the day changes; NULL where
    no day will change it"""
    late_from = SQL("%s + %s::int", FACTS["confirmed_on"], invoice_days)
    return SQL(
        """LEAST(inv.until, dn.until,
                 CASE WHEN o.state = 'sale' AND o.invoice_status = 'to invoice' AND %(late)s >= %(today)s THEN %(late)s END,
                 CASE WHEN o.state IN %(quotation)s AND %(valid)s >= %(today)s THEN %(valid)s END)""",
        today=today,
        late=late_from,
        quotation=QUOTATION,
        valid=FACTS["valid_until"],
    )


def since_case(stage, quoted, held, confirmed, delivery_begun, delivered, invoiced, paid):
    """``stages.since_of`` in SQL."""
    return SQL(
        """CASE %(stage)s WHEN 'quotation' THEN %(quoted)s
                WHEN 'held' THEN COALESCE(%(held)s, %(quoted)s)
                WHEN 'order' THEN %(confirmed)s
                WHEN 'delivery' THEN COALESCE(%(delivery_begun)s, %(confirmed)s)
                WHEN 'invoice' THEN COALESCE(%(delivered)s, %(confirmed)s)
                WHEN 'payment' THEN COALESCE(%(invoiced)s, %(confirmed)s)
                WHEN 'done' THEN COALESCE(%(paid)s, %(invoiced)s, %(delivered)s, %(confirmed)s) END""",
        stage=stage,
        quoted=quoted,
        held=held,
        confirmed=confirmed,
        delivery_begun=delivery_begun,
        delivered=delivered,
        invoiced=invoiced,
        paid=paid,
    )


HELD_ON = SQL("(SELECT MAX(h.create_date)::date FROM credit_hold h WHERE h.order_id = o.id AND h.state = 'held')")
DELIVERY_BEGUN_ON = SQL("(SELECT MIN(ol.otc_delivered_on) FROM sale_order_line ol WHERE ol.order_id = o.id)")
DELIVERED_ON = SQL(
    """(SELECT MAX(ol.otc_delivered_on) FROM sale_order_line ol WHERE ol.order_id = o.id
        HAVING COALESCE(BOOL_AND(ol.display_type IS NOT NULL OR ol.is_downpayment IS TRUE
                                 OR ol.qty_delivered >= ol.product_uom_qty), FALSE))"""
)
INVOICED_ON = SQL("(%s)", invoices(SQL("MAX(m.invoice_date)"), POSTED))
DUE_ON = SQL(
    "(%s)",
    invoices(
        SQL("MIN(COALESCE(due.date_maturity, due.date))"),
        SQL("%s AND m.amount_residual_signed > 0", POSTED),
        SQL(
            """JOIN account_move_line due ON due.move_id = m.id AND due.display_type = 'payment_term'
                AND due.amount_residual > 0"""
        ),
    ),
)
SETTLED_ON = SQL(
    "(%s)",
    invoices(
        SQL("MAX(pr.max_date)"),
        POSTED,
        SQL(
            """JOIN account_move_line due ON due.move_id = m.id AND due.display_type = 'payment_term'
               JOIN account_partial_reconcile pr ON due.id IN (pr.debit_move_id, pr.credit_move_id)"""
        ),
    ),
)


# The order's share of its invoices, and of what is open of them, in company currency: an invoice may be of several orders.
SHARES = SQL(
    """(SELECT COALESCE(ROUND(SUM(d.whole * d.own / NULLIF(d.total, 0)), cur.decimal_places), 0) AS invoiced,
               COALESCE(ROUND(SUM(d.open * d.own / NULLIF(d.total, 0)), cur.decimal_places), 0) AS unpaid
          FROM (SELECT m.amount_total_signed AS whole, m.amount_residual_signed AS open, SUM(il.price_total) AS own,
                       (SELECT SUM(x.price_total) FROM account_move_line x
                         WHERE x.move_id = m.id AND x.display_type = 'product') AS total
                  FROM (SELECT DISTINCT r.invoice_line_id FROM sale_order_line ol
                          JOIN sale_order_line_invoice_rel r ON r.order_line_id = ol.id
                         WHERE ol.order_id = o.id) own
                  JOIN account_move_line il ON il.id = own.invoice_line_id AND il.display_type = 'product'
                  JOIN account_move m ON m.id = il.move_id
                 WHERE %s GROUP BY m.id) d)""",
    POSTED,
)
