"""Cash discount and tolerance of a voucher line: records become the values of ``terms`` and back."""

from fractions import Fraction

from odoo import fields, models
from odoo.exceptions import UserError

from .. import exchange, terms
from .adjustment_voucher_line import money, units


def fraction(number):
    """A number as the user typed it, exactly."""
    return Fraction(repr(number or 0.0))


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    # ------------------------------------------------------------------ cash discount

    def _full_discount(self):
        """The discount on the whole item at the voucher's value date, in units of its currency."""
        item = self.move_line_id
        if self.document_kind == "credit_note":
            return self._discount_to_give_back()
        if self.document_kind not in ("invoice", "debit_note", "bill"):
            return 0
        voucher = self.voucher_id
        return terms.full_discount(
            self._as_discount_terms(item),
            voucher.value_date or voucher.date,
            voucher.company_id._get_adjustment_root().adjustment_discount_grace_days,
            self.discount_mode if self.discount_mode in ("always", "never") else "normal",
        )

    def _as_discount_terms(self, item):
        total = units(abs(item.amount_currency), self.currency_id)
        term, start = item.move_id.invoice_payment_term_id, item.move_id.invoice_date or item.date
        tiers = []
        if item.discount_date:
            given = total - units(abs(item.discount_amount_currency), self.currency_id)
            tiers.append(terms.DiscountTier((item.discount_date - start).days, amount=given))
        base = total
        if term.early_pay_discount_computation != "included" and item.move_id.amount_total:
            base = exchange_base(total, item.move_id)
        tiers += [terms.DiscountTier(tier.days, fraction(tier.percentage) / 100) for tier in term.adjustment_tier_ids]
        return terms.DiscountTerms(total, base, start, tuple(tiers))

    def _discount_to_give_back(self):
        """The part of a discount that the customer took on the invoice which this credit note corrects."""
        invoice, item = self.move_id.reversed_entry_id, self.move_line_id
        if not invoice or self.discount_mode == "never":
            return 0
        lines = self.env["adjustment.voucher.line"].search(
            [
                ("move_line_id.move_id", "in", (invoice | invoice.reversal_move_ids).ids),
                ("voucher_id.state", "=", "authorized"),
                ("discount_amount", ">", 0),
            ]
        )
        taken = units(
            sum(lines.filtered(lambda line: line.side == "debit").mapped("discount_amount")), self.currency_id
        )
        others = lines.filtered(lambda line: line.side == "credit" and line.move_line_id != item)
        given = units(sum(others.mapped("discount_amount")), self.currency_id)
        share = terms.credit_note_discount(
            taken,
            units(abs(invoice.amount_total), self.currency_id),
            units(abs(item.amount_currency), self.currency_id),
        )
        return max(0, min(share, taken - given))

    def _get_discount(self, amount):
        """The discount that belongs to settling ``amount`` of the item."""
        if not amount or not self.currency_id:
            return 0.0
        total = units(abs(self.move_line_id.amount_currency), self.currency_id)
        share = terms.discount_on_settled(self._full_discount(), total, min(units(amount, self.currency_id), total))
        return money(share, self.currency_id)

    def _get_settled(self, paid):
        """How much of the item is settled when the other side gives ``paid`` for it, the discount included."""
        currency = self.currency_id
        settled, _discount = terms.split_paid(
            self._full_discount(),
            units(abs(self.move_line_id.amount_currency), currency),
            units(self.residual, currency),
            units(paid, currency),
        )
        return money(settled, currency)

    def action_settle_in_full(self):
        """Close the item although the other side gives less: the customer and we agreed that the rest is discount (A26)."""
        for line in self:
            voucher = line.voucher_id
            voucher._check_open(self.env._("change"))
            given = voucher.difference if line.side == "debit" else -voucher.difference
            paid = units(line.paid_amount, voucher.currency_id) + units(given, voucher.currency_id)
            rate = line._exact_rate()
            if paid <= 0 or not rate:
                raise UserError(
                    self.env._(
                        "To settle %s in full, give the other side an amount first: what it leaves short is the"
                        " discount.",
                        line.document_name,
                    )
                )
            whole = units(line.residual, line.currency_id)
            settled = terms.settle(
                whole,
                units(line._get_discount(line.residual), line.currency_id),
                exchange.rounded(paid / rate),
                terms.Tolerance(),
                full_settlement=True,
            )
            line.write(
                {
                    "amount": line.residual,
                    "discount_mode": "manual",
                    "discount_amount": money(settled.discount, line.currency_id),
                    "write_off_amount": 0,
                    "chargeback_amount": 0,
                }
            )
        return True

    # ------------------------------------------------------------------ tolerance

    def _get_tolerance(self):
        """The rest that may close by itself on this document, in units of its currency."""
        tolerance = self.voucher_id.company_id._get_adjustment_tolerance(self.currency_id, self.voucher_id.date)
        return terms.allowed(tolerance, units(abs(self.move_line_id.amount_currency), self.currency_id))

    def _close_within_tolerance(self):
        """After a proposal: a rest no larger than the tolerance is written off, or kept, on the document itself."""
        for line in self.filtered("amount"):
            currency = line.currency_id
            left = units(line.residual, currency) - units(line.amount, currency)
            if left <= 0:
                continue
            discount = units(line._get_discount(line.residual), currency)
            discount_left = min(left, max(0, discount - units(line.discount_amount, currency)))
            if left - discount_left <= line._get_tolerance():
                line.write(
                    {
                        "amount": line.residual,
                        "discount_amount": money(units(line.discount_amount, currency) + discount_left, currency),
                        "write_off_amount": money(left - discount_left, currency),
                    }
                )


