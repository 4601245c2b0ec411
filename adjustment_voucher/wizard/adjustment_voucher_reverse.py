from odoo import api, fields, models
from odoo.exceptions import UserError


class AdjustmentVoucherReverse(models.TransientModel):
    """Asks for the date and the reason, and shows what will be open again."""

    _name = "adjustment.voucher.reverse"
    _description = "Reverse Vouchers"

    voucher_ids = fields.Many2many("adjustment.voucher", required=True)
    line_ids = fields.Many2many("adjustment.voucher.line", string="Items to Take out")
    date = fields.Date(
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The voucher's date when its period is open, else the first open day.",
    )
    reason = fields.Char(required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company")
    preview = fields.Json(compute="_compute_preview")
    explanation = fields.Char(compute="_compute_explanation")

    @api.depends("voucher_ids")
    def _compute_company(self):
        for wizard in self:
            wizard.company_id = wizard.voucher_ids[:1].company_id

    @api.depends("voucher_ids")
    def _compute_date(self):
        for wizard in self:
            dates = [voucher._get_reversal_date() for voucher in wizard.voucher_ids if voucher.state == "authorized"]
            wizard.date = max(dates, default=fields.Date.context_today(wizard))

    @api.depends("voucher_ids", "date")
    def _compute_preview(self):
        for wizard in self:
            lines = wizard.voucher_ids.line_ids
            legs = [row for voucher in wizard.voucher_ids for row in voucher._preview_reversal()]
            wizard.preview = {
                "documents": [line._as_reversal_preview() for line in lines],
                "legs": legs,
                "direct": not legs,
                "note": "",
            }

    @api.depends("line_ids")
    def _compute_explanation(self):
        for wizard in self:
            names = ", ".join(name for name in wizard.line_ids.mapped("document_name") if name)
            wizard.explanation = self.env._(
                "%s is taken out: the voucher is reversed, and a draft holds the rest for you to authorize.", names
            )

    def action_reverse(self):
        """Reverse the vouchers; with items to take out, make a draft of the rest and open it."""
        self.ensure_one()
        if not self.line_ids:
            self.voucher_ids.action_reverse(self.date, self.reason)
            return {"type": "ir.actions.act_window_close"}
        voucher = self._get_voucher()
        draft = voucher._reverse_without(self.line_ids, self.date, self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "adjustment.voucher",
            "view_mode": "form",
            "res_id": draft.id,
        }

    def _get_voucher(self):
        """:return: the one voucher that the items are taken out of"""
        if len(self.voucher_ids) != 1:
            raise UserError(self.env._("To take items out, open the one voucher that they are in."))
        return self.voucher_ids
