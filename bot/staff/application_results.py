"""What follows the decisions about applications: the enrollment, and the news to everybody who acts for the child.

A policy check that was decided with an application is done first, and nobody is enrolled without a confirmed policy.
The job may be killed anywhere: enrolling a person twice is enrolling once, and the unit that closes the application
changes the card. Before the clinic's system is asked, the application says so: from then on nothing withdraws it until
the system has answered, so what the system has done and what the bot says are the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.applications import rules
from bot.applications.news import ApplicationAnswered, ApplicationLate, ApplicationStuck
from bot.applications.openings import EnrollmentOpenings
from bot.applications.policy import PolicyStanding, standing_of
from bot.applications.records import Application, ApplicationStatus, ApplicationStep, Decision, RefusalReason, Verdict
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError, OutcomeUnknown, Refused
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.failed_rows import FailedRows
from bot.delivery.news import News
from bot.glossary import AccountId, PersonRef
from bot.staff.decisions import card_of, heads_of
from bot.staff.filed_results import FiledResults, FiledRows
from bot.staff.news import ApplicationIsLate, ApplicationNotDone

log = structlog.get_logger(__name__)


class ApplicationResults(FiledResults[Application]):
    job = "applications"

    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        desk: ClinicDesk,
        openings: EnrollmentOpenings,
        failed_rows: FailedRows,
        clock: Clock,
    ) -> None:
        super().__init__(storage, failed_rows, clock)
        self._directory, self._desk, self._openings = directory, desk, openings

    def rows(self, uow: UnitOfWork) -> FiledRows[Application]:
        return uow.applications

    async def readers(self, uow: UnitOfWork, found: Application) -> Sequence[AccountId]:
        return [each.account for each in await uow.representatives.list_of(found.patient)]

    def answered(self, reader: AccountId, found: Application) -> News:
        return ApplicationAnswered(reader, found.id)

    def late(self, reader: AccountId, found: Application) -> News:
        return ApplicationLate(reader, found.id)

    def late_at_desk(self, head: AccountId, found: Application) -> News:
        return ApplicationIsLate(head, found.id)

    async def lapse(self, uow: UnitOfWork, found: Application, now: datetime) -> None:
        """End the consent that the clinic gets the data."""
        await uow.clinic_consents.revoke(found.account, found.patient, found.clinic, found.kind, now)

    async def work(self) -> None:
        """Do the same as for every kind, and take over the places of clinics and tell of those that enroll again."""
        await super().work()
        await self._openings.work()

    async def conclude(self, application: Application) -> None:
        async def look(view: UnitOfWork) -> tuple[Patient | None, PolicyStanding]:
            card = await card_of(view, application)
            return card, await standing_of(view, application, card)

        patient, standing = await self._storage.read(look)
        if application.system_asked:
            await self._ask_again(application, patient)
            return
        if standing is PolicyStanding.WAITS:
            await self._wait_for_check(application)
            return
        decision, clinic = application.decision, await self._directory.clinic(application.clinic)
        if standing is PolicyStanding.LOST and patient is not None:
            await self._finish(application, clinic, patient)
            return
        enrolls = application.enrollment is not None and decision is not None and decision.verdict is Verdict.APPROVE
        if enrolls and patient is not None and patient.person:
            await self._enroll(application, clinic, patient, patient.person)
        else:
            await self._finish(application, clinic, patient)

    async def _enroll(self, application: Application, clinic: Clinic, patient: Patient, person: PersonRef) -> None:
        decision = await self._begin(application)
        if decision is None:
            return
        try:
            await self._desk.enroll(clinic.ref, person, local_day(self._clock.now(), clinic.zone), decision.district)
        except Refused as error:
            log.warning("an enrollment was refused", ref=application.ref, error=type(error).__name__)
            await self._refuse(application, clinic)
        except ClinicError as error:
            await self._postpone(application, error)
        else:
            await self._finish(application, clinic, patient, is_enrolled=True)

    async def _ask_again(self, application: Application, patient: Patient | None) -> None:
        """Ask a system once more whose answer is not known; without consents in force it waits for them."""
        if patient is None or not patient.person:
            await self._wait_for_check(application)
            return
        await self._enroll(application, await self._directory.clinic(application.clinic), patient, patient.person)

    @writes
    async def _begin(self, uow: UnitOfWork, asked: Application) -> Decision | None:
        """Let nothing withdraw an application until its system has answered; None if it was withdrawn before."""
        found = await self.current(uow, asked)
        if found is None or found.decision is None:
            return None
        await uow.applications.set_asked(found.id, asked=True)
        return found.decision

    @writes
    async def _refuse(self, uow: UnitOfWork, asked: Application, clinic: Clinic) -> None:
        """End an application that the clinic's system refuses; tell everybody, the heads and who has approved it."""
        now, found = self._clock.now(), await self.current(uow, asked)
        if found is None:
            return
        refusal = Decision(Verdict.REFUSE, RefusalReason.NOT_IN_SYSTEM)
        await uow.applications.overrule(found.id, RefusalReason.NOT_IN_SYSTEM)
        await self.settle(uow, found, refusal, clinic, now)
        decider = [] if found.decided_by is None else [found.decided_by]
        for member in {*await heads_of(uow, found.clinic), *decider}:
            await uow.outbox.add(ApplicationNotDone(member, found.id).due(now), now)

    @writes
    async def _wait_for_check(self, uow: UnitOfWork, application: Application) -> None:
        """Try again later, after the policy check, which has a job of its own, or a consent: no system is silent."""
        await _pause(uow, application, self._clock.now())

    async def _postpone(self, application: Application, error: ClinicError) -> None:
        """Try again later; half an hour after the decision everybody is told, with the number of the failure."""
        number = secrets.token_hex(4)
        log.warning("an enrollment was not done", number=number, ref=application.ref, error=type(error).__name__)

        async def pause(uow: UnitOfWork) -> None:
            now = self._clock.now()
            if not isinstance(error, OutcomeUnknown):  # surely nothing was done
                await uow.applications.set_asked(application.id, asked=False)
            since = await _pause(uow, application, now)
            if since is None or now < since + rules.TOLD_AFTER:
                return
            await uow.applications.mark_stuck(application.id)
            await uow.applications.add_step(application.id, ApplicationStep.STUCK, now, number)
            for each in await uow.representatives.list_of(application.patient):
                await uow.outbox.add(ApplicationStuck(each.account, application.id, number).due(now), now)

        await self._storage.write(pause)

    @writes
    async def _finish(
        self,
        uow: UnitOfWork,
        asked: Application,
        clinic: Clinic,
        patient: Patient | None,
        *,
        is_enrolled: bool = False,
    ) -> None:
        """Do the decision unless it was taken back or the application withdrawn meanwhile, and tell everybody.

        It waits at the desk again if the policy that it stands on is lost. ``is_enrolled``: the clinic's system has
        done it, whatever has become of consents and the policy since.
        """
        now, found = self._clock.now(), await self.current(uow, asked)
        if found is None or found.decision is None:
            return
        card, decision = await card_of(uow, found), found.decision
        if not is_enrolled and found.system_asked:
            return
        if patient is None or (card is None and not is_enrolled):
            await self.withdraw(uow, found, now)
            return
        if card is not None and not is_enrolled and not await _has_policy(uow, found, card):
            return
        status = await self.settle(uow, found, decision, clinic, now)
        if status is ApplicationStatus.APPROVED and found.enrollment is not None:
            await uow.enrollments.start(patient.id, clinic.id, now, decision.district, decision.doctor)
            await uow.audit.add(Actor.system(found.account), Deed.ENROLLED, Subject.patient(patient.id), now)


async def _pause(uow: UnitOfWork, application: Application, now: datetime) -> datetime | None:
    """Put a decision off; return since when it could not be done if nobody was told of that yet."""
    attempts = await uow.applications.attempts(application.id)
    return await uow.applications.pause(application.id, now + rules.pause_after(attempts))


async def _has_policy(uow: UnitOfWork, found: Application, card: Patient) -> bool:
    """Return whether a decision may be done; one whose policy is lost is taken back."""
    standing = await standing_of(uow, found, card)
    if standing is PolicyStanding.LOST:
        await uow.applications.reopen(found.id)
    return standing is PolicyStanding.SETTLED
