"""The invariants of the product, checked on the rows of the bot and of the clinic after any run.

Those of ``storage/checks`` are among them; here are those that need more than one statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.clock import Clock
from bot.core.people import Account, Purpose
from bot.core.timing import day_before_reminder
from bot.glossary import DoctorRef
from storage.checks import find_broken
from storage.database.connection import Database, Row
from storage.registry.system import Registry
from storage.unit import Storage, UnitOfWork

HOUR = 18
LIVE = ("BOOKED", "CHECKED_IN")
OPEN = ("QUEUED", "CLAIMED")

VISITS = """
    SELECT a.*, c.zone, b.status AS there, s.starts_at AS there_at
    FROM appointments a
    JOIN clinics c ON c.id = a.clinic_id
    LEFT JOIN registry_bookings b ON CAST(b.id AS TEXT) = a.booking
    LEFT JOIN registry_slots s ON s.id = b.slot_id
    ORDER BY a.id
"""
STALE_HOLDS = """
    SELECT s.id, s.doctor_id, s.starts_at FROM registry_bookings h JOIN registry_slots s ON s.id = h.slot_id
    WHERE h.status = 'HELD' AND h.expires_at <= :now AND s.status = 'FREE' AND s.starts_at > :now
        AND s.starts_at < :now + 21 * 86400
"""
ORPHANS = """
    SELECT b.id, b.status, a.status AS ours FROM registry_bookings b LEFT JOIN appointments a ON a.key = b.key
    WHERE b.key IS NOT NULL AND b.status = 'BOOKED' AND (a.status IS NULL OR a.status <> 'BOOKED')
"""
ENTRIES = {
    "BOOKED": {"booking: booked"},
    "REFUSED": {"booking: refused"},
    "BY_REPRESENTATIVE": {"visit cancelled"},
    "BY_CLINIC": {"changed by the clinic", "booking: cancelled"},
    "RESCHEDULED": {"visit moved"},
}
"""The journal entries, one of which a visit must have: by its status, or by its reason if it is cancelled."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is checked: one database, the bot's storage and the clinic's registry over it, and the clock."""

    database: Database
    storage: Storage
    registry: Registry
    clock: Clock

    async def rows(self, sql: str, **values: object) -> list[Row]:
        return await self.database.read(lambda connection: connection.fetch(sql, values))


async def find_violations(town: Sources, *, at_rest: bool) -> list[str]:
    """Return one line for each violation; ``at_rest`` also checks what holds only when nothing is pending."""
    visits = await town.rows(VISITS)
    found = await _broken(town, at_rest=at_rest)
    found += [line async for line in _hidden(town)]
    found += await _reminders(town, visits)
    found += await _journal(town, visits)
    if at_rest:
        found += list(_differences(visits))
        found += [f"booking {row['id']} is live, ours is {row['ours']}" for row in await town.rows(ORPHANS)]
        found += await _undelivered(town)
    return found


async def _broken(town: Sources, *, at_rest: bool) -> list[str]:
    """Look at every invariant of ``storage/checks``; a database at rest has no leeway."""
    [row] = await town.rows("SELECT file FROM pragma_database_list WHERE name = 'main'")
    found = find_broken(Path(row["file"]), int(town.clock.now().timestamp()), leeway=not at_rest)
    return [f"{each.name}: {', '.join(each.places)}" for each in found]


async def _hidden(town: Sources) -> AsyncIterator[str]:
    """An expired hold does not hide its slot."""
    now = town.clock.now()
    for row in await town.rows(STALE_HOLDS, now=int(now.timestamp())):
        start = _moment(row["starts_at"])
        free = await town.registry.slots(DoctorRef(str(row["doctor_id"])), start, start + timedelta(seconds=1))
        if not free:
            yield f"an expired hold hides slot {row['id']}"


