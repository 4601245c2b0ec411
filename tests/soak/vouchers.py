"""What is done with adjustment vouchers: by the accountant who prepares them and the approver who decides."""

REASON = "Entered for the wrong customer"


def new_voucher(user):
    """Load, propose, look; it waits for the approver."""
    vals = {
        "partner_id": user.customer(),
        "kind": user.random.choice(("single", "multi")),
        "method": user.random.choice(("exact", "fifo", "lifo")),
        "memo": "Month end",
    }
    (voucher,) = user.call("adjustment.voucher", "create", vals_list=[vals])
    user.call("adjustment.voucher", "action_load_items", [voucher])
    user.call("adjustment.voucher", "action_allocate", [voucher])
    fields = ["total_credit", "total_debit", "difference", "preview"]
    user.call("adjustment.voucher", "read", [voucher], fields=fields)
    user.world.leave("vouchers", voucher)


def edit_voucher(user):
    """One amount entered by hand, sometimes with a small rest written off."""
    if not (voucher := user.take("vouchers")):
        return
    domain = [["voucher_id", "=", voucher], ["amount", ">", 0]]
    fields = ["amount", "side", "residual"]
    rows = user.call("adjustment.voucher.line", "search_read", domain=domain, fields=fields)
    if not rows:
        return
    row = user.random.choice(rows)
    vals = {"amount": round(row["amount"] * user.random.uniform(0.3, 1), 2) or row["amount"]}
    if row["side"] == "debit" and user.chance(0.3):
        vals = {"write_off_amount": 0.01, "write_off_reason": "A cent"}
    seen = user.call("adjustment.voucher", "read", [voucher], fields=["version"])[0]["version"]
    vals = {"line_ids": [[1, row["id"], vals]], "seen_version": seen}
    user.call("adjustment.voucher", "web_save", [voucher], vals=vals, specification={"total_credit": {}})
    if user.chance(0.5):
        user.call("adjustment.voucher", "action_allocate", [voucher])


def delete_voucher(user):
    if voucher := user.take("vouchers"):
        user.world.forget("adjustment.voucher", voucher)
        user.call("adjustment.voucher", "unlink", [voucher])


def list_vouchers(user):
    spec = {
        "name": {},
        "state": {},
        "partner_id": {"fields": {"display_name": {}}},
        "total_credit": {},
        "company_amount": {},
    }
    user.web("adjustment.voucher", "web_search_read", domain=[], specification=spec, limit=80)


def take_up(user):
    """A returned voucher, once more."""
    if voucher := user.take("returned"):
        user.call("adjustment.voucher", "action_draft", [voucher])
        user.world.leave("vouchers", voucher)


def authorize(user):
    if voucher := user.take("vouchers"):
        user.call("adjustment.voucher", "action_authorize", [voucher])
        user.world.leave("authorized", voucher)
        if user.chance(0.2):  # a double click
            user.call("adjustment.voucher", "action_authorize", [voucher])


def authorize_several(user):
    """What the list of drafts shows: all or none of them."""
    rows = user.call(
        "adjustment.voucher", "search", domain=[["state", "=", "draft"], ["total_credit", ">", 0]], limit=user.random.randint(2, 4)
    )  # fmt: skip
    if rows:
        user.call("adjustment.voucher", "action_authorize", rows)
        for voucher in rows:
            user.world.leave("authorized", voucher)


def reverse(user):
    if voucher := user.take("authorized"):
        user.call("adjustment.voucher", "action_reverse", [voucher], date=None, reason=REASON)


def reverse_by_wizard(user):
    if voucher := user.take("authorized"):
        user.call("adjustment.voucher", "action_open_reverse", [voucher])
        vals = {"voucher_ids": [[6, 0, [voucher]]], "reason": REASON}
        (wizard,) = user.call("adjustment.voucher.reverse", "create", vals_list=[vals])
        user.call("adjustment.voucher.reverse", "action_reverse", [wizard])


def send_back(user):
    if voucher := user.take("vouchers"):
        user.call("adjustment.voucher", "action_return", [voucher], reason="Please name the invoices")
        user.world.leave("returned", voucher)


def look_at_voucher(user):
    if voucher := user.take("authorized"):
        fields = ["name", "state", "move_id", "allocation_ids", "preview", "exchange_amount", "authorized_by_id"]
        user.call("adjustment.voucher", "read", [voucher], fields=fields)
        user.call("adjustment.allocation", "search_read", domain=[["voucher_id", "=", voucher]], fields=["amount"])


# ---------------------------------------------------------------------- batch application


def propose_run(user, customers=None):
    """Some customers at once, or so many that the workers of the batch do it."""
    if not user.world.has_runs:
        return
    known = user.world.facts["customers"]
    number = customers or (user.random.randint(2, 8) if user.chance(0.7) else 120)
    chosen = user.random.sample(known, min(number, len(known)))
    (run,) = user.call("adjustment.run", "create", vals_list=[{"partner_ids": [[6, 0, chosen]]}])
    user.world.leave("runs", run)
    user.call("adjustment.run", "action_propose", [run])


def look_at_run(user):
    """How far it is, what was left and why; somebody is taken out before it is authorized."""
    if not (run := user.take("runs")):
        return
    fields = [
        "name",
        "state",
        "step_total",
        "customer_count",
        "voucher_count",
        "failed_count",
        "applied_text",
        "left_text",
    ]
    user.call("adjustment.run", "read", [run], fields=fields)
    rows = user.call(
        "adjustment.run.customer", "search", domain=[["run_id", "=", run], ["state", "=", "proposed"]], limit=5
    )
    user.call(
        "adjustment.run.item", "search_read", domain=[["run_id", "=", run]], fields=["reason_code", "left"], limit=80
    )
    if rows and user.chance(0.3):
        user.call("adjustment.run.customer", "action_exclude", rows[:1], reason="They dispute it")


def discard_run(user):
    if run := user.take("runs"):
        user.call("adjustment.run", "action_draft", [run])


def stop_and_go_on(user):
    if run := user.take("runs"):
        user.call("adjustment.run", "action_stop", [run])
        user.call("adjustment.run", "action_continue", [run])


def decide_on_run(user):
    """Authorize what is proposed, take back what is done; in between wait for the workers."""
    if not (run := user.take("runs")):
        return
    (row,) = user.call("adjustment.run", "read", [run], fields=["state", "failed_count"])
    if row["state"] == "proposed":
        user.call("adjustment.run", "action_authorize", [run])
    elif row["state"] == "done" and row["failed_count"] and user.chance(0.3):
        user.call("adjustment.run", "action_retry", [run])
    elif row["state"] == "done" and user.chance(0.4):
        user.call("adjustment.run", "action_reverse", [run], date=None, reason=REASON)


RUN_PREPARER = [(3, propose_run), (2, look_at_run), (1, discard_run), (1, stop_and_go_on)]
PREPARER = [(8, new_voucher), (5, edit_voucher), (2, delete_voucher), (2, list_vouchers), (2, take_up)]
APPROVER = [
    (10, authorize),
    (3, authorize_several),
    (4, reverse),
    (2, reverse_by_wizard),
    (2, send_back),
    (3, look_at_voucher),
    (3, list_vouchers),
    (6, decide_on_run),
]
