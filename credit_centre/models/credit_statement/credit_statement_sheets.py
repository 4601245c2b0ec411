"""The spreadsheet of statements: a summary, and one sheet per customer or, where they are many, one for all."""

from ...aging import days_past_due
from ..xlsx import workbook

SHEETS_LIMIT = 50
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def statement_workbook(env, customers, asked):
    """A workbook of statements.

    :param customers: list of (res.partner, list of statement.Section)
    :param asked: credit.statement.line or the like: kind, date, date_from
    :return: bytes of an XLSX file
    """
    headers = _headers(env, asked.kind)
    rows = [(partner, _rows(env, partner, sections, asked)) for partner, sections in customers]
    sheets = [(env._("Summary"), _summary_headers(env), _summary(env, customers))]
    if len(customers) <= SHEETS_LIMIT:
        sheets += [(_title(number, partner), headers, own) for number, (partner, own) in enumerate(rows, start=1)]
    else:
        sheets.append((env._("Statements"), headers, [row for _partner, own in rows for row in own]))
    return workbook(sheets)


def _title(number, partner):
    """A name a sheet may have: unique by its number."""
    return f"{number} {(partner.name or '').translate(FORBIDDEN)}"[:31].strip()


def _summary_headers(env):
    buckets = env["credit.statement.book"]._get_bucket_labels().values()
    return [
        env._("Code"),
        env._("Customer"),
        env._("Currency"),
        *buckets,
        env._("Credits not applied"),
        env._("Balance"),
        env._("Past due"),
    ]


def _summary(env, customers):
    rows = []
    for partner, sections in customers:
        for section in sections:
            currency, summary = env["res.currency"].browse(section.currency), section.summary
            amounts = [*summary.aged.values(), summary.credits, summary.balance, summary.past_due]
            rows.append(
                [partner.ref or "", partner.display_name, currency.name, *(_money(one, currency) for one in amounts)]
            )
    return rows


def _headers(env, kind):
    last = [env._("Booked"), env._("Open")] if kind == "open" else [env._("Charges"), env._("Payments and credits")]
    return [
        env._("Code"),
        env._("Customer"),
        env._("Currency"),
        env._("Date"),
        env._("Type"),
        env._("Number"),
        env._("Reference"),
        env._("Due"),
        env._("Days past due"),
        *last,
        env._("Balance"),
    ]


def _rows(env, partner, sections, asked):
    labels = env["credit.statement.book"]._get_kind_labels()
    return [
        row
        for section in sections
        for row in _section_rows(env, [partner.ref or "", partner.display_name], section, asked, labels)
    ]


def _section_rows(env, customer, section, asked, labels):
    currency = env["res.currency"].browse(section.currency)
    if asked.kind == "activity":
        opening = _money(section.opening, currency)
        label = env._("Opening balance")
        yield [*customer, currency.name, asked.date_from, label, "", "", None, None, None, None, opening]
    for row, balance in zip(section.rows, section.balances, strict=True):
        late = days_past_due(row.due, asked.date)
        yield [
            *customer,
            currency.name,
            row.date,
            labels[row.kind],
            row.number,
            row.reference,
            row.due,
            late if late > 0 and row.amount > 0 and asked.kind == "open" else None,
            *_amounts(row, asked.kind, currency),
            _money(balance, currency),
        ]


def _amounts(row, kind, currency):
    if kind == "open":
        return _money(row.booked, currency), _money(row.amount, currency)
    return (
        _money(row.amount, currency) if row.amount > 0 else None,
        _money(-row.amount, currency) if row.amount < 0 else None,
    )


def _money(count, currency):
    return round(count * currency.rounding, currency.decimal_places)
