"""The kept figures equal the live ones after any sequence of operations (invariant E1)."""

import random
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.credit_account_figures import KEPT
from .common import CreditCase


@tagged("post_install", "-at_install")
class TestKeptFigures(CreditCase):
    SEEDS = (1, 2, 3, 4, 5, 6)
    STEPS = 14

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.foreign = cls._currency("XTK", 3.0)
        cls.foreign_prices = cls.env["product.pricelist"].create(
            {"name": "XTK", "currency_id": cls.foreign.id, "company_id": False}
        )
        cls.customers = cls.customer | cls._customer("Second") | cls._customer("Third")
        cls.customers[0].credit_limit = 100000
        cls.env["credit.group"].create(
            {
                "name": "Family",
                "company_id": cls.company.id,
                "credit_limit": 500000,
                "account_ids": [Command.set(cls._account(cls.customers[:2]).ids)],
            }
        )
        cls.policy.write({"count_draft_invoices": True, "order_horizon_days": 60, "grace_days": 3})

    def _pick(self, records):
        return records[self.chance.randrange(len(records))] if records else records

    def _amount(self):
        return self.chance.randrange(100, 100000) / 100

    def _mine(self, model, *domain):
        found = self.env[model].search(
            [("partner_id", "in", self.customers.ids), ("company_id", "=", self.company.id), *domain], order="id"
        )
        return self._pick(found)

    # ------------------------------------------------------------------ one operation each

    def op_order(self):
        prices = self.chance.choice([self.pricelist, self.foreign_prices])
        later = self.chance.choice([0, 30, 90])
        order = self._order(
            self._pick(self.customers),
            self._amount(),
            self.chance.choice([self.product, self.delivered_product]),
            pricelist_id=prices.id,
            commitment_date=self.today + timedelta(days=later),
        )
        order.action_confirm()

    def op_change_order(self):
        order = self._mine("sale.order", ("state", "=", "sale"))
        lines = order.order_line.filtered(lambda line: not line.is_downpayment and not line.invoice_lines)
        if lines:
            lines[0].price_unit = self._amount()

    def op_move_order(self):
        order = self._mine("sale.order", ("state", "=", "sale"), ("invoice_ids", "=", False))
        if order:
            order.partner_invoice_id = self._pick(self.customers)

    def op_cancel_order(self):
        order = self._mine("sale.order", ("state", "=", "sale"), ("invoice_ids", "=", False))
        if order:
            order._action_cancel()

    def op_deliver(self):
        order = self._mine("sale.order", ("state", "=", "sale"))
        lines = order.order_line.filtered(lambda line: line.product_id == self.delivered_product)
        lines.qty_delivered = self.chance.choice([0.25, 0.5, 1])

    def op_invoice_order(self):
        order = self._mine("sale.order", ("invoice_status", "=", "to invoice"))
        if order:
            self._invoice_order(order, post=self.chance.random() < 0.7)

    def op_down_payment(self):
        order = self._mine("sale.order", ("state", "=", "sale"), ("invoice_ids", "=", False))
        if order:
            self._down_payment(order, round(order.amount_total / 4, 2) or 0.01, post=self.chance.random() < 0.7)

    def op_invoice(self):
        self._invoice(
            self._pick(self.customers),
            self._amount(),
            post=self.chance.random() < 0.7,
            currency_id=self.chance.choice([self.company.currency_id, self.foreign]).id,
            invoice_date=self.today - timedelta(days=self.chance.choice([0, 2, 40])),
        )

    def op_post_draft(self):
        move = self._mine("account.move", ("state", "=", "draft"), ("move_type", "in", ("out_invoice", "out_refund")))
        if move:
            move.invoice_date = move.invoice_date or self.today
            move.action_post()

    def op_back_to_draft(self):
        move = self._mine("account.move", ("state", "=", "posted"), ("move_type", "=", "out_invoice"))
        if move:
            move.button_draft()

    def op_cancel_draft(self):
        move = self._mine("account.move", ("state", "=", "draft"), ("move_type", "=", "out_invoice"))
        if move:
            move.button_cancel()

    def op_credit_note(self):
        move = self._mine("account.move", ("state", "=", "posted"), ("move_type", "=", "out_invoice"))
        if move:
            self._credit_note(move, post=self.chance.random() < 0.7)

    def op_pay(self):
        move = self._mine(
            "account.move",
            ("state", "=", "posted"),
            ("move_type", "=", "out_invoice"),
            ("payment_state", "in", ("not_paid", "partial")),
            ("amount_residual", ">", 0),
        )
        if move:
            self._pay(move, round(move.amount_residual / self.chance.choice([1, 2]), 2) or None)

    def op_receipt(self):
        self._receipt(self._pick(self.customers), self._amount())

    def op_reserve(self):
        order = self._mine("sale.order")
        if order:
            self._receipt(order.partner_invoice_id, self._amount(), credit_order_id=order.id)

    def op_bounce(self):
        payment = self._mine("account.payment", ("state", "in", ("in_process", "paid")))
        if payment:
            self.chance.choice([payment.action_draft, payment.action_cancel])()

    def op_unmatch(self):
        move = self._mine("account.move", ("payment_state", "in", ("paid", "partial", "in_payment")))
        move.line_ids.remove_move_reconcile()

    def op_clear_by_bank(self):
        payment = self._mine("account.payment", ("state", "=", "in_process"), ("is_matched", "=", False))
        if payment and payment.currency_id == self.company.currency_id:
            self._bank_statement(payment)

    def op_limit(self):
        self._pick(self.customers).credit_limit = 10**6 + self._amount()

    def op_policy(self):
        name = self.chance.choice(["count_draft_invoices", "count_uncleared_receipts"])
        self.policy[name] = not self.policy[name]

    # ------------------------------------------------------------------ the property

    def _kept(self):
        accounts = self._account(self.customers).sorted("id")
        accounts.invalidate_recordset()
        return {account.partner_id.name: {name: account[name] for name in KEPT} for account in accounts}

    def _live(self):
        company = self.company
        rows = self.env["credit.account"]._read_figures([(customer.id, company.id) for customer in self.customers])
        return {
            customer.name: {name: rows[customer.id, company.id][name] for name in KEPT} for customer in self.customers
        }

    def assertKeptIsLive(self, done):
        kept, live = self._kept(), self._live()
        for name, figures in live.items():
            for figure, value in figures.items():
                seen = kept[name][figure]
                if isinstance(seen, float):
                    seen, value = round(seen, 2), round(float(value or 0), 2)
                elif figure in ("oldest_due_date", "valid_until"):
                    seen, value = seen or None, fields.Date.to_date(value) if value else None
                self.assertEqual(seen, value, f"{name}: {figure} after {done}")

    def test_E1_kept_is_live_after_random_operations(self):
        operations = sorted(name for name in dir(self) if name.startswith("op_"))
        for seed in self.SEEDS:
            with self.subTest(seed=seed):
                savepoint = self.env.cr.savepoint()
                try:
                    self._walk(seed, operations)
                finally:
                    savepoint.close(rollback=True)
                    self.env.invalidate_all(flush=False)

    def _walk(self, seed, operations):
        self.chance, done = random.Random(seed), []
        for _step in range(self.STEPS):
            name = self.chance.choice([*operations, "op_order", "op_invoice", "op_invoice_order"])
            try:
                with self.env.cr.savepoint():
                    getattr(self, name)()
                done.append(name)
            except UserError as refusal:
                done.append(f"{name} refused ({str(refusal)[:40]})")
            self.assertKeptIsLive(done)
        self.assertGreater(len([name for name in done if "refused" not in name]), self.STEPS // 2)

    def test_E1_kept_follows_the_calendar(self):
        self._late_invoice(1, 100, self.customers[2])
        self._invoice(self.customers[2], 50, invoice_payment_term_id=self._payment_term(5).id)
        self._confirmed(self.customers[2], 70, commitment_date=self.today + timedelta(days=63))
        self._account(self.customers[0]).write(
            {
                "temporary_limit": 7,
                "temporary_from": self.today + timedelta(days=2),
                "temporary_until": self.today + timedelta(days=4),
                "temporary_reason": "Season",
                "insured_amount": 5,
                "insured_until": self.today + timedelta(days=6),
            }
        )
        seen = []
        for days in range(9):
            with freeze_time(self.today + timedelta(days=days)):
                self.assertKeptIsLive(f"{days} days")
                third, first = self._account(self.customers[2]), self._account(self.customers[0])
                seen.append((third.overdue, third.overdue_late, third.open_orders, first.effective_limit))
        self.assertEqual(
            seen,
            [
                (100, 0, 0, 100005),
                (100, 0, 0, 100005),
                (100, 0, 0, 12),
                (100, 100, 70, 12),
                (100, 100, 70, 12),
                (100, 100, 70, 100005),
                (150, 100, 70, 100005),
                (150, 100, 70, 100000),
                (150, 100, 70, 100000),
            ],
        )

    def test_E1_searches_and_groups_see_the_fresh_figures(self):
        self._invoice(self.customers[2], 321.5)
        accounts = self.env["credit.account"]
        found = accounts.search([("partner_id", "in", self.customers.ids), ("exposure", ">", 300)])
        self.assertEqual(found.partner_id, self.customers[2])
        rows = accounts.formatted_read_group([("partner_id", "in", self.customers.ids)], [], ["exposure:sum"])
        self.assertEqual(rows[0]["exposure:sum"], 321.5)
        self._pay(self._invoice(self.customers[1], 10))
        partners = self.env["res.partner"].search([("credit_exposure", "=", 321.5)])
        self.assertIn(self.customers[2], partners)

    def test_E1_accounts_of_the_chart_that_change(self):
        """What stands on an account that is no longer of trade counts no more, and counts again when it is."""
        invoice = self._invoice(self.customers[2], 321.5)
        self.assertEqual(self.customers[2].credit_exposure, 321.5)
        account = invoice.line_ids.account_id.filtered(lambda one: one.account_type == "asset_receivable")
        for non_trade, exposure in ((True, 0), (False, 321.5)):
            account.non_trade = non_trade
            self.env.flush_all()
            self.assertEqual(self.customers[2].credit_exposure, exposure)

    def test_E7_paying_and_cancelling_never_raise_the_exposure(self):
        order = self._confirmed(self.customers[2], 500)
        invoice = self._down_payment(order, 100)
        last = self.customers[2].credit_exposure
        for step in (lambda: self._pay(invoice, 40), lambda: self._pay(invoice), lambda: order._action_cancel()):
            step()
            exposure = self.customers[2].credit_exposure
            self.assertLessEqual(exposure, last)
            last = exposure
