"""Which agreement counts for a customer on a day, and what day it is."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from odoo import api, fields, models
from odoo.fields import Domain

from ... import agreements


class CreditAgreement(models.Model):
    _inherit = "credit.agreement"

    @api.model
    def _get_day(self, company, moment=None):
        """The calendar day of a moment (now without one) where the company is."""
        # reading a time zone must not depend on who asks: the company's partner may be out of the reader's sight
        zone = company.sudo().partner_id.tz or self.env.user.tz
        moment = moment or fields.Datetime.now()
        return fields.Datetime.context_timestamp(self.with_context(tz=zone or "UTC"), moment).date()

    @api.model
    def _get_zone(self, company):
        try:
            # as above
            return ZoneInfo(company.sudo().partner_id.tz or self.env.user.tz or "UTC")
        except ZoneInfoNotFoundError:
            return ZoneInfo("UTC")

    @api.model
    def _get_agreements(self, keys):
        """Which agreement counts for a customer, a company and a day; one query for any number.

        :param keys: iterable of (res.partner, res.company, date)
        :return: dict {(commercial partner id, root company id, day): credit.agreement (sudo)}
        """
        keys = {(partner.commercial_partner_id.id, company.root_id.id, day) for partner, company, day in keys}
        keys = {key for key in keys if all(key)}
        if not keys:
            return {}
        partners, companies, days = ({key[index] for key in keys} for index in range(3))
        domain = Domain("partner_id", "in", partners) & Domain("company_id", "in", companies)
        domain &= Domain("state", "in", list(agreements.BINDING)) & Domain("date_start", "<=", max(days))
        domain &= Domain("date_end", "=", False) | Domain("date_end", ">=", min(days))
        # a quotation gets what was agreed, whoever writes it; only its effect is shown
        found = self.sudo().search(domain)
        grouped = found.grouped(lambda agreement: (agreement.partner_id.id, agreement.company_id.id))
        return {key: self._pick(grouped.get(key[:2], found.browse()), key[2]) for key in keys}

    @api.model
    def _pick(self, candidates, day):
        period = agreements.in_force([agreement._as_period() for agreement in candidates], day)
        return candidates.browse(period.id if period else False)

    @api.model
    def _get_agreement(self, partner, company, day):
        """:return: the credit.agreement (sudo) in force, or an empty one"""
        key = (partner.commercial_partner_id.id, company.root_id.id, day)
        return self._get_agreements([(partner, company, day)]).get(key, self.sudo().browse())
