"""The paper of a credit: open, print, e-mail, one or many (S0.28). All of it is Odoo's own."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.adjustment_voucher.models.engine import check_ids


class CustomerCredit(models.Model):
    _inherit = "customer.credit"

    def action_open(self):
        """Open the credit note, receipt or entry."""
        self.ensure_one()
        self.check_access("read")
        return self.move_line_id.action_credit_open_document()

    def action_open_form(self):
        """Open the credit with its trail."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.credit",
            "views": [(False, "form")],
            "res_id": self.id,
        }

    def action_print(self):
        """The credit memos or the receipts as PDF, in Odoo's own layout."""
        documents = self._get_papers(self.env._("print"))
        if documents._name == "account.payment":
            return self.env.ref("account.action_report_payment_receipt").report_action(documents, config=False)
        return self.env.ref("account.account_invoices").report_action(documents, config=False)

    def action_send(self):
        """Odoo's own form to e-mail credit memos, or a composer for receipts; it opens for one and for many."""
        documents = self._get_papers(self.env._("e-mail"))
        if documents._name == "account.move":
            return documents.action_send_and_print()
        action = "account.account_send_payment_receipt_by_email_action"
        found = self.env["ir.actions.act_window"]._for_xml_id(action if len(documents) == 1 else f"{action}_multi")
        template = self.env.ref("account.mail_template_data_payment_receipt", raise_if_not_found=False)
        found["context"] = {
            "active_model": "account.payment",
            "active_ids": documents.ids,
            "active_id": documents[0].id,
            "default_model": "account.payment",
            "default_res_ids": documents.ids,
            "default_composition_mode": "comment" if len(documents) == 1 else "mass_mail",
            "default_template_id": template.id if template else False,
            "default_email_layout_xmlid": "mail.mail_notification_light",
            "mail_post_autofollow": True,
        }
        return found

    def _get_papers(self, wish):
        """:return: account.move or account.payment, the documents that have a printed form
        :raise UserError: for a mixture, and for what has none
        """
        check_ids(self)
        self.check_access("read")
        if not self:
            raise UserError(self.env._("To %s, choose at least one credit in the list.", wish))
        memos = self.move_id.filtered(lambda move: move.is_sale_document(include_receipts=True))
        receipts = self.payment_id
        bare = self.filtered(lambda one: not one.payment_id and one.move_id not in memos)[:1]
        if bare:
            raise UserError(
                self.env._(
                    "To %(wish)s credits, choose credit notes or receipts: %(credit)s is an entry and has no form of its"
                    " own.",
                    wish=wish,
                    credit=bare.memo_number,
                )
            )
        if memos and receipts:
            raise UserError(
                self.env._("To %s credits, choose either credit notes or receipts: they have different forms.", wish)
            )
        return memos or receipts
