"""The buttons of an agreement."""

from odoo import models
from odoo.exceptions import UserError

from ... import agreements
from . import agreement_message as wording
from .agreement_engine import engine


class CreditAgreement(models.Model):
    _inherit = "credit.agreement"

    def action_activate(self):
        """Put drafts in force: from their first day on they count on quotations."""
        self.check_access("write")
        for agreement in self:
            agreement._check_activation()
            today = agreement._get_day(agreement.company_id)
            with engine():
                agreement.state = agreements.state_by_dates(agreement._as_period({"state": "active"}), today)
            agreement._sync_pricelist()
        return True

    def _check_activation(self):
        if self.state != "draft":
            raise UserError(wording.state_refusal(self.env, self, "activate"))
        agreed = self.line_ids or self.discount or self.base_pricelist_id or self.fiscal_position_id
        if not (agreed or self.payment_term_id or self.payment_method_line_id):
            raise UserError(
                self.env._(
                    "To activate %(name)s, first enter what was agreed: a price, a discount, a tax treatment, "
                    "payment terms or a payment method.",
                    name=self.display_name,
                )
            )

    def action_cancel(self, reason):
        """End agreements at once; quotations made from now on get ordinary prices and terms.

        :param reason: why, in a few words
        """
        self.check_access("write")
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("To cancel an agreement, say why: the reason is kept with it."))
        for agreement in self:
            if agreement.state not in ("draft", "active"):
                raise UserError(wording.state_refusal(self.env, agreement, "cancel"))
        with engine():
            self.write({"state": "cancelled", "cancel_reason": reason.strip()})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_open_cancel(self):
        """Ask for the reason, then cancel."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel Agreement"),
            "res_model": "credit.agreement.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_agreement_ids": self.ids},
        }

    def action_renew(self):
        """Make a draft for the next period, or open the one that was made already."""
        self.ensure_one()
        self.check_access("write")
        renewal = self.renewal_ids.filtered(lambda renewal: renewal.state != "cancelled")[:1]
        return (renewal or self._renew())._get_form_action()

    def _renew(self):
        if not self.date_end:
            raise UserError(
                self.env._(
                    "To renew %(name)s, first say when it ends: it counts until it is cancelled.",
                    name=self.display_name,
                )
            )
        renewal = self.copy({"renewed_from_id": self.id, "user_id": self.user_id.id})
        self.activity_feedback(["mail.mail_activity_data_todo"], feedback=self.env._("Renewed."))
        self.message_post(body=self.env._("Renewed: %s", renewal.display_name))
        return renewal

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.agreement",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _get_documents_action(self, name, model):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("credit_agreement_id", "in", self.ids)],
            "context": {"create": False},
        }

    def action_view_orders(self):
        """The quotations and orders that were made under the agreement."""
        return self._get_documents_action(self.env._("Orders"), "sale.order")

    def action_view_invoices(self):
        """The invoices that were made under the agreement."""
        return self._get_documents_action(self.env._("Invoices"), "account.move")

    def action_view_renewals(self):
        """The agreement that follows, or the one before."""
        self.ensure_one()
        self.check_access("read")
        return (self.renewal_ids[:1] or self.renewed_from_id)._get_form_action()
