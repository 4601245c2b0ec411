"""What a run shows of itself: totals per currency, customers by state, amounts by method, what was left and why.

Every text is made here, the browser computes nothing. Two grouped reads, however many customers a run has.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date

APPLYING = ("proposed", "authorized", "reversed")
METHODS = ("named", "exact", "fifo", "lifo")
PARTS = ("discount", "write_off")


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    summary = fields.Json(compute="_compute_summary")
    failed_text = fields.Char(compute="_compute_failed_text")
    reversal_text = fields.Char(compute="_compute_reversal_text")

    def _compute_summary(self):
        for run in self:
            run.summary = run._get_summary() if run._origin.id else False

    def _compute_failed_text(self):
        for run in self:
            run.failed_text = (
                self.env._("1 customer is set aside.")
                if run.failed_count == 1
                else self.env._("%s customers are set aside.", self._as_count(run.failed_count))
            )

    @api.depends("reversal_date", "reversal_reason")
    def _compute_reversal_text(self):
        for run in self:
            texts = {"day": format_date(self.env, run.reversal_date), "reason": run.reversal_reason or ""}
            dated = self.env._("Reversed on %(day)s: %(reason)s", **texts)
            run.reversal_text = dated if run.reversal_date else self.env._("Reversed: %(reason)s", **texts)

    def _get_summary(self):
        """:return: dict of texts for the widget ``adjustment_run_summary``"""
        self.ensure_one()
        groups, items = self._read_customers(), self._read_items()
        tables = [self._get_state_table(groups), self._get_method_table(groups)]
        tables += [self._get_reason_table(items, side) for side in ("credit", "debit")]
        return {"totals": self._get_totals(groups), "tables": tables}

    # ------------------------------------------------------------------ what is read

    def _read_customers(self):
        """:return: {(state, currency): {count, credit_count, applied, left and the amount of each method}}"""
        names = ["credit_count", "applied", "left", *(f"{one}_amount" for one in (*METHODS, *PARTS))]
        rows = self.env["adjustment.run.customer"]._read_group(
            [("run_id", "=", self.id)], ["state", "currency_id"], ["__count", *(f"{name}:sum" for name in names)]
        )
        found = {(state, currency): dict(zip(("count", *names), sums, strict=True)) for state, currency, *sums in rows}
        for (state, _currency), sums in found.items():
            if state == "failed":
                self._leave_open(sums)
        return found

    def _leave_open(self, sums):
        """What was to be applied for customers that were set aside is left; what could not be taken back is neither."""
        if self.state != "reversed":
            sums["left"] += sums["applied"]
        sums["applied"] = 0.0

    def _read_items(self):
        """:return: list of (reason code, side, currency, count, left)"""
        return self.env["adjustment.run.item"]._read_group(
            [("run_id", "=", self.id)], ["reason_code", "side", "currency_id"], ["__count", "left:sum"]
        )

    # ------------------------------------------------------------------ what is shown

    def _get_totals(self, groups):
        """One row of figures per currency."""
        totals = []
        for currency in self._get_currencies(groups):
            mine = {state: sums for (state, one), sums in groups.items() if one == currency}
            applied = sum(sums["applied"] for state, sums in mine.items() if state in APPLYING)
            figures = {
                "customers": (self.env._("Customers"), self._as_count(sum(sums["count"] for sums in mine.values()))),
                "credits": (self.env._("Credits"), self._as_count(sum(s["credit_count"] for s in mine.values()))),
                "applied": (self._get_applied_label(), currency.format(applied)),
                "left": (self.env._("Left"), currency.format(sum(sums["left"] for sums in mine.values()))),
            }
            totals.append({"key": currency.name, "figures": _as_figures(figures)})
        return totals

    def _get_applied_label(self):
        labels = {"done": self.env._("Applied"), "reversed": self.env._("Taken Back")}
        return labels.get(self.state, self.env._("To Be Applied"))

    def _get_state_table(self, groups):
        by_state = defaultdict(dict)
        for (state, currency), sums in groups.items():
            by_state[state][currency] = sums
        labels = dict(self.env["adjustment.run.customer"]._fields["state"]._description_selection(self.env))
        rows = [
            self._get_row(state, label, by_state[state], ("applied", "left"), "action_view_customers", {"state": state})
            for state, label in labels.items()
            if state in by_state
        ]
        columns = [self.env._("State"), self.env._("Customers"), self._get_applied_label(), self.env._("Left")]
        return {"key": "states", "title": self.env._("Customers by state"), "columns": columns, "rows": rows}

    def _get_row(self, key, label, by_currency, names, method, arguments):
        count = sum(sums["count"] for sums in by_currency.values())
        cells = [[self._as_count(count)]]
        for name in names:
            cells.append([currency.format(sums[name]) for currency, sums in _sorted(by_currency) if sums[name]])
        return {"key": key, "label": label, "cells": cells, "method": method, "arguments": arguments}

    def _get_method_table(self, groups):
        """What each method found a place for, and what was deducted."""
        customers = self.env["adjustment.run.customer"]
        rows = []
        for one in (*METHODS, *PARTS):
            sums = defaultdict(float)
            for (state, currency), values in groups.items():
                if state in APPLYING and values[f"{one}_amount"]:
                    sums[currency] += values[f"{one}_amount"]
            if sums:
                texts = [currency.format(amount) for currency, amount in _sorted(sums)]
                row = {"key": one, "label": customers._fields[f"{one}_amount"]._description_string(self.env)}
                rows.append(row | {"cells": [texts], "method": "action_view_customers", "arguments": {"how": one}})
        columns = [self.env._("Method"), self._get_applied_label()]
        return {"key": "methods", "title": self.env._("How"), "columns": columns, "rows": rows}

    def _get_reason_table(self, items, side):
        by_reason = defaultdict(dict)
        for code, one_side, currency, count, left in items:
            if one_side == side:
                by_reason[code][currency] = {"count": count, "left": left}
        labels = self._get_reason_labels()
        rows = [
            self._get_row(
                code,
                labels.get(code) or self.env._("Other"),
                by_currency,
                ("left",),
                "action_view_items",
                {"reason_code": code, "side": side},
            )
            for code, by_currency in sorted(by_reason.items(), key=lambda one: _most_first(one[1]))
        ]
        titles = {"credit": self.env._("Credits left, and why"), "debit": self.env._("Debits left, and why")}
        columns = [self.env._("Reason"), self.env._("Items"), self.env._("Left")]
        return {"key": f"{side}s_left", "title": titles[side], "columns": columns, "rows": rows}

    def _get_reason_labels(self):
        """:return: {code: short label} of the reasons why an item was left"""
        return {
            "excluded": self.env._("Excluded"),
            "blocked": self.env._("In dispute"),
            "claimed": self.env._("In another open voucher"),
            "no_rate": self.env._("No exchange rate"),
            "no_debit": self.env._("Nothing to pay"),
            "no_credit": self.env._("No credit left"),
            "other_currency": self.env._("Debts in other currencies only"),
            "no_match": self.env._("No match"),
            "named_closed": self.env._("Named documents are closed"),
            "part_left": self.env._("Part left"),
            "later": self.env._("Not reached"),
            "too_small": self.env._("Too small to convert"),
            "deleted": self.env._("Voucher deleted"),
            "returned": self.env._("Voucher returned"),
        }

    # ------------------------------------------------------------------ helpers

    def _get_currencies(self, groups):
        return self.env["res.currency"].union(*(currency for _state, currency in groups)).sorted("name")

    def _as_count(self, number):
        return self.env["ir.qweb.field.integer"].value_to_html(number, {})


def _as_figures(figures):
    return [{"key": key, "label": label, "text": text} for key, (label, text) in figures.items()]


def _sorted(by_currency):
    return sorted(by_currency.items(), key=lambda one: one[0].name)


def _most_first(by_currency):
    return -sum(sums["count"] for sums in by_currency.values())
