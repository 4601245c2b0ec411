"""A run: its criteria, its steps, what is left and why, what a person takes out, what is taken back."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..models.adjustment_run import adjustment_run_steps, adjustment_run_work
from .proof import BILLING, ProofCase

LAST = "2024-03-31"


class RunCase(ProofCase):
    def _run(self, user=None, **vals):
        methods = vals.pop("methods", None)
        if methods:
            vals["method_ids"] = [
                Command.create({"method": one, "sequence": place}) for place, one in enumerate(methods)
            ]
        runs = self._as(user, self.env["adjustment.run"]) if user else self.env["adjustment.run"]
        return runs.create({"company_ids": self.company.ids, "date": LAST, **vals})

    def _customer(self, name, *amounts, **vals):
        """A customer with open items."""
        partner = self.env["res.partner"].create({"name": name, "is_company": True})
        return partner, [self._item(amount, partner=partner, **vals) for amount in amounts]

    def _slice(self, run, partner):
        return run.customer_ids.filtered(lambda one: one.partner_id == partner)

    def _proposed(self, **vals):
        run = self._run(**vals)
        run.action_propose()
        partners = run.customer_ids.filtered("voucher_id").partner_id
        run.action_draft()
        return partners


class TestRun(RunCase):
    # ------------------------------------------------------------------ steps

    def test_proposal_leaves_the_ledger(self):
        """S4.8, S4.22: drafts and reasons, and not one journal item changed; discarding leaves nothing of it."""
        partner, items = self._customer("One", 100, 50, -120)
        before = self._image(self.env["account.move.line"].union(*items))
        run = self._run()
        run.action_propose()
        self.assertEqual(run.state, "proposed")
        one = self._slice(run, partner)
        self.assertEqual((one.state, one.applied, one.left, one.credit_count, one.debit_count),
                         ("proposed", 120, 0, 1, 2))  # fmt: skip
        self.assertEqual(one.voucher_id.state, "draft")
        self.assertEqual(one.voucher_id.run_id, run)
        self.assertEqual(self._image(self.env["account.move.line"].union(*items)), before)
        run.action_draft()
        self.assertEqual((run.state, len(run.voucher_ids), len(run.customer_ids)), ("draft", 0, 0))

    def test_authorize_and_reverse(self):
        """S4.24: the whole run is taken back, every item as it was to the cent in both currencies (V4)."""
        eur = self._currency("EUR", _2023_01_01=0.8, _2024_02_10=0.9)
        partner, items = self._customer("One", 100, 50, -120.33)
        other, more = self._customer("Two", 70, -100, currency=eur, value=None)
        every = self.env["account.move.line"].union(*items, *more)
        before = self._image(every)
        run = self._run()
        run.action_propose()
        run.action_authorize()
        self.assertEqual((run.state, run.done_count, run.failed_count), ("done", 2, 0))
        self.assertEqual(set(run.voucher_ids.mapped("state")), {"authorized"})
        self.assertNotEqual(self._image(every), before)
        run.action_authorize()  # again: nothing happens twice
        run.action_reverse(reason="Wrong file")
        self.assertEqual((run.state, run.reversal_reason), ("reversed", "Wrong file"))
        self.assertEqual(set(run.voucher_ids.mapped("state")), {"reversed"})
        self.assertEqual(set(run.customer_ids.mapped("state")), {"reversed"})
        self.env.invalidate_all()
        self.assertEqual(self._image(every), before)
        run.action_reverse(reason="again")
        self.assertEqual(run.reversal_reason, "Wrong file")
        self.assertTrue(partner and other)

    def test_figures(self):
        """S4.8: applied and left add up to the credits, and each rest has its reason."""
        partner, (_debit, credit) = self._customer("More credit", 100, -130)
        nobody, _items = self._customer("No debit", -40)
        run = self._run()
        run.action_propose()
        self.assertEqual((run.customer_count, run.voucher_count, run.nothing_count), (2, 1, 1))
        self.assertEqual((run.applied_total, run.left_total), (100, 70))
        left = run.item_ids.filtered(lambda item: item.move_line_id == credit)
        self.assertEqual((left.residual, left.left, left.reason_code), (130, 30, "part_left"))
        self.assertEqual(self._slice(run, nobody).reason_code, "no_debit")
        self.assertTrue(self._slice(run, nobody).reason)
        self.assertEqual(self._slice(run, partner).fifo_amount, 100)

    def test_set_aside(self):
        """S4.8: a customer that can't be authorized is set aside with the sentence; the others are done."""
        good, _items = self._customer("Good", 100, -100)
        bad, (debit, credit) = self._customer("Bad", 100, -100)
        more, _items = self._customer("More", 60, -60)
        run = self._run()
        run.action_propose()
        (debit | credit).reconcile()
        run.action_authorize()
        self.assertEqual((run.state, run.done_count, run.failed_count), ("done", 2, 1))
        aside = self._slice(run, bad)
        self.assertEqual(aside.state, "failed")
        self.assertIn("no longer an open", aside.reason)
        self.assertEqual({self._slice(run, one).state for one in (good, more)}, {"authorized"})
        self.assertEqual(aside.voucher_id.state, "draft")

    def test_retry(self):
        """S4.8: what was set aside is taken up again once the cause is gone."""
        bad, (debit, credit) = self._customer("Bad", 100, -100)
        run = self._run()
        run.action_propose()
        (debit | credit).reconcile()
        run.action_authorize()
        (debit | credit).remove_move_reconcile()
        run.action_retry()
        self.assertEqual((run.state, run.failed_count, self._slice(run, bad).state), ("done", 0, "authorized"))
        with self.assertRefused("To try again"):
            run.action_retry()

    def _two_set_aside(self):
        """A run of two customers that can't be authorized, and how to take the cause away."""
        (first, lines), (second, more) = self._customer("Bad", 100, -100), self._customer("Worse", 100, -100)
        every = self.env["account.move.line"].union(*lines, *more)
        run = self._run()
        run.action_propose()
        for pair in (lines, more):
            self.env["account.move.line"].union(*pair).reconcile()
        run.action_authorize()
        every.remove_move_reconcile()
        return run, self._slice(run, first), self._slice(run, second)

    def test_retry_for_one(self):
        """S4.8: of those that were set aside, the one that somebody chooses is taken up again, and no other."""
        run, first, second = self._two_set_aside()
        self.assertEqual((first.state, second.state, first.reason_code), ("failed", "failed", "authorize"))
        self.assertEqual((run.applied_total, run.left_total), (0, 200))  # set aside: nothing is applied
        first.action_retry()
        self.assertEqual((run.applied_total, run.left_total), (100, 100))
        self.assertEqual((first.state, second.state, run.state), ("authorized", "failed", "done"))
        self.assertTrue(second.reason)
        self.assertEqual((run.done_count, run.failed_count), (1, 1))
        with self.assertRefused("none of these is"):
            first.action_retry()
        (first | second).action_retry()
        self.assertEqual((second.state, run.failed_count), ("authorized", 0))

    def test_retry_for_one_asks_for_the_right(self):
        """S4.8: who reads only, or chooses nothing, is told so."""
        _run, first, _second = self._two_set_aside()
        reader = new_test_user(self.env, "retry_reader", "base.group_user,account.group_account_readonly")
        reader.write({"company_ids": [Command.set(self.company.ids)], "company_id": self.company.id})
        with self.assertRaises(AccessError):
            first.with_user(reader).action_retry()
        with self.assertRefused("choose"):
            first.browse().action_retry()
        self.assertEqual(first.state, "failed")

    def test_retry_of_a_proposal_for_one(self):
        """S4.8: a proposal that failed for two customers is made again for one of them."""
        first, _items = self._customer("First", 100, -100)
        second, _items = self._customer("Second", 100, -100)
        run = self._run()
        with patch.object(type(run), "_propose_set", side_effect=UserError("No")):
            run.action_propose()
        self.assertEqual((run.state, run.failed_count), ("proposed", 2))
        self._slice(run, first).action_retry()
        self.assertEqual((self._slice(run, first).state, self._slice(run, second).state), ("proposed", "failed"))
        self.assertEqual((run.state, len(run.voucher_ids)), ("proposed", 1))

    def test_repropose_for_one(self):
        """S4.8: one customer is proposed for anew on what is open now."""
        partner, (debit, _credit) = self._customer("One", 100, -100)
        run = self._run()
        run.action_propose()
        self._item(-30, partner=partner)
        self._item(80, partner=partner)
        one = self._slice(run, partner)
        one.action_propose_again()
        self.assertEqual((one.state, one.applied, one.credit_count), ("proposed", 130, 2))
        self.assertEqual(run.applied_total, 130)
        self.assertEqual(len(debit.adjustment_line_ids), 1)

    def test_by_hand_in_between(self):
        """S4.22: a draft that somebody authorizes, or deletes, by hand is what the run finds."""
        first, _items = self._customer("First", 100, -100)
        second, _items = self._customer("Second", 100, -100)
        run = self._run()
        run.action_propose()
        self._slice(run, first).voucher_id.action_authorize()
        self.assertEqual(self._slice(run, first).state, "authorized")
        self._slice(run, second).voucher_id.unlink()
        self.assertEqual(self._slice(run, second).state, "nothing")
        self.assertEqual(self._slice(run, second).reason_code, "deleted")

    # ------------------------------------------------------------------ criteria

    def test_customers_and_tags(self):
        """S4.8: customers, with what belongs to them, and customers with a tag."""
        tag = self.env["res.partner.category"].create({"name": "Night"})
        first, _items = self._customer("First", 100, -100)
        second, _items = self._customer("Second", 100, -100)
        second.category_id = tag
        self.assertEqual(self._proposed(partner_ids=[Command.set(first.ids)]), first)
        self.assertEqual(self._proposed(partner_tag_ids=[Command.set(tag.ids)]), second)

    def test_journals_dates_currencies(self):
        """S4.45: of the credits; debits are taken whatever their journal, day and currency's neighbors."""
        eur = self._currency("EUR", _2023_01_01=0.8)
        first, _items = self._customer("First", 100, -100, day="2024-01-10")
        second, _items = self._customer("Second", 100, -100, day="2024-02-10")
        third, _items = self._customer("Third", 100, -100, currency=eur)
        fourth = self.env["res.partner"].create({"name": "Fourth"})
        self._item(90, partner=fourth)
        receipt = self._receipt(90, partner=fourth)
        self.assertEqual(self._proposed(date_from="2024-02-01"), second)
        self.assertEqual(self._proposed(date_to="2024-01-15"), first)
        self.assertEqual(self._proposed(currency_ids=[Command.set(eur.ids)]), third)
        self.assertEqual(self._proposed(journal_ids=[Command.set(receipt.journal_id.ids)]), fourth)
        self.assertEqual(self._proposed(date="2024-01-20"), first)

    def test_methods_in_order(self):
        """S4.5 to S4.7: each method works on what the one before it left."""
        partner, (old, new, exact, _credit) = self._customer("One", 100, 200, 300, -300)
        new.date_maturity = "2024-05-01"
        self.assertEqual(self._settled(partner, ("exact", "fifo")), exact)
        self.assertEqual(self._settled(partner, ("fifo",)), old | exact)
        self.assertEqual(self._settled(partner, ("lifo",)), new | exact)

    def _settled(self, partner, methods):
        run = self._run(methods=methods)
        run.action_propose()
        items = self._slice(run, partner).voucher_id.debit_line_ids.move_line_id
        run.action_draft()
        return items

    def test_bad_criteria(self):
        """S4.8: what can't be meant is refused with a sentence."""
        for vals in (
            {"methods": ("fifo", "fifo")},
            {"method_ids": []},
            {"company_ids": []},
            {"date_from": "2024-03-01", "date_to": "2024-02-01"},
            {"date": "2999-01-01"},
            {"date": "nonsense"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.env.cr.savepoint():
                self._run(**vals)
        run = self._run()
        with self.assertRefused("To propose"):
            run.action_propose()
        with self.assertRefused("To authorize"):
            run.action_authorize()
        with self.assertRefused("give a reason"):
            run.action_reverse()

    def test_criteria_stand_once_proposed(self):
        """S4.8: the criteria are those of the proposal."""
        self._customer("One", 100, -100)
        run = self._run()
        run.action_propose()
        for change in (
            lambda: run.write({"use_discount": False}),
            lambda: run.method_ids[:1].write({"method": "lifo"}),
            lambda: run.method_ids[:1].unlink(),
            lambda: run.unlink(),
        ):
            with self.assertRefused("To "):
                change()

    def test_second_run_leaves_the_first_its_items(self):
        """S4.22: what another run's drafts hold stays theirs, with the reason."""
        partner, _items = self._customer("One", 100, -100)
        first, second = self._run(), self._run()
        first.action_propose()
        second.action_propose()
        self.assertEqual(self._slice(second, partner).state, "nothing")
        self.assertEqual(self._slice(second, partner).reason_code, "claimed")

    def test_blocked(self):
        """S4.22: a document in dispute is left alone, with the reason."""
        invoice = self._invoice(100)
        invoice.payment_state = "blocked"
        self._item(-100)
        run = self._run()
        run.action_propose()
        self.assertEqual(run.customer_ids.reason_code, "no_debit")
        self.assertIn("blocked", run.item_ids.mapped("reason_code"))

    # ------------------------------------------------------------------ taking out

    def test_large_run_is_left_to_the_workers(self):
        """S4.8: beyond what is done at once the workers go on, batch by batch; stopped it stands, continued it ends."""
        for number in range(4):
            self._customer(f"Many {number}", 100, -100)
        run = self._run()
        with patch.object(adjustment_run_work, "AT_ONCE", 2), patch(
            "odoo.addons.adjustment_voucher.models.adjustment_run.adjustment_run_steps.AT_ONCE", 2
        ), patch.object(adjustment_run_work, "BATCH", 3), patch.object(adjustment_run_steps, "BATCH", 3):  # fmt: skip
            run.action_propose()
            self.assertEqual((run.state, run.step), ("running", "propose"))
            self.assertEqual(run.progress()["done"], "0")
            self.assertEqual(run._work_batch(), 3)
            run.action_stop()
            self.assertEqual(run._work_batch(), 0)
            self.assertEqual(run.progress()["percent"], 75)
            run.action_continue()
            self.assertEqual(run._work_batch(), 1)
            self.assertEqual(run._work_batch(), 0)
            self.assertEqual((run.state, run.voucher_count), ("proposed", 4))
            run.action_authorize()
            while run._work_batch():
                pass
        self.assertEqual((run.state, run.done_count, run.progress()["percent"]), ("done", 4, 100))

    def test_many_lines_are_left_to_the_workers(self):
        """S4.8: few customers with many items are no work for a caller to wait for: nothing is done in the request."""
        self._customer("Long", 10, 10, 10, -100)
        self._customer("Short", 10, -10)
        run = self._run()
        run.action_propose()
        self.assertEqual(run.state, "proposed")
        with patch.object(adjustment_run_steps, "LINES_AT_ONCE", 5):
            for button in (run.action_authorize, lambda: run.action_reverse(reason="Wrong file")):
                before = run.customer_ids.mapped("state")
                button()
                self.assertEqual((run.state, run.customer_ids.mapped("state")), ("running", before))
                while run._work_batch():
                    pass
        self.assertEqual(run.state, "reversed")

    def test_batches_of_many_lines_have_fewer_customers(self):
        """S4.8: a batch writes so many lines and no more, but always one customer."""
        for number in range(3):
            self._customer(f"Many {number}", 10, 10, -20)
        self._customer("Long", *[10] * 7, -70)
        self._customer("Last", 10, -10)
        run = self._run()
        run.action_propose()
        with patch.object(adjustment_run_steps, "AT_ONCE", 2), patch.object(adjustment_run_work, "LINES", 7):
            for button in (run.action_authorize, lambda: run.action_reverse(reason="Wrong file")):
                button()
                done = []
                while count := run._work_batch():
                    done.append(count)
                self.assertEqual(done, [2, 1, 1, 1])
        self.assertEqual((run.state, run.failed_count), ("reversed", 0))

    def test_small_runs_are_done_at_once(self):
        """S4.8: so much is done in the request, and no more, that nobody waits for the answer."""
        self.assertLessEqual(adjustment_run_steps.AT_ONCE, 10)
        self.assertLessEqual(adjustment_run_steps.LINES_AT_ONCE, 200)
        for number in range(adjustment_run_steps.AT_ONCE + 1):
            self._customer(f"Some {number}", 10, -10)
        run = self._run()
        for button in (run.action_propose, run.action_authorize, lambda: run.action_reverse(reason="Wrong file")):
            button()
            self.assertEqual((run.state, run.progress()["done"]), ("running", "0"))
            while run._work_batch():
                pass
        self.assertEqual(run.state, "reversed")

    def test_workers_have_the_rights_of_the_user(self):
        """S4.8: limits hold for the user who pressed the button, whoever does the work."""
        self._customer("Small", 100, -100)
        big, _items = self._customer("Big", 5000, -5000)
        self.billing.sudo().adjustment_limit = 1000
        run = self._run(self.billing)
        run.action_propose()
        run.action_authorize()
        self.assertEqual((run.done_count, run.failed_count), (1, 1))
        self.assertIn("higher limit", self._slice(run, big).reason)

    def test_second_person(self):
        """S4.8: where a second person authorizes, whoever proposed does not."""
        self.company.adjustment_four_eyes = True
        self._customer("One", 100, -100)
        run = self._run(self.billing)
        run.action_propose()
        run.action_authorize()
        self.assertEqual((run.done_count, run.failed_count), (0, 1))
        self.assertIn("second person", run.customer_ids.reason)
        self._as(self.approver, run).action_retry()
        self.assertEqual((run.done_count, run.failed_count), (1, 0))

    def test_user_without_right_stops_the_run(self):
        """S4.8: a run whose user left stands still and says so."""
        self._customer("One", 100, -100)
        leaver = self._user("run_leaver", BILLING)
        run = self._run(leaver)
        with patch("odoo.addons.adjustment_voucher.models.adjustment_run.adjustment_run_steps.AT_ONCE", 0):
            run.action_propose()
        leaver.sudo().active = False
        run = run.with_user(self.env.user)
        run._work_batch()
        self.assertTrue(run.stopped)
        self.assertIn("continue it yourself", run.stop_reason)

    # ------------------------------------------------------------------ templates


class TestRunQueries(RunCase):
    def _queries(self, count):
        partners = [self._customer(f"Query {count} {number}", 100, 20, -70)[0] for number in range(count)]
        run = self._run(partner_ids=[Command.set([one.id for one in partners])])
        self.env.flush_all()
        self.env.invalidate_all()
        run._make_slices()
        slices = run.customer_ids._as_rows()
        before = self.env.cr.sql_log_count
        company = self.company
        gathered = run._gather(company, slices)
        self.assertEqual(len(gathered), count)
        return self.env.cr.sql_log_count - before

    def test_gathering_does_not_grow(self):
        """S4.8: the items of a batch are read in the same number of queries, whatever the number of customers."""
        self._queries(2)
        self.assertEqual(self._queries(3), self._queries(30))


class TestRunOnePerCredit(RunCase):
    def _one_per_credit(self):
        """A proposed run over a customer with three credits and two debits, in a company that wants a voucher for each."""
        self.company.adjustment_one_per_credit = True
        partner, items = self._customer("Each", 100, 60, -70, -50, -30)
        run = self._run(methods=["fifo"])
        run.action_propose()
        return run, partner, items

    def test_one_voucher_per_credit(self):
        """S4.56, S4.8: each credit of a customer has its own voucher, and together they settle what one would."""
        run, partner, items = self._one_per_credit()
        rows = self._slice(run, partner)
        self.assertEqual(rows.mapped("applied"), [70, 50, 30])
        self.assertEqual([len(one.voucher_id.credit_line_ids) for one in rows], [1, 1, 1])
        self.assertEqual((run.voucher_count, run.credit_count), (3, 3))
        run.action_authorize()
        self.assertEqual((run.state, run.failed_count), ("done", 0))
        self.assertEqual([one.amount_residual for one in items], [0, 10, 0, 0, 0])
        run.action_reverse(reason="Wrong file")
        self.assertEqual([one.amount_residual for one in items], [100, 60, -70, -50, -30])

    def test_one_voucher_per_credit_proposed_again(self):
        """S4.56: proposing again for one or all rows of a customer leaves each credit with one voucher."""
        run, partner, _items = self._one_per_credit()
        for chosen in (self._slice(run, partner)[1], self._slice(run, partner)):
            chosen.exists().action_propose_again()
            rows = self._slice(run, partner)
            self.assertEqual(rows.mapped("applied"), [70, 50, 30])
            self.assertEqual(len(run.voucher_ids), 3)
        self._slice(run, partner)[0].action_exclude("Disputed")
        rows = self._slice(run, partner)
        self.assertEqual((rows.mapped("state"), rows.left, len(run.voucher_ids)), (["excluded"], 150, 0))
        rows.action_include()
        self.assertEqual(self._slice(run, partner).mapped("applied"), [70, 50, 30])
