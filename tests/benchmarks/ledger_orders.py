"""The orders of a planned ledger."""

from ledger_copy import Copy

MORNING = "g.d + time '10:00'"


class Orders(Copy):
    def copy_orders(self):
        self.sql("CREATE TEMP TABLE g_sale (cur int, id int, line_id int)")
        for currency, (order, line) in self.masters.orders.items():
            self.sql("INSERT INTO g_sale VALUES (%s, %s, %s)", currency, order, line)
        source = "g_order g JOIN g_partner pt ON pt.p = g.p JOIN g_sale po ON po.cur = g.cur"
        tax = "(g.t1 + COALESCE(g.t2, 0))"
        if self.masters.company.tax_calculation_rounding_method == "round_globally":
            tax = f"round((g.p1 + COALESCE(g.p2, 0)) * {self.masters.tax.amount / 100}, 2)"
        changes = {
            "id": f"{self.ids['sale_order']} + g.k",
            "name": "'B' || lpad(g.k::text, 7, '0')",
            "access_token": "NULL",
            "partner_id": "pt.id",
            "partner_invoice_id": "COALESCE(pt.contact_id, pt.id)",
            "partner_shipping_id": "pt.id",
            "date_order": MORNING,
            "validity_date": "g.d + 30",
            "currency_rate": "g.rate",
            "amount_untaxed": "g.p1 + COALESCE(g.p2, 0)",
            "amount_tax": tax,
            "amount_total": f"g.p1 + COALESCE(g.p2, 0) + {tax}",
            "invoice_status": "CASE WHEN g.link IS NOT NULL AND g.p2 IS NULL THEN 'invoiced' ELSE 'to invoice' END",
            "create_date": MORNING,
            "write_date": MORNING,
        }
        self.copy("sale_order", f"{source} JOIN sale_order x ON x.id = po.id", changes)
        self.copy_order_lines(source, 0, "g.p1", "g.t1", "g.link IS NOT NULL")
        self.copy_order_lines(source, 1, "g.p2", "g.t2", "FALSE")
        self.sql(
            f"""INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)
                SELECT {self.ids["sale_order_line"]} + 2 * g.k, {self.ids["account_move_line"]} + 3 * g.link
                  FROM g_order g WHERE g.link IS NOT NULL"""
        )

    def copy_order_lines(self, source, number, price, tax, invoiced):
        new_id = f"{self.ids['sale_order_line']} + 2 * g.k + {number}"
        changes = {
            "id": new_id,
            "order_id": f"{self.ids['sale_order']} + g.k",
            "order_partner_id": "pt.id",
            "price_unit": price,
            "technical_price_unit": price,
            "price_subtotal": price,
            "price_tax": tax,
            "price_total": f"{price} + {tax}",
            "price_reduce_taxexcl": price,
            "price_reduce_taxinc": f"{price} + {tax}",
            "qty_invoiced": f"CASE WHEN {invoiced} THEN 1 ELSE 0 END",
            "qty_to_invoice": f"CASE WHEN {invoiced} THEN 0 ELSE 1 END",
            "untaxed_amount_invoiced": f"CASE WHEN {invoiced} THEN {price} ELSE 0 END",
            "untaxed_amount_to_invoice": f"CASE WHEN {invoiced} THEN 0 ELSE {price} END",
            "invoice_status": f"CASE WHEN {invoiced} THEN 'invoiced' ELSE 'to invoice' END",
            "create_date": MORNING,
            "write_date": MORNING,
        }
        rows = f"{source} JOIN sale_order_line x ON x.id = po.line_id WHERE {price} IS NOT NULL"
        self.copy("sale_order_line", rows, changes)
        self.sql(
            f"""INSERT INTO account_tax_sale_order_line_rel (sale_order_line_id, account_tax_id)
                SELECT {new_id}, x.account_tax_id
                  FROM {source} JOIN account_tax_sale_order_line_rel x ON x.sale_order_line_id = po.line_id
                 WHERE {price} IS NOT NULL"""
        )
