"""What must hold after any sequence of work, as SQL that gives the rows that break it.

The names are those of the design: L ledger, R matching, P payment states, V vouchers, E credit, C control accounts."""

RECEIVABLE = "a.account_type = 'asset_receivable' AND NOT a.non_trade"
# Of each item: what its matches took of it, in both currencies.
USED = """
    used AS (SELECT line_id, SUM(amount) AS amount, SUM(own) AS own FROM (
        SELECT debit_move_id AS line_id, amount, debit_amount_currency AS own FROM account_partial_reconcile
     UNION ALL
        SELECT credit_move_id, -amount, -credit_amount_currency FROM account_partial_reconcile) p GROUP BY line_id)"""

LEDGER = {
    "L1 every posted entry is balanced": """
        SELECT l.move_id FROM account_move_line l WHERE l.parent_state = 'posted'
         GROUP BY l.move_id HAVING ROUND(SUM(l.balance), 2) <> 0""",
    "L2 an item has one side, plain numbers, and its balance": """
        SELECT id FROM account_move_line WHERE parent_state = 'posted' AND display_type NOT IN ('line_section', 'line_subsection', 'line_note')
           AND (balance <> debit - credit OR debit < 0 AND credit < 0 OR balance = 'NaN' OR amount_currency = 'NaN')""",
    "L3 in the company's currency both amounts are one": """
        SELECT l.id FROM account_move_line l JOIN account_move m ON m.id = l.move_id JOIN res_company c ON c.id = l.company_id
         WHERE l.parent_state = 'posted' AND l.currency_id = c.currency_id AND l.amount_currency <> l.balance""",
    "S1 posted entries have a number of their own": """
        SELECT MIN(id) FROM account_move WHERE state = 'posted' GROUP BY journal_id, name
        HAVING COUNT(*) > 1 OR COALESCE(name, '/') = '/'""",
    "C1 no item of a trade account is without customer": f"""
        SELECT l.id FROM account_move_line l JOIN account_account a ON a.id = l.account_id
         WHERE l.parent_state = 'posted' AND {RECEIVABLE} AND l.partner_id IS NULL AND l.balance <> 0""",
    "C2 an item is of its entry's company": """
        SELECT l.id FROM account_move_line l JOIN account_move m ON m.id = l.move_id WHERE l.company_id <> m.company_id""",
}
MATCHING = {
    "R1 what is open of an item is its balance less its matches": f"""
        WITH {USED} SELECT l.id FROM account_move_line l JOIN account_account a ON a.id = l.account_id
          LEFT JOIN used u ON u.line_id = l.id
         WHERE l.parent_state = 'posted' AND a.reconcile
           AND (ROUND(l.balance - COALESCE(u.amount, 0) - l.amount_residual, 2) <> 0
                OR ROUND(l.amount_currency - COALESCE(u.own, 0) - l.amount_residual_currency, 2) <> 0)""",
    "R2 nothing is applied beyond its amount": """
        SELECT l.id FROM account_move_line l JOIN account_account a ON a.id = l.account_id
         WHERE l.parent_state = 'posted' AND a.reconcile
           AND (l.amount_residual * l.balance < 0 OR abs(l.amount_residual) > abs(l.balance)
                OR l.amount_residual_currency * l.amount_currency < 0
                OR abs(l.amount_residual_currency) > abs(l.amount_currency))""",
    "R3 a match joins posted items of one account and company": """
        SELECT p.id FROM account_partial_reconcile p
          JOIN account_move_line d ON d.id = p.debit_move_id JOIN account_move_line c ON c.id = p.credit_move_id
         WHERE d.account_id <> c.account_id OR d.company_id <> c.company_id
            OR d.parent_state <> 'posted' OR c.parent_state <> 'posted'""",
    "R4 the amounts of a match are plain and not negative": """
        SELECT id FROM account_partial_reconcile
         WHERE NOT (amount >= 0 AND debit_amount_currency >= 0 AND credit_amount_currency >= 0 AND amount < 1e13)""",
    "R5 closed means nothing open": """
        SELECT l.id FROM account_move_line l JOIN account_account a ON a.id = l.account_id
         WHERE l.parent_state = 'posted' AND a.reconcile AND l.balance <> 0
           AND l.reconciled IS DISTINCT FROM (l.amount_residual = 0 AND l.amount_residual_currency = 0)""",
    "R6 a full match sums to zero and leaves nothing open": """
        SELECT full_reconcile_id FROM account_move_line WHERE full_reconcile_id IS NOT NULL GROUP BY full_reconcile_id
        HAVING ROUND(SUM(balance), 2) <> 0 OR ROUND(SUM(abs(amount_residual)), 2) <> 0""",
    "R6 both sides of a match say the same about it": """
        SELECT p.id FROM account_partial_reconcile p
          JOIN account_move_line d ON d.id = p.debit_move_id JOIN account_move_line c ON c.id = p.credit_move_id
         WHERE d.matching_number IS DISTINCT FROM c.matching_number OR d.matching_number IS NULL
            OR d.full_reconcile_id IS DISTINCT FROM p.full_reconcile_id
            OR c.full_reconcile_id IS DISTINCT FROM p.full_reconcile_id
            OR p.full_reconcile_id IS NOT NULL AND d.matching_number <> p.full_reconcile_id::text""",
    "R6 an item without match has no matching number": f"""
        WITH {USED} SELECT l.id FROM account_move_line l LEFT JOIN used u ON u.line_id = l.id
         WHERE u.line_id IS NULL AND (l.matching_number IS NOT NULL OR l.full_reconcile_id IS NOT NULL)
           AND l.parent_state = 'posted'""",
    "R7 a match is of one customer, unless a voucher says otherwise": """
        SELECT p.id FROM account_partial_reconcile p
          JOIN account_move_line d ON d.id = p.debit_move_id JOIN account_move_line c ON c.id = p.credit_move_id
          JOIN res_partner pd ON pd.id = d.partner_id JOIN res_partner pc ON pc.id = c.partner_id
         WHERE pd.commercial_partner_id <> pc.commercial_partner_id AND p.adjustment_voucher_id IS NULL""",
    "R8 a voucher matches two items once": """
        SELECT MIN(id) FROM account_partial_reconcile
      GROUP BY debit_move_id, credit_move_id, adjustment_voucher_id HAVING COUNT(*) > 1""",
    "P1 an invoice knows what is open of it and says so": """
        SELECT m.id FROM account_move m
          JOIN (SELECT move_id, SUM(amount_residual_currency) AS own FROM account_move_line
                 WHERE display_type = 'payment_term' GROUP BY move_id) l ON l.move_id = m.id
         WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund') AND m.amount_total <> 0
           AND (ROUND(abs(l.own) - m.amount_residual, 2) <> 0
                OR m.amount_residual = 0 AND m.payment_state NOT IN ('paid', 'in_payment', 'reversed')
                OR m.amount_residual <> 0 AND m.payment_state IN ('paid', 'reversed')
                OR m.amount_residual <> 0 AND m.amount_residual <> m.amount_total AND m.payment_state = 'not_paid')""",
}
VOUCHERS = {
    "V2 what a voucher says of an item is what its matches took": """
        SELECT l.id FROM adjustment_voucher v JOIN adjustment_voucher_line l ON l.voucher_id = v.id
     LEFT JOIN LATERAL (SELECT COALESCE(SUM(CASE WHEN p.debit_move_id = l.move_line_id THEN p.debit_amount_currency
                                                 ELSE p.credit_amount_currency END), 0) AS own
                          FROM account_partial_reconcile p
                         WHERE p.adjustment_voucher_id = v.id AND l.move_line_id IN (p.debit_move_id, p.credit_move_id)) p ON TRUE
         WHERE v.state = 'authorized' AND v.company_id = (SELECT company_id FROM account_move_line x WHERE x.id = l.move_line_id)
           AND ROUND(p.own - COALESCE(l.amount, 0)::numeric, 2) <> 0""",
    "V2 an authorized voucher has applications and matches": """
        SELECT id FROM adjustment_voucher v WHERE state = 'authorized'
           AND NOT (EXISTS (SELECT FROM account_partial_reconcile p WHERE p.adjustment_voucher_id = v.id)
                    AND EXISTS (SELECT FROM adjustment_allocation x WHERE x.voucher_id = v.id))""",
    "V3 credits applied and debits applied are equal": """
        SELECT id FROM adjustment_voucher WHERE state IN ('authorized', 'reversed') AND transfer_partner_id IS NULL
           AND ROUND(COALESCE(difference, 0), 2) <> 0""",
    "V4 a reversed voucher has no match left, but of its entry with the reversal": """
        SELECT v.id FROM adjustment_voucher v JOIN account_partial_reconcile p ON p.adjustment_voucher_id = v.id
          JOIN account_move_line d ON d.id = p.debit_move_id JOIN account_move_line c ON c.id = p.credit_move_id
         WHERE v.state <> 'authorized'
           AND NOT (v.state = 'reversed' AND d.move_id IN (v.move_id, v.reversal_move_id)
                    AND c.move_id IN (v.move_id, v.reversal_move_id))""",
    "V4 entry and reversal cancel each other, account by account": """
        SELECT v.id FROM adjustment_voucher v JOIN account_move_line l ON l.move_id IN (v.move_id, v.reversal_move_id)
         WHERE v.state = 'reversed' GROUP BY v.id, l.account_id, l.partner_id, l.currency_id
        HAVING ROUND(SUM(l.balance), 2) <> 0 OR ROUND(SUM(l.amount_currency), 2) <> 0""",
    "V5 entries of vouchers are posted, and of vouchers that were authorized": """
        SELECT v.id FROM adjustment_voucher v LEFT JOIN account_move m ON m.id = v.move_id
     LEFT JOIN account_move r ON r.id = v.reversal_move_id
         WHERE v.move_id IS NOT NULL AND (m.state <> 'posted' OR v.state NOT IN ('authorized', 'reversed'))
            OR v.reversal_move_id IS NOT NULL AND (r.state <> 'posted' OR v.state <> 'reversed')
            OR v.state = 'reversed' AND v.move_id IS NOT NULL AND v.reversal_move_id IS NULL""",
    "V5 a voucher has one entry and one reversal": """
        SELECT v.id FROM adjustment_voucher v JOIN account_move m ON m.adjustment_voucher_id = v.id
         WHERE m.id NOT IN (COALESCE(v.move_id, 0), COALESCE(v.reversal_move_id, 0))
           AND m.move_type = 'entry' AND m.state = 'posted'""",
    "V6 a voucher goes from draft to returned, authorized, reversed and no other way": """
        SELECT t.id FROM mail_tracking_value t JOIN mail_message g ON g.id = t.mail_message_id AND g.model = 'adjustment.voucher'
          JOIN ir_model_fields f ON f.id = t.field_id AND f.name = 'state'
         WHERE (t.old_value_char, t.new_value_char) NOT IN
               (('Draft', 'Returned'), ('Returned', 'Draft'), ('Draft', 'Authorized'), ('Authorized', 'Reversed'))""",
    "V7 who and when are set as the state says": """
        SELECT id FROM adjustment_voucher
         WHERE (state IN ('authorized', 'reversed')) <> (authorized_by_id IS NOT NULL AND authorized_on IS NOT NULL)
            OR (state = 'reversed') <> (reversed_by_id IS NOT NULL AND reversed_on IS NOT NULL)
            OR state IN ('authorized', 'reversed') AND COALESCE(name, '') = ''""",
    "V7 where a second person is asked for, there was one": """
        SELECT v.id FROM adjustment_voucher v JOIN res_company c ON c.id = v.company_id
         WHERE v.state IN ('authorized', 'reversed') AND c.adjustment_four_eyes
           AND COALESCE(c.adjustment_four_eyes_amount, 0) = 0 AND v.authorized_by_id = v.create_uid""",
    "V1 a draft has booked nothing": """
        SELECT v.id FROM adjustment_voucher v WHERE v.state IN ('draft', 'returned')
           AND (v.move_id IS NOT NULL OR EXISTS (SELECT FROM adjustment_allocation x WHERE x.voucher_id = v.id))""",
}
CREDIT = {
    "E2 no confirmed order is worth more than what passed": """
        SELECT o.id FROM sale_order o JOIN res_partner p ON p.id = o.partner_invoice_id
         WHERE o.state = 'sale' AND (ROUND(COALESCE(o.credit_passed_amount, 0) - o.amount_total, 2) < 0
                                     OR o.credit_passed_partner_id IS DISTINCT FROM p.commercial_partner_id)""",
    "E2 what was sold by a release lies within it": """
        SELECT o.id FROM sale_order o WHERE o.state = 'sale' AND o.credit_status = 'released'
           AND NOT EXISTS (SELECT FROM credit_hold h WHERE h.order_id = o.id AND h.state = 'released'
                              AND h.decided_by_id IS NOT NULL AND h.decided_by_id <> o.user_id
                              AND ROUND(h.release_ceiling - o.amount_total, 2) >= 0)""",
    "E2 a held or rejected order is not sold": """
        SELECT id FROM sale_order WHERE state = 'sale' AND credit_status IN ('hold', 'rejected', 'unchecked')
           AND id > %(first_order)s AND NOT EXISTS (SELECT FROM credit_hold h WHERE h.order_id = sale_order.id)""",
    "E2 sold to a customer with a limit: never beyond it": """
        SELECT o.partner_invoice_id FROM sale_order o WHERE o.state = 'sale' AND o.partner_invoice_id = ANY(%(sentinels)s)
         GROUP BY o.partner_invoice_id HAVING SUM(ROUND(o.amount_total / o.currency_rate, 2)) > %(sentinel_limit)s""",
    "E4 an order is held once": """
        SELECT order_id FROM credit_hold WHERE state = 'held' GROUP BY order_id HAVING COUNT(*) > 1""",
    "E4 a held quotation has its hold, and no other one": """
        SELECT o.id FROM sale_order o WHERE o.state IN ('draft', 'sent')
           AND (o.credit_status IN ('hold', 'prepay')) <> EXISTS (SELECT FROM credit_hold h WHERE h.order_id = o.id AND h.state = 'held')""",
    "E4 who decided on a hold is known": """
        SELECT id FROM credit_hold WHERE state IN ('released', 'rejected') AND (decided_by_id IS NULL OR decided_on IS NULL)""",
}
EVERYWHERE = {**LEDGER, **MATCHING, **VOUCHERS, **CREDIT}
# Where batch application is installed.
RUNS = {
    "V a customer of a run is as far as its voucher is": """
        SELECT c.id FROM adjustment_run_customer c LEFT JOIN adjustment_voucher v ON v.id = c.voucher_id
         WHERE c.state = 'authorized' AND v.state IS DISTINCT FROM 'authorized' AND v.state IS DISTINCT FROM 'reversed'
            OR c.state = 'reversed' AND v.state IS DISTINCT FROM 'reversed'
            OR c.state IN ('waiting', 'nothing', 'excluded') AND v.state = 'authorized'""",
    "V a run that ended has nobody left who waits": """
        SELECT r.id FROM adjustment_run r JOIN adjustment_run_customer c ON c.run_id = r.id
         WHERE r.state IN ('proposed', 'done', 'reversed') AND c.state = 'waiting'""",
    "V vouchers of a run are of its customers": """
        SELECT v.id FROM adjustment_voucher v WHERE v.run_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM adjustment_run_customer c WHERE c.run_id = v.run_id AND c.voucher_id = v.id)""",
}

# Every entry of a voucher as it was booked: it never changes (L5).
ENTRIES = """
    SELECT m.id, md5(string_agg(concat_ws('|', l.account_id, l.partner_id, l.debit, l.credit, l.amount_currency, l.currency_id,
                                          l.date, m.state), ',' ORDER BY l.id))
      FROM account_move m JOIN account_move_line l ON l.move_id = m.id
     WHERE m.id IN (SELECT move_id FROM adjustment_voucher UNION SELECT reversal_move_id FROM adjustment_voucher)
  GROUP BY m.id"""
