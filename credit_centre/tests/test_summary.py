from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from .common import CreditCentreCommon

TODAY = "2025-06-18"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSummary(CreditCentreCommon):
    """S0.2, S0.25, S1.22, S1.23: the dashboard's figures against the raw journal items."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2024-01-01", 0.5)])
        cls.tag = cls.env["res.partner.category"].create({"name": "Hub tag"})
        cls.customer.category_id = cls.tag
        cls.first = cls._invoice(1000, "2025-01-15", due="2025-02-14")
        cls.second = cls._invoice(600, "2025-04-10", due="2025-05-10")
        cls.third = cls._invoice(400, "2025-06-01", due="2025-07-01")
        cls.foreign = cls._invoice(100, "2025-05-02", due="2025-06-01", partner=cls.other, currency=cls.euro)
        cls.note = cls._invoice(50, "2025-06-02", kind="out_refund")
        cls.paid = cls._receipt(700, "2025-03-20")
        cls._receivable(cls.first, cls.paid).reconcile()

    def _summary(self, user="hub_manager", **filters):
        return self.env["res.partner"].with_user(self.users[user]).credit_centre_summary(filters)

    def _tiles(self, user="hub_manager", **filters):
        return {tile["key"]: tile["value"] for tile in self._summary(user, **filters)["tiles"]}

    def _raw(self, until):
        """The receivable's journal items up to a day, and what was matched by then."""
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", until),
            ]
        )
        matches = (lines.matched_debit_ids | lines.matched_credit_ids).filtered(lambda one: one.max_date <= until)
        return lines, {
            line: line.balance
            - sum(matches.filtered(lambda one, line=line: one.debit_move_id == line).mapped("amount"))
            + sum(matches.filtered(lambda one, line=line: one.credit_move_id == line).mapped("amount"))
            for line in lines
        }

    def _expected(self, day):
        day, start = self._day(day), self._day(day) - timedelta(days=90)
        lines, residuals = self._raw(day)
        receivable = sum(lines.mapped("balance"))
        late = sum(rest for line, rest in residuals.items() if rest > 0 and line.date_maturity < day)
        sales = sum(lines.filtered(lambda line: line.journal_id.type == "sale" and line.date > start).mapped("balance"))
        beginning = sum(lines.filtered(lambda line: line.date <= start).mapped("balance"))
        current = receivable - late
        return {
            "receivable": receivable,
            "overdue": late,
            "credits": -sum(rest for rest in residuals.values() if rest < 0),
            "dso": receivable * 90 / sales,
            "best_dso": current * 90 / sales,
            "cei": 100 * (beginning + sales - receivable) / (beginning + sales - current),
        }

    def test_figures_agree_with_the_raw_items_on_any_day(self):
        for day in ("2025-04-30", "2025-05-20", "2025-06-10", TODAY):
            tiles = self._tiles(as_of=day)
            for key, value in self._expected(day).items():
                with self.subTest(day=day, key=key):
                    self.assertAlmostEqual(tiles[key], value, 6)

    def test_figures_of_today_by_hand(self):
        tiles = self._tiles()
        self.assertEqual((tiles["receivable"], tiles["overdue"], tiles["credits"]), (1450, 1100, 50))
        self.assertEqual(tiles["exposure"], 1450)

    def test_each_tile_is_the_sum_of_the_records_it_opens(self):
        """E8"""
        fields = {
            "credit.open.item": "residual",
            "credit.account": "exposure",
            "credit.hold": "order_amount",
            "credit.promise": "amount_company",
        }
        for tile in self._summary()["tiles"]:
            if not tile["model"]:
                continue
            found = self.env[tile["model"]].search(tile["domain"])
            with self.subTest(tile=tile["key"]):
                if tile["key"] == "expiring":
                    self.assertEqual(tile["value"], len(found))
                    continue
                self.assertEqual(tile["action"]["domain"], tile["domain"])
                self.assertEqual(tile["value"], abs(sum(found.mapped(fields[tile["model"]]))))

    def test_aging_chart_shares_out_what_is_owed(self):
        chart = next(chart for chart in self._summary()["charts"] if chart["key"] == "aging")
        self.assertEqual(chart["series"][0]["values"], [400, 200, 600, 0, 300])
        for value, action in zip(chart["series"][0]["values"], chart["actions"], strict=True):
            items = self.env["credit.open.item"].search(action["domain"])
            self.assertEqual(sum(items.mapped("residual")), value)

    def test_months_chart_ends_with_today(self):
        chart = next(chart for chart in self._summary()["charts"] if chart["key"] == "months")
        collected, invoiced, _days = (series["values"] for series in chart["series"])
        self.assertEqual(collected[-4:], [700, 0, 0, 0])
        self.assertEqual(invoiced[-6:], [1000, 0, 0, 600, 200, 350])

    def test_expected_receipts_follow_each_customers_habit(self):
        self.env["credit.account"]._for_partners(self.customer, self.company)._write({"days_late": 20})
        self.env.invalidate_all()
        chart = next(chart for chart in self._summary()["charts"] if chart["key"] == "cash")
        weeks = dict(zip(chart["labels"], chart["series"][0]["values"], strict=True))
        self.assertEqual({week: value for week, value in weeks.items() if value}, {"16 Jun": 1100, "21 Jul": 400})

    def test_promises_awaited_and_broken(self):
        account = self.env["credit.account"]._for_partners(self.customer, self.company)
        promises = self.env["credit.promise"].create(
            [{"account_id": account.id, "amount": amount, "date": "2025-06-30"} for amount in (300, 200)]
        )
        self.assertEqual(self._tiles()["promised"], 500)
        with freeze_time("2025-07-05"):
            promises._examine()
            tiles = self._tiles()
        self.assertEqual((tiles["promised"], tiles["broken"]), (0, 500))

    def test_expected_receipts_are_the_same_item_by_item(self):
        accounts = self.env["credit.account"]._for_partners(self.customer | self.other, self.company)
        for account, late in zip(accounts, (7.4, -3.0), strict=True):
            account._write({"days_late": late})
        self.env.flush_all()
        summary = self.env["credit.summary"].with_user(self.users["hub_manager"])
        filters = summary._understand({})
        domain = summary._items_domain(filters) & Domain("residual", ">", 0)
        items = self.env["credit.open.item"]._read_group(list(domain), ["expected_date:day"], ["residual:sum"])
        self.assertEqual(sorted(summary._read_expected(filters, domain)), sorted(items))

    def test_filters(self):
        account = self.env["credit.account"]._for_partners(self.other, self.company)
        self.other.user_id = self.users["hub_sales"]
        account.flush_recordset()
        self.assertEqual(self._tiles(user_id=self.users["hub_sales"].id)["receivable"], 200)
        self.assertEqual(self._tiles(tag_id=self.tag.id)["receivable"], 1250)
        in_euro = self._tiles(currency_id=self.euro.id)
        self.assertEqual((in_euro["receivable"], in_euro["overdue"]), (100, 100))
        self.assertNotIn("exposure", in_euro)

    def test_filters_that_make_no_sense_are_refused(self):
        """CC01"""
        other = self.setup_other_company()["company"]
        for bad in (
            {"partner_id": 1},
            {"user_id": "1 or 1=1"},
            {"user_id": 10**12},
            {"tag_id": [1]},
            {"as_of": "soon"},
            {"company_id": other.id},
        ):
            with self.subTest(bad=bad), self.assertRaisesRegex(UserError, "To see the figures"):
                self._summary(**bad)

    def test_who_may_see_figures(self):
        """CC03: a salesperson is refused in words; viewers and billing see the same."""
        with self.assertRaisesRegex(AccessError, "ask your administrator"):
            self._summary("hub_sales")
        self.assertEqual(self._tiles("hub_viewer"), self._tiles("hub_accountant"))

    def test_ages_kept_per_customer_are_those_of_the_items(self):
        """E1, E8: after any change, and as days go by."""
        summary = self.env["credit.summary"].with_user(self.users["hub_manager"])
        filters = summary._understand({})
        self.assertTrue(summary._are_whole_entities(filters))

        def ages(rows):
            return sorted(
                (side, bucket, amount, documents) for side, bucket, amount, documents, _day in rows if documents
            )

        def check():
            live = summary._read_ages(filters)
            credits = [row for row in live if row[0] == "credit"]
            merged = [row for row in live if row[0] == "debit"]
            if credits:
                merged.append(("credit", "current", sum(row[2] for row in credits), sum(row[3] for row in credits), 0))
            self.assertEqual(ages(summary._ages_of(summary._read_kept(filters))), ages(merged))

        check()
        self._receivable(self.second, self.note).reconcile()
        check()
        self._receipt(20, "2025-06-17", partner=self.other)
        check()
        for day in ("2025-07-02", "2025-08-05", "2025-12-31"):
            with freeze_time(day):
                check()
