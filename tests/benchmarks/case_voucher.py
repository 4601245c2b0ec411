"""Authorizing one voucher, and reversing it, against Odoo's reconcile() of the same items and taking its matches back.

The items are the oldest of BENCH-BIG, as many on each side as make both sides about equal, so that all of them are used.
"""

from functools import partial

from job import Case, Job, Side, partner

KINDS = {"credit": "<", "debit": ">"}


def items_of(env, customer, number):
    """Items of both sides, oldest first, of about the same sum."""
    terms = [("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted"), ("reconciled", "=", False)]
    terms += [("partner_id", "=", customer.id), ("currency_id", "=", env.company.currency_id.id)]
    pools = {}
    for kind, sign in KINDS.items():
        found = env["account.move.line"].search(
            [*terms, ("amount_residual", sign, 0)], limit=number, order="date_maturity, id"
        )
        pools[kind] = iter(found)
    chosen, balance = env["account.move.line"], 0
    for _turn in range(number):
        item = next(pools["credit" if balance >= 0 else "debit"])
        chosen |= item
        balance += item.amount_residual
    return chosen


class Items(Job):
    """Its records: the items."""

    def __init__(self, env, number):
        super().__init__(env)
        self.records, self.customer = number, partner(env, "BENCH-BIG")
        self.items = items_of(env, self.customer, number)

    def settled(self):
        return len(self.items.filtered("reconciled"))


class Reconcile(Items):
    def run(self):
        self.items.reconcile()

    def check(self):
        assert self.settled() >= self.records - 1


class TakeBack(Items):
    """``remove_move_reconcile``, as the button of a payment does."""

    def before(self):
        self.items.reconcile()

    def run(self):
        self.items.remove_move_reconcile()

    def check(self):
        assert not self.settled()


class Propose(Items):
    """A voucher with these items, and what it proposes."""

    def run(self):
        lines = [(0, 0, {"move_line_id": item.id}) for item in self.items]
        self.voucher = self.env["adjustment.voucher"].create(
            {"partner_id": self.customer.id, "method": "fifo", "line_ids": lines}
        )
        self.voucher.action_allocate()

    def check(self):
        assert len(self.voucher.line_ids.filtered("amount")) >= self.records - 1


class Authorize(Propose):
    def before(self):
        super().run()

    def run(self):
        self.voucher.action_authorize()

    def check(self):
        assert self.voucher.state == "authorized"
        assert self.settled() >= self.records - 1


class Reverse(Authorize):
    def before(self):
        super().before()
        self.voucher.action_authorize()

    def run(self):
        self.voucher.action_reverse(reason="Measured")

    def check(self):
        assert self.voucher.state == "reversed"
        assert not self.settled()


STEPS = (
    ("propose", "making and proposing one voucher", None, Propose),
    ("authorize", "authorizing one voucher", Reconcile, Authorize),
    ("reverse", "reversing one voucher", TakeBack, Reverse),
)
SAME_AS_ODOO = "its own reconciliation calls Odoo's `reconcile()`"


def cases():
    """The same voucher in ledgers of different sizes, and vouchers of different sizes in one ledger."""
    for key, title, stock, ours in STEPS:
        missing = {"oca": SAME_AS_ODOO} if stock else {"stock": "has no proposal", "oca": "has no proposal"}

        def sides(number=None, stock=stock, ours=ours):
            return {
                name: Side(partial(job, number=number) if number else job)
                for name, job in (("stock", stock), ("ours", ours))
                if job
            }

        yield Case(f"voucher_{key}", f"{title} of 2,000 items", sides(2000), missing=missing)
        yield Case(
            f"voucher_{key}_items",
            f"{title}, by the number of its items",
            sides(),
            sizes=(200, 2000),
            ledger="first",
            missing=missing,
        )
