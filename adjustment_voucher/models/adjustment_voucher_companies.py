"""Several legal entities (A18): linked vouchers, one per company, that settle together over due-to and due-from accounts."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .adjustment_voucher import OPEN_STATES
from .engine import engine

PAID_BY = ("voucher_amount", "amount", "discount_amount", "write_off_amount", "chargeback_amount", "side", "date")


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    parent_id = fields.Many2one(
        "adjustment.voucher", "Settled with", copy=False, readonly=True, index="btree_not_null", ondelete="restrict"
    )
    linked_voucher_ids = fields.One2many(
        "adjustment.voucher", "parent_id", "Vouchers of Other Companies", copy=False, readonly=True
    )
    linked_line_ids = fields.One2many("adjustment.voucher.line", "head_id", "Items of Other Companies", copy=False)
    link_company_id = fields.Many2one(
        "res.company",
        "Settle with",
        copy=False,
        domain="[('parent_id', '=', False), ('id', '!=', root_company_id)]",
        help="Items of this company are settled together with those of the voucher, over the accounts of the settings"
        " for what is due from and to other companies.",
    )

    def _adjustment_protected_fields(self):
        return super()._adjustment_protected_fields() | {"parent_id", "linked_voucher_ids"}

    # ------------------------------------------------------------------ the group

    def _get_group(self):
        """All vouchers that settle together with these, the heads first; which they are is no secret to their members."""
        every = self.sudo()
        heads = every.parent_id | every.filtered(lambda voucher: not voucher.parent_id)
        return (heads | heads.linked_voucher_ids).sudo(self.env.su)

    def _get_group_to_change(self):
        """The same, for a caller whose right to change these vouchers is looked at first."""
        self.check_access("write")
        return self._get_group()

    def _is_linked(self):
        return bool(self.sudo().parent_id or self.sudo().linked_voucher_ids)

    def _check_companies(self, wish):
        """:return: the same vouchers with all their companies at hand, whichever the user has ticked just now
        :raise AccessError: naming the company whose right is missing"""
        needed = self.sudo().company_id  # only which companies: the user is told the name of a missing one
        missing = needed.sudo() - self.env.user.company_ids.sudo()
        if missing and not self.env.su:
            raise AccessError(
                self.env._(
                    "To %(wish)s %(voucher)s, ask a colleague who works for %(company)s too: it is settled together"
                    " with a voucher of that company.",
                    wish=wish,
                    voucher=self.sudo()[:1].display_name,
                    company=missing[0].name,
                )
            )
        return self.with_context(allowed_company_ids=[*self.env.companies.ids, *(needed - self.env.companies).ids])

    def _get_other_lines(self):
        """Lines of the vouchers that settle together with this one, as far as they are saved or being edited here."""
        others = self.parent_id.line_ids | self.parent_id.linked_line_ids | self.linked_line_ids
        own = (self._lines() | self.line_ids)._origin if others else others
        return others.filtered(lambda line: line._origin not in own)

    @api.depends("parent_id", *[f"linked_line_ids.{name}" for name in PAID_BY],
                 *[f"parent_id.{path}.{name}" for path in ("line_ids", "linked_line_ids") for name in PAID_BY])  # fmt: skip
    def _compute_totals(self):
        """The difference is that of all companies together: what one has too much, another takes."""
        result = super()._compute_totals()
        for voucher in self:
            for line in voucher._get_other_lines():
                voucher.difference += line.paid_amount if line.side == "credit" else -line.paid_amount
        return result

    @api.depends("parent_id", *[f"linked_line_ids.{name}" for name in ("amount", "side", "date")],
                 *[f"parent_id.{path}.{name}" for path in ("line_ids", "linked_line_ids")
                   for name in ("amount", "side", "date")])  # fmt: skip
    def _compute_value_date(self):
        """Where another company holds the receipt, its day counts here too."""
        result = super()._compute_value_date()
        for voucher in self:
            dates = [line.date for line in voucher._get_other_lines() if line.amount and line.side == "credit"]
            if dates and not any(line.amount for line in voucher._side("credit")):
                voucher.value_date = max(dates)
        return result

    # ------------------------------------------------------------------ linking

    def action_link_company(self):
        """Make the voucher of the chosen company, with its open items, to be settled together with this one."""
        self.ensure_one()
        self.check_access("write")
        head = self.parent_id or self
        head._check_open(self.env._("change"))
        company = self.link_company_id
        head._check_link(company)
        with engine():
            linked = head.with_context(allowed_company_ids=[company.id, *self.env.companies.ids]).create(
                head._prepare_link(company)
            )
        linked._load_items()
        linked._fill_from_head()
        self.link_company_id = False
        return True

    def action_open_voucher(self):
        """A linked voucher on its own screen, with its company at hand."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "view_mode": "form",
            "res_id": self.id,
            "context": {"allowed_company_ids": [self.company_id.id, *(self.env.companies - self.company_id).ids]},
        }

    def _check_link(self, company):
        if not company:
            raise UserError(self.env._("To settle items of another company, choose the company first."))
        if company not in self.env.user.company_ids and not self.env.su:
            raise AccessError(self.env._("To settle items of another company, ask for the right to work for it."))
        taken = self.company_id.root_id | self.linked_voucher_ids.company_id.root_id
        if company.root_id in taken:
            raise UserError(
                self.env._("To settle items of %s, use the lists below: it takes part already.", company.name)
            )
        if self.transfer_partner_id:
            raise UserError(
                self.env._("To settle with %s, take the transfer to another customer out first.", company.name)
            )
        for one in self.company_id | company:
            if not self.env["adjustment.voucher.line"]._has_rate(self.currency_id, one, self.date):
                raise UserError(
                    self.env._(
                        "To settle with %(company)s, agree on a currency that both companies keep rates of: %(missing)s"
                        " has none for %(currency)s on %(date)s.",
                        company=company.name,
                        missing=one.name,
                        currency=self.currency_id.name,
                        date=self.date,
                    )
                )

    def _prepare_link(self, company):
        names = ("date", "kind", "hierarchy", "method", "include_payables", "memo")
        return {
            **{name: self[name] for name in names},
            "company_id": company.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "parent_id": self.id,
        }

    def _fill_from_head(self):
        """Use the items, oldest due first, as far as the other companies need them or can pay them."""
        side = "debit" if self.difference > 0 else "credit"
        for line in self._side(side).sorted(lambda line: (line.date_maturity or line.date, line.id)):
            if self.currency_id.is_zero(self.difference):
                break
            line.amount = line._get_fill()

    def write(self, vals):
        """What all must have in common follows the head."""
        result = super().write(vals)
        common = {name: vals[name] for name in ("date", "currency_id", "memo") if name in vals}
        linked = (
            self.sudo().linked_voucher_ids.filtered(lambda voucher: voucher.state in OPEN_STATES) if common else None
        )
        if linked:
            linked.sudo(self.env.su)._check_companies(self.env._("change")).write(common)
        return result

    def unlink(self):
        """The drafts of the other companies go with that of the head."""
        linked = self.sudo().linked_voucher_ids.sudo(self.env.su) - self
        if not linked:
            return super().unlink()
        return super(AdjustmentVoucher, (linked | self)._check_companies(self.env._("delete"))).unlink()

    # ------------------------------------------------------------------ steps

    def action_authorize(self):
        """Vouchers that settle together are authorized together, all or none."""
        self.check_access("write")
        alone = self.filtered(lambda voucher: not voucher._is_linked())
        for head in (self - alone)._get_group().filtered(lambda voucher: not voucher.sudo().parent_id):
            head._authorize_group()
        return super(AdjustmentVoucher, alone).action_authorize() if alone or not self else True

    def _authorize_group(self):
        wish = self.env._("authorize")
        group = self._get_group()._check_companies(wish)
        group._check_approver(wish)
        group._check_branches(wish)
        for voucher in group.sorted("id"):
            voucher._lock()
        waiting = group.filtered(lambda voucher: voucher.state != "authorized")
        lines = {voucher: voucher._gather() for voucher in waiting}
        for voucher in waiting:
            voucher._check_ready(lines[voucher])
        if waiting:
            decided = waiting[0]._decide_group(lines)
            unused = waiting.filtered(lambda voucher: voucher.parent_id and not lines[voucher])
            for voucher in waiting - unused:
                voucher._book(decided[voucher], lines[voucher])
            unused.unlink()

    def action_reverse(self, date=None, reason=None):
        """Linked vouchers are taken back together."""
        group = self._get_group_to_change()
        if group == self:
            return super().action_reverse(date, reason)
        return super(AdjustmentVoucher, group._check_companies(self.env._("reverse"))).action_reverse(date, reason)

    def action_open_reverse(self):
        """The window says what is taken back of all linked vouchers."""
        group = self._get_group_to_change()
        if group == self:
            return super().action_open_reverse()
        return super(AdjustmentVoucher, group._check_companies(self.env._("reverse"))).action_open_reverse()

    def action_return(self, reason=None):
        """Linked vouchers go back together."""
        group = self._get_group_to_change()
        if group == self:
            return super().action_return(reason)
        return super(AdjustmentVoucher, group._check_companies(self.env._("return"))).action_return(reason)

    def action_draft(self):
        """Linked vouchers are taken up again together."""
        group = self._get_group_to_change()
        if group == self:
            return super().action_draft()
        return super(AdjustmentVoucher, group._check_companies(self.env._("edit"))).action_draft()

    def _reverse_without(self, lines, date=None, reason=None):
        if self._is_linked():
            raise UserError(
                self.env._(
                    "To take an item out of %s, reverse it with the vouchers of the other companies and make new ones.",
                    self.display_name,
                )
            )
        return super()._reverse_without(lines, date, reason)


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    head_id = fields.Many2one(related="voucher_id.parent_id", store=True, index="btree_not_null", string="Settled with")

    def _adjustment_protected_fields(self):
        return super()._adjustment_protected_fields() | {"head_id"}
