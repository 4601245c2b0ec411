"""Amounts on their way to the pure rules."""


def units(amount, currency):
    """:return: int count of the currency's smallest unit"""
    return round((amount or 0.0) / (currency.rounding or 0.01))
