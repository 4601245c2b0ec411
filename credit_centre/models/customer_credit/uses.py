"""SQL of what a credit is and what it was used for: shared by the read models, so that they cannot disagree.

Aliases: ``l``, ``m`` the credit's item and entry; ``r`` a match of it; ``d``, ``dm`` the debit item and its entry; ``v``
the voucher whose leg closes the credit, ``vl`` the credit's line in it.
"""

from odoo.tools import SQL

from ...credit_status import OPEN, PRECEDENCE, VOID
from ..credit_open_item import trade_accounts

# Read by every list here: the ORM writes what is pending of these before it asks.
LEDGER = {
    "account.move": [
        "name", "state", "move_type", "invoice_date", "invoice_origin", "invoice_user_id", "reversed_entry_id",
        "journal_id", "adjustment_voucher_id",
    ],
    "account.move.line": [
        "account_id", "partner_id", "company_id", "company_currency_id", "currency_id", "date", "move_name", "ref",
        "parent_state", "balance", "amount_currency", "amount_residual", "amount_residual_currency", "reconciled",
        "matching_number", "payment_id", "statement_line_id", "journal_id", "adjustment_leg", "is_downpayment",
    ],
    "account.partial.reconcile": [
        "debit_move_id", "credit_move_id", "amount", "debit_amount_currency", "credit_amount_currency", "max_date",
        "exchange_move_id", "adjustment_voucher_id",
    ],
    "account.payment": ["state", "credit_order_id", "memo"],
    "adjustment.voucher": ["state", "date", "transfer_partner_id"],
    "adjustment.voucher.line": [
        "move_line_id", "side", "amount", "discount_amount", "write_off_amount", "chargeback_amount",
    ],
    "adjustment.allocation": [
        "state", "credit_move_line_id", "debit_move_line_id", "credit_amount", "debit_amount", "credit_value",
        "exchange_amount", "discount_amount", "write_off_amount", "date",
    ],
    "res.company": ["currency_exchange_journal_id"],
    "res.partner": ["commercial_partner_id"],
}  # fmt: skip

# On the credit side of an account whose items are matched, or no more: the words of the index of credits.
MATCHABLE = SQL(
    """(l.amount_currency < 0
        AND (l.reconciled OR l.amount_residual <> 0 OR l.amount_residual_currency <> 0 OR l.parent_state = 'cancel'))"""
)
EXCHANGE_JOURNALS = SQL(
    "SELECT currency_exchange_journal_id FROM res_company WHERE currency_exchange_journal_id IS NOT NULL"
)
# A match with what undoes the credit's own entry, or with the entry that the credit itself undoes.
MIRROR = SQL(
    "((dm.reversed_entry_id = l.move_id OR m.move_type = 'entry' AND m.reversed_entry_id = d.move_id) IS TRUE)"
)
# Money that went out to the customer: a payment or a bank statement line on the debit side.
PAID_OUT = SQL("(d.payment_id IS NOT NULL OR d.statement_line_id IS NOT NULL)")


def is_credit():
    """Condition: the item is a credit of a customer, not a voucher's closing leg, an exchange entry or a reversal.

    Most items are plain, which they say themselves; a function looks at the entries of the others, so that the planner does
    not fear for them all. The accounts stand in an array, so that it expects most items to be on them and reads a page in
    its order.
    """
    return SQL(
        """l.account_id = ANY(ARRAY(%(accounts)s)) AND %(matchable)s
       AND CASE WHEN %(plain)s THEN TRUE ELSE customer_credit_counts(l.id) END""",
        accounts=trade_accounts(),
        matchable=MATCHABLE,
        plain=_is_plain(),
    )


def function_definitions():
    """:return: list of SQL that makes the functions used here"""
    return [_counts_definition(), _unusual_definition(), _status_definition()]


def _counts_definition():
    """:return: SQL that makes ``customer_credit_counts``: whether an item that is not plain is a credit all the same"""
    return SQL(
        """CREATE OR REPLACE FUNCTION customer_credit_counts(p_item int) RETURNS boolean LANGUAGE plpgsql STABLE COST 1 AS $counts$
           BEGIN
             RETURN (SELECT %s FROM account_move_line l JOIN account_move cm ON cm.id = l.move_id WHERE l.id = p_item);
           END $counts$""",
        _counts(),
    )


