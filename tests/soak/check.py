"""Looking at the database while people work, and when they have gone: one snapshot per look."""

import contextlib
import datetime
import time

import psycopg2

from . import figures, invariants


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


class Check:
    def __init__(self, database, facts):
        self.database, self.facts, self.entries = database, facts, {}
        self.given = {
            "company": facts["company"],
            "sentinels": facts["sentinels"],
            "sentinel_limit": facts["sentinel_limit"],
            "first_order": facts["first_order"],
        }

    def look(self):
        """:return: (list of what is broken, seconds it took)"""
        started = time.monotonic()
        connection = psycopg2.connect(dbname=self.database)
        try:
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            with connection.cursor() as cursor:
                cursor.execute("SET jit = off")
                cursor.execute("SET work_mem = '64MB'")
                self.given["today"] = today()
                return list(self.broken(cursor)), time.monotonic() - started
        finally:
            connection.close()

    def broken(self, cursor):
        runs = invariants.RUNS if self.facts["has_runs"] else {}
        for name, query in {**invariants.EVERYWHERE, **runs}.items():
            cursor.execute(query, self.given if "%(" in query else None)
            found = cursor.fetchall()
            if found:
                yield f"{name}: {len(found)} rows, such as {[row[0] for row in found[:5]]}"
        yield from self.changed_entries(cursor)
        yield from shortened("E1 kept figures are those of the documents", figures.kept_wrongly(cursor, self.given))
        customers = [*self.facts["hot"], *self.facts["sentinels"]]
        yield from shortened(
            "E1 live figures are those of the documents", figures.live_wrongly(cursor, self.given, customers)
        )

    def tiles(self, summary):
        """:return: list of sentences about totals of the dashboard that are not those of the items (E8)"""
        shown = {tile["key"]: tile["value"] for tile in summary["tiles"]}
        with contextlib.closing(psycopg2.connect(dbname=self.database)) as connection, connection.cursor() as cursor:
            cursor.execute(figures.TOTALS, {**self.given, "today": today()})
            expected = dict(
                zip(("receivable", "overdue", "credits"), map(figures.rounded, cursor.fetchone()), strict=True)
            )
        return [
            f"the dashboard shows {shown[key]} as {key}, the items make {value}"
            for key, value in expected.items()
            if figures.rounded(str(shown[key])) != value
        ]

    def changed_entries(self, cursor):
        cursor.execute(invariants.ENTRIES)
        now = dict(cursor.fetchall())
        changed = [entry for entry, digest in self.entries.items() if now.get(entry) != digest]
        self.entries.update(now)
        if changed:
            yield f"L5 an entry of a voucher never changes: {len(changed)} did, such as {changed[:5]}"


def shortened(name, sentences):
    sentences = list(sentences)
    if sentences:
        yield f"{name}: {len(sentences)} are not, such as: {'; '.join(sentences[:3])}"
