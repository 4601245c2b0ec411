"""A slice of a run: one customer in one legal entity and currency."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ..adjustment_voucher import OPEN_STATES
from ..engine import check_ids


class Slice(NamedTuple):
    """A customer of a run, as the workers take it."""

    id: int
    partner_id: int
    company_id: int
    currency_id: int
    voucher_id: int | None


DECIDED = ("authorized", "reversed")
ROW = SQL(", ").join(map(SQL.identifier, Slice._fields))


class AdjustmentRunCustomer(models.Model):
    _name = "adjustment.run.customer"
    _description = "Customer of an Application Run"
    _order = "run_id desc, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    run_id = fields.Many2one("adjustment.run", "Run", required=True, readonly=True, ondelete="cascade", index=True)
    run_state = fields.Selection(related="run_id.state", string="State of the Run")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("proposed", "Proposed"),
            ("nothing", "Nothing to Apply"),
            ("excluded", "Excluded"),
            ("authorized", "Authorized"),
            ("failed", "Set Aside"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    voucher_id = fields.Many2one(
        "adjustment.voucher", "Voucher", readonly=True, ondelete="set null", index="btree_not_null"
    )
    credit_count = fields.Integer("Credits", readonly=True)
    debit_count = fields.Integer("Debits", readonly=True, help="Debits settled, whole or in part.")
    later_count = fields.Integer("Debits Not Reached", readonly=True, help="Open debits that no credit reached.")
    applied = fields.Monetary(
        readonly=True, help="Proposed until the voucher is authorized. Of a customer set aside: what was proposed."
    )
    left = fields.Monetary(readonly=True, help="Of the credits.")
    applied_value = fields.Monetary("Applied, Value", readonly=True, currency_field="company_currency_id")
    left_value = fields.Monetary("Left, Value", readonly=True, currency_field="company_currency_id")
    named_amount = fields.Monetary("To Documents Named", readonly=True)
    exact_amount = fields.Monetary("By Exact Amount", readonly=True)
    fifo_amount = fields.Monetary("Oldest First", readonly=True)
    lifo_amount = fields.Monetary("Newest First", readonly=True)
    discount_amount = fields.Monetary("Discount", readonly=True)
    write_off_amount = fields.Monetary("Write-off", readonly=True)
    method_summary = fields.Char("How", compute="_compute_method_summary")
    reason_code = fields.Selection(lambda self: self._get_reason_codes(), "Reason", readonly=True)
    reason_text = fields.Char("What Stood against It", readonly=True, help="Why a person took it out, or a refusal.")
    reason = fields.Char("Why", compute="_compute_reason", search="_search_reason")
    item_ids = fields.One2many("adjustment.run.item", "slice_id", "Items Left", readonly=True)

    _todo = models.Index("(run_id, state, id)")

    @api.depends("named_amount", "exact_amount", "fifo_amount", "lifo_amount")
    def _compute_method_summary(self):
        for one in self:
            parts = [(name, one[f"{name}_amount"]) for name in ("named", "exact", "fifo", "lifo")]
            labels = dict(self.env["adjustment.run.method"]._fields["method"]._description_selection(self.env))
            one.method_summary = ", ".join(
                f"{labels[name]}: {format_amount(self.env, amount, one.currency_id)}"
                for name, amount in parts
                if amount
            )

    @api.model
    def _get_reason_codes(self):
        """:return: why it was left, and in which step it was set aside"""
        steps = self.env["adjustment.run"]._fields["step"]._description_selection(self.env)
        return [*self.env["adjustment.run"]._get_reason_labels().items(), *steps]

    @api.depends("reason_code", "reason_text")
    def _compute_reason(self):
        message = self.env["adjustment.message"]
        for one in self:
            one.reason = one.reason_text or message.left_over(one.reason_code) or False

    def _search_reason(self, operator, value):
        """By what a person wrote, or what a refusal said."""
        return [("reason_text", operator, value)]

    # ------------------------------------------------------------------ taking out, and in again

    def action_exclude(self, reason=None, until=None):
        """Take customers out of this run and of the next ones, until somebody lifts it: their drafts are deleted.

        :param reason: text, required
        :param until: the last day on which they stay out; None for until somebody lifts it
        """
        self._check_may_change(self.env._("exclude"))
        exclusions = self.env["adjustment.exclusion"]
        exclusions._exclude([{"partner_id": one.partner_id.id, "company_id": one.company_id.root_id.id} for one in self],
                            reason, until)  # fmt: skip
        rows = self._as_one_each()
        rows._drop_vouchers()
        rows._put("excluded", "excluded", reason.strip())
        return True

    def action_include(self):
        """Take customers up again, in this run and in the next ones, and propose for them at once."""
        self._check_may_change(self.env._("include"))
        for one in self:
            one._get_exclusions().action_lift()
        return self.action_propose_again()

    def action_propose_again(self):
        """Throw the drafts of these customers away and propose anew on what is open now."""
        self._check_may_change(self.env._("propose for"))
        rows = self._as_one_each()
        rows._drop_vouchers()
        self.env["adjustment.run.item"].sudo().search(
            [("slice_id", "in", rows.ids)]
        ).unlink()  # only the run writes them
        rows._put("waiting")
        for run, slices in rows.grouped("run_id").items():
            run._propose_set(slices._as_rows())
            run._forget_figures()
        return True

    def action_retry(self):
        """Take these up again, of the customers that were set aside: the others stay as they are."""
        check_ids(self)
        self.check_access("read")
        self.run_id._check_may(self.env._("go on with"))
        failed = self.filtered(lambda one: one.state == "failed")
        if not failed:
            raise UserError(self.env._("To try again, choose customers that were set aside: none of these is."))
        for run, slices in failed.grouped("run_id").items():
            run._retry(slices)
        return True

    def action_view_items(self):
        """What the run leaves of this customer, with the reasons."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Items Left"),
            "res_model": "adjustment.run.item",
            "view_mode": "list,form",
            "domain": [("slice_id", "=", self.id)],
        }

    def _get_exclusions(self):
        return self.env["adjustment.exclusion"].search(
            [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.root_id.id)]
        )

    def _check_may_change(self, wish):
        check_ids(self)
        self.check_access("read")
        self.run_id._check_may(wish)
        decided = self.filtered(lambda one: one.state in DECIDED)
        if decided:
            raise UserError(
                self.env._(
                    "To %(wish)s %(customer)s, reverse its voucher first: what was authorized stays as it is.",
                    wish=wish,
                    customer=decided[0].partner_id.display_name,
                )
            )
        closed = self.run_id.filtered(lambda run: run.state not in ("proposed", "done"))
        if closed or not self:
            raise UserError(
                self.env._("To %s a customer, choose one of a run that is proposed, and wait until it stands.", wish)
            )

    def _as_rows(self):
        """These customers as the workers take them."""
        query = SQL(
            "SELECT %s FROM adjustment_run_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", ROW, self.ids
        )
        return [Slice(*row) for row in self.env.execute_query(query)]

    def _as_one_each(self):
        """Where a customer has a row for each credit, the first of them; the others go, with their drafts. What is
        authorized stays.

        :return: adjustment.run.customer, one for each customer, company and currency
        """
        keys = {one._get_key(): one for one in self.sorted("id", reverse=True)}
        alike = self.search([("run_id", "in", self.run_id.ids), ("partner_id", "in", self.partner_id.ids)])
        alike = (alike | self).filtered(lambda one: one._get_key() in keys and one.state not in DECIDED)
        for one in alike.sorted("id", reverse=True):
            keys[one._get_key()] = one
        first = self.browse([one.id for one in keys.values()])
        others = alike - first
        if others:
            first._stand_for(others)
            others._drop_vouchers()
            others.sudo().unlink()  # only the run writes its rows
        return first

    def _stand_for(self, others):
        """Credits of other rows of the same customers count here from now on."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_run_customer own
                      SET credit_count = own.credit_count + other.credits, "left" = own."left" + other.amount,
                          left_value = own.left_value + other.value
                     FROM (SELECT run_id, partner_id, company_id, currency_id, sum(credit_count) AS credits,
                                  sum("left" + applied) AS amount, sum(left_value + applied_value) AS value
                             FROM adjustment_run_customer WHERE id = ANY(%(others)s)
                         GROUP BY run_id, partner_id, company_id, currency_id) other
                    WHERE own.id = ANY(%(own)s) AND own.run_id = other.run_id AND own.partner_id = other.partner_id
                      AND own.company_id = other.company_id AND own.currency_id = other.currency_id""",
                others=others.ids,
                own=self.ids,
            )
        )
        self.invalidate_model(flush=False)

    def _get_key(self):
        return self.run_id, self.partner_id, self.company_id, self.currency_id

    def _drop_vouchers(self):
        self.voucher_id.filtered(lambda voucher: voucher.state in OPEN_STATES).unlink()

    def _put(self, state, code=None, text=None):
        """What only a run's own steps write, in one statement; a row that a worker holds makes the call start anew."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE adjustment_run_customer
                      SET state = %s, reason_code = %s, reason_text = %s, voucher_id = NULL, applied = 0, applied_value = 0,
                          debit_count = 0, later_count = 0, named_amount = 0, exact_amount = 0, fifo_amount = 0,
                          lifo_amount = 0, discount_amount = 0, write_off_amount = 0,
                          "left" = "left" + applied, left_value = left_value + applied_value,
                          write_date = now() AT TIME ZONE 'UTC', write_uid = %s
                    WHERE id = ANY(%s)""",
                state,
                code,
                text,
                self.env.uid,
                self.ids,
            )
        )
        self.invalidate_model(flush=False)
        self.run_id._forget_figures()
