"""Amounts and texts that must be refused with one sentence, or do no harm (reliability: CL, TX)."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .bad_input_common import BAD_TEXTS, NUMBERS_THAT_ARE_NONE, BadInputCase


@tagged("post_install", "-at_install")
class TestAmounts(BadInputCase):
    def _refused_everywhere(self, writes):
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            for record, name in writes:
                before = record[name]
                with self.subTest(code, model=record._name, field=name):
                    with self.assertRaises(ValidationError):
                        record.write({name: value})
                        self.env.flush_all()
                    record.invalidate_recordset()
                    self.assertEqual(record[name], before)

    def test_CL01_CL07_limits_of_a_customer(self):
        customer, account = self._as(self.manager, self.customer), self._as(self.manager, self._account())
        self._refused_everywhere(
            [
                (customer, "credit_limit"),
                (customer, "prepay_percent"),
                (account, "credit_limit"),
                (account, "temporary_limit"),
                (account, "insured_amount"),
            ]
        )

    def test_CL01_CL07_limits_of_groups_policies_and_companies(self):
        group = self.env["credit.group"].create({"name": "G", "company_id": self.company.id, "credit_limit": 5})
        self._refused_everywhere(
            [
                (self._as(self.manager, group), "credit_limit"),
                (self._as(self.manager, self.policy), "overdue_minimum"),
                (self._as(self.manager, self.policy), "single_order_maximum"),
                (self.company, "credit_default_limit"),
            ]
        )

    def test_CL01_CL07_at_creation(self):
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            for model, vals in (
                ("res.partner", {"name": "New", "credit_limit": value}),
                ("credit.account", {"partner_id": self._customer(code).id, "credit_limit": value}),
                ("credit.group", {"name": "New", "company_id": self.company.id, "credit_limit": value}),
                ("credit.policy", {"name": "New", "single_order_maximum": value}),
            ):
                with self.subTest(code, model=model), self.assertRaises(ValidationError):
                    self.env[model].create(vals)

    def test_CL_percentages_and_days(self):
        account = self._account()
        with mute_logger("odoo.sql_db"):
            for record, vals in (
                (account, {"prepay_percent": 100.01}),
                (account, {"grace_days": -1}),
                (account, {"grace_days": 40000}),
                (self.policy, {"grace_days": -1}),
                (self.policy, {"prepay_percent": 101}),
                (self.policy, {"release_days": -1}),
                (self.policy, {"release_deviation": -1}),
                (self.policy, {"order_horizon_days": -1}),
            ):
                with self.subTest(vals), self.assertRaises(IntegrityError):
                    record.write(vals)
                    self.env.flush_all()

    def test_CL08_finer_than_a_cent_is_rounded_where_it_is_seen(self):
        self.customer.credit_limit = 100.005
        self.assertEqual(self.customer.credit_limit, self.customer.credit_effective_limit)
        self.assertEqual(self.company.currency_id.round(self.customer.credit_limit), self.customer.credit_limit)

    def test_CL18_stale_form(self):
        account = self._as(self.manager, self._account())
        seen = account.version
        account.write({"credit_limit": 2000, "seen_version": seen})
        with self.assertRefusedWith(UserError, "reload the page first"):
            account.write({"credit_limit": 3000, "seen_version": seen})
        self.assertEqual(account.credit_limit, 2000)
        account.write({"credit_limit": 3000, "seen_version": account.version})
        self.assertEqual(account.credit_limit, 3000)

    def test_CL19_limit_change_leaves_a_trace(self):
        account = self._as(self.manager, self._account()).with_context(tracking_disable=False)
        account.write({"credit_limit": 2500, "change_reason": "Better rating"})
        self.env.cr.flush()
        message = account.message_ids[0]
        values = message.sudo().tracking_value_ids.filtered(lambda value: value.field_id.name == "credit_limit")
        self.assertEqual((values.old_value_float, values.new_value_float), (1000, 2500))
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertIn("Better rating", message.body)

    def test_CL19_flag_set_on_the_customer_leaves_a_trace(self):
        self._as(self.manager, self.customer).with_context(tracking_disable=False).write({"credit_hold": True})
        self.env.cr.flush()
        values = self._account().message_ids.sudo().tracking_value_ids
        self.assertIn("hold", values.field_id.mapped("name"))

    def test_release_terms(self):
        order = self._as(self.manager, self._held())
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            with self.subTest(code), self.assertRaises(UserError):
                order.action_credit_release("Fine", ceiling=value)
        for value in ("2026-02-30", "tomorrow", "9" * 50, [1], 5, "0001-01-01"):
            with self.subTest(value), self.assertRaises(UserError):
                order.action_credit_release("Fine", valid_until=value)
        self.assertHeld(order, "limit")

    def test_simulated_amounts_and_currencies(self):
        account = self._account()
        for code, value in NUMBERS_THAT_ARE_NONE.items():
            with self.subTest(code), self.assertRaises(ValidationError):
                account.simulate(value)
        for currency in ("XXXX", "'; DROP", 10**9, [1], {"a": 1}, True, 1.5):
            with self.subTest(currency), self.assertRaises(ValidationError):
                account.simulate(10, currency)


@tagged("post_install", "-at_install")
class TestTexts(BadInputCase):
    def _texts(self):
        order = self._held()
        account = self._account()
        manager, salesman = self._as(self.manager, order), self._as(self.salesman, order)
        return {
            "release": manager.action_credit_release,
            "reject": manager.action_credit_reject,
            "hold": manager.action_credit_hold,
            "request": salesman.action_credit_request_release,
            "hold_reason": lambda text: self.customer.write({"credit_hold_reason": text}),
            "note": lambda text: account.write({"note": text}),
            "temporary_reason": lambda text: account.write({"temporary_reason": text}),
            "insured_reference": lambda text: account.write({"insured_reference": text}),
            "change_reason": lambda text: account.write({"credit_limit": 7, "change_reason": text}),
            "group": lambda text: self.env["credit.group"].create({"name": text, "credit_limit": 1}),
            "policy": lambda text: self.env["credit.policy"].create({"name": text}),
        }

    def test_TX01_TX02_TX04_HD12_texts_that_cannot_be_kept(self):
        for name, write in self._texts().items():
            for code, text in BAD_TEXTS.items():
                with self.subTest(name, code=code), self.assertRaises(UserError):
                    write(text)
                    self.env.flush_all()

    def test_TX03_texts_that_look_odd_are_kept(self):
        text = "\u202eabc\u200b \N{GRINNING FACE} =1+1"
        order = self._held()
        self._as(self.manager, order).action_credit_release(text)
        self.customer.credit_hold_reason = text
        self.assertEqual(order._credit_last_hold().release_reason, text)
        self.assertEqual(self._account().hold_reason, text)

    def test_TX05_HD12_markup_is_shown_as_text(self):
        script = "<img src=x onerror=alert(1)>"
        self.customer.write({"name": f"Acme {script}", "credit_hold": True, "credit_hold_reason": script})
        order = self._order(amount=1)
        self._as(self.salesman, order).action_credit_request_release(script)
        self._as(self.manager, order).action_credit_reject(script)
        hold = order._credit_last_hold()
        for record in (order, hold):
            for message in record.message_ids:
                self.assertNotIn("<img", message.body)
        self.assertIn("&lt;img", order.message_ids[0].body)
        order = self._order(amount=1)
        self.assertNotIn("<img", order._credit_last_hold().activity_ids[0].note)

    def test_TX08_paths_to_secrets(self):
        for model, path in (
            ("credit.account", "partner_id.user_ids.password"),
            ("credit.hold", "decided_by_id.password"),
            ("credit.hold", "order_id.user_id.api_key_ids.key"),
        ):
            with self.subTest(path), self.assertRaisesAny((AccessError, ValueError)):
                self.env[model].with_user(self.manager).search([(path, "ilike", "a")])
