"""What the registry keeps for visits that a closing has called off: found, given to somebody else, let go."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Container, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clinics.port import BookingStatus, Refused
from bot.core.timing import MOSCOW, local_day
from bot.glossary import Key
from storage.database.connection import Connection, Row
from storage.database.rows import seconds
from storage.registry.rows import RegistryCipher, RegistrySlot, RegistryVisit, read_registry_slot
from storage.registry.rules import require_allowed
from storage.registry.sharing import BEFORE_VISIT, kept_until, share_out
from storage.registry.store import add_reservation, find_referral, list_recent_visits, queries

MOST_ALTERNATIVES = 400
"""times that are looked at for the visits of one closing: those of some weeks"""
NOTHING = {"offer_slot": None, "offer_key": None, "offer_until": None}


class OfferPlace(NamedTuple):
    """Where a time is looked for: row ids of the registry."""

    clinic: int
    specialty: int
    zone: ZoneInfo


async def keep_alternatives(
    connection: Connection,
    cipher: RegistryCipher,
    place: OfferPlace,
    visits: Sequence[Row],
    since: datetime,
    now: datetime,
    avoid: Container[int] = (),
) -> dict[int, dict[str, object]]:
    """Reserve a time after ``since`` for each visit that can have one; return the columns of the offer, by visit."""
    begins = max(since, now + BEFORE_VISIT)
    rows = await queries.list_alternatives(
        connection,
        clinic=place.clinic,
        specialty=place.specialty,
        since=seconds(begins),
        now=seconds(now),
        limit=MOST_ALTERNATIVES,
    )
    free = {row["id"]: read_registry_slot(row) for row in rows if row["id"] not in avoid}
    wishes = {visit["id"]: await _fitting(connection, cipher, visit, free.values(), now) for visit in visits}
    kept: dict[int, dict[str, object]] = {}
    for visit, slot in share_out(wishes).items():
        key, until = Key(secrets.token_urlsafe(12)), kept_until(free[slot].starts_at, place.zone, now)
        await add_reservation(connection, key, free[slot], until, now)
        kept[visit] = {"offer_slot": slot, "offer_key": key, "offer_until": seconds(until)}
    return kept


async def _fitting(
    connection: Connection, cipher: RegistryCipher, visit: Row, free: Collection[RegistrySlot], now: datetime
) -> Sequence[int]:
    """Return the slots that the person of a visit may have instead of it, soonest first, its kind first."""
    person = cipher.open_person(await queries.find_person(connection, person=visit["person_id"]))
    recent = await list_recent_visits(connection, cipher, person.id, now)
    others = [other for other in recent if other.id != visit["id"]]
    referred: dict[date, bool] = {}
    found = []
    for slot in free:
        try:
            require_allowed(slot, person, others, now, local_day(now, MOSCOW))
        except Refused:
            continue
        if slot.needs_referral and slot.day not in referred:
            referred[slot.day] = await find_referral(connection, person.id, slot, visit["id"]) is not None
        if referred.get(slot.day, True):
            found.append(slot.id)
    return found


async def is_kept_for(connection: Connection, slot: int, person: int, now: datetime) -> bool:
    """Whether a slot is kept for a visit of this person."""
    offers = await queries.list_offers(connection, slot=slot, now=seconds(now))
    return any(row["person_id"] == person for row in offers)


async def replace_offers(connection: Connection, cipher: RegistryCipher, slots: Sequence[int], now: datetime) -> None:
    """Keep other times for those for whom these slots were kept; who gets none is told so by the feed of changes.

    The slots themselves are taken or closed already.
    """
    for slot in slots:
        for offer in list(await queries.list_offers(connection, slot=slot, now=seconds(now))):
            await queries.delete_reservation(connection, key=offer["offer_key"])
            place = OfferPlace(offer["clinic_id"], offer["specialty_id"], ZoneInfo(offer["zone"]))
            kept = await keep_alternatives(connection, cipher, place, [offer], now, now, avoid=set(slots))
            columns = kept.get(offer["id"], NOTHING)
            visit = {"closure": offer["closure_id"], "booking": offer["id"]}
            await queries.set_offer(connection, **visit, **columns)
            # Whoever was told of the old time by telephone has to be called again.
            await queries.set_called(connection, **visit, at=None)
            what = {"booking": offer["id"], "now": seconds(now), "was_slot": None, "undo_until": None}
            await queries.add_change(connection, **what)


def has_called_off(visits: Iterable[RegistryVisit], specialty: int) -> bool:
    """Whether something may be kept for the person of these visits: one of them to the specialty is off."""
    return any(visit.specialty == specialty and visit.booking.status is BookingStatus.CANCELLED for visit in visits)


async def let_offers_go(connection: Connection, person: int, specialty: int, now: datetime) -> None:
    """Let go what is kept for visits of a person to a specialty: the person has booked a visit to it."""
    for offer in list(
        await queries.list_offers_of_person(connection, person=person, specialty=specialty, now=seconds(now))
    ):
        freed = await queries.delete_reservation(connection, key=offer["offer_key"])
        if freed is not None:
            await queries.add_opening(connection, slot=freed["slot_id"], now=seconds(now))
        columns = NOTHING | {"offer_key": offer["offer_key"]}
        await queries.set_offer(connection, closure=offer["closure_id"], booking=offer["id"], **columns)
