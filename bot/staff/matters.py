"""Desk matters: a registrar finds one by its number, looks at the papers of the parent, and confirms or declines.

One table says what each kind of matter does when it is settled, in the unit of work that closes the matter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.booking.records import AppointmentCard
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput, NotYours
from bot.core.patient import Patient, Verification, VerificationStatus
from bot.core.people import Account
from bot.core.refs import read_ref
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import ClinicId, MatterId
from bot.patients.claims import find_standing, reveal_clinic
from bot.patients.news import CheckAnswered, MatterDeclined, OtherProved, PapersSeen
from bot.patients.records import DeskMatter, Matter, MatterOutcome
from bot.staff.errors import MatterElsewhere, MatterGone, OwnMatter
from bot.staff.own import acts_for
from bot.staff.problems import MatterProblem
from bot.staff.reading import journal_readings, keep_desk_open
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right

Settle = Callable[[UnitOfWork, Account, Matter, datetime], Awaitable[None]]
"""Does what the decision of a staff member means, in the unit of work that closes the matter."""


class MatterKind(NamedTuple):
    """What confirming and declining a matter of one kind does.

    ``own_clinic``: it is settled only at a desk of the child's clinic, as is every matter about a child whom accounts
    dispute. Any other matter is also settled at the clinic that has demanded the papers.
    """

    confirm: Settle
    decline: Settle
    own_clinic: bool = False


class VisitOfMatter(NamedTuple):
    """A live visit of the matter's card at the clinic of the desk; ``number`` is the desk's own id of it."""

    number: int
    card: AppointmentCard


class SeenMatter(NamedTuple):
    """A matter as the desk sees it."""

    matter: Matter
    patient: Patient
    clinic: Clinic
    """where the staff member works"""
    visits: Sequence[VisitOfMatter]


class Matters:
    def __init__(
        self, storage: Storage, directory: Directory, desk: ClinicDesk, alarm: ReadingAlarm, clock: Clock
    ) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock
        self._alarm = alarm
        self._kinds: Mapping[DeskMatter, MatterKind] = {
            DeskMatter.PAPERS: MatterKind(confirm_papers, decline),
            DeskMatter.DISPUTE: MatterKind(confirm_papers, decline, own_clinic=True),
            DeskMatter.OLD_POLICY: MatterKind(check_again, decline),
        }

    async def find(self, staff: Account, typed: str) -> MatterId:
        """Return the open matter whose number was typed.

        Raises NotYours, StaffCodeNeeded, InvalidInput, MatterGone, MatterElsewhere, OwnMatter.
        """
        clinic, ref = require_right(staff, Right.SETTLE_MATTERS), read_ref(typed)
        if ref is None:
            raise InvalidInput(MatterProblem.FORM, example="A7KM-9X")

        async def look_up(view: UnitOfWork) -> MatterId:
            matter, _patient = await self._require(view, staff, clinic, await view.matters.find(ref))
            return matter.id

        return await self._storage.read(look_up)

    async def see(self, staff: Account, matter: MatterId) -> SeenMatter:
        """Return what the desk sees of a matter; the journal of the card records that the desk has read it.

        Raises NotYours, StaffCodeNeeded, MatterGone, MatterElsewhere, OwnMatter, OverBudget.
        """
        clinic, now = require_right(staff, Right.SETTLE_MATTERS), self._clock.now()
        where = await self._directory.clinic(clinic)

        async def read(uow: UnitOfWork) -> tuple[Matter, Patient, Sequence[AppointmentCard], int]:
            found, patient = await self._require(uow, staff, clinic, await uow.matters.get(matter))
            await keep_desk_open(uow, staff, now)
            names = await journal_readings(uow, staff, where, [Subject.patient(patient.id)], Deed.MATTER_READ, now)
            visits = await uow.appointments.upcoming(found.account, now)
            here = [card for card in visits if (card.patient.id, card.clinic.id) == (patient.id, clinic)]
            return found, patient, here, names

        found, patient, visits, names = await self._storage.write(read)
        await self._alarm.note(staff, names)
        return SeenMatter(found, patient, where, await self._numbered(where, visits))

    async def confirm(self, staff: Account, matter: MatterId) -> Matter:
        """Settle a matter as the parent wishes. Raises as ``see``."""
        return await self._settle(staff, matter, MatterOutcome.CONFIRMED)

    async def decline(self, staff: Account, matter: MatterId) -> Matter:
        """Close a matter whose papers do not prove what they should. Raises as ``see``."""
        return await self._settle(staff, matter, MatterOutcome.DECLINED)

    async def _settle(self, staff: Account, matter: MatterId, outcome: MatterOutcome) -> Matter:
        clinic, now = require_right(staff, Right.SETTLE_MATTERS), self._clock.now()

        async def settle(uow: UnitOfWork) -> Matter:
            found, _patient = await self._require(uow, staff, clinic, await uow.matters.get(matter))
            kind = self._kinds[found.kind]
            await (kind.confirm if outcome is MatterOutcome.CONFIRMED else kind.decline)(uow, staff, found, now)
            await uow.matters.close(found.id, outcome, now)
            await uow.passing.end(staff.id, now)
            return found

        return await self._storage.write(settle)

    async def _require(
        self, uow: UnitOfWork, staff: Account, clinic: ClinicId, matter: Matter | None
    ) -> tuple[Matter, Patient]:
        """Return an open matter that this staff member may settle. Raises MatterGone, MatterElsewhere, OwnMatter."""
        if matter is None:
            raise MatterGone
        if matter.account == staff.id:
            raise OwnMatter
        try:
            patient = await uow.patients.require(matter.account, matter.patient)
        except NotYours:
            raise MatterGone from None
        if await acts_for(uow, staff, patient):
            raise OwnMatter
        own_clinic = self._kinds[matter.kind].own_clinic or (await find_standing(uow, patient)).is_contested
        asked = None if own_clinic else matter.clinic
        known = {await uow.patients.register_clinic(patient.id), asked} - {None}
        if known and clinic not in known:
            raise MatterElsewhere
        return matter, patient

    async def _numbered(self, clinic: Clinic, cards: Sequence[AppointmentCard]) -> list[VisitOfMatter]:
        """Return the visits that the desk can open; none if its system does not answer."""
        found: list[VisitOfMatter] = []
        for card in cards:
            day = local_day(card.appointment.starts_at, clinic.zone)
            try:
                listed = await self._desk.visits(clinic.ref, day)
            except ClinicError:
                return []
            numbers = [visit.number for visit in listed if visit.booking.ref == card.appointment.booking]
            found += [VisitOfMatter(number, card) for number in numbers]
        return found


async def confirm_papers(uow: UnitOfWork, staff: Account, matter: Matter, now: datetime) -> None:
    """Record that a desk has seen the papers of the representative; notify this account and the others of the child."""
    await uow.representatives.set_papers(matter.account, matter.patient, now)
    patient = await uow.patients.require(matter.account, matter.patient)
    await reveal_clinic(uow, patient)
    for other in (await find_standing(uow, patient)).others:
        await uow.outbox.add(OtherProved(other.owner, other.card).due(now), now)
    await uow.outbox.add(PapersSeen(matter.account, matter.patient).due(now), now)
    await uow.audit.add(Actor.staff(staff.id, staff.clinic), Deed.PAPERS_SEEN, Subject.patient(matter.patient), now)


async def check_again(uow: UnitOfWork, staff: Account, matter: Matter, now: datetime) -> None:
    """Check a policy of an old form again: the desk has seen it and entered it into the register."""
    queued = Verification(VerificationStatus.QUEUED, queued_at=now)
    await uow.patients.set_verification(matter.patient, queued, next_check=now)
    await uow.outbox.add(CheckAnswered(matter.account, matter.patient).unless_shown(now), now)
    await uow.audit.add(Actor.staff(staff.id, staff.clinic), Deed.DOCUMENT_SEEN, Subject.patient(matter.patient), now)


async def decline(uow: UnitOfWork, staff: Account, matter: Matter, now: datetime) -> None:
    """Notify the account that the papers did not do; the card stays as it is."""
    await uow.outbox.add(MatterDeclined(matter.account, matter.patient, matter.kind).due(now), now)
    await uow.audit.add(Actor.staff(staff.id, staff.clinic), Deed.MATTER_DECLINED, Subject.patient(matter.patient), now)
