import random
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ..metrics import Payment, habits
from ..models.credit_page.habits_query import KEPT
from .common import CreditCentreCommon

TODAY = "2026-06-30"


def tenth(fraction):
    exact = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    return float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


@freeze_time(TODAY)
@tagged("post_install", "-at_install")
class TestHabits(CreditCentreCommon):
    """S3.21: how a customer pays, kept on the account, is what the pure rule says."""

    def _account(self, partner=None):
        return self.env["credit.account"]._for_partners(partner or self.customer, self.company)

    def _pay(self, invoice, amount, date, currency=None):
        receipt = self._receipt(amount, date, partner=invoice.partner_id, currency=currency)
        self._receivable(invoice, receipt).reconcile()
        return receipt

    def _kept(self, account):
        account._refresh_habits()
        return account.read(KEPT)[0]

    def _assert_kept(self, account, payments):
        expected, kept = habits(payments), self._kept(account)
        self.assertEqual(kept["payment_count"], len(payments))
        for name in ("days_to_pay", "weighted_days_to_pay", "days_late", "share_on_time"):
            self.assertAlmostEqual(kept[name], tenth(getattr(expected, name)), places=6, msg=name)
        self.assertAlmostEqual(kept["days_late_trend"], tenth(expected.trend), places=6)
        self.assertEqual((kept["best_days"], kept["worst_days"]), (expected.best, expected.worst))

    def test_random_ledgers_give_what_the_pure_rule_gives(self):
        for seed in range(6):
            dice = random.Random(seed)
            partner = self.env["res.partner"].create({"name": f"Habit {seed}"})
            payments = []
            for _invoice in range(dice.randint(1, 6)):
                invoiced = self._day("2025-08-01") + timedelta(days=dice.randint(0, 200))
                due = invoiced + timedelta(days=dice.choice((0, 14, 30)))
                invoice = self._invoice(dice.randint(100, 900), invoiced, due=due, partner=partner)
                for _part in range(dice.randint(1, 2)):
                    amount = dice.randint(1, 50)
                    paid = invoiced + timedelta(days=dice.randint(0, 90))
                    self._pay(invoice, amount, paid)
                    payments.append(Payment(amount * 100, invoiced, due, paid))
            with self.subTest(seed=seed):
                self._assert_kept(self._account(partner), payments)

    def test_what_is_no_payment_and_what_is_too_old_does_not_count(self):
        invoice = self._invoice(100, "2026-01-01", due="2026-01-31")
        note = self._invoice(40, "2026-03-01", kind="out_refund")
        self._receivable(invoice, note).reconcile()
        old = self._invoice(70, "2025-01-01", due="2025-01-31")
        self._pay(old, 70, "2025-03-01")
        account = self._account()
        self.assertEqual(self._kept(account)["payment_count"], 0)
        self.assertEqual(account.revenue, 60)
        self.assertEqual((str(account.last_payment_date), account.last_payment_amount), ("2025-03-01", 70))
        self.env.cr.execute("SELECT days_late FROM credit_account WHERE id = %s", account.ids)
        self.assertEqual(self.env.cr.fetchone(), (None,))
        self.company.credit_habit_months = 24
        self.assertEqual((self._kept(account)["payment_count"], account.days_late), (1, 29))

    def test_a_voucher_counts_as_the_receipt_it_applied(self):
        foreign = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0), ("2026-02-01", 4.0)])
        invoice = self._invoice(100, "2026-01-01", due="2026-01-31", currency=foreign)
        receipt = self._receipt(100, "2026-02-10", currency=foreign)
        voucher = self.env["adjustment.voucher"].create(
            {"partner_id": self.customer.id, "date": "2026-06-01", "currency_id": foreign.id, "method": "fifo"}
        )
        voucher.action_load_items()
        voucher.action_allocate()
        voucher.action_authorize()
        self.assertTrue(voucher.move_id, "The exchange difference makes an entry")
        self.assertTrue(self._receivable(invoice).reconciled and self._receivable(receipt).reconciled)
        kept = self._kept(self._account())
        self.assertEqual((kept["payment_count"], kept["days_to_pay"], kept["days_late"]), (1, 40, 10))

    def test_an_exchange_entry_is_no_payment(self):
        foreign = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0), ("2026-02-01", 4.0)])
        invoice = self._invoice(100, "2026-01-01", due="2026-01-31", currency=foreign)
        self._pay(invoice, 100, "2026-02-10", currency=foreign)
        self.assertTrue(invoice.line_ids.matched_credit_ids.exchange_move_id)
        self.assertEqual(self._kept(self._account())["payment_count"], 1)

    def test_all_customers_in_one_statement(self):
        first, second = self._account(), self._account(self.other)
        for partner, days in ((self.customer, 10), (self.other, 20)):
            invoice = self._invoice(100, "2026-01-01", due="2026-01-31", partner=partner)
            self._pay(invoice, 100, self._day("2026-01-31") + timedelta(days=days))
        self.env["credit.account"]._cron_refresh_habits()
        self.assertEqual((first.days_late, second.days_late), (10, 20))
        found = self.env["credit.account"].search([("days_late", ">", 15), ("id", "in", (first | second).ids)])
        self.assertEqual(found, second)

    def test_the_button_refreshes_and_nobody_writes_the_figures(self):
        invoice = self._invoice(100, "2026-01-01", due="2026-01-31")
        self._pay(invoice, 100, "2026-02-05")
        account = self._account()
        account.with_user(self.users["hub_viewer"]).action_refresh()
        self.assertEqual(account.days_late, 5)
        with self.assertRaises(AccessError):
            account.with_user(self.users["hub_manager"]).write({"days_late": 0})
