from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .order_to_cash_common import TODAY, OrderToCashCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestInvoicing(OrderToCashCommon):
    """S1.19, S1.20, S1.24: invoices of many orders at once; what cannot be invoiced is set aside with its reason."""

    def _invoice_all(self, orders, user="hub_accountant", **options):
        """What the bar does: the window's answer, then one call for each slice."""
        self.env.flush_all()
        rows = self.env["order.to.cash"].with_user(self.users[user]).browse(orders.ids)
        window = self.env["order.to.cash.invoicing"].with_user(self.users[user])
        window = window.browse(rows.action_create_invoices()["res_id"])
        window.write(options)
        params = window.action_start()["params"]
        work = self.env[params["model"]].with_user(self.users[user]).browse(params["ids"])
        return getattr(work, params["method"])(**params["kwargs"])

    def test_each_customer_gets_one_invoice_of_his_orders(self):
        orders = (
            self._order(self.service) + self._order(self.service) + self._order(self.service, partner_id=self.other.id)
        )
        answer = self._invoice_all(orders)
        self.assertEqual(sorted(answer["done"]), orders.ids)
        invoices = self.env["account.move"].browse(answer["made"])
        self.assertEqual(sorted(invoices.mapped("amount_total")), [1000, 2000])
        self.assertEqual(set(invoices.mapped("state")), {"draft"})
        self.assertEqual(answer["failed"], [])

    def test_one_invoice_for_each_order_confirmed_at_once(self):
        orders = self._order(self.service) + self._order(self.service)
        answer = self._invoice_all(orders, one_per_customer=False, post=True)
        invoices = self.env["account.move"].browse(answer["made"])
        self.assertEqual(invoices.mapped("amount_total"), [1000, 1000])
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        self.assertEqual(self._stage(orders[0])[0], "payment")

    def test_what_cannot_be_invoiced_is_set_aside(self):
        self.customer.credit_hold = False
        good = self._order(self.service)
        quotation = self._order(self.service, confirm=False)
        waiting = self._order(self.by_delivery)
        finished = self._order(self.service)
        self._bill(finished)
        cancelled = self._order(self.service)
        cancelled._action_cancel()
        self.other.credit_hold = True
        held = self._order(self.service, confirm=False, partner_id=self.other.id)
        held.action_confirm()
        answer = self._invoice_all(good + quotation + waiting + finished + cancelled + held)
        self.assertEqual(answer["done"], good.ids)
        reasons = {row["id"]: row["reason"] for row in answer["failed"]}
        self.assertIn("confirm it first", reasons[quotation.id])
        self.assertIn("deliver something first", reasons[waiting.id])
        self.assertIn("invoiced in full", reasons[finished.id])
        self.assertIn("cancelled", reasons[cancelled.id])
        self.assertIn("credit hold released", reasons[held.id])

    def test_the_window_tells_what_will_be_set_aside(self):
        orders = self._order(self.service) + self._order(self.service, confirm=False)
        rows = self.env["order.to.cash"].browse(orders.ids)
        window = self.env["order.to.cash.invoicing"].browse(rows.action_create_invoices()["res_id"])
        self.assertEqual((window.order_count, window.ready_count), (2, 1))
        self.assertIn("1 of the selected", window.note)

    def test_an_error_of_odoo_is_set_aside_and_leaves_nothing(self):
        orders = self._order(self.service) + self._order(self.service, partner_id=self.other.id)
        post = type(self.env["account.move"]).action_post

        def refuse(moves):
            if moves.partner_id == self.other:
                raise UserError(REASON)
            return post(moves)

        with patch.object(type(self.env["account.move"]), "action_post", refuse):
            answer = self._invoice_all(orders, post=True)
        self.assertEqual(answer["done"], orders[0].ids)
        self.assertEqual(answer["failed"], [{"id": orders[1].id, "name": orders[1].name, "reason": REASON}])
        self.assertFalse(orders[1].invoice_ids)

    def test_down_payments_are_deducted_or_not(self):
        order = self._order(self.service)
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        wizard.create({"advance_payment_method": "fixed", "fixed_amount": 200}).create_invoices()
        order.invoice_ids.action_post()
        answer = self._invoice_all(order)
        self.assertEqual(self.env["account.move"].browse(answer["made"]).amount_total, 800)

    def test_a_second_run_makes_no_second_invoice(self):
        order = self._order(self.service)
        self._invoice_all(order)
        answer = self._invoice_all(order)
        self.assertEqual((answer["done"], answer["made"], len(order.invoice_ids)), ([], [], 1))

    def test_salespeople_invoice_their_own_orders_alone(self):
        own = self._order(self.service, user_id=self.users["hub_sales"].id)
        other = self._order(self.service, user_id=self.users["otc_sales_manager"].id)
        self.assertEqual(self._invoice_all(own, "hub_sales")["done"], own.ids)
        with self.assertRaises(AccessError):
            self._invoice_all(other, "hub_sales")
        with self.assertRaises(AccessError):
            other.with_user(self.users["hub_sales"]).action_otc_invoice(1)

    def test_who_only_looks_makes_no_invoice(self):
        order = self._order(self.service)
        for login in ("hub_viewer", "otc_auditor"):
            with self.assertRaises(AccessError):
                self._invoice_all(order, login)
            with self.assertRaises(UserError):
                order.with_user(self.users[login]).action_otc_invoice(1)
        self.assertFalse(order.invoice_ids)

    def test_another_s_window_or_no_window_is_refused(self):
        order = self._order(self.service)
        rows = self.env["order.to.cash"].browse(order.ids)
        window = rows.action_create_invoices()["res_id"]
        theirs = order.with_user(self.users["hub_accountant"])
        for bad in (window, 0, -1, None, "1", True, 1.5, [window], {}):
            with self.assertRaises(UserError, msg=repr(bad)):
                theirs.action_otc_invoice(bad)
        other = self._order(self.service)
        with self.assertRaisesRegex(UserError, "select it in the list"):
            other.action_otc_invoice(window)


