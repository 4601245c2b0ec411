"""Reason codes and figures become sentences here, and nowhere else.

Every sentence starts from what the reader wants to do and carries the figures.
"""

from odoo.tools import format_amount

FIGURELESS = {"customer_hold", "order_hold", "rejected", "prepay", "buyer", "no_rate", "archived"}


class Wording:
    """The sentences about one order and the customer who pays it, in one language and currency.

    :param order: sale.order (may be unsaved), or None for a simulation
    :param customer: res.partner, the commercial entity that pays
    :param currency: res.currency of the figures
    :param account: dict with the account's settings that sentences quote (hold_reason)
    """

    def __init__(
        self, env, customer, currency, order=None, hold_reason="", order_currency=None, stop_reason="", buyer_words=()
    ):
        self.env, self._ = env, env._
        self.customer, self.currency, self.order = customer, currency, order
        self.order_currency = order_currency or currency
        self.hold_reason, self.stop_reason, self.buyer_words = hold_reason, stop_reason, buyer_words

    @property
    def billing(self):
        """Billing code and billing name, as S2.18 and S2.21 put them."""
        return " ".join(part for part in (self.customer.ref, self.customer.name) if part)

    def money(self, units, currency=None):
        currency = currency or self.currency
        return format_amount(self.env, units * currency.rounding, currency)

    def reason(self, reason):
        """:param reason: decision.Reason
        :return: sentence for whoever enters the order"""
        figures = dict(reason.figures)
        return getattr(self, f"_reason_{reason.code}")(figures)

    def brief(self, reason):
        """The reason without amounts, for those who may not see them."""
        names = {
            "limit": self._("The credit limit is used up."),
            "group_limit": self._("The limit shared by the group is used up."),
            "overdue": self._("Invoices are past due."),
            "overdue_bucket": self._("Invoices are long past due."),
            "single_order": self._("The order is larger than one order may be."),
        }
        return names[reason.code] if reason.code not in FIGURELESS else self.reason(reason)

    def remedy(self, remedy):
        """:param remedy: decision.Remedy
        :return: what would free the order"""
        texts = {
            "pay": lambda: self._("Let the customer pay %s", self.money(remedy.amount)),
            "reduce": lambda: self._("Reduce the order by %s", self.money(remedy.amount)),
            "prepay": lambda: self._("Receive the prepayment of %s", self.money(remedy.amount, self.order_currency)),
            "release": lambda: self._("Ask the credit manager for a release"),
        }
        return texts[remedy.code]()

    def refusal(self, decision, verb):
        """The whole explanation in one text: goal, reasons, what to do."""
        reasons = " ".join(self.reason(reason) for reason in decision.reasons)
        remedies = "; ".join(self.remedy(remedy) for remedy in decision.remedies)
        return f"{verb} {reasons}" + (" " + self._("What would free it: %s.", remedies) if remedies else "")

    def manager_notice(self, decision, full=True):
        """What the credit manager is told when a job is placed on hold (S2.21 word for word for a prepayment).

        :param full: with amounts, when all who read the order may see them
        """
        if decision.reasons and decision.reasons[0].code == "prepay":
            return self._(
                "Job %(job)s was placed on hold because customer %(billing)s must make prepayments.",
                job=self.order.name,
                billing=self.billing,
            )
        return self._(
            "Job %(job)s of customer %(billing)s was placed on hold. %(reasons)s",
            job=self.order.name,
            billing=self.billing,
            reasons=" ".join((self.reason if full else self.brief)(reason) for reason in decision.reasons),
        )

    # ------------------------------------------------------------------ one method per code

    def _reason_customer_hold(self, figures):
        text = self._("Customer %s is on credit hold.", self.billing)
        return text + (" " + self._("Reason: %s.", self.hold_reason.rstrip(".")) if self.hold_reason else "")

    def _reason_order_hold(self, figures):
        text = self._("This order was placed on hold by hand.")
        return text + (" " + self._("Reason: %s.", self.stop_reason.rstrip(".")) if self.stop_reason else "")

    def _reason_rejected(self, figures):
        text = self._("The credit manager rejected this order.")
        return text + (" " + self._("Reason: %s.", self.stop_reason.rstrip(".")) if self.stop_reason else "")

    def _reason_prepay(self, figures):
        return self._("Customer %s is required to make prepayments.", self.billing)

    def _reason_buyer(self, figures):
        return self._(
            "The customer who buys, %(buyer)s, may not order on credit, whoever pays. %(why)s",
            buyer=self.order.partner_id.commercial_partner_id.display_name if self.order else "",
            why=" ".join(self.buyer_words),
        ).strip()

    def _reason_archived(self, figures):
        return self._("Customer %s is archived.", self.billing)

    def _reason_no_rate(self, figures):
        return self._(
            "There is no exchange rate for %s: enter one, so that the order can be valued.", self.order_currency.name
        )

    def _reason_limit(self, figures):
        return self._(
            "Exposure %(exposure)s and this order %(order)s make %(after)s; the credit limit is %(limit)s.",
            **self._amounts(figures),
        )

    def _reason_group_limit(self, figures):
        return self._(
            "The group's exposure %(exposure)s and this order %(order)s make %(after)s; the shared limit is %(limit)s.",
            **self._amounts(figures),
        )

    def _reason_overdue(self, figures):
        return self._(
            "%(overdue)s is past due, the oldest by %(days)s days.",
            overdue=self.money(figures["overdue"]),
            days=figures["days"],
        )

    def _reason_overdue_bucket(self, figures):
        return self._(
            "%(overdue)s is past due by %(days)s days or more; at most %(limit)s may be.",
            overdue=self.money(figures["overdue"]),
            limit=self.money(figures["limit"]),
            days=figures["from"],
        )

    def _reason_single_order(self, figures):
        return self._(
            "This order is %(order)s; a single order may be at most %(maximum)s.",
            order=self.money(figures["order"]),
            maximum=self.money(figures["maximum"]),
        )

    def _amounts(self, figures):
        return {name: self.money(units) for name, units in figures.items() if name != "excess"}


def status_title(env, status):
    """The heading a salesperson sees for a status."""
    return {
        "unchecked": env._("Not checked"),
        "clear": env._("This order can go through"),
        "caution": env._("This order can go through, with caution"),
        "prepay": env._("Waits for a prepayment"),
        "hold": env._("On credit hold"),
        "released": env._("Released by the credit manager"),
        "rejected": env._("Rejected by the credit manager"),
    }[status]
