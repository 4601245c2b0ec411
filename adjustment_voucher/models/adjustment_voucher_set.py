"""Drafts of many vouchers made together: what comes out is what each by itself would give."""

from odoo import api, models

from .. import exchange
from .account_partial_reconcile_set import QUIET
from .adjustment_voucher_line import money
from .adjustment_voucher_line_terms import fraction
from .engine import engine
from .rows import fits as rows_fit
from .rows import insert

# What the ORM works out by itself where lines are made one by one.
COMPUTED = {
    "voucher_company_id",
    "date_maturity",
    "rate_date",
    "late_charge_amount",
    "late_charge_proposed",
    "late_charge_from",
    "late_charge_until",
    "head_id",
}


def _rate(line, own, target):
    """The rate of a draft line as a form shows it: voucher currency for one unit of the item's."""
    return float(line.rate * fraction(target.rounding) / fraction(own.rounding))


def _value(line):
    """What all of a draft line is worth, in units of the voucher's currency, so that its paid part comes out exactly."""
    if not (line.discount or line.write_off):
        return line.paid
    parts = [part for part in (line.discount, line.write_off) if part]
    parts.append(line.amount - sum(parts))
    value = exchange.rounded(line.amount * line.rate)
    return value + line.paid - exchange.cut(value, parts)[-1]


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    # ------------------------------------------------------------------ drafts

    @api.model
    def _draft_set(self, drafts):
        """Make draft vouchers; the ledger is not touched.

        :param drafts: list of batch.Draft
        :return: adjustment.voucher, in their order
        """
        quiet = self.with_context(**QUIET, mail_create_nolog=True, mail_create_nosubscribe=True)
        journals = self._get_journals_of({draft.company for draft in drafts})
        with engine():
            vouchers = quiet.create([self._prepare_draft(draft, journals) for draft in drafts])
            vouchers._draft_lines(drafts)
            vouchers._draft_totals(drafts)
        return vouchers.with_env(self.env)

    @api.model
    def _get_journals_of(self, companies):
        return {company: self.new({"company_id": company})._get_default_journal().id for company in sorted(companies)}

    @api.model
    def _prepare_draft(self, draft, journals):
        return {
            "company_id": draft.company,
            "partner_id": draft.partner,
            "currency_id": draft.currency,
            "journal_id": journals[draft.company],
            "kind": draft.kind,
            "date": draft.date,
            "value_date": draft.value_date,
            "hierarchy": draft.hierarchy,
            "method": draft.method,
            "memo": draft.memo or False,
            "plan": [list(step) for step in draft.plan],
            "run_id": draft.run or False,
        }

    def _draft_totals(self, drafts):
        """The sums of new drafts, known without reading their lines."""
        self.flush_recordset()
        self._write_multi([self._prepare_totals(draft) for draft in drafts])
        self.invalidate_recordset(flush=False)

    @api.model
    def _prepare_totals(self, draft):
        target = self.env["res.currency"].browse(draft.currency)
        paid = {side: sum(line.paid for line in draft.lines if line.side == side) for side in ("credit", "debit")}
        return {
            "total_credit": money(paid["credit"], target),
            "total_debit": money(paid["debit"], target),
            "difference": money(paid["credit"] - paid["debit"], target),
            "discount_total": self._in_target(draft, "discount", target),
            "write_off_total": self._in_target(draft, "write_off", target),
        }

    @api.model
    def _in_target(self, draft, name, target):
        """Discounts or write-offs of a draft in the voucher's currency, each rounded as a line of a form is."""
        own = self.env["res.currency"].browse
        return sum(
            target.round(money(getattr(line, name), own(line.currency)) * _rate(line, own(line.currency), target))
            for line in draft.lines
            if getattr(line, name)
        )

    def _draft_lines(self, drafts):
        """The lines of new drafts: inserted where every value is known, made one by one where late charges are proposed."""
        items = self.env["account.move.line"].browse([line.item for draft in drafts for line in draft.lines])
        items.fetch(["date", "date_maturity", "currency_id"])  # Odoo would read all columns
        items.check_access("read")
        by_id = {item.id: item for item in items}
        rows = [
            voucher._prepare_draft_line(draft, line, by_id[line.item], place)
            for voucher, draft in zip(self, drafts, strict=True)
            for place, line in enumerate(draft.lines)
        ]
        lines = self.env["adjustment.voucher.line"]
        charging = any(voucher._knows_charge_rule() for voucher in self)
        if rows and not charging and rows_fit(lines, rows[0]):
            self.flush_recordset()
            insert(lines, rows)
            self.invalidate_recordset(["line_ids", "credit_line_ids", "debit_line_ids"], flush=False)
        else:
            lines.create([{name: row[name] for name in row if name not in COMPUTED} for row in rows])

    def _prepare_draft_line(self, draft, line, item, place):
        own, target = item.currency_id, self.currency_id
        amount, value, rate = money(line.amount, own), money(_value(line), target), _rate(line, own, target)
        if amount and target.compare_amounts(value, target.round(amount * rate)):
            rate = value / amount  # as in a form: the rate follows a value that is not the rounded product
        return {
            "voucher_id": self.id,
            "voucher_company_id": draft.company,
            "move_line_id": line.item,
            "sequence": 10 + place,
            "side": line.side,
            "currency_id": line.currency,
            "date_maturity": item.date_maturity or item.date,
            "rate_date": item.date if line.side == "credit" else draft.value_date,
            "rate": rate,
            "rate_manual": False,
            "amount": amount,
            "voucher_amount": value,
            # a run that grants no discounts leaves none for later changes either
            "discount_mode": "normal" if not self.run_id or self.run_id.use_discount else "never",
            "discount_amount": money(line.discount, own),
            "write_off_amount": money(line.write_off, own),
            "chargeback_amount": 0.0,
            "late_charge_amount": 0.0,
            "late_charge_proposed": 0.0,
            "late_charge_from": None,
            "late_charge_until": None,
            "late_charge_manual": False,
            "late_charge_rest": False,
            "late_charge_waived": False,
            "head_id": None,
        }

    # ------------------------------------------------------------------ authorizing

    def _authorize_set(self):
        """Book and match many vouchers: all of them, or none.

        :raise UserError: naming the first voucher that something stands against
        """
        together = self._get_together()
        for voucher in self - together:
            voucher.action_authorize()
        if together:
            together._check_approver(self.env._("authorize"))
            together._check_branches(self.env._("authorize"))
            together._at_all_branches()._authorize_together()

    def _get_together(self):
        """The vouchers that can be booked in one go: no two share an item, and nothing but items is to be matched."""
        if not self.env["account.partial.reconcile"]._can_match_set():
            return self.browse()
        seen, found = set(), []
        for voucher in self.sorted("id"):
            items = set(voucher.line_ids.move_line_id.ids)
            if seen.isdisjoint(items) and voucher._is_plain():
                found.append(voucher.id)
            seen |= items
        return self.browse(found)

    def _is_plain(self):
        return not (
            self.transfer_partner_id
            or self._is_linked()
            or self.company_id.root_id.tax_exigibility
            or any(line.late_charge_amount or line.chargeback_amount for line in self.line_ids)
        )
