"""What a restored copy of the database forgets and changes before a bot works with it."""

from __future__ import annotations

from collections.abc import Iterable

from storage.database.connection import Connection
from storage.erasures import Erased
from storage.steps import SqlSteps

ROOM = 1_000_000
"""Ids that were given out after the copy was made stand in buttons: none of them is given out again."""

# Every statement reads whole tables; nobody else works with the copy.
SEQUENCES = """
    INSERT INTO sqlite_sequence (name, seq)
    SELECT name, 0 FROM sqlite_master
    WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence)
"""
LEAVE_ROOM = "UPDATE sqlite_sequence SET seq = seq + :room"
FORGET = (
    "DELETE FROM leases",
    # Prompts: the chat has gone on since, and an answer to a later question must not be read as one to an earlier.
    "DELETE FROM dialogs",
    # What would have been edited may show something else now.
    "UPDATE outbox SET status = 'QUEUED', lease_until = NULL, edits = NULL WHERE status IN ('QUEUED', 'CLAIMED')",
)
WITHDRAW_NEEDLESS = """
    UPDATE outbox SET status = 'WITHDRAWN', error = 'its time was over when the database was restored'
    WHERE status = 'QUEUED' AND (
        expires_at <= :now
        OR EXISTS (SELECT 1 FROM appointments a WHERE a.id = outbox.appointment_id AND a.starts_at <= :now)
    )
"""
ACCOUNTS, PATIENTS = "SELECT id FROM accounts WHERE id = :id", "SELECT id FROM patients WHERE id = :id"


async def prepare(connection: Connection, now: int) -> None:
    """Make a copy ready for a bot; the next start compares the visits with their clinics."""
    await connection.execute(SEQUENCES, {})
    await connection.execute(LEAVE_ROOM, {"room": ROOM})
    for sql in FORGET:
        await connection.execute(sql, {})
    await connection.execute(WITHDRAW_NEEDLESS, {"now": now})
    await SqlSteps(connection).leave_comparison()


async def list_still_there(connection: Connection, erased: Iterable[Erased]) -> list[Erased]:
    """Return those that the copy still has, because they were erased after it was made."""
    sql = {"account": ACCOUNTS, "patient": PATIENTS}
    return [each for each in sorted(erased) if await connection.fetch(sql[each.kind], {"id": each.row})]


async def delete_patients(connection: Connection, erased: Iterable[Erased]) -> None:
    """Delete the cards that their last representative had left."""
    for each in erased:
        if each.kind == "patient":
            await connection.execute("DELETE FROM patients WHERE id = :id", {"id": each.row})
