"""Whether somebody was at a visit to which the clinic has noted nobody came: what the parent says, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.booking.records import MissedVisit, Presence, WhatParentSays
from bot.glossary import AppointmentId, BookingRef, ClinicId, Ref, SystemName
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("presence")


class SqlPresence:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim(self, appointment: AppointmentId) -> bool:
        """Record that a parent says «Мы были» of a NO_SHOW visit; False if that was said before."""
        return await queries.record_presence(self._connection, appointment=appointment) is not None

    async def deny(self, appointment: AppointmentId) -> bool:
        """Record that the desk does not agree; False if nobody asks any more."""
        return await queries.answer_presence(self._connection, appointment=appointment) is not None

    async def of(self, appointment: AppointmentId) -> Presence | None:
        row = await queries.find_presence(self._connection, appointment=appointment)
        return None if row is None or row["presence"] is None else Presence(row["presence"])

    async def of_booking(self, system: SystemName, booking: BookingRef) -> WhatParentSays | None:
        """Return what is known of the clinic's visit here; None if it is none of the bot's."""
        row = await queries.find_presence_of_booking(self._connection, system=system, booking=booking)
        if row is None:
            return None
        return WhatParentSays(
            AppointmentId(row["id"]), bool(row["confirmed"]), row["presence"] and Presence(row["presence"])
        )

    async def list_claimed(self, clinic: ClinicId) -> Sequence[MissedVisit]:
        """Return the visits of a clinic whose parents wait for its answer, the oldest first."""
        rows = await queries.list_claimed_presence(self._connection, clinic=clinic)
        return [MissedVisit(Ref(row["ref"]), moment(row["starts_at"]), BookingRef(row["booking"])) for row in rows]

    async def list_confirmed(self, clinic: ClinicId, since: datetime, until: datetime) -> frozenset[BookingRef]:
        """Return the clinic's references of visits that begin in [since, until) and whose parents say «Придём»."""
        rows = await queries.list_confirmed_bookings(
            self._connection, clinic=clinic, since=seconds(since), until=seconds(until)
        )
        return frozenset(BookingRef(row["booking"]) for row in rows)

    async def count_late(self, clinic: ClinicId, since: datetime, until: datetime) -> int:
        """Count the late cancellations of visits that would have begun in [since, until)."""
        row = await queries.count_late_cancellations(
            self._connection, clinic=clinic, since=seconds(since), until=seconds(until)
        )
        return int(row["visits"])
