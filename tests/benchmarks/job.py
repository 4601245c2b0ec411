"""What is measured: a case, done by several sides on the same ledger, each side by a job."""

from dataclasses import dataclass, field

DATABASES = {"stock": "", "oca": "_oca", "least": "_credit", "ours": "_credit"}


class Job:
    """One thing to measure. Whatever it changes is rolled back before the next turn.

    ``records`` is the number of its own records: what it costs may grow as they do, and no faster.
    """

    records = 1

    def __init__(self, env):
        self.env = env

    def before(self):
        """What has to be there, outside the clock."""

    def run(self):
        raise NotImplementedError

    def check(self):
        """Outside the clock: that it did what it should."""


@dataclass(frozen=True)
class Side:
    """How one side does it.

    ``largest`` is the largest size that it is measured at, ``reason`` says why there is one. ``fresh``: each turn gets a
    copy of the database that it may commit to. ``database``: how its name ends, where it is not the usual one.
    """

    job: type | object
    largest: int = 0
    reason: str = ""
    fresh: bool = False
    database: str | None = None


@dataclass(frozen=True)
class Case:
    """``sides``: "stock", "oca", "least" (the least SQL that gives the same figures) and "ours", or "ours: how".

    ``sizes`` are customers of the ledger, unless the case has its own: then ``ledger`` says which is for all of them.
    ``missing`` says why a side that one may look for is not there, or what is different about it.
    """

    key: str
    title: str
    sides: dict
    sizes: tuple = ()
    ledger: str = ""
    missing: dict = field(default_factory=dict)

    def database(self, prefix, size, side, first=None):
        """:param first: the smallest ledger, for cases that are measured in it alone"""
        suffix = self.sides[side].database
        if suffix is None:
            suffix = DATABASES[side.partition(":")[0]]
        return f"{prefix}_{first or self.ledger or size}{suffix}"

    def sides_at(self, size):
        return {name: side for name, side in self.sides.items() if not side.largest or size <= side.largest}


class Refused(Exception):
    """A thing that can't be measured here, and why."""


def partner(env, ref):
    return env["res.partner"].search([("ref", "=", ref)], limit=1)
