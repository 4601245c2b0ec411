"""What executives look at, and what runs by itself."""


def dashboard(user):
    user.web("res.partner", "credit_centre_summary", filters={})


def dashboard_of_a_day(user):
    """As it was some weeks ago, or in one currency: summed from the items."""
    facts = user.world.facts
    filters = user.random.choice(
        ({"as_of": user.session.weeks_ago}, {"currency_id": user.random.choice(list(facts["currencies"].values()))})
    )
    user.web("res.partner", "credit_centre_summary", filters=filters)


def search_customer(user):
    user.web("res.partner", "credit_centre_search", text=f"Customer {user.random.randint(1, 999):07d}")


def page(user):
    accounts = user.call("credit.account", "search", domain=[["partner_id", "=", user.customer()]], limit=1)
    if accounts:
        fields = ["exposure", "effective_limit", "headroom", "overdue", "open_items", "unapplied", "open_orders"]
        user.call("credit.account", "read", accounts, fields=fields)
        user.call("credit.account", "action_view_ledger", accounts)


LISTS = {
    "credit.open.item": ("date_maturity", "date_maturity desc"),
    "customer.credit": ("date desc", "id"),
    "credit.application": ("date desc", "id"),
    "order.to.cash": ("id desc", "id"),
    "credit.difference": ("id",),
    "credit.hold": ("id desc",),
    "adjustment.voucher": ("date desc, id desc",),
}


def lists(user):
    model = user.random.choice(list(LISTS))
    order = user.random.choice(LISTS[model])
    user.web(model, "web_search_read", domain=[], specification={"display_name": {}}, order=order, limit=80)


def ledger(user):
    """The lines of a customer with the balance after each."""
    domain = [["partner_id", "=", user.customer()]]
    user.web("credit.ledger.line", "web_search_read", domain=domain, specification={"balance": {}}, limit=80)


def statement(user):
    customers = [user.customer() for _number in range(3)]
    vals = {"who": "chosen", "partner_ids": [[6, 0, customers]], "kind": user.random.choice(("open", "activity"))}
    (wizard,) = user.call("credit.statement", "create", vals_list=[vals])
    user.call("credit.statement", "read", [wizard], fields=["summary"])
    user.call("credit.statement", "action_review", [wizard])
    lines = user.call("credit.statement.line", "search", domain=[["statement_id", "=", wizard]])
    user.call("credit.statement.line", "read", lines, fields=["balance_text", "past_due_text"])


def totals(user):
    user.web("credit.account", "formatted_read_group", domain=[], groupby=["user_id"], aggregates=["exposure:sum"])


EXECUTIVE = [
    (4, dashboard),
    (1, dashboard_of_a_day),
    (4, search_customer),
    (6, page),
    (6, lists),
    (4, ledger),
    (4, statement),
    (2, totals),
]


def run_job(user):
    """A scheduled job, now: by hand, as the button of its form does it."""
    name = user.random.choice(sorted(user.world.facts["crons"]))
    user.call("ir.cron", "method_direct_trigger", [user.world.facts["crons"][name]])


JOBS = [(1, run_job)]