def _is_plain():
    """Posted, of no voucher and no exchange difference, and not a reversal: there is an index of these entries."""
    return SQL(
        """l.parent_state = 'posted' AND l.adjustment_leg IS NULL AND l.journal_id <> ALL(ARRAY(%s))
           AND l.move_id NOT IN (SELECT id FROM account_move WHERE move_type = 'entry'
                                    AND (reversed_entry_id IS NOT NULL OR adjustment_voucher_id IS NOT NULL))""",
        EXCHANGE_JOURNALS,
    )


def _counts():
    return SQL(
        """(l.parent_state = 'posted' OR l.parent_state = 'cancel' AND cm.name <> '/')
       AND (cm.adjustment_voucher_id IS NULL OR l.adjustment_leg IN ('transfer', 'chargeback'))
       AND NOT (cm.move_type = 'entry' AND %(exchange)s)
       AND NOT (cm.move_type = 'entry' AND cm.reversed_entry_id IS NOT NULL AND l.reconciled AND %(all_undone)s)""",
        exchange=_is_exchange_entry(),
        all_undone=SQL(
            """NOT EXISTS (SELECT 1 FROM account_partial_reconcile x JOIN account_move_line y ON y.id = x.debit_move_id
                            WHERE x.credit_move_id = l.id AND y.move_id <> cm.reversed_entry_id)"""
        ),
    )


def _is_exchange_entry():
    """An exchange difference, or one whose match was taken back: in the journal that companies keep for them."""
    return SQL(
        """l.journal_id IN (%s)
           AND (EXISTS (SELECT 1 FROM account_partial_reconcile x WHERE x.exchange_move_id = cm.id)
             OR EXISTS (SELECT 1 FROM account_move x WHERE x.reversed_entry_id = cm.id))""",
        EXCHANGE_JOURNALS,
    )


def _unusual_definition():
    """:return: SQL that makes ``customer_credit_unusual``: the items that something else may have become of than to be applied
    to debits. They are few, and found by indexes; the planner is told so, and then looks them up once per question."""
    arms = [_void(), _paid_out(), _paid_out_by_allocation(), _moved_by_voucher(), _mirrored(), _mirroring()]
    return SQL(
        """CREATE OR REPLACE FUNCTION customer_credit_unusual() RETURNS SETOF int LANGUAGE plpgsql STABLE ROWS 1000
           SET jit = off AS $unusual$
           BEGIN
             RETURN QUERY %s;
           END $unusual$""",
        SQL(" UNION ALL ").join(arms),
    )


def _void():
    """Of canceled entries and bounced receipts."""
    return SQL(
        """SELECT l.id FROM account_move_line l WHERE l.parent_state = 'cancel' AND l.amount_currency < 0
     UNION ALL
           SELECT l.id FROM account_payment ap JOIN account_move_line l ON l.payment_id = ap.id
            WHERE ap.state IN ('rejected', 'canceled') AND l.amount_currency < 0"""
    )


def _refunds():
    """Debit items that are money paid out, looked up account by account (OFFSET 0): there are few on those of customers."""
    return SQL(
        """(SELECT paid.id FROM (%s) a CROSS JOIN LATERAL (
                SELECT d.id FROM account_move_line d
                 WHERE d.account_id = a.id AND (d.amount_currency > 0 OR d.balance > 0) AND %s OFFSET 0) paid) d""",
        trade_accounts(),
        PAID_OUT,
    )


def _paid_out():
    return SQL(
        "SELECT r.credit_move_id FROM %s JOIN account_partial_reconcile r ON r.debit_move_id = d.id",
        _refunds(),
    )


def _paid_out_by_allocation():
    return SQL(
        "SELECT al.credit_move_line_id FROM %s JOIN adjustment_allocation al ON al.debit_move_line_id = d.id",
        _refunds(),
    )


def _moved_by_voucher():
    return SQL(
        """SELECT vl.move_line_id FROM adjustment_voucher v JOIN adjustment_voucher_line vl ON vl.voucher_id = v.id
            WHERE v.transfer_partner_id IS NOT NULL AND vl.side = 'credit'
     UNION ALL
           SELECT vl.move_line_id FROM adjustment_voucher_line vl WHERE vl.chargeback_amount <> 0 AND vl.side = 'credit'"""
    )


