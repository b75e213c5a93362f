"""Compare what the chats have confirmed with the rows of the bot and of the clinic."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.booking.settle import GIVE_UP_AFTER
from bot.core.refs import read_ref
from bot.core.timing import after_quiet_hours, day_before_reminder
from bot.delivery.outbox import IN_FLIGHT
from storage.checks import find_broken
from tests.chat.message import Json

REF = r"([0-9ABCEHKMPTX]{4}\u2011[0-9ABCEHKMPTX]{2})"
BOOKED = re.compile(rf"^<b>✅ [^<]+ записана?\. Номер записи {REF}</b>")
MOVED = re.compile(rf"^<b>✅ Перенесено. Номер записи {REF}</b>")
REMINDED = re.compile(rf"^<b>Напоминаю.*{REF}", re.DOTALL)
ALIVE = ("BOOKED", "CHECKED_IN", "FULFILLED", "NO_SHOW")
OF_THE_HOUR = "row_past_its_time"
"""what an hourly job keeps: a run moves the clock by days in seconds"""
MARGIN = GIVE_UP_AFTER + timedelta(minutes=1)
"""how long after the request a visit may be booked"""

OURS = """
    SELECT a.id, a.ref, a.status, a.cancelling, a.starts_at, a.created_at, a.booking, a.key, a.replaces, c.zone,
        EXISTS (
            SELECT 1 FROM consents k
            WHERE k.account_id = a.account_id AND k.purpose = 'REMINDERS' AND k.given_at <= a.created_at
        ) AS may_remind
    FROM appointments a JOIN clinics c ON c.id = a.clinic_id ORDER BY a.id
"""
THEIRS = """
    SELECT b.id, b.key, b.status, s.starts_at FROM registry_bookings b JOIN registry_slots s ON s.id = b.slot_id
    WHERE b.key IS NOT NULL AND b.status <> 'HELD'
