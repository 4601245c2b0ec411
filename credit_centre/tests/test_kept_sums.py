"""What the dashboard keeps is what the items say, whatever is done to them."""

import random
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .. import metrics
from ..hooks import uninstall_hook
from ..models.credit_summary.credit_account_aging import WEEKS
from ..models.credit_summary.credit_movement import AMOUNTS, KEYS, summed_items
from .common import CreditCentreCommon

TODAY = "2025-06-18"
MOVED = "SELECT %s, SUM(balance), SUM(amount_currency) FROM (%s) t GROUP BY %s HAVING SUM(balance) <> 0 OR SUM(amount_currency) <> 0"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestKeptSums(CreditCentreCommon):
    """S0.2, S0.25, S1.22: tiles and charts of the dashboard are never behind the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2024-01-01", 0.5), ("2025-03-01", 0.4)])
        cls.company.write({"child_ids": [Command.create({"name": "Hub branch"})]})
        cls.env.cr.precommit.run()  # the branch gets its chart of accounts
        cls.branch = cls.company.child_ids
        cls.foreign_company = cls.setup_other_company()["company"]
        companies = cls.company | cls.branch | cls.foreign_company
        for user in (cls.env.user, cls.users["hub_manager"]):
            user.company_ids |= companies
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": companies.ids})
        cls.bank = cls.company_data["default_journal_bank"]

    # ------------------------------------------------------------------ what must be the same

    def _check(self, what):
        with self.subTest(what):
            self._check_movements()
            self._check_summary(what)

    def _sums(self, rows):
        keys = SQL(", ").join(SQL.identifier(name) for name in KEYS)
        names = SQL(", ").join(SQL.identifier(name) for name in AMOUNTS)
        return sorted(
            self.env.execute_query(
                SQL(MOVED, keys, SQL("SELECT %s, %s FROM (%s) r(%s, %s)", keys, names, rows, keys, names), keys)
            ),
            key=str,
        )

    def _check_movements(self):
        self.env.flush_all()
        columns = SQL(", ").join(SQL.identifier(name) for name in (*KEYS, *AMOUNTS))
        receivable = SQL("account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')")
        kept = self._sums(SQL("SELECT %s FROM credit_movement", columns))
        self.assertEqual(kept, self._sums(summed_items(receivable)))

    def _check_summary(self, what):
        """Kept ages, weeks and movements against the items, for each choice of companies."""
        for companies in (self.company | self.branch, self.foreign_company):
            summary = self.env["credit.summary"].with_user(self.users["hub_manager"])
            summary = summary.with_context(allowed_company_ids=companies.ids)
            filters = summary._understand({})
            self.assertTrue(filters.is_kept)
            ledger = summary._gather_ledger(filters)
            self.env["credit.open.item"].invalidate_model()
            items = self.env["credit.open.item"].search([("company_id", "in", companies.ids)])
            self.assertAlmostEqual(ledger.total() / 100, sum(items.mapped("residual")), 2, what)
            self.assertEqual(ledger.count(), len(items), what)
            self.assertEqual(self._weeks(ledger.expected), self._weeks(self._expected(items)), what)
            moved = self.env["account.move.line"].search(self._moved_domain(companies))
            self.assertEqual(
                sum(one.amount for one in ledger.movements), round(100 * sum(moved.mapped("balance"))), what
            )

    def _moved_domain(self, companies):
        return [
            ("company_id", "in", companies.ids),
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_receivable"),
            ("account_id.non_trade", "=", False),
            ("date", ">=", "2024-04-01"),
        ]

    def _expected(self, items):
        debits = items.filtered(lambda item: item.residual > 0)
        return [(metrics.week_of(item.expected_date), item.residual) for item in debits]

    def _weeks(self, rows):
        """Of the weeks that are shown."""
        found, monday = {}, metrics.week_of(fields.Date.today())
        for day, amount in rows:
            if day < monday + timedelta(weeks=WEEKS):
                found[day] = round(found.get(day, 0) + amount, 2)
        return {day: amount for day, amount in found.items() if amount}

    # ------------------------------------------------------------------ what is done

    def test_life_of_a_document(self):
        invoice = self._invoice(1000, "2025-01-15", due="2025-07-14", post=False)
        self._check("draft")
        invoice.action_post()
        self._check("posted")
        payment = self._receipt(400, "2025-03-20")
        self._check("paid")
        lines = self._receivable(invoice, payment)
        lines.reconcile()
        self._check("matched")
        lines.remove_move_reconcile()
        self._check("unmatched")
        invoice.button_draft()
        self._check("draft again")
        invoice.name = False
        invoice.write({"invoice_date": "2024-11-05", "date": "2024-11-05", "partner_id": self.other.id})
        invoice.action_post()
        self._check("other day, other customer")
        payment.action_draft()
        payment.write({"amount": 350, "date": "2025-02-01"})
        payment.action_post()
        self._check("other amount")
        payment.action_draft()
        payment.action_cancel()
        self._check("cancelled")
        invoice.button_draft()
        invoice.posted_before = False
        invoice.name = False
        invoice.unlink()
        self._check("deleted")

    def test_currencies_and_exchange(self):
        invoice = self._invoice(200, "2025-01-10", currency=self.euro)
        payment = self._receipt(200, "2025-05-10", currency=self.euro)
        lines = self._receivable(invoice, payment)
        lines.reconcile()
        self.assertTrue(lines.matched_debit_ids.exchange_move_id | lines.matched_credit_ids.exchange_move_id)
        self._check("exchange entry")
        lines.remove_move_reconcile()
        self._check("reversed exchange entry")
        invoice._reverse_moves([{"date": "2025-06-01"}], cancel=True)
        self._check("credit note")
        summary = self.env["credit.summary"].with_user(self.users["hub_manager"])
        filters = summary._understand({"currency_id": self.euro.id, "as_of": "2025-05-31"})
        amounts = [one.amount for one in summary._gather_movements(filters) if one.amount]
        self.assertEqual(amounts, [20000, -20000])

    def test_companies(self):
        for company in (self.branch, self.foreign_company):
            moves = self.env["account.move"].with_company(company)
            invoice = moves.create(
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "partner_id": self.other.id,
                    "invoice_date": "2025-04-01",
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": 70, "tax_ids": [Command.clear()]})
                    ],
                }
            )
            invoice.action_post()
            self._check(company.name)
            invoice.button_draft()
            self._check(company.name)

    def test_entries_and_accounts(self):
        receivable = self.company_data["default_account_receivable"]
        misc = self.company_data["default_journal_misc"]
        entry = self.env["account.move"].create(
            {
                "journal_id": misc.id,
                "date": "2025-02-02",
                "line_ids": [
                    Command.create({"account_id": receivable.id, "debit": 90, "partner_id": self.customer.id}),
                    Command.create({"account_id": receivable.id, "debit": 10}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 100}),
                ],
            }
        )
        entry.action_post()
        self._check("entry, partly of nobody")
        other = receivable.copy({"code": "121999"})
        entry.line_ids[0].account_id = other
        self._check("other account")
        other.non_trade = True
        self._check("not of trade")
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_account SET account_type = 'asset_current' WHERE id = %s", [other.id])
        self._check_movements()
        self.env.cr.execute("UPDATE account_account SET account_type = 'asset_receivable' WHERE id = %s", [other.id])
        self._check("receivable again")

    def test_merged_customers(self):
        self._invoice(300, "2025-03-03")
        self._invoice(200, "2025-04-04", partner=self.other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.other).ids, self.customer, extra_checks=False)
        self._check("merged")

    def test_habits_and_days(self):
        self._invoice(300, "2025-06-03", due="2025-06-28")
        self._invoice(500, "2025-06-03", due="2025-10-08")
        self._invoice(200, "2025-06-04", due="2025-09-01", partner=self.other)
        self._check("due")
        accounts = self.env["credit.account"]._for_partners(self.customer | self.other, self.company)
        for late in (20.4, -5, 110, 0.5):
            accounts._write({"days_late": late})
            self.env.flush_all()
            self.env["credit.account"]._refresh_aged(self._day(TODAY))
            self._check(f"{late} days late")
        for day in ("2025-06-23", "2025-07-07", "2025-07-20", "2025-08-04", "2025-09-20", "2026-02-02"):
            with freeze_time(day):
                self._check(day)

    def test_movements_of_some_customers(self):
        """With their contacts, not with companies that stand below them."""
        self.customer.category_id = self.env["res.partner.category"].create({"name": "Kept tag"})
        partners = self.env["res.partner"]
        contact = partners.create({"name": "Kept contact", "parent_id": self.customer.id})
        below = partners.create({"name": "Kept subsidiary", "parent_id": self.customer.id, "is_company": True})
        for partner, amount in ((self.customer, 100), (contact, 20), (below, 3), (self.other, 4)):
            self._invoice(amount, "2025-06-01", partner=partner)
        summary = self.env["credit.summary"].with_user(self.users["hub_manager"])
        filters = summary._understand({"tag_id": self.customer.category_id.id})
        self.assertEqual([one.amount for one in summary._gather_ledger(filters).movements], [12000])

    def test_any_sequence(self):
        """The same after many steps drawn by lot."""
        lot, moves = random.Random(4), self.env["account.move"]
        for _step in range(25):
            moves |= self._draw_step(lot, moves)
            self._check_movements()
        self._check("after many steps")
        self.env["credit.movement"]._rebuild()
        self._check("put together again")

    def _draw_step(self, lot, moves):
        day = str(self._day(TODAY) - timedelta(days=lot.randrange(400)))
        partner, currency = lot.choice(self.customer | self.other), lot.choice(self.euro | self.company.currency_id)
        posted = moves.filtered(lambda move: move.state == "posted")
        drafts = moves.filtered(lambda move: move.state == "draft")
        step = lot.choice(["invoice", "invoice", "receipt", "match", "unmatch", "draft", "post"])
        if step == "invoice":
            kind = lot.choice(["out_invoice", "out_invoice", "out_refund"])
            return self._invoice(lot.randrange(1, 900), day, partner=partner, currency=currency, kind=kind)
        if step == "receipt":
            return self._receipt(lot.randrange(1, 900), day, partner=partner, currency=currency).move_id
        lines = self._receivable(posted).filtered(lambda line: line.partner_id == partner)
        if step == "match":
            lines.filtered(lambda line: line.currency_id == currency and not line.reconciled).reconcile()
        elif step == "unmatch":
            lines.remove_move_reconcile()
        elif step == "draft" and posted:
            lot.choice(posted).button_draft()
        elif drafts:
            drafts[0].write({"date": day})
            drafts[0].action_post()
        return self.env["account.move"]

    def test_uninstalled_leaves_items_alone(self):
        uninstall_hook(self.env)
        self._invoice(10, "2025-06-01")
        self.env.flush_all()
        self.env.cr.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'credit_movement%'")
        self.assertEqual(self.env.cr.fetchone(), (0,))
