"""The dashboard in one call: the filters as understood, the tiles, the charts and the work lists."""

from dataclasses import dataclass, replace
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date, formatLang

from odoo.addons.credit_hold.models.credit_hold import FIGURE_READERS

from ..money import units

OPTION_LIMIT = 200


@dataclass(frozen=True)
class Filters:
    """What the dashboard is asked for; ids are 0 where nothing is chosen."""

    company_id: int = 0
    user_id: int = 0
    group_id: int = 0
    tag_id: int = 0
    currency_id: int = 0
    as_of: date | None = None
    of_entities: bool = False  # all branches of the legal entities are looked at

    @property
    def is_kept(self):
        """Whether what is kept per customer, of today and in the currency of the legal entity, answers."""
        return self.of_entities and not self.as_of and not self.currency_id

    @property
    def of_customers(self):
        """Whether only some customers are looked at."""
        return bool(self.user_id or self.group_id or self.tag_id)


CHOICES = {
    "company_id": "res.company",
    "user_id": "res.users",
    "group_id": "credit.group",
    "tag_id": "res.partner.category",
    "currency_id": "res.currency",
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def credit_centre_summary(self, filters=None):
        """Everything the dashboard of the Credit Centre shows.

        :param filters: dict with any of ``company_id``, ``user_id`` (salesperson), ``group_id`` (shared limit),
            ``tag_id``, ``currency_id`` (ids or False) and ``as_of`` (ISO date)
        :return: dict of ``as_of``, ``currency``, ``filters``, ``options``, ``tiles`` (each with its value and the domain
            of the records it is the sum of), ``charts`` and ``lists``; amounts in major units, each beside its text
        :raise AccessError: for users who may not see credit figures
        :raise UserError: when a filter is unknown
        """
        return self.env["credit.summary"]._summary(filters)


class CreditSummary(models.AbstractModel):
    _name = "credit.summary"
    _description = "Figures of the Credit Centre"

    @api.model
    def _summary(self, filters):
        self._check_reader()
        chosen = self._understand(filters or {})
        self._set_planner()
        here = self.with_context(credit_as_of=fields.Date.to_string(chosen.as_of) if chosen.as_of else False)
        if chosen.company_id:
            here = here.with_company(chosen.company_id)
        ledger = here._gather_ledger(chosen)
        return {
            **here._summary_head(chosen),
            "options": here._options(),
            "tiles": here._tiles(chosen, ledger),
            "charts": here._charts(chosen, ledger),
            "lists": here._lists(chosen),
        }

    @api.model
    def _check_reader(self):
        if not (self.env.su or self.env.user.has_groups(FIGURE_READERS)):
            raise AccessError(
                self.env._(
                    "To see the figures of the Credit Centre, ask your administrator for the right to see credit figures."
                )
            )

    @api.model
    def _set_planner(self):
        """For this transaction: sums over a million rows stay in memory, and are not compiled for longer than they run."""
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")

    @api.model
    def _lists(self, _filters):
        return []

    # ------------------------------------------------------------------ filters

    @api.model
    def _understand(self, filters):
        """The filters as values.

        :raise UserError: when one is unknown, no record or no date
        """
        unknown = set(filters) - {*CHOICES, "as_of"} if isinstance(filters, dict) else {str(filters)}
        if unknown:
            raise UserError(
                self.env._(
                    "To see the figures, filter by company, salesperson, customer group, tag, currency or day, not by %s.",
                    ", ".join(sorted(map(str, unknown))),
                )
            )
        chosen = {name: self._choice(name, filters.get(name)) for name in CHOICES}
        items = self.env["credit.open.item"].with_context(credit_as_of=filters.get("as_of"))
        understood = Filters(**chosen, as_of=items._get_as_of())
        return replace(understood, of_entities=self._are_whole_entities(understood))

    @api.model
    def _choice(self, name, value):
        if not value:
            return 0
        records = self.env[CHOICES[name]]
        if type(value) is int and 0 < value < 2**31:
            records = records.browse(value).exists()
        if not records or (name == "company_id" and records not in self.env.companies):
            raise UserError(
                self.env._(
                    "To see the figures of one %(what)s, choose one of those offered: %(value)s is none.",
                    what=self.env[CHOICES[name]]._description,
                    value=value,
                )
            )
        return records.id

    @api.model
    def _companies(self, filters):
        """The companies looked at: those ticked, or of these the one chosen and its branches."""
        if not filters.company_id:
            return self.env.companies
        return self.env.companies.filtered_domain([("id", "child_of", filters.company_id)])

    @api.model
    def _summary_head(self, filters):
        day, currency = filters.as_of or fields.Date.today(), self._currency(filters)
        return {
            "as_of": fields.Date.to_string(day),
            "as_of_text": format_date(self.env, day, date_format="d MMMM y"),
            "is_today": not filters.as_of,
            "currency": {"id": currency.id, "name": currency.name},
            "filters": {
                **{name: getattr(filters, name) or False for name in CHOICES},
                "as_of": fields.Date.to_string(day),
            },
        }

    @api.model
    def _options(self):
        """What can be chosen in each filter, read in one query: names that every reader may know."""
        chosen = {"companies": [{"id": company.id, "name": company.name} for company in self.env.companies]}
        chosen.update({kind: [] for kind in ("users", "groups", "tags", "currencies")})
        for kind, record_id, name in self.env.execute_query(self._options_query()):
            chosen[kind].append({"id": record_id, "name": name})
        return chosen

    @api.model
    def _options_query(self):
        return SQL(
            """(SELECT 'users' AS kind, u.id, p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id
                 WHERE EXISTS (SELECT 1 FROM credit_account a WHERE a.user_id = u.id AND a.company_id IN %(companies)s)
                 ORDER BY p.name, u.id LIMIT %(limit)s)
         UNION ALL
               (SELECT 'groups', g.id, g.name FROM credit_group g WHERE g.active AND g.company_id IN %(companies)s
                 ORDER BY g.name, g.id LIMIT %(limit)s)
         UNION ALL
               (SELECT 'tags', t.id, COALESCE(t.name->>%(lang)s, t.name->>'en_US') FROM res_partner_category t WHERE t.active
                 ORDER BY 3, t.id LIMIT %(limit)s)
         UNION ALL
               (SELECT 'currencies', c.id, c.name FROM res_currency c WHERE c.active ORDER BY c.name LIMIT %(limit)s)""",
            companies=tuple(self.env.companies.root_id.ids),
            lang=self.env.lang or "en_US",
            limit=OPTION_LIMIT,
        )

    # ------------------------------------------------------------------ domains

    @api.model
    def _items_domain(self, filters):
        """The open items looked at."""
        domain = Domain("company_id", "in", self._companies(filters).ids) & self._customers_domain(filters)
        return domain & Domain("currency_id", "=", filters.currency_id) if filters.currency_id else domain

    @api.model
    def _accounts_domain(self, filters):
        """The credit accounts looked at: those of the legal entities."""
        return Domain("company_id", "in", self._companies(filters).root_id.ids) & self._customers_domain(filters)

    @api.model
    def _customers_domain(self, filters):
        domain = Domain.TRUE
        if filters.user_id:
            domain &= Domain("user_id", "=", filters.user_id)
        if filters.group_id:
            domain &= Domain("group_id", "=", filters.group_id)
        if filters.tag_id:
            domain &= Domain("partner_id.category_id", "in", [filters.tag_id])
        return domain

    # ------------------------------------------------------------------ amounts

    @api.model
    def _currency(self, filters):
        if filters.currency_id:
            return self.env["res.currency"].browse(filters.currency_id)
        return self.env.company.currency_id

    @api.model
    def _sum_of(self, filters, field):
        """The aggregate that sums company amounts: converted only where companies keep books in several currencies."""
        currencies = self._companies(filters).currency_id | self.env.company.currency_id
        return f"{field}:sum_currency" if len(currencies) > 1 else f"{field}:sum"

    @api.model
    def _open_sum(self, filters):
        return "residual_currency:sum" if filters.currency_id else self._sum_of(filters, "residual")

    @api.model
    def _amount_text(self, filters, amount):
        return format_amount(self.env, amount, self._currency(filters))

    @api.model
    def _number_text(self, number, digits=1):
        return formatLang(self.env, float(number), digits=digits)

    @api.model
    def _units(self, filters, amount):
        """An amount as a count of the currency's smallest unit."""
        return units(amount, self._currency(filters))

    @api.model
    def _money(self, filters, units):
        currency = self._currency(filters)
        return currency.round(units * currency.rounding)
