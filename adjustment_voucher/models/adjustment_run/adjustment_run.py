"""One run over many customers: what it is about, how far it is. Its steps stand in the modules beside."""

from datetime import date as Date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import engine, work

CRITERIA = {
    "company_ids",
    "partner_ids",
    "partner_tag_ids",
    "hierarchy",
    "journal_ids",
    "date_from",
    "date_to",
    "currency_ids",
    "across_currencies",
    "use_tolerance",
    "use_discount",
    "method_ids",
    "date",
    "company_id",
}
STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("running", "Running"),
    ("done", "Done"),
    ("reversed", "Reversed"),
]
STEPS = [("propose", "Proposing"), ("authorize", "Authorizing"), ("reverse", "Reversing"), ("discard", "Discarding")]


class AdjustmentRun(models.Model):
    """Applies the credits of many customers, shows first what it would do, and can be taken back."""

    _name = "adjustment.run"
    _inherit = ["adjustment.run.criteria", "adjustment.protected", "mail.thread"]
    _description = "Application Run"
    _order = "date desc, id desc"

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company, index=True
    )
    template_id = fields.Many2one(
        "adjustment.run.template", "Template", ondelete="set null", index="btree_not_null", tracking=True
    )
    date = fields.Date(
        "Voucher Date", required=True, default=fields.Date.context_today, copy=False, tracking=True, index=True
    )
    method_ids = fields.One2many(
        "adjustment.run.method",
        "run_id",
        "Methods",
        copy=True,
        default=lambda self: self._default_method_ids(),
        help="Each works on what the one before it left.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, index=True, tracking=True
    )
    step = fields.Selection(STEPS, "What it Does", readonly=True, copy=False)
    stopped = fields.Boolean(readonly=True, copy=False, tracking=True)
    stop_reason = fields.Char("Why it Stands", readonly=True, copy=False)
    authorize_by_itself = fields.Boolean(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        "In the Name of",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        index=True,
        help="Whose rights and limits the run has: whoever started its last step.",
    )

    voucher_ids = fields.One2many("adjustment.voucher", "run_id", "Vouchers", readonly=True, copy=False)
    customer_ids = fields.One2many("adjustment.run.customer", "run_id", "By Customer", readonly=True, copy=False)
    item_ids = fields.One2many("adjustment.run.item", "run_id", "Items Left", readonly=True, copy=False)

    customer_count = fields.Integer("Number of Customers", compute="_compute_figures")
    voucher_count = fields.Integer("Vouchers Made", compute="_compute_figures")
    nothing_count = fields.Integer("With Nothing to Apply", compute="_compute_figures")
    done_count = fields.Integer("Authorized", compute="_compute_figures")
    failed_count = fields.Integer("Set Aside", compute="_compute_figures")
    excluded_count = fields.Integer("Excluded", compute="_compute_figures")
    credit_count = fields.Integer("Credits", compute="_compute_figures")
    item_count = fields.Integer("Items Left Over", compute="_compute_figures")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_figures",
        help="The currency of all companies of the run; empty when they differ.",
    )
    applied_total = fields.Monetary("Applied", compute="_compute_figures")
    left_total = fields.Monetary("Left", compute="_compute_figures")
    applied_text = fields.Char("Applied per Currency", compute="_compute_figures")
    left_text = fields.Char("Left per Currency", compute="_compute_figures")
    kept_figures = fields.Json(readonly=True, copy=False)

    started_on = fields.Datetime(readonly=True, copy=False)
    finished_on = fields.Datetime(readonly=True, copy=False)
    step_since = fields.Datetime(readonly=True, copy=False)
    step_done = fields.Integer(readonly=True, copy=False, help="Customers done when the step was started or went on.")
    step_total = fields.Integer(readonly=True, copy=False, help="Customers that the step is about.")
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    authorized_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reversed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reversal_date = fields.Date(readonly=True, copy=False)
    reversal_reason = fields.Char(readonly=True, copy=False, tracking=True)

    _number = models.UniqueIndex("(company_id, name) WHERE name IS NOT NULL AND name <> ''", "This number is taken.")

    # ------------------------------------------------------------------ values

    def _adjustment_protected_fields(self):
        return {
            "name",
            "state",
            "step",
            "stopped",
            "stop_reason",
            "authorize_by_itself",
            "user_id",
            "voucher_ids",
            "customer_ids",
            "item_ids",
            "kept_figures",
            "started_on",
            "finished_on",
            "step_since",
            "step_done",
            "step_total",
            "proposed_by_id",
            "authorized_by_id",
            "reversed_by_id",
            "reversal_date",
            "reversal_reason",
        }

    def _compute_figures(self):
        """See ``adjustment_run_figures``."""

    @api.constrains("date")
    def _check_date(self):
        for run in self:
            today = fields.Date.context_today(run)
            if not run.date or not Date(1990, 1, 1) <= run.date <= today:
                raise ValidationError(
                    self.env._(
                        "To save the run, give its vouchers a date up to today, %(today)s. %(date)s is not one.",
                        today=today,
                        date=run.date or self.env._("Nothing"),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        for run in runs:
            with engine():
                run.write({"name": run._get_sequence().next_by_id(run.date), "user_id": self.env.uid})
        return runs

    def _get_sequence(self):
        return self.company_id._get_adjustment_sequence(
            "adjustment_run_sequence_id", "adjustment.run", self.env._("Application Runs"), "RUN/%(range_year)s/"
        )

    def write(self, vals):
        if not work() and set(vals) & CRITERIA:
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        """Criteria are those of the proposal: a proposal made goes first."""
        started = self.filtered(lambda run: run.state != "draft")
        if started:
            raise UserError(
                self.env._(
                    "To change the criteria of %s, discard its proposal first, or make another run.", started[0].name
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        started = self.filtered(lambda run: run.state != "draft")
        if started:
            raise UserError(
                self.env._("To delete %s, discard its proposal first: only drafts are deleted.", started[0].name)
            )
