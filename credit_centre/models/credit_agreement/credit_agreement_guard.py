"""Who may write what into an agreement, and what a change of it brings about."""

import math
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.credit_hold.models.engine import check_texts

from ... import agreements
from ..given import check_days, check_texts_as_numbers
from . import agreement_message as wording
from .agreement_engine import amending, engine, engine_runs, is_amending

PROTECTED = {"state", "number", "pricelist_id", "ordinary_pricelist_id", "revision", "reminded_on", "cancel_reason"}
PARTIES = {"partner_id", "company_id", "currency_id"}
TERMS = (
    "date_start",
    "date_end",
    "discount",
    "base_pricelist_id",
    "fiscal_position_id",
    "payment_term_id",
    "payment_method_line_id",
)


class CreditAgreement(models.Model):
    _inherit = "credit.agreement"

    @api.model
    def _check_values(self, vals):
        """Refuse what can't be stored, before anything is."""
        labels = {name: self._fields[name].string for name in ("name", "cancel_reason")}
        check_texts(self.env, vals, labels)
        check_days(self, vals)
        check_texts_as_numbers(self, vals, ("discount", "reminder_days"))
        for command in vals.get("line_ids") or []:
            if isinstance(command, list | tuple) and len(command) == 3 and isinstance(command[2], dict):
                self.env["credit.agreement.line"]._check_values(command[2])
        discount = vals.get("discount")
        if isinstance(discount, int | float) and agreements.check_discount(discount):
            raise ValidationError(wording.discount_refusal(self.env, discount))
        days = vals.get("reminder_days")
        if isinstance(days, int | float) and not (math.isfinite(days) and 0 <= days <= 3650):
            raise ValidationError(
                self.env._(
                    "To be reminded of the end, give a number of days from 0 to 3650; %(days)s is none.", days=days
                )
            )

    def _refuse_protected(self, vals):
        touched = PROTECTED & set(vals)
        if touched and not engine_runs():
            names = ", ".join(sorted(self._fields[name].string for name in touched))
            raise AccessError(
                self.env._(
                    "To change %(fields)s, use the buttons of the agreement: it sets these values itself.", fields=names
                )
            )

    def _check_changeable(self, vals):
        """Who the parties are is settled by activating; what is over or cancelled stays as it was."""
        if engine_runs():
            return
        for agreement in self:
            settled = agreement.state == "active" and any(
                agreement[name].id != vals[name] for name in PARTIES & vals.keys()
            )
            over = agreement.state in ("expired", "cancelled") and {*PARTIES, *TERMS, "line_ids"} & vals.keys()
            if settled or over:
                raise UserError(wording.state_refusal(self.env, agreement, "change"))

    def _check_free(self, vals):
        """No day may belong to two agreements of a customer.

        :param vals: the state and days that are about to be written
        """
        for agreement in self:
            period = agreement._as_period(vals)
            if period.state in agreements.BINDING:
                agreement._check_obstacle(period)

    def _check_obstacle(self, period):
        # an agreement that the reader may not see is in the way all the same
        others = self.sudo().search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", list(agreements.BINDING)),
                ("id", "!=", self.id),
            ]
        )
        clash = self._get_obstacle(period, others)
        if clash:
            raise UserError(wording.overlap_refusal(self.env, self, period, clash))

    def _get_obstacle(self, period, others):
        """:return: the credit.agreement among the others of this company that shares a day, or an empty one"""
        others = others.filtered(lambda other: other.company_id == self.company_id)
        clash = agreements.obstacle(period, [other._as_period() for other in others])
        return others.browse(clash.id if clash else False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_protected(vals)
            self._check_values(vals)
        start = {"state": "draft", "revision": 0}
        start.update(dict.fromkeys(PROTECTED - {"state", "number", "revision"}, False))
        sequence = self.env["ir.sequence"]
        with amending():
            return super().create(
                [{**start, **vals, "number": sequence.next_by_code("credit.agreement")} for vals in vals_list]
            )

    def write(self, vals):
        self._refuse_protected(vals)
        self._check_values(vals)
        self._check_changeable(vals)
        if "date_end" in vals and not engine_runs():
            with engine():
                super().write({"reminded_on": False})
        if {"date_start", "date_end", "state"} & set(vals):
            self._check_free(vals)
        with self._amending():
            return super().write(vals)

    @contextmanager
    def _amending(self):
        """What was agreed is compared before and after: a change brings the price list up to date and is told."""
        if is_amending():
            yield
            return
        before = {agreement: agreement._get_terms() for agreement in self if agreement.state == "active"}
        with amending():
            yield
        for agreement, terms in before.items():
            if agreement.exists() and agreement._get_terms() != terms:
                agreement._terms_changed(terms)

    def _get_terms(self):
        """:return: (header values, {line: its values})"""
        header = tuple(self[name].id if self._fields[name].relational else self[name] for name in TERMS)
        return header, {line: line._get_terms() for line in self.line_ids}

    def _terms_changed(self, before):
        with engine():
            self.revision += 1
        self._sync_pricelist()
        self._tell_lines(before[1], self._get_terms()[1])

    def _tell_lines(self, before, after):
        """The lines that came, went and changed, in the messages: tracking sees the header only."""
        told = [self.env._("Added: %s", terms[-1]) for line, terms in after.items() if line not in before]
        told += [self.env._("Removed: %s", terms[-1]) for line, terms in before.items() if line not in after]
        for line in before.keys() & after.keys():
            if before[line] != after[line]:
                told.append(self.env._("Changed: %(old)s, now %(new)s", old=before[line][-1], new=after[line][-1]))
        if told:
            self.message_post(body="\n".join(told))

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for agreement in self:
            if agreement.state != "draft":
                raise UserError(wording.state_refusal(self.env, agreement, "delete"))

    def copy_data(self, default=None):
        """A copy starts where the agreement ends, so that it can be activated."""
        vals_list = super().copy_data(default)
        for agreement, vals in zip(self, vals_list, strict=True):
            if agreement.date_end and "date_start" not in (default or {}):
                vals["date_start"], vals["date_end"] = agreements.next_period(agreement.date_start, agreement.date_end)
        return vals_list
