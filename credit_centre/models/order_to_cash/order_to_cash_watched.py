"""The models whose changes leave marks of orders, beside those that ``credit_hold`` watches."""

from odoo import api, models

from .order_to_cash_mark import WATCHED


class CreditWatched(models.AbstractModel):
    _inherit = "credit.watched"

    def _credit_watched_columns(self):
        return super()._credit_watched_columns() | WATCHED.get(self._name, set())


class OtcWatched(models.AbstractModel):
    """Mixed into what orders are read with: only changes count, as nothing refers to what is new or goes."""

    _name = "otc.watched"
    _description = "Watched by Order to Cash"

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        watched = WATCHED[self._name]
        touched = [record_id for record_id, vals in zip(self._ids, vals_list, strict=True) if watched & vals.keys()]
        if touched:
            self.env["credit.mark"].sudo()._collect(self._name, touched)  # sudo: marks belong to nobody
        return result


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "otc.watched"]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "otc.watched"]


class ResCurrency(models.Model):
    _name = "res.currency"
    _inherit = ["res.currency", "otc.watched"]


class AccountPartialReconcile(models.Model):
    """The day of a match is the day of payment."""

    _inherit = "account.partial.reconcile"

    def _otc_collect(self):
        items = self.debit_move_id | self.credit_move_id
        self.env["credit.mark"].sudo()._collect(items._name, items.ids)  # sudo: marks belong to nobody

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any("max_date" in vals for vals in vals_list):
            self._otc_collect()
        return result

    @api.model
    def _create(self, data_list):
        matches = super()._create(data_list)
        matches._otc_collect()
        return matches

    def unlink(self):
        self._otc_collect()
        return super().unlink()


class CreditHold(models.Model):
    """Since when an order is held."""

    _inherit = "credit.hold"

    def _otc_collect(self):
        self.env["credit.mark"].sudo()._collect("sale.order", self.order_id.ids)  # sudo: marks belong to nobody

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any({"state", "order_id"} & vals.keys() for vals in vals_list):
            self._otc_collect()
        return result

    @api.model
    def _create(self, data_list):
        holds = super()._create(data_list)
        holds._otc_collect()
        return holds

    def unlink(self):
        self._otc_collect()
        return super().unlink()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        """The lines of orders that an invoice line bills are a table of their own."""
        if "sale_line_ids" not in vals:
            return super().write(vals)
        marks = self.env["credit.mark"].sudo()  # sudo: marks belong to nobody
        marks._collect_now(self._name, self.ids)
        result = super().write(vals)
        marks._collect(self._name, self.ids)
        return result


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def write(self, vals):
        result = super().write(vals)
        if "invoice_lines" in vals:
            self.env["credit.mark"].sudo()._collect(self._name, self.ids)  # sudo: marks belong to nobody
        return result
