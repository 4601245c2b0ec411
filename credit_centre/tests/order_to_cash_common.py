"""What the tests of order to cash share: orders of a day, deliveries by hand, invoices and payments."""

from odoo import Command, fields
from odoo.tests import freeze_time

from .common import CreditCentreCommon

TODAY = "2026-06-15"


@freeze_time(TODAY)
class OrderToCashCommon(CreditCentreCommon):
    """The day is 15 June 2026; credit checking is as the company comes: no limit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        groups = {
            "otc_sales_manager": "sales_team.group_sale_salesman_all_leads",
            "otc_auditor": "account.group_account_readonly",
        }
        cls.users |= {login: cls._user(login, f"base.group_user,{names}") for login, names in groups.items()}
        cls.goods = cls._product("Goods")
        cls.by_delivery = cls._product("Goods by delivery", invoice_policy="delivery")
        cls.service = cls._product("Service", type="service")

    @classmethod
    def _product(cls, name, **vals):
        defaults = {"type": "consu", "invoice_policy": "order", "list_price": 100, "taxes_id": [Command.clear()]}
        return cls.env["product.product"].create({"name": name, **defaults, **vals})

    @classmethod
    def _order(cls, *products, day=TODAY, quantity=10, confirm=True, **vals):
        """An order of ten of each product at 100, made and confirmed on a day."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "date_order": day,
                "payment_term_id": False,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity, "price_unit": 100})
                    for product in products or (cls.goods,)
                ],
                **vals,
            }
        )
        if confirm:
            order.action_confirm()
            order.date_order = day
        return order

    @classmethod
    def _deliver(cls, order, quantity=10):
        order.order_line.filtered(lambda line: not line.is_downpayment).qty_delivered = quantity

    @classmethod
    def _bill(cls, order, day=TODAY, due=None, post=True):
        """The invoice of what can be invoiced now."""
        invoice = order._create_invoices(final=True)
        invoice.invoice_date = invoice.date = day
        invoice.write({"invoice_payment_term_id": False, "invoice_date_due": due or day})
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice, amount=None, day=TODAY):
        register = cls.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        register.create({"payment_date": day, **({"amount": amount} if amount else {})})._create_payments()

    def _row(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["order.to.cash"].browse(order.id)

    def _stage(self, order):
        row = self._row(order)
        return row.stage, row.exception

    @classmethod
    def _day(cls, text):
        return fields.Date.to_date(text)
