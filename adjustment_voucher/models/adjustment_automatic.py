"""A credit that names the debits it is for is applied when it is posted (S4.23): its voucher is made and authorized, or left
as a draft with the reason. Posting itself never fails because of that; only what the database says goes through.

Also here: a prepayment invoice is a credit once it is paid (S4.15, S4.55).
"""

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tools.misc import clean_context

from .adjustment_voucher import BILLING
from .engine import engine

REFUSALS = (UserError, RedirectWarning)
PAID = ("paid", "in_payment", "reversed")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        for move in posted.filtered(lambda one: one._names_debits()):
            move._apply_automatically()
        return posted

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """A credit note that names documents is for these first; its voucher then takes the invoice that it corrects.

        A reversal that cancels the invoice leaves nothing for others: Odoo matches it.
        """
        named = reverse_moves.filtered(lambda move: move._names_debits())
        if move_reverse_cancel or not named:
            return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        rest = reverse_moves - named
        super(AccountMove, rest.reversed_entry_id)._reconcile_reversed_moves(rest, move_reverse_cancel)
        return reverse_moves

    def _names_debits(self):
        move = self.sudo()  # whether there are any, also such as the user may not open: these are told, not passed over
        return bool(move.adjustment_debit_ids or move.origin_payment_id.adjustment_debit_ids)

    # ------------------------------------------------------------------ the voucher

    def _apply_automatically(self):
        """Make the voucher of this posted credit, and authorize it as far as the company and its rules allow."""
        self.ensure_one()
        move = self._as_adjustment_user()
        try:
            with self.env.cr.savepoint():
                voucher = move._make_automatic_voucher()
        except REFUSALS as refusal:
            move._tell_not_applied(refusal.args[0])
            return
        if voucher:
            voucher._apply_or_explain()

    def _make_automatic_voucher(self):
        """:return: adjustment.voucher, filled in; none when nothing of this document is open, or a voucher has it already
        :raise UserError: when it can't be made
        """
        credits, debits = self._get_automatic_items()
        vouchers = self.env["adjustment.voucher"]
        if not credits or credits._is_in_open_voucher():
            return vouchers
        if not debits:
            raise UserError(self.env._("none of these documents is open for you to apply it to."))
        return vouchers.create(self._prepare_automatic_voucher(credits, debits))

    def _as_adjustment_user(self):
        """The user who posts, with no more rights than their own; the system itself for what nobody posted by hand."""
        if self.env.su and not self.env.user.has_group(BILLING):
            move = self.with_user(SUPERUSER_ID)  # an electronic receipt: its payer has no rights here (S4.57)
        else:
            move = self.sudo(False)
        return move.with_env(move.env(context=clean_context(self.env.context))).with_company(self.company_id)

    def _get_automatic_items(self):
        """:return: (credit items of this document, debit items of those it names), as far as they are open"""

        def is_open(item):
            receivable = item.account_id.account_type == "asset_receivable" and not item.account_id.non_trade
            return receivable and item.parent_state == "posted" and not item.reconciled

        debits = self._get_adjustment_debits().line_ids.filtered(
            lambda item: is_open(item) and item.amount_residual_currency > 0
        )
        return self.line_ids.filtered(lambda item: is_open(item) and item.amount_residual_currency < 0), debits

    def _prepare_automatic_voucher(self, credits, debits):
        items, own = credits | debits, debits.currency_id
        return {
            "company_id": self.company_id.id,
            "partner_id": credits.partner_id.commercial_partner_id[:1].id,
            "date": min(fields.Date.context_today(self), max(items.mapped("date"))),
            "kind": "single" if len(items.currency_id) == 1 else "multi",
            "currency_id": own.id if len(own) == 1 else self.company_id.currency_id.id,
            "method": "named",
            "hierarchy": self._get_automatic_hierarchy(credits, debits),
            "memo": self.env._("%s names the documents it is for", self.name),
            "line_ids": [Command.create({"move_line_id": item.id}) for item in items],
        }

    def _get_automatic_hierarchy(self, credits, debits):
        """The narrowest hierarchy that includes the documents named."""
        payer, owners = credits.partner_id.commercial_partner_id, debits.partner_id.commercial_partner_id
        if owners <= payer:
            return "local"
        below = self.env["res.partner"].search([("id", "in", owners.ids), ("id", "child_of", payer.ids)])
        return "child" if owners <= below else "group"

    def _tell_not_applied(self, reason):
        # sudo: the numbers alone, of documents that the user named but may perhaps not open
        documents = ", ".join(self.sudo()._get_adjustment_debits().mapped("name"))
        self.message_post(
            body=self.env._("Not applied to %(documents)s: %(reason)s", documents=documents, reason=reason),
            subtype_xmlid="mail.mt_note",
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _is_in_open_voucher(self):
        """A document that was reset and posted again keeps the voucher that it has."""
        lines = self.env["adjustment.voucher.line"].search_count(
            [("move_line_id", "in", self.ids), ("amount", ">", 0), ("voucher_id.state", "in", ("draft", "returned"))],
            limit=1,
        )
        return bool(lines)


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _apply_or_explain(self):
        """Propose and authorize, or keep the draft with the reason why not."""
        self.ensure_one()
        for step in (self.action_allocate, self._authorize_if_wanted):
            try:
                with self.env.cr.savepoint():
                    step()
            except REFUSALS as refusal:
                return self._stay_open(refusal.args[0])

    def _authorize_if_wanted(self):
        if not self.company_id._get_adjustment_root().adjustment_authorize_at_once:
            raise UserError(self.env._("Your company authorizes automatic vouchers by hand."))
        self.action_authorize()

    def _stay_open(self, reason):
        with engine():
            self.open_reason = reason
        for move in self.line_ids.filtered(lambda line: line.side == "credit").move_id:
            move.message_post(
                body=self.env._(
                    "%(voucher)s waits to be authorized: %(reason)s", voucher=self._get_html_link(), reason=reason
                ),
                subtype_xmlid="mail.mt_note",
            )

    # ------------------------------------------------------------------ one voucher per credit

    def action_allocate(self):
        """Where the company wants one voucher per credit, the first credit stays here and each other gets its own.

        :return: True; the list of the vouchers when there are several
        """
        result, made = super().action_allocate(), self.browse()
        for voucher in self:
            if voucher.company_id._get_adjustment_root().adjustment_one_per_credit:
                with engine():
                    made |= voucher._split_by_credit()
        return (self | made)._get_list_action() if made else result

    def _split_by_credit(self):
        """:return: adjustment.voucher, a new draft for each credit document but the first, proposed in their order"""
        used = self.line_ids.filtered(lambda line: line.side == "credit" and line.amount).sorted("date")
        others = used.filtered(lambda line: line.move_id != used[0].move_id) if used else used
        if not others:
            return self.browse()
        credits = others.move_line_id.grouped("move_id").values()
        debits = self.line_ids.filtered(lambda line: line.side == "debit" and line.amount).move_line_id
        others.unlink()
        self._allocate()
        return self.browse().union(*(self._make_sibling(items | debits) for items in credits))

    def _make_sibling(self, items):
        """A draft like this one over these items; what the vouchers before it claim is left to them."""
        draft = self.copy({"date": self.date})
        draft.line_ids = [Command.create({"move_line_id": item.id}) for item in items]
        draft._allocate()
        return draft

    # ------------------------------------------------------------------ prepayment invoices

    def _get_refusals(self, lines, message):
        unpaid = lines.filtered(lambda line: line._is_unpaid_prepayment())
        return [
            *super()._get_refusals(lines, message),
            *[
                self.env._(
                    "To apply the prepayment %(item)s, collect its payment first: %(open)s of it is not paid, and your"
                    " company applies paid prepayment invoices only.",
                    item=line.document_name,
                    open=message._amount(line.move_id.amount_residual, line.move_id.currency_id),
                )
                for line in unpaid
            ],
        ]


class AdjustmentVoucherLine(models.Model):
    _inherit = "adjustment.voucher.line"

    def _is_unpaid_prepayment(self):
        root, move = self.voucher_id.company_id._get_adjustment_root(), self.move_id
        return (
            self.account_id in root.adjustment_prepayment_account_ids
            and not root.adjustment_prepayment_unpaid
            and move.is_invoice(include_receipts=True)
            and move.payment_state not in PAID
        )
