"""What the items of a batch have in common: currencies, rates, tolerances, discount steps. Each is looked up once."""

from fractions import Fraction

from ... import terms
from ...batch import Item, Rules
from ..adjustment_voucher_line_terms import fraction
from ..adjustment_voucher_rates import between_units

INVOICES = ("out_invoice", "out_receipt", "in_invoice", "in_receipt")


class Lookups:
    def __init__(self, run, company, rows):
        self.run, self.company, self.root = run, company, company._get_adjustment_root()
        self.trade = set(run._get_account_ids(company)[0])
        self.unit = {
            one.id: one.rounding for one in run.env["res.currency"].browse({row["currency_id"] for row in rows})
        }
        self.company_unit = company.currency_id.rounding
        self.charges_first = self.root.adjustment_charges_first
        self.tiers = self._get_tiers({row["term"] for row in rows} - {None})
        self.tolerances, self.rates = {}, {}
        self.credit_days = {row["date"] for row in rows if not row["is_debit"]} | {run.date}

    def _get_tiers(self, term_ids):
        tiers = {}
        for tier in self.run.env["adjustment.discount.tier"].search([("payment_id", "in", list(term_ids))]):
            step = terms.DiscountTier(tier.days, fraction(tier.percentage) / 100)
            tiers.setdefault(tier.payment_id.id, []).append(step)
        return tiers

    def look_up_rates(self, target_ids):
        """The rates of the days that credits have: those of debits are wanted on the same days."""
        currency = self.run.env["res.currency"].browse
        lines = self.run.env["adjustment.voucher.line"]
        for target in set(target_ids):
            others = currency([one for one in self.unit if one != target])
            found = lines._get_rates_of(others, currency(target), self.company, self.credit_days)
            for (other, day), rate in found.items():
                self.rates[other, target, day] = between_units(rate, currency(other), currency(target))

    def rules(self, currency_id, debits_elsewhere):
        run = self.run
        return Rules(
            currency=currency_id,
            date=run.date,
            methods=run._get_methods(),
            rate=lambda currency, day: self._rate(currency, currency_id, day),
            grace_days=self.root.adjustment_discount_grace_days,
            use_discount=run.use_discount,
            use_tolerance=run.use_tolerance,
            debits_elsewhere=debits_elsewhere,
        )

    def _rate(self, currency_id, target_id, day):
        """Units of one currency for a unit of the other, as a voucher line has it; 0 when there is none."""
        key = (currency_id, target_id, day)
        if key not in self.rates:
            currency, target = self.run.env["res.currency"].browse((currency_id, target_id))
            rate = self.run.env["adjustment.voucher.line"]._get_rate(currency, target, self.company, day)
            self.rates[key] = between_units(rate, currency, target)
        return self.rates[key]

    def item(self, row):
        unit = self.unit[row["currency_id"]]
        total = round(row["total"] / unit)
        trade = row["account_id"] in self.trade
        return Item(
            row["id"],
            "debit" if row["is_debit"] else "credit",
            row["currency_id"],
            round(row["residual"] / unit),
            round(row["company_residual"] / self.company_unit),
            total,
            row["due"],
            row["date"],
            row["move_id"],
            row["commercial_id"],
            round(row["claimed"] / unit) if row["claimed"] else 0,
            0 if row["charge"] and self.charges_first else 1,
            self._names(row) if not row["is_debit"] else (),
            self._terms(row, total, unit) if row["term"] or row["discount_date"] else None,
            self._give_back(row) if trade and row["taken"] else 0,
            self._tolerance(row["currency_id"], total) if self.run.use_tolerance else 0,
            "blocked" if row["payment_state"] == "blocked" else "excluded" if row["excluded"] else "",
        )

    def _names(self, row):
        corrected = row["reversed_entry_id"]
        names = tuple(row["names"])
        return (*names, corrected) if corrected and corrected not in names else names

    def _terms(self, row, total, unit):
        """The cash discount of an invoice; None when there is none."""
        tiers = self.tiers.get(row["term"], [])
        if row["account_id"] not in self.trade or row["move_type"] not in INVOICES:
            return None
        if not (row["discount_date"] or tiers):
            return None
        start, base, own = row["invoice_date"] or row["date"], total, []
        if row["discount_date"]:
            given = total - round((row["discounted"] or 0.0) / unit)
            own.append(terms.DiscountTier((row["discount_date"] - start).days, amount=given))
        if row["computation"] != "included" and row["amount_total"]:
            share = fraction(row["amount_untaxed"]) / fraction(row["amount_total"])
            base = terms.rounded(Fraction(total) * share)
        return terms.DiscountTerms(total, base, start, (*own, *tiers))

    def _give_back(self, row):
        """The discount that a credit note takes back: rare, so asked of the voucher's own rule."""
        env = self.run.env
        voucher = env["adjustment.voucher"].new({"company_id": self.company.id, "partner_id": row["commercial_id"]})
        line = env["adjustment.voucher.line"].new({"voucher_id": voucher.id, "move_line_id": row["id"]})
        return line._discount_to_give_back()

    def _tolerance(self, currency_id, total):
        if currency_id not in self.tolerances:
            currency = self.run.env["res.currency"].browse(currency_id)
            self.tolerances[currency_id] = self.company._get_adjustment_tolerance(currency, self.run.date)
        return terms.allowed(self.tolerances[currency_id], total)
