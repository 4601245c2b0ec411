"""Counts per action, latencies, refusals, and whatever went wrong."""

import statistics
import threading
from collections import Counter, defaultdict

from .client import pattern


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.done, self.refused, self.gone, self.failed = Counter(), Counter(), Counter(), []
        self.seconds = defaultdict(list)
        self.sentences, self.example = Counter(), {}

    def add(self, name, outcome, seconds, text=""):
        with self.lock:
            self.seconds[name].append(seconds)
            if outcome == "done":
                self.done[name] += 1
            elif outcome == "gone":
                self.gone[name] += 1
            elif outcome == "refused":
                self.refused[name] += 1
                key = (name, pattern(text))
                self.sentences[key] += 1
                self.example.setdefault(key, text)
            else:
                self.failed.append((name, text))

    def total(self):
        return sum(map(len, self.seconds.values()))

    def lines(self):
        yield f"{'action':22} {'done':>6} {'refused':>8} {'deleted':>8} {'failed':>7} {'p50 ms':>8} {'p95 ms':>8}"
        failed = Counter(name for name, _text in self.failed)
        for name in sorted(self.seconds):
            middle, high = quantiles(self.seconds[name])
            counts = f"{self.done[name]:6} {self.refused[name]:8} {self.gone[name]:8} {failed[name]:7}"
            yield f"{name:22} {counts} {1000 * middle:8.0f} {1000 * high:8.0f}"
        counts = f"{self.done.total():6} {self.refused.total():8} {self.gone.total():8} {failed.total():7}"
        middle, high = quantiles([one for values in self.seconds.values() for one in values] or [0])
        yield f"{'all':22} {counts} {1000 * middle:8.0f} {1000 * high:8.0f}"

    def refusals(self):
        for (name, _pattern), number in self.sentences.most_common():
            yield f"{number:5}  {name}: {' | '.join(self.example[name, _pattern].splitlines())[:300]}"


def quantiles(values):
    values = sorted(values)
    return statistics.median(values), values[min(len(values) - 1, int(0.95 * len(values)))]
