"""What a person took out of batch applications: remembered with its reason until somebody lifts it, or until a day."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import check_dates, check_texts


class AdjustmentExclusion(models.Model):
    _name = "adjustment.exclusion"
    _description = "Exclusion from Application Runs"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", "Legal Entity", required=True, default=lambda self: self.env.company.root_id, index=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null", ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", "Item", index="btree_not_null", ondelete="cascade")
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    reason = fields.Char(required=True)
    user_id = fields.Many2one("res.users", "Excluded by", readonly=True, default=lambda self: self.env.user)
    until = fields.Date(help="The last day on which it stays out. Empty: until somebody lifts it.")
    active = fields.Boolean(default=True)

    _one_thing = models.Constraint(
        "CHECK ((partner_id IS NULL) <> (move_line_id IS NULL))", "Exclude a customer or an item: one of them."
    )

    @api.depends("partner_id", "move_line_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.partner_id.display_name or one.move_line_id.display_name or ""

    @api.constrains("company_id", "move_line_id")
    def _check_entity(self):
        for one in self:
            if one.move_line_id and one.move_line_id.company_id.root_id != one.company_id.root_id:
                raise ValidationError(
                    self.env._(
                        "To exclude %(item)s, do it in %(company)s: it belongs to that company.",
                        item=one.move_line_id.display_name,
                        company=one.move_line_id.company_id.root_id.name,
                    )
                )

    def _check_values(self, vals):
        check_texts(self.env, vals, {"reason": self._fields["reason"].string})
        check_dates(self.env, vals, {"until": self._fields["until"].string})
        if "reason" in vals and not (vals["reason"] or "").strip():
            raise ValidationError(self.env._("To exclude something from application runs, give the reason."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values({"reason": "", **vals})
        return super().create([{**vals, "user_id": self.env.uid} for vals in vals_list])

    def write(self, vals):
        """What was taken out, and by whom, stays on record: only reason, day and whether it stands may change."""
        self._check_values(vals)
        if set(vals) - {"reason", "until", "active"}:
            raise UserError(self.env._("To exclude something else, lift this and exclude that."))
        return super().write(vals)

    def action_lift(self):
        """Let the next runs take it again."""
        self.check_access("write")
        self.filtered("active").active = False
        return True

    @api.model
    def _exclude(self, vals_list, reason, until=None):
        """One exclusion for each that isn't out yet."""
        self._check_values({"reason": reason or "", "until": until})
        for vals in vals_list:
            domain = [*((name, "=", vals[name]) for name in vals), ("active", "=", True)]
            self.search(domain).action_lift()
        distinct = {tuple(sorted(vals.items())): vals for vals in vals_list}
        return self.create([{**vals, "reason": reason.strip(), "until": until} for vals in distinct.values()])
