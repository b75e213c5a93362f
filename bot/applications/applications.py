"""File an application for enrollment at a clinic, send it again, withdraw it, and follow it to its end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.account.rules.consents import require_consents
from bot.applications import rules
from bot.applications.errors import (
    AlreadyEnrolled,
    ApplicationGone,
    ApplicationHindered,
    ApplicationOpen,
    ApplicationsNotTaken,
    EnrollmentUnderWay,
    LimitedCard,
)
from bot.applications.filing import (
    add_application,
    ask_owner,
    is_open_at,
    open_of,
    reason_of,
    require_not_often,
    tell_others,
)
from bot.applications.limit_rules import EnrollmentLimits
from bot.applications.news import ApplicationNews, ApplicationWanted
from bot.applications.papers import PaperFiles
from bot.applications.policy import ask_desk, ask_desk_again, decides_policy, open_together, take_from_desk, tell_policy
from bot.applications.records import (
    Application,
    ApplicationKind,
    ApplicationStatus,
    ApplicationStep,
    Enrollment,
    EnrollmentReason,
    EnrollmentWish,
    LastChange,
    StepTaken,
    Wished,
)
from bot.applications.register import RegisterDates
from bot.applications.seen import Followed, ListedApplication, Offer, Wish
from bot.applications.sent import keep_sent
from bot.applications.standings import EnrollmentStandings
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic, Enrolling
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.refs import read_ref, with_new_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, ApplicationId, ClinicId, PatientId, Ref
from bot.patients.claims import is_limited

CONSENT_VERSION = "1"
"""of the text that asks to pass a child's data to a clinic"""
MOST_ELSEWHERE = 3
"""other clinics that are named where one takes nobody"""
KIND = ApplicationKind.ENROLLMENT


