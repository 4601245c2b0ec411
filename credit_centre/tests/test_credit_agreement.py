"""Agreements with customers: what counts on which day, for whom, and who may change it."""

from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tests.common import new_test_user
from odoo.tools import mute_logger

from .common import CreditCentreCommon


class AgreementCase(CreditCentreCommon):
    freeze_time = freeze_time("2026-03-10 12:00:00")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("sales_team.group_sale_manager", "credit_hold.group_credit_manager", "product.group_product_manager")
        cls.env.user.group_ids = [Command.link(cls.env.ref(name).id) for name in names]
        cls.company.partner_id.tz = "UTC"
        cls.category = cls.env["product.category"].create({"name": "Agreed Category"})
        cls.desk = cls._product("Agreed Desk", 100.0)
        cls.chair = cls._product("Agreed Chair", 50.0, categ_id=cls.category.id)
        cls.lamp = cls._product("Agreed Lamp", 20.0)
        cls.start, cls.end = date(2026, 3, 1), date(2026, 3, 31)
        cls.customer.user_id = cls.users["hub_sales"]

    @classmethod
    def _product(cls, name, price, **values):
        vals = {"name": name, "list_price": price, "type": "service", "taxes_id": [Command.clear()], **values}
        return cls.env["product.product"].create(vals)

    @classmethod
    def _line(cls, product=None, **values):
        scope = "product" if product else "all"
        vals = {"scope": scope, "product_tmpl_id": product and product.product_tmpl_id.id, **values}
        return Command.create(vals)

    @classmethod
    def _agreement(cls, *lines, active=True, **values):
        vals = {
            "name": "Yearly prices",
            "partner_id": cls.customer.id,
            "company_id": cls.company.id,
            "date_start": cls.start,
            "date_end": cls.end,
            "line_ids": list(lines),
            **values,
        }
        agreement = cls.env["credit.agreement"].create(vals)
        if active:
            agreement.action_activate()
        return agreement

    @classmethod
    def _quotation(cls, *lines, day=None, partner=None, user=None, **values):
        """:param lines: (product, quantity)"""
        vals = {
            "partner_id": (partner or cls.customer).id,
            "company_id": cls.company.id,
            "date_order": datetime.combine(day or date(2026, 3, 10), datetime.min.time()) + timedelta(hours=12),
            "order_line": [Command.create({"product_id": p.id, "product_uom_qty": q}) for p, q in lines],
            **values,
        }
        return cls.env["sale.order"].with_user(user or cls.env.user).create(vals)

    def _prices(self, order):
        return [round(line.price_subtotal / line.product_uom_qty, 2) for line in order.order_line]


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
        """S3.9: what no line names has the customer's own prices; a discount is taken off them."""
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