"""


@dataclass(slots=True)
class Verdict:
    messages: int = 0
    doubled: int = 0
    lost: list[str] = field(default_factory=list)
    inconsistent: list[str] = field(default_factory=list)


def judge(database: Path, calls: Iterable[Json], now: float, outage: timedelta = timedelta(0)) -> Verdict:
    """Compare after the end of a run, when every reminder was due; ``calls`` are all calls of the bot, oldest first.

    ``now`` is the moment of the bot's clock, in seconds since the epoch; ``outage`` is the longest in the run: a visit
    may have been booked, and a reminder sent, so much later.
    """
    verdict = Verdict()
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        ours, theirs = connection.execute(OURS).fetchall(), connection.execute(THEIRS).fetchall()
        queued = connection.execute("SELECT appointment_id, kind, status FROM outbox").fetchall()
    shown = [call for call in calls if call["ok"] and call["method"] in {"sendMessage", "editMessageText"}]
    sent = [call for call in shown if call["method"] == "sendMessage"]
    verdict.messages = len(sent)
    verdict.doubled = _doubled(sent)
    verdict.inconsistent = [*_unfinished(ours), *_differences(ours, theirs), *_broken(database, now)]
    verdict.lost = [
        *_lost_visits(shown, ours),
        *_without_reminder(sent, ours, queued, outage),
        *_undelivered(queued, outage),
    ]
    return verdict


def _broken(database: Path, now: float) -> list[str]:
    """Return the invariants that do not hold at rest."""
    found = find_broken(database, int(now), leeway=False)
    return [f"{each.name}: {', '.join(each.places)}" for each in found if each.name != OF_THE_HOUR]


def _doubled(sent: Iterable[Json]) -> int:
    """Count repeated news: a second message with the same text in the same chat is a double."""
    news = Counter((call["chat"], call["params"]["text"]) for call in sent if is_news(call))
    return sum(times - 1 for times in news.values())


def is_news(call: Json) -> bool:
    if call["method"] != "sendMessage":
        return False
    text = call["params"]["text"]
    return bool(BOOKED.search(text) or MOVED.search(text) or text.startswith("<b>Напоминаю"))


def _unfinished(ours: list[sqlite3.Row]) -> list[str]:
    return [
        f"{row['ref']} is {'being cancelled' if row['cancelling'] else row['status']}"
        for row in ours
        if row["status"] == "PENDING" or row["cancelling"]
    ]


def _differences(ours: list[sqlite3.Row], theirs: list[sqlite3.Row]) -> list[str]:
    """Return the idempotency keys whose visits differ between the bot and the clinic."""
    mine = {row["key"]: (row["status"], row["starts_at"]) for row in ours if row["status"] != "REFUSED"}
    clinics = {row["key"]: (row["status"], row["starts_at"]) for row in theirs}
    return [
        f"{key}: the bot has {mine.get(key)}, the clinic {clinics.get(key)}"
        for key in sorted(mine.keys() | clinics.keys())
        if mine.get(key) != clinics.get(key)
    ]


def _lost_visits(shown: list[Json], ours: list[sqlite3.Row]) -> list[str]:
    """Return the Refs of «записана» and «Перенесено» that have no booked or moved visit."""
    made = Counter(row["ref"] for row in ours if row["status"] in {*ALIVE, "CANCELLED"})
    moved = Counter(row["ref"] for row in ours if row["status"] in {*ALIVE, "CANCELLED"} and row["replaces"])
    texts = [call["params"]["text"] for call in shown]
    booked_refs = {read_ref(found[1]) for text in texts if (found := BOOKED.search(text))}
    moved_refs = {read_ref(found[1]) for text in texts if (found := MOVED.search(text))}
    lost = [f"{ref} was confirmed and does not exist" for ref in booked_refs if not made[ref]]
    return lost + [f"{ref} was moved and is not" for ref in moved_refs if not moved[ref]]


def _without_reminder(
    sent: list[Json], ours: list[sqlite3.Row], queued: list[sqlite3.Row], outage: timedelta
) -> list[str]:
    """Return the visits without a reminder; where its row was deleted after a month, the chat must show it."""
    rows = {row["appointment_id"]: row["status"] for row in queued if row["kind"] == "REMINDER"}
    marked = {row["appointment_id"] for row in queued if row["kind"] == "REMINDER" and row["status"] == "SENT"}
    shown = {read_ref(found[1]) for call in sent if (found := REMINDED.search(call["params"]["text"]))}
    return [
        f"{row['ref']} had no reminder"
        for row in ours
        if row["status"] in ALIVE and _needs_reminder(row, outage)
        if row["id"] not in marked and (row["id"] in rows or row["ref"] not in shown)
    ]


def _needs_reminder(row: sqlite3.Row, outage: timedelta) -> bool:
    if not row["may_remind"]:
        return False
    starts_at, asked = (datetime.fromtimestamp(row[name], UTC) for name in ("starts_at", "created_at"))
    zone = ZoneInfo(row["zone"])
    moments = [day_before_reminder(starts_at, zone, booked, 18) for booked in (asked, asked + MARGIN + outage)]
    return all(due and after_quiet_hours(due + outage, zone) < starts_at for due in moments)


def _undelivered(queued: list[sqlite3.Row], outage: timedelta) -> list[str]:
    """Return the messages that have failed or are still queued; an outage may last until a visit has begun."""
    lost = {"FAILED", "QUEUED", "CLAIMED", "EXPIRED"}
    return [
        f"{row['kind']} of visit {row['appointment_id']} is {row['status']}"
        for row in queued
        if row["status"] in lost and not (outage and row["kind"] == "REMINDER" and row["status"] == "EXPIRED")
    ]


def count_in_flight(database: Path) -> int:
    """Return how many messages may have been on the wire at a kill: claimed ones, at most ``IN_FLIGHT``."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (claimed,) = connection.execute("SELECT count(*) FROM outbox WHERE status = 'CLAIMED'").fetchone()
    return min(int(claimed), IN_FLIGHT)


def next_due(database: Path) -> float | None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (due,) = connection.execute("SELECT min(due_at) FROM outbox WHERE status IN ('QUEUED', 'CLAIMED')").fetchone()
    return None if due is None else float(due)


def is_settled(database: Path) -> bool:
    """Return whether no message is queued and no request to the clinic is pending."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        messages = "SELECT 1 FROM outbox WHERE status IN ('QUEUED', 'CLAIMED')"
        requests = "SELECT 1 FROM appointments WHERE next_try IS NOT NULL"
        return connection.execute(f"{messages} UNION ALL {requests} LIMIT 1").fetchone() is None
