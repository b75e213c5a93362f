"""Blocks of booking at the desk: which cards late cancellations block here, and letting one book again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from bot.booking.blocks import Block, block_of, earliest_counted
from bot.booking.news import BlockLifted
from bot.booking.records import CountedVisit, LiftReason
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.clinics.port import Booking, NotFound
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import PatientId, Ref
from bot.staff.errors import NotBlocked, VisitGone
from bot.staff.own import require_not_own
from bot.staff.rights import Right, require_right

DEEDS: Mapping[LiftReason, Deed] = {
    LiftReason.ILLNESS: Deed.BLOCK_LIFTED_ILLNESS,
    LiftReason.MISTAKE: Deed.BLOCK_LIFTED_MISTAKE,
    LiftReason.GOOD_REASON: Deed.BLOCK_LIFTED_GOOD_REASON,
}


class BlockedCard(NamedTuple):
    patient: PatientId
    block: Block


class NumberedBlock(NamedTuple):
    """A block by the last visit that counts; ``number`` is the desk's own of that visit."""

    number: int
    ref: Ref
    opens_on: date


class DeskBlocks:
    def __init__(self, storage: Storage, directory: Directory, desk: ClinicDesk, clock: Clock) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock

    @clinic_call
    async def blocked(self, account: Account) -> tuple[Clinic, Sequence[NumberedBlock]]:
        """Return the blocks in force, by their end. Raises NotYours, StaffCodeNeeded."""
        clinic = await self._directory.clinic(require_right(account, Right.LIFT_BLOCKS))
        blocks = await self._storage.read(lambda view: _blocked(view, clinic, self._clock.now()))
        found = []
        for block in sorted(blocks, key=lambda each: each.opens_on):
            last = block.counted[-1]
            number = await self._number_of(clinic, last)
            if number is not None:
                found.append(NumberedBlock(number, last.ref, block.opens_on))
        return clinic, found

    async def _number_of(self, clinic: Clinic, visit: CountedVisit) -> int | None:
        card = await self._storage.read(lambda view: view.appointments.get(visit.appointment))
        if card is None or card.appointment.booking is None:
            return None
        try:
            return (await self._desk.visit_of(clinic.ref, card.appointment.booking)).number
        except NotFound:
            return None

    async def count(self, account: Account) -> int:
        """Raises NotYours, StaffCodeNeeded."""
        clinic = await self._directory.clinic(require_right(account, Right.LIFT_BLOCKS))
        if not clinic.facts.blocks:
            return 0
        return len(await self._storage.read(lambda view: _blocked(view, clinic, self._clock.now())))

    @clinic_call
    async def lift(self, account: Account, number: int, why: LiftReason) -> None:
        """Let the card of a visit book again; its representatives are told.

        Raises NotYours, StaffCodeNeeded, VisitGone, OwnMatter, NotBlocked.
        """
        clinic = await self._directory.clinic(require_right(account, Right.LIFT_BLOCKS))
        try:
            visit = await self._desk.visit(clinic.ref, number)
        except NotFound:
            raise VisitGone from None
        await self._storage.read(lambda view: require_not_own(view, account, visit.booking.person))
        now = self._clock.now()

        async def lift(uow: UnitOfWork) -> bool:
            card = await find_visit_block(uow, clinic, visit.booking, now)
            if card is None:
                return False
            await uow.blocks.forgive(card.patient, clinic.id)
            subject = Subject.patient(card.patient)
            await uow.audit.add(Actor.staff(account.id, account.clinic), DEEDS[why], subject, now)
            await _tell_of_lifted(uow, card.patient, clinic, why, now)
            return True

        if not await self._storage.write(lift):
            raise NotBlocked(number)


async def find_visit_block(view: UnitOfWork, clinic: Clinic, booking: Booking, now: datetime) -> BlockedCard | None:
    """Return the block of the card that has booked a visit of the clinic in the bot."""
    if not clinic.facts.blocks or booking.key is None:
        return None
    booked = await view.appointments.find_of_key(booking.key)
    if booked is None:
        return None
    block = await block_of(view, booked.patient, clinic, now)
    return None if block is None else BlockedCard(booked.patient, block)


async def _tell_of_lifted(uow: UnitOfWork, patient: PatientId, clinic: Clinic, why: LiftReason, now: datetime) -> None:
    """Tell the representatives of a card, and those of the cards that it shares its visits with."""
    shared = [each.with_card for each in await uow.representatives.sharings_of(patient) if each.card == patient]
    for card in (patient, *shared):
        for keeper in await uow.representatives.list_of(card):
            await uow.outbox.add(BlockLifted(keeper.account, card, clinic.id, why).due(now), now)


async def _blocked(view: UnitOfWork, clinic: Clinic, now: datetime) -> list[Block]:
    """Return the blocks of a clinic; cards that share their visits have one."""
    if not clinic.facts.blocks:
        return []
    facts, since = clinic.facts, earliest_counted(clinic, now)
    cards = await view.blocks.cards_with(clinic.id, since, facts.late_cancels, missed=facts.counts_missed)
    found = [await block_of(view, card, clinic, now) for card in cards]
    return list({block.counted[-1].appointment: block for block in found if block is not None}.values())
