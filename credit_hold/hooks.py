"""What the installation does once with the data that is already there."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def pre_init_hook(env):
    """Fill what Odoo would compute order by order. The limit leaves the partner for the credit account: Odoo need not keep
    the old kind of its column."""
    env.registry._database_company_dependent_fields.discard("res.partner.credit_limit")
    env.cr.execute("ALTER TABLE sale_order ADD COLUMN IF NOT EXISTS credit_invoiced boolean")
    env.cr.execute(
        """UPDATE sale_order o SET credit_invoiced = TRUE
             FROM (SELECT DISTINCT l.order_id FROM sale_order_line l
                     JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id) invoiced
            WHERE invoiced.order_id = o.id"""
    )


def post_init_hook(env):
    """Take over Odoo's own credit limits, record what confirmed orders were worth, and bring the figures up to date."""
    env = api.Environment(env.cr, SUPERUSER_ID, {})
    _take_over_default_limits(env)
    env["credit.account"]._create_missing()
    _record_confirmed_orders(env)
    env["credit.account"]._refresh_all()


def uninstall_hook(env):
    """Give the limits back to Odoo's own field."""
    env.cr.execute(
        """UPDATE res_partner p
              SET credit_limit = COALESCE(p.credit_limit, '{}'::jsonb) || jsonb_build_object(a.company_id::text, a.credit_limit)
             FROM credit_account a WHERE a.partner_id = p.id AND a.limit_mode = 'own'"""
    )


def _take_over_default_limits(env):
    """Odoo keeps a company's default credit limit among the defaults of the field; 0 means none there."""
    defaults = env["ir.default"].search(
        [("field_id", "=", env.ref("account.field_res_partner__credit_limit").id), ("user_id", "=", False)]
    )
    for default in defaults:
        amount = float(default.json_value or 0)
        companies = default.company_id or env["res.company"].search([("parent_id", "=", False)])
        if amount > 0:
            companies.root_id.write({"credit_default_mode": "limit", "credit_default_limit": amount})
    defaults.unlink()


def _record_confirmed_orders(env):
    """Orders confirmed before the check was there count as passed at their value: only an increase is looked at."""
    env.cr.execute(
        SQL(
            """UPDATE sale_order o
                  SET credit_passed_amount = o.amount_total,
                      credit_passed_partner_id = p.commercial_partner_id,
                      credit_passed_currency_id = o.currency_id,
                      credit_passed_term_days = 100000
                 FROM res_partner p
                WHERE p.id = o.partner_invoice_id AND o.state = 'sale'"""
        )
    )
    env["sale.order"].invalidate_model()
