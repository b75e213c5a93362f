"""Slots of the registry that are kept or have opened: groups of holds, reservations, the feed of openings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.clinics.port import BookingStatus, PersonNotFound, Refused
from bot.clinics.reserving import (
    GROUP_LASTS,
    MOST_IN_GROUP,
    NO_RESERVATION,
    Opening,
    Openings,
    Reservation,
    WantedSlot,
)
from bot.core.clock import Clock
from bot.glossary import ClinicRef, HolderRef, Key, PersonRef, SlotRef, SpecialtyRef
from storage.database.connection import Connection, Database
from storage.database.rows import seconds
from storage.registry.rows import RegistryCipher, read_opened, read_slot, row_id
from storage.registry.rules import require_bookable
from storage.registry.store import (
    HoldGroup,
    add_reservation,
    find_slot,
    occupy_slot,
    queries,
    require_holdable,
)

OPENINGS_AT_ONCE = 100
"""Rows of the feed of openings that one call returns at most."""


class ReservingRegistry:
    """The part of the embedded ``ClinicSystem`` about slots that are kept or have opened."""

    _database: Database
    _cipher: RegistryCipher
    _clock: Clock

    async def hold_group(self, person: PersonRef, wanted: Sequence[WantedSlot], holder: HolderRef) -> datetime:
        if not 0 < len({each.slot for each in wanted}) == len(wanted) <= MOST_IN_GROUP:
            raise Refused("a group has one to seven different slots")

        async def hold(connection: Connection) -> datetime:
            now = self._clock.now()
            row = await queries.find_person(connection, person=row_id(person))
            if row is None:
                raise PersonNotFound
            whose, until = self._cipher.open_person(row), now + GROUP_LASTS
            await queries.delete_holds_of_holder(connection, person=whose.id, holder=holder)
            for place, each in enumerate(wanted):
                target = await require_holdable(connection, each.key, each.slot, NO_RESERVATION, now)
                await occupy_slot(
                    connection,
                    each.key,
                    whose,
                    target,
                    now,
                    status=BookingStatus.HELD,
                    expires_at=seconds(until),
                    holder=holder,
                    group=HoldGroup(wanted[0].key, place),
                )
            return until

        return await self._database.write(hold)

    async def reserve(self, key: Key, slot: SlotRef, until: datetime) -> Reservation:
        async def reserve(connection: Connection) -> Reservation:
            now = self._clock.now()
            target = require_bookable(await find_slot(connection, slot), now)
            if not now < until <= target.starts_at:
                raise Refused("a reservation ends before the slot begins, and not yet")
            await add_reservation(connection, key, target, until, now)
            return Reservation(key, read_slot(await queries.find_open_slot(connection, slot=target.id)), until)

        return await self._database.write(reserve)

    async def release_reservation(self, key: Key) -> None:
        async def release(connection: Connection) -> None:
            row = await queries.delete_reservation(connection, key=key)
            if row is not None:
                await queries.add_opening(connection, slot=row["slot_id"], now=seconds(self._clock.now()))

        await self._database.write(release)

    async def openings(self, cursor: str | None) -> Openings:
        if cursor is None:
            newest = await self._database.read(queries.find_last_opening)
            return Openings((), str(newest["id"]), more=False)
        page = {"cursor": row_id(cursor), "limit": OPENINGS_AT_ONCE, "now": seconds(self._clock.now())}
        rows = await self._database.read(lambda connection: queries.list_openings(connection, **page))
        open_now = {row["slot_id"]: row for row in rows if row["is_open"]}
        found = [
            Opening(read_opened(row), ClinicRef(str(row["clinic_id"])), SpecialtyRef(str(row["specialty_id"])))
            for row in open_now.values()
        ]
        return Openings(found, str(rows[-1]["opening"]) if rows else cursor, more=len(rows) == OPENINGS_AT_ONCE)
