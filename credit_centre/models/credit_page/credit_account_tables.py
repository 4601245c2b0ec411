"""The short tables of the customer's page: ready texts, newest first, never more than a screenful."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_amount, format_date

SCREENFUL = 20
CANDIDATES = 200


def text_cell(text, tone=None):
    return {"text": text or "", "tone": tone or ""}


class CreditAccount(models.Model):
    _inherit = "credit.account"

    latest_transactions = fields.Json(compute="_compute_latest_transactions")
    orders_in_progress = fields.Json(compute="_compute_orders_in_progress")
    contact_table = fields.Json("Contacts", compute="_compute_contact_table")
    revenue_table = fields.Json("Revenue by Year", compute="_compute_revenue_table")
    payment_term_id = fields.Many2one("account.payment.term", "Payment Terms", compute="_compute_terms")
    pricelist_id = fields.Many2one("product.pricelist", "Price List", compute="_compute_terms")
    fiscal_position_id = fields.Many2one("account.fiscal.position", "Fiscal Position", compute="_compute_terms")
    payment_method_line_id = fields.Many2one("account.payment.method.line", "Payment Method", compute="_compute_terms")
    address = fields.Char("Billing Address", compute="_compute_terms")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char("E-mail", related="partner_id.email")

    def _money(self, amount):
        return format_amount(self.env, self.currency_id.round(amount), self.currency_id)

    # ------------------------------------------------------------------ transactions

    def _compute_latest_transactions(self):
        for account in self:
            account.latest_transactions = account._prepare_transactions() if account.id else False

    def _prepare_transactions(self):
        lines = self.env["credit.ledger.line"].search(self._get_ledger_domain(), limit=SCREENFUL)
        kinds = dict(lines._fields["kind"]._description_selection(self.env))
        return {
            "columns": self._prepare_columns(
                (self.env._("Date"), ""),
                (self.env._("Kind"), ""),
                (self.env._("Number"), ""),
                (self.env._("Due"), ""),
                (self.env._("Debit"), "number"),
                (self.env._("Credit"), "number"),
                (self.env._("Balance"), "number"),
            ),
            "rows": [self._prepare_transaction(line, kinds) for line in lines],
            "empty": self.env._("No transaction yet."),
        }

    def _prepare_transaction(self, line, kinds):
        memo = "muted" if line.kind == "order" else ""
        name = f"{line.name} ({line.ref})" if line.ref else line.name
        return {
            "id": line.id,
            "open": {"model": "credit.ledger.line", "id": line.id, "method": "action_open_document"},
            "cells": [
                text_cell(format_date(self.env, line.date), memo),
                text_cell(kinds[line.kind], memo),
                text_cell(name, memo),
                text_cell(format_date(self.env, line.date_maturity), memo),
                text_cell(self._money(line.debit) if line.debit else ""),
                text_cell(self._money(line.credit) if line.credit else ""),
                text_cell(self._money(line.balance), memo or "bold"),
            ],
        }

    def _prepare_columns(self, *columns):
        return [{"label": label, "kind": kind} for label, kind in columns]

    # ------------------------------------------------------------------ orders

    def _compute_orders_in_progress(self):
        may_read = self.env["sale.order"].has_access("read")
        for account in self:
            account.orders_in_progress = account._prepare_orders() if account.id and may_read else False

    def _prepare_orders(self):
        """The newest orders that are not wholly invoiced, with what is open of each."""
        domain = self._get_orders_domain() & Domain("invoice_status", "!=", "invoiced")
        orders = self.env["sale.order"].search(domain, limit=CANDIDATES, order="date_order desc, id desc")
        parts = orders._credit_open_parts()
        return {
            "columns": self._prepare_columns(
                (self.env._("Order"), ""),
                (self.env._("Date"), ""),
                (self.env._("Salesperson"), ""),
                (self.env._("Total"), "number"),
                (self.env._("Not invoiced yet"), "number"),
            ),
            "rows": [
                self._prepare_order(order, parts[order.id])
                for order in orders.filtered(lambda one: parts.get(one.id))[:SCREENFUL]
            ],
            "empty": self.env._("No order waits to be invoiced."),
        }

    def _prepare_order(self, order, open_part):
        return {
            "id": order.id,
            "open": {"model": "sale.order", "id": order.id},
            "cells": [
                text_cell(order.name),
                text_cell(format_date(self.env, order.date_order)),
                text_cell(order.user_id.sudo().name),  # sudo: a colleague's name
                text_cell(format_amount(self.env, order.amount_total, order.currency_id)),
                text_cell(self._money(open_part), "bold"),
            ],
        }

    # ------------------------------------------------------------------ terms and contacts

    def _compute_terms(self):
        """What was agreed with the customer in this legal entity; edited on the customer's own page."""
        for account in self:
            # sudo: terms are shown to credit people without rights on price lists and journals
            partner = account.partner_id.with_company(account.company_id).sudo()
            account.payment_term_id = partner.property_payment_term_id
            account.pricelist_id = partner.property_product_pricelist
            account.fiscal_position_id = partner.property_account_position_id
            account.payment_method_line_id = partner.property_inbound_payment_method_line_id
            invoiced_to = partner.browse(partner.address_get(["invoice"])["invoice"])
            account.address = ", ".join(filter(None, (invoiced_to._display_address(True) or "").splitlines()))

    def _compute_contact_table(self):
        for account in self:
            account.contact_table = account._prepare_contacts() if account.partner_id else False

    def _prepare_contacts(self):
        people = self.partner_id | self.env["res.partner"].search(
            [("commercial_partner_id", "=", self.partner_id.id), ("id", "!=", self.partner_id.id)],
            limit=SCREENFUL,
            order="type desc, name",
        )
        kinds = dict(people._fields["type"]._description_selection(self.env))
        return {
            "columns": self._prepare_columns(
                (self.env._("Name"), ""),
                (self.env._("For"), ""),
                (self.env._("Phone"), ""),
                (self.env._("E-mail"), ""),
            ),
            "rows": [self._prepare_contact(one, kinds) for one in people],
            "empty": "",
        }

    def _prepare_contact(self, contact, kinds):
        main = contact == self.partner_id
        return {
            "id": contact.id,
            "open": {"model": "res.partner", "id": contact.id},
            "cells": [
                text_cell(contact.name or contact.display_name, "bold" if main else ""),
                text_cell(self.env._("The company") if main else kinds.get(contact.type), "muted"),
                text_cell(contact.phone),
                text_cell(contact.email),
            ],
        }

    # ------------------------------------------------------------------ revenue

    def _compute_revenue_table(self):
        for account in self:
            account.revenue_table = account._prepare_revenue() if account.id else False

    def _prepare_revenue(self):
        years = self._get_revenue_by_year()
        total = sum(amount for _year, amount, _count in years)
        return {
            "columns": self._prepare_columns(
                (self.env._("Year"), ""),
                (self.env._("Invoiced without tax"), "number"),
                (self.env._("Documents"), "number"),
                (self.env._("Share"), "bar"),
            ),
            "rows": [self._prepare_year(*row, total) for row in years],
            "empty": self.env._("Nothing was invoiced yet."),
            "note": self._get_revenue_note(),
        }

    def _prepare_year(self, year, amount, count, total):
        share = round(100 * float(amount) / float(total)) if total > 0 else 0
        return {
            "id": year,
            "open": {
                "model": "credit.account",
                "id": self.id,
                "method": "action_view_year",
                "context": {"year": year},
            },
            "cells": [
                text_cell(str(year)),
                text_cell(self._money(float(amount)), "bold"),
                text_cell(str(count)),
                {"text": f"{share} %", "tone": "", "share": max(0, min(100, share))},
            ],
        }

    def _get_revenue_by_year(self):
        """:return: list of (year, invoices less credit notes without tax, documents), newest first"""
        self.env["account.move"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT EXTRACT(year FROM m.invoice_date)::int AS year, SUM(m.amount_untaxed_signed), COUNT(*)
                     FROM res_partner p
                     JOIN account_move m ON m.partner_id = p.id
                     JOIN res_company c ON c.id = m.company_id
                    WHERE p.commercial_partner_id = %s AND split_part(c.parent_path, '/', 1)::int = %s
                      AND m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                      AND m.invoice_date IS NOT NULL
                 GROUP BY year ORDER BY year DESC""",
                self.partner_id.id,
                self.company_id.id,
            )
        )

    def _get_revenue_note(self):
        """:return: the customer's weight among all customers of the legal entity, as a sentence"""
        [(everybody,)] = self._read_group([("company_id", "=", self.company_id.id)], [], ["revenue:sum"])
        if not everybody or everybody <= 0:
            return ""
        return self.env._(
            "The last %(months)s months: %(amount)s, %(share)s %% of the revenue of %(company)s.",
            months=self.company_id.credit_habit_months,
            amount=self._money(self.revenue),
            share=f"{100 * self.revenue / everybody:.1f}",
            company=self.company_id.name,
        )

    def action_view_year(self):
        """Open the invoices and credit notes of a year (``year`` in the context)."""
        self.ensure_one()
        year = self.env.context.get("year")
        domain = self._get_documents_domain() & Domain("state", "=", "posted")
        if isinstance(year, int) and 1 <= year <= 9998:
            domain &= Domain([("invoice_date", ">=", f"{year:04}-01-01"), ("invoice_date", "<=", f"{year:04}-12-31")])
        return self._prepare_view("account.move", self.env._("Invoices of %s"), domain)
