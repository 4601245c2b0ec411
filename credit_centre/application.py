"""How far ticked credits go on ticked invoices. Standard library only; amounts in the smallest unit."""


def cut(amounts, total):
    """What is taken of each amount, in order, so that all together they take no more than ``total``.

    :return: list, as long as ``amounts``
    """
    taken = []
    for amount in amounts:
        taken.append(max(0, min(amount, total)))
        total -= taken[-1]
    return taken


def fit(credits, debits):
    """Both sides cut to the smaller of the two, so that what is applied is equal.

    :return: (credits, debits)
    """
    common = min(sum(credits), sum(debits))
    return cut(credits, common), cut(debits, common)
