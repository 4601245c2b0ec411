"""What salespeople and the credit manager do."""

REASONS = (
    "The cheque came this morning",
    "Agreed by telephone",
    "A customer of ten years",
    "Payment promised for Friday",
)


def new_quotation(user, customer=None, price=None):
    """A quotation of one to three lines; the form shows at once how its customer stands."""
    facts = user.world.facts
    lines = [
        [0, 0, {"product_id": facts["product"], "price_unit": price or user.amount(), "product_uom_qty": user.random.randint(1, 3)}]
        for _number in range(user.random.randint(1, 3))
    ]  # fmt: skip
    vals = {"partner_id": customer or user.customer(), "order_line": lines}
    if not customer and user.chance(0.2):
        vals["pricelist_id"] = user.random.choice(facts["pricelists"])
    (order,) = user.call("sale.order", "create", vals_list=[vals])
    user.call("sale.order", "read", [order], fields=["name", "credit_status", "amount_total", "credit_panel"])
    if not customer:  # those of a sentinel stay with whoever made them: nobody releases them
        user.world.leave(f"quotations {user.login}", order)
    return order


def confirm(user):
    """What passes is sold; what is held waits for the credit manager."""
    order = user.take(f"quotations {user.login}") or new_quotation(user)
    user.drop(f"quotations {user.login}", order, 0.8)
    user.call("sale.order", "action_confirm", [order])
    (row,) = user.call("sale.order", "read", [order], fields=["state", "credit_status"])
    user.world.leave({"sale": "sold", "draft": "held"}.get(row["state"], "other"), order)
    if row["state"] == "sale":
        user.world.leave(f"sold {user.login}", order)
    return row["credit_status"]


def confirm_several(user):
    """From the list: several at once, each decided with those before it."""
    orders = list(
        {new_quotation(user), new_quotation(user), user.take(f"quotations {user.login}") or new_quotation(user)}
    )
    user.call("sale.order", "action_confirm", orders)
    for row in user.call("sale.order", "read", orders, fields=["state"]):
        user.world.leave({"sale": "sold", "draft": "held"}.get(row["state"], "other"), row["id"])


def race_for_the_limit(user):
    """Customers whom only salespeople sell to, up to their limit and not a cent more: sold, cancelled, sold again."""
    own = f"sentinel orders {user.login}"
    if user.chance(0.35) and (order := user.take(own)):
        user.call("sale.order", "action_cancel", [order])
        return
    order = new_quotation(user, user.sentinel(), price=user.amount(200, 2500))
    user.call("sale.order", "action_confirm", [order])
    user.world.leave(own, order)


def raise_order(user):
    """More of what is sold already: decided again, refused when it does not fit."""
    if not (order := user.take(f"sold {user.login}")):
        return
    (row,) = user.call("sale.order", "read", [order], fields=["order_line", "state"])
    if row["state"] == "sale" and row["order_line"]:
        factor = user.random.choice((0.5, 2, 3))
        line = row["order_line"][0]
        (now,) = user.call("sale.order.line", "read", [line], fields=["product_uom_qty"])
        quantity = max(1, round(now["product_uom_qty"] * factor))
        user.call("sale.order", "write", [order], vals={"order_line": [[1, line, {"product_uom_qty": quantity}]]})


def change_quotation(user):
    if order := user.take(f"quotations {user.login}"):
        line = {"product_id": user.world.facts["product"], "price_unit": user.amount(), "product_uom_qty": 1}
        user.call("sale.order", "write", [order], vals={"order_line": [[0, 0, line]]})


def cancel_order(user):
    if order := user.take(f"sold {user.login}") or user.take(f"quotations {user.login}"):
        user.call("sale.order", "action_cancel", [order])
        if user.chance(0.3):
            user.call("sale.order", "action_draft", [order])


def delete_quotation(user):
    order = new_quotation(user)
    user.call("sale.order", "unlink", [order])
    user.world.forget("sale.order", order)


def ask_release(user):
    if order := user.take("held"):
        user.call("sale.order", "action_credit_request_release", [order], note=user.random.choice(REASONS))


def ask_status(user):
    """Why is it held, and would it pass now?"""
    if order := user.take(f"quotations {user.login}"):
        user.call("sale.order", "action_credit_check", [order])
        user.call("credit.hold", "search_read", domain=[["order_id", "=", order]], fields=["state", "reason_codes"])


def list_orders(user):
    spec = {
        "name": {},
        "partner_id": {"fields": {"display_name": {}}},
        "amount_total": {},
        "state": {},
        "credit_status": {},
    }
    user.web("sale.order", "web_search_read", domain=[["state", "!=", "cancel"]], specification=spec, limit=80)


