"""Proposing for a batch of customers: gather their items, decide for each, write drafts and reasons in sets."""

from odoo import models
from odoo.tools import SQL, groupby

from ... import exchange, proposal
from ...batch import Draft
from ..adjustment_voucher_line import money
from ..rows import insert

METHOD_COLUMNS = ("named", "exact", "fifo", "lifo")


class AdjustmentRun(models.Model):
    _inherit = "adjustment.run"

    def _propose_set(self, slices):
        """:param slices: rows (id, partner, company, currency) that this transaction holds"""
        for company_id, own in groupby(slices, lambda one: one.company_id):
            self._propose_in(self.env["res.company"].browse(company_id), own)

    def _propose_in(self, company, slices):
        gathered = self._gather(company, slices)
        if company._get_adjustment_root().adjustment_one_per_credit:
            decided = self._add_slices({one: proposal.propose_each(*gathered[one.id]) for one in slices})
        else:
            decided = {one: (gathered[one.id][0], proposal.propose(*gathered[one.id])) for one in slices}
        items = {one.id: items for one, (items, _result) in decided.items()}
        results = {one.id: result for one, (_items, result) in decided.items()}
        self._apply_proposals(company, list(decided), items, results)

    def _add_slices(self, parts):
        """A row for each part: the first is the customer's own, the others are new ones like it.

        :param parts: {slice: ((items, proposal), ...)}
        :return: {slice: (items, proposal)}
        """
        more = [one for one, found in parts.items() for _part in found[1:]]
        made = iter(self._insert_slices(more))
        decided = {}
        for one, found in parts.items():
            decided[one] = found[0]
            decided |= {next(made): part for part in found[1:]}
        return decided

    def _insert_slices(self, like):
        """:return: slices of the same customers, companies and currencies, in their order"""
        rows = [
            {"run_id": self.id, "partner_id": one.partner_id, "company_id": one.company_id,
             "currency_id": one.currency_id, "state": "waiting"}
            for one in like
        ]  # fmt: skip
        made = insert(self.env["adjustment.run.customer"], rows).ids if rows else []
        return [one._replace(id=key, voucher_id=None) for one, key in zip(like, made, strict=True)]

    def _apply_proposals(self, company, slices, items, results):
        filled = [one for one in slices if results[one.id].lines]
        drafts = [self._prepare_draft(one, results[one.id]) for one in filled]
        vouchers = self.env["adjustment.voucher"]._draft_set(drafts)
        made = dict(zip([one.id for one in filled], vouchers.ids, strict=True))
        figures = _Figures(self.env, company, items)
        self._update_slices([figures.row(one, results[one.id], made.get(one.id)) for one in slices])
        self._insert_items(company, [row for one in slices for row in figures.left(one, results[one.id])])

    def _prepare_draft(self, one, result):
        return Draft(
            company=one.company_id,
            partner=one.partner_id,
            currency=one.currency_id,
            date=self.date,
            value_date=result.value_date,
            lines=result.lines,
            plan=result.plan,
            kind="multi" if self.across_currencies else "single",
            hierarchy=self.hierarchy,
            method=self._get_methods()[-1],
            memo="",
            run=self.id,
        )

    def _update_slices(self, rows):
        columns = list(zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                """
                UPDATE adjustment_run_customer slice
                   SET state = new.state, voucher_id = new.voucher_id, reason_code = new.reason_code, reason_text = NULL,
                       credit_count = new.credit_count, debit_count = new.debit_count, later_count = new.later_count,
                       applied = new.applied, "left" = new."left", applied_value = new.applied_value,
                       left_value = new.left_value, named_amount = new.named, exact_amount = new.exact,
                       fifo_amount = new.fifo, lifo_amount = new.lifo, discount_amount = new.discount,
                       write_off_amount = new.write_off, write_date = now() AT TIME ZONE 'UTC', write_uid = %s
                  FROM unnest(%s::int[], %s::varchar[], %s::int[], %s::varchar[], %s::int[], %s::int[], %s::int[],
                              %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[],
                              %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])
                       AS new(id, state, voucher_id, reason_code, credit_count, debit_count, later_count, applied, "left",
                              applied_value, left_value, named, exact, fifo, lifo, discount, write_off)
                 WHERE slice.id = new.id
                """,
                self.env.uid,
                *map(list, columns),
            )
        )
        self.env["adjustment.run.customer"].invalidate_model(flush=False)

    def _insert_items(self, company, rows):
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO adjustment_run_item
                       (run_id, company_id, slice_id, move_line_id, currency_id, side, residual, "left", reason_code)
                SELECT %s, %s, *
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::varchar[], %s::numeric[], %s::numeric[],
                              %s::varchar[])
                """,
                self.id,
                company.id,
                *map(list, zip(*rows, strict=True)),
            )
        )
        self.env["adjustment.run.item"].invalidate_model(flush=False)


class _Figures:
    """What a proposal comes to, as rows of the tables."""

    def __init__(self, env, company, items):
        self.currency = {one.id: one for one in env["res.currency"].search([("active", "in", (True, False))])}
        self.company_currency, self.items = company.currency_id, items

    def row(self, one, result, voucher_id):
        """In the order of ``_update_slices``."""
        own, company = self.currency[one.currency_id], self.company_currency
        by_key = {item.key: item for item in self.items.get(one.id, ())}
        credits = [line for line in result.lines if line.side == "credit"]
        debits = [line for line in result.lines if line.side == "debit"]
        rates = {line.item: line.rate for line in result.lines}
        left = [rest for rest in result.left if rest.side == "credit"]
        methods = dict(result.by_method)
        whole = [rest for rest in result.left if rest.reason == "later"]
        return (
            one.id,
            "proposed" if voucher_id else "nothing",
            voucher_id,
            None if voucher_id else _first_reason(left),
            sum(item.side == "credit" for item in by_key.values()),
            len(debits),
            len(whole),
            money(sum(line.paid for line in credits), own),
            money(sum(_worth(rest, by_key, rates, one.currency_id) for rest in left), own),
            money(sum(_booked(by_key[line.item], line.amount) for line in credits), company),
            money(sum(_booked(by_key[rest.key], rest.left) for rest in left), company),
            *(money(methods.get(method, 0), own) for method in METHOD_COLUMNS),
            money(sum(exchange.rounded(line.discount * line.rate) for line in result.lines), own),
            money(sum(exchange.rounded(line.write_off * line.rate) for line in result.lines), own),
        )

    def left(self, one, result):
        """In the order of ``_insert_items``. Debits that the money did not reach are counted, not written down."""
        items = {item.key: item for item in self.items.get(one.id, ())}
        for rest in result.left:
            if rest.reason != "later":
                currency = self.currency[items[rest.key].currency]
                yield (
                    one.id,
                    rest.key,
                    currency.id,
                    rest.side,
                    money(rest.residual, currency),
                    money(rest.left, currency),
                    rest.reason,
                )


def _booked(item, amount):
    return exchange.booked_share(item.company_residual, item.residual, amount)


def _worth(rest, by_key, rates, currency_id):
    """What is left of a credit, in the slice's currency; in several currencies at the rate of what was used of it."""
    if by_key[rest.key].currency == currency_id:
        return rest.left
    return exchange.rounded(rest.left * rates.get(rest.key, 0))


def _first_reason(left):
    """Of a customer with nothing to apply: that of the credits."""
    return min((rest.reason for rest in left), default="no_credit")
