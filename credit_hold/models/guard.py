"""The guard of every check, and the one reading behind it, as functions of the database with kept plans."""

from odoo.tools import SQL

NEW_ACCOUNT = SQL(
    """p.id, c.id, CASE WHEN jsonb_exists(p.credit_limit, c.id::text) THEN 'own' ELSE 'default' END,
       COALESCE((p.credit_limit ->> c.id::text)::numeric, 0), 'today', p.active, p.user_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0"""
)
NEW_COLUMNS = SQL(
    "partner_id, company_id, limit_mode, credit_limit, limit_rate_type, active, user_id, touched, version,"
    " open_items, unapplied, uncleared, reserved, draft_invoices, open_orders, later_orders, exposure, overdue"
)


def guard_definition():
    """:return: SQL that makes ``credit_guard(partners, companies)``: it opens the accounts that are missing, touches those
    that exist and their groups, always in one order, and gives their ids"""
    return SQL(
        """CREATE OR REPLACE FUNCTION credit_guard(p_partners int[], p_companies int[])
           RETURNS SETOF int LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan SET jit = off AS $guard$
           DECLARE v_accounts int[]; v_groups int[];
           BEGIN
             WITH opened AS (
                INSERT INTO credit_account (%(columns)s)
                SELECT %(values)s FROM unnest(p_partners, p_companies) AS t(partner_id, company_id)
                  JOIN res_partner p ON p.id = t.partner_id JOIN res_company c ON c.id = t.company_id
              ORDER BY p.id, c.id
           ON CONFLICT (partner_id, company_id) DO UPDATE SET touched = COALESCE(credit_account.touched, 0) + 1
             RETURNING id, group_id)
             SELECT array_agg(id), array_agg(DISTINCT group_id) FILTER (WHERE group_id IS NOT NULL)
               INTO v_accounts, v_groups FROM opened;
             IF v_groups IS NOT NULL THEN
                UPDATE credit_group SET touched = COALESCE(touched, 0) + 1 WHERE id = ANY(v_groups);
             END IF;
             RETURN QUERY SELECT unnest(v_accounts);
           END $guard$""",
        columns=NEW_COLUMNS,
        values=NEW_ACCOUNT,
    )


def facts_definition():
    """:return: SQL that makes ``credit_facts(partners, companies, today, orders, guard)``: the figures of the customers,
    then what has come for the orders. With ``guard``, their accounts are written first."""
    return SQL(
        """CREATE OR REPLACE FUNCTION credit_facts(p_partners int[], p_companies int[], p_today date, p_orders int[], p_guard boolean)
           RETURNS TABLE(of_customer boolean, fact jsonb) LANGUAGE plpgsql VOLATILE AS $facts$
           BEGIN
             IF p_guard THEN PERFORM credit_guard(p_partners, p_companies); END IF;
             RETURN QUERY SELECT TRUE, credit_figures(p_partners, p_companies, p_today, p_orders);
             RETURN QUERY SELECT FALSE, credit_prepaid(p_orders);
           END $facts$"""
    )
