"""Refusal codes of agreements become sentences here, and nowhere else."""

from odoo.tools import format_date


def dates(env, period):
    """:param period: agreements.Period
    :return: its days in words: 'from 01/01/2026 to 12/31/2026'"""
    start = format_date(env, period.start)
    if not period.end:
        return env._("from %(start)s until cancelled", start=start)
    return env._("from %(start)s to %(end)s", start=start, end=format_date(env, period.end))


def line_refusal(env, code, line):
    """:param code: what agreements.check_line answered
    :param line: credit.agreement.line
    """
    sentences = {
        "price": env._(
            "To agree on a price for %(item)s, give an amount that is not negative; %(value)s is none.",
            item=line.subject,
            value=line.price,
        ),
        "discount": env._(
            "To agree on a discount for %(item)s, give a percentage from 0 to 100; %(value)s is none.",
            item=line.subject,
            value=line.discount,
        ),
        "quantity": env._(
            "To agree on terms for %(item)s, start from a quantity that is not negative; %(value)s is none.",
            item=line.subject,
            value=line.quantity,
        ),
        "nothing": env._(
            "To agree on a discount for %(item)s, give a percentage above 0, or choose a new price.", item=line.subject
        ),
        "price_for_all": env._(
            "To agree on a new price, choose a product or a category; for all products give a discount."
        ),
    }
    return sentences[code]


def discount_refusal(env, value):
    return env._("To agree on an extra discount, give a percentage from 0 to 100; %(value)s is none.", value=value)


def number_refusal(env, label, value):
    return env._(
        "To set %(field)s, give a plain number from 0 to %(largest)s; %(value)s is none.",
        field=label,
        largest="10,000,000,000,000",
        value=str(value)[:40],
    )


def overlap_refusal(env, agreement, period, other):
    return env._(
        "To have %(name)s in force %(dates)s, first end or cancel %(other)s, which %(customer)s has "
        "%(other_dates)s: a customer has one agreement at a time.",
        name=agreement.display_name,
        dates=dates(env, period),
        other=other.display_name,
        customer=agreement.partner_id.display_name,
        other_dates=dates(env, other._as_period()),
    )


def double_line_refusal(env, line):
    return env._(
        "To agree on terms for %(item)s from %(quantity)g on, keep one line for it: there are two.",
        item=line.subject,
        quantity=line.quantity,
    )


def state_refusal(env, agreement, goal):
    """:param goal: the sentence's start, 'activate' or 'cancel'"""
    state = dict(agreement._fields["state"]._description_selection(env))[agreement.state]
    sentences = {
        "activate": env._("To activate %(name)s, make a new one or renew it: it is %(state)s."),
        "cancel": env._("To cancel %(name)s, choose one that is a draft or active: it is %(state)s."),
        "change": env._("To change %(name)s, renew it and change the new one: it is %(state)s."),
        "delete": env._("To remove %(name)s, cancel it: it is %(state)s and only drafts can be deleted."),
    }
    return sentences[goal] % {"name": agreement.display_name, "state": state.lower()}
