"""One voucher over several branches of a legal entity: whose settings count, and what a user of one branch may do."""

from odoo import api, models
from odoo.exceptions import AccessError

from .adjustment_voucher import OPEN_STATES
from .engine import check_ids


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_adjustment_root(self):
        """:return: the legal entity, sudo: its function defaults bind users of its branches too, who may not open it"""
        return self.root_id.sudo()

    def _get_branches(self):
        """:return: these companies and all their branches, at any depth"""
        return self | self.child_ids._get_branches() if self.child_ids else self


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _get_hidden_lines(self):
        """Lines of branches that the user has no right to. Which they are, only the lines themselves can tell: sudo."""
        lines = self.env["adjustment.voucher.line"].sudo()
        if self.env.su or self.sudo().company_id.root_id._get_branches() <= self.env.user.company_ids:
            return lines  # nearly always, and without looking at the lines
        return lines.search(
            [("voucher_id", "in", self._origin.ids), ("company_id", "not in", self.env.user.company_ids.ids)], limit=1
        )

    def _check_branches(self, wish):
        """:raise AccessError: naming the branch whose right is missing"""
        check_ids(self)
        hidden = self._get_hidden_lines()
        if hidden:
            raise AccessError(self._get_branch_sentence(hidden, wish))

    def _get_branch_sentence(self, line, wish):
        return self.env._(
            "To %(wish)s %(voucher)s, ask a colleague who works for %(company)s too: it settles %(item)s of that company.",
            wish=wish,
            voucher=line.voucher_id.display_name,
            company=line.company_id.name,
            item=line.document_name,
        )

    def _at_all_branches(self):
        """The same vouchers with all branches of their items at hand, whichever the user has ticked just now."""
        needed = self.sudo().line_ids.company_id | self.sudo().company_id  # only which companies; the user has them all
        if self.env.su or needed <= self.env.companies:
            return self
        return self.with_context(allowed_company_ids=(self.env.companies | needed.sudo(False)).ids)

    def _check_open(self, wish):
        self._check_branches(wish)
        return super()._check_open(wish)

    def _check_may_reverse(self):
        self._check_branches(self.env._("reverse"))
        return super()._check_may_reverse()

    def action_authorize(self):
        self.check_access("write")
        self._check_branches(self.env._("authorize"))
        return super(AdjustmentVoucher, self._at_all_branches()).action_authorize()

    def action_reverse(self, date=None, reason=None):
        self.check_access("write")
        self._check_branches(self.env._("reverse"))
        return super(AdjustmentVoucher, self._at_all_branches()).action_reverse(date, reason)

    def _get_preview(self):
        hidden = self._get_hidden_lines() if self.state in OPEN_STATES else None
        if not hidden:
            return super()._get_preview()
        note = self._get_branch_sentence(hidden, self.env._("see what will be booked by"))
        return {"documents": [], "legs": [], "direct": False, "note": note}


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    @api.model_create_multi
    def create(self, vals_list):
        """VC14: an item that the user may not read is no item to settle, whoever knows its id."""
        self._check_items(vals_list)
        items = (
            self.env["account.move.line"].browse({vals.get("move_line_id") or 0 for vals in vals_list} - {0}).exists()
        )
        hidden = items - items._filtered_access("read")
        if hidden:
            raise AccessError(
                self.env._(
                    "To settle an item of another company or branch, switch to it or ask for the right to it: item %s is"
                    " not yours to see.",
                    hidden[0].id,
                )
            )
        return super().create(vals_list)

    def _compute_document(self):
        hidden = self._get_hidden()
        shown = hidden.sudo()  # only what the voucher itself tells of the item
        super(AdjustmentVoucherLine, shown)._compute_document()
        return super(AdjustmentVoucherLine, self - hidden)._compute_document()

    def _compute_residual(self):
        hidden = self._get_hidden()
        super(AdjustmentVoucherLine, hidden.sudo())._compute_residual()  # likewise: what is open of it
        return super(AdjustmentVoucherLine, self - hidden)._compute_residual()

    def _get_hidden(self):
        """Saved lines of the user's vouchers whose items stand in a branch that is not at hand. Somebody with the right
        to it put them there; of an item that is only typed in, nothing is told."""
        if self.env.su:
            return self.browse()
        return self.filtered(
            lambda line: line._origin
            and line._origin.sudo().company_id not in self.env.companies
            and line._origin.sudo().move_line_id == line.move_line_id._origin
        )
