"""The entries of many vouchers in foreign currency: what is looked up once for all of them is what Odoo finds for each."""

from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from ..models import account_move_set
from ..models.engine import engine
from .test_set import ASIDE, LAST, SetCase

LEFT_OUT = ASIDE | {"move_id"}


@tagged("post_install", "-at_install")
class TestSetEntries(SetCase):
    def _entries(self, vouchers):
        """Every stored field of the entries and their legs after authorizing, which is then undone."""
        savepoint = self.env.cr.savepoint()
        try:
            vouchers._authorize_set()
            self.env.flush_all()
            self.env.invalidate_all()
            entries = vouchers.move_id
            rows = [self._stored(entries, LEFT_OUT)]
            rows += [self._stored(entry.line_ids, LEFT_OUT) for entry in entries.sorted("id")]
            return rows, vouchers.mapped("move_id.name"), vouchers.mapped("allocation_ids.exchange_standard")
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _assert_as_by_odoo(self, vouchers):
        together = self._entries(vouchers)
        with (  # Odoo looks up everything by itself
            patch.object(account_move_set, "work", lambda: None),
            patch.object(account_move_set.AccountMoveLine, "_prepare_known", lambda *_given: {}),
        ):
            by_odoo = self._entries(vouchers)
        self.assertTrue(all(by_odoo[0]))
        self.assertEqual(together, by_odoo)
        return together

    def test_entries_as_odoo_makes_them(self):
        """S4.8, S4.22: every stored field of entries and legs, numbers that follow each other without a gap."""
        vouchers = self._vouchers(self._customers(41, self.eur), self.eur)
        _rows, names, _standard = self._assert_as_by_odoo(vouchers)
        numbers = [int(name.rsplit("/", 1)[1]) for name in names]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(vouchers))))

    def test_numbers_go_on(self):
        """S4.22: after entries of that journal, with a form of its own, and in a year that has none yet."""
        for seed, last, form in ((43, LAST, "XJ-2024-007"), (44, "2025-04-30", None)):
            customers = self._customers(seed, self.eur, count=3)
            vouchers = self._vouchers(customers, self.eur)
            vouchers.date = last
            if form:
                item = self._item(10, LAST)
                first = item.move_id.copy({"date": LAST, "journal_id": vouchers[0].journal_id.id})
                first.name = form
                first.action_post()
            _rows, names, _standard = self._assert_as_by_odoo(vouchers)
            self.assertEqual(len(set(names)), 3)
            if form:
                self.assertEqual(names, ["XJ-2024-008", "XJ-2024-009", "XJ-2024-010"])

    def test_fiscal_positions_and_distributions(self):
        """S4.29: a customer's fiscal position and analytic distribution are in its entry, as Odoo finds them."""
        customers = self._customers(45, self.eur, count=4)
        position = self.env["account.fiscal.position"].create({"name": "Abroad", "company_id": self.company.id})
        customers[1][0].property_account_position_id = position
        customers[2][0].country_id = self.env.ref("base.de")
        self.env["res.partner"].create(
            {
                "parent_id": customers[3][0].id,
                "type": "delivery",
                "name": "Gate",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        vouchers = self._vouchers(customers, self.eur)
        self._assert_as_by_odoo(vouchers)
        plan = self.env["account.analytic.plan"].create({"name": "Costs"})
        center = self.env["account.analytic.account"].create({"name": "North", "plan_id": plan.id})
        self.env["account.analytic.distribution.model"].create(
            {"partner_id": customers[0][0].id, "analytic_distribution": {center.id: 100}, "company_id": self.company.id}
        )
        rows, _names, _standard = self._assert_as_by_odoo(vouchers)
        self.assertTrue(any(leg["analytic_distribution"] for legs in rows[1:] for leg in legs))

    def test_known_of_a_leg(self):
        """S4.8: these addons have no part in the values of a leg, so that Odoo need not compute them one by one; where an
        addon may have one, it does."""
        lines = self.env["account.move.line"]
        voucher = self._vouchers(self._customers(48, self.eur, count=1), self.eur)
        computed = {"tax_ids", "price_unit", "quantity", "journal_id"}
        with engine(known={}):
            self.assertLessEqual(computed, lines._prepare_known(voucher, {}).keys())
            self.assertTrue(computed.isdisjoint(lines._prepare_known(voucher, {"tax_ids": []})))
        with engine(known={}), patch.object(account_move_set, "KNOWN_ADDONS", ("another",)):
            self.assertTrue(computed.isdisjoint(lines._prepare_known(voucher, {})))

    def test_rates_of_many_days(self):
        """S2.25: the rates of many days are what each day by itself gives, none where there is none yet."""
        cad = self._currency("CAD", _2024_01_20=1.4, _2024_02_20=1.5)
        self.env["res.currency.rate"].create(
            {"currency_id": self.eur.id, "name": "2024-01-25", "rate": 0.91, "company_id": False}
        )
        lines, own = self.env["adjustment.voucher.line"], self.company.currency_id
        days = [date(2022, 12, 31), date(2023, 1, 1), date(2024, 1, 15), date(2024, 1, 25), date(2024, 2, 29)]
        for target in (own, cad, self.eur):
            found = lines._get_rates_of(self.eur | cad | own, target, self.company, days)
            for (currency, day), rate in found.items():
                single = lines._get_rate(self.env["res.currency"].browse(currency), target, self.company, day)
                self.assertEqual(rate, single, (currency, target.name, day))
        self.assertEqual(len(found), 15)

    def test_queries_do_not_grow(self):
        """S4.8: in foreign currency a customer more costs a number of its sequence, and what the ORM writes of it."""
        counts = [
            self._queries_to_authorize(self._vouchers(self._customers(47, self.eur, count=count), self.eur))
            for count in (3, 6)
        ]
        self.assertLessEqual(counts[1] - counts[0], 3 + 6)
