"""What the tests of agreements share: products, an agreement, a quotation."""

from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import freeze_time

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
