"""What the simulated users know of each other's work, and how each of them chooses."""

import contextlib
import random
import threading
from collections import deque


class World:
    """Shared by all users: whom they work on, and the documents that wait for somebody."""

    def __init__(self, facts, seed):
        self.facts, self.seed = facts, seed
        self.lock = threading.Lock()
        self.deleted = set()
        self.waiting = {}
        self.has_runs = facts["has_runs"]

    def deque(self, name):
        with self.lock:
            return self.waiting.setdefault(name, deque(maxlen=200))

    def leave(self, name, item):
        """For whoever takes it up."""
        self.deque(name).append(item)

    def forget(self, model, record_id):
        with self.lock:
            self.deleted.add((model, record_id))

    def was_deleted(self, message):
        with self.lock:
            return any(f"{model}({number}," in message or f"({number}" in message for model, number in self.deleted)


class User:
    """One simulated user: a login, a role, and random choices that follow from the seed."""

    def __init__(self, world, session, login, role, number):
        self.world, self.session, self.login, self.role = world, session, login, role
        self.random = random.Random(f"{world.seed}-{number}")
        self.by_program = False

    def call(self, model, method, ids=None, **named):
        return self.session.call(model, method, ids, by_program=self.by_program, **named)

    def web(self, model, method, ids=None, **named):
        """As the web client alone does it."""
        return self.session.call(model, method, ids, **named)

    def take(self, name):
        """Something that waits, or None. It stays for others too: two people open the same document."""
        waiting = list(self.world.deque(name))
        return self.random.choice(waiting) if waiting else None

    def drop(self, name, item, share):
        """What is done is mostly not tried again; people do forget."""
        if self.chance(share):
            with contextlib.suppress(ValueError):
                self.world.deque(name).remove(item)

    def customer(self):
        """Half of the work is on few customers, so that people meet."""
        chosen = "hot" if self.random.random() < 0.5 else "customers"
        return self.random.choice(self.world.facts[chosen])

    def sentinel(self):
        return self.random.choice(self.world.facts["sentinels"])

    def amount(self, low=20, high=2000):
        return round(low + (high - low) * self.random.random() ** 2, 2)

    def chance(self, share):
        return self.random.random() < share
