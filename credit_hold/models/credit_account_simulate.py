"""What would become of an order that nobody has entered yet."""

from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import ValidationError

from ..decision import Ask, Standing, decide
from .credit_message import Wording
from .credit_policy import rules_of
from .engine import check_amounts
from .sale_order_facts import units


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def simulate(self, amount, currency=None):
        """What would become of an order of this size, placed now.

        :param amount: order value with tax
        :param currency: res.currency, its id or its code; the company's unless given
        :return: dict: outcome, passes, reasons (code, message), remedies (code, amount, message), figures (exposure, limit,
            order, after, headroom, overdue; floats in the company's currency)
        :raise ValidationError: for an amount or a currency that is none
        """
        self.ensure_one()
        self.check_access("read")
        company, customer = self.company_id, self.partner_id
        check_amounts(self.env, {"amount": amount or 0.0}, {"amount": self.env._("the amount")})
        asked = self._simulated_currency(currency)
        value = asked._convert(float(amount or 0.0), company.currency_id, company, fields.Date.today())
        row = self.sudo()._read_figures([(customer.id, company.id)])[
            customer.id, company.id
        ]  # sudo: read access was checked
        order = (
            self.env["sale.order"]
            .sudo()
            .new(  # sudo: an order that is never saved
                {"partner_id": customer.id, "partner_invoice_id": customer.id, "company_id": company.id}
            )
        )
        rounding = company.currency_id.rounding
        ask = Ask(
            amount=units(value, rounding), value=units(value, rounding), payer_id=customer.id, today=fields.Date.today()
        )
        rules = rules_of(row, lambda figure: units(figure, rounding))
        standing = Standing()
        if company.sudo().credit_check_active:  # sudo: a setting
            unknown = asked != company.currency_id and not asked.sudo().rate_ids  # sudo: rates are not secret
            standing = replace(order._as_standing(row, ask, rounding), rate_missing=unknown)
        return self._simulation_answer(row, ask, decide(standing, ask, rules), rounding, asked)

    def _simulated_currency(self, currency):
        currencies = self.env["res.currency"]
        if isinstance(currency, str):
            found = currencies.search([("name", "=", currency.upper())], limit=1)
        elif isinstance(currency, int) and not isinstance(currency, bool):
            found = currencies.browse(currency).exists()
        elif isinstance(currency, models.BaseModel) or not currency:
            found = currency or self.currency_id
        else:
            found = currencies
        if not found:
            raise ValidationError(
                self.env._("To try an order, name an active currency. «%s» is not one.", str(currency)[:20])
            )
        return found

    def _simulation_answer(self, row, ask, decision, rounding, asked):
        named = asked if any(reason.code == "no_rate" for reason in decision.reasons) else self.currency_id
        words = Wording(
            self.env, self.partner_id, self.currency_id, hold_reason=self.hold_reason or "", order_currency=named
        )
        after = float(row["exposure"]) + ask.amount * rounding
        limit = float(row["effective_limit"]) if row["has_limit"] else None
        return {
            "outcome": decision.outcome,
            "passes": decision.passes,
            "reasons": [{"code": reason.code, "message": words.reason(reason)} for reason in decision.reasons],
            "remedies": [
                {"code": remedy.code, "amount": remedy.amount * rounding, "message": words.remedy(remedy)}
                for remedy in decision.remedies
            ],
            "figures": {
                "exposure": float(row["exposure"]),
                "limit": limit,
                "order": ask.amount * rounding,
                "after": after,
                "headroom": float(row["headroom"]) if limit is not None else None,
                "overdue": float(row["overdue"]),
                "currency": self.currency_id.name,
            },
        }
