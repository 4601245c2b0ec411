"""Run by Odoo's Python: make a loaded ledger fit for work, and write down who works there and on whom.

usage: fill.py DATABASE"""

import json
import os
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

# (role, whose groups they have, how many)
PEOPLE = [
    ("salesperson", 2),
    ("creditmanager", 1),
    ("accountant", 2),
    ("approver", 1),
    ("executive", 1),
    ("admin", 1),
]
SENTINELS = 4
SENTINEL_LIMIT = 10000.0
HOT = 24


def main():
    (database,) = sys.argv[1:]
    config.parse_config(["-d", database, "--no-http", "-c", os.environ["ODOO_RC"]], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env = env(context={"allowed_company_ids": env.ref("base.main_company").ids, "tracking_disable": True})
        take_over_ledger(env)
        facts = {
            "company": env.company.id,
            "users": [entry for role, number in PEOPLE for entry in people(env, role, number)],
            "sentinels": sentinels(env),
            "sentinel_limit": SENTINEL_LIMIT,
            "product": env["product.product"].search([("default_code", "=", "BENCH")], limit=1).id,
            "has_runs": "adjustment.run" in env,
            "first_order": env["sale.order"].search([], order="id desc", limit=1).id,
            **customers(env),
            **books(env),
            **background(env),
        }
        env["ir.config_parameter"].set_param("soak.facts", json.dumps(facts))
        cr.commit()


def take_over_ledger(env):
    """What the addon does at its installation with the documents that are there."""
    from odoo.addons.credit_hold import hooks

    env.cr.execute(
        """UPDATE sale_order o SET credit_invoiced = TRUE
             FROM (SELECT DISTINCT l.order_id FROM sale_order_line l
                     JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id) invoiced
            WHERE invoiced.order_id = o.id AND o.credit_invoiced IS NOT TRUE"""
    )
    # Demo orders were decided on; the ledger's were not.
    env["credit.account"]._create_missing()
    hooks._record_confirmed_orders(env)
    env["credit.account"]._refresh_all()
    env["credit.account"]._refresh_all_habits()


def people(env, role, number):
    """Logins with the rights of a demo user; the password is the login."""
    model = env["res.users"].search([("login", "=", role)])
    for index in range(1, number + 1):
        user = model
        if role != "admin":
            user = model.copy(
                {
                    "name": f"Soak {role} {index}",
                    "login": f"soak.{role}.{index}",
                    "email": f"{role}{index}@soak.example.com",
                }
            )
            user.password = user.login
        key = env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "soak", False)
        yield {"login": user.login, "role": role, "key": key, "id": user.id}


def sentinels(env):
    """Customers whom only salespeople touch: what they owe may never reach their limit."""
    policy = env["credit.policy"].create({"name": "Soak", "limit_boundary": "above", "company_id": env.company.id})
    return (
        env["res.partner"]
        .create(
            [
                {
                    "name": f"Sentinel {number}",
                    "is_company": True,
                    "customer_rank": 1,
                    "credit_limit": SENTINEL_LIMIT,
                    "credit_policy_id": policy.id,
                }
                for number in range(SENTINELS)
            ]
        )
        .ids
    )


def customers(env):
    """Those with open items, and a few of them whom everybody works on."""
    env.cr.execute(
        """SELECT a.partner_id FROM credit_account a JOIN res_partner p ON p.id = a.partner_id
            WHERE a.company_id = %s AND p.name LIKE 'Customer %%' AND a.open_items <> 0 ORDER BY p.id""",
        [env.company.id],
    )
    found = [partner for (partner,) in env.cr.fetchall()]
    return {"customers": found, "hot": found[:: max(1, len(found) // HOT)][:HOT]}


def books(env):
    bank = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1)
    currencies = env["res.currency"].search([("name", "in", ("USD", "EUR", "GBP"))])
    pricelists = env["product.pricelist"].search([("name", "like", "Bench ")])
    return {
        "bank": bank.id,
        "currencies": dict(currencies.mapped(lambda one: (one.name, one.id))),
        "home": env.company.currency_id.id,
        "pricelists": pricelists.ids,
    }


def background(env):
    """Our scheduled jobs."""
    ours = ("credit_hold", "credit_centre", "adjustment_voucher")
    data = env["ir.model.data"].search([("model", "=", "ir.cron"), ("module", "in", ours)])
    return {"crons": {one.complete_name: one.res_id for one in data}}


if __name__ == "__main__":
    main()
