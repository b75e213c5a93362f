"""Showing the full data of a child at the desk: each press is journaled, and the operator may switch it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.account.records import in_groups
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Subject
from bot.core.patient import Patient
from bot.core.people import Account, PersonName, Sex
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import DeskCheckId, MatterId, TakeoverId
from bot.patients.consenting import phone_for_desk
from bot.patients.rules.desk_checks import without_last_digits
from bot.staff.desk import Staff
from bot.staff.errors import NeverShown
from bot.staff.matters import Matters
from bot.staff.persons import ClinicPersons, subjects_of
from bot.staff.policy_checks import PolicyChecks
from bot.staff.reading import journal_showing, subjects_of_visits
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right
from bot.staff.takeovers import DeskTakeovers


class FullData(NamedTuple):
    """What the desk compares with the papers; ``phone`` is "" if none is known."""

    name: PersonName
    birth_date: date
    policy_number: str
    phone: str


class Showing:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        staff: Staff,
        persons: ClinicPersons,
        matters: Matters,
        takeovers: DeskTakeovers,
        checks: PolicyChecks,
        alarm: ReadingAlarm,
        clock: Clock,
        *,
        is_allowed: bool,
    ) -> None:
        self._storage, self._directory, self._staff, self._matters = storage, directory, staff, matters
        self._persons, self._takeovers, self._checks = persons, takeovers, checks
        self._alarm, self._clock = alarm, clock
        self.is_allowed = is_allowed

    @clinic_call
    async def visit(self, member: Account, number: int) -> FullData:
        """Raises NotYours, StaffCodeNeeded, NeverShown, VisitGone, OverBudget."""
        self._require_allowed(member)
        clinic, visit, keepers, *_more = await self._staff.visit(member, number)

        async def journal(uow: UnitOfWork) -> int:
            return await journal_showing(uow, member, clinic, await subjects_of_visits(uow, [visit]), self._clock.now())

        await self._alarm.note(member, await self._storage.write(journal))
        return FullData(visit.person, visit.birth_date, visit.policy_number, keepers.phone or visit.phone)

    async def matter(self, member: Account, matter: MatterId) -> FullData:
        """Raises as ``Matters.see``, and NeverShown."""
        self._require_allowed(member)
        seen = await self._matters.see(member, matter)
        account, patient = seen.matter.account, seen.patient
        phone = await self._storage.read(lambda view: phone_for_desk(view, account, patient.id))
        await self._journal(member, seen.clinic, [patient])
        return _of(patient, phone)

    async def person(self, member: Account, number: int) -> FullData:
        """Raises as ``ClinicPersons.see``, and NeverShown."""
        self._require_allowed(member)
        clinic, person, _visits = await self._persons.see(member, number)

        async def journal(uow: UnitOfWork) -> int:
            return await journal_showing(uow, member, clinic, await subjects_of(uow, person), self._clock.now())

        await self._alarm.note(member, await self._storage.write(journal))
        phone = in_groups(person.phone) if person.phone else ""
        return FullData(person.name, person.birth_date, person.policy_number, phone)

    async def takeover(self, member: Account, takeover: TakeoverId) -> Sequence[FullData]:
        """Return the data of the children of this clinic. Raises as ``DeskTakeovers.see``, and NeverShown."""
        self._require_allowed(member)
        seen = await self._takeovers.see(member, takeover)
        clinic = await self._directory.clinic(require_right(member, Right.SETTLE_MATTERS))
        await self._journal(member, clinic, seen.patients)
        return [_of(patient, "") for patient in seen.patients]

    async def policy_check(self, member: Account, check: DeskCheckId) -> tuple[FullData, Sex]:
        """Return what is compared with the clinic's own system: the last digits of the number are left out.

        Raises as ``PolicyChecks.see``, and NeverShown.
        """
        self._require_allowed(member)
        seen = await self._checks.see(member, check)
        account, patient = seen.check.account, seen.patient
        phone = await self._storage.read(lambda view: phone_for_desk(view, account, patient.id))
        await self._journal(member, seen.clinic, [seen.patient])
        number = without_last_digits(seen.patient.policy_number)
        shown = _of(patient, phone)._replace(policy_number=number)
        return shown, seen.patient.sex

    async def _journal(self, member: Account, clinic: Clinic, patients: Sequence[Patient]) -> None:
        subjects, now = [Subject.patient(patient.id) for patient in patients], self._clock.now()
        names = await self._storage.write(lambda uow: journal_showing(uow, member, clinic, subjects, now))
        await self._alarm.note(member, names)

    def _require_allowed(self, member: Account) -> None:
        """Raises NotYours for whoever is no member of a staff, else NeverShown if nothing is shown."""
        require_right(member, Right.SEE_VISITS)
        if not self.is_allowed:
            raise NeverShown


def _of(patient: Patient, phone: str) -> FullData:
    # A number that the bot has found and nobody has typed is shown masked everywhere.
    number = patient.masked_policy if patient.number_found else patient.policy_number
    return FullData(patient.name, patient.birth_date, number, phone)
