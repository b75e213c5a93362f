"""What was promised in the chats against what the bot and the clinic have written down."""

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
from bot.core.timing import day_before_reminder
from bot.delivery.outbox import IN_FLIGHT
from tests.chat.message import Json

REF = r"([0-9ABCEHKMPTX]{4}\u2011[0-9ABCEHKMPTX]{2})"
BOOKED = re.compile(rf"^<b>✅ Записаны. Номер записи {REF}</b>")
MOVED = re.compile(rf"^<b>✅ Перенесено. Номер записи {REF}</b>")
REMINDED = re.compile(rf"^<b>Напоминаю.*{REF}", re.DOTALL)
ALIVE = ("BOOKED", "CHECKED_IN", "FULFILLED", "NO_SHOW")
MARGIN = GIVE_UP_AFTER + timedelta(minutes=1)
"""how much later than asked for a visit may have been booked"""

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
    half_made: list[str] = field(default_factory=list)


def judge(database: Path, calls: Iterable[Json]) -> Verdict:
    """``calls`` are all that Telegram took, oldest first; the bot has stopped, and every reminder's moment is past."""
    verdict = Verdict()
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        ours, theirs = connection.execute(OURS).fetchall(), connection.execute(THEIRS).fetchall()
        told = connection.execute("SELECT appointment_id, kind, status FROM outbox").fetchall()
    said = [call for call in calls if call["ok"] and call["method"] in {"sendMessage", "editMessageText"}]
    sent = [call for call in said if call["method"] == "sendMessage"]
    verdict.messages = len(sent)
    verdict.doubled = _doubled(sent)
    verdict.half_made = [*_unfinished(ours), *_apart(ours, theirs)]
    verdict.lost = [*_forgotten(said, ours), *_unreminded(sent, ours, told), *_untold(told)]
    return verdict


def _doubled(sent: Iterable[Json]) -> int:
    """News with a visit's number is said once: a second message of the same words in the same chat is a double."""
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


def _apart(ours: list[sqlite3.Row], theirs: list[sqlite3.Row]) -> list[str]:
    """Visits that the bot and the clinic know differently: by the key of the wish they must be the same."""
    mine = {row["key"]: (row["status"], row["starts_at"]) for row in ours if row["status"] != "REFUSED"}
    clinics = {row["key"]: (row["status"], row["starts_at"]) for row in theirs}
    return [
        f"{key}: the bot has {mine.get(key)}, the clinic {clinics.get(key)}"
        for key in sorted(mine.keys() | clinics.keys())
        if mine.get(key) != clinics.get(key)
    ]


def _forgotten(said: list[Json], ours: list[sqlite3.Row]) -> list[str]:
    """Every «Записаны» and «Перенесено» has its row, one a chain and its move, and it was booked once."""
    made = Counter(row["ref"] for row in ours if row["status"] in {*ALIVE, "CANCELLED"})
    moved = Counter(row["ref"] for row in ours if row["status"] in {*ALIVE, "CANCELLED"} and row["replaces"])
    texts = [call["params"]["text"] for call in said]
    booked_refs = {read_ref(found[1]) for text in texts if (found := BOOKED.search(text))}
    moved_refs = {read_ref(found[1]) for text in texts if (found := MOVED.search(text))}
    lost = [f"{ref} was acknowledged and is not there" for ref in booked_refs if not made[ref]]
    return lost + [f"{ref} was moved and is not" for ref in moved_refs if not moved[ref]]


def _unreminded(said: list[Json], ours: list[sqlite3.Row], told: list[sqlite3.Row]) -> list[str]:
    """A reminder's row is dropped a month after it was sent: then the chat itself has to show it."""
    rows = {row["appointment_id"]: row["status"] for row in told if row["kind"] == "REMINDER"}
    sent = {row["appointment_id"] for row in told if row["kind"] == "REMINDER" and row["status"] == "SENT"}
    shown = {read_ref(found[1]) for call in said if (found := REMINDED.search(call["params"]["text"]))}
    return [
        f"{row['ref']} has come without its reminder"
        for row in ours
        if row["status"] in ALIVE and _deserves_reminder(row)
        if row["id"] not in sent and (row["id"] in rows or row["ref"] not in shown)
    ]


def _deserves_reminder(row: sqlite3.Row) -> bool:
    if not row["may_remind"]:
        return False
    starts_at, asked = (datetime.fromtimestamp(row[name], UTC) for name in ("starts_at", "created_at"))
    zone = ZoneInfo(row["zone"])
    return all(day_before_reminder(starts_at, zone, booked, 18) for booked in (asked, asked + MARGIN))


def _untold(told: list[sqlite3.Row]) -> list[str]:
    """Nothing that was to be told was given up or is still waiting."""
    return [
        f"{row['kind']} of visit {row['appointment_id']} is {row['status']}"
        for row in told
        if row["status"] in {"FAILED", "QUEUED", "CLAIMED", "EXPIRED"}
    ]


def count_in_flight(database: Path) -> int:
    """After a kill: messages claimed and not marked, of which no more than so many can have been on the wire."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (claimed,) = connection.execute("SELECT count(*) FROM outbox WHERE status = 'CLAIMED'").fetchone()
    return min(int(claimed), IN_FLIGHT)


def next_due(database: Path) -> float | None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (due,) = connection.execute("SELECT min(due_at) FROM outbox WHERE status IN ('QUEUED', 'CLAIMED')").fetchone()
    return None if due is None else float(due)


def is_settled(database: Path) -> bool:
    """Whether neither a message nor a wish waits for the bot."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        waiting = "SELECT 1 FROM outbox WHERE status IN ('QUEUED', 'CLAIMED')"
        wishes = "SELECT 1 FROM appointments WHERE next_try IS NOT NULL"
        return connection.execute(f"{waiting} UNION ALL {wishes} LIMIT 1").fetchone() is None
