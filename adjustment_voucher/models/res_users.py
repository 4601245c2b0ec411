from odoo import api, fields, models
from odoo.exceptions import AccessError

from .engine import check_amounts

LIMITS = ("adjustment_limit", "adjustment_write_off_limit")


class ResUsers(models.Model):
    """How far a user's authority over vouchers goes, in the currency of the user's company. Nobody raises their own: only
    administrators of the settings change it, whoever else may edit users."""

    _inherit = "res.users"

    adjustment_limit = fields.Float(
        "Voucher Limit",
        groups="base.group_user",
        help="Largest voucher this user authorizes, in company currency. 0: no limit.",
    )
    adjustment_write_off_limit = fields.Float(
        "Write-off Ceiling",
        groups="base.group_user",
        help="Largest write-off beyond the tolerance that this user authorizes in one voucher, in company currency."
        " 0: none.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_adjustment_limits(vals, self.browse())
        return super().create(vals_list)

    def write(self, vals):
        self._check_adjustment_limits(vals, self)
        return super().write(vals)

    def _check_adjustment_limits(self, vals, users):
        """:raise AccessError: when somebody who isn't an administrator would change a limit"""
        labels = {name: self._fields[name].string for name in LIMITS}
        check_amounts(self.env, vals, labels)
        changed = [
            name
            for name in LIMITS
            if name in vals
            # sudo: the value alone, to see whether it changes; whether the user may be edited is looked at later
            and any(float(vals[name] or 0) != limit for limit in users.sudo().mapped(name) or [0.0])
        ]
        if changed and not self.env.su and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "To change %s, ask an administrator: who authorizes vouchers doesn't set how much.",
                    ", ".join(labels[name] for name in changed),
                )
            )
