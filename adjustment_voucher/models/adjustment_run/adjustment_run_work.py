"""The work of a run, batch by batch: taken under a lock that others pass by, done whole or not at all, committed.

Nothing is held in memory that a kill would lose: what a killed worker held is open again, and the next one takes it.
"""

import logging
import random
import time
from itertools import accumulate

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..adjustment_voucher import OPEN_STATES
from ..engine import engine
from .adjustment_run_customer import ROW, Slice

_logger = logging.getLogger(__name__)

BATCH = 50
LINES = 2500  # of the vouchers of a batch, so that nobody waits long for what it holds
# Done while somebody waits for the answer; more is left to the workers.
AT_ONCE = 10  # customers
LINES_AT_ONCE = 200  # lines of their vouchers
WORKERS = 4
TRIES = 6
LONGEST_REASON = 1000
CLASHES = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
KEPT = ("waiting", "proposed", "nothing", "excluded", "authorized", "reversed")
TODO = {"propose": ("waiting",), "authorize": ("proposed",), "reverse": ("authorized",), "discard": KEPT}


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    # ------------------------------------------------------------------ waking the workers

    def _enqueue(self):
        """Wake the workers. The one place that does: another engine of background jobs takes over from here."""
        waiting = -(-self._count_todo() // BATCH)
        for number in range(1, min(WORKERS, max(1, waiting)) + 1):
            job = self.env.ref(f"adjustment_voucher.cron_run_{number}", raise_if_not_found=False)
            if job:
                job.sudo()._trigger()  # nobody but the system may write jobs; this one only wakes them

    def _count_todo(self, at_most=WORKERS * BATCH):
        """Customers that wait for a worker, as far as it matters how many."""
        if not self:
            return 0
        runs = SQL(" OR ").join(SQL("(run_id = %s AND state IN %s)", run.id, TODO[run.step]) for run in self)
        query = SQL("SELECT count(*) FROM (SELECT FROM adjustment_run_customer WHERE %s LIMIT %s) todo", runs, at_most)
        return self.env.execute_query(query)[0][0]

    # ------------------------------------------------------------------ working

    @api.model
    def _work_off(self):
        """Work on whatever runs there are until nothing is left to take, or the time is up. Called by the jobs."""
        while True:
            done = self._work_batch()
            if not done:
                self.env["ir.cron"]._commit_progress(0, remaining=0)
                return
            remaining = self._get_running()._count_todo()
            if not self.env["ir.cron"]._commit_progress(done, remaining=remaining):
                return
            self.env.invalidate_all()

    @api.model
    def _get_running(self):
        return self.search([("state", "=", "running"), ("stopped", "=", False)], order="id")

    @api.model
    def _work_batch(self):
        """One batch of one run; on a clash with others again on fresh figures, each time with fewer customers.

        :return: how many customers were worked on
        """
        for attempt in range(TRIES):
            try:
                return self._take_and_work(max(1, BATCH >> attempt))
            except CLASHES:
                self.env.cr.rollback()
                time.sleep(random.uniform(0, 0.05 * 2**attempt))
        return self._take_and_work(1, busy=True)

    @api.model
    def _take_and_work(self, limit, busy=False):
        for run in self._get_running():
            slices = run._take(limit)
            if slices and busy:
                run._set_aside(slices, self.env._("To settle this customer, try again: others worked on it just now."))
            elif slices and not run._stop_without_right():
                run._work_on(slices)
            if slices:
                return len(slices)
            run._finish()
        return 0

    def _take(self, limit):
        """Rows of the next customers, held until the end of the transaction; what others hold is passed by.

        Of those whose vouchers have very many lines fewer are taken, but always one.
        """
        query = SQL(
            """SELECT %s FROM adjustment_run_customer
                WHERE run_id = %s AND state IN %s ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
            ROW,
            self.id,
            TODO[self.step],
            limit,
        )
        return self._as_many_as_fit([Slice(*row) for row in self.env.execute_query(query)])

    def _as_many_as_fit(self, slices):
        vouchers = [one.voucher_id for one in slices if one.voucher_id]
        if len(vouchers) < 2:
            return slices
        counted = SQL(
            "SELECT voucher_id, count(*) FROM adjustment_voucher_line WHERE voucher_id = ANY(%s) GROUP BY voucher_id",
            vouchers,
        )
        lines = dict(self.env.execute_query(counted))
        total = accumulate(lines.get(one.voucher_id, 0) for one in slices)
        return slices[: max(1, sum(count <= LINES for count in total))]

    def _work_on(self, slices):
        """All of them in one go; when something stands against it, each half by itself, down to the one that is set
        aside with its reason."""
        try:
            with self.env.cr.savepoint():
                self._in_name_of_user()._work_step(slices)
                self.env.flush_all()
        except (OperationalError, ConcurrencyError):
            raise  # the database's own trouble is no customer's: all of it again, on fresh figures
        except Exception as error:
            self._divide(slices, error)

    def _divide(self, slices, error):
        if len(slices) == 1:
            return self._set_aside(slices, self._as_reason(error))
        half = len(slices) // 2
        self._work_on(slices[:half])
        self._work_on(slices[half:])

    def _as_reason(self, error):
        if isinstance(error, UserError):
            return str(error)
        _logger.error("Run %s: a customer is set aside", self.name, exc_info=error)
        return self.env._("To settle this customer, ask an administrator to look at the log: %s", type(error).__name__)

    def _set_aside(self, slices, reason):
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_run_customer SET state = 'failed', reason_code = %s, reason_text = %s
                    WHERE id = ANY(%s)""",
                self.step,
                reason[:LONGEST_REASON],
                [one.id for one in slices],
            )
        )
        self.env["adjustment.run.customer"].invalidate_model(flush=False)

    # ------------------------------------------------------------------ in whose name

    def _in_name_of_user(self):
        """The run with the rights of its user, in all companies it is about, in the user's language."""
        user = self.user_id
        companies = self.with_user(user).sudo(False)._get_item_companies() | self.company_ids
        return (
            self.with_user(user)
            .sudo(False)  # also where the user is the system itself: limits hold for everybody
            .with_context(allowed_company_ids=companies.ids, lang=user.lang, tz=user.tz)
        )

    def _stop_without_right(self):
        """:return: whether the run stands now, as its user may not go on"""
        try:
            self._in_name_of_user()._check_step()
        except UserError as refusal:
            self._stop(str(refusal))
            return True
        return False

    def _stop(self, reason=False):
        with engine():
            self.write({"stopped": True, "stop_reason": reason})

    # ------------------------------------------------------------------ the steps

    def _work_step(self, slices):
        work = {
            "propose": self._propose_set,
            "authorize": self._authorize_set,
            "reverse": self._reverse_set,
            "discard": self._discard_set,
        }
        work[self.step](slices)

    def _authorize_set(self, slices):
        vouchers = self._vouchers_of(slices)
        vouchers.filtered(lambda one: one.state != "authorized")._authorize_set()
        self._set_state(slices, "authorized")

    def _reverse_set(self, slices):
        vouchers = self._vouchers_of(slices)
        vouchers.filtered(lambda one: one.state != "reversed")._reverse_set(self.reversal_date, self.reversal_reason)
        self._set_state(slices, "reversed")

    def _discard_set(self, slices):
        """Drafts go; what somebody authorized by hand meanwhile stays, on its own."""
        vouchers = self.env["adjustment.voucher"].browse([one.voucher_id for one in slices if one.voucher_id])
        drafts = vouchers.filtered(lambda one: one.state in OPEN_STATES)
        with engine():
            (vouchers - drafts).run_id = False
        drafts.unlink()
        self.env.cr.execute(SQL("DELETE FROM adjustment_run_customer WHERE id = ANY(%s)", [one.id for one in slices]))
        self.env.invalidate_all()

    def _vouchers_of(self, slices):
        vouchers = self.env["adjustment.voucher"].browse([one.voucher_id for one in slices if one.voucher_id])
        if len(vouchers) < len(slices):
            raise UserError(self.env._("To settle this customer, propose again: its voucher was deleted."))
        return vouchers

    def _set_state(self, slices, state):
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_run_customer SET state = %s, reason_code = NULL, reason_text = NULL,
                          write_date = now() AT TIME ZONE 'UTC', write_uid = %s WHERE id = ANY(%s)""",
                state,
                self.env.uid,
                [one.id for one in slices],
            )
        )
        self.env["adjustment.run.customer"].invalidate_model(flush=False)
