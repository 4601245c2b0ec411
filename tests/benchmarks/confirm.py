"""What the credit check costs at the confirmation of an order, against stock Odoo in the same run.

Two databases hold the same ledger, one of them with credit_hold. Orders are confirmed in turn in the one and in the
other, each rolled back, so that both see the same machine. A ratio is the median of the ratios of the turns.

kept     the customer's figures were brought up to date, and nothing changed since
ordered  another order of the customer was confirmed since
changed  an item of the customer changed since
"""

import statistics
import sys

from harness import Meter, environment, milliseconds, parser, row

CUSTOMERS = ("BENCH-20", "BENCH-BIG")
SINCE = ("kept", "ordered", "changed")


class Side:
    """One of the databases, with customers whose orders pass."""

    def __init__(self, env):
        self.env, self.cr = env, env.cr
        self.ours = "credit.account" in env
        self.product = env["product.product"].search([("default_code", "=", "BENCH")], limit=1)
        self.customers = {ref: env["res.partner"].search([("ref", "=", ref)], limit=1) for ref in CUSTOMERS}
        for customer in self.customers.values():
            customer.credit_limit = 1e9
        if self.ours:
            env["credit.policy"].search([]).write({"on_overdue": "ignore"})
            env["credit.account"]._refresh_stale()
        self.settle()
        self.base = self.cr.savepoint(flush=False)

    def settle(self):
        self.env.flush_all()
        self.cr.flush()

    def order(self, ref):
        from odoo import Command

        lines = [Command.create({"product_id": self.product.id, "price_unit": 100.0 + number}) for number in range(3)]
        order = self.env["sale.order"].create({"partner_id": self.customers[ref].id, "order_line": lines})
        self.settle()
        return order

    def change(self, ref, since):
        """What happened to the customer since its figures were kept."""
        if since == "ordered":
            self.order(ref).action_confirm()
        elif since == "changed" and self.ours:
            item = self.env["account.move.line"].search(
                [("partner_id", "=", self.customers[ref].id), ("amount_residual", ">", 0)], limit=1
            )
            self.env["credit.mark"]._collect("account.move.line", item.ids)
        self.settle()

    def confirm(self, ref, since):
        self.change(ref, since)
        order = self.order(ref)
        self.env.invalidate_all()
        with Meter(self.cr) as meter:
            order.action_confirm()
            self.cr.flush()
        assert order.state == "sale", "the order was held"
        self.env.invalidate_all(flush=False)
        self.env.transaction.clear()
        self.base.rollback()
        return meter


def compare(stock, ours, ref, since, times):
    turns = [(stock.confirm(ref, since), ours.confirm(ref, since)) for _turn in range(times + 4)][4:]
    before, after = zip(*turns, strict=True)
    ratio = statistics.median(with_check.total / without.total for without, with_check in turns)
    row(
        ref,
        since,
        f"{milliseconds(before):.1f}",
        f"{milliseconds(after):.1f}",
        f"{statistics.median(a.python for a in after) / statistics.median(b.python for b in before):.2f}",
        f"{statistics.median(a.database for a in after) / statistics.median(b.database for b in before):.2f}",
        f"**{ratio:.2f}**",
        f"{before[-1].queries} → {after[-1].queries}",
    )


def main():
    options = parser(__doc__).parse_args()
    row("customer", "since", "stock, ms", "with check, ms", "Python", "database", "ratio", "queries")
    row(*["---"] * 8)
    with environment(options.database) as stock, environment(f"{options.database}_credit") as ours:
        sides = Side(stock), Side(ours)
        for ref in CUSTOMERS:
            for since in SINCE:
                compare(*sides, ref, since, options.repeat)


if __name__ == "__main__":
    sys.exit(main())
