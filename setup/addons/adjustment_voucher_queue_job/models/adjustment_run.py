"""A run's batches as jobs. The customers of the run are the truth: a job holds none of them, it only says «work off».

So a job that is run twice, or lost with its machine, makes nothing twice and loses nothing: what it held is open again, and
any other job, or the scheduler's own workers, take it.
"""

from odoo import SUPERUSER_ID, models

from odoo.addons.adjustment_voucher.models.adjustment_run.adjustment_run_work import BATCH, CLASHES
from odoo.addons.queue_job.exception import RetryableJobError

LAST = 20  # after the batches, which have the usual priority of 10


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    def _enqueue(self):
        """A job for each batch of customers, and one that sees to the end. Jobs that wait already are not doubled."""
        for run in self.with_user(SUPERUSER_ID):  # as the scheduler's workers: each step takes its user's rights itself
            for number in range(1, -(-run._count_todo(None) // BATCH) + 1):
                run._delay(f"batch {number}", self.env._("%(run)s, batch %(number)s", run=run.name, number=number))
            run._delay("end", self.env._("%s: see to the end", run.name), priority=LAST)

    def _delay(self, part, description, **options):
        job = self.with_delay(
            identity_key=f"adjustment.run {self.id} {self.step} {part}",
            description=description,
            max_retries=0,
            **options,
        )
        return job._end_queued() if part == "end" else job._work_queued()

    def _work_queued(self):
        """One batch, in one transaction that the queue commits.

        :return: what the job says it did
        """
        if not self._is_at_work():
            return self.env._("Nothing to do: the run is not at work.")
        try:
            slices = self._take(BATCH)
            if slices and not self._stop_without_right():
                self._work_on(slices)
            if not slices or not self._count_todo(1):
                self._finish()
        except CLASHES as clash:
            raise RetryableJobError("Others worked on the same items") from clash
        return self.env._("%s customers", len(slices))

    def _end_queued(self):
        """Ends the run when nothing is left. Until then it waits: the last two batches may not have seen each other end."""
        if not self._is_at_work():
            return self.env._("Nothing to do: the run is not at work.")
        if self._count_todo(1):
            raise RetryableJobError("Batches are still at work")
        self._finish()
        return self.env._("The run has ended.")

    def _is_at_work(self):
        return bool(self.exists()) and self.state == "running" and not self.stopped