def exchange_base(total, move):
    """The untaxed part of an item, in its units."""
    return terms.rounded(Fraction(total) * fraction(move.amount_untaxed) / fraction(move.amount_total))


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_adjustment_tolerance(self, currency, day):
        """:return: terms.Tolerance of the legal entity for items in this currency"""
        root = self._get_adjustment_root()
        own = root.adjustment_tolerance_ids.filtered(lambda rule: rule.currency_id == currency)
        if own:
            amount, percent = own.amount, own.percent
        else:
            amount, percent = root.adjustment_tolerance_amount, root.adjustment_tolerance_percent
            if currency != root.currency_id and amount:
                amount = root.currency_id._convert(amount, currency, root, day)
        return terms.Tolerance(
            units(amount, currency) if amount else None, fraction(percent) / 100 if percent else None
        )


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    adjustment_tier_ids = fields.One2many(
        "adjustment.discount.tier",
        "payment_id",
        "Further Discount Steps",
        help="Used when receipts are applied with a voucher: the best step still in time counts.",
    )


class AdjustmentDiscountTier(models.Model):
    _name = "adjustment.discount.tier"
    _description = "Cash Discount Step"
    _order = "payment_id, days"

    payment_id = fields.Many2one("account.payment.term", "Payment Terms", required=True, ondelete="cascade", index=True)
    days = fields.Integer("Days after the Invoice", required=True)
    percentage = fields.Float("Discount (%)", required=True)

    _range = models.Constraint(
        "CHECK (days >= 0 AND percentage > 0 AND percentage <= 100)",
        "A discount step has days from 0 and a percentage from 0 to 100.",
    )


class AdjustmentChargeTier(models.Model):
    _name = "adjustment.charge.tier"
    _description = "Late Charge Step"
    _order = "company_id, from_day"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    from_day = fields.Integer("From Day Late", required=True)
    rate = fields.Float("Late Charge (%)", digits=(16, 4), required=True)

    _range = models.Constraint(
        "CHECK (from_day > 0 AND rate >= 0)", "A late charge step starts on day 1 or later, at a rate of 0 or more."
    )
