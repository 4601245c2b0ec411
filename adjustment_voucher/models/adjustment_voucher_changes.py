"""What may be changed of a voucher and its lines, and when: only while it is open, and not over another's changes."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .adjustment_voucher import APPROVER, OPEN_STATES
from .engine import check_amounts, check_dates, check_ids, check_texts, is_record_number, work

LINES = {"line_ids", "credit_line_ids", "debit_line_ids"}

# What may still change on a voucher that is authorized or reversed: conversation, nothing else.
ALWAYS_OPEN = {"message_ids", "message_follower_ids", "activity_ids", "message_main_attachment_id", "access_token"}
AMOUNTS = (
    "amount",
    "voucher_amount",
    "rate",
    "discount_amount",
    "write_off_amount",
    "chargeback_amount",
    "late_charge_amount",
)


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
        vals_list = [{name: vals[name] for name in vals if name != "seen_version"} for vals in vals_list]
        vouchers = super().create(vals_list)
        for voucher, vals in zip(vouchers, vals_list, strict=True):
            voucher._follow_items(vals)
        return vouchers

    def _follow_items(self, vals):
        """Kind and currency that nobody chose are those of the items the voucher was made with."""
        currencies = self.line_ids.currency_id
        if len(currencies) == 1 and not vals.get("currency_id") and vals.get("kind") != "multi":
            self.currency_id = currencies
        elif currencies - self.currency_id and not vals.get("kind"):
            self.kind = "multi"

    def write(self, vals):
        self._check_values(vals)
        vals = dict(vals)
        seen = vals.pop("seen_version", None)
        if not work() and set(vals) - ALWAYS_OPEN:
            self._check_open(self.env._("change"))
            self._check_seen_version(seen)
            self._bump_version()
        if not LINES.isdisjoint(vals):
            self._read_ahead()
        return super().write(vals)

    def _read_ahead(self):
        """All lines and their items at once: saved one after the other, each would read its own."""
        self.line_ids.move_line_id.move_id.mapped("state")

    def _check_values(self, vals):
        check_texts(self.env, vals, {"memo": self.env._("Reason"), "name": self.env._("Number")})
        names = ("date", "value_date", "date_from", "date_to")
        labels = {name: self._fields[name].get_description(self.env, ["string"])["string"] for name in names}
        check_dates(self.env, vals, labels, required={"date"})

    def _bump_version(self):
        """Count a change of the voucher or its lines. Nothing else of ``write`` has to run for it."""
        for voucher in self:
            models.BaseModel.write(voucher, {"version": voucher.version + 1})

    def _check_seen_version(self, seen):
        """VC08: a form that shows an older version than the one stored is refused, so that no save undoes another's."""
        if seen is None or seen is False:
            return
        for voucher in self.filtered(lambda one: one.version != seen):
            raise UserError(
                self.env._(
                    "To save %(voucher)s, reload the page and enter your changes again: %(user)s changed it on"
                    " %(when)s, while you had it open.",
                    voucher=voucher.display_name,
                    user=voucher.sudo().write_uid.name,  # the name alone, of somebody of another company perhaps
                    when=fields.Datetime.context_timestamp(voucher, voucher.write_date).strftime("%Y-%m-%d %H:%M"),
                )
            )

    def check_access(self, operation):
        """What is no record's number is refused before anything is looked up (VC17)."""
        check_ids(self)
        return super().check_access(operation)

    def _check_open(self, wish):
        closed = self.filtered(lambda voucher: voucher.state not in OPEN_STATES)
        if closed and closed[0].state == "reversed":
            raise UserError(
                self.env._(
                    "To %(wish)s %(voucher)s, make a new voucher: it was reversed, and what was decided stays as it is.",
                    wish=wish,
                    voucher=closed[0].display_name,
                )
            )
        if closed:
            raise UserError(
                self.env._(
                    "To %(wish)s %(voucher)s, reverse it and make a new voucher: it is %(state)s, and what was"
                    " authorized stays as it is.",
                    wish=wish,
                    voucher=closed[0].display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[closed[0].state].lower(),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_open(self.env._("delete"))
        mine = self._get_own()
        if self - mine and not self.env.su and not self.env.user.has_group(APPROVER):
            raise AccessError(
                self.env._(
                    "To delete %(voucher)s, ask %(user)s, who made it, or an approver.",
                    voucher=(self - mine)[0].display_name,
                    user=(self - mine)[0].create_uid.name,
                )
            )

    def _get_own(self):
        """:return: those that this user may delete without being an approver"""
        return self.filtered(lambda voucher: voucher.create_uid == self.env.user)


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    def _check_values(self, vals):
        labels = {name: self._fields[name].get_description(self.env, ["string"])["string"] for name in AMOUNTS}
        check_amounts(self.env, vals, labels)
        texts = {name: self._fields[name].string for name in ("write_off_reason", "late_charge_reason")}
        check_texts(self.env, vals, texts)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
            if vals.get("discount_amount"):
                vals.setdefault("discount_mode", "manual")
            if "amount" not in vals and vals.get("move_line_id") and vals.get("selected"):
                vals["amount"] = abs(
                    self.env["account.move.line"].browse(vals["move_line_id"]).amount_residual_currency
                )
        lines = super().create([{name: vals[name] for name in vals if name != "selected"} for vals in vals_list])
        if not work():
            lines.voucher_id._check_open(self.env._("change"))
            lines.voucher_id._bump_version()
        return lines

    def _check_items(self, vals_list):
        """VC17: an item is a number, of a journal item that exists."""
        ids = [vals.get("move_line_id") for vals in vals_list]
        if not all(is_record_number(item) for item in ids):
            raise ValidationError(self.env._("To add a line, choose an open item of a posted document."))
        if len(self.env["account.move.line"].browse(ids).exists()) != len(set(ids)):
            raise ValidationError(self.env._("To add a line, choose another item: this one no longer exists."))

    def write(self, vals):
        self._check_values(vals)
        if "discount_amount" in vals and not {"amount", "discount_mode"} & vals.keys():
            vals = {**vals, "discount_mode": "manual"}
        if not work():
            self.voucher_id._check_open(self.env._("change"))
            if {"voucher_id", "move_line_id"} & set(vals):
                raise UserError(self.env._("To take another item, delete this line and load the item you want."))
            self.voucher_id._bump_version()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if not work():
            self.voucher_id._check_open(self.env._("change"))
            self.voucher_id._bump_version()
