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
        labels = self._get_adjustment_limit_labels()
        for vals in vals_list:
            check_amounts(self.env, vals, labels)
        users = super().create(vals_list)
        # looked at afterwards: a value may also come from a default, of the context or of the user's own making
        users._check_adjustment_limits([name for name in LIMITS if any(users.mapped(name))])
        return users

    def write(self, vals):
        check_amounts(self.env, vals, self._get_adjustment_limit_labels())
        # sudo: the value alone, to see whether it changes; whether the user may be edited is looked at later
        kept = {name: set(self.sudo().mapped(name)) for name in LIMITS if name in vals}
        self._check_adjustment_limits([name for name in kept if kept[name] - {float(vals[name] or 0)}])
        return super().write(vals)

    def _get_adjustment_limit_labels(self):
        return {name: self._fields[name].string for name in LIMITS}

    def _check_adjustment_limits(self, changed):
        """:raise AccessError: when somebody who isn't an administrator would change a limit"""
        if changed and not self.env.su and not self.env.user.has_group("base.group_system"):
            labels = self._get_adjustment_limit_labels()
            raise AccessError(
                self.env._(
                    "To change %s, ask an administrator: who authorizes vouchers doesn't set how much.",
                    ", ".join(labels[name] for name in changed),
                )
            )
