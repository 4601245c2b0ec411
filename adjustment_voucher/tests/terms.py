"""What the tests of discounts and tolerances share: terms, and a voucher as somebody types it."""

from odoo import Command
from odoo.tests import Form

from .common import VoucherCommon


class TermsCommon(VoucherCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.discount_account = cls.company.account_journal_early_pay_discount_loss_account_id
        cls.gain_account = cls.income.copy({"name": "Tolerance Gain", "code": "TOLEG"})
        cls.company.adjustment_write_off_gain_account_id = cls.gain_account

    @classmethod
    def _term(cls, percent=2, days=10, mode="excluded", tiers=()):
        return cls.env["account.payment.term"].create(
            {
                "name": f"{percent} % in {days} days",
                "early_discount": bool(percent),
                "discount_percentage": percent,
                "discount_days": days,
                "early_pay_discount_computation": mode,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
                "adjustment_tier_ids": [Command.create({"days": day, "percentage": rate}) for day, rate in tiers],
            }
        )

    def _proposal(self, *documents, day="2024-12-31", **vals):
        """A voucher over these documents alone, as the buttons propose it."""
        voucher = self._voucher(day=day, **vals)
        voucher.action_load_items()
        items = self.env["account.move.line"].union(*(self._open_line(document) for document in documents))
        voucher.line_ids.filtered(lambda line: line.move_line_id not in items).unlink()
        voucher.action_allocate()
        return voucher

    def _typed(self, invoice, receipt, debit, credit):
        """A voucher over both, with values typed into the form: the debit first, then the credit."""
        voucher = self._voucher([(self._open_line(invoice), 0), (self._open_line(receipt), 0)], day="2024-12-31")
        with Form(voucher) as form:
            for side, values in ((form.debit_line_ids, debit), (form.credit_line_ids, credit)):
                with side.edit(0) as line:
                    for name, value in values.items():
                        line[name] = value
        return voucher

    def _of(self, voucher, document):
        return self._line(voucher, self._open_line(document))

    def _figures(self, voucher, document):
        line = self._of(voucher, document)
        return line.amount, line.discount_amount, line.write_off_amount

    def _there_and_back(self, voucher, documents):
        """Authorize, look, reverse: everything as before, to the cent. Yields between the two."""
        items = self.env["account.move.line"].union(*(self._open_line(document) for document in documents))
        before = self._image(items)
        voucher.action_authorize()
        yield
        voucher.action_reverse("2024-12-31", "test")
        self.assertEqual(self._image(items), before)
