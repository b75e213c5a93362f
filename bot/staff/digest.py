"""The morning digest: once a day each member who sees the visits of a clinic gets their number, without names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.people import Account
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import AccountId, ClinicId
from bot.staff.news import MorningDigest
from bot.staff.queue import count_queue
from bot.staff.rights import Right, has_right, require_right

NOON = time(12)
"""in the clinic's zone; a digest is not worth telling after it"""


class Digest(NamedTuple):
    """What a day brings to a clinic; ``first`` and ``last`` are when the first and the last visit begin."""

    clinic: Clinic
    day: date
    visits: int
    first: datetime
    last: datetime
    waiting: int
    """questions in the queue"""
    applications: int = 0
    """of every kind, that wait for a decision"""


class Digests:
    def __init__(self, storage: Storage, directory: Directory, desk: ClinicDesk, clock: Clock, at: time) -> None:
        self._storage, self._directory, self._desk, self._clock, self._at = storage, directory, desk, clock, at
        self._planned: dict[ClinicId, date] = {}
        """what this process knows to be planned; the database decides"""

    async def plan_due(self) -> None:
        """Enqueue the digests of the clinics whose hour has come; a clinic that does not answer is asked again."""
        now = self._clock.now()
        for clinic in self._directory.known_clinics():
            day = local_day(now, clinic.zone)
            is_time = moment_of(day, self._at, clinic.zone) <= now < moment_of(day, NOON, clinic.zone)
            if is_time and self._planned.get(clinic.id) != day and await self._plan(clinic, day, now):
                self._planned[clinic.id] = day

    async def _plan(self, clinic: Clinic, day: date, now: datetime) -> bool:
        """Return whether nothing is left to plan for this clinic on this day."""
        if not await self._storage.read(lambda view: readers_of(view, clinic.id)):
            return False
        try:
            visits = await self._desk.visits(clinic.ref, day)
        except ClinicError:
            return False
        noon = moment_of(day, NOON, clinic.zone)

        async def plan(uow: UnitOfWork) -> None:
            if await uow.posts.claim_digest(clinic.id, day) and (visits or visits.unreadable):
                for member in await readers_of(uow, clinic.id):
                    await uow.outbox.add(MorningDigest(member, clinic.id, day).due(now, expires_at=noon), now)

        await self._storage.write(plan)
        return True

    async def content(self, message: MorningDigest) -> Digest | None:
        """Return what is true now; None if the reader is no member, wants no digest, or nobody is booked any more.

        Raises ClinicError.
        """
        readers = await self._storage.read(lambda view: readers_of(view, message.clinic))
        if message.account not in readers:
            return None
        clinic = await self._directory.clinic(message.clinic)
        starts = [visit.booking.starts_at for visit in await self._desk.visits(clinic.ref, message.day)]
        if not starts:
            return None
        waiting, applications = await self._storage.read(lambda view: count_waiting(view, message.clinic))
        return Digest(clinic, message.day, len(starts), min(starts), max(starts), waiting, applications)

    @writes
    async def switch(self, uow: UnitOfWork, member: Account, wanted: bool) -> None:
        """Raises NotYours, StaffCodeNeeded."""
        require_right(member, Right.SEE_VISITS)
        await uow.posts.set_digest(member.id, wanted)

    async def is_wanted(self, member: Account) -> bool:
        return await self._storage.read(lambda view: view.posts.wants_digest(member.id))


async def count_waiting(view: UnitOfWork, clinic: ClinicId) -> tuple[int, int]:
    """Return the numbers of questions and of applications that wait for a clinic."""
    policies = await view.policy_requests.at_desk(clinic)
    return await count_queue(view, clinic), await view.applications.count_at_desk(clinic) + len(policies)


async def readers_of(view: UnitOfWork, clinic: ClinicId) -> Sequence[AccountId]:
    """Return the members who get the digest of a clinic; not one whom the bot cannot write to."""
    staff = [each for each in await view.accounts.list_staff(clinic) if each.reachable]
    members = [each for each in staff if has_right(each, Right.SEE_VISITS)]
    return [each.id for each in members if await view.posts.wants_digest(each.id)]


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return a time of a local day, in UTC."""
    return datetime.combine(day, at, zone).astimezone(UTC)
