"""What follows the decisions about applications: enrollment, news of late ones, and the end of those not corrected.

A policy check that was decided with an application is done first, and nobody is enrolled without a confirmed policy.
The job may be killed anywhere: enrolling a person twice is enrolling once, and the unit that closes the application
changes the card.
"""

from __future__ import annotations

import secrets

import structlog

from bot.applications import rules
from bot.applications.news import ApplicationAnswered, ApplicationLate, ApplicationStuck
from bot.applications.openings import EnrollmentOpenings
from bot.applications.policy import PolicyStanding, standing_of
from bot.applications.records import Application, ApplicationStatus, ApplicationStep, Decision, Verdict
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.failed_rows import FailedRows
from bot.staff.decisions import card_of, heads_of
from bot.staff.news import ApplicationIsLate

log = structlog.get_logger(__name__)

DONE_AT_ONCE = 50


class ApplicationResults:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        desk: ClinicDesk,
        openings: EnrollmentOpenings,
        failed_rows: FailedRows,
        clock: Clock,
    ) -> None:
        self._openings = openings
        self._storage, self._directory, self._desk = storage, directory, desk
        self._failed_rows, self._clock = failed_rows, clock

    async def work(self) -> None:
        """Do the decisions whose minute is over, tell of late applications and of clinics that enroll again.

        Applications that were not corrected in time are ended.
        """
        now = self._clock.now()
        final = await self._storage.read(lambda view: view.applications.final(now, DONE_AT_ONCE))
        await self._failed_rows.each("applications", final, self._conclude)
        await self._tell_late()
        await self._end_uncorrected()
        await self._openings.tell()

    async def _conclude(self, application: Application) -> None:
        async def look(view: UnitOfWork) -> tuple[Patient | None, PolicyStanding]:
            card = await card_of(view, application)
            return card, await standing_of(view, application, card)

        patient, standing = await self._storage.read(look)
        if standing is PolicyStanding.WAITS:
            await self._postpone(application, standing)
            return
        decision, clinic = application.decision, await self._directory.clinic(application.clinic)
        if standing is PolicyStanding.LOST and patient is not None:
            await self._finish(application, clinic, patient)
            return
        enrolls = application.enrollment is not None and decision is not None and decision.verdict is Verdict.APPROVE
        if enrolls and decision is not None and patient is not None and patient.person:
            today = local_day(self._clock.now(), clinic.zone)
            try:
                await self._desk.enroll(clinic.ref, patient.person, today, decision.district)
            except ClinicError as error:
                await self._postpone(application, type(error).__name__)
                return
        await self._finish(application, clinic, patient)

    async def _postpone(self, application: Application, why: str) -> None:
        """Try again later; half an hour after the decision everybody is told, with the number of the failure."""
        number = secrets.token_hex(4)
        log.warning("an enrollment was not done", number=number, ref=application.ref, error=why)

        async def pause(uow: UnitOfWork) -> None:
            now = self._clock.now()
            attempts = await uow.applications.attempts(application.id)
            since = await uow.applications.pause(application.id, now + rules.pause_after(attempts))
            if since is None or now < since + rules.TOLD_AFTER:
                return
            await uow.applications.mark_stuck(application.id)
            for each in await uow.representatives.list_of(application.patient):
                await uow.outbox.add(ApplicationStuck(each.account, application.id, number).due(now), now)

        await self._storage.write(pause)

    @writes
    async def _finish(self, uow: UnitOfWork, asked: Application, clinic: Clinic, patient: Patient | None) -> None:
        """Do the decision unless it was taken back or the application withdrawn meanwhile, and tell everybody.

        It waits at the desk again if the policy that it stands on is lost.
        """
        now = self._clock.now()
        found = await uow.applications.get(asked.id)
        if found is None or not found.is_open or found.decision is None or found.decision != asked.decision:
            return
        card = await card_of(uow, found)
        if patient is None or card is None:  # nobody whose consents are in force acts for the card
            await uow.applications.close(found.id, ApplicationStatus.WITHDRAWN, now)
            await uow.applications.add_step(found.id, ApplicationStep.WITHDRAWN, now)
            return
        decision, step = found.decision, rules.STEP_OF[found.decision.verdict]
        status = rules.after(found.status, step)
        if status is None or not await _has_policy(uow, found, card):
            return
        if status is ApplicationStatus.NEEDS_CORRECTION:
            await uow.applications.give_back(found.id, rules.correct_until(now, decision.days, clinic))
        else:
            await uow.applications.close(found.id, status, now)
        await uow.applications.add_step(found.id, step, now, _detail(decision))
        if status is ApplicationStatus.APPROVED and found.enrollment is not None:
            await uow.enrollments.start(patient.id, clinic.id, now, decision.district, decision.doctor)
            await uow.audit.add(Actor.system(found.account), Deed.ENROLLED, Subject.patient(patient.id), now)
        for each in await uow.representatives.list_of(patient.id):
            await uow.outbox.add(ApplicationAnswered(each.account, found.id).due(now), now)

    @writes
    async def _tell_late(self, uow: UnitOfWork) -> None:
        now = self._clock.now()
        for found in await uow.applications.claim_late(now, DONE_AT_ONCE):
            await uow.applications.add_step(found.id, ApplicationStep.LATE, now)
            for each in await uow.representatives.list_of(found.patient):
                await uow.outbox.add(ApplicationLate(each.account, found.id).due(now), now)
            for head in await heads_of(uow, found.clinic):
                await uow.outbox.add(ApplicationIsLate(head, found.id).due(now), now)

    @writes
    async def _end_uncorrected(self, uow: UnitOfWork) -> None:
        now = self._clock.now()
        for found in await uow.applications.uncorrected(now, DONE_AT_ONCE):
            if rules.after(found.status, ApplicationStep.LAPSED) is None:
                continue
            await uow.applications.close(found.id, ApplicationStatus.WITHDRAWN, now)
            await uow.applications.add_step(found.id, ApplicationStep.LAPSED, now)
            await uow.clinic_consents.revoke(found.account, found.patient, found.clinic, found.kind, now)
            await uow.audit.add(
                Actor.system(found.account), Deed.APPLICATION_LAPSED, Subject.patient(found.patient), now
            )
            for each in await uow.representatives.list_of(found.patient):
                await uow.outbox.add(ApplicationAnswered(each.account, found.id).due(now), now)


async def _has_policy(uow: UnitOfWork, found: Application, card: Patient) -> bool:
    """Return whether a decision may be done; one whose policy is lost is taken back."""
    standing = await standing_of(uow, found, card)
    if standing is PolicyStanding.LOST:
        await uow.applications.reopen(found.id)
    return standing is PolicyStanding.SETTLED


def _detail(decision: Decision) -> str:
    """Return what the history keeps of a decision, as it is stored."""
    match decision.verdict:
        case Verdict.REFUSE:
            return decision.reason or ""
        case Verdict.RETURN:
            return ",".join(decision.fields)
        case _:
            return decision.district
