"""A batch run over the cohorts: 1,000 and 10,000 credits applied to 5,000 and 50,000 invoices, oldest first.

Against Odoo's reconcile() customer by customer, and against the least that could do it (``batch_bound``): the allocation
in Python and what reconcile() stores in a few statements, with the exchange in one entry for all that hangs together; no
way to work, a bound only. In one foreign currency all sides must book the same exchange.
"""

from functools import partial

import batch_bound
from job import Case, Job, Refused, Side
from ledger_cohorts import usual

KINDS = {"R": "company currency", "F": "one foreign currency", "X": "three currencies"}


def batch_run(env, customers, across=False):
    """Propose and authorize the run of these customers, as the workers do it: batch by batch, each committed.

    :param across: apply across currencies; else each currency by itself, as reconcile() does where there is but one

    :return: adjustment.run
    """
    from odoo import Command

    if "adjustment.run" not in env:
        raise Refused("these addons have no batch run")
    run = env["adjustment.run"].create(
        {
            "partner_ids": [Command.set(customers.ids)],
            "method_ids": [Command.create({"method": "fifo"})],
            "across_currencies": across,
        }
    )
    for step in (run.action_propose, run.action_authorize):
        step()
        env.cr.commit()
        env["adjustment.run"]._work_off()
    return run


class Apply(Job):
    """Its records: the credits."""

    def __init__(self, env, letter, number):
        super().__init__(env)
        self.cohort = next(one for one in usual() if one.name[0] == letter and one.credits == number)
        self.records = self.cohort.credits
        self.customers = env["res.partner"].search([("ref", "=", self.cohort.ref)])
        self.open_before = self.open_credits()
        self.exchange_before = self.exchange()
        self.exchange_due = batch_bound.exchange_of(env, self.cohort.ref) if letter == "F" else None

    def open_items(self):
        """:return: dict of customer -> open items"""
        terms = [("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted"), ("reconciled", "=", False)]
        items = self.env["account.move.line"].search([*terms, ("partner_id", "in", self.customers.ids)])
        return items.grouped("partner_id")

    def open_credits(self):
        self.env.cr.execute(
            """SELECT COUNT(*) FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                WHERE l.partner_id = ANY(%s) AND a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                  AND l.reconciled IS NOT TRUE AND l.amount_residual < 0""",
            (self.customers.ids,),
        )
        return self.env.cr.fetchone()[0]

    def exchange(self):
        """What is booked on the accounts for realized exchange, of these customers."""
        company = self.env.company
        accounts = company.income_currency_exchange_account_id | company.expense_currency_exchange_account_id
        self.env.cr.execute(
            """SELECT COALESCE(SUM(balance), 0) FROM account_move_line
                WHERE account_id = ANY(%s) AND partner_id = ANY(%s) AND parent_state = 'posted'""",
            (accounts.ids, self.customers.ids),
        )
        return float(self.env.cr.fetchone()[0])

    def check(self):
        booked = self.exchange() - self.exchange_before
        if self.exchange_due is not None and abs(booked - self.exchange_due) > 0.01 * len(self.customers):
            raise AssertionError(f"{booked:.2f} of exchange is booked, not {self.exchange_due:.2f}")
        left = self.open_credits()
        assert left < 0.15 * self.open_before, f"{left} of {self.open_before} credits are still open"


class Reconcile(Apply):
    def run(self):
        for items in self.open_items().values():
            items.reconcile()


class Bound(Apply):
    def run(self):
        batch_bound.apply(self.env, self.cohort.ref)


class Run(Apply):
    """Its batches are committed: each turn is in a copy of the database."""

    def before(self):
        """A few customers of another cohort: what Odoo works out once in the life of a process is there, as in a worker
        that has worked before."""
        other = "F1K" if self.cohort.mode != "fx" else "X1K"
        batch_run(self.env, self.env["res.partner"].search([("ref", "=", f"BENCH-{other}")], limit=3), across=True)

    def run(self):
        self.made = batch_run(self.env, self.customers, across=self.cohort.mode == "cross")

    def check(self):
        self.env.invalidate_all()
        assert self.made.state == "done", self.made.state
        assert not self.made.failed_count, f"{self.made.failed_count} customers were set aside"
        super().check()


def cases():
    for letter, name in KINDS.items():
        too_long = {"largest": 1000, "reason": "half an hour at 10,000"} if letter != "R" else {}
        run = partial(Run, letter=letter)
        yield Case(
            f"batch_{letter.lower()}",
            f"batch run, {name}, by the number of credits",
            {
                "stock": Side(partial(Reconcile, letter=letter), **too_long),
                "least": Side(partial(Bound, letter=letter), database=""),
                "ours": Side(run, fresh=True),
                "ours: with credit_hold and credit_centre": Side(run, fresh=True, database="_all"),
            },
            sizes=tuple(sorted(one.credits for one in usual() if one.name[0] == letter)),
            ledger="cohorts",
            missing={"oca": "`account_mass_reconcile` is not published for 19.0"},
        )
