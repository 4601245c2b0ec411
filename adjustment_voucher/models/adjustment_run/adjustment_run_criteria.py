"""Which credits a run applies, to what, and how: the same questions for a run and for the template it is made from."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ..engine import check_dates, check_ids, check_texts

METHODS = [
    ("named", "Documents the credit names"),
    ("exact", "Exact amounts"),
    ("fifo", "Oldest first"),
    ("lifo", "Newest first"),
]
USUAL_METHODS = ("named", "exact", "fifo")


class AdjustmentRunCriteria(models.AbstractModel):
    _name = "adjustment.run.criteria"
    _description = "What an Application Run Applies"

    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        required=True,
        default=lambda self: self.env.company,
        help="Each with its branches. Items of one legal entity are applied to one another.",
    )
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", help="These and what belongs to them. Empty: all customers."
    )
    partner_tag_ids = fields.Many2many(
        "res.partner.category", string="Customer Tags", help="Customers with one of these tags. Empty: all."
    )
    hierarchy = fields.Selection(
        [("local", "Each customer"), ("child", "Customers with their child companies"), ("group", "Whole groups")],
        "Items that Meet",
        required=True,
        default="local",
        help="Whose credits are applied to whose invoices.",
    )
    journal_ids = fields.Many2many(
        "account.journal", string="Journals of the Credits", help="Apply credits of these only. Empty: all."
    )
    date_from = fields.Date("Credits from", help="Apply credits of this day and later.")
    date_to = fields.Date("Credits until", help="Apply credits of this day and earlier.")
    currency_ids = fields.Many2many(
        "res.currency", string="Currencies", help="Apply credits in these only. Empty: all."
    )
    across_currencies = fields.Boolean(
        help="One voucher per customer over all currencies. Otherwise one per customer and currency."
    )
    use_tolerance = fields.Boolean(
        "Close Small Rests", default=True, help="Write rests off that are within the company's tolerance."
    )
    use_discount = fields.Boolean(
        "Grant Cash Discounts", default=True, help="Take off the cash discount of invoices paid in time."
    )

    def _default_method_ids(self):
        return [
            Command.create({"method": method, "sequence": 10 * place}) for place, method in enumerate(USUAL_METHODS)
        ]

    def _get_methods(self):
        """:return: the methods in their order, names as in ``allocation.METHODS``"""
        return tuple(self.method_ids.sorted(lambda one: (one.sequence, one.id or 0)).mapped("method"))

    @api.constrains("method_ids")
    def _check_methods(self):
        for one in self:
            methods = one.method_ids.mapped("method")
            if not methods or len(set(methods)) != len(methods):
                raise ValidationError(
                    self.env._("To apply credits, choose at least one method, and each of them once.")
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for one in self:
            if one.date_from and one.date_to and one.date_from > one.date_to:
                raise ValidationError(
                    self.env._(
                        "To choose credits by date, let the first day, %(first)s, come before the last, %(last)s.",
                        first=one.date_from,
                        last=one.date_to,
                    )
                )

    @api.constrains("company_ids", "journal_ids")
    def _check_companies(self):
        for one in self:
            if not one.company_ids:
                raise ValidationError(self.env._("To apply credits, choose at least one company."))
            roots = one.company_ids.root_id
            strange = one.journal_ids.filtered(lambda journal, roots=roots: journal.company_id.root_id not in roots)
            if strange:
                raise ValidationError(
                    self.env._(
                        "To apply credits of %(journal)s, choose its company too: it belongs to %(company)s.",
                        journal=strange[0].display_name,
                        company=strange[0].company_id.name,
                    )
                )

    def _check_values(self, vals):
        """Bad input of a remote caller gets one sentence, before anything is stored."""
        texts = ("name", "reversal_reason")
        dates = ("date", "date_from", "date_to", "next_date")
        check_texts(self.env, vals, {name: self._fields[name].string for name in texts if name in self._fields})
        labels = {name: self._fields[name].string for name in dates if name in self._fields}
        check_dates(self.env, vals, labels, required={"date"} & labels.keys())

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_values(vals)
        return super().write(vals)

    def check_access(self, operation):
        check_ids(self)
        return super().check_access(operation)


class AdjustmentRunMethod(models.Model):
    _name = "adjustment.run.method"
    _description = "Method of an Application Run"
    _order = "sequence, id"

    run_id = fields.Many2one("adjustment.run", "Run", ondelete="cascade", index="btree_not_null")
    template_id = fields.Many2one("adjustment.run.template", "Template", ondelete="cascade", index="btree_not_null")
    sequence = fields.Integer(default=10)
    method = fields.Selection(METHODS, required=True)

    @api.depends("method")
    def _compute_display_name(self):
        labels = dict(self._fields["method"]._description_selection(self.env))
        for one in self:
            one.display_name = labels.get(one.method, "")

    @api.model_create_multi
    def create(self, vals_list):
        methods = super().create(vals_list)
        methods._follow_owner()
        return methods

    def write(self, vals):
        self._follow_owner()
        super().write(vals)
        self._follow_owner()
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        self._follow_owner()

    def _follow_owner(self):
        """A method is part of the criteria: it changes when they may, and in the name of whoever changes it."""
        self.run_id.check_access("write")
        self.run_id._check_draft()
        self.template_id.check_access("write")
        self.template_id._take_over()

    @api.depends("method")
    def _compute_display_name(self):
        labels = dict(self._fields["method"]._description_selection(self.env))
        for one in self:
            one.display_name = labels.get(one.method, "")
