"""Applications at the desk: the queue, one application, and the decision, which may be undone for a minute.

A decision is stored at once and done a minute later: see ``application_results``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.applications import rules
from bot.applications.limit_rules import EnrollmentLimits, LimitPart, with_part
from bot.applications.policy import ask_desk_again, check_within
from bot.applications.records import (
    Application,
    ApplicationStatus,
    ApplicationStep,
    Decision,
    Enrollment,
    StepTaken,
    Verdict,
)
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import AreaStreet, ClinicDesk
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic, Doctor
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import ApplicationId, DoctorId
from bot.patients.consenting import phone_for_desk
from bot.patients.records import DeskCheck, Detail
from bot.staff.decisions import Decisions, heads_of, look_at_card
from bot.staff.errors import ApplicationTaken, NeverShown, OwnApplication, PolicyUnconfirmed, StaleApplication
from bot.staff.news import ApplicationIsLate, ApplicationNotDone
from bot.staff.policy_checks import PolicyChecks, SeenCheck
from bot.staff.reading import journal_readings, journal_showing
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, has_right, require_right

PEDIATRICIAN = "pediatrician"


class ApplicationQueue(NamedTuple):
    clinic: Clinic
    applications: Sequence[Application]
    urgent: frozenset[ApplicationId]
    """those with a policy check that a parent has called urgent"""
    limits: EnrollmentLimits


class SeenApplication(NamedTuple):
    """An application that this member has claimed; ``has_papers``: a desk has seen the papers of who has filed it."""

    application: Application
    patient: Patient
    clinic: Clinic
    details: Mapping[Detail, str]
    has_papers: bool
    enrollment: Enrollment | None
    """where the patient is enrolled by an earlier decision made in the bot"""
    steps: Sequence[StepTaken]
    policy: SeenCheck | None = None
    """the policy check that is one decision with it, which this member has claimed too"""


class ApplicantData(NamedTuple):
    """Everything of the child and the representative that an application passes to the clinic."""

    patient: Patient
    details: Mapping[Detail, str]
    phone: str
    hides_digits: bool = False
    """the desk types the last digits of the policy from its own system"""


class AreaDoctor(NamedTuple):
    """A pediatrician of the clinic and the district; ``fits``: the street of the patient's address is in it."""

    doctor: Doctor
    district: str
    fits: bool


