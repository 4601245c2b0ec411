"""What Odoo looks up anew for each entry, looked up once for the entries of a batch, which are all of one kind."""

from odoo import api, models

from .engine import work

# What decides the number of an entry: an addon that has a word in it is asked for each.
NUMBERING = (
    "_get_last_sequence",
    "_get_last_sequence_domain",
    "_get_next_sequence_format",
    "_get_sequence_date_range",
    "_get_sequence_format_param",
    "_get_starting_sequence",
    "_deduce_sequence_number_reset",
)
# What decides the values of a leg that Odoo works out.
LEG_VALUES = (
    "_compute_display_type",
    "_compute_is_storno",
    "_compute_price_unit",
    "_compute_product_uom_id",
    "_compute_quantity",
    "_compute_sequence",
    "_compute_tax_ids",
    "_get_computed_taxes",
)
# Addons whose part in these concerns products, orders and debit notes, none of which an entry of a voucher has.
KNOWN_ADDONS = ("account", "account_debit_note", "adjustment_voucher", "purchase", "sale", "sale_management")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_next_sequence_format(self):
        """Entries of one journal and day follow the same last number: Odoo locks it with the first of them, and counts on
        by itself. A period that has no number yet is looked at again."""
        current = work()
        if not current or current.known is None or not self._is_numbered_alike():
            return super()._get_next_sequence_format()
        key = ("format", self.journal_id.id, self.date)
        if key not in current.known:
            form, values = super()._get_next_sequence_format()
            if not values.get("seq"):
                return form, values
            current.known[key] = form, dict(values)
        form, values = current.known[key]
        return form, dict(values)  # Odoo takes its part out

    def _is_numbered_alike(self):
        return (
            self.move_type == "entry"
            and bool(self.adjustment_voucher_id)
            and not self.journal_id.is_self_billing
            and not self.origin_payment_id
            and not _is_extended(self, NUMBERING, work().known)
        )

    @api.model
    def _warm_customers(self, partners, company):
        """What Odoo reads of each customer for the fiscal position of its entry, read for all of them."""
        fields = ["property_account_position_id", "country_id", "vat", "child_ids"]
        partners.with_company(company).sudo().fetch(fields)  # Odoo computes it as the system, too


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _check_company(self, fnames=None):
        """Legs of one company that have all in common that is checked need one look: but for the entry, whose company is
        theirs."""
        current = work()
        if not current or current.known is None:
            return super()._check_company(fnames)
        names = [name for name, field in self._fields.items() if getattr(field, "check_company", False)]
        names = ["company_id", *(name for name in names if name != "move_id")]
        alike = {}
        for line in self:
            alike.setdefault(tuple(line[name]._ids for name in names), line)
        return super(AccountMoveLine, self.browse().union(*alike.values()))._check_company(fnames)

    @api.model
    def _get_addons_without_legs(self):
        """An addon whose part in these methods never concerns a leg of a voucher adds its name.

        :return: frozenset of names of addons"""
        return frozenset(KNOWN_ADDONS)

    @api.model
    def _prepare_known(self, voucher, vals):
        """What Odoo would work out for a leg without tax, or write on it a second and a third time."""
        current = work()
        stored = {"date": voucher.date, "parent_state": "draft"}
        if vals.keys() & {"tax_ids", "tax_repartition_line_id"} or voucher.company_id.account_storno:
            return stored
        if not current or current.known is None or _is_extended(self, LEG_VALUES, current.known):
            return stored
        return {
            **stored,
            "journal_id": voucher.journal_id.id,
            "company_id": voucher.company_id.id,
            "company_currency_id": voucher.company_currency_id.id,
            "display_type": "product",
            "is_storno": False,
            "sequence": 100,
            "quantity": 1.0,
            "price_unit": 0.0,
            "product_uom_id": False,
            "tax_ids": [],
            "tax_line_id": False,
            "tax_group_id": False,
        }

    def _compute_totals(self):
        """A leg without tax is worth its amount: no need to ask the taxes."""
        if not work():
            return super()._compute_totals()
        plain = self.filtered(
            lambda line: line.adjustment_leg
            and line.display_type == "product"
            and not line.tax_ids
            and line.move_id.move_type == "entry"
        )
        for line in plain:
            line.price_subtotal = line.price_total = line.currency_id.round(line.amount_currency)
        return super(AccountMoveLine, self - plain)._compute_totals()


class AccountAnalyticDistributionModel(models.Model):
    _inherit = "account.analytic.distribution.model"

    @api.model
    def _get_distribution(self, vals):
        """Where there is no model at all, none applies."""
        current = work()
        if current and current.known is not None:
            if "distributions" not in current.known:
                current.known["distributions"] = bool(self.sudo().search_count([], limit=1))  # whether, and no more
            if not current.known["distributions"]:
                return {}
        return super()._get_distribution(vals)


def _is_extended(model, names, known):
    """Whether an addon that we don't know of has a part in one of these methods.

    :param known: dict that keeps the answer
    """
    if names not in known:
        addons = model.env["account.move.line"]._get_addons_without_legs()
        known[names] = any(
            name in vars(definition) and _get_addon(definition) not in addons
            for definition in type(model).mro()
            for name in names
        )
    return known[names]


def _get_addon(definition):
    """The addon of a class, or one of ours for what belongs to no addon: the ORM's own classes."""
    parts = definition.__module__.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else KNOWN_ADDONS[0]
