"""The block of booking: a clinic that says so takes no new visit of a card for some days after late cancellations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.booking.errors import BookingBlocked
from bot.booking.news import BlockLifted
from bot.booking.records import AppointmentCard, CountedVisit
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AccountId, ClinicId, PatientId

COUNTED_FOR = timedelta(days=180)
"""a visit that would have begun longer ago does not count towards a new block"""
EXEMPT_FOR = timedelta(days=30)
"""how long after its start a visit that the clinic has called off lets the card book in spite of a block"""


class Block(NamedTuple):
    """``opens_on`` is the local day from which the card can book again; ``counted`` are the visits that block it."""

    opens_on: date
    counted: Sequence[CountedVisit]


class SeenBlock(NamedTuple):
    """``block`` is None if the card can book at the clinic."""

    patient: Patient
    clinic: Clinic
    block: Block | None


class BlockAhead(NamedTuple):
    """What one more late cancellation means: ``counted`` is how many count after it, of ``late_cancels``."""

    counted: int
    late_cancels: int
    block_days: int

    @property
    def blocks(self) -> bool:
        return self.counted >= self.late_cancels


def find_block(counted: Sequence[CountedVisit], clinic: Clinic, now: datetime) -> Block | None:
    """Return the block that is in force; ``counted`` are by start.

    So many visits within COUNTED_FOR block booking for so many local days from the day of the last of them. They do
    not count towards the next block, and neither does a visit on a day of the block.
    """
    facts, today = clinic.facts, local_day(now, clinic.zone)
    waiting: list[CountedVisit] = []
    block: Block | None = None
    for visit in counted if facts.blocks else ():
        day = local_day(visit.starts_at, clinic.zone)
        if block is not None and day < block.opens_on:
            continue
        waiting = [each for each in waiting if visit.starts_at - each.starts_at <= COUNTED_FOR] + [visit]
        if len(waiting) >= facts.late_cancels:
            block, waiting = Block(day + timedelta(days=facts.block_days), tuple(waiting)), []
    return block if block is not None and today < block.opens_on else None


def earliest_counted(clinic: Clinic, now: datetime) -> datetime:
    """Return since when visits can matter: those of a block that is in force may be as old as both terms together."""
    return now - COUNTED_FOR - timedelta(days=clinic.facts.block_days + 1)


async def block_of(view: UnitOfWork, patient: PatientId, clinic: Clinic, now: datetime) -> Block | None:
    """Return the block of a card at a clinic; None also while it may choose instead of what the clinic called off."""
    if not clinic.facts.blocks:
        return None
    since, missed = earliest_counted(clinic, now), clinic.facts.counts_missed
    block = find_block(await view.blocks.counted(patient, clinic.id, since, missed=missed), clinic, now)
    if block is not None and await view.blocks.was_called_off(patient, clinic.id, now - EXEMPT_FOR):
        return None
    return block


async def require_open(view: UnitOfWork, patient: PatientId, clinic: Clinic, now: datetime) -> None:
    """Raises BookingBlocked."""
    block = await block_of(view, patient, clinic, now)
    if block is not None:
        raise BookingBlocked(patient, clinic.id, block.opens_on, clinic.phone)


class Blocks:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock

    async def seen(self, account: AccountId, patient: PatientId, clinic: ClinicId) -> SeenBlock:
        """Return the block of a card of this account. Raises NotYours."""
        where, now = await self._directory.clinic(clinic), self._clock.now()

        async def look(view: UnitOfWork) -> SeenBlock:
            found = await view.patients.require(account, patient)
            return SeenBlock(found, where, await block_of(view, patient, where, now))

        return await self._storage.read(look)

    async def find_for(self, message: BlockLifted) -> SeenBlock | None:
        """Return the card and the clinic of a message; None if its reader may not book there by it any more."""
        try:
            seen = await self.seen(message.account, message.patient, message.clinic)
        except NotYours:
            return None
        return None if seen.block else seen

    async def ahead(self, card: AppointmentCard) -> BlockAhead | None:
        """Return what cancelling this visit late means; None if it blocks nothing, or if nothing more is counted now.

        ``card`` is one that the account sees.
        """
        clinic, now, visit = await self._directory.clinic(card.clinic.id), self._clock.now(), card.appointment
        if not clinic.facts.blocks:
            return None
        since, missed = earliest_counted(clinic, now), clinic.facts.counts_missed
        counted = await self._storage.read(
            lambda view: view.blocks.counted(visit.patient, clinic.id, since, missed=missed)
        )
        one_more = sorted(
            [*counted, CountedVisit(visit.id, visit.ref, visit.starts_at)], key=lambda each: each.starts_at
        )
        block = find_block(one_more, clinic, now)
        if find_block(counted, clinic, now) is not None:
            return None
        recent = sum(visit.starts_at - each.starts_at <= COUNTED_FOR for each in one_more)
        number = clinic.facts.late_cancels if block else min(recent, clinic.facts.late_cancels - 1)
        return BlockAhead(number, clinic.facts.late_cancels, clinic.facts.block_days)