class DeskApplications:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        desk: ClinicDesk,
        checks: PolicyChecks,
        alarm: ReadingAlarm,
        clock: Clock,
        *,
        shows_all: bool,
    ) -> None:
        """``shows_all``: the operator lets the desk show full data."""
        self._storage, self._directory, self._desk, self._alarm = storage, directory, desk, alarm
        self._checks, self._clock, self.shows_all = checks, clock, shows_all
        self._decisions = Decisions[ApplicationId, Application, Decision, Patient](
            lambda uow: uow.applications,
            Right.DECIDE_APPLICATIONS,
            Deed.APPLICATION_DECIDED,
            Deed.APPLICATION_UNDONE,
            StaleApplication,
            lambda _row, _member, until: ApplicationTaken(until),
            look_at_card(OwnApplication),
            clock,
        )

    # --- the queue ----------------------------------------------------------------------------------------------------

    async def queue(self, staff: Account) -> ApplicationQueue:
        """List what waits at the member's clinic: urgent first, then what is due. Raises NotYours, StaffCodeNeeded."""
        clinic = await self._directory.clinic(require_right(staff, Right.DECIDE_APPLICATIONS))

        async def look(view: UnitOfWork) -> ApplicationQueue:
            waiting = await view.applications.at_desk(clinic.id)
            called = {each.patient for each in await view.desk_checks.waiting(clinic.id) if each.urgent_at is not None}
            urgent = frozenset(each.id for each in waiting if each.enrollment is not None and each.patient in called)
            first = sorted(waiting, key=lambda each: (each.id not in urgent, each.due_at, each.id))
            return ApplicationQueue(clinic, first, urgent, await view.enrollments.limits(clinic.id))

        return await self._storage.read(look)

    @writes
    async def limit(self, uow: UnitOfWork, staff: Account, wanted: EnrollmentLimits, part: LimitPart) -> None:
        """Set one part of whom the clinic takes; the rest may have changed since the screen was drawn.

        Raises NotYours, StaffCodeNeeded.
        """
        clinic, now = require_right(staff, Right.LIMIT_ENROLLMENT), self._clock.now()
        current = await uow.enrollments.limits(clinic)
        limits = with_part(current, wanted, part)
        if limits == current:
            return
        await uow.enrollments.set_limits(clinic, limits, now)
        await uow.audit.add(Actor.staff(staff.id, clinic), Deed.ENROLLMENT_LIMITED, Subject.own_account(), now)

    async def see(self, staff: Account, application: ApplicationId) -> SeenApplication:
        """Claim an application for ten minutes and return what the desk sees of it, which the card's journal records.

        The policy check that is one decision with it is claimed, too. Raises NotYours, StaffCodeNeeded,
        StaleApplication, ApplicationTaken, OwnApplication, DeskCheckTaken, OverBudget.
        """
        where, now = await self._directory.clinic(require_right(staff, Right.DECIDE_APPLICATIONS)), self._clock.now()

        async def claim(uow: UnitOfWork) -> tuple[SeenApplication, DeskCheck | None, int, int]:
            found, patient = await self._decisions.claim(uow, staff, application)
            await ask_desk_again(uow, Actor.staff(staff.id, where.id), found, patient, where, now)
            check = await check_within(uow, found)
            if check is not None:
                await self._checks.claim_within(uow, staff, check.id)
            if found.status is ApplicationStatus.SUBMITTED:
                await uow.applications.add_step(application, ApplicationStep.OPENED, now)
            names = await journal_readings(uow, staff, where, [Subject.patient(patient.id)], Deed.APPLICATION_READ, now)
            sent = await uow.desk_checks.count_of(patient.id)
            return await _seen(uow, found, patient, where), check, sent, names

        seen, check, sent, names = await self._storage.write(claim)
        await self._alarm.note(staff, names)
        if check is None:
            return seen
        return seen._replace(policy=await self._checks.compared(check, seen.patient, where, sent))

    async def show(self, staff: Account, application: ApplicationId) -> ApplicantData:
        """Return the full data of an application that this member has claimed. Raises as ``see``, and NeverShown."""
        clinic = require_right(staff, Right.DECIDE_APPLICATIONS)
        if not self.shows_all:
            raise NeverShown
        where, now = await self._directory.clinic(clinic), self._clock.now()

        async def look(uow: UnitOfWork) -> tuple[ApplicantData, int]:
            found, patient = await self._decisions.require_claimed(uow, staff, application)
            names = await journal_showing(uow, staff, where, [Subject.patient(patient.id)], now)
            details = await uow.patients.details(patient.id)
            phone = await phone_for_desk(uow, found.account, patient.id)
            hides = await check_within(uow, found) is not None
            return ApplicantData(patient, details, phone, hides), names

        data, names = await self._storage.write(look)
        await self._alarm.note(staff, names)
        return data

    @clinic_call
    async def doctors(self, staff: Account, application: ApplicationId) -> Sequence[AreaDoctor]:
        """List the pediatricians to whose district a patient may come, the one of the address first.

        Raises as ``see``.
        """
        clinic = await self._directory.clinic(require_right(staff, Right.DECIDE_APPLICATIONS))

        async def look(view: UnitOfWork) -> str:
            _found, patient = await self._decisions.require_claimed(view, staff, application)
            return (await view.patients.details(patient.id)).get(Detail.ADDRESS, "")

        address = await self._storage.read(look)
        streets = await self._desk.streets(clinic.ref)
        known = await self._pediatricians(clinic)
        found = [_area_of(each, streets, address) for each in known]
        return sorted(found, key=lambda each: (not each.fits, each.district, each.doctor.name.full))

    async def _pediatricians(self, clinic: Clinic) -> Sequence[Doctor]:
        listed = await self._directory.specialties(clinic)
        found = next((each for each in listed if each.code == PEDIATRICIAN), None)
        if found is None:
            return ()
        return [each for each in await self._directory.doctors(clinic, found) if not each.is_room]

    # --- the decision -------------------------------------------------------------------------------------------------

    async def approve(self, staff: Account, application: ApplicationId, doctor: DoctorId | None) -> None:
        """Take the patient, to the district of a pediatrician if one is chosen. Raises as ``see``."""
        await self.decide(staff, application, await self.placed(staff, application, doctor))

    async def placed(self, staff: Account, application: ApplicationId, doctor: DoctorId | None) -> Decision:
        """Return the approval with the district of a pediatrician if one is chosen. Raises as ``see``."""
        district = ""
        if doctor is not None:
            areas = await self.doctors(staff, application)
            chosen = next((each for each in areas if each.doctor.id == doctor), None)
            if chosen is None:
                raise StaleApplication
            district = chosen.district
        return Decision(Verdict.APPROVE, district=district, doctor=doctor)

    @writes
    async def decide(self, uow: UnitOfWork, staff: Account, application: ApplicationId, decision: Decision) -> None:
        """Store a decision, which is done in a minute. Raises as ``see``, and PolicyUnconfirmed.

        A policy check stays as it is. ValueError is raised for a decision that is not complete.
        """
        await self.decide_within(uow, staff, application, decision)

    async def decide_within(
        self, uow: UnitOfWork, staff: Account, application: ApplicationId, decision: Decision
    ) -> None:
        """Do the same in a unit of work that also decides on the policy check that the decision names."""
        if not rules.is_complete(decision):
            raise ValueError("the decision does not say what it has to")
        found, patient = await self._decisions.require_claimed(uow, staff, application)
        if not rules.fits(decision, found.kind):
            raise StaleApplication
        enrolls = decision.verdict is Verdict.APPROVE and found.enrollment is not None
        if enrolls and not patient.is_verified and decision.check is None:
            raise PolicyUnconfirmed(application)
        await self._decisions.decide(uow, staff, application, decision)

    @reads
    async def decided(self, view: UnitOfWork, staff: Account, application: ApplicationId) -> Application:
        """Return an application that the clinic has decided. Raises NotYours, StaffCodeNeeded, StaleApplication."""
        return await self._decisions.find_decided(view, staff, application)

    @writes
    async def undo(self, uow: UnitOfWork, staff: Account, application: ApplicationId) -> None:
        """Take one's own decision back within the minute, also that about the policy which was made with it.

        Raises NotYours, StaffCodeNeeded, StaleApplication, DeskCheckGone.
        """
        found = await uow.applications.get(application)
        await self._decisions.undo(uow, staff, application)
        if found is not None and found.decision is not None and found.decision.check is not None:
            await self._checks.undo_within(uow, staff, found.decision.check)

    async def require_claimed(
        self, uow: UnitOfWork, staff: Account, application: ApplicationId
    ) -> tuple[Application, Patient]:
        """Return an application that this member has claimed, within another unit of work. Raises as ``see``."""
        return await self._decisions.require_claimed(uow, staff, application)

    async def about(self, message: ApplicationIsLate) -> tuple[Application, Clinic] | None:
        """Return the application of a notice to the head; None if it is decided or the account is no head."""

        async def look(view: UnitOfWork) -> Application | None:
            found = await view.applications.get(message.application)
            is_head = found is not None and message.account in await heads_of(view, found.clinic)
            return found if is_head and found is not None and found.awaits_desk else None

        found = await self._storage.read(look)
        return None if found is None else (found, await self._directory.clinic(found.clinic))

    @reads
    async def not_done(self, view: UnitOfWork, message: ApplicationNotDone) -> Application | None:
        """Return the application of a notice; None if the account does not decide at that clinic any more."""
        found, member = await view.applications.get(message.application), await view.accounts.get(message.account)
        if found is None or member is None or not has_right(member, Right.DECIDE_APPLICATIONS):
            return None
        return found if member.clinic == found.clinic else None


async def _seen(view: UnitOfWork, found: Application, patient: Patient, where: Clinic) -> SeenApplication:
    acting = await view.representatives.list_of(patient.id)
    has_papers = any(each.account == found.account and each.papers_at is not None for each in acting)
    return SeenApplication(
        found,
        patient,
        where,
        await view.patients.details(patient.id),
        has_papers,
        await view.enrollments.current(patient.id),
        await view.applications.steps(found.id),
    )


def _area_of(doctor: Doctor, streets: Sequence[AreaStreet], address: str) -> AreaDoctor:
    own = [each for each in streets if each.doctor == doctor.ref]
    fitting = next((each for each in own if rules.is_in_street(address, each.street)), None)
    district = fitting.district if fitting is not None else (own[0].district if own else "")
    return AreaDoctor(doctor, district, fitting is not None)
