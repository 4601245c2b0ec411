from itertools import product as every

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..models.order_to_cash import order_to_cash_live as live
from ..models.order_to_cash import order_to_cash_sql as sql
from ..stages import EXCEPTIONS, Dates, Facts, exception_of, since_of, stage_of
from .order_to_cash_common import TODAY, OrderToCashCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCycle(OrderToCashCommon):
    """S1.3 to S1.6, S1.16: an order is followed from quotation to payment, with its amounts and days."""

    def _amounts(self, order):
        row = self._row(order)
        return row.value, row.invoiced_amount, row.paid_amount, row.open_amount

    def test_the_whole_way(self):
        order = self._order(day="2026-06-01", confirm=False)
        self.assertEqual(self._stage(order), ("quotation", False))
        order.action_confirm()
        order.date_order = "2026-06-03"
        self.assertEqual(self._stage(order), ("order", "invoice_late"))
        with freeze_time("2026-06-05"):
            self._deliver(order, 4)
            self.env.flush_all()
        self.assertEqual(self._stage(order)[0], "delivery")
        with freeze_time("2026-06-08"):
            self._deliver(order)
            self.env.flush_all()
        self.assertEqual(self._stage(order), ("invoice", "delivered_not_invoiced"))
        invoice = self._bill(order, "2026-06-10", due="2026-06-20")
        self.assertEqual(self._stage(order), ("payment", "not_sent"))
        invoice.is_move_sent = True
        self.assertEqual(self._stage(order), ("payment", False))
        self.assertEqual(self._amounts(order), (1000, 1000, 0, 1000))
        self._pay(invoice, 400, "2026-06-12")
        self.assertEqual(self._amounts(order), (1000, 1000, 400, 600))
        self._pay(invoice, day="2026-06-14")
        self.assertEqual(self._stage(order), ("done", False))
        row = self._row(order)
        self.assertEqual(
            [row[name].isoformat() for name in ("confirmed_on", "delivered_on", "invoiced_on", "paid_on")],
            ["2026-06-03", "2026-06-08", "2026-06-10", "2026-06-14"],
        )
        self.assertEqual(
            [row[f"days_to_{step}"] for step in ("deliver", "invoice", "pay", "cash")],
            [5, 2, 4, 11],
        )
        self.assertFalse(row.is_open)

    def test_days_at_a_stage(self):
        order = self._order(day="2026-06-03")
        self.assertEqual((self._row(order).since, self._row(order).days), (self._day("2026-06-03"), 12))
        self._bill(order, "2026-06-10", due="2026-07-10")
        self.assertEqual((self._row(order).stage, self._row(order).days), ("payment", 5))

    def test_a_service_without_delivery_goes_to_its_invoice(self):
        self.assertEqual(self._stage(self._order(self.service)), ("invoice", False))

    def test_goods_invoiced_by_delivery_wait_for_it(self):
        order = self._order(self.by_delivery, day="2026-05-01")
        self.assertEqual(self._stage(order), ("order", False))
        self._deliver(order, 3)
        self.assertEqual(self._stage(order)[0], "delivery")
        self._bill(order)
        self.assertEqual(self._stage(order)[0], "delivery")
        self.assertEqual(self._amounts(order), (1000, 300, 0, 300))

    def test_a_draft_invoice_is_not_invoiced(self):
        order = self._order(self.service)
        invoice = self._bill(order, post=False)
        self.assertEqual(self._stage(order)[0], "invoice")
        self.assertEqual(self._amounts(order), (1000, 0, 0, 0))
        invoice.action_post()
        self.assertEqual(self._stage(order)[0], "payment")

    def test_past_due(self):
        order = self._order(day="2026-05-01")
        self._bill(order, "2026-05-02", due="2026-06-14")
        self.assertEqual(self._stage(order), ("payment", "overdue"))
        self.assertEqual(self._row(order).due_on, self._day("2026-06-14"))

    def test_one_invoice_of_two_orders_is_shared_between_them(self):
        first, second = self._order(self.service), self._order(self.service, quantity=30)
        invoice = self._bill(first | second)
        self.assertEqual(len(invoice), 1)
        self._pay(invoice, 1000)
        self.assertEqual(self._amounts(first), (1000, 1000, 250, 750))
        self.assertEqual(self._amounts(second), (3000, 3000, 750, 2250))

    def test_a_credit_note_takes_the_invoice_back(self):
        order = self._order(self.service)
        invoice = self._bill(order)
        reversal = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = reversal.create({"journal_id": invoice.journal_id.id, "date": TODAY})
        wizard.refund_moves()
        credit_note = wizard.new_move_ids
        credit_note.action_post()
        self.assertEqual(self._amounts(order)[:2], (1000, 0))
        (self._receivable(invoice, credit_note)).filtered(lambda line: not line.reconciled).reconcile()
        self.assertEqual(self._amounts(order), (1000, 0, 0, 0))
        self.assertEqual(self._stage(order)[0], "invoice")

    def test_a_down_payment_is_counted_and_then_deducted(self):
        order = self._order(self.goods)
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        wizard.create({"advance_payment_method": "fixed", "fixed_amount": 200}).create_invoices()
        down = order.invoice_ids
        down.invoice_date = TODAY
        down.action_post()
        self._pay(down)
        self.assertEqual(self._amounts(order), (1000, 200, 200, 0))
        self.assertNotIn(self._row(order).stage, ("done", "payment"))
        self._bill(order)
        self.assertEqual(self._amounts(order), (1000, 1000, 200, 800))
        self.assertEqual(self._row(order).stage, "payment")

    def test_cancelled(self):
        order = self._order()
        order._action_cancel()
        self.assertEqual(self._stage(order), ("cancelled", False))
        self.assertFalse(self._row(order).is_open)

    def test_cancelled_with_an_unpaid_invoice_stays_open(self):
        order = self._order(self.service)
        self._bill(order, "2026-06-01", due="2026-06-10")
        order.state = "cancel"
        self.assertEqual(self._stage(order), ("cancelled", "overdue"))
        self.assertTrue(self._row(order).is_open)

    def test_held_waiting_and_expired_quotations(self):
        order = self._order(confirm=False, validity_date="2026-06-14")
        self.assertEqual(self._stage(order), ("quotation", "expired"))
        self.customer.credit_hold = True
        order.action_confirm()
        self.assertEqual(self._stage(order), ("held", "held"))
        self.assertTrue(self._row(order).since)

    def test_amounts_in_another_currency_are_shown_in_the_company_s(self):
        gold = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create({"name": "In euro", "currency_id": gold.id})
        order = self._order(self.service, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, gold)
        invoice = self._bill(order)
        self._pay(invoice, 400)
        self.assertEqual(self._amounts(order), (500, 500, 200, 300))
        self.assertEqual(self._row(order).amount_total, 1000)

    def test_sums_and_averages_by_stage(self):
        """S1.22"""
        for day in ("2026-06-10", "2026-06-12"):
            self._order(day=day)
        self.env.flush_all()
        rows = self.env["order.to.cash"]._read_group(
            [("partner_id", "=", self.customer.id), ("is_open", "=", True)], ["stage"], ["value:sum", "days:avg"]
        )
        self.assertEqual(rows, [("order", 2000, 4)])

    def test_exceptions_come_first(self):
        plain = self._order(day="2026-06-14")
        late = self._order(day="2026-06-01")
        overdue = self._order(day="2026-06-13")
        self._bill(overdue, "2026-06-13", due="2026-06-14")
        self.env.flush_all()
        rows = self.env["order.to.cash"].search([("id", "in", (plain + late + overdue).ids)])
        self.assertEqual(rows.ids, [overdue.id, late.id, plain.id])

    def test_days_to_invoice_are_the_company_s_choice(self):
        order = self._order(day="2026-06-13")
        self.assertEqual(self._stage(order)[1], False)
        self.company.otc_invoice_days = 1
        self.assertEqual(self._stage(order)[1], "invoice_late")
        with self.assertRaisesRegex(ValidationError, "number of days"):
            self.company.otc_invoice_days = -1

    def test_the_way_to_order_invoices_and_payments(self):
        order = self._order(self.service)
        row = self._row(order)
        self.assertEqual(row.action_open_order()["res_id"], order.id)
        with self.assertRaisesRegex(UserError, "nothing is invoiced"):
            row.action_open_invoices()
        with self.assertRaisesRegex(UserError, "nothing is paid"):
            row.action_open_payments()
        invoice = self._bill(order)
        self._pay(invoice)
        self.assertEqual(row.action_open_invoices()["res_id"], invoice.id)
        paid = self.env["account.move.line"].search(row.action_open_payments()["domain"])
        self.assertEqual(paid.balance, -1000)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSameRule(OrderToCashCommon):
    """The SQL says what ``stages.py`` says, for every combination of facts."""

    def _ask(self, expressions, cases):
        """The value of SQL expressions over cases given as dicts of columns."""
        values = SQL(", ").join(SQL("(%s)", SQL(", ").join(SQL("%s", value) for value in case)) for case in cases)
        return self.env.execute_query(SQL("SELECT %s FROM (VALUES %s) f", expressions, values))

    def _columns(self, *names):
        return {name: SQL("f.column%s" % (index + 1)) for index, name in enumerate(names)}

    def test_stage(self):
        names = "state credit_status invoice_status progress followed_left draft_invoice unsettled".split()
        f = self._columns(*names)
        cases = list(
            every(
                ("draft", "sent", "sale", "cancel"),
                ("unchecked", "clear", "prepay", "hold", "released", "rejected"),
                ("no", "to invoice", "invoiced", "upselling"),
                ("none", "begun", "all"),
                *[(True, False)] * 3,
            )
        )
        found = self._ask(sql.stage_case(**f), cases)
        self.assertEqual(
            [row[0] for row in found], [stage_of(Facts(**dict(zip(names, case, strict=True)))) for case in cases]
        )

    def test_open(self):
        names = "state invoice_status progress followed_left draft_invoice unsettled".split()
        f = self._columns(*names)
        cases = list(
            every(
                ("draft", "sent", "sale", "cancel"),
                ("no", "to invoice", "invoiced", "upselling"),
                ("none", "begun", "all"),
                *[(True, False)] * 3,
            )
        )
        found = self._ask(sql.open_case(left=SQL("%s <> 'all'", f["progress"]), **f), cases)
        wanted = []
        for case in cases:
            facts = Facts(**dict(zip(names, case, strict=True)))
            wanted.append(stage_of(facts) != "done" and (facts.state != "cancel" or facts.unsettled))
        self.assertEqual([row[0] for row in found], wanted)

    def test_exception(self):
        f = self._columns(
            "state", "credit", "invoiced", "confirmed", "valid", "disputed", "past_due", "delivered", "not_sent"
        )
        days = [self._day(day) for day in ("2026-06-07", "2026-06-08", "2026-06-14", "2026-06-15")]
        cases = list(
            every(
                ("draft", "sent", "sale", "cancel"),
                ("clear", "prepay", "hold", "rejected"),
                ("no", "to invoice", "invoiced"),
                (days[0], days[1]),
                (days[2], days[3]),
                *[(True, False)] * 4,
            )
        )
        facts = sql.exception_facts(
            SQL("%s::date", self._day(TODAY)),
            SQL("7"),
            state=f["state"],
            credit_status=f["credit"],
            invoice_status=f["invoiced"],
            confirmed_on=f["confirmed"],
            valid_until=f["valid"],
            disputed=f["disputed"],
            past_due=f["past_due"],
            delivered_not_invoiced=f["delivered"],
            not_sent=f["not_sent"],
        )
        found = self._ask(sql.exception_case(facts), cases)
        names = (
            "state credit_status invoice_status confirmed_on valid_until disputed past_due delivered_not_invoiced not_sent"
        ).split()
        wanted = [exception_of(Facts(**dict(zip(names, case, strict=True))), self._day(TODAY), 7) for case in cases]
        self.assertEqual([row[0] for row in found], wanted)
        self.assertEqual(set(wanted), {None, *EXCEPTIONS})

    def test_since(self):
        days = [self._day(f"2026-06-0{number}") for number in range(1, 8)]
        stages = ("quotation", "held", "order", "delivery", "invoice", "payment", "done", "cancelled")
        known = [[days[0], *chosen] for chosen in every(*[(None, day) for day in days[1:]])]
        cases = [(stage, *dates) for stage in stages for dates in known]
        columns = self._columns("stage", *(f"d{number}" for number in range(7)))
        arguments = [columns["stage"], *(SQL("%s::date", columns[f"d{number}"]) for number in range(7))]
        found = self._ask(sql.since_case(*arguments), cases)
        self.assertEqual([row[0] for row in found], [since_of(stage, Dates(*dates)) for stage, *dates in cases])


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestRoles(OrderToCashCommon):
    """S1.5, S1.6: who sees which orders; several companies."""

    def _seen(self, login):
        rows = self.env["order.to.cash"].with_user(self.users[login])
        self.env.flush_all()
        found = rows.search([("partner_id", "=", self.customer.id)])
        grouped = rows._read_group([("partner_id", "=", self.customer.id)], [], ["value:sum"])
        self.assertEqual(grouped[0][0] or 0, sum(found.mapped("value")))
        return set(found.ids)

    def test_salespeople_see_their_own_orders(self):
        own = self._order(user_id=self.users["hub_sales"].id)
        other = self._order(user_id=self.users["otc_sales_manager"].id)
        both = {own.id, other.id}
        self.assertEqual(self._seen("hub_sales"), {own.id})
        for login in ("otc_sales_manager", "hub_accountant", "hub_viewer", "hub_manager", "otc_auditor"):
            self.assertEqual(self._seen(login), both, login)

    def test_a_person_of_the_house_without_a_role_sees_nothing(self):
        nobody = self.users["hub_sales"].copy(
            {"login": "otc_nobody", "group_ids": [Command.set([self.env.ref("base.group_user").id])]}
        )
        with self.assertRaises(AccessError):
            self.env["order.to.cash"].with_user(nobody).search([])

    def test_another_company_is_not_seen(self):
        """M2"""
        other = self.setup_other_company(name="Otc elsewhere")["company"]
        order = self._order(self.service, company_id=other.id, partner_id=self.other.id)
        rows = self.env["order.to.cash"].with_user(self.users["hub_accountant"])
        self.assertFalse(rows.search([("id", "=", order.id)]))
        self.assertEqual(rows.search_count([("partner_id", "=", self.other.id)]), 0)

    def test_nobody_writes_the_list(self):
        order = self._order()
        for login in ("hub_manager", "hub_accountant"):
            with self.assertRaises(AccessError):
                self._row(order).with_user(self.users[login]).write({"stage": "done"})

    def test_a_row_is_the_same_worked_out_alone_or_among_all(self):
        """S1.3, S1.6"""
        self._order(confirm=False, validity_date="2026-06-14")
        self._order(self.by_delivery, day="2026-05-01")
        self._deliver(self._order(self.goods, self.by_delivery), 3)
        self._bill(self._order(self.service), post=False)
        disputed, paid = (self._bill(self._order(self.service), "2026-06-01", due="2026-07-01") for _number in range(2))
        disputed.action_credit_dispute("quality", "Two broken")
        self._pay(paid)
        both = self._order(self.service), self._order(self.service)
        self._bill(both[0] | both[1], "2026-06-10", due="2026-07-10")
        both[0].state = "cancel"
        late = self._order(self.service, self.goods)
        self._bill(late, "2026-05-02", due="2026-06-14")
        self.env.flush_all()
        rows = self.env["order.to.cash"]
        ours = rows.search([("partner_id", "=", self.customer.id)])
        self.assertGreater(len(set(ours.mapped("stage"))), 4)
        self.assertGreater(len(set(ours.mapped("exception"))), 4)
        today = self._day(TODAY)
        alone, among_all = (
            self.env.execute_query(SQL("SELECT * FROM (%s) t WHERE id IN %s ORDER BY id", query, ours._ids))
            for query in (live.live_query(today, ours.ids), live.live_query(today))
        )
        self.assertEqual(len(alone), len(ours))
        self.assertEqual(alone, among_all)

    def test_a_page_is_what_all_rows_begin_with(self):
        for day in ("2026-06-01", "2026-06-14", "2026-06-02", "2026-06-13"):
            self._order(day=day)
        self.env.flush_all()
        domain, rows = [("partner_id", "=", self.customer.id)], self.env["order.to.cash"]
        every_row = rows.search_read(domain, ["stage", "exception", "days"])
        self.env.invalidate_all()
        pages = [rows.search_read(domain, ["stage", "exception", "days"], offset=at, limit=2) for at in (0, 2)]
        self.assertEqual(pages[0] + pages[1], every_row[:4])
        self.assertFalse(rows.search_fetch([("id", "=", False)], ["stage"], limit=2))

    def test_queries_do_not_grow_with_the_rows(self):
        orders = self.env["sale.order"].union(*(self._order(self.service) for _number in range(12)))
        self._bill(orders)
        self.env.flush_all()
        names = [name for name, field in self.env["order.to.cash"]._fields.items() if field.store and name != "id"]
        counts = []
        for ids in (orders.ids, orders[:3].ids, orders.ids):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["order.to.cash"].search_read([("id", "in", ids)], names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
