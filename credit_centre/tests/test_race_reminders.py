"""Reminder jobs at once and killed, with real processes: each letter whole or absent, none twice (S1.14, R1, R2)."""

import signal

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from .race_common import ProcessCase

# The job as the scheduler runs it, in slices of two, on the customers of this test alone.
JOB = """
    from odoo.addons.credit_centre.models.credit_reminder import credit_reminder_propose
    credit_reminder_propose.SLICE = 2
    Reminder = type(env["credit.reminder"])
    propose, mail = Reminder._propose, Reminder._mail
    def only_mine(self, root, accounts=None):
        mine = self.env["credit.account"].browse(%(accounts)s)
        return propose(self, root, mine.filtered(lambda one: one.company_id == root))
    Reminder._propose = only_mine
"""
TWO = """
    def slowly(self):
        time.sleep(0.3)
        return mail(self)
    Reminder._mail = slowly
    wait_for_the_others()
    cr.rollback()
    try:
        env["credit.reminder"]._cron_remind()
    except Exception as error:
        print(type(error).__name__)
"""
KILLED = """
    letters = []
    def die(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        letters.append(self)
        if len(letters) == %(letter)s:
            self.env.flush_all()
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    original = Reminder.%(place)s
    Reminder.%(place)s = die
    env["credit.reminder"]._cron_remind()
"""
PROPOSE = """
    env["credit.reminder"]._propose(env.company)
"""
SEND = """
    env["credit.reminder"]._send_by_itself(env.company)
"""
ALONE = """
    env["credit.reminder"]._cron_remind()
"""
DAY = "2024-01-31"


@tagged("post_install", "-at_install")
class TestRaceReminders(ProcessCase):
    def setUp(self):
        super().setUp()
        with self._env() as env:
            company = env["res.company"].browse(self.company_id)
            self.addCleanup(self._restore, company.credit_reminder_mode)
            company.credit_reminder_mode = "send"

    def _restore(self, mode):
        with self._env() as env:
            env["res.company"].browse(self.company_id).credit_reminder_mode = mode

    def _late_customers(self, number=5):
        """:return: ids of the credit accounts of customers who are years late"""
        partners = self._customers(number)
        with self._env() as env:
            for partner in partners:
                self._invoice(env, partner, 100, DAY)
            accounts = env["credit.account"]._for_partners(env["res.partner"].browse(partners), env.company)
            return accounts.ids

    def _job(self, accounts, body, **more):
        return (JOB + body) % {"accounts": accounts, **more}

    def _letters(self, accounts):
        """Of every letter: the customer, the state, e-mails, whether text, note and reminded invoice are there."""
        with self._env() as env:
            rows = []
            for reminder in env["credit.reminder"].search([("account_id", "in", accounts)]):
                mails = env["mail.mail"].search_count([("model", "=", "credit.reminder"), ("res_id", "=", reminder.id)])
                account = reminder.account_id
                notes = account.message_ids.filtered(lambda one: "sent by" in (one.body or ""))
                marks = (
                    bool(reminder.letter),
                    account.last_reminder_id == reminder,
                    bool(reminder.line_ids.move_id.credit_reminder_date),
                    len(notes) == 1,
                )
                rows.append((account.id, reminder.state, mails, marks))
            return sorted(rows)

    def _check_whole(self, accounts):
        """:return: how many letters went out, each of them whole and all others absent"""
        rows = self._letters(accounts)
        for _account, state, mails, marks in rows:
            whole = state == "sent"
            self.assertEqual((state, mails, marks), ("sent" if whole else "proposed", int(whole), (whole,) * 4), rows)
        sent = [account for account, state, *_more in rows if state == "sent"]
        self.assertEqual(len(sent), len(set(sent)), rows)
        return len(sent)

    def _check_rest_follows(self, accounts):
        """The next job sends what is missing, and the one after it nothing."""
        for _turn in range(2):
            ((code, _said, complaint),) = self._run(self._job(accounts, ALONE))
            self.assertEqual(code, 0, complaint)
            self.assertEqual(self._check_whole(accounts), len(accounts))
            self.assertEqual(len(self._letters(accounts)), len(accounts))

    def test_S1_14_two_jobs_at_once_send_no_letter_twice(self):
        accounts = self._late_customers()
        for code, said, complaint in self._run(*[self._job(accounts, TWO)] * 2):
            self.assertEqual(code, 0, complaint)
            self.assertIn(said.strip(), ("", "SerializationFailure"))  # then the scheduler runs it again
        self.assertEqual(self._check_whole(accounts), len(accounts))
        self._check_rest_follows(accounts)

    def _propose_on_old_figures(self, accounts, *jobs):
        """Propose on a snapshot from before these jobs, which end meanwhile."""
        with self._env() as env:
            mine = env["credit.account"].browse(accounts)
            self.assertTrue(mine.exists())  # from here on, this transaction sees nothing new
            for job in jobs:
                ((code, _said, complaint),) = self._run(self._job(accounts, job))
                self.assertEqual(code, 0, complaint)
            try:
                env["credit.reminder"]._propose(env.company, mine)
            except Exception:
                env.cr.rollback()
                raise

    @mute_logger("odoo.sql_db")
    def test_S1_14_proposed_and_sent_meanwhile(self):
        """Who proposes on figures from before the other proposed begins again, on fresh ones."""
        accounts = self._late_customers(2)
        with self.assertRaises(SerializationFailure):
            self._propose_on_old_figures(accounts, PROPOSE, SEND)
        self.assertEqual(self._check_whole(accounts), 2)
        self._check_rest_follows(accounts)

    def test_S1_14_sent_meanwhile(self):
        """A proposal that is sent in this moment is not made once more."""
        accounts = self._late_customers(2)
        ((code, _said, complaint),) = self._run(self._job(accounts, PROPOSE))
        self.assertEqual(code, 0, complaint)
        self._propose_on_old_figures(accounts, SEND)
        self.assertEqual(self._check_whole(accounts), 2)
        self.assertEqual(len(self._letters(accounts)), 2)
        self._check_rest_follows(accounts)

    def test_S1_14_killed_within_a_slice(self):
        """The first slice stands, of the second nothing is left, though its first letter was written already."""
        accounts = self._late_customers()
        for place, letter, stand in (("_mail", 1, 0), ("_tell", 4, 2)):
            with self.subTest(place):
                job = self._job(accounts, KILLED, place=place, letter=letter)
                ((code, _said, complaint),) = self._run(job)
                self.assertEqual(code, -signal.SIGKILL, complaint)
                self.assertEqual(self._check_whole(accounts), stand)
        self._check_rest_follows(accounts)

    def test_S1_14_killed_while_proposing(self):
        accounts = self._late_customers(3)
        ((code, _said, complaint),) = self._run(self._job(accounts, KILLED, place="_insert", letter=1))
        self.assertEqual(code, -signal.SIGKILL, complaint)
        self.assertEqual(self._letters(accounts), [])
        self._check_rest_follows(accounts)
