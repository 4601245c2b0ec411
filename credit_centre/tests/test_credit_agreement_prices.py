"""Agreed prices: what counts on which day, for whom."""

from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
class TestAgreementPrices(AgreementCase):
    def test_agreed_prices_count_for_a_plain_salesperson(self):
        """S3.28, S3.29: a new price, a discount for a product, one for a category, one for all else."""
        self._agreement(
            self._line(self.desk, price=80),
            self._line(self.desk, price=70, quantity=10),
            Command.create({"scope": "category", "categ_id": self.category.id, "kind": "discount", "discount": 20}),
            discount=10,
        )
        lines = [(self.desk, 1), (self.desk, 10), (self.chair, 1), (self.lamp, 1)]
        order = self._quotation(*lines, user=self.users["hub_sales"])
        self.assertEqual(self._prices(order), [80, 70, 40, 18])

    def test_the_settings_of_price_lists_and_discounts_make_no_difference(self):
        """S3.9: the net price is the same whatever groups are switched on."""
        self._agreement(
            self._line(self.desk, price=80), self._line(self.chair, kind="discount", discount=20), discount=10
        )
        groups = self.env.ref("product.group_product_pricelist"), self.env.ref("sale.group_discount_per_so_line")
        employees = self.env.ref("base.group_user")
        for pricelists in (False, True):
            for discounts in (False, True):
                for group, on in zip(groups, (pricelists, discounts), strict=True):
                    employees.implied_ids = [Command.link(group.id) if on else Command.unlink(group.id)]
                    if not on:
                        group.user_ids = [Command.clear()]
                self.env.invalidate_all()
                order = self._quotation((self.desk, 1), (self.chair, 1), (self.lamp, 1), user=self.users["hub_sales"])
                self.assertEqual(self._prices(order), [80, 40, 18], (pricelists, discounts))
                self.assertEqual(order.order_line[1].discount, 20 if discounts else 0, (pricelists, discounts))

    def test_discounts_are_taken_off_the_ordinary_price_list(self):
        """S1.11, S3.9: what no line names has the customer's own prices; a discount is taken off them."""
        self._use_pricelists()
        ordinary = self._pricelist("Ordinary", 90)
        self.customer.property_product_pricelist = ordinary
        agreement = self._agreement(self._line(self.chair, kind="discount", discount=10))
        order = self._quotation((self.chair, 1), (self.lamp, 1))
        self.assertEqual(self._prices(order), [40.5, 18])
        self.assertEqual(self.customer.property_product_pricelist, ordinary, "the customer's own stands as before")
        self.customer.property_product_pricelist = self._pricelist("Better", 50)
        self.assertEqual(agreement.ordinary_pricelist_id.name, "Better")
        self.assertEqual(self._prices(self._quotation((self.chair, 1), (self.lamp, 1))), [22.5, 10])
        late = self._quotation((self.chair, 1), day=date(2026, 4, 1))
        self.assertEqual((self._prices(late), late.pricelist_id.name), ([25], "Better"))

    def _use_pricelists(self):
        self.env.ref("base.group_user").implied_ids = [Command.link(self.env.ref("product.group_product_pricelist").id)]

    def _pricelist(self, name, percent):
        item = {"compute_price": "percentage", "percent_price": 100 - percent, "applied_on": "3_global"}
        vals = {"name": name, "company_id": self.company.id, "currency_id": self.company.currency_id.id}
        return self.env["product.pricelist"].create({**vals, "item_ids": [Command.create(item)]})

    def test_a_chosen_price_list_is_the_base(self):
        base = self._pricelist("Wholesale", 60)
        self._agreement(self._line(self.desk, kind="discount", discount=50), base_pricelist_id=base.id)
        self.assertEqual(self._prices(self._quotation((self.desk, 1), (self.lamp, 1))), [30, 12])

    def test_nobody_else_gets_the_agreed_prices(self):
        """An agreement's price list is never the one that customers get for want of their own."""
        self._use_pricelists()
        self.env["product.pricelist"].search([]).active = False
        agreement = self._agreement(self._line(self.desk, price=80))
        self.assertFalse(self.other.property_product_pricelist)
        order = self._quotation((self.desk, 1), partner=self.other)
        self.assertEqual((self._prices(order), order.credit_agreement_id.id), ([100], False))
        with self.assertRaisesRegex(ValidationError, "was agreed with another customer"):
            order.pricelist_id = agreement.pricelist_id
        self.other.specific_property_product_pricelist = agreement.pricelist_id
        self.assertFalse(self.other.property_product_pricelist)

    def test_both_edges_belong_to_the_agreement(self):
        """Inclusive dates, in the time zone of the company."""
        agreement = self._agreement(self._line(self.desk, price=80))
        found = {}
        for day in (self.start - timedelta(1), self.start, self.end, self.end + timedelta(1)):
            order = self._quotation((self.desk, 1), day=day)
            found[day.isoformat()] = (self._prices(order)[0], order.credit_agreement_id == agreement)
        expected = {
            "2026-02-28": (100, False),
            "2026-03-01": (80, True),
            "2026-03-31": (80, True),
            "2026-04-01": (100, False),
        }
        self.assertEqual(found, expected)
        for moment, price in (("2026-03-01 00:00:00", 80), ("2026-03-31 23:59:59", 80), ("2026-02-28 23:59:59", 100)):
            order = self._quotation((self.desk, 1), date_order=fields.Datetime.to_datetime(moment))
            self.assertEqual(self._prices(order), [price], moment)

    def test_the_day_is_that_of_the_company(self):
        self.company.partner_id.tz = "Australia/Sydney"
        self._agreement(self._line(self.desk, price=80))
        for moment, price in (("2026-02-28 13:30:00", 80), ("2026-02-28 12:30:00", 100), ("2026-03-31 13:30:00", 100)):
            order = self._quotation((self.desk, 1), date_order=fields.Datetime.to_datetime(moment))
            self.assertEqual(self._prices(order), [price], moment)

    def test_contacts_and_addresses_follow_the_customer(self):
        self._agreement(self._line(self.desk, price=80))
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        self.assertEqual(self._prices(self._quotation((self.desk, 1), partner=contact)), [80])
        with self.assertRaisesRegex(ValidationError, "choose its company Hub Customer"):
            self._agreement(self._line(self.desk, price=1), partner_id=contact.id)

    def test_the_currency_of_the_agreement_is_that_of_the_quotation(self):
        """Multi-currency: agreed in euro, ordinary prices converted."""
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        self._agreement(self._line(self.desk, price=80), discount=10, currency_id=euro.id)
        order = self._quotation((self.desk, 1), (self.lamp, 1))
        self.assertEqual((order.currency_id, self._prices(order)), (euro, [80, 36]))

    def test_an_archived_product_is_no_obstacle(self):
        agreement = self._agreement(self._line(self.desk, price=80), self._line(self.chair, price=30))
        self.desk.action_archive()
        agreement.line_ids[1].price = 35
        domain = [("pricelist_id", "=", agreement.pricelist_id.id), ("compute_price", "=", "fixed")]
        items = self.env["product.pricelist.item"].search(domain)
        self.assertEqual(sorted(items.mapped("fixed_price")), [35, 80])
        self.assertEqual(self._prices(self._quotation((self.chair, 1))), [35])

    def test_a_variant_has_its_own_price(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [Command.create({"name": name}) for name in ("S", "L")]}
        )
        line = {"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]}
        shirt = self.env["product.template"].create(
            {"name": "Shirt", "list_price": 20, "taxes_id": False, "attribute_line_ids": [Command.create(line)]}
        )
        small, large = shirt.product_variant_ids
        agreement = self._agreement(Command.create({"product_id": large.id, "price": 12}))
        self.assertEqual(agreement.line_ids.product_tmpl_id, large.product_tmpl_id)
        self.assertEqual(self._prices(self._quotation((small, 1), (large, 1))), [20, 12])

    def test_an_added_line_counts_at_once_and_is_told(self):
        agreement = self._agreement(self._line(self.desk, price=80))
        revision = agreement.revision
        agreement.write(
            {"line_ids": [self._line(self.lamp, price=15), Command.update(agreement.line_ids.id, {"price": 75})]}
        )
        self.assertEqual(agreement.revision, revision + 1)
        self.assertEqual(self._prices(self._quotation((self.desk, 1), (self.lamp, 1))), [75, 15])
        told = agreement.message_ids[0].body
        self.assertIn("Added: Agreed Lamp at", told)
        self.assertIn("Changed: Agreed Desk at", told)
        agreement.line_ids[0].unlink()
        self.assertIn("Removed: Agreed Desk at", agreement.message_ids[0].body)
        self.assertEqual(self._prices(self._quotation((self.desk, 1))), [100])

    def test_the_lookup_uses_its_index(self):
        """With 100,000 agreements a quotation finds the one of its customer by an index, not by reading them all."""
        self._agreement(self._line(self.desk, price=80))
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM credit_agreement WHERE partner_id IN %s AND company_id IN %s "
            "AND state IN ('active', 'expired') AND date_start <= %s AND (date_end IS NULL OR date_end >= %s)",
            [(self.customer.id,), (self.company.id,), self.start, self.start],
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("credit_agreement_binding_idx", plan)

    def test_a_quotation_of_fifty_lines_costs_no_more_than_with_a_price_list(self):
        """Pricing by an agreement asks as often per line as Odoo's own price list on a price list does."""
        self._use_pricelists()
        base, products = self._pricelist("Base", 90), [self._product(f"P{n}", 10.0 + n) for n in range(50)]
        chain = {"base": "pricelist", "base_pricelist_id": base.id, "percent_price": 10, "compute_price": "percentage"}
        own = self._pricelist("Own", 100)
        own.item_ids = [Command.clear(), Command.create({**chain, "applied_on": "3_global"})]
        self.other.property_product_pricelist = own
        self._agreement(self._line(self.desk, price=80), discount=10, base_pricelist_id=base.id)

        def queries(partner, count):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order = self._quotation(*((product, 1) for product in products[:count]), partner=partner)
            self.env.flush_all()
            self.assertAlmostEqual(order.amount_untaxed, sum(range(10, 10 + count)) * 0.81, 1)
            return self.env.cr.sql_log_count - before

        for partner in (self.customer, self.other):
            queries(partner, 2)  # warm
        agreed = queries(self.customer, 50) - queries(self.customer, 10)
        ordinary = queries(self.other, 50) - queries(self.other, 10)
        self.assertLessEqual(agreed, ordinary + 5)

    def test_fifty_lines_cost_no_query_per_agreement_line(self):
        """The agreement of an order is looked up once, however many orders there are."""
        self._agreement(self._line(self.desk, price=80))
        agreements = self.env["credit.agreement"]
        for count in (3, 30):
            partners = self.env["res.partner"].create([{"name": f"Q {n}"} for n in range(count)]) | self.customer
            keys = [(partner, self.company, date(2026, 3, 5)) for partner in partners]
            partners.mapped("commercial_partner_id")
            agreements._get_agreements(keys)
            self.env.flush_all()
            self.env.invalidate_all()
            partners.mapped("commercial_partner_id.name"), self.company.root_id
            with self.assertQueryCount(2):
                agreements._get_agreements(keys)