def invoice_orders(user):
    """A salesperson makes the draft invoices of what is sold; accounting posts them."""
    orders = list({order for order in (user.take(f"sold {user.login}") for _n in range(3)) if order})
    if orders:
        context = {"active_model": "sale.order", "active_ids": orders, "active_id": orders[0]}
        (wizard,) = user.call("sale.advance.payment.inv", "create", vals_list=[{}], context=context)
        user.call("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
        rows = user.call("sale.order", "read", orders, fields=["invoice_ids"])
        for row in rows:
            for move in row["invoice_ids"]:
                user.world.leave("drafts", move)


def invoice_many(user):
    """From the order-to-cash list, slice by slice, as its bar does it."""
    orders = sorted({order for order in (user.take(f"sold {user.login}") for _n in range(6)) if order})
    if orders:
        user.call("order.to.cash", "read", orders, fields=["stage", "exception"])
        action = user.call("order.to.cash", "action_create_invoices", orders)
        work = user.call("order.to.cash.invoicing", "action_start", [action["res_id"]])["params"]
        user.call(work["model"], work["method"], work["ids"], **work["kwargs"])


# ---------------------------------------------------------------------- the credit manager


def release(user):
    if order := user.take("held"):
        user.call("sale.order", "action_credit_release", [order], reason=user.random.choice(REASONS))
        user.call("sale.order", "read", [order], fields=["credit_status"])


def reject(user):
    if order := user.take("held"):
        user.call("sale.order", "action_credit_reject", [order], reason="Not before the old invoices are paid")


def hold_order(user):
    if order := user.take("held") or user.take("sold"):
        user.call("sale.order", "action_credit_hold", [order], reason="I want to look at it first")


def change_limit(user):
    limit = round(user.amount(2000, 120000), -2)
    vals = {"credit_limit": limit} if user.chance(0.8) else {"credit_limit_mode": "unlimited"}
    user.call("res.partner", "write", [user.customer()], vals=vals)


def change_flags(user):
    on = user.chance(0.3)
    vals = user.random.choice(
        (
            {"credit_hold": on, "credit_hold_reason": "Letters come back" if on else False},
            {"prepay_required": on, "prepay_percent": 30},
            {"credit_check_disabled": on},
            {"credit_grace_days": user.random.choice((0, 15, 200))},
        )
    )
    user.call("res.partner", "write", [user.customer()], vals=vals)


def temporary_limit(user):
    accounts = user.call(
        "credit.account", "search", domain=[["partner_id", "=", user.customer()], ["company_id", "=", user.world.facts["company"]]]
    )  # fmt: skip
    if accounts:
        vals = {
            "temporary_limit": user.amount(10000, 90000),
            "temporary_until": user.session.today,
            "temporary_reason": "Season",
        }
        user.call("credit.account", "write", accounts, vals=vals)
        user.call("credit.account", "read", accounts, fields=["exposure", "effective_limit", "headroom", "overdue"])


def refresh_figures(user):
    accounts = user.call("credit.account", "search", domain=[["partner_id", "=", user.customer()]])
    user.call("credit.account", "action_refresh", accounts)


def list_accounts(user):
    spec = {
        "partner_id": {"fields": {"display_name": {}}},
        "exposure": {},
        "effective_limit": {},
        "headroom": {},
        "overdue": {},
    }
    order = user.random.choice(("exposure desc", "headroom", "overdue desc"))
    user.web(
        "credit.account", "web_search_read", domain=[["exposure", ">", 0]], specification=spec, order=order, limit=80
    )


def list_holds(user):
    fields = ["order_id", "partner_id", "state", "message", "remedy", "exposure", "effective_limit"]
    user.call("credit.hold", "search_read", domain=[["state", "=", "held"]], fields=fields, limit=80)


def would_it_pass(user):
    accounts = user.call("credit.account", "search", domain=[["partner_id", "=", user.customer()]], limit=1)
    if accounts:
        user.call("credit.account", "simulate", accounts, amount=user.amount(100, 20000))


SALESPERSON = [
    (8, new_quotation),
    (10, confirm),
    (2, confirm_several),
    (10, race_for_the_limit),
    (3, raise_order),
    (3, change_quotation),
    (3, cancel_order),
    (1, delete_quotation),
    (3, ask_release),
    (3, ask_status),
    (3, list_orders),
    (6, invoice_orders),
    (2, invoice_many),
]
CREDIT_MANAGER = [
    (8, release),
    (3, reject),
    (2, hold_order),
    (4, change_limit),
    (4, change_flags),
    (2, temporary_limit),
    (3, refresh_figures),
    (4, list_accounts),
    (4, list_holds),
    (4, would_it_pass),
]
