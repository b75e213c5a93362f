"""Checks: the register compares a policy with what was typed; a silent one is asked again, an answer is told once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError, ClinicSystems, InsuredPerson, PersonNotFound, PolicyClaim
from bot.core import limits
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient, RejectionReason, Verification, VerificationStatus
from bot.core.people import PersonName
from bot.core.tasks import Background
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, ClinicId, PatientId
from bot.patients.errors import AlreadyLinked, TooManyChecks
from bot.patients.news import CheckAnswered
from bot.patients.rules import checks as rules
from bot.patients.rules.watch import has_grown_up
from bot.patients.verdict import Answer, close, late, outdate, record
from bot.patients.zones import keepers, zone_of

CHECK_LEASE = timedelta(seconds=60)
RESTS_FOR = timedelta(days=1)
"""A check in nobody's name: then it is seen again whether somebody lets the bot keep the data."""
SILENT_FOR = timedelta(hours=1)
"""How long a register that was silent about a watched policy is left alone."""

log = structlog.get_logger()


class Checks:
    def __init__(
        self, storage: Storage, systems: ClinicSystems, directory: Directory, background: Background, clock: Clock
    ) -> None:
        self._storage, self._systems, self._directory = storage, systems, directory
        self._background, self._clock = background, clock
        # Safe to lose with a restart: then a press asks once more than it would.
        self._looking: set[PatientId] = set()
        self._silent_at: dict[PatientId, datetime] = {}

    # --- tries --------------------------------------------------------------------------------------------------------

    async def require_tries(
        self, uow: UnitOfWork, account: AccountId, number: str, now: datetime, patient: PatientId | None = None
    ) -> None:
        """Raises TooManyChecks where the register has said no five times in an hour to the account or of the number.

        ``number`` is a policy's or a SNILS, whether or not there is such a one; ``patient`` is the card to go back to.
        """
        until = await _paused_until(uow, account, number, now)
        if until is not None:
            raise TooManyChecks(until, patient)

    @reads
    async def paused_until(self, view: UnitOfWork, account: AccountId, number: str) -> datetime | None:
        """Until when the register is not asked of this number by this account."""
        return await _paused_until(view, account, number, self._clock.now())

    async def note_failure(self, uow: UnitOfWork, account: AccountId, number: str, now: datetime) -> None:
        """The register has said no to what was typed."""
        await uow.checks.note_failure(account, number, now)

    # --- asking -------------------------------------------------------------------------------------------------------

    async def correct(self, account: AccountId, patient: PatientId, name: PersonName) -> Patient:
        """Mend the name of a patient whom the register has not confirmed, and check again.

        Raises NotYours, NotOwner, and TooManyChecks: by then the new name is kept.
        """
        now = self._clock.now()

        async def mend(uow: UnitOfWork) -> None:
            await uow.representatives.require_owner(account, patient)
            found = await uow.patients.require(account, patient)
            if not found.is_verified:
                await uow.patients.rename(patient, name)
                if name != found.name:
                    await outdate(uow, found, now)
                await uow.audit.add(Actor.account(account), Deed.NAME_CORRECTED, Subject.patient(patient), now)

        await self._storage.write(mend)
        return await self.check(account, patient)

    async def check(self, account: AccountId, patient: PatientId) -> Patient:
        """Ask the register; waits only a moment, a later answer comes as a notice. Raises NotYours, TooManyChecks."""
        now = self._clock.now()

        async def queue(uow: UnitOfWork) -> Patient | None:
            """Return the card where there is nothing to ask about, else None."""
            found = await uow.patients.require(account, patient)
            if found.is_verified:
                return found
            if found.verification.reason is RejectionReason.ADULT:
                return found
            if has_grown_up(found.birth_date, now, await zone_of(uow, found.clinic)):
                await close(uow, patient, now)
                return await uow.patients.require(account, patient)
            await self.require_tries(uow, account, found.policy_number, now, patient)
            before = found.verification
            since = before.queued_at if before.is_open and before.queued_at else now
            queued = Verification(VerificationStatus.QUEUED, queued_at=since)
            await uow.patients.set_verification(patient, queued, next_check=now + CHECK_LEASE)
            await uow.outbox.add(CheckAnswered(account, patient).unless_shown(now), now)
            return None

        settled = await self._storage.write(queue)
        if settled is not None:
            return settled
        checking = self._background.start(self._check(account, patient))
        await asyncio.wait({checking}, timeout=limits.TAP_TIMEOUT)
        return await self._now(account, patient)

    async def recheck(self, account: AccountId, patient: PatientId) -> Patient:
        """«Проверить полис» of any card: a confirmed one stays so while the register is asked.

        Where the register is silent, the moment of the last check stays what it was. A second press asks nothing more,
        of a silent register either, and is no try of its own. Raises NotYours, TooManyChecks.
        """
        found, now = await self._now(account, patient), self._clock.now()
        just_silent = rules.was_just_now(self._silent_at.get(patient), now)
        if just_silent or patient in self._looking or rules.is_answered(found.verification, now):
            return found
        if not found.is_verified:
            return await self.check(account, patient)
        self._looking.add(patient)
        looking = self._background.start(self._look_by_hand(account, found))
        await asyncio.wait({looking}, timeout=limits.TAP_TIMEOUT)
        return await self._now(account, patient)

    @reads
    async def about(self, view: UnitOfWork, message: CheckAnswered) -> Patient | None:
        """The patient as it is now; None for an account that acts no more. Raises NotYet before the answer."""
        try:
            patient = await view.patients.require(message.account, message.patient)
        except NotYours:
            return None
        if patient.verification.is_open:
            raise NotYet
        return patient

    async def _look_by_hand(self, account: AccountId, watched: Patient) -> None:
        try:
            await self.look(account, watched, by_hand=True)
        finally:
            self._looking.discard(watched.id)

    @reads
    async def _now(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Patient:
        return await view.patients.require(account, patient)

    async def check_due(self) -> int:
        """The worker's turn: checks that were put off or lost with a restart; says how many it made."""
        now = self._clock.now()

        async def claim(uow: UnitOfWork) -> Mapping[PatientId, AccountId | None]:
            due = await uow.patients.claim_checks(now, now + CHECK_LEASE, limit=20)
            return {patient: await _asker(uow, patient, now) for patient in due}

        askers = await self._storage.write(claim)
        # A register that hangs is heard out for many seconds: one after another they would take minutes.
        checking = {
            self._background.start(self._check(account, patient))
            for patient, account in askers.items()
            if account is not None
        }
        if checking:
            await asyncio.wait(checking)
        return len(askers)

    async def look(self, account: AccountId, watched: Patient, *, by_hand: bool = False) -> None:
        """Ask the register about a policy that it has confirmed before; what has changed is told to everybody.

        ``by_hand``: the account waits for the answer on a screen.
        """
        try:
            person = await self._ask(watched)
        except ClinicError as trouble:
            self._note_silence(watched.id, trouble)
            await self._storage.write(lambda uow: uow.checks.set_next_look(watched.id, self._clock.now() + SILENT_FOR))
            return
        await self._conclude(account, watched, person, by_hand=by_hand)

    async def _check(self, account: AccountId, patient: PatientId) -> None:
        """Nothing where the card is removed before the answer comes."""
        with suppress(NotYours):
            await self._ask_at_once(account, patient)

    async def _ask_at_once(self, account: AccountId, patient: PatientId) -> None:
        found = await self._begin(account, patient)
        if found is None:
            return
        try:
            person = await self._ask(found)
        except ClinicError as trouble:
            self._note_silence(patient, trouble)
            await self._postpone(account, found)
            return
        await self._conclude(account, found, person, by_hand=True)

    @writes
    async def _begin(self, uow: UnitOfWork, account: AccountId, patient: PatientId) -> Patient | None:
        """None where it was answered between its claim and its turn."""
        found = await uow.patients.require(account, patient)
        if not found.verification.is_open:
            return None
        started = replace(found.verification, status=VerificationStatus.CHECKING)
        await uow.patients.set_verification(patient, started, next_check=self._clock.now() + CHECK_LEASE)
        return found

    async def _ask(self, patient: Patient) -> InsuredPerson | None:
        claim = PolicyClaim(patient.policy_number, patient.name, patient.birth_date, patient.sex)
        try:
            return await self._systems.register.check_policy(claim)
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
        if not rules.answers(asked, found):
            return
        attempts, since = found.verification.attempts + 1, found.verification.queued_at or now
        again = replace(found.verification, status=VerificationStatus.UNAVAILABLE, attempts=attempts)
        await uow.patients.set_verification(asked.id, again, next_check=rules.next_try(since, attempts, now))
        if rules.is_late(since, now):
            await late(uow, account, asked.id, since, now)

    # --- the answer ---------------------------------------------------------------------------------------------------

    async def _conclude(
        self, account: AccountId, asked: Patient, person: InsuredPerson | None, *, by_hand: bool
    ) -> None:
        verdict = rules.judge(asked, person, self._clock.now())
        answer = Answer(account, asked, verdict, person, await self._clinic_of(asked, person, verdict), by_hand)
        try:
            await self._record(answer)
        except AlreadyLinked:
            refused = replace(
                verdict, status=VerificationStatus.REJECTED, reason=RejectionReason.LINKED_ELSEWHERE, correct=None
            )
            await self._record(replace(answer, verdict=refused, person=None))

    @writes
    async def _record(self, uow: UnitOfWork, answer: Answer) -> None:
        """Nothing where the card has gone or has become another meanwhile: then another check is under way."""
        try:
            found = await uow.patients.require(answer.account, answer.asked.id)
        except NotYours:
            return
        if rules.answers(answer.asked, found):
            await record(uow, answer, self._clock.now())

    async def _clinic_of(self, asked: Patient, person: InsuredPerson | None, verdict: Verification) -> ClinicId | None:
        """Where a patient without a clinic belongs; looked up for a confirmed policy only, so that no other answer
        takes longer than that to a number which does not exist."""
        confirmed = verdict.status is VerificationStatus.VERIFIED and person is not None and asked.clinic is None
        if not confirmed or person is None or person.clinic is None:
            return None
        clinic = await self._directory.find_clinic(self._systems.register.name, person.clinic)
        return None if clinic is None else clinic.id


async def _asker(uow: UnitOfWork, patient: PatientId, now: datetime) -> AccountId | None:
    """In whose name the register is asked; None where the consents are taken back: then the check rests."""
    accounts = await keepers(uow, patient)
    if not accounts:
        await uow.patients.set_next_check(patient, now + RESTS_FOR)
        return None
    return accounts[0].id


async def _paused_until(uow: UnitOfWork, account: AccountId, number: str, now: datetime) -> datetime | None:
    failures = await uow.checks.failures(account, number, now - rules.FAILURE_COUNTS_FOR)
    return max((until for each in failures if (until := rules.paused_until(each, now))), default=None)
