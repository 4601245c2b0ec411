"""Changing the settings of a credit account: who may, within which maximum, and what follows."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .engine import check_amounts, check_texts

AMOUNTS = ("credit_limit", "temporary_limit", "insured_amount", "prepay_percent", "limit_fixed_rate")
TEXTS = ("hold_reason", "temporary_reason", "insured_reference", "note", "change_reason")
SETTINGS = (
    "policy_id",
    "group_id",
    "limit_mode",
    "credit_limit",
    "limit_currency_id",
    "limit_rate_type",
    "limit_fixed_rate",
    "temporary_limit",
    "temporary_from",
    "temporary_until",
    "temporary_reason",
    "insured_amount",
    "insured_until",
    "insured_reference",
    "grace_days",
    "check_disabled",
    "hold",
    "hold_reason",
    "prepay_required",
    "prepay_percent",
)


class CreditAccount(models.Model):
    _inherit = "credit.account"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
            if "credit_limit" in vals:
                vals.setdefault("limit_mode", "own")
            vals.pop("change_reason", None)
            self._check_may_set(vals)
        accounts = super().create(vals_list)
        accounts._check_limits_raised({})
        accounts._settings_changed()
        return accounts

    def write(self, vals):
        self._check_values(vals)
        changed = [name for name in SETTINGS if name in vals]
        if not changed:
            return super().write(vals)
        vals = self._prepare_setting_vals(vals)
        self._check_may_set(vals)
        before = {} if self._may_set_all() else self._limits_in_force()
        result = super().write(vals)
        self._check_limits_raised(before)
        self._settings_changed()
        return result

    def _check_values(self, vals):
        check_amounts(self.env, vals, {name: self._fields[name].string for name in AMOUNTS})
        check_texts(self.env, vals, {name: self._fields[name].string for name in TEXTS})

    def _prepare_setting_vals(self, vals):
        """A limit that is typed is meant: it becomes the customer's own unless the mode is given too. The reason goes
        beside the change in the history; a form that shows an older version than the one stored is refused."""
        vals = dict(vals)
        if "credit_limit" in vals:
            vals.setdefault("limit_mode", "own")
        self._check_seen_version(vals.pop("seen_version", None))
        if reason := vals.pop("change_reason", None):
            self._track_set_log_message(reason)
        self._bump_version()
        return vals

    def _bump_version(self):
        for account in self:
            account._write({"version": account.version + 1})
        self.invalidate_recordset(["version"], flush=False)

    def _check_seen_version(self, seen):
        for account in self:
            if seen is not None and seen is not False and seen != account.version:
                raise UserError(
                    self.env._(
                        "To change the credit settings of %(customer)s, reload the page first: %(user)s changed them on %(when)s.",
                        customer=account.partner_id.display_name,
                        user=account.write_uid.display_name,
                        when=fields.Datetime.context_timestamp(account, account.write_date).strftime("%Y-%m-%d %H:%M"),
                    )
                )

    def _check_may_set(self, vals):
        """A controller may lower a limit, and raise one up to their own maximum; a credit manager may do all."""
        if self._may_set_all():
            return
        self.check_access("write")
        raised = {name for name in ("credit_limit", "temporary_limit", "insured_amount") if vals.get(name)}
        if vals.get("limit_mode") == "unlimited" or vals.get("check_disabled"):
            raise UserError(self.env._("To lift a customer's limit or switch the check off, ask a credit manager."))
        for account in self or [self]:
            for name in raised:
                account._check_raise_allowed(name, float(vals[name]))

    def _may_set_all(self):
        return self.env.su or self.env.user.has_group("credit_hold.group_credit_manager")

    def _limits_in_force(self):
        """:return: dict of account id -> the limit that counts today in the company's currency, None without one"""
        pairs = [(account.partner_id.id, account.company_id.id) for account in self]
        rows = self.sudo()._read_figures(pairs).values() if pairs else ()  # sudo: its editor may read the limit
        return {
            row["account_id"]: row["effective_limit"] if row["has_limit"] else None
            for row in rows
            if row["account_id"] in self.ids
        }

    def _check_limits_raised(self, before):
        """Whatever way a limit was raised (mode, currency, rate, group, policy), it is within the own maximum.

        :param before: the limits in force before; an account that is new had the company's default
        """
        if self._may_set_all():
            return
        limits = self._limits_in_force()
        for account in self:
            company = account.company_id.sudo()  # sudo: a setting
            default = company.credit_default_limit if company.credit_default_mode == "limit" else None
            old, new = before.get(account.id, default), limits.get(account.id)
            maximum = self.env.user.credit_release_maximum
            if old is not None and (new is None or new > max(old, maximum)):
                raise UserError(
                    self.env._(
                        "To raise the limit of %(customer)s, ask a credit manager: your own maximum is %(maximum)s.",
                        customer=account.partner_id.display_name,
                        maximum=f"{maximum:,.2f}",
                    )
                )

    def _check_raise_allowed(self, name, amount):
        maximum = self.env.user.credit_release_maximum
        if amount > maximum and (amount > self[name] or (name == "credit_limit" and self.limit_mode != "own")):
            raise UserError(
                self.env._(
                    "To set %(field)s of %(customer)s to %(amount)s, ask a credit manager: your own maximum is %(maximum)s.",
                    field=self._fields[name].string,
                    customer=self.partner_id.display_name,
                    amount=f"{amount:,.2f}",
                    maximum=f"{maximum:,.2f}",
                )
            )

    def _settings_changed(self):
        """The figures follow at once, and held orders are examined again."""
        if self:
            self._mark()
            self.env["credit.hold"].sudo()._examine_customers(self.partner_id)  # sudo: orders its editor may not see
