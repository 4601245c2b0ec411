"""From turns to a table: medians, ratios of the same turn, growth. Knows no Odoo."""

import json
import statistics
from dataclasses import dataclass

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TOLERANCE = 1.2
BASES = {"stock": "to stock Odoo", "oca": "to OCA", "least": "to least SQL"}
HEAD = (
    "what",
    "size",
    "queries",
    "Python, ms",
    "database, ms",
    *BASES.values(),
    "growth of cost (of records)",
    "peak, MB",
)


@dataclass(frozen=True)
class Measured:
    """One side of one case at one size. A turn is a dict with python, database, total (seconds), queries and peak (MB)."""

    case: str
    title: str
    side: str
    size: int
    records: int
    turns: tuple

    def median(self, name):
        return statistics.median(turn[name] for turn in self.turns)

    @property
    def peak(self):
        return max(turn["peak"] for turn in self.turns)


@dataclass(frozen=True)
class Missing:
    case: str
    side: str
    size: int
    reason: str


def ratio(ours, base):
    """The median of the ratios of the turns: both sides saw the same machine."""
    pairs = zip(ours.turns, base.turns, strict=False)
    return statistics.median(one["total"] / other["total"] for one, other in pairs)


@dataclass(frozen=True)
class Growth:
    cost: float
    records: float

    @property
    def too_fast(self):
        return self.cost > TOLERANCE * max(1, self.records)

    def __str__(self):
        return f"{figure(self.cost)} ({figure(self.records)})" + (
            " **faster than its records**" if self.too_fast else ""
        )


def growth(measured, smallest):
    cost = measured.median("total") / smallest.median("total")
    return Growth(cost, measured.records / max(1, smallest.records))


def figure(number):
    """Three digits at most, and at least what is before the point; two behind the zeros."""
    if number < 0.1:
        return f"{number:.2g}"
    return f"{number:,.{0 if number >= 100 else 1 if number >= 10 else 2}f}"


def milliseconds(seconds):
    return figure(1000 * seconds)


class Results:
    def __init__(self, measured=(), missing=()):
        self.measured, self.missing = list(measured), list(missing)

    def find(self, case, side, size):
        found = (one for one in self.measured if (one.case, one.side, one.size) == (case, side, size))
        return next(found, None)

    def why_missing(self, case, side, size):
        found = (one for one in self.missing if (one.case, one.side) == (case, side) and one.size in (0, size))
        return next((one.reason for one in found), "")

    def replace(self, other):
        """Take over what another run measured anew."""
        again = {(one.case, one.size) for one in [*other.measured, *other.missing] if one.size}
        again |= {(one.case, 0) for one in other.missing}

        def kept(old):
            return [one for one in old if (one.case, one.size) not in again]

        return Results([*kept(self.measured), *other.measured], [*kept(self.missing), *other.missing])

    def smallest(self, one):
        sizes = [other.size for other in self.measured if (other.case, other.side) == (one.case, one.side)]
        return self.find(one.case, one.side, min(sizes))

    # ------------------------------------------------------------------ the table

    def table(self):
        ours = [one for one in self.measured if one.side.startswith("ours")]
        return "\n".join(["| " + " | ".join(HEAD) + " |", "|---" * len(HEAD) + "|", *map(self.row, ours)])

    def row(self, one):
        _ours, _colon, how = one.side.partition(": ")
        smallest = self.smallest(one)
        cells = [
            one.title + (f": {how}" if how else ""),
            f"{one.size:,}",
            f"{one.median('queries'):,.0f}",
            milliseconds(one.median("python")),
            milliseconds(one.median("database")),
            *(self.compared(one, base) for base in BASES),
            "" if smallest is one else str(growth(one, smallest)),
            f"{one.peak:,.0f}",
        ]
        return "| " + " | ".join(cells) + " |"

    def compared(self, one, name):
        base = self.find(one.case, name, one.size)
        if base:
            return f"**{figure(ratio(one, base))}** of {milliseconds(base.median('total'))}"
        return "not measured" if self.why_missing(one.case, name, one.size) else ""

    def notes(self):
        """What could not be measured, and what was measured with a difference."""
        titles = {one.case: one.title for one in self.measured}
        seen = {}
        for one in self.missing:
            what = titles.get(one.case, one.case)
            seen.setdefault((what, one.side, one.reason), []).append(one.size)
        for (what, side, reason), sizes in seen.items():
            at = ", ".join(f"{size:,}" for size in sizes if size)
            yield f"- {what}, {BASES.get(side, side).removeprefix('to ')}{f', at {at}' if at else ''}: {reason}."

    def findings(self):
        """What grows faster than its records or costs more than the one it is compared with."""
        for one in self.measured:
            if one.side.startswith("ours"):
                smallest = self.smallest(one)
                if smallest is not one and growth(one, smallest).too_fast:
                    yield f"{one.case} {one.side} {one.size:,}: cost {growth(one, smallest)}"

    # ------------------------------------------------------------------ kept

    def to_json(self):
        kept = {"measured": [vars(one) for one in self.measured], "missing": [vars(one) for one in self.missing]}
        return json.dumps(kept, indent=1) + "\n"

    @classmethod
    def from_json(cls, text):
        kept = json.loads(text)
        measured = [Measured(**{**one, "turns": tuple(one["turns"])}) for one in kept["measured"]]
        return cls(measured, [Missing(**one) for one in kept["missing"]])


def put_between(text, table):
    """The text with the table between the two marks."""
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"
