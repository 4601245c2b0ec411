"""Fill a database of stock Odoo with a large ledger that Odoo itself takes for its own, in minutes.

One document of every kind is made and posted by Odoo; their rows are prototypes. Every other row is a copy of a
prototype's, as the database has it, with the columns that differ set by SQL. All of it follows from the seed.

Made are customers (some with an invoice contact, half with a limit), open invoices (some overdue, some partly paid), open
credit notes and receipts, closed invoices with what closed them, orders (open, invoiced in part, invoiced), the customer
BENCH-20 with 20 open documents and BENCH-BIG with --big. Needs a superuser of the database: foreign keys are off meanwhile.

A cohort is a group of customers with open invoices and credits to apply to them (see ledger_cohorts.py).
"""

import datetime
import sys

from harness import environment, parser
from ledger_cohorts import Cohort
from ledger_rows import Rows

CURRENCIES = ("EUR", "GBP")
ROLES = {"inv": ("base", "tax", "term"), "ref": ("base", "tax", "term"), "pay": ("liquidity", "receivable")}


def arguments():
    made = parser(__doc__)
    made.add_argument("--customers", type=int, default=1000)
    made.add_argument("--invoices", type=int, default=8500, help="open invoices")
    made.add_argument("--credits", type=int, default=1500, help="open credit notes and receipts")
    made.add_argument("--closed", type=int, default=5000, help="invoices closed, each with what closed it")
    made.add_argument("--orders", type=int, default=3000, help="open orders")
    made.add_argument("--closed-orders", type=int, default=2000, help="orders invoiced as a whole")
    made.add_argument("--big", type=int, default=20000, help="open documents of BENCH-BIG")
    made.add_argument(
        "--cohort", type=Cohort.parse, action="append", default=[], metavar="NAME:CUSTOMERS:INVOICES:CREDITS:MODE"
    )
    made.add_argument("--seed", type=int, default=1)
    return made.parse_args()


class Masters:
    """Currencies with a rate each month, a product, and one posted document of every kind in every currency."""

    def __init__(self, env):
        self.env, self.company = env, env.company
        self.tax = self.company.account_sale_tax_id
        assert self.tax.amount_type == "percent" and not self.tax.price_include, "a plain percent sale tax is expected"
        self.currencies = self.company.currency_id | self._foreign()
        self.product = self._product()
        self.journal = self._bank()
        self.customer = env["res.partner"].create(
            {
                "name": "BENCH prototype",
                "is_company": True,
                "customer_rank": 1,
                "ref": "BENCH-PROTO",
                "credit_limit": 1000.0,
            }
        )
        self.contact = env["res.partner"].create(
            {"name": "BENCH contact", "parent_id": self.customer.id, "type": "invoice"}
        )
        self.moves, self.lines, self.payments, self.orders = {}, {}, {}, {}
        for number, currency in enumerate(self.currencies, 1):
            self._documents(number, currency)
        env.flush_all()

    def _foreign(self):
        currencies = self.env["res.currency"].with_context(active_test=False).search([("name", "in", CURRENCIES)])
        currencies.active = True
        for index, currency in enumerate(currencies, 1):
            self.env["res.currency.rate"].create(self._rates(index, currency))
        return currencies

    def _rates(self, index, currency):
        existing = set(currency.rate_ids.filtered(lambda rate: rate.company_id == self.company).mapped("name"))
        day, rates = datetime.date.today().replace(day=1), []
        for month in range(40):
            wave = ((month * 7919 + index * 104729) % 97) / 97 - 0.5
            if day not in existing:
                rate = round((0.92, 0.79)[index - 1] * (1 + 0.08 * wave), 6)
                rates.append({"name": day, "currency_id": currency.id, "company_id": self.company.id, "rate": rate})
            day = (day - datetime.timedelta(days=1)).replace(day=1)
        return rates

    def _product(self):
        from odoo import Command

        return self.env["product.product"].create(
            {
                "name": "Bench service",
                "default_code": "BENCH",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 100.0,
                "taxes_id": [Command.set(self.tax.ids)],
            }
        )

    def _bank(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        method = journal.inbound_payment_method_line_ids[:1]
        if not method.payment_account_id:
            method.payment_account_id = self.env["account.account"].create(
                {"name": "Receipts on Their Way", "code": "101499", "account_type": "asset_current", "reconcile": True}
            )
        return journal

    def _documents(self, number, currency):
        for role, move_type in (("inv", "out_invoice"), ("ref", "out_refund")):
            self._invoice(role, number, move_type, currency)
        self._receipt(number, currency)
        self._order(number, currency)

    def _invoice(self, role, number, move_type, currency):
        from odoo import Command

        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.customer.id,
                "invoice_date": datetime.date.today(),
                "currency_id": currency.id,
                "invoice_line_ids": [Command.create({"product_id": self.product.id, "price_unit": 100.0})],
            }
        )
        move.action_post()
        by_type = {line.display_type: line.id for line in move.line_ids}
        self.moves[role, number] = move.id
        ids = (by_type["product"], by_type["tax"], by_type["payment_term"])
        self.lines[role, number] = dict(zip(ROLES[role], ids, strict=True))

    def _receipt(self, number, currency):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 100.0,
                "currency_id": currency.id,
                "journal_id": self.journal.id,
            }
        )
        payment.action_post()
        receivable = payment.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        self.moves["pay", number], self.payments[number] = payment.move_id.id, payment.id
        liquidity = payment.move_id.line_ids - receivable
        self.lines["pay", number] = {"liquidity": liquidity.id, "receivable": receivable.id}

    def _order(self, number, currency):
        from odoo import Command

        pricelist = self.env["product.pricelist"].create({"name": f"Bench {currency.name}", "currency_id": currency.id})
        line = {"product_id": self.product.id, "price_unit": 100.0, "product_uom_qty": 1}
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "pricelist_id": pricelist.id, "order_line": [Command.create(line)]}
        )
        order.action_confirm()
        self.orders[number] = (order.id, order.order_line.id)


def main():
    options = arguments()
    with environment(options.database, commit=True) as env:
        env = env(context=dict(env.context, tracking_disable=True, mail_create_nosubscribe=True))
        Rows(env, options, Masters(env)).load()
    with environment(options.database) as env:
        env.cr.commit()
        env.cr._cnx.set_session(autocommit=True)
        env.cr.execute("VACUUM ANALYZE")
        env.cr.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        print("database size", *env.cr.fetchone())
        env.cr._cnx.set_session(autocommit=False)


if __name__ == "__main__":
    sys.exit(main())
