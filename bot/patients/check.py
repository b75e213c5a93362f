"""Check what was typed about a policy against the register; retry while the register is silent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError, ClinicSystems, InsuredPerson, PersonNotFound
from bot.core import limits
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient, RejectionReason, Verification, VerificationStatus
from bot.core.people import PersonName
from bot.core.tasks import Background
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, PatientId
from bot.patients.consenting import consenting_representatives
from bot.patients.desk_checks import checking_clinics
from bot.patients.errors import TooManyChecks, TooManyOpenChecks
from bot.patients.guard import RegisterGuard
from bot.patients.news import CheckAnswered
from bot.patients.rules import checks as rules
from bot.patients.rules.corrections import claim_of
from bot.patients.rules.watch import has_grown_up
from bot.patients.transitions import close_card, mark_outdated, notify_late, requeue_refused
from bot.patients.verdict import Announce, Answer, record_verdict, without_hint
from bot.patients.zones import zone_of

CHECK_LEASE = timedelta(seconds=60)
RETRY_WITHOUT_CONSENT = timedelta(days=1)
"""A check of a patient without a consenting representative is tried again after this time."""
RETRY_SILENT_LOOK = timedelta(hours=1)
"""A watched policy about which the register was silent is looked at again after this time."""

log = structlog.get_logger(__name__)


class Checks:
    def __init__(
        self,
        storage: Storage,
        systems: ClinicSystems,
        directory: Directory,
        guard: RegisterGuard,
        background: Background,
        clock: Clock,
        announce: Announce,
    ) -> None:
        self._storage, self._systems, self._directory, self._guard = storage, systems, directory, guard
        self._background, self._clock, self.announce = background, clock, announce
        # In memory only: after a restart the next press sends one more query to the register.
        self._looking: set[PatientId] = set()
        self._silent_at: dict[PatientId, datetime] = {}

    # --- failures -----------------------------------------------------------------------------------------------------

    async def require_tries(
        self, uow: UnitOfWork, account: AccountId, now: datetime, patient: PatientId | None = None
    ) -> None:
        """Raises TooManyChecks after five refusals of the register to the account in an hour.

        Raises TooManyOpenChecks if open questions about other patients make up the five. ``patient`` is the card that
        is checked, to go back to.
        """
        tries = await uow.checks.tries(account, now - rules.FAILURE_COUNTS_FOR, patient)
        until = rules.paused_until(tries.failures, now)
        if until is not None:
            raise TooManyChecks(until, patient)
        if rules.has_open_answers(tries.failures, tries.open, now):
            raise TooManyOpenChecks(patient)

    @reads
    async def paused_until(self, view: UnitOfWork, account: AccountId) -> datetime | None:
        """Return when this account may check again after too many refusals, None for at once."""
        now = self._clock.now()
        tries = await view.checks.tries(account, now - rules.FAILURE_COUNTS_FOR)
        return rules.paused_until(tries.failures, now)

    # --- a check by hand ----------------------------------------------------------------------------------------------

    async def correct(self, account: AccountId, patient: PatientId, name: PersonName) -> Patient:
        """``rename`` and check again. Raises what it raises, and TooManyChecks: the new name is stored by then."""
        await self.rename(account, patient, name)
        return await self.check(account, patient)

    @writes
    async def rename(self, uow: UnitOfWork, account: AccountId, patient: PatientId, name: PersonName) -> None:
        """Correct the name of a patient whom the register has not confirmed. Raises NotYours, NotOwner."""
        await uow.representatives.require_owner(account, patient)
        found, now = await uow.patients.require(account, patient), self._clock.now()
        if not found.is_verified:
            await uow.patients.rename(patient, name)
            if name != found.name:
                await mark_outdated(uow, found, now)
            await uow.audit.add(Actor.account(account), Deed.NAME_CORRECTED, Subject.patient(patient), now)

    async def check(self, account: AccountId, patient: PatientId) -> Patient:
        """Check a policy and return the card as it is after a moment's wait; a later answer is a notice.

        Raises NotYours, TooManyChecks, TooManyOpenChecks.
        """
        now = self._stored_now()

        async def start(uow: UnitOfWork) -> Patient:
            found = await uow.patients.require(account, patient)
            settled = await _settled(uow, found, now)
            if settled is not None:
                return settled
            await self.require_tries(uow, account, now, patient)
            return await _start(uow, account, found, now)

        return await self.finish(account, await self._storage.write(start))

    async def start(self, uow: UnitOfWork, account: AccountId, found: Patient) -> Patient:
        """Mark a check as under way in the caller's unit, then call ``finish`` with the card that this returns.

        The caller has called ``require_tries``. A confirmed policy and a closed card stay as they are.
        """
        now = self._stored_now()
        return await _settled(uow, found, now) or await _start(uow, account, found, now)

    async def finish(self, account: AccountId, started: Patient) -> Patient:
        """Send a started check to the register; return the card as it is after a moment's wait. Raises NotYours."""
        if not started.verification.is_open:
            return started
        turn = await self._guard.turn_of(account)
        if turn is not None:
            return await self._wait_for_turn(account, started, turn)
        checking = self._background.start(self._ask_and_record(account, started))
        await asyncio.wait({checking}, timeout=limits.TAP_TIMEOUT)
        failed = not checking.done() or checking.cancelled() or checking.exception() is not None
        recorded = None if failed else checking.result()
        return recorded or await self._require(account, started.id)

    @writes
    async def _wait_for_turn(self, uow: UnitOfWork, account: AccountId, started: Patient, turn: datetime) -> Patient:
        """Leave a started check to the worker. Raises NotYours."""
        found = await uow.patients.require(account, started.id)
        if not rules.is_still_valid(started, found):
            return found
        queued = replace(found.verification, status=VerificationStatus.QUEUED)
        await uow.patients.set_verification(found.id, queued, next_check=turn)
        return replace(found, verification=queued)

    async def recheck(self, account: AccountId, patient: PatientId) -> Patient:
        """Check the policy of any card at a press; a confirmed one stays confirmed meanwhile.

        If the register is silent, the moment of the last check does not change. A second press sends no second query,
        also while the register is silent, and is no failure. Raises NotYours, TooManyChecks.
        """
        found, now = await self._require(account, patient), self._clock.now()
        just_silent = rules.was_just_now(self._silent_at.get(patient), now)
        if just_silent or patient in self._looking or rules.is_answered(found.verification, now):
            return found
        if not found.is_verified:
            return await self.check(account, patient)
        self._looking.add(patient)
        looking = self._background.start(self._look_by_hand(account, found))
        await asyncio.wait({looking}, timeout=limits.TAP_TIMEOUT)
        return await self._require(account, patient)

    async def _look_by_hand(self, account: AccountId, watched: Patient) -> None:
        try:
            await self.look(account, watched, by_hand=True)
        finally:
            self._looking.discard(watched.id)

    @reads
    async def _require(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Patient:
        return await view.patients.require(account, patient)

    @reads
    async def about(self, view: UnitOfWork, message: CheckAnswered) -> Patient | None:
        """Return the patient of a notice, or None if the account no longer acts. Raises NotYet before the answer."""
        try:
            patient = await view.patients.require(message.account, message.patient)
        except NotYours:
            return None
        if patient.verification.is_open:
            raise NotYet
        return patient

    # --- the worker's turn --------------------------------------------------------------------------------------------

    async def check_due(self) -> int:
        """Retry the checks that are due, and those that a restart has interrupted; return how many there were."""
        now = self._clock.now()

        async def claim(uow: UnitOfWork) -> Mapping[PatientId, AccountId | None]:
            due = await uow.patients.claim_checks(now, now + CHECK_LEASE, limit=20)
            askers = {patient: await _asker(uow, patient, now) for patient in due}
            for patient, account in askers.items():
                if account is not None:
                    await requeue_refused(uow, account, patient, now)
            return askers

        askers = await self._storage.write(claim)
        # In parallel: each waits for a silent register until its time limit, one after another would take minutes.
        checking = {
            self._background.start(self._retry(account, patient))
            for patient, account in askers.items()
            if account is not None
        }
        if checking:
            await asyncio.wait(checking)
        return len(askers)

    async def _retry(self, account: AccountId, patient: PatientId) -> None:
        with suppress(NotYours):  # the card was removed meanwhile
            started = await self._restart(account, patient)
            if started is not None:
                await self._ask_and_record(account, started)

    @writes
    async def _restart(self, uow: UnitOfWork, account: AccountId, patient: PatientId) -> Patient | None:
        """Return the card, or None if its check was answered after the claim."""
        found = await uow.patients.require(account, patient)
        if not found.verification.is_open:
            return None
        started = replace(found.verification, status=VerificationStatus.CHECKING)
        await uow.patients.set_verification(patient, started, next_check=self._clock.now() + CHECK_LEASE)
        return found

    async def look(self, account: AccountId, watched: Patient, *, by_hand: bool = False) -> None:
        """Check a policy that was confirmed before; all representatives are notified of a change.

        ``by_hand``: the account waits for the answer on a screen.
        """
        try:
            person = await self._ask(watched)
        except ClinicError as trouble:
            self._note_silence(watched.id, trouble)
            retry_at = self._clock.now() + RETRY_SILENT_LOOK
            await self._storage.write(lambda uow: uow.checks.set_next_look(watched.id, retry_at))
            return
        await self._conclude(account, watched, person, by_hand=by_hand)

    # --- the register -------------------------------------------------------------------------------------------------

    async def _ask_and_record(self, account: AccountId, started: Patient) -> Patient | None:
        """Return the card with the register's answer; None if it did not answer, or if the answer came too late."""
        try:
            person = await self._ask(started)
        except ClinicError as trouble:
            self._note_silence(started.id, trouble)
            with suppress(NotYours):
                await self._postpone(account, started)
            return None
        return await self._conclude(account, started, person, by_hand=True)

    async def _ask(self, patient: Patient) -> InsuredPerson | None:
        try:
            return await self._systems.register.check_policy(claim_of(patient))
        except PersonNotFound:
            return None

    def _note_silence(self, patient: PatientId, trouble: ClinicError) -> None:
        log.warning("the register did not answer", trouble=type(trouble).__name__, patient=patient)
        now = self._clock.now()
        recent = {each: at for each, at in self._silent_at.items() if rules.was_just_now(at, now)}
        self._silent_at = {**recent, patient: now}

    @writes
    async def _postpone(self, uow: UnitOfWork, account: AccountId, asked: Patient) -> None:
        now = self._clock.now()
        found = await uow.patients.require(account, asked.id)
        if not rules.is_still_valid(asked, found):
            return
        attempts, since = found.verification.attempts + 1, found.verification.queued_at or now
        again = replace(found.verification, status=VerificationStatus.UNAVAILABLE, attempts=attempts)
        await uow.patients.set_verification(asked.id, again, next_check=rules.next_try(since, attempts, now))
        if rules.is_late(since, now):
            await notify_late(uow, account, asked.id, since, now)

    # --- the answer ---------------------------------------------------------------------------------------------------

    async def _conclude(
        self, account: AccountId, asked: Patient, person: InsuredPerson | None, *, by_hand: bool
    ) -> Patient | None:
        verdict = rules.judge(asked, person, self._stored_now())
        if asked.verification.is_open and await self._may_be_at_desk():
            # One answer for an unknown number and for a wrong name, or a desk would check for those who guess.
            verdict = rules.without_field(asked, verdict)
        return await self._record(
            Answer(account, asked, verdict, person, await self._clinic_of(person, verdict), by_hand)
        )

    @writes
    async def _record(self, uow: UnitOfWork, answer: Answer) -> Patient | None:
        """Return None if the card was removed or corrected meanwhile: then another check is under way."""
        try:
            found = await uow.patients.require(answer.account, answer.asked.id)
        except NotYours:
            return None
        if not rules.is_still_valid(answer.asked, found):
            return None
        now = self._clock.now()
        told = await without_hint(uow, answer, now) if answer.asked.verification.is_open else answer
        return await record_verdict(uow, told, found, now, self.announce)

    async def _may_be_at_desk(self) -> bool:
        """Return whether a desk may be asked about what the list refuses; True also if no list of clinics is known."""
        try:
            return bool(await checking_clinics(self._directory))
        except ClinicError:
            return True

    async def _clinic_of(self, person: InsuredPerson | None, verdict: Verification) -> Clinic | None:
        """Return the patient's clinic by the register.

        Only for a confirmed policy: otherwise a refusal would take longer than the answer about an unknown number.
        """
        if verdict.status is not VerificationStatus.VERIFIED or person is None or person.clinic is None:
            return None
        return await self._directory.find_clinic(self._systems.register.name, person.clinic)

    def _stored_now(self) -> datetime:
        """Return the present moment as the storage returns it, in whole seconds."""
        return self._clock.now().replace(microsecond=0)


async def _settled(uow: UnitOfWork, found: Patient, now: datetime) -> Patient | None:
    """Return a card that needs no check, closed if the patient is of age by now; None if it needs one."""
    if found.is_verified or found.verification.reason is RejectionReason.ADULT:
        return found
    if has_grown_up(found.birth_date, now, await zone_of(uow, found.clinic)):
        return replace(found, verification=await close_card(uow, found.id, now))
    return None


async def _start(uow: UnitOfWork, account: AccountId, found: Patient, now: datetime) -> Patient:
    """Mark the check as under way; the worker retries it when the lease has expired. A desk need not answer now."""
    before = found.verification
    since = before.queued_at if before.is_open and before.queued_at else now
    started = Verification(VerificationStatus.CHECKING, queued_at=since)
    if found.is_at_desk:
        await uow.desk_checks.withdraw(found.id, now)
    await uow.patients.set_verification(found.id, started, next_check=now + CHECK_LEASE)
    await uow.outbox.add(CheckAnswered(account, found.id).unless_shown(now), now)
    return replace(found, verification=started)


async def _asker(uow: UnitOfWork, patient: PatientId, now: datetime) -> AccountId | None:
    """Return the account in whose name to check; without a consenting one put the check off and return None."""
    accounts = await consenting_representatives(uow, patient)
    if not accounts:
        await uow.patients.set_next_check(patient, now + RETRY_WITHOUT_CONSENT)
        return None
    return accounts[0].id
