"""Merging customers merges their credit: one account per legal entity stays, with the flags of all."""

from odoo import api, models


class MergePartner(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        partners._credit_check_move({"parent_id": None})
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        accounts = self.env["credit.account"].sudo()  # sudo: whoever merges may not write accounts
        accounts.search([("partner_id", "in", partners.exists().ids)])._settings_changed()
        return result

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        accounts = self.env["credit.account"].sudo().with_context(active_test=False)  # sudo: as above
        for account in accounts.search([("partner_id", "in", src_partners.ids)]):
            kept = accounts.search([("partner_id", "=", dst_partner.id), ("company_id", "=", account.company_id.id)])
            if kept:
                account._merge_into(kept)
            else:
                account.with_context(tracking_disable=True)._write({"partner_id": dst_partner.id})
                account.invalidate_recordset(flush=False)
        return super()._update_foreign_keys(src_partners, dst_partner)
