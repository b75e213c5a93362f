"""The invariants of the database: each file is a statement that must return no row.

The first line says what must hold, the second begins with `-- leeway:` and the seconds for which it may be untrue; a
third line `-- whole:` marks one that is left to the night. A statement may use ``:now`` and ``:leeway``, and says what
is wrong in its column ``place``: a table and an id, never a person. What has changed lately is in the tables
``temp.changed_visits``, ``changed_slots``, ``changed_messages`` and ``changed_cards``; a look at everything fills them
with all rows.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
HEAD = re.compile(r"-- (?P<reason>.+)\n-- leeway: (?P<leeway>\d+), .+\n(?P<whole>-- whole: .+\n)?")
MOST_PLACES = 20
"""places of one invariant that are named"""
BUSY_TIMEOUT = 5.0
"""seconds"""
LONG = 3600
"""Seconds of leeway from which on an invariant is about old rows, not about what has changed."""

CHANGED = {
    "changed_visits": """
        SELECT DISTINCT CAST(substr(subject, 13) AS INTEGER) FROM audit
        WHERE at >= :since AND subject LIKE 'appointment %'
    """,
    "changed_slots": """
        SELECT b.slot_id FROM appointments a JOIN registry_bookings b ON b.key = a.key
        WHERE a.id IN (SELECT id FROM temp.changed_visits)
        UNION
        SELECT b.slot_id FROM registry_changes c JOIN registry_bookings b ON b.id = c.booking_id
        WHERE c.id > (SELECT coalesce(max(id), 0) - 1000 FROM registry_changes)
    """,
    "changed_messages": """
        SELECT id FROM outbox WHERE status = 'QUEUED' AND urgency IN ('0', '1', '2') AND due_at <= :now
        UNION
        SELECT id FROM outbox WHERE status = 'CLAIMED'
        UNION
        SELECT id FROM outbox WHERE appointment_id IN (SELECT id FROM temp.changed_visits)
    """,
    "changed_cards": """
        SELECT DISTINCT CAST(substr(subject, 9) AS INTEGER) FROM audit
        WHERE at >= :since AND subject LIKE 'patient %'
    """,
}
"""How each table of the look at what has changed since a moment is filled; the journal has every change of a visit."""
EVERYTHING = {
    "changed_visits": "SELECT id FROM appointments",
    "changed_slots": "SELECT id FROM registry_slots",
    "changed_messages": "SELECT id FROM outbox",
    "changed_cards": "SELECT id FROM patients",
}


class Invariant(NamedTuple):
    name: str
    reason: str
    leeway: int
    """seconds"""
    is_quick: bool
    """whether it is looked at every minute"""
    sql: str


class Broken(NamedTuple):
    """An invariant that does not hold, and where; ``rows`` may be more than the places that are named."""

    name: str
    reason: str
    rows: int
    places: Sequence[str]


@cache
def list_invariants() -> Sequence[Invariant]:
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.sql")))


def _read(path: Path) -> Invariant:
    text = path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    if head is None:
        raise ValueError(f"{path.name} does not begin with its reason and its leeway")
    return Invariant(path.stem, head["reason"], int(head["leeway"]), head["whole"] is None, text)


def find_broken(path: Path, now: int, since: int | None = None, *, leeway: bool = True) -> list[Broken]:
    """Look at a database, on a connection of its own that only reads; it waits for the end of the look.

    ``since`` limits the look to what has changed from then on (in seconds since the epoch), with the longest leeway
    before. ``leeway=False`` is for a database at rest; a leeway of hours stays. Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT)) as connection:
        connection.execute("PRAGMA temp_store = MEMORY")
        invariants = [each for each in list_invariants() if since is None or each.is_quick]
        start = 0 if since is None else since - max(each.leeway for each in invariants)
        # One transaction: everything is read as it was at one moment.
        connection.execute("BEGIN")
        for table, rows in (EVERYTHING if since is None else CHANGED).items():
            connection.execute(f"CREATE TABLE temp.{table} (id INTEGER PRIMARY KEY)")
            connection.execute(f"INSERT INTO temp.{table} {rows}", {"since": start, "now": now})
        found = list(_look(connection, invariants, now, leeway=leeway))
        connection.execute("ROLLBACK")
        return found


def _look(
    connection: sqlite3.Connection, invariants: Sequence[Invariant], now: int, *, leeway: bool
) -> Iterator[Broken]:
    for each in invariants:
        values = {"now": now, "leeway": each.leeway if leeway or each.leeway >= LONG else 0}
        places = [str(place) for (place,) in connection.execute(each.sql, values)]
        if places:
            yield Broken(each.name, each.reason, len(places), places[:MOST_PLACES])


def describe_broken(broken: Broken) -> str:
    """Return a line for the operator; it names no person."""
    more = f" and {broken.rows - len(broken.places)} more" if broken.rows > len(broken.places) else ""
    return f"{broken.name}: {', '.join(broken.places)}{more} ({broken.reason})"
