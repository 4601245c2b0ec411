"""The buttons of a run: what each starts, when it may, and how its end is written down."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..adjustment_voucher import APPROVER, BILLING, OPEN_STATES
from ..engine import check_dates, check_texts, engine
from .adjustment_run_work import AT_ONCE, BATCH, LINES_AT_ONCE, TODO

FOLLOWING = {"propose": "proposed", "authorize": "done", "reverse": "reversed", "discard": "draft"}
# What a customer that was set aside is again, and which step takes it up: by the state of its run.
AGAIN = {"proposed": ("waiting", "propose"), "done": ("proposed", "authorize"), "reversed": ("authorized", "reverse")}


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    # ------------------------------------------------------------------ buttons

    def action_propose(self):
        """Write draft vouchers for every customer with a credit to apply, without touching the ledger.

        Up to 10 customers are done at once; more are left to the workers, and the run is «running» until they end.
        :raise UserError: when the run isn't a draft, or there is nothing to apply
        """
        self._check_may(self.env._("propose"))
        for run in self:
            run._check_state("draft", self.env._("propose"))
            run._make_slices()
            run._check_slices()
            run._start("propose", proposed_by_id=self.env.uid)
        return True

    def action_authorize(self):
        """Book and match what was proposed, customer by customer: each voucher whole or not at all. Customers against
        whom something stands are set aside with the reason. A run that is done stays as it is."""
        self._check_may(self.env._("authorize"))
        for run in self.filtered(lambda one: one.state != "done"):
            run._check_state("proposed", self.env._("authorize"))
            run._check_proposed()
            run._start("authorize", authorized_by_id=self.env.uid)
        return True

    def action_reverse(self, date=None, reason=None):
        """Take all vouchers of the run back. A run that is reversed stays as it is.

        :param date: day of the reversal entries; None for each voucher's own date, or the first open day after it
        :param reason: text, required
        """
        self._check_may(self.env._("reverse"))
        check_texts(self.env, {"reason": reason}, {"reason": self.env._("Reason")})
        check_dates(self.env, {"date": date}, {"date": self.env._("the day of the reversal")})
        if not (reason or "").strip():
            raise UserError(self.env._("To reverse the run, give a reason."))
        for run in self.filtered(lambda one: one.state != "reversed"):
            run._check_state("done", self.env._("reverse"))
            day = run._check_reversal_date(fields.Date.to_date(date))
            run._start("reverse", reversal_date=day, reversal_reason=reason.strip(), reversed_by_id=self.env.uid)
        return True

    def action_draft(self):
        """Throw the proposal away: its draft vouchers are deleted, and the criteria can be changed."""
        self._check_may(self.env._("discard"))
        for run in self.filtered(lambda one: one.state != "draft"):
            run._check_state("proposed", self.env._("discard"))
            run._move_failed("waiting")
            run._start("discard")
        return True

    def action_retry(self):
        """Take up again the customers that were set aside: after a proposal propose for them, after authorizing
        authorize their vouchers, after reversing reverse them."""
        self._check_may(self.env._("go on with"))
        for run in self:
            run._retry()
        return True

    def _retry(self, slices=None):
        """:param slices: take up these alone of the customers that were set aside; None for all of them"""
        if self.state not in AGAIN or not self._has_failed():
            raise UserError(
                self.env._("To try again, choose a run with customers that were set aside: %s has none.", self.name)
            )
        state, step = AGAIN[self.state]
        if step == "propose":
            self._failed_vouchers(slices).unlink()
        self._move_failed(state, slices)
        self._start(step)

    def action_stop(self):
        """Let the workers finish the customers in hand, and then stand still."""
        self._check_may(self.env._("stop"))
        for run in self.filtered(lambda one: one.state == "running" and not one.stopped):
            run._stop()
        return True

    def action_continue(self):
        """Go on where the run was stopped, in the name of whoever presses the button."""
        self._check_may(self.env._("go on with"))
        for run in self.filtered(lambda one: one.state == "running" and one.stopped):
            with engine():
                run.write(
                    {
                        "stopped": False,
                        "stop_reason": False,
                        "user_id": self.env.uid,
                        "step_since": fields.Datetime.now(),
                        "step_done": run.step_total - run._count_todo(None),
                    }
                )
            run._check_step()
            run._enqueue()
        return True

    # ------------------------------------------------------------------ starting

    def _start(self, step, **vals):
        """At once when there is little to do, so that nobody waits for an answer; else by the workers."""
        self.ensure_one()
        with engine():
            self.write(
                {"state": "running", "step": step, "stopped": False, "stop_reason": False, "user_id": self.env.uid}
            )
            total, now = self._count_todo(None), fields.Datetime.now()
            self.write(
                {
                    "started_on": now,
                    "finished_on": False,
                    "step_since": now,
                    "step_done": 0,
                    "step_total": total,
                    **vals,
                }
            )
        self._check_step()
        if total > AT_ONCE or self._has_many_lines():
            return self._enqueue()
        while slices := self._take(BATCH):
            self._work_on(slices)
        return self._finish()

    def _has_many_lines(self):
        """Whether the vouchers of the customers that wait have too many lines for a caller to wait for them."""
        waiting = self.env["adjustment.run.customer"].search(
            [("run_id", "=", self.id), ("state", "in", TODO[self.step])], limit=AT_ONCE + 1
        )
        domain = [("voucher_id", "in", waiting.voucher_id.ids)]
        return self.env["adjustment.voucher.line"].search_count(domain, limit=LINES_AT_ONCE + 1) > LINES_AT_ONCE

    def _finish(self):
        """When the last customer is done; of several workers that find out at once, one writes it down."""
        if self._count_todo(1) or not self._hold():
            return
        step = self.step
        state = "proposed" if step == "discard" and self._has_failed() else FOLLOWING[step]
        if step == "reverse":
            self._failed_vouchers().unlink()
        with engine():
            self.write({"state": state, "step": False, "finished_on": fields.Datetime.now()})
        self._keep_figures()
        if step == "propose" and self.step_total > BATCH:
            self._look_at_tables()
        self._tell_end(step)
        if step == "propose" and self.authorize_by_itself:
            self._authorize_by_itself()

    def _look_at_tables(self):
        """The database counts the rows that a large proposal has written, so that what follows is planned for so many."""
        self.env.flush_all()
        self.env.cr.execute(
            "ANALYZE adjustment_voucher, adjustment_voucher_line, adjustment_run_customer, adjustment_run_item"
        )

    def _hold(self):
        """Whether this transaction is the one to finish the run."""
        self.flush_recordset()
        query = SQL(
            "SELECT id FROM adjustment_run WHERE id = %s AND state = 'running' FOR NO KEY UPDATE SKIP LOCKED", self.id
        )
        return bool(self.env.execute_query(query))

    def _authorize_by_itself(self):
        """A scheduled run goes on in the name of its template's user; what stands against it is written down."""
        try:
            with self.env.cr.savepoint():
                self._in_name_of_user().action_authorize()
        except UserError as refusal:
            self._message_log(body=str(refusal))

    def _has_failed(self):
        return bool(self.env["adjustment.run.customer"].search_count(self._failed_domain(), limit=1))

    def _failed_domain(self, slices=None):
        domain = [("run_id", "in", self.ids), ("state", "=", "failed")]
        return domain if slices is None else [*domain, ("id", "in", slices.ids)]

    def _failed_vouchers(self, slices=None):
        """Drafts of customers that were set aside."""
        slices = self.env["adjustment.run.customer"].search(self._failed_domain(slices))
        return slices.voucher_id.filtered(lambda voucher: voucher.state in OPEN_STATES)

    def _move_failed(self, state, slices=None):
        self.env.flush_all()
        these = SQL("TRUE") if slices is None else SQL("id = ANY(%s)", slices.ids)
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_run_customer SET state = %s, reason_text = NULL, reason_code = NULL
                    WHERE run_id = %s AND state = 'failed' AND %s""",
                state,
                self.id,
                these,
            )
        )
        self.env["adjustment.run.customer"].invalidate_model(flush=False)

    # ------------------------------------------------------------------ what stands against it

    def _check_may(self, wish):
        self.check_access("write")
        if not self:
            raise UserError(self.env._("To %s, choose at least one run.", wish))
        if not (self.env.su or self.env.user.has_group(BILLING)):
            raise AccessError(self.env._("To %s runs, ask an administrator for the right to invoice.", wish))

    def _check_state(self, state, wish):
        if self.state != state:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "To %(wish)s %(run)s, wait until it is «%(wanted)s»: it is «%(state)s» now.",
                    wish=wish,
                    run=self.name,
                    wanted=names[state],
                    state=names[self.state],
                )
            )

    def _check_slices(self):
        if not self._count_slices():
            raise UserError(
                self.env._(
                    "To propose %s, choose criteria that let a credit in: no open credit meets them all.", self.name
                )
            )

    def _count_slices(self):
        return self.env["adjustment.run.customer"].search_count([("run_id", "=", self.id)], limit=1)

    def _check_proposed(self):
        if not self.env["adjustment.run.customer"].search_count(
            [("run_id", "=", self.id), ("state", "=", "proposed")], limit=1
        ):
            raise UserError(
                self.env._("To authorize %s, propose vouchers first: there is none in it to authorize.", self.name)
            )

    def _check_reversal_date(self, wished):
        today = fields.Date.context_today(self)
        if wished and not self.date <= wished <= today:
            raise UserError(
                self.env._(
                    "To reverse %(run)s, choose a date from %(first)s, that of its vouchers, to %(today)s, today.",
                    run=self.name,
                    first=self.date,
                    today=today,
                )
            )
        return wished

    def _check_step(self):
        """Whether the user of the run may do what the step does. Looked at when it starts and before every batch."""
        user = self.user_id
        if not user.active or not user.has_group(BILLING):
            raise AccessError(
                self.env._(
                    "To go on with %(run)s, continue it yourself: %(user)s may not.", run=self.name, user=user.name
                )
            )
        roots = self.company_ids._get_adjustment_root()
        approvers_only = self.step == "reverse" or (
            self.step == "authorize" and "approver" in roots.mapped("adjustment_authorize_by")
        )
        if approvers_only and not user.has_group(APPROVER):
            raise AccessError(
                self.env._(
                    "To go on with %(run)s, ask a voucher approver to press the button: %(user)s is none.",
                    run=self.name,
                    user=user.name,
                )
            )
