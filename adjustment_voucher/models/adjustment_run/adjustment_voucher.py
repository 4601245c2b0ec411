"""A voucher of a run, when somebody works on it by hand: the run's own list follows."""

from contextvars import ContextVar

from odoo import api, fields, models
from odoo.tools import SQL

from ..adjustment_voucher_changes import LINES
from ..engine import work

# ids of the vouchers that are being saved with their lines: these tell their run once, at the end
_SAVED_WHOLE = ContextVar("vouchers saved with their lines", default=frozenset())


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    run_id = fields.Many2one(
        "adjustment.run", "Application Run", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    def _adjustment_protected_fields(self):
        return super()._adjustment_protected_fields() | {"run_id"}

    def _get_methods(self):
        """A new proposal in a voucher of a run takes the run's methods, as the first did."""
        return list(self.run_id._get_methods()) or super()._get_methods()

    def write(self, vals):
        result = super().write(vals) if LINES.isdisjoint(vals) else self._write_with_lines(vals)
        if "state" in vals:
            self.filtered("run_id")._tell_run(vals["state"])
        return result

    def _write_with_lines(self, vals):
        token = _SAVED_WHOLE.set(_SAVED_WHOLE.get() | frozenset(self.ids))
        try:
            result = super().write(vals)
        finally:
            _SAVED_WHOLE.reset(token)
        self._tell_run_of_amounts()
        return result

    def action_allocate(self):
        result = super().action_allocate()
        self._tell_run_of_amounts()
        return result

    def _get_own(self):
        """The drafts of a run belong to all who work on it: one proposes, another excludes or discards."""
        return super()._get_own() | self.filtered("run_id")

    def unlink(self):
        slices = self.env["adjustment.run.customer"].search([("voucher_id", "in", self.filtered("run_id").ids)])
        result = super().unlink()
        if slices:
            slices._put("nothing", "deleted")
        return result

    def _tell_run_of_amounts(self):
        """What somebody changed in a draft is what the run is going to apply."""
        saved_whole = _SAVED_WHOLE.get()
        edited = self.filtered(lambda one: one.run_id and one.version and one.id not in saved_whole)
        if not edited:
            return
        edited.flush_recordset()
        self.env["adjustment.voucher.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE adjustment_run_customer slice
                   SET applied = now.applied, "left" = slice."left" + slice.applied - now.applied,
                       applied_value = now.value, left_value = slice.left_value + slice.applied_value - now.value,
                       discount_amount = now.discount, write_off_amount = now.write_off
                  FROM (%s) now
                 WHERE slice.id = now.id
                   AND (slice.applied, slice.discount_amount, slice.write_off_amount)
                       IS DISTINCT FROM (now.applied, now.discount, now.write_off)
                """,
                edited._amounts_of_slices(),
            )
        )
        self.env["adjustment.run.customer"].invalidate_model(flush=False)
        edited.run_id._forget_figures()

    def _amounts_of_slices(self):
        """What the vouchers apply now, by slice. The value of the credits follows their amount in proportion."""
        return SQL(
            """
            SELECT s.id, v.total_credit AS applied, v.discount_total AS discount, v.write_off_total AS write_off,
                   round(CASE WHEN s.applied > 0 THEN s.applied_value * v.total_credit / s.applied
                              WHEN s."left" > 0 THEN s.left_value * v.total_credit / s."left"
                              ELSE 0 END / own.rounding) * own.rounding AS value
              FROM adjustment_run_customer s
              JOIN adjustment_voucher v ON v.id = s.voucher_id
              JOIN res_company c ON c.id = s.company_id
              JOIN res_currency own ON own.id = c.currency_id
             WHERE v.id = ANY(%s)
            """,
            self.ids,
        )

    def _tell_run(self, state):
        """Authorized or taken back by hand is done as well, for the run."""
        if self and state in ("authorized", "reversed"):
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE adjustment_run_customer SET state = %s, reason_code = NULL, reason_text = NULL"
                    " WHERE voucher_id = ANY(%s) AND state <> %s",
                    state,
                    self.ids,
                    state,
                )
            )
            self.env["adjustment.run.customer"].invalidate_model(flush=False)
            self.run_id._forget_figures()


class AdjustmentVoucherLine(models.Model):
    """Lines are mostly changed by way of their voucher; by themselves, as programs do, the run is told too."""

    _inherit = "adjustment.voucher.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not work():
            lines.voucher_id._tell_run_of_amounts()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not work():
            self.voucher_id._tell_run_of_amounts()
        return result

    def unlink(self):
        vouchers = self.voucher_id
        result = super().unlink()
        if not work():
            vouchers._tell_run_of_amounts()
        return result
