"""Slots and visits in the registry's tables, for the clinic system and for the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clinics.port import BookingStatus, SlotIsGone, SlotIsTaken
from bot.glossary import Key, SlotRef
from storage.database.connection import Connection
from storage.database.crypto import make_uid
from storage.database.queries import load_queries
from storage.database.rows import seconds
from storage.registry.rows import Insured, Place, Seals, Visit, place_of, row_id

queries = load_queries("registry")


async def find_place(connection: Connection, slot: SlotRef) -> Place | None:
    row = await queries.find_slot(connection, slot=row_id(slot))
    return row and place_of(row)


async def take_slot(connection: Connection, slot: int) -> None:
    """Turn a FREE slot BUSY. Raises SlotIsTaken for a BUSY one, SlotIsGone for one that was withdrawn."""
    if await queries.turn_slot(connection, slot=slot, was="FREE", status="BUSY"):
        return
    row = await queries.find_slot(connection, slot=slot)
    raise SlotIsTaken if row["status"] == "BUSY" else SlotIsGone


async def visits_of(connection: Connection, seals: Seals, person: int, now: datetime) -> list[Visit]:
    """A person's visits that began at most one day ago or lie ahead: an older one has surely ended."""
    rows = await queries.list_visits_of_person(connection, person=person, since=seconds(now - timedelta(days=1)))
    return [seals.visit(row) for row in rows]


async def occupy(
    connection: Connection,
    key: Key,
    person: Insured,
    place: Place,
    now: datetime,
    *,
    status: BookingStatus = BookingStatus.BOOKED,
    expires_at: int | None = None,
    replaces: int | None = None,
) -> int:
    """Put a person into a slot; return the id of the booking.

    Raises SlotIsTaken: a unique index decides who was first.
    """
    await queries.delete_other_holds(connection, person=person.id, slot=place.id)
    row = await queries.occupy_slot(
        connection,
        uid=make_uid(),
        slot=place.id,
        person=person.id,
        key=key,
        status=status,
        expires_at=expires_at,
        replaces=replaces,
        now=seconds(now),
    )
    if row is None:
        raise SlotIsTaken
    return int(row["id"])
