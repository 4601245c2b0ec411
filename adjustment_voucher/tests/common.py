from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

DAY = "2024-01-31"


@tagged("post_install", "-at_install")
class VoucherCommon(AccountTestInvoicingCommon):
    """A company in its own currency, open items made as the test wants them, and a voucher over them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.income = cls.company_data["default_account_revenue"]
        cls.customer = cls.env["res.partner"].create({"name": "Customer", "is_company": True})
        cls.write_off_account = cls.income.copy({"name": "Tolerance", "code": "TOLER"})
        cls.company.adjustment_write_off_account_id = cls.write_off_account
        cls.company.account_journal_early_pay_discount_loss_account_id = cls.income.copy(
            {"name": "Cash Discount", "code": "CASHD"}
        )
        cls.gain = cls.company.income_currency_exchange_account_id
        cls.loss = cls.company.expense_currency_exchange_account_id

    @classmethod
    def _user(cls, login, groups, companies=None):
        """A user of the company (or of these), whose password is the login. ``groups``: names with commas between."""
        companies = companies or cls.company
        return new_test_user(
            cls.env, login, groups=groups, company_id=companies[0].id, company_ids=[Command.set(companies.ids)]
        )

    @classmethod
    def _currency(cls, code, **rates):
        """A currency with rates {_2024_01_31: units per company currency}."""
        currency = cls.env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
        currency.active = True
        currency.rate_ids.unlink()
        for day, rate in rates.items():
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "company_id": cls.company.id,
                    "name": day.strip("_").replace("_", "-"),
                    "rate": rate,
                }
            )
        return currency

    @classmethod
    def _item(cls, amount, day=DAY, currency=None, value=None, partner=None, account=None, due=None, company=None):
        """A posted open item: debit when the amount is positive. ``value`` is its booked value."""
        company = company or cls.company
        currency = currency or company.currency_id
        value = amount if value is None else value
        account = account or cls.receivable
        common = {"currency_id": currency.id, "partner_id": (partner or cls.customer).id}
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "company_id": company.id,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({**common, "name": "item", "account_id": account.id, "amount_currency": amount,
                                    "balance": value, "date_maturity": due or day}),
                    Command.create({**common, "name": "other", "account_id": cls.income.id, "amount_currency": -amount,
                                    "balance": -value}),
                ],
            }
        )  # fmt: skip
        move.action_post()
        return move.line_ids.filtered(lambda line: line.account_id == account)

    @classmethod
    def _invoice(cls, amount, day=DAY, currency=None, term=None, tax=None, partner=None, kind="out_invoice", **vals):
        invoice = cls.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or cls.customer).id,
                "invoice_date": day,
                "date": day,
                "currency_id": (currency or cls.company.currency_id).id,
                "invoice_payment_term_id": term.id if term else False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "line",
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": cls.income.id,
                            "tax_ids": [Command.set(tax.ids if tax else [])],
                        }
                    )
                ],
                **vals,
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def _receipt(cls, amount, day=DAY, currency=None, partner=None, **vals):
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "date": day,
                "currency_id": (currency or cls.company.currency_id).id,
                "journal_id": cls.company_data["default_journal_bank"].id,
                **vals,
            }
        )
        payment.action_post()
        return payment

    @staticmethod
    def _open_line(document):
        """The receivable or payable line of a document."""
        move = document if document._name == "account.move" else document.move_id
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type in ("asset_receivable", "liability_payable")
        )

    @classmethod
    def _voucher(cls, lines=(), day="2024-03-31", **vals):
        """A draft voucher with lines (item, amount) or (item, amount, {more})."""
        return cls.env["adjustment.voucher"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {"move_line_id": line[0].id, "amount": line[1], **(line[2] if len(line) > 2 else {})}
                    )
                    for line in lines
                ],
                **vals,
            }
        )

    def _line(self, voucher, item):
        return voucher.line_ids.filtered(lambda line: line.move_line_id == item)

    def _balance(self, voucher, account):
        """What the voucher's entry books on an account, debits positive."""
        return sum(voucher.move_id.line_ids.filtered(lambda leg: leg.account_id == account).mapped("balance"))

    def _image(self, items):
        """What must come back: residuals in both currencies, reconciled, payment state."""
        return [
            (item.id, item.amount_residual, item.amount_residual_currency, item.reconciled, item.move_id.payment_state)
            for item in items
        ]
