"""The sentences by which the ledger's guards refuse, and the way from there to the voucher."""

from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError


class AdjustmentGuard(models.AbstractModel):
    _name = "adjustment.guard"
    _description = "What Guards of the Ledger Say"

    @api.model
    def _lead_to(self, voucher, text):
        """:return: the exception to raise: with a button to the voucher for whoever may read it"""
        if not voucher.sudo(False).has_access("read"):
            return UserError(text)
        action = {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "view_mode": "form",
            "views": [(False, "form")],
            "res_id": voucher.id,
        }
        return RedirectWarning(text, action, self.env._("Open the voucher"))

    @api.model
    def _refuse_unmatch(self, match):
        """:param match: account.partial.reconcile of a voucher, sudo
        :return: the exception to raise"""
        voucher = match.adjustment_voucher_id
        moves = match.debit_move_id.move_id | match.credit_move_id.move_id
        names = [move.display_name for move in moves.sorted("id") if not move.adjustment_voucher_id] or moves.mapped(
            "name"
        )
        if voucher.state == "reversed":
            text = self.env._(
                "To settle %(document)s in another way, make a new voucher: %(voucher)s is reversed already, and its entry"
                " and the reversal stay matched with each other.",
                document=names[0],
                voucher=voucher.display_name,
            )
        elif len(names) > 1:
            text = self.env._(
                "To take %(first)s off %(second)s, reverse voucher %(voucher)s: it applied one to the other, and alone can"
                " take that back.",
                first=names[0],
                second=names[1],
                voucher=voucher.display_name,
            )
        else:
            text = self.env._(
                "To open %(document)s again, reverse voucher %(voucher)s: it settled the document, and alone can take"
                " that back.",
                document=names[0],
                voucher=voucher.display_name,
            )
        return self._lead_to(voucher, text)

    @api.model
    def _refuse_change(self, move, voucher):
        """:return: the exception to raise when an entry is to change that a voucher made or holds"""
        values = {"document": move.display_name, "voucher": voucher.display_name}
        if move.adjustment_voucher_id and voucher.state == "reversed":
            text = self.env._(
                "To correct %(document)s, make a new voucher: it belongs to voucher %(voucher)s, which is reversed, and what"
                " was booked stays as it is.",
                **values,
            )
        elif move.adjustment_voucher_id:
            text = self.env._(
                "To take %(document)s back, reverse voucher %(voucher)s: the entry belongs to it.", **values
            )
        elif move.adjustment_charge_voucher_id:
            text = self.env._(
                "To take back the late charge %(document)s, reverse voucher %(voucher)s, which charged it, or give a credit"
                " note for it.",
                **values,
            )
        else:
            text = self.env._(
                "To change, cancel or delete %(document)s, reverse voucher %(voucher)s first: it applied the document.",
                **values,
            )
        return self._lead_to(voucher, text)

    @api.model
    def _refuse_two_customers(self, debit, credit):
        """:return: the exception to raise when items of two customers are to be matched without a voucher"""
        text = self.env._(
            "To apply %(credit)s of %(payer)s to %(debit)s of %(debtor)s, make an adjustment voucher: it moves the credit"
            " from one customer to the other, so that both accounts stay right. Your company matches within one"
            " customer only.",
            credit=credit.move_id.display_name,
            payer=credit.partner_id.display_name,
            debit=debit.move_id.display_name,
            debtor=debit.partner_id.display_name,
        )
        if not self.env["adjustment.voucher"].has_access("create"):
            return UserError(text)
        action = {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_partner_id": debit.partner_id.commercial_partner_id.id, "default_hierarchy": "group"},
        }
        return RedirectWarning(text, action, self.env._("Make a voucher"))
