"""Cohorts of a ledger: groups of customers with open invoices and credits, to measure what applying them costs.

    NAME:CUSTOMERS:INVOICES:CREDITS:MODE      R1K:200:5000:1000:home

The customers of a cohort have the reference BENCH-NAME. Modes: ``home`` is the company's currency; ``fx`` one foreign
currency with a rate of its own each month; ``cross`` three currencies mixed; ``exact`` is home, where the n-th credit is
a credit note over exactly the n-th invoice. usual() has six of them.
"""

from dataclasses import dataclass

MODES = ("home", "fx", "cross", "exact")


@dataclass(frozen=True)
class Cohort:
    name: str
    customers: int
    invoices: int
    credits: int
    mode: str

    @classmethod
    def parse(cls, text):
        name, *numbers, mode = text.split(":")
        customers, invoices, credits = map(int, numbers)
        if not name or mode not in MODES or min(customers, invoices, credits) < 1:
            raise ValueError(text)
        if mode == "exact" and credits > invoices:
            raise ValueError(text)
        return cls(name, customers, invoices, credits, mode)

    def __str__(self):
        return f"{self.name}:{self.customers}:{self.invoices}:{self.credits}:{self.mode}"

    @property
    def ref(self):
        return f"BENCH-{self.name}"


def usual():
    """1,000 and 10,000 credits on 5,000 and 50,000 invoices, in the company's and in one foreign currency; three mixed."""
    sizes = {"1K": 1, "10K": 10}
    kinds = {"R": "home", "F": "fx"}
    found = [
        Cohort(letter + name, 200 * times, 5000 * times, 1000 * times, mode)
        for letter, mode in kinds.items()
        for name, times in sizes.items()
    ]
    return [*found, Cohort("X1K", 200, 5000, 1000, "cross"), Cohort("E1K", 200, 5000, 1000, "exact")]
