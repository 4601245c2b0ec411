"""A company with its own books, users of each role, and customers, made for each test class."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user


class CreditCase(TransactionCase):
    """Common ground: independent company data are not needed to sell on credit, the main company's chart will do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The steps of scheduled jobs commit; a test is one transaction.
        cls.startClassPatcher(patch("odoo.addons.credit_hold.models.jobs.retrying", lambda step, env: step()))
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls.company = cls.env["res.company"].create(
            {"name": "Credit Test Ltd", "currency_id": cls.env.ref("base.USD").id}
        )
        cls.env.user.company_ids |= cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.company = cls.company.with_env(cls.env)
        cls.env["account.chart.template"].try_loading("generic_coa", company=cls.company, install_demo=False)
        cls.company.account_sale_tax_id = False
        cls.policy = cls.env["credit.policy"].create({"name": "Test policy", "company_id": cls.company.id})
        cls.company.credit_policy_id = cls.policy
        cls.product = cls.env["product.product"].create(
            {
                "name": "Thing",
                "type": "consu",
                "invoice_policy": "order",
                "list_price": 100.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.delivered_product = cls.env["product.product"].create(
            {
                "name": "Delivered thing",
                "type": "consu",
                "invoice_policy": "delivery",
                "list_price": 100.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "USD", "currency_id": cls.company.currency_id.id, "company_id": False}
        )
        cls.salesman = cls._user("test_salesman", "sales_team.group_sale_salesman")
        cls.controller = cls._user("test_controller", "credit_hold.group_credit_controller")
        cls.controller.credit_release_maximum = 5000
        cls.manager = cls._user("test_credit_manager", "credit_hold.group_credit_manager")
        cls.billing = cls._user("test_billing", "account.group_account_invoice")
        cls.customer = cls._customer("Acme", ref="C001", user_id=cls.salesman.id)

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env, login, groups=groups, company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)]
        )

    @classmethod
    def _customer(cls, name, **vals):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **vals})

    @classmethod
    def _order(cls, customer=None, amount=100.0, product=None, env=None, **vals):
        customer = customer or cls.customer
        return (env or cls.env)["sale.order"].create(
            {
                "partner_id": customer.id,
                "pricelist_id": cls.pricelist.id,
                "company_id": cls.company.id,
                "user_id": cls.salesman.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or cls.product).id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )

    @classmethod
    def _confirmed(cls, customer=None, amount=100.0, **vals):
        order = cls._order(customer, amount, **vals)
        order.action_confirm()
        assert order.state == "sale", order.credit_status
        return order

    @classmethod
    def _invoice(cls, customer=None, amount=100.0, post=True, move_type="out_invoice", **vals):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (customer or cls.customer).id,
                "invoice_date": vals.pop("invoice_date", fields.Date.today()),
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Thing",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            **vals.pop("line", {}),
                        }
                    )
                ],
                **vals,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _invoice_order(cls, order, post=True):
        moves = order._create_invoices(final=True)
        moves.invoice_date = fields.Date.today()
        if post:
            moves.action_post()
        return moves

    @classmethod
    def _down_payment(cls, order, amount, post=True):
        wizard = cls.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": [Command.set(order.ids)], "advance_payment_method": "fixed", "fixed_amount": amount}
        )
        move = wizard._create_invoices(order)
        move.invoice_date = fields.Date.today()
        if post:
            move.action_post()
        return move

    @classmethod
    def _pay(cls, invoice, amount=None):
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"amount": amount} if amount else {})
        )
        return wizard._create_payments()

    @classmethod
    def _receipt(cls, customer=None, amount=100.0, post=True, **vals):
        journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (customer or cls.customer).id,
                "amount": amount,
                "journal_id": journal.id,
                **vals,
            }
        )
        if post:
            payment.action_post()
        return payment

    @classmethod
    def _account(cls, customer=None):
        return cls.env["credit.account"]._for_partners(customer or cls.customer, cls.company)

    # ------------------------------------------------------------------ checks of the outcome

    @classmethod
    def _as(cls, user, records):
        """Records as a person of a role has them."""
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    @classmethod
    def _payment_term(cls, days):
        return cls.env["account.payment.term"].create(
            {
                "name": f"{days} days",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": days})],
            }
        )

    @classmethod
    def _late_invoice(cls, days, amount=100.0, customer=None):
        """An invoice that fell due so many days ago."""
        due = fields.Date.today() - timedelta(days=days)
        return cls._invoice(customer, amount, invoice_date=due, invoice_payment_term_id=cls._payment_term(0).id)

    @classmethod
    def _bank_statement(cls, payment):
        """The bank confirms a receipt."""
        liquidity, _counterpart, _write_off = payment._seek_for_lines()
        statement_line = cls.env["account.bank.statement.line"].create(
            {
                "journal_id": payment.journal_id.id,
                "date": payment.date,
                "payment_ref": payment.name,
                "amount": payment.amount,
                "partner_id": payment.partner_id.id,
            }
        )
        suspense = statement_line._seek_for_lines()[1]
        suspense.account_id = liquidity.account_id
        (suspense | liquidity).reconcile()

    @classmethod
    def _credit_note(cls, invoice, post=True):
        wizard = cls.env["account.move.reversal"].create(
            {"move_ids": invoice.ids, "journal_id": invoice.journal_id.id, "date": invoice.date}
        )
        refund = cls.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if post:
            refund.action_post()
        return refund

    @classmethod
    def _currency(cls, code, rate, company=None):
        """A currency of its own: ``rate`` units of it for one unit of the company's currency."""
        return cls.env["res.currency"].create(
            {
                "name": code,
                "symbol": code,
                "rounding": 0.01,
                "rate_ids": [
                    Command.create(
                        {
                            "name": fields.Date.today() - timedelta(days=400),
                            "rate": rate,
                            "company_id": (company or cls.company).root_id.id,
                        }
                    )
                ],
            }
        )

    @classmethod
    def _provider(cls):
        """An online payment provider that books into the bank journal of the company."""
        providers = cls.env["payment.provider"]
        provider = providers.search([("company_id", "=", cls.company.id), ("name", "=", "Online")])
        if not provider:
            method = cls.env.ref("payment.payment_method_unknown")
            provider = providers.create(
                {
                    "name": "Online",
                    "code": "demo",
                    "state": "test",
                    "company_id": cls.company.id,
                    "payment_method_ids": [Command.set(method.ids)],
                }
            )
            method.active = True
        return provider

    @classmethod
    def _online(cls, order, amount=None, state="done", process=True):
        """The customer pays online for an order; what the provider answers is ``state``."""
        provider = cls._provider()
        transaction = cls.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids.id,
                "reference": f"{order.name}-{cls.env['payment.transaction'].search_count([])}",
                "amount": order.amount_total if amount is None else amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_invoice_id.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        {"done": transaction._set_done, "authorized": transaction._set_authorized, "pending": transaction._set_pending}[
            state
        ]()
        if process:
            transaction._post_process()
        return transaction

    @contextmanager
    def assertRefusedWith(self, exception, text):
        """Refused with this in the sentence, and nothing changed."""
        with self.assertRaises(exception) as refusal:
            yield
            self.env.flush_all()
        self.assertIn(text, str(refusal.exception))

    @contextmanager
    def assertRaisesAny(self, exceptions):
        """One of several exceptions, whichever layer notices first; nothing has changed then."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
            self.env.flush_all()
        except exceptions:
            return
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
        self.fail(f"nothing was raised, expected one of {exceptions}")

    def assertHeld(self, order, *reasons, status="hold"):
        """The order is a quotation on hold, with a hold that says why."""
        self.assertIn(order.state, ("draft", "sent"))
        self.assertEqual(order.credit_status, status)
        hold = order._credit_last_hold()
        self.assertEqual(hold.state, "held")
        if reasons:
            self.assertEqual(hold.reason_codes.split(","), list(reasons))

    def assertFree(self, order, status="clear"):
        self.assertEqual((order.state, order.credit_status), ("sale", status))

    def assertExposure(self, expected, customer=None):
        """One number everywhere: the customer's, the account's live one and the kept one."""
        customer = customer or self.customer
        self.assertAlmostEqual(customer.credit_exposure, expected, 2)
        account = self._account(customer)
        account.action_refresh()
        self.assertAlmostEqual(account.exposure, expected, 2)
