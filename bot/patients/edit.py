"""Edit a card: details at once, the identity of a confirmed patient only when the register agrees.

A correction of a name or a number is stored beside the card. The old identity is in force meanwhile: visits are booked,
moved and cancelled under it, and a refusal of the register does not change it. A card that the register has not
confirmed is changed at once and checked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.clinics.calls import clinic_call
from bot.clinics.port import ClinicSystems, InsuredPerson, PersonNotFound, PolicyClaim
from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput, NotYours
from bot.core.patient import Patient, RejectionReason, VerificationStatus
from bot.core.people import Sex
from bot.core.timing import MOSCOW, local_day
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, PatientId
from bot.patients.check import Checks
from bot.patients.deeds import CORRECTED, DETAIL_CHANGED, DETAIL_REMOVED
from bot.patients.errors import AlreadyLinked, VisitsAhead
from bot.patients.guard import RegisterGuard
from bot.patients.problems import PolicyProblem
from bot.patients.records import Correction, Detail, KeyField
from bot.patients.rules import corrections as rules
from bot.patients.rules.checks import is_failure, judge
from bot.patients.rules.papers import parse_detail
from bot.patients.transitions import mark_outdated
from bot.patients.verdict import Announce, Answer, record_verdict, without_hint


class EditableCard(NamedTuple):
    """What the owner of a card can change."""

    patient: Patient
    details: Mapping[Detail, str]
    correction: Correction | None

    @property
    def claim(self) -> PolicyClaim:
        """The identity that the correction asks for, or that of the card if there is none."""
        return self.correction.claim if self.correction else rules.claim_of(self.patient)


class NextStep(NamedTuple):
    """What a correction still needs: the agreement of the register, or a check of the changed card."""

    must_agree: bool
    must_check: bool


class Editing:
    def __init__(
        self, storage: Storage, systems: ClinicSystems, checks: Checks, guard: RegisterGuard, clock: Clock
    ) -> None:
        self._storage, self._systems, self._checks = storage, systems, checks
        self._guard, self._clock = guard, clock

    @reads
    async def card(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> EditableCard:
        """Raises NotYours, NotOwner."""
        return await _require_own(view, account, patient)

    # --- details ------------------------------------------------------------------------------------------------------

    async def set_detail(self, account: AccountId, patient: PatientId, detail: Detail, typed: str) -> None:
        """Raises InvalidInput, NotYours, NotOwner, OverBudget."""
        born = (await self.card(account, patient)).claim.birth_date
        value = parse_detail(detail, typed, local_day(self._clock.now(), MOSCOW), born)
        await self._set_detail(account, patient, detail, value)

    async def drop_detail(self, account: AccountId, patient: PatientId, detail: Detail) -> None:
        await self._set_detail(account, patient, detail, None)

    @writes
    async def _set_detail(
        self, uow: UnitOfWork, account: AccountId, patient: PatientId, detail: Detail, value: str | None
    ) -> None:
        known = (await _require_own(uow, account, patient)).details
        if known.get(detail) == value:
            return
        now = self._clock.now()
        await uow.budgets.spend(account, Budget.DETAIL, now)
        others = {name: text for name, text in known.items() if name is not detail}
        await uow.patients.set_details(patient, others if value is None else {**others, detail: value})
        deed = DETAIL_REMOVED[detail] if value is None else DETAIL_CHANGED[detail]
        await uow.audit.add(Actor.account(account), deed, Subject.patient(patient), now)

    # --- who the patient is -------------------------------------------------------------------------------------------

    async def correct(self, account: AccountId, patient: PatientId, field: KeyField, typed: str) -> bool:
        """Correct one key field as typed; return whether the register must agree first.

        Raises InvalidInput, NotYours, NotOwner, OverBudget.
        """
        today = local_day(self._clock.now(), MOSCOW)
        return await self._correct(account, patient, lambda claim: rules.corrected(claim, field, typed, today))

    async def correct_sex(self, account: AccountId, patient: PatientId, sex: Sex) -> bool:
        return await self._correct(account, patient, lambda claim: replace(claim, sex=sex))

    async def drop_patronymic(self, account: AccountId, patient: PatientId) -> bool:
        return await self._correct(
            account, patient, lambda claim: replace(claim, name=replace(claim.name, patronymic=""))
        )

    async def _correct(
        self, account: AccountId, patient: PatientId, change: Callable[[PolicyClaim], PolicyClaim]
    ) -> bool:
        async def change_card(uow: UnitOfWork) -> NextStep:
            card = await _require_own(uow, account, patient)
            _require_child(card.patient)
            claim, before = change(card.claim), rules.claim_of(card.patient)
            if not all(rules.is_typed(card.claim, field) for field in rules.changed_fields(card.claim, claim)):
                raise NotYours
            if await uow.patients.find_own(account, claim.policy_number) not in {None, patient}:
                raise InvalidInput(PolicyProblem.ON_OTHER_CARD)
            now, is_confirmed = self._clock.now(), card.patient.person is not None
            if is_confirmed and claim != before:
                await uow.patients.set_correction(patient, Correction(claim), now)
                return NextStep(must_agree=True, must_check=False)
            await uow.patients.drop_correction(patient)
            if claim != before:
                await uow.budgets.spend(account, Budget.DETAIL, now)
                await uow.patients.set_identity(patient, claim)
                await mark_outdated(uow, card.patient, now)
                await _record_changes(uow, account, patient, rules.changed_fields(before, claim), now)
            return NextStep(must_agree=is_confirmed, must_check=claim != before)

        changed = await self._storage.write(change_card)
        if changed.must_check:
            await self._checks.check(account, patient)
        return changed.must_agree

    @writes
    async def give_up(self, uow: UnitOfWork, account: AccountId, patient: PatientId) -> None:
        """Drop the correction. Raises NotYours, NotOwner."""
        await _require_own(uow, account, patient)
        await uow.patients.drop_correction(patient)

    # --- asking the register ------------------------------------------------------------------------------------------

    async def ask(self, account: AccountId, patient: PatientId) -> bool:
        """Send the correction to the register; return whether it agreed, so that the card is changed.

        A refusal is stored with the correction. Raises NotYours, NotOwner, ClinicSilent, TooManyChecks,
        TooManyOpenChecks, RegisterCrowded, and VisitsAhead if the register has the new identity as another person.
        """
        card = await self._storage.read(lambda view: _require_own(view, account, patient))
        if card.correction is None:
            raise NotYours
        claim, now = card.correction.claim, self._clock.now()
        _require_child(card.patient)
        wanted = rules.with_claim(card.patient, claim)
        await self._storage.read(lambda view: self._checks.require_tries(view, account, now, patient))
        await self._guard.require_turn(account, patient)
        person = await self._ask(claim)
        answer = Answer(account, wanted, judge(wanted, person, now), person, None, by_hand=True)
        try:
            return await self._record(card, answer, now)
        except AlreadyLinked:
            linked = replace(answer.verdict, reason=RejectionReason.LINKED_ELSEWHERE, correct=None)
            return await self._record(card, replace(answer, person=None, verdict=linked), now)

    async def _record(self, card: EditableCard, answer: Answer, now: datetime) -> bool:
        account, patient, verdict = answer.account, answer.asked.id, answer.verdict

        async def record(uow: UnitOfWork) -> bool:
            if await _require_own(uow, account, patient) != card:
                return False  # an earlier press has changed it
            if answer.person is not None and verdict.status is VerificationStatus.VERIFIED:
                await _apply(uow, card, answer, now, self._checks.announce)
                return True
            told = (await without_hint(uow, answer, now)).verdict
            if is_failure(verdict):
                await uow.checks.note_failure(account, answer.asked.policy_number, now)
            refused = Correction(card.claim, told.reason, told.correct)
            await uow.patients.set_correction(patient, refused, now)
            await uow.audit.add(Actor.system(account), Deed.CORRECTION_REFUSED, Subject.patient(patient), now)
            return False

        return await self._storage.write(record)

    @clinic_call
    async def _ask(self, claim: PolicyClaim) -> InsuredPerson | None:
        try:
            return await self._systems.register.check_policy(claim)
        except PersonNotFound:
            return None


def _require_child(patient: Patient) -> None:
    """Raises InvalidInput for the closed card of a patient who is of age."""
    if patient.verification.reason is RejectionReason.ADULT:
        raise InvalidInput(PolicyProblem.ADULT)


async def _require_own(uow: UnitOfWork, account: AccountId, patient: PatientId) -> EditableCard:
    await uow.representatives.require_owner(account, patient)
    found = await uow.patients.require(account, patient)
    return EditableCard(found, await uow.patients.details(patient), await uow.patients.correction(patient))


async def _apply(uow: UnitOfWork, card: EditableCard, answer: Answer, now: datetime, announce: Announce) -> None:
    """Change the card as the register has agreed.

    Raises AlreadyLinked if another card of the account has the number meanwhile, and VisitsAhead.
    """
    account, patient, person = answer.account, card.patient.id, answer.person
    becomes_another = person is not None and person.ref != card.patient.person
    # A visit can be cancelled only in the name of the person who was registered when it was booked.
    # One that was booked before the policy was checked belongs to the clinic's own record, whoever the person is.
    may_have_visits = becomes_another and not await uow.unchecked.has(patient)
    if may_have_visits and await uow.patients.list_visits_ahead(account, patient, now):
        raise VisitsAhead(patient)
    if await uow.patients.find_own(account, card.claim.policy_number) not in {None, patient}:
        raise AlreadyLinked
    await uow.patients.set_identity(patient, card.claim, same_person=not becomes_another)
    if card.patient.is_at_desk:
        await uow.desk_checks.withdraw(patient, now)
    # Which other cards the new number has is not known yet.
    await record_verdict(uow, answer, replace(answer.asked, has_other_card=True), now, announce)
    await uow.patients.drop_correction(patient)
    await _record_changes(uow, account, patient, rules.changed_fields(rules.claim_of(card.patient), card.claim), now)


async def _record_changes(
    uow: UnitOfWork, account: AccountId, patient: PatientId, fields: Sequence[KeyField], now: datetime
) -> None:
    for field in fields:
        await uow.audit.add(Actor.account(account), CORRECTED[field], Subject.patient(patient), now)