async def _reminders(town: Sources, visits: list[Row]) -> list[str]:
    """Each future visit has one pending reminder if there is time for one; no other visit has any."""
    agreed = await _agreed(town)
    planned = await _planned(town)
    rows = await town.rows("SELECT * FROM outbox WHERE kind = 'REMINDER'")
    sent: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        sent[row["appointment_id"]].append(row)
    found: list[str] = []
    for visit in visits:
        live = [row for row in sent[visit["id"]] if row["status"] in OPEN]
        if visit["starts_at"] <= town.clock.now().timestamp():
            continue
        if visit["status"] not in LIVE or visit["account_id"] not in agreed:
            found += [f"visit {visit['id']} is {visit['status']} and has a reminder"] if live else []
            continue
        since = max(planned["appointment", visit["id"]], planned["account", visit["account_id"]])
        due = day_before_reminder(_moment(visit["starts_at"]), ZoneInfo(visit["zone"]), _moment(since), HOUR)
        reminders = [row for row in sent[visit["id"]] if row["created_at"] >= since and row["status"] != "WITHDRAWN"]
        if [row["due_at"] for row in reminders] != ([] if due is None else [int(due.timestamp())]) or len(live) > 1:
            found.append(f"visit {visit['id']}: reminder due {due}, found {[dict(row) for row in reminders]}")
    return found


async def _agreed(town: Sources) -> set[int]:
    ids = [row["id"] for row in await town.rows("SELECT id FROM accounts")]

    async def look(view: UnitOfWork) -> list[Account | None]:
        return [await view.accounts.get(id) for id in ids]

    accounts = await town.storage.read(look)
    return {account.id for account in accounts if account and Purpose.REMINDERS in account.consents}


async def _planned(town: Sources) -> dict[tuple[str, int], int]:
    """Return when a reminder was last planned, by appointment and by account, in seconds since the epoch."""
    planned: dict[tuple[str, int], int] = defaultdict(int)
    for row in await town.rows("SELECT * FROM audit ORDER BY id"):
        kind, _space, which = row["subject"].partition(" ")
        if row["action"] in {"booking: booked", "changed by the clinic"}:
            planned[kind, int(which)] = row["at"]
        elif (row["action"], row["subject"]) == ("consent given", Purpose.REMINDERS):
            planned["account", row["account_id"]] = row["at"]
    return planned


async def _journal(town: Sources, visits: list[Row]) -> list[str]:
    """Each change of a visit has a journal entry."""
    lines: dict[str, set[str]] = defaultdict(set)
    for row in await town.rows("SELECT subject, action FROM audit"):
        lines[row["subject"]].add(row["action"])
    found: list[str] = []
    for visit in visits:
        state = visit["reason"] if visit["status"] == "CANCELLED" else visit["status"]
        asked = {"booking asked for"}
        for wanted in (asked, asked if state == "PENDING" else ENTRIES.get(state, {f"an entry for {state}"})):
            if wanted.isdisjoint(lines[f"appointment {visit['id']}"]):
                found.append(f"the journal of visit {visit['id']} lacks {sorted(wanted)}")
    return found


async def _undelivered(town: Sources) -> list[str]:
    """No due message is still queued, and none has failed."""
    now = int(town.clock.now().timestamp())
    sql = "SELECT * FROM outbox WHERE status IN ('FAILED', 'CLAIMED') OR (status = 'QUEUED' AND due_at <= :now)"
    return [
        f"message {row['id']} {row['kind']}: {row['status']}, {row['error']}" for row in await town.rows(sql, now=now)
    ]


def _differences(visits: list[Row]) -> Iterator[str]:
    """The bot and the clinic have the same status and time for each visit."""
    for row in visits:
        ours, theirs = row["status"], row["there"]
        if ours == "PENDING" or row["cancelling"]:
            yield f"visit {row['id']} is still open"
        elif ours == "BOOKED" and (theirs, row["there_at"]) != ("BOOKED", row["starts_at"]):
            yield f"visit {row['id']} is booked for {row['starts_at']}, the clinic has {theirs} {row['there_at']}"
        elif ours == "CANCELLED" and theirs != "CANCELLED":
            yield f"visit {row['id']} is cancelled, the clinic has {theirs}"


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
