"""The memory of the worker processes over time: steady means that, once warm, none rises above what the others held.

A process keeps the memory of the largest request it ever served. One that served it late rises to where the others have
been already; one that leaks goes on beyond that."""

import contextlib
import statistics
from pathlib import Path

WARM = 0.4  # share of the run after which a worker has seen every kind of request
# MB by which a warm worker may grow from the first to the last third of the rest. In some minutes a worker has not yet
# seen everything: then only one that runs away is told.
STEADY, RUNNING_AWAY, LONG = 20.0, 80.0, 20 * 60


def resident(process):
    """Own memory of a process in MB: without what it shares with the others. None once it is gone."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        parts = dict(line.split(":", 1) for line in lines[1:])
        return sum(int(parts[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / 1024
    return None


class Watch:
    def __init__(self):
        self.samples = {}

    def look(self, processes, seconds):
        for process in processes:
            size = resident(process)
            if size is not None:
                self.samples.setdefault(process, []).append((seconds, size))

    def verdict(self, seconds):
        """:return: (rows (process, first, warm, last, MB per hour), list of what is wrong)"""
        rows, wrong = [], []
        for process, samples in self.samples.items():
            warm = [sample for sample in samples if sample[0] >= WARM * seconds]
            if len(warm) < 6:
                wrong.append(f"worker {process} lived too short to say: {len(samples)} looks")
                continue
            third = len(warm) // 3
            before = statistics.median(size for _at, size in warm[:third])
            after = statistics.median(size for _at, size in warm[-third:])
            rows.append((process, samples[0][1], before, after, slope(warm) * 3600))
        return rows, wrong + list(too_much(rows, seconds))


def too_much(rows, seconds):
    held = max((before for _process, _first, before, *_rest in rows), default=0)
    allowed = max(STEADY, 0.1 * held) if seconds >= LONG else RUNNING_AWAY
    for process, _first, before, after, _slope in rows:
        if after - held > allowed:
            yield f"worker {process} grew from {before:.0f} to {after:.0f} MB while warm, the largest held {held:.0f}"


def slope(samples):
    """MB per second, by least squares."""
    return statistics.linear_regression(*zip(*samples, strict=True)).slope
