"""Slots and visits of the registry, shared by the clinic system and the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from bot.clinics.port import NO_HOLDER, BookingStatus, NoReferral, SlotIsGone, SlotIsTaken
from bot.glossary import HolderRef, Key, SlotRef
from storage.database.connection import Connection
from storage.database.crypto import make_uid
from storage.database.queries import load_queries
from storage.database.rows import seconds
from storage.registry.rows import (
    RegisteredPerson,
    RegistryCipher,
    RegistrySlot,
    RegistryVisit,
    read_registry_slot,
    row_id,
)
from storage.registry.rules import require_bookable, require_unreserved

queries = load_queries("registry")


class HoldGroup(NamedTuple):
    """The group of holds that a hold belongs to, named by the key of its first one, and its place in it."""

    name: str
    place: int


ALONE = HoldGroup("", 0)


async def find_slot(connection: Connection, slot: SlotRef) -> RegistrySlot | None:
    row = await queries.find_slot(connection, slot=row_id(slot))
    return row and read_registry_slot(row)


async def take_slot(connection: Connection, slot: int) -> None:
    """Make a FREE slot BUSY. Raises SlotIsTaken if it is BUSY, SlotIsGone if it is BLOCKED."""
    if await queries.set_slot_status(connection, slot=slot, was="FREE", status="BUSY"):
        return
    row = await queries.find_slot(connection, slot=slot)
    raise SlotIsTaken if row["status"] == "BUSY" else SlotIsGone


async def free_slot(connection: Connection, slot: int, now: datetime) -> None:
    """Make a BUSY slot FREE and add it to the feed of openings."""
    if await queries.set_slot_status(connection, slot=slot, was="BUSY", status="FREE"):
        await queries.add_opening(connection, slot=slot, now=seconds(now))


async def require_holdable(
    connection: Connection, key: Key, slot: SlotRef, reserved: Key, now: datetime
) -> RegistrySlot:
    """Return a slot that is open for a hold with this key, as far as the slot itself tells."""
    if await queries.find_visit_by_key(connection, key=key):
        raise SlotIsTaken("a visit was made with this key")
    target = require_bookable(await find_slot(connection, slot), now)
    require_unreserved(target, reserved, now)
    return target


async def add_reservation(connection: Connection, key: Key, slot: RegistrySlot, until: datetime, now: datetime) -> None:
    """Reserve a bookable slot. Raises SlotIsTaken if it is held or reserved with another key, or the key elsewhere."""
    await queries.delete_expired_hold(connection, slot=slot.id, now=seconds(now))
    if await queries.find_hold(connection, slot=slot.id):
        raise SlotIsTaken("the slot is held")
    what = {"key": key, "slot": slot.id, "until": seconds(until), "now": seconds(now)}
    if await queries.find_reserved_elsewhere(connection, key=key, slot=slot.id) or not (
        await queries.add_reservation(connection, **what)
    ):
        raise SlotIsTaken("the slot is reserved")


async def require_referral(
    connection: Connection, person: int, slot: RegistrySlot, replaces: int | None = None
) -> int | None:
    """Return the referral that a visit spends; None if the specialty needs none. Raises NoReferral."""
    referral = await find_referral(connection, person, slot, replaces)
    if referral is None and slot.needs_referral:
        raise NoReferral
    return referral


async def find_referral(
    connection: Connection, person: int, slot: RegistrySlot, replaces: int | None = None
) -> int | None:
    """Return the person's referral for that day that ends first; the one of the visit ``replaces`` counts as free."""
    if not slot.needs_referral:
        return None
    wanted = {"person": person, "specialty": slot.specialty, "day": slot.day.isoformat(), "replaces": replaces or 0}
    row = await queries.find_referral(connection, **wanted)
    return row and int(row["id"])


async def list_recent_visits(
    connection: Connection, cipher: RegistryCipher, person: int, now: datetime
) -> list[RegistryVisit]:
    """Return a person's visits that begin in the future or began within the last day; older ones have ended."""
    rows = await queries.list_visits_of_person(connection, person=person, since=seconds(now - timedelta(days=1)))
    return [cipher.read_visit(row) for row in rows]


async def occupy_slot(
    connection: Connection,
    key: Key | None,
    person: RegisteredPerson,
    slot: RegistrySlot,
    now: datetime,
    *,
    status: BookingStatus = BookingStatus.BOOKED,
    expires_at: int | None = None,
    replaces: int | None = None,
    holder: HolderRef = NO_HOLDER,
    group: HoldGroup = ALONE,
) -> int:
    """Hold or book a slot for a person; return the id of the booking row.

    The holder's other holds for the person are deleted, but for those of the same group. A visit ends the reservation.

    Raises SlotIsTaken if another person or holder has the slot: a unique index decides who was first.
    """
    if group is ALONE:
        await queries.delete_other_holds(connection, person=person.id, holder=holder, slot=slot.id, status=status)
    if status is not BookingStatus.HELD and slot.reserved_until is not None:
        await queries.delete_reservation_of_slot(connection, slot=slot.id)
    row = await queries.occupy_slot(
        connection,
        uid=make_uid(),
        slot=slot.id,
        person=person.id,
        holder=holder,
        key=key,
        status=status,
        expires_at=expires_at,
        replaces=replaces,
        group=group.name,
        place=group.place,
        now=seconds(now),
    )
    if row is None:
        raise SlotIsTaken
    return int(row["id"])
