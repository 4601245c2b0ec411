"""The customer's ledger on screen and as a spreadsheet."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


def check_export(env):
    """:raise AccessError: for who may not take figures away"""
    if not env.user.has_group("base.group_allow_export"):
        raise AccessError(
            env._("To take the ledger away as a spreadsheet, ask an administrator for the right to export.")
        )


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def _get_ledger_domain(self):
        self.ensure_one()
        return Domain("partner_id", "=", self.partner_id.id) & Domain("root_id", "=", self.company_id.id)

    def action_view_ledger(self):
        """Open every transaction of the customer, with the running balance."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("credit_centre.action_credit_ledger_line")
        action.update(
            display_name=self.env._("Ledger of %s", self.display_name),
            domain=list(self._get_ledger_domain()),
            context={"credit_account_id": self.id},
        )
        return action

    def action_export_ledger(self):
        """Ask for the days, then give the ledger as a spreadsheet."""
        self.ensure_one()
        self._check_may_export()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export the Ledger"),
            "res_model": "credit.ledger.export",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def _check_may_export(self):
        self.check_access("read")
        self.env["credit.ledger.line"].check_access("read")
        check_export(self.env)

    def _get_ledger_sheets(self, start=None, end=None, with_orders=True):
        """The ledger of some days, with what was owed before and after.

        :param start: first day, None for all
        :param end: last day, None for today
        :return: list of sheets as ``models.xlsx.workbook`` takes them
        :raise UserError: when the days are the wrong way round
        """
        self._check_may_export()
        end = end or fields.Date.context_today(self)
        if start and start > end:
            raise UserError(
                self.env._(
                    "To export the ledger, let the days begin before they end: %(start)s comes after %(end)s.",
                    start=start,
                    end=end,
                )
            )
        balance = self._get_ledger_opening(start)
        rows = [[start, self.env._("Opening balance"), *[None] * 8, balance]]
        for line in self._get_ledger_rows(start, end, with_orders):
            balance = self.currency_id.round(balance + line.debit - line.credit)
            rows.append(self._prepare_ledger_row(line, balance))
        rows.append([end, self.env._("Closing balance"), *[None] * 8, balance])
        return [(self.env._("Ledger"), self._get_ledger_headers(), rows)]

    def _get_ledger_opening(self, start):
        """:return: what was owed before a day, 0 without one"""
        if not start:
            return 0.0
        before = self._get_ledger_domain() & Domain("date", "<", start)
        [(debit, credit)] = self.env["credit.ledger.line"]._read_group(before, [], ["debit:sum", "credit:sum"])
        return (debit or 0.0) - (credit or 0.0)

    def _get_ledger_rows(self, start, end, with_orders):
        domain = self._get_ledger_domain() & Domain("date", "<=", end)
        domain &= Domain("date", ">=", start) if start else Domain.TRUE
        domain &= Domain.TRUE if with_orders else Domain("kind", "!=", "order")
        names = ["date", "kind", "name", "ref", "date_maturity", "currency_id", "amount_currency", "debit", "credit"]
        return self.env["credit.ledger.line"].search_fetch(domain, [*names, "residual"], order="date, place, id")

    def _get_ledger_headers(self):
        names = ("date", "kind", "name", "ref", "date_maturity", "currency_id", "amount_currency")
        labels = [self._get_ledger_label(name) for name in names]
        amounts = ("debit", "credit", "residual", "balance")
        return labels + [f"{self._get_ledger_label(name)} ({self.currency_id.name})" for name in amounts]

    def _get_ledger_label(self, name):
        return self.env["credit.ledger.line"]._fields[name]._description_string(self.env)

    def _prepare_ledger_row(self, line, balance):
        kinds = dict(line._fields["kind"]._description_selection(self.env))
        memo = line.kind == "order"
        return [
            *(line.date, kinds[line.kind], line.name, line.ref, line.date_maturity or None),
            *(line.currency_id.name, line.amount_currency),
            *([None] * 3 if memo else [line.debit, line.credit, line.residual]),
            balance,
        ]


class CreditLedgerLine(models.Model):
    _inherit = "credit.ledger.line"

    def action_export(self):
        """Export the ledger that is on the screen (the account is in the context, as an address)."""
        account = self.env.context.get("credit_account_id")
        if not isinstance(account, int) or isinstance(account, bool):
            raise UserError(self.env._("To export a ledger, open it from the page of one customer."))
        return self.env["credit.account"].browse(account).exists().action_export_ledger()
