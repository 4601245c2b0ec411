"""Invoices: in dispute or not, and the last reminder that listed them (S1.16, S3.15)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_hold.models.engine import check_texts, engine

from .collectors import check_collector

DISPUTES = [
    ("price", "Price"),
    ("quantity", "Quantity"),
    ("quality", "Quality or damage"),
    ("not_received", "Not received"),
    ("not_ordered", "Not ordered"),
    ("paid", "Says it is paid"),
    ("other", "Other"),
]


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "credit.protected"]

    credit_disputed = fields.Boolean("In Dispute", readonly=True, copy=False, tracking=True)
    credit_dispute_reason = fields.Selection(DISPUTES, "Disputed for", readonly=True, copy=False)
    credit_dispute_note = fields.Text("What They Say", readonly=True, copy=False)
    credit_dispute_date = fields.Date("Disputed since", readonly=True, copy=False)
    credit_dispute_user_id = fields.Many2one("res.users", "Dispute Recorded by", readonly=True, copy=False)
    credit_reminder_level_id = fields.Many2one(
        "credit.reminder.level", "Last Reminder", readonly=True, copy=False, index="btree_not_null"
    )
    credit_reminder_date = fields.Date("Last Reminder on", readonly=True, copy=False)

    _credit_disputed_idx = models.Index("(commercial_partner_id) WHERE credit_disputed")
    # In the words of a list's condition, which PostgreSQL compares literally, and in a list's order.
    _credit_disputed_list_idx = models.Index(
        "(date DESC, name DESC, invoice_date DESC, id DESC) WHERE credit_disputed IS TRUE"
    )

    @api.model
    def _credit_protected_fields(self):
        return {
            "credit_disputed",
            "credit_dispute_reason",
            "credit_dispute_note",
            "credit_dispute_date",
            "credit_dispute_user_id",
            "credit_reminder_level_id",
            "credit_reminder_date",
        }

    def action_credit_dispute(self, reason, note=None):
        """The customer disputes these invoices: they get no reminder until the dispute is settled.

        :param reason: key of ``DISPUTES``
        :param note: what the customer says
        :return: True
        """
        invoices = self._credit_check_disputable(disputed=False)
        if not isinstance(reason, str) or reason not in dict(DISPUTES):
            raise UserError(self.env._("To record a dispute, choose what it is about."))
        check_texts(self.env, {"note": note}, {"note": self._fields["credit_dispute_note"].string})
        invoices._credit_write_dispute(
            {
                "credit_disputed": True,
                "credit_dispute_reason": reason,
                "credit_dispute_note": note or False,
                "credit_dispute_date": fields.Date.today(),
                "credit_dispute_user_id": self.env.uid,
            }
        )
        label = dict(self._fields["credit_dispute_reason"]._description_selection(self.env))[reason]
        invoices._credit_tell_dispute(self.env._("In dispute: %(reason)s. %(note)s", reason=label, note=note or ""))
        return True

    def action_credit_settle_dispute(self, note):
        """The dispute is settled: these invoices are reminded of again.

        :param note: how it was settled
        :return: True
        """
        invoices = self._credit_check_disputable(disputed=True)
        check_texts(self.env, {"note": note}, {"note": self._fields["credit_dispute_note"].string})
        if not (note or "").strip():
            raise UserError(self.env._("To settle the dispute, say how."))
        invoices._credit_write_dispute({"credit_disputed": False})
        invoices._credit_tell_dispute(self.env._("Dispute settled: %s", note))
        return True

    def action_credit_ask_dispute(self):
        """Ask what the customer disputes, or how it was settled."""
        check_collector(self.env)
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_credit_dispute")
        return action | {"context": {"default_move_ids": self.ids, "default_settle": self[:1].credit_disputed}}

    def _credit_check_disputable(self, disputed):
        check_collector(self.env)
        self.check_access("read")
        invoices = self.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type in ("out_invoice", "out_receipt")
                and move.credit_disputed == disputed
            )
        )
        if not invoices:
            raise UserError(
                self.env._("To settle disputes, select invoices that are in dispute.")
                if disputed
                else self.env._("To record a dispute, select posted invoices to customers that are not in dispute yet.")
            )
        return invoices

    def _credit_write_dispute(self, values):
        with engine():
            self.sudo().write(values)  # sudo: a credit controller may not change invoices otherwise

    def _credit_tell_dispute(self, text):
        moves = self.sudo()  # sudo: as above
        moves._message_log_batch(bodies=dict.fromkeys(self.ids, text))
        accounts = self.env["credit.account"]
        for root, some in moves.grouped(lambda move: move.company_id.root_id).items():
            for account in accounts._for_partners(some.commercial_partner_id, root).sudo():  # sudo: its history
                names = some.filtered(lambda move, one=account: move.commercial_partner_id == one.partner_id)
                account._message_log(body=f"{', '.join(names.mapped('name'))}: {text}")
