"""The memory of the worker processes over time: steady means no slope once they are warm."""

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
            allowed = max(STEADY, 0.1 * before) if seconds >= LONG else RUNNING_AWAY
            if after - before > allowed:
                wrong.append(f"worker {process} grew from {before:.0f} to {after:.0f} MB while warm")
        return rows, wrong


def slope(samples):
    """MB per second, by least squares."""
    return statistics.linear_regression(*zip(*samples, strict=True)).slope
