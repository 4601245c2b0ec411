"""Moving a balance to another customer of the group (S4.59): who may, where it goes, what the documents tell."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .adjustment_voucher import APPROVER, OPEN_STATES


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    partner_notice = fields.Char("Notice", compute="_compute_partner_notice")

    @api.depends("partner_id.active", "transfer_partner_id.active", "state")
    def _compute_partner_notice(self):
        for voucher in self:
            archived = (voucher.partner_id | voucher.transfer_partner_id).filtered(lambda partner: not partner.active)
            shown = archived and voucher.state in OPEN_STATES
            names = ", ".join(archived.mapped("display_name"))
            voucher.partner_notice = (
                self.env._("%s is archived; its open items can still be settled.", names) if shown else False
            )

    def _get_partner_domain(self):
        """What stands at the target already needs no transfer."""
        domain, target = super()._get_partner_domain(), self.transfer_partner_id.commercial_partner_id
        return domain & Domain("partner_id.commercial_partner_id", "!=", target.id) if target else domain

    # ------------------------------------------------------------------ who and where

    def _check_authority(self, lines):
        if self.transfer_partner_id and not (self.env.su or self.env.user.has_group(APPROVER)):
            raise AccessError(
                self.env._(
                    "To transfer a balance to %s, ask a voucher approver: it gives one customer's money to another.",
                    self.transfer_partner_id.display_name,
                )
            )
        return super()._check_authority(lines)

    def _get_own_refusals(self, lines):
        texts = super()._get_own_refusals(lines)
        return texts + (self._get_transfer_refusals(lines) if self.transfer_partner_id else self._get_worthless(lines))

    def _get_worthless(self, lines):
        """A line that is paid with less than half a unit of the voucher's currency would be closed by nothing."""
        worthless = lines.filtered(lambda line: not line._paid_units() and line._as_settled().paid_amount)
        return [
            self.env._(
                "To apply %(item)s, raise its rate or its amount: it is worth nothing in %(currency)s as it stands.",
                item=line.document_name,
                currency=self.currency_id.name,
            )
            for line in worthless
        ]

    def _get_transfer_refusals(self, lines):
        target, texts = self.transfer_partner_id.commercial_partner_id, []
        theirs = lines.filtered(lambda line: line.partner_id.commercial_partner_id == target)
        if theirs:
            texts.append(
                self.env._(
                    "To transfer %(item)s, choose another customer than %(target)s: it stands there already.",
                    item=theirs[0].document_name,
                    target=target.display_name,
                )
            )
        if self._get_tree_head(target) != self._get_tree_head(self.partner_id):
            texts.append(
                self.env._(
                    "To transfer a balance of %(customer)s, choose a customer of its group: %(target)s is not one.",
                    customer=self.partner_id.display_name,
                    target=target.display_name,
                )
            )
        if not (self.memo or "").strip():
            texts.append(self.env._("To transfer a balance to %s, give the reason.", target.display_name))
        return texts + self._get_missing_accounts(lines, target)

    def _get_missing_accounts(self, lines, target):
        missing = lines.filtered(lambda line: not line._get_transfer_account(target).active)
        return [
            self.env._(
                "To transfer %(item)s, give %(target)s a receivable and a payable account that are in use.",
                item=line.document_name,
                target=target.display_name,
            )
            for line in missing[:1]
        ]

    @api.model
    def _get_tree_head(self, partner):
        head = partner.commercial_partner_id
        while head.parent_id:
            head = head.parent_id.commercial_partner_id
        return head

    # ------------------------------------------------------------------ what the documents tell

    def _tell_documents(self, lines):
        """Both sides of a transfer tell it: the documents that leave, and the entry that stands at the target."""
        if not self.transfer_partner_id:
            return super()._tell_documents(lines)
        target, link = self.transfer_partner_id.commercial_partner_id, self._get_html_link()
        body = self.env._("Transferred to %(target)s by voucher %(link)s", target=target.display_name, link=link)
        lines.move_id._message_log_batch(bodies=dict.fromkeys(lines.move_id.ids, body))
        return self.move_id._message_log(
            body=self.env._(
                "Transferred from %(customer)s by voucher %(link)s: %(documents)s",
                customer=", ".join(lines.partner_id.commercial_partner_id.mapped("display_name")),
                link=link,
                documents=", ".join(lines.mapped("document_name")),
            )
        )


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    def _get_transfer_account(self, target):
        """Where the item stands at the target: on the target's receivable or payable account, if it stood on that of its
        own customer; any other account (deposits, prepayments) stays as it is."""
        name = self._get_default_account_name()
        own = self._get_partner_account(self.partner_id, name) if name else self.account_id.browse()
        return self._get_partner_account(target, name) if own == self.account_id else self.account_id

    def _get_default_account_name(self):
        return {
            "asset_receivable": "property_account_receivable_id",
            "liability_payable": "property_account_payable_id",
        }.get(self.account_id.account_type)

    def _get_partner_account(self, partner, name):
        """A branch reads its own value first, then the one of its legal entity."""
        company, owner = self.voucher_id.company_id, partner.commercial_partner_id
        return (
            owner.with_company(company)[name] or owner.with_company(company.root_id).sudo()[name]
        )  # the root's setting
