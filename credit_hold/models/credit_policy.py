"""The rules of a credit check, under a name."""

from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..decision import Bucket, Rules
from .engine import check_amounts, check_texts

ACTIONS = [("ignore", "Ignore"), ("caution", "Caution"), ("hold", "Hold")]


class CreditPolicy(models.Model):
    _name = "credit.policy"
    _description = "Credit Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", help="Leave empty to offer the policy to every company.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    limit_boundary = fields.Selection(
        [("at_or_above", "At or above the limit"), ("above", "Above the limit only")],
        string="The check fails",
        required=True,
        default="at_or_above",
        tracking=True,
    )
    limit_percent = fields.Float(
        "Usable Share of the Limit (%)",
        default=100.0,
        required=True,
        tracking=True,
        help="90 keeps a tenth of every limit in reserve.",
    )
    on_limit = fields.Selection(ACTIONS, "Over the Limit", required=True, default="hold", tracking=True)
    on_overdue = fields.Selection(ACTIONS, "Past Due Invoices", required=True, default="hold", tracking=True)
    on_single_order = fields.Selection(ACTIONS, "Single Order Too Large", required=True, default="hold", tracking=True)
    grace_days = fields.Integer(
        "Grace Days Past Due", tracking=True, help="An invoice counts as past due after this many days."
    )
    overdue_minimum = fields.Monetary(
        "Smallest Amount Past Due", tracking=True, help="Smaller sums past due are ignored."
    )
    single_order_maximum = fields.Monetary("Largest Single Order", tracking=True, help="0: no maximum.")
    count_draft_invoices = fields.Boolean(
        tracking=True,
        help="Invoices made without an order count before they are posted. What comes from an order always counts once.",
    )
    count_uncleared_receipts = fields.Boolean(
        tracking=True,
        help="A receipt that the bank has not confirmed, and that is on no invoice yet, already makes room.",
    )
    order_horizon_days = fields.Integer(
        "Order Horizon (days)",
        tracking=True,
        help="Orders for delivery later than this are shown apart and not counted. 0: all count.",
    )
    prepay_percent = fields.Float("Prepayment Asked (%)", default=100.0, tracking=True)
    release_days = fields.Integer("A Release Holds (days)", default=30, tracking=True, help="0: without end.")
    release_deviation = fields.Float(
        "Increase a Release Allows (%)",
        tracking=True,
        help="A released order may grow by this much before it is checked again.",
    )
    bucket_ids = fields.One2many("credit.policy.bucket", "policy_id", "Days Past Due", copy=True)
    account_count = fields.Integer(compute="_compute_account_count")

    _percent_range = models.Constraint(
        "CHECK (limit_percent BETWEEN 0 AND 1000 AND prepay_percent BETWEEN 0 AND 100 AND release_deviation BETWEEN 0 AND 1000)",
        "To save the policy, give percentages that are not negative; a prepayment asks at most 100 %.",
    )
    _days_range = models.Constraint(
        "CHECK (grace_days >= 0 AND order_horizon_days >= 0 AND release_days >= 0 AND grace_days <= 36500 AND release_days <= 36500)",
        "To save the policy, give days that are not negative and not above 36,500.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for policy in self:
            policy.currency_id = (policy.company_id or self.env.company).currency_id

    def _compute_account_count(self):
        counts = dict(
            self.env["credit.account"]._read_group([("policy_id", "in", self.ids)], ["policy_id"], ["__count"])
        )
        for policy in self:
            policy.account_count = counts.get(policy, 0)

    @api.constrains("bucket_ids")
    def _check_buckets(self):
        for policy in self:
            ranges = sorted((bucket.first_day, bucket.last_day or float("inf")) for bucket in policy.bucket_ids)
            if len(ranges) > 9 or any(one[1] >= two[0] for one, two in zip(ranges, ranges[1:], strict=False)):
                raise ValidationError(
                    self.env._("To save the policy, give at most nine ranges of days past due that do not overlap.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
        policies = super().create(vals_list)
        policies._mark_accounts()
        return policies

    def write(self, vals):
        self._check_values(vals)
        result = super().write(vals)
        self._mark_accounts()
        return result

    def _check_values(self, vals):
        check_amounts(self.env, vals, self._amount_labels())
        check_texts(self.env, vals, {"name": self._fields["name"].string})

    def _amount_labels(self):
        return {
            name: self._fields[name].string for name in ("overdue_minimum", "single_order_maximum", "limit_percent")
        }

    def _mark_accounts(self):
        """Figures depend on the policy: what it governs is brought up to date, and held orders are examined again."""
        accounts = self.env["credit.account"].sudo()  # sudo: a policy governs accounts its editor may not see
        governed = accounts.search([("policy_id", "in", self.ids)])
        companies = self.env["res.company"].sudo().search([("credit_policy_id", "in", self.ids)])  # sudo: the same
        governed |= accounts.search([("company_id", "in", companies.ids), ("policy_id", "=", False)])
        governed._settings_changed()

    def action_view_accounts(self):
        """The customers with this policy of their own."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_hold.action_credit_account")
        action["domain"] = [("policy_id", "=", self.id)]
        return action


class CreditPolicyBucket(models.Model):
    _name = "credit.policy.bucket"
    _description = "Days Past Due"
    _order = "first_day"

    policy_id = fields.Many2one("credit.policy", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    first_day = fields.Integer("From Day", required=True, default=1)
    last_day = fields.Integer("To Day", help="0: without end.")
    limited = fields.Boolean("Has a Limit", default=True)
    amount_limit = fields.Monetary("At Most", help="More than this past due in the range fails the check.")
    weight = fields.Float(
        "Weight (%)", default=100.0, help="How much of what stands here counts toward the smallest amount past due."
    )

    _range = models.Constraint(
        "CHECK (first_day >= 0 AND last_day >= 0 AND (last_day = 0 OR last_day >= first_day) AND weight BETWEEN 0 AND 1000 AND amount_limit >= 0)",
        "To save a range of days past due, let it end after it begins, with a limit and a weight that are not negative.",
    )


def rules_of(row, units):
    """The rules a customer's figures came with.

    :param row: dict of figures, with the columns of the policy and of its ranges of days
    :param units: function from an amount of the company's currency to its units
    :return: decision.Rules; those a company has without a policy when there is none
    """
    policy = row.get("policy")
    if not policy:
        return Rules()
    return Rules(
        limit_boundary=policy["limit_boundary"],
        on_limit=policy["on_limit"],
        on_overdue=policy["on_overdue"],
        on_single_order=policy["on_single_order"],
        overdue_minimum=units(policy["overdue_minimum"]),
        single_order_maximum=units(policy["single_order_maximum"]),
        buckets=tuple(_bucket_of(bucket, units) for bucket in row.get("buckets") or ()),
    )


def _bucket_of(bucket, units):
    return Bucket(
        first_day=bucket["first_day"],
        last_day=bucket["last_day"] or None,
        limit=units(bucket["amount_limit"]) if bucket["limited"] else None,
        weight=Fraction(str(bucket["weight"])),
    )
