"""What a run proposes is what a voucher made by hand proposes, over the same items with the same methods (S4.4 to S4.8)."""

import random
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError

from ..models.adjustment_run import adjustment_run_steps
from ..models.adjustment_voucher_line import units
from ..models.engine import engine
from .common import VoucherCommon

LAST = "2024-03-31"


class TestRunProposals(VoucherCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(adjustment_run_steps, "AT_ONCE", 1000))
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.eur = cls._currency("EUR", _2023_01_01=0.8, _2024_02_10=0.9, _2024_03_05=0.85)
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "2 % in 20 days",
                "early_discount": True,
                "discount_days": 20,
                "discount_percentage": 2,
                "early_pay_discount_computation": "excluded",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
                "adjustment_tier_ids": [Command.create({"days": 30, "percentage": 1})],
            }
        )
        cls.company.write(
            {
                "adjustment_tolerance_amount": 0.5,
                "adjustment_tolerance_percent": 1,
                "adjustment_discount_grace_days": 2,
                "adjustment_tolerance_ids": [Command.create({"currency_id": cls.eur.id, "amount": 0.75, "percent": 2})],
            }
        )
        cls.prepaid = cls.company_data["default_account_payable"].copy(
            {"name": "Prepaid", "code": "PREPD", "account_type": "liability_current", "reconcile": True}
        )
        cls.company.adjustment_prepayment_account_ids = cls.prepaid

    def _partner(self, name, parent=None):
        return self.env["res.partner"].create({"name": name, "is_company": True, "parent_id": parent and parent.id})

    def _run(self, **vals):
        methods = vals.pop("methods", ("named", "exact", "fifo"))
        return self.env["adjustment.run"].create(
            {
                "company_ids": self.company.ids,
                "date": LAST,
                "method_ids": [
                    Command.create({"method": method, "sequence": place}) for place, method in enumerate(methods)
                ],
                **vals,
            }
        )

    def _picture(self, voucher):
        return {
            "value_date": voucher.value_date,
            "plan": [tuple(step) for step in voucher.plan or []],
            "lines": {
                line.move_line_id.id: (
                    line.side,
                    units(line.amount, line.currency_id),
                    units(line.discount_amount, line.currency_id),
                    units(line.write_off_amount, line.currency_id),
                    line._paid_units(),
                    round(line.rate, 10),
                )
                for line in voucher.line_ids.filtered("amount")
            },
        }

    def _by_hand(self, run, slice_):
        """What a person gets for the same customer: load, allocate. Taken back again."""
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        try:
            with engine():
                voucher = self.env["adjustment.voucher"].create(
                    {
                        "partner_id": slice_.partner_id.id,
                        "company_id": slice_.company_id.id,
                        "currency_id": slice_.currency_id.id,
                        "kind": "multi" if run.across_currencies else "single",
                        "hierarchy": run.hierarchy,
                        "date": run.date,
                        "run_id": run.id,
                    }
                )
            voucher.action_load_items()
            if not run.use_discount:
                voucher.line_ids.discount_mode = "never"
            try:
                voucher.action_allocate()
            except UserError:
                return {"plan": []}
            self.env.flush_all()
            return self._picture(voucher)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _assert_as_by_hand(self, run, customers):
        """Both, customer by customer; the run's own drafts would claim the items, so they come after."""
        run.partner_ids = [Command.set([one.id for one in customers])]
        run._make_slices()
        slices = run.customer_ids
        expected = {(one.partner_id, one.currency_id): self._by_hand(run, one) for one in slices}
        self.env.cr.execute("DELETE FROM adjustment_run_customer WHERE run_id = %s", [run.id])
        self.env.invalidate_all()
        run.action_propose()
        self.assertEqual(run.failed_count, 0, run.customer_ids.mapped("reason"))
        for one in run.customer_ids:
            wanted = expected.pop((one.partner_id, one.currency_id))
            with self.subTest(customer=one.partner_id.name, currency=one.currency_id.name):
                if not wanted["plan"]:
                    self.assertFalse(one.voucher_id)
                    continue
                self.env.invalidate_all()
                self.assertEqual(self._picture(one.voucher_id), wanted)
                self.assertEqual(one.voucher_id.difference, 0)
        self.assertFalse(expected)

    # ------------------------------------------------------------------ customers of every kind

    def _varied(self, seed, count):
        """Customers with few or many items: invoices with and without discount, receipts that fit or nearly do, credit
        notes, names, foreign currency, prepayments."""
        dice, customers = random.Random(seed), []
        for number in range(count):
            customer = self._partner(f"Varied {seed} {number}")
            customers.append(customer)
            invoices = []
            for _one in range(dice.randint(1, 4)):
                amount = dice.choice([50, 99.99, 100, 120.5, dice.randint(100, 90000) / 100])
                day = dice.choice(["2024-01-31", "2024-02-15", "2024-03-10"])
                foreign = {"currency": self.eur} if dice.random() < 0.3 else {}
                if dice.random() < 0.5:
                    term = self.term if dice.random() < 0.6 else None
                    invoices.append(self._invoice(amount, day, partner=customer, term=term, **foreign))
                else:
                    value = {"value": round(amount / 0.85, 2)} if foreign else {}
                    self._item(amount, day, partner=customer, due=dice.choice([day, "2024-02-20"]), **foreign, **value)
            for _one in range(dice.randint(1, 3)):
                self._credit(dice, customer, invoices)
        return customers

    def _credit(self, dice, customer, invoices):
        kind = dice.random()
        day = dice.choice(["2024-02-10", "2024-02-20", "2024-03-15"])
        near = dice.choice(invoices).amount_total if invoices else 100
        amount = round(dice.choice([near, near * 0.98, near - 0.3, near + 0.4, dice.randint(20, 900), 5.55]), 2)
        foreign = {"currency": self.eur} if dice.random() < 0.3 else {}
        if kind < 0.25 and invoices:
            receipt = self._receipt(amount, day, partner=customer, **foreign)
            receipt.move_id.adjustment_debit_ids = dice.choice(invoices)
        elif kind < 0.4:
            self._invoice(amount, day, partner=customer, kind="out_refund", **foreign)
        elif kind < 0.5:
            self._item(-amount, day, partner=customer, account=self.prepaid)
        else:
            value = {"value": -round(amount / 0.85, 2)} if foreign else {}
            self._item(-amount, day, partner=customer, **foreign, **value)

    def test_usual_methods(self):
        """S4.5, S4.6, S4.20, S4.26: named, exact, oldest first; discounts and tolerances; one voucher per currency."""
        self._assert_as_by_hand(self._run(), self._varied(1, 14))

    def test_newest_first(self):
        """S4.7: newest first, without discounts or tolerances being any different."""
        self._assert_as_by_hand(self._run(methods=("lifo",)), self._varied(2, 8))

    def test_exact_alone(self):
        """S4.4: exact amounts alone leave what doesn't fit."""
        self._assert_as_by_hand(self._run(methods=("exact",)), self._varied(3, 8))

    def test_without_discount(self):
        """S4.20: a run that grants no discounts gives what a voucher gives whose lines never take one."""
        self._assert_as_by_hand(self._run(use_discount=False), self._varied(4, 6))

    def test_across_currencies(self):
        """S4.28, S4.31: one voucher over all currencies, at the rates of each credit's day."""
        self._assert_as_by_hand(self._run(across_currencies=True, methods=("named", "fifo")), self._varied(5, 10))

    def test_credit_note_gives_discount_back(self):
        """A23: a credit note on an invoice whose discount was taken closes more than it pays."""
        invoice = self._invoice(1000, "2024-02-01", term=self.term)
        receipt = self._item(-500, "2024-02-05")
        voucher = self._voucher([(receipt, 500), (self._open_line(invoice), 510.2)])
        voucher.line_ids.filtered(lambda line: line.side == "debit").discount_amount = 10.2
        voucher.action_authorize()
        note = self._invoice(200, "2024-02-10", kind="out_refund")
        note.reversed_entry_id = invoice  # later: else it would be applied when it is posted
        run = self._run()
        self._assert_as_by_hand(run, [self.customer])
        self.assertTrue(run.customer_ids.voucher_id.credit_line_ids.discount_amount)

    def test_claimed_in_part(self):
        """S4.22: what another open voucher holds of an item is left to it."""
        debit, credit = self._item(1000), self._item(-800)
        self._voucher([(debit, 300), (self._item(-300), 300)])
        self._assert_as_by_hand(self._run(), [self.customer])
        self.assertEqual(sum(self._run_lines(credit).mapped("amount")), 700)

    def _run_lines(self, item):
        return item.adjustment_line_ids.filtered("voucher_id.run_id")

    def test_child_companies(self):
        """S4.27: credits of a child company on debits of its parent, each hierarchy as on a voucher."""
        parent = self._partner("Parent")
        children = [self._partner(f"Child {number}", parent) for number in range(2)]
        self._item(500, partner=parent)
        self._item(200, partner=children[1])
        self._item(-350, "2024-02-10", partner=children[0])
        self._item(-100, "2024-02-11", partner=children[1])
        for hierarchy in ("local", "child", "group"):
            run = self._run(hierarchy=hierarchy)
            self._assert_as_by_hand(run, [parent])
            heads = {"local": children[1], "child": parent, "group": parent}
            self.assertIn(heads[hierarchy], run.customer_ids.partner_id)
            run.action_draft()

    def test_branches(self):
        """S4.2, S4.3: items of the branches stand in the voucher of the legal entity."""
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        self.cr.precommit.run()
        branch = self.company.child_ids
        self.env.user.company_ids |= branch
        self.env = self.env(context={**self.env.context, "allowed_company_ids": [self.company.id, branch.id]})
        self._item(400, company=branch)
        self._item(-150, "2024-02-10")
        run = self._run()
        self._assert_as_by_hand(run, [self.customer])
        self.assertEqual(run.customer_ids.voucher_id.company_id, self.company)
        self.assertEqual(run.customer_ids.applied, 150)

    def test_same_for_one_as_for_many(self):
        """S4.8: what a customer gets does not depend on who else is in the run."""
        customers = self._varied(6, 5)
        together = self._run(partner_ids=[Command.set([one.id for one in customers])])
        together.action_propose()
        first = {one.partner_id: self._picture(one.voucher_id) for one in together.customer_ids if one.voucher_id}
        together.action_draft()
        self.assertTrue(first)
        for customer, picture in first.items():
            alone = self._run(partner_ids=[Command.set(customer.ids)])
            alone.action_propose()
            pictures = [self._picture(one.voucher_id) for one in alone.customer_ids if one.voucher_id]
            self.assertIn(picture, pictures)
            alone.action_draft()
