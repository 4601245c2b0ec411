"""What the dashboard is told: figures that agree with their records, work lists, search, and whether anything changed."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_dashboard_tours import DashboardCase

MOST_QUERIES = 25


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCase):
    def _as(self, login):
        user = self.users[login]
        companies = user.company_ids.ids
        return self.env["res.partner"].with_user(user).with_context(allowed_company_ids=companies, lang="en_US")

    def _summary(self, login="hub_manager", **filters):
        return self._as(login).credit_centre_summary(filters)

    def _list(self, key, login="hub_manager", **filters):
        return {one["key"]: one for one in self._summary(login, **filters)["lists"]}.get(key)

    def _tile(self, key, login="hub_manager", **filters):
        return {one["key"]: one for one in self._summary(login, **filters)["tiles"]}[key]

    # ------------------------------------------------------------------ figures and records agree

    def test_each_tile_is_the_sum_of_what_it_opens(self):
        """E8: dashboard total = sum of its drill-down rows."""
        columns = {
            "credit.open.item": "residual",
            "credit.account": "exposure",
            "credit.hold": "order_amount",
            "credit.promise": "amount_company",
        }
        for filters in ({}, {"tag_id": self.tag.id}, {"as_of": "2025-02-28"}):
            for tile in self._summary(**filters)["tiles"]:
                if not tile.get("currency"):
                    continue
                action = tile["action"]
                records = self._as("hub_manager").env[action["res_model"]].with_context(**action["context"])
                total = sum(records.search(action["domain"]).mapped(columns[action["res_model"]]))
                self.assertAlmostEqual(tile["value"], total * tile.get("sign", 1), 2, f"{tile['key']} {filters}")

    def test_each_list_counts_what_it_opens(self):
        for one in self._summary()["lists"]:
            records = self._as("hub_manager").env[one["action"]["res_model"]].search(one["action"]["domain"])
            self.assertEqual(one["count"], len(records), one["key"])

    def test_companies_add_up(self):
        """CC02, M2, M3: the totals of two companies are the sum of the totals of each; one company's user sees one."""
        other = self.setup_other_company()["company"]
        user = new_test_user(
            self.env,
            "hub_both",
            groups="base.group_user,account.group_account_invoice,credit_hold.group_credit_viewer",
            company_id=self.company.id,
            company_ids=[Command.set((self.company | other).ids)],
        )
        self._other_company_invoice(other, 700)
        figures = {}
        for companies in ([self.company.id], [other.id], [self.company.id, other.id]):
            partners = self.env["res.partner"].with_user(user).with_context(allowed_company_ids=companies)
            tiles = {one["key"]: one["value"] for one in partners.credit_centre_summary()["tiles"]}
            figures[tuple(companies)] = tiles["receivable"], tiles["overdue"], tiles["exposure"]
        first, second, both = figures.values()
        self.assertEqual(second, (700, 700, 700))
        self.assertEqual(both, tuple(map(sum, zip(first, second, strict=True))))
        alone = self._as("hub_manager").with_context(allowed_company_ids=(self.company | other).ids)
        with self.assertRaises(AccessError):
            alone.credit_centre_summary()
        with self.assertRaises(UserError):
            self._summary(company_id=other.id)

    def _other_company_invoice(self, company, amount):
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.other.id,
                    "invoice_date": "2025-03-01",
                    "invoice_date_due": "2025-03-01",
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Goods", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move

    # ------------------------------------------------------------------ how much it costs

    def test_queries_do_not_grow(self):
        """One call, at most 25 queries, however many customers there are."""
        few = self._queries()
        for number in range(30):
            partner = self.env["res.partner"].create({"name": f"Many {number}", "credit_hold": True})
            self._invoice(100 + number, "2025-01-10", partner=partner)
            self._receipt(10, "2025-01-20", partner=partner)
            if number < 10:
                self._order(partner, 100)
        many = self._queries()
        self.assertLessEqual(many, MOST_QUERIES)
        self.assertLessEqual(many, few + 1)

    def _queries(self):
        """What a call asks the database when the rules of access are known, nothing else."""
        partners = self._as("hub_manager")
        for _call in range(2):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.credit_centre_summary()
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------------ work lists

    def test_held_orders(self):
        held = self._list("held")
        self.assertEqual([(row["title"], row["value"]) for row in held["rows"]], [("Hub Held", 250)])
        self.assertEqual(held["rows"][0]["text"], "$\u00a0250.00")
        self.assertIn(self.order.name, held["rows"][0]["subtitle"])
        self.assertEqual([one["key"] for one in held["rows"][0]["buttons"]], ["release"])
        self.assertFalse(self._list("held", "hub_viewer")["rows"][0]["buttons"])
        asked = self._order(self.held, 100)
        asked.action_credit_request_release("Please")
        self.assertEqual([row["value"] for row in self._list("held")["rows"]], [100, 250])

    def test_credits_of_customers_who_owe(self):
        lone = self.env["res.partner"].create({"name": "Hub Lone"})
        self._receipt(500, "2025-03-20", partner=lone)
        credits = self._list("credits")
        self.assertEqual([(row["title"], row["value"]) for row in credits["rows"]], [("Hub Customer", 30)])
        self.assertEqual(credits["rows"][0]["buttons"][0]["call"]["ids"], self.receipt.move_id.ids)
        self.assertFalse(self._list("credits", "hub_viewer")["rows"][0]["buttons"])

    def test_who_has_credits_enough_is_not_reminded(self):
        """S1.17: a reminder would be refused, since nothing is left to pay; applying the credits is what helps."""
        self._receipt(150, "2025-03-20", partner=self.other)
        row = self._list("chase")["rows"][1]
        self.assertIn("credits of $\u00a0150.00", row["subtitle"])
        self.assertEqual([one["key"] for one in row["buttons"]], ["remind"])
        self._receipt(250, "2025-03-21", partner=self.other)
        row = self._list("chase")["rows"][1]
        self.assertIn("credits of $\u00a0400.00 cover it", row["subtitle"])
        self.assertFalse(self._list("chase", "hub_viewer")["rows"][1]["buttons"])
        (button,) = row["buttons"]
        self.assertEqual(button["label"], "Apply")
        call = button["call"]
        action = getattr(self._as("hub_manager").env[call["model"]].browse(call["ids"]), call["method"])()
        lines = self.env["adjustment.voucher"].browse(action["res_id"]).line_ids
        self.assertEqual(sorted(lines.mapped("residual")), [150, 250, 400])
        account = self.env["credit.account"]._for_partners(self.other, self.company)
        with self.assertRaisesRegex(UserError, "there is no reason now"):
            account.with_user(self._as("hub_manager").env.user).action_remind()

    def test_customers_to_chase_largest_first(self):
        rows = self._list("chase")["rows"]
        self.assertEqual([row["title"] for row in rows], ["Hub Customer", "Hub Other"])
        self.assertEqual([row["value"] for row in rows], [1000, 400])
        self.assertEqual([row["buttons"][0]["call"]["method"] for row in rows], ["action_remind"] * 2)
        self.assertFalse(self._list("chase", "hub_viewer")["rows"][0]["buttons"])
        account = self.env["credit.account"]._for_partners(self.other, self.company)
        account.action_log_contact("call", "Pays next week", "Call again", "2999-01-01")
        self.assertEqual([row["title"] for row in self._list("chase")["rows"]], ["Hub Customer"])
        account.action_log_contact("call", "Asked again", "Call again", "2025-01-01")
        self.assertIn("Call again", self._list("chase")["rows"][1]["subtitle"])
        self.assertEqual(self._list("chase", tag_id=self.tag.id)["count"], 1)
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.assertEqual(self._list("chase", currency_id=eur.id)["count"], 0)
        self.assertEqual(self._list("chase", currency_id=self.company.currency_id.id)["count"], 2)

    def test_prepayments(self):
        self.held.write({"credit_hold": False, "prepay_required": True, "prepay_percent": 50})
        order = self._order(self.held, 600)
        row = next(row for row in self._list("prepayments")["rows"] if order.name in row["subtitle"])
        self.assertEqual((row["title"], row["value"]), ("Hub Held", 300))

    def test_vouchers_of_others_to_authorize(self):
        """Only drafts in which something is chosen, and not one's own where a second person is wanted."""
        voucher = self._voucher("hub_accountant")
        self.assertEqual([row["id"] for row in self._list("vouchers")["rows"]], voucher.ids)
        self.company.adjustment_four_eyes = True
        self.assertEqual([row["id"] for row in self._list("vouchers")["rows"]], voucher.ids)
        self.assertFalse(self._list("vouchers", "hub_accountant")["rows"])
        self.users["hub_manager"].adjustment_limit = 20
        self.assertFalse(self._list("vouchers")["rows"])
        self.assertIsNone(self._list("vouchers", "hub_viewer"))

    def _voucher(self, login):
        action = self.receipt.move_id.with_user(self.users[login]).action_adjustment_apply()
        voucher = self.env["adjustment.voucher"].with_user(self.users[login]).browse(action["res_id"])
        voucher.action_load_items()
        for line in voucher.credit_line_ids | voucher.debit_line_ids[:1]:
            line.amount = 30
        return voucher

    # ------------------------------------------------------------------ search

    def _find(self, text, login="hub_manager"):
        return [one["label"] for one in self._as(login).credit_centre_search(text)]

    def test_search_finds_customers_and_documents(self):
        self.customer.write({"phone": "+1 (555) 010-7788"})
        self.env["res.partner"].create(
            {"name": "Ann Keeper", "parent_id": self.customer.id, "email": "ann@keeper.example"}
        )
        for text in ("Hub Cust", "hub@example", "H-1", "5550107788", "ann@keeper", "Keeper"):
            self.assertIn("Hub Customer", self._find(text), text)
        self.assertEqual(self._find(self.invoice.name)[0], self.invoice.name)
        self.assertEqual(self._find(self.order.name)[0], self.order.name)
        self.assertEqual(self._find(self.receipt.name)[0], self.receipt.name)
        self.assertEqual(self._find("H-2")[0], "Hub Other")

    def test_search_takes_any_text(self):
        """VC02, TX01, TX02: wildcards are letters, and no text breaks it."""
        self.assertFalse(self._find("%%"))
        self.assertFalse(self._find("__"))
        for text in ("", "x", "\0\0", "\ud800a", "a" * 100000, None, 5, ["Hub"], "'; DROP TABLE res_partner; --", "\\"):
            self.assertEqual(self._find(text), [], repr(text)[:30])

    def test_search_of_another_company(self):
        """M2"""
        other = self.setup_other_company()["company"]
        foreign = self.env["res.partner"].create({"name": "Foreign Buyer", "company_id": other.id})
        self._other_company_invoice(other, 10)
        self.env["credit.account"]._for_partners(foreign, other)
        self.assertFalse(self._find("Foreign"))

    # ------------------------------------------------------------------ changes elsewhere

    def test_stamp_changes_with_the_figures(self):
        def stamp():
            self.env.cr.flush()
            return self._as("hub_viewer").credit_centre_stamp()

        before = stamp()
        self.assertEqual(stamp(), before)
        self._invoice(10, "2025-05-10")
        self.assertNotEqual(stamp(), before)
        self.assertEqual(self._summary()["stamp"], stamp())

    # ------------------------------------------------------------------ who may

    def test_who_sees_no_figures_is_told_whom_to_ask(self):
        """CC03"""
        partners = self._as("hub_sales")
        for call in (partners.credit_centre_summary, partners.credit_centre_stamp):
            with self.assertRaisesRegex(AccessError, "ask your administrator"):
                call()
        with self.assertRaisesRegex(AccessError, "ask your administrator"):
            partners.credit_centre_search("Hub")

    @mute_logger("odoo.sql_db")
    def test_unknown_filters_are_refused(self):
        """CC01"""
        for filters in ({"user_id": "1 or 1=1"}, {"group_id": -5}, {"tag_id": 10**12}, {"nonsense": 1}, {"as_of": "x"}):
            with self.assertRaises(UserError):
                self._summary(**filters)

    # ------------------------------------------------------------------ words

    def test_texts_follow_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("de_DE")
        partners = self._as("hub_manager").with_context(lang="de_DE")
        summary = partners.credit_centre_summary()
        receivable = next(one for one in summary["tiles"] if one["key"] == "receivable")
        self.assertIn("1.370,00", receivable["text"])
        chase = next(one for one in summary["lists"] if one["key"] == "chase")
        self.assertIn("1.000,00", chase["rows"][0]["text"])

    def test_first_steps_where_nothing_is_yet(self):
        self.assertFalse(self._summary()["first_steps"])
        company = self.env["res.company"].create({"name": "Hub Empty"})
        user = new_test_user(
            self.env,
            "hub_empty",
            groups="base.group_user,account.group_account_invoice",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        partners = self.env["res.partner"].with_user(user).with_context(allowed_company_ids=company.ids)
        steps = partners.credit_centre_summary()["first_steps"]
        self.assertEqual([step["action"] for step in steps], ["account.action_move_out_invoice"])

    def test_day_of_the_lists_is_today(self):
        summary = self._summary(as_of="2025-02-28")
        self.assertFalse(summary["is_today"])
        self.assertEqual(summary["as_of_text"], "28 February 2025")
        chase = next(one for one in summary["lists"] if one["key"] == "chase")
        late = (fields.Date.today() - self._day("2025-04-10")).days
        self.assertTrue(chase["rows"][1]["subtitle"].startswith(f"{late} days late"))
