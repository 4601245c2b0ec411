"""The ways from a run to what belongs to it: customers, vouchers, items left, exclusions, and the small windows."""

from odoo import api, models
from odoo.fields import Command, Domain

from .adjustment_run.adjustment_run_template import LISTS, PLAIN
from .adjustment_run_summary import METHODS, PARTS


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    @api.depends("name")
    def _compute_display_name(self):
        for run in self:
            number = run._origin.id
            run.display_name = run.name or (self.env._("Draft run %s", number) if number else self.env._("New run"))

    def _get_redirect_suggested_company(self):
        """Who opens a run of several companies is led to those that aren't chosen yet: to one that is already would
        load the page again and again."""
        companies = self.company_id | self.company_ids
        return companies - self.env.companies or companies

    @api.onchange("template_id")
    def _onchange_template_id(self):
        """On a draft the template's choices stand there at once, to be changed."""
        if self.template_id and self.state == "draft":
            self.update({name: self.template_id[name] for name in (*PLAIN, *LISTS)})
            methods = [{"method": one.method, "sequence": one.sequence} for one in self.template_id.method_ids]
            self.method_ids = [Command.clear(), *map(Command.create, methods)]

    def action_save_template(self):
        """Keep the choices of this run as a template.

        :return: action that opens it, to be named and scheduled
        """
        self.ensure_one()
        self.check_access("read")
        values = {name: self[name] for name in PLAIN if name not in ("date_from", "date_to")}
        values |= {name: [Command.set(self[name].ids)] for name in LISTS}
        methods = [Command.create({"method": one.method, "sequence": one.sequence}) for one in self.method_ids]
        name = self.env._("Like %s", self.display_name)
        template = self.env["adjustment.run.template"].create({**values, "name": name, "method_ids": methods})
        return template.get_formview_action()

    def action_view_customers(self, state=None, how=None):
        """The customers of the run.

        :param state: only those in this state
        :param how: only those for whom this method (or deduction) found something
        """
        domain = Domain("state", "=", state) if state else Domain.TRUE
        if how in (*METHODS, *PARTS):
            domain &= Domain(f"{how}_amount", "!=", 0)
        return self._view("action_adjustment_run_customer", domain)

    def action_view_failed(self):
        """The customers that were set aside, with the reason of each."""
        return self.action_view_customers("failed")

    def action_view_items(self, reason_code=None, side=None):
        """What the run left, and why."""
        domain = Domain("reason_code", "=", reason_code) if reason_code else Domain.TRUE
        if side:
            domain &= Domain("side", "=", side)
        return self._view("action_adjustment_run_item", domain)

    def action_view_vouchers(self):
        """The vouchers of the run."""
        return self._view("action_adjustment_voucher", Domain.TRUE)

    def action_view_exclusions(self):
        """What was left out of the run because somebody excluded it."""
        return self.action_view_customers("excluded")

    def _view(self, name, domain):
        """:return: the action of that name, on what belongs to this run"""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(f"adjustment_voucher.{name}")
        context = {"create": False, "of_one_run": True}
        return action | {"domain": list(Domain("run_id", "=", self.id) & domain), "context": context, "path": False}

    # ------------------------------------------------------------------ reversal

    def action_open_reverse(self):
        """The window that asks for date and reason and shows how much will be open again."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reverse %s", self.display_name),
            "res_model": "adjustment.run.reverse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_run_id": self.id},
        }

    def _get_reversal_date(self):
        """:return: the run's date, or the first day after it that is open in all its companies"""
        self.ensure_one()
        companies = self._read_authorized(["company_id"], ["id:min"])
        vouchers = self.env["adjustment.voucher"].browse(number for _company, number in companies)
        return max((voucher._get_first_open(voucher.date) for voucher in vouchers), default=self.date)

    def _get_reversal_counts(self):
        """:return: dict of what a reversal takes back"""
        self.ensure_one()
        customers = self.env["adjustment.run.customer"]._read_group(
            [("run_id", "=", self.id), ("state", "=", "authorized")], ["currency_id"], ["__count", "applied:sum"]
        )
        [[entries]] = self._read_authorized([], ["move_id:count_distinct"])
        return {
            "customer_count": sum(count for _currency, count, _applied in customers),
            "voucher_count": sum(count for _state, count in self._read_authorized(["state"], ["__count"])),
            "entry_count": entries,
            "open_again": " + ".join(currency.format(applied) for currency, _count, applied in customers),
        }

    def _read_authorized(self, groupby, aggregates):
        domain = [("run_id", "=", self.id), ("state", "=", "authorized")]
        return self.env["adjustment.voucher"]._read_group(domain, groupby, aggregates)


class AdjustmentRunCustomer(models.Model):
    _inherit = "adjustment.run.customer"

    def action_view_voucher(self):
        """The voucher of the customer, to look at or to edit while it is a draft."""
        self.ensure_one()
        self.check_access("read")
        return self.voucher_id.get_formview_action()

    def action_open_exclude(self):
        """The window that asks why these customers are left out."""
        return open_exclude(self, "default_slice_ids")


class AdjustmentRunItem(models.Model):
    _inherit = "adjustment.run.item"

    def action_open_exclude(self):
        """The window that asks why these items are left out."""
        return open_exclude(self, "default_item_ids")


def open_exclude(records, default):
    """:return: action that opens the window which excludes these records"""
    records.check_access("read")
    return {
        "type": "ir.actions.act_window",
        "name": records.env._("Exclude"),
        "res_model": "adjustment.run.exclude",
        "view_mode": "form",
        "target": "new",
        "context": {default: records.ids},
    }
