"""How many, how much, how far: the figures of a run, live while it works, kept when it stands."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, format_amount, format_duration

from ..engine import engine

COUNTS = {
    "nothing_count": ("nothing",),
    "done_count": ("authorized", "reversed"),
    "failed_count": ("failed",),
    "excluded_count": ("excluded",),
}


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    def _compute_figures(self):
        live = self.filtered(lambda run: not run.kept_figures)
        figures = live._get_figures()
        for run in self:
            run._set_figures(run.kept_figures or figures.get(run.id) or _nothing())

    def _get_figures(self):
        """:return: {id: counts, and {currency id: amount} of what was applied and left}"""
        found = {run.id: _nothing() for run in self}
        groups = self.env["adjustment.run.customer"]._read_group(
            [("run_id", "in", self._origin.ids)],
            ["run_id", "company_id", "state"],
            ["__count", "voucher_id:count", "credit_count:sum", "applied_value:sum", "left_value:sum"],
        )
        for run, company, state, count, vouchers, credits, applied, left in groups:
            own, currency = found[run.id], str(company.currency_id.id)
            own["customer_count"] += count
            own["voucher_count"] += vouchers
            own["credit_count"] += credits or 0
            if state == "failed" and run.state != "reversed":
                applied, left = 0.0, (left or 0.0) + (applied or 0.0)  # not applied, after all
            for name, states in COUNTS.items():
                own[name] += count if state in states else 0
            for name, amount in (("applied", applied if state not in ("excluded",) else 0), ("left", left)):
                own[name][currency] = own[name].get(currency, 0.0) + (amount or 0.0)
        items = self.env["adjustment.run.item"]._read_group(
            [("run_id", "in", self._origin.ids)], ["run_id"], ["__count"]
        )
        for run, count in items:
            found[run.id]["item_count"] = count
        return found

    def _set_figures(self, figures):
        currencies = self.env["res.currency"].browse(sorted({int(key) for key in figures["applied"]}))
        own = currencies or self.company_id.currency_id
        single = own if len(own) == 1 else own.browse()
        values = {name: figures[name] for name in figures if name not in ("applied", "left")}
        for name in ("applied", "left"):
            amounts = figures[name]
            values[f"{name}_total"] = amounts.get(str(single.id), 0.0) if single else 0.0
            texts = [format_amount(self.env, amounts.get(str(one.id), 0.0), one) for one in own]
            values[f"{name}_text"] = " + ".join(texts) if figures["customer_count"] else ""
        self.update({**values, "currency_id": single.id})

    def _keep_figures(self):
        """Of a run that stands nothing changes by itself: its figures need not be added up at every look."""
        for run in self:
            with engine():
                run.kept_figures = run._get_figures()[run.id]
        self.invalidate_recordset()

    def _forget_figures(self):
        self.env.cr.execute(
            SQL(
                "UPDATE adjustment_run SET kept_figures = NULL WHERE id = ANY(%s) AND kept_figures IS NOT NULL",
                self.ids,
            )
        )
        self.invalidate_recordset()

    # ------------------------------------------------------------------ progress

    def progress(self):
        """What the progress bar shows, as texts; ``percent`` alone is a number, from 0 to 100."""
        self.ensure_one()
        self.check_access("read")
        total = self.step_total
        done = total - self._count_todo(None) if self.state == "running" else total
        percent = 100 * done // total if total else 100
        rate = self._get_rate_per_second(done)
        return {
            "percent": percent,
            "done": f"{done:,}",
            "total": f"{total:,}",
            "rate": self._get_rate_text(rate),
            "time_left": self._get_time_left(rate, total - done),
            "state": self.state,
            "step": self.step or "",
            "stopped": self.stopped,
            "message": self._get_progress_message(done, total),
        }

    def _get_rate_per_second(self, done):
        if self.state != "running" or self.stopped or not self.step_since:
            return 0.0
        seconds = (fields.Datetime.now() - self.step_since).total_seconds()
        return (done - self.step_done) / seconds if seconds > 0 else 0.0

    def _get_rate_text(self, rate):
        return self.env._("%s customers per minute", f"{60 * rate:,.0f}") if rate > 0 else ""

    def _get_time_left(self, rate, left):
        if rate <= 0 or not left:
            return ""
        seconds = min(left / rate, timedelta(days=30).total_seconds())
        if seconds < 60:
            return self.env._("less than a minute left")
        if seconds < 5400:
            return self.env._("about %s min left", round(seconds / 60))
        return self.env._("about %s hours left", format_duration(seconds / 3600))

    def _get_progress_message(self, done, total):
        if self.state != "running":
            return ""
        if self.stopped:
            return self.stop_reason or self.env._(
                "Stopped by hand after %(done)s of %(total)s customers. «Go On» takes it up where it was.",
                done=f"{done:,}",
                total=f"{total:,}",
            )
        steps = dict(self._fields["step"]._description_selection(self.env))
        return self.env._(
            "%(step)s: %(done)s of %(total)s customers",
            step=steps.get(self.step, ""),
            done=f"{done:,}",
            total=f"{total:,}",
        )

    def _tell_end(self, step):
        texts = {
            "propose": self.env._("Proposed."),
            "authorize": self.env._("Authorized."),
            "reverse": self.env._("Reversed."),
            "discard": self.env._("The proposal was discarded."),
        }
        if not self.customer_count:
            return self._message_log(body=texts[step])
        body = self.env._(
            "%(what)s Customers: %(customers)s, set aside: %(failed)s, applied: %(applied)s.",
            what=texts[step],
            customers=self.customer_count,
            failed=self.failed_count,
            applied=self.applied_text,
        )
        return self._message_log(body=body)


def _nothing():
    names = ("customer_count", "voucher_count", "credit_count", "item_count", *COUNTS)
    return {**dict.fromkeys(names, 0), "applied": {}, "left": {}}
