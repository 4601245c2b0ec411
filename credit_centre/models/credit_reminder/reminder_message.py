"""Codes of the rules -> sentences. The only place with wording about why there is a reminder or none."""

from ...reminders import (
    BELOW_MINIMUM,
    COVERED,
    EXCLUDED,
    NO_REMINDERS,
    NOTHING_DUE,
    UP_TO_DATE,
    WAITING,
)


def why_none(env, code):
    """Why one customer gets no reminder now.

    :return: the end of a sentence that begins with the customer
    """
    return {
        NO_REMINDERS: env._("is set to get no reminders"),
        NOTHING_DUE: env._("owes nothing that a level asks for yet"),
        EXCLUDED: env._("has only documents that are disputed or promised"),
        COVERED: env._("has credits that cover what is due: apply them first"),
        WAITING: env._("got a reminder, or was left in peace, less than the waiting days ago"),
        BELOW_MINIMUM: env._("owes less than the smallest amount that is reminded of"),
        UP_TO_DATE: env._("got the reminder of this age already"),
    }[code]


def count_lines(env, counts):
    """What a proposal found: one line of text for each answer, the most frequent first.

    :param counts: dict of code -> number of customers
    """
    labels = {
        NO_REMINDERS: env._("set to get no reminders"),
        NOTHING_DUE: env._("owe nothing that a level asks for yet"),
        EXCLUDED: env._("have only disputed or promised documents"),
        COVERED: env._("have credits that cover what is due"),
        WAITING: env._("wait: their last reminder is too young"),
        BELOW_MINIMUM: env._("owe less than the smallest amount reminded of"),
        UP_TO_DATE: env._("got the reminder of this age already"),
    }
    rest = sorted((item for item in counts.items() if item[0] in labels), key=lambda item: (-item[1], item[0]))
    return [(number, labels[code]) for code, number in rest]
