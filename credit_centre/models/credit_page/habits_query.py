"""SQL of how customers pay, what they paid last and what they brought in: many customers in one statement.

The figures are those of ``metrics.habits``, rounded to a tenth. A payment is a receipt (a line of a bank or cash journal)
matched with an invoice; a voucher's match counts as the receipt it applied, not as the voucher's entry. Credit notes,
write-offs and exchange entries pay nothing.
"""

from odoo.tools import SQL

from ..credit_open_item import trade_accounts

RECEIPTS = SQL("('bank', 'cash', 'credit')")
FIGURES = (
    "payment_count",
    "days_to_pay",
    "weighted_days_to_pay",
    "days_late",
    "share_on_time",
    "best_days",
    "worst_days",
    "days_late_trend",
)
LAST = ("last_payment_date", "last_payment_amount")
KEPT = (*FIGURES, *LAST, "revenue")


def window_start(today):
    """:return: SQL of the day after which payments and revenue count, per account of ``a``"""
    return SQL(
        """(%s::date - make_interval(months => COALESCE(
               (SELECT o.credit_habit_months FROM res_company o WHERE o.id = a.company_id), 12)))::date""",
        today,
    )


def payments_query(accounts, today):
    """:return: SQL of every paid part of an invoice: account_id, amount, invoiced, due, paid"""
    return SQL(
        """SELECT a.id AS account_id, t.amount, COALESCE(m.invoice_date, m.date) AS invoiced,
                  COALESCE(d.date_maturity, d.date) AS due, GREATEST(d.date, k.date) AS paid
             FROM credit_account a
             JOIN res_partner p ON p.commercial_partner_id = a.partner_id
             JOIN account_move_line d ON d.partner_id = p.id AND d.parent_state = 'posted' AND d.account_id IN (%(trade)s)
             JOIN res_company c ON c.id = d.company_id AND split_part(c.parent_path, '/', 1)::int = a.company_id
             JOIN account_move m ON m.id = d.move_id AND m.move_type IN ('out_invoice', 'out_receipt')
             JOIN (SELECT r.debit_move_id AS debit_id, r.credit_move_id AS credit_id, r.amount
                     FROM account_partial_reconcile r WHERE r.adjustment_voucher_id IS NULL
                UNION ALL
                   SELECT v.debit_move_line_id, v.credit_move_line_id, v.debit_value
                     FROM adjustment_allocation v WHERE v.state = 'authorized') t ON t.debit_id = d.id
             JOIN account_move_line k ON k.id = t.credit_id AND k.parent_state = 'posted'
             JOIN account_journal j ON j.id = k.journal_id AND j.type IN %(receipts)s
            WHERE %(accounts)s AND t.amount > 0 AND GREATEST(d.date, k.date) > %(start)s
              AND GREATEST(d.date, k.date) <= %(today)s""",
        trade=trade_accounts(),
        receipts=RECEIPTS,
        accounts=accounts,
        start=window_start(today),
        today=today,
    )


def habits_query(accounts, today):
    """:return: SQL of account_id and FIGURES; no row for a customer who paid nothing in the time looked at"""
    return SQL(
        """SELECT account_id, count(*) AS payment_count, round(avg(paid - invoiced), 1) AS days_to_pay,
                  round(sum(amount * (paid - invoiced)) / sum(amount), 1) AS weighted_days_to_pay,
                  round(sum(amount * (paid - due)) / sum(amount), 1) AS days_late,
                  round(100 * COALESCE(sum(amount) FILTER (WHERE paid <= due), 0) / sum(amount), 1) AS share_on_time,
                  min(paid - invoiced) AS best_days, max(paid - invoiced) AS worst_days,
                  COALESCE(round((sum(amount * (paid - due)) FILTER (WHERE later) * sum(amount) FILTER (WHERE NOT later)
                                - sum(amount * (paid - due)) FILTER (WHERE NOT later) * sum(amount) FILTER (WHERE later))
                               / (sum(amount) FILTER (WHERE later) * sum(amount) FILTER (WHERE NOT later)), 1), 0)
                      AS days_late_trend
             FROM (SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY paid, due, invoiced, amount)
                             > count(*) OVER (PARTITION BY account_id) / 2 AS later
                     FROM (%s) one) ranked
         GROUP BY account_id""",
        payments_query(accounts, today),
    )


def last_payment_query(accounts):
    """:return: SQL of account_id, last_payment_date, last_payment_amount: the latest receipt, applied or not"""
    return SQL(
        """SELECT DISTINCT ON (a.id) a.id AS account_id, k.date AS last_payment_date, -k.balance AS last_payment_amount
             FROM credit_account a
             JOIN res_partner p ON p.commercial_partner_id = a.partner_id
             JOIN account_move_line k ON k.partner_id = p.id AND k.parent_state = 'posted' AND k.balance < 0
              AND k.account_id IN (%s)
             JOIN res_company c ON c.id = k.company_id AND split_part(c.parent_path, '/', 1)::int = a.company_id
             JOIN account_journal j ON j.id = k.journal_id AND j.type IN %s
            WHERE %s
         ORDER BY a.id, k.date DESC, k.id DESC""",
        trade_accounts(),
        RECEIPTS,
        accounts,
    )


def revenue_query(accounts, today):
    """:return: SQL of account_id and revenue without tax, credit notes deducted"""
    return SQL(
        """SELECT a.id AS account_id, sum(m.amount_untaxed_signed) AS revenue
             FROM credit_account a
             JOIN res_partner p ON p.commercial_partner_id = a.partner_id
             JOIN account_move m ON m.partner_id = p.id AND m.state = 'posted'
              AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
             JOIN res_company c ON c.id = m.company_id AND split_part(c.parent_path, '/', 1)::int = a.company_id
            WHERE %s AND m.invoice_date > %s AND m.invoice_date <= %s
         GROUP BY a.id""",
        accounts,
        window_start(today),
        today,
    )


def update_query(accounts, today):
    """:return: SQL that writes KEPT to the accounts; rows that did not change stay untouched"""
    columns = [SQL.identifier(name) for name in KEPT]
    return SQL(
        """UPDATE credit_account w SET %(assign)s
             FROM (SELECT a.id AS account_id, %(fresh)s FROM credit_account a
                LEFT JOIN (%(habits)s) h ON h.account_id = a.id
                LEFT JOIN (%(last)s) l ON l.account_id = a.id
                LEFT JOIN (%(revenue)s) s ON s.account_id = a.id
                    WHERE %(accounts)s) f
            WHERE w.id = f.account_id AND (%(kept)s) IS DISTINCT FROM (%(new)s)""",
        assign=SQL(", ").join(SQL("%s = f.%s", column, column) for column in columns),
        fresh=SQL(", ").join(
            [
                SQL("COALESCE(h.payment_count, 0) AS payment_count"),
                *(SQL("h.%s", SQL.identifier(name)) for name in FIGURES[1:]),
                *(SQL("l.%s", SQL.identifier(name)) for name in LAST),
                SQL("COALESCE(s.revenue, 0) AS revenue"),
            ]
        ),
        habits=habits_query(accounts, today),
        last=last_payment_query(accounts),
        revenue=revenue_query(accounts, today),
        accounts=accounts,
        kept=SQL(", ").join(SQL("w.%s", column) for column in columns),
        new=SQL(", ").join(SQL("f.%s", column) for column in columns),
    )
