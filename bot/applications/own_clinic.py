"""Tell where a patient is enrolled, as far as the register says it and the account may know it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.applications.records import Enrollment
from bot.applications.register import may_be_told
from bot.booking import rules
from bot.clinics.directory import Directory
from bot.clinics.enrolled import EnrolledAt
from bot.clinics.port import ClinicError, ClinicSystems
from bot.core.budgets import Budget
from bot.core.clinic import Clinic, Specialty
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.paper import Paper, Printer
from bot.glossary import AccountId, PatientId


class EnrollmentSight(StrEnum):
    """What is known of an enrollment."""

    ENROLLED = "ENROLLED"
    """the register says so"""
    DECIDED = "DECIDED"
    """a clinic has decided so in the bot, and the register is not told or says nothing"""
    NOWHERE = "NOWHERE"
    """the register names no clinic"""
    UNPROVED = "UNPROVED"
    """the account has not proved enough to be told"""
    UNTOLD = "UNTOLD"
    """the register tells nobody"""
    SILENT = "SILENT"
    """the register does not answer now"""


class PastEnrollment(NamedTuple):
    clinic: Clinic
    since: datetime
    until: datetime


class OwnClinic(NamedTuple):
    """The patient's clinic: that of the register if it is told, else the one where visits are booked first."""

    patient: Patient
    clinic: Clinic | None
    sight: EnrollmentSight
    enrolled: EnrolledAt | None = None
    """None unless ``sight`` is ENROLLED or DECIDED"""
    specialties: Sequence[Specialty] = ()
    """that the clinic has for the patient; none if it does not answer"""
    before: Sequence[PastEnrollment] = ()
    """enrollments that decisions in the bot have ended, the newest first"""


class OwnClinics:
    def __init__(
        self, storage: Storage, systems: ClinicSystems, directory: Directory, printer: Printer, clock: Clock
    ) -> None:
        self._storage, self._systems, self._directory = storage, systems, directory
        self._printer, self._clock = printer, clock

    async def of(self, account: AccountId, patient: PatientId) -> OwnClinic:
        """Return where the patient is enrolled, as far as the account ``may_be_told``. Raises NotYours."""
        register = self._systems.register

        async def look(view: UnitOfWork) -> tuple[Patient, bool, Sequence[Enrollment]]:
            found = await view.patients.require(account, patient)
            may_know = await may_be_told(view, patient, register.name)
            return found, may_know, await view.enrollments.list_of(patient)

        found, may_know, decided = await self._storage.read(look)
        own = await self._seen(found, may_know=may_know)
        if own.sight is not EnrollmentSight.ENROLLED:
            own = await self._as_decided(own, decided)
        own = own._replace(before=await self._ended(decided))
        return own if own.clinic is None else own._replace(specialties=await self._specialties(found, own.clinic))

    async def _seen(self, found: Patient, *, may_know: bool) -> OwnClinic:
        booked_at = None if found.clinic is None else await self._directory.clinic(found.clinic)
        if found.person is None or not may_know:
            return OwnClinic(found, booked_at, EnrollmentSight.UNPROVED)
        try:
            return await self._as_enrolled(found, booked_at)
        except ClinicError:
            return OwnClinic(found, booked_at, EnrollmentSight.SILENT)

    async def _as_enrolled(self, patient: Patient, booked_at: Clinic | None) -> OwnClinic:
        register = self._systems.register
        if patient.person is None or not (await register.capabilities()).tells_enrollment:
            return OwnClinic(patient, booked_at, EnrollmentSight.UNTOLD)
        enrolled = await register.enrolled_at(patient.person)
        where = None if enrolled is None else await self._directory.find_clinic(register.name, enrolled.clinic)
        if where is None:
            return OwnClinic(patient, booked_at, EnrollmentSight.NOWHERE)
        return OwnClinic(patient, where, EnrollmentSight.ENROLLED, enrolled)

    async def _as_decided(self, own: OwnClinic, decided: Sequence[Enrollment]) -> OwnClinic:
        """Return what a decision in the bot says: whoever acts for the patient has been told of it."""
        now = next((each for each in decided if each.until is None), None)
        if now is None:
            return own
        clinic = await self._directory.clinic(now.clinic)
        doctor = None if now.doctor is None else (await self._directory.doctor(now.doctor)).name
        enrolled = EnrolledAt(clinic.ref, local_day(now.since, clinic.zone), now.district, doctor)
        return own._replace(clinic=clinic, sight=EnrollmentSight.DECIDED, enrolled=enrolled)

    async def _ended(self, decided: Sequence[Enrollment]) -> Sequence[PastEnrollment]:
        return [
            PastEnrollment(await self._directory.clinic(each.clinic), each.since, each.until)
            for each in decided
            if each.until is not None
        ]

    async def _specialties(self, patient: Patient, clinic: Clinic) -> Sequence[Specialty]:
        try:
            listed = await self._directory.specialties(clinic)
        except ClinicError:
            return ()
        return rules.offered(listed, patient, local_day(self._clock.now(), clinic.zone))

    async def printed(self, account: AccountId, patient: PatientId) -> OwnClinic:
        """Record that a paper is made and return what it says. Raises NotYours, OverBudget."""
        await self._record(account, patient)
        return await self.of(account, patient)

    @writes
    async def _record(self, uow: UnitOfWork, account: AccountId, patient: PatientId) -> None:
        now = self._clock.now()
        await uow.patients.require(account, patient)
        await uow.budgets.spend(account, Budget.CARD_FILE, now)
        await uow.audit.add(Actor.account(account), Deed.OWN_CLINIC_PRINTED, Subject.patient(patient), now)

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)
