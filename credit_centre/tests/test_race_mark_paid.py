"""«Mark as Paid» of one invoice from two processes: the money is booked once (S3.17, Q1)."""

from odoo.tests import tagged

from .race_common import ProcessCase

MARK = """
    wait_for_the_others()
    cr.rollback()
    cr.execute("SELECT 1")
    def mark():
        env["credit.mark.paid"].browse(%(wizard)s).action_mark()
        time.sleep(0.3)
    try:
        retrying(mark, env)
        print("booked")
    except UserError as refusal:
        print(refusal)
"""
DAY = "2024-01-31"


@tagged("post_install", "-at_install")
class TestRaceMarkPaid(ProcessCase):
    def setUp(self):
        self.made = {}
        self.addCleanup(self._remove_journal)  # after the documents in it
        super().setUp()
        with self._env() as env:
            journals = env["account.journal"]
            bank = [("type", "=", "bank"), ("company_id", "=", self.company_id)]
            journal = journals.search(bank, limit=1)
            if not journal:
                journal = journals.create({"type": "bank", "name": "Race", "code": "RACE"})
                self.made = {"account.journal": journal.ids, "account.account": journal.default_account_id.ids}
            self.journal_id = journal.id

    def tearDown(self):
        with self._env() as env:  # Odoo's own windows hold the customers that are about to go
            env["account.payment.register"].search([]).unlink()
        super().tearDown()

    def _remove_journal(self):
        with self._env() as env:
            for model, ids in self.made.items():
                env[model].browse(ids).exists().unlink()

    def _windows(self, number):
        """An invoice of 100, and windows on it that different people have open."""
        (partner,) = self._customers(1)
        with self._env() as env:
            move = self._invoice(env, partner, 100, DAY)
            vals = {"move_ids": [(6, 0, move.ids)], "date": "2024-02-29", "journal_id": self.journal_id}
            windows = env["credit.mark.paid"].create([vals] * number)
            return move.id, windows.ids

    def _standing(self, move_id):
        with self._env() as env:
            move = env["account.move"].browse(move_id)
            payments = env["account.payment"].search([("partner_id", "=", move.partner_id.id)])
            credits = env["account.move.line"].search(
                [("partner_id", "=", move.partner_id.id), ("credit", ">", 0), ("parent_state", "=", "posted"),
                 ("account_id.account_type", "=", "asset_receivable")]
            )  # fmt: skip
            return len(payments), sum(payments.mapped("amount")), sum(credits.mapped("credit")), move.amount_residual

    def _check(self, windows, move):
        results = self._run(*[MARK % {"wizard": window} for window in windows])
        self.assertEqual([code for code, _said, _complaint in results], [0, 0], results)
        said = sorted(said.strip() for _code, said, _complaint in results)
        self.assertIn("booked", said)
        self.assertEqual(said.count("booked"), 1, said)
        self.assertIn("still open", next(text for text in said if text != "booked"))
        self.assertEqual(self._standing(move), (1, 100.0, 100.0, 0.0))

    def test_S3_17_two_windows_on_one_invoice(self):
        move, windows = self._windows(2)
        self._check(windows, move)

    def test_S3_17_one_window_pressed_twice(self):
        move, windows = self._windows(1)
        self._check(windows * 2, move)
