"""The figures of the Credit Centre, computed a second time by other hands (S0.10, S1.22, S1.23, S3.13).

pandas reads the raw tables of the database and knows nothing of the addon: journal items and matches go in, days sales
outstanding, collection effectiveness, ages, open items, days to pay and balances come out. The ledger is made by chance
from a fixed seed: two currencies with rates that move, instalments paid in part, credit notes, refunds, receipts booked
before or after what they pay, exchange differences.
"""

import random
from datetime import date, timedelta

import pandas as pd

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from odoo.addons.credit_centre.tests.common import CreditCentreCommon
from odoo.addons.credit_hold.models.figures_items import overdue_by_day_query

TODAY = "2025-06-18"
DAYS = ("2024-12-31", "2025-02-28", "2025-03-31", "2025-05-20", "2025-06-17", TODAY)
BUCKETS = {"current": (-100000, 0), "1_30": (1, 30), "31_60": (31, 60), "61_90": (61, 90), "older": (91, 100000)}
ITEMS = """
    SELECT l.id, l.move_id, l.date, COALESCE(l.date_maturity, l.date) AS due, l.balance, l.amount_currency,
           c.name AS currency, p.commercial_partner_id AS customer, j.type AS journal, m.move_type,
           COALESCE(m.invoice_date, m.date) AS invoiced
      FROM account_move_line l
      JOIN account_move m ON m.id = l.move_id
      JOIN account_journal j ON j.id = l.journal_id
      JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
      JOIN res_currency c ON c.id = l.currency_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.parent_state = 'posted' AND l.company_id = %s
"""
MATCHES = """
    SELECT r.debit_move_id AS debit, r.credit_move_id AS credit, r.amount, r.debit_amount_currency AS debit_currency,
           r.credit_amount_currency AS credit_currency, r.max_date
      FROM account_partial_reconcile r WHERE r.company_id = %s
"""


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFiguresWithPandas(CreditCentreCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rates = [("2024-01-01", 0.5), ("2024-10-01", 0.8), ("2025-03-01", 0.625), ("2025-06-01", 0.4)]
        cls.euro = cls.setup_other_currency("EUR", rates=rates)
        cls.contact = cls.env["res.partner"].create({"name": "Hub Contact", "parent_id": cls.customer.id})
        cls.dice = random.Random(20250618)
        cls._make_ledger()
        cls.env.flush_all()
        cls.items = cls._read(ITEMS, "date", "due", "invoiced")
        cls.matches = cls._read(MATCHES, "max_date")

    # ------------------------------------------------------------------ a ledger by chance

    @classmethod
    def _make_ledger(cls):
        for number in range(48):
            partner = cls.dice.choice([cls.customer, cls.contact, cls.other])
            currency = cls.dice.choice([cls.company.currency_id, cls.company.currency_id, cls.euro])
            cls._make_case(number % 6, partner, currency)
        cls._make_instalments()
        cls._make_undated()

    @classmethod
    def _make_case(cls, kind, partner, currency):
        """An invoice and what became of it."""
        day = cls._any_day("2024-03-01", "2025-06-10")
        amount = cls.dice.randrange(1000, 200000) / 100
        invoice = cls._invoice(
            amount, day, due=day + timedelta(cls.dice.choice([0, 14, 30, 60])), **cls._of(partner, currency)
        )
        if kind == 1:  # paid in full, early or late
            cls._pay(invoice, amount, day, partner, currency)
        elif kind == 2:  # paid in two parts, or in one only
            cls._pay(invoice, round(amount * 0.4, 2), day, partner, currency)
            if cls.dice.random() < 0.5:
                cls._pay(invoice, round(amount - round(amount * 0.4, 2), 2), day, partner, currency)
        elif kind == 3:  # a credit note for a part, applied or not
            note = cls._invoice(
                round(amount * 0.3, 2), cls._later(day), kind="out_refund", **cls._of(partner, currency)
            )
            if cls.dice.random() < 0.6:
                cls._receivable(invoice, note).reconcile()
        elif kind == 4:  # paid twice, and the second receipt paid back in part
            cls._pay(invoice, amount, day, partner, currency)
            again = cls._receipt(amount, cls._later(day), **cls._of(partner, currency))
            back = cls._receipt(round(amount / 2, 2), cls._later(day), kind="outbound", **cls._of(partner, currency))
            cls._receivable(again, back).reconcile()
        elif kind == 5:  # an advance in the other currency, not applied
            other = cls.euro if currency != cls.euro else cls.company.currency_id
            cls._receipt(amount / 2, day - timedelta(20), **cls._of(partner, other))

    @classmethod
    def _make_instalments(cls):
        move = cls._invoice(900, "2025-01-20", due="2025-02-20", post=False)
        move.invoice_payment_term_id = cls.env["account.payment.term"].create(
            {"name": "Halves", "line_ids": [
                Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (30, 90)]}
        )  # fmt: skip
        move.action_post()
        receipt = cls._receivable(cls._receipt(450, "2025-03-05"))
        (cls._receivable(move).sorted("date_maturity")[0] | receipt).reconcile()

    @classmethod
    def _make_undated(cls):
        """Entries by hand whose items have no due date: they are due on the day they were booked."""
        accounts = cls.company_data["default_account_receivable"], cls.company_data["default_account_revenue"]
        for day, amount in (
            ("2024-12-30", 410),
            ("2025-05-01", 77.7),
            ("2025-06-17", 55),
            (TODAY, 33),
            ("2025-05-02", -20),
        ):
            sides = ((accounts[0], amount), (accounts[1], -amount))
            cls.env["account.move"].create(
                {"date": day, "line_ids": [Command.create({"account_id": account.id, "balance": balance,
                    "partner_id": cls.contact.id}) for account, balance in sides]}
            ).action_post()  # fmt: skip

    @classmethod
    def _of(cls, partner, currency):
        return {"partner": partner, "currency": currency}

    @classmethod
    def _any_day(cls, first, last):
        first, last = date.fromisoformat(first), date.fromisoformat(last)
        return first + timedelta(cls.dice.randrange((last - first).days + 1))

    @classmethod
    def _later(cls, day):
        """Some day after, today at the latest."""
        return min(day + timedelta(cls.dice.randrange(90)), date.fromisoformat(TODAY))

    @classmethod
    def _pay(cls, invoice, amount, day, partner, currency):
        """Now and then the money is booked before the invoice: an advance."""
        paid_on = day - timedelta(15) if cls.dice.random() < 0.2 else cls._later(day)
        receipt = cls._receipt(amount, paid_on, **cls._of(partner, currency))
        cls._receivable(invoice, receipt).filtered(lambda line: not line.reconciled).reconcile()

    # ------------------------------------------------------------------ pandas

    @classmethod
    def _read(cls, query, *days):
        cls.env.cr.execute(query, [cls.company.id])
        frame = pd.DataFrame(cls.env.cr.dictfetchall())
        for name in frame:
            if name in days:
                frame[name] = pd.to_datetime(frame[name])
            elif name in ("balance", "amount_currency", "amount", "debit_currency", "credit_currency"):
                frame[name] = (frame[name].astype(float) * 100).round().astype("int64")  # in cents
        return frame

    def _open(self, day, own=False):
        """The items up to a day with what was open of each at its end, in cents; own: in the item's own currency."""
        items = self.items[self.items.date <= day].copy()
        before = self.matches[self.matches.max_date <= day]
        debits = before.groupby("debit")["debit_currency" if own else "amount"].sum()
        credits = before.groupby("credit")["credit_currency" if own else "amount"].sum()
        items["rest"] = items["amount_currency" if own else "balance"]
        items["rest"] -= items.id.map(debits).fillna(0).astype("int64")
        items["rest"] += items.id.map(credits).fillna(0).astype("int64")
        return items

    def _figures(self, day, currency=None):
        """:return: what the tiles should show, None where nothing can be said"""
        day, column = pd.Timestamp(day), "amount_currency" if currency else "balance"
        start, items = day - pd.Timedelta(days=90), self._open(day, own=bool(currency))
        if currency:
            items = items[items.currency == currency]
        owed = items[items.rest > 0]
        receivable, late = items.rest.sum(), owed.rest[owed.due < day].sum()
        current = max(0, receivable - late)
        sales = items[column][(items.journal == "sale") & (items.date > start)].sum()
        beginning = items[column][items.date <= start].sum()
        collectable = beginning + sales - current
        return {
            "receivable": receivable / 100,
            "overdue": late / 100,
            "credits": -items.rest[items.rest < 0].sum() / 100,
            "dso": receivable * 90 / sales if sales > 0 else None,
            "best_dso": current * 90 / sales if sales > 0 else None,
            "cei": 100 * (beginning + sales - max(0, receivable)) / collectable if collectable > 0 else None,
        }

    def _ages(self, day):
        day, items = pd.Timestamp(day), self._open(pd.Timestamp(day))
        items = items[items.rest > 0]
        late = (day - items.due).dt.days
        return [items.rest[late.between(*ends)].sum() / 100 for ends in BUCKETS.values()]

    # ------------------------------------------------------------------ what the dashboard says

    def _summary(self, **filters):
        return self.env["res.partner"].with_user(self.users["hub_viewer"]).credit_centre_summary(filters)

    def _assert_tiles(self, expected, **filters):
        tiles = {tile["key"]: tile["value"] for tile in self._summary(**filters)["tiles"]}
        for key, value in expected.items():
            with self.subTest(key=key, **filters):
                if value is None:
                    self.assertIsNone(tiles[key])
                else:
                    self.assertAlmostEqual(tiles[key], value, 6)

    def test_the_ledger_is_varied(self):
        """What the proofs below are worth: every kind of item is there, in both currencies."""
        self.assertGreater(len(self.items), 80)
        self.assertGreater(len(self.matches), 30)
        self.assertEqual(set(self.items.currency), {"USD", "EUR"})
        self.assertLessEqual({"out_invoice", "out_refund", "entry"}, set(self.items.move_type))
        exchange = self.items[(self.items.amount_currency == 0) & (self.items.balance != 0)]
        self.assertGreater(len(exchange), 3)
        paid_before = self.matches.merge(self.items, left_on="debit", right_on="id")
        paid_before = paid_before.merge(self.items, left_on="credit", right_on="id", suffixes=("", "_credit"))
        self.assertTrue((paid_before.date_credit < paid_before.date).any())

    def test_tiles_on_any_day(self):
        for day in DAYS:
            self._assert_tiles(self._figures(day), as_of=day)

    def test_tiles_in_one_currency(self):
        for day in DAYS:
            self._assert_tiles(self._figures(day, "EUR"), as_of=day, currency_id=self.euro.id)

    def test_tiles_of_today_from_what_is_kept(self):
        self._assert_tiles(self._figures(TODAY))

    def test_both_addons_say_the_same_is_past_due(self):
        """An item without a due date is due on the day it was booked: for the credit check, its lists and buckets, the
        hub's tiles, ages and items, and the statement (S2.16, S3.13)."""
        self.assertTrue(self.env["account.move.line"].search_count(
            [("partner_id", "=", self.contact.id), ("account_id.account_type", "=", "asset_receivable"),
             ("date_maturity", "=", False)]))  # fmt: skip
        today, items = pd.Timestamp(TODAY), self._open(pd.Timestamp(TODAY))
        late = items[(items.rest > 0) & (items.due < today)]
        accounts = self.env["credit.account"]._for_partners(self.customer | self.other, self.company)
        figures = accounts._read_figures([(one.partner_id.id, one.company_id.id) for one in accounts])
        for account in accounts:
            own = late[late.customer == account.partner_id.id]
            live, expected = figures[account.partner_id.id, account.company_id.id], own.rest.sum() / 100
            opened = self.env["credit.open.item"].search(
                [("partner_id", "=", account.partner_id.id), ("days_past_due", ">", 0), ("side", "=", "debit")]
            )
            listed = self.env["account.move.line"].search(
                account.with_context(part="overdue").action_view_part()["domain"]
            )
            aged = account.aging_1_30 + account.aging_31_60 + account.aging_61_90 + account.aging_older
            with self.subTest(customer=account.partner_id.name):
                self.assertEqual(opened.move_line_id, listed)
                self.assertEqual(set(opened.ids), set(own.id))
                self.assertEqual((live["oldest_due_date"], account.oldest_due_date), (own.due.min().date(),) * 2)
                for name, value in (
                    *{"live": live["overdue"], "kept": account.overdue, "later": live["overdue_late"]}.items(),
                    *{"ages": aged, "items": sum(opened.mapped("residual"))}.items(),
                    ("by day", sum(amount for _days, amount in self._late_by_day(account))),
                ):
                    self.assertAlmostEqual(float(value), expected, 2, name)

    def _late_by_day(self, account):
        query = overdue_by_day_query(account.partner_id.id, account.company_id.id, fields.Date.to_date(TODAY))
        return self.env.execute_query(query)

    def test_ages_on_any_day(self):
        for day in DAYS:
            with self.subTest(day):
                (chart,) = (one for one in self._summary(as_of=day)["charts"] if one["key"] == "aging")
                self.assertEqual([round(value, 2) for value in chart["series"][0]["values"]], self._ages(day))

    def test_months(self):
        """Invoiced, collected and days sales outstanding of each month, on the sales of three months."""
        (chart,) = (one for one in self._summary()["charts"] if one["key"] == "months")
        collected, invoiced, days = (series["values"] for series in chart["series"])
        ends = [*pd.date_range("2024-07-31", "2025-05-31", freq="ME"), pd.Timestamp(TODAY)]
        for place, end in enumerate(ends):
            with self.subTest(end):
                items = self.items[self.items.date <= end]
                month = items[items.date >= end.replace(day=1)]
                begin = (end.replace(day=1) - pd.DateOffset(months=2)) - pd.Timedelta(days=1)
                sales = items.balance[(items.date > begin) & (items.journal == "sale")].sum()
                money = month.balance[month.journal.isin(["bank", "cash", "credit"])].sum()
                self.assertAlmostEqual(collected[place], -money / 100, 2)
                self.assertAlmostEqual(invoiced[place], month.balance[month.journal == "sale"].sum() / 100, 2)
                if sales > 0:
                    expected = items.balance.sum() * (end - begin).days / sales
                    self.assertAlmostEqual(days[place], expected, delta=0.0501)
                else:
                    self.assertIsNone(days[place])

    def test_open_items_one_by_one(self):
        for day in DAYS[:-1]:
            with self.subTest(day):
                records = self.env["credit.open.item"].with_context(credit_as_of=day)
                found = records.search([("company_id", "=", self.company.id)])
                base, own = self._open(pd.Timestamp(day)), self._open(pd.Timestamp(day), own=True)
                frame = base.assign(own=own.rest).query("rest != 0 or own != 0").sort_values("id")
                expected = list(
                    zip(frame.id, frame.rest, frame.own, (pd.Timestamp(day) - frame.due).dt.days, strict=True)
                )
                self.assertEqual(
                    [
                        (row.id, round(row.residual * 100), round(row.residual_currency * 100), row.days_past_due)
                        for row in found.sorted("id")
                    ],
                    expected,
                )

    def test_balances_of_the_ledger_of_each_customer(self):
        for customer in (self.customer, self.other):
            items = self.items[self.items.customer == customer.id]
            lines = self.env["credit.ledger.line"].search(
                [("partner_id", "=", customer.id), ("kind", "!=", "order")], order="date desc, place desc, id desc"
            )
            self.assertEqual(set(lines.move_id.ids), set(items.move_id))
            ends = {}
            for line in lines:
                ends.setdefault(line.date, line.balance)  # the last row of each day comes first
            running = items.groupby("date").balance.sum().sort_index().cumsum()
            for day, cents in running.items():
                with self.subTest(customer=customer.name, day=day):
                    self.assertAlmostEqual(ends[day.date()], cents / 100, 2)

    def test_payment_habits(self):
        """Days to pay, days late, share on time: of receipts matched with invoices in the last twelve months."""
        accounts = self.env["credit.account"]._for_partners(self.customer | self.other, self.company)
        accounts.action_refresh()
        paid = self.matches.merge(self.items, left_on="debit", right_on="id")
        paid = paid.merge(self.items, left_on="credit", right_on="id", suffixes=("", "_credit"))
        paid = paid[(paid.move_type == "out_invoice") & paid.journal_credit.isin(["bank", "cash", "credit"])]
        paid = paid[paid.amount > 0].assign(day=paid[["date", "date_credit"]].max(axis=1))
        paid = paid[(paid.day > pd.Timestamp(TODAY) - pd.DateOffset(months=12)) & (paid.day <= pd.Timestamp(TODAY))]
        for account in accounts:
            own = paid[paid.customer == account.partner_id.id]
            days, late = (own.day - own.invoiced).dt.days, (own.day - own.due).dt.days
            whole = own.amount.sum()
            self.assertGreater(len(own), 5)
            self.assertEqual((account.payment_count, account.best_days, account.worst_days),
                             (len(own), days.min(), days.max()))  # fmt: skip
            for name, expected in (
                ("days_to_pay", days.mean()),
                ("weighted_days_to_pay", (days * own.amount).sum() / whole),
                ("days_late", (late * own.amount).sum() / whole),
                ("share_on_time", 100 * own.amount[late <= 0].sum() / whole),
            ):
                with self.subTest(name, customer=account.partner_id.name):
                    self.assertAlmostEqual(account[name], expected, delta=0.0501)
