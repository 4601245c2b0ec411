from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..models.order_to_cash.order_to_cash_kept import KEPT
from ..models.order_to_cash.order_to_cash_live import live_query
from .order_to_cash_common import TODAY, OrderToCashCommon


class KeptCommon(OrderToCashCommon):
    def _assert_kept(self, after=""):
        """What readers get is what orders, deliveries, invoices and payments say at this moment."""
        self.env["order.to.cash"].search([], limit=1)
        columns = SQL(", ").join(map(SQL.identifier, KEPT))
        kept = self.env.execute_query_dict(SQL("SELECT %s FROM order_to_cash_kept ORDER BY id", columns))
        live = self.env.execute_query_dict(
            SQL("SELECT %s FROM (%s) t ORDER BY id", columns, live_query(fields.Date.today()))
        )
        self.assertEqual(len(kept), len(live), after)
        for was, now in zip(kept, live, strict=True):
            self.assertEqual(was, now, after)

    def _credit_note(self, invoice):
        reversal = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = reversal.create({"journal_id": invoice.journal_id.id, "date": fields.Date.today()})
        wizard.refund_moves()
        wizard.new_move_ids.action_post()
        return wizard.new_move_ids


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestKept(KeptCommon):
    """S1.3 to S1.6, F: what is kept of orders is never behind, whatever happens to them."""

    def _steps(self, *steps):
        for number, step in enumerate(steps):
            step()
            self._assert_kept(f"step {number + 1}")

    def test_from_quotation_to_payment_and_back(self):
        order = self._order(self.goods, self.by_delivery, confirm=False, validity_date="2026-06-20")
        self._assert_kept("quotation")
        self._steps(
            lambda: order.write({"validity_date": "2026-06-14"}),
            lambda: order.order_line[0].write({"product_uom_qty": 12}),
            order.action_confirm,
            lambda: self._deliver(order, 3),
        )
        invoice = self._bill(order, post=False)
        self._steps(
            lambda: None,
            lambda: invoice.invoice_line_ids[0].unlink(),
            invoice.action_post,
            lambda: invoice.write({"is_move_sent": True}),
            lambda: self._pay(invoice, 100),
            lambda: self._receivable(invoice).remove_move_reconcile(),
            lambda: self._pay(invoice),
            invoice.button_draft,
            invoice.action_post,
            lambda: self._deliver(order),
        )
        self.assertEqual(self._row(order).stage, "delivery")

    def test_credit_note_matched_and_unmatched(self):
        order = self._order(self.service)
        invoice = self._bill(order)
        note = self._credit_note(invoice)
        items = self._receivable(invoice, note)
        self._steps(
            lambda: items.filtered(lambda item: not item.reconciled).reconcile(),
            items.remove_move_reconcile,
            note.button_draft,
            note.button_cancel,
        )

    def test_hold_release_and_cancel(self):
        order = self._order(confirm=False)
        self._steps(
            lambda: self.customer.write({"credit_hold": True}),
            order.action_confirm,
            lambda: order.with_user(self.users["hub_manager"]).action_credit_release("They paid", 5000),
            lambda: self.customer.write({"credit_hold": False}),
            lambda: order.action_confirm() if order.state != "sale" else None,
            order._action_cancel,
            order.action_draft,
        )
        self.assertEqual(self._row(order).stage, "quotation")

    def test_dispute(self):
        invoice = self._bill(self._order(self.service), "2026-06-01", due="2026-06-10")
        self._assert_kept("overdue")
        self._steps(lambda: invoice.action_credit_dispute("quality", "Two broken"))
        self.assertEqual(self._row(self._ordered(invoice)).exception, "disputed")

    def _ordered(self, invoice):
        return invoice.line_ids.sale_line_ids.order_id

    def test_deletion(self):
        order, other = self._order(confirm=False), self._order(self.service)
        invoice = self._bill(other, post=False)
        self._assert_kept("made")
        self._steps(order.order_line.unlink, order.unlink, invoice.unlink)
        self.assertFalse(self.env["order.to.cash"].search([("id", "=", order.id)]))

    def test_a_line_billed_by_hand(self):
        """The lines of orders that an invoice line bills are changed by themselves."""
        first, second = self._order(self.service), self._order(self.service)
        line = self._bill(first, post=False).invoice_line_ids[:1]
        self._assert_kept("made")
        self._steps(
            lambda: line.write({"sale_line_ids": [Command.set(second.order_line.ids)]}),
            lambda: first.order_line.write({"invoice_lines": [Command.link(line.id)]}),
            lambda: line.move_id.action_post(),
            lambda: line.write({"sale_line_ids": [Command.clear()]}),
        )
        self.assertEqual(self._row(second).invoiced_amount, 0)

    def test_settings_that_decide(self):
        order = self._order(self.goods, day="2026-06-13")
        self._assert_kept("made")
        self._steps(
            lambda: self.company.write({"otc_invoice_days": 1}),
            lambda: self.company.write({"otc_invoice_days": 30}),
            lambda: self.goods.product_tmpl_id.write({"invoice_policy": "delivery"}),
            lambda: self.goods.product_tmpl_id.write({"invoice_policy": "order"}),
            lambda: order.write({"user_id": self.users["hub_sales"].id}),
            lambda: order.write({"partner_id": self.other.id}),
        )

    def test_second_currency_and_second_company(self):
        """M2"""
        gold = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create({"name": "In euro", "currency_id": gold.id})
        order = self._order(self.service, pricelist_id=pricelist.id)
        self._assert_kept("ordered")
        invoice = self._bill(order)
        self._steps(lambda: None, lambda: self._pay(invoice, 400), lambda: self._pay(invoice))
        other = self.setup_other_company(name="Otc kept elsewhere")["company"]
        elsewhere = self._order(self.service, company_id=other.id, partner_id=self.other.id, confirm=False)
        self._steps(lambda: None, elsewhere.action_confirm)
        self.assertEqual(self._row(elsewhere).sudo().company_id, other)

    def test_customers_merged(self):
        twin = self.customer.copy({"name": "Twin"})
        order = self._order(partner_id=twin.id)
        self._assert_kept("ordered")
        self.env["base.partner.merge.automatic.wizard"]._merge([self.customer.id, twin.id], self.customer)
        self._assert_kept("merged")
        self.assertEqual(self._row(order).partner_id, self.customer)

    def test_each_day_is_looked_at_anew(self):
        """Every exception that begins with a day begins on that day, with nobody touching the order."""
        self._order(confirm=False, validity_date="2026-06-17")
        self._order(self.goods)
        self._deliver(self._order(self.goods))
        self._bill(self._order(self.service), due="2026-06-18")
        seen = []
        for number in range(10):
            with freeze_time(self._day(TODAY) + relativedelta(days=number)):
                self.env.flush_all()
                self._assert_kept(f"day {number}")
                rows = self.env["order.to.cash"].search([("partner_id", "=", self.customer.id)], order="id")
                self.env.invalidate_all()
                seen.append(tuple(rows.mapped("exception")))
        self.assertEqual(seen[0], (False, False, False, False))
        self.assertEqual(seen[1], (False, False, "delivered_not_invoiced", "not_sent"))
        self.assertEqual(seen[3], ("expired", False, "delivered_not_invoiced", "not_sent"))
        self.assertEqual(seen[4], ("expired", False, "delivered_not_invoiced", "overdue"))
        self.assertEqual(seen[8], ("expired", "invoice_late", "delivered_not_invoiced", "overdue"))

    def test_orders_that_nobody_marked_are_found(self):
        order = self._order()
        self._assert_kept("ordered")
        self.env.cr.execute("DELETE FROM order_to_cash_kept WHERE id = %s", [order.id])
        self.env["credit.account"]._cron_refresh()
        self._assert_kept("filled")

    def test_a_change_taken_back_is_not_kept(self):
        order = self._order(confirm=False)
        self._assert_kept("quotation")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            order.action_confirm()
            self.assertEqual(self._row(order).stage, "order")
            raise ZeroDivisionError
        self.env.invalidate_all()
        self._assert_kept("taken back")
        self.assertEqual(self._row(order).stage, "quotation")

    def test_queries_do_not_grow_with_what_changed(self):
        orders = self.env["sale.order"].union(*(self._order(confirm=False) for _number in range(30)))
        rows, counts = self.env["order.to.cash"], []
        for changed in (orders, orders[:3], orders):
            changed.write({"validity_date": f"2026-06-{14 + len(counts)}"})
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            rows.search([], limit=1)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_what_is_kept_is_nobody_s_to_touch(self):
        for model in ("order.to.cash.kept", "order.to.cash.mark"):
            for user in self.users.values():
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(operation))


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestKeptWalks(KeptCommon):
    """F: whatever order things happen in, kept is live."""

    def _act(self, random, orders):
        """One thing that may happen to some order; what cannot happen to it now does not."""
        order = random.choice(orders)
        invoices = order.invoice_ids
        posted = invoices.filtered(lambda move: move.state == "posted")
        open_ones = posted.filtered(lambda move: move.amount_residual > 0 and move.move_type == "out_invoice")
        paid = self._receivable(posted).filtered("matching_number")
        deeds = {
            "quote": lambda: orders.append(
                self._order(random.choice([self.goods, self.by_delivery, self.service]), confirm=False)
            ),
            "deliver": lambda: self._deliver(order, random.randint(1, 10)),
            "quantity": lambda: order.order_line[:1].write({"product_uom_qty": random.randint(10, 15)}),
        }
        if order.state == "draft":
            deeds["confirm"] = order.action_confirm
            deeds["hold"] = lambda: self.customer.write({"credit_hold": not self.customer.credit_hold})
            deeds["expire"] = lambda: order.write({"validity_date": f"2026-06-{random.randint(10, 20)}"})
        if order.state == "sale" and order.invoice_status == "to invoice":
            deeds["bill"] = lambda: self._bill(order, post=False, due=f"2026-06-{random.randint(15, 20)}")
        if order.state == "sale" and not posted:
            deeds["cancel"] = order._action_cancel
        if order.state == "cancel":
            deeds["again"] = order.action_draft
        for move in invoices.filtered(lambda move: move.state == "draft")[:1]:
            deeds["post"], deeds["drop"] = move.action_post, move.unlink
        if open_ones:
            deeds["pay"] = lambda: self._pay(open_ones[:1], random.choice([None, 50]))
            deeds["send"] = lambda: open_ones[:1].write({"is_move_sent": True})
            deeds["credit"] = lambda: self._credit_note(open_ones[:1])
            deeds["reset"] = open_ones[:1].button_draft
        if paid:
            deeds["unmatch"] = paid[:1].remove_move_reconcile
        name = random.choice(sorted(deeds))
        deeds[name]()
        return name

    def test_walks(self):
        for seed in range(4):
            random, orders, done = Random(seed), [self._order(self.service)], []
            for number in range(25):
                with freeze_time(self._day(TODAY) + relativedelta(days=4 * seed + number // 6)):
                    done.append(self._act(random, orders))
                    self._assert_kept(f"seed {seed}: {done}")
            self.customer.credit_hold = False
