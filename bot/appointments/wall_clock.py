"""Keep the local time that was promised for each visit when the law of a zone changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.appointments.rules import reckon_facts
from bot.booking.news import VisitReminder
from bot.booking.reminders import Reminders
from bot.core.clock import Clock
from bot.core.readable import CannotOpen
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.core.zone_laws import Law, is_changed, law_of, same_local_time
from bot.glossary import AppointmentId

AHEAD = timedelta(days=400)
"""for which the law of a zone is kept; no clinic books further ahead"""

log = structlog.get_logger(__name__)


class WallClock:
    """A new time zone database comes with a start of the bot, so each zone is looked at once a day."""

    def __init__(self, storage: Storage, reminders: Reminders, clock: Clock) -> None:
        self._storage, self._reminders, self._clock = storage, reminders, clock
        self._kept: dict[str, date] = {}

    async def keep(self) -> None:
        """Reckon the visits ahead anew in every zone whose law has changed. Nobody is told: the clocks show the same.

        It must come before the feeds are read, which would take the difference for a move.
        """
        now = self._clock.now()
        zones = await self._storage.read(lambda view: view.zones.list_zones())
        due = [zone for zone in zones if self._kept.get(zone.key) != now.date()]
        laws = {zone: law_of(zone, now - timedelta(days=1), now + AHEAD) for zone in due}
        changed = [zone for zone, law in laws.items() if not await self._is_kept(zone, law, now)]
        if changed:
            await self._keep({zone: laws[zone] for zone in changed}, now)
        self._kept |= {zone.key: now.date() for zone in due}

    @reads
    async def _is_kept(self, view: UnitOfWork, zone: ZoneInfo, present: Law, now: datetime) -> bool:
        """Whether the stored law of a zone is the present one, and far from its end."""
        known = await view.zones.find_law(zone)
        return known is not None and not is_changed(known, present) and known[-1][0] > (now + AHEAD / 2).timestamp()

    @writes
    async def _keep(self, uow: UnitOfWork, laws: Mapping[ZoneInfo, Law], now: datetime) -> None:
        """Change everything of a zone with its law in one unit, however much it is: a half would be lost."""
        for zone, present in laws.items():
            known = await uow.zones.find_law(zone)
            if known is not None and is_changed(known, present):
                await self._reckon(uow, zone, known, now)
            await uow.zones.save_law(zone, present)

    async def _reckon(self, uow: UnitOfWork, zone: ZoneInfo, known: Law, now: datetime) -> None:
        def reckon(at: datetime) -> datetime:
            return same_local_time(at, known, zone)

        slots = await uow.zones.move_slots(zone, reckon, now)
        visits = await uow.zones.move_visits(zone, reckon, now)
        await uow.zones.move_visits_elsewhere(zone, reckon, now)
        await uow.zones.move_orders(zone, reckon, now)
        for visit in visits:
            await uow.outbox.change_facts(visit, lambda facts: reckon_facts(facts, reckon))
            await self._plan_reminder(uow, visit, now)
        log.warning("the law of a zone has changed", zone=zone.key, visits=len(visits), slots=slots)

    async def _plan_reminder(self, uow: UnitOfWork, visit: AppointmentId, now: datetime) -> None:
        """Plan the reminders anew that were not sent."""
        viewers = [
            viewer
            for viewer in await uow.appointments.viewers(visit)
            if await uow.outbox.due_of(VisitReminder(viewer.account, visit)) is not None
        ]
        if not viewers:
            return
        try:
            card = await uow.appointments.get(visit)
        except CannotOpen:  # its reminder comes at the old moment
            return
        if card is not None:
            await self._reminders.plan(uow, card, now, viewers)