@tagged("post_install", "-at_install")
class TestAgreementTerms(AgreementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_term, cls.agreed_term = cls.pay_terms_a, cls.pay_terms_b
        cls.customer.property_payment_term_id = cls.own_term
        cls.position = cls.env["account.fiscal.position"].create({"name": "Agreed", "company_id": cls.company.id})
        cls.method = cls.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        cls.terms = {
            "payment_term_id": cls.agreed_term.id,
            "fiscal_position_id": cls.position.id,
            "payment_method_line_id": cls.method.id,
        }

    def _terms(self, document):
        term = document.payment_term_id if document._name == "sale.order" else document.invoice_payment_term_id
        return term, document.fiscal_position_id, document.preferred_payment_method_line_id

    def test_terms_take_effect_and_end_by_themselves(self):
        """S3.7, S3.8, S3.30, S1.12: terms, method and tax treatment while it lasts; the customer's own stand."""
        agreement = self._agreement(**self.terms)
        agreed = self.agreed_term, self.position, self.method
        order = self._quotation((self.desk, 1))
        self.assertEqual((self._terms(order), order.credit_agreement_id), (agreed, agreement))
        after = self._quotation((self.desk, 1), day=date(2026, 4, 1))
        self.assertEqual(self._terms(after), (self.own_term, self.position.browse(), self.method.browse()))
        self.assertEqual(self.customer.property_payment_term_id, self.own_term)

    def test_invoice_of_an_order_has_its_agreement(self):
        """S1.9: invoices of an order made under the agreement, also after its end; orders without stay without."""
        agreement = self._agreement(self._line(self.desk, price=80), **self.terms)
        order = self._quotation((self.desk, 2))
        without = self._quotation((self.desk, 1), day=date(2026, 2, 2))
        for confirmed in order | without:
            confirmed.action_confirm()
            confirmed.order_line.qty_delivered = confirmed.order_line.product_uom_qty
        self.assertFalse(without._create_invoices().credit_agreement_id)
        with freeze_time("2026-04-10 12:00:00"):
            invoice = order._create_invoices()
            invoice.action_post()
        self.assertEqual((invoice.credit_agreement_id, invoice.amount_untaxed), (agreement, 160))
        self.assertEqual(self._terms(invoice), (self.agreed_term, self.position, self.method))

    def test_invoice_without_an_order_follows_its_day(self):
        agreement = self._agreement(self._line(self.desk, price=80), discount=10, **self.terms)

        def bill(day):
            lines = [Command.create({"product_id": product.id}) for product in (self.desk, self.lamp)]
            vals = {"move_type": "out_invoice", "partner_id": self.customer.id, "invoice_date": day}
            return self.env["account.move"].create({**vals, "invoice_line_ids": lines})

        invoice = bill(self.end)
        self.assertEqual((invoice.credit_agreement_id, invoice.amount_untaxed), (agreement, 98))
        self.assertEqual(self._terms(invoice), (self.agreed_term, self.position, self.method))
        invoice.action_post()
        self.assertEqual(self._terms(invoice), (self.agreed_term, self.position, self.method))
        later = bill(self.end + timedelta(1))
        self.assertEqual((later.credit_agreement_id.id, later.amount_untaxed), (False, 120))
        self.assertEqual(later.invoice_payment_term_id, self.own_term)
        refund = invoice._reverse_moves([{"invoice_date": self.end}])
        self.assertEqual(refund.credit_agreement_id, agreement)
        bills = self.env["account.move"].create({"move_type": "in_invoice", "partner_id": self.customer.id})
        self.assertFalse(bills.credit_agreement_id)

    def test_quantity_on_an_invoice_has_its_agreed_price(self):
        self._agreement(self._line(self.desk, price=80), self._line(self.desk, price=70, quantity=10))
        move = Form(self.env["account.move"].with_context(default_move_type="out_invoice"))
        move.invoice_date = "2026-03-10"
        move.partner_id = self.customer
        with move.invoice_line_ids.new() as line:
            line.product_id = self.desk
            self.assertEqual(line.price_unit, 80)
            line.quantity = 10
            self.assertEqual(line.price_unit, 70)
            line.price_unit = 75
            line.quantity = 1
            self.assertEqual(line.price_unit, 75, "entered by hand")
        self.assertEqual(move.save().amount_untaxed, 75)

    def test_confirming_keeps_what_was_entered_by_hand(self):
        """Neither the date set by confirming nor a later look changes terms chosen for one order."""
        self._agreement(self._line(self.desk, price=80), **self.terms)
        order = self._quotation((self.desk, 1))
        order.payment_term_id = self.own_term
        order.order_line.price_unit = 79
        order.action_confirm()
        self.assertEqual((order.payment_term_id, order.order_line.price_unit), (self.own_term, 79))

    def test_customer_data_fill_in(self):
        """S3.5, S3.6: chosen from a list, name, billing address and agreed terms are there at once."""
        agreement = self._agreement(self._line(self.desk, price=80), **self.terms)
        address = self.env["res.partner"].create(
            {"name": "Billing", "type": "invoice", "parent_id": self.customer.id, "street": "1 Bill Road"}
        )
        found = self.env["res.partner"].with_user(self.users["hub_sales"]).name_search("Hub Cust")
        self.assertIn(self.customer.id, [partner_id for partner_id, _name in found])
        with freeze_time("2026-03-15"):
            form = Form(self.env["sale.order"].with_user(self.users["hub_sales"]))
            form.partner_id = self.customer
            self.assertEqual(form.partner_invoice_id, address)
            self.assertEqual(form.credit_agreement_id, agreement)
            self.assertEqual(form.payment_term_id, self.agreed_term)
            with form.order_line.new() as line:
                line.product_id = self.desk
                self.assertEqual(line.price_unit, 80)
            order = form.save()
        self.assertEqual((order.credit_agreement_id.id, order.amount_untaxed), (agreement.id, 80))

    def test_own_terms_price_list_and_method_without_an_agreement(self):
        """S3.7, S3.8: Odoo's own settings per customer work as ever."""
        self.customer.property_inbound_payment_method_line_id = self.method
        order = self._quotation((self.desk, 1))
        self.assertEqual(self._terms(order), (self.own_term, self.position.browse(), self.method))
        self.assertFalse(order.credit_agreement_hint)

    def test_the_credit_check_sees_the_agreed_amounts(self):
        """S1.13: an order that fits only at the agreed price goes through."""
        self.customer.write({"credit_limit_mode": "own", "credit_limit": 90})
        held = self._quotation((self.desk, 1), day=date(2026, 2, 1))
        held.action_confirm()
        self.assertEqual((held.state, held.credit_status), ("draft", "hold"))
        self._agreement(self._line(self.desk, price=80))
        order = self._quotation((self.desk, 1))
        order.action_confirm()
        self.assertEqual((order.state, order.amount_total), ("sale", 80))


@tagged("post_install", "-at_install")
class TestAgreementLife(AgreementCase):
    def test_overlap_is_refused_in_one_sentence(self):
        """A customer has one agreement at a time; the sentence names the other one and its days."""
        first = self._agreement(self._line(self.desk, price=80))
        second = self._agreement(self._line(self.lamp, price=8), date_start=self.end, date_end=False, active=False)
        with self.assertRaisesRegex(UserError, rf"{first.number}.*from 03/01/2026 to 03/31/2026") as caught:
            second.action_activate()
        self.assertIn("from 03/31/2026 until cancelled", str(caught.exception))
        self.assertEqual(second.state, "draft")
        second.date_start = self.end + timedelta(1)
        second.action_activate()
        with self.assertRaisesRegex(UserError, second.number):
            first.date_end = self.end + timedelta(1)
        self.assertEqual(self._quotation((self.lamp, 1), day=date(2027, 1, 1)).credit_agreement_id, second)
        self._agreement(self._line(self.desk, price=80), partner_id=self.other.id)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_what_two_people_do_at_once(self):
        self._agreement(self._line(self.desk, price=80))
        second = self._agreement(self._line(self.lamp, price=8), active=False)
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.env.cr.execute("UPDATE credit_agreement SET state = 'active' WHERE id = %s", [second.id])
        self.assertIn("one_at_a_time", str(caught.exception))

    def test_the_dates_decide_daily(self):
        agreement = self._agreement(self._line(self.desk, price=80))
        self.assertEqual(agreement.state, "active")
        with freeze_time("2026-03-31 12:00:00"):
            running = self._agreement(self._line(self.lamp, price=8), partner_id=self.other.id)
            self.env["credit.agreement"]._cron_daily()
            self.assertEqual((running.state, running.standing, running.period_text), ("active", "running", "Last day"))
        with freeze_time("2026-04-01 12:00:00"):
            self.env["credit.agreement"]._cron_daily()
            running.invalidate_recordset()
            self.assertEqual((running.state, running.standing), ("expired", "over"))
            with self.assertRaisesRegex(UserError, "renew it"):
                running.line_ids.price = 7
            with self.assertRaisesRegex(UserError, "renew it"):
                running.date_end = False

    def test_reminder_comes_once_and_again_for_a_new_end(self):
        with freeze_time("2026-03-05 12:00:00"):
            agreement = self._agreement(self._line(self.desk, price=80), user_id=self.users["hub_manager"].id)
            agreement.reminder_days = 10
            self.env["credit.agreement"]._cron_daily()
            self.assertFalse(agreement.activity_ids)
        with freeze_time("2026-03-21 12:00:00"):
            self.env["credit.agreement"]._cron_daily()
            self.env["credit.agreement"]._cron_daily()
            activity = agreement.activity_ids
            self.assertEqual((activity.user_id, activity.date_deadline), (self.users["hub_manager"], self.end))
            self.assertIn("Renew or let end", activity.summary)
            agreement.date_end = self.end - timedelta(2)
            self.env["credit.agreement"]._cron_daily()
            self.assertEqual(len(agreement.activity_ids), 2)

    def test_renewal_is_a_draft_of_the_next_period(self):
        with freeze_time("2026-03-21 12:00:00"):
            agreement = self._agreement(self._line(self.desk, price=80), discount=4)
            action = agreement.action_renew()
            renewal = agreement.browse(action["res_id"])
            self.assertEqual((renewal.date_start, renewal.date_end), (date(2026, 4, 1), date(2026, 4, 30)))
            self.assertEqual((renewal.state, renewal.discount, renewal.line_ids.price), ("draft", 4, 80))
            self.assertFalse(renewal.pricelist_id)
            self.assertEqual(agreement.action_renew()["res_id"], renewal.id, "asked again: the same one")
            self.assertNotEqual(renewal.number, agreement.number)
            renewal.action_activate()
        self.assertEqual(self._quotation((self.desk, 1), day=date(2026, 4, 1)).credit_agreement_id, renewal)
        endless = self._agreement(discount=1, partner_id=self.other.id, date_end=False)
        with self.assertRaisesRegex(UserError, "first say when it ends"):
            endless.action_renew()

    def test_cancelling_asks_for_a_reason_and_counts_at_once(self):
        with freeze_time("2026-03-10 12:00:00"):
            agreement = self._agreement(self._line(self.desk, price=80))
            order = self._quotation((self.desk, 1))
            for reason in ("", "  ", None, 7, True):
                with self.assertRaisesRegex(UserError, "say why"):
                    agreement.action_cancel(reason)
            wizard = self.env["credit.agreement.cancel"].create(
                {"agreement_ids": [Command.set(agreement.ids)], "reason": "Sold their shops"}
            )
            wizard.action_cancel()
            self.assertEqual((agreement.state, agreement.cancel_reason), ("cancelled", "Sold their shops"))
            self.assertEqual(self._prices(self._quotation((self.desk, 1))), [100])
            self.assertEqual((self._prices(order), order.credit_agreement_id), ([80], agreement))
            with self.assertRaisesRegex(UserError, "draft or active"):
                agreement.action_cancel("Again")
        with self.assertRaisesRegex(UserError, "only drafts can be deleted"):
            agreement.unlink()

    def test_a_quotation_tells_when_the_agreement_has_changed(self):
        """A hint and one button: prices, terms and date of today."""
        with freeze_time("2026-03-10 12:00:00"):
            order = self._quotation((self.desk, 1))
            self.assertFalse(order.credit_agreement_hint)
            agreement = self._agreement(self._line(self.desk, price=80), payment_term_id=self.pay_terms_b.id)
            order.invalidate_recordset()
            self.assertIn("does not have its prices", order.credit_agreement_hint)
            order.action_apply_agreement()
            self.assertEqual((self._prices(order), order.credit_agreement_id), ([80], agreement))
            self.assertEqual(order.payment_term_id, self.pay_terms_b)
            self.assertFalse(order.credit_agreement_hint)
            agreement.line_ids.price = 70
            order.invalidate_recordset()
            self.assertIn("other prices or terms", order.credit_agreement_hint)
            order.action_update_prices()
            self.assertEqual((self._prices(order), order.credit_agreement_hint), ([70], False))
            order.date_order = datetime(2026, 5, 1)
            self.assertEqual(order.credit_agreement_id.id, False)
            order.date_order = datetime(2026, 3, 10)
            self.assertEqual(order.credit_agreement_id, agreement)
        with freeze_time("2026-04-10 12:00:00"):
            order.invalidate_recordset()
            self.assertIn("ended on 03/31/2026", order.credit_agreement_hint)
            order.action_apply_agreement()
            self.assertEqual((self._prices(order), order.credit_agreement_id.id), ([100], False))
            self.assertFalse(order.credit_agreement_hint)
            order.action_confirm()
            with self.assertRaisesRegex(UserError, "choose a quotation"):
                order.action_apply_agreement()

    def test_a_copy_gets_the_prices_that_count_now(self):
        with freeze_time("2026-03-10 12:00:00"):
            agreement = self._agreement(self._line(self.desk, price=80), payment_term_id=self.pay_terms_b.id)
            order = self._quotation((self.desk, 1))
            self.assertEqual(order.copy().credit_agreement_id, agreement)
        with freeze_time("2026-04-10 12:00:00"):
            copied = order.copy()
            self.assertEqual((self._prices(copied), copied.credit_agreement_id.id), ([100], False))
            self.assertNotEqual(copied.pricelist_id, agreement.pricelist_id)
            self.assertNotEqual(copied.payment_term_id, self.pay_terms_b)

    def test_an_empty_agreement_is_not_activated(self):
        with self.assertRaisesRegex(UserError, "first enter what was agreed"):
            self._agreement()

    def test_merging_customers_asks_which_agreement_stays(self):
        one = self._agreement(self._line(self.desk, price=80))
        other = self._agreement(self._line(self.desk, price=70), partner_id=self.other.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        both = (self.customer | self.other).ids
        with self.assertRaisesRegex(UserError, "first end or cancel AGR"):
            wizard._merge(both, self.customer, extra_checks=False)
        other.action_cancel("Merged")
        wizard._merge(both, self.customer, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(one.partner_id, self.customer)
        self.assertEqual(self._prices(self._quotation((self.desk, 1))), [80])


@tagged("post_install", "-at_install")
class TestAgreementInput(AgreementCase):
    @mute_logger("odoo.sql_db")
    def test_bad_input_gets_one_sentence(self):
        """NaN, infinity, negative and too large values, dates the wrong way round, nothing chosen."""
        nan, inf = float("nan"), float("inf")
        for value in (nan, inf, -inf, -1, 101):
            with self.assertRaisesRegex(ValidationError, "percentage from 0 to 100"), self.env.cr.savepoint():
                self._agreement(discount=value, active=False)
        for value in (nan, inf, -1):
            for name in ("price", "quantity"):
                with self.assertRaisesRegex(ValidationError, "plain number"), self.env.cr.savepoint():
                    self._agreement(self._line(self.desk, **{"price": 1, name: value}), active=False)
        for value in (nan, -1, 101):
            with self.assertRaisesRegex(ValidationError, "from 0 to 100"), self.env.cr.savepoint():
                self._agreement(self._line(self.desk, kind="discount", discount=value), active=False)
        refused = {
            "choose the product or category": self._line(price=1, scope="product", product_tmpl_id=False),
            "for all products give a discount": self._line(price=1),
            "a percentage above 0": self._line(self.desk, kind="discount"),
        }
        for sentence, line in refused.items():
            with self.assertRaisesRegex(ValidationError, sentence), self.env.cr.savepoint():
                self._agreement(line, active=False)
        with self.assertRaisesRegex(ValidationError, "there are two"), self.env.cr.savepoint():
            self._agreement(self._line(self.desk, price=1), self._line(self.desk, price=2), active=False)
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self._agreement(discount=1, date_end=self.start - timedelta(1), active=False)
        self.assertIn("dates", str(caught.exception))
        with self.assertRaisesRegex(ValidationError, "number of days"), self.env.cr.savepoint():
            self._agreement(discount=1, reminder_days=-1, active=False)

    def test_state_and_price_list_are_set_by_the_agreement_alone(self):
        agreement = self._agreement(self._line(self.desk, price=80))
        for vals in ({"state": "draft"}, {"pricelist_id": False}, {"revision": 9}, {"number": "X"}):
            with self.assertRaisesRegex(AccessError, "use the buttons"):
                agreement.write(vals)
        created = (
            self.env["credit.agreement"]
            .with_context(default_state="active", default_revision=7)
            .create({"name": "Sly", "partner_id": self.other.id, "discount": 3})
        )
        self.assertEqual((created.state, created.revision), ("draft", 0))
        item = self.env["product.pricelist.item"].search([("pricelist_id", "=", agreement.pricelist_id.id)], limit=1)
        for attempt in (
            lambda: item.write({"fixed_price": 1}),
            lambda: item.unlink(),
            lambda: item.copy(),
            lambda: agreement.pricelist_id.action_archive(),
            lambda: agreement.pricelist_id.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "change the lines of the agreement"), self.env.cr.savepoint():
                attempt()
        order = self._quotation((self.desk, 1), partner=self.other)
        with self.assertRaisesRegex(AccessError, "choose its customer and date"):
            order.credit_agreement_id = agreement
        with self.assertRaises(AccessError):
            self._quotation((self.desk, 1), credit_agreement_id=agreement.id)
        sly = self.env["sale.order"].with_context(default_credit_agreement_id=agreement.id)
        self.assertFalse(sly.create({"partner_id": self.other.id}).credit_agreement_id)

    def test_parties_are_settled_by_activating(self):
        agreement = self._agreement(discount=3)
        with self.assertRaisesRegex(UserError, "renew it"):
            agreement.partner_id = self.other
        agreement.write({"partner_id": self.customer.id, "discount": 4})
        self.assertEqual(self._prices(self._quotation((self.desk, 1))), [96])


@tagged("post_install", "-at_install")
class TestAgreementRoles(AgreementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = {
            "agr_sale_manager": "sales_team.group_sale_manager",
            "agr_all_leads": "sales_team.group_sale_salesman_all_leads",
            "agr_auditor": "account.group_account_readonly",
            "agr_nobody": "base.group_user",
        }
        for login, names in groups.items():
            user = new_test_user(cls.env, login, groups=f"base.group_user,{names}", company_id=cls.company.id)
            cls.users[login] = user
        cls.mine = cls._agreement(cls._line(cls.desk, price=80))
        cls.others = cls._agreement(cls._line(cls.desk, price=60), partner_id=cls.other.id)

    def test_who_reads(self):
        """Credit, billing, auditors and sales leads all; a salesperson those of own customers; others none."""
        everything = self.mine | self.others
        readers = ("hub_manager", "hub_viewer", "hub_accountant", "agr_auditor", "agr_all_leads", "agr_sale_manager")
        domain = [("id", "in", everything.ids)]
        for login in readers:
            found = self.env["credit.agreement"].with_user(self.users[login]).search(domain)
            self.assertEqual(found, everything, login)
            self.assertEqual(len(found.line_ids), 2, login)
            found.read(["period_text", "order_count", "invoice_count"])
        sales = self.env["credit.agreement"].with_user(self.users["hub_sales"])
        self.assertEqual(sales.search(domain), self.mine)
        self.assertEqual(sales.line_ids.search([("agreement_id", "in", everything.ids)]).agreement_id, self.mine)
        with self.assertRaises(AccessError):
            self.env["credit.agreement"].with_user(self.users["agr_nobody"]).search(domain)

    def test_who_writes(self):
        for login in ("hub_viewer", "hub_accountant", "agr_auditor", "agr_all_leads", "hub_sales"):
            agreement = self.mine.with_user(self.users[login])
            for attempt in (
                lambda agreement=agreement: agreement.write({"discount": 5}),
                lambda agreement=agreement: agreement.line_ids.write({"price": 5}),
                lambda agreement=agreement: agreement.action_cancel("No"),
                lambda agreement=agreement: agreement.action_renew(),
                lambda agreement=agreement: agreement.copy(),
                lambda agreement=agreement: agreement.action_activate(),
            ):
                with self.assertRaises(AccessError, msg=login):
                    attempt()

    def test_managers_keep_agreements_without_rights_on_price_lists(self):
        self.env["sale.order"].flush_model()
        for login in ("hub_manager", "agr_sale_manager"):
            user = self.users[login]
            partner = self.env["res.partner"].create({"name": f"For {login}"})
            agreement = (
                self.env["credit.agreement"]
                .with_user(user)
                .create(
                    {
                        "name": "By a manager",
                        "partner_id": partner.id,
                        "date_start": self.start,
                        "line_ids": [self._line(self.desk, price=55)],
                    }
                )
            )
            agreement.action_activate()
            self.assertEqual(self._prices(self._quotation((self.desk, 1), partner=partner)), [55], login)
            agreement.action_cancel("Tried")

    def test_a_salesperson_sees_the_effect_for_any_customer(self):
        user = self.users["hub_sales"]
        order = self._quotation((self.desk, 1), partner=self.other, user=user)
        self.assertEqual(self._prices(order), [60])
        self.assertTrue(order.credit_agreement_id.display_name, "who made the order may open the agreement")
        self.assertEqual(order.action_view_credit_agreement()["res_id"], self.others.id)
        order.web_read({"credit_agreement_id": {"fields": {"display_name": {}}}, "credit_agreement_hint": {}})

    def test_smart_buttons(self):
        self.assertEqual(self.customer.credit_agreement_count, 1)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.customer.id})
        self.assertEqual(contact.credit_agreement_count, 1)
        self.assertEqual(
            self.env["credit.agreement"].search(contact.action_view_credit_agreements()["domain"]), self.mine
        )
        account = self.env["credit.account"]._for_partners(self.customer, self.company)
        self.assertEqual((account.credit_agreement_count, account.credit_agreement_id), (1, self.mine))
        action = account.action_view_credit_agreements()
        self.assertEqual(self.env["credit.agreement"].search(action["domain"]), self.mine)
        nobody = self.customer.with_user(self.users["agr_nobody"])
        self.assertEqual(nobody.credit_agreement_count, 0)
        with self.assertRaises(AccessError):
            nobody.action_view_credit_agreements()


@tagged("post_install", "-at_install")
class TestAgreementCompanies(AgreementCase):
    def test_another_company_has_its_own(self):
        """M2: nothing of company A in company B, and no effect there."""
        other = self.setup_other_company()["company"]
        agreement = self._agreement(self._line(self.desk, price=80))
        order = self._quotation((self.desk, 1), company_id=other.id)
        self.assertEqual((order.credit_agreement_id.id, self._prices(order)), (False, [100]))
        stranger = new_test_user(
            self.env, "agr_stranger", groups="credit_hold.group_credit_manager", company_id=other.id
        )
        agreements = self.env["credit.agreement"].with_user(stranger)
        self.assertFalse(agreements.search([("id", "=", agreement.id)]))
        self.assertFalse(
            self.env["product.pricelist"].with_user(stranger).search([("id", "=", agreement.pricelist_id.id)])
        )
        with self.assertRaises(AccessError):
            agreement.with_user(stranger).action_cancel("Not mine")
        self._agreement(self._line(self.desk, price=75), company_id=other.id)

    def test_a_branch_has_the_agreements_of_its_company(self):
        self.company.write({"child_ids": [Command.create({"name": "Branch A"})]})
        self.cr.precommit.run()
        branch = self.company.child_ids
        with self.assertRaisesRegex(ValidationError, "counts in all its branches"):
            self._agreement(self._line(self.desk, price=80), company_id=branch.id)
        agreement = self._agreement(self._line(self.desk, price=80), payment_term_id=self.pay_terms_b.id)
        seller = new_test_user(self.env, "agr_branch", groups="sales_team.group_sale_salesman", company_id=branch.id)
        order = self._quotation((self.desk, 1), company_id=branch.id, user=seller, user_id=seller.id)
        self.assertEqual((self._prices(order), order.credit_agreement_id.id), ([80], agreement.id))
        self.assertEqual(order.payment_term_id, self.pay_terms_b)
