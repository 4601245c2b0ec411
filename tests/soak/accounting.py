"""What accountants do: invoices, receipts, credit notes, refunds, with Odoo's own screens and those of the hub."""

OPEN_INVOICE = [
    ["move_type", "=", "out_invoice"],
    ["state", "=", "posted"],
    ["payment_state", "in", ["not_paid", "partial"]],
]


def invoice(user, kind="out_invoice", post=True):
    lines = [
        [0, 0, {"product_id": user.world.facts["product"], "price_unit": user.amount(), "quantity": 1}]
        for _number in range(user.random.randint(1, 3))
    ]
    home, others = user.world.facts["home"], list(user.world.facts["currencies"].values())
    vals = {
        "move_type": kind,
        "partner_id": user.customer(),
        "currency_id": home if user.chance(0.7) else user.random.choice(others),
        "invoice_date": user.session.today,
        "invoice_line_ids": lines,
    }
    (move,) = user.call("account.move", "create", vals_list=[vals])
    if not post:
        user.world.leave("drafts", move)
        return
    user.call("account.move", "action_post", [move])
    user.world.leave("invoices" if kind == "out_invoice" else "credit notes", move)


def credit_note(user):
    invoice(user, "out_refund")


def draft_invoice(user):
    invoice(user, post=False)


def post_drafts(user):
    if move := user.take("drafts"):
        user.call("account.move", "action_post", [move])
        user.world.leave("invoices", move)


def open_invoices(user, number=1):
    """Of a customer: as the list shows them when money comes."""
    domain = [*OPEN_INVOICE, ["partner_id", "child_of", user.customer()]]
    fields = ["name", "amount_residual", "currency_id"]
    return user.call(
        "account.move", "search_read", domain=domain, fields=fields, limit=number, order="invoice_date_due"
    )


def register_payment(user):
    """Money for an invoice: all of it, or a part."""
    rows = open_invoices(user, user.random.randint(1, 3))
    if not rows:
        return
    ids = [row["id"] for row in rows]
    context = {"active_model": "account.move", "active_ids": ids}
    vals = {"journal_id": user.world.facts["bank"], "group_payment": True}
    if len(rows) == 1 and user.chance(0.5):
        vals["amount"] = max(0.01, round(rows[0]["amount_residual"] * user.random.uniform(0.2, 1), 2))
    (wizard,) = user.call("account.payment.register", "create", vals_list=[vals], context=context)
    user.call("account.payment.register", "action_create_payments", [wizard], context=context)


def receipt_on_account(user):
    """Money that names no invoice."""
    vals = {
        "payment_type": "inbound",
        "partner_type": "customer",
        "partner_id": user.customer(),
        "amount": user.amount(50, 5000),
        "journal_id": user.world.facts["bank"],
    }
    (payment,) = user.call("account.payment", "create", vals_list=[vals])
    user.call("account.payment", "action_post", [payment])
    user.world.leave("receipts", payment)


def bounce(user):
    """A receipt that was none: back to draft and cancelled."""
    if payment := user.take("receipts"):
        user.call("account.payment", "action_draft", [payment])
        user.call("account.payment", "action_cancel", [payment])


def reset_invoice(user):
    """Back to draft, changed, posted again; refused where a voucher stands on it."""
    if move := user.take("invoices"):
        user.call("account.move", "button_draft", [move])
        user.world.leave("drafts", move)
        user.call("account.move", "action_post", [move])


def reverse_invoice(user):
    if move := user.take("invoices"):
        context = {"active_model": "account.move", "active_ids": [move]}
        vals = {"journal_id": user.call("account.move", "read", [move], fields=["journal_id"])[0]["journal_id"][0]}
        (wizard,) = user.call("account.move.reversal", "create", vals_list=[vals], context=context)
        user.call("account.move.reversal", "refund_moves", [wizard], context=context)


def mark_paid(user):
    """From the customer's page in the hub."""
    rows = open_invoices(user, user.random.randint(1, 2))
    if rows:
        ids = [row["id"] for row in rows]
        user.call("account.move", "action_mark_paid", ids)
        (wizard,) = user.call(
            "credit.mark.paid",
            "create",
            vals_list=[{"move_ids": [[6, 0, ids]], "journal_id": user.world.facts["bank"]}],
        )
        user.call("credit.mark.paid", "action_mark", [wizard])


# ---------------------------------------------------------------------- credits, from the hub


def open_credits(user, number=1):
    domain = [["partner_id", "=", user.customer()], ["is_open", "=", True]]
    fields = ["memo_number", "remaining_amount", "currency_id", "partner_id"]
    return user.call("customer.credit", "search_read", domain=domain, fields=fields, limit=number, order="date")


def apply_from_list(user):
    """A draft voucher over the credits chosen in the list; it waits for the approver."""
    rows = open_credits(user, user.random.randint(1, 3))
    if rows:
        action = user.call("customer.credit", "action_apply", [row["id"] for row in rows])
        voucher = action["res_id"]
        user.call("adjustment.voucher", "action_allocate", [voucher])
        user.world.leave("vouchers", voucher)


def apply_screen(user):
    """Credits on the left, invoices on the right, ticked and applied at once."""
    rows = open_credits(user)
    if not rows:
        return
    customer, currency = rows[0]["partner_id"][0], rows[0]["currency_id"][0]
    domain = [["partner_id", "=", customer], ["side", "=", "debit"], ["currency_id", "=", currency]]
    debits = user.call(
        "credit.open.item", "search_read", domain=domain, fields=["move_line_id", "residual_currency"], limit=3
    )
    if not debits:
        return
    credit = {"side": "credit", "move_line_id": rows[0]["id"], "selected": True, "amount": rows[0]["remaining_amount"]}
    lines = [
        {
            "side": "debit",
            "move_line_id": row["move_line_id"][0],
            "selected": True,
            "amount": abs(row["residual_currency"]),
        }
        for row in debits
    ]
    vals = {
        "partner_id": customer,
        "credit_line_ids": [[0, 0, credit]],
        "debit_line_ids": [[0, 0, line] for line in lines],
    }
    (screen,) = user.call("credit.apply", "create", vals_list=[vals])
    user.call("credit.apply", "action_apply", [screen])


def unapply(user):
    """Take back a match of Odoo's own; one of a voucher leads to the voucher."""
    domain = [["partner_id", "=", user.customer()], ["kind", "=", "applied"]]
    rows = user.call("credit.application", "search_read", domain=domain, fields=["source"], limit=20)
    if rows:
        user.call("credit.application", "action_unapply", [user.random.choice(rows)["id"]])


def refund(user):
    rows = open_credits(user)
    if rows:
        action = user.call("customer.credit", "action_refund", [rows[0]["id"]])
        lines = action["context"]["default_line_ids"]
        if user.chance(0.5):
            lines[0][2]["amount"] = max(0.01, round(lines[0][2]["amount"] * user.random.random(), 2))
        (wizard,) = user.call(
            "credit.refund", "create", vals_list=[{"line_ids": lines, "journal_id": user.world.facts["bank"]}]
        )
        user.call("credit.refund", "action_confirm", [wizard])


ACCOUNTANT = [
    (8, invoice),
    (3, credit_note),
    (3, draft_invoice),
    (6, post_drafts),
    (8, register_payment),
    (6, receipt_on_account),
    (2, bounce),
    (2, reset_invoice),
    (2, reverse_invoice),
    (3, mark_paid),
    (4, apply_from_list),
    (5, apply_screen),
    (3, unapply),
    (2, refund),
]
