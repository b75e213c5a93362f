"""Booking at the desk: a person at the counter or on the telephone gets a visit from a registrar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, ClinicPerson, DeskFree, SlotIsOffered
from bot.clinics.directory import Directory
from bot.clinics.port import (
    HasActiveVisit,
    NoReferral,
    NotEligible,
    NotFound,
    PolicyInactive,
    Refused,
    SlotIsGone,
    SlotIsTaken,
    VisitsOverlap,
)
from bot.core.ages import age_on
from bot.core.clinic import Clinic, Doctor, OpenDay, Slot, Specialty, VisitType
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.people import Account
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import DoctorId, PersonRef, SlotRef, SpecialtyId
from bot.staff.desk import Staff
from bot.staff.errors import DeskRefusal, DeskRefused, DeskTimeGone, DeskTimeOffered, PersonGone
from bot.staff.persons import subjects_of
from bot.staff.reading import journal_readings, keep_desk_open
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right

REFUSALS: dict[type[Refused], DeskRefusal] = {
    HasActiveVisit: DeskRefusal.HAS_VISIT,
    VisitsOverlap: DeskRefusal.OVERLAPS,
    NotEligible: DeskRefusal.NOT_ELIGIBLE,
    NoReferral: DeskRefusal.NO_REFERRAL,
    PolicyInactive: DeskRefusal.POLICY,
}


class ForWhom(NamedTuple):
    clinic: Clinic
    person: ClinicPerson


class TimesForPerson(NamedTuple):
    """The days on which a doctor has time for a person, and the free times of one of them."""

    whom: ForWhom
    doctor: Doctor
    specialty: Specialty
    days: Sequence[OpenDay]
    day: date | None
    slots: Sequence[Slot]
    offered: frozenset[SlotRef] = frozenset()
    """of the slots of all days, those that are kept for somebody else"""


class DeskBooking:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        desk: ClinicDesk,
        staff: Staff,
        alarm: ReadingAlarm,
        clock: Clock,
    ) -> None:
        self._storage, self._directory, self._desk, self._staff = storage, directory, desk, staff
        self._alarm, self._clock = alarm, clock

    @clinic_call
    async def specialties(self, account: Account, number: int) -> tuple[ForWhom, Sequence[Specialty]]:
        """Return the clinic's specialties that see a person of this age and sex. Raises as ``whom``."""
        whom = await self.whom(account, number)
        today = local_day(self._clock.now(), whom.clinic.zone)
        every = await self._directory.specialties(whom.clinic)
        age, sex = age_on(whom.person.birth_date, today), whom.person.sex
        return whom, [each for each in every if each.min_age <= age <= each.max_age and each.sex in {None, sex}]

    @clinic_call
    async def doctors(
        self, account: Account, number: int, specialty: SpecialtyId
    ) -> tuple[ForWhom, Specialty, Sequence[Doctor]]:
        """Return the doctors of a specialty, the soonest first. Raises as ``whom``, and NotYours."""
        whom = await self.whom(account, number)
        wanted = await self._directory.specialty_at(whom.clinic, specialty)
        return whom, wanted, await self._directory.doctors(whom.clinic, wanted)

    @clinic_call
    async def times(self, account: Account, number: int, doctor: DoctorId, day: date | None) -> TimesForPerson:
        """Return a doctor's free times on ``day``, by default the first one with any; those for the desk alone too.

        Raises as ``whom``, and NotYours.
        """
        whom = await self.whom(account, number)
        found = await self._doctor(whom.clinic, doctor)
        specialty = await self._directory.specialty(found.specialty)
        free = await self._free(whom, found)
        slots = [each.slot for each in free]
        offered = frozenset(each.slot.ref for each in free if each.is_offered)
        days: dict[date, list[Slot]] = {}
        for slot in slots:
            days.setdefault(local_day(slot.starts_at, whom.clinic.zone), []).append(slot)
        at = day or next(iter(days), None)
        open_days = [OpenDay(each, len(of_day)) for each, of_day in days.items()]
        return TimesForPerson(whom, found, specialty, open_days, at, days.get(at, ()) if at else (), offered)

    @clinic_call
    async def book(
        self,
        account: Account,
        number: int,
        doctor: DoctorId,
        starts_at: datetime,
        kind: VisitType,
        *,
        gives_away: bool = False,
    ) -> int:
        """Book a time for a person; return the desk's number of the visit.

        ``gives_away``: also one that is kept for somebody else, who is told and gets another if there is any.
        Raises as ``times``; DeskTimeGone; DeskTimeOffered; DeskRefused with what forbids the visit.
        """
        whom = await self.whom(account, number)
        found = await self._doctor(whom.clinic, doctor)
        free = await self._free(whom, found)
        slots = [each.slot for each in free]
        wanted = next((each for each in slots if (each.starts_at, each.visit_type) == (starts_at, kind)), None)
        try:
            if wanted is None:
                raise SlotIsGone
            visit = await self._desk.book_visit(whom.clinic.ref, number, wanted.ref, gives_away=gives_away)
        except SlotIsOffered:
            raise DeskTimeOffered(number, doctor, starts_at, kind) from None
        except (SlotIsTaken, SlotIsGone):
            raise DeskTimeGone(number, doctor) from None
        except tuple(REFUSALS) as refused:
            raise DeskRefused(number, REFUSALS[type(refused)]) from None
        await self._record(account, visit.booking.person)
        await self._staff.changed(account, whom.clinic, visit, Deed.BOOKED_AT_DESK)
        return visit.number

    async def whom(self, account: Account, number: int) -> ForWhom:
        """Return a person of the clinic's list, and journal it. Raises NotYours, StaffCodeNeeded, PersonGone."""
        clinic = await self._clinic(account)
        try:
            person = await self._desk.person(clinic.ref, number)
        except NotFound:
            raise PersonGone from None
        await self._journal(account, clinic, person)
        return ForWhom(clinic, person)

    async def _clinic(self, account: Account) -> Clinic:
        return await self._directory.clinic(require_right(account, Right.BOOK_VISITS))

    async def _doctor(self, clinic: Clinic, doctor: DoctorId) -> Doctor:
        """Raises NotYours for a doctor of another clinic."""
        found = await self._directory.doctor(doctor)
        if found.clinic != clinic.id:
            raise NotYours
        return found

    async def _free(self, whom: ForWhom, doctor: Doctor) -> Sequence[DeskFree]:
        now = self._clock.now()
        until = now + whom.clinic.rules.horizon
        return await self._desk.free_slots(whom.clinic.ref, whom.person.number, doctor.ref, now, until)

    async def _record(self, account: Account, person: PersonRef) -> None:
        """Write the entry that the parents of the person read, if the bot has a card."""
        now, actor = self._clock.now(), Actor.staff(account.id, account.clinic)

        async def record(uow: UnitOfWork) -> None:
            for card in await uow.patients.ids_of_person(person):
                await uow.audit.add(actor, Deed.BOOKED_AT_DESK, Subject.patient(card), now)

        await self._storage.write(record)

    async def _journal(self, account: Account, clinic: Clinic, person: ClinicPerson) -> None:
        """Write that the record is opened, in the journals of the cards too: their keepers read it."""
        now = self._clock.now()

        async def journal(uow: UnitOfWork) -> int:
            await keep_desk_open(uow, account, now)
            return await journal_readings(
                uow, account, clinic, await subjects_of(uow, person), Deed.PERSON_READ, now, 1
            )

        await self._alarm.note(account, await self._storage.write(journal))
