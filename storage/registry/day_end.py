"""The end of a clinic's day: whoever came has been there; whether the others have missed the visit, the clinic says."""

from __future__ import annotations

import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.clinics.port import BookingStatus
from bot.core.clock import Clock
from bot.core.timing import local_day
from storage.database.connection import Connection, Database, Row
from storage.database.rows import seconds
from storage.registry.store import queries

LOOK_BACK = timedelta(days=3)
"""Of a day that ended longer ago nobody is marked: the bot was off, or the clinic has only just asked for the mark."""
VISITS_AT_ONCE = 100


class DayEnd:
    """The job of the embedded registry that closes the visits of days that are over."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._ended: dict[int, date] = {}
        """until which day the visits of each clinic are settled"""

    async def settle(self) -> int:
        """Make CHECKED_IN visits of earlier days FULFILLED, and BOOKED ones NO_SHOW where the clinic wants it.

        Return how many visits have changed.
        """
        settled = 0
        for clinic in await self._database.read(queries.list_clinics_of_days):
            today = local_day(self._clock.now(), ZoneInfo(clinic["zone"]))
            if self._ended.get(clinic["id"]) != today:
                settled += await self._settle_clinic(clinic, today)
                self._ended[clinic["id"]] = today
        return settled

    async def _settle_clinic(self, clinic: Row, today: date) -> int:
        settled = await self._mark_all(clinic["id"], today, BookingStatus.CHECKED_IN, BookingStatus.FULFILLED)
        if marks_no_show(clinic["details"]):
            settled += await self._mark_all(clinic["id"], today, BookingStatus.BOOKED, BookingStatus.NO_SHOW)
        return settled

    async def _mark_all(self, clinic: int, today: date, was: BookingStatus, status: BookingStatus) -> int:
        marked, more = 0, True
        while more:
            count = await self._database.write(lambda connection: self._mark(connection, clinic, today, was, status))
            marked, more = marked + count, count == VISITS_AT_ONCE
        return marked

    async def _mark(
        self, connection: Connection, clinic: int, today: date, was: BookingStatus, status: BookingStatus
    ) -> int:
        since = date.min if was is BookingStatus.CHECKED_IN else today - LOOK_BACK
        days = {"since": since.isoformat(), "today": today.isoformat()}
        rows = await queries.list_visits_of_days_before(
            connection, clinic=clinic, status=was, **days, limit=VISITS_AT_ONCE
        )
        for row in rows:
            now = seconds(self._clock.now())
            await queries.mark_visit(connection, booking=row["id"], was=was, status=status, now=now)
            if status is BookingStatus.NO_SHOW:
                await queries.set_slot_status(connection, slot=row["slot_id"], was="BUSY", status="BLOCKED")
            await queries.add_change(connection, booking=row["id"], now=now, was_slot=row["slot_id"], undo_until=None)
        return len(rows)


def marks_no_show(details: str | None) -> bool:
    """Return what a clinic's file says about it; without a word nobody is marked."""
    return bool(json.loads(details or "{}").get("marks_no_show"))
