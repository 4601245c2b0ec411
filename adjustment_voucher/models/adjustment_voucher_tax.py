"""Tax on what a voucher deducts: the discount's share of the invoice's tax, and the taxes of the write-off account."""

from odoo import models
from odoo.fields import Command

from .. import exchange
from .adjustment_voucher_line import money, units


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    def _with_discount_tax(self, vals, line):
        """Where the payment term includes tax in the discount, the tax of the document falls by its share of it.

        :param vals: the discount leg, tax included
        :return: list of vals that sum to it: a base per set of taxes, and each tax
        """
        move = line.move_id
        invoice = move.reversed_entry_id if line.document_kind == "credit_note" else move
        term = move.invoice_payment_term_id or invoice.invoice_payment_term_id
        if term.early_pay_discount_computation != "included":
            return [vals]
        bases, taxes = self._get_odoo_composition(line) or self._get_tax_composition(move)
        if not taxes:
            return [vals]
        weights = [units(abs(part), move.currency_id) for part in (*bases.values(), *taxes.values())]
        parts = self._cut_leg(vals, weights, line.currency_id)
        refund = move.move_type in ("out_invoice", "in_invoice", "out_receipt", "in_receipt")
        result = [{**part, **self._prepare_base_leg(tax, refund)} for part, tax in zip(parts, bases, strict=False)]
        for part, repartition in zip(parts[len(bases) :], taxes, strict=True):
            result.append({**part, **self._prepare_tax_leg(repartition, refund, line)})
        return [part for part in result if part["balance"] or part["amount_currency"]]

    def _get_odoo_composition(self, line):
        """Base and tax of the whole discount as Odoo's payment wizard would book them, so that the cents agree.

        Odoo reckons it for the term's own discount on a document of which nothing is settled yet.

        :return: as ``_get_tax_composition``; None where Odoo has no such figures
        """
        move, item = line.move_id, line.move_line_id
        terms = move.line_ids.filtered(lambda one: one.display_type == "payment_term")
        whole = not line.currency_id.compare_amounts(abs(item.amount_residual_currency), move.amount_total)
        if (
            terms != item
            or not whole
            or not move.invoice_payment_term_id.early_discount
            or move.move_type == "out_refund"
        ):
            return None
        found = move._get_invoice_counterpart_amls_for_early_payment_discount_per_payment_term_line()
        bases, taxes = {}, {}
        for key, vals in found["base_lines"][item].items():
            tax = self.env["account.tax"].browse(key["tax_ids"][0][2])
            bases[tax] = bases.get(tax, 0.0) + vals["amount_currency"]
        for key, vals in found["tax_lines"][item].items():
            repartition = self.env["account.tax.repartition.line"].browse(key["tax_repartition_line_id"])
            taxes[repartition] = taxes.get(repartition, 0.0) + vals["amount_currency"]
        return bases, taxes

    def _get_tax_composition(self, move):
        """:return: ({taxes: base amount}, {tax repartition line: tax amount}) of a document, fixed taxes left out"""
        bases, taxes = {}, {}
        for line in move.invoice_line_ids.filtered(lambda one: one.display_type == "product"):
            key = line.tax_ids.filtered(lambda tax: tax.amount_type != "fixed")
            bases[key] = bases.get(key, 0.0) + line.amount_currency
        for line in move.line_ids.filtered("tax_repartition_line_id"):
            if line.tax_line_id.amount_type != "fixed":
                key = line.tax_repartition_line_id
                taxes[key] = taxes.get(key, 0.0) + line.amount_currency
        return bases, taxes

    def _cut_leg(self, vals, weights, currency):
        """The leg cut in proportion to the weights; amounts and balances each add up to its own exactly."""
        company = self.company_id.currency_id
        amounts = exchange.cut(units(vals["amount_currency"], currency), weights)
        balances = exchange.cut(units(vals["balance"], company), weights)
        return [
            {**vals, "amount_currency": money(amount, currency), "balance": money(balance, company)}
            for amount, balance in zip(amounts, balances, strict=True)
        ]

    def _prepare_base_leg(self, taxes, refund):
        """The untaxed part of a discount; on an invoice with the tags of a refund."""
        flat = taxes.flatten_taxes_hierarchy()
        lines = flat.refund_repartition_line_ids if refund else flat.invoice_repartition_line_ids
        tags = lines.filtered(lambda one: one.repartition_type == "base").tag_ids
        return {"tax_ids": [Command.set(taxes.ids)], "tax_tag_ids": [Command.set(tags.ids)]}

    def _prepare_tax_leg(self, repartition, refund, line):
        """The part of a discount that takes tax back; on an invoice by the refund's repartition."""
        tax = repartition.tax_id
        own = tax.refund_repartition_line_ids if refund else tax.invoice_repartition_line_ids
        other = tax.invoice_repartition_line_ids if refund else tax.refund_repartition_line_ids
        if repartition in other:
            repartition = own[list(other).index(repartition)]
        account = repartition.account_id
        return {
            "name": self.env._("Cash discount on %(document)s (%(tax)s)", document=line.document_name, tax=tax.name),
            **({"account_id": account.id} if account else {}),
            "tax_repartition_line_id": repartition.id,
            "tax_tag_ids": [Command.set(repartition.tag_ids.ids)],
            "analytic_distribution": self.analytic_distribution if tax.analytic else False,
        }

    def _with_account_tax(self, vals, line):
        """Where the write-off account asks for tax, the written-off amount includes it."""
        account = self.env["account.account"].browse(vals["account_id"])
        taxes = account.tax_ids.filtered(lambda tax: tax.company_id in self.company_id.parent_ids)
        if not taxes:
            return [vals]
        refund = vals["balance"] > 0
        computed = taxes.with_context(force_price_include=True).compute_all(
            abs(vals["amount_currency"]),
            line.currency_id,
            is_refund=refund,
            handle_price_include=True,
            include_caba_tags=True,  # the entry is exigible at once
        )
        found = [tax for tax in computed["taxes"] if tax["amount"]]
        weights = [units(computed["total_excluded"], line.currency_id)]
        weights += [units(tax["amount"], line.currency_id) for tax in found]
        parts = self._cut_leg(vals, weights, line.currency_id)
        base = {**parts[0], "tax_ids": [Command.set(taxes.ids)], "tax_tag_ids": [Command.set(computed["base_tags"])]}
        return [base] + [
            {
                **part,
                "name": self.env._("Write-off on %(document)s (%(tax)s)", document=line.document_name, tax=tax["name"]),
                "account_id": tax["account_id"] or vals["account_id"],
                "tax_repartition_line_id": tax["tax_repartition_line_id"],
                "tax_tag_ids": [Command.set(tax["tag_ids"])],
            }
            for part, tax in zip(parts[1:], found, strict=True)
        ]
