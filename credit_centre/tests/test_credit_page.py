from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from ..models.credit_page.habits_query import KEPT
from .test_credit_page_ledger import LedgerCase as Ledger

PAGE = (
    "aging",
    "latest_transactions",
    "orders_in_progress",
    "contact_table",
    "revenue_table",
    "message_table",
    "document_count",
    "receipt_count",
    "order_count",
    "credit_item_count",
    "unapplied_receipts",
    "unapplied_notes",
    "payment_term_id",
    "pricelist_id",
    "address",
)


def texts(table):
    return [[cell["text"] for cell in row["cells"]] for row in table["rows"]]


@tagged("post_install", "-at_install")
class TestPage(Ledger):
    """S2.16, S2.17, S3.1 to S3.15, S3.23, S4.39, S4.62: the customer's page."""

    def _cards(self):
        self.account.invalidate_recordset()
        return {card["key"]: card["text"] for card in self.account.aging}

    def test_aging_opens_the_items_that_make_it_up(self):
        self._invoice(100, "2025-01-10", due="2025-02-10")
        self._invoice(30, "2025-01-10", due="2099-01-01")
        self._receipt(45, "2025-02-01")
        cards = self._cards()
        self.assertEqual(
            [
                cards[key].replace("\xa0", " ").replace("\ufeff", "")
                for key in ("current", "1_30", "older", "credits", "balance")
            ],
            ["$ 30.00", "$ 0.00", "$ 100.00", "$ -45.00", "$ 85.00"],
        )
        for key, amount in (("current", 30), ("older", 100), ("credits", -45), ("balance", 85), ("1_30", 0)):
            action = self.account.with_context(bucket=key).action_view_aging()
            items = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(sum(items.mapped("residual")), amount, key)
        with self.assertRaisesRegex(UserError, "choose an amount of the aging"):
            self.account.with_context(bucket="nonsense").action_view_aging()

    def test_the_parts_add_up_to_the_figures_of_the_account(self):
        self._invoice(100, "2025-01-10")
        self._receipt(40, "2025-01-20")
        self._invoice(10, "2025-01-25", kind="out_refund")
        self.account.invalidate_recordset()
        account = self.account
        self.assertEqual(account.unapplied_receipts + account.unapplied_notes, account.unapplied)
        self.assertEqual(account.unapplied_notes, 10)
        self.assertEqual(account.exposure, account.open_items - account.unapplied + account.open_orders)

    def test_transactions_are_the_latest_and_open_their_documents(self):
        for number in range(25):
            self._invoice(10 + number, f"2025-01-{number + 1:02}")
        table = self.account.latest_transactions
        self.assertEqual(len(table["rows"]), 20)
        self.assertIn("34.00", texts(table)[0][4])
        row = table["rows"][0]["open"]
        action = self.env[row["model"]].browse(row["id"]).action_open_document()
        self.assertEqual(action["res_model"], "account.move")

    def test_orders_show_what_is_not_invoiced(self):
        order = self._order(70, "2025-01-15")
        [cells] = texts(self.account.with_user(self.users["hub_manager"]).orders_in_progress)
        self.assertEqual(cells[0], order.name)
        self.assertIn("70.00", cells[4])

    def test_revenue_by_year(self):
        self._invoice(300, "2024-05-10")
        self._invoice(100, "2025-01-10")
        self._invoice(0.5, "2025-02-10", kind="out_refund")
        table = self.account.revenue_table
        rows = texts(table)
        self.assertEqual([row[0] for row in rows], ["2025", "2024"])
        self.assertIn("99.50", rows[0][1])
        self.assertEqual([row[2:] for row in rows], [["2", "25 %"], ["1", "75 %"]])
        context = table["rows"][1]["open"]["context"]
        action = self.account.with_context(**context).action_view_year()
        self.assertEqual(self.env["account.move"].search(action["domain"]).amount_untaxed, 300)

    def test_terms_are_those_of_the_legal_entity_and_contacts_can_be_reached(self):
        self.customer.with_company(self.company).property_payment_term_id = self.pay_terms_a
        self.customer.street = "Mill Lane 3"
        self.env["res.partner"].create(
            {
                "name": "Payer",
                "type": "invoice",
                "parent_id": self.customer.id,
                "phone": "555",
                "email": "p@example.com",
            }
        )
        account = self.account.with_user(self.users["hub_viewer"])
        self.assertEqual(account.payment_term_id, self.pay_terms_a)
        self.assertEqual([row[0] for row in texts(account.contact_table)], ["Hub Customer", "Payer"])
        self.assertEqual(texts(account.contact_table)[1][2:], ["555", "p@example.com"])

    def test_messages_come_from_the_documents_and_only_those_one_may_read(self):
        invoice = self._invoice(100, "2025-01-10")
        invoice.message_post(body="They pay on Friday.", subject="Call", message_type="comment")
        self._receipt(10, "2025-01-20").message_post(body="Short by ninety.", message_type="comment")
        elsewhere = self._invoice(5, "2025-01-10", partner=self.other)
        elsewhere.message_post(body="Not about them.", message_type="comment")
        bodies = [row[3] for row in texts(self.account.message_table)]
        self.assertEqual(set(bodies), {"Call: They pay on Friday.", "Short by ninety."})
        secret = invoice.message_post(body="Only for insiders.", message_type="comment")
        rule = {
            "name": "No message of ours",
            "model_id": self.env["ir.model"]._get_id("mail.message"),
            "domain_force": f"[('id', '!=', {secret.id})]",
        }
        self.env["ir.rule"].sudo().create(rule)
        seen = self.account.with_user(self.users["hub_viewer"]).message_table
        self.assertNotIn("Only for insiders.", [row[3] for row in texts(seen)])
        self.assertTrue(texts(seen))

    def test_the_supplier_side_is_for_accounting(self):
        accountant = self.account.with_user(self.users["hub_accountant"])
        self.assertFalse(accountant.is_supplier)
        self._invoice(100, "2025-01-10")
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2025-01-05",
                "date": "2025-01-05",
                "invoice_date_due": "2025-02-05",
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create({"name": "Work", "price_unit": 130, "tax_ids": [Command.clear()]})],
            }
        )
        bill.action_post()
        accountant.invalidate_recordset()
        self.assertTrue(accountant.is_supplier)
        self.assertEqual(
            (accountant.payable_open, accountant.payable_overdue, accountant.net_position, accountant.bill_count),
            (130, 130, -30, 1),
        )
        self.assertEqual(self.env["account.move"].search(accountant.action_view_bills()["domain"]), bill)
        with self.assertRaises(AccessError):
            self.account.with_user(self.users["hub_viewer"]).read(["net_position"])

    def test_each_role_opens_the_page_and_a_salesperson_does_not(self):
        self._invoice(100, "2025-01-10")
        self._order(50, "2025-01-11")
        for login in ("hub_viewer", "hub_accountant", "hub_manager"):
            account = self.account.with_user(self.users[login])
            account.web_read({name: {} for name in PAGE})
            Form(account)
            for button in ("ledger", "documents", "receipts", "credits", "bills"):
                if button != "bills" or login != "hub_viewer":
                    getattr(account, f"action_view_{button}")()
        account = self.account.with_user(self.users["hub_sales"])
        for call in (
            lambda: account.web_read({"aging": {}}),
            lambda: account.read(["days_late"]),
            lambda: account.action_view_documents(),
            lambda: account.with_context(bucket="older").action_view_aging(),
            lambda: account.action_export_ledger(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_opening_the_page_refreshes_the_habits(self):
        invoice = self._invoice(100, "2025-01-10")
        self.env["credit.account"]._cron_refresh_habits()
        self._receivable(invoice, self._receipt(100, "2025-01-20")).reconcile()
        names = dict.fromkeys(("payment_count", "last_payment_date"), {})
        [values] = self.account.with_user(self.users["hub_viewer"]).web_read({**names, **dict.fromkeys(KEPT, {})})
        self.assertEqual(str(values["last_payment_date"]), "2025-01-20")

    def test_a_large_customer_costs_the_queries_of_a_small_one(self):
        def opened():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.account.web_read({name: {} for name in PAGE})
            return self.cr.sql_log_count - before

        self._order(5, "2025-01-05")
        for _number in range(22):
            self._invoice(10, "2025-01-10")
        opened()
        few = opened()
        for _number in range(30):
            self._invoice(10, "2025-01-11")
        opened()  # brings the figures up to date
        self.assertEqual(opened(), few)
        self.assertLess(few, 60)


@tagged("post_install", "-at_install")
class TestPageTours(Ledger, HttpCase):
    """The screens in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["hub_manager"].group_ids |= cls.env.ref("base.group_allow_export")
        cls.invoice = cls._invoice(100, "2025-01-10", due="2025-02-10")
        receipt = cls._receipt(40, "2025-02-28")
        cls._receivable(cls.invoice, receipt).reconcile()
        cls.invoice.message_post(body="They pay on Friday.", message_type="comment")
        cls.env["res.partner"].create(
            {
                "name": "Pays the Bills",
                "type": "invoice",
                "parent_id": cls.customer.id,
                "email": "pay@example.com",
            }
        )
        cls.company.credit_habit_months = 120

    def test_the_page(self):
        self.start_tour(f"/odoo/credit-accounts/{self.account.id}", "credit_centre_page", login="hub_manager")

    def test_mark_an_invoice_as_paid(self):
        self.start_tour(f"/odoo/customer-invoices/{self.invoice.id}", "credit_centre_mark_paid", login="hub_accountant")
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertIn("Transfer 88", self.invoice.matched_payment_ids.mapped("memo"))
