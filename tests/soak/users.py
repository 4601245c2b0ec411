"""The simulated users: who they are, and how they work until the time is up."""

import datetime
import threading
import time
import traceback

from . import accounting, reading, sales, vouchers
from .client import Failed, Gone, Refused, Session
from .world import User

WORK = {
    "salesperson": sales.SALESPERSON,
    "creditmanager": sales.CREDIT_MANAGER,
    "accountant": accounting.ACCOUNTANT + vouchers.PREPARER + vouchers.RUN_PREPARER,
    "approver": vouchers.APPROVER,
    "executive": reading.EXECUTIVE,
    "admin": reading.JOBS,
}
# Jobs run once in a while; the others think for some seconds between two actions.
PATIENCE = {"admin": 10.0}
BY_PROGRAM = 0.3


def logged_in(world, url, database, entries):
    """One user for each login, its session opened."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    for number, entry in enumerate(entries):
        session = Session(url, database, entry["login"], entry["key"], world.facts["company"])
        session.today = today.isoformat()
        session.weeks_ago = (today - datetime.timedelta(weeks=3)).isoformat()
        yield User(world, session, entry["login"], entry["role"], number)


def act(user, function, tally):
    started = time.monotonic()
    try:
        function(user)
        outcome, text = "done", ""
    except Refused as refusal:
        outcome, text = "refused", str(refusal)
    except Gone as gone:
        outcome, text = ("gone" if user.world.was_deleted(str(gone)) else "failed"), f"MissingError: {gone}"
    except Failed as failure:
        outcome, text = "failed", str(failure)
    except Exception:
        outcome, text = "failed", f"the simulation itself: {traceback.format_exc()}"
    tally.add(
        function.__name__, outcome, time.monotonic() - started, f"{user.login}: {text}" if outcome == "failed" else text
    )


def work(user, tally, think, until, start):
    """Choose, act, think; the first action waits for the others to be ready."""
    weights, functions = zip(*WORK[user.role], strict=True)
    start.wait()
    while time.monotonic() < until():
        user.by_program = user.chance(BY_PROGRAM)
        act(user, user.random.choices(functions, weights)[0], tally)
        pause = user.random.expovariate(1 / (think * PATIENCE.get(user.role, 1.0)))
        time.sleep(max(0.0, min(pause, until() - time.monotonic())))


def let_work(users, tally, think, seconds):
    """All users in threads of their own; returns the threads, and the moment they started at."""
    start, clock = threading.Event(), {}
    threads = [
        threading.Thread(target=work, args=(user, tally, think, lambda: clock["until"], start), daemon=True)
        for user in users
    ]
    for thread in threads:
        thread.start()
    clock["until"] = time.monotonic() + seconds
    start.set()
    return threads