def _mirrored():
    """Whose entry another one undoes. One undone by a credit note is an invoice: its items are no credits."""
    return SQL(
        """SELECT l.id FROM account_move dm JOIN account_move_line l ON l.move_id = dm.reversed_entry_id
            WHERE dm.reversed_entry_id IS NOT NULL AND dm.move_type <> 'out_refund' AND l.amount_currency < 0"""
    )


def _mirroring():
    """Whose entry undoes another one."""
    return SQL(
        """SELECT l.id FROM account_move m JOIN account_move_line l ON l.move_id = m.id
            WHERE m.move_type = 'entry' AND m.reversed_entry_id IS NOT NULL AND l.amount_currency < 0"""
    )


# Ids of the items of some credits, for conditions that hold for few.
UNUSUAL = SQL("SELECT customer_credit_unusual()")
NEW_ITEMS = SQL("SELECT id FROM account_move_line WHERE adjustment_leg IN ('transfer', 'chargeback')")
DEPOSITS = SQL(
    """SELECT x.id FROM account_payment y JOIN account_move_line x ON x.payment_id = y.id
        WHERE y.credit_order_id IS NOT NULL
 UNION SELECT x.id FROM account_move_line y JOIN account_move_line x ON x.move_id = y.move_id WHERE y.is_downpayment"""
)


def referring(documents, orders):
    """:return: SQL of the ids of the items that these documents are, correct, or are paid by, and of receipts kept for these
    orders: each found by an index, where a look at every credit's references would take seconds"""
    return SQL(
        """SELECT x.id FROM account_move_line x WHERE x.move_id IN (%(documents)s)
     UNION SELECT x.id FROM account_move y JOIN account_move_line x ON x.move_id = y.id
            WHERE y.reversed_entry_id IN (%(documents)s)
     UNION SELECT r.credit_move_id FROM account_move_line x JOIN account_partial_reconcile r ON r.debit_move_id = x.id
            WHERE x.move_id IN (%(documents)s)
     UNION SELECT al.credit_move_line_id FROM account_move_line x JOIN adjustment_allocation al ON al.debit_move_line_id = x.id
            WHERE x.move_id IN (%(documents)s) AND al.state = 'authorized'
     UNION SELECT x.id FROM account_payment y JOIN account_move_line x ON x.payment_id = y.id
            WHERE y.credit_order_id IN (%(orders)s)""",
        documents=documents,
        orders=orders,
    )


def items_of(contacts, documents):
    """:return: SQL of the ids of the items of these contacts or of these documents"""
    return SQL(
        "SELECT id FROM account_move_line WHERE partner_id = ANY(%s) UNION SELECT id FROM account_move_line WHERE move_id = ANY(%s)",
        contacts,
        documents,
    )


def went_to(documents, customers):
    """:return: SQL of the ids of the items of credits that went to these documents or were moved to these customers: each
    found by an index"""
    return SQL(
        """SELECT r.credit_move_id FROM account_move_line x JOIN account_partial_reconcile r ON r.debit_move_id = x.id
            WHERE x.move_id IN %(documents)s
     UNION SELECT al.credit_move_line_id FROM account_move_line x JOIN adjustment_allocation al ON al.debit_move_line_id = x.id
            WHERE x.move_id IN %(documents)s
     UNION SELECT vl.move_line_id FROM adjustment_voucher v JOIN adjustment_voucher_line vl ON vl.voucher_id = v.id
            WHERE v.transfer_partner_id IN (%(customers)s) AND vl.side = 'credit'""",
        documents=documents,
        customers=customers,
    )


def matches():
    """The matches of a credit with all that says what they were for."""
    return SQL(
        """account_partial_reconcile r
      JOIN account_move_line d ON d.id = r.debit_move_id
      JOIN account_move dm ON dm.id = d.move_id
 LEFT JOIN adjustment_voucher v ON v.id = r.adjustment_voucher_id AND d.adjustment_leg = 'item'
 LEFT JOIN adjustment_voucher_line vl ON vl.voucher_id = v.id AND vl.move_line_id = r.credit_move_id"""
    )


def part(use):
    """:return: SQL of how much of a match, in the credit's currency, was for this use"""
    whole = SQL("r.credit_amount_currency")
    if use == "applied":
        others = [part(other) for other in ("refunded", "transferred", "voided")]
        return SQL("(%s - %s)", whole, SQL(" - ").join(others))
    if use == "voided":
        return SQL("CASE WHEN %s THEN %s ELSE 0 END", MIRROR, whole)
    if use == "transferred":
        return SQL("CASE WHEN vl.id IS NULL THEN 0 ELSE %s END", moved(whole))
    return SQL(
        "CASE WHEN vl.id IS NOT NULL THEN %s WHEN %s AND NOT %s THEN %s ELSE 0 END",
        _paid_out_by_voucher(), PAID_OUT, MIRROR, whole,
    )  # fmt: skip


