"""Agreements from draft to renewal, and input that is refused."""

from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .agreement_common import AgreementCase


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
