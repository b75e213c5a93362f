"""Verdicts: what the register said is written down once: who has the policy, what is watched, who is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clinics.port import InsuredPerson
from bot.core.deeds import Actor, Subject
from bot.core.patient import Patient, Verification, VerificationStatus
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, ClinicId, PatientId
from bot.patients import zones as policy_news
from bot.patients.deeds import POLICY_CHECKED
from bot.patients.news import CheckAnswered, CheckLate
from bot.patients.rules import checks as rules
from bot.patients.rules import watch as watching

LATE = "late"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register said of a card as it was asked; ``clinic`` is where it says that the patient belongs."""

    account: AccountId
    asked: Patient
    verdict: Verification
    person: InsuredPerson | None
    clinic: ClinicId | None
    by_hand: bool
    """the account waits for it on a screen"""


async def record(uow: UnitOfWork, answer: Answer, now: datetime) -> None:
    """Raises AlreadyLinked where another card has the policy."""
    await _give_policy(uow, answer)
    await uow.patients.set_verification(answer.asked.id, answer.verdict)
    if answer.verdict.status is VerificationStatus.VERIFIED and not answer.asked.is_verified:
        await uow.checks.tell(answer.asked.id, watching.CONFIRMED, now)
    await _watch(uow, answer, now)
    if answer.asked.verification.is_open:
        await _after_check(uow, answer, now)
    elif _stands(answer.verdict) != _stands(answer.asked.verification):
        await _after_change(uow, answer, now)


async def outdate(uow: UnitOfWork, corrected: Patient, now: datetime) -> None:
    """What the register has told of this card, it has told of what stood there before."""
    before = corrected.verification
    if not before.is_open:
        # Moments are kept in whole seconds: what is corrected in the second of the answer comes after it all the same.
        after = now if before.checked_at is None else max(now, before.checked_at + timedelta(seconds=1))
        await uow.patients.set_verification(corrected.id, replace(before, queued_at=after))


async def late(uow: UnitOfWork, account: AccountId, patient: PatientId, since: datetime, now: datetime) -> None:
    """The check that has been open ``since`` then takes too long: that is told once."""
    if (await uow.checks.told(patient)).get(LATE) == since:
        return
    await uow.checks.tell(patient, LATE, since)
    await uow.outbox.add(CheckLate(account, patient).due(now), now)


async def resume(uow: UnitOfWork, account: AccountId, now: datetime) -> None:
    """An account lets the bot keep the data again: its checks that have rested meanwhile are under way anew."""
    for patient in await uow.patients.list_of(account):
        if patient.verification.is_open:
            queued = Verification(VerificationStatus.QUEUED, queued_at=now)
            await uow.patients.set_verification(patient.id, queued, next_check=now)
            await uow.outbox.add(CheckAnswered(account, patient.id).unless_shown(now), now)


async def close(uow: UnitOfWork, patient: PatientId, now: datetime) -> None:
    """The patient is of age: nothing is booked any more, and the card is kept a while to be taken along."""
    await uow.checks.close(patient, now)
    await uow.patients.set_verification(patient, rules.of_an_adult(now))
    await uow.checks.set_next_look(patient, watching.erased_on(now))


async def _give_policy(uow: UnitOfWork, answer: Answer) -> None:
    """Confirmed, the policy is this card's; it stays so while it is not in force, and goes when it is not theirs."""
    asked, person = answer.asked, answer.person
    if answer.verdict.status is VerificationStatus.VERIFIED and person is not None:
        if (asked.person, answer.clinic) != (person.ref, None):
            await uow.patients.set_person(asked.id, person.ref, answer.clinic)
    elif asked.person is not None and not _is_theirs(answer):
        await uow.patients.set_person(asked.id, None, None)


def _is_theirs(answer: Answer) -> bool:
    verdict = answer.verdict
    return rules.is_watched(verdict) or verdict.status is VerificationStatus.NEEDS_CORRECTION


async def _watch(uow: UnitOfWork, answer: Answer, now: datetime) -> None:
    patient = answer.asked.id
    kept = rules.is_watched(answer.verdict) or (_is_theirs(answer) and answer.asked.person is not None)
    if not kept:
        await uow.checks.set_next_look(patient, None)
        return
    zone = await _zone(uow, answer)
    await uow.checks.set_next_look(patient, rules.next_look(now, zone, patient))
    if answer.person is not None:
        await uow.checks.set_valid_until(patient, answer.person.valid_until)


async def _after_check(uow: UnitOfWork, answer: Answer, now: datetime) -> None:
    account, patient, verdict = answer.account, answer.asked, answer.verdict
    if rules.is_failure(verdict):
        await uow.checks.note_failure(account, patient.policy_number, now)
    for each in await uow.representatives.list_of(patient.id):
        await uow.outbox.hasten(CheckAnswered(each.account, patient.id).dedup, now)
    await _remind_to_correct(uow, answer)
    await uow.audit.add(Actor.system(account), POLICY_CHECKED[verdict.status], Subject.patient(patient.id), now)


async def _after_change(uow: UnitOfWork, answer: Answer, now: datetime) -> None:
    """Everybody who acts for the patient is told; who waits on a screen, only where the screen has not told it."""
    account, patient = answer.account, answer.asked.id
    zone = await _zone(uow, answer)
    for each in await uow.representatives.list_of(patient):
        waits = answer.by_hand and each.account == account
        of_change = policy_news.of_change(each.account, patient, now, zone)
        await uow.outbox.add(CheckAnswered(account, patient).unless_shown(now) if waits else of_change, now)
    await _remind_to_correct(uow, answer)
    await uow.audit.add(Actor.system(account), POLICY_CHECKED[answer.verdict.status], Subject.patient(patient), now)


async def _remind_to_correct(uow: UnitOfWork, answer: Answer) -> None:
    """The owner, whoever has asked: nobody else corrects."""
    verdict, patient = answer.verdict, answer.asked.id
    if verdict.status is not VerificationStatus.NEEDS_CORRECTION or verdict.checked_at is None:
        return
    [owner, *_others] = await uow.representatives.list_of(patient)
    reminder = policy_news.of_correction(owner.account, patient, verdict.checked_at, await _zone(uow, answer))
    await uow.outbox.add(reminder, verdict.checked_at)


def _stands(verification: Verification) -> tuple[object, ...]:
    return verification.status, verification.reason, verification.correct


async def _zone(uow: UnitOfWork, answer: Answer) -> ZoneInfo:
    return await policy_news.zone_of(uow, answer.clinic or answer.asked.clinic)