class Applications:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        register: RegisterDates,
        standings: EnrollmentStandings,
        papers: PaperFiles,
        clock: Clock,
    ) -> None:
        self._storage, self._directory, self._register, self._clock = storage, directory, register, clock
        self._standings, self._papers = standings, papers

    # --- before -------------------------------------------------------------------------------------------------------

    @clinic_call
    async def offer(self, account: AccountId, patient: PatientId, clinic: ClinicId) -> Offer:
        """Return what to show before an application.

        Raises NotYours, ApplicationsNotTaken, PolicyFirst, LimitedCard, AlreadyEnrolled, ApplicationHindered,
        ApplicationOpen if another account's card of the child has an open one.
        """
        where = await self._directory.clinic(clinic)
        is_able = (await self._directory.serving(where).capabilities()).takes_applications
        offer = await self._storage.read(lambda view: self._look(view, account, patient, where, is_able=is_able))
        offer = offer._replace(registered=await self._register.told(offer.patient))
        if offer.open is not None:
            return offer._replace(open_at=await self._directory.clinic(offer.open.clinic))
        return offer

    async def _look(
        self, view: UnitOfWork, account: AccountId, patient: PatientId, where: Clinic, *, is_able: bool
    ) -> Offer:
        found = await view.patients.require(account, patient)
        enrollment, limits, with_policy = await self._require_possible(view, found, where, is_able=is_able)
        mine = await view.representatives.representation(account, patient)
        return Offer(
            found,
            where,
            limits,
            mine.is_owner,
            await view.clinic_consents.is_given(account, patient, where.id, KIND),
            frozenset(await view.patients.details(patient)),
            enrollment,
            await open_of(view, found, KIND),
            with_policy=with_policy,
        )

    async def _require_possible(
        self, view: UnitOfWork, patient: Patient, where: Clinic, *, is_able: bool
    ) -> tuple[Enrollment | None, EnrollmentLimits, bool]:
        """Return also whether the desk decides on the policy with it; ``is_able``: the system takes applications.

        Raises what hinders any application of this card at this clinic.
        """
        limits = await view.enrollments.limits(where.id)
        takes = is_able and await view.enrollments.has_desk(where.id)
        standing = rules.enrolling_of(
            where, patient, self._clock.now(), takes_applications=takes, is_full=limits.is_full
        )
        if standing is Enrolling.AT_RECEPTION:
            raise ApplicationsNotTaken(patient.id, where.id)  # first: no other refusal matters there
        enrollment = await view.enrollments.current(patient.id)
        is_there = enrollment is not None and enrollment.clinic == where.id
        if standing is not Enrolling.IN_THE_BOT and not (is_there or await is_open_at(view, patient.id, where.id)):
            # Before PolicyFirst: nobody types a policy in vain.
            raise ApplicationHindered(patient.id, where.id, standing)
        with_policy = await decides_policy(view, patient, where)
        if await is_limited(view, patient):
            raise LimitedCard(patient.id)
        if is_there:
            raise AlreadyEnrolled(patient.id, where.id)
        return enrollment, limits, with_policy

    async def elsewhere(self, patient: Patient, clinic: ClinicId) -> Sequence[Clinic]:
        """Return the clinics nearest to one that take applications for this patient, at most MOST_ELSEWHERE.

        The clinic where the patient is enrolled is none of them.
        """
        here = await self._directory.clinic(clinic)
        current = await self._storage.read(lambda view: view.enrollments.current(patient.id))
        left_out = {clinic} if current is None else {clinic, current.clinic}
        known = self._directory.known_clinics()
        others = [each for each in known if each.id not in left_out and each.zone == here.zone]
        standings = await self._standings.of(others, patient)
        taking = [each for each in others if standings[each.id] is Enrolling.IN_THE_BOT]
        return rules.by_distance(here, taking)[:MOST_ELSEWHERE]

    @writes
    async def ask_owner(self, uow: UnitOfWork, account: AccountId, patient: PatientId, clinic: ClinicId) -> None:
        """Ask the owner of a card to apply at a clinic. Raises NotYours, OverBudget."""
        now = self._clock.now()
        await ask_owner(uow, account, patient, lambda owner: ApplicationWanted(owner, patient, clinic), now)

    # --- filing -------------------------------------------------------------------------------------------------------

    @writes
    async def agree(
        self,
        uow: UnitOfWork,
        account: Account,
        patient: PatientId,
        clinic: ClinicId,
        digest: str,
        kind: ApplicationKind = KIND,
    ) -> None:
        """Store the consent that a clinic gets the data of a patient for one kind of applications.

        ``digest`` is the SHA-256 of the text that was shown. Raises NotYours, NotOwner, ConsentRequired.
        """
        require_consents(account)
        await uow.representatives.require_owner(account.id, patient)
        now = self._clock.now()
        if await uow.clinic_consents.is_given(account.id, patient, clinic, kind):
            return
        await uow.clinic_consents.give(account.id, patient, clinic, kind, CONSENT_VERSION, digest, now)
        await uow.audit.add(Actor.account(account.id), Deed.PASSING_ALLOWED, Subject.patient(patient), now)

    async def file(self, account: Account, wish: Wish, instead: ApplicationId | None = None) -> ApplicationId:
        """File an application for enrollment; the same once more returns the one that is open.

        A policy that the desk is to check goes there with it. ``instead`` is an application to another clinic, which
        is withdrawn. Papers that were sent with the application before go along. Raises as ``offer``, NotOwner,
        ConsentRequired, SentTooOften, TooManyDeskChecks, OverBudget, ApplicationOpen for another open one,
        EnrollmentUnderWay for one ``instead`` that is being done, and NotYours without the consent to pass data.
        """
        offer = await self.offer(account.id, wish.patient, wish.clinic)

        async def file(uow: UnitOfWork, ref: Ref) -> ApplicationId:
            await uow.representatives.require_owner(account.id, wish.patient)
            old = None if instead is None else await uow.applications.get(instead)
            if old is not None and old.patient == wish.patient and old.is_open and old.clinic != wish.clinic:
                await take_from_desk(uow, old, self._clock.now())
                await self._papers.take_along(uow, account.id, wish.patient, offer.clinic)
                await self._withdraw(uow, account.id, old, tell=False)
            return await self._file(uow, account, wish, offer.clinic, ref)

        return await with_new_ref(lambda ref: self._storage.write(lambda uow: file(uow, ref)))

    async def _file(self, uow: UnitOfWork, account: Account, wish: Wish, where: Clinic, ref: Ref) -> ApplicationId:
        require_consents(account)
        await uow.representatives.require_owner(account.id, wish.patient)
        patient, now = await uow.patients.require(account.id, wish.patient), self._clock.now()
        # ``offer`` has asked the system whether it takes applications.
        *_facts, with_policy = await self._require_possible(uow, patient, where, is_able=True)
        known = await open_of(uow, patient, KIND)
        if known is not None and known.clinic == wish.clinic:
            return known.id
        if known is not None:
            raise ApplicationOpen(patient.id, known.id)
        if not await uow.clinic_consents.is_given(account.id, wish.patient, wish.clinic, KIND):
            raise NotYours  # the screen asks for it first
        await self._papers.take_along(uow, account.id, wish.patient, where)
        asked = EnrollmentWish(wish.reason, wish.last_change)
        due_at = rules.due_of(now, where)
        filed = await add_application(uow, account.id, patient, where, asked, ref, now, due_at)
        if with_policy:
            await ask_desk(uow, account.id, patient, where, due_at, now)
        return filed

    async def resend(
        self, account: Account, application: ApplicationId, reason: EnrollmentReason, last_change: LastChange
    ) -> None:
        """Send an application for enrollment again that was to be corrected.

        Raises NotYours, NotOwner, ConsentRequired, ApplicationGone, SentTooOften.
        """
        await self.send_again(account, application, EnrollmentWish(reason, last_change))

    async def send_again(self, account: Account, application: ApplicationId, wish: Wished) -> None:
        """Send an application again with a wish of its kind. Raises as ``resend``."""
        found = await self.require(account.id, application)
        where = await self._directory.clinic(found.clinic)
        if type(wish) is not type(found.wish):
            raise ApplicationGone

        async def resend(uow: UnitOfWork) -> None:
            require_consents(account)
            await uow.representatives.require_owner(account.id, found.patient)
            current, now = await uow.applications.get(application), self._clock.now()
            if current is None or rules.after(current.status, ApplicationStep.RESENT) is None:
                raise ApplicationGone
            await require_not_often(uow, found.patient, now)
            await uow.applications.resend(application, wish, rules.due_again(found, now, where))
            if found.enrollment is not None:
                await uow.papers.attach(account.id, found.patient, found.clinic, application)
            await uow.applications.add_step(application, ApplicationStep.RESENT, now, reason_of(wish))
            patient = await uow.patients.require(account.id, found.patient)
            await keep_sent(uow, application, current.account, patient, wish, now)
            await uow.audit.add(Actor.account(account.id), Deed.APPLICATION_RESENT, Subject.patient(found.patient), now)
            again = replace(found, due_at=rules.due_again(found, now, where))
            await ask_desk_again(uow, Actor.account(account.id), again, patient, where, now)
            await tell_others(uow, account.id, found.patient, application, now)

        await self._storage.write(resend)

    @writes
    async def withdraw(self, uow: UnitOfWork, account: AccountId, application: ApplicationId) -> None:
        """Withdraw an open application and the consent to pass data.

        Raises NotYours, NotOwner, ApplicationGone, EnrollmentUnderWay.
        """
        found = await self._require(uow, account, application)
        await uow.representatives.require_owner(account, found.patient)
        if not found.is_open:
            raise ApplicationGone
        await self._withdraw(uow, account, found, tell=True)

    async def _withdraw(self, uow: UnitOfWork, account: AccountId, found: Application, *, tell: bool) -> None:
        if found.system_asked:
            raise EnrollmentUnderWay(found.id)
        now = self._clock.now()
        await uow.applications.close(found.id, ApplicationStatus.WITHDRAWN, now)
        await uow.applications.add_step(found.id, ApplicationStep.WITHDRAWN, now)
        await uow.clinic_consents.revoke(account, found.patient, found.clinic, found.kind, now)
        await uow.audit.add(Actor.account(account), Deed.APPLICATION_WITHDRAWN, Subject.patient(found.patient), now)
        await tell_policy(uow, found, now)
        if tell:
            await tell_others(uow, account, found.patient, found.id, now)

    # --- following ----------------------------------------------------------------------------------------------------

    @reads
    async def require(self, view: UnitOfWork, account: AccountId, application: ApplicationId) -> Application:
        """Return an application of one of the account's patients. Raises NotYours, also for a missing one."""
        return await self._require(view, account, application)

    async def _require(self, view: UnitOfWork, account: AccountId, application: ApplicationId) -> Application:
        found = await view.applications.get(application)
        if found is None:
            raise NotYours
        await view.representatives.representation(account, found.patient)
        return found

    @reads
    async def find_numbered(self, view: UnitOfWork, account: AccountId, typed: str) -> ApplicationId | None:
        """Return the application whose Ref was typed; None for any other text, and for one of a stranger's child."""
        ref = read_ref(typed)
        found = None if ref is None else await view.applications.find(ref)
        with suppress(NotYours):
            return None if found is None else (await self._require(view, account, found.id)).id
        return None

    async def follow(self, account: AccountId, application: ApplicationId) -> Followed:
        """Return an application with its history. Raises NotYours."""

        async def look(view: UnitOfWork) -> tuple[Application, Patient, Sequence[StepTaken], bool, bool]:
            found = await self._require(view, account, application)
            mine = await view.representatives.representation(account, found.patient)
            patient = await view.patients.require(account, found.patient)
            together = await open_together(view, found.patient)
            with_policy = together is not None and together.id == application
            return found, patient, await view.applications.steps(application), mine.is_owner, with_policy

        found, patient, steps, is_owner, with_policy = await self._storage.read(look)
        doctor = None
        if found.decision is not None and found.decision.doctor is not None and not found.is_open:
            doctor = await self._directory.doctor(found.decision.doctor)
        where = await self._directory.clinic(found.clinic)
        return Followed(found, patient, where, steps, is_owner, doctor, with_policy)

    @reads
    async def to_correct(
        self, view: UnitOfWork, account: AccountId, patient: PatientId
    ) -> Sequence[tuple[ApplicationId, Ref]]:
        """List the applications about a card that wait for a correction. Raises NotYours."""
        await view.representatives.representation(account, patient)
        return [
            (each.id, each.ref)
            for each in await view.applications.list_of(account)
            if each.patient == patient and each.status is ApplicationStatus.NEEDS_CORRECTION
        ]

    async def list_of(self, account: AccountId) -> Sequence[ListedApplication]:
        """List the applications of the account's patients: open ones first, then the newest."""

        async def look(view: UnitOfWork) -> list[tuple[Application, Patient]]:
            cards = {each.id: each for each in await view.patients.list_of(account)}
            return [
                (each, cards[each.patient])
                for each in await view.applications.list_of(account)
                if each.patient in cards
            ]

        return [
            ListedApplication(found, patient, await self._directory.clinic(found.clinic))
            for found, patient in await self._storage.read(look)
        ]

    async def about(self, message: ApplicationNews) -> Followed | None:
        """Return the application of a notice, None if the account does not act for the patient any more."""
        try:
            return await self.follow(message.account, message.application)
        except NotYours:
            return None

    async def wanted(self, message: ApplicationWanted) -> tuple[Patient, Clinic] | None:
        """Return what the owner of a card is asked for, None if it is done or the account is not its owner."""

        async def look(view: UnitOfWork) -> Patient | None:
            try:
                mine = await view.representatives.representation(message.account, message.patient)
                patient = await view.patients.require(message.account, message.patient)
            except NotYours:
                return None
            is_asked = mine.is_owner and not await view.applications.open_of_child(message.patient, KIND)
            return patient if is_asked else None

        patient = await self._storage.read(look)
        return None if patient is None else (patient, await self._directory.clinic(message.clinic))
