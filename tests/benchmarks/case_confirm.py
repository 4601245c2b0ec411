"""What the check costs at the confirmation of an order, for a customer with 20 and one with 20,000 open documents."""

from functools import partial

from job import Case, Job, Side, partner


class Confirm(Job):
    """``changed``: an item of the customer changed since its figures were kept."""

    def __init__(self, env, ref, changed=False):
        super().__init__(env)
        self.changed = changed
        self.customer = partner(env, ref)
        self.product = env["product.product"].search([("default_code", "=", "BENCH")], limit=1)
        self.customer.credit_limit = 1e9

    def before(self):
        from odoo import Command

        lines = [Command.create({"product_id": self.product.id, "price_unit": 100.0 + number}) for number in range(3)]
        self.order = self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": lines})

    def run(self):
        self.order.action_confirm()

    def check(self):
        assert self.order.state == "sale", "the order was held"


class WithCheck(Confirm):
    def __init__(self, env, ref, changed=False):
        super().__init__(env, ref, changed)
        env["credit.policy"].search([]).write({"on_overdue": "ignore"})
        env["credit.account"]._refresh_stale()

    def before(self):
        super().before()
        if self.changed:
            item = self.env["account.move.line"].search(
                [("partner_id", "=", self.customer.id), ("amount_residual", ">", 0)], limit=1
            )
            self.env["credit.mark"]._collect("account.move.line", item.ids)


class WithPeer(Confirm):
    """OCA's check with every amount that it knows."""

    def __init__(self, env, ref, changed=False):
        super().__init__(env, ref, changed)
        names = [name for name in self.customer._fields if name.startswith("risk_") and name.endswith("_include")]
        self.customer.write(dict.fromkeys(names, True))

    def run(self):
        answer = self.order.action_confirm()
        assert answer is True, answer


def cases():
    for ref, title, changed in (
        ("BENCH-20", "20 open documents", False),
        ("BENCH-BIG", "20,000 open documents", False),
        ("BENCH-BIG", "20,000 open documents, one changed since", True),
    ):
        yield Case(
            f"confirm_{ref[6:].lower()}{'_changed' if changed else ''}",
            f"confirming an order, customer with {title}",
            {
                "stock": Side(partial(Confirm, ref=ref)),
                "oca": Side(partial(WithPeer, ref=ref)),
                "ours": Side(partial(WithCheck, ref=ref, changed=changed)),
            },
        )
