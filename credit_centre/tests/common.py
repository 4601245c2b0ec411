"""What the tests of the Credit Centre share: customers, documents and users of each role."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class CreditCentreCommon(AccountTestInvoicingCommon):
    """A company in US dollars with customers of its own; dates are given, none is today's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The steps of scheduled jobs commit; a test is one transaction.
        cls.startClassPatcher(patch("odoo.addons.credit_hold.models.jobs.retrying", lambda step, env: step()))
        cls.company = cls.company_data["company"]
        cls.customer = cls.env["res.partner"].create({"name": "Hub Customer", "email": "hub@example.com", "ref": "H-1"})
        cls.other = cls.env["res.partner"].create({"name": "Hub Other", "ref": "H-2"})
        groups = {
            "hub_accountant": "account.group_account_invoice",
            "hub_viewer": "credit_hold.group_credit_viewer",
            "hub_manager": "credit_hold.group_credit_manager,account.group_account_invoice,"
            "adjustment_voucher.group_adjustment_manager,sales_team.group_sale_salesman_all_leads",
            "hub_sales": "sales_team.group_sale_salesman",
        }
        cls.users = {login: cls._user(login, f"base.group_user,{names}") for login, names in groups.items()}

    @classmethod
    def _user(cls, login, groups, companies=None):
        """A user of the company, or of these. ``groups``: names with commas between."""
        companies = companies or cls.company
        return new_test_user(
            cls.env, login, groups=groups, company_id=companies[0].id, company_ids=[Command.set(companies.ids)]
        )

    @classmethod
    def _invoice(cls, amount, date, due=None, partner=None, kind="out_invoice", currency=None, post=True):
        """A posted invoice (or credit note) over one line without tax."""
        move = cls.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or cls.customer).id,
                "invoice_date": date,
                "date": date,
                "invoice_date_due": due or date,
                "invoice_payment_term_id": False,
                "currency_id": (currency or cls.company.currency_id).id,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]})
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _receipt(cls, amount, date, partner=None, currency=None, kind="inbound"):
        """A posted payment that is applied to nothing yet."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": kind,
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "date": date,
                "currency_id": (currency or cls.company.currency_id).id,
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _receivable(cls, *records):
        """The receivable items of moves and payments."""
        moves = cls.env["account.move"]
        for record in records:
            moves |= record if record._name == "account.move" else record.move_id
        return moves.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    @classmethod
    def _day(cls, text):
        return fields.Date.to_date(text)
