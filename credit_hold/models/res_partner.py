"""Credit settings and figures where people look for them: on the customer, for the company at hand.

The values live on the credit account of the commercial entity in the root company; a contact shows its company's.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .credit_hold import FIGURE_READERS

# Field of the partner -> field of the account.
SETTING_OF = {
    "credit_limit": "credit_limit",
    "credit_limit_mode": "limit_mode",
    "credit_policy_id": "policy_id",
    "credit_grace_days": "grace_days",
    "credit_check_disabled": "check_disabled",
    "credit_hold": "hold",
    "credit_hold_reason": "hold_reason",
    "prepay_required": "prepay_required",
    "prepay_percent": "prepay_percent",
}
FIGURE_OF = {
    "credit_open_items": "open_items",
    "credit_unapplied": "unapplied",
    "credit_uncleared": "uncleared",
    "credit_reserved": "reserved",
    "credit_draft_invoices": "draft_invoices",
    "credit_open_orders": "open_orders",
    "credit_later_orders": "later_orders",
    "credit_exposure": "exposure",
    "credit_overdue": "overdue",
    "credit_effective_limit": "effective_limit",
    "credit_headroom": "headroom",
}


def _setting(kind, label, name, **kwargs):
    """A setting of the credit account, shown on the customer."""
    return kind(
        string=label,
        compute="_compute_credit_settings",
        readonly=False,
        search=_searcher(name),
        groups=FIGURE_READERS,
        **kwargs,
    )


def _figure(label, name, kind=fields.Monetary):
    """A figure, read live for the company at hand; searched in the kept figures."""
    return kind(string=label, compute="_compute_credit_figures", search=_searcher(name), groups=FIGURE_READERS)


def _searcher(name):
    """A search on the partner that asks the accounts of the company at hand."""

    def search(self, operator, value):
        if not (self.env.su or self.env.user.has_groups(FIGURE_READERS)):
            raise AccessError(self.env._("To search customers by their credit, ask for the right to see it."))
        if operator in ("!=", "not in", "not like", "not ilike"):
            return NotImplemented
        return self._search_credit(name, operator, value)

    return search


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "credit.watched"]

    # Odoo's own field, kept on the credit account: a limit of the legal entity, whichever branch is active.
    credit_limit = _setting(
        fields.Float, "Credit Limit", "credit_limit", company_dependent=False, help="0 is a limit of zero."
    )
    credit_limit_mode = _setting(
        fields.Selection,
        "Credit Limit Mode",
        "limit_mode",
        selection=[("default", "The company's default"), ("own", "Own limit"), ("unlimited", "No limit")],
    )
    credit_policy_id = _setting(fields.Many2one, "Credit Policy", "policy_id", comodel_name="credit.policy")
    credit_grace_days = _setting(fields.Integer, "Grace Days", "grace_days", help="0: the policy's.")
    credit_check_disabled = _setting(fields.Boolean, "No Credit Check", "check_disabled")
    credit_hold = _setting(fields.Boolean, "On Credit Hold", "hold")
    credit_hold_reason = _setting(fields.Char, "Reason of the Hold", "hold_reason")
    prepay_required = _setting(fields.Boolean, "Prepayment Required", "prepay_required")
    prepay_percent = _setting(fields.Float, "Prepayment (%)", "prepay_percent", help="0: the policy's.")
    credit_caution = fields.Boolean(
        "Caution", compute="_compute_credit_settings", search=_searcher("caution"), groups=FIGURE_READERS
    )

    credit_open_items = _figure("Open Invoices", "open_items")
    credit_unapplied = _figure("Unapplied Credits", "unapplied")
    credit_uncleared = _figure("Uncleared Receipts", "uncleared")
    credit_reserved = _figure("Reserved to Quotations", "reserved")
    credit_draft_invoices = _figure("Draft Invoices", "draft_invoices")
    credit_open_orders = _figure("Open Orders", "open_orders")
    credit_later_orders = _figure("Orders beyond the Horizon", "later_orders")
    credit_exposure = _figure("Exposure", "exposure")
    credit_overdue = _figure("Past Due", "overdue")
    credit_days_overdue = fields.Integer("Days Past Due", compute="_compute_credit_figures", groups=FIGURE_READERS)
    credit_has_limit = _figure("Has a Limit", "has_limit", fields.Boolean)
    credit_effective_limit = _figure("Limit in Force", "effective_limit")
    credit_headroom = _figure("Left", "headroom")

    # ------------------------------------------------------------------ settings

    @api.depends_context("company")
    @api.depends("commercial_partner_id")
    def _compute_credit_settings(self):
        accounts = self._credit_accounts()
        for partner in self:
            account = accounts.get(partner.commercial_partner_id._origin.id)
            for name, source in SETTING_OF.items():
                partner[name] = account[source] if account else False
            partner.credit_caution = bool(account and account.caution)
            if not account:
                partner.credit_limit_mode = "default"
            if partner.credit_limit_mode == "default":
                partner.credit_limit = self._credit_default_limit()

    def _credit_default_limit(self):
        company = self.env.company.root_id.sudo()  # sudo: a setting of the legal entity
        return company.credit_default_limit if company.credit_default_mode == "limit" else 0.0

    def _credit_accounts(self):
        """:return: dict of commercial entity id -> credit.account in the company at hand, read for whoever may see the field"""
        accounts = (
            self.env["credit.account"].sudo().with_context(active_test=False)
        )  # sudo: the fields carry the groups
        found = accounts.search(
            [
                ("partner_id", "in", self.commercial_partner_id._origin.ids),
                ("company_id", "=", self.env.company.root_id.id),
            ],
            order="id",
        )
        return {account.partner_id.id: account for account in found}

    @api.model_create_multi
    def create(self, vals_list):
        split = [self._credit_split(vals) for vals in vals_list]
        partners = super().create([rest for rest, _settings in split])
        for partner, (_rest, settings) in zip(partners, split, strict=True):
            if any(value for name, value in settings.items() if (name, value) != ("limit_mode", "default")):
                partner._credit_write_settings(settings)
        return partners

    def write(self, vals):
        rest, settings = self._credit_split(vals)
        self._credit_check_move(rest)
        result = super().write(rest) if rest or not settings else True
        if settings and self:
            self._credit_write_settings(settings)
        return result

    @api.model
    def _credit_split(self, vals):
        """Settings of the credit account among the values of a partner. A limit that is typed is meant: it works at once,
        and 0 is a limit of zero.

        :return: (values of the partner, values of the account)
        """
        settings = {SETTING_OF[name]: value for name, value in vals.items() if name in SETTING_OF}
        if settings.get("credit_limit", 0.0) is None or settings.get("credit_limit") is False:
            settings.pop("credit_limit")
        if "credit_limit" in settings and "limit_mode" not in settings:
            settings["limit_mode"] = "own"
        if settings.get("limit_mode", "own") != "own":
            settings.pop("credit_limit", None)
        return {name: value for name, value in vals.items() if name not in SETTING_OF}, settings

    def _credit_write_settings(self, settings):
        """Whatever was typed goes to the account of the company at hand, under the rights of who typed it."""
        accounts = self.env["credit.account"]
        if not accounts.has_access("write"):
            raise AccessError(
                self.env._(
                    "To change the credit settings of %s, be a credit controller or credit manager.",
                    self[:1].display_name,
                )
            )
        accounts._for_partners(self, self.env.company).write(settings)
        self._invalidate_credit_figures()

    @api.model
    def default_get(self, fields_list):
        """The company's default limit applies by its mode; a new customer does not copy it."""
        defaults = super().default_get(fields_list)
        defaults.pop("credit_limit", None)
        return defaults

    @api.model
    def _commercial_fields(self):
        """The limit is read from the commercial entity itself; nothing is copied to its contacts."""
        return [name for name in super()._commercial_fields() if name != "credit_limit"]

    # ------------------------------------------------------------------ figures

    @api.depends_context("company")
    @api.depends("commercial_partner_id")
    def _compute_credit_figures(self):
        root = self.env.company.root_id
        entities = self.commercial_partner_id._origin
        accounts = self.env["credit.account"].sudo()  # sudo: the fields carry the groups
        figures = accounts._read_figures([(entity.id, root.id) for entity in entities]) if entities else {}
        today = fields.Date.today()
        rows = {one: figures.get((one.commercial_partner_id._origin.id, root.id), {}) for one in self}
        for name, source in FIGURE_OF.items():
            self[name] = 0.0  # what most of them are, all at once
            for partner, row in rows.items():
                if value := float(row.get(source) or 0.0):
                    partner[name] = value
        for partner, row in rows.items():
            oldest = row.get("oldest_due_date")
            partner.credit_has_limit = bool(row.get("has_limit"))
            partner.credit_days_overdue = (today - oldest).days if oldest else 0

    @api.model
    def _invalidate_credit_figures(self):
        names = [*FIGURE_OF, "credit_days_overdue", "credit_has_limit", "credit_caution", *SETTING_OF]
        self.invalidate_model(names, flush=False)

    @api.model
    def _search_credit(self, name, operator, value):
        accounts = (
            self.env["credit.account"].sudo().with_context(active_test=False)
        )  # sudo: the fields carry the groups
        found = accounts.search([("company_id", "=", self.env.company.root_id.id), (name, operator, value)])
        domain = Domain("commercial_partner_id", "in", found.partner_id.ids)
        if operator == "in" and any(not item or item == "default" for item in value):
            known = accounts.search([("company_id", "=", self.env.company.root_id.id)])
            domain |= Domain("commercial_partner_id", "not in", known.partner_id.ids)
        return domain

    # ------------------------------------------------------------------ Odoo's own switches

    @api.depends_context("company")
    def _compute_use_partner_credit_limit(self):
        for partner in self:
            partner.use_partner_credit_limit = partner.credit_limit_mode == "own"

    def _inverse_use_partner_credit_limit(self):
        for partner in self.filtered(lambda one: one.use_partner_credit_limit != (one.credit_limit_mode == "own")):
            partner.credit_limit_mode = "own" if partner.use_partner_credit_limit else "default"

    # ------------------------------------------------------------------ buttons

    def action_open_credit_account(self):
        """Open the customer's credit account in the company at hand."""
        self.ensure_one()
        account = self.env["credit.account"]._for_partners(self, self.env.company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Credit Summary"),
            "res_model": "credit.account",
            "res_id": account.id,
            "view_mode": "form",
        }

    def action_propose_credit_group(self):
        """Offer the companies under one parent as a group with a shared limit."""
        self.ensure_one()
        group = self.env["credit.group"]._propose_for(self, self.env.company)
        return {"type": "ir.actions.act_window", "res_model": "credit.group", "res_id": group.id, "view_mode": "form"}

    def action_credit_simulate(self):
        """Ask what would become of an order of some size ("Can they buy ...?")."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Can They Buy?"),
            "res_model": "credit.simulation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
