"""The vouchers of a remittance stand in a run of their own: authorized together, by the workers when there are many, and
taken back together."""

from odoo import fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..engine import engine


class AdjustmentRemittance(models.Model):
    _inherit = "adjustment.remittance"

    run_id = fields.Many2one(
        "adjustment.run", "Latest Run", copy=False, readonly=True, index="btree_not_null", ondelete="set null"
    )
    run_count = fields.Integer("Number of Runs", compute="_compute_run_count")

    def _adjustment_protected_fields(self):
        return super()._adjustment_protected_fields() | {"run_id"}

    @property
    def _runs(self):
        return self.run_id | self.voucher_ids.run_id

    def _compute_run_count(self):
        for remittance in self:
            remittance.run_count = len(remittance._runs)

    def action_view_runs(self):
        """Where the vouchers are authorized together."""
        self.ensure_one()
        self.check_access("read")
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Application Runs"),
            "res_model": "adjustment.run",
            "view_mode": "list,form",
            "domain": [("id", "in", self._runs.ids)],
        }
        return {**action, "view_mode": "form", "res_id": self._runs.id} if len(self._runs) == 1 else action

    def _get_run(self):
        """The run that takes the next vouchers: this import's, as long as nobody went on with it."""
        today = fields.Date.context_today(self)
        if self.run_id.state != "proposed" or self.run_id.date != today:
            self.run_id = self.env["adjustment.run"].create(self._prepare_run(today))
            self.run_id.write(
                {"state": "proposed", "proposed_by_id": self.env.uid, "started_on": fields.Datetime.now()}
            )
        return self.run_id

    def _prepare_run(self, today):
        return {
            "company_id": self.company_id.id,
            "company_ids": [Command.set(self.company_id.ids)],
            "date": today,
            "hierarchy": "group",
            "use_tolerance": False,
            "use_discount": False,
            "method_ids": [Command.create({"method": "named"})],
        }

    def _add_to_run(self, run, vouchers):
        """A slice for each voucher, proposed."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO adjustment_run_customer
                       (run_id, partner_id, company_id, currency_id, state, voucher_id, credit_count, debit_count, later_count,
                        applied, "left", applied_value, left_value, named_amount, discount_amount, write_off_amount,
                        create_uid, create_date, write_uid, write_date)
                SELECT %(run)s, voucher.partner_id, voucher.company_id, voucher.currency_id, 'proposed', voucher.id,
                       sum((line.side = 'credit')::int), sum((line.side = 'debit')::int), 0,
                       voucher.total_credit,
                       COALESCE(sum(abs(item.amount_residual_currency) - line.amount) FILTER (WHERE line.side = 'credit'), 0),
                       COALESCE(sum(round(abs(item.amount_residual) * line.amount
                           / NULLIF(abs(item.amount_residual_currency), 0), 2)) FILTER (WHERE line.side = 'credit'), 0),
                       COALESCE(sum(round(abs(item.amount_residual)
                           * (1 - line.amount / NULLIF(abs(item.amount_residual_currency), 0)), 2))
                           FILTER (WHERE line.side = 'credit'), 0),
                       voucher.total_credit, voucher.discount_total, voucher.write_off_total,
                       %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                  FROM adjustment_voucher voucher
                  JOIN adjustment_voucher_line line ON line.voucher_id = voucher.id
                  JOIN account_move_line item ON item.id = line.move_line_id
                 WHERE voucher.id = ANY(%(vouchers)s)
                 GROUP BY voucher.id
                """,
                run=run.id,
                user=self.env.uid,
                vouchers=vouchers.ids,
            )
        )
        self.env["adjustment.run.customer"].invalidate_model(flush=False)
        run.invalidate_recordset()


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def unlink(self):
        """Rows whose voucher was thrown away wait to be imported again."""
        rows = self.env["adjustment.remittance.line"].search([("voucher_id", "in", self.ids)])
        partners = rows.partner_id.ids
        result = super().unlink()
        with engine():
            rows.write({"status": "waiting", "code": False, "voucher_id": False})
        for remittance in rows.remittance_id:
            remittance._judge_rows(partners)
        return result
