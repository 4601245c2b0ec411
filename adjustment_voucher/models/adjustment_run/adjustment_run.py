"""One run over many customers: what it is about, how far it is. Its steps stand in the modules beside."""

from odoo import fields, models

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
    _description = "Batch Application"
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

    customer_count = fields.Integer("Customers", compute="_compute_figures")
    voucher_count = fields.Integer("Vouchers Made", compute="_compute_figures")
    nothing_count = fields.Integer("With Nothing to Apply", compute="_compute_figures")
    done_count = fields.Integer("Authorized", compute="_compute_figures")
    failed_count = fields.Integer("Set Aside", compute="_compute_figures")
    excluded_count = fields.Integer("Taken Out", compute="_compute_figures")
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

    def _compute_figures(self):
        for run in self:
            run.update(
                dict.fromkeys(
                    (
                        "customer_count",
                        "voucher_count",
                        "nothing_count",
                        "done_count",
                        "failed_count",
                        "excluded_count",
                        "credit_count",
                        "item_count",
                        "applied_total",
                        "left_total",
                    ),
                    0,
                )
            )
            run.update({"currency_id": run.company_id.currency_id, "applied_text": "", "left_text": ""})

    def action_propose(self):
        return True

    def action_authorize(self):
        return True

    def action_reverse(self, date=None, reason=None):
        return True

    def action_stop(self):
        return True

    def action_continue(self):
        return True

    def action_draft(self):
        return True

    def action_retry(self):
        """Take the customers that were set aside up again."""
        return True

    def action_view_vouchers(self):
        return True

    def action_view_customers(self):
        return True

    def action_view_items(self):
        return True

    def progress(self):
        """What the progress bar shows, as texts."""
        self.ensure_one()
        self.check_access("read")
        return {
            "percent": 0,
            "done": "0",
            "total": "0",
            "rate": "",
            "time_left": "",
            "state": self.state,
            "step": self.step or "",
            "stopped": self.stopped,
            "message": "",
        }