def moved(whole):
    """What a voucher moved of a credit: to another customer, or to a new item of the same one."""
    return SQL(
        """CASE WHEN v.transfer_partner_id IS NOT NULL
                THEN %s - COALESCE(vl.discount_amount, 0) - COALESCE(vl.write_off_amount, 0)
                ELSE COALESCE(vl.chargeback_amount, 0) END""",
        whole,
    )


def _paid_out_by_voucher():
    return SQL(
        """(SELECT COALESCE(SUM(al.credit_amount), 0) FROM adjustment_allocation al
              JOIN account_move_line d ON d.id = al.debit_move_line_id
             WHERE al.voucher_id = v.id AND al.credit_move_line_id = r.credit_move_id AND %s)""",
        PAID_OUT,
    )


def used(use):
    """:return: SQL of how much of the credit ``l`` was for this use: a subquery of its own, so that a page of a list
    computes it for the rows of that page alone"""
    return SQL(
        "(CASE WHEN l.matching_number IS NULL THEN 0 ELSE (SELECT COALESCE(SUM(%s), 0) FROM %s WHERE r.credit_move_id = l.id) END)",
        part(use),
        matches(),
    )


def status_case():
    """:return: SQL of credit_status.status. What was used of a credit went to debits, unless it is one of the unusual: its
    matches need not be read."""
    return SQL(
        """(CASE WHEN l.id IN (%(unusual)s) THEN customer_credit_status(l.id)
                WHEN l.amount_residual_currency >= 0 THEN 'applied'
                WHEN l.amount_residual_currency > l.amount_currency THEN 'partially_applied' ELSE %(open)s END)""",
        unusual=UNUSUAL,
        open=OPEN,
    )


def _status_definition():
    """:return: SQL that makes ``customer_credit_status``: the status of one credit, by all of its matches. A function, so that
    a count of all credits does not read their entries for the sake of a few."""
    return SQL(
        """CREATE OR REPLACE FUNCTION customer_credit_status(p_item int) RETURNS varchar LANGUAGE plpgsql STABLE
           SET jit = off AS $status$
           BEGIN
             RETURN (SELECT %s FROM account_move_line l LEFT JOIN account_move m ON m.id = l.move_id WHERE l.id = p_item);
           END $status$""",
        _status_by_matches(),
    )


def _status_by_matches():
    left = remaining()
    some = SQL(" ").join(
        SQL(
            "WHEN SUM(%(part)s) > 0 THEN CASE WHEN %(left)s > 0 THEN %(partly)s ELSE %(all)s END",
            part=part(use),
            left=left,
            partly=f"partially_{use}",
            all=use,
        )
        for use in PRECEDENCE
    )
    none = SQL("CASE WHEN %s > 0 THEN %s ELSE %s END", left, OPEN, VOID)
    return SQL(
        "(CASE WHEN l.matching_number IS NULL THEN %(none)s ELSE (SELECT CASE %(some)s ELSE %(none)s END FROM %(matches)s"
        " WHERE r.credit_move_id = l.id) END)",
        none=none,
        some=some,
        matches=matches(),
    )


def alive():
    """Condition: the credit counts: it is posted, and not a receipt that bounced. Few bounce: they are looked up once."""
    return SQL(
        """(l.parent_state = 'posted' AND (l.payment_id IS NULL OR l.payment_id NOT IN (
            SELECT id FROM account_payment WHERE state IN ('rejected', 'canceled'))))"""
    )


def is_open(also=None):
    """:return: SQL of whether something is left of the credit; a CASE, as the planner would count the condition a second time
    where a filter names it as well"""
    return SQL(
        """(CASE WHEN %s AND l.reconciled IS NOT TRUE AND l.amount_residual_currency < 0 AND %s THEN TRUE ELSE FALSE END)""",
        alive(),
        also or SQL("TRUE"),
    )


def remaining():
    """What is left of the credit, in its currency: the ledger's own residual; nothing of one that is void."""
    return SQL("(CASE WHEN %s THEN -l.amount_residual_currency ELSE 0 END)", alive())