REASON = "To confirm this invoice, do something first."


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSending(OrderToCashCommon):
    """S1.21: invoices by e-mail to many customers; S1.17: with Odoo's document and text."""

    def _send(self, orders, user="hub_accountant"):
        self.env.flush_all()
        rows = self.env["order.to.cash"].with_user(self.users[user]).browse(orders.ids)
        params = rows.action_email_invoices()["params"]
        moves = self.env["account.move"].with_user(self.users[user]).browse(params["ids"])
        self.env.invalidate_all()
        return getattr(moves, params["method"])(**params["kwargs"])

    def test_invoices_are_sent_and_who_has_no_address_is_set_aside(self):
        first, second = self._order(self.service), self._order(self.service, partner_id=self.other.id)
        sent, kept = self._bill(first), self._bill(second)
        answer = self._send(first + second)
        self.assertEqual(answer["done"], sent.ids)
        self.assertEqual([row["id"] for row in answer["failed"]], kept.ids)
        self.assertIn("e-mail address", answer["failed"][0]["reason"])
        self.assertTrue(sent.is_move_sent)
        self.assertFalse(kept.is_move_sent)
        message = sent.message_ids.filtered("partner_ids")
        self.assertEqual(message.partner_ids, self.customer)
        self.assertTrue(message.attachment_ids)

    def test_nothing_is_sent_twice(self):
        order = self._order(self.service)
        self._bill(order)
        self._send(order)
        with self.assertRaisesRegex(UserError, "not been sent yet"):
            self._send(order)
        answer = order.invoice_ids.action_otc_send()
        self.assertIn("sent before", answer["failed"][0]["reason"])

    def test_a_draft_is_not_sent(self):
        order = self._order(self.service)
        invoice = self._bill(order, post=False)
        with self.assertRaisesRegex(UserError, "confirmed invoices"):
            self._send(order)
        self.assertIn("confirm it first", invoice.action_otc_send()["failed"][0]["reason"])

    def test_a_document_that_cannot_be_made_is_set_aside(self):
        """Without the program that makes PDFs, Odoo refuses: the invoice stays unsent and says why."""
        order = self._order(self.service)
        invoice = self._bill(order)
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_pre_render_qweb_pdf", side_effect=UserError(REASON)):
            answer = self._send(order)
        self.assertEqual(answer["failed"][0]["reason"], REASON)
        self.assertFalse(invoice.is_move_sent)

    def test_who_only_looks_sends_nothing(self):
        order = self._order(self.service)
        invoice = self._bill(order)
        for login in ("hub_viewer", "otc_auditor"):
            with self.assertRaises(AccessError):
                invoice.with_user(self.users[login]).action_otc_send()
        self.assertFalse(invoice.is_move_sent)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestChanges(OrderToCashCommon):
    """S1.7: every change of a sent or confirmed order is kept, by whatever way it came."""

    def _changes(self, order):
        changes = self.env["sale.order.change"].search([("order_id", "=", order.id)], order="id")
        return [(change.field_name, change.old_value, change.new_value) for change in changes]

    def test_quantity_price_discount_tax_and_product(self):
        order = self._order()
        tax = self.env["account.tax"].create({"name": "Ten", "amount": 10, "company_id": self.company.id})
        line = order.order_line
        line.product_uom_qty = 12
        line.write({"price_unit": 90.5, "discount": 5})
        line.tax_ids = tax
        self.assertEqual(
            self._changes(order),
            [
                ("product_uom_qty", "10", "12"),
                ("price_unit", "100", "90.5"),
                ("discount", "0", "5"),
                ("tax_ids", "", "Ten"),
            ],
        )
        change = order.otc_change_ids[0]
        self.assertEqual((change.user_id, change.subject), (self.env.user, "Goods"))
        self.assertEqual(self._row(order).change_ids, order.otc_change_ids)

    def test_through_the_order_as_the_form_and_an_import_write(self):
        order = self._order()
        order.write({"order_line": [Command.update(order.order_line.id, {"product_uom_qty": 3})]})
        order.load(
            [".id", "order_line/.id", "order_line/product_uom_qty"], [[str(order.id), str(order.order_line.id), "4"]]
        )
        self.assertEqual(self._changes(order), [("product_uom_qty", "10", "3"), ("product_uom_qty", "3", "4")])

    def test_lines_that_come_and_go(self):
        order = self._order(confirm=False)
        order.state = "sent"
        order.write({"order_line": [Command.create({"product_id": self.service.id, "price_unit": 5})]})
        order.order_line[-1].unlink()
        self.assertEqual(
            [change[1:] for change in self._changes(order)],
            [("(new line)", "1 Units at 5"), ("1 Units at 5", "(removed)")],
        )

    def test_customer_and_terms(self):
        order = self._order(confirm=False)
        order.state = "sent"
        order.write({"payment_term_id": self.pay_terms_b.id, "partner_id": self.other.id})
        fields = {change[0]: change[1:] for change in self._changes(order)}
        self.assertEqual(fields["partner_id"], ("Hub Customer", "Hub Other"))
        self.assertEqual(fields["payment_term_id"][1], self.pay_terms_b.display_name)

    def test_drafts_confirmation_and_the_same_value_leave_nothing(self):
        order = self._order(confirm=False)
        order.order_line.product_uom_qty = 11
        order.partner_id = self.other
        order.action_confirm()
        order.order_line.write({"product_uom_qty": 11, "price_unit": order.order_line.price_unit})
        self.assertEqual(self._changes(order), [])

    def test_what_follows_from_a_change_is_no_noise(self):
        """A tax that is computed again and a down payment's line are not changes that a person made."""
        order = self._order()
        order.order_line.product_uom_qty = 12
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        wizard.create({"advance_payment_method": "fixed", "fixed_amount": 200}).create_invoices()
        order.invoice_ids.action_post()
        self._deliver(order)
        self.assertEqual(self._changes(order), [("product_uom_qty", "10", "12")])

    def test_a_price_that_changes_with_the_quantity_is_recorded(self):
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self._pricelist().id,
                "product_id": self.goods.id,
                "min_quantity": 20,
                "compute_price": "fixed",
                "fixed_price": 80,
                "applied_on": "0_product_variant",
            }
        )
        order = self._order(confirm=False, pricelist_id=self._pricelist().id)
        order.order_line.price_unit = 100
        order.action_confirm()
        order.order_line.product_uom_qty = 20
        self.assertEqual([change[0] for change in self._changes(order)][0], "product_uom_qty")

    def _pricelist(self):
        self.kept = getattr(self, "kept", None) or self.env["product.pricelist"].create({"name": "By quantity"})
        return self.kept

    def test_the_record_is_for_good(self):
        order = self._order()
        order.order_line.product_uom_qty = 12
        change = order.otc_change_ids
        for record in (change, change.with_user(self.users["hub_manager"]), change.sudo()):
            with self.assertRaises(UserError):
                record.write({"new_value": "1"})
            with self.assertRaises(UserError):
                record.unlink()
        with self.assertRaises(AccessError):
            change.with_user(self.users["hub_manager"]).create({"order_id": order.id})

    def test_who_sees_the_order_sees_its_changes(self):
        own = self._order(user_id=self.users["hub_sales"].id)
        other = self._order(user_id=self.users["otc_sales_manager"].id)
        for order in (own, other):
            order.order_line.product_uom_qty = 12
        found = self.env["sale.order.change"].with_user(self.users["hub_sales"]).search([])
        self.assertEqual(found.order_id, own)
        found = self.env["sale.order.change"].with_user(self.users["hub_viewer"]).search([])
        self.assertEqual(found.order_id & (own + other), own + other)

    def test_no_query_for_each_line(self):
        counts = []
        for number in (3, 3, 24):
            order = self._order(*[self.goods] * number)
            self.env.flush_all()
            self.env.invalidate_all()
            lines = self.env["sale.order.line"].search([("order_id", "=", order.id)])
            before = self.env.cr.sql_log_count
            texts = lines._otc_texts(["product_id", "product_uom_qty", "price_unit", "tax_ids"])
            self.env["sale.order.change"]._note([(order, "x", None, "a", "b") for _text in texts])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
