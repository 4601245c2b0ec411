"""Every change of a sent or confirmed order, kept for good: what, from, to, who, when (S1.7)."""

from contextvars import ContextVar

from odoo import api, fields, models
from odoo.exceptions import UserError

ORDER_FIELDS = (
    "partner_id",
    "partner_invoice_id",
    "partner_shipping_id",
    "payment_term_id",
    "pricelist_id",
    "currency_id",
    "fiscal_position_id",
    "commitment_date",
    "client_order_ref",
)
LINE_FIELDS = ("product_id", "product_uom_qty", "product_uom_id", "price_unit", "discount", "tax_ids")
# A new quantity or product may bring a new price with it; that is a change of the order too.
FOLLOWING = ("price_unit", "discount")
_NEW_ORDER = ContextVar("credit_centre_new_order", default=False)


class SaleOrderChange(models.Model):
    _name = "sale.order.change"
    _description = "Change of an Order"
    _order = "id desc"
    _rec_name = "subject"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    subject = fields.Char("What", readonly=True, help="The order itself, or the text of its line.")
    field_label = fields.Char("Value", readonly=True)
    field_name = fields.Char("Technical Name", readonly=True)
    old_value = fields.Char("Before", readonly=True)
    new_value = fields.Char("After", readonly=True)
    user_id = fields.Many2one("res.users", "Changed by", readonly=True)
    date = fields.Datetime("Changed on", readonly=True)

    def write(self, vals):
        if vals:
            raise UserError(self._why_kept())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_changes(self):
        raise UserError(self._why_kept())

    def _why_kept(self):
        return self.env._("To correct an order, change the order: the record of its changes stays as it is.")

    @api.model
    def _note(self, rows):
        """:param rows: list of (order, subject, field, old text, new text)"""
        if not rows:
            return
        now = fields.Datetime.now()
        self.sudo().create(  # sudo: nobody has the right to write the record by himself
            [
                {
                    "order_id": order.id,
                    "subject": subject,
                    "field_name": field and field.name,
                    "field_label": field and field.string,
                    "old_value": old,
                    "new_value": new,
                    "user_id": self.env.uid,
                    "date": now,
                }
                for order, subject, field, old, new in rows
            ]
        )


class OtcRecorded(models.AbstractModel):
    """What orders and their lines do to record their changes."""

    _name = "otc.recorded"
    _description = "Records Its Changes"

    def _otc_texts(self, names):
        """:return: dict of (record, name) -> the value as text"""
        return {(record, name): record._otc_text(name) for record in self for name in names}

    def _otc_text(self, name):
        field, value = self._fields[name], self[name]
        if field.relational:
            return ", ".join(value.sudo().mapped("display_name"))  # sudo: the name of what was chosen, nothing else
        if field.type == "float":
            return f"{value:.15g}"
        return str(value) if value else ""

    def _otc_note_differences(self, before):
        rows = []
        for (record, name), old in before.items():
            new = record._otc_text(name)
            if new != old:
                rows.append((record._otc_order(), record._otc_subject(), self._fields[name], old, new))
        self.env["sale.order.change"]._note(rows)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "otc.recorded"]

    otc_change_ids = fields.One2many("sale.order.change", "order_id", "Changes", copy=False, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        token = _NEW_ORDER.set(True)  # the lines that an order is made with are not changes of it
        try:
            return super().create(vals_list)
        finally:
            _NEW_ORDER.reset(token)

    def write(self, vals):
        names = [name for name in ORDER_FIELDS if name in vals]
        recorded = self.filtered(lambda order: order._otc_is_recorded()) if names else self.browse()
        before = recorded._otc_texts(names)
        result = super().write(vals)
        recorded._otc_note_differences(before)
        return result

    def _otc_is_recorded(self):
        """A plain draft is still being written: its changes are nobody's business."""
        return self.state in ("sent", "sale")

    def _otc_order(self):
        return self

    def _otc_subject(self):
        return self.env._("Order")


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "otc.recorded"]

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if _NEW_ORDER.get():
            return lines
        recorded = lines.filtered(lambda line: line._otc_is_recorded())
        self.env["sale.order.change"]._note(
            [
                (line.order_id, line._otc_subject(), None, self.env._("(new line)"), line._otc_sum_up())
                for line in recorded
            ]
        )
        return lines

    def write(self, vals):
        names = [name for name in LINE_FIELDS if name in vals]
        recorded = self.filtered(lambda line: line._otc_is_recorded()) if names else self.browse()
        before = recorded._otc_texts([*names, *(name for name in FOLLOWING if name not in names)])
        result = super().write(vals)
        recorded._otc_note_differences(before)
        return result

    def unlink(self):
        rows = [
            (line.order_id, line._otc_subject(), None, line._otc_sum_up(), self.env._("(removed)"))
            for line in self
            if line._otc_is_recorded()
        ]
        result = super().unlink()
        self.env["sale.order.change"]._note([row for row in rows if row[0].exists()])
        return result

    def _otc_is_recorded(self):
        """Texts, and the lines that a down payment invoice adds, are not what was agreed."""
        return self.order_id._otc_is_recorded() and not self.display_type and not self.is_downpayment

    def _otc_order(self):
        return self.order_id

    def _otc_subject(self):
        return (self.name or self.product_id.display_name or "").split("\n")[0]

    def _otc_sum_up(self):
        """The line in short: "3 Units at 12.5"."""
        return self.env._(
            "%(quantity)s %(unit)s at %(price)s",
            quantity=self._otc_text("product_uom_qty"),
            unit=self.product_uom_id.display_name or "",
            price=self._otc_text("price_unit"),
        )
