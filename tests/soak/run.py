"""One soak from beginning to end: the ledger, the server, the people, the looks, the report."""

import argparse
import os
import random
import time

from . import ledger, users, workers
from .check import Check
from .client import Failed, Gone, Refused, pattern
from .memory import Watch
from .report import Tally
from .world import World


def options(text):
    made = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--minutes", type=float, default=60)
    made.add_argument("--customers", type=int, default=20000)
    made.add_argument("--seed", type=int, help="of the ledger and of what everybody does; random unless given")
    made.add_argument("--think", type=float, default=3.0, help="seconds between two actions of a user, on average")
    made.add_argument("--looks", type=int, default=5, help="how often all is checked while people work")
    made.add_argument("--port", type=int, default=0, help="of the server; a free one unless given")
    made.add_argument("--database", help="a ledger that is there already, copied first")
    made.add_argument("--keep", action="store_true", help="leave the database and the log")
    return made.parse_args()


def main(text):
    chosen = options(text)
    chosen.seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    name = f"{os.environ.get('SOAK_DATABASE', 'credit_soak')}_{os.getpid()}"
    say(f"seed {chosen.seed}, database {name}")
    folder = ledger.places.LOGS / name
    folder.mkdir(parents=True)
    try:
        return soak(chosen, name, folder)
    finally:
        if not chosen.keep:
            ledger.databases.drop(name)


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def soak(chosen, name, folder):
    surroundings = ledger.settings()
    if chosen.database:
        ledger.databases.drop(name)
        ledger.databases.copy(chosen.database, name)
    else:
        ledger.make(name, chosen.customers, chosen.seed, surroundings)
        say(f"a ledger of {chosen.customers:,} customers is loaded")
    facts = ledger.facts(name, surroundings)
    check = Check(name, facts)
    wrong = told("before", *check.look())
    server = workers.Server(name, chosen.port, folder / "odoo.log", surroundings)
    try:
        server.wait()
        say(f"two workers answer at {server.url}, log {server.log}")
        tally, watch = Tally(), Watch()
        people = list(users.logged_in(World(facts, chosen.seed), server.url, name, facts["users"]))
        wrong += people_at_work(chosen, server, people, tally, watch, check)
        wrong += the_end(people, check)
        alive = server.http_workers()
    finally:
        server.stop()
    return report(chosen, tally, watch, wrong, alive, server)


def people_at_work(chosen, server, people, tally, watch, check):
    """Everybody works; memory is looked at often, the database now and then."""
    seconds, wrong = 60 * chosen.minutes, []
    say(f"{len(people)} users work for {chosen.minutes:g} minutes")
    threads = users.let_work(people, tally, chosen.think, seconds)
    started, looks = time.monotonic(), 0
    processes = server.http_workers()
    while any(thread.is_alive() for thread in threads):
        now = time.monotonic() - started
        watch.look(processes, now)
        if now > seconds * (looks + 1) / (chosen.looks + 1) and now < seconds:
            looks += 1
            wrong += told(f"after {now / 60:.1f} minutes and {tally.total()} actions", *check.look())
        if now > seconds + 300:
            return [*wrong, "somebody still waits for an answer five minutes after the end"]
        time.sleep(min(5.0, seconds / 60))
    return wrong


def told(when, broken, seconds):
    say(f"{when}: {len(broken)} invariants broken (looked for {seconds:.0f} s)")
    for sentence in broken:
        say(f"    {sentence}")
    return [f"{when}: {sentence}" for sentence in broken]


def the_end(people, check):
    """When all is quiet: figures brought up to date by a reader, totals of the hub, and everything once more."""
    wrong = []
    reader = next(user for user in people if user.role == "executive")
    try:
        reader.web("credit.account", "web_search_read", domain=[], specification={"exposure": {}}, limit=1)
        summary = reader.web("res.partner", "credit_centre_summary", filters={})
        if differences := reader.web("credit.difference", "search_read", domain=[], fields=["display_name"]):
            wrong.append(f"the hub finds {len(differences)} disagreements with the ledger, such as {differences[:3]}")
        wrong += check.tiles(summary)
    except (Refused, Failed, Gone) as failure:
        wrong.append(f"at the end: {failure}")
    broken, seconds = check.look()
    return wrong + told("at the end", broken, seconds)


def report(chosen, tally, watch, wrong, alive, server):
    for line in tally.lines():
        print(line)
    print("\nrefusals, one of each kind:")
    for line in tally.refusals():
        print(line)
    expected, trouble = workers.judge(server.log)
    print("\nlog of the server:", ", ".join(f"{number} {name}" for name, number in expected.items()) or "silent")
    rows, grown = watch.verdict(60 * chosen.minutes)
    print("\nworker, MB at first, once warm, at the end, slope once warm (MB an hour)")
    for process, *sizes in rows:
        print(f"{process:8}", *(f"{size:8.0f}" for size in sizes))
    if len(alive) != 2:
        grown.append(f"workers were replaced: {alive}")
    if not tally.total():
        wrong.append("nobody did anything")
    troubles = [
        *(f"{name} FAILED: {text}" for name, text in tally.failed),
        *(f"LOGGED {text}" for text in trouble),
        *(f"BROKEN {text}" for text in wrong),
        *(f"MEMORY {text}" for text in grown),
    ]
    print(f"\nseed {chosen.seed}: {tally.total()} actions, {len(troubles)} troubles")
    kinds = {}
    for text in troubles:
        kinds.setdefault(pattern(text.strip().splitlines()[-1] + text[:60]), []).append(text)
    for texts in list(kinds.values())[:40]:
        print(f"- {len(texts)} times: {texts[0][:200]} ... {texts[0][200:][-2500:]}")
    return 1 if troubles else 0
