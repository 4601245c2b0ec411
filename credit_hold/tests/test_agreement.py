"""A ledger loaded by Odoo's own import: exposures and held orders agree with plain SQL, to the cent (E1, E8)."""

import random
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CreditCase

CUSTOMERS = 40
# Written without a look at the addon's own statement: residuals of receivables, and what orders have not invoiced.
EXPOSURE = """
    SELECT p.id,
           COALESCE((SELECT SUM(l.amount_residual) FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                      WHERE l.partner_id = p.id AND l.company_id = %(company)s AND l.parent_state = 'posted'
                        AND a.account_type = 'asset_receivable' AND NOT a.non_trade), 0)
         + COALESCE((SELECT SUM(l.price_total * (l.product_uom_qty - l.qty_invoiced) / l.product_uom_qty)
                       FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id
                      WHERE o.partner_invoice_id = p.id AND o.company_id = %(company)s AND o.state = 'sale'), 0),
           COALESCE((SELECT SUM(l.amount_residual) FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                      WHERE l.partner_id = p.id AND l.company_id = %(company)s AND l.parent_state = 'posted'
                        AND a.account_type = 'asset_receivable' AND l.amount_residual > 0 AND l.date_maturity < %(today)s), 0)
      FROM res_partner p WHERE p.id = ANY(%(partners)s)"""


@tagged("post_install", "-at_install")
class TestAgreement(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(19)
        cls.today = fields.Date.today()
        cls.policy.count_uncleared_receipts = True
        cls.limits = {}
        for number in range(CUSTOMERS):
            limit = cls.dice.choice([0, 500, 2500, 10000, None])
            customer = cls._customer(f"Ledger {number}", ref=f"L{number:03}")
            if limit is not None:
                customer.credit_limit = limit
            cls.limits[customer] = limit
        cls._load_invoices()
        cls._load_receipts()
        cls._load_orders()

    @classmethod
    def _load(cls, model, columns, rows):
        result = cls.env[model].with_context(default_company_id=cls.company.id).load(columns, rows)
        assert result["ids"], result["messages"]
        return cls.env[model].browse(result["ids"])

    @classmethod
    def _load_invoices(cls):
        columns = ["move_type", "partner_id/.id", "invoice_date", "invoice_date_due", "invoice_line_ids/name"]
        columns += ["invoice_line_ids/quantity", "invoice_line_ids/price_unit"]
        rows = [
            row
            for customer in cls.limits
            for _n in range(cls.dice.randint(0, 4))
            for row in cls._invoice_rows(customer)
        ]
        moves = cls._load("account.move", columns, rows)
        moves.invoice_line_ids.tax_ids = False
        moves.action_post()

    @classmethod
    def _invoice_rows(cls, customer):
        kind = cls.dice.choice(["out_invoice", "out_invoice", "out_invoice", "out_refund"])
        day = cls.today - timedelta(days=cls.dice.randint(0, 60))
        due = day + timedelta(days=cls.dice.choice([90, 90, 10]))
        head = [kind, str(customer.id), str(day), str(due)]
        lines = [["Goods", "1", f"{cls.dice.randint(100, 90000) / 100}"] for _n in range(cls.dice.randint(1, 3))]
        return [head + lines[0], *[["", "", "", ""] + line for line in lines[1:]]]

    @classmethod
    def _load_receipts(cls):
        journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        columns = ["payment_type", "partner_type", "partner_id/.id", "amount", "journal_id/.id", "date"]
        rows = [
            [
                "inbound",
                "customer",
                str(customer.id),
                f"{cls.dice.randint(100, 40000) / 100}",
                str(journal.id),
                str(cls.today),
            ]
            for customer in cls.limits
            if cls.dice.random() < 0.4
        ]
        cls._load("account.payment", columns, rows).action_post()

    @classmethod
    def _load_orders(cls):
        columns = ["partner_id/.id", "pricelist_id/.id", "order_line/product_id/.id", "order_line/product_uom_qty"]
        columns += ["order_line/price_unit"]
        product, prices = str(cls.product.id), str(cls.pricelist.id)
        rows = [
            [str(customer.id), prices, product, str(cls.dice.randint(1, 5)), f"{cls.dice.randint(100, 30000) / 100}"]
            for customer in cls.limits
            for _n in range(cls.dice.randint(1, 3))
        ]
        cls.orders = cls._load("sale.order", columns, rows)

    def _plain(self):
        """Exposure and past due of every customer, by plain SQL."""
        self.env.flush_all()
        partners = [customer.id for customer in self.limits]
        self.env.cr.execute(EXPOSURE, {"company": self.company.id, "today": self.today, "partners": partners})
        return {row[0]: (float(row[1]), float(row[2])) for row in self.env.cr.fetchall()}

    def _would_pass(self, order, plain):
        exposure, overdue = plain[order.partner_id.id]
        limit = self.limits[order.partner_id]
        return overdue <= 0 and (limit is None or round(exposure + order.amount_total, 2) < limit)

    def test_held_orders_and_exposures_agree_with_plain_sql(self):
        outcomes = set()
        for order in self.orders:
            expected = self._would_pass(order, self._plain())
            order.action_confirm()
            self.assertEqual(order.state == "sale", expected, (order.partner_id.name, order.credit_status))
            outcomes.add(order.state)
        self.assertEqual(outcomes, {"sale", "draft"})
        confirmed = self.orders.filtered(lambda order: order.state == "sale")
        self._invoice_order(confirmed[:5])
        plain = self._plain()
        accounts = self.env["credit.account"]._for_partners(self.env["res.partner"].union(*self.limits), self.company)
        accounts.action_refresh()
        for account in accounts:
            expected = plain[account.partner_id.id]
            self.assertEqual((account.exposure, account.overdue), tuple(round(amount, 2) for amount in expected))
            self.assertEqual(account.partner_id.credit_exposure, round(expected[0], 2))
