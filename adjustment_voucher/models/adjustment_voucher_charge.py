"""Late charges: proposed on the lines, booked as debit notes with the voucher, taken back with it.

Two ways to charge, and a day of an amount is charged once whichever is used. What is settled late is charged for its days
when it is settled; that amount is gone then. What stays open is charged only when the user asks for it (A31); the note
says until when, and those days are left out of every later charge on the item.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import terms
from .adjustment_voucher_line import money, units
from .adjustment_voucher_line_terms import fraction
from .engine import engine

PERIODS = {"day": terms.DAY, "month": terms.MONTH, "year": terms.YEAR}


class AccountMove(models.Model):
    _inherit = "account.move"

    adjustment_charge_rest = fields.Boolean(
        "Charge on What Stayed Open", readonly=True, copy=False, help="Else on what was settled late."
    )

    def _is_standing_charge(self):
        """Whether this late charge still stands: posted, and not credited."""
        self.ensure_one()
        return self.state == "posted" and "posted" not in self.reversal_move_ids.mapped("state")


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    late_charge_amount = fields.Monetary(compute="_compute_late_charge_amount", store=True, readonly=False)
    late_charge_manual = fields.Boolean(copy=False, help="The late charge was entered by hand, and stays.")
    late_charge_from = fields.Date(compute="_compute_late_charge", store=True)
    late_charge_until = fields.Date(compute="_compute_late_charge", store=True)
    late_charge_proposed = fields.Monetary(
        "Late Charge by the Rules", compute="_compute_late_charge", store=True, help="Charging less needs a reason."
    )
    late_charge_rest = fields.Boolean(
        "Charge What Stays Open",
        copy=False,
        help="The late charge is on what this voucher leaves open, until its date, and not on what it settles.",
    )

    @api.depends("amount", "late_charge_rest", "move_line_id", "voucher_id.value_date", "voucher_id.date")
    def _compute_late_charge(self):
        """What the rules ask for."""
        until = self.filtered(lambda line: line.voucher_id._knows_charge_rule())._get_charged_until()
        for line in self:
            if line._is_decided():
                for name in ("late_charge_proposed", "late_charge_from", "late_charge_until"):
                    line[name] = line[name]
                continue
            charge = line._get_late_charge(until.get(line.move_line_id._origin))
            line.late_charge_proposed = money(charge.amount, line.currency_id) if charge else 0.0
            line.late_charge_from = charge.start if charge and charge.amount else False
            line.late_charge_until = charge.until if charge and charge.amount else False

    @api.depends("late_charge_proposed", "late_charge_waived", "late_charge_manual")
    def _compute_late_charge_amount(self):
        """What is charged: an amount entered by hand stays."""
        for line in self:
            entered = line.late_charge_manual or line._is_decided()
            own = line.late_charge_amount if entered else line.late_charge_proposed
            line.late_charge_amount = 0.0 if line.late_charge_waived else own

    def _get_charged_until(self):
        """:return: {item: last day for which all that was open of it is charged already}"""
        if not self:
            return {}
        notes = self.env["account.move"].search(
            [("adjustment_charge_item_id", "in", self.move_line_id._origin.ids), ("adjustment_charge_rest", "=", True)]
        )
        found = {}
        for note in notes.filtered(lambda one: one._is_standing_charge()).sorted("adjustment_charge_until"):
            found[note.adjustment_charge_item_id] = note.adjustment_charge_until
        return found

    def _get_late_charge(self, charged_until=None):
        """:return: terms.Charge; None without a rule, on other documents, on late charges themselves, for nothing"""
        voucher = self.voucher_id
        if self.side != "debit" or not voucher._knows_charge_rule():
            return None
        if self.document_kind not in ("invoice", "debit_note") or self.move_id.adjustment_charge_item_id:
            return None
        amount = self.residual - self.amount if self.late_charge_rest else self.amount
        until = voucher.date if self.late_charge_rest else voucher.value_date or voucher.date
        charged, due = units(amount, self.currency_id), self.date_maturity or self.date
        if charged <= 0 or not (due and until):
            return None
        return terms.late_charge(charged, due, until, self._as_charge_terms(), charged_until)

    def _as_charge_terms(self):
        root = self.voucher_id.company_id._get_adjustment_root()
        minimum = root.adjustment_charge_minimum
        if minimum and self.currency_id != root.currency_id:
            minimum = root.currency_id._convert(minimum, self.currency_id, root, self.voucher_id.date)
        return terms.ChargeTerms(
            fraction(root.adjustment_charge_rate) / 100,
            PERIODS[root.adjustment_charge_period],
            root.adjustment_charge_grace_days,
            units(minimum, self.currency_id),
            tuple(
                terms.ChargeTier(tier.from_day, fraction(tier.rate) / 100)
                for tier in root.adjustment_charge_tier_ids.sorted("from_day")
            ),
        )

    def _get_charge(self):
        """What is charged, 0 when it is waived; a charge on a settled part falls with the part."""
        stands = not self.late_charge_waived and (self.amount or self.late_charge_rest)
        return self.late_charge_amount if stands else 0.0

    def _is_charge_lowered(self):
        own = self.currency_id
        due = self.late_charge_proposed if self.amount or self.late_charge_rest else 0.0
        return bool(own) and own.compare_amounts(self._get_charge(), due) < 0

    def _charge_rest(self):
        """Propose anew, also where something was entered by hand."""
        self.write({"late_charge_rest": True, "late_charge_manual": False})
        self.env.add_to_compute(self._fields["late_charge_proposed"], self)

    def _is_charge_stale(self, charged_until):
        charge = self._get_late_charge(charged_until)
        return units(self.late_charge_proposed, self.currency_id) != (charge.amount if charge else 0)


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    has_charge_rule = fields.Boolean(compute="_compute_has_charge_rule")

    @api.depends("company_id")
    def _compute_has_charge_rule(self):
        for voucher in self:
            voucher.has_charge_rule = voucher._knows_charge_rule()

    def _knows_charge_rule(self):
        root = self.company_id._get_adjustment_root()
        return bool(root.adjustment_charge_rate or root.adjustment_charge_tier_ids)

    def action_propose_late_charges(self):
        """Charge what stays open of every overdue debit that is loaded, until the voucher's date (A31).

        Charges on what the voucher settles late are replaced: the credits are taken as if they had come in time.
        """
        self.check_access("write")
        for voucher in self:
            voucher._check_open(self.env._("change"))
            voucher._check_charge_rule()
            voucher.line_ids.filtered(lambda line: line.side == "debit")._charge_rest()
        return True

    def _check_charge_rule(self):
        if not self._knows_charge_rule():
            raise UserError(self.env["adjustment.message"].missing_account(self.env._("Late Charge (%)")))

    # ------------------------------------------------------------------ checks

    def _get_charged_lines(self):
        """The lines for which a late charge will be booked, also such of which nothing is settled."""
        return self.line_ids.filtered(lambda line: line._get_charge())

    def _get_problems(self, lines):
        """A voucher that only charges what stays open settles nothing, and needs no two sides."""
        return super()._get_problems(lines) if lines or not self._get_charged_lines() else []

    def _get_refusals(self, lines, message):
        return [*super()._get_refusals(lines, message), *self._get_charge_refusals(message)]

    def _get_charge_refusals(self, message):
        texts = [
            self.env._(
                "To charge less than %(due)s on %(document)s, give the reason in «Waived because».",
                due=message._amount(line.late_charge_proposed, line.currency_id),
                document=line.document_name,
            )
            for line in self.line_ids.filtered(lambda line: line._is_charge_lowered())
            if not (line.late_charge_reason or "").strip()
        ]
        return texts + [self._get_stale_charge(line, message) for line in self._get_stale_charges()]

    def _get_stale_charges(self):
        """Lines whose proposal is not what the rules make of them now: something was settled or charged meanwhile."""
        charged = self._get_charged_lines().filtered("late_charge_from")
        until = charged._get_charged_until()
        return charged.filtered(lambda line: line._is_charge_stale(until.get(line.move_line_id)))

    def _get_stale_charge(self, line, message):
        charge = line._get_late_charge(line._get_charged_until().get(line.move_line_id))
        return self.env._(
            "To charge %(document)s, propose the charge again: it is %(now)s now, since a part of the document was settled"
            " or charged already.",
            document=line.document_name,
            now=message._amount(money(charge.amount if charge else 0, line.currency_id), line.currency_id),
        )

    def _gather(self):
        """Items that are charged without being settled are touched: of two vouchers at once, the second starts anew."""
        charged = self._get_charged_lines().move_line_id
        if charged:
            self.env.execute_query(
                SQL(
                    "UPDATE account_move_line SET id = id WHERE id IN (SELECT id FROM account_move_line"
                    " WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE) RETURNING id",
                    sorted(charged.ids),
                )
            )
        return super()._gather()

    # ------------------------------------------------------------------ the notes

    def _book_late_charges(self, lines):
        """One debit note per debit that is charged; posted, so that it has its number and due date."""
        if not lines:
            return self.env["account.move"]
        notes = self.env["account.move"].create([self._prepare_late_charge(line) for line in lines])
        notes.with_context(validate_analytic=True).action_post()
        return notes

    def _prepare_late_charge(self, line):
        root, invoice = self.company_id._get_adjustment_root(), line.move_id
        account = root.adjustment_charge_account_id
        if not account:
            raise UserError(self.env["adjustment.message"].missing_account(self.env._("Late Charge Account")))
        label, until = self._get_charge_label(line), line.late_charge_until or self._get_charge_day(line)
        return {
            "move_type": "out_invoice",
            "debit_origin_id": invoice.id,
            "partner_id": invoice.partner_id.id or line.partner_id.id,
            "company_id": invoice.company_id.id,
            "currency_id": line.currency_id.id,
            "invoice_date": self.date,
            "date": self.date,
            "ref": label,
            "invoice_payment_term_id": root.adjustment_charge_term_id.id,
            "adjustment_charge_voucher_id": self.id,
            "adjustment_charge_item_id": line.move_line_id.id,
            "adjustment_charge_until": until,
            "adjustment_charge_rest": line.late_charge_rest,
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "name": label,
                        "quantity": 1,
                        "price_unit": line._get_charge(),
                        "account_id": account.id,
                        "tax_ids": [fields.Command.set(root.adjustment_charge_tax_ids.ids)],
                        "analytic_distribution": self.analytic_distribution,
                    }
                )
            ],
        }

    def _get_charge_day(self, line):
        return self.date if line.late_charge_rest else self.value_date or self.date

    def _get_charge_label(self, line):
        amount = line.residual - line.amount if line.late_charge_rest else line.amount
        return self.env._(
            "Late charge on %(invoice)s: %(amount)s from %(start)s to %(end)s",
            invoice=line.document_name,
            amount=self.env["adjustment.message"]._amount(amount, line.currency_id),
            start=line.late_charge_from or line.date_maturity,
            end=line.late_charge_until or self._get_charge_day(line),
        )

    def _check_charges_unpaid(self):
        """:raise UserError: when a late charge of this voucher is paid already"""
        paid = self._get_standing_charges().filtered(lambda note: note.payment_state != "not_paid")
        if paid:
            raise UserError(
                self.env._(
                    "To reverse %(voucher)s, take the payment off %(note)s first: it is the late charge of this voucher.",
                    voucher=self.display_name,
                    note=paid[0].name,
                )
            )

    def _get_standing_charges(self):
        return self.charge_move_ids.filtered(lambda note: note._is_standing_charge())

    def _reverse_late_charges(self, date, reason):
        """The charges fall with the voucher that made them: a credit note for each, matched with it by Odoo itself."""
        for note in self._get_standing_charges():
            label = self.env._("%(note)s taken back: %(reason)s", note=note.name, reason=reason)
            with engine():
                note._reverse_moves([{"date": date, "invoice_date": date, "ref": label}], cancel=True)
